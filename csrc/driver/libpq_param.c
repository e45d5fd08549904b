/* libpq_param.c - parameters, typed as psycopg2's literals are, so that the same
 * SQL means the same:
 *
 *     integer         int4, or int8 where it must       text              left to the server
 *     real            numeric; float8 if the hint says  NULL              left to the server
 *     decimal         numeric                           date, time ...    their types
 *     boolean, blob, uuid   their types                 array             by its elements
 *
 * Binary where that is exact and shorter, else text. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/datetime.h"
#include "base/mem.h"
#include "base/real.h"
#include "base/uuid.h"
#include "driver/libpq_impl.h"

/* 2000-01-01, PostgreSQL's epoch, in days since 0001-01-01. */
enum { EPOCH_DAY = 730119 };

static const struct {
  Oid oid, array;
} hinted[LA_HINT_COUNT] = {
    [LA_HINT_BOOL] = {OID_BOOL, 1000},          [LA_HINT_SMALLINT] = {OID_INT2, 1005},
    [LA_HINT_INT] = {OID_INT4, 1007},           [LA_HINT_BIGINT] = {OID_INT8, 1016},
    [LA_HINT_FLOAT] = {OID_FLOAT4, 1021},       [LA_HINT_DOUBLE] = {OID_FLOAT8, 1022},
    [LA_HINT_NUMERIC] = {OID_NUMERIC, 1231},    [LA_HINT_TEXT] = {OID_TEXT, 1009},
    [LA_HINT_BLOB] = {OID_BYTEA, 1001},         [LA_HINT_DATE] = {OID_DATE, 1182},
    [LA_HINT_TIME] = {OID_TIME, 1183},          [LA_HINT_TIMETZ] = {OID_TIMETZ, 1270},
    [LA_HINT_DATETIME] = {OID_TIMESTAMP, 1115}, [LA_HINT_DATETIMETZ] = {OID_TIMESTAMPTZ, 1185},
    [LA_HINT_INTERVAL] = {OID_INTERVAL, 1187},  [LA_HINT_UUID] = {OID_UUID, 2951},
    [LA_HINT_JSON] = {OID_JSON, 199},           [LA_HINT_JSONB] = {OID_JSONB, 3807},
};

Oid pq_fallback(uint8_t hint) {
  uint8_t base = hint & (uint8_t)~LA_HINT_ARRAY;
  if (base >= LA_HINT_COUNT || !hinted[base].oid) return hint & LA_HINT_ARRAY ? 1009 : OID_TEXT;
  return hint & LA_HINT_ARRAY ? hinted[base].array : hinted[base].oid;
}

int pq_params_init(pq_params *p, uint32_t n, la_error *err) {
  size_t room = n ? n : 1;
  *p = (pq_params){0};
  p->n = n;
  p->types = la_calloc(room * sizeof *p->types);
  p->values = la_calloc(room * sizeof *p->values);
  p->lengths = la_calloc(room * sizeof *p->lengths);
  p->formats = la_calloc(room * sizeof *p->formats);
  p->offsets = la_calloc(room * sizeof *p->offsets);
  if (p->types && p->values && p->lengths && p->formats && p->offsets) return 0;
  pq_params_free(p);
  return la_fail_memory(err);
}

void pq_params_free(pq_params *p) {
  la_free(p->types);
  la_free(p->values);
  la_free(p->lengths);
  la_free(p->formats);
  la_free(p->offsets);
  la_buf_free(&p->bytes);
  *p = (pq_params){0};
}

/* ---- pieces ---- */

static void put_u32(la_buf *b, uint32_t v) {
  const char bytes[] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};
  la_buf_add(b, bytes, sizeof bytes);
}

static void put_u64(la_buf *b, uint64_t v) {
  put_u32(b, (uint32_t)(v >> 32));
  put_u32(b, (uint32_t)v);
}

static void put_double(la_buf *b, double r) {
  uint64_t bits;
  memcpy(&bits, &r, sizeof bits);
  put_u64(b, bits);
}

static void put_real_text(la_buf *b, double r) {
  char text[LA_REAL_MAX];
  la_buf_add(b, text, la_real_format(text, r));
}

static int64_t since_epoch(const la_value *v) {
  int64_t offset = v->flags & LA_VF_TZ ? v->aux * LA_USEC_SECOND : 0;
  return v->u.i - EPOCH_DAY * LA_USEC_DAY - offset;
}

