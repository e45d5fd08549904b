/* type_literal.c - literals: by the host's functions where a user's type has some,
 * else by the rules of the dialect, which end at those of the standard.
 *
 * Values are taken as strictly as SQLAlchemy takes them: what has no exact literal
 * in the type is an error, never something similar.
 */
#include "compile/type_literal.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/real.h"
#include "base/uuid.h"
#include "compile/type_storage.h"
#include "sql/expr.h"

static la_buf *out_of(la_ctx *c) { return &c->out->b; }

/* ---- texts ---- */

la_lit la_literal_quoted(la_ctx *c, const char *s, size_t n, bool percents) {
  if (LA_DATTR(c->d, _continues_lines) && la_has_continued_line(s, n)) return LA_LIT_BAD;
  la_putc(c, '\'');
  for (size_t i = 0; i < n; i++) {
    if (s[i] == '\'') la_putc(c, '\'');
    if (s[i] == '%' && percents && c->double_percents) la_putc(c, '%');
    la_putc(c, s[i]);
  }
  la_putc(c, '\'');
  return LA_LIT_DONE;
}

la_lit la_literal_text(la_ctx *c, const la_value *v) {
  if (v->tag != LA_V_TEXT && v->tag != LA_V_BLOB) return LA_LIT_BAD;
  return la_literal_quoted(c, v->u.s->s, v->u.s->len, true);
}

static bool is_utf8(const la_str *s) {
  const unsigned char *p = (const unsigned char *)s->s, *end = p + s->len;
  while (p < end) {
    int more = *p < 0x80                 ? 0
               : *p >= 0xc2 && *p < 0xe0 ? 1
               : *p >= 0xe0 && *p < 0xf0 ? 2
               : *p >= 0xf0 && *p < 0xf5 ? 3
                                         : -1;
    if (more < 0 || p + more >= end) return false;
    unsigned char first = p[more ? 1 : 0];
    if ((*p == 0xe0 && first < 0xa0) || (*p == 0xed && first > 0x9f) || (*p == 0xf0 && first < 0x90) ||
        (*p == 0xf4 && first > 0x8f))
      return false;
    for (int i = 1; i <= more; i++)
      if ((p[i] & 0xc0) != 0x80) return false;
    p += more + 1;
  }
  return true;
}

/* Bytes that are text. */
static la_lit put_binary(la_ctx *c, const la_value *v) {
  if ((v->tag != LA_V_TEXT && v->tag != LA_V_BLOB) || !is_utf8(v->u.s)) return LA_LIT_BAD;
  return la_literal_quoted(c, v->u.s->s, v->u.s->len, false);
}

static la_lit put_enum(la_ctx *c, const la_node *type, const la_value *v) {
  const la_list *labels = LA_AS(type, type)->labels;
  if (v->tag != LA_V_TEXT) return LA_LIT_BAD;
  for (uint32_t i = 0; i < la_list_len(labels); i++)
    if (la_str_eq(LA_AS(strnode, labels->v[i])->s, v->u.s)) return la_literal_text(c, v);
  return la_type_has(type, LA_TB_VALIDATE_STRINGS) ? LA_LIT_BAD : la_literal_text(c, v);
}

/* ---- numbers ---- */

/* The digits of an integer of any size, written anew. */
static la_lit put_integer_text(la_ctx *c, const la_str *s) {
  uint32_t i = s->len && (s->s[0] == '-' || s->s[0] == '+'), at = i;
  for (; i < s->len; i++)
    if (s->s[i] < '0' || s->s[i] > '9') return LA_LIT_BAD;
  if (at == s->len) return LA_LIT_BAD;
  while (at + 1 < s->len && s->s[at] == '0') at++;
  if (s->s[0] == '-' && s->s[at] != '0') la_putc(c, '-');
  la_putn(c, s->s + at, s->len - at);
  return LA_LIT_DONE;
}

