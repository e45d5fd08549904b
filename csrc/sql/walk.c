#include "sql/walk.h"

#include <string.h>

#include "base/mem.h"

bool la_walk_grow(la_walk *w) {
  la_node **v = la_realloc(w->v == w->few ? NULL : w->v, w->cap * 2 * sizeof *v);
  if (!v) {
    w->failed = true;
    return false;
  }
  if (w->v == w->few) memcpy(v, w->few, sizeof w->few);
  w->v = v;
  w->cap *= 2;
  return true;
}

void la_walk_list(la_walk *w, const la_list *l) {
  for (uint32_t i = la_list_len(l); i > 0; i--) la_walk_push(w, l->v[i - 1]);
}

static int push_child(la_node *child, void *ctx) {
  la_walk_push(ctx, child);
  return 0;
}

void la_walk_children(la_walk *w, const la_node *n) {
  uint32_t from = w->n;
  la_node_each(n, push_child, w);
  for (uint32_t i = from, j = w->n; j > i + 1; i++, j--) {
    la_node *x = w->v[i];
    w->v[i] = w->v[j - 1];
    w->v[j - 1] = x;
  }
}

int la_walk_end(la_walk *w) {
  if (w->v != w->few) la_free(w->v);
  return w->failed ? -1 : 0;
}
