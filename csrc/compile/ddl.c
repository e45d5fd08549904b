/* ddl.c - CREATE, DROP and ALTER of schemas, tables and sequences; DDL(). */
#include "compile/ddl.h"

#include <stdlib.h>
#include <string.h>

#include "compile/custom.h"
#include "compile/quote.h"
#include "compile/type.h"

/* ---- rules ---- */

static const la_ddl_rules *rules_of(const la_ctx *c) { return c->d->ddl ? c->d->ddl : &la_ansi_ddl; }

/* The rules that say something of the field at this offset: a pointer. */
static const la_ddl_rules *having(const la_ctx *c, size_t field) {
  static const char nothing[sizeof(la_ddl_emit)];
  const la_ddl_rules *r = rules_of(c);
  while (r->base && !memcmp((const char *)r + field, nothing, sizeof nothing)) r = r->base;
  return r;
}

void la_ddl_rule_emit(la_ctx *c, size_t field, la_node *n) {
  la_ddl_emit emit;
  memcpy(&emit, (const char *)having(c, field) + field, sizeof emit);
  if (emit) emit(c, n);
}

bool la_ddl_rule_constraint(la_ctx *c, size_t field, la_node *n) {
  la_ddl_constraint emit;
  memcpy(&emit, (const char *)having(c, field) + field, sizeof emit);
  return emit && emit(c, n);
}

const char *la_ddl_word(const la_ctx *c, size_t field) {
  const char *word;
  memcpy(&word, (const char *)having(c, field) + field, sizeof word);
  return word;
}

unsigned la_ddl_flags(const la_ctx *c) {
  const la_ddl_rules *r = rules_of(c);
  while (r->base && !r->flags) r = r->base;
  return r->flags;
}

/* ---- options ---- */

la_node *la_ddl_option_of(const la_ctx *c, const la_list *options, const char *name) {
  return la_schema_option(options, c->d->name, name);
}

la_tri la_ddl_option_tri(const la_ctx *c, const la_list *options, const char *name) {
  const la_node *n = la_ddl_option_of(c, options, name);
  if (!n) return LA_TRI_NONE;
  la_value v = la_schema_option_value(n);
  if (la_is(n, LA_K_CONST) && v.tag <= LA_V_NULL) return LA_TRI_NONE;
  return v.tag == LA_V_BOOL && !v.u.i ? LA_TRI_NO : LA_TRI_YES;
}

bool la_ddl_option_is(const la_ctx *c, const la_list *options, const char *name) {
  return la_ddl_option_tri(c, options, name) == LA_TRI_YES;
}

const la_str *la_ddl_option_str(la_ctx *c, const la_list *options, const char *name) {
  const la_node *n = la_ddl_option_of(c, options, name);
  if (!n || la_is(n, LA_K_STR)) return n ? LA_AS(strnode, n)->s : NULL;
  la_value v = la_schema_option_value(n);
  bool none = la_is(n, LA_K_CONST) && (v.tag <= LA_V_NULL || (v.tag == LA_V_BOOL && !v.u.i));
  if (!none) la_ctx_fail(c, LA_EXC_ArgumentError, "the option '%s_%s' must be a string", c->d->name, name);
  return NULL;
}

static bool covers(const char *cls, const char *given) {
  size_t n = strlen(given), k = strlen(cls);
  return !strcmp(cls, given) || (!strcmp(cls, "Constraint") && n > k && !strcmp(given + n - k, cls));
}

bool la_ddl_option_known(const la_ddl_rules *r, const char *cls, const char *name) {
  for (const la_ddl_option *o = r ? r->options : NULL; o && o->cls; o++)
    if (covers(o->cls, cls) && (!strcmp(o->name, "*") || !strcmp(o->name, name))) return true;
  return false;
}

/* ---- tables ---- */

static int by_order(const void *a, const void *b) {
  const la_constraint *x = *(const la_constraint *const *)a, *y = *(const la_constraint *const *)b;
  return (x->order > y->order) - (x->order < y->order);
}

/* What stands in CREATE TABLE behind the columns: the primary key, then the rest in the order of their making. */
static uint32_t sort_constraints(la_ctx *c, la_node ***out, const la_table_spec *t) {
  uint32_t n = la_list_len(t->constraints), k = 0;
  la_node **v = la_arena_alloc(&c->work, (n + 1) * sizeof *v);
  if (!v) {
    la_ctx_nomem(c);
    return 0;
  }
  for (uint32_t i = 0; i < n; i++)
    if (t->constraints->v[i] != t->primary_key) v[k++] = t->constraints->v[i];
  qsort(v, k, sizeof *v, by_order);
  if (t->primary_key && la_list_len(LA_AS(constraint, t->primary_key)->columns)) {
    memmove(v + 1, v, k * sizeof *v);
    v[0] = t->primary_key;
    k++;
  }
  *out = v;
  return k;
}

