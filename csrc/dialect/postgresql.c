/* postgresql.c - PostgreSQL, where it differs from the standard. */
#include "dialect/postgresql.h"

#include "compile/bind.h"
#include "compile/emit.h"
#include "compile/upsert.h"
#include "dialect/ddl_rules.h"
#include "dialect/dialects.h"
#include "dialect/reserved.h"
#include "dialect/type_rules.h"
#include "sql/expr.h"
#include "sql/schema.h"

/* ---- JSON and arrays ---- */

/* x -> y; where a value of another type is wanted, CAST(x ->> y AS TYPE) */
static void emit_json_op(la_ctx *c, la_node *n, const char *json, const char *text, const la_kw *kw) {
  bool applied = kw->f & LA_KW_CAST_APPLIED;
  la_kw k = la_kw_with(kw, 0, LA_KW_CAST_APPLIED);
  if (applied || la_type_affinity(n->type) == LA_T_SQL_JSON) {
    la_emit_infix(c, n, applied ? text : json, true, &k);
    return;
  }
  la_node *cast = NULL;
  la_operand o = la_operand_node(n);
  if (la_expr_cast(&cast, &o, n->type, false, c->err)) {
    c->failed = true;
    return;
  }
  k.f |= LA_KW_CAST_APPLIED;
  la_emit(c, la_ctx_keep(c, cast), &k);
}

/* x[y] of JSONB */
static void emit_subscript(la_ctx *c, la_node *n, const la_kw *kw) {
  la_node *left = LA_AS(binary, n)->left;
  bool parens = left->kind == LA_K_FUNCTION || left->kind == LA_K_CAST;
  la_emit_around(c, n, parens ? "(" : "", parens ? ")[" : "[", "]", kw);
}

static void emit_json(la_ctx *c, la_node *n, const la_kw *kw) {
  bool json = la_type_affinity(n->type) == LA_T_SQL_JSON,
       jsonb = la_type_isa(LA_AS(binary, n)->left->type, LA_T_POSTGRESQL_JSONB);
  if (!(kw->f & LA_KW_CAST_APPLIED) && json && jsonb && LA_DATTR(c->d, _supports_jsonb_subscripting))
    emit_subscript(c, n, kw);
  else
    emit_json_op(c, n, " -> ", " ->> ", kw);
}

/* h -> k of HSTORE, or h[k]: the only one that can be assigned to */
static void emit_custom(la_ctx *c, la_node *n, const la_kw *kw) {
  const la_binary *b = n->kind == LA_K_BINARY ? LA_AS(binary, n) : NULL;
  if (b && la_str_is(LA_AS(custom_op, b->custom)->opstring, "->") &&
      la_type_isa(la_type_unwrap(la_expr_type(b->left)), LA_T_POSTGRESQL_HSTORE) &&
      (LA_DATTR(c->d, hstore_subscripting) || kw->f & LA_KW_ASSIGNED))
    emit_subscript(c, n, kw);
  else
    la_emit_custom_op(c, n, kw);
}

static void emit_json_path(la_ctx *c, la_node *n, const la_kw *kw) { emit_json_op(c, n, " #> ", " #>> ", kw); }
static void emit_getitem(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_around(c, n, "", "[", "]", kw); }

static void emit_slice(la_ctx *c, la_node *n, const la_kw *kw) {
  la_emit(c, LA_AS(slice, n)->start, kw);
  la_putc(c, ':');
  la_emit(c, LA_AS(slice, n)->stop, kw);
}

/* ARRAY[a, b] */
void la_postgresql_emit_array(la_ctx *c, la_node *n, const la_kw *kw) {
  const la_list *l = LA_AS(array_expr, n)->clauses;
  la_puts(c, "ARRAY[");
  la_emit_list(c, l, ", ", kw);
  la_putc(c, ']');
  if (la_list_len(l) || la_type_is_null(LA_AS(type, n->type)->item)) return;
  la_puts(c, "::");
  la_put_type(c, n->type, NULL);
}

