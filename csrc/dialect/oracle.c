/* oracle.c - Oracle, where it differs from the standard. */
#include "dialect/oracle.h"

#include <string.h>

#include "compile/bind.h"
#include "compile/emit.h"
#include "compile/quote.h"
#include "compile/result.h"
#include "compile/type.h"
#include "dialect/ddl_rules.h"
#include "dialect/dialects.h"
#include "dialect/reserved.h"
#include "dialect/type_rules.h"
#include "sql/schema.h"

/* ---- operators ---- */

static void emit_distinct_from(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_emit_around(c, n, "DECODE(", ", ", ", 0, 1) = 1", &la_kw_none);
}

static void emit_not_distinct_from(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_emit_around(c, n, "DECODE(", ", ", ", 0, 1) = 0", &la_kw_none);
}

static void emit_match(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_emit_around(c, n, "CONTAINS (", ", ", ")", &la_kw_none);
}

static void emit_mod(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_around(c, n, "mod(", ", ", ")", kw); }
static void emit_xor(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_around(c, n, "BITXOR(", ", ", ")", kw); }
static void emit_or(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_around(c, n, "BITOR(", ", ", ")", kw); }
static void emit_and(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_around(c, n, "BITAND(", ", ", ")", kw); }

static void no_operator(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_op op = (la_op)(n->kind == LA_K_UNARY ? LA_AS(unary, n)->op : LA_AS(binary, n)->op);
  const char *what = op == LA_OP_LSHIFT ? "bitwise_lshift" : op == LA_OP_RSHIFT ? "bitwise_rshift" : "bitwise_not";
  la_ctx_fail(c, LA_EXC_CompileError, "Cannot compile %s in oracle", what);
}

/* JSON_QUERY(a, 'path'), JSON_VALUE(a, 'path' RETURNING type …): the path is always written out */
static void put_json(la_ctx *c, la_node *n, const char *function, const char *after, const la_kw *kw) {
  la_kw path = la_kw_with(kw, LA_KW_LITERAL_BINDS, 0);
  la_puts(c, function);
  la_putc(c, '(');
  la_emit(c, LA_AS(binary, n)->left, kw);
  la_puts(c, ", ");
  la_emit(c, LA_AS(binary, n)->right, &path);
  la_puts(c, after);
}

static void put_python_int(la_ctx *c, int i) {
  if (i >= 0)
    la_buf_printf(&c->out->b, "%d", i);
  else
    la_puts(c, "None");
}

static void put_json_number(la_ctx *c, la_node *n, const la_kw *kw) {
  put_json(c, n, "JSON_VALUE", " RETURNING NUMBER(", kw);
  put_python_int(c, LA_AS(type, n->type)->precision);
  la_puts(c, ", ");
  put_python_int(c, LA_AS(type, n->type)->scale);
  la_puts(c, ") ERROR ON ERROR)");
}

/* RETURNING has no word for true and false. */
static void put_json_boolean(la_ctx *c, la_node *n, const la_kw *kw) {
  la_puts(c, "CASE ");
  put_json(c, n, "JSON_VALUE", ") WHEN 'true' THEN 1 WHEN 'false' THEN 0 ELSE CAST(", kw);
  put_json(c, n, "JSON_VALUE", ") AS NUMBER(1)) END", kw);
}

static void emit_json(la_ctx *c, la_node *n, const la_kw *kw) {
  switch (la_type_affinity(n->type)) {
    case LA_T_BOOLEAN: put_json_boolean(c, n, kw); break;
    case LA_T_INTEGER: put_json(c, n, "JSON_VALUE", " RETURNING INTEGER ERROR ON ERROR)", kw); break;
    case LA_T_STRING: put_json(c, n, "JSON_VALUE", " RETURNING VARCHAR2(4000) ERROR ON ERROR)", kw); break;
    case LA_T_NUMERIC:
    case LA_T_FLOAT:
      if (la_type_isa(n->type, LA_T_FLOAT))
        put_json(c, n, "JSON_VALUE", " RETURNING FLOAT ERROR ON ERROR)", kw);
      else
        put_json_number(c, n, kw);
      break;
    default: put_json(c, n, "JSON_QUERY", ")", kw); break;
  }
}

static void put_regexp(la_ctx *c, la_node *n, const char *before, const la_kw *kw) {
  la_emit_around(c, n, before, ", ", "", kw);
  if (la_binary_flags(n)) {
    la_puts(c, ", ");
    la_put_text_literal(c, la_binary_flags(n));
  }
  la_putc(c, ')');
}

