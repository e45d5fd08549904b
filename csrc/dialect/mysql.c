/* mysql.c - MySQL and MariaDB, where they differ from the standard. */
#include <string.h>

#include "compile/bind.h"
#include "compile/emit.h"
#include "compile/upsert.h"
#include "compile/wrap.h"
#include "dialect/ddl_rules.h"
#include "dialect/dialects.h"
#include "dialect/mysql.h"
#include "dialect/mysql_cast.h"
#include "dialect/reserved.h"
#include "dialect/type_rules.h"
#include "sql/dml.h"
#include "sql/schema.h"
#include "sql/type.h"

/* ---- operators ---- */

static void emit_distinct_from(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_emit_around(c, n, "NOT (", " <=> ", ")", &la_kw_none);
}

static void emit_not_distinct_from(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_emit_around(c, n, "", " <=> ", "", &la_kw_none);
}

/* concat(a, b, c) */
static void emit_concat(la_ctx *c, la_node *n, const la_kw *kw) {
  if (n->kind == LA_K_BINARY) {
    la_emit_around(c, n, "concat(", ", ", ")", kw);
    return;
  }
  la_puts(c, "concat");
  la_emit_parens(c, LA_AS(clause_list, n)->clauses, kw);
}

/* MATCH (a, b) AGAINST (x IN BOOLEAN MODE) */
static void emit_match(la_ctx *c, la_node *n, const la_kw *kw) {
  bool boolean = la_binary_is(n, "mysql_boolean_mode", true),
       natural = la_binary_is(n, "mysql_natural_language", false);
  bool expansion = la_binary_is(n, "mysql_query_expansion", false);
  if (boolean && (natural || expansion)) {
    la_ctx_fail(c, LA_EXC_CompileError,
                "Invalid MySQL match flags: in_boolean_mode=True, in_natural_language_mode=%s, with_query_expansion=%s",
                natural ? "True" : "False", expansion ? "True" : "False");
    return;
  }
  la_emit_around(c, n, "MATCH (", ") AGAINST (", "", kw);
  if (boolean) la_puts(c, " IN BOOLEAN MODE");
  if (natural) la_puts(c, " IN NATURAL LANGUAGE MODE");
  if (expansion) la_puts(c, " WITH QUERY EXPANSION");
  la_putc(c, ')');
}

/* CONCAT('(?', 'flags', ')', pattern) */
static void put_flagged_pattern(la_ctx *c, const la_str *flags, la_node *pattern, const la_kw *kw) {
  la_puts(c, "CONCAT('(?', ");
  la_put_text_literal(c, flags);
  la_puts(c, ", ')', ");
  la_emit(c, pattern, kw);
  la_putc(c, ')');
}

static void put_regexp(la_ctx *c, la_node *n, const char *word, bool negated, const la_kw *kw) {
  const la_str *flags = la_binary_flags(n);
  if (!flags) {
    la_emit_infix(c, n, word, false, kw);
  } else if (LA_DATTR(c->d, is_mariadb)) {
    la_emit(c, LA_AS(binary, n)->left, kw);
    la_puts(c, word);
    put_flagged_pattern(c, flags, LA_AS(binary, n)->right, &la_kw_none);
  } else {
    la_emit_around(c, n, negated ? "NOT REGEXP_LIKE(" : "REGEXP_LIKE(", ", ", ", ", kw);
    la_put_text_literal(c, flags);
    la_putc(c, ')');
  }
}

static void emit_regexp(la_ctx *c, la_node *n, const la_kw *kw) { put_regexp(c, n, " REGEXP ", false, kw); }
static void emit_not_regexp(la_ctx *c, la_node *n, const la_kw *kw) { put_regexp(c, n, " NOT REGEXP ", true, kw); }

