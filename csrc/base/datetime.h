/* datetime.h - the civil calendar: dates, times, datetimes and intervals as they
 * are kept in an la_value (see value.h), with the rules of Python's datetime.
 *
 * The calendar is the Gregorian one, extended to the years 1 to 9999. A time or
 * datetime is naive, or carries an offset from UTC of whole seconds, of less than
 * a day. An interval has at most 106751991 days either way.
 *
 * Functions that return int give 0, or -1 with e filled (LA_EXC_ArgumentError for
 * values out of range and for text that is not what it should be).
 */
#ifndef LA_BASE_DATETIME_H
#define LA_BASE_DATETIME_H

#include "base/buf.h"
#include "base/error.h"
#include "base/value.h"

#define LA_USEC_SECOND INT64_C(1000000)
#define LA_USEC_DAY (86400 * LA_USEC_SECOND)
/* 9999-12-31, in days since 0001-01-01. */
#define LA_DAY_MAX 3652058
/* 1970-01-01. */
#define LA_DAY_EPOCH 719162

typedef struct la_civil {
  int64_t year, month, day, hour, minute, second, micro;
  bool tz;
  int32_t offset; /* seconds east of UTC, if tz */
} la_civil;

/* ---- the calendar ---- */

bool la_leap_year(int64_t year);
int la_days_in_month(int64_t year, int64_t month);
/* Days since 0001-01-01; year and month must be right. */
int64_t la_days_from_civil(int64_t year, int64_t month, int64_t day);
/* Sets year, month and day alone. */
void la_civil_from_days(la_civil *out, int64_t days);
/* Monday is 0. */
int la_weekday(int64_t days);
/* ISO 8601: the year that the week belongs to, the week, the day from 1 (Monday) to 7. */
void la_iso_week(int64_t days, int64_t *year, int *week, int *day);

/* ---- values ---- */

/* Check the fields and make a value of them. */
int la_date_make(la_value *out, const la_civil *c, la_error *e);
int la_time_make(la_value *out, const la_civil *c, la_error *e);
int la_datetime_make(la_value *out, const la_civil *c, la_error *e);
int la_interval_make(la_value *out, int64_t days, int64_t seconds, int64_t micro, la_error *e);
int la_offset_check(int64_t seconds, la_error *e);
/* The fields of a DATE, TIME (of 1900-01-01) or DATETIME. */
void la_civil_of(la_civil *out, const la_value *v);
/* The days of a DATE or DATETIME. */
int64_t la_days_of(const la_value *v);
/* As Python keeps an interval: seconds of 0..86399, microseconds of 0..999999, days of either sign. */
void la_interval_parts(const la_value *v, int64_t *days, int *seconds, int *micro);

/* DATE + INTERVAL (whose whole days count), DATETIME + INTERVAL, the same the other way round, INTERVAL + INTERVAL. */
int la_temporal_add(la_value *out, const la_value *a, const la_value *b, la_error *e);
/* DATE - DATE, DATETIME - DATETIME (both naive or both aware), and all three less an INTERVAL. */
int la_temporal_sub(la_value *out, const la_value *a, const la_value *b, la_error *e);
/* -1, 0 or 1 for two of the same tag; fails for naive against aware, and for other pairs. */
int la_temporal_compare(int *out, const la_value *a, const la_value *b, la_error *e);
/* Never fails: what cannot be compared differs. */
bool la_temporal_eq(const la_value *a, const la_value *b);
/* An interval times or by a number, rounded to microseconds, half to even. */
int la_interval_mul(la_value *out, const la_value *v, double factor, la_error *e);
int la_interval_div(la_value *out, const la_value *v, double divisor, la_error *e);
/* usec / by, cut off towards minus infinity as Python's //, and what it leaves; by is not 0. */
int64_t la_interval_floordiv(int64_t usec, int64_t by);
int64_t la_interval_mod(int64_t usec, int64_t by);

/* Microseconds in seconds. */
double la_seconds(int64_t usec);

/* ---- clocks ---- */

/* Microseconds since 1970-01-01 00:00 UTC. */
int64_t la_clock(void);
/* The datetime at that time: with *offset, or naive in the zone of the machine if offset is NULL. */
int la_datetime_from_epoch(la_value *out, int64_t usec, const int32_t *offset, la_error *e);
/* The reverse; a naive datetime is one of the zone of the machine. */
int la_datetime_to_epoch(int64_t *out, const la_value *v, la_error *e);

/* ---- text ---- */

typedef enum la_timespec {
  LA_TIMESPEC_AUTO, /* microseconds if there are any */
  LA_TIMESPEC_HOURS,
  LA_TIMESPEC_MINUTES,
  LA_TIMESPEC_SECONDS,
  LA_TIMESPEC_MILLISECONDS,
  LA_TIMESPEC_MICROSECONDS
} la_timespec;

/* isoformat() of a DATE, TIME or DATETIME; sep stands between date and time. */
void la_temporal_iso(la_buf *b, const la_value *v, const char *sep, la_timespec spec);
/* Python's str() of these, and of an INTERVAL: "1 day, 2:00:03". */
void la_temporal_str(la_buf *b, const la_value *v);
/* "+02:00", with seconds if there are any. */
void la_offset_iso(la_buf *b, int32_t offset);

/* Any ISO 8601 form that Python 3.11's fromisoformat takes: also basic forms, weeks, "Z" and offsets. */
int la_date_parse(la_value *out, const char *s, size_t len, la_error *e);
int la_time_parse(la_value *out, const char *s, size_t len, la_error *e);
int la_datetime_parse(la_value *out, const char *s, size_t len, la_error *e);

/* strftime in the C locale, with %f and the '-' flag ("%-d"). An unknown directive fails. */
int la_temporal_format(la_buf *b, const la_value *v, const char *fmt, size_t len, la_error *e);
/* strptime in the C locale. %U, %W, %G, %V and %u are not supported and fail. */
int la_datetime_scan(la_value *out, const char *s, const char *fmt, la_error *e);

/* English names, the first of 0: Monday, January. */
const char *la_weekday_name(int weekday);
const char *la_month_name(int month);

#endif
