/* libpq_binary.c - values in PostgreSQL's binary format: big-endian, times as
 * microseconds and days since 2000-01-01. What Lua's values cannot hold exactly
 * fails: infinite dates, years before 1 or after 9999, 24:00. */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/datetime.h"
#include "base/mem.h"
#include "driver/libpq_impl.h"

/* 2000-01-01 in days since 0001-01-01. */
#define EPOCH_DAY 730119

int pq_fail_data(la_error *err, const char *what) {
  la_fail_with(err, LA_EXC_DataError, "%s", what);
  if (err) err->fail = LA_FAIL_DATA;
  return -1;
}

static void set(la_cell *out, la_tag tag, int64_t i) { *out = (la_cell){(uint8_t)tag, 0, 0, {.i = i}}; }

static void set_zoned(la_cell *out, la_tag tag, int64_t i, int32_t offset) {
  *out = (la_cell){(uint8_t)tag, LA_VF_TZ, offset, {.i = i}};
}

static int set_bytes(la_cell *out, la_tag tag, const char *p, size_t n) {
  *out = (la_cell){(uint8_t)tag, 0, 0, {.s = {p, n}}};
  return 0;
}

/* ---- numbers ---- */

static double double_of(const char *p) {
  uint64_t bits = pq_u64(p);
  double r;
  memcpy(&r, &bits, sizeof r);
  return r;
}

/* The double that the shortest text of a float4 stands for: 0.1, not 0.10000000149. */
static double float_of(const char *p) {
  uint32_t bits = pq_u32(p);
  float f;
  char text[32];
  memcpy(&f, &bits, sizeof f);
  if (f - f != 0 || f == (float)(int)(f < 1e6f && f > -1e6f ? f : 0)) return f;
  for (int digits = FLT_DIG; digits <= 9; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, f);
    if (strtof(text, NULL) == f) break;
  }
  return strtod(text, NULL);
}

static const struct {
  uint16_t sign;
  const char *text;
} specials[] = {{0xC000, "NaN"}, {0xD000, "Infinity"}, {0xF000, "-Infinity"}};

typedef struct numeric {
  int ndigits, weight, scale;
  bool negative;
  const char *digits; /* of base 10000 */
} numeric;

/* The four decimal digits of the i-th base-10000 digit. */
static void put_group(char *out, const numeric *n, int i) {
  unsigned d = i >= 0 && i < n->ndigits ? pq_u16(n->digits + 2 * i) : 0;
  for (int k = 3; k >= 0; k--, d /= 10) out[k] = (char)('0' + d % 10);
}

/* Plain decimal text, as the server writes it. */
static size_t numeric_text(char *out, const numeric *n) {
  size_t len = 0, whole = 0;
  if (n->negative) out[len++] = '-';
  for (int i = 0; i <= n->weight; i++, whole += 4) put_group(out + len + whole, n, i);
  size_t zeros = 0;
  while (zeros + 1 < whole && out[len + zeros] == '0') zeros++;
  memmove(out + len, out + len + zeros, whole - zeros);
  len += whole - zeros;
  if (!whole) out[len++] = '0';
  if (!n->scale) return len;
  out[len++] = '.';
  for (int done = 0, i = n->weight + 1; done < n->scale; done += 4, i++) put_group(out + len + done, n, i);
  return len + (size_t)n->scale;
}

static int read_numeric(la_cell *out, const pq_reader *r, const char *p, int len, la_error *err) {
  if (len < 8) return pq_fail_data(err, "malformed numeric");
  uint16_t sign = pq_u16(p + 4);
  for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
    if (sign == specials[i].sign) return set_bytes(out, LA_V_DECIMAL, specials[i].text, strlen(specials[i].text));
  numeric n = {pq_u16(p), (int16_t)pq_u16(p + 2), pq_u16(p + 6), sign == 0x4000, p + 8};
  if (len < 8 + 2 * n.ndigits) return pq_fail_data(err, "malformed numeric");
  size_t room = (n.weight > 0 ? (size_t)n.weight * 4 : 0) + (size_t)n.scale + 16;
  char *text = la_arena_alloc(r->scratch, room);
  return text ? pq_set_decimal(out, r, text, numeric_text(text, &n), err) : la_fail_memory(err);
}

/* Python writes small numbers with an exponent: "1E-7". */
int pq_set_decimal(la_cell *out, const pq_reader *r, const char *p, size_t n, la_error *err) {
  static const char small[] = "0.000000";
  size_t minus = n && *p == '-', zeros = minus + 2;
  if (n - minus < sizeof small || memcmp(p + minus, small, sizeof small - 1)) return set_bytes(out, LA_V_DECIMAL, p, n);
  while (zeros < n && p[zeros] == '0') zeros++;
  size_t scale = n - minus - 2, digits = n - zeros ? n - zeros : 1;
  if (digits + 6 > scale) return set_bytes(out, LA_V_DECIMAL, p, n);
  char *text = la_arena_alloc(r->scratch, digits + 32);
  if (!text) return la_fail_memory(err);
  int len = sprintf(text, "%s%c%s%.*sE-%zu", minus ? "-" : "", p[n - digits], digits > 1 ? "." : "", (int)digits - 1,
                    p + n - digits + 1, scale - digits + 1);
  return set_bytes(out, LA_V_DECIMAL, text, (size_t)len);
}

/* ---- times ---- */

