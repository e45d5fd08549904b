/* arena.h - memory for transient work (one compile, one flush): many small
 * blocks, freed together. Failure is sticky, as in buf.h. */
#ifndef LA_BASE_ARENA_H
#define LA_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Aligned for any object. */
typedef union la_arena_unit {
  long long i;
  long double r;
  void *p;
  void (*f)(void);
} la_arena_unit;

typedef struct la_arena {
  struct la_arena_block *head;
  la_arena_unit *next; /* of the head's room … */
  size_t left;         /* … so many units are left */
  bool failed;
} la_arena;

#define LA_ARENA_INIT \
  { NULL, NULL, 0, false }

/* The units that n bytes take, at least one. */
static inline size_t la_arena_units(size_t n) { return n ? (n - 1) / sizeof(la_arena_unit) + 1 : 1; }
/* a, which is empty, begins with room for so many units. */
void la_arena_reserve(la_arena *a, size_t units);
/* a, which is empty, begins in those units; they live as long as what it hands out. */
void la_arena_lend(la_arena *a, la_arena_unit *units, size_t n);
/* la_arena_room where the head has no room. */
void *la_arena_extend(la_arena *a, size_t n);
/* n bytes, aligned for any object; NULL when memory is out. */
static inline void *la_arena_room(la_arena *a, size_t n) {
  size_t units = la_arena_units(n);
  if (units > a->left) return la_arena_extend(a, n);
  void *p = a->next;
  a->next += units;
  a->left -= units;
  return p;
}
/* n bytes of zeroes, aligned for any object; NULL when memory is out. */
static inline void *la_arena_alloc(la_arena *a, size_t n) {
  void *p = la_arena_room(a, n);
  return p ? memset(p, 0, n) : NULL;
}
/* A NUL-terminated copy of len bytes. */
char *la_arena_copy(la_arena *a, const char *s, size_t len);
void la_arena_free(la_arena *a);

#endif
