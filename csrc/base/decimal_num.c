/* decimal_num.c - reading, writing and rounding of decimals. */
#include "base/decimal_num.h"

#include <string.h>

#include "base/mem.h"

/* The widest exponents that Python's decimal accepts when it reads. */
#define EXP_LIMIT 999999999999999999

/* ---- the text ---- */

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Case does not matter; word is lower case. */
static bool is_word(const char *s, const char *end, const char *word) {
  for (; s < end && *word; s++, word++)
    if ((*s | 0x20) != *word) return false;
  return s == end && !*word;
}

/* "e-12" up to end; saturates far outside of what is accepted. */
static bool read_exponent(int64_t *out, const char *s, const char *end) {
  bool neg = *++s == '-', any = false;
  if (s < end && (*s == '-' || *s == '+')) s++;
  for (*out = 0; s < end; s++) {
    if (*s == '_') continue;
    if (!is_digit(*s)) return false;
    any = true;
    *out = *out < INT64_MAX / 20 ? *out * 10 + (*s - '0') : INT64_MAX / 2;
  }
  if (neg) *out = -*out;
  return any;
}

static bool read_special(la_dectext *t, const char *s, const char *end) {
  t->kind = is_word(s, end, "nan") ? LA_DEC_NAN : LA_DEC_INF;
  t->zero = false;
  return t->kind == LA_DEC_NAN || is_word(s, end, "inf") || is_word(s, end, "infinity");
}

/* The digits from s on, up to an exponent or end; sets t->s, n, zero and exp. Returns where they end. */
static const char *read_digits(la_dectext *t, const char *s, const char *end) {
  bool point = false, any = false;
  t->s = NULL;
  for (; s < end; s++) {
    if (*s == '_') continue;
    if (*s == '.' && !point) {
      point = true;
      continue;
    }
    if (!is_digit(*s)) break;
    any = true;
    t->exp -= point;
    if (!t->s && *s != '0') t->s = s;
    if (t->s) t->n++;
  }
  t->zero = !t->s;
  if (t->zero) {
    t->s = "0";
    t->n = 1;
  }
  return any ? s : NULL;
}

bool la_dectext_read(la_dectext *out, const char *s, size_t len) {
  const char *end = s + len;
  int64_t exp = 0;
  *out = (la_dectext){LA_DEC_FINITE, false, false, NULL, 0, 0};
  while (s < end && is_space(*s)) s++;
  while (s < end && is_space(end[-1])) end--;
  if (s == end) return false;
  out->neg = *s == '-';
  if (*s == '-' || *s == '+') s++;
  const char *stop = read_digits(out, s, end);
  if (!stop) return read_special(out, s, end);
  if (stop < end && ((*stop | 0x20) != 'e' || !read_exponent(&exp, stop, end))) return false;
  out->exp += exp;
  return out->exp + (int64_t)out->n - 1 <= EXP_LIMIT && out->exp >= -2 * EXP_LIMIT;
}

int la_dectext_next(const char **s) {
  while (!is_digit(**s)) ++*s;
  return *(*s)++ - '0';
}

/* ---- digits ---- */

char *la_num_digits(la_num *x) { return x->heap ? x->heap : x->place; }

static const char *digits(const la_num *x) { return x->heap ? x->heap : x->place; }

bool la_num_is_zero(const la_num *x) { return x->kind == LA_DEC_FINITE && x->n == 1 && !digits(x)[0]; }

void la_num_free(la_num *x) {
  la_free(x->heap);
  x->heap = NULL;
}

int la_num_reserve(la_num *x, size_t n, la_error *e) {
  if (n <= (x->heap ? x->cap : sizeof x->place)) return 0;
  char *p = la_realloc(x->heap, n);
  if (!p) return la_fail_memory(e);
  if (!x->heap) memcpy(p, x->place, x->n < sizeof x->place ? x->n : sizeof x->place);
  x->heap = p;
  x->cap = n;
  return 0;
}

