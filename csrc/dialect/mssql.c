/* mssql.c - SQL Server, where it differs from the standard. */
#include "dialect/mssql.h"
#include "compile/bind.h"
#include "compile/emit.h"
#include "compile/type.h"
#include "compile/wrap.h"
#include "dialect/ddl_rules.h"
#include "dialect/dialects.h"
#include "dialect/reserved.h"
#include "dialect/type_rules.h"
#include "sql/alias.h"
#include "sql/expr.h"
#include "sql/func.h"

static bool is_subquery(const la_ctx *c) { return c->nlevels > 1; }

/* ---- operators ---- */

static void emit_distinct_from(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_emit_around(c, n, "NOT EXISTS (SELECT ", " INTERSECT SELECT ", ")", &la_kw_none);
}

static void emit_not_distinct_from(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_emit_around(c, n, "EXISTS (SELECT ", " INTERSECT SELECT ", ")", &la_kw_none);
}

static void emit_concat(la_ctx *c, la_node *n, const la_kw *kw) {
  if (n->kind == LA_K_BINARY)
    la_emit_around(c, n, "", " + ", "", kw);
  else
    la_emit_list(c, LA_AS(clause_list, n)->clauses, " + ", kw);
}

static void emit_match(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_around(c, n, "CONTAINS (", ", ", ")", kw); }

/* bind = x prints as x = bind */
static void emit_eq(la_ctx *c, la_node *n, const la_kw *kw) {
  la_binary *b = LA_AS(binary, n);
  bool swap = la_is(b->left, LA_K_BIND) && !la_is(b->right, LA_K_BIND);
  la_kw k = la_kw_with(kw, LA_KW_IN_OP, 0);
  la_emit(c, swap ? b->right : b->left, &k);
  la_puts(c, " = ");
  la_emit(c, swap ? b->left : b->right, &k);
}

static void put_value(la_ctx *c, la_node *n, const char *before, const char *after, const la_kw *kw) {
  la_puts(c, before);
  la_emit_around(c, n, "JSON_VALUE(", ", ", ")", kw);
  la_puts(c, after);
}

static void put_query(la_ctx *c, la_node *n, const char *before, const la_kw *kw) {
  la_puts(c, before);
  la_emit_around(c, n, "JSON_QUERY(", ", ", ")", kw);
}

static void put_python_int(la_ctx *c, int i) {
  if (i >= 0)
    la_buf_printf(&c->out->b, "%d", i);
  else
    la_puts(c, "None");
}

/* CASE JSON_VALUE(a, b) WHEN NULL THEN NULL ELSE … END */
static void emit_json(la_ctx *c, la_node *n, const la_kw *kw) {
  la_type_id family = la_type_affinity(n->type);
  if (family == LA_T_SQL_JSON) {
    put_query(c, n, "", kw);
    return;
  }
  put_value(c, n, "CASE ", " WHEN NULL THEN NULL ", kw);
  if (family == LA_T_INTEGER) {
    put_value(c, n, "ELSE CAST(", " AS INTEGER)", kw);
  } else if (family == LA_T_NUMERIC && la_type_isa(n->type, LA_T_FLOAT)) {
    put_value(c, n, "ELSE CAST(", " AS FLOAT)", kw);
  } else if (family == LA_T_NUMERIC) {
    put_value(c, n, "ELSE CAST(", " AS NUMERIC(", kw);
    put_python_int(c, LA_AS(type, n->type)->precision);
    la_puts(c, ", ");
    put_python_int(c, LA_AS(type, n->type)->scale);
    la_puts(c, "))");
  } else if (family == LA_T_BOOLEAN) {
    la_puts(c, "WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE NULL");
  } else if (family == LA_T_STRING) {
    put_value(c, n, "ELSE ", "", kw);
  } else {
    put_query(c, n, "ELSE ", kw);
  }
  la_puts(c, " END");
}

static const la_emit_fn op_emit[LA_OP_COUNT] = {[LA_OP_IS_DISTINCT_FROM] = emit_distinct_from,
                                                [LA_OP_IS_NOT_DISTINCT_FROM] = emit_not_distinct_from,
                                                [LA_OP_CONCAT] = emit_concat,
                                                [LA_OP_MATCH] = emit_match,
                                                [LA_OP_EQ] = emit_eq,
                                                [LA_OP_JSON_GETITEM] = emit_json,
                                                [LA_OP_JSON_PATH_GETITEM] = emit_json};

