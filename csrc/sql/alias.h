/* alias.h - FROMs with a name of their own: aliases, subqueries, CTEs and their kin.
 *
 * Functions return 0, or -1 with err filled; *out is a new reference. name NULL
 * is an anonymous name, numbered when it is compiled.
 */
#ifndef LA_SQL_ALIAS_H
#define LA_SQL_ALIAS_H

#include "sql/select.h"

/* ALIAS, LATERAL or TABLESAMPLE (kind) of a FROM. */
int la_alias_new(la_node **out, la_kind kind, la_node *element, la_str *name, la_error *err);
/* The statement as a SUBQUERY, equal names told apart. */
int la_subquery_new(la_node **out, la_node *stmt, la_str *name, la_error *err);
/* What alias(name) and lateral(name) are for each kind of FROM and statement. */
int la_alias_of(la_node **out, la_node *from, la_str *name, la_error *err);
int la_lateral_of(la_node **out, la_node *from, la_str *name, la_error *err);

typedef struct la_cte_opts_in {
  la_str *name;
  bool recursive, nesting;
} la_cte_opts_in;

int la_cte_new(la_node **out, la_node *element, const la_cte_opts_in *opts, la_error *err);
/* A CTE that says the same under another name. */
int la_cte_alias(la_node **out, la_node *cte, la_str *name, la_error *err);
/* A CTE in the place of cte: its statement together with the others. */
int la_cte_union(la_node **out, la_node *cte, la_set_op keyword, la_node *const *others, uint32_t n, la_error *err);

#endif
