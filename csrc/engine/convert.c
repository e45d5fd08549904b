/* convert.c - the rules of convert.h: first what is decided by type, then each
 * way in and out. */
#include "engine/convert.h"

#include <string.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/uuid.h"
#include "compile/type.h"
#include "compile/type_storage.h"

/* ---- deciding ---- */

typedef struct rule {
  la_type_id type;
  uint8_t decode, encode, hint;
} rule;

/* The first that the type is derived from counts. */
static const rule few_rules[] = {
    {LA_T_BOOLEAN, LA_DEC_BOOL, LA_ENC_BOOL_INT, 0},
    {LA_T_INTEGER, LA_DEC_NONE, LA_ENC_INT, 0},
    {LA_T_FLOAT, LA_DEC_REAL, LA_ENC_REAL, 0},
    {LA_T_NUMERIC, LA_DEC_DECIMAL, LA_ENC_DECIMAL, 0},
    {LA_T_DATETIME, LA_DEC_DATETIME, LA_ENC_DATETIME, 0},
    {LA_T_DATE, LA_DEC_DATE, LA_ENC_DATE, 0},
    {LA_T_TIME, LA_DEC_TIME, LA_ENC_TIME, 0},
    {LA_T_ABSTRACTINTERVAL, LA_DEC_INTERVAL, LA_ENC_INTERVAL, 0},
    {LA_T_ANYBINARY, LA_DEC_NONE, LA_ENC_BLOB, 0},
    {LA_T_UUID, LA_DEC_UUID, LA_ENC_UUID_HEX, 0},
    {LA_T_NONE, LA_DEC_NONE, LA_ENC_NONE, 0},
};

static const rule native_rules[] = {
    {LA_T_BOOLEAN, LA_DEC_NONE, LA_ENC_BOOL, LA_HINT_BOOL},
    {LA_T_SMALLINTEGER, LA_DEC_NONE, LA_ENC_INT, LA_HINT_NONE},
    {LA_T_BIGINTEGER, LA_DEC_NONE, LA_ENC_INT, LA_HINT_NONE},
    {LA_T_INTEGER, LA_DEC_NONE, LA_ENC_INT, LA_HINT_NONE},
    {LA_T_FLOAT, LA_DEC_REAL, LA_ENC_NONE, LA_HINT_NONE},
    {LA_T_NUMERIC, LA_DEC_DECIMAL, LA_ENC_NONE, LA_HINT_NONE},
    {LA_T_DATETIME, LA_DEC_NONE, LA_ENC_NONE, LA_HINT_NONE},
    {LA_T_DATE, LA_DEC_NONE, LA_ENC_NONE, LA_HINT_NONE},
    {LA_T_TIME, LA_DEC_NONE, LA_ENC_NONE, LA_HINT_NONE},
    {LA_T_ABSTRACTINTERVAL, LA_DEC_NONE, LA_ENC_NONE, LA_HINT_INTERVAL},
    {LA_T_ANYBINARY, LA_DEC_NONE, LA_ENC_BLOB, LA_HINT_BLOB},
    {LA_T_UUID, LA_DEC_NONE, LA_ENC_UUID, LA_HINT_UUID},
    {LA_T_NONE, LA_DEC_NONE, LA_ENC_NONE, 0},
};

static bool is_native(const la_dialect_inst *d) { return !d->types->few_types; }

/* Numeric and Float say by asdecimal what they give. */
static void refine_number(la_convert *out, const la_node *impl, const la_dialect_inst *d) {
  const la_type *t = LA_AS(type, impl);
  bool decimal = la_type_has(impl, LA_TB_ASDECIMAL);
  out->decode = decimal ? LA_DEC_DECIMAL : LA_DEC_REAL;
  out->scale = (int16_t)la_type_option_int(impl, "decimal_return_scale", t->scale >= 0 ? t->scale : 10);
  if (is_native(d) && decimal && !la_type_isa(impl, LA_T_FLOAT)) out->decode = LA_DEC_NONE;
}

static void refine_uuid(la_convert *out, const la_node *impl, const la_dialect_inst *d) {
  if (!la_type_has(impl, LA_TB_AS_UUID)) out->decode = LA_DEC_UUID_TEXT;
  if (is_native(d) && !la_type_has(impl, LA_TB_NATIVE_UUID)) {
    out->encode = LA_ENC_UUID_HEX;
    out->hint = LA_HINT_NONE;
    if (out->decode == LA_DEC_NONE) out->decode = LA_DEC_UUID;
  }
}