static la_lit put_integer(la_ctx *c, const la_value *v) {
  int64_t i = 0;
  switch ((la_tag)v->tag) {
    case LA_V_BOOL:
    case LA_V_INT: i = v->u.i; break;
    case LA_V_TEXT: return put_integer_text(c, v->u.s);
    case LA_V_DECIMAL:
      if (!la_decimal_to_int(&i, v->u.s)) return LA_LIT_BAD;
      break;
    case LA_V_REAL:
      if (!(v->u.r >= -9.2e18 && v->u.r <= 9.2e18) || v->u.r != (double)(int64_t)v->u.r) return LA_LIT_BAD;
      i = (int64_t)v->u.r;
      break;
    default: return LA_LIT_BAD;
  }
  la_buf_printf(out_of(c), "%" PRId64, i);
  return LA_LIT_DONE;
}

static la_lit put_real(la_ctx *c, double r) {
  char text[LA_REAL_MAX];
  if (!isfinite(r)) return LA_LIT_BAD;
  la_putn(c, text, la_real_format(text, r));
  return LA_LIT_DONE;
}

static la_lit put_decimal(la_ctx *c, const la_str *d) {
  if (!la_decimal_is_finite(d)) return LA_LIT_BAD;
  la_putn(c, d->s, d->len);
  return LA_LIT_DONE;
}

/* A text that is a number, written anew. */
static la_lit put_number_text(la_ctx *c, const la_str *s) {
  la_str *d = la_decimal_parse(s->s, s->len, NULL);
  la_lit r = d ? put_decimal(c, d) : LA_LIT_BAD;
  la_str_release(d);
  return r;
}

static la_lit put_numeric(la_ctx *c, const la_value *v) {
  switch ((la_tag)v->tag) {
    case LA_V_INT: return put_integer(c, v);
    case LA_V_REAL: return put_real(c, v->u.r);
    case LA_V_DECIMAL: return put_decimal(c, v->u.s);
    case LA_V_TEXT: return put_number_text(c, v->u.s);
    default: return LA_LIT_BAD;
  }
}

static la_lit put_boolean(la_ctx *c, const la_value *v) {
  bool real = v->tag == LA_V_REAL;
  bool known = v->tag == LA_V_BOOL || (v->tag == LA_V_INT && (v->u.i == 0 || v->u.i == 1)) ||
               (real && (v->u.r == 0 || v->u.r == 1));
  if (!known) return LA_LIT_BAD;
  la_emit(c, (real ? v->u.r != 0 : v->u.i != 0) ? la_expr_true() : la_expr_false(), &la_kw_none);
  return LA_LIT_DONE;
}

/* ---- dates ---- */

la_lit la_literal_iso(la_ctx *c, const la_value *v, char part) {
  if (v->tag != LA_V_DATE && v->tag != LA_V_TIME && v->tag != LA_V_DATETIME) return LA_LIT_BAD;
  la_buf b = LA_BUF_INIT;
  la_temporal_iso(&b, v, part ? "T" : " ", LA_TIMESPEC_AUTO);
  const char *s = la_buf_cstr(&b), *t = s ? strchr(s, 'T') : NULL;
  if (!s) {
    la_ctx_nomem(c);
  } else if (part == 'd') {
    la_literal_quoted(c, s, t ? (size_t)(t - s) : strlen(s), false);
  } else {
    if (part == 't' && t) s = t + 1;
    la_literal_quoted(c, s, strlen(s), false);
  }
  la_buf_free(&b);
  return LA_LIT_DONE;
}

bool la_put_seconds(la_buf *out, const la_value *v) {
  char text[LA_REAL_MAX];
  if (v->tag != LA_V_INTERVAL) return false;
  size_t n = la_real_format(text, (double)v->u.i / (double)LA_USEC_SECOND);
  la_buf_add(out, text, n);
  return true;
}

/* ---- UUIDs ---- */

