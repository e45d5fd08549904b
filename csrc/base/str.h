/* str.h - counted immutable byte strings: names, texts, blobs.
 *
 * A string may carry a quoting preference (SQLAlchemy's quoted_name). Its hash
 * is computed at birth. Counts are atomic: strings may be shared by threads.
 */
#ifndef LA_BASE_STR_H
#define LA_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/count.h"

typedef enum la_quote { LA_QUOTE_AUTO, LA_QUOTE_ALWAYS, LA_QUOTE_NEVER } la_quote;

enum {
  LA_STR_CUT = 1,  /* a generated name: cut to what the dialect allows */
  LA_STR_ANON = 2, /* a template for anonymous names, see sql/anon.h */
  LA_STR_WORD = 4  /* la_is_word: noted when somebody asked */
};

typedef struct la_str {
  uint32_t refs;
  uint32_t hash;
  uint32_t len;
  uint8_t quote; /* la_quote */
  uint8_t flags; /* LA_STR_* */
  char s[];      /* len bytes and a closing NUL that does not count */
} la_str;

/* A copy of len bytes; NULL when memory is out or len exceeds 2^31. */
la_str *la_str_new(const char *s, size_t len);
/* The same in an arena, with which it ends whatever its count says. */
la_str *la_str_in(la_arena *a, const char *s, size_t len);
/* The same, or in no arena (NULL), for bytes that are handed on and never compared: without their hash. */
la_str *la_str_unhashed(la_arena *a, const char *s, size_t len);
/* la_str_in of n bytes and m more. */
la_str *la_str_of_two(la_arena *a, const char *s, size_t n, const char *t, size_t m);
#define LA_STR_LENT 0x7fffffffu /* what the count of such a string begins with */
/* Is s in an arena? */
static inline bool la_str_is_lent(const la_str *s) { return s->refs > LA_STR_LENT / 2; }
/* "<s><glue><number>", as la_str_of_two. */
la_str *la_str_numbered(la_arena *a, const char *s, size_t n, const char *glue, size_t number);
/* la_str_new for a C string. */
la_str *la_str_from(const char *s);
/* A copy of s with another quoting preference. */
la_str *la_str_with_quote(const la_str *s, la_quote quote);
/* A copy of s with other flags. */
la_str *la_str_with_flags(const la_str *s, int flags);
/* printf into a new string. */
la_str *la_str_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Takes a reference; NULL is allowed and returned. */
static inline la_str *la_str_retain(la_str *s) {
  if (s) la_count_up(&s->refs);
  return s;
}
/* Frees one whose last reference is gone, for la_str_release. */
void la_str_free(la_str *s);
static inline void la_str_release(la_str *s) {
  if (s && la_count_down(&s->refs)) la_str_free(s);
}
/* Equal bytes and quoting preference; NULL equals NULL only. */
bool la_str_eq(const la_str *a, const la_str *b);
/* Equal bytes. */
bool la_str_is(const la_str *a, const char *b);

/* Small letters, digits and _, and no digit at first? */
bool la_is_word(const char *s, size_t n);
/* la_is_word, noted in s if so. */
bool la_str_look(const la_str *s);
static inline bool la_str_is_word(const la_str *s) { return s->flags & LA_STR_WORD || la_str_look(s); }

/* Copies n bytes that seldom are many. */
static inline void la_copy_few(char *to, const char *from, size_t n) {
  uint64_t a, b;
  uint32_t c, d;
  if (n - 8 <= 8) {
    memcpy(&a, from, 8);
    memcpy(&b, from + n - 8, 8);
    memcpy(to, &a, 8);
    memcpy(to + n - 8, &b, 8);
  } else if (n - 4 < 4) {
    memcpy(&c, from, 4);
    memcpy(&d, from + n - 4, 4);
    memcpy(to, &c, 4);
    memcpy(to + n - 4, &d, 4);
  } else if (n - 1 < 3) {
    char middle = from[n / 2], last = from[n - 1];
    *to = *from;
    to[n / 2] = middle;
    to[n - 1] = last;
  } else if (n) {
    memcpy(to, from, n);
  }
}

/* The hash that a la_str of these bytes has. */
uint32_t la_str_hash(const char *s, size_t len);
/* A hash of n bytes, mixed with seed. */
uint64_t la_hash_bytes(const void *p, size_t n, uint64_t seed);
/* Two hashes made into one. */
static inline uint64_t la_hash_mix(uint64_t a, uint64_t b) {
  uint64_t h = (a ^ 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu + b;
  h = (h ^ (h >> 32)) * 0xc4ceb9fe1a85ec53u;
  return h ^ (h >> 29);
}

#endif
