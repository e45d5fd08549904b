/* decimal.c - conversions, and comparing by value straight from the text. */
#include "base/decimal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal_num.h"
#include "base/real.h"

/* No double has more significant digits. */
#define DOUBLE_DIGITS 767

static la_str *made(la_str *s, la_error *e) {
  if (!s) la_fail_memory(e);
  return s;
}

la_str *la_decimal_parse(const char *s, size_t len, la_error *e) {
  la_str *text = made(la_str_new(s, len), e);
  la_num x = LA_NUM_INIT;
  la_str *out = text && !la_num_read(&x, text, e) ? la_num_text(&x, e) : NULL;
  la_num_free(&x);
  la_str_release(text);
  return out;
}

/* ---- from numbers ---- */

la_str *la_decimal_from_int(int64_t i, la_error *e) { return made(la_str_format("%" PRId64, i), e); }

static const char *special(double r) {
  if (isnan(r)) return "NaN";
  return isinf(r) ? (r < 0 ? "-Infinity" : "Infinity") : NULL;
}

/* The locale's decimal point, which may have several bytes, becomes '.'. */
static void unlocalise(char *s) {
  char *to = s + (*s == '-');
  while (*to >= '0' && *to <= '9') to++;
  char *from = to;
  while (*from && *from != 'e' && (*from < '0' || *from > '9')) from++;
  if (from == to) return;
  *to++ = '.';
  memmove(to, from, strlen(from) + 1);
}

static la_str *from_text(char *s, la_error *e) {
  unlocalise(s);
  return la_decimal_parse(s, strlen(s), e);
}

la_str *la_decimal_from_double(double r, la_error *e) {
  char s[LA_REAL_MAX];
  if (special(r)) return made(la_str_from(special(r)), e);
  return la_decimal_parse(s, la_real_format(s, r), e);
}

la_str *la_decimal_from_double_exact(double r, la_error *e) {
  char s[DOUBLE_DIGITS + 32];
  if (special(r)) return made(la_str_from(special(r)), e);
  snprintf(s, sizeof s, "%.*e", DOUBLE_DIGITS - 1, r);
  la_str *padded = from_text(s, e), *out = NULL;
  la_num x = LA_NUM_INIT;
  if (padded && !la_num_read(&x, padded, e)) {
    for (const char *d = la_num_digits(&x); x.n > 1 && x.exp < 0 && !d[x.n - 1]; x.n--) x.exp++;
    if (la_num_is_zero(&x)) x.exp = 0;
    if (x.exp <= 0 || !la_num_pad(&x, (size_t)x.exp, e)) out = la_num_text(&x, e);
  }
  la_num_free(&x);
  la_str_release(padded);
  return out;
}

la_str *la_decimal_from_double_places(double r, int places, la_error *e) {
  la_buf b = LA_BUF_INIT;
  if (special(r)) return made(la_str_from(special(r)), e);
  la_buf_printf(&b, "%.*f", places, r);
  la_buf_putc(&b, '\0');
  la_str *out = la_buf_ok(&b) ? from_text(b.s, e) : made(NULL, e);
  la_buf_free(&b);
  return out;
}

/* ---- to numbers ---- */

static la_dectext view(const la_str *d) {
  la_dectext t;
  if (!la_dectext_read(&t, d->s, d->len)) t.kind = LA_DEC_NAN;
  return t;
}

int la_decimal_to_double(double *out, const la_str *d, la_error *e) {
  return la_real_parse(out, d->s, d->len) ? 0 : la_fail_memory(e);
}

bool la_decimal_to_int(int64_t *out, const la_str *d) {
  la_dectext t = view(d);
  int64_t value = 0, places = (int64_t)t.n + t.exp;
  if (t.kind != LA_DEC_FINITE || (!t.zero && places > 19)) return false;
  for (int64_t i = 0; i < places || (size_t)i < t.n; i++) {
    int digit = (size_t)i < t.n ? la_dectext_next(&t.s) : 0;
    if (t.zero) break;
    if (i >= places && digit) return false;
    if (i >= places) continue;
    if (value < (INT64_MIN + digit) / 10) return false; /* it grows downwards: INT64_MIN has no positive */
    value = value * 10 - digit;
  }
  if (!t.neg && value == INT64_MIN) return false;
  *out = t.neg ? value : -value;
  return true;
}

/* ---- by value ---- */

static int sign_of(const la_dectext *t) { return t->zero ? 0 : t->neg ? -1 : 1; }

/* Of two finite numbers that are not zero, without their signs. */
static int compare_sizes(la_dectext a, la_dectext b) {
  int64_t high_a = a.exp + (int64_t)a.n, high_b = b.exp + (int64_t)b.n;
  if (high_a != high_b) return high_a < high_b ? -1 : 1;
  for (size_t i = 0; i < a.n || i < b.n; i++) {
    int x = i < a.n ? la_dectext_next(&a.s) : 0, y = i < b.n ? la_dectext_next(&b.s) : 0;
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

int la_decimal_compare(const la_str *a, const la_str *b) {
  la_dectext x = view(a), y = view(b);
  if (x.kind == LA_DEC_NAN || y.kind == LA_DEC_NAN) return LA_DECIMAL_UNORDERED;
  int sx = sign_of(&x), sy = sign_of(&y);
  if (sx != sy) return sx < sy ? -1 : 1;
  if (x.kind == LA_DEC_INF || y.kind == LA_DEC_INF) return sx * ((x.kind == LA_DEC_INF) - (y.kind == LA_DEC_INF));
  return sx ? sx * compare_sizes(x, y) : 0;
}

bool la_decimal_eq(const la_str *a, const la_str *b) { return la_decimal_compare(a, b) == 0; }

uint64_t la_decimal_hash(const la_str *d) {
  la_dectext t = view(d);
  uint64_t h = la_hash_mix((uint64_t)t.kind, (uint64_t)(sign_of(&t) + 1));
  if (t.kind != LA_DEC_FINITE || t.zero) return t.kind == LA_DEC_NAN ? LA_DEC_NAN : h;
  h = la_hash_mix(h, (uint64_t)(t.exp + (int64_t)t.n));
  uint64_t zeroes = 0;
  for (size_t i = 0; i < t.n; i++) {
    int digit = la_dectext_next(&t.s);
    if (digit) h = la_hash_mix(h, zeroes * 10 + (uint64_t)digit);
    zeroes = digit ? 0 : zeroes + 1;
  }
  return h;
}

bool la_decimal_is_finite(const la_str *d) { return view(d).kind == LA_DEC_FINITE; }

bool la_decimal_is_nan(const la_str *d) { return view(d).kind == LA_DEC_NAN; }

bool la_decimal_is_zero(const la_str *d) { return view(d).zero; }

bool la_decimal_is_signed(const la_str *d) { return d->s[0] == '-'; }

int64_t la_decimal_exponent(const la_str *d) {
  la_dectext t = view(d);
  return t.kind == LA_DEC_FINITE ? t.exp : 0;
}

int64_t la_decimal_adjusted(const la_str *d) {
  la_dectext t = view(d);
  return t.kind == LA_DEC_FINITE ? t.exp + (int64_t)t.n - 1 : 0;
}