static void emit_regexp_replace(la_ctx *c, la_node *n, const la_kw *kw) {
  la_binary *b = LA_AS(binary, n);
  const la_str *flags = la_binary_flags(n);
  const la_list *args = la_is(b->right, LA_K_CLAUSE_LIST) ? LA_AS(clause_list, b->right)->clauses : NULL;
  if (flags && LA_DATTR(c->d, is_mariadb) && la_list_len(args) == 2) {
    la_puts(c, "REGEXP_REPLACE(");
    la_emit(c, b->left, kw);
    la_puts(c, ", ");
    put_flagged_pattern(c, flags, args->v[0], &la_kw_none);
    la_puts(c, ", ");
    la_emit(c, args->v[1], kw);
  } else {
    la_emit_around(c, n, "REGEXP_REPLACE(", ", ", "", kw);
    if (flags) {
      la_puts(c, ", ");
      la_put_text_literal(c, flags);
    }
  }
  la_putc(c, ')');
}

/* ---- JSON ---- */

static void put_extract(la_ctx *c, la_node *n, const char *before, const char *after, const la_kw *kw) {
  la_puts(c, before);
  la_emit_around(c, n, "JSON_EXTRACT(", ", ", ")", kw);
  la_puts(c, after);
}

/* CASE JSON_EXTRACT(a, b) WHEN 'null' THEN NULL ELSE … END */
static void emit_json(la_ctx *c, la_node *n, const la_kw *kw) {
  la_type_id family = la_type_affinity(n->type);
  const la_type *t = LA_AS(type, n->type);
  if (family == LA_T_SQL_JSON) {
    put_extract(c, n, "", "", kw);
    return;
  }
  put_extract(c, n, "CASE ", " WHEN 'null' THEN NULL ", kw);
  if (family == LA_T_INTEGER) {
    put_extract(c, n, "ELSE CAST(", " AS SIGNED INTEGER)", kw);
  } else if (family == LA_T_NUMERIC && t->scale >= 0 && t->precision >= 0) {
    put_extract(c, n, "ELSE CAST(", " AS DECIMAL", kw);
    la_buf_printf(&c->out->b, "(%d, %d))", t->precision, t->scale);
  } else if (family == LA_T_NUMERIC) {
    put_extract(c, n, "ELSE ", "+0.0000000000000000000000", kw);
  } else if (family == LA_T_BOOLEAN) {
    la_puts(c, "WHEN true THEN true ELSE false");
  } else if (family == LA_T_STRING) {
    put_extract(c, n, "ELSE JSON_UNQUOTE(", ")", kw);
  } else {
    put_extract(c, n, "ELSE ", "", kw);
  }
  la_puts(c, " END");
}

static const la_emit_fn op_emit[LA_OP_COUNT] = {[LA_OP_IS_DISTINCT_FROM] = emit_distinct_from,
                                                [LA_OP_IS_NOT_DISTINCT_FROM] = emit_not_distinct_from,
                                                [LA_OP_CONCAT] = emit_concat,
                                                [LA_OP_MATCH] = emit_match,
                                                [LA_OP_MYSQL_MATCH] = emit_match,
                                                [LA_OP_REGEXP_MATCH] = emit_regexp,
                                                [LA_OP_NOT_REGEXP_MATCH] = emit_not_regexp,
                                                [LA_OP_REGEXP_REPLACE] = emit_regexp_replace,
                                                [LA_OP_JSON_GETITEM] = emit_json,
                                                [LA_OP_JSON_PATH_GETITEM] = emit_json};

/* ---- functions ---- */

static void emit_rollup(la_ctx *c, la_node *n, const la_kw *kw) {
  la_emit_list(c, LA_AS(function, n)->args, ", ", kw);
  la_puts(c, " WITH ROLLUP");
}