/* An interval is months, days and microseconds. */
static void put_interval(la_buf *b, const la_value *v) {
  int64_t days;
  int seconds, micro;
  la_interval_parts(v, &days, &seconds, &micro);
  put_u64(b, (uint64_t)(seconds * LA_USEC_SECOND + micro));
  put_u32(b, (uint32_t)days);
  put_u32(b, 0);
}

static bool fits_int4(int64_t i) { return i >= INT32_MIN && i <= INT32_MAX; }

static void put_time(la_buf *b, const la_value *v) {
  put_u64(b, (uint64_t)v->u.i);
  if (v->flags & LA_VF_TZ) put_u32(b, (uint32_t)-v->aux);
}

void pq_put_binary(la_buf *b, const la_value *v, Oid type) {
  switch ((la_tag)v->tag) {
    case LA_V_BOOL: la_buf_putc(b, v->u.i ? 1 : 0); break;
    case LA_V_INT: type == OID_INT8 ? put_u64(b, (uint64_t)v->u.i) : put_u32(b, (uint32_t)v->u.i); break;
    case LA_V_REAL: put_double(b, v->u.r); break;
    case LA_V_DATE: put_u32(b, (uint32_t)(v->u.i - EPOCH_DAY)); break;
    case LA_V_TIME: put_time(b, v); break;
    case LA_V_DATETIME: put_u64(b, (uint64_t)since_epoch(v)); break;
    case LA_V_INTERVAL: put_interval(b, v); break;
    default: la_buf_str(b, v->u.s); break;
  }
}

/* Is a real sent as a float, and not as an exact number? */
static bool is_float(double r, uint8_t hint) { return hint == LA_HINT_FLOAT || hint == LA_HINT_DOUBLE || r - r != 0; }

Oid pq_type_for(const la_value *v, uint8_t hint) {
  bool tz = v->flags & LA_VF_TZ;
  switch ((la_tag)v->tag) {
    case LA_V_BOOL: return OID_BOOL;
    case LA_V_INT: return fits_int4(v->u.i) ? OID_INT4 : OID_INT8;
    case LA_V_REAL: return is_float(v->u.r, hint) ? OID_FLOAT8 : OID_NUMERIC;
    case LA_V_DECIMAL: return OID_NUMERIC;
    case LA_V_BLOB: return OID_BYTEA;
    case LA_V_UUID: return OID_UUID;
    case LA_V_DATE: return OID_DATE;
    case LA_V_TIME: return tz ? OID_TIMETZ : OID_TIME;
    case LA_V_DATETIME: return tz ? OID_TIMESTAMPTZ : OID_TIMESTAMP;
    case LA_V_INTERVAL: return OID_INTERVAL;
    default: return 0;
  }
}

/* ---- arrays: text, "{1,NULL,{...}}" ---- */

/* The type that elements of this tag make an array of. */
static Oid array_of(const la_value *v) {
  switch ((la_tag)v->tag) {
    case LA_V_BOOL: return 1000;
    case LA_V_INT: return fits_int4(v->u.i) ? 1007 : 1016;
    case LA_V_REAL:
    case LA_V_DECIMAL: return 1231;
    case LA_V_TEXT: return 1009;
    case LA_V_BLOB: return 1001;
    case LA_V_DATE: return 1182;
    case LA_V_TIME: return v->flags & LA_VF_TZ ? 1270 : 1183;
    case LA_V_DATETIME: return v->flags & LA_VF_TZ ? 1185 : 1115;
    case LA_V_INTERVAL: return 1187;
    case LA_V_UUID: return 2951;
    default: return 0;
  }
}

/* One type for both: integers widen. */
static Oid common_array(Oid a, Oid b) {
  if (!a || a == b) return b;
  if (!b) return a;
  bool numbers = (a == 1007 || a == 1016 || a == 1231) && (b == 1007 || b == 1016 || b == 1231);
  if (!numbers) return a;
  return a == 1231 || b == 1231 ? 1231 : 1016;
}

static Oid array_type(const la_array *a) {
  Oid t = 0;
  for (uint32_t i = 0; i < a->n; i++) {
    const la_value *v = &a->v[i];
    t = common_array(t, v->tag == LA_V_ARRAY ? array_type(v->u.a) : array_of(v));
  }
  return t;
}

