/* mem.c - malloc, the blocks that are used again, and the counter that lets a test build run out of memory.
 *
 * Blocks are malloc's own. What is freed waits in a list of its size, as long as the process has one thread: the lists
 * need no lock. With more threads, and in builds that look for errors, blocks come from malloc and go back at once.
 */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/count.h"

#ifdef LA_TEST_ALLOC

static size_t made, limit; /* limit 0: none */

static int refused(void) {
  size_t n = __atomic_add_fetch(&made, 1, __ATOMIC_RELAXED);
  size_t l = __atomic_load_n(&limit, __ATOMIC_RELAXED);
  return l && n >= l;
}

size_t la_mem_fail_after(size_t n) {
  __atomic_store_n(&limit, n, __ATOMIC_RELAXED);
  return __atomic_exchange_n(&made, 0, __ATOMIC_RELAXED);
}

#else

static int refused(void) { return 0; }

size_t la_mem_fail_after(size_t n) {
  (void)n;
  return 0;
}

#endif

void *la_alloc(size_t n) { return refused() ? NULL : malloc(n ? n : 1); }

void *la_calloc(size_t n) { return refused() ? NULL : calloc(1, n ? n : 1); }

void *la_realloc(void *p, size_t n) { return refused() ? NULL : realloc(p, n ? n : 1); }

void la_free(void *p) { free(p); }

/* ---- blocks ---- */

#ifdef LA_DEBUG

void *la_block(size_t n) { return la_alloc(n); }

void la_block_free(void *p, size_t n) {
  (void)n;
  la_free(p);
}

#else

/* Sizes are those that malloc makes of what is asked: 24, 40, 56 … bytes. So many bytes are kept at most. */
enum { STEP = 16, SIZES = 22, KEPT = 8 * 1024 * 1024 };

static void *kept[SIZES]; /* the first of each size: its first word is the next */
static size_t kept_bytes;

static size_t place_of(size_t n) { return (n + 7) / STEP; }

void *la_block(size_t n) {
  size_t i = place_of(n);
  if (i >= SIZES) return la_alloc(n);
  void *p = LA_SINGLE_THREADED ? kept[i] : NULL;
  if (!p) return la_alloc(i * STEP + 8);
  kept[i] = *(void **)p;
  kept_bytes -= i * STEP + 8;
#ifdef __GNUC__
  __builtin_prefetch(kept[i], 1); /* long unused: on its way for the next who asks */
#endif
  return p;
}

void la_block_free(void *p, size_t n) {
  size_t i = place_of(n);
  if (i >= SIZES || !LA_SINGLE_THREADED || kept_bytes >= KEPT) {
    la_free(p);
    return;
  }
  *(void **)p = kept[i];
  kept[i] = p;
  kept_bytes += i * STEP + 8;
}

#endif
