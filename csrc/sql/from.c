/* from.c - the columns of each kind of FROM, and the selected columns of statements.
 *
 * They are made on first use and kept in the node. What a FROM is made of must
 * have its columns first: an explicit stack does the innermost first, so that
 * deep nesting does not deepen the C stack.
 */
#include "base/mem.h"
#include "sql/columns.h"
#include "sql/proxy.h"
#include "sql/select.h"

/* ---- which node keeps the columns ---- */

/* The memo of a node that has one, else NULL; it is always the first field. */
static la_columns **memo_of(la_node *n) {
  const la_field *f = la_kind_fields((la_kind)n->kind);
  return f->cls == LA_F_columns ? (la_columns **)((char *)n + f->offset) : NULL;
}

/* The node whose columns n shows: n, or what is within. */
static la_node *bearer(la_node *n) {
  for (;;) {
    if (n->kind == LA_K_FROM_GROUPING)
      n = LA_AS(from_grouping, n)->element;
    else if (n->kind == LA_K_SELECT_GROUPING)
      n = LA_AS(select_grouping, n)->element;
    else if (n->kind == LA_K_COMPOUND)
      n = LA_AS(compound, n)->selects->v[0];
    else if (n->kind == LA_K_ENTITY && !LA_AS(entity, n)->columns && LA_AS(entity, n)->selectable)
      n = LA_AS(entity, n)->selectable;
    else
      return n;
  }
}

/* ---- what must come first ---- */

static void add_pending(la_vec *out, la_node *from) {
  from = bearer(from);
  la_columns **memo = memo_of(from);
  if (memo && !*memo) la_vec_add(out, from);
}

static void add_pending_list(la_vec *out, const la_list *l) {
  for (uint32_t i = 0; i < la_list_len(l); i++)
    if (la_kind_category((la_kind)l->v[i]->kind) == LA_CAT_FROM) add_pending(out, l->v[i]);
}

/* The FROMs that stand as such in the columns clauses of a statement. */
static void add_pending_of_statement(la_vec *out, la_node *stmt) {
  la_vec todo = LA_VEC_INIT;
  la_vec_add(&todo, stmt);
  while (todo.n) {
    la_node *n = todo.v[--todo.n];
    if (n->kind == LA_K_SELECT) add_pending_list(out, LA_AS(select, n)->raw_columns);
    if (n->kind == LA_K_INSERT) add_pending_list(out, LA_AS(insert, n)->returning);
    if (n->kind == LA_K_UPDATE) add_pending_list(out, LA_AS(update, n)->returning);
    if (n->kind == LA_K_DELETE) add_pending_list(out, LA_AS(delete, n)->returning);
    if (n->kind == LA_K_SELECT_GROUPING) la_vec_add(&todo, LA_AS(select_grouping, n)->element);
    if (n->kind == LA_K_COMPOUND) la_vec_add_list(&todo, LA_AS(compound, n)->selects);
    la_node_release(n);
  }
  out->failed |= todo.failed;
  la_vec_free(&todo);
}

static void add_dependencies(la_vec *out, la_node *n) {
  la_node *element = la_from_element(n);
  if (n->kind == LA_K_JOIN) {
    add_pending(out, LA_AS(join, n)->left);
    add_pending(out, LA_AS(join, n)->right);
  } else if (!element) {
    add_pending_of_statement(out, n);
  } else if (la_kind_category((la_kind)element->kind) == LA_CAT_STATEMENT) {
    add_pending_of_statement(out, element);
  } else if (la_kind_category((la_kind)element->kind) == LA_CAT_FROM) {
    add_pending(out, element);
  }
}

/* ---- making them ---- */

/* A join shows the columns of both sides, under their labels with the table's name. */
static int fill_join(la_columns *c, la_join *j, la_error *err) {
  la_names k = LA_NAMES_INIT;
  int rc = 0;
  for (int side = 0; !rc && side < 2; side++) {
    la_columns *from = la_from_columns(side ? j->right : j->left, err);
    if (!from) rc = -1;
    for (uint32_t i = 0; i < la_columns_len(from); i++) {
      la_node *col = from->v[i].col;
      if (la_columns_add(c, la_name_tq_key(&k, col), col)) k.failed = true;
    }
  }
  if (!rc && k.failed) rc = la_fail_memory(err);
  la_names_free(&k);
  return rc;
}

/* The columns that a statement returns, under their keys. */
static int fill_selected(la_columns *c, la_node *stmt, la_error *err) {
  la_vec columns = LA_VEC_INIT;
  la_names k = LA_NAMES_INIT;
  int rc = la_selected(&columns, stmt, err);
  bool keyed = !rc && stmt->kind == LA_K_SELECT;
  la_named *names = keyed ? la_calloc(columns.n * sizeof *names) : NULL;
  if (keyed && !names) rc = la_fail_memory(err);
  if (!rc && keyed) rc = la_select_names(names, &k, &columns, la_label_style_of(stmt), false, err);
  for (uint32_t i = 0; !rc && i < columns.n; i++) {
    if (columns.v[i]->kind == LA_K_TEXT) continue;
    if (la_columns_add(c, keyed ? names[i].proxy_key : la_name_key(&k, columns.v[i]), columns.v[i]) || k.failed)
      rc = la_fail_memory(err);
  }
  la_free(names);
  la_names_free(&k);
  la_vec_free(&columns);
  return rc;
}

/* Makes the columns of n, whose dependencies have theirs. */
static int make(la_node *n, la_error *err) {
  la_columns *c = la_columns_new();
  if (!c) return la_fail_memory(err);
  int rc = 0;
  if (n->kind == LA_K_JOIN)
    rc = fill_join(c, LA_AS(join, n), err);
  else if (la_kind_category((la_kind)n->kind) == LA_CAT_STATEMENT)
    rc = fill_selected(c, n, err);
  else if (n->kind != LA_K_TABLE && n->kind != LA_K_ENTITY)
    rc = la_proxy_fill(c, n, err);
  if (rc)
    la_columns_free(c);
  else
    *memo_of(n) = c;
  return rc;
}

static int make_all(la_node *n, la_error *err) {
  la_vec stack = LA_VEC_INIT;
  la_vec_add(&stack, n);
  int rc = stack.failed ? la_fail_memory(err) : 0;
  while (!rc && stack.n) {
    la_node *top = stack.v[stack.n - 1];
    uint32_t before = stack.n;
    if (!*memo_of(top)) add_dependencies(&stack, top);
    if (stack.failed) {
      rc = la_fail_memory(err);
    } else if (stack.n == before) {
      if (!*memo_of(top)) rc = make(top, err);
      la_node_release(stack.v[--stack.n]);
    }
  }
  la_vec_free(&stack);
  return rc;
}

la_columns *la_from_columns(la_node *from, la_error *err) {
  la_node *n = bearer(from);
  la_columns **memo = memo_of(n);
  if (!memo) {
    la_fail_with(err, LA_EXC_InvalidRequestError, "a %s has no columns", la_kind_name((la_kind)n->kind));
    return NULL;
  }
  if (!*memo && make_all(n, err)) return NULL;
  return *memo;
}