static void put_quoted(la_buf *b, const char *s, size_t n) {
  la_buf_putc(b, '"');
  for (size_t i = 0; i < n; i++) {
    if (s[i] == '"' || s[i] == '\\') la_buf_putc(b, '\\');
    la_buf_putc(b, s[i]);
  }
  la_buf_putc(b, '"');
}

static void put_hex(la_buf *b, const la_str *s) {
  la_buf_puts(b, "\"\\\\x");
  for (uint32_t i = 0; i < s->len; i++) la_buf_printf(b, "%02x", (unsigned char)s->s[i]);
  la_buf_putc(b, '"');
}

static void put_interval_text(la_buf *b, const la_value *v) {
  int64_t days;
  int seconds, micro;
  la_interval_parts(v, &days, &seconds, &micro);
  la_buf_printf(b, "\"%" PRId64 " days %d.%06d seconds\"", days, seconds, micro);
}

static void put_uuid_text(la_buf *b, const la_str *u) {
  char text[LA_UUID_TEXT];
  la_uuid_text(text, u);
  la_buf_puts(b, text);
}

static int refuse_nul(la_error *err) {
  return pq_fail_data(err, "A string literal cannot contain NUL (0x00) characters.");
}

static int refuse_tag(const la_value *v, la_error *err) {
  return la_fail_with(err, LA_EXC_ProgrammingError, "can't adapt type '%s'", la_tag_name((la_tag)v->tag));
}

static int put_array(la_buf *b, const la_array *a, int depth, la_error *err);

static int put_element(la_buf *b, const la_value *v, int depth, la_error *err) {
  switch ((la_tag)v->tag) {
    case LA_V_ABSENT:
    case LA_V_NULL: la_buf_puts(b, "NULL"); return 0;
    case LA_V_BOOL: la_buf_putc(b, v->u.i ? 't' : 'f'); return 0;
    case LA_V_INT: la_buf_printf(b, "%" PRId64, v->u.i); return 0;
    case LA_V_REAL: put_real_text(b, v->u.r); return 0;
    case LA_V_DECIMAL: la_buf_str(b, v->u.s); return 0;
    case LA_V_BLOB: put_hex(b, v->u.s); return 0;
    case LA_V_UUID: put_uuid_text(b, v->u.s); return 0;
    case LA_V_INTERVAL: put_interval_text(b, v); return 0;
    case LA_V_ARRAY: return depth < 6 ? put_array(b, v->u.a, depth + 1, err) : refuse_tag(v, err);
    case LA_V_TEXT:
      if (memchr(v->u.s->s, '\0', v->u.s->len)) return refuse_nul(err);
      put_quoted(b, v->u.s->s, v->u.s->len);
      return 0;
    case LA_V_DATE:
    case LA_V_TIME:
    case LA_V_DATETIME:
      la_buf_putc(b, '"');
      la_temporal_iso(b, v, " ", LA_TIMESPEC_AUTO);
      la_buf_putc(b, '"');
      return 0;
    default: return refuse_tag(v, err);
  }
}

int pq_put_element(la_buf *b, const la_value *v, la_error *err) { return put_element(b, v, 6, err); }

static int put_array(la_buf *b, const la_array *a, int depth, la_error *err) {
  la_buf_putc(b, '{');
  for (uint32_t i = 0; i < a->n; i++) {
    if (i) la_buf_putc(b, ',');
    if (put_element(b, &a->v[i], depth, err)) return -1;
  }
  la_buf_putc(b, '}');
  return 0;
}

/* ---- one parameter ---- */

/* It lies in the buffer, from `at` on. */
static void in_bytes(pq_params *p, uint32_t i, Oid type, bool binary, size_t at) {
  if (!binary) la_buf_putc(&p->bytes, '\0');
  p->types[i] = type;
  p->offsets[i] = at;
  p->lengths[i] = (int)(p->bytes.len - at);
  p->formats[i] = binary;
}

/* It keeps the type that another set gave to the parameter. */
static void set_null(pq_params *p, uint32_t i, bool fallback, uint8_t hint) {
  if (fallback && !p->types[i]) p->types[i] = pq_fallback(hint);
  p->untyped |= !p->types[i];
  p->offsets[i] = SIZE_MAX;
  p->values[i] = NULL;
  p->lengths[i] = p->formats[i] = 0;
}

