/* process.c - the number is kept where a fork is told of (pthread_atfork), else asked for each time. */
#include "base/process.h"

#include <pthread.h>
#include <stdbool.h>
#include <unistd.h>

static long known; /* 0: to be asked for */
static bool watched;

static void forget(void) { __atomic_store_n(&known, 0, __ATOMIC_RELAXED); }

static void watch(void) { watched = !pthread_atfork(NULL, NULL, forget); }

long la_process(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  long pid = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (pid) return pid;
  pthread_once(&once, watch);
  pid = (long)getpid();
  if (watched) __atomic_store_n(&known, pid, __ATOMIC_RELAXED);
  return pid;
}
