/* arena.c - a list of blocks, the newest first; each hands out its space from
 * the front. What is larger than a block gets a block of its own behind the head.
 * Under LA_DEBUG every allocation is a block of its own, for ASan to see. */
#include "base/arena.h"

#include <stdint.h>

#include "base/mem.h"

#ifdef LA_DEBUG
enum { FIRST = 1, BLOCK = 1 };
#else
enum { FIRST = 2000, BLOCK = 4096 };
#endif

typedef struct la_arena_block {
  struct la_arena_block *next;
  bool lent;
  la_arena_unit data[];
} la_arena_block;

void la_arena_lend(la_arena *a, la_arena_unit *units, size_t n) {
#ifndef LA_DEBUG
  la_arena_block *b = (la_arena_block *)units;
  *b = (la_arena_block){a->head, true};
  a->head = b;
  a->next = b->data;
  a->left = n - sizeof *b / sizeof *units;
#else
  (void)a, (void)units, (void)n;
#endif
}

static la_arena_block *new_block(la_arena *a, size_t units) {
  bool sane = !a->failed && units < SIZE_MAX / 4 / sizeof(la_arena_unit);
  la_arena_block *b = sane ? la_alloc(sizeof *b + units * sizeof *b->data) : NULL;
  if (b) {
    b->lent = false;
    return b;
  }
  a->failed = true;
  a->left = 0;
  return NULL;
}

static void begin_block(la_arena *a, la_arena_block *b, size_t units) {
  b->next = a->head;
  a->head = b;
  a->next = b->data;
  a->left = units;
}

void la_arena_reserve(la_arena *a, size_t units) {
#ifndef LA_DEBUG
  la_arena_block *b = new_block(a, units);
  if (b) begin_block(a, b, units);
#else
  (void)a, (void)units;
#endif
}

void *la_arena_extend(la_arena *a, size_t n) {
  size_t units = la_arena_units(n), block = (a->head ? BLOCK : FIRST) / sizeof(la_arena_unit);
  bool alone = units > block;
  la_arena_block *b = new_block(a, alone ? units : block);
  if (!b) return NULL;
  if (!alone || !a->head) {
    begin_block(a, b, alone ? units : block);
    return la_arena_room(a, n);
  }
  b->next = a->head->next;
  a->head->next = b;
  return b->data;
}

char *la_arena_copy(la_arena *a, const char *s, size_t len) {
  char *p = la_arena_room(a, len + 1);
  if (!p) return NULL;
  if (len) memcpy(p, s, len);
  p[len] = '\0';
  return p;
}

void la_arena_free(la_arena *a) {
  while (a->head) {
    la_arena_block *b = a->head;
    a->head = b->next;
    if (!b->lent) la_free(b);
  }
  *a = (la_arena)LA_ARENA_INIT;
}