static int set_bytes(pq_params *p, uint32_t i, const la_str *s, Oid type, bool binary, bool borrow, la_error *err) {
  if (s->len > 0x3fffffff) return pq_fail_data(err, "a value of more than 1 GB cannot be sent");
  size_t at = p->bytes.len;
  if (!borrow) la_buf_add(&p->bytes, s->s, s->len);
  in_bytes(p, i, type, binary, borrow ? SIZE_MAX : at);
  if (!borrow) return 0;
  p->values[i] = s->s;
  p->lengths[i] = (int)s->len;
  return 0;
}

static int set_text(pq_params *p, uint32_t i, const la_str *s, uint8_t hint, bool fallback, bool borrow,
                    la_error *err) {
  if (memchr(s->s, '\0', s->len)) return refuse_nul(err);
  p->untyped |= !fallback;
  return set_bytes(p, i, s, fallback ? pq_fallback(hint) : 0, false, borrow, err);
}

/* A wider type than needed stays, once chosen. */
static void set_int(pq_params *p, uint32_t i, const la_value *v) {
  size_t at = p->bytes.len;
  Oid type = p->types[i] == OID_INT8 ? OID_INT8 : pq_type_for(v, 0);
  pq_put_binary(&p->bytes, v, type);
  in_bytes(p, i, type, true, at);
}

static void set_real(pq_params *p, uint32_t i, const la_value *v, uint8_t hint) {
  size_t at = p->bytes.len;
  Oid type = pq_type_for(v, hint);
  if (type == OID_FLOAT8)
    pq_put_binary(&p->bytes, v, type);
  else
    put_real_text(&p->bytes, v->u.r);
  in_bytes(p, i, type, type == OID_FLOAT8, at);
}

static int set_array(pq_params *p, uint32_t i, const la_array *a, uint8_t hint, bool fallback, la_error *err) {
  size_t at = p->bytes.len;
  Oid type = array_type(a);
  if (put_array(&p->bytes, a, 1, err)) return -1;
  if (!type && (fallback || hint & LA_HINT_ARRAY)) type = pq_fallback((uint8_t)(hint | LA_HINT_ARRAY));
  p->untyped |= !type;
  in_bytes(p, i, type, false, at);
  return 0;
}

static void set_binary(pq_params *p, uint32_t i, const la_value *v) {
  size_t at = p->bytes.len;
  Oid type = pq_type_for(v, 0);
  pq_put_binary(&p->bytes, v, type);
  in_bytes(p, i, type, true, at);
}

static int set_decimal(pq_params *p, uint32_t i, const la_str *s, bool borrow, la_error *err) {
  return set_bytes(p, i, s, OID_NUMERIC, false, borrow, err);
}

static int encode_one(pq_params *p, uint32_t i, const la_value *v, uint8_t hint, bool fallback, bool borrow,
                      la_error *err) {
  switch ((la_tag)v->tag) {
    case LA_V_ABSENT:
    case LA_V_NULL: set_null(p, i, fallback, hint); return 0;
    case LA_V_INT: set_int(p, i, v); return 0;
    case LA_V_REAL: set_real(p, i, v, hint); return 0;
    case LA_V_TEXT: return set_text(p, i, v->u.s, hint, fallback, borrow, err);
    case LA_V_BLOB: return set_bytes(p, i, v->u.s, OID_BYTEA, true, borrow, err);
    case LA_V_DECIMAL: return set_decimal(p, i, v->u.s, borrow, err);
    case LA_V_UUID: return set_bytes(p, i, v->u.s, OID_UUID, true, borrow, err);
    case LA_V_BOOL:
    case LA_V_DATE:
    case LA_V_TIME:
    case LA_V_DATETIME:
    case LA_V_INTERVAL: set_binary(p, i, v); return 0;
    case LA_V_ARRAY: return set_array(p, i, v->u.a, hint, fallback, err);
    default: return refuse_tag(v, err);
  }
}

int pq_encode(pq_params *p, const la_value *values, const uint8_t *hints, const uint8_t *fallback, bool borrow,
              la_error *err) {
  la_buf_clear(&p->bytes);
  p->untyped = false;
  for (uint32_t i = 0; i < p->n; i++)
    if (encode_one(p, i, &values[i], hints ? hints[i] : 0, fallback && fallback[i], borrow, err)) return -1;
  if (!la_buf_ok(&p->bytes)) return la_fail_memory(err);
  const char *bytes = p->bytes.s ? p->bytes.s : ""; /* NULL would be SQL's */
  for (uint32_t i = 0; i < p->n; i++)
    if (p->offsets[i] != SIZE_MAX) p->values[i] = bytes + p->offsets[i];
  return 0;
}
