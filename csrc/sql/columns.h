/* columns.h - the ordered, keyed columns of something in FROM (t.c).
 *
 * The collection borrows the columns: they are owned by the FROM node they
 * belong to (la_node_adopt) or by one that this node holds. Keys may repeat; a lookup finds the first.
 */
#ifndef LA_SQL_COLUMNS_H
#define LA_SQL_COLUMNS_H

#include "base/map.h"
#include "sql/node.h"

typedef struct la_lineages la_lineages; /* see correspond.h */

struct la_columns {
  uint32_t n, cap;
  struct la_columns_entry {
    la_str *key; /* retained */
    la_node *col;
  } * v;
  la_map index;          /* key -> entry position + 1 */
  bool renamed;          /* some column has, or had, another name than key */
  la_lineages *lineages; /* made when it is first asked for; NULL after a change */
};

la_columns *la_columns_new(void);
void la_columns_free(la_columns *c);
/* Adds col under key (NULL: by position only). 0, or -1 when memory is out. */
int la_columns_add(la_columns *c, la_str *key, la_node *col);
/* Puts col in the place of old (same position); -1 if old is not there. */
int la_columns_replace(la_columns *c, la_node *old, la_str *key, la_node *col);
/* Takes col away; nothing happens if it is not there. -1: memory is out, and lookups by key may fail. */
int la_columns_remove(la_columns *c, const la_node *col);
/* Puts col, which is there, at position `to`, or last. 0, or -1 when memory is out. */
int la_columns_move(la_columns *c, const la_node *col, uint32_t to);
/* The place of the first column of that key, or UINT32_MAX; that column, or NULL. */
uint32_t la_columns_place(const la_columns *c, const char *key, size_t len);
la_node *la_columns_get(const la_columns *c, const char *key, size_t len);
la_node *la_columns_at(const la_columns *c, uint32_t i); /* from 0, NULL past the end */
bool la_columns_has(const la_columns *c, const la_node *col);
void la_lineages_free(la_lineages *x);
static inline uint32_t la_columns_len(const la_columns *c) { return c ? c->n : 0; }

#endif
