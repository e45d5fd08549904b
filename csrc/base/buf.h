/* buf.h - a growing byte buffer whose failure is sticky.
 *
 * Writers need not look at results: after the first failure every append does
 * nothing and la_buf_ok says so, once, at the end.
 */
#ifndef LA_BASE_BUF_H
#define LA_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

typedef struct la_buf {
  char *s;
  size_t len, cap;
  bool failed;
  bool lent; /* s is not its own */
} la_buf;

#define LA_BUF_INIT \
  { NULL, 0, 0, false, false }
/* One that begins in an array of bytes, for as long as that suffices. */
#define LA_BUF_ON(array) \
  { array, 0, sizeof(array), false, true }

void la_buf_free(la_buf *b);
/* Empties the buffer, keeps its memory and forgets a failure. */
void la_buf_clear(la_buf *b);
bool la_buf_ok(const la_buf *b);

/* Room for n more bytes without copying again; false when memory is out. */
bool la_buf_reserve(la_buf *b, size_t n);
/* The same when there is none yet. */
bool la_buf_grow(la_buf *b, size_t n);

/* la_buf_add where there is no room. */
void la_buf_add_more(la_buf *b, const void *p, size_t n);
static inline void la_buf_add(la_buf *b, const void *p, size_t n) {
  if (!n) return;
  if (n < b->cap - b->len) {
    memcpy(b->s + b->len, p, n);
    b->len += n;
  } else {
    la_buf_add_more(b, p, n);
  }
}
static inline void la_buf_puts(la_buf *b, const char *s) { la_buf_add(b, s, strlen(s)); }
static inline void la_buf_putc(la_buf *b, char c) { la_buf_add(b, &c, 1); }
static inline void la_buf_str(la_buf *b, const la_str *s) {
  if (s->len < b->cap - b->len) {
    la_copy_few(b->s + b->len, s->s, s->len);
    b->len += s->len;
  } else {
    la_buf_add_more(b, s->s, s->len);
  }
}
void la_buf_printf(la_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Puts n bytes at offset at, moving what follows. */
void la_buf_insert(la_buf *b, size_t at, const void *p, size_t n);
/* The bytes as a NUL-terminated string, "" when nothing was written, NULL
 * after a failure. Borrowed from the buffer. */
const char *la_buf_cstr(la_buf *b);
/* The bytes as a new la_str; NULL after a failure. */
la_str *la_buf_to_str(const la_buf *b);

#endif
