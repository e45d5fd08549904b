/* check.h - what the C programs in spec/core share. Each is one file with a
 * main that ends in `return check_done();`, which prints what scripts/test adds
 * up. Memory that is not freed fails the program (LeakSanitizer).
 */
#ifndef LA_SPEC_CHECK_H
#define LA_SPEC_CHECK_H

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static int check_passed, check_failed;

/* A failed check is reported and the program goes on. */
#define CHECK(condition) check_that((condition), #condition, __FILE__, __LINE__)
#define CHECK_INT(given, wanted) check_int((long long)(given), (long long)(wanted), #given, __FILE__, __LINE__)
#define CHECK_STR(given, wanted) check_str((given), (wanted), #given, __FILE__, __LINE__)

static inline int check_that(int holds, const char *what, const char *file, int line) {
  if (holds) {
    check_passed++;
  } else {
    check_failed++;
    printf("FAILED %s:%d: %s\n", file, line, what);
  }
  return holds;
}

static inline int check_int(long long given, long long wanted, const char *what, const char *file, int line) {
  if (given != wanted) printf("%s is %lld, should be %lld\n", what, given, wanted);
  return check_that(given == wanted, what, file, line);
}

static inline int check_str(const char *given, const char *wanted, const char *what, const char *file, int line) {
  int same = given && wanted ? !strcmp(given, wanted) : given == wanted;
  if (!same) printf("%s is:\n%s\nshould be:\n%s\n", what, given ? given : "NULL", wanted ? wanted : "NULL");
  return check_that(same, what, file, line);
}

/* Runs `work` with its first allocation failing, then its second, and so on,
 * until it has as many as it asks for. It returns 0, or a negative number when
 * memory was out, and must have freed all it made either way. */
#define CHECK_SWEEP(work, arg) check_sweep((work), (arg), #work, __FILE__, __LINE__)

static inline void check_sweep(int (*work)(void *arg), void *arg, const char *what, const char *file, int line) {
  size_t n = 0, made;
  int status;
  do {
    la_mem_fail_after(++n);
    status = work(arg);
    made = la_mem_fail_after(0);
    if (made >= n && !check_that(status < 0, what, file, line)) printf("no error without allocation %zu\n", n);
  } while (made >= n);
  if (!check_that(status == 0, what, file, line)) printf("an error with all of %zu allocations\n", made);
}

static inline int check_done(void) {
  printf("%d passed, %d failed\n", check_passed, check_failed);
  return check_failed ? 1 : 0;
}

#endif
