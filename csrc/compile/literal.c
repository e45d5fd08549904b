/* literal.c - values that are written into the text: single ones, lists of
 * expanding binds, and what stands for a list without elements. */
#include "compile/bind.h"
#include "compile/type_literal.h"
#include "sql/type.h"

void la_put_literal(la_ctx *c, const la_node *type, const la_value *v) {
  if (!c->failed && la_literal(c, type, v)) c->failed = true;
}

/* ---- lists ---- */

uint32_t la_member_types(const la_node *bind, la_node *const **types) {
  const la_node *t = bind->type;
  if (la_type_id_of(t) == LA_T_TUPLETYPE && LA_AS(type, t)->labels) {
    *types = LA_AS(type, t)->labels->v;
    return LA_AS(type, t)->labels->n;
  }
  *types = (la_node *const *)(uintptr_t)&bind->type;
  return 1;
}

static bool is_tuple(const la_node *bind, const la_array *a) {
  return la_type_id_of(bind->type) == LA_T_TUPLETYPE ||
         (la_type_is_null(bind->type) && a->n && a->v[0].tag == LA_V_ARRAY);
}

/* (a, b) */
static void put_tuple(la_ctx *c, const la_node *bind, const la_value *v) {
  la_node *const *types;
  uint32_t n = la_member_types(bind, &types);
  la_putc(c, '(');
  for (uint32_t i = 0; v->tag == LA_V_ARRAY && i < v->u.a->n; i++) {
    if (i) la_puts(c, ", ");
    la_put_literal(c, types[i < n ? i : n - 1], &v->u.a->v[i]);
  }
  la_putc(c, ')');
}

static void put_element(la_ctx *c, const la_node *bind, const la_value *v, const la_wrap *wrap) {
  bool shown = wrap && !wrap->hidden;
  if (shown) la_buf_str(&c->out->b, wrap->before);
  la_put_literal(c, bind->type, v);
  if (shown) la_buf_str(&c->out->b, wrap->after);
}

void la_put_literal_list(la_ctx *c, const la_node *bind, const la_value *values, const la_wrap *wrap) {
  const la_array *a = values->tag == LA_V_ARRAY ? values->u.a : NULL;
  if (!a && values->tag != LA_V_NULL && values->tag != LA_V_ABSENT) {
    la_ctx_fail(c, LA_EXC_CompileError, "The value of an expanding bind parameter must be a list, not a %s",
                la_tag_name((la_tag)values->tag));
    return;
  }
  bool tuple = a && is_tuple(bind, a);
  if (tuple && LA_DATTR(c->d, tuple_in_values)) la_puts(c, "VALUES ");
  if (!a || !a->n) {
    la_put_empty_set(c, bind);
    return;
  }
  for (uint32_t i = 0; i < a->n; i++) {
    if (i) la_puts(c, ", ");
    if (tuple)
      put_tuple(c, bind, &a->v[i]);
    else
      put_element(c, bind, &a->v[i], wrap);
  }
}

/* ---- nothing ---- */

/* NULL or (NULL, NULL), with a condition that makes the whole true or false. */
static void put_nulls(la_ctx *c, uint32_t n, const char *condition) {
  if (n > 1) la_putc(c, '(');
  for (uint32_t i = 0; i < n; i++) la_puts(c, i ? ", NULL" : "NULL");
  if (n > 1) la_putc(c, ')');
  la_puts(c, condition);
}

void la_put_empty_set(la_ctx *c, const la_node *bind) {
  la_node *const *types;
  uint32_t n = la_member_types(bind, &types);
  int op = LA_DATTR(c->d, _empty_set_select) ? LA_OP_NONE : LA_AS(bind, bind)->expand_op;
  if (op == LA_OP_NOT_IN)
    put_nulls(c, n, ") OR (1 = 1");
  else if (op == LA_OP_IN)
    put_nulls(c, n, ") AND (1 != 1");
  else
    c->d->hooks.empty_set(c, types, n);
}
