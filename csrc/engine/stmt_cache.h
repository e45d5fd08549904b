/* stmt_cache.h - statements that were compiled, found again by their structure.
 *
 * A statement is looked up as the caller built it: by shape, not by the values
 * of its binds. The entry then says where in the new statement the value of
 * each bind of the compiled one stands. Bounded: what was not used longest goes
 * first. Safe for several threads; entries are counted and immutable once put.
 */
#ifndef LA_ENGINE_STMT_CACHE_H
#define LA_ENGINE_STMT_CACHE_H

#include <pthread.h>

#include "compile/compile.h"

typedef struct la_stmt_cache la_stmt_cache;

enum {
  LA_SC_MANY = 1 /* compiled for executemany */
};

/* The name of a parameter, whose bytes are somebody else's. */
typedef struct la_key_name {
  const char *s;
  uint32_t len, hash; /* as that of a la_str */
} la_key_name;

/* What, besides the tree, a compiled statement depends on. Keys and map are borrowed. */
typedef struct la_stmt_key {
  la_node *stmt;
  const la_key_name *keys; /* of the parameters to come (INSERT, UPDATE), in order */
  uint32_t nkeys;
  unsigned flags;           /* LA_SC_ */
  la_dialect_inst *dialect; /* compared by identity */
  uint64_t extra;           /* whatever else the caller tells apart (schema translation), 0: nothing */
  const void *recipe;       /* no part of the key: what an entry made for it gets */
} la_stmt_key;

typedef struct la_entry {
  uint32_t refs;
  la_compiled *compiled;
  la_foreign *plan;   /* what the host keeps with it (a load plan), or NULL */
  const void *recipe; /* something in there, borrowed */
  int32_t *bind_at;   /* for each bind of compiled: which of the statement's binds it is, -1: none */
  uint32_t nstmt_binds;
  /* When no bind changes the text: the text in the style asked for, and its positions. */
  la_str *sql;
  la_positions positions;
  la_paramstyle style;
  la_str *arrays; /* … and the one for many sets at once (la_compiled_render_arrays), or NULL */
  /* The key. */
  la_node *stmt;
  la_str **keys;
  uint32_t nkeys;
  unsigned flags;
  uint64_t extra, hash;
  la_dialect_inst *dialect;
  struct la_entry *chain, *newer, *older; /* guarded by the cache */
} la_entry;

/* size: how many statements; 0: none are kept. NULL when memory is out. */
la_stmt_cache *la_stmt_cache_new(size_t size);
void la_stmt_cache_free(la_stmt_cache *c);
void la_stmt_cache_clear(la_stmt_cache *c);
size_t la_stmt_cache_len(la_stmt_cache *c);

/* The entry for the key (a new reference), or NULL. */
la_entry *la_stmt_cache_get(la_stmt_cache *c, const la_stmt_key *key);
/* Makes an entry (count 1 for the caller) of what `key` was compiled to and keeps
 * it. style is the placeholder style of the driver. plan may be NULL; both are retained. */
int la_stmt_cache_put(la_entry **out, la_stmt_cache *c, const la_stmt_key *key, la_compiled *compiled, la_foreign *plan,
                      la_paramstyle style, la_error *err);
la_entry *la_entry_retain(la_entry *e);
void la_entry_release(la_entry *e);

/* The BINDs of a tree in order of first sight. *out is la_alloc'ed (NULL if there are none); elements are borrowed. */
int la_stmt_binds(la_node ***out, uint32_t *n, la_node *stmt, la_error *err);

#endif
