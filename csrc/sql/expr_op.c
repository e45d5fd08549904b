/* expr_op.c - what each operator makes of its operands. */
#include <string.h>

#include "sql/coerce.h"
#include "sql/expr_impl.h"
#include "sql/vec.h"

static const la_operate_opts no_opts;

/* ---- comparison ---- */

static bool is_null(const la_operand *o) {
  return o->node ? la_is(o->node, LA_K_NULL) : o->value.tag == LA_V_NULL || o->value.tag == LA_V_ABSENT;
}

/* true or false; beside a type decorator, plain booleans are its values. */
static bool is_truth(const la_operand *o, const la_node *left) {
  if (o->node) return la_is(o->node, LA_K_TRUE) || la_is(o->node, LA_K_FALSE);
  return o->value.tag == LA_V_BOOL && !la_type_isa(la_expr_type(left), LA_T_TYPEDECORATOR);
}

/* left op NULL, left op true: IS where the operator is = */
static int compare_constant(la_node **out, la_op op, la_node *left, const la_operand *right, la_op negate,
                            const la_operate_opts *o, la_error *err) {
  bool truth = is_truth(right, left);
  switch (op) {
    case LA_OP_IS_DISTINCT_FROM:
    case LA_OP_IS_NOT_DISTINCT_FROM: break;
    case LA_OP_EQ:
    case LA_OP_NE:
      if (truth) break;
      /* fall through */
    case LA_OP_IS:
    case LA_OP_IS_NOT:
      op = op == LA_OP_EQ || op == LA_OP_IS ? LA_OP_IS : LA_OP_IS_NOT;
      negate = la_op_get(op)->negation;
      break;
    default:
      return la_fail_with(err, LA_EXC_ArgumentError,
                          "Only '=', '!=', 'is_()', 'is_not()', 'is_distinct_from()', 'is_not_distinct_from()' "
                          "operators can be used with None/True/False");
  }
  la_node *constant;
  if (la_coerce(&constant, LA_ROLE_CONST, right, NULL, err)) return -1;
  la_node *type = o->result_type ? o->result_type : la_type_simple(LA_T_BOOLEAN);
  int rc = la_expr_construct(out, left, constant, op, type, negate, o, err);
  la_node_release(constant);
  return rc;
}

/* left op right, or right op left. */
static int construct(la_node **out, la_node *left, la_node *right, la_op op, la_node *type, la_op negate,
                     const la_operate_opts *o, la_error *err) {
  return o->reverse ? la_expr_construct(out, right, left, op, type, negate, o, err)
                    : la_expr_construct(out, left, right, op, type, negate, o, err);
}

/* ANY (x) = true: beside these ANY and ALL stay where they are. */
static bool keeps_side(la_op op, bool truth) {
  if (op == LA_OP_IS_DISTINCT_FROM || op == LA_OP_IS_NOT_DISTINCT_FROM) return true;
  return truth && (op == LA_OP_EQ || op == LA_OP_NE);
}

int la_expr_compare(la_node **out, la_op op, la_node *left, const la_operand *right, la_op negate,
                    const la_operate_opts *o, la_error *err) {
  la_node *r, *type;
  *out = NULL;
  if (!o) o = &no_opts;
  bool truth = is_truth(right, left), constant = truth || is_null(right);
  if (constant && (!la_expr_is_collecting(left) || keeps_side(op, truth)))
    return compare_constant(out, op, left, right, negate, o, err);
  if (constant ? la_coerce(&r, LA_ROLE_CONST, right, NULL, err)
               : la_expr_beside(&r, left, op, right, o->bind_type, err))
    return -1;
  type = o->result_type ? o->result_type : la_type_simple(LA_T_BOOLEAN);
  int rc = construct(out, left, r, op, type, negate, o, err);
  la_node_release(r);
  return rc;
}

/* ---- arithmetic, concatenation, custom operators ---- */

