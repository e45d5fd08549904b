/* postgresql_ddl.c - CREATE TABLE and its kin on PostgreSQL; types and domains. */
#include <string.h>

#include "compile/type.h"
#include "dialect/ddl_rules.h"
#include "dialect/postgresql.h"
#include "sql/expr.h"
#include "sql/type.h"

static const la_column_spec *spec_of(const la_node *column) { return LA_AS(column_spec, LA_AS(column, column)->spec); }

/* ---- columns ---- */

/* SERIAL and its kin for a column of this type; NULL: it has none. */
static const char *serial_of(la_ctx *c, const la_node *column) {
  la_node *impl;
  if (la_type_impl(&impl, column->type, c->d, c->opts->host, c->err)) {
    c->failed = true;
    return NULL;
  }
  const la_node *t = la_type_unwrap(impl);
  const char *serial = la_type_isa(t, LA_T_BIGINTEGER)        ? " BIGSERIAL"
                       : !la_type_isa(t, LA_T_SMALLINTEGER)   ? " SERIAL"
                       : LA_DATTR(c->d, supports_smallserial) ? " SMALLSERIAL"
                                                              : NULL;
  la_node_release(impl);
  return serial;
}

/* Is the column numbered by a sequence that comes with it? */
static const char *serial(la_ctx *c, const la_node *column, bool identity) {
  const la_column_spec *s = spec_of(column);
  bool sequence = la_is(s->default_, LA_K_SEQUENCE) && LA_AS(sequence, s->default_)->optional;
  if (!s->primary_key || !la_ddl_is_autoincrement(c, column) || identity || (s->default_ && !sequence)) return NULL;
  return serial_of(c, column);
}

static void put_column(la_ctx *c, la_node *column) {
  const la_column_spec *s = spec_of(column);
  bool identity = s->identity && LA_DATTR(c->d, supports_identity_columns);
  const char *word = serial(c, column, identity);
  la_put_name(c, LA_AS(column, column)->name);
  if (word) {
    la_puts(c, word);
  } else {
    la_putc(c, ' ');
    la_ddl_type(c, column);
    la_ddl_default_clause(c, column);
  }
  if (s->computed) {
    la_putc(c, ' ');
    LA_DDL_EMIT(c, computed, s->computed);
  }
  if (identity) {
    la_putc(c, ' ');
    LA_DDL_EMIT(c, identity, s->identity);
  }
  if (!s->nullable && !identity)
    la_puts(c, " NOT NULL");
  else if (s->nullable && identity)
    la_puts(c, " NULL");
}

static void put_computed(la_ctx *c, la_node *computed) {
  const la_computed *g = LA_AS(computed, computed);
  bool is_virtual = g->persisted == LA_TRI_NO;
  if (is_virtual && !LA_DATTR(c->d, supports_virtual_generated_columns))
    la_ctx_fail(
        c, LA_EXC_CompileError,
        "PostrgreSQL computed columns do not support 'virtual' persistence; set the 'persisted' flag to None or "
        "True for PostgreSQL support.");
  la_puts(c, "GENERATED ALWAYS AS (");
  la_ddl_expression(c, g->sqltext);
  la_puts(c, is_virtual ? ") VIRTUAL" : ") STORED");
}

/* ---- constraints ---- */

static void put_validity(la_ctx *c, const la_constraint *k) {
  if (la_ddl_option_is(c, k->options, "not_valid")) la_puts(c, " NOT VALID");
}

/* The CHECK of an Enum cannot be written for an array of it. */
static void check_array(la_ctx *c, const la_constraint *k) {
  const la_node *type = k->bound_type && la_list_len(k->columns) ? k->columns->v[0]->type : NULL;
  const la_node *item = la_is(type, LA_K_TYPE) ? LA_AS(type, type)->item : NULL;
  if (item && la_type_isa(item, LA_T_ENUM) && !la_type_has(item, LA_TB_NATIVE_ENUM))
    la_ctx_fail(c, LA_EXC_CompileError,
                "PostgreSQL dialect cannot produce the CHECK constraint for ARRAY of non-native ENUM; please specify "
                "create_constraint=False on this Enum datatype.");
}

static bool put_check(la_ctx *c, la_node *constraint) {
  check_array(c, LA_AS(constraint, constraint));
  la_ddl_check(c, constraint);
  put_validity(c, LA_AS(constraint, constraint));
  return true;
}

