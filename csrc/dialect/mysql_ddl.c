/* mysql_ddl.c - CREATE TABLE and its kin on MySQL and MariaDB.
 *
 * Table options come from any mysql_… keyword: mysql_engine is ENGINE=…
 * Comments stand with what they are about.
 */
#include <string.h>
#include <strings.h>

#include "compile/type.h"
#include "dialect/ddl_rules.h"
#include "sql/type.h"

static const la_column_spec *spec_of(const la_node *column) { return LA_AS(column_spec, LA_AS(column, column)->spec); }

/* ---- columns ---- */

/* TIMESTAMP columns are NOT NULL unless they say NULL. */
static bool is_timestamp(la_ctx *c, const la_node *column) {
  la_node *impl;
  if (c->failed || la_type_impl(&impl, column->type, c->d, c->opts->host, c->err)) {
    c->failed = true;
    return false;
  }
  bool is = la_type_isa(la_type_unwrap(impl), LA_T_SQL_TIMESTAMP);
  la_node_release(impl);
  return is;
}

static bool begins(const char *s, size_t n, const char *with) {
  size_t k = strlen(with);
  return n >= k && !strncasecmp(s, with, k);
}

/* now(6), current_timestamp(3) … */
static bool is_now(const char *s, size_t n) {
  size_t k = begins(s, n, "now(") ? 4 : begins(s, n, "current_timestamp(") ? 18 : 0, i = k;
  while (i < n && s[i] >= '0' && s[i] <= '9') i++;
  return k && i > k && i < n && s[i] == ')';
}

static bool has_on_update(const char *s, size_t n) {
  for (size_t i = 0; i + 9 <= n; i++) {
    if (!begins(s + i, n - i, "ON ")) continue;
    size_t k = i + 2;
    while (k < n && s[k] == ' ') k++;
    if (begins(s + k, n - k, "UPDATE")) return true;
  }
  return false;
}

/* Does the server take expressions as defaults? They stand in parentheses. */
static bool takes_expressions(const la_ctx *c) {
  return LA_DATTR(c->d, is_mariadb) ? la_dialect_at_least(c->d, 10, 2, 1) : la_dialect_at_least(c->d, 8, 0, 13);
}

static void put_default(la_ctx *c, la_node *column) {
  la_piece *t = la_ddl_default(c, column);
  if (!t) return;
  const char *s = t->b.s;
  size_t n = t->b.len;
  bool parens = takes_expressions(c) && la_ddl_is_compound(s, n) && !has_on_update(s, n) && !is_now(s, n);
  la_puts(c, parens ? " DEFAULT (" : " DEFAULT ");
  la_piece_add(c, t);
  if (parens) la_putc(c, ')');
  la_piece_drop(c, t);
}

/* Does the server number the column? */
static bool numbers(la_ctx *c, const la_node *column) {
  const la_column_spec *s = spec_of(column);
  if (!la_ddl_is_autoincrement(c, column)) return false;
  if (s->server_default && !la_is(s->server_default, LA_K_IDENTITY)) return false;
  return !LA_DATTR(c->d, supports_sequences) || !la_is(s->default_, LA_K_SEQUENCE) ||
         LA_AS(sequence, s->default_)->optional;
}

static void put_comment(la_ctx *c, const char *before, const la_str *text) {
  la_puts(c, before);
  la_ddl_put_comment(c, text, la_type_simple(LA_T_STRING));
}

static void put_column(la_ctx *c, la_node *column) {
  const la_column_spec *s = spec_of(column);
  bool nullable = s->nullable || (LA_DATTR(c->d, is_mariadb) && s->computed && !s->user_nullable);
  la_ddl_name_and_type(c, column);
  if (s->computed) {
    la_putc(c, ' ');
    LA_DDL_EMIT(c, computed, s->computed);
  }
  if (!nullable)
    la_puts(c, " NOT NULL");
  else if (is_timestamp(c, column))
    la_puts(c, " NULL");
  if (s->comment) put_comment(c, " COMMENT ", s->comment);
  if (numbers(c, column))
    la_puts(c, " AUTO_INCREMENT");
  else
    put_default(c, column);
}