/* ---- expressions ---- */

static void emit_one(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_putc(c, n->kind == LA_K_TRUE ? '1' : '0');
}

static void emit_extract(la_ctx *c, la_node *n, const la_kw *kw) {
  la_extract *e = LA_AS(extract, n);
  const char *field = la_dialect_extract(c->d, e->field->s);
  la_puts(c, "DATEPART(");
  if (field)
    la_puts(c, field);
  else
    la_put_word(c, "field of extract()", e->field);
  la_puts(c, ", ");
  la_emit(c, e->expr, kw);
  la_putc(c, ')');
}

static void emit_cast(la_ctx *c, la_node *n, const la_kw *kw) {
  if (!LA_AS(cast, n)->try_) {
    la_emit_cast(c, n, kw);
    return;
  }
  la_puts(c, "TRY_CAST (");
  la_emit(c, LA_AS(cast, n)->clause, kw);
  la_puts(c, " AS ");
  la_put_type(c, n->type, NULL);
  la_putc(c, ')');
}

static const la_emit_fn emit[LA_K_COUNT] = {[LA_K_TRUE] = emit_one,
                                            [LA_K_FALSE] = emit_one,
                                            [LA_K_EXTRACT] = emit_extract,
                                            [LA_K_TABLE] = la_mssql_emit_table,
                                            [LA_K_COLUMN] = la_mssql_emit_column,
                                            [LA_K_CAST] = emit_cast};

static void emit_aggregate_strings(la_ctx *c, la_node *n, const la_kw *kw) {
  const la_list *args = LA_AS(function, n)->args;
  la_kw k = la_kw_with(kw, LA_KW_LITERAL_EXECUTE, 0);
  la_puts(c, "string_agg(");
  for (uint32_t i = 0; i < la_list_len(args) && i < 2; i++) {
    if (i) la_puts(c, ", ");
    la_emit(c, args->v[i], i ? &k : kw);
  }
  la_putc(c, ')');
}

static const la_func_rule funcs[] = {{"now", "CURRENT_TIMESTAMP", NULL, LA_FUNC_BARE},
                                     {"current_date", "GETDATE()", NULL, LA_FUNC_BARE},
                                     {"length", "LEN", NULL, LA_FUNC_CALL},
                                     {"char_length", "LEN", NULL, LA_FUNC_CALL},
                                     {"pow", "POWER", NULL, LA_FUNC_CALL},
                                     {"aggregate_strings", NULL, emit_aggregate_strings, LA_FUNC_CALL},
                                     {NULL, NULL, NULL, LA_FUNC_CALL}};

/* ---- TOP, OFFSET … FETCH, or ROW_NUMBER() ---- */

static la_node *count_of(const la_node *n) {
  la_node *fetch = la_fetch_of(n);
  return fetch ? fetch : la_limit_of(n);
}

static bool uses_top(const la_node *n) {
  la_fetch f = la_fetch_options(n);
  if (la_offset_of(n)) return false;
  return la_is_simple_int(la_limit_of(n)) || (la_is_simple_int(f.count) && (f.percent || f.ties));
}

static void put_precolumns(la_ctx *c, la_node *n, const la_kw *kw) {
  la_fetch f = la_fetch_options(n);
  la_emit_precolumns(c, n, kw);
  if (!la_has_row_limit(n) || !uses_top(n)) return;
  la_kw k = la_kw_with(kw, LA_KW_LITERAL_EXECUTE, 0);
  la_puts(c, "TOP ");
  la_emit(c, count_of(n), &k);
  la_putc(c, ' ');
  if (f.count && f.percent) la_puts(c, "PERCENT ");
  if (f.count && f.ties) la_puts(c, "WITH TIES ");
}

static void check_fetch(la_ctx *c, const la_node *n) {
  la_fetch f = la_fetch_options(n);
  const la_list *order_by = n->kind == LA_K_SELECT ? LA_AS(select, n)->order_by : LA_AS(compound, n)->order_by;
  if (!la_list_len(order_by))
    la_ctx_fail(c, LA_EXC_CompileError, "MSSQL requires an order_by when using an OFFSET or a non-simple LIMIT clause");
  if (f.count && (f.percent || f.ties))
    la_ctx_fail(c, LA_EXC_CompileError,
                "MSSQL needs TOP to use PERCENT and/or WITH TIES. Only simple fetch without offset can be used.");
}

