#include "compile/wrap.h"

#include <string.h>

#include "sql/alias.h"
#include "sql/columns.h"
#include "sql/correspond.h"
#include "sql/expr.h"

/* What a builder gave in *n; it is called before *n is looked at. */
static la_node *kept(la_ctx *c, int rc, la_node **n) {
  if (rc) c->failed = true;
  return rc || !*n ? NULL : la_ctx_keep(c, *n);
}

static la_str *word(la_ctx *c, const char *s) {
  la_str *str = la_names_keep(&c->names, la_str_from(s));
  if (!str) la_ctx_nomem(c);
  return str;
}

la_node *la_wrap_copy(la_ctx *c, la_node *select) {
  la_node *n = la_node_copy(select);
  if (!n) {
    la_ctx_nomem(c);
    return NULL;
  }
  la_select *s = LA_AS(select, n);
  la_set_node(&s->limit, NULL);
  la_set_node(&s->offset, NULL);
  la_set_node(&s->fetch, NULL);
  return la_ctx_keep(c, n);
}

la_node *la_wrap_done(la_ctx *c, la_node *copy) { return c->failed ? NULL : la_node_seal(copy); }

la_node *la_wrap_subquery(la_ctx *c, la_node *select) {
  la_node *n = NULL;
  if (!select || c->failed) return NULL;
  return kept(c, la_subquery_new(&n, select, NULL, c->err), &n);
}

void la_wrap_add(la_ctx *c, la_list **list, la_node *n) {
  if (!n || c->failed) return;
  la_list *l = la_list_append(*list, &n, 1);
  if (!l)
    la_ctx_nomem(c);
  else
    la_give_list(list, l);
}

bool la_wrap_related(la_ctx *c, const la_node *a, const la_node *b) {
  int related = la_shares_lineage(a, b);
  if (related < 0) la_ctx_nomem(c);
  return related > 0;
}

/* Does one of the columns that `of` selects stand behind col? */
static bool is_selected(la_ctx *c, la_node *of, la_node *col) {
  la_vec all = LA_VEC_INIT;
  bool found = false;
  if (la_selected(&all, of, c->err)) c->failed = true;
  for (uint32_t i = 0; !found && i < all.n; i++) found = la_wrap_related(c, all.v[i], col);
  la_vec_free(&all);
  return found;
}

la_node *la_wrap_select(la_ctx *c, la_node *subquery, const char *without, la_node *of) {
  la_columns *cols = subquery ? la_from_columns(subquery, c->err) : NULL;
  la_node *n = cols ? la_node_new(LA_K_SELECT) : NULL;
  if (!n) {
    if (cols) la_ctx_nomem(c);
    c->failed = true;
    return NULL;
  }
  if (!la_ctx_keep(c, n)) return NULL;
  LA_AS(select, n)->label_style = LA_LABELS_DISAMBIGUATE;
  LA_AS(select, n)->auto_correlate = 1;
  for (uint32_t i = 0; i < cols->n; i++) {
    la_node *col = cols->v[i].col;
    if (without && cols->v[i].key && la_str_is(cols->v[i].key, without)) continue;
    if (!of || is_selected(c, of, col)) la_wrap_add(c, &LA_AS(select, n)->raw_columns, col);
  }
  return n;
}

la_node *la_wrap_column(la_ctx *c, const char *name, bool literal) {
  la_node *n = NULL;
  la_str *s = word(c, name);
  return s ? kept(c, la_expr_column(&n, s, NULL, literal, c->err), &n) : NULL;
}

la_node *la_wrap_op(la_ctx *c, la_op op, la_node *left, la_node *right) {
  la_node *n = NULL;
  if (!left || !right || c->failed) return NULL;
  la_operand r = la_operand_node(right);
  return kept(c, la_expr_operate(&n, op, left, &r, NULL, c->err), &n);
}

la_node *la_wrap_label(la_ctx *c, const char *name, la_node *element) {
  la_node *n = NULL;
  la_str *s = element ? word(c, name) : NULL;
  return s ? kept(c, la_expr_label(&n, element, s, NULL, c->err), &n) : NULL;
}

/* ---- replacing ---- */

/* Columns and FROMs stay: what they stand for is none of this SELECT's. Binds are copied, so that each has a name of
 * its own wherever the SELECT is printed. */
static la_node *unlabel(la_node *n, void *ctx) {
  (void)ctx;
  if (n->kind == LA_K_BIND && LA_AS(bind, n)->unique) {
    la_node *copy = la_node_copy(n);
    return copy ? la_node_seal(copy) : NULL;
  }
  if (n->kind == LA_K_COLUMN || la_kind_category((la_kind)n->kind) == LA_CAT_FROM) return la_node_retain(n);
  return n->kind == LA_K_LABEL_REF ? la_node_retain(LA_AS(label_ref, n)->element) : NULL;
}

la_node *la_wrap_unlabelled(la_ctx *c, la_node *n) {
  la_node *out = NULL;
  return kept(c, la_node_replace(&out, n, unlabel, NULL, c->err), &out);
}

typedef struct adapting {
  la_ctx *c;
  la_node *to;
} adapting;

static la_node *adapt(la_node *n, void *ctx) {
  adapting *a = ctx;
  la_node *out = NULL;
  if (n->kind != LA_K_COLUMN) return NULL;
  if (!LA_AS(column, n)->table) return la_node_retain(n);
  la_columns *cols = la_from_columns(a->to, a->c->err);
  if (!cols || la_corresponding(&out, cols, n, true, a->c->err)) a->c->failed = true;
  return la_node_retain(out ? out : n);
}

la_node *la_wrap_adapt(la_ctx *c, la_node *n, la_node *to) {
  la_node *out = NULL;
  adapting a = {c, to};
  if (!n || !to || c->failed) return n;
  return kept(c, la_node_replace(&out, n, adapt, &a, c->err), &out);
}