int la_num_copy(la_num *out, const la_num *x, la_error *e) {
  if (la_num_reserve(out, x->n, e)) return -1;
  memmove(la_num_digits(out), digits(x), x->n);
  out->kind = x->kind;
  out->neg = x->neg;
  out->exp = x->exp;
  out->n = x->n;
  return 0;
}

void la_num_set(la_num *x, bool neg, char digit, int64_t exp) {
  x->kind = LA_DEC_FINITE;
  x->neg = neg;
  x->exp = exp;
  x->n = 1;
  la_num_digits(x)[0] = digit;
}

void la_num_trim(la_num *x) {
  char *d = la_num_digits(x);
  size_t zeroes = 0;
  while (zeroes + 1 < x->n && !d[zeroes]) zeroes++;
  x->n -= zeroes;
  if (zeroes) memmove(d, d + zeroes, x->n);
}

int la_num_pad(la_num *x, size_t zeroes, la_error *e) {
  x->exp -= (int64_t)zeroes;
  if (la_num_is_zero(x)) return 0;
  if (la_num_reserve(x, x->n + zeroes, e)) return -1;
  memset(la_num_digits(x) + x->n, 0, zeroes);
  x->n += zeroes;
  return 0;
}

int la_num_read(la_num *out, const la_str *text, la_error *e) {
  la_dectext t;
  if (!la_dectext_read(&t, text->s, text->len))
    return la_fail_with(e, LA_EXC_ArgumentError, "Decimal: '%.80s' is not a decimal number", text->s);
  la_num_set(out, t.neg, 0, t.exp);
  out->kind = t.kind;
  if (t.kind != LA_DEC_FINITE) return 0;
  if (la_num_reserve(out, t.n, e)) return -1;
  char *d = la_num_digits(out);
  for (size_t i = 0; i < t.n; i++) d[i] = (char)la_dectext_next(&t.s);
  out->n = t.n;
  return 0;
}

/* ---- writing ---- */

static void put_zeroes(la_buf *b, int64_t n) {
  while (n-- > 0) la_buf_putc(b, '0');
}

static void put_digits(la_buf *b, const char *d, size_t n) {
  for (size_t i = 0; i < n; i++) la_buf_putc(b, (char)('0' + d[i]));
}

/* The point goes after so many digits; with exponents when it would be far off. */
static void put_finite(la_buf *b, const la_num *x) {
  const char *d = digits(x);
  int64_t left = x->exp + (int64_t)x->n;
  bool plain = x->exp <= 0 && left > -6;
  int64_t point = plain ? left : 1;
  if (point <= 0) {
    la_buf_puts(b, "0.");
    put_zeroes(b, -point);
    put_digits(b, d, x->n);
  } else {
    put_digits(b, d, (size_t)point);
    if ((size_t)point < x->n) la_buf_putc(b, '.');
    put_digits(b, d + point, x->n - (size_t)point);
  }
  if (left != point) la_buf_printf(b, "E%+lld", (long long)(left - point));
}

la_str *la_num_text(const la_num *x, la_error *e) {
  la_buf b = LA_BUF_INIT;
  if (x->neg) la_buf_putc(&b, '-');
  switch (x->kind) {
    case LA_DEC_NAN: la_buf_puts(&b, "NaN"); break;
    case LA_DEC_INF: la_buf_puts(&b, "Infinity"); break;
    case LA_DEC_FINITE: put_finite(&b, x); break;
  }
  la_str *s = la_buf_to_str(&b);
  la_buf_free(&b);
  if (!s) la_fail_memory(e);
  return s;
}

/* ---- rounding ---- */

/* What is cut off, against one half of the last digit kept: -1, 0, 1; -2 if it is nothing. */
static int cut_against_half(const char *cut, size_t n) {
  bool rest = false;
  for (size_t i = 1; i < n; i++) rest = rest || cut[i];
  if (!n || (!cut[0] && !rest)) return -2;
  if (cut[0] != 5) return cut[0] > 5 ? 1 : -1;
  return rest ? 1 : 0;
}

