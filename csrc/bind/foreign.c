/* foreign.c - each Lua state has a host: the list of references that were
 * dropped and wait to be released, guarded by a mutex, counted by its handles. */
#include "bind/foreign.h"

#include <pthread.h>

#include "base/mem.h"

typedef struct la_host {
  pthread_mutex_t lock;
  uint32_t refs; /* the state and every handle */
  bool closed;
  int *dropped;
  size_t n, cap;
} la_host;

static const char host_key = 0;

static void host_release(la_host *h) {
  if (__atomic_sub_fetch(&h->refs, 1, __ATOMIC_ACQ_REL)) return;
  pthread_mutex_destroy(&h->lock);
  la_free(h->dropped);
  la_free(h);
}

static int close_host(lua_State *L) {
  la_host **p = lua_touserdata(L, 1);
  if (!*p) return 0;
  pthread_mutex_lock(&(*p)->lock);
  (*p)->closed = true;
  pthread_mutex_unlock(&(*p)->lock);
  host_release(*p);
  *p = NULL;
  return 0;
}

static la_host *new_host(lua_State *L) {
  la_host **p = lua_newuserdata(L, sizeof *p);
  *p = NULL;
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, close_host);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  la_host *h = la_calloc(sizeof *h);
  if (!h) luaL_error(L, "out of memory");
  h->refs = 1;
  pthread_mutex_init(&h->lock, NULL);
  *p = h;
  lua_rawsetp(L, LUA_REGISTRYINDEX, &host_key);
  return h;
}

static la_host *host_of(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key);
  la_host **p = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return p && *p ? *p : new_host(L);
}

/* A dropped reference is kept for the state to release; if memory is out for
 * that, the Lua value stays alive: nothing else suffers. */
static void drop(la_foreign *f) {
  la_host *h = f->host;
  pthread_mutex_lock(&h->lock);
  if (!h->closed) {
    if (h->n == h->cap) {
      size_t cap = h->cap ? h->cap * 2 : 16;
      int *v = la_realloc(h->dropped, cap * sizeof *v);
      if (v) {
        h->dropped = v;
        h->cap = cap;
      }
    }
    if (h->n < h->cap) h->dropped[h->n++] = (int)f->ref;
  }
  pthread_mutex_unlock(&h->lock);
  la_free(f);
  host_release(h);
}

static void release_dropped(lua_State *L, la_host *h) {
  pthread_mutex_lock(&h->lock);
  while (h->n) luaL_unref(L, LUA_REGISTRYINDEX, h->dropped[--h->n]);
  pthread_mutex_unlock(&h->lock);
}

la_foreign *la_foreign_new(lua_State *L, int idx) {
  static uint32_t last_id;
  idx = lua_absindex(L, idx);
  la_host *h = host_of(L);
  release_dropped(L, h);
  lua_pushvalue(L, idx);
  int ref = luaL_ref(L, LUA_REGISTRYINDEX);
  la_foreign *f = la_alloc(sizeof *f);
  if (!f) {
    luaL_unref(L, LUA_REGISTRYINDEX, ref);
    luaL_error(L, "out of memory");
    return NULL;
  }
  __atomic_add_fetch(&h->refs, 1, __ATOMIC_RELAXED);
  *f = (la_foreign){1, __atomic_add_fetch(&last_id, 1, __ATOMIC_RELAXED), h, ref, drop};
  return f;
}

void la_push_foreign(lua_State *L, const la_foreign *f) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &host_key);
  la_host **p = lua_touserdata(L, -1);
  lua_pop(L, 1);
  if (f && p && *p == f->host)
    lua_rawgeti(L, LUA_REGISTRYINDEX, (int)f->ref);
  else
    lua_pushnil(L);
}
