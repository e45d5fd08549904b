/* columns.c - t.c: the columns of something in FROM, as Lua sees them.
 *
 * A userdata that holds the FROM node. A column's name wins over a method's.
 */
#include "bind/columns.h"

#include "bind/convert.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "sql/columns.h"

static const char meta_key = 0;

static la_node *from_of(lua_State *L, int idx) {
  la_node **p = lua_touserdata(L, idx);
  if (p && lua_getmetatable(L, idx)) {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &meta_key);
    bool ours = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    if (ours) return *p;
  }
  la_raise_arg(L, "columns", "self", idx, "a collection of columns");
  return NULL;
}

static la_columns *columns_of(lua_State *L, int idx) {
  la_error e = LA_ERROR_INIT;
  la_columns *c = la_from_columns(from_of(L, idx), &e);
  if (!c) la_raise(L, &e);
  return c;
}

/* columns(from): its collection */
static int columns_new(lua_State *L) {
  la_node *n = la_to_node(L, 1);
  if (!n) return la_raise_arg(L, "columns", "from", 1, "a FROM clause");
  la_node **p = lua_newuserdatauv(L, sizeof *p, 0);
  *p = NULL;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &meta_key);
  lua_setmetatable(L, -2);
  *p = la_node_retain(n);
  return 1;
}

/* by_name(columns, key): the column or nil, no error */
static int columns_find(lua_State *L) {
  la_columns *c = columns_of(L, 1);
  size_t len;
  if (lua_type(L, 2) == LUA_TNUMBER) {
    la_push_node_ref(L, la_columns_at(c, (uint32_t)lua_tonumber(L, 2) - 1));
    return 1;
  }
  const char *key = luaL_checklstring(L, 2, &len);
  la_push_node_ref(L, la_columns_get(c, key, len));
  return 1;
}

/* Upvalue 1: the methods. Upvalue 2: {fn(columns, key)} for unknown names. */
static int columns_index(lua_State *L) {
  la_columns *c = columns_of(L, 1);
  la_node *col = NULL;
  if (lua_type(L, 2) == LUA_TNUMBER) {
    la_push_node_ref(L, la_columns_at(c, (uint32_t)lua_tonumber(L, 2) - 1));
    return 1;
  }
  if (lua_type(L, 2) == LUA_TSTRING) {
    size_t len;
    const char *key = lua_tolstring(L, 2, &len);
    col = la_columns_get(c, key, len);
    if (col) {
      la_push_node_ref(L, col);
      return 1;
    }
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
    if (!lua_isnil(L, -1)) return 1;
  }
  lua_settop(L, 2);
  lua_rawgeti(L, lua_upvalueindex(2), 1);
  if (lua_isnil(L, -1)) return 1;
  lua_insert(L, 1);
  lua_call(L, 2, 1);
  return 1;
}

static int columns_len(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)la_columns_len(columns_of(L, 1)));
  return 1;
}

static int columns_keys(lua_State *L) {
  la_columns *c = columns_of(L, 1);
  lua_createtable(L, (int)c->n, 0);
  for (uint32_t i = 0; i < c->n; i++) {
    la_push_str(L, c->v[i].key);
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

static int columns_values(lua_State *L) {
  la_columns *c = columns_of(L, 1);
  lua_createtable(L, (int)c->n, 0);
  for (uint32_t i = 0; i < c->n; i++) {
    la_push_node_ref(L, c->v[i].col);
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

static int columns_parent(lua_State *L) {
  la_push_node_ref(L, from_of(L, 1));
  return 1;
}

static int columns_gc(lua_State *L) {
  la_node **p = lua_touserdata(L, 1);
  la_node *n = *p;
  *p = NULL;
  la_node_release(n);
  return 0;
}

static int columns_eq(lua_State *L) {
  lua_pushboolean(L, from_of(L, 1) == from_of(L, 2));
  return 1;
}

static int set_fallback(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_rawseti(L, lua_upvalueindex(1), 1);
  return 0;
}

void la_open_columns(lua_State *L, int core) {
  lua_newtable(L);
  int meta = lua_gettop(L);
  lua_pushvalue(L, meta);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &meta_key);
  lua_newtable(L); /* methods, to which Lua adds */
  lua_pushcfunction(L, columns_keys);
  lua_setfield(L, -2, "keys");
  lua_pushcfunction(L, columns_values);
  lua_setfield(L, -2, "values");
  lua_pushvalue(L, -1);
  lua_setfield(L, core, "columns_methods");
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, set_fallback, 1);
  lua_setfield(L, core, "columns_fallback");
  lua_pushcclosure(L, columns_index, 2);
  lua_setfield(L, meta, "__index");
  lua_pushcfunction(L, columns_len);
  lua_setfield(L, meta, "__len");
  lua_pushcfunction(L, columns_gc);
  lua_setfield(L, meta, "__gc");
  lua_pushcfunction(L, columns_eq);
  lua_setfield(L, meta, "__eq");
  lua_pushliteral(L, "lualchemy.columns");
  lua_setfield(L, meta, "__name");
  lua_pushliteral(L, "lualchemy.columns");
  lua_setfield(L, meta, "__metatable");
  lua_pushcfunction(L, columns_new);
  lua_setfield(L, core, "columns");
  lua_pushcfunction(L, columns_find);
  lua_setfield(L, core, "columns_find");
  lua_pushcfunction(L, columns_parent);
  lua_setfield(L, core, "columns_parent");
  lua_settop(L, meta - 1);
}
