/* sqlite.c - SQLite, where it differs from the standard. */
#include "compile/bind.h"
#include "compile/emit.h"
#include "compile/upsert.h"
#include "dialect/ddl_rules.h"
#include "dialect/dialects.h"
#include "dialect/reserved.h"
#include "dialect/type_rules.h"
#include "sql/type.h"

/* ---- operators ---- */

static void emit_truediv(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_around(c, n, "", " / (", " + 0.0)", kw); }

static void emit_distinct_from(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_emit_around(c, n, "", " IS NOT ", "", &la_kw_none);
}

static void emit_not_distinct_from(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_emit_around(c, n, "", " IS ", "", &la_kw_none);
}

static void emit_json(la_ctx *c, la_node *n, const la_kw *kw) {
  if (la_type_affinity(n->type) == LA_T_SQL_JSON)
    la_emit_around(c, n, "JSON_QUOTE(JSON_EXTRACT(", ", ", "))", kw);
  else
    la_emit_around(c, n, "JSON_EXTRACT(", ", ", ")", kw);
}

static void emit_regexp(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_infix(c, n, " REGEXP ", false, kw); }
static void emit_not_regexp(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_infix(c, n, " NOT REGEXP ", false, kw); }

/* (a | b - a & b), each in parentheses where it stands in an operator */
static void emit_xor(la_ctx *c, la_node *n, const la_kw *kw) {
  la_putc(c, '(');
  la_emit_infix(c, n, " | ", true, kw);
  la_puts(c, " - ");
  la_emit_infix(c, n, " & ", true, kw);
  la_putc(c, ')');
}

static const la_emit_fn op_emit[LA_OP_COUNT] = {[LA_OP_TRUEDIV] = emit_truediv,
                                                [LA_OP_IS_DISTINCT_FROM] = emit_distinct_from,
                                                [LA_OP_IS_NOT_DISTINCT_FROM] = emit_not_distinct_from,
                                                [LA_OP_JSON_GETITEM] = emit_json,
                                                [LA_OP_JSON_PATH_GETITEM] = emit_json,
                                                [LA_OP_REGEXP_MATCH] = emit_regexp,
                                                [LA_OP_NOT_REGEXP_MATCH] = emit_not_regexp,
                                                [LA_OP_BITWISE_XOR] = emit_xor};

/* ---- expressions ---- */

static void emit_extract(la_ctx *c, la_node *n, const la_kw *kw) {
  la_extract *e = LA_AS(extract, n);
  const char *field = la_dialect_extract(c->d, e->field->s);
  if (!field) {
    la_ctx_fail(c, LA_EXC_CompileError, "%s is not a valid extract argument.", e->field->s);
    return;
  }
  la_puts(c, "CAST(STRFTIME('");
  la_puts(c, field);
  la_puts(c, "', ");
  la_emit(c, e->expr, kw);
  la_puts(c, ") AS INTEGER)");
}

static void emit_true(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)n, (void)kw;
  la_putc(c, '1');
}
static void emit_false(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)n, (void)kw;
  la_putc(c, '0');
}
static void emit_on_conflict(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_on_conflict(c, n, true, kw); }

static const la_emit_fn emit[LA_K_COUNT] = {[LA_K_EXTRACT] = emit_extract,
                                            [LA_K_TRUE] = emit_true,
                                            [LA_K_FALSE] = emit_false,
                                            [LA_K_ON_CONFLICT] = emit_on_conflict};

static const la_func_rule funcs[] = {{"now", "CURRENT_TIMESTAMP", NULL, LA_FUNC_BARE},
                                     {"localtimestamp", "DATETIME(CURRENT_TIMESTAMP, 'localtime')", NULL, LA_FUNC_BARE},
                                     {"char_length", "length", NULL, LA_FUNC_APART},
                                     {"aggregate_strings", "group_concat", NULL, LA_FUNC_APART},
                                     {NULL, NULL, NULL, LA_FUNC_CALL}};

static const la_word_pair extract[] = {{"month", "%m"},
                                       {"day", "%d"},
                                       {"year", "%Y"},
                                       {"second", "%S"},
                                       {"hour", "%H"},
                                       {"doy", "%j"},
                                       {"minute", "%M"},
                                       {"epoch", "%s"},
                                       {"dow", "%w"},
                                       {"week", "%W"},
                                       /* words of the standard, which strftime() takes for text */
                                       {"quarter", "quarter"},
                                       {"milliseconds", "milliseconds"},
                                       {"microseconds", "microseconds"},
                                       {"timezone_hour", "timezone_hour"},
                                       {"timezone_minute", "timezone_minute"},
                                       {NULL, NULL}};

