/* stmt_cache.c - a chained hash table and a list from the newest to the oldest
 * use. A hit on the newest entry, the usual case in a loop, moves nothing. */
#include "engine/stmt_cache.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "sql/walk.h"

struct la_stmt_cache {
  pthread_mutex_t lock;
  la_entry **buckets;
  size_t nbuckets, size, n;
  la_entry *newest, *oldest;
};

/* ---- binds of a tree ---- */

typedef struct gathering {
  la_node **v;
  uint32_t n, cap;
  la_map seen; /* FROMs that were entered through a column */
} gathering;

static int gather_bind(gathering *g, la_node *n) {
  if (g->n == g->cap) {
    uint32_t cap = g->cap ? g->cap * 2 : 16;
    la_node **v = la_realloc(g->v, cap * sizeof *v);
    if (!v) return -1;
    g->v = v;
    g->cap = cap;
  }
  g->v[g->n++] = n;
  return 0;
}

/* A FROM that stands in the statement only through its columns. */
static int enter_table(gathering *g, la_walk *w, la_node *table) {
  if (!table || table->kind == LA_K_TABLE || la_map_get(&g->seen, la_key(table))) return 0;
  la_walk_push(w, table);
  return la_map_put(&g->seen, la_key(table), table);
}

static int gather(gathering *g, la_walk *w, la_node *n) {
  if (!(n->flags & LA_NF_BIND)) return 0;
  if (n->kind == LA_K_BIND) return gather_bind(g, n);
  if (n->kind == LA_K_COLUMN) return enter_table(g, w, LA_AS(column, n)->table);
  la_walk_children(w, n);
  return 0;
}

int la_stmt_binds(la_node ***out, uint32_t *n, la_node *stmt, la_error *err) {
  gathering g = {NULL, 0, 0, LA_MAP_INIT};
  la_walk w;
  la_node *next;
  int rc = 0;
  la_walk_begin(&w, stmt);
  while (!rc && (next = la_walk_next(&w))) rc = gather(&g, &w, next);
  if (la_walk_end(&w) || rc) rc = la_fail_memory(err);
  la_map_free(&g.seen);
  if (rc) {
    la_free(g.v);
    g.v = NULL;
    g.n = 0;
  }
  *out = g.v;
  *n = g.n;
  return rc;
}

/* ---- entries ---- */

la_entry *la_entry_retain(la_entry *e) {
  if (e) __atomic_add_fetch(&e->refs, 1, __ATOMIC_RELAXED);
  return e;
}

void la_entry_release(la_entry *e) {
  if (!e || __atomic_sub_fetch(&e->refs, 1, __ATOMIC_ACQ_REL)) return;
  for (uint32_t i = 0; i < e->nkeys; i++) la_str_release(e->keys[i]);
  la_free(e->keys);
  la_free(e->bind_at);
  la_str_release(e->sql);
  la_str_release(e->arrays);
  la_positions_free(&e->positions);
  la_foreign_release(e->plan);
  la_compiled_release(e->compiled);
  if (e->dialect) la_dialect_release(e->dialect);
  la_node_release(e->stmt);
  la_free(e);
}

static int copy_keys(la_entry *e, const la_stmt_key *key, la_error *err) {
  if (!key->nkeys) return 0;
  e->keys = la_alloc(key->nkeys * sizeof *e->keys);
  if (!e->keys) return la_fail_memory(err);
  for (uint32_t i = 0; i < key->nkeys; i++) {
    e->keys[i] = la_str_new(key->keys[i].s, key->keys[i].len);
    if (!e->keys[i]) return la_fail_memory(err);
    e->nkeys++;
  }
  return 0;
}

/* Where in the statement's binds does each of the compiled one's stand? */
static int place_binds(la_entry *e, la_error *err) {
  la_node **binds;
  la_map at = LA_MAP_INIT;
  if (la_stmt_binds(&binds, &e->nstmt_binds, e->stmt, err)) return -1;
  int rc = 0;
  for (uint32_t i = e->nstmt_binds; !rc && i-- > 0;) rc = la_map_put(&at, la_key(binds[i]), (void *)(uintptr_t)(i + 1));
  e->bind_at = la_alloc((e->compiled->nbinds + 1) * sizeof *e->bind_at);
  if (rc || !e->bind_at) rc = la_fail_memory(err);
  for (uint32_t i = 0; !rc && i < e->compiled->nbinds; i++)
    e->bind_at[i] = (int32_t)(uintptr_t)la_map_get(&at, la_key(e->compiled->binds[i].node)) - 1;
  la_map_free(&at);
  la_free(binds);
  return rc;
}

/* Does the text depend on values? */
static bool text_varies(const la_compiled *c) {
  for (uint32_t i = 0; i < c->nslots; i++)
    if (c->slots[i].flags & ~LA_BF_AGAIN) return true;
  return c->literal_execute;
}

static int fix_text(la_entry *e, la_paramstyle style, la_error *err) {
  if (text_varies(e->compiled)) return 0;
  la_buf b = LA_BUF_INIT;
  int rc = la_compiled_render(&b, &e->positions, e->compiled, style, NULL, err);
  if (!rc && !(e->sql = la_buf_to_str(&b))) rc = la_fail_memory(err);
  la_buf_free(&b);
  return rc;
}

static int fix_arrays(la_entry *e, la_error *err) {
  if (!(e->flags & LA_SC_MANY) || !e->sql || !e->compiled->crud->arrays_at) return 0;
  la_buf b = LA_BUF_INIT;
  int rc = la_compiled_render_arrays(&b, e->compiled, e->positions.n, err);
  if (!rc && !(e->arrays = la_buf_to_str(&b))) rc = la_fail_memory(err);
  la_buf_free(&b);
  return rc;
}

