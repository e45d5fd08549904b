/* sqlite_ddl.c - CREATE TABLE and its kin on SQLite.
 *
 * A column is AUTOINCREMENT only where the table asks for it; the primary key
 * then stands with the column. A key of another schema is left out.
 */
#include "dialect/ddl_rules.h"
#include "sql/type.h"

static const la_column_spec *spec_of(const la_node *column) { return LA_AS(column_spec, LA_AS(column, column)->spec); }

/* The option of a schema column; NULL for other columns. */
static const la_str *column_option(la_ctx *c, const la_node *column, const char *name) {
  const la_column_spec *s = la_is(column, LA_K_COLUMN) && LA_AS(column, column)->spec ? spec_of(column) : NULL;
  return s ? la_ddl_option_str(c, s->options, name) : NULL;
}

static void on_conflict(la_ctx *c, const la_str *how) {
  if (!how) return;
  la_puts(c, " ON CONFLICT ");
  la_buf_str(&c->out->b, how);
}

/* Does the column carry the primary key and AUTOINCREMENT itself? */
static bool carries_key(la_ctx *c, const la_node *column) {
  const la_column_spec *s = spec_of(column);
  const la_node *table = LA_AS(column, column)->table;
  if (!s->primary_key || !la_is_schema_table(table) || la_list_len(la_table_primary_key(table)) != 1) return false;
  const la_table_spec *t = LA_AS(table_spec, LA_AS(table, table)->spec);
  return la_ddl_option_is(c, t->options, "autoincrement") && la_type_affinity(column->type) == LA_T_INTEGER &&
         !la_list_len(s->foreign_keys);
}

static void put_default(la_ctx *c, la_node *column) {
  la_piece *t = la_ddl_default(c, column);
  if (!t) return;
  bool compound = la_ddl_is_compound(t->b.s, t->b.len);
  la_puts(c, compound ? " DEFAULT (" : " DEFAULT ");
  la_piece_add(c, t);
  if (compound) la_putc(c, ')');
  la_piece_drop(c, t);
}

static void put_column(la_ctx *c, la_node *column) {
  const la_column_spec *s = spec_of(column);
  la_ddl_name_and_type(c, column);
  put_default(c, column);
  if (!s->nullable) {
    la_puts(c, " NOT NULL");
    on_conflict(c, column_option(c, column, "on_conflict_not_null"));
  }
  const la_node *table = LA_AS(column, column)->table;
  if (s->primary_key && s->autoincrement == LA_AUTOINC_YES && la_is_schema_table(table) &&
      la_list_len(la_table_primary_key(table)) != 1)
    la_ctx_fail(c, LA_EXC_CompileError, "SQLite does not support autoincrement for composite primary keys");
  if (carries_key(c, column)) {
    la_puts(c, " PRIMARY KEY");
    on_conflict(c, column_option(c, column, "on_conflict_primary_key"));
    la_puts(c, " AUTOINCREMENT");
  }
  if (s->computed) {
    la_putc(c, ' ');
    LA_DDL_EMIT(c, computed, s->computed);
  }
}

/* ---- constraints ---- */

/* What the constraint says of conflicts, or else its only column. */
static void constraint_conflict(la_ctx *c, const la_constraint *k, const char *of_column) {
  const la_str *how = la_ddl_option_str(c, k->options, "on_conflict");
  if (!how && la_list_len(k->columns) == 1) how = column_option(c, k->columns->v[0], of_column);
  on_conflict(c, how);
}

static bool put_primary_key(la_ctx *c, la_node *constraint) {
  const la_constraint *k = LA_AS(constraint, constraint);
  if (la_list_len(k->columns) == 1 && la_column_is_pk(k->columns->v[0]) && LA_AS(column, k->columns->v[0])->spec &&
      carries_key(c, k->columns->v[0]))
    return false;
  la_ddl_primary_key(c, constraint);
  constraint_conflict(c, k, "on_conflict_primary_key");
  return true;
}

static bool put_unique(la_ctx *c, la_node *constraint) {
  la_ddl_unique(c, constraint);
  constraint_conflict(c, LA_AS(constraint, constraint), "on_conflict_unique");
  return true;
}

static bool put_check(la_ctx *c, la_node *constraint) {
  la_ddl_check(c, constraint);
  on_conflict(c, la_ddl_option_str(c, LA_AS(constraint, constraint)->options, "on_conflict"));
  return true;
}

static bool put_column_check(la_ctx *c, la_node *constraint) {
  la_ddl_check(c, constraint);
  if (la_ddl_option_str(c, LA_AS(constraint, constraint)->options, "on_conflict"))
    la_ctx_fail(c, LA_EXC_CompileError, "SQLite does not support on conflict clause for column check constraint");
  return true;
}

static bool put_foreign_key(la_ctx *c, la_node *constraint) {
  const la_constraint *k = LA_AS(constraint, constraint);
  la_node *remote;
  if (la_constraint_referred_table(&remote, constraint, c->err)) {
    c->failed = true;
    return false;
  }
  const la_str *a = LA_AS(table, k->table)->schema, *b = LA_AS(table, remote)->schema;
  if (!a != !b || (a && !la_str_is(a, b->s))) return false;
  return la_ddl_foreign_key(c, constraint);
}

/* ---- tables and indexes ---- */

static void put_options(la_ctx *c, la_node *table) {
  const la_list *options = LA_AS(table_spec, LA_AS(table, table)->spec)->options;
  bool without = la_ddl_option_tri(c, options, "with_rowid") == LA_TRI_NO;
  bool strict = la_ddl_option_is(c, options, "strict");
  if (without) la_puts(c, "\n WITHOUT ROWID");
  if (strict) la_puts(c, without ? ",\n STRICT" : "\n STRICT");
}

static void put_create_index(la_ctx *c, la_node *ddl) {
  const la_ddl *d = LA_AS(ddl, ddl);
  const la_index *x = LA_AS(index, d->element);
  la_ddl_check_index(c, d->element);
  if (c->failed) return;
  la_puts(c, x->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
  if (d->if_not_exists) la_puts(c, "IF NOT EXISTS ");
  la_ddl_index_name(c, d->element, true);
  la_puts(c, " ON ");
  la_put_table(c, x->table, false);
  la_puts(c, " (");
  la_ddl_index_expressions(c, d->element);
  la_putc(c, ')');
  la_ddl_where(c, la_ddl_option_of(c, x->options, "where"));
}

static const la_ddl_option options[] = {
    {"Table", "autoincrement", LA_OPT_FALSE},
    {"Table", "with_rowid", LA_OPT_TRUE},
    {"Table", "strict", LA_OPT_FALSE},
    {"CreateView", "if_not_exists", LA_OPT_FALSE},
    {"Index", "where", LA_OPT_NONE},
    {"Column", "on_conflict_primary_key", LA_OPT_NONE},
    {"Column", "on_conflict_not_null", LA_OPT_NONE},
    {"Column", "on_conflict_unique", LA_OPT_NONE},
    {"Constraint", "on_conflict", LA_OPT_NONE},
    {NULL, NULL, LA_OPT_NONE},
};

const la_ddl_rules la_sqlite_ddl = {
    .base = &la_ansi_ddl,
    .options = options,
    .flags = LA_DDL_LOCAL_SCHEMA,
    .column = put_column,
    .table_options = put_options,
    .primary_key = put_primary_key,
    .foreign_key = put_foreign_key,
    .unique = put_unique,
    .check = put_check,
    .column_check = put_column_check,
    .create_index = put_create_index,
};