/* ---- clauses ---- */

/*  LIMIT a OFFSET b; there is always an OFFSET */
static void put_limit(la_ctx *c, la_node *n, const la_kw *kw) {
  la_node *limit = la_limit_of(n), *offset = la_offset_of(n);
  if (limit) {
    la_puts(c, "\n LIMIT ");
    la_emit(c, limit, kw);
  }
  if (offset && !limit) {
    la_puts(c, "\n LIMIT ");
    la_emit_int(c, -1, &la_kw_none);
  }
  la_puts(c, " OFFSET ");
  if (offset)
    la_emit(c, offset, kw);
  else
    la_emit_int(c, 0, kw);
}

static void nothing(la_ctx *c, la_node *n, const la_kw *kw) { (void)c, (void)n, (void)kw; }

static void put_returning(la_ctx *c, la_node *stmt, la_list *columns, bool result, const la_kw *kw) {
  la_kw k = la_kw_with(kw, LA_KW_NO_TABLE, 0);
  la_emit_returning(c, stmt, columns, result, &k);
}

static void update_from(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  (void)n;
  la_puts(c, " FROM ");
  la_emit_froms(c, extra, kw);
}

static void put_ones(la_ctx *c, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) la_puts(c, i ? ", 1" : "1");
}

static void empty_set(la_ctx *c, la_node *const *types, uint32_t n) {
  (void)types;
  la_puts(c, "SELECT ");
  put_ones(c, n);
  la_puts(c, " FROM (SELECT ");
  put_ones(c, n);
  la_puts(c, ") WHERE 1!=1");
}

static const la_hooks hooks = {.limit = put_limit,
                               .for_update = nothing,
                               .returning = put_returning,
                               .update_from = update_from,
                               .empty_set = empty_set};

static const la_quoting quoting = {'"', '"', la_words_sqlite, "$", false, false, false};

static const la_attr_value attrs[] = {{LA_DA_supports_alter, 0},
                                      {LA_DA_supports_default_values, 1},
                                      {LA_DA_supports_default_metavalue, 1},
                                      {LA_DA_supports_empty_insert, 0},
                                      {LA_DA_supports_multivalues_insert, 1},
                                      {LA_DA_use_insertmanyvalues, 1},
                                      {LA_DA_tuple_in_values, 1},
                                      {LA_DA_insert_null_pk_still_autoincrements, 1},
                                      {LA_DA_insert_returning, 1},
                                      {LA_DA_insert_executemany_returning, 1},
                                      {LA_DA_insert_executemany_returning_sort_by_parameter_order, 1},
                                      {LA_DA_update_returning, 1},
                                      {LA_DA_update_returning_multifrom, 1},
                                      {LA_DA_delete_returning, 1},
                                      {LA_DA__empty_set_select, 1},
                                      {LA_DA_COUNT, 0}};

static void connected(la_dialect_inst *d) {
  bool returning = la_dialect_at_least(d, 3, 35, -1);
  la_dialect_default(d, LA_DA_insert_returning, returning);
  la_dialect_default(d, LA_DA_insert_executemany_returning, returning);
  la_dialect_default(d, LA_DA_insert_executemany_returning_sort_by_parameter_order, returning);
  la_dialect_default(d, LA_DA_update_returning, returning);
  la_dialect_default(d, LA_DA_delete_returning, returning);
  la_dialect_default(d, LA_DA__compares_stored_json_keys, !la_dialect_at_least(d, 3, 45, -1));
}

const la_dialect la_sqlite_dialect = {
    .name = "sqlite",
    .base = &la_ansi,
    .paramstyle = LA_PS_QMARK,
    .quoting = &quoting,
    .attrs = attrs,
    .op_emit = op_emit,
    .emit = emit,
    .funcs = funcs,
    .extract = extract,
    .default_metavalue = "NULL",
    .hooks = &hooks,
    .types = &la_sqlite_types,
    .ddl = &la_sqlite_ddl,
    .connected = connected,
};