void la_postgresql_emit_agg_order_by(la_ctx *c, la_node *n, const la_kw *kw) {
  la_emit(c, LA_AS(agg_order_by, n)->target, kw);
  la_puts(c, " ORDER BY ");
  la_emit_list(c, LA_AS(agg_order_by, n)->order_by, ", ", kw);
}

/* ON (a, b) */
void la_postgresql_emit_dialect_expr(la_ctx *c, la_node *n, const la_kw *kw) {
  const la_dialect_expr *e = LA_AS(dialect_expr, n);
  if (!la_str_is(e->name, "postgresql_distinct_on")) {
    la_ctx_no_emit(c, n);
    return;
  }
  if (!la_list_len(e->args)) return;
  la_puts(c, "ON ");
  la_emit_parens(c, e->args, kw);
}

/* ---- text search and regular expressions ---- */

static void emit_match(la_ctx *c, la_node *n, const la_kw *kw) {
  la_binary *b = LA_AS(binary, n);
  la_value config = la_schema_option_value(la_schema_option_named(b->modifiers, "postgresql_regconfig"));
  la_emit(c, b->left, kw);
  la_puts(c, " @@ plainto_tsquery(");
  if (config.tag == LA_V_TEXT) {
    la_put_text_literal(c, config.u.s);
    la_puts(c, ", ");
  }
  la_emit(c, b->right, kw);
  la_putc(c, ')');
}

/* a ~ b; with flags a ~ CONCAT('(?', 'flags', ')', b) */
static void put_regexp(la_ctx *c, la_node *n, const char *plain, const char *ignorecase, const la_kw *kw) {
  const la_str *flags = la_binary_flags(n);
  if (!flags || la_str_is(flags, "i")) {
    la_emit_infix(c, n, flags ? ignorecase : plain, false, kw);
    return;
  }
  la_emit(c, LA_AS(binary, n)->left, kw);
  la_puts(c, plain);
  la_puts(c, "CONCAT('(?', ");
  la_put_text_literal(c, flags);
  la_puts(c, ", ')', ");
  la_emit(c, LA_AS(binary, n)->right, kw);
  la_putc(c, ')');
}

static void emit_regexp(la_ctx *c, la_node *n, const la_kw *kw) { put_regexp(c, n, " ~ ", " ~* ", kw); }
static void emit_not_regexp(la_ctx *c, la_node *n, const la_kw *kw) { put_regexp(c, n, " !~ ", " !~* ", kw); }

static void emit_regexp_replace(la_ctx *c, la_node *n, const la_kw *kw) {
  la_emit_around(c, n, "REGEXP_REPLACE(", ", ", "", kw);
  if (la_binary_flags(n)) {
    la_puts(c, ", ");
    la_put_text_literal(c, la_binary_flags(n));
  }
  la_putc(c, ')');
}

static void emit_lowered(la_ctx *c, la_node *n, const la_kw *kw) { la_emit(c, LA_AS(lowered, n)->element, kw); }
static void emit_on_conflict(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_on_conflict(c, n, false, kw); }

static const char *const op_text[LA_OP_COUNT] = {
    [LA_OP_BITWISE_XOR] = " # ", [LA_OP_ILIKE] = " ILIKE ", [LA_OP_NOT_ILIKE] = " NOT ILIKE "};

static const la_emit_fn op_emit[LA_OP_COUNT] = {[LA_OP_CUSTOM] = emit_custom,
                                                [LA_OP_JSON_GETITEM] = emit_json,
                                                [LA_OP_JSON_PATH_GETITEM] = emit_json_path,
                                                [LA_OP_GETITEM] = emit_getitem,
                                                [LA_OP_MATCH] = emit_match,
                                                [LA_OP_REGEXP_MATCH] = emit_regexp,
                                                [LA_OP_NOT_REGEXP_MATCH] = emit_not_regexp,
                                                [LA_OP_REGEXP_REPLACE] = emit_regexp_replace};