static void emit_aggregate_strings(la_ctx *c, la_node *n, const la_kw *kw) {
  const la_list *args = LA_AS(function, n)->args;
  la_node *last = la_list_len(args) ? args->v[la_list_len(args) - 1] : NULL;
  la_puts(c, "group_concat(");
  if (la_is(last, LA_K_ORDERED_ARG)) {
    la_emit(c, args->v[0], kw);
    la_put_ordered(c, last, kw);
    la_puts(c, " SEPARATOR ");
    la_emit(c, LA_AS(ordered_arg, last)->element, kw);
  } else {
    la_emit_list(c, args, " SEPARATOR ", kw);
  }
  la_putc(c, ')');
}

static const la_func_rule funcs[] = {{"random", "rand", NULL, LA_FUNC_APART},
                                     {"sysdate", "SYSDATE()", NULL, LA_FUNC_BARE},
                                     {"rollup", NULL, emit_rollup, LA_FUNC_CALL},
                                     {"aggregate_strings", NULL, emit_aggregate_strings, LA_FUNC_CALL},
                                     {NULL, NULL, NULL, LA_FUNC_CALL}};

/* ---- ON DUPLICATE KEY UPDATE ---- */

/* The name of the row that was to be inserted; NULL: VALUES(column) means it. */
static const char *new_row(la_ctx *c) {
  la_level *level = la_level_top(c);
  la_insert *n = level && level->stmt->kind == LA_K_INSERT ? LA_AS(insert, level->stmt) : NULL;
  if (!n || n->select || !LA_DATTR(c->d, _requires_alias_for_on_duplicate_key)) return NULL;
  const la_str *name = n->table->kind == LA_K_TABLE ? LA_AS(table, n->table)->name : NULL;
  bool taken =
      name && name->len == 3 && (name->s[0] | 32) == 'n' && (name->s[1] | 32) == 'e' && (name->s[2] | 32) == 'w';
  return taken ? "new_1" : "new";
}

/* Is it a column of insert(t).inserted, the row that was to be inserted? */
static bool is_inserted(la_ctx *c, const la_column *col) {
  la_level *level = la_level_top(c);
  if (!la_is(col->table, LA_K_ALIAS) || !level || level->stmt->kind != LA_K_INSERT) return false;
  const la_alias *a = LA_AS(alias, col->table);
  return a->element == LA_AS(insert, level->stmt)->table && a->name && la_str_is(a->name, "inserted");
}

/* VALUES(a), or new.a */
static la_node *inserted_value(la_ctx *c, const la_column *col) {
  const char *row = new_row(c);
  bool doubles = c->double_percents;
  la_piece *before = la_piece_begin(c);
  c->double_percents = false; /* a literal column doubles them */
  la_puts(c, row ? row : "VALUES(");
  if (row) la_putc(c, '.');
  la_put_name(c, col->name);
  if (!row) la_putc(c, ')');
  c->double_percents = doubles;
  la_piece *t = la_piece_end(c, before);
  const char *text = t ? la_buf_cstr(&t->b) : NULL;
  la_node *n = text ? la_wrap_column(c, text, true) : NULL;
  la_piece_drop(c, t);
  return n;
}

typedef struct setting {
  la_ctx *c;
  const la_node *column;
} setting;

/* Is it a column of a subquery that stands for a column of `inserted` itself? */
static bool stands_for_inserted(la_ctx *c, const la_column *col) {
  la_node *first = la_list_len(col->proxies) ? col->proxies->v[0] : NULL;
  if (!la_is(first, LA_K_COLUMN) || !is_inserted(c, LA_AS(column, first)) || !la_is(col->table, LA_K_SUBQUERY))
    return false;
  la_vec all = LA_VEC_INIT;
  if (la_selected(&all, LA_AS(subquery, col->table)->element, c->err)) c->failed = true;
  bool found = (uint32_t)col->position < all.n && all.v[col->position] == first;
  la_vec_free(&all);
  return found;
}

/* In the value of a column, wherever it is: binds without a type take the column's, columns of `inserted` are printed
 * as what they stand for. */
