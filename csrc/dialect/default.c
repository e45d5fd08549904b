/* default.c - the list of dialects; the default one, and the one that prints
 * every construct, be it one of a single database. */
#include <string.h>

#include "compile/emit.h"
#include "compile/upsert.h"
#include "dialect/dialects.h"
#include "dialect/mysql.h"
#include "dialect/postgresql.h"
#include "sql/dml.h"

static const la_dialect *const all[] = {&la_default_dialect,    &la_str_dialect,   &la_sqlite_dialect,
                                        &la_postgresql_dialect, &la_mysql_dialect, &la_mariadb_dialect,
                                        &la_mssql_dialect,      &la_oracle_dialect};

const la_dialect *la_dialect_at(size_t i) { return i < sizeof all / sizeof all[0] ? all[i] : NULL; }

const la_dialect *la_dialect_named(const char *name) {
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
    if (!strcmp(all[i]->name, name)) return all[i];
  return NULL;
}

const la_dialect la_default_dialect = {.name = "default", .base = &la_ansi};

/* ---- whatever it is given ---- */

static void emit_getitem(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_around(c, n, "", "[", "]", kw); }
static void emit_regexp(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_infix(c, n, " <regexp> ", false, kw); }
static void emit_not_regexp(la_ctx *c, la_node *n, const la_kw *kw) {
  la_emit_infix(c, n, " <not regexp> ", false, kw);
}

static void emit_regexp_replace(la_ctx *c, la_node *n, const la_kw *kw) {
  la_emit_around(c, n, "<regexp replace>(", ", ", ")", kw);
}

static void emit_on_conflict(la_ctx *c, la_node *n, const la_kw *kw) {
  if (LA_AS(on_conflict, n)->style == LA_CONFLICT_DUPLICATE)
    la_mysql_emit_on_duplicate(c, n, kw);
  else
    la_emit_on_conflict(c, n, false, kw);
}

static void empty_set(la_ctx *c, la_node *const *types, uint32_t n) {
  (void)types, (void)n;
  la_puts(c, "SELECT 1 WHERE 1!=1");
}

static void put_sequence(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_puts(c, "<next sequence value: ");
  la_put_sequence(c, n);
  la_putc(c, '>');
}

static void from_hint(la_ctx *c, size_t at, la_node *table, const la_str *hint, bool crud) {
  (void)at, (void)table, (void)crud;
  la_puts(c, " [");
  la_buf_str(&c->out->b, hint);
  la_putc(c, ']');
}

static void update_from(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  (void)n;
  la_puts(c, " FROM ");
  la_emit_froms(c, extra, kw);
}

static void delete_from(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  (void)n;
  la_puts(c, " , ");
  la_emit_froms(c, extra, kw);
}

static const la_emit_fn op_emit[LA_OP_COUNT] = {[LA_OP_GETITEM] = emit_getitem,
                                                [LA_OP_JSON_GETITEM] = emit_getitem,
                                                [LA_OP_JSON_PATH_GETITEM] = emit_getitem,
                                                [LA_OP_REGEXP_MATCH] = emit_regexp,
                                                [LA_OP_NOT_REGEXP_MATCH] = emit_not_regexp,
                                                [LA_OP_REGEXP_REPLACE] = emit_regexp_replace};

static void emit_dialect_expr(la_ctx *c, la_node *n, const la_kw *kw) {
  bool mysql = la_str_is(LA_AS(dialect_expr, n)->name, "mysql_limit");
  (mysql ? la_mysql_emit_dialect_expr : la_postgresql_emit_dialect_expr)(c, n, kw);
}

static const la_emit_fn emit[LA_K_COUNT] = {[LA_K_ON_CONFLICT] = emit_on_conflict,
                                            [LA_K_ARRAY] = la_postgresql_emit_array,
                                            [LA_K_AGG_ORDER_BY] = la_postgresql_emit_agg_order_by,
                                            [LA_K_DIALECT_EXPR] = emit_dialect_expr};

static const la_hooks hooks = {.empty_set = empty_set,
                               .sequence = put_sequence,
                               .from_hint = from_hint,
                               .update_from = update_from,
                               .delete_from = delete_from};

static const la_attr_value attrs[] = {{LA_DA_stringify, 1},
                                      {LA_DA_insert_returning, 1},
                                      {LA_DA_update_returning, 1},
                                      {LA_DA_delete_returning, 1},
                                      {LA_DA_supports_identity_columns, 1},
                                      {LA_DA_supports_sequences, 1},
                                      {LA_DA_sequences_optional, 1},
                                      {LA_DA_supports_native_boolean, 1},
                                      {LA_DA_supports_multivalues_insert, 1},
                                      {LA_DA_COUNT, 0}};

const la_dialect la_str_dialect = {
    .name = "default",
    .base = &la_ansi,
    .attrs = attrs,
    .op_emit = op_emit,
    .emit = emit,
    .hooks = &hooks,
};
