/* uuid.h - universally unique identifiers: an la_str of 16 bytes (LA_V_UUID). */
#ifndef LA_BASE_UUID_H
#define LA_BASE_UUID_H

#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

#define LA_UUID_BYTES 16
/* The lengths of the two texts, with the closing NUL. */
enum { LA_UUID_TEXT = 37, LA_UUID_HEX = 33 };

/* 32 hexadecimal digits with dashes anywhere or none, in braces or not, after "urn:uuid:" or not.
 * NULL with e filled if it is something else. */
la_str *la_uuid_parse(const char *s, size_t len, la_error *e);
/* A random one (version 4). */
la_str *la_uuid_random(la_error *e);
/* "6ba7b810-9dad-11d1-80b4-00c04fd430c8" and the same without dashes. */
void la_uuid_text(char out[LA_UUID_TEXT], const la_str *u);
void la_uuid_hex(char out[LA_UUID_HEX], const la_str *u);
/* 1 to 5 of the variant of RFC 4122, else 0. */
int la_uuid_version(const la_str *u);
/* By their bytes, which is the order of Python and of PostgreSQL. */
int la_uuid_compare(const la_str *a, const la_str *b);

#endif
