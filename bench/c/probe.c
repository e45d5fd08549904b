/* probe.c - what Lua cannot ask the machine: a monotonic clock and the bytes that malloc has given out. */
#include <lauxlib.h>
#include <lua.h>
#include <malloc.h>
#include <time.h>

/* now() -> seconds since some moment */
static int now(lua_State *L) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  lua_pushnumber(L, (lua_Number)t.tv_sec + (lua_Number)t.tv_nsec * 1e-9);
  return 1;
}

/* allocated() -> bytes in use from malloc, Lua's own among them where it allocates by malloc */
static int allocated(lua_State *L) {
  struct mallinfo2 info = mallinfo2();
  lua_pushnumber(L, (lua_Number)info.uordblks + (lua_Number)info.hblkhd);
  return 1;
}

__attribute__((visibility("default"))) int luaopen_bench_probe(lua_State *L);
int luaopen_bench_probe(lua_State *L) {
  lua_createtable(L, 0, 2);
  lua_pushcfunction(L, now);
  lua_setfield(L, -2, "now");
  lua_pushcfunction(L, allocated);
  lua_setfield(L, -2, "allocated");
  return 1;
}