static void put_row_limit(la_ctx *c, la_node *n, const la_kw *kw) {
  if (!LA_DATTR(c->d, _supports_offset_fetch) || uses_top(n)) return;
  check_fetch(c, n);
  la_fetch f = {count_of(n), false, false, true, false};
  la_emit_fetch(c, n, &f, kw);
}

static void put_order_by(la_ctx *c, la_node *n, const la_kw *kw) {
  if (is_subquery(c) && !uses_top(n)) {
    if (la_offset_of(n) && !la_is_simple_int(la_offset_of(n)))
      la_ctx_fail(c, LA_EXC_CompileError, "This SELECT structure does not use a simple integer value for offset");
    if (!la_offset_of(n) || !LA_DATTR(c->d, _supports_offset_fetch)) return;
  }
  la_emit_order_by(c, n, kw);
}

/* ROW_NUMBER() OVER (ORDER BY …) AS mssql_rn */
static la_node *row_number(la_ctx *c, const la_select *s) {
  la_node *call = NULL, *over = NULL;
  la_str *name = la_names_keep(&c->names, la_str_from("ROW_NUMBER"));
  la_over_opts o = {0};
  for (uint32_t i = 0; i < la_list_len(s->order_by); i++)
    la_wrap_add(c, &o.order_by, la_wrap_unlabelled(c, s->order_by->v[i]));
  if (!name || la_expr_function(&call, NULL, name, NULL, NULL, c->err) || !la_ctx_keep(c, call) ||
      la_expr_over(&over, call, &o, c->err))
    c->failed = true;
  la_list_release(o.order_by);
  return c->failed ? NULL : la_wrap_label(c, "mssql_rn", la_ctx_keep(c, over));
}

static la_node *translate(la_ctx *c, la_node *n, const la_kw *kw) {
  la_select *s = LA_AS(select, n);
  (void)kw;
  if (!la_has_row_limit(n) || LA_DATTR(c->d, _supports_offset_fetch) || uses_top(n)) return n;
  la_state_of(c, n); /* its joins are looked at first */
  check_fetch(c, n);
  la_node *inner = c->failed ? NULL : la_wrap_copy(c, n);
  if (!inner) return NULL;
  la_wrap_add(c, &LA_AS(select, inner)->raw_columns, row_number(c, s));
  la_set_list(&LA_AS(select, inner)->order_by, NULL);
  la_node *outer = la_wrap_select(c, la_wrap_subquery(c, la_wrap_done(c, inner)), "mssql_rn", NULL);
  if (!outer) return NULL;
  la_list **where = &LA_AS(select, outer)->where;
  la_node *rn = la_wrap_column(c, "mssql_rn", false), *count = count_of(n), *offset = s->offset;
  if (offset) la_wrap_add(c, where, la_wrap_op(c, LA_OP_GT, rn, offset));
  if (offset && count) count = la_wrap_op(c, LA_OP_ADD, count, offset);
  if (count) la_wrap_add(c, where, la_wrap_op(c, LA_OP_LE, rn, count));
  return la_wrap_done(c, outer);
}

/* ---- clauses ---- */

static void nothing(la_ctx *c, la_node *n, const la_kw *kw) { (void)c, (void)n, (void)kw; }

static la_node *adapt_column(la_ctx *c, la_node *column, void *target) { return la_wrap_adapt(c, column, target); }

/* OUTPUT inserted.a */
static void put_returning(la_ctx *c, la_node *stmt, la_list *columns, bool result, const la_kw *kw) {
  bool deleted = stmt->kind == LA_K_DELETE;
  la_node *table = deleted                     ? LA_AS(delete, stmt)->table
                   : stmt->kind == LA_K_INSERT ? LA_AS(insert, stmt)->table
                                               : LA_AS(update, stmt)->table;
  la_node *target = NULL;
  la_str *name = la_names_keep(&c->names, la_str_from(deleted ? "deleted" : "inserted"));
  if (!name) la_ctx_nomem(c);
  if (!name || la_alias_new(&target, LA_K_ALIAS, table, name, c->err) || !la_ctx_keep(c, target)) {
    c->failed = true;
    return;
  }
  la_puts(c, "OUTPUT ");
  la_emit_returning_columns(c, stmt, columns, result, adapt_column, target, kw);
}

