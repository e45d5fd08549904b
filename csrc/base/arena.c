/* arena.c - a list of blocks, the newest first; each hands out its space from
 * the front. What is larger than a block gets a block of its own behind the head.
 * Under LA_DEBUG every allocation is a block of its own, for ASan to see. */
#include "base/arena.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"

#ifdef LA_DEBUG
enum { FIRST = 1, BLOCK = 1 };
#else
enum { FIRST = 2000, BLOCK = 4096 };
#endif

typedef la_arena_unit unit;

typedef struct la_arena_block {
  struct la_arena_block *next;
  size_t used, size; /* in bytes of data */
  bool lent;
  unit data[];
} la_arena_block;

static la_arena_block *add_block(la_arena *a, size_t size) {
  la_arena_block *b = size > SIZE_MAX / 2 ? NULL : la_alloc(sizeof *b + size);
  if (!b) {
    a->failed = true;
    return NULL;
  }
  b->used = 0;
  b->size = size;
  b->lent = false;
  if (a->head && size > BLOCK) {
    b->next = a->head->next;
    a->head->next = b;
  } else {
    b->next = a->head;
    a->head = b;
  }
  return b;
}

void la_arena_lend(la_arena *a, la_arena_unit *units, size_t n) {
#ifndef LA_DEBUG
  la_arena_block *b = (la_arena_block *)units;
  *b = (la_arena_block){a->head, 0, n * sizeof *units - sizeof *b, true};
  a->head = b;
#else
  (void)a, (void)units, (void)n;
#endif
}

void *la_arena_alloc(la_arena *a, size_t n) {
  if (a->failed) return NULL;
  if (n > SIZE_MAX / 2) n = SIZE_MAX / 2;
  n = (n + sizeof(unit)) / sizeof(unit) * sizeof(unit);
  la_arena_block *b = a->head;
  size_t least = a->head ? BLOCK : FIRST;
  if (!b || b->size - b->used < n) b = add_block(a, n > least ? n : least);
  if (!b) return NULL;
  void *p = (char *)b->data + b->used;
  b->used += n;
  return memset(p, 0, n);
}

char *la_arena_copy(la_arena *a, const char *s, size_t len) {
  char *p = la_arena_alloc(a, len + 1);
  if (p && len) memcpy(p, s, len);
  return p;
}

void la_arena_free(la_arena *a) {
  while (a->head) {
    la_arena_block *b = a->head;
    a->head = b->next;
    if (!b->lent) la_free(b);
  }
  a->failed = false;
}
