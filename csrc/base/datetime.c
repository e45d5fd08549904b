/* datetime.c - the calendar, and arithmetic on the integers that values are.
 *
 * Days and civil dates convert as if a year began in March: then the leap day is
 * its last, and months have lengths that a linear formula gives.
 */
#include "base/datetime.h"

#include <inttypes.h>
#include <math.h>
#include <time.h>

/* ---- the calendar ---- */

bool la_leap_year(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int la_days_in_month(int64_t year, int64_t month) {
  if (month == 2) return la_leap_year(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Days from 0000-03-01 to 0001-01-01. */
#define MARCH_TO_ONE 306

int64_t la_days_from_civil(int64_t year, int64_t month, int64_t day) {
  int64_t y = month <= 2 ? year - 1 : year, m = (month + 9) % 12;
  return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - MARCH_TO_ONE;
}

void la_civil_from_days(la_civil *out, int64_t days) {
  int64_t d = days + MARCH_TO_ONE, era = d / 146097, doe = d % 146097;
  int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), m = (5 * doy + 2) / 153;
  out->day = doy - (153 * m + 2) / 5 + 1;
  out->month = m < 10 ? m + 3 : m - 9;
  out->year = era * 400 + yoe + (out->month <= 2);
}

int la_weekday(int64_t days) { return (int)(days % 7); } /* 0001-01-01 is a Monday */

/* The Monday of week 1, which has the year's first Thursday. */
static int64_t first_monday(int64_t year) {
  int64_t first = la_days_from_civil(year, 1, 1);
  int weekday = (int)((first % 7 + 7) % 7);
  return first - weekday + (weekday > 3 ? 7 : 0);
}

void la_iso_week(int64_t days, int64_t *year, int *week, int *day) {
  la_civil c;
  la_civil_from_days(&c, days);
  *year = days < first_monday(c.year) ? c.year - 1 : c.year;
  if (days >= first_monday(c.year + 1)) *year = c.year + 1;
  *week = (int)((days - first_monday(*year)) / 7) + 1;
  *day = la_weekday(days) + 1;
}

/* ---- making values ---- */

static int out_of_range(la_error *e, const char *name, int64_t value, int low, int64_t high) {
  return la_fail_with(e, LA_EXC_ArgumentError, "%s must be in %d..%" PRId64 ", got %" PRId64, name, low, high, value);
}

static int check(const char *name, int64_t value, int low, int64_t high, la_error *e) {
  return value < low || value > high ? out_of_range(e, name, value, low, high) : 0;
}

static int check_date(const la_civil *c, la_error *e) {
  if (check("year", c->year, 1, 9999, e) || check("month", c->month, 1, 12, e)) return -1;
  int last = la_days_in_month(c->year, c->month);
  if (c->day >= 1 && c->day <= last) return 0;
  return la_fail_with(e, LA_EXC_ArgumentError, "day is out of range for month: must be in 1..%d, got %" PRId64, last,
                      c->day);
}

int la_offset_check(int64_t seconds, la_error *e) {
  if (seconds > -86400 && seconds < 86400) return 0;
  return la_fail_with(e, LA_EXC_ArgumentError, "an offset from UTC must be less than a day, got %" PRId64 " seconds",
                      seconds);
}

static int check_time(const la_civil *c, la_error *e) {
  if (check("hour", c->hour, 0, 23, e) || check("minute", c->minute, 0, 59, e) ||
      check("second", c->second, 0, 59, e) || check("microsecond", c->micro, 0, 999999, e))
    return -1;
  return c->tz ? la_offset_check(c->offset, e) : 0;
}

static int64_t usec_of_day(const la_civil *c) {
  return ((c->hour * 60 + c->minute) * 60 + c->second) * LA_USEC_SECOND + c->micro;
}

static la_value temporal(la_tag tag, int64_t i, bool tz, int32_t offset) {
  return (la_value){(uint8_t)tag, tz ? LA_VF_TZ : 0, tz ? offset : 0, {.i = i}};
}

int la_date_make(la_value *out, const la_civil *c, la_error *e) {
  if (check_date(c, e)) return -1;
  *out = temporal(LA_V_DATE, la_days_from_civil(c->year, c->month, c->day), false, 0);
  return 0;
}

int la_time_make(la_value *out, const la_civil *c, la_error *e) {
  if (check_time(c, e)) return -1;
  *out = temporal(LA_V_TIME, usec_of_day(c), c->tz, c->offset);
  return 0;
}

int la_datetime_make(la_value *out, const la_civil *c, la_error *e) {
  if (check_date(c, e) || check_time(c, e)) return -1;
  int64_t days = la_days_from_civil(c->year, c->month, c->day);
  *out = temporal(LA_V_DATETIME, days * LA_USEC_DAY + usec_of_day(c), c->tz, c->offset);
  return 0;
}

static int interval(la_value *out, bool overflow, int64_t usec, la_error *e) {
  if (overflow)
    return la_fail_with(e, LA_EXC_ArgumentError, "timedelta is out of range: it has at most 106751991 days");
  *out = temporal(LA_V_INTERVAL, usec, false, 0);
  return 0;
}

int la_interval_make(la_value *out, int64_t days, int64_t seconds, int64_t micro, la_error *e) {
  int64_t d = 0, s = 0, total = 0;
  bool overflow = __builtin_mul_overflow(days, LA_USEC_DAY, &d) ||
                  __builtin_mul_overflow(seconds, LA_USEC_SECOND, &s) || __builtin_add_overflow(d, s, &total) ||
                  __builtin_add_overflow(total, micro, &total);
  return interval(out, overflow, total, e);
}

/* Right to the microsecond for a thousand years and more, where a long double has 64 bits. */
static int interval_of(la_value *out, long double usec, la_error *e) {
  usec = rintl(usec);
  bool fits = usec > -9223372036854775808.0L && usec < 9223372036854775807.0L; /* also false for NaN */
  return interval(out, !fits, fits ? (int64_t)usec : 0, e);
}

int la_interval_mul(la_value *out, const la_value *v, double factor, la_error *e) {
  return interval_of(out, (long double)v->u.i * (long double)factor, e);
}

int la_interval_div(la_value *out, const la_value *v, double divisor, la_error *e) {
  if (divisor == 0) return la_fail_with(e, LA_EXC_ArgumentError, "division of a timedelta by zero");
  return interval_of(out, (long double)v->u.i / (long double)divisor, e);
}

/* ---- reading values ---- */

int64_t la_days_of(const la_value *v) { return v->tag == LA_V_DATE ? v->u.i : v->u.i / LA_USEC_DAY; }

void la_civil_of(la_civil *out, const la_value *v) {
  int64_t usec = v->tag == LA_V_DATE ? 0 : v->u.i % LA_USEC_DAY, seconds = usec / LA_USEC_SECOND;
  *out = (la_civil){1900, 1, 1, seconds / 3600, seconds / 60 % 60, seconds % 60, usec % LA_USEC_SECOND, false, 0};
  if (v->tag != LA_V_TIME) la_civil_from_days(out, la_days_of(v));
  out->tz = v->flags & LA_VF_TZ;
  if (out->tz) out->offset = v->aux;
}

int64_t la_interval_floordiv(int64_t usec, int64_t by) {
  if (by == -1) return usec == INT64_MIN ? INT64_MAX : -usec;
  int64_t rest = usec % by;
  return usec / by - (rest && (rest < 0) != (by < 0));
}

int64_t la_interval_mod(int64_t usec, int64_t by) {
  int64_t rest = by == -1 ? 0 : usec % by;
  return rest && (rest < 0) != (by < 0) ? rest + by : rest;
}

void la_interval_parts(const la_value *v, int64_t *days, int *seconds, int *micro) {
  *days = la_interval_floordiv(v->u.i, LA_USEC_DAY);
  int64_t rest = la_interval_mod(v->u.i, LA_USEC_DAY);
  *seconds = (int)(rest / LA_USEC_SECOND);
  *micro = (int)(rest % LA_USEC_SECOND);
}

/* ---- arithmetic ---- */

static int wrong_operands(la_error *e, const la_value *a, const char *op, const la_value *b) {
  return la_fail_with(e, LA_EXC_ArgumentError, "unsupported operands for %s: %s and %s", op,
                      la_tag_name((la_tag)a->tag), la_tag_name((la_tag)b->tag));
}

static bool is_pair(const la_value *a, la_tag x, const la_value *b, la_tag y) { return a->tag == x && b->tag == y; }

/* v moved by n of its units, of which there are up to limit. */
static int move(la_value *out, const la_value *v, int64_t n, int64_t limit, la_error *e) {
  int64_t i;
  if (__builtin_add_overflow(v->u.i, n, &i) || i < 0 || i >= limit)
    return la_fail_with(e, LA_EXC_ArgumentError, "date value out of range: years are 1 to 9999");
  *out = *v;
  out->u.i = i;
  return 0;
}

#define DAYS (LA_DAY_MAX + 1)

static int add_interval(la_value *out, const la_value *v, const la_value *interval_, la_error *e) {
  if (v->tag == LA_V_DATE) return move(out, v, la_interval_floordiv(interval_->u.i, LA_USEC_DAY), DAYS, e);
  return move(out, v, interval_->u.i, DAYS * LA_USEC_DAY, e);
}

int la_temporal_add(la_value *out, const la_value *a, const la_value *b, la_error *e) {
  int64_t usec = 0;
  if (is_pair(a, LA_V_INTERVAL, b, LA_V_INTERVAL)) {
    bool overflow = __builtin_add_overflow(a->u.i, b->u.i, &usec);
    return interval(out, overflow, usec, e);
  }
  if (is_pair(a, LA_V_DATE, b, LA_V_INTERVAL) || is_pair(a, LA_V_DATETIME, b, LA_V_INTERVAL))
    return add_interval(out, a, b, e);
  if (is_pair(a, LA_V_INTERVAL, b, LA_V_DATE) || is_pair(a, LA_V_INTERVAL, b, LA_V_DATETIME))
    return add_interval(out, b, a, e);
  return wrong_operands(e, a, "+", b);
}

static int mixed(la_error *e, const char *what, la_tag tag) {
  return la_fail_with(e, LA_EXC_ArgumentError, "can't %s offset-naive and offset-aware %ss", what, la_tag_name(tag));
}

static bool is_mixed(const la_value *a, const la_value *b) { return (a->flags ^ b->flags) & LA_VF_TZ; }

static int64_t in_utc(const la_value *v) { return v->u.i - (v->flags & LA_VF_TZ ? v->aux * LA_USEC_SECOND : 0); }

static int sub_interval(la_value *out, const la_value *v, const la_value *by, la_error *e) {
  if (v->tag == LA_V_DATE) return move(out, v, -la_interval_floordiv(by->u.i, LA_USEC_DAY), DAYS, e);
  if (by->u.i == INT64_MIN) return interval(out, true, 0, e);
  return move(out, v, -by->u.i, DAYS * LA_USEC_DAY, e);
}

int la_temporal_sub(la_value *out, const la_value *a, const la_value *b, la_error *e) {
  int64_t usec = 0;
  if (is_pair(a, LA_V_INTERVAL, b, LA_V_INTERVAL)) {
    bool overflow = __builtin_sub_overflow(a->u.i, b->u.i, &usec);
    return interval(out, overflow, usec, e);
  }
  if (is_pair(a, LA_V_DATE, b, LA_V_DATE)) return interval(out, false, (a->u.i - b->u.i) * LA_USEC_DAY, e);
  if (is_pair(a, LA_V_DATETIME, b, LA_V_DATETIME)) {
    if (is_mixed(a, b)) return mixed(e, "subtract", LA_V_DATETIME);
    return interval(out, false, in_utc(a) - in_utc(b), e);
  }
  if (is_pair(a, LA_V_DATE, b, LA_V_INTERVAL) || is_pair(a, LA_V_DATETIME, b, LA_V_INTERVAL))
    return sub_interval(out, a, b, e);
  return wrong_operands(e, a, "-", b);
}

int la_temporal_compare(int *out, const la_value *a, const la_value *b, la_error *e) {
  if (a->tag != b->tag) return wrong_operands(e, a, "comparison", b);
  if (is_mixed(a, b)) return mixed(e, "compare", (la_tag)a->tag);
  int64_t x = in_utc(a), y = in_utc(b);
  *out = (x > y) - (x < y);
  return 0;
}

bool la_temporal_eq(const la_value *a, const la_value *b) {
  return a->tag == b->tag && !is_mixed(a, b) && in_utc(a) == in_utc(b);
}

/* One rounding where a double holds usec; beyond that the two of a long double are nearer. */
double la_seconds(int64_t usec) {
  bool exact = usec <= INT64_C(1) << 53 && usec >= -(INT64_C(1) << 53);
  return exact ? (double)usec / 1e6 : (double)((long double)usec / 1e6L);
}

/* ---- clocks ---- */

int64_t la_clock(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (int64_t)t.tv_sec * LA_USEC_SECOND + t.tv_nsec / 1000;
}

#define EPOCH_SECONDS (LA_DAY_EPOCH * INT64_C(86400))

/* The clock on the wall of this machine, in seconds since 0001-01-01, when UTC shows `utc` on that scale. */
static int wall_at(int64_t *out, int64_t utc, la_error *e) {
  time_t t = (time_t)(utc - EPOCH_SECONDS);
  struct tm tm;
  if (!localtime_r(&t, &tm))
    return la_fail_with(e, LA_EXC_ArgumentError, "timestamp out of range for the system's time zone");
  int64_t days = la_days_from_civil((int64_t)tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
  *out = days * 86400 + tm.tm_hour * 3600 + tm.tm_min * 60 + (tm.tm_sec > 59 ? 59 : tm.tm_sec);
  return 0;
}

/* UTC when the wall shows `wall`; the earlier one if it does so twice. In a gap the clock before it counts on.
 * A first guess takes the zone's offset there, the other one that of the day before. */
static int utc_at(int64_t *out, int64_t wall, la_error *e) {
  int64_t seen, shown;
  if (wall_at(&seen, wall, e)) return -1;
  int64_t guess = wall - (seen - wall), probe = guess;
  if (wall_at(&shown, guess, e)) return -1;
  bool right = shown == wall;
  if (right) probe = guess - 86400;
  if (wall_at(&seen, probe, e)) return -1;
  int64_t other = wall - (seen - probe);
  if (wall_at(&seen, other, e)) return -1;
  *out = seen == wall ? other : right || guess > other ? guess : other;
  return 0;
}

int la_datetime_from_epoch(la_value *out, int64_t usec, const int32_t *offset, la_error *e) {
  int64_t seconds = la_interval_floordiv(usec, LA_USEC_SECOND), wall;
  if (seconds < -EPOCH_SECONDS - 86400 || seconds > DAYS * INT64_C(86400))
    return la_fail_with(e, LA_EXC_ArgumentError, "timestamp out of range: years are 1 to 9999");
  if (offset)
    wall = seconds + EPOCH_SECONDS + *offset;
  else if (wall_at(&wall, seconds + EPOCH_SECONDS, e))
    return -1;
  la_value zero = temporal(LA_V_DATETIME, 0, offset != NULL, offset ? *offset : 0);
  return move(out, &zero, wall * LA_USEC_SECOND + (usec - seconds * LA_USEC_SECOND), DAYS * LA_USEC_DAY, e);
}

int la_datetime_to_epoch(int64_t *out, const la_value *v, la_error *e) {
  int64_t seconds = v->u.i / LA_USEC_SECOND, utc = 0;
  if (v->flags & LA_VF_TZ)
    utc = seconds - v->aux;
  else if (utc_at(&utc, seconds, e))
    return -1;
  *out = (utc - EPOCH_SECONDS) * LA_USEC_SECOND + v->u.i % LA_USEC_SECOND;
  return 0;
}
