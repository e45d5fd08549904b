/* lua.c - Lua 5.4 linked from its archive, whose functions still have their names: for profiles and counts.
 *   lua SCRIPT ARGUMENTS... */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <time.h>

/* In place of the C library's: Lua makes the seed of its string hashes of the time, and counts must not depend on it.
 */
time_t time(time_t *out) {
  if (out) *out = 0;
  return 0;
}

int main(int argc, char **argv) {
  lua_State *L = luaL_newstate();
  if (!L || argc < 2) return 2;
  luaL_openlibs(L);
  lua_createtable(L, argc, 0);
  for (int i = 1; i < argc; i++) {
    lua_pushstring(L, argv[i]);
    lua_rawseti(L, -2, i - 1);
  }
  lua_setglobal(L, "arg");
  /* As the interpreter does it: parameters of a program that makes garbage by the young. */
  lua_gc(L, LUA_GCGEN, 0, 0);
  if (luaL_dofile(L, argv[1])) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    return 1;
  }
  lua_close(L);
  return 0;
}
