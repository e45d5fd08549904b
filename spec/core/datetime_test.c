/* datetime_test.c - the calendar day by day, and text written and read again. */
#include "base/datetime.h"

#include <stdlib.h>
#include <time.h>

#include "support/check.h"

/* Every day from 0001-01-01 to 9999-12-31 follows from the day before it. */
static void check_calendar(void) {
  la_civil c, before = {1, 1, 0, 0, 0, 0, 0, false, 0};
  int wrong = 0;
  for (int64_t day = 0; day <= LA_DAY_MAX; day++, before = c) {
    la_civil_from_days(&c, day);
    bool next = c.day == before.day + 1 && c.month == before.month && c.year == before.year;
    bool new_month = c.day == 1 && before.day == la_days_in_month(before.year, before.month) &&
                     c.year * 12 + c.month == before.year * 12 + before.month + 1;
    wrong += !(next || new_month) || la_days_from_civil(c.year, c.month, c.day) != day;
  }
  CHECK_INT(wrong, 0);
  CHECK(before.year == 9999 && before.month == 12 && before.day == 31);
  CHECK_INT(la_days_from_civil(1970, 1, 1), LA_DAY_EPOCH);
}

static void check_iso_weeks(void) {
  int64_t year;
  int week, day;
  la_iso_week(la_days_from_civil(2021, 1, 3), &year, &week, &day);
  CHECK(year == 2020 && week == 53 && day == 7);
  la_iso_week(la_days_from_civil(2024, 12, 30), &year, &week, &day);
  CHECK(year == 2025 && week == 1 && day == 1);
}

typedef int (*parser)(la_value *out, const char *s, size_t len, la_error *e);

typedef struct parse_case {
  parser fn;
  const char *in, *out; /* out: str(), or NULL if it is refused */
} parse_case;

static const parse_case parses[] = {
    {la_date_parse, "2024-05-17", "2024-05-17"},
    {la_date_parse, "20240517", "2024-05-17"},
    {la_date_parse, "2024-W20-5", "2024-05-17"},
    {la_date_parse, "2024W20", "2024-05-13"},
    {la_date_parse, "2024-02-30", NULL},
    {la_date_parse, "2023-W53-1", NULL},
    {la_date_parse, "2024-5-17", NULL},
    {la_date_parse, "0000-01-01", NULL},
    {la_date_parse, "infinity", NULL},
    {la_date_parse, "2024-05-17 BC", NULL},
    {la_time_parse, "12:30", "12:30:00"},
    {la_time_parse, "T123045,5", "12:30:45.500000"},
    {la_time_parse, "12:30:45.123456789", "12:30:45.123456"},
    {la_time_parse, "24:00", NULL},
    {la_time_parse, "12:60", NULL},
    {la_time_parse, "12:30:45.", NULL},
    {la_datetime_parse, "2024-05-17", "2024-05-17 00:00:00"},
    {la_datetime_parse, "2024-05-17T12:30:00Z", "2024-05-17 12:30:00+00:00"},
    {la_datetime_parse, "2024-05-17 12:30:00.000001-05:30", "2024-05-17 12:30:00.000001-05:30"},
    {la_datetime_parse, "2024-05-17 12+00:00:01", "2024-05-17 12:00:00+00:00:01"},
    {la_datetime_parse, "2024-05-17T12:30+24:00", NULL},
    {la_datetime_parse, "2024-05-17T", NULL},
    {la_datetime_parse, "12024-05-17 12:30", NULL},
};

static void check_parsing(void) {
  for (size_t i = 0; i < sizeof parses / sizeof parses[0]; i++) {
    la_buf b = LA_BUF_INIT;
    la_value v;
    bool ok = !parses[i].fn(&v, parses[i].in, strlen(parses[i].in), NULL);
    if (ok) la_temporal_str(&b, &v);
    CHECK_STR(ok ? la_buf_cstr(&b) : NULL, parses[i].out);
    la_buf_free(&b);
  }
}

static void check_shown(la_value v, const char *wanted) {
  la_buf b = LA_BUF_INIT;
  la_temporal_str(&b, &v);
  CHECK_STR(la_buf_cstr(&b), wanted);
  la_buf_free(&b);
}

static la_value datetime(const char *s) {
  la_value v = LA_VALUE_NULL;
  CHECK_INT(la_datetime_parse(&v, s, strlen(s), NULL), 0);
  return v;
}

