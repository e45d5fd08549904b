/* froms.c - the FROMs that expressions need, and those that a SELECT writes. */
#include <string.h>

#include "base/mem.h"
#include "sql/join.h"
#include "sql/ops.h"
#include "sql/select.h"
#include "sql/walk.h"

/* ---- of expressions ---- */

enum { FEW = 16 };

/* Columns often follow others of their table. */
static void add(la_vec *out, la_node *table) {
  if (!out->n || out->v[out->n - 1] != table) la_vec_add(out, table);
}

/* Looks at one node: FROMs are added, what may lead to more is pushed. */
static void look(la_vec *out, la_walk *w, la_node *n) {
  switch (n->kind) {
    case LA_K_COLUMN:
      if (LA_AS(column, n)->table)
        add(out, LA_AS(column, n)->table);
      else if (!la_is(LA_AS(column, n)->render, LA_K_FUNCTION)) /* (f(x)).name is from nowhere */
        la_walk_push(w, LA_AS(column, n)->render);
      break;
    case LA_K_JOIN:
      la_vec_add(out, n);
      la_walk_push(w, LA_AS(join, n)->right);
      la_walk_push(w, LA_AS(join, n)->left);
      break;
    case LA_K_FROM_GROUPING: la_walk_push(w, LA_AS(from_grouping, n)->element); break;
    case LA_K_ATTRIBUTE: la_walk_push(w, LA_AS(attribute, n)->expr); break;
    case LA_K_UNARY:
      if (LA_AS(unary, n)->op != LA_OP_EXISTS) la_walk_push(w, LA_AS(unary, n)->element);
      break;
    case LA_K_FUNCTION: la_walk_list(w, LA_AS(function, n)->args); break;
    case LA_K_SCALAR_SELECT:
    case LA_K_SCALAR_VALUES:
    case LA_K_LABEL_REF:
    case LA_K_TEXT_REF:
    case LA_K_OUTER_COLUMN:
    case LA_K_TEXT:
    case LA_K_BIND: break;
    default: {
      la_category cat = la_kind_category((la_kind)n->kind);
      if (cat == LA_CAT_FROM)
        la_vec_add(out, n);
      else if (cat == LA_CAT_EXPR || cat == LA_CAT_PART)
        la_walk_children(w, n);
    }
  }
}

int la_sql_froms(la_vec *out, const la_node *n, la_error *err) {
  la_walk w;
  if (n->kind == LA_K_BIND) return 0;
  if (n->kind == LA_K_COLUMN && LA_AS(column, n)->table) {
    add(out, LA_AS(column, n)->table);
    return out->failed ? la_fail_memory(err) : 0;
  }
  la_node *next;
  la_walk_begin(&w, (la_node *)(uintptr_t)n);
  while (!out->failed && (next = la_walk_next(&w))) look(out, &w, next);
  return la_walk_end(&w) || out->failed ? la_fail_memory(err) : 0;
}

/* ---- of a SELECT ---- */

static int add_froms_of(la_vec *out, const la_list *l, la_error *err) {
  for (uint32_t i = 0; i < la_list_len(l); i++)
    if (la_sql_froms(out, l->v[i], err)) return -1;
  return 0;
}

/* Is n in v, which is made of so many: they are in the set if that is more than a few. */
static bool has(uint32_t all, const la_vec *v, const la_map *set, const la_node *n) {
  if (all > FEW) return la_map_get(set, la_key(n)) != NULL;
  for (uint32_t i = 0; i < v->n; i++)
    if (v->v[i] == n) return true;
  return false;
}

/* Moves to out, which is empty, what is in v for the first time. */
static int move_once(la_vec *out, la_vec *v, la_error *err) {
  la_map seen = LA_MAP_INIT;
  int rc = v->failed ? -1 : 0;
  uint32_t n = v->n;
  v->n = 0;
  for (uint32_t i = 0; i < n; i++) {
    if (rc || has(n, out, &seen, v->v[i])) {
      la_node_release(v->v[i]);
      continue;
    }
    if (n > FEW) rc = la_map_put(&seen, la_key(v->v[i]), v->v[i]);
    la_vec_give(out, v->v[i]);
  }
  la_map_free(&seen);
  la_vec_free(v);
  return rc || out->failed ? la_fail_memory(err) : 0;
}

int la_select_elements(la_vec *out, const la_node *select, la_error *err) {
  const la_select *s = LA_AS(select, select);
  la_node *few[FEW];
  la_vec all = LA_VEC_ON(few);
  if (add_froms_of(&all, s->raw_columns, err) || add_froms_of(&all, s->where, err)) {
    la_vec_free(&all);
    return -1;
  }
  la_vec_add_list(&all, s->from_obj);
  return move_once(out, &all, err);
}

/* Takes away from froms what is in the set. */
static void remove_all(la_vec *froms, const la_map *set) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < froms->n; i++) {
    if (la_map_get(set, la_key(froms->v[i])))
      la_node_release(froms->v[i]);
    else
      froms->v[kept++] = froms->v[i];
  }
  froms->n = kept;
}

