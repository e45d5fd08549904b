/* result.h - the columns of the rows that a statement returns, as it is compiled. */
#ifndef LA_COMPILE_RESULT_H
#define LA_COMPILE_RESULT_H

#include "compile/context.h"

/* Tells of the next column: key as the database names it (NULL: unknown), the node it is.
 * Does nothing unless kw has LA_KW_RESULT. */
void la_result_add(la_ctx *c, la_str *key, la_node *n, const la_kw *kw);
/* Prints element AS name; the column of the result is `column`. */
void la_emit_as(la_ctx *c, la_node *element, la_str *name, la_node *column, const la_kw *kw);

/* A column of a columns clause or RETURNING, under its label. */
typedef struct la_column_place {
  bool result;   /* it is a column of the result */
  bool nested;   /* … of a SELECT in FROM */
  bool for_rows; /* its type may put an expression around it */
} la_column_place;
/* What an emitter of such columns is told. */
la_kw la_kw_in_place(const la_kw *kw, const la_column_place *place);
void la_emit_named(la_ctx *c, const la_named *column, const la_column_place *place, const la_kw *kw);

/* Takes back all columns of the result that were told. */
void la_results_forget(la_ctx *c);
/* Frees what was not taken. */
void la_results_drop(la_ctx *c);
/* Moves what the result keeps out of the context. NULL after a failure; what there is is to be released then. */
la_compiled *la_compiled_take(la_ctx *c, la_node *stmt, la_dialect_inst *d);

/* What the column's type selects in its place, or the column. */
la_node *la_column_expression(la_ctx *c, la_node *n);

#endif
