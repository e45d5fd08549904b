/* op.c - operators: UNARY, BINARY, CLAUSE_LIST.
 *
 * The dialect's op_emit prints an operator whole; where it has none, op_text is
 * the word between, before or behind the operands.
 */
#include "compile/bind.h"
#include "compile/emit.h"
#include "compile/lint.h"
#include "sql/expr.h"
#include "sql/schema.h"
#include "sql/type.h"

static void unsupported(la_ctx *c, la_op op) { la_ctx_unsupported(c, la_op_get(op)->name); }

static void put_word(la_ctx *c, la_op op) {
  const char *text = c->d->op_text[op];
  if (text)
    la_puts(c, text);
  else
    unsupported(c, op);
}

/* The text of a custom operator. */
static void put_custom(la_ctx *c, const la_node *custom) {
  const la_str *s = LA_AS(custom_op, custom)->opstring;
  la_put_escaped(c, s->s, s->len);
}

bool la_binary_is(const la_node *binary, const char *modifier, bool dflt) {
  la_node *o = la_schema_option_named(LA_AS(binary, binary)->modifiers, modifier);
  la_value v = la_schema_option_value(o);
  return v.tag == LA_V_ABSENT || v.tag == LA_V_NULL ? dflt : v.tag != LA_V_BOOL || v.u.i;
}

/* ---- two operands ---- */

void la_emit_infix(la_ctx *c, la_node *n, const char *text, bool eager, const la_kw *kw) {
  la_binary *b = LA_AS(binary, n);
  bool parens = eager && kw->f & LA_KW_IN_OP;
  la_kw k = la_kw_with(kw, LA_KW_IN_OP, 0);
  if (parens) la_putc(c, '(');
  la_emit(c, b->left, &k);
  la_puts(c, text);
  la_emit(c, b->right, &k);
  if (parens) la_putc(c, ')');
}

void la_emit_around(la_ctx *c, la_node *n, const char *before, const char *between, const char *after,
                    const la_kw *kw) {
  la_binary *b = LA_AS(binary, n);
  la_puts(c, before);
  la_emit(c, b->left, kw);
  la_puts(c, between);
  la_emit(c, b->right, kw);
  la_puts(c, after);
}

void la_emit_binary(la_ctx *c, la_node *n, const la_kw *kw) {
  la_binary *b = LA_AS(binary, n);
  la_kw k = *kw;
  if (LA_DATTR(c->d, ansi_bind_rules) && la_is(b->left, LA_K_BIND) && la_is(b->right, LA_K_BIND))
    k.f |= LA_KW_LITERAL_EXECUTE;
  la_emit_fn fn = c->d->op_emit[b->op];
  if (kw->lint) la_lint_binary(c, kw, n);
  if (fn)
    fn(c, n, &k);
  else if (c->d->op_text[b->op])
    la_emit_infix(c, n, c->d->op_text[b->op], false, &k);
  else
    unsupported(c, (la_op)b->op);
}

/* Division that keeps fractions: the divisor is made a number with fractions where the database divides
 * integers by integers. */
void la_emit_truediv(la_ctx *c, la_node *n, const la_kw *kw) {
  la_binary *b = LA_AS(binary, n);
  if (!LA_DATTR(c->d, div_is_floordiv)) {
    la_emit_around(c, n, "", " / ", "", kw);
    return;
  }
  la_node *type = la_type_affinity(b->right->type) == LA_T_NUMERIC ? b->right->type : la_type_simple(LA_T_NUMERIC);
  la_operand right = la_operand_node(b->right);
  la_node *cast = NULL;
  if (la_expr_cast(&cast, &right, type, false, c->err)) {
    c->failed = true;
    return;
  }
  la_emit(c, b->left, kw);
  la_puts(c, " / ");
  la_emit(c, la_ctx_keep(c, cast), kw);
}

void la_emit_floordiv(la_ctx *c, la_node *n, const la_kw *kw) {
  la_binary *b = LA_AS(binary, n);
  bool integers = la_type_affinity(b->left->type) == LA_T_INTEGER && la_type_affinity(b->right->type) == LA_T_INTEGER;
  if (LA_DATTR(c->d, div_is_floordiv) && integers)
    la_emit_around(c, n, "", " / ", "", kw);
  else
    la_emit_around(c, n, "FLOOR(", " / ", ")", kw);
}

void la_emit_mod(la_ctx *c, la_node *n, const la_kw *kw) {
  la_emit_around(c, n, "", c->double_percents ? " %% " : " % ", "", kw);
}

/* NOT a MATCH b */
void la_emit_not_match(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_node *positive = la_node_copy(n);
  if (!positive) {
    la_ctx_nomem(c);
    return;
  }
  LA_AS(binary, positive)->op = LA_OP_MATCH;
  la_puts(c, "NOT ");
  la_emit(c, la_ctx_keep(c, la_node_seal(positive)), &la_kw_none);
}

void la_emit_not_in(la_ctx *c, la_node *n, const la_kw *kw) {
  la_putc(c, '(');
  la_emit_infix(c, n, c->d->op_text[LA_OP_NOT_IN], false, kw);
  la_putc(c, ')');
}

