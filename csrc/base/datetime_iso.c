/* datetime_iso.c - ISO 8601 and Python's str(), written and read.
 *
 * Readers are a cursor that goes over the text; a step that does not find what it
 * wants answers false and the whole text is then refused.
 */
#include <inttypes.h>
#include <string.h>

#include "base/datetime.h"

/* ---- writing ---- */

/* The last `width` digits of n, up to 8. */
static void put(la_buf *b, int64_t n, int width) {
  char digits[8];
  for (int i = width; i-- > 0; n /= 10) digits[i] = (char)('0' + n % 10);
  la_buf_add(b, digits, (size_t)width);
}

static void put_after(la_buf *b, char mark, int64_t n, int width) {
  la_buf_putc(b, mark);
  put(b, n, width);
}

static void put_date(la_buf *b, const la_civil *c) {
  put(b, c->year, 4);
  put_after(b, '-', c->month, 2);
  put_after(b, '-', c->day, 2);
}

void la_offset_iso(la_buf *b, int32_t offset) {
  int seconds = offset < 0 ? -offset : offset;
  put_after(b, offset < 0 ? '-' : '+', seconds / 3600, 2);
  put_after(b, ':', seconds / 60 % 60, 2);
  if (seconds % 60) put_after(b, ':', seconds % 60, 2);
}

static void put_time(la_buf *b, const la_civil *c, la_timespec spec) {
  if (spec == LA_TIMESPEC_AUTO) spec = c->micro ? LA_TIMESPEC_MICROSECONDS : LA_TIMESPEC_SECONDS;
  put(b, c->hour, 2);
  if (spec >= LA_TIMESPEC_MINUTES) put_after(b, ':', c->minute, 2);
  if (spec >= LA_TIMESPEC_SECONDS) put_after(b, ':', c->second, 2);
  if (spec == LA_TIMESPEC_MILLISECONDS) put_after(b, '.', c->micro / 1000, 3);
  if (spec == LA_TIMESPEC_MICROSECONDS) put_after(b, '.', c->micro, 6);
  if (c->tz) la_offset_iso(b, c->offset);
}

void la_temporal_iso(la_buf *b, const la_value *v, const char *sep, la_timespec spec) {
  la_civil c;
  la_civil_of(&c, v);
  if (v->tag != LA_V_TIME) put_date(b, &c);
  if (v->tag == LA_V_DATETIME) la_buf_puts(b, sep);
  if (v->tag != LA_V_DATE) put_time(b, &c, spec);
}