static const la_emit_fn emit[LA_K_COUNT] = {[LA_K_SLICE] = emit_slice,
                                            [LA_K_ARRAY] = la_postgresql_emit_array,
                                            [LA_K_AGG_ORDER_BY] = la_postgresql_emit_agg_order_by,
                                            [LA_K_DIALECT_EXPR] = la_postgresql_emit_dialect_expr,
                                            [LA_K_LOWERED] = emit_lowered,
                                            [LA_K_ON_CONFLICT] = emit_on_conflict};

/* ---- functions ---- */

/* SUBSTRING(a FROM b FOR c) */
static void emit_substring(la_ctx *c, la_node *n, const la_kw *kw) {
  const la_list *args = LA_AS(function, n)->args;
  static const char *const words[] = {"SUBSTRING(", " FROM ", " FOR "};
  for (uint32_t i = 0; i < la_list_len(args) && i < 3; i++) {
    la_puts(c, words[i]);
    la_emit(c, args->v[i], kw);
  }
  la_putc(c, ')');
}

static const la_func_rule funcs[] = {{"aggregate_strings", "string_agg", NULL, LA_FUNC_APART},
                                     {"pow", "power", NULL, LA_FUNC_CALL},
                                     {"substring", NULL, emit_substring, LA_FUNC_CALL},
                                     {NULL, NULL, NULL, LA_FUNC_CALL}};

/* ---- clauses ---- */

static void put_sequence(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_piece *before = la_piece_begin(c);
  la_put_sequence(c, n);
  la_piece *name = la_piece_end(c, before);
  la_puts(c, "nextval('");
  for (size_t i = 0; name && i < name->b.len; i++) {
    if (name->b.s[i] == '\'') la_putc(c, '\'');
    la_putc(c, name->b.s[i]);
  }
  la_puts(c, "')");
  la_piece_drop(c, name);
}

static void put_limit(la_ctx *c, la_node *n, const la_kw *kw) {
  la_node *limit = la_limit_of(n), *offset = la_offset_of(n);
  if (limit) {
    la_puts(c, " \n LIMIT ");
    la_emit(c, limit, kw);
  }
  if (!offset) return;
  la_puts(c, limit ? " OFFSET " : "\n LIMIT ALL OFFSET ");
  la_emit(c, offset, kw);
}

static void put_fetch(la_ctx *c, la_node *n, const la_fetch *f, const la_kw *kw) {
  la_node *offset = la_offset_of(n);
  if (offset) {
    la_puts(c, "\n OFFSET (");
    la_emit(c, offset, kw);
    la_puts(c, ") ROWS");
  }
  if (!f->count) return;
  la_puts(c, "\n FETCH FIRST (");
  la_emit(c, f->count, kw);
  la_puts(c, f->percent ? ") PERCENT ROWS " : ") ROWS ");
  la_puts(c, f->ties ? "WITH TIES" : "ONLY");
}

static void put_precolumns(la_ctx *c, la_node *n, const la_kw *kw) {
  la_select *s = LA_AS(select, n);
  if (!la_list_len(s->distinct_on)) {
    la_emit_precolumns(c, n, kw);
    return;
  }
  for (uint32_t i = 0; i < la_list_len(s->extensions); i++) {
    la_node *x = LA_AS(extension, s->extensions->v[i])->element;
    if (la_is(x, LA_K_DIALECT_EXPR) && la_str_is(LA_AS(dialect_expr, x)->name, "postgresql_distinct_on"))
      la_ctx_fail(c, LA_EXC_CompileError, "Cannot mix ``select.ext(distinct_on(...))`` and ``select.distinct(...)``");
  }
  la_puts(c, "DISTINCT ON ");
  la_emit_parens(c, s->distinct_on, kw);
  la_putc(c, ' ');
}

