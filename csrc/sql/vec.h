/* vec.h - a growing array of nodes, each of which it holds. Failure is sticky. */
#ifndef LA_SQL_VEC_H
#define LA_SQL_VEC_H

#include "sql/node.h"

typedef struct la_vec {
  la_node **v;
  uint32_t n, cap;
  bool failed;
} la_vec;

#define LA_VEC_INIT \
  { NULL, 0, 0, false }

/* Adds a node with a reference of its own. */
void la_vec_add(la_vec *a, la_node *n);
/* Adds a node, taking over the caller's reference; NULL is a failure. */
void la_vec_give(la_vec *a, la_node *n);
void la_vec_add_list(la_vec *a, const la_list *l);
/* Adds n unless it is there. */
void la_vec_add_once(la_vec *a, la_node *n);
bool la_vec_has(const la_vec *a, const la_node *n);
/* The nodes as a list (NULL if there are none), and the array emptied. -1 when memory is out. */
int la_vec_to_list(la_vec *a, la_list **out);
void la_vec_free(la_vec *a);

#endif