static void from_hint(la_ctx *c, size_t at, la_node *table, const la_str *hint, bool crud) {
  (void)at, (void)table, (void)crud;
  la_putc(c, ' ');
  la_buf_str(&c->out->b, hint);
}

/* FROM a, b */
static void put_from(la_ctx *c, la_node *table, la_list *extra, const la_kw *kw) {
  la_kw k = la_kw_with(kw, LA_KW_ASFROM, 0);
  la_puts(c, " FROM ");
  la_emit(c, table, &k);
  if (la_list_len(extra)) la_puts(c, ", ");
  la_emit_froms(c, extra, kw);
}

static void update_from(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  put_from(c, LA_AS(update, n)->table, extra, kw);
}

static void delete_table(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  la_kw k = la_kw_with(kw, LA_KW_ASFROM | LA_KW_CRUD | (la_list_len(extra) ? LA_KW_ASHINT : 0), 0);
  la_emit(c, LA_AS(delete, n)->table, &k);
}

static void delete_from(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  put_from(c, LA_AS(delete, n)->table, extra, kw);
}

static void put_sequence(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_puts(c, "NEXT VALUE FOR ");
  la_put_sequence(c, n);
}

static void empty_set(la_ctx *c, la_node *const *types, uint32_t n) {
  (void)types, (void)n;
  la_puts(c, "SELECT 1 WHERE 1!=1");
}

static const la_hooks hooks = {.precolumns = put_precolumns,
                               .order_by = put_order_by,
                               .row_limit = put_row_limit,
                               .for_update = nothing,
                               .returning = put_returning,
                               .from_hint = from_hint,
                               .update_from = update_from,
                               .delete_table = delete_table,
                               .delete_from = delete_from,
                               .empty_set = empty_set,
                               .sequence = put_sequence,
                               .translate_select = translate,
                               .with_recursive = "WITH "};

static const la_quoting quoting = {'[', ']', la_words_mssql, "$", true, true, true};

static const la_word_pair extract[] = {{"doy", "dayofyear"},
                                       {"dow", "weekday"},
                                       {"milliseconds", "millisecond"},
                                       {"microseconds", "microsecond"},
                                       {NULL, NULL}};

static const la_attr_value attrs[] = {{LA_DA__continues_lines, 1},
                                      {LA_DA_max_identifier_length, 128},
                                      {LA_DA_supports_default_values, 1},
                                      {LA_DA_supports_empty_insert, 0},
                                      {LA_DA_favor_returning_over_lastrowid, 1},
                                      {LA_DA_supports_comments, 1},
                                      {LA_DA_insert_returning, 1},
                                      {LA_DA_insert_executemany_returning, 1},
                                      {LA_DA_insert_executemany_returning_sort_by_parameter_order, 1},
                                      {LA_DA_update_returning, 1},
                                      {LA_DA_delete_returning, 1},
                                      {LA_DA_update_returning_multifrom, 1},
                                      {LA_DA_delete_returning_multifrom, 1},
                                      {LA_DA_supports_sequences, 1},
                                      {LA_DA_sequences_optional, 1},
                                      {LA_DA_non_native_boolean_check_constraint, 0},
                                      {LA_DA_supports_multivalues_insert, 1},
                                      {LA_DA_use_insertmanyvalues, 1},
                                      {LA_DA_use_insertmanyvalues_wo_returning, 1},
                                      {LA_DA_insertmanyvalues_implicit_sentinel, 2 | 4 | 16},
                                      {LA_DA_insertmanyvalues_max_parameters, 2099},
                                      {LA_DA_returning_precedes_values, 1},
                                      {LA_DA__literal_frames, 1},
                                      {LA_DA_aggregate_order_by_style, 2},
                                      {LA_DA_COUNT, 0}};

static void refine(la_dialect_inst *d) {
  if (d->nversion) la_dialect_default(d, LA_DA__supports_offset_fetch, la_dialect_at_least(d, 11, -1, -1));
}

const la_dialect la_mssql_dialect = {
    .name = "mssql",
    .base = &la_ansi,
    .quoting = &quoting,
    .attrs = attrs,
    .op_emit = op_emit,
    .emit = emit,
    .funcs = funcs,
    .extract = extract,
    .hooks = &hooks,
    .types = &la_mssql_types,
    .ddl = &la_mssql_ddl,
    .refine = refine,
};
