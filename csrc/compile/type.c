/* type.c - dispatch of types to their rules, and the rules of the standard. */
#include "compile/type.h"

#include <ctype.h>
#include <string.h>

#include "base/stack.h"
#include "compile/quote.h"
#include "compile/type_literal.h"

/* ---- dispatch ---- */

static const la_type_rule *find(const la_type_rules *set, const char *visit, const la_type_rules **where) {
  for (; set; set = set->base)
    for (const la_type_rule *r = set->rules; r && r->visit; r++)
      if (!strcmp(r->visit, visit)) {
        *where = set;
        return r;
      }
  return NULL;
}

static const char *class_name(const la_node *type) { return la_type_info_of(la_type_id_of(type))->cls; }

static bool is_capital(const char *s) {
  for (; *s; s++)
    if (islower((unsigned char)*s)) return false;
  return true;
}

/* What str() shows of a type that only some dialect knows: its name. */
static void put_unknown(la_ctx *c, const la_node *type) {
  const char *name = class_name(type);
  la_puts(c, name);
  if (!is_capital(name)) la_puts(c, "()");
}

static void put_from(la_ctx *c, const la_type_rules *set, const la_node *type, const char *visit) {
  const la_type_rule *r = find(set, visit, &set);
  if (!r && c->str)
    put_unknown(c, type);
  else if (!r)
    la_ctx_unsupported(c, class_name(type));
  else if (r->emit)
    r->emit(c, type);
  else if (r->text)
    la_puts(c, r->text);
  else
    put_from(c, set == &la_ansi_types && c->str ? set : c->d->types, type, r->as);
}

void la_put_type_as(la_ctx *c, const la_node *type, const char *visit) { put_from(c, c->d->types, type, visit); }

void la_put_type_base(la_ctx *c, const la_type_rules *base, const la_node *type, const char *visit) {
  put_from(c, base, type, visit);
}

/* Prints what the user said about types of this class; false: nothing. */
static bool put_by_host(la_ctx *c, const la_node *type, const la_node *column) {
  const la_host *h = c->opts->host;
  bool done = false;
  if (!h) return false;
  int rc = h->type_text ? h->type_text(h, &c->out->b, &done, type, column, c->d, c->err) : 0;
  if (!rc && !done && h->col_spec && la_type_isa(type, LA_T_USERDEFINEDTYPE) && LA_AS(type, type)->object) {
    rc = h->col_spec(h, &c->out->b, type, column, c->err);
    done = true;
  }
  if (rc) c->failed = true;
  return done || rc;
}

void la_put_type(la_ctx *c, const la_node *type, const la_node *column) {
  if (!type) type = la_type_simple(LA_T_NULLTYPE);
  type = la_type_variant(type, c->d->name);
  if (la_too_deep(c->depth)) {
    la_ctx_fail(c, LA_EXC_CompileError, LA_TOO_DEEP, LA_MAX_DEPTH);
    return;
  }
  c->depth++;
  if (!put_by_host(c, type, column)) la_put_type_as(c, type, la_type_info_of(la_type_id_of(type))->visit);
  c->depth--;
}

void la_put_type_plain(la_ctx *c, const la_node *type) {
  bool str = c->str;
  c->str = true;
  put_from(c, &la_ansi_types, type, la_type_info_of(la_type_id_of(type))->visit);
  c->str = str;
}

/* ---- pieces ---- */

void la_put_words(la_ctx *c, const char *words) { la_puts(c, words); }

static void put_int(la_ctx *c, int n) { la_buf_printf(&c->out->b, "%d", n); }

void la_put_length(la_ctx *c, int length) {
  if (length == LA_LENGTH_MAX)
    la_puts(c, "(max)");
  else if (length > 0)
    la_buf_printf(&c->out->b, "(%d)", length);
}

void la_put_sized(la_ctx *c, const char *name, int n) {
  la_puts(c, name);
  if (n < 0) return;
  la_putc(c, '(');
  put_int(c, n);
  la_putc(c, ')');
}

void la_put_precision(la_ctx *c, const char *name, int precision, int scale) {
  la_puts(c, name);
  if (precision == -1) return;
  la_buf_printf(&c->out->b, "(%d", precision);
  if (scale != -1) la_buf_printf(&c->out->b, ", %d", scale);
  la_putc(c, ')');
}

void la_put_string_type(la_ctx *c, const char *name, const la_node *type) {
  const la_str *collation = LA_AS(type, type)->collation, *schema = la_type_option_str(type, "collation_schema");
  la_puts(c, name);
  la_put_length(c, LA_AS(type, type)->length);
  if (!collation || !collation->len) return;
  la_puts(c, " COLLATE ");
  if (schema)
    la_put_collation(c, collation, schema);
  else
    la_quote_always(&c->out->b, c->d, collation->s, collation->len, c->double_percents);
}

void la_put_collation(la_ctx *c, const la_str *name, const la_str *schema) {
  if (schema) {
    la_put_name(c, schema);
    la_putc(c, '.');
  }
  if (c->d->quoting.plain_collations)
    la_put_word(c, "collation", name);
  else
    la_put_name(c, name);
}

/* ---- the standard ---- */

static const la_type *of(const la_node *type) { return LA_AS(type, type); }

