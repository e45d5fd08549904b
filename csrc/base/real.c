/* real.c - strtod and printf, with the locale's decimal point put in and taken
 * out again. */
#include "base/real.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static size_t digits(const char *s, size_t i, size_t n) {
  while (i < n && is_digit(s[i])) i++;
  return i;
}

/* Where a number that begins at s[i] (after the sign) ends; 0: there is none. */
static size_t number_end(const char *s, size_t i, size_t n) {
  size_t whole = digits(s, i, n), end = whole;
  if (end < n && s[end] == '.') end = digits(s, end + 1, n);
  if (end - i == 0 || (end - i == 1 && s[i] == '.')) return 0;
  if (end == n || (s[end] != 'e' && s[end] != 'E')) return end;
  size_t sign = end + 1 < n && (s[end + 1] == '+' || s[end + 1] == '-');
  size_t exp = digits(s, end + 1 + sign, n);
  return exp > end + 1 + sign ? exp : 0;
}

static bool is_word(const char *s, size_t n, const char *word) { return strlen(word) == n && !strncasecmp(s, word, n); }

static bool parse_special(double *out, const char *s, size_t i, size_t n) {
  bool minus = i && s[0] == '-';
  s += i;
  n -= i;
  if (is_word(s, n, "nan"))
    *out = NAN;
  else if (is_word(s, n, "inf") || is_word(s, n, "infinity"))
    *out = minus ? -INFINITY : INFINITY;
  else
    return false;
  return true;
}

bool la_real_parse(double *out, const char *s, size_t n) {
  size_t i = n && (s[0] == '-' || s[0] == '+');
  if (i < n && !is_digit(s[i]) && s[i] != '.') return parse_special(out, s, i, n);
  if (number_end(s, i, n) != n || n == i) return false;
  const char *point = localeconv()->decimal_point, *dot = memchr(s, '.', n);
  char fixed[128];
  size_t room = n + strlen(point) + 1;
  char *copy = room <= sizeof fixed ? fixed : la_alloc(room);
  if (!copy) return false;
  size_t before = dot ? (size_t)(dot - s) : n, after = dot ? n - before - 1 : 0;
  snprintf(copy, room, "%.*s%s%.*s", (int)before, s, dot ? point : "", (int)after, dot ? dot + 1 : "");
  *out = strtod(copy, NULL);
  if (copy != fixed) la_free(copy);
  return true;
}

enum { DIGITS = 20 };

/* Just above a power of two the doubles are twice as far apart as below it, so
 * that the shortest text may be the next one up from the nearest. */
static bool next_reads_back(char *text, double r) {
  char *last = strchr(text, 'e') - 1;
  if (*last == '9') return false;
  ++*last;
  return strtod(text, NULL) == r;
}

/* The digits of r (as few as read back as r) without a point, and the exponent
 * of the first. Fifteen digits always read back if fewer do, but for denormals. */
static int shortest(char out[DIGITS], double r) {
  char text[48];
  int precision = r < 1e-300 ? 0 : 14;
  do snprintf(text, sizeof text, "%.*e", precision, r);
  while (strtod(text, NULL) != r && !next_reads_back(text, r) && ++precision < 17);
  char *e = strchr(text, 'e');
  size_t n = 0;
  for (char *p = text; p < e; p++)
    if (is_digit(*p)) out[n++] = *p;
  while (n > 1 && out[n - 1] == '0') n--;
  out[n] = '\0';
  return atoi(e + 1);
}

size_t la_real_format(char out[LA_REAL_MAX], double r) {
  static const char zeros[] = "0000000000000000";
  char d[DIGITS];
  int exp = isfinite(r) ? shortest(d, fabs(r)) : 0, n = 0;
  if (signbit(r) && r == r) *out = '-', n = 1;
  char *p = out + n;
  size_t room = LA_REAL_MAX - (size_t)n;
  int len = isfinite(r) ? (int)strlen(d) : 0;
  if (!isfinite(r))
    n += snprintf(p, room, r == r ? "inf" : "nan");
  else if (exp < -4 || exp >= 16)
    n += snprintf(p, room, "%c%s%se%c%02d", d[0], len > 1 ? "." : "", d + 1, exp < 0 ? '-' : '+', abs(exp));
  else if (exp < 0)
    n += snprintf(p, room, "0.%.*s%s", -exp - 1, zeros, d);
  else if (len <= exp + 1)
    n += snprintf(p, room, "%s%.*s.0", d, exp + 1 - len, zeros);
  else
    n += snprintf(p, room, "%.*s.%s", exp + 1, d, d + exp + 1);
  return (size_t)n;
}