/* ---- table options ---- */

/* The option's name without the dialect's, in capitals; NULL: it is one of another dialect. */
static la_str *option_name(const la_ctx *c, const la_node *pair) {
  const la_str *key = LA_AS(strnode, LA_AS(pair, pair)->key)->s;
  size_t n = strlen(c->d->name);
  if (key->len <= n || memcmp(key->s, c->d->name, n) || key->s[n] != '_') return NULL;
  la_str *name = la_str_new(key->s + n + 1, key->len - n - 1);
  for (uint32_t i = 0; name && i < name->len; i++)
    if (name->s[i] >= 'a' && name->s[i] <= 'z') name->s[i] = (char)(name->s[i] - 32);
  return name;
}

static bool one_of(const la_str *name, const char *const *words) {
  for (; *words; words++)
    if (la_str_is(name, *words)) return true;
  return false;
}

static const char *const partitioning[] = {"PARTITION_BY", "PARTITIONS", "SUBPARTITION_BY", "SUBPARTITIONS", NULL};
static const char *const two_words[] = {"DATA_DIRECTORY", "INDEX_DIRECTORY", "DEFAULT_CHARACTER_SET",
                                        "CHARACTER_SET",  "DEFAULT_CHARSET", "DEFAULT_COLLATE",
                                        "PARTITION_BY",   "SUBPARTITION_BY", NULL};
static const char *const quoted[] = {"COMMENT", "DATA DIRECTORY", "INDEX DIRECTORY", "PASSWORD", "CONNECTION", NULL};
static const char *const by_blank[] = {"TABLESPACE",      "DEFAULT_CHARACTER_SET", "CHARACTER_SET",
                                       "COLLATE",         "PARTITION_BY",          "PARTITIONS",
                                       "SUBPARTITION_BY", "SUBPARTITIONS",         NULL};

static void put_option(la_ctx *c, const la_str *name, const la_node *value) {
  for (uint32_t i = 0; i < name->len; i++) la_putc(c, name->s[i] == '_' && one_of(name, two_words) ? ' ' : name->s[i]);
  la_putc(c, one_of(name, by_blank) ? ' ' : '=');
  if (la_is(value, LA_K_STR) && one_of(name, quoted))
    la_ddl_put_comment(c, LA_AS(strnode, value)->s, la_type_simple(LA_T_STRING));
  else
    la_ddl_put_number(c, value);
}

/* When an option is printed; partitions last, in an order of their own. */
enum { RANK_ENGINE, RANK_OTHER, RANK_COLLATE, RANK_COMMENT, RANK_PARTITION, RANKS = RANK_PARTITION + 4 };

static int rank(const la_str *name) {
  if (la_str_is(name, "ENGINE")) return RANK_ENGINE;
  if (la_str_is(name, "COLLATE")) return RANK_COLLATE;
  if (la_str_is(name, "COMMENT")) return RANK_COMMENT;
  for (int i = 0; partitioning[i]; i++)
    if (la_str_is(name, partitioning[i])) return RANK_PARTITION + i;
  return RANK_OTHER;
}

/* Prints the options of a rank; options are in alphabetical order. `first` says whether one was printed. */
static void put_rank(la_ctx *c, const la_list *options, int wanted, bool *first) {
  for (uint32_t i = 0; i < la_list_len(options); i++) {
    la_str *name = option_name(c, options->v[i]);
    if (name && rank(name) == wanted) {
      if (!*first) la_putc(c, ' ');
      *first = false;
      put_option(c, name, LA_AS(pair, options->v[i])->value);
    }
    la_str_release(name);
  }
}