static int arithmetic(la_node **out, la_op op, la_node *left, const la_operand *right, const la_operate_opts *o,
                      la_error *err) {
  la_node *r, *type = la_node_retain(o->result_type);
  if (la_expr_beside(&r, left, op, right, o->bind_type, err)) {
    la_node_release(type);
    return -1;
  }
  int rc = type ? 0 : la_type_adapt(&type, &op, o->reverse ? r : left, o->reverse ? left : r, err);
  if (!rc) rc = construct(out, left, r, op, type, LA_OP_NONE, o, err);
  la_node_release(r);
  la_node_release(type);
  return rc;
}

static int custom(la_node **out, la_node *left, const la_operand *right, const la_operate_opts *o, la_error *err) {
  const la_custom_op *c = LA_AS(custom_op, o->custom);
  la_operate_opts with = *o;
  if (!with.result_type) with.result_type = c->return_type;
  if (!with.result_type && c->is_comparison) with.result_type = la_type_simple(LA_T_BOOLEAN);
  return arithmetic(out, LA_OP_CUSTOM, left, right, &with, err);
}

static bool is_indexable(const la_node *type) {
  type = la_type_unwrap(type);
  return la_type_isa(type, LA_T_SQL_ARRAY) || la_type_isa(type, LA_T_SQL_JSON) ||
         la_type_isa(type, LA_T_POSTGRESQL_HSTORE);
}

static int getitem(la_node **out, la_node *left, const la_operand *right, const la_operate_opts *o, la_error *err) {
  if (is_indexable(la_expr_type(left))) return arithmetic(out, LA_OP_GETITEM, left, right, o, err);
  return la_fail_with(err, LA_EXC_InvalidRequestError, "Operator 'getitem' is not supported on this expression");
}

/* ---- LIKE and its kin ---- */

/* value with its wildcards escaped, and the escape character. */
static int autoescape(la_str **out, la_str **escape, const la_operand *right, la_str *given, la_error *err) {
  if (right->node || right->value.tag != LA_V_TEXT)
    return la_fail_with(err, LA_EXC_ArgumentError, "String value expected when autoescape=True");
  la_str *e = given ? la_str_retain(given) : la_str_from("/");
  la_buf b = LA_BUF_INIT;
  const la_str *s = right->value.u.s;
  bool own = e && !la_str_is(e, "%") && !la_str_is(e, "_");
  for (uint32_t i = 0; e && i < s->len;) {
    bool is_escape = own && e->len && s->len - i >= e->len && !memcmp(s->s + i, e->s, e->len);
    if (is_escape || s->s[i] == '%' || s->s[i] == '_') la_buf_str(&b, e);
    la_buf_add(&b, s->s + i, is_escape ? e->len : 1);
    i += is_escape ? e->len : 1;
  }
  *out = la_buf_to_str(&b);
  la_buf_free(&b);
  *escape = e;
  if (*out && e) return 0;
  la_str_release(*out);
  la_str_release(e);
  return la_fail_memory(err);
}

static int like(la_node **out, la_op op, la_node *left, const la_operand *right, const la_operate_opts *o,
                la_error *err) {
  la_op negate = la_op_get(op)->negation;
  if (!o->autoescape) return la_expr_compare(out, op, left, right, negate, o, err);
  la_str *text = NULL, *escape = NULL;
  if (autoescape(&text, &escape, right, o->escape, err)) return -1;
  la_operand escaped = {NULL, la_value_str(LA_V_TEXT, text)};
  la_operate_opts with = *o;
  with.escape = escape;
  int rc = la_expr_compare(out, op, left, &escaped, negate, &with, err);
  la_value_clear(&escaped.value);
  la_str_release(escape);
  return rc;
}

static int match(la_node **out, la_op op, la_node *left, const la_operand *right, const la_operate_opts *o,
                 la_error *err) {
  la_operate_opts with = *o;
  with.result_type = la_type_simple(LA_T_MATCHTYPE);
  la_node *r;
  if (la_expr_beside(&r, left, LA_OP_MATCH, right, NULL, err)) return -1;
  la_operand operand = la_operand_node(r);
  int rc = la_expr_compare(out, LA_OP_MATCH, left, &operand, la_op_get(op)->negation, &with, err);
  la_node_release(r);
  return rc;
}

