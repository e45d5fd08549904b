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

int la_index_other(lua_State *L) {
  lua_settop(L, 2);
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_insert(L, 1);
  lua_call(L, 2, 1);
  return 1;
}