static bool put_foreign_key(la_ctx *c, la_node *constraint) {
  la_ddl_foreign_key(c, constraint);
  put_validity(c, LA_AS(constraint, constraint));
  return true;
}

static void put_include(la_ctx *c, const la_constraint *k) {
  la_ddl_include(c, k->table, la_ddl_option_of(c, k->options, "include"));
}

static bool put_primary_key(la_ctx *c, la_node *constraint) {
  la_ddl_preamble(c, constraint);
  la_ddl_primary_key_body(c, constraint);
  put_include(c, LA_AS(constraint, constraint));
  la_ddl_deferrability(c, constraint);
  return true;
}

static void put_nulls(la_ctx *c, const la_list *options, const char *before, const char *after) {
  la_tri same = la_ddl_option_tri(c, options, "nulls_not_distinct");
  if (!same) return;
  la_puts(c, before);
  la_puts(c, same == LA_TRI_YES ? "NULLS NOT DISTINCT" : "NULLS DISTINCT");
  la_puts(c, after);
}

static bool put_unique(la_ctx *c, la_node *constraint) {
  const la_constraint *k = LA_AS(constraint, constraint);
  if (!la_list_len(k->columns)) return true;
  la_ddl_preamble(c, constraint);
  la_puts(c, "UNIQUE ");
  put_nulls(c, k->options, "", " ");
  la_putc(c, '(');
  la_ddl_columns(c, k->columns);
  la_putc(c, ')');
  put_include(c, k);
  la_ddl_deferrability(c, constraint);
  return true;
}

/* ---- access methods ---- */

/* The name of an access method, in lower case. */
static void put_method(la_ctx *c, const la_str *method) {
  for (uint32_t i = 0; i < method->len; i++) {
    unsigned char ch = (unsigned char)method->s[i];
    bool upper = ch >= 'A' && ch <= 'Z', word = upper || (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9');
    if (!word && ch != '_' && ch < 0x80) {
      la_ctx_fail(c, LA_EXC_CompileError,
                  "Unexpected SQL phrase: '%s' (matching against '^(?:btree|hash|gist|gin|[\\\\w_]+)$')", method->s);
      return;
    }
    la_putc(c, (char)(upper ? ch + 32 : ch));
  }
}

/* " opclass" that was given for the expression's key. */
static void put_operator_class(la_ctx *c, const la_list *classes, const la_node *expr) {
  const la_str *key = la_is(expr, LA_K_COLUMN)  ? LA_AS(column, expr)->key
                      : la_is(expr, LA_K_LABEL) ? LA_AS(label, expr)->name
                                                : NULL;
  const la_node *n = key ? la_schema_option_named(classes, key->s) : NULL;
  if (!la_is(n, LA_K_STR)) return;
  la_putc(c, ' ');
  la_buf_str(&c->out->b, LA_AS(strnode, n)->s);
}

/* (expression WITH operator, …) */
static void put_elements(la_ctx *c, const la_constraint *k) {
  for (uint32_t i = 0; i < la_list_len(k->expressions); i++) {
    const la_pair *p = LA_AS(pair, k->expressions->v[i]);
    la_node *expr = p->key;
    if (i) la_puts(c, ", ");
    if (la_is(expr, LA_K_STR) && k->table) {
      const la_str *name = LA_AS(strnode, expr)->s;
      la_node *column = la_columns_get(LA_AS(table, k->table)->columns, name->s, name->len);
      if (column) expr = column;
    }
    if (la_is(expr, LA_K_LINK)) expr = LA_AS(link, expr)->item;
    la_ddl_expression(c, expr);
    put_operator_class(c, k->ops, expr);
    la_puts(c, " WITH ");
    la_buf_str(&c->out->b, LA_AS(strnode, p->value)->s);
  }
}

static bool put_exclude(la_ctx *c, la_node *constraint) {
  const la_constraint *k = LA_AS(constraint, constraint);
  la_ddl_preamble(c, constraint);
  la_puts(c, "EXCLUDE USING ");
  if (k->using) put_method(c, k->using);
  la_puts(c, " (");
  put_elements(c, k);
  la_putc(c, ')');
  if (k->where) {
    la_kw kw = la_kw_with(&la_kw_none, LA_KW_LITERAL_BINDS, 0);
    la_puts(c, " WHERE (");
    la_emit(c, k->where, &kw);
    la_putc(c, ')');
  }
  la_ddl_deferrability(c, constraint);
  return true;
}

/* ---- indexes ---- */

static void put_expressions(la_ctx *c, const la_index *x) {
  const la_node *ops = la_ddl_option_of(c, x->options, "ops");
  const la_list *classes = la_is(ops, LA_K_LIST) ? LA_AS(listnode, ops)->items : NULL;
  for (uint32_t i = 0; i < la_list_len(x->expressions); i++) {
    la_node *expr = x->expressions->v[i], *grouped;
    if (i) la_puts(c, ", ");
    if (la_is(expr, LA_K_COLUMN)) {
      la_ddl_expression(c, expr);
    } else if (la_expr_self_group(&grouped, expr, LA_OP_NONE, c->err)) {
      c->failed = true;
    } else {
      la_ddl_expression(c, la_ctx_keep(c, grouped));
    }
    put_operator_class(c, classes, expr);
  }
}

/* " WITH (fillfactor = 50)" */
static void put_storage(la_ctx *c, const la_node *with, const char *yes, const char *no) {
  const la_list *l = la_is(with, LA_K_LIST) ? LA_AS(listnode, with)->items : NULL;
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    const la_pair *p = LA_AS(pair, l->v[i]);
    la_puts(c, i ? ", " : " WITH (");
    la_buf_str(&c->out->b, LA_AS(strnode, p->key)->s);
    la_puts(c, " = ");
    la_value v = la_schema_option_value(p->value);
    if (v.tag == LA_V_BOOL)
      la_puts(c, v.u.i ? yes : no);
    else
      la_ddl_put_number(c, p->value);
  }
  if (la_list_len(l)) la_putc(c, ')');
}

