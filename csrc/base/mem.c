/* mem.c - malloc, and the counter that lets a test build run out of memory. */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

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

void la_zero(void *p, size_t n) { memset(p, 0, n); }