/* The text without its dashes. */
static la_lit put_undashed(la_ctx *c, const la_value *v) {
  la_buf b = LA_BUF_INIT;
  if (v->tag != LA_V_TEXT) return LA_LIT_BAD;
  for (uint32_t i = 0; i < v->u.s->len; i++)
    if (v->u.s->s[i] != '-') la_buf_putc(&b, v->u.s->s[i]);
  const char *s = la_buf_cstr(&b);
  if (s)
    la_literal_quoted(c, s, b.len, false);
  else
    la_ctx_nomem(c);
  la_buf_free(&b);
  return LA_LIT_DONE;
}

static la_lit put_uuid(la_ctx *c, const la_node *type, const la_value *v) {
  char text[LA_UUID_TEXT];
  bool native = la_type_has(type, LA_TB_NATIVE_UUID) && LA_DATTR(c->d, supports_native_uuid);
  if (!la_type_has(type, LA_TB_AS_UUID)) return put_undashed(c, v);
  if (native && v->tag == LA_V_TEXT) return la_literal_quoted(c, v->u.s->s, v->u.s->len, false);
  if (v->tag != LA_V_UUID) return LA_LIT_BAD;
  if (native)
    la_uuid_text(text, v->u.s);
  else
    la_uuid_hex(text, v->u.s);
  return la_literal_quoted(c, text, strlen(text), false);
}

la_lit la_literal_stored(la_ctx *c, const la_node *type, const la_value *v) {
  size_t at = la_here(c);
  la_putc(c, '\'');
  if (!la_storage_write(&c->out->b, type, v)) {
    la_back(c, at);
    return LA_LIT_BAD;
  }
  la_putc(c, '\'');
  return LA_LIT_DONE;
}

/* The types of SQLite are text wherever a dialect has nothing of its own for them. */
static la_lit put_moment(la_ctx *c, const la_node *type, const la_value *v, la_type_id stored, char part) {
  return la_type_isa(type, stored) ? la_literal_stored(c, type, v) : la_literal_iso(c, v, part);
}

/* ---- what holds values ---- */

static la_lit put_element(la_ctx *c, const la_value *v) {
  if (v->tag == LA_V_INT) return put_integer(c, v);
  return v->tag == LA_V_TEXT ? la_literal_text(c, v) : LA_LIT_BAD;
}

static la_lit render(la_ctx *c, const la_node *type, const la_value *v);

static la_lit put_items(la_ctx *c, const la_node *item, const la_value *v, int dims, const char *open) {
  if (v->tag != LA_V_ARRAY) return LA_LIT_BAD;
  const la_array *a = v->u.a;
  bool flat = dims == 1 || (dims < 0 && (!a->n || a->v[0].tag != LA_V_ARRAY));
  la_lit r = LA_LIT_DONE;
  la_puts(c, open);
  for (uint32_t i = 0; r == LA_LIT_DONE && i < a->n; i++) {
    if (i) la_puts(c, ", ");
    if (a->v[i].tag == LA_V_NULL) return LA_LIT_BAD;
    r = flat ? render(c, item, &a->v[i]) : put_items(c, item, &a->v[i], dims < 0 ? dims : dims - 1, open);
  }
  la_putc(c, ']');
  return r;
}

la_lit la_literal_array(la_ctx *c, const la_node *type, const la_value *v, const char *open) {
  la_node *item;
  if (la_type_impl(&item, LA_AS(type, type)->item, c->d, c->opts->host, c->err)) return LA_LIT_BAD;
  la_lit r = put_items(c, item, v, LA_AS(type, type)->dimensions, open);
  la_node_release(item);
  return r;
}

/* ---- the standard ---- */

/* The types of PostgreSQL are written as there by every dialect that has nothing of its own for them. */
static la_lit put_interval(la_ctx *c, const la_value *v) {
  if (v->tag != LA_V_INTERVAL) return LA_LIT_BAD;
  la_puts(c, "make_interval(secs=>");
  la_put_seconds(out_of(c), v);
  la_putc(c, ')');
  return LA_LIT_DONE;
}