/* The FROMs that stand within a join, as a set. */
int la_hidden_froms(la_map *out, const la_vec *froms, la_error *err) {
  la_node *few[FEW];
  la_vec within = LA_VEC_ON(few);
  int rc = 0;
  for (uint32_t i = 0; !rc && i < froms->n; i++) {
    const la_node *n = froms->v[i];
    while (n->kind == LA_K_FROM_GROUPING) n = LA_AS(from_grouping, n)->element;
    if (n->kind != LA_K_JOIN) continue;
    rc = la_sql_froms(&within, LA_AS(join, n)->left, err);
    if (!rc) rc = la_sql_froms(&within, LA_AS(join, n)->right, err);
  }
  for (uint32_t i = 0; !rc && i < within.n; i++)
    if (la_map_put(out, la_key(within.v[i]), within.v[i])) rc = la_fail_memory(err);
  la_vec_free(&within);
  return rc;
}

static bool has_join(const la_vec *v) {
  for (uint32_t i = 0; i < v->n; i++)
    if (v->v[i]->kind == LA_K_JOIN || v->v[i]->kind == LA_K_FROM_GROUPING) return true;
  return false;
}

/* Adds the FROMs of v to out, once each, without those that a join among them holds. v is emptied. */
static int normalize(la_vec *out, la_vec *v, la_error *err) {
  la_node *few[FEW];
  la_vec froms = LA_VEC_ON(few);
  la_map hidden = LA_MAP_INIT;
  if (!has_join(v)) return move_once(out, v, err);
  int rc = move_once(&froms, v, err);
  if (!rc) rc = la_hidden_froms(&hidden, &froms, err);
  if (!rc) {
    remove_all(&froms, &hidden);
    la_vec_move(out, &froms);
    if (out->failed) rc = la_fail_memory(err);
  }
  la_map_free(&hidden);
  la_vec_free(&froms);
  return rc;
}

static int refuse_self(const la_vec *froms, const la_node *select, la_error *err) {
  for (uint32_t i = 0; i < froms->n; i++)
    if (la_is(froms->v[i], LA_K_SUBQUERY) && LA_AS(subquery, froms->v[i])->element == select)
      return la_fail_with(err, LA_EXC_InvalidRequestError, "select() construct refers to itself as a FROM");
  return 0;
}

int la_select_froms(la_vec *out, la_node *select, la_error *err) {
  const la_select *s = LA_AS(select, select);
  la_node *few[FEW];
  la_vec all = LA_VEC_ON(few);
  int rc = la_select_joined(&all, select, err);
  if (!rc) rc = add_froms_of(&all, s->raw_columns, err);
  if (!rc) rc = add_froms_of(&all, s->where, err);
  if (!rc) rc = refuse_self(&all, select, err);
  if (!rc) rc = normalize(out, &all, err);
  la_vec_free(&all);
  return rc;
}

int la_select_column_froms(la_vec *out, const la_node *select, la_error *err) {
  la_node *few[FEW];
  la_vec all = LA_VEC_ON(few);
  int rc = add_froms_of(&all, LA_AS(select, select)->raw_columns, err);
  if (!rc) rc = normalize(out, &all, err);
  la_vec_free(&all);
  return rc;
}

/* ---- correlation ---- */

static bool holds(const la_list *l, const la_node *n) {
  for (uint32_t i = 0; i < la_list_len(l); i++)
    if (l->v[i] == n) return true;
  return false;
}

static bool in_set(const la_map *set, const la_node *n) { return set && la_map_get(set, la_key(n)); }

/* Is n left out because correlate() or correlate_except() say so? */
static bool is_correlated(const la_select *s, const la_map *explicit_, const la_node *n) {
  if (!in_set(explicit_, n)) return false;
  return holds(s->correlate, n) || (s->has_correlate_except && !holds(s->correlate_except, n));
}

static int correlate_by_itself(la_vec *froms, const la_map *implicit, la_node *select, la_error *err) {
  remove_all(froms, implicit);
  if (froms->n) return 0;
  return la_fail_with(err, LA_EXC_InvalidRequestError,
                      "Select statement '<Select object at %p>' returned no FROM clauses due to auto-correlation; "
                      "specify correlate(<tables>) to control correlation manually.",
                      (void *)select);
}

int la_select_correlate(la_vec *froms, la_node *select, const la_map *explicit_, const la_map *implicit,
                        la_error *err) {
  const la_select *s = LA_AS(select, select);
  uint32_t kept = 0;
  for (uint32_t i = 0; i < froms->n; i++) {
    if (is_correlated(s, explicit_, froms->v[i]))
      la_node_release(froms->v[i]);
    else
      froms->v[kept++] = froms->v[i];
  }
  froms->n = kept;
  if (!s->auto_correlate || !implicit || !implicit->n || froms->n <= 1) return 0;
  return correlate_by_itself(froms, implicit, select, err);
}