static void emit_regexp(la_ctx *c, la_node *n, const la_kw *kw) { put_regexp(c, n, "REGEXP_LIKE(", kw); }
static void emit_not_regexp(la_ctx *c, la_node *n, const la_kw *kw) { put_regexp(c, n, "NOT REGEXP_LIKE(", kw); }
static void emit_regexp_replace(la_ctx *c, la_node *n, const la_kw *kw) { put_regexp(c, n, "REGEXP_REPLACE(", kw); }

static const la_emit_fn op_emit[LA_OP_COUNT] = {[LA_OP_IS_DISTINCT_FROM] = emit_distinct_from,
                                                [LA_OP_IS_NOT_DISTINCT_FROM] = emit_not_distinct_from,
                                                [LA_OP_MATCH] = emit_match,
                                                [LA_OP_MOD] = emit_mod,
                                                [LA_OP_BITWISE_XOR] = emit_xor,
                                                [LA_OP_BITWISE_OR] = emit_or,
                                                [LA_OP_BITWISE_AND] = emit_and,
                                                [LA_OP_LSHIFT] = no_operator,
                                                [LA_OP_RSHIFT] = no_operator,
                                                [LA_OP_BITWISE_NOT] = no_operator,
                                                [LA_OP_REGEXP_MATCH] = emit_regexp,
                                                [LA_OP_NOT_REGEXP_MATCH] = emit_not_regexp,
                                                [LA_OP_REGEXP_REPLACE] = emit_regexp_replace,
                                                [LA_OP_JSON_GETITEM] = emit_json,
                                                [LA_OP_JSON_PATH_GETITEM] = emit_json};

/* ---- expressions ---- */

static void emit_one(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_putc(c, n->kind == LA_K_TRUE ? '1' : '0');
}

static bool is_table(const la_str *name) {
  static const char table[] = "table";
  size_t i = 0;
  while (i < name->len && i < 5 && (name->s[i] | 32) == table[i]) i++;
  return i == 5 && name->len == 5;
}

/* In FROM: TABLE (f(x)) */
static void emit_function(la_ctx *c, la_node *n, const la_kw *kw) {
  const la_str *name = LA_AS(function, n)->name;
  bool table = kw->f & LA_KW_ASFROM && !is_table(name);
  if (table) la_puts(c, "TABLE (");
  la_emit_function(c, n, kw);
  if (table) la_putc(c, ')');
}

static void emit_column(la_ctx *c, la_node *n, const la_kw *kw) {
  la_emit_column(c, n, kw);
  la_node *r = LA_AS(column, n)->render;
  if (r && r->kind != LA_K_FUNCTION) la_puts(c, ".COLUMN_VALUE");
}

static const la_emit_fn emit[LA_K_COUNT] = {[LA_K_TRUE] = emit_one,
                                            [LA_K_FALSE] = emit_one,
                                            [LA_K_COLUMN] = emit_column,
                                            [LA_K_FUNCTION] = emit_function,
                                            [LA_K_JOIN] = la_oracle_emit_join,
                                            [LA_K_OUTER_COLUMN] = la_oracle_emit_outer_column,
                                            [LA_K_DIALECT_EXPR] = la_oracle_emit_first_rows};

static const la_func_rule funcs[] = {{"now", "CURRENT_TIMESTAMP", NULL, LA_FUNC_BARE},
                                     {"char_length", "LENGTH", NULL, LA_FUNC_CALL},
                                     {"pow", "POWER", NULL, LA_FUNC_CALL},
                                     {"aggregate_strings", "LISTAGG", NULL, LA_FUNC_CALL},
                                     {NULL, NULL, NULL, LA_FUNC_CALL}};

/* Some functions take no parentheses without arguments. */
static void put_argspec(la_ctx *c, la_node *n, const la_kw *kw) {
  static const char *const bare[] = {"uid", "current_date", "sysdate", "user", "current_time", "current_timestamp"};
  const la_function *f = LA_AS(function, n);
  for (size_t i = 0; !la_list_len(f->args) && i < sizeof bare / sizeof bare[0]; i++) {
    size_t k = 0;
    while (k < f->name->len && (f->name->s[k] | 32) == (bare[i][k] | 32)) k++;
    if (k == f->name->len && !bare[i][k]) return;
  }
  la_emit_argspec(c, n, kw);
}

/* ---- binds ---- */

static bool starts_badly(const char *s) { return *s == '_' || (*s >= '0' && *s <= '9'); }