la_lit la_literal_ansi(la_ctx *c, const la_node *type, const la_value *v) {
  if (la_type_isa(type, LA_T_ENUM)) return put_enum(c, type, v);
  if (la_type_isa(type, LA_T_POSTGRESQL_INTERVAL)) return put_interval(c, v);
  switch (la_type_affinity(type)) {
    case LA_T_STRING: return la_literal_text(c, v);
    case LA_T_INTEGER: return la_type_isa(type, LA_T_NUMERIC) ? put_numeric(c, v) : put_integer(c, v);
    case LA_T_NUMERIC: return put_numeric(c, v);
    case LA_T_BOOLEAN: return put_boolean(c, v);
    case LA_T_DATETIME: return put_moment(c, type, v, LA_T_SQLITE_DATETIME, 0);
    case LA_T_DATE: return put_moment(c, type, v, LA_T_SQLITE_DATE, 'd');
    case LA_T_TIME: return put_moment(c, type, v, LA_T_SQLITE_TIME, 't');
    case LA_T_ANYBINARY: return put_binary(c, v);
    case LA_T_UUID: return put_uuid(c, type, v);
    case LA_T_JSONELEMENTTYPE: return put_element(c, v);
    case LA_T_SQL_ARRAY: return la_literal_array(c, type, v, la_type_isa(type, LA_T_POSTGRESQL_ARRAY) ? "ARRAY[" : "[");
    default: return LA_LIT_NONE;
  }
}

static la_lit by_rules(la_ctx *c, const la_node *type, const la_value *v) {
  const la_type_rules *set = c->d->types;
  while (!set->literal) set = set->base;
  return set->literal(c, type, v);
}

/* ---- the host's say ---- */

static bool is_host_value(const la_value *v) { return v->tag == LA_V_FOREIGN; }

/* What the type wraps, or the type itself. */
static la_lit render_inner(la_ctx *c, const la_node *type, const la_value *v) {
  const la_type *t = LA_AS(type, type);
  return la_type_isa(type, LA_T_TYPEDECORATOR) && t->impl ? render(c, t->impl, v) : by_rules(c, type, v);
}

static la_lit put_text(la_ctx *c, const la_value *v) {
  if (v->tag != LA_V_TEXT) return LA_LIT_BAD;
  la_putn(c, v->u.s->s, v->u.s->len);
  return LA_LIT_DONE;
}

static la_lit render_by_host(la_ctx *c, const la_node *type, const la_value *v) {
  la_host_literal said = {LA_HL_UNTOUCHED, LA_VALUE_ABSENT};
  const la_host *h = c->opts->host;
  if (h->literal(h, &said, type, c->d, v, c->err)) return LA_LIT_BAD;
  la_lit r;
  if (said.what == LA_HL_UNTOUCHED)
    r = render_inner(c, type, v);
  else if (said.what == LA_HL_TEXT)
    r = put_text(c, &said.value);
  else
    r = render_inner(c, type, &said.value);
  if (r == LA_LIT_NONE && said.what == LA_HL_VALUE_OR_TEXT) r = put_text(c, &said.value);
  la_value_clear(&said.value);
  return r;
}

static la_lit render(la_ctx *c, const la_node *type, const la_value *v) {
  const la_host *h = c->opts->host;
  if (h && h->literal && (LA_AS(type, type)->object || is_host_value(v))) return render_by_host(c, type, v);
  return render_inner(c, type, v);
}

/* ---- errors ---- */

