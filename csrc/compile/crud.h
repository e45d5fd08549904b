/* crud.h - the columns and values of INSERT and UPDATE: which there are, in
 * what order, and what is to be fetched back.
 *
 * Values come from the statement, from the keys of the parameters to come, and
 * from the defaults of the table's columns. They are printed at once, as far as
 * possible side by side: names and values of an INSERT each into a text of their
 * own, "name=value" of an UPDATE into one.
 */
#ifndef LA_COMPILE_CRUD_H
#define LA_COMPILE_CRUD_H

#include "compile/context.h"

/* One column that gets a value, and where it stands in the texts. */
typedef struct la_crud_item {
  la_node *column; /* or the expression that is set */
  uint32_t name_at, name_end, value_at, value_end, slot_at, slot_end;
  la_node *bind; /* its value, where that is a bind */
} la_crud_item;

/* A value that is still to find its column. */
typedef struct la_crud_param {
  la_str *key;
  la_node *table; /* another table of a multi-table UPDATE, or NULL */
  la_node *value; /* NULL: it comes with the parameters */
  bool from_stmt, used;
} la_crud_param;

typedef struct la_crud_state {
  la_ctx *c;
  la_node *stmt, *table;
  la_columns *cols;
  const la_kw *kw;
  bool insert, top, cte, multi; /* multi: VALUES of many rows */
  bool include_table;           /* columns are named with their table */
  bool other_table;             /* the columns under way are those of another table, named in full */
  la_vec extra;                 /* UPDATE: the other tables */
  la_crud_param *params;
  uint32_t nparams, params_cap;
  la_map by_key; /* key -> index + 1 of params without table */
  /* what is printed */
  la_piece *names, *values;
  la_crud_item *items;
  uint32_t nitems, items_cap;
  /* what is fetched back */
  la_node *autoincrement;
  bool need_pks, returns, postfetch_lastrowid, many_values;
  bool has_defaults_set; /* return_defaults(): the columns of defaults, all if it is empty */
  const la_list *defaults;
  la_list *sentinel; /* RETURNING … in the order of parameters; kept by nobody: see la_crud_end */
  bool metavalue_only;
  /* the row of VALUES under way, from 0; its pairs, of those after the first; the item under way */
  uint32_t at_row, at;
  const la_list *row;
  la_vec ahead, copied; /* crud_copy.c: columns and their binds in turn; columns whose value is printed as a copy */
} la_crud_state;

/* Fills s for a statement and prints; s must be ended in any case. */
void la_crud_begin(la_crud_state *s, la_ctx *c, la_node *stmt, bool top, const la_kw *kw);
void la_crud_end(la_crud_state *s);

/* ---- between the parts ---- */

/* Begins an item: its name is written next; then, after la_crud_value, its value; then la_crud_done. */
la_piece *la_crud_item_begin(la_crud_state *s, la_node *column);
void la_crud_value(la_crud_state *s);
void la_crud_done(la_crud_state *s, la_piece *before);
/* May each value be the column of a row (la_compiled_render_arrays): is it a bind? constants: or without binds? */
bool la_crud_is_row(const la_crud_state *s, bool constants);
/* The name of a column as it is set. */
void la_crud_put_name(la_crud_state *s, la_node *column);
/* A new bind named after a column. name NULL: anonymous. */
void la_crud_put_bind(la_crud_state *s, la_node *column, la_str *name, bool required);
/* A bind as the value of a column. */
void la_crud_put_given_bind(la_crud_state *s, la_node *column, la_node *bind, la_str *name);
void la_crud_put_expr(la_crud_state *s, la_node *value);
/* The binds of both, kept by the context, not printed; NULL: failed. */
la_node *la_crud_new_bind(la_crud_state *s, la_node *column, la_str *name, bool required);
la_node *la_crud_typed_bind(la_crud_state *s, la_node *column, la_node *bind);
/* The bind of that name gets the default of the column, computed before the statement is executed. */
void la_crud_note_prefetch(la_crud_state *s, la_node *column, la_str *name);
/* What a column is given; NULL: nothing. The second: or it has been printed. */
la_crud_param *la_crud_given(la_crud_state *s, const la_node *column);
la_crud_param *la_crud_param_of(la_crud_state *s, const la_node *column);
/* The name of the bind of a column: its key, with the table's name for other tables. */
la_str *la_crud_bind_name(la_crud_state *s, const la_node *column);
bool la_crud_defaults_have(const la_crud_state *s, const la_node *column);
/* crud_default.c: the columns that the statement gives no value */
void la_crud_insert_default(la_crud_state *s, la_node *column);
void la_crud_update_default(la_crud_state *s, la_node *column, la_str *bind_name, bool other_table);
void la_crud_scan_select(la_crud_state *s);
/* crud_rows.c: the rows of VALUES after the first */
void la_crud_more_rows(la_crud_state *s);
/* The value that a row gives to the column of that key; NULL: none. */
la_node *la_crud_value_in(const la_list *row, const la_str *key);
/* The name of a bind in a row of VALUES, with the row's number where there are several. */
la_str *la_crud_row_name(la_crud_state *s, const la_str *key, uint32_t row);
/* crud_copy.c: the bind of a column that a copy of it, printed before, made; NULL: none */
la_node *la_crud_bind_ahead(const la_crud_state *s, const la_node *column);
/* The default of a column: COLUMN_DEFAULT, SEQUENCE; NULL: none. */
la_node *la_crud_default_of(const la_node *column);
/* The expression of a COLUMN_DEFAULT; owned by the context. */
la_node *la_crud_default_expr(la_ctx *c, const la_node *dflt);
/* Is a SEQUENCE to be used where it is the default? */
bool la_crud_uses_sequence(const la_ctx *c, const la_node *sequence);
/* sentinel.c: the columns by which rows that come back are put in the order of the parameters. */
void la_crud_find_sentinel(la_crud_state *s);

#endif
