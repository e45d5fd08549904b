/* proxy.c - _make_proxy of each kind of expression.
 *
 * A proxy is a COLUMN of the derived FROM, with the type of the expression that
 * it stands for. Which name and key it gets depends on the kind: see below.
 */
#include "sql/proxy.h"

#include "base/mem.h"
#include "sql/schema.h"
#include "sql/select.h"

la_node *la_from_element(const la_node *from) {
  la_node *e = NULL;
  switch (from->kind) {
    case LA_K_ALIAS: e = LA_AS(alias, from)->element; break;
    case LA_K_SUBQUERY: e = LA_AS(subquery, from)->element; break;
    case LA_K_LATERAL: e = LA_AS(lateral, from)->element; break;
    case LA_K_TABLESAMPLE: e = LA_AS(tablesample, from)->element; break;
    case LA_K_TABLE_VALUED: e = LA_AS(table_valued, from)->element; break;
    case LA_K_CTE: e = LA_AS(cte, from)->cte_alias ? LA_AS(cte, from)->cte_alias : LA_AS(cte, from)->element; break;
    default: return NULL;
  }
  return e && la_kind_category((la_kind)e->kind) != LA_CAT_EXPR ? e : NULL;
}

/* ---- one proxy ---- */

typedef struct maker {
  la_columns *out;
  la_node *from;
  la_names names;
  const la_vec *compound; /* one for each select of a COMPOUND: its columns */
  uint32_t n_compound;
  la_error *err;
} maker;

/* What _make_proxy is told. */
typedef struct order {
  la_node *expr;
  la_str *name; /* NULL: that of expr */
  la_str *key;  /* NULL: that of expr */
  bool cut;     /* the name may be cut to the length that a dialect allows */
  bool no_literal;
  uint32_t index; /* in the columns clause */
} order;

/* The expressions that the proxy stands for. */
static la_list *origins(maker *m, const order *o, int *compound) {
  la_vec v = LA_VEC_INIT;
  la_list *l = m->n_compound ? NULL : la_list_new(&o->expr, 1);
  if (l) return l;
  for (uint32_t i = 0; i < m->n_compound; i++)
    if (o->index < m->compound[i].n) la_vec_add(&v, m->compound[i].v[o->index]);
  *compound = (int)v.n;
  if (!v.n) la_vec_add(&v, o->expr);
  if (la_vec_to_list(&v, &l)) m->names.failed = true;
  return l;
}

static la_str *as_cut(maker *m, la_str *name, bool cut) {
  if (!name || !cut || name->flags & LA_STR_CUT) return name;
  return la_names_keep(&m->names, la_str_with_flags(name, LA_STR_CUT));
}

/* A column named so, not yet of the collection; a new reference. */
static la_node *new_column(maker *m, const order *o, la_str *name, la_str *key, la_node *type) {
  la_node *n = la_node_new(LA_K_COLUMN);
  if (!n) {
    m->names.failed = true;
    return NULL;
  }
  la_column *c = LA_AS(column, n);
  la_set_str(&c->name, as_cut(m, name, o->cut));
  la_set_str(&c->key, key);
  la_give_list(&c->proxies, origins(m, o, &c->compound));
  if (c->proxies) c->origin = la_column_origin(c->proxies->v[0]);
  la_set_type(n, type);
  return n;
}

static bool same_text(const la_str *a, const la_str *b) { return a == b || (a && b && la_str_is(a, b->s)); }

/* Columns keep name and key; a schema column takes the key given, others are keyed by a new name. */
static la_node *proxy_of_column(maker *m, const order *o, la_str **key) {
  la_column *c = LA_AS(column, o->expr);
  if (!c->name && !o->name) {
    la_fail_with(m->err, LA_EXC_InvalidRequestError,
                 "Cannot initialize a sub-selectable with this Column object until its 'name' has been assigned.");
    return NULL;
  }
  la_str *name = o->name ? o->name : c->name;
  if (la_column_spec_of(o->expr) && o->key)
    *key = o->key;
  else
    *key = o->name ? as_cut(m, name, o->cut) : c->key;
  la_node *n = new_column(m, o, name, *key, o->expr->type);
  if (n) LA_AS(column, n)->is_literal = !o->no_literal && c->is_literal && same_text(name, c->name);
  return n;
}

static la_node *proxy_of_other(maker *m, const order *o, la_str **key) {
  la_str *name = o->name;
  *key = name ? name : o->key;
  if (!name) name = la_name_anon(&m->names, o->expr);
  if (!*key) *key = la_name_proxy_key(&m->names, o->expr);
  return new_column(m, o, name, as_cut(m, name, o->cut), o->expr->type);
}

