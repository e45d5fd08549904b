/* proxy.h - the columns by which a derived FROM shows what is selected within it. */
#ifndef LA_SQL_PROXY_H
#define LA_SQL_PROXY_H

#include "sql/columns.h"

/* What the columns of an alias, subquery, CTE and their like are made from: a FROM or a statement. NULL for other
 * kinds, and for table-valued functions. */
la_node *la_from_element(const la_node *from);
/* Fills c with new columns that from owns, one for each that its element has. */
int la_proxy_fill(la_columns *c, la_node *from, la_error *err);

#endif
