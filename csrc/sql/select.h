/* select.h - SELECT: what it selects, under which names, from what.
 *
 * Functions return 0, or -1 with err filled. Nodes in a la_vec are held by it.
 */
#ifndef LA_SQL_SELECT_H
#define LA_SQL_SELECT_H

#include "base/map.h"
#include "sql/naming.h"
#include "sql/vec.h"

typedef enum la_label_style {
  LA_LABELS_NONE,
  LA_LABELS_TABLENAME, /* LABEL_STYLE_TABLENAME_PLUS_COL */
  LA_LABELS_DISAMBIGUATE,
  LA_LABELS_LEGACY_ORM
} la_label_style;

typedef enum la_set_op {
  LA_SET_UNION,
  LA_SET_UNION_ALL,
  LA_SET_EXCEPT,
  LA_SET_EXCEPT_ALL,
  LA_SET_INTERSECT,
  LA_SET_INTERSECT_ALL
} la_set_op;

/* BIND.role */
typedef enum la_bind_role {
  LA_BIND_EXPR,
  LA_BIND_CRUD,    /* a plain value of INSERT or UPDATE: named after its column when it is compiled */
  LA_BIND_LIMIT,   /* a plain number given to limit(), offset() or fetch() */
  LA_BIND_FRESH,   /* a plain value of VALUES or of a window's frame: has a name of its own wherever it is printed */
  LA_BIND_RETURNED /* the compiler's: what a column of RETURNING comes back in */
} la_bind_role;

/* ---- what is selected ---- */

/* The columns that n gives where it stands in a columns clause: those of a FROM, of t.c, or n itself. */
int la_select_iterable(la_vec *out, la_node *n, la_error *err);
/* All columns (and texts) that a statement returns: SELECT, COMPOUND, SELECT_GROUPING, TEXT_SELECT, VALUES,
 * and of INSERT, UPDATE and DELETE those of RETURNING. */
int la_selected(la_vec *out, const la_node *stmt, la_error *err);
la_label_style la_label_style_of(const la_node *stmt);

/* One column of a columns clause. */
typedef struct la_named {
  la_str *required;  /* label that must be written, or NULL */
  la_str *proxy_key; /* its key in .selected_columns and in a subquery; NULL for text */
  la_str *fallback;  /* label to write where one is needed for other reasons, or NULL */
  la_node *column;
  bool repeated; /* the same column came before */
} la_named;

/* Names the columns. dedupe: repetitions get labels of their own, as in what is written, and there are no keys;
 * without, as in a subquery. out has room for as many, all zeroes; its names are borrowed from k. */
int la_select_names(la_named *out, la_names *k, const la_vec *columns, la_label_style style, bool dedupe,
                    la_error *err);

/* ---- from what ---- */

/* Adds the FROMs that an expression or FROM needs (_from_objects), in order, with repetitions. */
int la_sql_froms(la_vec *out, const la_node *n, la_error *err);
/* The FROMs of a SELECT: select_from(), joins resolved, then those of columns and criteria; none twice, none that
 * is part of a join. Joins are made anew each time. */
int la_select_froms(la_vec *out, la_node *select, la_error *err);
/* All FROMs that columns, criteria and select_from() name, once each. */
int la_select_elements(la_vec *out, const la_node *select, la_error *err);
/* The FROMs of the columns clause alone. */
int la_select_column_froms(la_vec *out, const la_node *select, la_error *err);
/* Leaves in froms what is to be written: the others are correlated to the statements around. explicit_: what
 * correlate() may refer to; implicit: what is correlated without. Sets of la_key(node), NULL if empty. */
int la_select_correlate(la_vec *froms, la_node *select, const la_map *explicit_, const la_map *implicit, la_error *err);

/* ---- SELECTs of SELECTs ---- */

/* The statements (one at least) as one COMPOUND. */
int la_compound_new(la_node **out, la_set_op keyword, la_node *const *selects, uint32_t n, la_error *err);

/* stmt with the label style (a new reference; stmt itself where nothing changes). */
int la_select_with_labels(la_node **out, la_node *stmt, la_label_style style, la_error *err);
/* stmt with labels that tell equal names apart, for use as a subquery. */
int la_select_disambiguated(la_node **out, la_node *stmt, la_error *err);
/* The SCALAR_SELECT of stmt. */
int la_select_scalar(la_node **out, la_node *stmt, la_error *err);
/* The type of the first column; borrowed from stmt, NULL if there is no column. */
int la_select_scalar_type(la_node **out, const la_node *stmt, la_error *err);

#endif
