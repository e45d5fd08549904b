/* expr.c - the plain constructs: binaries, lists, labels, casts, CASE, columns. */
#include "sql/expr.h"

#include <string.h>

#include "sql/coerce.h"
#include "sql/expr_impl.h"
#include "sql/vec.h"

/* ---- constants ---- */

enum { EMPTY, FILLING, READY };

/* Constants lie in static storage: filled when first asked for, never freed. */
static la_node *constant(la_node *n, char *state, la_kind kind, la_type_id type) {
  char expected = EMPTY;
  if (__atomic_compare_exchange_n(state, &expected, FILLING, false, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) {
    n->refs = 1;
    n->kind = (uint16_t)kind;
    la_set_type(n, la_type_simple(type));
    la_node_seal(n);
    __atomic_store_n(state, READY, __ATOMIC_RELEASE);
  }
  while (__atomic_load_n(state, __ATOMIC_ACQUIRE) != READY) continue;
  return n;
}

la_node *la_expr_null(void) {
  static la_null node;
  static char state;
  return constant(&node.base, &state, LA_K_NULL, LA_T_NULLTYPE);
}

la_node *la_expr_true(void) {
  static la_true_ node;
  static char state;
  return constant(&node.base, &state, LA_K_TRUE, LA_T_BOOLEAN);
}

la_node *la_expr_false(void) {
  static la_false_ node;
  static char state;
  return constant(&node.base, &state, LA_K_FALSE, LA_T_BOOLEAN);
}

/* ---- binaries ---- */

static int binary(la_node **out, la_node *left, la_node *right, la_op op, la_node *type, la_op negate,
                  const la_operate_opts *o, la_error *err) {
  la_node *l, *r;
  *out = NULL;
  if (la_expr_self_group_in(&l, left, op, o->custom, err)) return -1;
  if (la_expr_self_group_in(&r, right, op, o->custom, err)) {
    la_node_release(l);
    return -1;
  }
  la_node *n = la_node_new(LA_K_BINARY);
  la_binary *b = LA_AS(binary, n);
  if (n) {
    b->left = l;
    b->right = r;
    b->op = op;
    b->negate = negate;
    b->custom = la_node_retain(o->custom);
    b->escape = la_str_retain(o->escape);
    b->modifiers = la_list_retain(o->modifiers);
  } else {
    la_node_release(l);
    la_node_release(r);
  }
  return la_expr_done(out, n, type, err);
}

int la_expr_binary(la_node **out, la_node *left, la_node *right, la_op op, la_node *custom, la_node *type, la_op negate,
                   la_error *err) {
  la_operate_opts o = {0};
  o.custom = custom;
  return binary(out, left, right, op, type, negate, &o, err);
}

/* Is n a chain of op with that type of result, whose operands are grouped already? */
static bool is_chain(const la_node *n, la_op op, const la_node *type) {
  const la_node *inner = la_expr_ungroup((la_node *)n);
  if (!la_is(inner, LA_K_BINARY) && !la_is(inner, LA_K_CLAUSE_LIST)) return false;
  return la_expr_op(inner) == op && la_type_same_affinity(type, la_expr_type(n));
}

/* Adds what n is in a chain of op: the operands of a chain, anything else in the parentheses it needs. */
static int add_operands(la_vec *v, la_node *n, la_op op, const la_node *type, la_error *err) {
  la_node *inner = la_expr_ungroup(n), *grouped;
  if (!is_chain(n, op, type)) {
    if (la_expr_self_group(&grouped, n, op, err)) return -1;
    la_vec_give(v, grouped);
  } else if (la_is(inner, LA_K_BINARY)) {
    la_vec_add(v, LA_AS(binary, inner)->left);
    la_vec_add(v, LA_AS(binary, inner)->right);
  } else {
    la_vec_add_list(v, LA_AS(clause_list, inner)->clauses);
  }
  return 0;
}

/* The operands that a chain at the left has already, as a list. */
static la_list *begun(la_node *left, la_op op, const la_node *type) {
  const la_node *inner = la_expr_ungroup(left);
  return la_is(inner, LA_K_CLAUSE_LIST) && is_chain(left, op, type) ? LA_AS(clause_list, inner)->clauses : NULL;
}

static int chain(la_node **out, la_node *left, la_node *right, la_op op, la_node *type, la_error *err) {
  la_vec v = LA_VEC_INIT;
  la_list *first = begun(left, op, type), *l = NULL;
  int rc = first ? 0 : add_operands(&v, left, op, type, err);
  if (!rc) rc = add_operands(&v, right, op, type, err);
  if (!rc && (v.failed || !(l = la_list_append(first, v.v, v.n)))) rc = la_fail_memory(err);
  if (!rc) rc = la_expr_list(out, l, op, type, true, err);
  la_list_release(l);
  la_vec_free(&v);
  return rc;
}

int la_expr_construct(la_node **out, la_node *left, la_node *right, la_op op, la_node *type, la_op negate,
                      const la_operate_opts *opts, la_error *err) {
  static const la_operate_opts none;
  *out = NULL;
  if (la_op_get(op)->props & LA_OP_ASSOC && (is_chain(left, op, type) || is_chain(right, op, type)))
    return chain(out, left, right, op, type, err);
  if (la_expr_is_collecting(right) || (la_is(left, LA_K_FUNCTION) && la_expr_is_collecting(left))) negate = LA_OP_NONE;
  return binary(out, left, right, op, type, negate, opts ? opts : &none, err);
}

/* ---- lists ---- */

/* Each element grouped within op; a new list. */
static la_list *grouped(la_node *const *v, uint32_t n, la_op op, la_error *err) {
  la_list *l = la_list_new(v, n);
  if (!l) la_fail_memory(err);
  for (uint32_t i = 0; l && i < n; i++) {
    la_node *g;
    if (la_expr_self_group(&g, v[i], op, err)) {
      la_list_release(l);
      return NULL;
    }
    la_give_node(&l->v[i], g);
  }
  return l;
}

int la_expr_list(la_node **out, la_list *items, la_op op, la_node *type, bool group, la_error *err) {
  la_node *n = la_node_new(LA_K_CLAUSE_LIST);
  if (n) {
    LA_AS(clause_list, n)->clauses = la_list_retain(items);
    LA_AS(clause_list, n)->op = op;
    LA_AS(clause_list, n)->group = group;
    LA_AS(clause_list, n)->group_contents = group;
  }
  return la_expr_done(out, n, type, err);
}

int la_expr_clause_list(la_node **out, la_node *const *v, uint32_t n, la_op op, bool group, bool group_contents,
                        la_error *err) {
  la_list *l = !n ? NULL : group_contents ? grouped(v, n, op, err) : la_list_new(v, n);
  *out = NULL;
  if (n && !l) return la_fail_memory(err);
  la_node *c = la_node_new(LA_K_CLAUSE_LIST);
  if (c) {
    LA_AS(clause_list, c)->clauses = l;
    LA_AS(clause_list, c)->op = op;
    LA_AS(clause_list, c)->group = group;
    LA_AS(clause_list, c)->group_contents = group_contents;
  } else {
    la_list_release(l);
  }
  return la_expr_done(out, c, NULL, err);
}

int la_expr_tuple(la_node **out, la_node *const *v, uint32_t n, la_error *err) {
  la_list *l = grouped(v, n, LA_OP_COMMA, err), *types = l ? la_list_new(l->v, n) : NULL;
  la_node *type = types ? la_type_new(LA_T_TUPLETYPE) : NULL, *t = type ? la_node_new(LA_K_TUPLE) : NULL;
  *out = NULL;
  for (uint32_t i = 0; types && i < n; i++) la_set_node(&types->v[i], la_expr_type(v[i]));
  if (type) {
    LA_AS(type, type)->labels = types;
    la_node_seal(type);
  } else {
    la_list_release(types);
  }
  if (t)
    LA_AS(tuple, t)->clauses = l;
  else
    la_list_release(l);
  int rc = la_expr_done(out, t, type, err);
  la_node_release(type);
  return rc;
}

int la_expr_array(la_node **out, la_node *const *v, uint32_t n, la_node *item, la_error *err) {
  if (!item) item = n ? la_expr_type(v[0]) : la_type_simple(LA_T_NULLTYPE);
  int dimensions = -1;
  if (la_type_isa(item, LA_T_POSTGRESQL_ARRAY)) {
    dimensions = LA_AS(type, item)->dimensions >= 0 ? LA_AS(type, item)->dimensions + 1 : 2;
    item = LA_AS(type, item)->item;
  }
  la_node *type = la_type_array(LA_T_POSTGRESQL_ARRAY, item, dimensions), *a = la_node_new(LA_K_ARRAY);
  la_list *l = n ? la_list_new(v, n) : NULL;
  *out = NULL;
  if (a && type && (l || !n)) {
    LA_AS(array_expr, a)->clauses = l;
  } else {
    la_list_release(l);
    la_node_release(a);
    a = NULL;
  }
  int rc = la_expr_done(out, a, type, err);
  la_node_release(type);
  return rc;
}

/* ---- unary ---- */

static int unary(la_node **out, la_node *element, la_op op, la_op modifier, la_node *type, la_error *err) {
  la_node *g;
  *out = NULL;
  if (la_expr_self_group(&g, element, op ? op : modifier, err)) return -1;
  la_node *n = la_node_new(LA_K_UNARY);
  if (n) {
    LA_AS(unary, n)->element = g;
    LA_AS(unary, n)->op = op;
    LA_AS(unary, n)->modifier = modifier;
  } else {
    la_node_release(g);
  }
  return la_expr_done(out, n, type, err);
}

int la_expr_unary(la_node **out, la_node *element, la_op op, la_node *type, la_error *err) {
  return unary(out, element, op, LA_OP_NONE, type, err);
}

int la_expr_modifier(la_node **out, la_node *element, la_op modifier, la_error *err) {
  return unary(out, element, LA_OP_NONE, modifier, NULL, err);
}

int la_expr_any_all(la_node **out, la_node *expr, la_op op, la_error *err) {
  la_node *n, *g;
  la_operand o = la_operand_node(expr);
  *out = NULL;
  if (la_coerce(&n, LA_ROLE_EXPR, &o, NULL, err)) return -1;
  int rc = la_expr_self_group(&g, n, LA_OP_NONE, err);
  la_node_release(n);
  if (rc) return -1;
  rc = unary(out, g, op, LA_OP_NONE, la_type_simple(LA_T_BOOLEAN), err);
  la_node_release(g);
  return rc;
}

/* ---- labels, casts, CASE ---- */

int la_expr_label(la_node **out, la_node *element, la_str *name, la_node *type, la_error *err) {
  la_node *g, *n;
  *out = NULL;
  if (!type) type = la_expr_type(element);
  bool grouped = false;
  for (; la_is(element, LA_K_LABEL); element = LA_AS(label, element)->element)
    grouped = grouped || LA_AS(label, element)->grouped;
  la_str *anon = name ? NULL : la_expr_name(element);
  if (la_expr_self_group(&g, element, LA_OP_AS, err)) return -1;
  if ((n = la_node_new(LA_K_LABEL))) {
    LA_AS(label, n)->element = g;
    LA_AS(label, n)->grouped = grouped || g != element;
    LA_AS(label, n)->name = la_str_retain(name);
    LA_AS(label, n)->anon = la_str_retain(anon);
  } else {
    la_node_release(g);
  }
  return la_expr_done(out, n, type, err);
}

/* The clause of a cast: a value becomes a bind of the type. */
static int clause_of_type(la_node **out, const la_operand *clause, la_node *type, la_error *err) {
  if (clause->node) return la_coerce(out, LA_ROLE_EXPR, clause, NULL, err);
  return la_coerce_literal(out, &clause->value, NULL, type, err);
}

int la_expr_cast(la_node **out, const la_operand *clause, la_node *type, bool try_, la_error *err) {
  la_node *c;
  *out = NULL;
  if (clause_of_type(&c, clause, type, err)) return -1;
  la_node *n = la_node_new(LA_K_CAST);
  if (n) {
    LA_AS(cast, n)->clause = la_node_retain(c);
    LA_AS(cast, n)->try_ = try_;
  }
  la_node_release(c);
  return la_expr_done(out, n, type, err);
}

int la_expr_type_coerce(la_node **out, const la_operand *clause, la_node *type, la_error *err) {
  la_node *c;
  *out = NULL;
  if (clause_of_type(&c, clause, type, err)) return -1;
  la_node *n = la_node_new(LA_K_TYPE_COERCE);
  if (n) LA_AS(type_coerce, n)->clause = la_node_retain(c);
  la_node_release(c);
  return la_expr_done(out, n, type, err);
}

int la_expr_extract(la_node **out, la_str *field, la_node *expr, la_error *err) {
  la_node *n = la_node_new(LA_K_EXTRACT);
  if (n) {
    LA_AS(extract, n)->field = la_str_retain(field);
    LA_AS(extract, n)->expr = la_node_retain(expr);
  }
  return la_expr_done(out, n, la_type_simple(LA_T_INTEGER), err);
}

/* The last THEN that has a type, else that of ELSE. */
static la_node *type_of_case(const la_list *whens, la_node *else_) {
  for (uint32_t i = la_list_len(whens); i-- > 0;) {
    la_node *t = la_expr_type(LA_AS(pair, whens->v[i])->value);
    if (!la_type_is_null(t)) return t;
  }
  return else_ ? la_expr_type(else_) : NULL;
}

/* WHEN conditions are grouped as with nothing known around them. */
static int grouped_when(la_node **out, const la_pair *p, la_error *err) {
  la_node *key;
  if (la_expr_self_group(&key, p->key, LA_OP_NONE, err)) return -1;
  la_node *n = la_node_new(LA_K_PAIR);
  if (n) {
    LA_AS(pair, n)->key = la_node_retain(key);
    LA_AS(pair, n)->value = la_node_retain(p->value);
  }
  la_node_release(key);
  *out = la_node_seal(n);
  return n ? 0 : la_fail_memory(err);
}

int la_expr_case(la_node **out, la_list *whens, la_node *value, la_node *else_, la_error *err) {
  la_list *l = la_list_new(whens ? whens->v : NULL, la_list_len(whens));
  int rc = l ? 0 : la_fail_memory(err);
  *out = NULL;
  for (uint32_t i = 0; !rc && i < l->n; i++) {
    la_node *when;
    rc = grouped_when(&when, LA_AS(pair, l->v[i]), err);
    if (!rc) la_give_node(&l->v[i], when);
  }
  la_node *n = rc ? NULL : la_node_new(LA_K_CASE);
  if (!n) {
    la_list_release(l);
    return rc ? rc : la_fail_memory(err);
  }
  LA_AS(case_, n)->whens = l;
  LA_AS(case_, n)->value = la_node_retain(value);
  LA_AS(case_, n)->else_ = la_node_retain(else_);
  return la_expr_done(out, n, type_of_case(whens, else_), err);
}

/* type with a collation; within decorators, that of what they wrap. NULL when memory is out. */
static la_node *collated(la_node *type, la_str *collation) {
  la_node *copy = la_node_copy(type), *impl = LA_AS(type, type)->impl;
  if (!copy) return NULL;
  if (la_type_isa(type, LA_T_TYPEDECORATOR) && impl)
    la_give_node(&LA_AS(type, copy)->impl, collated(impl, collation));
  else
    la_set_str(&LA_AS(type, copy)->collation, collation);
  return la_node_seal(copy);
}

int la_expr_collate(la_node **out, la_node *expr, la_str *collation, la_str *schema, la_error *err) {
  la_node *type = la_expr_type(expr), *with = NULL, *c = la_node_new(LA_K_COLLATION), *right;
  *out = NULL;
  if (c) LA_AS(collation, c)->name = la_str_retain(collation);
  if (c) LA_AS(collation, c)->schema = la_str_retain(schema);
  if (la_expr_done(&right, c, NULL, err)) return -1;
  if (!schema && la_type_affinity(type) == LA_T_STRING) {
    if (!(with = collated(type, collation))) {
      la_node_release(right);
      return la_fail_memory(err);
    }
    type = with;
  }
  int rc = la_expr_binary(out, expr, right, LA_OP_COLLATE, NULL, type, LA_OP_NONE, err);
  la_node_release(right);
  la_node_release(with);
  return rc;
}

/* ---- columns ---- */

int la_expr_column(la_node **out, la_str *name, la_node *type, bool literal, la_error *err) {
  la_node *n = la_node_new(LA_K_COLUMN);
  if (n) {
    LA_AS(column, n)->name = la_str_retain(name);
    LA_AS(column, n)->key = la_str_retain(name);
    LA_AS(column, n)->is_literal = literal;
  }
  return la_expr_done(out, n, type, err);
}
