/* topo.c - Kahn's algorithm by rounds. Circles are found by Tarjan's, with a
 * stack of its own. */
#include "orm/topo.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The edges that leave item i: next[first[i]] … next[first[i + 1] - 1]. */
typedef struct graph {
  uint32_t *first, *next, *degree; /* degree: edges that come in */
} graph;

static void graph_free(graph *g) {
  la_free(g->first);
  la_free(g->next);
  la_free(g->degree);
}

static int graph_make(graph *g, uint32_t n, const uint32_t *edges, uint32_t nedges, la_error *err) {
  g->first = la_calloc((n + 2) * sizeof *g->first);
  g->next = la_alloc((nedges + 1) * sizeof *g->next);
  g->degree = la_calloc((n + 1) * sizeof *g->degree);
  if (!g->first || !g->next || !g->degree) {
    graph_free(g);
    return la_fail_memory(err);
  }
  for (uint32_t i = 0; i < nedges; i++)
    if (edges[2 * i] != edges[2 * i + 1]) g->first[edges[2 * i] + 2]++;
  for (uint32_t i = 2; i < n + 2; i++) g->first[i] += g->first[i - 1];
  for (uint32_t i = 0; i < nedges; i++) {
    uint32_t a = edges[2 * i], b = edges[2 * i + 1];
    if (a == b) continue;
    g->next[g->first[a + 1]++] = b;
    g->degree[b]++;
  }
  return 0;
}

static int by_number(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

/* Takes what is free, round by round; returns how many were taken. */
static uint32_t take_rounds(uint32_t *order, uint32_t n, graph *g) {
  uint32_t done = 0, end = 0;
  for (uint32_t i = 0; i < n; i++)
    if (!g->degree[i]) order[end++] = i;
  while (done < end) {
    uint32_t round_end = end;
    for (; done < round_end; done++)
      for (uint32_t k = g->first[order[done]]; k < g->first[order[done] + 1]; k++)
        if (!--g->degree[g->next[k]]) order[end++] = g->next[k];
    qsort(order + round_end, end - round_end, sizeof *order, by_number);
  }
  return end;
}

int la_topo_sort(uint32_t *order, uint32_t *sorted, uint32_t n, const uint32_t *edges, uint32_t nedges, la_error *err) {
  graph g;
  if (graph_make(&g, n, edges, nedges, err)) return -1;
  uint32_t end = take_rounds(order, n, &g);
  *sorted = end;
  for (uint32_t i = 0; i < n; i++)
    if (g.degree[i]) order[end++] = i;
  graph_free(&g);
  return 0;
}

/* ---- circles ---- */

typedef struct tarjan {
  const graph *g;
  uint32_t *index, *low, *edge; /* index 0: not seen; edge: the next to follow */
  uint32_t *path, npath;        /* items on the way down */
  uint32_t *open, nopen;        /* items whose component is not complete */
  bool *is_open;
  uint32_t count;
} tarjan;

static void enter(tarjan *t, uint32_t v) {
  t->index[v] = t->low[v] = ++t->count;
  t->edge[v] = t->g->first[v];
  t->path[t->npath++] = v;
  t->open[t->nopen++] = v;
  t->is_open[v] = true;
}

/* v's component is complete if v is its root: mark it if it is a circle. */
static void leave(tarjan *t, uint32_t v, unsigned char *in_cycle) {
  t->npath--;
  if (t->npath && t->low[v] < t->low[t->path[t->npath - 1]]) t->low[t->path[t->npath - 1]] = t->low[v];
  if (t->low[v] != t->index[v]) return;
  bool circle = t->open[t->nopen - 1] != v;
  uint32_t w;
  do {
    w = t->open[--t->nopen];
    t->is_open[w] = false;
    in_cycle[w] = circle;
  } while (w != v);
}

static void walk(tarjan *t, uint32_t root, unsigned char *in_cycle) {
  enter(t, root);
  while (t->npath) {
    uint32_t v = t->path[t->npath - 1];
    if (t->edge[v] == t->g->first[v + 1]) {
      leave(t, v, in_cycle);
      continue;
    }
    uint32_t w = t->g->next[t->edge[v]++];
    if (!t->index[w])
      enter(t, w);
    else if (t->is_open[w] && t->index[w] < t->low[v])
      t->low[v] = t->index[w];
  }
}

int la_topo_cycles(unsigned char *in_cycle, uint32_t n, const uint32_t *edges, uint32_t nedges, la_error *err) {
  graph g;
  if (graph_make(&g, n, edges, nedges, err)) return -1;
  uint32_t *numbers = la_calloc((5 * (size_t)n + 1) * sizeof *numbers);
  bool *is_open = la_calloc(n + 1);
  int rc = 0;
  if (numbers && is_open) {
    tarjan t = {
        &g,      numbers, numbers + n, numbers + 2 * (size_t)n, numbers + 3 * (size_t)n, 0, numbers + 4 * (size_t)n, 0,
        is_open, 0};
    memset(in_cycle, 0, n);
    for (uint32_t i = 0; i < n; i++)
      if (!t.index[i]) walk(&t, i, in_cycle);
  } else {
    rc = la_fail_memory(err);
  }
  la_free(numbers);
  la_free(is_open);
  graph_free(&g);
  return rc;
}