static void put_options(la_ctx *c, la_node *table) {
  const la_table_spec *t = LA_AS(table_spec, LA_AS(table, table)->spec);
  bool first = true;
  for (int r = 0; r < RANKS; r++) {
    if (r != RANK_COMMENT || !t->comment) {
      put_rank(c, t->options, r, &first);
      continue;
    }
    put_comment(c, first ? "COMMENT=" : " COMMENT=", t->comment);
    first = false;
  }
}

/* ---- indexes ---- */

/* The option for this dialect; on MariaDB, else that for MySQL. */
static const la_str *option_of_either(la_ctx *c, const la_list *options, const char *name) {
  const la_str *s = la_ddl_option_str(c, options, name);
  if (s || !LA_DATTR(c->d, is_mariadb)) return s;
  la_node *n = la_schema_option(options, "mysql", name);
  return la_is(n, LA_K_STR) ? LA_AS(strnode, n)->s : NULL;
}

static bool needs_parens(const la_node *expr) {
  if (la_is(expr, LA_K_UNARY)) {
    int modifier = LA_AS(unary, expr)->modifier;
    return modifier != LA_OP_DESC && modifier != LA_OP_ASC;
  }
  return la_is(expr, LA_K_BINARY) || la_is(expr, LA_K_FUNCTION);
}

/* The length of the prefix that is indexed: one for all, or by the column's name or the expression's text. */
static const la_node *length_of(const la_node *length, const la_node *expr, const char *text, size_t n) {
  if (!la_is(length, LA_K_LIST)) return length;
  const la_list *l = LA_AS(listnode, length)->items;
  const la_str *name = la_is(expr, LA_K_COLUMN) ? LA_AS(column, expr)->name : NULL;
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    const la_str *key = LA_AS(strnode, LA_AS(pair, l->v[i])->key)->s;
    if ((name && la_str_is(name, key->s)) || (key->len == n && !memcmp(key->s, text, n)))
      return LA_AS(pair, l->v[i])->value;
  }
  return NULL;
}

static void put_expressions(la_ctx *c, const la_index *x) {
  const la_node *length = la_ddl_option_of(c, x->options, "length");
  for (uint32_t i = 0; i < la_list_len(x->expressions); i++) {
    la_node *expr = x->expressions->v[i];
    if (i) la_puts(c, ", ");
    size_t at = la_here(c);
    if (needs_parens(expr)) la_putc(c, '(');
    la_ddl_expression(c, expr);
    if (needs_parens(expr)) la_putc(c, ')');
    const la_node *n = length_of(length, expr, c->out->b.s + at, la_here(c) - at);
    if (!n || (la_is(n, LA_K_CONST) && la_schema_option_value(n).tag <= LA_V_NULL)) continue;
    la_putc(c, '(');
    la_ddl_put_number(c, n);
    la_putc(c, ')');
  }
}

