/* walk.h - nodes still to look at: walks that do not deepen the C stack.
 *
 *     la_walk w;
 *     la_walk_begin(&w, n);
 *     while ((n = la_walk_next(&w))) … la_walk_children(&w, n);
 *     la_walk_end(&w)
 *
 * Visits a node before its children, and those in their order. It holds nothing.
 */
#ifndef LA_SQL_WALK_H
#define LA_SQL_WALK_H

#include "sql/node.h"

enum { LA_WALK_FEW = 16 };

typedef struct la_walk {
  la_node **v; /* `few`, until there are more; the next one last */
  uint32_t n, cap;
  bool failed;
  la_node *few[LA_WALK_FEW];
} la_walk;

/* Makes room for more; notes it when memory is out. */
bool la_walk_grow(la_walk *w);
/* n comes next. NULL is allowed. */
static inline void la_walk_push(la_walk *w, la_node *n) {
  if (n && (w->n < w->cap || la_walk_grow(w))) w->v[w->n++] = n;
}
static inline void la_walk_begin(la_walk *w, la_node *n) {
  w->v = w->few;
  w->n = 0;
  w->cap = LA_WALK_FEW;
  w->failed = false;
  la_walk_push(w, n);
}
/* What to look at next; NULL at the end or after a failure. */
static inline la_node *la_walk_next(la_walk *w) { return w->n && !w->failed ? w->v[--w->n] : NULL; }
/* The elements of l come next, the first first. */
void la_walk_list(la_walk *w, const la_list *l);
/* All that n holds directly comes next. */
void la_walk_children(la_walk *w, const la_node *n);
/* 0, or -1 if memory ran out on the way. */
int la_walk_end(la_walk *w);

#endif
