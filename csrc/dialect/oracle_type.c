/* oracle_type.c - types of Oracle Database. */
#include "base/datetime.h"
#include "compile/type_literal.h"
#include "dialect/type_rules.h"

static const la_type *of(const la_node *type) { return LA_AS(type, type); }

static void put_paren(la_ctx *c, int n) {
  if (n != -1) la_buf_printf(&c->out->b, "(%d)", n);
}

/* INTERVAL DAY(d) TO SECOND(s) */
static void emit_interval(la_ctx *c, const la_node *type) {
  la_puts(c, "INTERVAL DAY");
  put_paren(c, la_type_option_int(type, "day_precision", -1));
  la_puts(c, " TO SECOND");
  put_paren(c, la_type_option_int(type, "second_precision", -1));
}

static void emit_timestamp(la_ctx *c, const la_node *type) {
  la_puts(c, "TIMESTAMP");
  if (la_type_has(type, LA_TB_LOCAL_TIMEZONE))
    la_puts(c, " WITH LOCAL TIME ZONE");
  else if (la_type_has(type, LA_TB_TIMEZONE))
    la_puts(c, " WITH TIME ZONE");
}

static void emit_number_as(la_ctx *c, const la_node *type, const char *name) {
  la_put_precision(c, name, of(type)->precision, of(type)->scale);
}
static void emit_double_precision(la_ctx *c, const la_node *type) { emit_number_as(c, type, "DOUBLE PRECISION"); }
static void emit_binary_double(la_ctx *c, const la_node *type) { emit_number_as(c, type, "BINARY_DOUBLE"); }
static void emit_binary_float(la_ctx *c, const la_node *type) { emit_number_as(c, type, "BINARY_FLOAT"); }
static void emit_number(la_ctx *c, const la_node *type) { emit_number_as(c, type, "NUMBER"); }

/* FLOAT(b): b counts bits, which a precision in digits does not tell. */
static void emit_float(la_ctx *c, const la_node *type) {
  int binary = la_type_option_int(type, "binary_precision", -1), precision = of(type)->precision;
  if (precision > 0 && binary == -1) {
    la_ctx_fail(c, LA_EXC_ArgumentError,
                "Oracle Database FLOAT types use 'binary precision', which does not convert cleanly from decimal "
                "'precision'.  Please specify this type with a separate Oracle Database variant, such as "
                "%s(precision=%d).with_variant(oracle.FLOAT(binary_precision=%d), 'oracle'), so that the Oracle "
                "Database specific 'binary_precision' may be specified accurately.",
                la_type_info_of((la_type_id)of(type)->id)->cls, precision, (int)(precision / 0.30103));
    return;
  }
  la_put_precision(c, "FLOAT", binary, of(type)->scale);
}

static void emit_bigint(la_ctx *c, const la_node *type) {
  (void)type;
  la_puts(c, "NUMBER(19)");
}

/* Lengths count characters; the oldest versions cannot say so. */
static bool counts_letters(const la_ctx *c) { return !c->d->nversion || la_dialect_at_least(c->d, 9, -1, -1); }

static void put_varchar(la_ctx *c, const la_node *type, const char *name, bool national) {
  int n = of(type)->length;
  la_puts(c, name);
  if (n > 0 && !national && counts_letters(c))
    la_buf_printf(&c->out->b, "(%d CHAR)", n);
  else
    la_put_length(c, n);
}
static void emit_varchar(la_ctx *c, const la_node *type) { put_varchar(c, type, "VARCHAR", false); }
static void emit_varchar2(la_ctx *c, const la_node *type) { put_varchar(c, type, "VARCHAR2", false); }
static void emit_nvarchar2(la_ctx *c, const la_node *type) { put_varchar(c, type, "NVARCHAR2", true); }

static void emit_unicode(la_ctx *c, const la_node *type) {
  la_put_type_as(c, type, LA_DATTR(c->d, use_nchar_for_unicode) ? "NVARCHAR" : "VARCHAR2");
}
static void emit_unicode_text(la_ctx *c, const la_node *type) {
  la_put_type_as(c, type, LA_DATTR(c->d, use_nchar_for_unicode) ? "NCLOB" : "CLOB");
}

static void emit_raw(la_ctx *c, const la_node *type) {
  la_puts(c, "RAW");
  la_put_length(c, of(type)->length);
}

static void put_word_or_star(la_ctx *c, const la_str *word) {
  if (word)
    la_putn(c, word->s, word->len);
  else
    la_putc(c, '*');
}

/* VECTOR(dim,format,type) */
static void emit_vector(la_ctx *c, const la_node *type) {
  int dim = la_type_option_int(type, "dim", -1);
  la_puts(c, "VECTOR(");
  if (dim == -1)
    la_putc(c, '*');
  else
    la_buf_printf(&c->out->b, "%d", dim);
  la_putc(c, ',');
  put_word_or_star(c, la_type_option_str(type, "storage_format"));
  la_putc(c, ',');
  put_word_or_star(c, la_type_option_str(type, "storage_type"));
  la_putc(c, ')');
}