static void emit_numeric(la_ctx *c, const la_node *t) {
  la_put_precision(c, "NUMERIC", of(t)->precision, of(t)->scale);
}
static void emit_decimal(la_ctx *c, const la_node *t) {
  la_put_precision(c, "DECIMAL", of(t)->precision, of(t)->scale);
}
static void emit_char(la_ctx *c, const la_node *t) { la_put_string_type(c, "CHAR", t); }
static void emit_nchar(la_ctx *c, const la_node *t) { la_put_string_type(c, "NCHAR", t); }
static void emit_text(la_ctx *c, const la_node *t) { la_put_string_type(c, "TEXT", t); }
static void emit_varchar(la_ctx *c, const la_node *t) { la_put_string_type(c, "VARCHAR", t); }
static void emit_nvarchar(la_ctx *c, const la_node *t) { la_put_string_type(c, "NVARCHAR", t); }
static void emit_binary(la_ctx *c, const la_node *t) {
  la_puts(c, "BINARY");
  la_put_length(c, of(t)->length);
}
static void emit_varbinary(la_ctx *c, const la_node *t) {
  la_puts(c, "VARBINARY");
  la_put_length(c, of(t)->length);
}

static void emit_uuid(la_ctx *c, const la_node *t) {
  if (la_type_has(t, LA_TB_NATIVE_UUID) && LA_DATTR(c->d, supports_native_uuid))
    la_put_type_as(c, t, "UUID");
  else
    la_puts(c, "CHAR(32)");
}

static void emit_null(la_ctx *c, const la_node *t) {
  if (c->str && la_type_id_of(t) == LA_T_NULLTYPE)
    la_puts(c, "NULL");
  else if (c->str)
    put_unknown(c, t);
  else
    la_ctx_fail(c, LA_EXC_CompileError, "Can't generate DDL for %s(); did you forget to specify a type on this Column?",
                class_name(t));
}

static void emit_decorator(la_ctx *c, const la_node *t) {
  la_node *inner;
  if (la_type_engine(&inner, t, c->d, c->opts->host, c->err)) {
    c->failed = true;
    return;
  }
  la_put_type(c, inner, NULL);
  la_node_release(inner);
}

static const la_type_rule rules[] = {{"FLOAT", "FLOAT", NULL, NULL},
                                     {"DOUBLE", "DOUBLE", NULL, NULL},
                                     {"DOUBLE_PRECISION", "DOUBLE PRECISION", NULL, NULL},
                                     {"REAL", "REAL", NULL, NULL},
                                     {"NUMERIC", NULL, NULL, emit_numeric},
                                     {"DECIMAL", NULL, NULL, emit_decimal},
                                     {"INTEGER", "INTEGER", NULL, NULL},
                                     {"SMALLINT", "SMALLINT", NULL, NULL},
                                     {"BIGINT", "BIGINT", NULL, NULL},
                                     {"TIMESTAMP", "TIMESTAMP", NULL, NULL},
                                     {"DATETIME", "DATETIME", NULL, NULL},
                                     {"DATE", "DATE", NULL, NULL},
                                     {"TIME", "TIME", NULL, NULL},
                                     {"CLOB", "CLOB", NULL, NULL},
                                     {"NCLOB", "NCLOB", NULL, NULL},
                                     {"CHAR", NULL, NULL, emit_char},
                                     {"NCHAR", NULL, NULL, emit_nchar},
                                     {"VARCHAR", NULL, NULL, emit_varchar},
                                     {"NVARCHAR", NULL, NULL, emit_nvarchar},
                                     {"TEXT", NULL, NULL, emit_text},
                                     {"UUID", "UUID", NULL, NULL},
                                     {"BLOB", "BLOB", NULL, NULL},
                                     {"BINARY", NULL, NULL, emit_binary},
                                     {"VARBINARY", NULL, NULL, emit_varbinary},
                                     {"BOOLEAN", "BOOLEAN", NULL, NULL},
                                     {"uuid", NULL, NULL, emit_uuid},
                                     {"large_binary", NULL, "BLOB", NULL},
                                     {"boolean", NULL, "BOOLEAN", NULL},
                                     {"time", NULL, "TIME", NULL},
                                     {"datetime", NULL, "DATETIME", NULL},
                                     {"date", NULL, "DATE", NULL},
                                     {"big_integer", NULL, "BIGINT", NULL},
                                     {"small_integer", NULL, "SMALLINT", NULL},
                                     {"integer", NULL, "INTEGER", NULL},
                                     {"real", NULL, "REAL", NULL},
                                     {"float", NULL, "FLOAT", NULL},
                                     {"double", NULL, "DOUBLE", NULL},
                                     {"numeric", NULL, "NUMERIC", NULL},
                                     {"string", NULL, "VARCHAR", NULL},
                                     {"unicode", NULL, "VARCHAR", NULL},
                                     {"text", NULL, "TEXT", NULL},
                                     {"unicode_text", NULL, "TEXT", NULL},
                                     {"enum", NULL, "VARCHAR", NULL},
                                     {"null", NULL, NULL, emit_null},
                                     {"type_decorator", NULL, NULL, emit_decorator},
                                     {NULL, NULL, NULL, NULL}};

static const la_colspec no_colspecs[] = {{LA_T_NONE, LA_T_NONE}};

const la_type_rules la_ansi_types = {NULL, rules, no_colspecs, false, la_literal_ansi};
