/* datetime_format.c - strftime and strptime in the C locale. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/datetime.h"

static const char *const weekdays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

const char *la_weekday_name(int weekday) { return weekdays[weekday]; }

const char *la_month_name(int month) { return months[month]; }

/* Directives that stand for others. */
static const char *expansion(char directive) {
  switch (directive) {
    case 'c': return "%a %b %e %H:%M:%S %Y";
    case 'x':
    case 'D': return "%m/%d/%y";
    case 'X':
    case 'T': return "%H:%M:%S";
    case 'F': return "%Y-%m-%d";
    case 'R': return "%H:%M";
    case 'r': return "%I:%M:%S %p";
    case 'h': return "%b";
    default: return NULL;
  }
}

/* ---- strftime ---- */

typedef struct moment {
  la_civil c;
  int64_t days, iso_year;
  int weekday, yearday, iso_week, iso_day;
} moment;

static moment moment_of(const la_value *v) {
  moment m;
  la_civil_of(&m.c, v);
  m.days = la_days_from_civil(m.c.year, m.c.month, m.c.day);
  m.weekday = la_weekday(m.days);
  m.yearday = (int)(m.days - la_days_from_civil(m.c.year, 1, 1)) + 1;
  la_iso_week(m.days, &m.iso_year, &m.iso_week, &m.iso_day);
  return m;
}

/* At least width wide; the '-' flag takes the padding away. */
static bool put_number(la_buf *b, int64_t n, int width, bool flag, char pad) {
  la_buf_printf(b, pad == ' ' ? "%*" PRId64 : "%0*" PRId64, flag ? 1 : width, n);
  return true;
}

/* What is a number; false if the directive is none of these. */
static bool put_numeric(la_buf *b, const moment *m, char directive, bool flag) {
  int hour12 = (int)(m->c.hour + 11) % 12 + 1, sunday = (m->weekday + 1) % 7;
  switch (directive) {
    case 'Y': return put_number(b, m->c.year, 1, flag, '0');
    case 'C': return put_number(b, m->c.year / 100, 1, flag, '0');
    case 'y': return put_number(b, m->c.year % 100, 2, flag, '0');
    case 'm': return put_number(b, m->c.month, 2, flag, '0');
    case 'd': return put_number(b, m->c.day, 2, flag, '0');
    case 'e': return put_number(b, m->c.day, 2, flag, ' ');
    case 'H': return put_number(b, m->c.hour, 2, flag, '0');
    case 'k': return put_number(b, m->c.hour, 2, flag, ' ');
    case 'I': return put_number(b, hour12, 2, flag, '0');
    case 'l': return put_number(b, hour12, 2, flag, ' ');
    case 'M': return put_number(b, m->c.minute, 2, flag, '0');
    case 'S': return put_number(b, m->c.second, 2, flag, '0');
    case 'f': return put_number(b, m->c.micro, 6, false, '0');
    case 'j': return put_number(b, m->yearday, 3, flag, '0');
    case 'u': return put_number(b, m->weekday + 1, 1, flag, '0');
    case 'w': return put_number(b, sunday, 1, flag, '0');
    case 'U': return put_number(b, (m->yearday + 6 - sunday) / 7, 2, flag, '0');
    case 'W': return put_number(b, (m->yearday + 6 - m->weekday) / 7, 2, flag, '0');
    case 'G': return put_number(b, m->iso_year, 1, flag, '0');
    case 'g': return put_number(b, m->iso_year % 100, 2, flag, '0');
    case 'V': return put_number(b, m->iso_week, 2, flag, '0');
    default: return false;
  }
}

static void put_zone(la_buf *b, const la_civil *c, bool name) {
  if (!c->tz) return;
  if (name) la_buf_puts(b, "UTC");
  if (name && !c->offset) return;
  size_t from = b->len;
  la_offset_iso(b, c->offset);
  if (name || !la_buf_ok(b)) return;
  size_t to = from;
  for (size_t i = from; i < b->len; i++)
    if (b->s[i] != ':') b->s[to++] = b->s[i];
  b->len = to;
}

