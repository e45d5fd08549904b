/* expr_in.c - IN: lists of values, of expressions, and subqueries. */
#include "sql/coerce.h"
#include "sql/expr_impl.h"
#include "sql/select.h"
#include "sql/vec.h"

/* The node that stands to the right of IN, or an error. */
static int expected(const la_operand *right, la_error *err) {
  la_buf b = LA_BUF_INIT;
  la_buf_puts(&b, "IN expression list, SELECT construct, or bound parameter object expected, got ");
  la_describe(&b, right);
  la_buf_putc(&b, '.');
  int rc = la_fail_with(err, LA_EXC_ArgumentError, "%s", la_buf_ok(&b) ? la_buf_cstr(&b) : "");
  la_buf_free(&b);
  return rc;
}

/* A bind given by the user, or a list that became one, knows that it expands, and beside what. */
static int expanding(la_node **out, la_node *bind, la_op op, la_error *err) {
  la_node *n = la_node_copy(bind);
  if (n) {
    LA_AS(bind, n)->expanding = true;
    LA_AS(bind, n)->expand_op = op;
  }
  return la_expr_done(out, n, bind->type, err);
}

/* IN (a table, an alias, a CTE): of what a SELECT of it gives. */
static int select_of(la_node **out, la_node *from, la_error *err) {
  bool light = la_is(from, LA_K_TABLE) && !LA_AS(table, from)->spec;
  if (err) err->notice = LA_NOTICE_IN, err->native = light ? 0 : from->kind;
  la_node *s = la_node_new(LA_K_SELECT);
  la_list *l = s ? la_list_new(&from, 1) : NULL;
  *out = NULL;
  if (!l) {
    la_node_release(s);
    return la_fail_memory(err);
  }
  LA_AS(select, s)->raw_columns = l;
  LA_AS(select, s)->label_style = LA_LABELS_DISAMBIGUATE;
  LA_AS(select, s)->auto_correlate = true;
  la_node_seal(s);
  int rc = la_select_scalar(out, s, err);
  la_node_release(s);
  return rc;
}

static int keep(la_node **out, la_node *n) {
  *out = la_node_retain(n);
  return 0;
}

static int right_node(la_node **out, const la_operand *right, la_op op, la_error *err) {
  la_node *n = right->node;
  switch (n->kind) {
    case LA_K_SELECT:
    case LA_K_COMPOUND:
    case LA_K_TEXT_SELECT:
    case LA_K_SELECT_GROUPING: return la_select_scalar(out, n, err);
    case LA_K_FUNCTION: return select_of(out, n, err);
    case LA_K_BIND: return expanding(out, n, op, err);
    case LA_K_CLAUSE_LIST: return la_expr_self_group(out, n, op, err);
    case LA_K_TEXT:
    case LA_K_TUPLE:
    case LA_K_GROUPING:
    case LA_K_SCALAR_SELECT:
    case LA_K_SCALAR_VALUES:
    case LA_K_CUSTOM:
    case LA_K_DIALECT_EXPR: return keep(out, n);
    default: break;
  }
  return la_kind_category((la_kind)n->kind) == LA_CAT_FROM ? select_of(out, n, err) : expected(right, err);
}

static int compare(la_node **out, la_node *left, la_node *right, la_op op, la_error *err) {
  la_operand o = la_operand_node(right);
  return la_expr_compare(out, op, left, &o, la_op_get(op)->negation, NULL, err);
}

/* A tuple is compared with lists of values. */
static int check_tuples(const la_node *bind, const la_value *list, la_error *err) {
  if (la_type_id_of(bind->type) != LA_T_TUPLETYPE) return 0;
  for (uint32_t i = 0; i < list->u.a->n; i++)
    if (list->u.a->v[i].tag != LA_V_ARRAY)
      return la_fail_with(err, LA_EXC_ArgumentError, "IN of a tuple needs a list of lists of values; number %d is none",
                          (int)i + 1);
  return 0;
}

int la_expr_in(la_node **out, la_node *left, const la_operand *right, la_node *type, bool negated, la_error *err) {
  la_op op = negated ? LA_OP_NOT_IN : LA_OP_IN;
  la_node *r, *bind;
  *out = NULL;
  if (right->node) {
    if (right_node(&r, right, op, err)) return -1;
  } else {
    if (right->value.tag != LA_V_ARRAY) return expected(right, err);
    if (la_bind_beside(&bind, left, op, &right->value, type, true, err)) return -1;
    int rc = check_tuples(bind, &right->value, err);
    if (!rc) rc = expanding(&r, bind, op, err);
    la_node_release(bind);
    if (rc) return -1;
  }
  int rc = compare(out, left, r, op, err);
  la_node_release(r);
  return rc;
}

int la_expr_in_list(la_node **out, la_node *left, const la_operand *items, uint32_t n, bool negated, la_error *err) {
  la_op op = negated ? LA_OP_NOT_IN : LA_OP_IN;
  la_vec v = LA_VEC_INIT;
  la_node *list = NULL, *right = NULL;
  int rc = 0;
  *out = NULL;
  for (uint32_t i = 0; !rc && i < n; i++) {
    la_node *item = la_node_retain(items[i].node);
    if (!item) rc = la_bind_beside(&item, left, op, &items[i].value, NULL, false, err);
    if (!rc) la_vec_give(&v, item);
  }
  if (!rc && v.failed) rc = la_fail_memory(err);
  if (!rc) rc = la_expr_clause_list(&list, v.v, n, LA_OP_COMMA, true, true, err);
  if (!rc) rc = la_expr_self_group(&right, list, op, err);
  if (!rc) rc = compare(out, left, right, op, err);
  la_vec_free(&v);
  la_node_release(list);
  la_node_release(right);
  return rc;
}