/* Prints the constraints of a table behind `separator`. */
static void put_constraints(la_ctx *c, const la_ddl *create, const la_table_spec *t, const char *separator) {
  la_node **v;
  uint32_t n = sort_constraints(c, &v, t), written = 0;
  size_t begin = la_here(c);
  la_puts(c, separator);
  la_putc(c, '\t');
  size_t first = la_here(c);
  for (uint32_t i = 0; i < n; i++) {
    if (!la_ddl_is_created(c, create, v[i])) continue;
    size_t at = la_here(c);
    if (written) la_puts(c, ", \n\t");
    if (la_ddl_any_constraint(c, v[i]))
      written++;
    else
      la_back(c, at);
  }
  if (la_here(c) == first) la_back(c, begin);
}

/* Tells in which table and column a failure was. */
static void locate(la_ctx *c, const la_node *table, const la_node *column) {
  la_error *e = c->err;
  if (!e || !e->set || (e->exc != LA_EXC_CompileError && la_exc_parent(e->exc) != LA_EXC_CompileError)) return;
  la_error was = LA_ERROR_INIT;
  la_error_move(&was, e);
  la_fail_with(e, LA_EXC_CompileError, "(in table '%s', column '%s'): %s", LA_AS(table, table)->name->s,
               LA_AS(column, column)->name->s, la_error_message(&was));
  la_error_clear(&was);
}

/* name TYPE … CHECK (…) */
static void put_column(la_ctx *c, la_node *column) {
  const la_list *constraints = LA_AS(column_spec, LA_AS(column, column)->spec)->constraints;
  LA_DDL_EMIT(c, column, column);
  for (uint32_t i = 0; i < la_list_len(constraints); i++) {
    la_putc(c, ' ');
    la_ddl_any_constraint(c, constraints->v[i]);
  }
}

static bool is_system(const la_node *column) {
  const la_node *spec = LA_AS(column, column)->spec;
  return spec && LA_AS(column_spec, spec)->system;
}

/* A column of CREATE TABLE, as the host says if it says something of CreateColumn. */
static void create_column(la_ctx *c, la_node *column) {
  if (!la_custom_kind(c, LA_K_DDL)) {
    put_column(c, column);
    return;
  }
  la_node *n = la_node_new(LA_K_DDL);
  if (!n) {
    la_ctx_nomem(c);
    return;
  }
  LA_AS(ddl, n)->action = LA_DDL_CREATE_COLUMN;
  LA_AS(ddl, n)->element = la_node_retain(column);
  la_ctx_keep(c, la_node_seal(n));
  if (!c->failed && !la_custom_emit(c, n, &la_kw_none)) put_column(c, column);
}

static const char *put_columns(la_ctx *c, const la_node *table) {
  const la_columns *columns = LA_AS(table, table)->columns;
  const char *separator = "\n";
  for (uint32_t i = 0; i < la_columns_len(columns) && !c->failed; i++) {
    la_node *column = columns->v[i].col;
    if (is_system(column)) continue;
    size_t at = la_here(c);
    la_puts(c, separator);
    la_putc(c, '\t');
    la_mark begin = la_mark_here(c);
    create_column(c, column);
    if (c->failed) locate(c, table, column);
    if (la_wrote_since(c, begin))
      separator = ", \n";
    else
      la_back(c, at);
  }
  return separator;
}

static void create_table(la_ctx *c, const la_ddl *d) {
  la_node *table = d->element;
  if (!la_is_schema_table(table)) {
    la_ctx_unsupported(c, "CreateTable (its table is of no MetaData)");
    return;
  }
  const la_table_spec *t = LA_AS(table_spec, LA_AS(table, table)->spec);
  la_puts(c, "\nCREATE ");
  for (uint32_t i = 0; i < la_list_len(t->prefixes); i++) {
    la_buf_str(&c->out->b, LA_AS(strnode, t->prefixes->v[i])->s);
    la_putc(c, ' ');
  }
  la_puts(c, d->if_not_exists ? "TABLE IF NOT EXISTS " : "TABLE ");
  la_put_table(c, table, true);
  la_puts(c, " (");
  const char *separator = put_columns(c, table);
  put_constraints(c, d, t, separator);
  la_puts(c, "\n)");
  LA_DDL_EMIT(c, table_options, table);
  la_puts(c, "\n\n");
}

static void drop(la_ctx *c, const la_ddl *d, const char *what) {
  la_puts(c, what);
  if (d->if_exists) la_puts(c, "IF EXISTS ");
  la_put_table(c, d->element, true);
}

/* ---- sequences and schemas ---- */

