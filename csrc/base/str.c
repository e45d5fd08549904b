/* str.c - counted strings; the hash reads eight bytes at a time and folds each
 * into the state by multiplication. */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define STR_MAX 0x7fffffffu

uint64_t la_hash_bytes(const void *p, size_t n, uint64_t seed) {
  const unsigned char *s = p;
  uint64_t h = la_hash_mix(seed, n), word;
  for (; n >= 8; n -= 8, s += 8) {
    memcpy(&word, s, 8);
    h = la_hash_mix(h, word);
  }
  if (!n) return h;
  word = 0;
  la_copy_few((char *)&word, (const char *)s, n);
  return la_hash_mix(h, word);
}

uint32_t la_str_hash(const char *s, size_t len) {
  uint64_t h = la_hash_bytes(s, len, 0);
  return (uint32_t)(h ^ (h >> 32));
}

/* A string of len bytes that are still to be written, without its hash; a: the arena, or NULL. */
static la_str *blank_in(la_arena *a, size_t len) {
  if (len > STR_MAX) return NULL;
  la_str *out = a ? la_arena_room(a, sizeof *out + len + 1) : la_alloc(sizeof *out + len + 1);
  if (!out) return NULL;
  out->refs = a ? LA_STR_LENT : 1;
  out->len = (uint32_t)len;
  out->quote = LA_QUOTE_AUTO;
  out->flags = 0;
  out->s[len] = '\0';
  return out;
}

static la_str *blank(size_t len) { return blank_in(NULL, len); }

la_str *la_str_of_two(la_arena *a, const char *s, size_t n, const char *t, size_t m) {
  la_str *out = n > STR_MAX ? NULL : blank_in(a, n + m);
  if (!out) return NULL;
  la_copy_few(out->s, s, n);
  if (m) memcpy(out->s + n, t, m);
  out->hash = la_str_hash(out->s, n + m);
  return out;
}

la_str *la_str_unhashed(la_arena *a, const char *s, size_t len) {
  la_str *out = blank_in(a, len);
  if (!out) return NULL;
  if (len) memcpy(out->s, s, len);
  out->hash = 0;
  return out;
}

la_str *la_str_numbered(la_arena *a, const char *s, size_t n, const char *glue, size_t number) {
  size_t g = strlen(glue), digits = 1;
  for (size_t more = number / 10; more; more /= 10) digits++;
  la_str *out = n > STR_MAX ? NULL : blank_in(a, n + g + digits);
  if (!out) return NULL;
  la_copy_few(out->s, s, n);
  la_copy_few(out->s + n, glue, g);
  for (char *p = out->s + out->len; digits--; number /= 10) *--p = (char)('0' + number % 10);
  out->hash = la_str_hash(out->s, out->len);
  return out;
}

la_str *la_str_in(la_arena *a, const char *s, size_t len) { return la_str_of_two(a, s, len, NULL, 0); }

la_str *la_str_new(const char *s, size_t len) { return la_str_in(NULL, s, len); }

la_str *la_str_from(const char *s) { return la_str_new(s, strlen(s)); }

static la_str *copy_of(const la_str *s, int quote, int flags) {
  la_str *out = la_str_new(s->s, s->len);
  if (!out) return NULL;
  out->quote = (uint8_t)quote;
  out->flags = (uint8_t)flags;
  return out;
}

la_str *la_str_with_quote(const la_str *s, la_quote quote) { return copy_of(s, quote, s->flags); }
la_str *la_str_with_flags(const la_str *s, int flags) { return copy_of(s, s->quote, flags); }

la_str *la_str_format(const char *fmt, ...) {
  va_list args;
  va_start(args, fmt);
  int n = vsnprintf(NULL, 0, fmt, args);
  va_end(args);
  la_str *out = n < 0 ? NULL : blank((size_t)n);
  if (!out) return NULL;
  va_start(args, fmt);
  vsnprintf(out->s, (size_t)n + 1, fmt, args);
  va_end(args);
  out->hash = la_str_hash(out->s, out->len);
  return out;
}

void la_str_free(la_str *s) { la_free(s); }

static const bool of_words[256] = {
    ['_'] = true, ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true, ['5'] = true, ['6'] = true,
    ['7'] = true, ['8'] = true, ['9'] = true, ['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true,
    ['f'] = true, ['g'] = true, ['h'] = true, ['i'] = true, ['j'] = true, ['k'] = true, ['l'] = true, ['m'] = true,
    ['n'] = true, ['o'] = true, ['p'] = true, ['q'] = true, ['r'] = true, ['s'] = true, ['t'] = true, ['u'] = true,
    ['v'] = true, ['w'] = true, ['x'] = true, ['y'] = true, ['z'] = true};

bool la_is_word(const char *s, size_t n) {
  if (!n || (*s >= '0' && *s <= '9')) return false;
  for (size_t i = 0; i < n; i++)
    if (!of_words[(unsigned char)s[i]]) return false;
  return true;
}

bool la_str_look(const la_str *s) {
  la_str *own = (la_str *)(uintptr_t)s;
  if (!la_is_word(s->s, s->len)) return false;
  __atomic_fetch_or(&own->flags, LA_STR_WORD, __ATOMIC_RELAXED);
  return true;
}

bool la_str_eq(const la_str *a, const la_str *b) {
  if (a == b) return true;
  return a && b && a->hash == b->hash && a->len == b->len && a->quote == b->quote && !memcmp(a->s, b->s, a->len);
}

bool la_str_is(const la_str *a, const char *b) { return a && b && strlen(b) == a->len && !memcmp(a->s, b, a->len); }
