/* vec.h - a growing array of nodes, each of which it holds or, if it borrows them, does not. Failure is sticky. */
#ifndef LA_SQL_VEC_H
#define LA_SQL_VEC_H

#include "sql/node.h"

typedef struct la_vec {
  la_node **v;
  uint32_t n, cap;
  bool failed;
  bool lent;    /* v is not its own */
  bool borrows; /* nodes that live longer than it; of the functions below for la_vec_add … la_vec_has, la_vec_free */
} la_vec;

#define LA_VEC_INIT \
  { NULL, 0, 0, false, false, false }
/* One that begins in an array of nodes, for as long as that suffices. */
#define LA_VEC_ON(array) \
  { array, 0, sizeof(array) / sizeof *(array), false, true, false }
/* The same that borrows its nodes. */
#define LA_VEC_LENT(array) \
  { array, 0, sizeof(array) / sizeof *(array), false, true, true }

/* Makes room for one more; false when memory is out. */
bool la_vec_grow(la_vec *a);
/* Adds a node, of which it takes a reference of its own unless it borrows. */
static inline void la_vec_add(la_vec *a, la_node *n) {
  if (a->n < a->cap || la_vec_grow(a)) a->v[a->n++] = a->borrows ? n : la_node_retain(n);
}
/* Adds a node, taking over the caller's reference; NULL is a failure. */
void la_vec_give(la_vec *a, la_node *n);
void la_vec_add_list(la_vec *a, const la_list *l);
/* Adds n unless it is there. */
void la_vec_add_once(la_vec *a, la_node *n);
bool la_vec_has(const la_vec *a, const la_node *n);
/* Adds what is in from, whose references it takes over. */
void la_vec_move(la_vec *a, la_vec *from);
/* The nodes as a list (NULL if there are none), and the array emptied. -1 when memory is out. */
int la_vec_to_list(la_vec *a, la_list **out);
void la_vec_drop(la_vec *a);
static inline void la_vec_free(la_vec *a) {
  if (!a->lent ? a->v != NULL : a->n && !a->borrows)
    la_vec_drop(a);
  else
    a->n = 0;
}

#endif
