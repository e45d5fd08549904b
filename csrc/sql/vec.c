#include "sql/vec.h"

#include <string.h>

#include "base/mem.h"

bool la_vec_grow(la_vec *a) {
  uint32_t cap = a->cap ? a->cap * 2 : 8;
  la_node **v = la_realloc(a->lent ? NULL : a->v, cap * sizeof *v);
  if (!v) {
    a->failed = true;
    return false;
  }
  if (a->lent) memcpy(v, a->v, a->n * sizeof *v);
  a->lent = false;
  a->v = v;
  a->cap = cap;
  return true;
}

static bool room(la_vec *a) { return a->n < a->cap || la_vec_grow(a); }

void la_vec_give(la_vec *a, la_node *n) {
  if (!n) {
    a->failed = true;
  } else if (room(a)) {
    a->v[a->n++] = n;
  } else {
    la_node_release(n);
  }
}

void la_vec_add_list(la_vec *a, const la_list *l) {
  for (uint32_t i = 0; i < la_list_len(l); i++) la_vec_add(a, l->v[i]);
}

bool la_vec_has(const la_vec *a, const la_node *n) {
  for (uint32_t i = 0; i < a->n; i++)
    if (a->v[i] == n) return true;
  return false;
}

void la_vec_add_once(la_vec *a, la_node *n) {
  if (!la_vec_has(a, n)) la_vec_add(a, n);
}

int la_vec_to_list(la_vec *a, la_list **out) {
  *out = a->failed || !a->n ? NULL : la_list_new(a->v, a->n);
  int rc = a->failed || (a->n && !*out) ? -1 : 0;
  la_vec_free(a);
  return rc;
}

void la_vec_move(la_vec *a, la_vec *from) {
  for (uint32_t i = 0; i < from->n; i++) la_vec_give(a, from->v[i]);
  from->n = 0;
}

void la_vec_drop(la_vec *a) {
  for (uint32_t i = 0; !a->borrows && i < a->n; i++) la_node_release(a->v[i]);
  if (!a->lent) la_free(a->v);
  *a = (la_vec)LA_VEC_INIT;
}
