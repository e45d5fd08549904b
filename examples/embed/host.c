/* host.c - a C program with Lua, Lualchemy and its database drivers in one
 * executable. It runs a Lua script:
 *
 *     make embed LUA=lua5.4
 *     build/lua5.4/embed script.lua arguments...
 *
 * What Lualchemy has in C is linked in and offered to `require` by
 * package.preload; what it has in Lua is found by LUA_PATH, as usual.
 */
#include <stdio.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

int luaopen_lualchemy_core(lua_State *L);

/* The Makefile says which drivers are linked: DRIVERS is DRIVER(sqlite3) DRIVER(libpq) ... */
#define DRIVER(name) int luaopen_lualchemy_driver_##name(lua_State *L);
DRIVERS
#undef DRIVER

static const luaL_Reg modules[] = {{"lualchemy.core", luaopen_lualchemy_core},
#define DRIVER(name) {"lualchemy.driver." #name, luaopen_lualchemy_driver_##name},
                                   DRIVERS
#undef DRIVER
                                   {NULL, NULL}};

static void preload(lua_State *L) {
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "preload");
  for (const luaL_Reg *m = modules; m->name; m++) {
    lua_pushcfunction(L, m->func);
    lua_setfield(L, -2, m->name);
  }
  lua_pop(L, 2);
}

/* The script sees its arguments in `arg` and in `...`, as with the interpreter. */
static int run(lua_State *L, int argc, char **argv) {
  lua_createtable(L, argc, 1);
  for (int i = 0; i < argc; i++) {
    lua_pushstring(L, argv[i]);
    lua_rawseti(L, -2, i - 1);
  }
  lua_setglobal(L, "arg");
  int status = luaL_loadfile(L, argv[1]);
  for (int i = 2; status == 0 && i < argc; i++) lua_pushstring(L, argv[i]);
  return status ? status : lua_pcall(L, argc - 2, 0, 0);
}

static void complain(lua_State *L) {
  lua_getglobal(L, "tostring");
  lua_insert(L, -2);
  const char *message = lua_pcall(L, 1, 1, 0) == 0 ? lua_tostring(L, -1) : NULL;
  fprintf(stderr, "%s\n", message ? message : "(error object)");
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: %s script.lua [arguments...]\n", argv[0]);
    return 2;
  }
  lua_State *L = luaL_newstate();
  if (!L) {
    fprintf(stderr, "not enough memory\n");
    return 1;
  }
  luaL_openlibs(L);
  preload(L);
  int status = run(L, argc, argv);
  if (status) complain(L);
  lua_close(L);
  return status ? 1 : 0;
}