/* BOOLEAN from 23 on, a number before. */
static void emit_boolean(la_ctx *c, const la_node *type) {
  la_put_type_as(c, type, LA_DATTR(c->d, supports_native_boolean) ? "BOOLEAN" : "SMALLINT");
}

/* JSON from 21 on, BLOB before, unless it is said which. */
static void emit_json(la_ctx *c, const la_node *type) {
  const la_value *blob = la_type_option(type, "use_blob");
  bool is_blob = blob && blob->tag == LA_V_BOOL ? blob->u.i : !LA_DATTR(c->d, _supports_oracle_json);
  la_puts(c, is_blob ? "BLOB" : "JSON");
}

/* ---- literals ---- */

static bool has_micros(const la_value *v) {
  la_civil civil = {0};
  if (v->tag == LA_V_DATETIME || v->tag == LA_V_TIME) la_civil_of(&civil, v);
  return civil.micro != 0;
}

/* TO_DATE('…', 'format'), TO_TIMESTAMP where there are parts of a second */
static la_lit put_moment(la_ctx *c, const la_value *v, char part, const char *format, const char *with_micros) {
  size_t at = la_here(c);
  bool micros = has_micros(v);
  la_puts(c, micros ? "TO_TIMESTAMP(" : "TO_DATE(");
  la_lit r = la_literal_iso(c, v, part);
  if (r != LA_LIT_DONE) {
    la_back(c, at);
    return r;
  }
  la_puts(c, ", '");
  la_puts(c, micros ? with_micros : format);
  la_puts(c, "')");
  return r;
}

static la_lit put_interval(la_ctx *c, const la_value *v) {
  if (v->tag != LA_V_INTERVAL) return LA_LIT_BAD;
  la_puts(c, "NUMTODSINTERVAL(");
  la_put_seconds(&c->out->b, v);
  la_puts(c, ", 'SECOND')");
  return LA_LIT_DONE;
}

static la_lit literal(la_ctx *c, const la_node *type, const la_value *v) {
  if (la_type_isa(type, LA_T_ORACLE_INTERVAL)) return put_interval(c, v);
  switch (la_type_affinity(type)) {
    case LA_T_DATE: return put_moment(c, v, 'd', "YYYY-MM-DD", "YYYY-MM-DD");
    case LA_T_DATETIME: return put_moment(c, v, 0, "YYYY-MM-DD HH24:MI:SS", "YYYY-MM-DD HH24:MI:SS.FF");
    case LA_T_JSONELEMENTTYPE: return la_literal_json_path(c, v);
    default: return la_literal_ansi(c, type, v);
  }
}

static const la_type_rule rules[] = {{"datetime", NULL, "DATE", NULL},
                                     {"float", NULL, "FLOAT", NULL},
                                     {"double", NULL, "DOUBLE_PRECISION", NULL},
                                     {"unicode", NULL, NULL, emit_unicode},
                                     {"INTERVAL", NULL, NULL, emit_interval},
                                     {"LONG", "LONG", NULL, NULL},
                                     {"TIMESTAMP", NULL, NULL, emit_timestamp},
                                     {"DOUBLE_PRECISION", NULL, NULL, emit_double_precision},
                                     {"BINARY_DOUBLE", NULL, NULL, emit_binary_double},
                                     {"BINARY_FLOAT", NULL, NULL, emit_binary_float},
                                     {"FLOAT", NULL, NULL, emit_float},
                                     {"NUMBER", NULL, NULL, emit_number},
                                     {"string", NULL, "VARCHAR2", NULL},
                                     {"VARCHAR2", NULL, NULL, emit_varchar2},
                                     {"NVARCHAR", NULL, NULL, emit_nvarchar2},
                                     {"VARCHAR", NULL, NULL, emit_varchar},
                                     {"text", NULL, "CLOB", NULL},
                                     {"unicode_text", NULL, NULL, emit_unicode_text},
                                     {"big_integer", NULL, NULL, emit_bigint},
                                     {"boolean", NULL, NULL, emit_boolean},
                                     {"JSON", NULL, NULL, emit_json},
                                     {"RAW", NULL, NULL, emit_raw},
                                     {"ROWID", "ROWID", NULL, NULL},
                                     {"VECTOR", NULL, NULL, emit_vector},
                                     {NULL, NULL, NULL, NULL}};

static const la_colspec colspecs[] = {{LA_T_INTERVAL, LA_T_ORACLE_INTERVAL},
                                      {LA_T_DATETIME, LA_T_ORACLE_DATE},
                                      {LA_T_SQL_JSON, LA_T_ORACLE_JSON},
                                      {LA_T_NONE, LA_T_NONE}};

const la_type_rules la_oracle_types = {&la_ansi_types, rules, colspecs, false, literal};
