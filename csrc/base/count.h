/* count.h - counts of references. They are atomic as soon as the process has threads: until then a plain addition does,
 * which costs a fraction of it. */
#ifndef LA_BASE_COUNT_H
#define LA_BASE_COUNT_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__has_include) && !defined(__cppcheck__)
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#define LA_SINGLE_THREADED __libc_single_threaded
#endif
#endif
#ifndef LA_SINGLE_THREADED
#define LA_SINGLE_THREADED 0
#endif

static inline void la_count_up(uint32_t *refs) {
  if (LA_SINGLE_THREADED)
    ++*refs;
  else
    __atomic_add_fetch(refs, 1, __ATOMIC_RELAXED);
}

/* One reference less; true if it was the last. */
static inline bool la_count_down(uint32_t *refs) {
  if (LA_SINGLE_THREADED) return --*refs == 0;
  return __atomic_sub_fetch(refs, 1, __ATOMIC_ACQ_REL) == 0;
}

#endif