static bool put_word(la_buf *b, const moment *m, char directive) {
  const char *half = m->c.hour < 12 ? "AM" : "PM";
  switch (directive) {
    case 'A': la_buf_puts(b, weekdays[m->weekday]); return true;
    case 'a': la_buf_add(b, weekdays[m->weekday], 3); return true;
    case 'B': la_buf_puts(b, months[m->c.month - 1]); return true;
    case 'b': la_buf_add(b, months[m->c.month - 1], 3); return true;
    case 'p': la_buf_puts(b, half); return true;
    case 'P': la_buf_puts(b, *half == 'A' ? "am" : "pm"); return true;
    case 'z': put_zone(b, &m->c, false); return true;
    case 'Z': put_zone(b, &m->c, true); return true;
    case 'n': la_buf_putc(b, '\n'); return true;
    case 't': la_buf_putc(b, '\t'); return true;
    case '%': la_buf_putc(b, '%'); return true;
    default: return false;
  }
}

static bool put_all(la_buf *b, const moment *m, const char *fmt, size_t len, char *unknown) {
  for (const char *p = fmt, *end = fmt + len; p < end; p++) {
    if (*p != '%') {
      la_buf_putc(b, *p);
      continue;
    }
    bool flag = end - p > 1 && p[1] == '-';
    p += 1 + flag;
    *unknown = p < end ? *p : '%';
    const char *more = p < end ? expansion(*p) : NULL;
    if (more ? !put_all(b, m, more, strlen(more), unknown)
             : p >= end || (!put_numeric(b, m, *p, flag) && !put_word(b, m, *p)))
      return false;
  }
  return true;
}

int la_temporal_format(la_buf *b, const la_value *v, const char *fmt, size_t len, la_error *e) {
  moment m = moment_of(v);
  char unknown = 0;
  if (put_all(b, &m, fmt, len, &unknown)) return la_buf_ok(b) ? 0 : la_fail_memory(e);
  return la_fail_with(e, LA_EXC_ArgumentError, "strftime: unknown directive '%%%c' in '%.80s'", unknown, fmt);
}

/* ---- strptime ---- */

typedef struct scan {
  const char *s;
  la_civil c;
  int64_t hour12, yearday;
  int half;        /* 0: none given, 1: AM, 2: PM */
  const char *bad; /* a directive that is not supported */
} scan;

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* As many digits as make a number of low..high, at most width. */
static bool read_number(scan *x, int width, int64_t low, int64_t high, int64_t *out) {
  int64_t n = 0;
  int used = 0;
  while (used < width && is_digit(x->s[used]) && n * 10 + (x->s[used] - '0') <= high) n = n * 10 + (x->s[used++] - '0');
  if (!used || n < low) return false;
  x->s += used;
  *out = n;
  return true;
}

static bool read_fixed(scan *x, int width, int64_t *out) {
  for (int i = 0; i < width; i++)
    if (!is_digit(x->s[i])) return false;
  return read_number(x, width, 0, INT64_MAX / 20, out);
}

/* One of n names, whole or by its first three letters, in any case. */
static bool read_name(scan *x, const char *const *names, int n, bool whole, int64_t *out) {
  for (int i = 0; i < n; i++) {
    size_t len = whole ? strlen(names[i]) : 3;
    if (strncasecmp(x->s, names[i], len)) continue;
    x->s += len;
    *out = i + 1;
    return true;
  }
  return false;
}

static bool read_half(scan *x) {
  if (strncasecmp(x->s, "AM", 2) && strncasecmp(x->s, "PM", 2)) return false;
  x->half = (*x->s | 0x20) == 'a' ? 1 : 2;
  x->s += 2;
  return true;
}

static bool read_fraction(scan *x) {
  int64_t unit = 100000;
  if (!is_digit(*x->s)) return false;
  for (x->c.micro = 0; unit && is_digit(*x->s); unit /= 10) x->c.micro += (*x->s++ - '0') * unit;
  return true;
}

/* Z, +hhmm, +hh:mm, either with seconds. */
static bool read_offset(scan *x) {
  int64_t hour, minute, second = 0;
  x->c.tz = true;
  if (*x->s == 'Z' || *x->s == 'z') return x->s++, true;
  int sign = *x->s == '-' ? -1 : *x->s == '+' ? 1 : 0;
  if (!sign) return false;
  x->s++;
  if (!read_fixed(x, 2, &hour)) return false;
  bool colon = *x->s == ':';
  x->s += colon;
  if (!read_fixed(x, 2, &minute) || minute > 59) return false;
  if (colon ? *x->s == ':' && is_digit(x->s[1]) : is_digit(*x->s)) {
    x->s += colon;
    if (!read_fixed(x, 2, &second) || second > 59) return false;
  }
  x->c.offset = (int32_t)(sign * ((hour * 60 + minute) * 60 + second));
  return true;
}

