/* from.c - what stands in FROM. */
#include "compile/bind.h"
#include "compile/custom.h"
#include "compile/emit.h"
#include "compile/lint.h"
#include "compile/type.h"
#include "sql/columns.h"

/* ---- hints ---- */

static const la_str *hint_for(const la_kw *kw, const la_node *table) {
  for (const la_hint_for *h = kw->hints; h && h->table; h++)
    if (h->table == table) return h->text;
  return NULL;
}

static void put_hint(la_ctx *c, size_t at, la_node *table, const la_kw *kw) {
  const la_str *hint = hint_for(kw, table);
  if (hint) c->d->hooks.from_hint(c, at, table, hint, kw->f & LA_KW_CRUD);
}

/* ---- tables ---- */

/* " AS name_1" where another table of that name stands with a schema. */
static void put_disambiguation(la_ctx *c, la_node *n, const la_kw *kw) {
  la_table *t = LA_AS(table, n);
  bool aliased = kw->enclosing_alias && *la_alias_element(kw->enclosing_alias) == n;
  la_str *alias = kw->state && kw->state->ambiguous.n && !aliased ? la_map_gets(&kw->state->ambiguous, t->name) : NULL;
  if (!alias || !(alias = la_ctx_name(c, LA_ID_ALIAS, alias))) return;
  la_puts(c, c->d->hooks.alias_word);
  la_put_name(c, alias);
}

void la_emit_table(la_ctx *c, la_node *n, const la_kw *kw) {
  la_table *t = LA_AS(table, n);
  la_lint_from(c, kw, n, t->name);
  if (!(kw->f & (LA_KW_ASFROM | LA_KW_ASHINT))) return;
  size_t at = la_here(c);
  const la_str *schema = la_ctx_schema(c, n, t->schema);
  if (schema && !(kw->f & LA_KW_NO_SCHEMA)) {
    la_put_schema(c, schema);
    la_putc(c, '.');
  }
  la_put_name(c, t->name);
  if (!schema) put_disambiguation(c, n, kw);
  put_hint(c, at, n, kw);
}

/* ---- aliases ---- */

la_node *const *la_alias_element(const la_node *n) {
  static la_node *const none = NULL;
  switch (n->kind) {
    case LA_K_ALIAS: return &LA_AS(alias, n)->element;
    case LA_K_SUBQUERY: return &LA_AS(subquery, n)->element;
    case LA_K_LATERAL: return &LA_AS(lateral, n)->element;
    case LA_K_TABLESAMPLE: return &LA_AS(tablesample, n)->element;
    case LA_K_TABLE_VALUED: return &LA_AS(table_valued, n)->element;
    case LA_K_CTE: return &LA_AS(cte, n)->element;
    default: return &none;
  }
}

/* (a INTEGER, b TEXT) behind the name of a table-valued function */
static void put_derived_columns(la_ctx *c, la_node *n) {
  la_table_valued *t = LA_AS(table_valued, n);
  la_columns *cols = la_from_columns(n, c->err);
  if (!cols) c->failed = true;
  la_putc(c, '(');
  for (uint32_t i = 0; i < la_columns_len(cols); i++) {
    la_node *col = la_columns_at(cols, i);
    la_str *name = la_ctx_name(c, LA_ID_COLUMN, LA_AS(column, col)->name);
    if (i) la_puts(c, ", ");
    if (name) la_put_name(c, name);
    if (!t->render_derived_types) continue;
    la_putc(c, ' ');
    la_put_type(c, col->type, NULL);
  }
  la_putc(c, ')');
}

/* Is it the select itself, or a SUBQUERY around it, that needs parentheses? */
static bool is_statement(const la_node *n) { return la_kind_category((la_kind)n->kind) == LA_CAT_STATEMENT; }

static void put_element(la_ctx *c, la_node *n, bool parens, const la_kw *kw) {
  la_node *element = *la_alias_element(n);
  if (parens) la_putc(c, '(');
  la_emit(c, element, kw);
  if (parens) la_putc(c, ')');
}

