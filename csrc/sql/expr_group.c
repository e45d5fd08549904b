/* expr_group.c - precedence: where parentheses go, and what NOT makes of an expression. */
#include "base/stack.h"
#include "sql/expr_impl.h"
#include "sql/func.h"

/* ---- operators ---- */

enum { LOWEST = -100, HIGHEST = 100 };

bool la_op_is_comparison(la_op op, const la_node *custom) {
  if (op == LA_OP_CUSTOM && custom) return LA_AS(custom_op, custom)->is_comparison;
  return (la_op_get(op)->props & LA_OP_CMP) != 0;
}

static bool is_boolean_op(la_op op, const la_node *custom) {
  return la_op_is_comparison(op, custom) || (la_op_get(op)->props & LA_OP_BOOL);
}

static int precedence(la_op op, const la_node *custom, int if_none) {
  if (op == LA_OP_CUSTOM && custom) return LA_AS(custom_op, custom)->precedence;
  int p = la_op_get(op)->precedence;
  return p == HIGHEST ? if_none : p;
}

static bool stands_in_itself(la_op op, const la_node *custom) {
  if (op == LA_OP_CUSTOM && custom) return LA_AS(custom_op, custom)->natural_self;
  return (la_op_get(op)->props & LA_OP_NATSELF) != 0;
}

bool la_op_is_precedent(la_op op, const la_node *custom, la_op against, const la_node *outer) {
  if (op == against && custom == outer && stands_in_itself(op, custom)) return false;
  if (against == LA_OP_NONE) return true;
  return precedence(op, custom, LOWEST) <= precedence(against, outer, HIGHEST);
}

la_op la_op_mirror(la_op op) {
  switch (op) {
    case LA_OP_LT: return LA_OP_GT;
    case LA_OP_GT: return LA_OP_LT;
    case LA_OP_LE: return LA_OP_GE;
    case LA_OP_GE: return LA_OP_LE;
    default: return op;
  }
}

/* ---- asking ---- */

la_node *la_expr_inner(const la_node *n) {
  while (la_is(n, LA_K_ATTRIBUTE)) n = LA_AS(attribute, n)->expr;
  return (la_node *)n;
}

la_node *la_expr_type(const la_node *n) {
  if (n && !n->type) n = la_expr_inner(n);
  return n && n->type ? n->type : la_type_simple(LA_T_NULLTYPE);
}

la_str *la_expr_name(const la_node *n) {
  n = la_expr_inner(n);
  if (!n) return NULL;
  switch (n->kind) {
    case LA_K_COLUMN: return LA_AS(column, n)->name;
    case LA_K_LABEL: return LA_AS(label, n)->name;
    case LA_K_FUNCTION: return LA_AS(function, n)->name;
    case LA_K_CUSTOM: return LA_AS(custom, n)->name;
    case LA_K_BUNDLE: return LA_AS(bundle, n)->name;
    case LA_K_GROUPING: return la_expr_name(LA_AS(grouping, n)->element);
    default: return NULL;
  }
}

la_node *la_expr_ungroup(la_node *n) {
  while (la_is(n, LA_K_GROUPING)) n = LA_AS(grouping, n)->element;
  return n;
}

la_op la_expr_op(const la_node *n) {
  n = la_expr_ungroup(la_expr_inner(n));
  if (!n) return LA_OP_NONE;
  switch (n->kind) {
    case LA_K_BINARY: return (la_op)LA_AS(binary, n)->op;
    case LA_K_UNARY: return (la_op)LA_AS(unary, n)->op;
    case LA_K_CLAUSE_LIST: return (la_op)LA_AS(clause_list, n)->op;
    default: return LA_OP_NONE;
  }
}

static bool is_as_boolean(const la_node *n) {
  return la_is(n, LA_K_UNARY) && (LA_AS(unary, n)->op == LA_OP_IS_TRUE || LA_AS(unary, n)->op == LA_OP_IS_FALSE);
}

bool la_expr_is_boolean(const la_node *n) {
  n = la_expr_inner(n);
  while (n) {
    switch (n->kind) {
      case LA_K_GROUPING: n = LA_AS(grouping, n)->element; break;
      case LA_K_LABEL: n = LA_AS(label, n)->element; break;
      case LA_K_BINARY: return is_boolean_op((la_op)LA_AS(binary, n)->op, LA_AS(binary, n)->custom);
      case LA_K_CLAUSE_LIST: return is_boolean_op((la_op)LA_AS(clause_list, n)->op, LA_AS(clause_list, n)->custom);
      case LA_K_UNARY:
        if (!is_as_boolean(n)) return false;
        n = LA_AS(unary, n)->element;
        break;
      default: return false;
    }
  }
  return false;
}

