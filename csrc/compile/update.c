/* update.c - UPDATE and DELETE; RETURNING. */
#include "base/mem.h"
#include "compile/crud.h"
#include "compile/emit.h"
#include "compile/lint.h"
#include "compile/result.h"
#include "sql/columns.h"
#include "sql/dml.h"

/* ---- RETURNING ---- */

/* Prints each column of RETURNING; adapt (or NULL): what stands in the place of a column. */
void la_emit_returning_columns(la_ctx *c, la_node *stmt, la_list *columns, bool result, la_adapt_fn adapt, void *ctx,
                               const la_kw *kw) {
  la_node *few[LA_FEW];
  la_vec all = LA_VEC_LENT(few);
  (void)stmt;
  for (uint32_t i = 0; i < la_list_len(columns); i++)
    if (la_select_iterable(&all, columns->v[i], c->err)) c->failed = true;
  la_named *named = c->failed ? NULL : la_ctx_named(c, &all, LA_LABELS_DISAMBIGUATE);
  la_column_place place = {result || c->str, false, result || c->str};
  for (uint32_t i = 0; !c->failed && i < all.n; i++) {
    la_named one = c->str ? (la_named){NULL, NULL, NULL, named[i].column, false} : named[i];
    la_target original = {one.column, NULL};
    la_kw k = la_kw_in_place(kw, &place);
    if (adapt) {
      if (!(one.column = adapt(c, one.column, ctx))) break;
      k.targets = &original;
    }
    if (i) la_puts(c, ", ");
    la_emit_named(c, &one, &place, &k);
  }
  la_vec_free(&all);
}

void la_emit_returning(la_ctx *c, la_node *stmt, la_list *columns, bool result, const la_kw *kw) {
  la_puts(c, "RETURNING ");
  la_emit_returning_columns(c, stmt, columns, result, NULL, NULL, kw);
}

/* ---- tables ---- */

void la_emit_update_table(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  (void)extra;
  la_kw k = la_kw_with(kw, LA_KW_ASFROM | LA_KW_CRUD, 0);
  la_emit(c, LA_AS(update, n)->table, &k);
}

void la_emit_delete_table(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  (void)extra;
  la_kw k = la_kw_with(kw, LA_KW_ASFROM | LA_KW_CRUD, 0);
  la_emit(c, LA_AS(delete, n)->table, &k);
}

void la_emit_no_update_from(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  (void)n, (void)extra, (void)kw;
  la_ctx_fail(c, LA_EXC_CompileError, "This backend does not support multiple-table criteria within UPDATE");
}

void la_emit_no_delete_from(la_ctx *c, la_node *n, la_list *extra, const la_kw *kw) {
  (void)n, (void)extra, (void)kw;
  la_ctx_fail(c, LA_EXC_CompileError, "This backend does not support multiple-table criteria within DELETE");
}

/* ---- what both share ---- */

typedef struct dml {
  la_node *stmt, *table;
  const la_list *where, *returning, *hints, *ctes, *prefixes, *extensions;
  la_vec froms;  /* the level's: the table and the others */
  la_vec extra;  /* all other FROMs */
  la_list *rest; /* those of them that are printed besides the table */
  const la_hint_for *table_hints;
  bool top, pushed;
  size_t begin;
  la_lint lint;
  la_kw linted, beside; /* for tables and WHERE; for all else */
  uint32_t implicit;    /* where its own begin in c->implicit_returning */
} dml;

static void fill(dml *d, la_node *n) {
  if (n->kind == LA_K_UPDATE) {
    la_update *u = LA_AS(update, n);
    *d = (dml){.stmt = n,
               .table = u->table,
               .where = u->where,
               .returning = u->returning,
               .hints = u->hints,
               .ctes = u->ctes,
               .prefixes = u->prefixes,
               .extensions = u->extensions};
  } else {
    la_delete *u = LA_AS(delete, n);
    *d = (dml){.stmt = n,
               .table = u->table,
               .where = u->where,
               .returning = u->returning,
               .hints = u->hints,
               .ctes = u->ctes,
               .prefixes = u->prefixes,
               .extensions = u->extensions};
  }
}

/* Of an UPDATE those FROMs are printed that are not part of the table (a join) itself. */
static void find_froms(la_ctx *c, dml *d) {
  la_node *primary = NULL;
  la_vec own = LA_VEC_INIT, rest = LA_VEC_INIT;
  if (la_dml_extra_froms(&d->extra, &primary, d->stmt, c->err) || la_sql_froms(&own, d->table, c->err))
    c->failed = true;
  la_vec_add(&d->froms, d->table);
  for (uint32_t i = 0; i < d->extra.n; i++) {
    la_vec_add(&d->froms, d->extra.v[i]);
    if (d->stmt->kind == LA_K_DELETE || !la_vec_has(&own, d->extra.v[i])) la_vec_add(&rest, d->extra.v[i]);
  }
  la_vec_free(&own);
  if (la_vec_to_list(&rest, &d->rest)) la_ctx_nomem(c);
}

static bool begin(la_ctx *c, dml *d, la_node *n, const la_kw *kw) {
  fill(d, n);
  d->lint = la_lint_begin(c, kw);
  d->linted = d->beside = *kw;
  d->linted.lint = la_lint_of(&d->lint);
  d->beside.lint = NULL;
  d->top = !kw->visiting_cte && !c->nlevels;
  d->begin = la_here(c);
  d->implicit = c->implicit_returning.n;
  find_froms(c, d);
  la_level *level = la_level_push(c, n);
  d->pushed = level;
  if (!level) return false;
  level->froms = &d->froms;
  d->table_hints = la_hints_of(c, d->hints, false);
  if (d->top) c->toplevel = n;
  return !c->failed;
}