static void check_intervals(void) {
  la_value v, w;
  la_interval_make(&v, 1, 2 * 3600 + 3, 0, NULL);
  check_shown(v, "1 day, 2:00:03");
  la_interval_make(&v, 0, 0, -1, NULL);
  check_shown(v, "-1 day, 23:59:59.999999");
  CHECK(la_interval_make(&v, 106751992, 0, 0, NULL) < 0);
  CHECK(la_interval_make(&v, INT64_MAX, 0, 0, NULL) < 0);
  v = datetime("2024-05-17 12:30");
  w = datetime("2024-05-17 12:30Z");
  CHECK(la_temporal_sub(&v, &v, &w, NULL) < 0);
  CHECK(!la_temporal_eq(&v, &w));
  w = datetime("2024-05-16 12:00");
  CHECK_INT(la_temporal_sub(&v, &v, &w, NULL), 0);
  check_shown(v, "1 day, 0:30:00");
  w = datetime("9999-12-31 23:59:59");
  CHECK(la_temporal_add(&v, &w, &v, NULL) < 0);
}

static void check_equal_instants(void) {
  int order = 9;
  la_value a = datetime("2024-05-17T12:00:00Z"), b = datetime("2024-05-17T14:00:00+02:00");
  CHECK(la_temporal_eq(&a, &b));
  CHECK(!la_temporal_compare(&order, &a, &b, NULL) && order == 0);
}

/* In New York the clock skips 02:00 to 03:00 on 2024-03-10 and repeats 01:00 to 02:00 on 2024-11-03. */
static void check_local_time(void) {
  int64_t usec = 0;
  la_value v;
  setenv("TZ", "EST5EDT,M3.2.0,M11.1.0", 1);
  tzset();
  v = datetime("2024-03-10 02:30");
  CHECK(!la_datetime_to_epoch(&usec, &v, NULL) && usec == 1710055800 * LA_USEC_SECOND);
  v = datetime("2024-11-03 01:30");
  CHECK(!la_datetime_to_epoch(&usec, &v, NULL) && usec == 1730611800 * LA_USEC_SECOND);
  CHECK_INT(la_datetime_from_epoch(&v, usec, NULL, NULL), 0);
  check_shown(v, "2024-11-03 01:30:00");
  CHECK(la_datetime_from_epoch(&v, INT64_MAX, NULL, NULL) < 0);
}

static void check_formats(void) {
  la_buf b = LA_BUF_INIT;
  la_value v = datetime("2024-05-07T15:04:05.000600+02:00"), w;
  static const char fmt[] = "%a %A %d %-d %b %B %m %y %Y %H %I %p %M %S %f %j %U %W %V %z %Z %%";
  CHECK_INT(la_temporal_format(&b, &v, fmt, sizeof fmt - 1, NULL), 0);
  CHECK_STR(la_buf_cstr(&b),
            "Tue Tuesday 07 7 May May 05 24 2024 15 03 PM 04 05 000600 128 18 19 19 +0200 UTC+02:00 %");
  CHECK(la_temporal_format(&b, &v, "%Q", 2, NULL) < 0);
  la_buf_free(&b);
  CHECK_INT(la_datetime_scan(&w, "07/May/2024:15:04:05.0006 +0200", "%d/%b/%Y:%H:%M:%S.%f %z", NULL), 0);
  CHECK(la_value_eq(&v, &w));
  CHECK(la_datetime_scan(&w, "2024", "%Y-%m", NULL) < 0);
  CHECK(la_datetime_scan(&w, "2024-05", "%Y", NULL) < 0);
  CHECK(la_datetime_scan(&w, "2024", "%G", NULL) < 0);
  CHECK(la_datetime_scan(&w, "2024", "%Y%", NULL) < 0);
}

static int with_memory_failing(void *arg) {
  la_buf b = LA_BUF_INIT;
  la_error e = LA_ERROR_INIT;
  la_value v = datetime("2024-05-07T15:04:05.000600+02:00");
  (void)arg;
  int status = la_temporal_format(&b, &v, "%c and %x", 9, &e);
  if (status) CHECK_INT(e.exc, LA_EXC_MEMORY);
  la_temporal_iso(&b, &v, "T", LA_TIMESPEC_AUTO);
  if (!la_buf_ok(&b)) status = -1;
  la_buf_free(&b);
  la_error_clear(&e);
  return status;
}

int main(void) {
  check_calendar();
  check_iso_weeks();
  check_parsing();
  check_intervals();
  check_equal_instants();
  check_local_time();
  check_formats();
  CHECK_SWEEP(with_memory_failing, NULL);
  return check_done();
}
