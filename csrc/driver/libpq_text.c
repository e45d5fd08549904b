/* libpq_text.c - values in PostgreSQL's text format, with DateStyle ISO and
 * IntervalStyle postgres, which the driver sees to. */
#include <stdlib.h>
#include <string.h>

#include "base/datetime.h"
#include "base/mem.h"
#include "base/real.h"
#include "base/uuid.h"
#include "driver/libpq_impl.h"

static int malformed(la_error *err, const char *type, const char *p, int n) {
  la_fail_with(err, LA_EXC_DataError, "unexpected text of %s: \"%.*s\"", type, n < 100 ? n : 100, p);
  if (err) err->fail = LA_FAIL_DATA;
  return -1;
}

static int set_bytes(la_cell *out, la_tag tag, const char *p, size_t n) {
  *out = (la_cell){(uint8_t)tag, 0, 0, {.s = {p, n}}};
  return 0;
}

static int read_int(la_cell *out, const char *p, int n, la_error *err) {
  int i = n && *p == '-';
  uint64_t v = 0;
  for (; i < n && p[i] >= '0' && p[i] <= '9'; i++) v = v * 10 + (uint64_t)(p[i] - '0');
  if (i < n || n > 20) return malformed(err, "an integer", p, n);
  *out = (la_cell){LA_V_INT, 0, 0, {.i = (int64_t)(*p == '-' ? 0 - v : v)}};
  return 0;
}

static int read_real(la_cell *out, const char *p, int n, la_error *err) {
  double r;
  if (!la_real_parse(&r, p, (size_t)n)) return malformed(err, "a floating-point number", p, n);
  *out = (la_cell){LA_V_REAL, 0, 0, {.r = r}};
  return 0;
}

/* ---- bytea: \xDEADBEEF, or the older \\ and \ooo ---- */

static int digit(char c, int base) {
  int d = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : base;
  return d < base ? d : -1;
}

/* The number of bytes, -1: malformed. */
static int unhex(char *out, const char *p, int n) {
  for (int i = 0; i + 1 < n; i += 2) {
    int high = digit(p[i], 16), low = digit(p[i + 1], 16);
    if (high < 0 || low < 0) return -1;
    out[i / 2] = (char)(high * 16 + low);
  }
  return n % 2 ? -1 : n / 2;
}

static int unescape(char *out, const char *p, const char *end) {
  int n = 0;
  for (; p < end; p++) {
    if (*p != '\\') {
      out[n++] = *p;
    } else if (end - p > 1 && p[1] == '\\') {
      out[n++] = *p++;
    } else {
      if (end - p < 4 || digit(p[1], 4) < 0 || digit(p[2], 8) < 0 || digit(p[3], 8) < 0) return -1;
      out[n++] = (char)(digit(p[1], 4) * 64 + digit(p[2], 8) * 8 + digit(p[3], 8));
      p += 3;
    }
  }
  return n;
}

static int read_bytea(la_cell *out, const pq_reader *r, const char *p, int n, la_error *err) {
  char *bytes = la_arena_alloc(r->scratch, (size_t)n + 1);
  if (!bytes) return la_fail_memory(err);
  bool is_hex = n >= 2 && p[0] == '\\' && p[1] == 'x';
  int len = is_hex ? unhex(bytes, p + 2, n - 2) : unescape(bytes, p, p + n);
  return len < 0 ? malformed(err, "a bytea", p, n) : set_bytes(out, LA_V_BLOB, bytes, (size_t)len);
}

/* ---- times ---- */

/* A number of at most `max` digits at *p. */
static int64_t digits(const char **p, const char *end, int max) {
  int64_t v = 0;
  const char *start = *p;
  for (; *p < end && **p >= '0' && **p <= '9' && *p - start < max; ++*p) v = v * 10 + (**p - '0');
  return *p == start ? -1 : v;
}

static bool skip(const char **p, const char *end, char c) {
  if (*p == end || **p != c) return false;
  ++*p;
  return true;
}

static int64_t fraction(const char **p, const char *end) {
  if (!skip(p, end, '.')) return 0;
  const char *start = *p;
  int64_t v = digits(p, end, 6);
  for (int64_t n = *p - start; n < 6; n++) v *= 10;
  return v;
}

/* "12:30:00.5" */
static bool read_clock(la_civil *c, const char **p, const char *end) {
  c->hour = digits(p, end, 9);
  if (c->hour < 0 || !skip(p, end, ':')) return false;
  c->minute = digits(p, end, 2);
  if (c->minute < 0 || !skip(p, end, ':')) return false;
  c->second = digits(p, end, 2);
  c->micro = fraction(p, end);
  return c->second >= 0 && c->micro >= 0;
}

/* "+02", "-03:30", "+00:19:32" */
static bool read_offset(la_civil *c, const char **p, const char *end) {
  bool minus = skip(p, end, '-');
  if (!minus && !skip(p, end, '+')) return false;
  int64_t s = digits(p, end, 2) * 3600;
  if (skip(p, end, ':')) s += digits(p, end, 2) * 60;
  if (skip(p, end, ':')) s += digits(p, end, 2);
  c->tz = true;
  c->offset = (int32_t)(minus ? -s : s);
  return s >= 0;
}

static bool read_ymd(la_civil *c, const char **p, const char *end) {
  c->year = digits(p, end, 9);
  if (c->year < 0 || !skip(p, end, '-')) return false;
  c->month = digits(p, end, 2);
  if (c->month < 0 || !skip(p, end, '-')) return false;
  c->day = digits(p, end, 2);
  return c->day >= 0;
}