static void put_sequence_name(la_ctx *c, la_node *sequence) {
  const la_sequence *s = LA_AS(sequence, sequence);
  const la_str *schema = LA_DATTR(c->d, omit_schema) ? NULL : la_ctx_schema(c, sequence, s->schema);
  if (schema) {
    la_put_schema(c, schema);
    la_putc(c, '.');
  }
  la_put_name(c, s->name);
}

static void create_sequence(la_ctx *c, const la_ddl *d) {
  const la_sequence *s = LA_AS(sequence, d->element);
  la_puts(c, d->if_not_exists ? "CREATE SEQUENCE IF NOT EXISTS " : "CREATE SEQUENCE ");
  put_sequence_name(c, d->element);
  if (s->data_type && la_ddl_flags(c) & LA_DDL_SEQUENCE_TYPE) {
    la_puts(c, " AS ");
    la_put_type(c, s->data_type, NULL);
  }
  size_t at = la_here(c);
  la_putc(c, ' ');
  if (!la_ddl_identity_options(c, s->options)) la_back(c, at);
}

static void drop_sequence(la_ctx *c, const la_ddl *d) {
  la_puts(c, d->if_exists ? "DROP SEQUENCE IF EXISTS " : "DROP SEQUENCE ");
  put_sequence_name(c, d->element);
}

static void create_schema(la_ctx *c, const la_ddl *d) {
  la_puts(c, d->if_not_exists ? "CREATE SCHEMA IF NOT EXISTS " : "CREATE SCHEMA ");
  la_put_name(c, d->text);
}

static void drop_schema(la_ctx *c, const la_ddl *d) {
  la_puts(c, d->if_exists ? "DROP SCHEMA IF EXISTS " : "DROP SCHEMA ");
  la_put_name(c, d->text);
  if (d->cascade) la_puts(c, " CASCADE");
}

/* The table of a constraint that is added or dropped; fails if it has none. */
static la_node *table_of(la_ctx *c, const la_ddl *d) {
  la_node *table = LA_AS(constraint, d->element)->table;
  if (!table)
    la_ctx_fail(c, LA_EXC_InvalidRequestError,
                "This constraint is not bound to a table.  Did you mean to call table.append_constraint(constraint) ?");
  return table;
}

static void add_constraint(la_ctx *c, const la_ddl *d) {
  la_node *table = table_of(c, d);
  if (!table) return;
  la_puts(c, "ALTER TABLE ");
  la_put_table(c, table, true);
  la_puts(c, " ADD ");
  la_ddl_any_constraint(c, d->element);
}

/* ---- DDL("… %(table)s …") ---- */

/* Prints what the context has for a name: what was given, or of the table it is about. */
static void put_context(la_ctx *c, const la_ddl *d, const char *name, size_t n) {
  for (uint32_t i = 0; i < la_list_len(d->parts); i++) {
    const la_str *key = LA_AS(strnode, LA_AS(pair, d->parts->v[i])->key)->s;
    if (key->len != n || memcmp(key->s, name, n)) continue;
    la_buf_str(&c->out->b, LA_AS(strnode, LA_AS(pair, d->parts->v[i])->value)->s);
    return;
  }
  bool table = la_is(d->element, LA_K_TABLE);
  if (table && n == 8 && !memcmp(name, "fullname", n)) {
    la_put_table(c, d->element, true);
  } else if (table && n == 5 && !memcmp(name, "table", n)) {
    la_put_table(c, d->element, false);
  } else if (table && n == 6 && !memcmp(name, "schema", n)) {
    const la_str *schema = la_ctx_schema(c, d->element, LA_AS(table, d->element)->schema);
    if (schema) la_put_schema(c, schema);
  } else {
    la_ctx_fail(c, LA_EXC_CompileError, "DDL: the context has nothing for '%.*s'", (int)n, name);
  }
}

static void put_statement(la_ctx *c, const la_ddl *d) {
  const char *s = d->text->s, *end = s + d->text->len;
  while (s < end && !c->failed) {
    const char *percent = memchr(s, '%', (size_t)(end - s));
    la_putn(c, s, (size_t)((percent ? percent : end) - s));
    if (!percent) return;
    const char *close = percent + 1 < end && percent[1] == '(' ? memchr(percent, ')', (size_t)(end - percent)) : NULL;
    if (percent + 1 < end && percent[1] == '%') {
      la_puts(c, c->double_percents ? "%%" : "%");
      s = percent + 2;
    } else if (close && close + 1 < end && close[1] == 's') {
      put_context(c, d, percent + 2, (size_t)(close - percent - 2));
      s = close + 2;
    } else {
      la_ctx_fail(c, LA_EXC_CompileError, "DDL: a percent sign is written %%%%, a name of the context %%(name)s");
    }
  }
}

