/* dml.h - INSERT, UPDATE, DELETE.
 *
 * Values of INSERT and UPDATE are PAIRs of a key (COLUMN, or STR with the key
 * of one) and an expression. A plain value is a BIND with the role
 * LA_BIND_CRUD, anonymous, typed as its column if that is known; it is named
 * when the statement is compiled. Pairs stand in the order of the table's
 * columns, so that equal statements are equal, except in ordered values.
 *
 * Functions return 0, or -1 with err filled; *out is a new reference.
 */
#ifndef LA_SQL_DML_H
#define LA_SQL_DML_H

#include "sql/select.h"

/* ON_CONFLICT.style. What it sets are pairs as above whose plain values are ordinary anonymous binds. */
typedef enum la_conflict {
  LA_CONFLICT_NOTHING,  /* ON CONFLICT DO NOTHING */
  LA_CONFLICT_UPDATE,   /* ON CONFLICT DO UPDATE */
  LA_CONFLICT_DUPLICATE /* ON DUPLICATE KEY UPDATE */
} la_conflict;

/* An INSERT, UPDATE or DELETE (kind) of a table. */
int la_dml_new(la_node **out, la_kind kind, la_node *table, la_error *err);
/* The key of a value: a node, or, where that is NULL, a name. */
typedef struct la_dml_key {
  la_node *node;
  la_str *name;
} la_dml_key;

/* PAIR(key, value). value NULL: a BIND of that role for the plain value. */
int la_dml_pair(la_node **out, la_node *table, const la_dml_key *key, la_node *value, const la_value *plain,
                la_bind_role role, la_error *err);
/* The pairs as a list, in the order of the table's columns (then of other columns, then by name); of pairs with the
 * same key the last one counts. */
int la_dml_ordered(la_list **out, la_node *table, la_node *const *pairs, uint32_t n, la_error *err);
/* Adds the tables of a join, leftmost first; else the FROM itself. */
void la_dml_tables(la_vec *out, la_node *from);
/* The FROMs besides the table itself: those of DELETE … USING, of criteria and values, and those joined to it.
 * *primary: the table. */
int la_dml_extra_froms(la_vec *out, la_node **primary, const la_node *stmt, la_error *err);

#endif
