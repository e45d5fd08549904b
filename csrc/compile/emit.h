/* emit.h - the emitters of the standard, for dialects that print around them.
 * Each prints one kind of node; what they take for granted is said where they are defined.
 */
#ifndef LA_COMPILE_EMIT_H
#define LA_COMPILE_EMIT_H

#include "compile/context.h"

/* ---- operators: op.c, like.c ---- */

void la_emit_unary(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_binary(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_clause_list(la_ctx *c, la_node *n, const la_kw *kw);
/* left <text> right; eager: in parentheses where it stands within an operator. */
void la_emit_infix(la_ctx *c, la_node *n, const char *text, bool eager, const la_kw *kw);
/* before left <between> right after; the dialects' way to print operators as functions. */
void la_emit_around(la_ctx *c, la_node *n, const char *before, const char *between, const char *after, const la_kw *kw);
/* For op_emit: rows of the table. */
void la_emit_is_true(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_is_false(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_truediv(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_floordiv(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_mod(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_not_match(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_not_in(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_between(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_custom_op(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_function_as_comparison(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_no_regexp(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_no_regexp_replace(la_ctx *c, la_node *n, const la_kw *kw);
/* LIKE and what is built on it: op is LIKE or ILIKE, each perhaps NOT. */
void la_emit_like(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_lowered(la_ctx *c, la_node *n, const la_kw *kw);
/* ESCAPE 'x' of a LIKE, the flags of a regular expression. */
void la_put_escape(la_ctx *c, const la_node *binary);
/* The string of a LIKE's or regular expression's modifier, or NULL. */
const la_str *la_binary_flags(const la_node *binary);
/* A modifier that is yes or no. */
bool la_binary_is(const la_node *binary, const char *modifier, bool dflt);
/* A literal of text. */
void la_put_text_literal(la_ctx *c, const la_str *s);

/* ---- expressions: expr.c, func.c ---- */

void la_emit_column(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_cast(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_over(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_extract(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_function(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_argspec(la_ctx *c, la_node *n, const la_kw *kw);

/* ---- FROM: from.c ---- */

void la_emit_table(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_alias(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_join(la_ctx *c, la_node *n, const la_kw *kw);
/* The tables of l as FROM, separated by commas. */
void la_emit_froms(la_ctx *c, const la_list *l, const la_kw *kw);

/* ---- statements ---- */

void la_emit_select(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_returning(la_ctx *c, la_node *stmt, la_list *columns, bool result, const la_kw *kw);
void la_emit_fetch(la_ctx *c, la_node *select, const la_fetch *f, const la_kw *kw);
/* Was limit(), offset() or fetch() called? */
bool la_has_row_limit(const la_node *select);
/* Is n a plain number given to limit() and the like? */
bool la_is_simple_int(const la_node *n);

#endif
