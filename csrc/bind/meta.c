#include "bind/meta.h"

#include <stdbool.h>
#include <string.h>

void la_new_meta(lua_State *L, const char *name, lua_CFunction gc, const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, name);
  lua_pushlightuserdata(L, (void *)(uintptr_t)name);
  lua_rawseti(L, -2, 1);
  if (gc) {
    lua_pushcfunction(L, gc);
    lua_setfield(L, -2, "__gc");
  }
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__metatable");
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
  lua_newtable(L);
  luaL_setfuncs(L, methods, 0);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}

void *la_push_userdata(lua_State *L, size_t size, const char *name) {
  void *p = lua_newuserdatauv(L, size, 0);
  memset(p, 0, size);
  lua_rawgetp(L, LUA_REGISTRYINDEX, name);
  lua_setmetatable(L, -2);
  return p;
}

void *la_test_userdata(lua_State *L, int idx, const char *name) {
  void *p = lua_touserdata(L, idx);
  if (!p || !lua_getmetatable(L, idx)) return NULL;
  lua_rawgeti(L, -1, 1);
  bool ours = lua_touserdata(L, -1) == name;
  lua_pop(L, 2);
  return ours ? p : NULL;
}

void *la_check_userdata(lua_State *L, int idx, const char *name) {
  void *p = la_test_userdata(L, idx, name);
  return p ? p : luaL_checkudata(L, idx, name);
}

la_box *la_push_box(lua_State *L, const char *name) {
  la_box *b = la_push_userdata(L, sizeof *b, name);
  b->mark = name;
  return b;
}

void *la_empty_box(lua_State *L) {
  la_box *b = lua_touserdata(L, 1);
  void *held = b->held;
  *b = (la_box){NULL, NULL};
  return held;
}

int la_index_get(lua_State *L) {
  lua_CFunction fn = lua_tocfunction(L, -1);
  if (fn && !lua_getupvalue(L, -1, 1)) {
    lua_settop(L, 1);
    return fn(L);
  }
  if (fn) lua_pop(L, 1);
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

#if LUA_VERSION_NUM >= 503
static int answered(lua_State *L, int status, lua_KContext ctx) {
  (void)L;
  (void)status;
  (void)ctx;
  return 1;
}
#define call_other(L) lua_callk(L, 2, 1, 0, answered) /* what is called may yield */
#else
#define call_other(L) lua_call(L, 2, 1)
#endif

int la_index_other(lua_State *L) {
  lua_settop(L, 2);
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_insert(L, 1);
  call_other(L);
  return 1;
}

/* Upvalues: class, other. */
static int class_index(lua_State *L) {
  lua_pushvalue(L, 2);
  lua_gettable(L, lua_upvalueindex(1));
  return lua_isnil(L, -1) ? la_index_other(L) : 1;
}

/* core.class_index(class, other): an __index of objects: what the class has, else what other(object, key) answers */
static int new_class_index(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  lua_pushcclosure(L, class_index, 2);
  return 1;
}

void la_open_meta(lua_State *L, int core) {
  lua_pushcfunction(L, new_class_index);
  lua_setfield(L, core, "class_index");
}