static bool goes_away_from_zero(la_rounding rounding, bool neg, int last, int cut) {
  if (cut == -2) return false;
  switch (rounding) {
    case LA_ROUND_HALF_EVEN: return cut > 0 || (cut == 0 && last % 2);
    case LA_ROUND_HALF_UP: return cut >= 0;
    case LA_ROUND_HALF_DOWN: return cut > 0;
    case LA_ROUND_UP: return true;
    case LA_ROUND_DOWN: return false;
    case LA_ROUND_CEILING: return !neg;
    case LA_ROUND_FLOOR: return neg;
    case LA_ROUND_05UP: return last % 5 == 0;
  }
  return false;
}

/* Adds one unit to the last digit; there is room for a digit more. */
static void increment(la_num *x) {
  char *d = la_num_digits(x);
  size_t i = x->n;
  while (i && d[i - 1] == 9) d[--i] = 0;
  if (i) {
    d[i - 1]++;
    return;
  }
  memmove(d + 1, d, x->n++);
  d[0] = 1;
}

/* Drops the last `drop` digits, with at least one leading digit kept or made. */
static int cut_off(la_num *x, size_t drop, la_rounding rounding, la_error *e) {
  if (drop >= x->n) { /* 0.5 as 00.5: a zero to keep */
    size_t zeroes = drop - x->n + 1;
    if (la_num_reserve(x, x->n + zeroes, e)) return -1;
    memmove(la_num_digits(x) + zeroes, la_num_digits(x), x->n);
    memset(la_num_digits(x), 0, zeroes);
    x->n += zeroes;
  }
  char *d = la_num_digits(x);
  size_t keep = x->n - drop;
  int cut = cut_against_half(d + keep, drop);
  x->n = keep;
  x->exp += (int64_t)drop;
  if (goes_away_from_zero(rounding, x->neg, d[keep - 1], cut)) increment(x);
  la_num_trim(x);
  return 0;
}

int la_num_rescale(la_num *x, int64_t exp, la_rounding rounding, la_error *e) {
  if (la_num_is_zero(x)) {
    x->exp = exp;
    return 0;
  }
  if (exp <= x->exp) return la_num_pad(x, (size_t)(x->exp - exp), e);
  if (exp - x->exp > (int64_t)x->n + 1) la_num_set(x, x->neg, 1, exp - 2); /* any tiny amount will do */
  return cut_off(x, (size_t)(exp - x->exp), rounding, e);
}

static int overflow(la_error *e) {
  return la_fail_with(e, LA_EXC_ArgumentError, "Decimal: overflow, the result is beyond 1E+%d", LA_DEC_EMAX + 1);
}

int la_num_fix(la_num *x, size_t prec, la_error *e) {
  int64_t etop = LA_DEC_EMAX - (int64_t)prec + 1, etiny = -LA_DEC_EMAX - (int64_t)prec + 1;
  if (x->kind != LA_DEC_FINITE) return 0;
  if (la_num_is_zero(x)) {
    x->exp = x->exp < etiny ? etiny : x->exp > LA_DEC_EMAX ? LA_DEC_EMAX : x->exp;
    return 0;
  }
  int64_t least = (int64_t)x->n + x->exp - (int64_t)prec;
  if (least > etop) return overflow(e);
  if (least < etiny) least = etiny;
  if (x->exp < least && la_num_rescale(x, least, LA_ROUND_HALF_EVEN, e)) return -1;
  if (x->n > prec && la_num_rescale(x, x->exp + 1, LA_ROUND_HALF_EVEN, e)) return -1;
  return (int64_t)x->n + x->exp - 1 > LA_DEC_EMAX ? overflow(e) : 0;
}