bool la_expr_is_collection(const la_node *n) {
  return la_is(n, LA_K_UNARY) && (LA_AS(unary, n)->op == LA_OP_ANY || LA_AS(unary, n)->op == LA_OP_ALL);
}

bool la_expr_is_collecting(const la_node *n) {
  if (!la_is(n, LA_K_FUNCTION)) return la_expr_is_collection(n);
  return la_func_get((la_func)LA_AS(function, n)->generic)->rule == LA_FUNC_COLLECTION;
}

static bool is_boolean_type(const la_node *n) { return la_type_affinity(la_expr_type(n)) == LA_T_BOOLEAN; }

/* ---- making ---- */

int la_expr_done(la_node **out, la_node *n, la_node *type, la_error *err) {
  *out = NULL;
  if (!n) return la_fail_memory(err);
  la_set_type(n, type ? type : la_type_simple(LA_T_NULLTYPE));
  *out = la_node_seal(n);
  return 0;
}

int la_expr_grouping(la_node **out, la_node *n, la_error *err) {
  la_node *g = la_node_new(LA_K_GROUPING);
  if (g) LA_AS(grouping, g)->element = la_node_retain(n);
  return la_expr_done(out, g, la_expr_type(n), err);
}

/* n IS true, n IS false: rendered as n, NOT n, or a comparison with a number, as the dialect can. */
static int as_boolean(la_node **out, la_node *n, la_op op, la_error *err) {
  la_node *u = la_node_new(LA_K_UNARY);
  if (u) {
    LA_AS(unary, u)->element = la_node_retain(n);
    LA_AS(unary, u)->op = op;
  }
  return la_expr_done(out, u, la_type_simple(LA_T_BOOLEAN), err);
}

static int wrap(la_node **out, la_node *n, la_kind kind, la_error *err) {
  la_node *w = la_node_new(kind);
  if (!w) return la_fail_memory(err);
  /* SELECT_GROUPING and FROM_GROUPING have one field, the element */
  if (kind == LA_K_SELECT_GROUPING)
    LA_AS(select_grouping, w)->element = la_node_retain(n);
  else
    LA_AS(from_grouping, w)->element = la_node_retain(n);
  *out = la_node_seal(w);
  return 0;
}

static int keep(la_node **out, la_node *n) {
  *out = la_node_retain(n);
  return 0;
}

/* ---- self_group ---- */

typedef struct context {
  la_op op;
  la_node *custom;
} context;

static bool operator_needs_group(la_op op, const la_node *custom, context against) {
  return la_op_is_precedent(op, custom, against.op, against.custom) ||
         (against.op == LA_OP_INV && !is_boolean_op(op, custom));
}

static int group_in(la_node **out, la_node *n, context against, la_error *err);

/* What column elements do that have no rule of their own. */
static int group_plain(la_node **out, la_node *n, context against, la_error *err) {
  bool condition = against.op == LA_OP_AND || against.op == LA_OP_OR || against.op == LA_OP_ASBOOL;
  if (condition && is_boolean_type(n)) return as_boolean(out, n, LA_OP_IS_TRUE, err);
  if (against.op == LA_OP_ANY || against.op == LA_OP_ALL) return la_expr_grouping(out, n, err);
  return keep(out, n);
}

static int group_list(la_node **out, la_node *n, context against, la_error *err) {
  const la_clause_list *l = LA_AS(clause_list, n);
  bool conjunction = l->op == LA_OP_AND || l->op == LA_OP_OR;
  if (conjunction && !l->clauses) return keep(out, n);
  bool inverted = against.op == LA_OP_INV && !is_boolean_op((la_op)l->op, l->custom);
  if ((l->group && la_op_is_precedent((la_op)l->op, l->custom, against.op, against.custom)) || inverted)
    return la_expr_grouping(out, n, err);
  return keep(out, n);
}

/* What a label was put on: without the parentheses that are the label's own. */
static la_node *labelled(la_node *n) {
  la_node *element = LA_AS(label, n)->element;
  return LA_AS(label, n)->grouped ? la_expr_ungroup(element) : element;
}