/* Reserved words are quoted, names that begin with a digit or "_" get a letter before. */
static la_str *bind_name(la_ctx *c, const la_str *name, bool post_compile) {
  la_str *lower = la_str_new(name->s, name->len);
  if (!lower) {
    la_ctx_nomem(c);
    return NULL;
  }
  for (uint32_t i = 0; i < lower->len; i++)
    if (lower->s[i] >= 'A' && lower->s[i] <= 'Z') lower->s[i] = (char)(lower->s[i] + 32);
  bool quoted = name->quote == LA_QUOTE_ALWAYS || (!post_compile && la_needs_quotes(c->d, lower->s, lower->len));
  la_str_release(lower);
  if (quoted) return la_str_format("\"%s\"", name->s);
  la_str *clean = la_escape_bind_name(c, name, post_compile);
  const char *s = clean ? clean->s : name->s;
  la_str *prefixed = starts_badly(s) ? la_str_format("D%s", s) : NULL;
  if (!prefixed) return clean;
  la_str_release(clean);
  return prefixed;
}

/* ---- clauses ---- */

static void nothing(la_ctx *c, la_node *n, const la_kw *kw) { (void)c, (void)n, (void)kw; }

static void default_from(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)n, (void)kw;
  la_puts(c, " FROM DUAL");
}

static void select_hint(la_ctx *c, const la_hint_for *hints) {
  for (const la_hint_for *h = hints; h->table; h++) {
    la_puts(c, h == hints ? "/*+ " : " /*+ ");
    la_buf_str(&c->out->b, h->text);
    la_puts(c, " */");
  }
  if (hints->table) la_putc(c, ' ');
}

static void put_sequence(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_put_sequence(c, n);
  la_puts(c, ".nextval");
}

static void put_row_limit(la_ctx *c, la_node *n, const la_kw *kw) {
  la_fetch f = la_fetch_options(n);
  f.literal_simple_ints = true;
  if (f.count) {
    c->d->hooks.fetch(c, n, &f, kw);
  } else if (LA_DATTR(c->d, _supports_offset_fetch)) {
    f.count = la_limit_of(n);
    c->d->hooks.fetch(c, n, &f, kw);
  }
}

static bool is_approximate(const la_node *n) {
  const la_list *o = n->kind == LA_K_SELECT ? LA_AS(select, n)->dialect_options : LA_AS(compound, n)->dialect_options;
  la_value v = la_schema_option_value(la_schema_option(o, "oracle", "fetch_approximate"));
  return v.tag == LA_V_BOOL && v.u.i;
}

static void put_fetch(la_ctx *c, la_node *n, const la_fetch *f, const la_kw *kw) {
  la_piece *before = la_piece_begin(c);
  la_emit_fetch(c, n, f, kw);
  la_piece *text = la_piece_end(c, before);
  const char *s = text && is_approximate(n) ? la_buf_cstr(&text->b) : NULL,
             *first = s ? strstr(s, "FETCH FIRST") : NULL;
  size_t at = first ? (size_t)(first - s) + 6 : 0;
  size_t from = la_here(c);
  la_piece_add(c, text);
  la_piece_drop(c, text);
  if (!first) return;
  before = la_piece_begin(c);
  la_puts(c, "APPROX ");
  la_piece_insert(c, from + at, la_piece_end(c, before));
}

static void put_for_update(la_ctx *c, la_node *n, const la_kw *kw) {
  la_for_update *f = LA_AS(for_update, la_for_update_of(n));
  if (c->nlevels > 1) return;
  la_puts(c, " FOR UPDATE");
  if (la_list_len(f->of)) {
    la_puts(c, " OF ");
    for (uint32_t i = 0; i < f->of->n; i++) {
      if (i) la_puts(c, ", ");
      la_emit(c, f->of->v[i], kw);
    }
  }
  if (f->nowait) la_puts(c, " NOWAIT");
  if (f->skip_locked) la_puts(c, " SKIP LOCKED");
}

/* What comes back is known by its place: there is none for parameters of the user's own. */
static void check_out_parameters(la_ctx *c) {
  for (uint32_t i = 0; i < c->nbinds; i++)
    if (c->binds[i].flags & LA_BF_OUT && LA_AS(bind, c->binds[i].node)->role != LA_BIND_RETURNED)
      la_ctx_fail(c, LA_EXC_InvalidRequestError,
                  "Using explicit outparam() objects with UpdateBase.returning() in the same Core DML statement is not "
                  "supported in the Oracle Database dialects.");
}