#define ALIAS_FLAGS (LA_KW_ASFROM | LA_KW_ASHINT | LA_KW_CRUD | LA_KW_SUBQUERY | LA_KW_LATERAL)

/* element AS name; within another alias of it, only the element. */
void la_emit_alias(la_ctx *c, la_node *n, const la_kw *kw) {
  uint32_t f = kw->f;
  bool subquery = f & LA_KW_SUBQUERY || is_statement(*la_alias_element(n));
  la_kw k = la_kw_with(kw, 0, ALIAS_FLAGS);
  la_lint lint = la_lint_within(kw, n, f & LA_KW_LATERAL);
  k.lint = la_lint_of(&lint);
  k.enclosing_alias = n;
  k.hints = NULL;
  if (kw->enclosing_alias && *la_alias_element(kw->enclosing_alias) == n) {
    k.f |= f & (LA_KW_ASFROM | LA_KW_ASHINT | LA_KW_CRUD | LA_KW_LATERAL);
    k.hints = kw->hints;
    put_element(c, n, subquery && f & (LA_KW_ASFROM | LA_KW_LATERAL), &k);
    return;
  }
  k.f |= f & LA_KW_LATERAL;
  if (!(f & (LA_KW_ASFROM | LA_KW_ASHINT))) {
    put_element(c, n, false, &k);
    return;
  }
  la_str *name = la_ctx_from_name(c, n);
  if (!name) return;
  size_t at = la_here(c);
  if (!(f & LA_KW_ASHINT)) {
    la_lint_from(c, kw, n, name);
    k.f |= LA_KW_ASFROM;
    put_element(c, n, subquery, &k);
    la_puts(c, c->d->hooks.alias_word);
  }
  la_put_name(c, name);
  if (f & LA_KW_ASHINT) return;
  if (n->kind == LA_K_TABLE_VALUED && LA_AS(table_valued, n)->render_derived) put_derived_columns(c, n);
  put_hint(c, at, n, kw);
}

void la_emit_subquery(la_ctx *c, la_node *n, const la_kw *kw) {
  la_kw k = la_kw_with(kw, LA_KW_SUBQUERY, 0);
  la_emit_alias(c, n, &k);
}

void la_emit_lateral(la_ctx *c, la_node *n, const la_kw *kw) {
  la_kw k = la_kw_with(kw, LA_KW_LATERAL, 0);
  la_puts(c, "LATERAL ");
  la_emit_alias(c, n, &k);
}

void la_emit_table_valued(la_ctx *c, la_node *n, const la_kw *kw) {
  la_kw k = *kw;
  la_lint lint;
  if (LA_AS(table_valued, n)->joins_implicitly && k.lint) k.lint = la_lint_beside(&lint, k.lint);
  if (LA_AS(table_valued, n)->lateral)
    la_emit_lateral(c, n, &k);
  else
    la_emit_alias(c, n, &k);
}

/* t AS x TABLESAMPLE system(5) REPEATABLE (1) */
void la_emit_tablesample(la_ctx *c, la_node *n, const la_kw *kw) {
  la_tablesample *t = LA_AS(tablesample, n);
  la_kw k = la_kw_with(kw, LA_KW_ASFROM, 0), plain = la_kw_with(kw, 0, LA_KW_ASFROM);
  la_emit_alias(c, n, &k);
  la_puts(c, " TABLESAMPLE ");
  la_emit(c, t->sampling, &plain);
  if (!t->seed) return;
  la_puts(c, " REPEATABLE (");
  la_emit(c, t->seed, &plain);
  la_putc(c, ')');
}

/* ---- joins ---- */

/* The join that is the left side of n, to be printed within n without going deeper; else NULL. */
static la_node *left_join(const la_ctx *c, const la_node *n) {
  la_node *left = LA_AS(join, n)->left;
  return left->kind == LA_K_JOIN && !la_custom_kind(c, LA_K_JOIN) ? left : NULL;
}