static la_node *proxy(maker *m, const order *o, la_str **key);

/* A proxy of what is labelled that stands for the label too. */
static la_node *proxy_of_label(maker *m, const order *o, la_str **key) {
  la_label *l = LA_AS(label, o->expr);
  la_str *own = la_name_of(&m->names, o->expr), *name = o->name ? o->name : own;
  if (!name) return NULL;
  order inner = {l->element, name, NULL, name->flags & LA_STR_CUT, true, o->index};
  la_node *n = proxy(m, &inner, key);
  if (!n) return NULL;
  if (!same_text(name, own) && !la_is_anon(own)) {
    la_fail_with(m->err, LA_EXC_InvalidRequestError,
                 "Label name %s is being renamed to an anonymous label due to disambiguation which is not supported "
                 "right now.  Please use unique names for explicit labels.",
                 own->s);
    la_node_release(n);
    return NULL;
  }
  la_column *c = LA_AS(column, n);
  la_give_list(&c->proxies, la_list_append(c->proxies, &o->expr, 1));
  if (!c->proxies) m->names.failed = true;
  if (o->expr->type) la_set_type(n, o->expr->type);
  *key = own;
  return n;
}

/* Class.attribute stands for its column, under its own key; of a plain one only the key is left. */
static la_node *proxy_of_attribute(maker *m, const order *o, la_str **key) {
  order inner = *o;
  inner.expr = (la_node *)(uintptr_t)la_name_identity(o->expr);
  la_node *n = proxy(m, &inner, key);
  if (LA_AS(attribute, o->expr)->plain) {
    if (n && o->key) la_set_str(&LA_AS(column, n)->key, *key = o->key);
    return n;
  }
  la_list *origin = n ? la_list_new(&o->expr, 1) : NULL;
  if (!origin) {
    if (n) m->names.failed = true;
    return n;
  }
  if (!LA_AS(column, n)->compound)
    la_give_list(&LA_AS(column, n)->proxies, origin);
  else
    la_list_release(origin);
  return n;
}

static la_node *proxy(maker *m, const order *o, la_str **key) {
  switch (o->expr->kind) {
    case LA_K_COLUMN: return proxy_of_column(m, o, key);
    case LA_K_LABEL: return proxy_of_label(m, o, key);
    case LA_K_ATTRIBUTE: return proxy_of_attribute(m, o, key);
    default: return proxy_of_other(m, o, key);
  }
}

/* Makes the proxy and gives it to the FROM. */
static int add(maker *m, const order *o) {
  la_str *key = NULL;
  la_node *n = proxy(m, o, &key);
  if (!n || m->names.failed) {
    la_node_release(n);
    return m->names.failed ? la_fail_memory(m->err) : -1;
  }
  la_column *c = LA_AS(column, n);
  c->table = m->from;
  c->position = (int)m->out->n;
  la_node_seal(n);
  if (la_columns_add(m->out, key, n)) {
    la_node_release(n);
    return la_fail_memory(m->err);
  }
  if (la_node_adopt(m->from, n)) {
    m->out->n--;
    la_str_release(key);
    la_node_release(n);
    return la_fail_memory(m->err);
  }
  return 0;
}

/* ---- all of them ---- */

static int fill_from_columns(maker *m, la_node *element) {
  la_columns *from = la_from_columns(element, m->err);
  if (!from) return -1;
  int rc = 0;
  for (uint32_t i = 0; !rc && i < from->n; i++) rc = add(m, &(order){from->v[i].col, NULL, NULL, false, false, i});
  return rc;
}

static int fill_from_list(maker *m, const la_list *l) {
  int rc = 0;
  for (uint32_t i = 0; !rc && i < la_list_len(l); i++) rc = add(m, &(order){l->v[i], NULL, NULL, false, false, i});
  return rc;
}

static int fill_from_names(maker *m, la_node *stmt) {
  la_vec columns = LA_VEC_INIT;
  int rc = la_selected(&columns, stmt, m->err);
  la_named *names = rc ? NULL : la_calloc(columns.n * sizeof *names);
  if (!rc && !names) rc = la_fail_memory(m->err);
  if (!rc) rc = la_select_names(names, &m->names, &columns, la_label_style_of(stmt), false, m->err);
  for (uint32_t i = 0; !rc && i < columns.n; i++) {
    if (m->n_compound && i >= m->compound[0].n) break;
    if (columns.v[i]->kind != LA_K_TEXT)
      rc = add(m, &(order){columns.v[i], names[i].required, names[i].proxy_key, true, false, i});
  }
  la_free(names);
  la_vec_free(&columns);
  return rc;
}

