/* like.c - LIKE and the operators built on it.
 *
 * contains, startswith and endswith are LIKE with wildcards around the operand,
 * icontains and their kin ILIKE with the same. ILIKE is LIKE between operands in
 * lower case, which dialects with an ILIKE of their own print otherwise.
 */
#include "compile/bind.h"
#include "compile/emit.h"
#include "sql/expr.h"
#include "sql/type.h"

enum { BEFORE = 1, AFTER = 2, LOWER = 4, NOT = 8 };

typedef struct like_rule {
  la_op op;
  int how;
} like_rule;

static const like_rule rules[] = {{LA_OP_CONTAINS, BEFORE | AFTER},
                                  {LA_OP_NOT_CONTAINS, BEFORE | AFTER | NOT},
                                  {LA_OP_ICONTAINS, BEFORE | AFTER | LOWER},
                                  {LA_OP_NOT_ICONTAINS, BEFORE | AFTER | LOWER | NOT},
                                  {LA_OP_STARTSWITH, AFTER},
                                  {LA_OP_NOT_STARTSWITH, AFTER | NOT},
                                  {LA_OP_ISTARTSWITH, AFTER | LOWER},
                                  {LA_OP_NOT_ISTARTSWITH, AFTER | LOWER | NOT},
                                  {LA_OP_ENDSWITH, BEFORE},
                                  {LA_OP_NOT_ENDSWITH, BEFORE | NOT},
                                  {LA_OP_IENDSWITH, BEFORE | LOWER},
                                  {LA_OP_NOT_IENDSWITH, BEFORE | LOWER | NOT}};

const la_str *la_binary_flags(const la_node *binary) { return LA_AS(binary, binary)->escape; }

void la_put_text_literal(la_ctx *c, const la_str *s) {
  la_value v = {LA_V_TEXT, 0, 0, {.s = (la_str *)(uintptr_t)s}};
  la_put_literal(c, la_type_simple(LA_T_STRING), &v);
}

void la_put_escape(la_ctx *c, const la_node *binary) {
  const la_str *s = la_binary_flags(binary);
  if (!s) return;
  la_puts(c, " ESCAPE ");
  la_put_text_literal(c, s);
}

/* ---- operands ---- */

static la_node *percent(la_ctx *c) {
  la_node *n = NULL;
  la_str *s = la_names_keep(&c->names, la_str_from("'%'"));
  if (!s || la_expr_column(&n, s, la_type_simple(LA_T_STRING), true, c->err)) {
    la_ctx_nomem(c);
    return NULL;
  }
  return la_ctx_keep(c, n);
}

static la_node *lowered(la_ctx *c, la_node *operand) {
  la_node *n = la_node_new(LA_K_LOWERED);
  if (!n) {
    la_ctx_nomem(c);
    return NULL;
  }
  la_set_node(&LA_AS(lowered, n)->element, operand);
  la_set_type(n, operand->type);
  return la_ctx_keep(c, la_node_seal(n));
}

static la_node *concat(la_ctx *c, la_node *a, la_node *b) {
  la_node *n = NULL;
  la_operand right = la_operand_node(b);
  if (!a || !b || c->failed) return NULL;
  if (la_expr_operate(&n, LA_OP_CONCAT, a, &right, NULL, c->err)) {
    c->failed = true;
    return NULL;
  }
  return la_ctx_keep(c, n);
}

/* '%' || operand || '%', or one side of it. */
static la_node *with_wildcards(la_ctx *c, la_node *operand, int how) {
  if (how & BEFORE) operand = concat(c, percent(c), operand);
  if (how & AFTER) operand = concat(c, operand, percent(c));
  return operand;
}

/* ---- emitters ---- */

/* lower(x) */
void la_emit_lowered(la_ctx *c, la_node *n, const la_kw *kw) {
  la_puts(c, "lower(");
  la_emit(c, LA_AS(lowered, n)->element, kw);
  la_putc(c, ')');
}

/* The BINARY of op that n stands for. */
static la_node *rewritten(la_ctx *c, la_node *n, la_op op, int how) {
  la_node *copy = la_node_copy(n);
  if (!copy) {
    la_ctx_nomem(c);
    return NULL;
  }
  la_binary *b = LA_AS(binary, copy);
  b->op = op;
  la_node *left = how & LOWER ? lowered(c, b->left) : b->left, *right = how & LOWER ? lowered(c, b->right) : b->right;
  if (right) right = with_wildcards(c, right, how);
  la_set_node(&b->left, left);
  la_set_node(&b->right, right);
  return la_ctx_keep(c, la_node_seal(copy));
}

static la_node *without_wildcards(la_ctx *c, la_node *n) {
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
    if ((int)rules[i].op != LA_AS(binary, n)->op) continue;
    int how = rules[i].how;
    la_op lower = how & NOT ? LA_OP_NOT_ILIKE : LA_OP_ILIKE, plain = how & NOT ? LA_OP_NOT_LIKE : LA_OP_LIKE;
    return rewritten(c, n, how & LOWER ? lower : plain, how);
  }
  return n;
}

static void emit_operand(la_ctx *c, la_node *operand, bool lower, const la_kw *kw) {
  la_emit(c, lower ? lowered(c, operand) : operand, kw);
}

/* a LIKE b ESCAPE 'x' */
void la_emit_like(la_ctx *c, la_node *n, const la_kw *kw) {
  la_op was = (la_op)LA_AS(binary, n)->op;
  if (!(n = without_wildcards(c, n)) || c->failed) return;
  la_binary *b = LA_AS(binary, n);
  la_op op = (la_op)b->op;
  bool lower = op == was && (op == LA_OP_ILIKE || op == LA_OP_NOT_ILIKE),
       negated = op == LA_OP_NOT_LIKE || op == LA_OP_NOT_ILIKE;
  bool own = (op == LA_OP_ILIKE || op == LA_OP_NOT_ILIKE) && c->d->op_text[LA_OP_ILIKE];
  emit_operand(c, b->left, lower && !own, kw);
  la_puts(c, own ? c->d->op_text[op] : negated ? " NOT LIKE " : " LIKE ");
  emit_operand(c, b->right, lower && !own, kw);
  la_put_escape(c, n);
}
