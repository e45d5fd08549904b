/* mssql_ddl.c - CREATE TABLE and its kin on SQL Server.
 *
 * Columns say NULL or NOT NULL; the one that numbers itself is IDENTITY;
 * comments are extended properties.
 */
#include <string.h>

#include "dialect/ddl_rules.h"
#include "sql/type.h"

static const la_column_spec *spec_of(const la_node *column) { return LA_AS(column_spec, LA_AS(column, column)->spec); }

/* ---- columns ---- */

static void put_nullability(la_ctx *c, const la_column_spec *s) {
  bool numbered = la_is(s->default_, LA_K_SEQUENCE) || s->autoincrement == LA_AUTOINC_YES || s->identity;
  if (!s->nullable || s->primary_key || numbered)
    la_puts(c, " NOT NULL");
  else if (!s->computed)
    la_puts(c, " NULL");
}

/* IDENTITY(start,increment) */
static void put_identity_of(la_ctx *c, const la_node *start, const la_node *increment) {
  la_puts(c, " IDENTITY");
  if (!start && !increment) return;
  la_putc(c, '(');
  if (start)
    la_ddl_put_number(c, start);
  else
    la_putc(c, '1');
  la_putc(c, ',');
  if (increment)
    la_ddl_put_number(c, increment);
  else
    la_putc(c, '1');
  la_putc(c, ')');
}

static void put_identity(la_ctx *c, la_node *identity) {
  const la_list *o = LA_AS(identity, identity)->options;
  put_identity_of(c, la_schema_option_named(o, "start"), la_schema_option_named(o, "increment"));
}

/* May the database number the column although it has a default? */
static bool lets_identity(const la_column_spec *s) {
  return !la_is(s->default_, LA_K_SEQUENCE) || LA_AS(sequence, s->default_)->optional;
}

static void put_column(la_ctx *c, la_node *column) {
  const la_column_spec *s = spec_of(column);
  la_put_name(c, LA_AS(column, column)->name);
  la_putc(c, ' ');
  if (s->computed)
    LA_DDL_EMIT(c, computed, s->computed);
  else
    la_ddl_type(c, column);
  put_nullability(c, s);
  if (!LA_AS(column, column)->table)
    la_ctx_fail(c, LA_EXC_CompileError, "mssql requires Table-bound columns in order to generate DDL");
  la_node *start = la_ddl_option_of(c, s->options, "identity_start");
  la_node *increment = la_ddl_option_of(c, s->options, "identity_increment");
  if (s->identity && (start || increment))
    la_ctx_fail(c, LA_EXC_CompileError,
                "Cannot specify options 'mssql_identity_start' and/or 'mssql_identity_increment' while also using the "
                "'Identity' construct.");
  if (s->identity)
    LA_DDL_EMIT(c, identity, s->identity);
  else if ((la_ddl_is_autoincrement(c, column) || s->autoincrement == LA_AUTOINC_YES) && lets_identity(s))
    put_identity_of(c, start, increment);
  else
    la_ddl_default_clause(c, column);
}

static void put_computed(la_ctx *c, la_node *computed) {
  const la_computed *g = LA_AS(computed, computed);
  la_puts(c, "AS (");
  la_ddl_expression(c, g->sqltext);
  la_puts(c, g->persisted == LA_TRI_YES ? ") PERSISTED" : ")");
}

/* ---- constraints and indexes ---- */

static void put_clustered(la_ctx *c, const la_list *options) {
  la_tri clustered = la_ddl_option_tri(c, options, "clustered");
  if (clustered) la_puts(c, clustered == LA_TRI_YES ? "CLUSTERED " : "NONCLUSTERED ");
}

static bool put_key(la_ctx *c, la_node *constraint, const char *word) {
  const la_constraint *k = LA_AS(constraint, constraint);
  if (!la_list_len(k->columns)) return true;
  la_ddl_preamble(c, constraint);
  la_puts(c, word);
  put_clustered(c, k->options);
  la_putc(c, '(');
  la_ddl_columns(c, k->columns);
  la_putc(c, ')');
  la_ddl_deferrability(c, constraint);
  return true;
}

static bool put_primary_key(la_ctx *c, la_node *constraint) { return put_key(c, constraint, "PRIMARY KEY "); }
static bool put_unique(la_ctx *c, la_node *constraint) { return put_key(c, constraint, "UNIQUE "); }

static void put_create_index(la_ctx *c, la_node *ddl) {
  const la_ddl *d = LA_AS(ddl, ddl);
  const la_index *x = LA_AS(index, d->element);
  la_ddl_check_index(c, d->element);
  if (c->failed) return;
  la_puts(c, x->unique ? "CREATE UNIQUE " : "CREATE ");
  put_clustered(c, x->options);
  if (la_ddl_option_is(c, x->options, "columnstore")) la_puts(c, "COLUMNSTORE ");
  la_puts(c, "INDEX ");
  la_ddl_index_name(c, d->element, false);
  la_puts(c, " ON ");
  la_put_table(c, x->table, true);
  if (la_list_len(x->expressions)) {
    la_puts(c, " (");
    la_ddl_index_expressions(c, d->element);
    la_putc(c, ')');
  }
  la_ddl_include(c, x->table, la_ddl_option_of(c, x->options, "include"));
  la_ddl_where(c, la_ddl_option_of(c, x->options, "where"));
}

