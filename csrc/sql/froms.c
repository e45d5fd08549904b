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

/* Is all said of n, of which nothing more need be looked at? */
static inline bool is_leaf(la_vec *out, la_node *n) {
  if (!n || n->kind == LA_K_BIND) return true;
  if (n->kind == LA_K_COLUMN && LA_AS(column, n)->table)
    add(out, LA_AS(column, n)->table);
  else if (n->kind == LA_K_TABLE || n->kind == LA_K_ALIAS || n->kind == LA_K_SUBQUERY || n->kind == LA_K_CTE)
    la_vec_add(out, n);
  else
    return n->kind == LA_K_SCALAR_SELECT;
  return true;
}

/* The same of leaves and of two of them with an operator between. */
static inline bool is_simple(la_vec *out, la_node *n) {
  if (!n || n->kind != LA_K_BINARY) return is_leaf(out, n);
  const la_binary *b = LA_AS(binary, n);
  return !b->function && is_leaf(out, b->left) && is_leaf(out, b->right);
}

static bool are_simple(la_vec *out, const la_list *l) {
  for (uint32_t i = 0; i < la_list_len(l); i++)
    if (!is_simple(out, l->v[i])) return false;
  return true;
}

/* The same of those and of functions and lists of them, under a label and in parentheses or not. */
static inline bool is_shallow(la_vec *out, la_node *n) {
  while (n && (n->kind == LA_K_LABEL || n->kind == LA_K_GROUPING))
    n = n->kind == LA_K_LABEL ? LA_AS(label, n)->element : LA_AS(grouping, n)->element;
  if (n && n->kind == LA_K_FUNCTION) return are_simple(out, LA_AS(function, n)->args);
  if (n && n->kind == LA_K_CLAUSE_LIST) return are_simple(out, LA_AS(clause_list, n)->clauses);
  return is_simple(out, n);
}

/* Those of l come next; leaves at its beginning are done at once. */
static void look_at_list(la_vec *out, la_walk *w, const la_list *l) {
  uint32_t done = 0;
  while (done < la_list_len(l) && is_leaf(out, l->v[done])) done++;
  for (uint32_t i = la_list_len(l); i > done; i--) la_walk_push(w, l->v[i - 1]);
}

static void look_at_binary(la_vec *out, la_walk *w, const la_binary *b) {
  la_walk_push(w, b->function);
  if (!is_leaf(out, b->left)) {
    la_walk_push(w, b->right);
    la_walk_push(w, b->left);
  } else if (!is_leaf(out, b->right)) {
    la_walk_push(w, b->right);
  }
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
    case LA_K_BINARY: look_at_binary(out, w, LA_AS(binary, n)); break;
    case LA_K_CLAUSE_LIST: look_at_list(out, w, LA_AS(clause_list, n)->clauses); break;
    case LA_K_LABEL: la_walk_push(w, LA_AS(label, n)->element); break;
    case LA_K_GROUPING: la_walk_push(w, LA_AS(grouping, n)->element); break;
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
    case LA_K_FUNCTION: look_at_list(out, w, LA_AS(function, n)->args); break;
    case LA_K_SCALAR_SELECT:
    case LA_K_SCALAR_VALUES:
    case LA_K_LABEL_REF:
    case LA_K_TEXT_REF:
    case LA_K_OUTER_COLUMN:
    case LA_K_DML_COLUMN:
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

/* What is in out from `first` on was added on a way that led nowhere. */
static int walk(la_vec *out, uint32_t first, la_node *n, la_error *err) {
  la_walk w;
  la_node *next;
  while (out->n > first) {
    la_node *last = out->v[--out->n];
    if (!out->borrows) la_node_release(last);
  }
  la_walk_begin(&w, n);
  while (!out->failed && (next = la_walk_next(&w))) look(out, &w, next);
  return la_walk_end(&w) || out->failed ? la_fail_memory(err) : 0;
}

int la_sql_froms(la_vec *out, const la_node *n, la_error *err) {
  la_node *own = (la_node *)(uintptr_t)n;
  uint32_t first = out->n;
  if (!is_shallow(out, own)) return walk(out, first, own, err);
  return out->failed ? la_fail_memory(err) : 0;
}

/* ---- of a SELECT ---- */

static int add_froms_of(la_vec *out, const la_list *l, la_error *err) {
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    uint32_t first = out->n;
    if (!is_shallow(out, l->v[i]) && walk(out, first, l->v[i], err)) return -1;
  }
  return out->failed ? la_fail_memory(err) : 0;
}