/* What decorators wrap in the end; an Interval is one itself. */
static const la_node *innermost(const la_node *impl) {
  while (la_type_isa(impl, LA_T_TYPEDECORATOR) && !la_type_isa(impl, LA_T_ABSTRACTINTERVAL)) {
    la_node *inner = LA_AS(type, impl)->impl;
    if (!inner || la_type_has(impl, LA_TB_HAS_PROCESSOR)) break;
    impl = inner;
  }
  return impl;
}

void la_convert_for(la_convert *out, const la_node *impl, const la_dialect_inst *d) {
  *out = (la_convert){LA_DEC_NONE, LA_ENC_NONE, LA_HINT_NONE, 0, NULL};
  impl = innermost(impl);
  if (!impl || la_type_has(impl, LA_TB_HAS_PROCESSOR)) return; /* a user's type that does it by itself */
  const rule *r = is_native(d) ? native_rules : few_rules;
  while (r->type != LA_T_NONE && !la_type_isa(impl, r->type)) r++;
  *out = (la_convert){r->decode, r->encode, r->hint, 0, impl};
  if (r->type == LA_T_NUMERIC || r->type == LA_T_FLOAT) refine_number(out, impl, d);
  if (r->type == LA_T_UUID) refine_uuid(out, impl, d);
  if (la_type_option(impl, "regexp")) out->decode = LA_DEC_NONE; /* the host reads it */
}

/* ---- in ---- */

static int refuse(const la_value *v, const char *what, la_error *err) {
  return la_fail_with(err, LA_EXC_StatementError, "(builtins.TypeError) %s, got %s", what, la_tag_name((la_tag)v->tag));
}

static void put_value(la_value *v, la_value now) {
  la_value_clear(v);
  *v = now;
}

static int put_str(la_value *v, la_tag tag, la_str *s, la_error *err) {
  if (!s) return err->set ? -1 : la_fail_memory(err);
  put_value(v, la_value_str(tag, s));
  return 0;
}

static int in_bool(la_value *v, bool as_int, la_error *err) {
  if (v->tag == LA_V_REAL && (v->u.r == 0 || v->u.r == 1)) put_value(v, la_value_int(v->u.r != 0));
  if (v->tag == LA_V_INT && v->u.i != 0 && v->u.i != 1)
    return la_fail_with(err, LA_EXC_StatementError, "(builtins.ValueError) Value %lld is not None, True, or False",
                        (long long)v->u.i);
  if (v->tag == LA_V_TEXT)
    return la_fail_with(err, LA_EXC_StatementError, "(builtins.TypeError) Not a boolean value: '%.100s'", v->u.s->s);
  if (v->tag != LA_V_INT && v->tag != LA_V_BOOL) return refuse(v, "Not a boolean value", err);
  v->tag = as_int ? LA_V_INT : LA_V_BOOL;
  return 0;
}

static int in_int(la_value *v) {
  int64_t i;
  if (v->tag == LA_V_TEXT && v->u.s->len < 21) {
    la_error e = LA_ERROR_INIT;
    la_str *d = la_decimal_parse(v->u.s->s, v->u.s->len, &e);
    if (d && la_decimal_exponent(d) == 0 && la_decimal_to_int(&i, d)) put_value(v, la_value_int(i));
    la_str_release(d);
    la_error_clear(&e);
  }
  return 0;
}

/* A date or time as text in the storage format of its type. */
static int in_temporal(la_value *v, const la_convert *c, const char *name, const char *accepted, la_error *err) {
  la_buf b = LA_BUF_INIT;
  int rc;
  if (la_storage_write(&b, c->type, v))
    rc = put_str(v, LA_V_TEXT, la_buf_to_str(&b), err);
  else
    rc = la_fail_with(err, LA_EXC_StatementError,
                      "(builtins.TypeError) SQLite %s type only accepts %s objects as input.", name, accepted);
  la_buf_free(&b);
  return rc;
}

