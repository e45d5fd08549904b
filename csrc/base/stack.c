/* stack.c - the bounds of the thread's stack are asked for once, when something nests deeper than usual. */
#define _GNU_SOURCE
#include "base/stack.h"

#include <pthread.h>
#include <stddef.h>

/* What must stay free: for one more level, for what it calls, and for the error. */
#if defined(__SANITIZE_ADDRESS__) || defined(LA_DEBUG)
enum { RESERVE = 192 * 1024 };
#else
enum { RESERVE = 64 * 1024 };
#endif

typedef struct bounds {
  const char *low, *high; /* equal: not known */
  bool asked;
} bounds;

static void ask(bounds *b) {
  b->asked = true;
#if defined(__GLIBC__)
  pthread_attr_t attr;
  void *low;
  size_t size;
  if (pthread_getattr_np(pthread_self(), &attr)) return;
  if (!pthread_attr_getstack(&attr, &low, &size)) {
    b->low = low;
    b->high = b->low + size;
  }
  pthread_attr_destroy(&attr);
#elif defined(__APPLE__)
  b->high = pthread_get_stackaddr_np(pthread_self());
  b->low = b->high - pthread_get_stacksize_np(pthread_self());
#endif
}

bool la_stack_ends(uint32_t depth) {
  static __thread bounds own;
  if (depth > LA_MAX_DEPTH) return true;
  if (!own.asked) ask(&own);
  const char *here = __builtin_frame_address(0);
  if (here < own.low || here >= own.high) return depth > LA_DEPTH_UNKNOWN;
  return (size_t)(here - own.low) < RESERVE;
}