static bool read_fields(la_civil *c, pq_kind kind, const char **p, const char *end) {
  bool date = kind != PQ_TIME && kind != PQ_TIMETZ, clock = kind != PQ_DATE;
  bool zone = kind == PQ_TIMETZ || kind == PQ_DATETIMETZ;
  if (date && !read_ymd(c, p, end)) return false;
  if (date && clock && !skip(p, end, ' ')) return false;
  if (clock && !read_clock(c, p, end)) return false;
  return !zone || read_offset(c, p, end);
}

static const char *name_of(pq_kind kind) {
  switch (kind) {
    case PQ_DATE: return "a date";
    case PQ_TIME:
    case PQ_TIMETZ: return "a time";
    default: return "a timestamp";
  }
}

static int out_of_range(la_error *err, pq_kind kind, const char *p, int n) {
  la_fail_with(err, LA_EXC_DataError, "%s out of the range of years 1 to 9999 and hours 0 to 23: \"%.*s\"",
               name_of(kind), n, p);
  if (err) err->fail = LA_FAIL_DATA;
  return -1;
}

static int read_temporal(la_cell *out, pq_kind kind, const char *p, int n, la_error *err) {
  la_civil c = {1, 1, 1, 0, 0, 0, 0, false, 0};
  const char *q = p, *end = p + n;
  la_value v;
  if (n >= 8 && !memcmp(end - 8, "infinity", 8)) return out_of_range(err, kind, p, n);
  if (!read_fields(&c, kind, &q, end)) return malformed(err, name_of(kind), p, n);
  if (q < end)
    return end - q == 3 && !memcmp(q, " BC", 3) ? out_of_range(err, kind, p, n) : malformed(err, name_of(kind), p, n);
  bool time = kind == PQ_TIME || kind == PQ_TIMETZ;
  int rc = time              ? la_time_make(&v, &c, NULL)
           : kind == PQ_DATE ? la_date_make(&v, &c, NULL)
                             : la_datetime_make(&v, &c, NULL);
  if (rc) return out_of_range(err, kind, p, n);
  *out = la_cell_of(&v);
  return 0;
}

/* "1 year -2 mons +3 days 04:05:06.7": each word with its own sign. */
static bool read_interval_word(int64_t *days, const char **p, const char *end, int64_t value) {
  static const struct {
    const char *word;
    int days;
  } words[] = {{"year", 365}, {"mon", 30}, {"day", 1}};
  for (size_t i = 0; i < 3; i++) {
    size_t n = strlen(words[i].word);
    if ((size_t)(end - *p) < n || memcmp(*p, words[i].word, n)) continue;
    *p += n;
    skip(p, end, 's');
    *days += value * words[i].days;
    return true;
  }
  return false;
}

static int read_interval(la_cell *out, const char *p, int n, la_error *err) {
  const char *q = p, *end = p + n;
  int64_t days = 0, seconds = 0, micro = 0;
  while (q < end) {
    bool minus = skip(&q, end, '-');
    if (!minus) skip(&q, end, '+');
    const char *word = q;
    int64_t value = digits(&word, end, 10);
    if (value < 0) return malformed(err, "an interval", p, n);
    if (word < end && *word == ':') {
      la_civil c = {0};
      if (!read_clock(&c, &q, end)) return malformed(err, "an interval", p, n);
      seconds = (c.hour * 3600 + c.minute * 60 + c.second) * (minus ? -1 : 1);
      micro = minus ? -c.micro : c.micro;
    } else {
      q = word;
      if (!skip(&q, end, ' ') || !read_interval_word(&days, &q, end, minus ? -value : value))
        return malformed(err, "an interval", p, n);
    }
    skip(&q, end, ' ');
  }
  la_value v;
  if (la_interval_make(&v, days, seconds, micro, NULL)) return pq_fail_data(err, "interval out of range");
  *out = la_cell_of(&v);
  return 0;
}

static int read_uuid(la_cell *out, const pq_reader *r, const char *p, int n, la_error *err) {
  la_str *u = la_uuid_parse(p, (size_t)n, NULL);
  char *bytes = u ? la_arena_alloc(r->scratch, LA_UUID_BYTES) : NULL;
  if (bytes) memcpy(bytes, u->s, LA_UUID_BYTES);
  la_str_release(u);
  return bytes ? set_bytes(out, LA_V_UUID, bytes, LA_UUID_BYTES) : malformed(err, "a uuid", p, n);
}

int pq_read_text(la_cell *out, const pq_reader *r, pq_kind kind, const char *p, int n, la_error *err) {
  switch (kind) {
    case PQ_BOOL: *out = (la_cell){LA_V_BOOL, 0, 0, {.i = *p == 't'}}; return 0;
    case PQ_INT2:
    case PQ_INT4:
    case PQ_INT8:
    case PQ_OID: return read_int(out, p, n, err);
    case PQ_FLOAT4:
    case PQ_FLOAT8: return read_real(out, p, n, err);
    case PQ_NUMERIC: return pq_set_decimal(out, r, p, (size_t)n, err);
    case PQ_BYTEA: return read_bytea(out, r, p, n, err);
    case PQ_DATE:
    case PQ_TIME:
    case PQ_TIMETZ:
    case PQ_DATETIME:
    case PQ_DATETIMETZ: return read_temporal(out, kind, p, n, err);
    case PQ_INTERVAL: return read_interval(out, p, n, err);
    case PQ_UUID: return read_uuid(out, r, p, n, err);
    default: return set_bytes(out, LA_V_TEXT, p, (size_t)n);
  }
}