/* The same label on another element. */
static int relabel(la_node **out, la_node *n, la_node *element, la_error *err) {
  la_node *again;
  if (la_expr_self_group(&again, element, LA_OP_AS, err)) return -1;
  la_node *copy = la_node_copy(n);
  if (copy) {
    la_set_node(&LA_AS(label, copy)->element, again);
    LA_AS(label, copy)->grouped = again != element;
  }
  la_node_release(again);
  return la_expr_done(out, copy, n->type, err);
}

/* A label passes on to its element. */
static int group_label(la_node **out, la_node *n, context against, la_error *err) {
  la_node *inner;
  if (group_in(&inner, labelled(n), against, err)) return -1;
  int rc = inner == labelled(n) ? keep(out, n) : relabel(out, n, inner, err);
  la_node_release(inner);
  return rc;
}

static int group_type_coerce(la_node **out, la_node *n, context against, la_error *err) {
  la_node *inner, *copy;
  if (la_too_deep(LA_DEPTH_UNKNOWN)) return la_fail_with(err, LA_EXC_CompileError, LA_TOO_DEEP, LA_MAX_DEPTH);
  if (group_in(&inner, LA_AS(type_coerce, n)->clause, against, err)) return -1;
  if (inner == LA_AS(type_coerce, n)->clause) {
    la_node_release(inner);
    return keep(out, n);
  }
  copy = la_node_copy(n);
  if (copy) la_set_node(&LA_AS(type_coerce, copy)->clause, inner);
  la_node_release(inner);
  return la_expr_done(out, copy, n->type, err);
}

static int group_unary(la_node **out, la_node *n, context against, la_error *err) {
  const la_unary *u = LA_AS(unary, n);
  if (is_as_boolean(n) || !u->op || !la_op_is_precedent((la_op)u->op, u->custom, against.op, against.custom))
    return keep(out, n);
  return la_expr_grouping(out, n, err);
}

/* An attribute is grouped as what it stands for, but stays an attribute. */
static int group_attribute(la_node **out, la_node *n, context against, la_error *err) {
  la_node *inner = la_expr_inner(n), *grouped;
  if (!inner) return keep(out, n);
  while (la_is(inner, LA_K_LABEL)) inner = LA_AS(label, inner)->element;
  if (group_in(&grouped, inner, against, err)) return -1;
  int rc = grouped == inner             ? keep(out, n)
           : la_is(grouped, LA_K_UNARY) ? as_boolean(out, n, LA_OP_IS_TRUE, err)
                                        : la_expr_grouping(out, n, err);
  la_node_release(grouped);
  return rc;
}

static int group_if(la_node **out, la_node *n, bool needed, la_error *err) {
  return needed ? la_expr_grouping(out, n, err) : keep(out, n);
}

static int group_in(la_node **out, la_node *n, context against, la_error *err) {
  *out = NULL;
  switch (n->kind) {
    case LA_K_BINARY:
      return group_if(out, n, operator_needs_group((la_op)LA_AS(binary, n)->op, LA_AS(binary, n)->custom, against),
                      err);
    case LA_K_CLAUSE_LIST: return group_list(out, n, against, err);
    case LA_K_UNARY: return group_unary(out, n, against, err);
    case LA_K_LABEL: return group_label(out, n, against, err);
    case LA_K_TYPE_COERCE: return group_type_coerce(out, n, against, err);
    case LA_K_ATTRIBUTE: return group_attribute(out, n, against, err);
    case LA_K_TEXT: return group_if(out, n, against.op == LA_OP_IN || against.op == LA_OP_NOT_IN, err);
    case LA_K_FILTER: return group_if(out, n, la_op_is_precedent(LA_OP_FILTER, NULL, against.op, against.custom), err);
    case LA_K_FUNCTION:
      if (against.op == LA_OP_GETITEM && la_type_isa(n->type, LA_T_SQL_ARRAY)) return la_expr_grouping(out, n, err);
      return group_plain(out, n, against, err);
    case LA_K_ARRAY:
      return group_if(out, n, against.op == LA_OP_ANY || against.op == LA_OP_ALL || against.op == LA_OP_GETITEM, err);
    case LA_K_GROUPING:
    case LA_K_TUPLE:
    case LA_K_ORDER_BY_LIST:
    case LA_K_SLICE:
    case LA_K_SCALAR_SELECT:
    case LA_K_SCALAR_VALUES:
    case LA_K_AGG_ORDER_BY: return keep(out, n);
    case LA_K_SELECT:
    case LA_K_COMPOUND: return wrap(out, n, LA_K_SELECT_GROUPING, err);
    case LA_K_JOIN: return wrap(out, n, LA_K_FROM_GROUPING, err);
    default: break;
  }
  if (la_kind_category((la_kind)n->kind) != LA_CAT_EXPR) return keep(out, n);
  return group_plain(out, n, against, err);
}