static la_node *adapt(la_node *n, void *ctx) {
  setting *s = ctx;
  if (n->kind == LA_K_BIND && s->column && la_type_is_null(n->type)) {
    la_node *b = la_node_copy(n);
    if (b) la_set_type(b, s->column->type);
    return b ? la_node_seal(b) : NULL;
  }
  if (n->kind != LA_K_COLUMN) return NULL;
  const la_column *col = LA_AS(column, n);
  if (is_inserted(s->c, col)) return la_node_retain(inserted_value(s->c, col));
  return stands_for_inserted(s->c, col) ? la_node_retain(n) : NULL;
}

static la_node *value_of(la_ctx *c, const la_node *column, la_node *value) {
  la_node *out = NULL;
  setting s = {c, column};
  if (la_node_replace(&out, value, adapt, &s, c->err)) {
    c->failed = true;
    return NULL;
  }
  return la_ctx_keep(c, out);
}

void la_mysql_emit_on_duplicate(la_ctx *c, la_node *n, const la_kw *kw) {
  la_on_conflict *o = LA_AS(on_conflict, n);
  if (o->style != LA_CONFLICT_DUPLICATE) {
    la_ctx_no_emit(c, n);
    return;
  }
  const char *row = new_row(c);
  (void)kw;
  if (row) la_buf_printf(&c->out->b, "AS %s ", row);
  la_puts(c, "ON DUPLICATE KEY UPDATE ");
  la_put_upsert_set(c, o->set, value_of, &la_kw_none);
}

/* ---- expressions ---- */

static void emit_true(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)n, (void)kw;
  la_puts(c, "true");
}
static void emit_false(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)n, (void)kw;
  la_puts(c, "false");
}

/* LIMIT n, written out when it is executed */
void la_mysql_emit_dialect_expr(la_ctx *c, la_node *n, const la_kw *kw) {
  const la_dialect_expr *e = LA_AS(dialect_expr, n);
  if (!la_str_is(e->name, "mysql_limit")) {
    la_ctx_no_emit(c, n);
    return;
  }
  la_kw k = la_kw_with(kw, LA_KW_LITERAL_EXECUTE, 0);
  la_puts(c, "LIMIT ");
  la_emit(c, e->args->v[0], &k);
}

static const la_emit_fn emit[LA_K_COUNT] = {[LA_K_TRUE] = emit_true,
                                            [LA_K_FALSE] = emit_false,
                                            [LA_K_CAST] = la_mysql_emit_cast,
                                            [LA_K_DIALECT_EXPR] = la_mysql_emit_dialect_expr,
                                            [LA_K_ON_CONFLICT] = la_mysql_emit_on_duplicate};

/* ---- clauses ---- */

static void default_from(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  if (la_list_len(LA_AS(select, n)->where)) la_puts(c, " FROM DUAL");
}

static void put_sequence(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_puts(c, "nextval(");
  la_put_sequence(c, n);
  la_putc(c, ')');
}

/*  LIMIT offset, count */
static void put_limit(la_ctx *c, la_node *n, const la_kw *kw) {
  la_node *limit = la_limit_of(n), *offset = la_offset_of(n);
  la_puts(c, " \n LIMIT ");
  if (offset) {
    la_emit(c, offset, kw);
    la_puts(c, ", ");
  }
  if (limit)
    la_emit(c, limit, kw);
  else
    la_puts(c, "18446744073709551615");
}

static void put_for_update(la_ctx *c, la_node *n, const la_kw *kw) {
  la_for_update *f = LA_AS(for_update, la_for_update_of(n));
  const char *share = LA_DATTR(c->d, use_mysql_for_share) ? " FOR SHARE" : " LOCK IN SHARE MODE";
  la_puts(c, f->read ? share : " FOR UPDATE");
  if (LA_DATTR(c->d, supports_for_update_of)) la_put_for_update_of(c, f->of, kw);
  if (f->nowait) la_puts(c, " NOWAIT");
  if (f->skip_locked) la_puts(c, " SKIP LOCKED");
}