/* a JOIN b ON … JOIN c ON … */
void la_emit_join(la_ctx *c, la_node *n, const la_kw *kw) {
  la_kw from = la_kw_with(kw, LA_KW_ASFROM, 0), on = la_kw_with(kw, 0, LA_KW_ASFROM);
  uint32_t count = 1;
  for (la_node *l = n; (l = left_join(c, l));) count++;
  la_node **joins = la_arena_alloc(&c->work, count * sizeof *joins);
  if (!joins) {
    la_ctx_nomem(c);
    return;
  }
  for (uint32_t i = count; i-- > 0; n = LA_AS(join, n)->left) joins[i] = n;
  la_emit(c, n, &from);
  for (uint32_t i = 0; i < count; i++) {
    la_join *j = LA_AS(join, joins[i]);
    la_lint_join(c, kw, joins[i]);
    la_puts(c, j->full ? " FULL OUTER JOIN " : j->isouter ? " LEFT OUTER JOIN " : c->d->hooks.join_word);
    la_emit(c, j->right, &from);
    la_puts(c, " ON ");
    la_emit(c, j->onclause, &on);
  }
}

void la_emit_froms(la_ctx *c, const la_list *l, const la_kw *kw) {
  la_kw k = la_kw_with(kw, LA_KW_ASFROM, 0);
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    if (i) la_puts(c, ", ");
    la_emit(c, l->v[i], &k);
  }
}

/* ---- VALUES ---- */

static void put_rows(la_ctx *c, const la_list *rows, bool literal, const la_kw *kw) {
  la_kw k = la_kw_with(kw, literal ? LA_KW_LITERAL_BINDS : 0, 0);
  la_puts(c, "VALUES ");
  for (uint32_t i = 0; i < la_list_len(rows); i++) {
    if (i) la_puts(c, ", ");
    la_emit_parens(c, LA_AS(listnode, rows->v[i])->items, &k);
  }
}

/* (VALUES (1, 2), (3, 4)) AS name (a, b) */
void la_emit_values(la_ctx *c, la_node *n, const la_kw *kw) {
  la_values *v = LA_AS(values, n);
  la_node *cte = kw->visiting_cte;
  bool asfrom = kw->f & LA_KW_ASFROM, within_cte = cte && LA_AS(cte, cte)->element == n;
  la_kw k = la_kw_with(kw, 0, LA_KW_ASFROM);
  la_lint lint;
  if (k.lint) k.lint = la_lint_beside(&lint, k.lint);
  k.visiting_cte = NULL;
  la_emit_independent_ctes(c, v->ctes, &k);
  if (!asfrom || within_cte) {
    if (asfrom && v->lateral)
      la_ctx_fail(c, LA_EXC_CompileError, "Can't use a LATERAL VALUES expression inside of a CTE");
    put_rows(c, v->data, v->literal_binds, &k);
    return;
  }
  la_puts(c, v->lateral ? "LATERAL (" : "(");
  put_rows(c, v->data, v->literal_binds, &k);
  la_putc(c, ')');
  la_str *name = v->name || v->anon ? la_ctx_from_name(c, n) : NULL;
  la_lint_from(c, kw, n, name);
  if (!name) return;
  la_puts(c, c->d->hooks.alias_word);
  la_put_name(c, name);
  la_puts(c, " (");
  la_columns *cols = la_from_columns(n, c->err);
  if (!cols) c->failed = true;
  k.f |= LA_KW_NO_TABLE;
  for (uint32_t i = 0; i < la_columns_len(cols); i++) {
    if (i) la_puts(c, ", ");
    la_emit(c, la_columns_at(cols, i), &k);
  }
  la_putc(c, ')');
}

void la_emit_scalar_values(la_ctx *c, la_node *n, const la_kw *kw) {
  la_putc(c, '(');
  put_rows(c, LA_AS(scalar_values, n)->data, LA_AS(scalar_values, n)->literal_binds, kw);
  la_putc(c, ')');
}