/* Of what is in v from `first` on, keeps what is there for the first time. */
static int drop_repeated(la_vec *v, uint32_t first, la_error *err) {
  la_map seen = LA_MAP_INIT; /* if they are more than a few */
  int rc = v->failed ? -1 : 0;
  uint32_t kept = first;
  bool few = v->n - first <= FEW;
  if (v->n <= first + 1) return rc ? la_fail_memory(err) : 0;
  for (uint32_t i = first; i < v->n; i++) {
    la_node *n = v->v[i];
    bool again = !few && la_map_get(&seen, la_key(n));
    for (uint32_t k = first; few && !again && k < kept; k++) again = v->v[k] == n;
    if (again)
      la_node_release(n);
    else
      v->v[kept++] = n;
    if (!few && la_map_put(&seen, la_key(n), n)) rc = -1;
  }
  v->n = kept;
  la_map_free(&seen);
  return rc ? la_fail_memory(err) : 0;
}

int la_select_elements(la_vec *out, const la_node *select, la_error *err) {
  const la_select *s = LA_AS(select, select);
  uint32_t first = out->n;
  if (add_froms_of(out, s->raw_columns, err) || add_froms_of(out, s->where, err)) return -1;
  la_vec_add_list(out, s->from_obj);
  return drop_repeated(out, first, err);
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

/* Adds the FROMs that stand within a join of froms. */
static int add_hidden(la_vec *out, const la_vec *froms, la_error *err) {
  int rc = 0;
  for (uint32_t i = 0; !rc && i < froms->n; i++) {
    const la_node *n = froms->v[i];
    while (n->kind == LA_K_FROM_GROUPING) n = LA_AS(from_grouping, n)->element;
    if (n->kind != LA_K_JOIN) continue;
    rc = la_sql_froms(out, LA_AS(join, n)->left, err);
    if (!rc) rc = la_sql_froms(out, LA_AS(join, n)->right, err);
  }
  return rc;
}

static int add_all(la_map *out, const la_vec *v, la_error *err) {
  for (uint32_t i = 0; i < v->n; i++)
    if (la_map_put(out, la_key(v->v[i]), v->v[i])) return la_fail_memory(err);
  return 0;
}

int la_hidden_froms(la_map *out, const la_vec *froms, la_error *err) {
  la_node *few[FEW];
  la_vec within = LA_VEC_LENT(few);
  int rc = add_hidden(&within, froms, err);
  if (!rc) rc = add_all(out, &within, err);
  la_vec_free(&within);
  return rc;
}

/* Takes away from froms what stands within a join among them. */
static int remove_hidden(la_vec *froms, la_error *err) {
  la_node *few[FEW];
  la_vec within = LA_VEC_LENT(few);
  la_map set = LA_MAP_INIT; /* if they are more than a few */
  uint32_t kept = 0;
  int rc = add_hidden(&within, froms, err);
  bool is_few = within.n <= FEW;
  if (!rc && !is_few) rc = add_all(&set, &within, err);
  for (uint32_t i = 0; !rc && i < froms->n; i++) {
    la_node *n = froms->v[i];
    if (is_few ? la_vec_has(&within, n) : la_map_get(&set, la_key(n)) != NULL)
      la_node_release(n);
    else
      froms->v[kept++] = n;
  }
  if (!rc) froms->n = kept;
  la_map_free(&set);
  la_vec_free(&within);
  return rc;
}

static bool has_join(const la_vec *v) {
  for (uint32_t i = 0; i < v->n; i++)
    if (v->v[i]->kind == LA_K_JOIN || v->v[i]->kind == LA_K_FROM_GROUPING) return true;
  return false;
}

/* Leaves in v each FROM once, and none that a join among them holds. */
static int normalize(la_vec *v, la_error *err) {
  if (v->n < 2 && !v->failed) return 0;
  if (drop_repeated(v, 0, err)) return -1;
  return v->n > 1 && has_join(v) ? remove_hidden(v, err) : 0;
}

static int refuse_self(const la_vec *froms, const la_node *select, la_error *err) {
  for (uint32_t i = 0; i < froms->n; i++)
    if (la_is(froms->v[i], LA_K_SUBQUERY) && LA_AS(subquery, froms->v[i])->element == select)
      return la_fail_with(err, LA_EXC_InvalidRequestError, "select() construct refers to itself as a FROM");
  return 0;
}

int la_select_froms(la_vec *out, la_node *select, la_error *err) {
  const la_select *s = LA_AS(select, select);
  int rc = la_select_joined(out, select, err);
  if (!rc) rc = add_froms_of(out, s->raw_columns, err);
  if (!rc) rc = add_froms_of(out, s->where, err);
  if (!rc) rc = refuse_self(out, select, err);
  return rc ? rc : normalize(out, err);
}

int la_select_column_froms(la_vec *out, const la_node *select, la_error *err) {
  return add_froms_of(out, LA_AS(select, select)->raw_columns, err) ? -1 : normalize(out, err);
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