/* left op (a sep b): BETWEEN a AND b, REGEXP_REPLACE(left, a, b). */
static int ternary(la_node **out, la_op op, la_op sep, la_node *left, const la_operand *right, const la_operate_opts *o,
                   la_error *err) {
  static const la_operand null;
  la_node *v[2] = {NULL, NULL}, *both = NULL;
  int rc = la_expr_beside(&v[0], left, sep, right, NULL, err);
  if (!rc) rc = la_expr_beside(&v[1], left, sep, o->third ? o->third : &null, NULL, err);
  la_list *l = rc ? NULL : la_list_new(v, 2);
  if (!rc && !l) rc = la_fail_memory(err);
  if (!rc) rc = la_expr_list(&both, l, sep, NULL, false, err);
  if (!rc) rc = la_expr_construct(out, left, both, op, NULL, la_op_get(op)->negation, o, err);
  la_list_release(l);
  la_node_release(both);
  la_node_release(v[0]);
  la_node_release(v[1]);
  return rc;
}

static int regexp_match(la_node **out, la_op op, la_node *left, const la_operand *right, const la_operate_opts *o,
                        la_error *err) {
  la_node *pattern;
  if (la_expr_beside(&pattern, left, LA_OP_COMMA, right, NULL, err)) return -1;
  int rc = la_expr_construct(out, left, pattern, op, NULL, LA_OP_NOT_REGEXP_MATCH, o, err);
  la_node_release(pattern);
  return rc;
}

/* ---- all ---- */

static int modify(la_node **out, la_op op, la_node *left, la_error *err);

/* An OrderByList of the modified elements of another. */
static int modify_list(la_node **out, la_op op, la_node *left, la_error *err) {
  const la_list *from = LA_AS(order_by_list, left)->clauses;
  la_vec v = LA_VEC_INIT;
  la_list *clauses = NULL;
  *out = NULL;
  int rc = 0;
  for (uint32_t i = 0; !rc && i < la_list_len(from); i++) {
    la_node *n;
    rc = modify(&n, op, from->v[i], err);
    if (!rc) la_vec_give(&v, n);
  }
  if (!rc && la_vec_to_list(&v, &clauses)) rc = la_fail_memory(err);
  la_vec_free(&v);
  la_node *n = rc ? NULL : la_node_copy(left);
  if (n)
    la_give_list(&LA_AS(order_by_list, n)->clauses, clauses);
  else
    la_list_release(clauses);
  return rc ? rc : la_expr_done(out, n, NULL, err);
}

static int modify(la_node **out, la_op op, la_node *left, la_error *err) {
  la_node *n;
  if (la_is(left, LA_K_ORDER_BY_LIST)) return modify_list(out, op, left, err);
  la_operand o = la_operand_node(left);
  if (la_coerce(&n, LA_ROLE_BY_OF, &o, NULL, err)) return -1;
  int rc = la_expr_modifier(out, n, op, err);
  la_node_release(n);
  return rc;
}

static int conjoin(la_node **out, la_op op, la_node *left, const la_operand *right, la_error *err) {
  la_operand o = la_operand_node(left);
  la_node *v[2] = {NULL, NULL};
  int rc = la_coerce(&v[0], LA_ROLE_CONDITION, &o, NULL, err);
  if (!rc) rc = la_coerce(&v[1], LA_ROLE_WHERE, right, NULL, err);
  if (!rc) rc = la_expr_conjunction(out, op, v, 2, err);
  la_node_release(v[0]);
  la_node_release(v[1]);
  return rc;
}

