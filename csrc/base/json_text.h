/* json_text.h - strings as they stand in JSON: ASCII alone, as Python's json.dumps writes them. */
#ifndef LA_BASE_JSON_TEXT_H
#define LA_BASE_JSON_TEXT_H

#include <stddef.h>

#include "base/buf.h"

/* Adds the string without quotes around it. Returns n, or where the first byte is that is not UTF-8. */
size_t la_json_escape(la_buf *out, const char *s, size_t n);

#endif