void la_emit_between(la_ctx *c, la_node *n, const la_kw *kw) {
  bool symmetric = la_binary_is(n, "symmetric", false), negated = LA_AS(binary, n)->op == LA_OP_NOT_BETWEEN;
  if (symmetric)
    la_emit_infix(c, n, negated ? " NOT BETWEEN SYMMETRIC " : " BETWEEN SYMMETRIC ", false, kw);
  else
    la_emit_infix(c, n, negated ? " NOT BETWEEN " : " BETWEEN ", false, kw);
}

void la_emit_function_as_comparison(la_ctx *c, la_node *n, const la_kw *kw) {
  la_emit(c, LA_AS(binary, n)->function, kw);
}

void la_emit_no_regexp(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)n, (void)kw;
  la_ctx_fail(c, LA_EXC_CompileError, "%s dialect does not support regular expressions", c->d->name);
}

void la_emit_no_regexp_replace(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)n, (void)kw;
  la_ctx_fail(c, LA_EXC_CompileError, "%s dialect does not support regular expression replacements", c->d->name);
}

/* ---- one operand ---- */

static void emit_is(la_ctx *c, la_node *n, bool yes, const la_kw *kw) {
  la_unary *u = LA_AS(unary, n);
  bool is_boolean = LA_DATTR(c->d, supports_native_boolean) || la_expr_is_boolean(u->element);
  if (is_boolean && !yes) la_puts(c, "NOT ");
  la_emit(c, u->element, kw);
  if (!is_boolean) la_puts(c, yes ? " = 1" : " = 0");
}

void la_emit_is_true(la_ctx *c, la_node *n, const la_kw *kw) { emit_is(c, n, true, kw); }
void la_emit_is_false(la_ctx *c, la_node *n, const la_kw *kw) { emit_is(c, n, false, kw); }

void la_emit_custom_op(la_ctx *c, la_node *n, const la_kw *kw) {
  if (n->kind == LA_K_UNARY) {
    la_unary *u = LA_AS(unary, n);
    if (u->op) {
      put_custom(c, u->custom);
      la_putc(c, ' ');
    }
    la_emit(c, u->element, kw);
    if (!u->op) {
      la_putc(c, ' ');
      put_custom(c, u->custom);
    }
    return;
  }
  la_binary *b = LA_AS(binary, n);
  bool parens = LA_AS(custom_op, b->custom)->eager_grouping && kw->f & LA_KW_IN_OP;
  la_kw k = la_kw_with(kw, LA_KW_IN_OP, 0);
  if (parens) la_putc(c, '(');
  la_emit(c, b->left, &k);
  la_putc(c, ' ');
  put_custom(c, b->custom);
  la_putc(c, ' ');
  la_emit(c, b->right, &k);
  if (parens) la_putc(c, ')');
}

void la_emit_unary(la_ctx *c, la_node *n, const la_kw *kw) {
  la_unary *u = LA_AS(unary, n);
  la_target self = {n, kw->targets};
  la_kw k = *kw;
  if (k.f & LA_KW_RESULT) k.targets = &self;
  if (u->op && u->modifier)
    la_ctx_fail(c, LA_EXC_CompileError, "Unary expression does not support operator and modifier simultaneously");
  else if (!u->op && !u->modifier)
    la_ctx_fail(c, LA_EXC_CompileError, "Unary expression has no operator or modifier");
  la_op op = (la_op)(u->op ? u->op : u->modifier);
  la_emit_fn fn = c->d->op_emit[op];
  if (fn) {
    fn(c, n, &k);
    return;
  }
  if (u->op) put_word(c, op);
  la_emit(c, u->element, &k);
  if (!u->op) put_word(c, op);
}

/* ---- many operands ---- */

void la_emit_clause_list(la_ctx *c, la_node *n, const la_kw *kw) {
  la_clause_list *l = LA_AS(clause_list, n);
  la_kw k = la_kw_with(kw, LA_KW_IN_OP, 0);
  if (l->op == LA_OP_COMMA || !l->op) {
    la_emit_list(c, l->clauses, l->op ? ", " : " ", l->group ? kw : &k);
    return;
  }
  la_emit_fn fn = c->d->op_emit[l->op];
  if (fn && la_op_get((la_op)l->op)->props & LA_OP_ASSOC)
    fn(c, n, kw);
  else if (c->d->op_text[l->op])
    la_emit_list(c, l->clauses, c->d->op_text[l->op], &k);
  else
    unsupported(c, (la_op)l->op);
}

/* Conditions joined with AND, without those that are true. A single one stands as it is. */
void la_emit_criteria(la_ctx *c, const la_list *l, const char *before, const la_kw *kw) {
  la_node *where = NULL;
  if (!la_list_len(l) || c->failed) return;
  if (la_expr_whereclause(&where, l->v, l->n, c->err)) {
    c->failed = true;
    return;
  }
  if (!where || !la_ctx_keep(c, where)) return;
  bool joined = where->kind == LA_K_CLAUSE_LIST;
  for (uint32_t i = 0; joined && i < l->n; i++) joined = l->v[i] != where;
  size_t begin = la_here(c);
  la_puts(c, before);
  la_mark here = la_mark_here(c);
  if (joined)
    la_emit_list(c, LA_AS(clause_list, where)->clauses, c->d->op_text[LA_OP_AND], kw);
  else
    la_emit(c, where, kw);
  if (!la_wrote_since(c, here)) la_back(c, begin);
}