static void put_drop_index(la_ctx *c, la_node *ddl) {
  const la_ddl *d = LA_AS(ddl, ddl);
  la_ddl_check_dropped(c, d->element, true);
  if (c->failed) return;
  la_puts(c, d->if_exists ? "\nDROP INDEX IF EXISTS " : "\nDROP INDEX ");
  la_ddl_index_name(c, d->element, false);
  la_puts(c, " ON ");
  la_put_table(c, LA_AS(index, d->element)->table, true);
}

/* ---- comments ---- */

/* execute sp_…extendedproperty 'MS_Description', …'schema', dbo, 'table', t[, 'column', c] */
static void put_property(la_ctx *c, la_node *table, la_node *column, const la_str *comment, bool add) {
  const la_str *schema = la_ctx_schema(c, table, LA_AS(table, table)->schema);
  if (!schema) schema = c->d->default_schema;
  la_puts(c, add ? "execute sp_addextendedproperty 'MS_Description', "
                 : "execute sp_dropextendedproperty 'MS_Description', ");
  if (add) {
    la_ddl_put_comment(c, comment, la_type_simple(LA_T_SQL_NVARCHAR));
    la_puts(c, ", ");
  }
  la_puts(c, "'schema', ");
  if (schema)
    la_put_schema(c, schema);
  else
    la_puts(c, "dbo");
  la_puts(c, ", 'table', ");
  la_put_table(c, table, false);
  if (!column) return;
  la_puts(c, ", 'column', ");
  la_put_name(c, LA_AS(column, column)->name);
}

static void set_table_comment(la_ctx *c, la_node *ddl) {
  la_node *t = LA_AS(ddl, ddl)->element;
  put_property(c, t, NULL, LA_AS(table_spec, LA_AS(table, t)->spec)->comment, true);
}
static void drop_table_comment(la_ctx *c, la_node *ddl) {
  put_property(c, LA_AS(ddl, ddl)->element, NULL, NULL, false);
}
static void set_column_comment(la_ctx *c, la_node *ddl) {
  la_node *column = LA_AS(ddl, ddl)->element;
  put_property(c, LA_AS(column, column)->table, column, spec_of(column)->comment, true);
}
static void drop_column_comment(la_ctx *c, la_node *ddl) {
  la_node *column = LA_AS(ddl, ddl)->element;
  put_property(c, LA_AS(column, column)->table, column, NULL, false);
}

/* ---- SELECT … INTO ---- */

/* Where the FROM of the outermost (first) SELECT begins in that text; n: nowhere. */
static size_t find_from(const char *s, size_t n) {
  int depth = 0;
  char quote = 0;
  for (size_t i = 0; i + 6 <= n; i++) {
    if (quote) {
      if (s[i] == quote) quote = 0;
    } else if (s[i] == '\'' || s[i] == '[') {
      quote = s[i] == '[' ? ']' : '\'';
    } else if (s[i] == '(' || s[i] == ')') {
      depth += s[i] == '(' ? 1 : -1;
    } else if (!depth && !memcmp(s + i, "\nFROM ", 6)) {
      return i;
    }
  }
  return n;
}

static void put_select_into(la_ctx *c, la_node *ddl) {
  const la_ddl *d = LA_AS(ddl, ddl);
  size_t begin = la_here(c);
  la_ddl_select(c, d);
  if (c->failed) return;
  size_t n = la_here(c) - begin, at = find_from(c->out->b.s + begin, n);
  if (at == n) {
    la_ctx_fail(c, LA_EXC_CompileError, "Could not find FROM keyword in selectable for CREATE TABLE AS");
    return;
  }
  la_piece *before = la_piece_begin(c);
  la_puts(c, "INTO ");
  la_put_table(c, d->element, true);
  la_putc(c, ' ');
  la_piece_insert(c, begin + at, la_piece_end(c, before));
}

static const la_ddl_option options[] = {
    {"PrimaryKeyConstraint", "clustered", LA_OPT_NONE},
    {"UniqueConstraint", "clustered", LA_OPT_NONE},
    {"Index", "clustered", LA_OPT_NONE},
    {"Index", "include", LA_OPT_NONE},
    {"Index", "where", LA_OPT_NONE},
    {"Index", "columnstore", LA_OPT_NONE},
    {"Column", "identity_start", LA_OPT_NONE},
    {"Column", "identity_increment", LA_OPT_NONE},
    {NULL, NULL, LA_OPT_NONE},
};

const la_ddl_rules la_mssql_ddl = {
    .base = &la_ansi_ddl,
    .options = options,
    .flags = LA_DDL_SEQUENCE_TYPE,
    .column = put_column,
    .primary_key = put_primary_key,
    .unique = put_unique,
    .computed = put_computed,
    .identity = put_identity,
    .create_index = put_create_index,
    .drop_index = put_drop_index,
    .set_table_comment = set_table_comment,
    .drop_table_comment = drop_table_comment,
    .set_column_comment = set_column_comment,
    .drop_column_comment = drop_column_comment,
    .create_table_as = put_select_into,
    .or_replace = "OR ALTER ",
};
