/* select.c - making SELECTs of SELECTs: labels, set operations, scalars. */
#include "sql/select.h"

#include "sql/type.h"

/* ---- label styles ---- */

static int with_style(la_node **out, const la_node *select, la_label_style style, la_error *err) {
  la_node *n = la_node_copy(select);
  if (!n) return la_fail_memory(err);
  LA_AS(select, n)->label_style = (int)style;
  *out = la_node_seal(n);
  return 0;
}

/* The statement that decides the labels of stmt (the first of a COMPOUND), and those around it. */
static la_node *innermost(la_vec *around, la_node *stmt) {
  while (stmt->kind == LA_K_COMPOUND || stmt->kind == LA_K_SELECT_GROUPING) {
    la_vec_add(around, stmt);
    bool grouping = stmt->kind == LA_K_SELECT_GROUPING;
    stmt = grouping ? LA_AS(select_grouping, stmt)->element : LA_AS(compound, stmt)->selects->v[0];
  }
  return stmt;
}

/* A COMPOUND says of itself that it has the default style: asked for that, it hands nothing on. */
static bool is_styled(const la_node *n, la_label_style style) {
  return n->kind == LA_K_COMPOUND && la_label_style_of(n) == style;
}

/* A copy of a statement with `first` in the place of its first one. Takes over first. */
static la_node *around_first(const la_node *stmt, la_node *first) {
  la_node *n = la_node_copy(stmt);
  if (n && n->kind == LA_K_SELECT_GROUPING) {
    la_give_node(&LA_AS(select_grouping, n)->element, first);
  } else if (n) {
    la_list **slot = &LA_AS(compound, n)->selects;
    la_list *l = la_list_new((*slot)->v, (*slot)->n);
    if (l) la_set_node(&l->v[0], first);
    la_node_release(first);
    la_give_list(slot, l);
    if (!l) {
      la_node_release(n);
      return NULL;
    }
  } else {
    la_node_release(first);
  }
  return la_node_seal(n);
}

int la_select_with_labels(la_node **out, la_node *stmt, la_label_style style, la_error *err) {
  la_vec around = LA_VEC_INIT;
  la_node *leaf = innermost(&around, stmt), *now = NULL;
  bool changes = leaf->kind == LA_K_SELECT && la_label_style_of(leaf) != style;
  for (uint32_t i = 0; changes && i < around.n; i++) changes = !is_styled(around.v[i], style);
  int rc = changes ? with_style(&now, leaf, style, err) : 0;
  for (uint32_t i = around.n; now && i > 0; i--) now = around_first(around.v[i - 1], now);
  if (!changes) now = la_node_retain(stmt);
  if (!rc && (!now || around.failed)) rc = la_fail_memory(err);
  la_vec_free(&around);
  *out = now;
  return rc;
}

int la_select_disambiguated(la_node **out, la_node *stmt, la_error *err) {
  la_node *leaf = stmt;
  while (leaf->kind == LA_K_COMPOUND || leaf->kind == LA_K_SELECT_GROUPING)
    leaf = leaf->kind == LA_K_COMPOUND ? LA_AS(compound, leaf)->selects->v[0] : LA_AS(select_grouping, leaf)->element;
  bool plain = leaf->kind == LA_K_SELECT && la_label_style_of(leaf) == LA_LABELS_NONE;
  if (plain) return la_select_with_labels(out, stmt, LA_LABELS_DISAMBIGUATE, err);
  *out = la_node_retain(stmt);
  return 0;
}

/* ---- scalars ---- */

int la_select_scalar_type(la_node **out, const la_node *stmt, la_error *err) {
  la_vec columns = LA_VEC_INIT;
  int rc = la_selected(&columns, stmt, err);
  *out = !rc && columns.n ? columns.v[0]->type : NULL;
  la_vec_free(&columns);
  return rc;
}

int la_select_scalar(la_node **out, la_node *stmt, la_error *err) {
  la_node *plain, *type, *n;
  if (stmt->kind == LA_K_SELECT || stmt->kind == LA_K_COMPOUND) {
    if (la_select_with_labels(&plain, stmt, LA_LABELS_NONE, err)) return -1;
  } else {
    plain = la_node_retain(stmt);
  }
  if (la_select_scalar_type(&type, plain, err) || !(n = la_node_new(LA_K_SCALAR_SELECT))) {
    la_node_release(plain);
    return la_fail_memory(err);
  }
  la_set_type(n, type ? type : la_type_simple(LA_T_NULLTYPE));
  la_give_node(&LA_AS(scalar_select, n)->element, plain);
  *out = la_node_seal(n);
  return 0;
}

/* ---- set operations ---- */

/* Within a COMPOUND a SELECT with an order or a limit stands in parentheses, another COMPOUND always. */
static bool needs_parentheses(const la_node *n) {
  if (n->kind == LA_K_COMPOUND) return true;
  if (n->kind != LA_K_SELECT) return false;
  const la_select *s = LA_AS(select, n);
  return s->limit || s->offset || s->fetch || s->order_by;
}

static int add_select(la_vec *v, la_node *n, la_error *err) {
  if (!needs_parentheses(n)) {
    la_vec_add(v, n);
  } else {
    la_node *g = la_node_new(LA_K_SELECT_GROUPING);
    if (!g) return la_fail_memory(err);
    la_set_node(&LA_AS(select_grouping, g)->element, n);
    la_vec_give(v, la_node_seal(g));
  }
  return v->failed ? la_fail_memory(err) : 0;
}

int la_compound_new(la_node **out, la_set_op keyword, la_node *const *selects, uint32_t n, la_error *err) {
  la_vec v = LA_VEC_INIT;
  la_node *u = la_node_new(LA_K_COMPOUND);
  int rc = u ? 0 : la_fail_memory(err);
  for (uint32_t i = 0; !rc && i < n; i++) rc = add_select(&v, selects[i], err);
  if (!rc && la_vec_to_list(&v, &LA_AS(compound, u)->selects)) rc = la_fail_memory(err);
  la_vec_free(&v);
  if (rc) {
    la_node_release(u);
    return rc;
  }
  LA_AS(compound, u)->keyword = (int)keyword;
  LA_AS(compound, u)->label_style = LA_LABELS_DISAMBIGUATE;
  *out = la_node_seal(u);
  return 0;
}
