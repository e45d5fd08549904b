/* mem.h - the only malloc of the project.
 *
 * All of the core allocates through these functions, so that a test build can
 * fail the n-th allocation. A size of zero is allowed and gives a
 * block that can be freed.
 */
#ifndef LA_BASE_MEM_H
#define LA_BASE_MEM_H

#include <stddef.h>

/* n bytes, uninitialised; NULL when memory is out. */
void *la_alloc(size_t n);
/* n bytes of zeroes; NULL when memory is out. */
void *la_calloc(size_t n);
/* p grown or shrunk to n bytes; NULL when memory is out, then p is untouched. */
void *la_realloc(void *p, size_t n);
/* Frees p; NULL is allowed. */
void la_free(void *p);
/* Sets n bytes to zero, some hundreds of them or more: what compilers write for a memset whose size they know is slower
 * there than the library's. */
void la_zero(void *p, size_t n);

/* Test builds (LA_TEST_ALLOC): the n-th allocation from now on and all later
 * ones fail; 0 lets all succeed again. Returns how many were made since the
 * last call. In other builds it does nothing and returns 0. */
size_t la_mem_fail_after(size_t n);

#endif