static void put_create_index(la_ctx *c, la_node *ddl) {
  const la_ddl *d = LA_AS(ddl, ddl);
  const la_index *x = LA_AS(index, d->element);
  la_ddl_check_index(c, d->element);
  if (c->failed) return;
  const la_str *prefix = la_ddl_option_str(c, x->options, "prefix");
  la_puts(c, x->unique ? "CREATE UNIQUE " : "CREATE ");
  if (prefix) {
    la_buf_str(&c->out->b, prefix);
    la_putc(c, ' ');
  }
  la_puts(c, d->if_not_exists ? "INDEX IF NOT EXISTS " : "INDEX ");
  la_ddl_index_name(c, d->element, false);
  la_puts(c, " ON ");
  la_put_table(c, x->table, true);
  la_puts(c, " (");
  put_expressions(c, x);
  la_putc(c, ')');
  const la_str *parser = option_of_either(c, x->options, "with_parser");
  const la_str *method = option_of_either(c, x->options, "using");
  if (parser) {
    la_puts(c, " WITH PARSER ");
    la_buf_str(&c->out->b, parser);
  }
  if (method) {
    la_puts(c, " USING ");
    la_put_name(c, method);
  }
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

/* ---- constraints ---- */

static bool put_primary_key(la_ctx *c, la_node *constraint) {
  la_ddl_primary_key(c, constraint);
  const la_str *method = option_of_either(c, LA_AS(constraint, constraint)->options, "using");
  if (!method) return true;
  la_puts(c, " USING ");
  la_put_name(c, method);
  return true;
}

static void put_match(la_ctx *c, la_node *constraint) {
  if (LA_AS(constraint, constraint)->match)
    la_ctx_fail(c, LA_EXC_CompileError,
                "MySQL ignores the 'MATCH' keyword while at the same time causes ON UPDATE/ON DELETE clauses to be "
                "ignored.");
}

static void put_drop_constraint(la_ctx *c, la_node *ddl) {
  const la_node *constraint = LA_AS(ddl, ddl)->element;
  const la_constraint *k = LA_AS(constraint, constraint);
  la_puts(c, "ALTER TABLE ");
  la_put_table(c, k->table, true);
  la_puts(c, " DROP ");
  switch (k->ckind) {
    case LA_CK_FOREIGN_KEY: la_puts(c, "FOREIGN KEY "); break;
    case LA_CK_PRIMARY_KEY: la_puts(c, "PRIMARY KEY "); return;
    case LA_CK_UNIQUE: la_puts(c, "INDEX "); break;
    case LA_CK_CHECK: la_puts(c, LA_DATTR(c->d, is_mariadb) ? "CONSTRAINT " : "CHECK "); break;
    default: break;
  }
  if (!la_ddl_name(c, constraint))
    la_ctx_fail(c, LA_EXC_CompileError, "Can't emit DROP CONSTRAINT for constraint %s(); it has no name",
                la_constraint_class(constraint));
}

/* ---- comments ---- */

static void set_table_comment(la_ctx *c, la_node *ddl) {
  la_node *t = LA_AS(ddl, ddl)->element;
  la_puts(c, "ALTER TABLE ");
  la_put_table(c, t, true);
  put_comment(c, " COMMENT ", LA_AS(table_spec, LA_AS(table, t)->spec)->comment);
}

static void drop_table_comment(la_ctx *c, la_node *ddl) {
  la_puts(c, "ALTER TABLE ");
  la_put_table(c, LA_AS(ddl, ddl)->element, true);
  la_puts(c, " COMMENT ''");
}

static void set_column_comment(la_ctx *c, la_node *ddl) {
  la_node *column = LA_AS(ddl, ddl)->element;
  la_puts(c, "ALTER TABLE ");
  la_put_table(c, LA_AS(column, column)->table, true);
  la_puts(c, " CHANGE ");
  la_put_name(c, LA_AS(column, column)->name);
  la_putc(c, ' ');
  put_column(c, column);
}

static const la_ddl_option options[] = {
    {"Table", "*", LA_OPT_NONE},      {"PrimaryKeyConstraint", "using", LA_OPT_NONE},
    {"Index", "using", LA_OPT_NONE},  {"Index", "length", LA_OPT_NONE},
    {"Index", "prefix", LA_OPT_NONE}, {"Index", "with_parser", LA_OPT_NONE},
    {NULL, NULL, LA_OPT_NONE},
};

const la_ddl_rules la_mysql_ddl = {
    .base = &la_ansi_ddl,
    .options = options,
    .no_cycle = "NOCYCLE",
    .column = put_column,
    .table_options = put_options,
    .primary_key = put_primary_key,
    .match = put_match,
    .create_index = put_create_index,
    .drop_index = put_drop_index,
    .drop_constraint = put_drop_constraint,
    .set_table_comment = set_table_comment,
    .drop_table_comment = drop_table_comment,
    .set_column_comment = set_column_comment,
};
