/* expr_bool.c - and_, or_ and the WHERE of statements. */
#include "sql/expr_impl.h"
#include "sql/vec.h"

/* The conditions that count: the neutral constant is left out, the constant that decides stands alone. */
static void choose(la_vec *c, la_op op, la_node *const *v, uint32_t n) {
  la_kind neutral = op == LA_OP_AND ? LA_K_TRUE : LA_K_FALSE, decides = op == LA_OP_AND ? LA_K_FALSE : LA_K_TRUE;
  la_node *idle = NULL;
  for (uint32_t i = 0; i < n; i++) {
    if (la_is(v[i], decides)) {
      la_vec_free(c);
      la_vec_add(c, v[i]);
      return;
    }
    if (la_is(v[i], neutral))
      idle = v[i];
    else
      la_vec_add(c, v[i]);
  }
  if (!c->n && idle) la_vec_add(c, idle);
}

static int group(la_vec *c, la_op op, la_error *err) {
  for (uint32_t i = 0; i < c->n; i++) {
    la_node *g;
    if (la_expr_self_group(&g, c->v[i], c->n > 1 ? op : LA_OP_ASBOOL, err)) return -1;
    la_give_node(&c->v[i], g);
  }
  return 0;
}

/* The conditions of n if it is a conjunction of that operator. */
static la_list *conditions(la_node *n, la_op op) {
  la_node *inner = la_expr_ungroup(n);
  bool same = la_is(inner, LA_K_CLAUSE_LIST) && LA_AS(clause_list, inner)->op == (int)op;
  return same ? LA_AS(clause_list, inner)->clauses : NULL;
}

/* The nodes of c as a list; with flatten, those of conjunctions of op among them in their place. */
static la_list *listed(const la_vec *c, la_op op, bool flatten) {
  if (!flatten) return la_list_new(c->v, c->n);
  la_list *first = conditions(c->v[0], op), *l = NULL;
  la_vec flat = LA_VEC_INIT;
  for (uint32_t i = first ? 1 : 0; i < c->n; i++) {
    la_list *inner = conditions(c->v[i], op);
    if (inner)
      la_vec_add_list(&flat, inner);
    else
      la_vec_add(&flat, c->v[i]);
  }
  if (!flat.failed) l = la_list_append(first, flat.v, flat.n);
  la_vec_free(&flat);
  return l;
}

/* BooleanClauseList of the conditions as they are; l's reference is taken over. */
static int conjunction(la_node **out, la_list *l, la_op op, la_error *err) {
  la_node *n = la_node_new(LA_K_CLAUSE_LIST);
  if (n) {
    LA_AS(clause_list, n)->clauses = l;
    LA_AS(clause_list, n)->op = op;
    LA_AS(clause_list, n)->group = true;
    LA_AS(clause_list, n)->group_contents = true;
  } else {
    la_list_release(l);
  }
  return la_expr_done(out, n, la_type_simple(LA_T_BOOLEAN), err);
}

static int conjoin(la_node **out, la_op op, la_node *const *v, uint32_t n, bool flatten, la_error *err) {
  la_node *few[8];
  la_vec c = LA_VEC_ON(few);
  la_list *l = NULL;
  *out = NULL;
  if (n == 1) return la_expr_self_group(out, v[0], LA_OP_ASBOOL, err);
  choose(&c, op, v, n);
  int rc = c.failed ? la_fail_memory(err) : group(&c, op, err);
  if (!rc && c.n == 1) {
    *out = la_node_retain(c.v[0]);
  } else if (!rc && c.n) {
    l = listed(&c, op, flatten);
    rc = l ? conjunction(out, l, op, err) : la_fail_memory(err);
  }
  la_vec_free(&c);
  return rc;
}

int la_expr_conjunction(la_node **out, la_op op, la_node *const *v, uint32_t n, la_error *err) {
  return n ? conjoin(out, op, v, n, true, err) : conjunction(out, NULL, op, err);
}

int la_expr_whereclause(la_node **out, la_node *const *v, uint32_t n, la_error *err) {
  return conjoin(out, LA_OP_AND, v, n, false, err);
}