/* The columns of each select that are no text, as many as the shortest has. */
static int gather(la_vec *v, const la_compound *u, la_error *err) {
  int rc = 0;
  uint32_t n = la_list_len(u->selects), shortest = UINT32_MAX;
  for (uint32_t i = 0; !rc && i < n; i++) {
    la_vec all = LA_VEC_INIT;
    rc = la_selected(&all, u->selects->v[i], err);
    for (uint32_t j = 0; j < all.n; j++)
      if (all.v[j]->kind != LA_K_TEXT) la_vec_add(&v[i], all.v[j]);
    if (all.failed || v[i].failed) rc = la_fail_memory(err);
    la_vec_free(&all);
    if (v[i].n < shortest) shortest = v[i].n;
  }
  for (uint32_t i = 0; i < n; i++)
    while (v[i].n > shortest) la_node_release(v[i].v[--v[i].n]);
  return rc;
}

static int fill_from_leaf(maker *m, la_node *stmt) {
  if (stmt->kind == LA_K_TEXT_SELECT) return fill_from_list(m, LA_AS(text_select, stmt)->column_args);
  return fill_from_names(m, stmt);
}

/* Names are those of the first select; a column stands for one of every select. */
static int fill_from_compound(maker *m, const la_compound *u, la_node *leaf) {
  uint32_t n = la_list_len(u->selects);
  la_vec *v = la_calloc(n * sizeof *v);
  if (!v) return la_fail_memory(m->err);
  int rc = gather(v, u, m->err);
  m->compound = v;
  m->n_compound = n;
  if (!rc) rc = fill_from_leaf(m, leaf);
  for (uint32_t i = 0; i < n; i++) la_vec_free(&v[i]);
  la_free(v);
  return rc;
}

static int fill_from_statement(maker *m, la_node *stmt) {
  const la_compound *innermost = NULL;
  for (;;) {
    if (stmt->kind == LA_K_SELECT_GROUPING) {
      stmt = LA_AS(select_grouping, stmt)->element;
    } else if (stmt->kind == LA_K_COMPOUND) {
      innermost = LA_AS(compound, stmt);
      stmt = innermost->selects->v[0];
    } else {
      return innermost ? fill_from_compound(m, innermost, stmt) : fill_from_leaf(m, stmt);
    }
  }
}

/* A function has the columns that were listed, or one, which is its value. */
static int fill_from_function(maker *m, la_node *function, const la_list *listed) {
  if (listed) return fill_from_list(m, listed);
  la_node *label = la_node_new(LA_K_LABEL);
  if (!label) return la_fail_memory(m->err);
  la_set_node(&LA_AS(label, label)->element, function);
  la_set_str(&LA_AS(label, label)->anon, la_name_of(&m->names, function));
  la_set_type(label, function->type);
  la_node_seal(label);
  int rc = add(m, &(order){label, NULL, NULL, false, false, 0});
  la_node_release(label);
  return rc;
}

/* What is an alias of a function, whose columns are not told by its element. */
static int fill_without_element(maker *m, const la_node *from) {
  switch (from->kind) {
    case LA_K_VALUES: return fill_from_list(m, LA_AS(values, from)->column_list);
    case LA_K_TABLE_VALUED:
      return fill_from_function(m, LA_AS(table_valued, from)->element, LA_AS(table_valued, from)->column_list);
    case LA_K_LATERAL: return fill_from_function(m, LA_AS(lateral, from)->element, NULL);
    case LA_K_ALIAS: return fill_from_function(m, LA_AS(alias, from)->element, NULL);
    case LA_K_TABLESAMPLE: return fill_from_function(m, LA_AS(tablesample, from)->element, NULL);
    default:
      return la_fail_with(m->err, LA_EXC_InvalidRequestError, "a %s has no columns", la_kind_name((la_kind)from->kind));
  }
}

int la_proxy_fill(la_columns *c, la_node *from, la_error *err) {
  maker m = {c, from, LA_NAMES_INIT, NULL, 0, err};
  la_node *element = la_from_element(from);
  int rc;
  if (!element)
    rc = fill_without_element(&m, from);
  else if (la_kind_category((la_kind)element->kind) == LA_CAT_FROM)
    rc = fill_from_columns(&m, element);
  else
    rc = fill_from_statement(&m, element);
  la_names_free(&m.names);
  return rc;
}