static uint64_t hash_key(const la_stmt_key *key) {
  uint64_t h = la_hash_mix(key->stmt->hash, key->flags ^ key->extra);
  h = la_hash_mix(h, la_key(key->dialect));
  for (uint32_t i = 0; i < key->nkeys; i++) h = la_hash_mix(h, key->keys[i].hash);
  return h;
}

static int new_entry(la_entry **out, const la_stmt_key *key, la_compiled *compiled, la_foreign *plan,
                     la_paramstyle style, la_error *err) {
  la_entry *e = la_calloc(sizeof *e);
  if (!e) return la_fail_memory(err);
  e->refs = 1;
  e->compiled = la_compiled_retain(compiled);
  e->plan = la_foreign_retain(plan);
  e->recipe = key->recipe;
  e->stmt = la_node_retain(key->stmt);
  e->flags = key->flags;
  e->extra = key->extra;
  e->dialect = key->dialect ? la_dialect_retain(key->dialect) : NULL;
  e->hash = hash_key(key);
  e->style = style;
  if (copy_keys(e, key, err) || place_binds(e, err) || fix_text(e, style, err) || fix_arrays(e, err)) {
    la_entry_release(e);
    return -1;
  }
  *out = e;
  return 0;
}

/* ---- the cache ---- */

la_stmt_cache *la_stmt_cache_new(size_t size) {
  la_stmt_cache *c = la_calloc(sizeof *c);
  if (!c) return NULL;
  c->size = size;
  c->nbuckets = 64;
  while (c->nbuckets < size) c->nbuckets *= 2;
  c->buckets = la_calloc(c->nbuckets * sizeof *c->buckets);
  if (!c->buckets) {
    la_free(c);
    return NULL;
  }
  pthread_mutex_init(&c->lock, NULL);
  return c;
}

static void unlist(la_stmt_cache *c, la_entry *e) {
  *(e->newer ? &e->newer->older : &c->newest) = e->older;
  *(e->older ? &e->older->newer : &c->oldest) = e->newer;
}

static void enlist(la_stmt_cache *c, la_entry *e) {
  e->newer = NULL;
  e->older = c->newest;
  if (c->newest) c->newest->newer = e;
  c->newest = e;
  if (!c->oldest) c->oldest = e;
}

static la_entry **bucket_of(la_stmt_cache *c, uint64_t hash) { return &c->buckets[hash & (c->nbuckets - 1)]; }

/* Takes e out of the table; its reference is now the caller's. */
static void take_out(la_stmt_cache *c, la_entry *e) {
  la_entry **p = bucket_of(c, e->hash);
  while (*p != e) p = &(*p)->chain;
  *p = e->chain;
  unlist(c, e);
  c->n--;
}

void la_stmt_cache_clear(la_stmt_cache *c) {
  pthread_mutex_lock(&c->lock);
  la_entry *e = c->newest;
  memset(c->buckets, 0, c->nbuckets * sizeof *c->buckets);
  c->newest = c->oldest = NULL;
  c->n = 0;
  pthread_mutex_unlock(&c->lock);
  while (e) {
    la_entry *older = e->older;
    la_entry_release(e);
    e = older;
  }
}

void la_stmt_cache_free(la_stmt_cache *c) {
  if (!c) return;
  la_stmt_cache_clear(c);
  pthread_mutex_destroy(&c->lock);
  la_free(c->buckets);
  la_free(c);
}

size_t la_stmt_cache_len(la_stmt_cache *c) {
  pthread_mutex_lock(&c->lock);
  size_t n = c->n;
  pthread_mutex_unlock(&c->lock);
  return n;
}

static bool same_name(const la_str *a, const la_key_name *b) {
  return a->hash == b->hash && a->len == b->len && !memcmp(a->s, b->s, b->len);
}

static bool same_key(const la_entry *e, const la_stmt_key *key) {
  if (e->flags != key->flags || e->extra != key->extra || e->dialect != key->dialect || e->nkeys != key->nkeys)
    return false;
  for (uint32_t i = 0; i < e->nkeys; i++)
    if (!same_name(e->keys[i], &key->keys[i])) return false;
  return la_node_same(e->stmt, key->stmt);
}

la_entry *la_stmt_cache_get(la_stmt_cache *c, const la_stmt_key *key) {
  uint64_t hash = hash_key(key);
  pthread_mutex_lock(&c->lock);
  la_entry *e = *bucket_of(c, hash);
  while (e && (e->hash != hash || !same_key(e, key))) e = e->chain;
  if (e && e != c->newest) {
    unlist(c, e);
    enlist(c, e);
  }
  la_entry_retain(e);
  pthread_mutex_unlock(&c->lock);
  return e;
}

int la_stmt_cache_put(la_entry **out, la_stmt_cache *c, const la_stmt_key *key, la_compiled *compiled, la_foreign *plan,
                      la_paramstyle style, la_error *err) {
  if (new_entry(out, key, compiled, plan, style, err)) return -1;
  if (!c->size || compiled->by_value) return 0;
  la_entry *gone = NULL;
  pthread_mutex_lock(&c->lock);
  if (c->n == c->size) take_out(c, gone = c->oldest);
  (*out)->chain = *bucket_of(c, (*out)->hash);
  *bucket_of(c, (*out)->hash) = la_entry_retain(*out);
  enlist(c, *out);
  c->n++;
  pthread_mutex_unlock(&c->lock);
  la_entry_release(gone);
  return 0;
}