static void from_hint(la_ctx *c, size_t at, la_node *table, const la_str *hint, bool crud) {
  (void)at, (void)table, (void)crud;
  la_putc(c, ' ');
  la_buf_str(&c->out->b, hint);
}

/* UPDATE a, b SET … */
static void update_tables(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  la_kw k = la_kw_with(kw, LA_KW_ASFROM, 0);
  la_emit(c, LA_AS(update, n)->table, &k);
  if (la_list_len(extra)) la_puts(c, ", ");
  la_emit_froms(c, extra, kw);
}

static void no_update_from(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  (void)c, (void)n, (void)extra, (void)kw;
}

static void delete_table(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  la_kw k = la_kw_with(kw, LA_KW_ASFROM | LA_KW_CRUD | (la_list_len(extra) ? LA_KW_ASHINT : 0), 0);
  la_emit(c, LA_AS(delete, n)->table, &k);
}

/* DELETE FROM a USING a, b; a stands there once */
static void delete_from(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  la_kw k = la_kw_with(kw, LA_KW_ASFROM, 0);
  la_node *table = LA_AS(delete, n)->table;
  la_vec tables = LA_VEC_INIT;
  for (uint32_t i = 0; i < la_list_len(extra); i++) la_dml_tables(&tables, extra->v[i]);
  la_puts(c, " USING ");
  if (!la_vec_has(&tables, table)) {
    la_emit(c, table, &k);
    la_puts(c, ", ");
  }
  la_vec_free(&tables);
  la_emit_froms(c, extra, kw);
}

static void refuse_limit(la_ctx *c, const char *given) {
  la_ctx_fail(c, LA_EXC_ArgumentError, "with_dialect_options: argument '%s_limit' must be an integer, got %s",
              c->d->name, given);
}

/* LIMIT n, from an integer or one written as text */
static void dml_limit(la_ctx *c, la_node *n, const la_kw *kw) {
  const la_list *options =
      n->kind == LA_K_UPDATE ? LA_AS(update, n)->dialect_options : LA_AS(delete, n)->dialect_options;
  la_node *option = la_schema_option(options, c->d->name, "limit");
  (void)kw;
  if (!option) return;
  la_value v = la_schema_option_value(option);
  const char *text = option->kind == LA_K_STR ? LA_AS(strnode, option)->s->s : NULL;
  if (text && *text && strspn(text, "0123456789") == strlen(text))
    la_buf_printf(&c->out->b, " LIMIT %s", text);
  else if (text)
    refuse_limit(c, "a string");
  else if (v.tag == LA_V_INT)
    la_buf_printf(&c->out->b, " LIMIT %lld", (long long)v.u.i);
  else if (v.tag != LA_V_NULL)
    refuse_limit(c, v.tag == LA_V_ABSENT ? "an expression" : la_tag_name(v.tag));
}

/* SELECT _in_0 FROM (SELECT 1 AS _in_0) as _empty_set WHERE 1!=1 */
static void empty_set(la_ctx *c, la_node *const *types, uint32_t n) {
  (void)types;
  la_puts(c, "SELECT ");
  for (uint32_t i = 0; i < n; i++) la_buf_printf(&c->out->b, "%s_in_%u", i ? ", " : "", i);
  la_puts(c, " FROM (SELECT ");
  for (uint32_t i = 0; i < n; i++) la_buf_printf(&c->out->b, "%s1 AS _in_%u", i ? ", " : "", i);
  la_puts(c, ") as _empty_set WHERE 1!=1");
}

static const la_hooks hooks = {.limit = put_limit,
                               .for_update = put_for_update,
                               .default_from = default_from,
                               .from_hint = from_hint,
                               .update_tables = update_tables,
                               .update_from = no_update_from,
                               .delete_table = delete_table,
                               .delete_from = delete_from,
                               .dml_limit = dml_limit,
                               .empty_set = empty_set,
                               .sequence = put_sequence,
                               .join_word = " INNER JOIN "};