static void put_tablespace(la_ctx *c, const la_list *options, const char *before) {
  const la_str *name = la_ddl_option_str(c, options, "tablespace");
  if (!name) return;
  la_puts(c, before);
  la_put_name(c, name);
}

static void put_create_index(la_ctx *c, la_node *ddl) {
  const la_ddl *d = LA_AS(ddl, ddl);
  const la_index *x = LA_AS(index, d->element);
  la_ddl_check_index(c, d->element);
  if (c->failed) return;
  const la_str *method = la_ddl_option_str(c, x->options, "using");
  la_puts(c, x->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
  bool concurrently = LA_DATTR(c->d, _supports_create_index_concurrently);
  if (concurrently && la_ddl_option_is(c, x->options, "concurrently")) la_puts(c, "CONCURRENTLY ");
  if (d->if_not_exists) la_puts(c, "IF NOT EXISTS ");
  la_ddl_index_name(c, d->element, false);
  la_puts(c, " ON ");
  la_put_table(c, x->table, true);
  la_putc(c, ' ');
  if (method) {
    la_puts(c, "USING ");
    put_method(c, method);
    la_putc(c, ' ');
  }
  la_putc(c, '(');
  put_expressions(c, x);
  la_putc(c, ')');
  la_ddl_include(c, x->table, la_ddl_option_of(c, x->options, "include"));
  put_nulls(c, x->options, " ", "");
  put_storage(c, la_ddl_option_of(c, x->options, "with"), "True", "False");
  put_tablespace(c, x->options, " TABLESPACE ");
  la_ddl_where(c, la_ddl_option_of(c, x->options, "where"));
}

static void put_drop_index(la_ctx *c, la_node *ddl) {
  const la_ddl *d = LA_AS(ddl, ddl);
  la_ddl_check_dropped(c, d->element, false);
  if (c->failed) return;
  la_puts(c, "\nDROP INDEX ");
  bool concurrently = LA_DATTR(c->d, _supports_drop_index_concurrently);
  if (concurrently && la_ddl_option_is(c, LA_AS(index, d->element)->options, "concurrently"))
    la_puts(c, "CONCURRENTLY ");
  if (d->if_exists) la_puts(c, "IF EXISTS ");
  la_ddl_index_name(c, d->element, true);
}

/* ---- tables ---- */

static void put_inherits(la_ctx *c, const la_node *inherits) {
  if (!inherits || la_is(inherits, LA_K_CONST)) return;
  const la_list *l = la_is(inherits, LA_K_LIST) ? LA_AS(listnode, inherits)->items : NULL;
  la_puts(c, "\n INHERITS ( ");
  if (la_is(inherits, LA_K_STR)) la_put_name(c, LA_AS(strnode, inherits)->s);
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    if (i) la_puts(c, ", ");
    if (la_is(l->v[i], LA_K_STR)) la_put_name(c, LA_AS(strnode, l->v[i])->s);
  }
  la_puts(c, " )");
}

