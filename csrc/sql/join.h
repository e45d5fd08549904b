/* join.h - JOIN, its condition by foreign keys, and the joins of a SELECT. */
#ifndef LA_SQL_JOIN_H
#define LA_SQL_JOIN_H

#include "sql/select.h"

/* left JOIN right; onclause NULL: by foreign keys (NoForeignKeysError, AmbiguousForeignKeysError). */
int la_join_new(la_node **out, la_node *left, la_node *right, la_node *onclause, bool isouter, bool full,
                la_error *err);
/* The condition that joins a to b by their foreign keys. a_subset (or NULL): a part of a that is asked first.
 * only (or NULL): the columns that count as foreign keys. */
int la_join_condition(la_node **out, la_node *a, la_node *b, la_node *a_subset, const la_vec *only, la_error *err);
/* Is there such a condition? 1 or 0, -1 after an error. */
int la_can_join(la_node *left, la_node *right, la_error *err);

/* Writes what a FROM is called in messages. */
void la_from_describe(la_buf *out, const la_node *from);

/* ---- the joins of a SELECT ---- */

/* The FROMs of select_from() with the joins of join() and its kin put in their places. */
int la_select_joined(la_vec *out, la_node *select, la_error *err);
/* The FROMs that stand within joins among froms, as a set of la_key(node). */
int la_hidden_froms(la_map *out, const la_vec *froms, la_error *err);

#endif
