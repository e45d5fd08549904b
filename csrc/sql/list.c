/* list.c - lists of nodes.
 *
 *     base   [ a b c d . . . . ]     used 4, cap 8
 *              ^     ^
 *     l1      n=2    |               lists in the room of base, which they retain
 *     l2            n=4
 *
 * Appending to a list that ends where the used room ends writes behind it and
 * makes a list that is longer; any other list is copied into a room of its own,
 * with as much again to spare once it is long. A room frees its elements with
 * the last list that stands in it.
 */
#include "base/count.h"
#include "base/mem.h"
#include "sql/node.h"

enum { LONG = 8 }; /* shorter lists get no room to spare */

static la_list *list_of(uint32_t n, uint32_t cap, bool borrowed) {
  la_list *l = la_alloc(sizeof *l + cap * sizeof l->room[0]);
  if (!l) return NULL;
  *l = (la_list){.refs = 1, .n = n, .borrowed = borrowed, .used = n, .cap = cap};
  l->v = l->room;
  return l;
}

static void fill(la_node **to, la_node *const *v, uint32_t n, bool borrowed) {
  for (uint32_t i = 0; i < n; i++) to[i] = borrowed ? v[i] : la_node_retain(v[i]);
}

static la_list *make(la_node *const *v, uint32_t n, bool borrowed) {
  la_list *l = list_of(n, n, borrowed);
  if (l) fill(l->v, v, n, borrowed);
  return l;
}

la_list *la_list_new(la_node *const *v, uint32_t n) { return make(v, n, false); }

la_list *la_list_borrowed(la_node *const *v, uint32_t n) { return make(v, n, true); }

la_list *la_list_retain(la_list *l) {
  if (l) la_count_up(&l->refs);
  return l;
}

/* ---- hashing ---- */

static bool is_hashed(const la_list *l) { return __atomic_load_n(&l->hashed, __ATOMIC_ACQUIRE); }

/* Hash and flags of n elements behind those that gave h and flags. */
static void note_hash(la_list *l, uint64_t hash, int flags, la_node *const *v, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    hash = la_hash_mix(hash, v[i] ? v[i]->hash : 7);
    if (v[i]) flags |= v[i]->flags & LA_NF_INHERITED;
  }
  __atomic_store_n(&l->hash, hash, __ATOMIC_RELAXED);
  __atomic_store_n(&l->flags, (uint8_t)flags, __ATOMIC_RELAXED);
  __atomic_store_n(&l->hashed, true, __ATOMIC_RELEASE);
}

uint64_t la_list_hash(la_list *l, int *flags) {
  if (!is_hashed(l)) note_hash(l, 0, 0, l->v, l->n);
  *flags |= l->flags;
  return la_hash_mix(l->hash, l->n);
}

/* ---- appending ---- */

/* The list behind l in the same room: n more are to be filled in. NULL: there is no room, or no memory. */
static la_list *behind(la_list *l, uint32_t n) {
  la_list *base = l->base ? l->base : l;
  uint32_t end = l->n;
  if (base->cap - end < n || __atomic_load_n(&base->used, __ATOMIC_RELAXED) != end) return NULL;
  la_list *out = list_of(end, 0, l->borrowed);
  if (!out) return NULL;
  if (!__atomic_compare_exchange_n(&base->used, &end, end + n, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
    la_free(out);
    return NULL;
  }
  out->base = la_list_retain(base);
  out->v = base->room;
  out->n += n;
  return out;
}

la_list *la_list_append(la_list *l, la_node *const *v, uint32_t n) {
  if (!l) return la_list_new(v, n);
  la_list *out = behind(l, n);
  if (!out) {
    uint32_t m = l->n + n;
    out = list_of(m, m < LONG ? m : m * 2, l->borrowed);
    if (!out) return NULL;
    fill(out->v, l->v, l->n, l->borrowed);
  }
  fill(out->v + l->n, v, n, l->borrowed);
  if (is_hashed(l)) note_hash(out, l->hash, l->flags, v, n);
  return out;
}
