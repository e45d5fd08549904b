#include "sql/vec.h"

#include "base/mem.h"

static bool room(la_vec *a) {
  if (a->n < a->cap) return true;
  uint32_t cap = a->cap ? a->cap * 2 : 8;
  la_node **v = la_realloc(a->v, cap * sizeof *v);
  if (!v) {
    a->failed = true;
    return false;
  }
  a->v = v;
  a->cap = cap;
  return true;
}

void la_vec_add(la_vec *a, la_node *n) {
  if (room(a)) a->v[a->n++] = la_node_retain(n);
}

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

void la_vec_free(la_vec *a) {
  for (uint32_t i = 0; i < a->n; i++) la_node_release(a->v[i]);
  if (a->v) la_free(a->v);
  *a = (la_vec)LA_VEC_INIT;
}
