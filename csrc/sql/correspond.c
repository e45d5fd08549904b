#include "sql/correspond.h"

#include "base/mem.h"
#include "sql/naming.h"
#include "sql/proxy.h"
#include "sql/select.h"

/* A stack of nodes to visit, with their weight among what one column stands for. */
typedef struct stack {
  struct item {
    const la_node *n;
    uint32_t weight;
  } * v;
  uint32_t n, cap;
  bool failed;
} stack;

static void push(stack *s, const la_node *n, uint32_t weight) {
  if (!n) return;
  if (s->n == s->cap) {
    uint32_t cap = s->cap ? s->cap * 2 : 16;
    struct item *v = la_realloc(s->v, cap * sizeof *v);
    if (!v) {
      s->failed = true;
      return;
    }
    s->v = v;
    s->cap = cap;
  }
  s->v[s->n++] = (struct item){n, weight};
}

/* ---- lineage ---- */

/* What n stands for directly. */
static void push_origins(stack *s, const la_node *n) {
  if (n->kind == LA_K_COLUMN) {
    const la_list *l = LA_AS(column, n)->proxies;
    uint32_t compound = (uint32_t)LA_AS(column, n)->compound;
    for (uint32_t i = 0; i < la_list_len(l); i++) push(s, l->v[i], i < compound ? i + 1 : 1);
  } else if (n->kind == LA_K_LABEL) {
    push(s, LA_AS(label, n)->element, 1);
  } else if (n->kind == LA_K_GROUPING && LA_AS(grouping, n)->element->kind != LA_K_TEXT) {
    push(s, LA_AS(grouping, n)->element, 1);
  }
}

int la_lineage(la_map *out, const la_node *n) {
  stack s = {NULL, 0, 0, false};
  push(&s, n, 1);
  while (s.n && !s.failed) {
    n = la_name_identity(s.v[--s.n].n);
    if (la_map_get(out, la_key(n))) continue;
    if (la_map_put(out, la_key(n), (la_node *)(uintptr_t)n)) s.failed = true;
    push_origins(&s, n);
  }
  la_free(s.v);
  return s.failed ? -1 : 0;
}

static bool has_common(const la_map *a, const la_map *b) {
  for (size_t i = 0; i < a->cap; i++)
    if (a->e[i].value && la_map_get(b, a->e[i].key)) return true;
  return false;
}

int la_shares_lineage(const la_node *a, const la_node *b) {
  la_map m = LA_MAP_INIT, n = LA_MAP_INIT;
  int rc = la_lineage(&m, a) || la_lineage(&n, b) ? -1 : has_common(&m, &n);
  la_map_free(&m);
  la_map_free(&n);
  return rc;
}

/* ---- the index of a collection ---- */

/* From every node in the lineage of a column to the columns, chained. */
struct la_lineages {
  la_map first; /* node -> position in links + 1 */
  struct link {
    uint32_t column, next; /* next: position + 1 */
  } * links;
  uint32_t n, cap;
};

void la_lineages_free(la_lineages *x) {
  if (!x) return;
  la_map_free(&x->first);
  la_free(x->links);
  la_free(x);
}

static int add_link(la_lineages *x, uint64_t key, uint32_t column) {
  if (x->n == x->cap) {
    uint32_t cap = x->cap ? x->cap * 2 : 32;
    struct link *v = la_realloc(x->links, cap * sizeof *v);
    if (!v) return -1;
    x->links = v;
    x->cap = cap;
  }
  x->links[x->n] = (struct link){column, (uint32_t)(uintptr_t)la_map_get(&x->first, key)};
  return la_map_put(&x->first, key, (void *)(uintptr_t)(++x->n));
}

static int add_column(la_lineages *x, const la_node *col, uint32_t column) {
  la_map m = LA_MAP_INIT;
  int rc = la_lineage(&m, col);
  for (size_t i = 0; !rc && i < m.cap; i++)
    if (m.e[i].value) rc = add_link(x, m.e[i].key, column);
  la_map_free(&m);
  return rc;
}

static la_lineages *lineages_of(la_columns *c) {
  if (c->lineages) return c->lineages;
  la_lineages *x = la_calloc(sizeof *x);
  if (!x) return NULL;
  for (uint32_t i = 0; i < c->n; i++) {
    if (!add_column(x, c->v[i].col, i)) continue;
    la_lineages_free(x);
    return NULL;
  }
  return c->lineages = x;
}

/* ---- corresponding columns ---- */

/* The search for the column that corresponds to one with the lineage `target`. */
typedef struct search {
  la_columns *c;
  la_map target;
  uint32_t *common; /* by column: how much of target is in its lineage */
  bool failed;      /* memory is out */
} search;

static void count_common(search *w, const la_lineages *x) {
  for (size_t i = 0; i < w->target.cap; i++) {
    if (!w->target.e[i].value) continue;
    uint32_t at = (uint32_t)(uintptr_t)la_map_get(&x->first, w->target.e[i].key);
    for (; at; at = x->links[at - 1].next) w->common[x->links[at - 1].column]++;
  }
}