static void put_interval(la_buf *b, const la_value *v) {
  int64_t days;
  int seconds, micro;
  la_interval_parts(v, &days, &seconds, &micro);
  if (days) la_buf_printf(b, "%" PRId64 " day%s, ", days, days == 1 || days == -1 ? "" : "s");
  la_buf_printf(b, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (micro) la_buf_printf(b, ".%06d", micro);
}

void la_temporal_str(la_buf *b, const la_value *v) {
  if (v->tag == LA_V_INTERVAL)
    put_interval(b, v);
  else
    la_temporal_iso(b, v, " ", LA_TIMESPEC_AUTO);
}

/* ---- reading ---- */

typedef struct cursor {
  const char *p, *end;
} cursor;

static bool at_digit(const cursor *c, int ahead) {
  return c->end - c->p > ahead && c->p[ahead] >= '0' && c->p[ahead] <= '9';
}

static bool take(cursor *c, char wanted) {
  if (c->p == c->end || *c->p != wanted) return false;
  c->p++;
  return true;
}

/* Exactly n digits. */
static bool number(cursor *c, int n, int64_t *out) {
  for (*out = 0; n > 0; n--) {
    if (!at_digit(c, 0)) return false;
    *out = *out * 10 + (*c->p++ - '0');
  }
  return true;
}

static bool set_week_date(la_civil *out, int64_t week, int64_t day) {
  int64_t year, thursday = la_days_from_civil(out->year, 1, 4);
  int64_t days = thursday - la_weekday(thursday) + (week - 1) * 7 + day - 1;
  int found_week, found_day;
  if (out->year < 1 || week < 1 || week > 53 || day < 1 || day > 7 || days < 0 || days > LA_DAY_MAX) return false;
  la_iso_week(days, &year, &found_week, &found_day);
  if (year != out->year) return false; /* there is no week 53 */
  la_civil_from_days(out, days);
  return true;
}

/* What follows the W: "20", "20-5" or "205". A day of one digit, not the hour of two, comes after. */
static bool week_date(cursor *c, bool dashes, la_civil *out) {
  int64_t week, day = 1;
  if (!number(c, 2, &week)) return false;
  int skip = dashes && c->p < c->end && *c->p == '-';
  if (skip == dashes && at_digit(c, skip) && !at_digit(c, skip + 1)) {
    c->p += skip;
    number(c, 1, &day);
  }
  return set_week_date(out, week, day);
}

static bool date(cursor *c, la_civil *out) {
  if (!number(c, 4, &out->year)) return false;
  bool dashes = take(c, '-');
  if (take(c, 'W')) return week_date(c, dashes, out);
  return number(c, 2, &out->month) && (!dashes || take(c, '-')) && number(c, 2, &out->day);
}

/* Up to six digits count, more are cut off. */
static bool fraction(cursor *c, int64_t *micro) {
  int64_t unit = 100000;
  if (!at_digit(c, 0)) return false;
  for (*micro = 0; at_digit(c, 0); unit /= 10) *micro += (*c->p++ - '0') * unit;
  return true;
}

/* hh, hh:mm, hh:mm:ss, hh:mm:ss.f or the same without colons. */
static bool clock(cursor *c, la_civil *out) {
  out->hour = out->minute = out->second = out->micro = 0;
  if (!number(c, 2, &out->hour)) return false;
  bool colons = take(c, ':');
  if (!colons && !at_digit(c, 0)) return true;
  if (!number(c, 2, &out->minute)) return false;
  if (colons ? !take(c, ':') : !at_digit(c, 0)) return true;
  if (!number(c, 2, &out->second)) return false;
  return take(c, '.') || take(c, ',') ? fraction(c, &out->micro) : true;
}

/* Nothing, Z, or an offset like a clock; one of a fraction of a second cannot be kept. */
static bool zone(cursor *c, la_civil *out) {
  la_civil at;
  if (c->p == c->end) return true;
  out->tz = true;
  out->offset = 0;
  if (take(c, 'Z')) return true;
  int sign = take(c, '-') ? -1 : take(c, '+') ? 1 : 0;
  if (!sign || !clock(c, &at) || at.micro || at.minute > 59 || at.second > 59) return false;
  out->offset = (int32_t)(sign * ((at.hour * 60 + at.minute) * 60 + at.second));
  return true;
}

static bool time_of_day(cursor *c, la_civil *out) { return clock(c, out) && zone(c, out); }

/* One character of UTF-8. */
static bool separator(cursor *c) {
  if (c->p == c->end) return false;
  do c->p++;
  while (c->p < c->end && ((unsigned char)*c->p & 0xc0) == 0x80);
  return true;
}

static bool datetime(cursor *c, la_civil *out) {
  if (!date(c, out)) return false;
  return c->p == c->end || (separator(c) && time_of_day(c, out));
}

typedef bool (*reader)(cursor *c, la_civil *out);
typedef int (*maker)(la_value *out, const la_civil *c, la_error *e);

static int parse(la_value *out, const char *s, size_t len, reader read, maker make, const char *what, la_error *e) {
  cursor c = {s, s + len};
  la_civil civil = {1900, 1, 1, 0, 0, 0, 0, false, 0};
  if (read(&c, &civil) && c.p == c.end) return make(out, &civil, e);
  return la_fail_with(e, LA_EXC_ArgumentError, "Invalid isoformat string: '%.*s' is not a %s", len > 80 ? 80 : (int)len,
                      s, what);
}

static bool time_with_t(cursor *c, la_civil *out) {
  take(c, 'T');
  return time_of_day(c, out);
}

int la_date_parse(la_value *out, const char *s, size_t len, la_error *e) {
  return parse(out, s, len, date, la_date_make, "date", e);
}

int la_time_parse(la_value *out, const char *s, size_t len, la_error *e) {
  return parse(out, s, len, time_with_t, la_time_make, "time", e);
}

int la_datetime_parse(la_value *out, const char *s, size_t len, la_error *e) {
  return parse(out, s, len, datetime, la_datetime_make, "datetime", e);
}
