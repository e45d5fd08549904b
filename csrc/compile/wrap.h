/* wrap.h - building the SELECTs that dialects put around another one whose rows they have no LIMIT for.
 * New nodes are kept by c; after a failure functions give NULL. */
#ifndef LA_COMPILE_WRAP_H
#define LA_COMPILE_WRAP_H

#include "compile/context.h"
#include "sql/ops.h"

/* A copy of a SELECT without LIMIT, OFFSET and FETCH, open until la_wrap_done. */
la_node *la_wrap_copy(la_ctx *c, la_node *select);
la_node *la_wrap_done(la_ctx *c, la_node *copy);
/* An anonymous subquery of it. */
la_node *la_wrap_subquery(la_ctx *c, la_node *select);
/* SELECT of the columns of a subquery, but for the one called `without`, and for those that `of` (a SELECT) does not
 * select (both may be NULL). Open until la_wrap_done. */
la_node *la_wrap_select(la_ctx *c, la_node *subquery, const char *without, la_node *of);
/* Do the two columns stand for a common one? */
bool la_wrap_related(la_ctx *c, const la_node *a, const la_node *b);
/* Appends to a list of an open copy. */
void la_wrap_add(la_ctx *c, la_list **list, la_node *n);
/* column(name) or, literal, the words. */
la_node *la_wrap_column(la_ctx *c, const char *name, bool literal);
la_node *la_wrap_op(la_ctx *c, la_op op, la_node *left, la_node *right);
la_node *la_wrap_label(la_ctx *c, const char *name, la_node *element);
/* What ORDER BY expressions are without references to labels. */
la_node *la_wrap_unlabelled(la_ctx *c, la_node *n);
/* n with the columns of `from` (or of what it was made from) replaced by those of `to`. */
la_node *la_wrap_adapt(la_ctx *c, la_node *n, la_node *to);

#endif