/* A name says nothing of the offset: Python leaves the result naive, too. */
static bool read_zone_name(scan *x) {
  if (strncasecmp(x->s, "UTC", 3) && strncasecmp(x->s, "GMT", 3)) return false;
  x->s += 3;
  return true;
}

static bool read_year2(scan *x) {
  if (!read_fixed(x, 2, &x->c.year)) return false;
  x->c.year += x->c.year <= 68 ? 2000 : 1900;
  return true;
}

/* Two digits, or a blank and one. */
static bool read_day(scan *x) {
  bool blank = *x->s == ' ';
  x->s += blank;
  return read_number(x, blank ? 1 : 2, 1, 31, &x->c.day);
}

static bool read_field(scan *x, char directive) {
  int64_t ignored;
  switch (directive) {
    case 'Y': return read_fixed(x, 4, &x->c.year);
    case 'y': return read_year2(x);
    case 'm': return read_number(x, 2, 1, 12, &x->c.month);
    case 'd':
    case 'e': return read_day(x);
    case 'H': return read_number(x, 2, 0, 23, &x->c.hour);
    case 'I': return read_number(x, 2, 1, 12, &x->hour12);
    case 'M': return read_number(x, 2, 0, 59, &x->c.minute);
    case 'S': return read_number(x, 2, 0, 61, &x->c.second);
    case 'f': return read_fraction(x);
    case 'j': return read_number(x, 3, 1, 366, &x->yearday);
    case 'w': return read_number(x, 1, 0, 6, &ignored);
    case 'A': return read_name(x, weekdays, 7, true, &ignored);
    case 'a': return read_name(x, weekdays, 7, false, &ignored);
    case 'B': return read_name(x, months, 12, true, &x->c.month);
    case 'b': return read_name(x, months, 12, false, &x->c.month);
    case 'p': return read_half(x);
    case 'z': return read_offset(x);
    case 'Z': return read_zone_name(x);
    case '%': return *x->s == '%' && x->s++;
    default: return false;
  }
}

static bool read_directive(scan *x, const char *p) {
  if (!*p || !strchr("YymdeHIMSfjwAaBbpzZ%", *p)) x->bad = p;
  return !x->bad && read_field(x, *p);
}

/* White space in fmt takes any amount of it, but some. */
static bool read_space(scan *x) {
  if (!is_space(*x->s)) return false;
  while (is_space(*x->s)) x->s++;
  return true;
}

static bool read_all(scan *x, const char *fmt);

/* One directive, character or run of white space of the format, which *fmt then stands behind. */
static bool read_part(scan *x, const char **fmt) {
  const char *p = *fmt, *more = *p == '%' ? expansion(p[1]) : NULL;
  *fmt = p + (*p == '%' && p[1] ? 2 : 1);
  if (more) return read_all(x, more);
  if (*p == '%') return read_directive(x, p + 1);
  if (!is_space(*p)) return *x->s && strncasecmp(x->s++, p, 1) == 0;
  while (is_space(**fmt)) ++*fmt;
  return read_space(x);
}

static bool read_all(scan *x, const char *fmt) {
  while (*fmt)
    if (!read_part(x, &fmt)) return false;
  return true;
}

static void settle(scan *x) {
  if (x->hour12) x->c.hour = x->hour12 % 12 + (x->half == 2 ? 12 : 0);
  if (x->yearday) la_civil_from_days(&x->c, la_days_from_civil(x->c.year, 1, 1) + x->yearday - 1);
}

int la_datetime_scan(la_value *out, const char *s, const char *fmt, la_error *e) {
  scan x = {s, {1900, 1, 1, 0, 0, 0, 0, false, 0}, 0, 0, 0, NULL};
  bool ok = read_all(&x, fmt);
  if (x.bad)
    return la_fail_with(e, LA_EXC_ArgumentError, "strptime: directive '%%%.1s' is not supported, in '%.80s'", x.bad,
                        fmt);
  if (!ok) return la_fail_with(e, LA_EXC_ArgumentError, "time data '%.80s' does not match format '%.80s'", s, fmt);
  if (*x.s) return la_fail_with(e, LA_EXC_ArgumentError, "unconverted data remains: %.80s", x.s);
  settle(&x);
  return la_datetime_make(out, &x.c, e);
}