static void put_view_options(la_ctx *c, la_node *ddl) {
  put_storage(c, la_ddl_option_of(c, LA_AS(ddl, ddl)->options, "with"), "true", "false");
}

static void put_words(la_ctx *c, const la_list *options, const char *name, const char *before) {
  const la_str *s = la_ddl_option_str(c, options, name);
  if (!s) return;
  la_puts(c, before);
  la_buf_str(&c->out->b, s);
}

static void put_options(la_ctx *c, la_node *table) {
  const la_list *o = LA_AS(table_spec, LA_AS(table, table)->spec)->options;
  const la_str *on_commit = la_ddl_option_str(c, o, "on_commit");
  la_tri oids = la_ddl_option_tri(c, o, "with_oids");
  put_inherits(c, la_ddl_option_of(c, o, "inherits"));
  put_words(c, o, "partition_by", "\n PARTITION BY ");
  put_words(c, o, "using", "\n USING ");
  if (oids) la_puts(c, oids == LA_TRI_YES ? "\n WITH OIDS" : "\n WITHOUT OIDS");
  if (on_commit) la_ddl_on_commit(c, on_commit);
  put_tablespace(c, o, "\n TABLESPACE ");
}

/* ---- comments on constraints ---- */

static void constraint_comment(la_ctx *c, la_node *ddl, bool set) {
  const la_node *n = LA_AS(ddl, ddl)->element;
  const la_constraint *k = LA_AS(constraint, n);
  if (!k->name || !k->table) {
    la_ctx_fail(c, LA_EXC_CompileError, "Can't emit COMMENT ON for constraint %s(): it has no %s",
                la_constraint_class(n), k->name ? "associated table" : "name");
    return;
  }
  la_puts(c, "COMMENT ON CONSTRAINT ");
  la_ddl_name(c, n);
  la_puts(c, " ON ");
  la_put_table(c, k->table, true);
  la_puts(c, " IS ");
  if (set)
    la_ddl_put_comment(c, k->comment, la_type_simple(LA_T_STRING));
  else
    la_puts(c, "NULL");
}

static void set_constraint_comment(la_ctx *c, la_node *ddl) { constraint_comment(c, ddl, true); }
static void drop_constraint_comment(la_ctx *c, la_node *ddl) { constraint_comment(c, ddl, false); }

static const la_ddl_option options[] = {
    {"Index", "using", LA_OPT_FALSE},
    {"Index", "include", LA_OPT_NONE},
    {"Index", "where", LA_OPT_NONE},
    {"Index", "ops", LA_OPT_TABLE},
    {"Index", "concurrently", LA_OPT_FALSE},
    {"Index", "with", LA_OPT_TABLE},
    {"Index", "tablespace", LA_OPT_NONE},
    {"Index", "nulls_not_distinct", LA_OPT_NONE},
    {"CreateView", "with", LA_OPT_NONE},
    {"Table", "ignore_search_path", LA_OPT_FALSE},
    {"Table", "tablespace", LA_OPT_NONE},
    {"Table", "partition_by", LA_OPT_NONE},
    {"Table", "with_oids", LA_OPT_NONE},
    {"Table", "on_commit", LA_OPT_NONE},
    {"Table", "inherits", LA_OPT_NONE},
    {"Table", "using", LA_OPT_NONE},
    {"CheckConstraint", "not_valid", LA_OPT_FALSE},
    {"ForeignKeyConstraint", "not_valid", LA_OPT_FALSE},
    {"PrimaryKeyConstraint", "include", LA_OPT_NONE},
    {"UniqueConstraint", "include", LA_OPT_NONE},
    {"UniqueConstraint", "nulls_not_distinct", LA_OPT_NONE},
    {NULL, NULL, LA_OPT_NONE},
};

const la_ddl_rules la_postgresql_ddl = {
    .base = &la_ansi_ddl,
    .options = options,
    .flags = LA_DDL_SEQUENCE_TYPE | LA_DDL_SET_COLUMNS,
    .column = put_column,
    .table_options = put_options,
    .primary_key = put_primary_key,
    .foreign_key = put_foreign_key,
    .unique = put_unique,
    .check = put_check,
    .column_check = la_ddl_check,
    .exclude = put_exclude,
    .computed = put_computed,
    .create_index = put_create_index,
    .drop_index = put_drop_index,
    .set_constraint_comment = set_constraint_comment,
    .drop_constraint_comment = drop_constraint_comment,
    .type = la_postgresql_ddl_type,
    .view_options = put_view_options,
};
