/* expr_window.c - what follows a function: FILTER, WITHIN GROUP, OVER; and slices. */
#include "sql/coerce.h"
#include "sql/expr_impl.h"
#include "sql/func.h"
#include "sql/select.h"
#include "sql/vec.h"

/* A list whose elements are grouped as in a comma list; NULL stays NULL. */
static int comma_list(la_list **out, const la_list *l, la_error *err) {
  la_vec v = LA_VEC_INIT;
  int rc = 0;
  *out = NULL;
  for (uint32_t i = 0; !rc && i < la_list_len(l); i++) {
    la_node *g;
    rc = la_expr_self_group(&g, l->v[i], LA_OP_COMMA, err);
    if (!rc) la_vec_give(&v, g);
  }
  if (rc) {
    la_vec_free(&v);
    return rc;
  }
  return la_vec_to_list(&v, out) ? la_fail_memory(err) : 0;
}

/* The BIND of the distance of a frame bound. */
static int distance(la_node **out, int n, la_error *err) {
  la_bind_opts o = {0};
  la_value v = la_value_int(n < 0 ? -(int64_t)n : n);
  if (la_bind_new(out, &o, &v, err)) return -1;
  LA_AS(bind, *out)->role = LA_BIND_FRESH;
  la_node_seal(*out);
  return 0;
}

static int set_bound(int *bound, la_node **value, bool unbounded, int n, la_error *err) {
  *bound = unbounded ? LA_BOUND_UNBOUNDED : !n ? LA_BOUND_CURRENT : n < 0 ? LA_BOUND_PRECEDING : LA_BOUND_FOLLOWING;
  return unbounded || !n ? 0 : distance(value, n, err);
}

int la_expr_over(la_node **out, la_node *element, const la_over_opts *o, la_error *err) {
  la_node *n = la_node_new(LA_K_OVER);
  *out = NULL;
  if (!n) return la_fail_memory(err);
  la_over *w = LA_AS(over, n);
  w->element = la_node_retain(element);
  w->frame = (int)o->frame;
  int rc = comma_list(&w->partition_by, o->partition_by, err);
  if (!rc) rc = comma_list(&w->order_by, o->order_by, err);
  if (!rc && o->frame) rc = set_bound(&w->lower, &w->lower_value, o->lower_unbounded, o->lower, err);
  if (!rc && o->frame) rc = set_bound(&w->upper, &w->upper_value, o->upper_unbounded, o->upper, err);
  if (rc) {
    la_node_release(n);
    return rc;
  }
  return la_expr_done(out, n, la_expr_type(element), err);
}

int la_expr_filter(la_node **out, la_node *func, la_node *const *v, uint32_t n, la_error *err) {
  la_node *criterion = NULL, *both;
  *out = NULL;
  for (uint32_t i = 0; i < n; i++) {
    if (!criterion) {
      criterion = la_node_retain(v[i]);
      continue;
    }
    la_node *two[2] = {criterion, v[i]};
    int rc = la_expr_conjunction(&both, LA_OP_AND, two, 2, err);
    la_node_release(criterion);
    if (rc) return -1;
    criterion = both;
  }
  la_node *f = la_node_new(LA_K_FILTER);
  if (f) {
    LA_AS(filter, f)->func = la_node_retain(func);
    LA_AS(filter, f)->criterion = la_node_retain(criterion);
  }
  la_node_release(criterion);
  return la_expr_done(out, f, la_expr_type(func), err);
}

/* What n orders by, without ASC, DESC, NULLS … and labels; *depth: how many of these there are. */
static la_node *unmodified(la_node *n, uint32_t *depth) {
  for (*depth = 0;; ++*depth) {
    if (la_is(n, LA_K_UNARY) && LA_AS(unary, n)->modifier)
      n = LA_AS(unary, n)->element;
    else if (la_is(n, LA_K_LABEL_REF))
      n = LA_AS(label_ref, n)->element;
    else if (la_is(n, LA_K_LABEL) && !la_is(LA_AS(label, n)->element, LA_K_SCALAR_SELECT))
      n = LA_AS(label, n)->element;
    else
      return n;
  }
}

/* The type of what is ordered by: of the barest of the list, the first of these. */
static la_node *ordering_type(const la_list *order_by) {
  la_node *best = NULL;
  uint32_t least = UINT32_MAX;
  for (uint32_t i = 0; i < la_list_len(order_by); i++) {
    uint32_t depth;
    la_node *n = unmodified(order_by->v[i], &depth);
    if (depth >= least) continue;
    least = depth;
    best = n;
  }
  return la_expr_type(best);
}

/* Ordered-set aggregates give what they order, or an array of it. *out is new. */
static int ordered_type(la_node **out, const la_node *func, const la_list *order_by, la_error *err) {
  *out = NULL;
  if (!la_is(func, LA_K_FUNCTION) || !la_list_len(order_by)) return 0;
  const la_function *f = LA_AS(function, func);
  const la_func_info *info = la_func_get((la_func)f->generic);
  if (info->rule != LA_FUNC_ORDERED_SET) return 0;
  la_node *type = ordering_type(order_by);
  bool many = la_list_len(f->args) > 1 && f->generic != LA_FUNC_mode;
  *out = many ? la_type_array(LA_T_SQL_ARRAY, type, -1) : la_node_retain(type);
  return *out ? 0 : la_fail_memory(err);
}

int la_expr_within_group(la_node **out, la_node *element, la_list *order_by, la_error *err) {
  la_node *n = la_node_new(LA_K_WITHIN_GROUP), *type = NULL;
  *out = NULL;
  if (!n) return la_fail_memory(err);
  LA_AS(within_group, n)->element = la_node_retain(element);
  int rc = comma_list(&LA_AS(within_group, n)->order_by, order_by, err);
  if (!rc) rc = ordered_type(&type, element, order_by, err);
  if (rc) {
    la_node_release(n);
    return rc;
  }
  rc = la_expr_done(out, n, type ? type : la_expr_type(element), err);
  la_node_release(type);
  return rc;
}

/* ---- slices ---- */

static int slice_end(la_node **out, const la_operand *o, la_str *key, la_error *err) {
  if (o->node) return la_coerce(out, LA_ROLE_EXPR, o, NULL, err);
  return la_coerce_literal(out, &o->value, key, la_type_simple(LA_T_INTEGER), err);
}

int la_expr_slice(la_node **out, const la_operand *start, const la_operand *stop, const la_operand *step, la_str *key,
                  la_error *err) {
  la_node *n = la_node_new(LA_K_SLICE);
  *out = NULL;
  if (!n) return la_fail_memory(err);
  la_slice *s = LA_AS(slice, n);
  int rc = slice_end(&s->start, start, key, err);
  if (!rc) rc = slice_end(&s->stop, stop, key, err);
  if (!rc) rc = slice_end(&s->step, step, key, err);
  if (rc) {
    la_node_release(n);
    return rc;
  }
  return la_expr_done(out, n, NULL, err);
}