static int operate(la_node **out, la_op op, la_node *left, const la_operand *right, const la_operate_opts *o,
                   la_error *err) {
  switch (op) {
    case LA_OP_AND:
    case LA_OP_OR: return conjoin(out, op, left, right, err);
    case LA_OP_INV: return la_expr_negate(out, left, err);
    case LA_OP_NEG:
    case LA_OP_BITWISE_NOT:
    case LA_OP_DISTINCT: return la_expr_unary(out, left, op, la_expr_type(left), err);
    case LA_OP_ANY:
    case LA_OP_ALL: return la_expr_any_all(out, left, op, err);
    case LA_OP_DESC:
    case LA_OP_ASC:
    case LA_OP_NULLS_FIRST:
    case LA_OP_NULLS_LAST: return modify(out, op, left, err);
    case LA_OP_EQ:
    case LA_OP_NE:
    case LA_OP_LT:
    case LA_OP_LE:
    case LA_OP_GT:
    case LA_OP_GE:
    case LA_OP_IS:
    case LA_OP_IS_NOT:
    case LA_OP_IS_DISTINCT_FROM:
    case LA_OP_IS_NOT_DISTINCT_FROM: return la_expr_compare(out, op, left, right, la_op_get(op)->negation, o, err);
    case LA_OP_IN:
    case LA_OP_NOT_IN: return la_expr_in(out, left, right, NULL, op == LA_OP_NOT_IN, err);
    case LA_OP_MATCH:
    case LA_OP_NOT_MATCH: return match(out, op, left, right, o, err);
    case LA_OP_REGEXP_MATCH:
    case LA_OP_NOT_REGEXP_MATCH: return regexp_match(out, op, left, right, o, err);
    case LA_OP_REGEXP_REPLACE: return ternary(out, op, LA_OP_COMMA, left, right, o, err);
    case LA_OP_BETWEEN:
    case LA_OP_NOT_BETWEEN: return ternary(out, op, LA_OP_AND, left, right, o, err);
    case LA_OP_CUSTOM: return custom(out, left, right, o, err);
    case LA_OP_GETITEM: return getitem(out, left, right, o, err);
    case LA_OP_ADD:
    case LA_OP_SUB:
    case LA_OP_MUL:
    case LA_OP_TRUEDIV:
    case LA_OP_FLOORDIV:
    case LA_OP_MOD:
    case LA_OP_CONCAT:
    case LA_OP_JSON_GETITEM:
    case LA_OP_JSON_PATH_GETITEM:
    case LA_OP_BITWISE_XOR:
    case LA_OP_BITWISE_OR:
    case LA_OP_BITWISE_AND:
    case LA_OP_LSHIFT:
    case LA_OP_RSHIFT: return arithmetic(out, op, left, right, o, err);
    default: break;
  }
  if (la_op_get(op)->props & LA_OP_CMP) return like(out, op, left, right, o, err);
  return la_fail_with(err, LA_EXC_InvalidRequestError, "Operator '%s' is not supported on this expression",
                      la_op_get(op)->name);
}

static bool is_unary(la_op op) {
  switch (op) {
    case LA_OP_INV:
    case LA_OP_NEG:
    case LA_OP_BITWISE_NOT:
    case LA_OP_DISTINCT:
    case LA_OP_ANY:
    case LA_OP_ALL: return true;
    default: return (la_op_get(op)->props & LA_OP_ORDER) != 0;
  }
}

int la_expr_operate(la_node **out, la_op op, la_node *left, const la_operand *right, const la_operate_opts *opts,
                    la_error *err) {
  *out = NULL;
  if (!opts) opts = &no_opts;
  if ((!right && !is_unary(op)) || (op == LA_OP_CUSTOM && !opts->custom))
    return la_fail_with(err, LA_EXC_ArgumentError, "the operator %s needs another operand", la_op_get(op)->name);
  if (la_is(left, LA_K_ORDER_BY_LIST) && !(la_op_get(op)->props & LA_OP_ORDER))
    return la_fail_with(err, LA_EXC_InvalidRequestError, "Operator '%s' is not supported on this expression",
                        la_op_get(op)->name);
  if (!la_expr_is_collection(left) || !right) return operate(out, op, left, right, opts, err);
  if (!la_op_is_comparison(op, opts->custom))
    return la_fail_with(err, LA_EXC_ArgumentError, "Only comparison operators may be used with ANY/ALL");
  la_operate_opts reversed = *opts;
  reversed.reverse = true;
  reversed.autoescape = false; /* the value is what is searched, not the pattern */
  return operate(out, la_op_mirror(op), left, right, &reversed, err);
}