static void put_for_update(la_ctx *c, la_node *n, const la_kw *kw) {
  la_for_update *f = LA_AS(for_update, la_for_update_of(n));
  la_puts(c, f->read        ? (f->key_share ? " FOR KEY SHARE" : " FOR SHARE")
             : f->key_share ? " FOR NO KEY UPDATE"
                            : " FOR UPDATE");
  la_put_for_update_of(c, f->of, kw);
  if (f->nowait) la_puts(c, " NOWAIT");
  if (f->skip_locked) la_puts(c, " SKIP LOCKED");
}

static void from_hint(la_ctx *c, size_t at, la_node *table, const la_str *hint, bool crud) {
  (void)table, (void)crud;
  const char *s = hint->s;
  bool only = hint->len == 4 && (s[0] | 32) == 'o' && (s[1] | 32) == 'n' && (s[2] | 32) == 'l' && (s[3] | 32) == 'y';
  if (!only) {
    la_ctx_fail(c, LA_EXC_CompileError, "Unrecognized hint: '%s'", hint->s);
    return;
  }
  la_piece *before = la_piece_begin(c);
  la_puts(c, "ONLY ");
  la_piece_insert(c, at, la_piece_end(c, before));
}

static void update_from(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  (void)n;
  la_puts(c, " FROM ");
  la_emit_froms(c, extra, kw);
}

static void delete_from(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  (void)n;
  la_puts(c, " USING ");
  la_emit_froms(c, extra, kw);
}

static void empty_set(la_ctx *c, la_node *const *types, uint32_t n) {
  la_puts(c, "SELECT ");
  for (uint32_t i = 0; i < n; i++) {
    la_puts(c, i ? ", CAST(NULL AS " : "CAST(NULL AS ");
    la_put_type(c, la_type_is_null(types[i]) ? la_type_simple(LA_T_INTEGER) : types[i], NULL);
    la_putc(c, ')');
  }
  la_puts(c, " WHERE 1!=1");
}

/* Values of these types are not told from text without a cast. */
static bool needs_cast(const la_node *impl, la_cast_of of) {
  static const la_type_id casts[] = {LA_T_SQL_ARRAY, LA_T_SQL_JSON, LA_T_POSTGRESQL_ABSTRACTRANGE};
  if (la_type_isa(impl, LA_T_UUID)) return la_type_has(impl, LA_TB_NATIVE_UUID);
  if (of == LA_CAST_LITERAL) return false;
  for (size_t i = 0; i < sizeof casts / sizeof casts[0]; i++)
    if (la_type_isa(impl, casts[i])) return true;
  return false;
}

static const la_node *bind_cast(la_ctx *c, const la_node *type, la_cast_of of) {
  la_node *impl = NULL;
  if (!la_is(type, LA_K_TYPE)) return NULL;
  const la_node *own = la_type_variant(type, c->d->name);
  if (of != LA_CAST_ALWAYS && !la_type_isa(own, LA_T_TYPEDECORATOR) && !needs_cast(own, of)) return NULL;
  if (la_type_impl(&impl, type, c->d, c->host, c->err)) return NULL;
  if (!la_ctx_keep(c, impl)) return NULL;
  const la_node *inner = la_type_unwrap(impl);
  if (of != LA_CAST_ALWAYS && !needs_cast(inner, of)) return NULL;
  if (la_type_affinity(inner) == LA_T_STRING && LA_AS(type, inner)->length > 0) return la_type_simple(LA_T_STRING);
  return inner;
}

/*  unnest((SELECT $1), (SELECT $2)) WITH ORDINALITY AS name(p1, p2, p3)
 * The subqueries keep the lengths from the planner, so that a plan, the same for all, goes by the index, row by row. */
