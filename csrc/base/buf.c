/* buf.c - grows by doubling; after a failure nothing is written until clear. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#ifdef LA_DEBUG
#define FIRST 1
#else
#define FIRST 64
#endif

void la_buf_free(la_buf *b) {
  if (!b->lent) la_free(b->s);
  *b = (la_buf)LA_BUF_INIT;
}

void la_buf_clear(la_buf *b) {
  b->len = 0;
  b->failed = false;
}

bool la_buf_ok(const la_buf *b) { return !b->failed; }

bool la_buf_reserve(la_buf *b, size_t n) { return !b->failed && (n < b->cap - b->len || la_buf_grow(b, n)); }

/* The capacity always leaves a byte for the closing NUL. */
bool la_buf_grow(la_buf *b, size_t n) {
  if (b->failed) return false;
  size_t cap = b->cap > FIRST ? b->cap : FIRST;
  while (cap <= b->len + n && cap <= SIZE_MAX / 4) cap *= 2;
  char *s = n > SIZE_MAX / 4 || cap <= b->len + n ? NULL : la_realloc(b->lent ? NULL : b->s, cap);
  if (!s) {
    b->failed = true;
    b->cap = b->len; /* so that la_buf_add need not ask for `failed` */
    return false;
  }
  if (b->lent && b->len) memcpy(s, b->s, b->len);
  b->lent = false;
  b->s = s;
  b->cap = cap;
  return true;
}

void la_buf_add_more(la_buf *b, const void *p, size_t n) {
  if (!la_buf_grow(b, n)) return;
  memcpy(b->s + b->len, p, n);
  b->len += n;
}

void la_buf_printf(la_buf *b, const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  int n = vsnprintf(NULL, 0, fmt, args);
  va_end(args);
  if (n < 0) b->failed = true;
  if (n < 0 || !la_buf_reserve(b, (size_t)n)) return;
  va_start(args, fmt);
  vsnprintf(b->s + b->len, (size_t)n + 1, fmt, args);
  va_end(args);
  b->len += (size_t)n;
}

void la_buf_insert(la_buf *b, size_t at, const void *p, size_t n) {
  if (!n || !la_buf_reserve(b, n)) return;
  memmove(b->s + at + n, b->s + at, b->len - at);
  memcpy(b->s + at, p, n);
  b->len += n;
}

const char *la_buf_cstr(la_buf *b) {
  if (b->failed) return NULL;
  if (!b->s) return "";
  b->s[b->len] = '\0';
  return b->s;
}

la_str *la_buf_to_str(const la_buf *b) { return b->failed ? NULL : la_str_new(b->s, b->len); }