static void put_repr(la_buf *b, const la_value *v) {
  char text[LA_REAL_MAX + LA_UUID_TEXT];
  switch ((la_tag)v->tag) {
    case LA_V_ABSENT:
    case LA_V_NULL: la_buf_puts(b, "None"); break;
    case LA_V_BOOL: la_buf_puts(b, v->u.i ? "True" : "False"); break;
    case LA_V_INT: la_buf_printf(b, "%" PRId64, v->u.i); break;
    case LA_V_REAL: la_buf_add(b, text, la_real_format(text, v->u.r)); break;
    case LA_V_TEXT: la_buf_printf(b, "'%s'", v->u.s->s); break;
    case LA_V_BLOB: la_buf_printf(b, "%u bytes", v->u.s->len); break;
    case LA_V_DECIMAL: la_buf_printf(b, "Decimal('%s')", v->u.s->s); break;
    case LA_V_UUID:
      la_uuid_text(text, v->u.s);
      la_buf_printf(b, "UUID('%s')", text);
      break;
    case LA_V_ARRAY:
      la_buf_putc(b, '[');
      for (uint32_t i = 0; i < v->u.a->n; i++) {
        if (i) la_buf_puts(b, ", ");
        put_repr(b, &v->u.a->v[i]);
      }
      la_buf_putc(b, ']');
      break;
    case LA_V_FOREIGN: la_buf_puts(b, "a table"); break;
    default: la_temporal_str(b, v);
  }
}

enum { REPR_MAX = 300 };

/* The middle of a long value is left out. */
static void put_short_repr(la_buf *b, const la_value *v) {
  la_buf all = LA_BUF_INIT;
  put_repr(&all, v);
  if (all.len <= REPR_MAX) {
    la_buf_add(b, all.s, all.len);
  } else {
    la_buf_add(b, all.s, REPR_MAX / 2);
    la_buf_printf(b, " ... (%zu characters truncated) ... ", all.len - REPR_MAX);
    la_buf_add(b, all.s + all.len - REPR_MAX / 2, REPR_MAX / 2);
  }
  la_buf_free(&all);
}

static void complain(la_ctx *c, const la_node *type, const la_value *v, la_lit how) {
  la_buf value = LA_BUF_INIT;
  size_t at = la_here(c);
  put_short_repr(&value, v);
  la_put_type_plain(c, type);
  la_putc(c, '\0');
  const char *repr = la_buf_cstr(&value), *name = la_buf_ok(out_of(c)) ? out_of(c)->s + at : "";
  la_error cause = LA_ERROR_INIT;
  if (c->err && c->err->set) la_error_move(&cause, c->err);
  if (how == LA_LIT_NONE)
    la_ctx_fail(c, LA_EXC_CompileError,
                "No literal value renderer is available for literal value \"%s\" with datatype %s", repr ? repr : "",
                name);
  else
    la_ctx_fail(c, LA_EXC_CompileError,
                "Could not render literal value \"%s\" with datatype %s; see parent stack trace for more detail.%s%s",
                repr ? repr : "", name, cause.set ? "\n" : "", cause.set ? la_error_message(&cause) : "");
  la_error_clear(&cause);
  la_back(c, at);
  la_buf_free(&value);
}

/* Servers that take \ as an escape get it twice. */
static void double_backslashes(la_ctx *c, size_t at) {
  for (size_t i = at; la_buf_ok(out_of(c)) && i < out_of(c)->len; i++)
    if (out_of(c)->s[i] == '\\') la_buf_insert(out_of(c), i++, "\\", 1);
}

int la_literal(la_ctx *c, const la_node *type, const la_value *v) {
  if (c->failed) return -1;
  if (!la_is(type, LA_K_TYPE)) type = la_type_simple(LA_T_NULLTYPE);
  if ((v->tag == LA_V_NULL || v->tag == LA_V_ABSENT) && !la_type_evaluates_none(type)) {
    la_puts(c, "NULL");
    return 0;
  }
  la_node *impl;
  size_t at = la_here(c);
  if (la_type_impl(&impl, type, c->d, c->opts->host, c->err)) {
    c->failed = true;
    return -1;
  }
  la_lit r = render(c, impl, v);
  la_node_release(impl);
  if (c->failed) return -1;
  if (r == LA_LIT_DONE) {
    if (LA_DATTR(c->d, _backslash_escapes)) double_backslashes(c, at);
    return 0;
  }
  la_back(c, at);
  complain(c, type, v, r);
  return -1;
}
