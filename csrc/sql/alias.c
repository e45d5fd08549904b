#include "sql/alias.h"

static la_str **str_slot(la_node *n, const char *field) {
  return (la_str **)((char *)n + la_kind_field((la_kind)n->kind, field)->offset);
}

static la_node **node_slot(la_node *n, const char *field) {
  return (la_node **)((char *)n + la_kind_field((la_kind)n->kind, field)->offset);
}

/* An anonymous alias is called after what it is an alias of. */
static void set_name(la_node *n, la_str *name, const la_node *element) {
  la_names k = LA_NAMES_INIT;
  la_str *base = !name && la_from_is_named(element) ? la_name_from(&k, element) : NULL;
  la_set_str(str_slot(n, "name"), name);
  la_set_str(str_slot(n, "anon"), la_is_anon(base) ? NULL : base);
  la_names_free(&k);
}

/* A node of that kind around element, not sealed. */
static la_node *around(la_kind kind, la_node *element, la_str *name) {
  la_node *n = la_node_new(kind);
  if (!n) return NULL;
  la_set_node(node_slot(n, "element"), element);
  set_name(n, name, element);
  return n;
}

static int seal(la_node **out, la_node *n, la_error *err) {
  *out = la_node_seal(n);
  return n ? 0 : la_fail_memory(err);
}

int la_alias_new(la_node **out, la_kind kind, la_node *element, la_str *name, la_error *err) {
  return seal(out, around(kind, element, name), err);
}

int la_subquery_new(la_node **out, la_node *stmt, la_str *name, la_error *err) {
  la_node *plain;
  if (la_select_disambiguated(&plain, stmt, err)) return -1;
  int rc = la_alias_new(out, LA_K_SUBQUERY, plain, name, err);
  la_node_release(plain);
  return rc;
}

/* ---- CTEs ---- */

int la_cte_new(la_node **out, la_node *element, const la_cte_opts_in *opts, la_error *err) {
  la_node *n = around(LA_K_CTE, element, opts->name);
  if (n) {
    LA_AS(cte, n)->recursive = opts->recursive;
    LA_AS(cte, n)->nesting = opts->nesting;
  }
  return seal(out, n, err);
}

int la_cte_alias(la_node **out, la_node *cte, la_str *name, la_error *err) {
  la_node *n = la_node_copy(cte);
  if (n) {
    la_set_node(&LA_AS(cte, n)->cte_alias, cte);
    la_set_node(&LA_AS(cte, n)->restates, NULL);
    set_name(n, name, LA_AS(cte, cte)->element);
  }
  return seal(out, n, err);
}

int la_cte_union(la_node **out, la_node *cte, la_set_op keyword, la_node *const *others, uint32_t n, la_error *err) {
  la_node *element = LA_AS(cte, cte)->element, *u = NULL;
  *out = NULL;
  if (!la_is(element, LA_K_SELECT) && !la_is(element, LA_K_COMPOUND) && !la_is(element, LA_K_TEXT_SELECT))
    return la_fail_with(err, LA_EXC_InvalidRequestError, "union: a CTE of %s can't be united with others",
                        la_kind_name((la_kind)element->kind));
  la_vec all = LA_VEC_INIT;
  la_node *c = la_node_copy(cte);
  la_vec_add(&all, element);
  for (uint32_t i = 0; i < n; i++) la_vec_add(&all, others[i]);
  int rc = all.failed || !c ? la_fail_memory(err) : la_compound_new(&u, keyword, all.v, all.n, err);
  la_vec_free(&all);
  if (rc) {
    la_node_release(c);
    return rc;
  }
  la_give_node(&LA_AS(cte, c)->element, u);
  la_set_node(&LA_AS(cte, c)->restates, cte);
  la_set_node(&LA_AS(cte, c)->cte_alias, NULL);
  return seal(out, c, err);
}

/* ---- by kind ---- */

/* VALUES carry their name themselves. */
static int rename_values(la_node **out, la_node *values, la_str *name, la_error *err) {
  la_node *n = la_node_copy(values);
  if (n) {
    la_set_str(&LA_AS(values, n)->name, name);
    la_give_str(&LA_AS(values, n)->anon, name ? NULL : la_str_from("anon"));
    LA_AS(values, n)->bare = 0;
  }
  return seal(out, n, err);
}

static int alias_table_valued(la_node **out, la_node *from, la_str *name, la_error *err) {
  la_node *n = la_node_copy(from);
  if (n) {
    la_table_valued *t = LA_AS(table_valued, n);
    la_set_node(&t->element, from);
    set_name(n, name, from);
    t->lateral = 0;
    if (!t->render_derived) t->render_derived_types = 0;
  }
  return seal(out, n, err);
}

static int alias_within(la_node **out, la_node *grouping, la_str *name, la_error *err) {
  la_node *inner, *n;
  if (la_alias_of(&inner, LA_AS(from_grouping, grouping)->element, name, err)) return -1;
  if ((n = la_node_copy(grouping))) la_set_node(&LA_AS(from_grouping, n)->element, inner);
  la_node_release(inner);
  return seal(out, n, err);
}

int la_alias_of(la_node **out, la_node *from, la_str *name, la_error *err) {
  switch (from->kind) {
    case LA_K_CTE: return la_cte_alias(out, from, name, err);
    case LA_K_VALUES: return rename_values(out, from, name, err);
    case LA_K_TABLE_VALUED: return alias_table_valued(out, from, name, err);
    case LA_K_FROM_GROUPING: return alias_within(out, from, name, err);
    case LA_K_SELECT:
    case LA_K_COMPOUND:
    case LA_K_SELECT_GROUPING:
    case LA_K_TEXT_SELECT: return la_subquery_new(out, from, name, err);
    default: return la_alias_new(out, LA_K_ALIAS, from, name, err);
  }
}

static int lateral_values(la_node **out, la_node *values, la_str *name, la_error *err) {
  la_node *n = la_node_copy(values);
  if (n) {
    la_values *v = LA_AS(values, n);
    v->lateral = 1;
    v->bare = v->bare || (!v->name && !v->anon);
    if (name) la_set_str(&v->name, name);
    if (!v->name && !v->anon) v->anon = la_str_from("anon");
  }
  return seal(out, n, err);
}

static int lateral_of_table_valued(la_node **out, la_node *from, la_str *name, la_error *err) {
  la_node *alias, *n;
  if (alias_table_valued(&alias, from, name, err)) return -1;
  if ((n = la_node_copy(alias))) LA_AS(table_valued, n)->lateral = 1;
  la_node_release(alias);
  return seal(out, n, err);
}

int la_lateral_of(la_node **out, la_node *from, la_str *name, la_error *err) {
  if (from->kind == LA_K_VALUES) return lateral_values(out, from, name, err);
  if (from->kind == LA_K_TABLE_VALUED) return lateral_of_table_valued(out, from, name, err);
  if (la_kind_category((la_kind)from->kind) != LA_CAT_STATEMENT)
    return la_alias_new(out, LA_K_LATERAL, from, name, err);
  la_node *subquery;
  if (la_subquery_new(&subquery, from, NULL, err)) return -1;
  int rc = la_alias_new(out, LA_K_LATERAL, subquery, name, err);
  la_node_release(subquery);
  return rc;
}
