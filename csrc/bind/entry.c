/* entry.c - core.statement_cache(size): compiled statements by structure.
 *
 *   cache:find(stmt, params, many, extra, connection) -> cursor, info, ready     or nothing
 *   cache:add(stmt, params, many, extra, connection, compiled, info, style) -> cursor, ready
 *
 * `params` is the (first) table of parameters or nil: its names belong to the
 * key of an INSERT or UPDATE. With a connection that is usable, an execution of one set is `ready` where its values
 * could be bound without a function of Lua, and without an error; else cursor:bind is still to come. `info` is a Lua
 * table that stays with the entry. The cursor is an execution to come of the statement, see cursor.c.
 */
#include <string.h>

#include "base/mem.h"
#include "bind/compile.h"
#include "bind/cursor.h"
#include "bind/foreign.h"
#include "bind/meta.h"
#include "bind/node.h"
#include "bind/raise.h"

static const char cache_name[] = "lualchemy.statement_cache";

static la_stmt_cache *check_cache(lua_State *L, int idx) {
  la_stmt_cache **p = la_check_userdata(L, idx, cache_name);
  if (!*p) la_raise_exc(L, LA_EXC_InvalidRequestError, "the statement cache is closed");
  return *p;
}

/* ---- names of parameters ---- */

enum { FEW = 16 };

/* In order. They are strings of the table of parameters, which is on the stack. */
typedef struct names {
  la_key_name *v, few[FEW];
  uint32_t n, cap;
} names;

static bool is_before(const la_key_name *a, const la_key_name *b) {
  int c = memcmp(a->s, b->s, a->len < b->len ? a->len : b->len);
  return c < 0 || (!c && a->len < b->len);
}

/* Room for more is a userdata that stays on the stack, below what is at the top. */
static void grow(lua_State *L, names *k) {
  la_key_name *more = lua_newuserdatauv(L, 2 * k->cap * sizeof *more, 0);
  lua_insert(L, -3);
  memcpy(more, k->v, k->n * sizeof *more);
  k->v = more;
  k->cap *= 2;
}

static void insert_sorted(names *k, la_key_name name) {
  uint32_t i = k->n++;
  for (; i > 0 && is_before(&name, &k->v[i - 1]); i--) k->v[i] = k->v[i - 1];
  k->v[i] = name;
}

/* The names of the table at idx. */
static void gather_names(lua_State *L, int idx, names *k) {
  k->v = k->few;
  k->n = 0;
  k->cap = FEW;
  luaL_checkstack(L, 12, "execute");
  lua_pushnil(L);
  while (lua_next(L, idx)) {
    if (lua_type(L, -2) != LUA_TSTRING) la_raise_arg(L, "execute", "name of a parameter", -2, "a string");
    if (k->n == k->cap) grow(L, k);
    size_t len;
    const char *s = lua_tolstring(L, -2, &len);
    insert_sorted(k, (la_key_name){s, (uint32_t)len, la_str_hash(s, len)});
    lua_pop(L, 1);
  }
}

static bool names_matter(const la_node *stmt) { return stmt->kind == LA_K_INSERT || stmt->kind == LA_K_UPDATE; }

/* The key of arguments 2 to 5, with names in k. May push what they lie in; it must stay on the stack while the key is
 * used. */
static la_stmt_key key_of(lua_State *L, names *k) {
  la_node *stmt = la_to_node(L, 2);
  if (!stmt) la_raise_arg(L, "execute", "statement", 2, "an executable statement");
  la_stmt_key key = {stmt, NULL, 0, lua_toboolean(L, 4) ? LA_SC_MANY : 0, NULL, (uint64_t)luaL_optinteger(L, 5, 0),
                     NULL};
  key.extra = la_hash_mix(key.extra, la_key(lua_topointer(L, LUA_REGISTRYINDEX)));
  if (lua_istable(L, 3) && names_matter(stmt)) {
    gather_names(L, 3, k);
    key.keys = k->v;
    key.nkeys = k->n;
  }
  return key;
}

/* The cursor, which has its entry, becomes an execution of stmt. */
static void set_statement(la_exec *c, la_node *stmt) {
  c->recipe = c->entry->recipe;
  if (stmt != c->entry->stmt) c->stmt = la_node_retain(stmt);
}

/* Are the parameters bound, and is the connection at 6, if there is one, usable? */
static bool get_ready(lua_State *L, la_exec *exec) {
  if (!lua_toboolean(L, 6) || lua_toboolean(L, 4) || !la_connection_usable(la_check_connection(L, 6))) return false;
  return la_exec_bind_plain(L, exec, lua_istable(L, 3) ? 3 : 0);
}

static int cache_find(lua_State *L) {
  la_stmt_cache *c = check_cache(L, 1);
  lua_settop(L, 6);
  names k;
  la_stmt_key key = key_of(L, &k);
  la_exec *exec = la_exec_new(L);
  exec->entry = la_stmt_cache_get(c, &key);
  if (!exec->entry) return 0;
  set_statement(exec, key.stmt);
  bool ready = get_ready(L, exec);
  la_push_foreign(L, exec->entry->plan);
  lua_pushboolean(L, ready);
  return 3;
}

static int cache_add(lua_State *L) {
  la_stmt_cache *c = check_cache(L, 1);
  la_compiled *compiled = la_check_compiled(L, 7);
  luaL_checktype(L, 8, LUA_TTABLE);
  la_paramstyle style = la_paramstyle_named(luaL_checkstring(L, 9));
  lua_settop(L, 9);
  names k;
  la_stmt_key key = key_of(L, &k);
  key.recipe = la_recipe_of(L, 8);
  la_exec *exec = la_exec_new(L);
  la_foreign *info = la_foreign_new(L, 8);
  la_error e = LA_ERROR_INIT;
  int rc = la_stmt_cache_put(&exec->entry, c, &key, compiled, info, style, &e);
  la_foreign_release(info);
  if (rc) return la_raise(L, &e);
  set_statement(exec, key.stmt);
  exec->fresh = true;
  lua_pushboolean(L, get_ready(L, exec));
  return 2;
}

static int cache_len(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)la_stmt_cache_len(check_cache(L, 1)));
  return 1;
}

static int cache_clear(lua_State *L) {
  la_stmt_cache_clear(check_cache(L, 1));
  return 0;
}

static int cache_gc(lua_State *L) {
  la_stmt_cache **p = lua_touserdata(L, 1);
  la_stmt_cache_free(*p);
  *p = NULL;
  return 0;
}

static int cache_new(lua_State *L) {
  lua_Integer size = luaL_optinteger(L, 1, 500);
  la_stmt_cache **p = la_push_userdata(L, sizeof *p, cache_name);
  *p = la_stmt_cache_new(size < 0 ? 0 : (size_t)size);
  if (!*p) return luaL_error(L, "out of memory");
  return 1;
}

void la_open_entry(lua_State *L, int core) {
  static const luaL_Reg cache_methods[] = {
      {"find", cache_find}, {"add", cache_add}, {"len", cache_len}, {"clear", cache_clear}, {NULL, NULL}};
  la_new_meta(L, cache_name, cache_gc, cache_methods);
  lua_pushcfunction(L, cache_new);
  lua_setfield(L, core, "statement_cache");
}
