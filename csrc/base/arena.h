/* arena.h - memory for transient work (one compile, one flush): many small
 * blocks, freed together. Failure is sticky, as in buf.h. */
#ifndef LA_BASE_ARENA_H
#define LA_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct la_arena {
  struct la_arena_block *head;
  bool failed;
} la_arena;

#define LA_ARENA_INIT \
  { NULL, false }

/* Aligned for any object. */
typedef union la_arena_unit {
  long long i;
  long double r;
  void *p;
  void (*f)(void);
} la_arena_unit;

/* a, which is empty, begins in those units; they live as long as what it hands out. */
void la_arena_lend(la_arena *a, la_arena_unit *units, size_t n);
/* n bytes of zeroes, aligned for any object; NULL when memory is out. */
void *la_arena_alloc(la_arena *a, size_t n);
/* A NUL-terminated copy of len bytes. */
char *la_arena_copy(la_arena *a, const char *s, size_t len);
void la_arena_free(la_arena *a);

#endif