/* Do columns a and b share the same part of the target? */
static bool share_alike(search *w, uint32_t a, uint32_t b) {
  la_map x = LA_MAP_INIT, y = LA_MAP_INIT;
  bool alike = !la_lineage(&x, w->c->v[a].col) && !la_lineage(&y, w->c->v[b].col);
  w->failed = w->failed || !alike;
  for (size_t i = 0; alike && i < w->target.cap; i++) {
    const la_map_entry *e = &w->target.e[i];
    alike = !e->value || !la_map_get(&x, e->key) == !la_map_get(&y, e->key);
  }
  la_map_free(&x);
  la_map_free(&y);
  return alike;
}

/* The length of the ways from a column to the target; the later selects of a COMPOUND are farther. Ways can be
 * many: what is beyond the first 65,536 steps no longer counts. */
static size_t distance(search *w, uint32_t column) {
  size_t sum = 0;
  stack s = {NULL, 0, 0, false};
  push(&s, w->c->v[column].col, 1);
  for (uint32_t steps = 0; s.n && !s.failed && steps < 65536; steps++) {
    struct item at = s.v[--s.n];
    const la_node *n = la_name_identity(at.n);
    la_map m = LA_MAP_INIT;
    if (la_lineage(&m, n)) s.failed = true;
    if (has_common(&m, &w->target)) sum += at.weight;
    la_map_free(&m);
    push_origins(&s, n);
  }
  w->failed = w->failed || s.failed;
  la_free(s.v);
  return sum;
}

static bool is_better(search *w, uint32_t a, uint32_t b) {
  if (w->common[a] != w->common[b]) return w->common[a] > w->common[b];
  return share_alike(w, a, b) && distance(w, a) < distance(w, b);
}

static la_node *choose(search *w, bool embedded) {
  uint32_t best = UINT32_MAX;
  for (uint32_t i = 0; i < w->c->n; i++) {
    if (!w->common[i] || (embedded && w->common[i] < w->target.n)) continue;
    if (best == UINT32_MAX || is_better(w, i, best)) best = i;
  }
  return best == UINT32_MAX ? NULL : w->c->v[best].col;
}

int la_corresponding(la_node **out, la_columns *c, la_node *col, bool embedded, la_error *err) {
  *out = la_columns_has(c, col) ? col : NULL;
  if (*out || !c->n) return 0;
  search w = {c, LA_MAP_INIT, la_calloc(c->n * sizeof *w.common), false};
  const la_lineages *x = lineages_of(c);
  bool ok = w.common && x && !la_lineage(&w.target, col);
  if (ok) {
    count_common(&w, x);
    *out = choose(&w, embedded);
  }
  la_map_free(&w.target);
  la_free(w.common);
  return ok && !w.failed ? 0 : la_fail_memory(err);
}

/* ---- derivation ---- */

static void push_list(stack *s, const la_list *l) {
  for (uint32_t i = 0; i < la_list_len(l); i++) push(s, l->v[i], 1);
}

/* What a FROM or a statement is made from directly. */
static int push_sources(stack *s, const la_node *n, la_vec *froms) {
  switch (n->kind) {
    case LA_K_JOIN:
      push(s, LA_AS(join, n)->left, 1);
      push(s, LA_AS(join, n)->right, 1);
      return 0;
    case LA_K_FROM_GROUPING: push(s, LA_AS(from_grouping, n)->element, 1); return 0;
    case LA_K_SELECT_GROUPING: push(s, LA_AS(select_grouping, n)->element, 1); return 0;
    case LA_K_COMPOUND: push_list(s, LA_AS(compound, n)->selects); return 0;
    case LA_K_CTE: push(s, LA_AS(cte, n)->element, 1); return 0;
    case LA_K_ENTITY: push(s, LA_AS(entity, n)->selectable, 1); return 0;
    case LA_K_SELECT: return la_select_elements(froms, n, NULL);
    default: push(s, la_from_element(n), 1); return 0;
  }
}

bool la_is_derived_from(const la_node *from, const la_node *other) {
  stack s = {NULL, 0, 0, false};
  la_map seen = LA_MAP_INIT;
  la_vec froms = LA_VEC_INIT;
  bool found = false;
  push(&s, from, 1);
  while (s.n && !s.failed && !found) {
    const la_node *n = s.v[--s.n].n;
    found = n == other;
    if (found || la_map_get(&seen, la_key(n))) continue;
    uint32_t before = froms.n;
    if (la_map_put(&seen, la_key(n), &s) || push_sources(&s, n, &froms)) s.failed = true;
    for (uint32_t i = before; i < froms.n; i++) push(&s, froms.v[i], 1);
  }
  la_vec_free(&froms);
  la_map_free(&seen);
  la_free(s.v);
  return found;
}