static void put_table_hint(la_ctx *c, const dml *d, size_t at) {
  for (const la_hint_for *h = d->table_hints; h && h->table; h++)
    if (h->table == d->table) c->d->hooks.from_hint(c, at, d->table, h->text, true);
}

static void put_returning(la_ctx *c, dml *d, bool here) {
  bool implicit = c->implicit_returning.n > d->implicit;
  if (!here || !(implicit || la_list_len(d->returning))) return;
  la_list *l = implicit ? la_list_new(c->implicit_returning.v + d->implicit, c->implicit_returning.n - d->implicit)
                        : la_list_retain((la_list *)(uintptr_t)d->returning);
  if (!l) {
    la_ctx_nomem(c);
    return;
  }
  la_putc(c, ' ');
  c->d->hooks.returning(c, d->stmt, l, d->top, &la_kw_none);
  la_list_release(l);
  if (d->top) c->returning = true;
}

static void end(la_ctx *c, dml *d) {
  la_vec *implicit = &c->implicit_returning;
  while (!d->top && implicit->n > d->implicit) la_node_release(implicit->v[--implicit->n]);
  if (c->ncte_texts) la_put_with(c, d->begin, d->top ? 0 : c->nlevels, false);
  if (d->pushed) la_level_pop(c);
  la_vec_free(&d->froms);
  la_vec_free(&d->extra);
  la_list_release(d->rest);
}

static void put_tail(la_ctx *c, dml *d) {
  bool first = LA_DATTR(c->d, returning_precedes_values);
  la_kw k = d->linted;
  k.hints = d->table_hints;
  put_returning(c, d, first);
  if (d->extra.n) {
    if (d->stmt->kind == LA_K_UPDATE)
      c->d->hooks.update_from(c, d->stmt, d->rest, &k);
    else
      c->d->hooks.delete_from(c, d->stmt, d->rest, &k);
  }
  la_emit_criteria(c, d->where, " WHERE ", &d->linted);
  c->d->hooks.dml_limit(c, d->stmt, &d->beside);
  if (d->extensions) la_emit_extensions(c, d->extensions, "post_criteria", " ", "", &d->linted);
  put_returning(c, d, !first);
}

/* Is WHERE no more than "column = bind AND …"? */
static bool is_by_values(const la_list *where) {
  for (uint32_t i = 0; i < la_list_len(where); i++) {
    const la_node *n = where->v[i];
    if (!la_is(n, LA_K_BINARY)) return false;
    const la_binary *b = LA_AS(binary, n);
    if (b->op != LA_OP_EQ || !la_is(b->left, LA_K_COLUMN) || !la_is(b->right, LA_K_BIND)) return false;
  }
  return la_list_len(where);
}

/* An UPDATE of single rows by what their columns equal may be one of many: where its FROM goes is here. */
static void note_arrays(la_ctx *c, const dml *d, const la_crud_state *s) {
  bool plain = d->top && !d->extra.n && !d->hints && !d->extensions && !c->ncte_texts && la_is(d->table, LA_K_TABLE);
  if (!plain || !c->d->hooks.rows_of_arrays || la_list_len(d->returning) || c->implicit_returning.n) return;
  if (la_crud_is_row(s, true) && is_by_values(d->where)) c->crud.arrays_at = (uint32_t)la_here(c);
}

/* ---- the statements ---- */

void la_emit_update(la_ctx *c, la_node *n, const la_kw *kw) {
  dml d;
  if (!begin(c, &d, n, kw)) {
    end(c, &d);
    return;
  }
  if (d.top) c->isupdate = true;
  la_puts(c, "UPDATE ");
  la_emit_prefixes(c, d.prefixes, &d.beside);
  size_t at = la_here(c);
  c->d->hooks.update_tables(c, n, d.rest, &d.linted);
  la_crud_state s;
  la_crud_begin(&s, c, n, d.top, &d.beside);
  put_table_hint(c, &d, at);
  la_emit_independent_ctes(c, d.ctes, &d.beside);
  la_puts(c, " SET ");
  la_piece_add(c, s.values);
  if (!c->failed) note_arrays(c, &d, &s);
  put_tail(c, &d);
  la_crud_end(&s);
  la_lint_end(c, &d.lint, "UPDATE");
  end(c, &d);
}

void la_emit_delete(la_ctx *c, la_node *n, const la_kw *kw) {
  dml d;
  if (!begin(c, &d, n, kw)) {
    end(c, &d);
    return;
  }
  if (d.top) c->isdelete = true;
  la_puts(c, "DELETE ");
  la_emit_prefixes(c, d.prefixes, &d.beside);
  la_puts(c, "FROM ");
  size_t at = la_here(c);
  la_kw table = la_kw_none;
  table.lint = d.linted.lint;
  c->d->hooks.delete_table(c, n, d.rest, &table);
  put_table_hint(c, &d, at);
  la_crud_state s;
  la_crud_begin(&s, c, n, d.top, &d.beside);
  la_emit_independent_ctes(c, d.ctes, &d.beside);
  put_tail(c, &d);
  la_crud_end(&s);
  la_lint_end(c, &d.lint, "DELETE");
  end(c, &d);
}
