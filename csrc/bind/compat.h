/* compat.h - one C API for Lua 5.1, LuaJIT, 5.2, 5.3 and 5.4. */
#ifndef LA_BIND_COMPAT_H
#define LA_BIND_COMPAT_H

#include <lauxlib.h>
#include <lua.h>

#include <stdbool.h>
#include <stdint.h>

#if LUA_VERSION_NUM < 502
#define lua_rawlen lua_objlen
static inline int lua_absindex(lua_State *L, int i) {
  return i > 0 || i <= LUA_REGISTRYINDEX ? i : lua_gettop(L) + i + 1;
}
static inline void lua_rawgetp(lua_State *L, int i, const void *p) {
  i = lua_absindex(L, i);
  lua_pushlightuserdata(L, (void *)(uintptr_t)p);
  lua_rawget(L, i);
}
static inline void lua_rawsetp(lua_State *L, int i, const void *p) {
  i = lua_absindex(L, i);
  lua_pushlightuserdata(L, (void *)(uintptr_t)p);
  lua_insert(L, -2);
  lua_rawset(L, i);
}
static inline void la_setfuncs(lua_State *L, const luaL_Reg *l, int nup) {
  luaL_checkstack(L, nup, "too many upvalues");
  for (; l->name; l++) {
    for (int i = 0; i < nup; i++) lua_pushvalue(L, -nup);
    lua_pushcclosure(L, l->func, nup);
    lua_setfield(L, -(nup + 2), l->name);
  }
  lua_pop(L, nup);
}
static inline void *la_testudata(lua_State *L, int i, const char *name) {
  void *p = lua_touserdata(L, i);
  if (!p || !lua_getmetatable(L, i)) return NULL;
  luaL_getmetatable(L, name);
  if (!lua_rawequal(L, -1, -2)) p = NULL;
  lua_pop(L, 2);
  return p;
}
#undef luaL_setfuncs
#undef luaL_testudata
#define luaL_setfuncs la_setfuncs
#define luaL_testudata la_testudata
#endif

#if LUA_VERSION_NUM < 503
/* Is the number at i an integer that a double holds exactly? */
static inline bool la_isinteger(lua_State *L, int i) {
  if (lua_type(L, i) != LUA_TNUMBER) return false;
  lua_Number n = lua_tonumber(L, i);
  return n >= -9007199254740992.0 && n <= 9007199254740992.0 && n == (lua_Number)(int64_t)n;
}
#else
static inline bool la_isinteger(lua_State *L, int i) { return lua_isinteger(L, i); }
#endif

#if LUA_VERSION_NUM < 504
#define lua_newuserdatauv(L, size, uv) lua_newuserdata(L, size)
#endif

/* Pushes the decimal text of i. */
void la_push_int64_text(lua_State *L, int64_t i);

/* Pushes i: as an integer where Lua has 64-bit integers or a double holds it
 * exactly, else as its decimal text. */
static inline void la_push_int64(lua_State *L, int64_t i) {
#if LUA_VERSION_NUM >= 503
  lua_pushinteger(L, i);
#else
  if (i >= -9007199254740992 && i <= 9007199254740992)
    lua_pushnumber(L, (lua_Number)i);
  else
    la_push_int64_text(L, i);
#endif
}

#endif