int la_expr_self_group(la_node **out, la_node *n, la_op against, la_error *err) {
  return group_in(out, n, (context){against, NULL}, err);
}

int la_expr_self_group_in(la_node **out, la_node *n, la_op against, la_node *outer, la_error *err) {
  return group_in(out, n, (context){against, outer}, err);
}

/* ---- NOT ---- */

/* NOT (n), n grouped as it needs. */
static int not_group(la_node **out, la_node *n, la_node *type, la_error *err) {
  la_node *grouped;
  *out = NULL;
  if (la_expr_self_group(&grouped, n, LA_OP_INV, err)) return -1;
  la_node *u = la_node_new(LA_K_UNARY);
  if (u) {
    LA_AS(unary, u)->element = la_node_retain(grouped);
    LA_AS(unary, u)->op = LA_OP_INV;
  }
  la_node_release(grouped);
  return la_expr_done(out, u, type, err);
}

static int negate_plain(la_node **out, la_node *n, la_error *err) {
  return is_boolean_type(n) ? as_boolean(out, n, LA_OP_IS_FALSE, err) : not_group(out, n, NULL, err);
}

/* An expanding bind knows which operator it stands beside. */
static int negate_right(la_node **out, la_node *right, const la_binary *b, la_error *err) {
  if (!la_is(right, LA_K_BIND) || !b->op || LA_AS(bind, right)->expand_op != b->op) return keep(out, right);
  la_node *copy = la_node_copy(right);
  if (copy) LA_AS(bind, copy)->expand_op = b->negate;
  return la_expr_done(out, copy, right->type, err);
}

static int negate_binary(la_node **out, la_node *n, la_error *err) {
  const la_binary *b = LA_AS(binary, n);
  la_node *side;
  if (!b->negate) {
    if (la_expr_grouping(&side, n, err)) return -1;
    int rc = negate_plain(out, side, err);
    la_node_release(side);
    return rc;
  }
  if (negate_right(&side, b->right, b, err)) return -1;
  la_node *c = la_node_copy(n);
  if (c) {
    LA_AS(binary, c)->op = b->negate;
    LA_AS(binary, c)->negate = b->op;
    la_set_node(&LA_AS(binary, c)->right, side);
  }
  la_node_release(side);
  return la_expr_done(out, c, n->type, err);
}

static int negate_label(la_node **out, la_node *n, la_error *err) {
  la_node *negated;
  if (la_expr_negate(&negated, labelled(n), err)) return -1;
  int rc = relabel(out, n, negated, err);
  la_node_release(negated);
  return rc;
}

static int negate_unary(la_node **out, la_node *n, la_error *err) {
  const la_unary *u = LA_AS(unary, n);
  if (la_expr_is_collection(n))
    return la_fail_with(err, LA_EXC_ArgumentError, "Only comparison operators may be used with ANY/ALL");
  if (!is_as_boolean(n)) return not_group(out, n, is_boolean_type(n) ? la_type_simple(LA_T_BOOLEAN) : NULL, err);
  if (la_is(u->element, LA_K_TRUE) || la_is(u->element, LA_K_FALSE)) return la_expr_negate(out, u->element, err);
  return as_boolean(out, u->element, u->op == LA_OP_IS_TRUE ? LA_OP_IS_FALSE : LA_OP_IS_TRUE, err);
}

/* What an attribute stands for is negated; a column by itself stays the attribute's. */
static int negate_attribute(la_node **out, la_node *n, la_error *err) {
  la_node *inner = la_expr_inner(n);
  return inner && inner->kind != LA_K_COLUMN ? la_expr_negate(out, inner, err) : negate_plain(out, n, err);
}

int la_expr_negate(la_node **out, la_node *n, la_error *err) {
  *out = NULL;
  switch (n->kind) {
    case LA_K_TRUE: return keep(out, la_expr_false());
    case LA_K_FALSE: return keep(out, la_expr_true());
    case LA_K_BINARY: return negate_binary(out, n, err);
    case LA_K_LABEL: return negate_label(out, n, err);
    case LA_K_UNARY: return negate_unary(out, n, err);
    case LA_K_ATTRIBUTE: return negate_attribute(out, n, err);
    case LA_K_CLAUSE_LIST:
    case LA_K_TEXT: return not_group(out, n, NULL, err);
    default: return negate_plain(out, n, err);
  }
}