/* An interval as the datetime that far from 1970. */
static int in_interval(la_value *v, la_error *err) {
  if (v->tag != LA_V_INTERVAL) return refuse(v, "an Interval takes a timedelta", err);
  const la_value epoch = {LA_V_DATETIME, 0, 0, {.i = LA_DAY_EPOCH * LA_USEC_DAY}};
  la_value at;
  if (la_temporal_add(&at, &epoch, v, err)) return -1;
  la_buf b = LA_BUF_INIT;
  la_temporal_iso(&b, &at, " ", LA_TIMESPEC_MICROSECONDS);
  int rc = put_str(v, LA_V_TEXT, la_buf_to_str(&b), err);
  la_buf_free(&b);
  return rc;
}

static size_t digits_of(const la_str *s) {
  size_t n = 0;
  bool leading = true;
  for (uint32_t i = 0; i < s->len && s->s[i] != 'E'; i++) {
    if (s->s[i] < '0' || s->s[i] > '9' || (leading && s->s[i] == '0')) continue;
    leading = false;
    n++;
  }
  return n;
}

/* Text is taken if it is a number. */
static int in_number(la_value *v, la_error *err) {
  la_error e = LA_ERROR_INIT;
  if (v->tag != LA_V_TEXT) return 0;
  la_str *d = la_decimal_parse(v->u.s->s, v->u.s->len, &e);
  la_error_clear(&e);
  if (d) return put_str(v, LA_V_DECIMAL, d, err);
  return la_fail_with(err, LA_EXC_StatementError, "(builtins.ValueError) could not convert string to float: '%s'",
                      v->u.s->s);
}

static int in_real(la_value *v, la_error *err) {
  double r;
  if (in_number(v, err)) return -1;
  if (v->tag != LA_V_DECIMAL) return 0;
  if (la_decimal_to_double(&r, v->u.s, err)) return -1;
  put_value(v, la_value_real(r));
  return 0;
}

static int in_decimal(la_value *v, la_error *err) {
  if (in_number(v, err)) return -1;
  if (v->tag != LA_V_DECIMAL) return 0;
  if (la_decimal_is_finite(v->u.s) && digits_of(v->u.s) <= 15) return in_real(v, err);
  v->tag = LA_V_BLOB;
  return 0;
}

static int in_uuid(la_value *v, bool hex, la_error *err) {
  if (v->tag == LA_V_TEXT && put_str(v, LA_V_UUID, la_uuid_parse(v->u.s->s, v->u.s->len, err), err)) return -1;
  if (v->tag != LA_V_UUID) return refuse(v, "a Uuid takes a UUID", err);
  if (!hex) return 0;
  char text[LA_UUID_HEX];
  la_uuid_hex(text, v->u.s);
  return put_str(v, LA_V_TEXT, la_str_from(text), err);
}

int la_convert_in(la_value *v, const la_convert *c, la_error *err) {
  if (v->tag == LA_V_NULL || v->tag == LA_V_ABSENT) return 0;
  switch ((la_encode)c->encode) {
    case LA_ENC_NONE: return 0;
    case LA_ENC_BOOL: return in_bool(v, false, err);
    case LA_ENC_BOOL_INT: return in_bool(v, true, err);
    case LA_ENC_INT: return in_int(v);
    case LA_ENC_DATE: return in_temporal(v, c, "Date", "la.date", err);
    case LA_ENC_TIME: return in_temporal(v, c, "Time", "la.time", err);
    case LA_ENC_DATETIME: return in_temporal(v, c, "DateTime", "la.datetime and la.date", err);
    case LA_ENC_INTERVAL: return in_interval(v, err);
    case LA_ENC_DECIMAL: return in_decimal(v, err);
    case LA_ENC_REAL: return in_real(v, err);
    case LA_ENC_BLOB:
      if (v->tag == LA_V_TEXT) v->tag = LA_V_BLOB;
      return 0;
    case LA_ENC_UUID: return in_uuid(v, false, err);
    case LA_ENC_UUID_HEX: return in_uuid(v, true, err);
  }
  return 0;
}

/* ---- out ---- */

static bool is_text(const la_cell *cell) { return cell->tag == LA_V_TEXT || cell->tag == LA_V_BLOB; }

typedef int (*parser)(la_value *out, const char *s, size_t len, la_error *e);

