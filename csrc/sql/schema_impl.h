/* schema_impl.h - what the files of schema*.c share. */
#ifndef LA_SQL_SCHEMA_IMPL_H
#define LA_SQL_SCHEMA_IMPL_H

#include "sql/schema.h"

/* The node that owns n in the end. */
static inline const la_node *la_root(const la_node *n) {
  while (n->owner) n = n->owner;
  return n;
}
static inline bool la_same_root(const la_node *a, const la_node *b) { return la_root(a) == la_root(b); }

static inline la_column_spec *la_cspec(const la_node *column) {
  return LA_AS(column_spec, LA_AS(column, column)->spec);
}
static inline la_table_spec *la_tspec(const la_node *table) { return LA_AS(table_spec, LA_AS(table, table)->spec); }
static inline bool la_is_schema_column(const la_node *n) { return la_is(n, LA_K_COLUMN) && LA_AS(column, n)->spec; }

/* Lists of links. Adding what is there and removing what is not do nothing. */
bool la_links_has(const la_list *l, const la_node *n);
int la_links_add(la_list **l, la_node *n, la_error *err);
int la_links_remove(la_list **l, const la_node *n, la_error *err);

/* Makes owner the owner of n, or of what owns n already; references stay valid. Nothing if both have the same root. */
int la_own(la_node *owner, la_node *n, la_error *err);
int la_attached_add(la_attached *a, la_node *n, la_error *err);
/* The number of the next column or constraint. */
int la_schema_next_order(void);
/* "table.column", as the column prints. Appends. */
void la_column_print(la_buf *out, const la_node *column);

/* Replaces an expression that item keeps by one that does not count what has the same owner. */
int la_schema_unhold(la_node **slot, const la_node *item, la_error *err);
int la_schema_unhold_list(la_list **l, const la_node *item, la_error *err);
/* Attaches an item that waited for a column which now has a table, if it waits for no other. */
int la_schema_wake(la_node *item, la_attached *out, la_error *err);
/* la_schema_hold of each. */
int la_schema_hold_list(la_list **l, la_error *err);

/* The parts of attaching a column; each is given a column that is in its table. */
int la_fk_attach(la_node *fk, la_attached *out, la_error *err);
/* "schema.table" that fk refers to as a new string; NULL if it refers to a column of no table. */
la_str *la_fk_table_key(const la_node *fk);
int la_fk_settle_types(la_node *metadata, la_error *err);
int la_column_attach_type(la_node *column, la_attached *out, la_error *err);
/* A column of the primary key is (or no longer is) one. */
int la_primary_key_put(la_node *pk, la_node *column, la_error *err);

#endif
