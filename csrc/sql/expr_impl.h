/* expr_impl.h - what the files of expr.h share. */
#ifndef LA_SQL_EXPR_IMPL_H
#define LA_SQL_EXPR_IMPL_H

#include "sql/expr.h"

/* Gives n (new, its reference taken over; NULL: memory was out) its type (NULL: NullType), seals it, hands it out. */
int la_expr_done(la_node **out, la_node *n, la_node *type, la_error *err);
/* As la_expr_binary, with the two sides as they are: for associative operators, chains become one list. */
int la_expr_construct(la_node **out, la_node *left, la_node *right, la_op op, la_node *type, la_op negate,
                      const la_operate_opts *opts, la_error *err);
/* left op right of a comparison; NULL, TRUE and FALSE become IS where they must. */
int la_expr_compare(la_node **out, la_op op, la_node *left, const la_operand *right, la_op negate,
                    const la_operate_opts *opts, la_error *err);

/* ExpressionClauseList of operands as they are; group: it is put in parentheses where it needs them. */
int la_expr_list(la_node **out, la_list *items, la_op op, la_node *type, bool group, la_error *err);

#endif
