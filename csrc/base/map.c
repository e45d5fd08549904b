/* map.c - linear probing over a power of two, at most three quarters full.
 * A removed entry stays as a tombstone until the next rehash, so that probes
 * go past it: `n` counts the living, `used` the living and the tombstones. */
#include "base/map.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

enum { EMPTY, LIVE, GONE };

#ifdef LA_DEBUG
#define FIRST 2
#else
#define FIRST 8
#endif

typedef struct probe {
  uint64_t hash, key;
  const char *s; /* for maps of strings */
  size_t len;
} probe;

static la_str *str_key(const la_map_entry *e) { return (la_str *)(uintptr_t)e->key; }

static probe of_int(uint64_t key) { return (probe){la_hash_mix(key, 0), key, NULL, 0}; }

/* The same hash as that of the la_str with these bytes. */
static probe of_bytes(const char *s, size_t len) {
  uint64_t h = la_hash_bytes(s, len, 0);
  return (probe){(uint32_t)(h ^ (h >> 32)), 0, s, len};
}

static probe of_str(const la_str *s) { return (probe){s->hash, la_key(s), s->s, s->len}; }

static bool matches(const la_map_entry *e, const probe *p) {
  if (e->hash != p->hash) return false;
  if (!p->s) return e->key == p->key;
  const la_str *k = str_key(e);
  return k->len == p->len && !memcmp(k->s, p->s, p->len);
}

static la_map_entry *find(const la_map *m, probe p) {
  if (!m->n) return NULL;
  for (size_t i = p.hash & (m->cap - 1); m->e[i].state != EMPTY; i = (i + 1) & (m->cap - 1))
    if (m->e[i].state == LIVE && matches(&m->e[i], &p)) return &m->e[i];
  return NULL;
}

static la_map_entry *free_slot(la_map_entry *e, size_t cap, uint64_t hash) {
  size_t i = hash & (cap - 1);
  while (e[i].state != EMPTY) i = (i + 1) & (cap - 1);
  return &e[i];
}

/* Room for one more entry, tombstones dropped. */
static int grow(la_map *m) {
  if ((m->used + 1) * 4 <= m->cap * 3) return 0;
  size_t cap = FIRST;
  while ((m->n + 1) * 2 > cap) cap *= 2;
  la_map_entry *e = m->arena ? la_arena_alloc(m->arena, cap * sizeof *e) : la_calloc(cap * sizeof *e);
  if (!e) return -1;
  for (size_t i = 0; i < m->cap; i++)
    if (m->e[i].state == LIVE) *free_slot(e, cap, m->e[i].hash) = m->e[i];
  if (!m->arena) la_free(m->e);
  m->e = e;
  m->cap = cap;
  m->used = m->n;
  return 0;
}

static void remove_entry(la_map *m, la_map_entry *e) {
  if (!e) return;
  if (m->strings) la_str_release(str_key(e));
  e->value = NULL;
  e->state = GONE;
  m->n--;
}

static int put(la_map *m, probe p, void *value) {
  la_map_entry *e = find(m, p);
  if (!value) {
    remove_entry(m, e);
    return 0;
  }
  if (e) {
    e->value = value;
    return 0;
  }
  if (grow(m)) return -1;
  e = free_slot(m->e, m->cap, p.hash);
  *e = (la_map_entry){p.hash, p.key, value, LIVE};
  if (m->strings) la_str_retain(str_key(e));
  m->n++;
  m->used++;
  return 0;
}

void la_map_drop(la_map *m) {
  for (size_t i = 0; m->strings && i < m->cap; i++)
    if (m->e[i].state == LIVE) la_str_release(str_key(&m->e[i]));
  if (!m->arena) la_free(m->e);
  *m = (la_map)LA_MAP_IN(m->arena);
}

static void *value_of(const la_map_entry *e) { return e ? e->value : NULL; }

void *la_map_find(const la_map *m, uint64_t key) { return value_of(find(m, of_int(key))); }

int la_map_put(la_map *m, uint64_t key, void *value) { return put(m, of_int(key), value); }

void *la_map_finds(const la_map *m, const la_str *key) { return value_of(find(m, of_str(key))); }

void *la_map_getb(const la_map *m, const char *key, size_t len) { return value_of(find(m, of_bytes(key, len))); }

int la_map_puts(la_map *m, la_str *key, void *value) {
  m->strings = true;
  return put(m, of_str(key), value);
}
