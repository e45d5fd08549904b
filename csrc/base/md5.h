/* md5.h - the MD5 digest: names that are too long end in part of theirs. Not for secrets. */
#ifndef LA_BASE_MD5_H
#define LA_BASE_MD5_H

#include <stddef.h>

/* The digest of n bytes as 32 hexadecimal digits and a NUL. */
void la_md5_hex(char out[33], const void *p, size_t n);

#endif
