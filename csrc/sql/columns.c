/* columns.c - an array in order, and a map from each key to its first place. */
#include "sql/columns.h"

#include <string.h>

#include "base/mem.h"

la_columns *la_columns_new(void) {
  la_columns *c = la_calloc(sizeof *c);
  if (c) c->index.strings = true;
  return c;
}

void la_columns_free(la_columns *c) {
  if (!c) return;
  for (uint32_t i = 0; i < c->n; i++) la_str_release(c->v[i].key);
  la_free(c->v);
  la_map_free(&c->index);
  la_lineages_free(c->lineages);
  la_free(c);
}

/* The columns changed: what was derived from them is no longer so. */
static void forget(la_columns *c) {
  la_lineages_free(c->lineages);
  c->lineages = NULL;
}

/* Notes that a column is coming under that key. */
static void note_name(la_columns *c, const la_str *key, const la_node *col) {
  if (la_is(col, LA_K_COLUMN) && !la_str_eq(key, LA_AS(column, col)->name)) c->renamed = true;
}

/* Makes the map anew: positions have changed. */
static int reindex(la_columns *c) {
  forget(c);
  la_map_free(&c->index);
  c->index = (la_map)LA_MAP_INIT;
  c->index.strings = true;
  for (uint32_t i = 0; i < c->n; i++) {
    la_str *key = c->v[i].key;
    if (key && !la_map_gets(&c->index, key) && la_map_puts(&c->index, key, (void *)(uintptr_t)(i + 1))) return -1;
  }
  return 0;
}

int la_columns_add(la_columns *c, la_str *key, la_node *col) {
  forget(c);
  if (c->n == c->cap) {
    uint32_t cap = c->cap ? c->cap * 2 : 8;
    struct la_columns_entry *v = la_realloc(c->v, cap * sizeof *v);
    if (!v) return -1;
    c->v = v;
    c->cap = cap;
  }
  if (key && !la_map_gets(&c->index, key) && la_map_puts(&c->index, key, (void *)(uintptr_t)(c->n + 1))) return -1;
  note_name(c, key, col);
  c->v[c->n++] = (struct la_columns_entry){la_str_retain(key), col};
  return 0;
}

int la_columns_replace(la_columns *c, la_node *old, la_str *key, la_node *col) {
  for (uint32_t i = 0; i < c->n; i++) {
    if (c->v[i].col != old) continue;
    la_str_retain(key);
    la_str_release(c->v[i].key);
    c->v[i] = (struct la_columns_entry){key, col};
    note_name(c, key, col);
    return reindex(c);
  }
  return -1;
}

int la_columns_remove(la_columns *c, const la_node *col) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < c->n; i++) {
    if (c->v[i].col == col)
      la_str_release(c->v[i].key);
    else
      c->v[kept++] = c->v[i];
  }
  if (kept == c->n) return 0;
  c->n = kept;
  return reindex(c);
}

int la_columns_move(la_columns *c, const la_node *col, uint32_t to) {
  uint32_t from = 0;
  while (from < c->n && c->v[from].col != col) from++;
  if (from == c->n) return 0;
  if (to >= c->n) to = c->n - 1;
  struct la_columns_entry moved = c->v[from];
  if (to < from)
    memmove(c->v + to + 1, c->v + to, (from - to) * sizeof *c->v);
  else
    memmove(c->v + from, c->v + from + 1, (to - from) * sizeof *c->v);
  c->v[to] = moved;
  return reindex(c);
}

uint32_t la_columns_place(const la_columns *c, const char *key, size_t len) {
  uintptr_t at = c ? (uintptr_t)la_map_getb(&c->index, key, len) : 0;
  return at ? (uint32_t)(at - 1) : UINT32_MAX;
}

la_node *la_columns_get(const la_columns *c, const char *key, size_t len) {
  uint32_t at = la_columns_place(c, key, len);
  return at != UINT32_MAX ? c->v[at].col : NULL;
}

la_node *la_columns_at(const la_columns *c, uint32_t i) { return c && i < c->n ? c->v[i].col : NULL; }

bool la_columns_has(const la_columns *c, const la_node *col) {
  for (uint32_t i = 0; c && i < c->n; i++)
    if (c->v[i].col == col) return true;
  return false;
}