static void rows_of_arrays(la_buf *out, const char *name, uint32_t n, bool numbered) {
  la_buf_puts(out, "unnest(");
  for (uint32_t i = 1; i <= n; i++) la_buf_printf(out, "%s(SELECT $%u)", i > 1 ? ", " : "", i);
  la_buf_printf(out, ")%s AS %s(", numbered ? " WITH ORDINALITY" : "", name);
  for (uint32_t i = 1; i <= n + numbered; i++) la_buf_printf(out, "%sp%u", i > 1 ? ", " : "", i);
  la_buf_putc(out, ')');
}

static const la_hooks hooks = {.precolumns = put_precolumns,
                               .limit = put_limit,
                               .fetch = put_fetch,
                               .for_update = put_for_update,
                               .from_hint = from_hint,
                               .update_from = update_from,
                               .delete_from = delete_from,
                               .empty_set = empty_set,
                               .sequence = put_sequence,
                               .bind_cast = bind_cast,
                               .rows_of_arrays = rows_of_arrays};

static const la_quoting quoting = {'"', '"', la_words_postgresql, "$", false, false, false};

static const la_attr_value attrs[] = {{LA_DA_max_identifier_length, 63},
                                      {LA_DA_supports_native_enum, 1},
                                      {LA_DA_supports_native_boolean, 1},
                                      {LA_DA_supports_native_uuid, 1},
                                      {LA_DA_supports_native_decimal, 1},
                                      {LA_DA_supports_smallserial, 1},
                                      {LA_DA_supports_sequences, 1},
                                      {LA_DA_sequences_optional, 1},
                                      {LA_DA_preexecute_autoincrement_sequences, 1},
                                      {LA_DA_postfetch_lastrowid, 0},
                                      {LA_DA_use_insertmanyvalues, 1},
                                      {LA_DA_use_insertmanyvalues_wo_returning, 1},
                                      {LA_DA_insertmanyvalues_implicit_sentinel, 2 | 4 | 8 | 16 | 64},
                                      {LA_DA_supports_comments, 1},
                                      {LA_DA_supports_constraint_comments, 1},
                                      {LA_DA_supports_default_values, 1},
                                      {LA_DA_supports_default_metavalue, 1},
                                      {LA_DA_supports_empty_insert, 0},
                                      {LA_DA_supports_multivalues_insert, 1},
                                      {LA_DA_supports_identity_columns, 1},
                                      {LA_DA_update_returning, 1},
                                      {LA_DA_delete_returning, 1},
                                      {LA_DA_insert_returning, 1},
                                      {LA_DA_insert_executemany_returning, 1},
                                      {LA_DA_insert_executemany_returning_sort_by_parameter_order, 1},
                                      {LA_DA_update_returning_multifrom, 1},
                                      {LA_DA_delete_returning_multifrom, 1},
                                      {LA_DA__backslash_escapes, 1},
                                      {LA_DA__supports_jsonb_subscripting, 1},
                                      {LA_DA_COUNT, 0}};

static void refine(la_dialect_inst *d) {
  la_dialect_default(d, LA_DA_supports_virtual_generated_columns, la_dialect_at_least(d, 18, -1, -1));
}

static void connected(la_dialect_inst *d) {
  la_dialect_default(d, LA_DA_supports_identity_columns, la_dialect_at_least(d, 10, -1, -1));
  la_dialect_default(d, LA_DA__supports_jsonb_subscripting, la_dialect_at_least(d, 14, -1, -1));
  la_dialect_default(d, LA_DA__backslash_escapes, 0); /* standard_conforming_strings */
}

const la_dialect la_postgresql_dialect = {
    .name = "postgresql",
    .base = &la_ansi,
    .paramstyle = LA_PS_PYFORMAT,
    .quoting = &quoting,
    .attrs = attrs,
    .op_text = op_text,
    .op_emit = op_emit,
    .emit = emit,
    .funcs = funcs,
    .hooks = &hooks,
    .types = &la_postgresql_types,
    .ddl = &la_postgresql_ddl,
    .refine = refine,
    .connected = connected,
};
