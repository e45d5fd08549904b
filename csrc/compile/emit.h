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
void la_emit_constraint(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_function(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_argspec(la_ctx *c, la_node *n, const la_kw *kw);
/* " ORDER BY …" of an ORDERED_ARG. */
void la_put_ordered(la_ctx *c, la_node *ordered_arg, const la_kw *kw);

/* ---- FROM: from.c ---- */

void la_emit_table(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_alias(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_join(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_subquery(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_lateral(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_tablesample(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_table_valued(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_values(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_scalar_values(la_ctx *c, la_node *n, const la_kw *kw);
/* What an alias of any kind stands for; points at NULL for other nodes. */
la_node *const *la_alias_element(const la_node *n);
/* The tables of l as FROM, separated by commas. */
void la_emit_froms(la_ctx *c, const la_list *l, const la_kw *kw);

/* ---- CTEs: cte.c ---- */

void la_emit_cte(la_ctx *c, la_node *n, const la_kw *kw);
/* Have two trees that are the same (la_node_same) the same values? */
bool la_same_values(la_ctx *c, la_node *a, la_node *b);
/* The CTEs of add_cte(): each is told of, none is printed here. */
void la_emit_independent_ctes(la_ctx *c, const la_list *ctes, const la_kw *kw);
/* Puts the WITH clause of the CTEs met so far before what was written from `at` on. level 0: all, at the top;
 * else those nested here; following: also those of the level below. */
void la_put_with(la_ctx *c, size_t at, uint32_t level, bool following);

/* ---- statements ---- */

void la_emit_select(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_compound(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_text_select(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_insert(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_update(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_delete(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_dml_column(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_group_by(la_ctx *c, const la_list *l, const la_kw *kw);
void la_emit_order_by(la_ctx *c, la_node *n, const la_kw *kw);
void la_emit_precolumns(la_ctx *c, la_node *n, const la_kw *kw);
/* PREFIXes of this dialect, each followed by a space. */
void la_emit_prefixes(la_ctx *c, const la_list *prefixes, const la_kw *kw);
/* Of the EXTENSIONs in l those at that point, with what stands before and after them; nothing where they print nothing.
 */
void la_emit_extensions(la_ctx *c, const la_list *l, const char *point, const char *before, const char *after,
                        const la_kw *kw);
void la_emit_returning(la_ctx *c, la_node *stmt, la_list *columns, bool result, const la_kw *kw);
/* What stands in the place of a column of RETURNING; kept by c. */
typedef la_node *(*la_adapt_fn)(la_ctx *c, la_node *column, void *ctx);
void la_emit_returning_columns(la_ctx *c, la_node *stmt, la_list *columns, bool result, la_adapt_fn adapt, void *ctx,
                               const la_kw *kw);
void la_emit_fetch(la_ctx *c, la_node *select, const la_fetch *f, const la_kw *kw);
void la_emit_row_limit(la_ctx *c, la_node *select, const la_kw *kw);
void la_emit_limit(la_ctx *c, la_node *select, const la_kw *kw);
/* Of SELECT and COMPOUND; NULL: not given. */
la_node *la_limit_of(const la_node *select);
la_node *la_offset_of(const la_node *select);
la_node *la_fetch_of(const la_node *select);
/* FETCH as the statement asks for it. */
la_fetch la_fetch_options(const la_node *select);
/* The FOR_UPDATE of SELECT and COMPOUND. */
la_node *la_for_update_of(const la_node *select);
/* " OF a, b": the tables that `of` is about. */
void la_put_for_update_of(la_ctx *c, const la_list *of, const la_kw *kw);
/* Was limit(), offset() or fetch() called? */
bool la_has_row_limit(const la_node *select);
/* Is n a plain number given to limit() and the like? */
bool la_is_simple_int(const la_node *n);

/* ---- DML: update.c ---- */

void la_emit_update_table(la_ctx *c, la_node *update, la_list *extra, const la_kw *kw);
void la_emit_no_update_from(la_ctx *c, la_node *update, la_list *extra, const la_kw *kw);
void la_emit_delete_table(la_ctx *c, la_node *del, la_list *extra, const la_kw *kw);
void la_emit_no_delete_from(la_ctx *c, la_node *del, la_list *extra, const la_kw *kw);

/* The emitters of the standard by kind. */
extern const la_emit_fn la_ansi_emit[LA_K_COUNT];

#endif