void la_ddl_on_commit(la_ctx *c, const la_str *what) {
  la_puts(c, "\n ON COMMIT ");
  for (uint32_t i = 0; i < what->len; i++) {
    char ch = what->s[i];
    la_putc(c, ch == '_' ? ' ' : ch >= 'a' && ch <= 'z' ? (char)(ch - 32) : ch);
  }
}

/* ---- which ---- */

void la_emit_ddl(la_ctx *c, la_node *n, const la_kw *kw) {
  la_ddl *d = LA_AS(ddl, n);
  (void)kw;
  switch ((la_ddl_action)d->action) {
    case LA_DDL_TEXT: put_statement(c, d); break;
    case LA_DDL_CUSTOM: la_ctx_unsupported(c, "ExecutableDDLElement (nobody said how it compiles)"); break;
    case LA_DDL_CREATE_SCHEMA: create_schema(c, d); break;
    case LA_DDL_DROP_SCHEMA: drop_schema(c, d); break;
    case LA_DDL_CREATE_TABLE: create_table(c, d); break;
    case LA_DDL_DROP_TABLE: drop(c, d, "\nDROP TABLE "); break;
    case LA_DDL_CREATE_VIEW: la_ddl_create_view(c, n); break;
    case LA_DDL_CREATE_TABLE_AS: LA_DDL_EMIT(c, create_table_as, n); break;
    case LA_DDL_DROP_VIEW: drop(c, d, d->materialized ? "\nDROP MATERIALIZED VIEW " : "\nDROP VIEW "); break;
    case LA_DDL_CREATE_COLUMN:
      if (!is_system(d->element)) put_column(c, d->element);
      break;
    case LA_DDL_CREATE_INDEX: LA_DDL_EMIT(c, create_index, n); break;
    case LA_DDL_DROP_INDEX: LA_DDL_EMIT(c, drop_index, n); break;
    case LA_DDL_ADD_CONSTRAINT: add_constraint(c, d); break;
    case LA_DDL_DROP_CONSTRAINT:
      if (table_of(c, d)) LA_DDL_EMIT(c, drop_constraint, n);
      break;
    case LA_DDL_CREATE_SEQUENCE: create_sequence(c, d); break;
    case LA_DDL_DROP_SEQUENCE: drop_sequence(c, d); break;
    case LA_DDL_SET_TABLE_COMMENT: LA_DDL_EMIT(c, set_table_comment, n); break;
    case LA_DDL_DROP_TABLE_COMMENT: LA_DDL_EMIT(c, drop_table_comment, n); break;
    case LA_DDL_SET_COLUMN_COMMENT: LA_DDL_EMIT(c, set_column_comment, n); break;
    case LA_DDL_DROP_COLUMN_COMMENT: LA_DDL_EMIT(c, drop_column_comment, n); break;
    case LA_DDL_SET_CONSTRAINT_COMMENT: LA_DDL_EMIT(c, set_constraint_comment, n); break;
    case LA_DDL_DROP_CONSTRAINT_COMMENT: LA_DDL_EMIT(c, drop_constraint_comment, n); break;
    default: LA_DDL_EMIT(c, type, n); break;
  }
}

static void no_type(la_ctx *c, la_node *n) {
  (void)n;
  la_ctx_unsupported(c, "NamedType");
}

static bool no_exclude(la_ctx *c, la_node *n) {
  (void)n;
  la_ctx_unsupported(c, "ExcludeConstraint");
  return false;
}

static void put_match(la_ctx *c, la_node *constraint) {
  const la_str *match = LA_AS(constraint, constraint)->match;
  if (!match) return;
  la_puts(c, " MATCH ");
  la_buf_str(&c->out->b, match);
}

const la_ddl_rules la_ansi_ddl = {
    .no_min = "NO MINVALUE",
    .no_max = "NO MAXVALUE",
    .no_cycle = "NO CYCLE",
    .column = la_ddl_column,
    .primary_key = la_ddl_primary_key,
    .foreign_key = la_ddl_foreign_key,
    .unique = la_ddl_unique,
    .check = la_ddl_check,
    .column_check = la_ddl_check,
    .exclude = no_exclude,
    .cascades = la_ddl_cascades,
    .match = put_match,
    .computed = la_ddl_computed,
    .identity = la_ddl_identity,
    .create_index = la_ddl_create_index,
    .drop_index = la_ddl_drop_index,
    .drop_constraint = la_ddl_drop_constraint,
    .set_table_comment = la_ddl_set_table_comment,
    .drop_table_comment = la_ddl_drop_table_comment,
    .set_column_comment = la_ddl_set_column_comment,
    .drop_column_comment = la_ddl_drop_column_comment,
    .set_constraint_comment = la_ddl_no_constraint_comment,
    .drop_constraint_comment = la_ddl_no_constraint_comment,
    .type = no_type,
    .create_table_as = la_ddl_create_table_as,
};