/* RETURNING a, b INTO :ret_0, :ret_1 */
static void put_returning(la_ctx *c, la_node *stmt, la_list *columns, bool result, const la_kw *kw) {
  (void)stmt, (void)result, (void)kw;
  la_vec all = LA_VEC_INIT;
  for (uint32_t i = 0; i < la_list_len(columns); i++)
    if (la_select_iterable(&all, columns->v[i], c->err)) c->failed = true;
  if (all.n) check_out_parameters(c);
  la_puts(c, "RETURNING ");
  for (uint32_t i = 0; i < all.n; i++) {
    if (i) la_puts(c, ", ");
    la_kw k = la_kw_none;
    la_emit(c, la_column_expression(c, all.v[i]), &k);
  }
  la_puts(c, " INTO ");
  for (uint32_t i = 0; i < all.n && !c->failed; i++) {
    la_node *n = la_node_new(LA_K_BIND);
    la_str *key = n ? la_str_format("ret_%u", i) : NULL;
    if (!key) {
      la_node_release(n);
      la_ctx_nomem(c);
      break;
    }
    la_give_str(&LA_AS(bind, n)->key, key);
    LA_AS(bind, n)->isoutparam = 1;
    LA_AS(bind, n)->role = LA_BIND_RETURNED;
    la_set_type(n, all.v[i]->type);
    if (i) la_puts(c, ", ");
    la_kw as_is = la_kw_with(&la_kw_none, LA_KW_SKIP_BIND_EXPR, 0);
    la_emit(c, la_ctx_keep(c, la_node_seal(n)), &as_is);
  }
  la_vec_free(&all);
}

static void empty_set(la_ctx *c, la_node *const *types, uint32_t n) {
  (void)types, (void)n;
  la_puts(c, "SELECT 1 FROM DUAL WHERE 1!=1");
}

static const la_hooks hooks = {.row_limit = put_row_limit,
                               .limit = nothing,
                               .fetch = put_fetch,
                               .for_update = put_for_update,
                               .default_from = default_from,
                               .returning = put_returning,
                               .select_hint = select_hint,
                               .empty_set = empty_set,
                               .sequence = put_sequence,
                               .argspec = put_argspec,
                               .translate_select = la_oracle_translate,
                               .bind_name = bind_name,
                               .alias_word = " ",
                               .with_recursive = "WITH ",
                               .except_word = " MINUS "};

static const la_quoting quoting = {'"', '"', la_words_oracle, "_$", false, false, false};

static const la_word_pair bind_escapes[] = {{"%", "P"}, {"(", "A"}, {")", "Z"},  {":", "C"}, {".", "C"}, {"[", "C"},
                                            {"]", "C"}, {" ", "C"}, {"\\", "C"}, {"/", "C"}, {"?", "C"}, {NULL, NULL}};

static const la_attr_value attrs[] = {{LA_DA_max_identifier_length, 128},
                                      {LA_DA__supports_oracle_json, 1},
                                      {LA_DA__supports_offset_fetch, 1},
                                      {LA_DA_aggregate_order_by_style, 2},
                                      {LA_DA_insert_returning, 1},
                                      {LA_DA_insert_executemany_returning, 1},
                                      {LA_DA_insert_executemany_returning_sort_by_parameter_order, 1},
                                      {LA_DA_update_returning, 1},
                                      {LA_DA_delete_returning, 1},
                                      {LA_DA_div_is_floordiv, 0},
                                      {LA_DA_supports_simple_order_by_label, 0},
                                      {LA_DA_cte_follows_insert, 1},
                                      {LA_DA_supports_sequences, 1},
                                      {LA_DA_postfetch_lastrowid, 0},
                                      {LA_DA_requires_name_normalize, 1},
                                      {LA_DA_supports_comments, 1},
                                      {LA_DA_supports_default_metavalue, 1},
                                      {LA_DA_supports_empty_insert, 0},
                                      {LA_DA_supports_identity_columns, 1},
                                      {LA_DA_COUNT, 0}};

static void refine(la_dialect_inst *d) {
  int enabled;
  if (!la_dialect_get(d, "enable_offset_fetch", &enabled)) la_dialect_default(d, LA_DA__supports_offset_fetch, enabled);
}

static void connected(la_dialect_inst *d) {
  la_dialect_default(d, LA_DA_supports_identity_columns, la_dialect_at_least(d, 12, -1, -1));
  la_dialect_default(d, LA_DA__supports_offset_fetch, la_dialect_at_least(d, 12, -1, -1));
  la_dialect_default(d, LA_DA__supports_oracle_json, la_dialect_at_least(d, 21, -1, -1));
  la_dialect_default(d, LA_DA_supports_native_boolean, la_dialect_at_least(d, 23, -1, -1));
}

const la_dialect la_oracle_dialect = {
    .name = "oracle",
    .base = &la_ansi,
    .quoting = &quoting,
    .attrs = attrs,
    .op_emit = op_emit,
    .emit = emit,
    .funcs = funcs,
    .bind_escapes = bind_escapes,
    .hooks = &hooks,
    .types = &la_oracle_types,
    .ddl = &la_oracle_ddl,
    .refine = refine,
    .connected = connected,
};
