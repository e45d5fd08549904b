/* map.h - an open-addressing hash map from 64-bit keys or strings to pointers.
 *
 * Keys: either integers/pointers (la_map_get/put) or counted strings
 * (la_map_gets/puts, compared by bytes). One map holds one sort of keys.
 * Values are borrowed.
 */
#ifndef LA_BASE_MAP_H
#define LA_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

typedef struct la_map_entry {
  uint64_t hash;
  uint64_t key; /* the integer, or the la_str* (retained) */
  void *value;  /* NULL: never used or removed */
  uint8_t state;
} la_map_entry;

typedef struct la_map {
  la_map_entry *e;
  size_t cap, n, used;
  la_arena *arena; /* where its entries are; NULL: they are its own */
  bool strings;
} la_map;

#define LA_MAP_INIT \
  { NULL, 0, 0, 0, NULL, false }
#define LA_MAP_IN(arena) \
  { NULL, 0, 0, 0, arena, false }

/* Frees what a map that was written to holds. */
void la_map_drop(la_map *m);
static inline void la_map_free(la_map *m) {
  if (m->e) la_map_drop(m);
}
void *la_map_find(const la_map *m, uint64_t key);
static inline void *la_map_get(const la_map *m, uint64_t key) { return m->n ? la_map_find(m, key) : NULL; }
/* Sets key to value (NULL removes); 0, or -1 when memory is out. */
int la_map_put(la_map *m, uint64_t key, void *value);
void *la_map_finds(const la_map *m, const la_str *key);
static inline void *la_map_gets(const la_map *m, const la_str *key) { return m->n ? la_map_finds(m, key) : NULL; }
void *la_map_getb(const la_map *m, const char *key, size_t len);
int la_map_puts(la_map *m, la_str *key, void *value);

static inline uint64_t la_key(const void *p) { return (uint64_t)(uintptr_t)p; }

#endif
