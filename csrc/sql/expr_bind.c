/* expr_bind.c - bound parameters. */
#include "sql/anon.h"
#include "sql/coerce.h"
#include "sql/expr_impl.h"
#include "sql/vec.h"

/* What decides the type of a bind: of a list, its first element. NULL: an empty list. */
static const la_value *deciding(const la_value *v, bool expanding) {
  if (!expanding || !v) return v;
  if (v->tag != LA_V_ARRAY) return v->tag == LA_V_NULL || v->tag == LA_V_ABSENT ? NULL : v;
  return v->u.a->n ? &v->u.a->v[0] : NULL;
}

static la_node *new_bind(const la_bind_opts *o, const la_value *v) {
  la_node *n = la_node_new(LA_K_BIND);
  if (!n) return NULL;
  la_bind *b = LA_AS(bind, n);
  bool named = o->key && o->key->len;
  b->key = named ? la_str_retain(o->key) : la_str_from("param");
  if (!b->key) {
    la_node_release(n);
    return NULL;
  }
  b->unique = o->unique ? 1 : named ? 0 : LA_BIND_UNNAMED;
  b->required = o->required;
  b->expanding = o->expanding;
  b->literal_execute = o->literal_execute;
  b->isoutparam = o->isoutparam;
  b->callable = la_foreign_retain(o->callable);
  if (v) la_value_copy(&b->value, v);
  return n;
}

int la_bind_new(la_node **out, const la_bind_opts *opts, const la_value *value, la_error *err) {
  la_node *type = NULL;
  *out = NULL;
  if (!opts->type && la_value_type(&type, deciding(value, opts->expanding), err)) return -1;
  if (la_type_id_of(opts->type) == LA_T_TUPLETYPE && value &&
      la_type_compared(&type, opts->type, deciding(value, opts->expanding), err))
    return -1;
  int rc = la_expr_done(out, new_bind(opts, value), type ? type : opts->type, err);
  la_node_release(type);
  return rc;
}

/* The name of a bind beside expr: that of a column or function, else none. */
static la_str *key_beside(const la_node *expr) {
  expr = la_expr_inner(expr);
  if (la_is(expr, LA_K_COLUMN)) return la_is_anon(LA_AS(column, expr)->key) ? NULL : LA_AS(column, expr)->key;
  if (la_is(expr, LA_K_FUNCTION)) return LA_AS(function, expr)->user ? NULL : LA_AS(function, expr)->name;
  if (la_is(expr, LA_K_CUSTOM)) return LA_AS(custom, expr)->named ? LA_AS(custom, expr)->name : NULL;
  return NULL;
}

/* The type that a value beside expr is compared with. Borrowed. */
static la_node *type_beside(la_node *expr) {
  la_node *type = la_expr_type(expr);
  if (!la_expr_is_collection(expr)) return type;
  type = la_expr_type(LA_AS(unary, expr)->element);
  return la_type_affinity(type) == LA_T_SQL_ARRAY ? LA_AS(type, type)->item : type;
}

static int bind_beside(la_node **out, la_str *key, la_node *beside, const la_value *v, la_node *type, bool expanding,
                       la_error *err) {
  la_node *own = NULL;
  if (!type && la_type_compared(&own, beside, deciding(v, expanding), err)) return -1;
  la_bind_opts o = {key, type ? type : own, true, false, expanding, false, false, NULL};
  int rc = la_bind_new(out, &o, v, err);
  la_node_release(own);
  return rc;
}

/* Beside (a, b): a tuple of binds; beside an array[…]: an array of binds. */
static int binds_beside(la_node **out, la_node *expr, const la_array *a, la_node *type, la_error *err) {
  bool tuple = la_is(expr, LA_K_TUPLE);
  const la_list *types = tuple ? LA_AS(type, la_expr_type(expr))->labels : NULL;
  uint32_t n = tuple && la_list_len(types) < a->n ? la_list_len(types) : a->n;
  la_vec v = LA_VEC_INIT;
  int rc = 0;
  for (uint32_t i = 0; !rc && i < n; i++) {
    la_node *item;
    if (!tuple && a->v[i].tag == LA_V_ARRAY)
      rc = binds_beside(&item, expr, a->v[i].u.a, type, err);
    else
      rc = bind_beside(&item, NULL, tuple ? types->v[i] : la_expr_type(expr), &a->v[i], type, false, err);
    if (!rc) la_vec_give(&v, item);
  }
  if (!rc && v.failed) rc = la_fail_memory(err);
  if (!rc) rc = tuple ? la_expr_tuple(out, v.v, v.n, err) : la_expr_array(out, v.v, v.n, NULL, err);
  la_vec_free(&v);
  return rc;
}

int la_bind_beside(la_node **out, la_node *expr, la_op op, const la_value *value, la_node *type, bool expanding,
                   la_error *err) {
  *out = NULL;
  bool listed = value && value->tag == LA_V_ARRAY && !expanding;
  if (listed && (la_is(expr, LA_K_TUPLE) || (la_is(expr, LA_K_ARRAY) && op != LA_OP_GETITEM)))
    return binds_beside(out, expr, value->u.a, type, err);
  return bind_beside(out, key_beside(expr), type_beside(expr), value, type, expanding, err);
}

int la_bind_with_value(la_node **out, la_node *bind, const la_value *value, la_error *err) {
  la_node *copy = la_node_copy(bind), *type = NULL;
  *out = NULL;
  if (!copy) return la_fail_memory(err);
  la_bind *b = LA_AS(bind, copy);
  la_value_clear(&b->value);
  la_value_copy(&b->value, value);
  la_foreign_release(b->callable);
  b->callable = NULL;
  b->required = 0;
  if (la_type_is_null(bind->type) && la_value_type(&type, deciding(value, b->expanding), err)) {
    la_node_release(copy);
    return -1;
  }
  int rc = la_expr_done(out, copy, type ? type : bind->type, err);
  la_node_release(type);
  return rc;
}

/* n, which has no type of its own, takes this one (_with_binary_element_type). */
static int with_type(la_node **out, la_node *n, la_node *type, la_error *err) {
  if (la_is(n, LA_K_BIND)) return la_expr_done(out, la_node_copy(n), type, err);
  if (!la_is(n, LA_K_GROUPING)) {
    *out = la_node_retain(n);
    return 0;
  }
  la_node *inner;
  if (with_type(&inner, LA_AS(grouping, n)->element, type, err)) return -1;
  int rc = la_expr_grouping(out, inner, err);
  la_node_release(inner);
  return rc;
}

int la_expr_beside(la_node **out, la_node *expr, la_op op, const la_operand *side, la_node *type, la_error *err) {
  la_node *n;
  *out = NULL;
  if (!side->node) return la_bind_beside(out, expr, op, &side->value, type, false, err);
  if (la_coerce(&n, LA_ROLE_BINARY, side, NULL, err)) return -1;
  if (!la_type_is_null(la_expr_type(n)) || la_type_is_null(la_expr_type(expr))) {
    *out = n;
    return 0;
  }
  int rc = with_type(out, n, type ? type : la_expr_type(expr), err);
  la_node_release(n);
  return rc;
}