static int out_text(la_value *out, const la_cell *cell, parser parse, const char *what, la_error *err) {
  if (!is_text(cell)) return la_cell_to_value(out, cell, err);
  la_error e = LA_ERROR_INIT;
  if (!parse(out, cell->u.s.p, cell->u.s.n, &e)) return 0;
  la_error_clear(&e);
  return la_fail_with(err, LA_EXC_DataError, "Couldn't parse %s string '%.*s' - value is not a string of that format.",
                      what, (int)(cell->u.s.n > 60 ? 60 : cell->u.s.n), cell->u.s.p);
}

/* A column of dates may hold the text of a datetime at midnight, and the other way round. */
static int out_date(la_value *out, const la_cell *cell, la_error *err) {
  la_cell day = *cell;
  if (is_text(cell) && cell->u.s.n > 10) day.u.s.n = 10;
  return out_text(out, &day, la_date_parse, "date", err);
}

static int out_interval(la_value *out, const la_cell *cell, la_error *err) {
  la_value at;
  if (out_text(&at, cell, la_datetime_parse, "datetime", err)) return -1;
  if (at.tag != LA_V_DATETIME) {
    *out = at;
    return 0;
  }
  *out = (la_value){LA_V_INTERVAL, 0, 0, {.i = at.u.i - LA_DAY_EPOCH * LA_USEC_DAY}};
  return 0;
}

static int out_decimal(la_value *out, const la_cell *cell, int scale, la_error *err) {
  la_str *s;
  switch (cell->tag) {
    case LA_V_REAL: s = la_decimal_from_double_places(cell->u.r, scale, err); break;
    case LA_V_INT: {
      la_str *whole = la_decimal_from_int(cell->u.i, err);
      s = whole ? la_decimal_quantize(whole, -scale, LA_ROUND_HALF_EVEN, err) : NULL;
      if (!s && whole) { /* more digits than arithmetic keeps: the integer as it is */
        la_error_clear(err);
        s = la_str_retain(whole);
      }
      la_str_release(whole);
      break;
    }
    case LA_V_TEXT:
    case LA_V_BLOB: s = la_decimal_parse(cell->u.s.p, cell->u.s.n, err); break;
    default: return la_cell_to_value(out, cell, err);
  }
  if (!s) return err->set ? -1 : la_fail_memory(err);
  *out = la_value_str(LA_V_DECIMAL, s);
  return 0;
}

static int out_real(la_value *out, const la_cell *cell, la_error *err) {
  if (cell->tag == LA_V_INT) {
    *out = la_value_real((double)cell->u.i);
    return 0;
  }
  if (la_cell_to_value(out, cell, err)) return -1;
  return in_real(out, err);
}

static int out_uuid(la_value *out, const la_cell *cell, bool text, la_error *err) {
  if (la_cell_to_value(out, cell, err)) return -1;
  if (out->tag == LA_V_TEXT && in_uuid(out, false, err)) {
    la_value_clear(out);
    return -1;
  }
  if (!text || out->tag != LA_V_UUID) return 0;
  char s[LA_UUID_TEXT];
  la_uuid_text(s, out->u.s);
  return put_str(out, LA_V_TEXT, la_str_from(s), err);
}

int la_convert_out(la_value *out, const la_cell *cell, const la_convert *c, la_error *err) {
  *out = LA_VALUE_NULL;
  if (cell->tag == LA_V_NULL) return 0;
  switch ((la_decode)c->decode) {
    case LA_DEC_NONE: return la_cell_to_value(out, cell, err);
    case LA_DEC_BOOL:
      if (cell->tag != LA_V_INT) return la_cell_to_value(out, cell, err);
      *out = la_value_bool(cell->u.i != 0);
      return 0;
    case LA_DEC_DATE: return out_date(out, cell, err);
    case LA_DEC_TIME: return out_text(out, cell, la_time_parse, "time", err);
    case LA_DEC_DATETIME: return out_text(out, cell, la_datetime_parse, "datetime", err);
    case LA_DEC_INTERVAL: return out_interval(out, cell, err);
    case LA_DEC_DECIMAL: return out_decimal(out, cell, c->scale, err);
    case LA_DEC_REAL: return out_real(out, cell, err);
    case LA_DEC_UUID: return out_uuid(out, cell, false, err);
    case LA_DEC_UUID_TEXT: return out_uuid(out, cell, true, err);
  }
  return 0;
}
