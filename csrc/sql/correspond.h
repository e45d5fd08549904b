/* correspond.h - which column of one FROM stands for a column of another.
 *
 * A column of a derived table stands for those it was made from, and for all
 * that these stand for: its lineage (SQLAlchemy's proxy_set).
 */
#ifndef LA_SQL_CORRESPOND_H
#define LA_SQL_CORRESPOND_H

#include "base/map.h"
#include "sql/columns.h"

/* Adds the lineage of n, n itself included, as a set of la_key(node). -1 when memory is out. */
int la_lineage(la_map *out, const la_node *n);
/* Have a and b something in their lineages in common? 1, 0, or -1 when memory is out. */
int la_shares_lineage(const la_node *a, const la_node *b);

/* The column of c that stands for col, col itself if it is one of c; borrowed, NULL for none. embedded: only one
 * that stands for everything that col does. Of several the one that shares most wins, then the nearest. */
int la_corresponding(la_node **out, la_columns *c, la_node *col, bool embedded, la_error *err);

/* Is `from` (a FROM or statement) made from `other`? */
bool la_is_derived_from(const la_node *from, const la_node *other);

#endif