static const la_quoting quoting = {'`', '`', la_words_mysql, "$", false, false, false};
static const la_quoting mariadb_quoting = {'`', '`', la_words_mariadb, "$", false, false, false};

static const la_word_pair extract[] = {{"milliseconds", "millisecond"}, {NULL, NULL}};

static const la_attr_value attrs[] = {{LA_DA_max_identifier_length, 255},
                                      {LA_DA_max_index_name_length, 64},
                                      {LA_DA_max_constraint_name_length, 64},
                                      {LA_DA_div_is_floordiv, 0},
                                      {LA_DA_supports_native_enum, 1},
                                      {LA_DA_supports_default_metavalue, 1},
                                      {LA_DA_use_insertmanyvalues, 1},
                                      {LA_DA_insertmanyvalues_implicit_sentinel, 2 | 4 | 8},
                                      {LA_DA_supports_multivalues_insert, 1},
                                      {LA_DA_insert_null_pk_still_autoincrements, 1},
                                      {LA_DA_supports_comments, 1},
                                      {LA_DA_inline_comments, 1},
                                      {LA_DA_cte_follows_insert, 1},
                                      {LA_DA__backslash_escapes, 1},
                                      {LA_DA_render_table_with_column_in_update_from, 1},
                                      {LA_DA_COUNT, 0}};

/* What follows from is_mariadb and the version. */
static void refine(la_dialect_inst *d) {
  bool mariadb = LA_DATTR(d, is_mariadb);
  if (mariadb) {
    d->quoting.reserved = la_words_mariadb;
    if (!d->nversion) {
      la_dialect_default(d, LA_DA_delete_returning, 1);
      la_dialect_default(d, LA_DA_insert_returning, 1);
    }
  }
  la_dialect_default(d, LA_DA__support_float_cast,
                     mariadb ? la_dialect_at_least(d, 10, 4, 5) : la_dialect_at_least(d, 8, 0, 17));
}

static void connected(la_dialect_inst *d) {
  bool mariadb = LA_DATTR(d, is_mariadb);
  la_dialect_default(d, LA_DA_supports_sequences, mariadb && la_dialect_at_least(d, 10, 3, -1));
  la_dialect_default(d, LA_DA_supports_for_update_of, !mariadb && la_dialect_at_least(d, 8, -1, -1));
  la_dialect_default(d, LA_DA_use_mysql_for_share, !mariadb && la_dialect_at_least(d, 8, 0, 1));
  la_dialect_default(d, LA_DA_delete_returning, mariadb && la_dialect_at_least(d, 10, 0, 5));
  la_dialect_default(d, LA_DA_insert_returning, mariadb && la_dialect_at_least(d, 10, 5, -1));
  la_dialect_default(d, LA_DA__requires_alias_for_on_duplicate_key, !mariadb && la_dialect_at_least(d, 8, 0, 20));
}

const la_dialect la_mysql_dialect = {
    .name = "mysql",
    .base = &la_ansi,
    .paramstyle = LA_PS_FORMAT,
    .quoting = &quoting,
    .attrs = attrs,
    .op_emit = op_emit,
    .emit = emit,
    .funcs = funcs,
    .extract = extract,
    .hooks = &hooks,
    .types = &la_mysql_types,
    .ddl = &la_mysql_ddl,
    .refine = refine,
    .connected = connected,
};

static const la_attr_value mariadb_attrs[] = {{LA_DA_is_mariadb, 1}, {LA_DA_COUNT, 0}};

const la_dialect la_mariadb_dialect = {
    .name = "mariadb",
    .base = &la_mysql_dialect,
    .quoting = &mariadb_quoting,
    .attrs = mariadb_attrs,
    .types = &la_mariadb_types,
};