static int read_date(la_cell *out, const char *p, la_error *err) {
  int32_t raw = (int32_t)pq_u32(p);
  int64_t days = (int64_t)raw + EPOCH_DAY;
  if (raw == INT32_MAX) return pq_fail_data(err, "date \"infinity\" has no exact value here: select it as text");
  if (raw == INT32_MIN) return pq_fail_data(err, "date \"-infinity\" has no exact value here: select it as text");
  if (days < 0 || days > LA_DAY_MAX) return pq_fail_data(err, "date out of range: the year must be in 1..9999");
  set(out, LA_V_DATE, days);
  return 0;
}

static int read_time(la_cell *out, const char *p, int32_t offset, bool tz, la_error *err) {
  int64_t usec = (int64_t)pq_u64(p);
  if (usec < 0 || usec >= LA_USEC_DAY) return pq_fail_data(err, "time out of range: the hour must be in 0..23");
  if (tz)
    set_zoned(out, LA_V_TIME, usec, offset);
  else
    set(out, LA_V_TIME, usec);
  return 0;
}

/* The zone is counted westwards. */
static int read_timetz(la_cell *out, const char *p, la_error *err) {
  int64_t offset = -(int64_t)(int32_t)pq_u32(p + 8);
  if (la_offset_check(offset, NULL)) return pq_fail_data(err, "the offset of a time is out of range");
  return read_time(out, p, (int32_t)offset, true, err);
}

static int read_datetime(la_cell *out, const char *p, int32_t offset, bool tz, la_error *err) {
  int64_t raw = (int64_t)pq_u64(p), shift = EPOCH_DAY * LA_USEC_DAY + offset * LA_USEC_SECOND;
  if (raw == INT64_MAX) return pq_fail_data(err, "timestamp \"infinity\" has no exact value here: select it as text");
  if (raw == INT64_MIN) return pq_fail_data(err, "timestamp \"-infinity\" has no exact value here: select it as text");
  if (raw < -shift || raw >= (LA_DAY_MAX + 1) * LA_USEC_DAY - shift)
    return pq_fail_data(err, "timestamp out of range: the year must be in 1..9999");
  if (tz)
    set_zoned(out, LA_V_DATETIME, raw + shift, offset);
  else
    set(out, LA_V_DATETIME, raw + shift);
  return 0;
}

/* A month has 30 days and a year 365, as in psycopg2. */
static int read_interval(la_cell *out, const char *p, la_error *err) {
  int64_t usec = (int64_t)pq_u64(p), days = (int32_t)pq_u32(p + 8), months = (int32_t)pq_u32(p + 12);
  la_value v;
  days += months / 12 * 365 + months % 12 * 30;
  if (la_interval_make(&v, days, usec / LA_USEC_SECOND, usec % LA_USEC_SECOND, NULL))
    return pq_fail_data(err, "interval out of range");
  set(out, LA_V_INTERVAL, v.u.i);
  return 0;
}

/* ---- all ---- */

/* The bytes that a value of the kind has, -1: any number. */
static int size_of(pq_kind kind) {
  switch (kind) {
    case PQ_BOOL: return 1;
    case PQ_INT2: return 2;
    case PQ_INT4:
    case PQ_OID:
    case PQ_FLOAT4:
    case PQ_DATE: return 4;
    case PQ_INT8:
    case PQ_FLOAT8:
    case PQ_TIME:
    case PQ_DATETIME:
    case PQ_DATETIMETZ: return 8;
    case PQ_TIMETZ: return 12;
    case PQ_INTERVAL:
    case PQ_UUID: return 16;
    default: return -1;
  }
}

int pq_read_binary(la_cell *out, const pq_reader *r, pq_kind kind, const char *p, int n, la_error *err) {
  int size = size_of(kind);
  if (size >= 0 && size != n) return pq_fail_data(err, "a binary value has the wrong length");
  switch (kind) {
    case PQ_BOOL: set(out, LA_V_BOOL, *p != 0); return 0;
    case PQ_INT2: set(out, LA_V_INT, (int16_t)pq_u16(p)); return 0;
    case PQ_INT4: set(out, LA_V_INT, (int32_t)pq_u32(p)); return 0;
    case PQ_INT8: set(out, LA_V_INT, (int64_t)pq_u64(p)); return 0;
    case PQ_OID: set(out, LA_V_INT, pq_u32(p)); return 0;
    case PQ_FLOAT4: *out = (la_cell){LA_V_REAL, 0, 0, {.r = float_of(p)}}; return 0;
    case PQ_FLOAT8: *out = (la_cell){LA_V_REAL, 0, 0, {.r = double_of(p)}}; return 0;
    case PQ_NUMERIC: return read_numeric(out, r, p, n, err);
    case PQ_TEXT: return set_bytes(out, LA_V_TEXT, p, (size_t)n);
    case PQ_JSONB: return n ? set_bytes(out, LA_V_TEXT, p + 1, (size_t)n - 1) : pq_fail_data(err, "malformed jsonb");
    case PQ_BYTEA: return set_bytes(out, LA_V_BLOB, p, (size_t)n);
    case PQ_UUID: return set_bytes(out, LA_V_UUID, p, (size_t)n);
    case PQ_DATE: return read_date(out, p, err);
    case PQ_TIME: return read_time(out, p, 0, false, err);
    case PQ_TIMETZ: return read_timetz(out, p, err);
    case PQ_DATETIME: return read_datetime(out, p, 0, false, err);
    case PQ_DATETIMETZ:
      if (r->zone_known) return read_datetime(out, p, r->zone, true, err);
      return pq_fail_data(err, "the session's TimeZone changed while the result was on its way");
    case PQ_INTERVAL: return read_interval(out, p, err);
    default: return pq_fail_data(err, "the type of a column changed while the result was on its way");
  }
}
