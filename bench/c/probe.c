/* probe.c - what Lua cannot ask the machine: its clocks and the bytes that malloc has given out. */
#include <lauxlib.h>
#include <lua.h>
#include <malloc.h>
#include <time.h>

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Calls what is on the stack. A function with a name, so that callgrind can count what happens in it alone. */
__attribute__((noinline)) void bench_timed(lua_State *L);
void bench_timed(lua_State *L) { lua_call(L, 0, LUA_MULTRET); }

/* timed(fn) -> seconds, seconds of this process at work, what fn returns ... */
static int timed(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_pushnil(L);
  lua_insert(L, 1);
  lua_pushnil(L);
  lua_insert(L, 1);
  double start = now(CLOCK_MONOTONIC), start_work = now(CLOCK_PROCESS_CPUTIME_ID);
  bench_timed(L);
  lua_pushnumber(L, (lua_Number)(now(CLOCK_PROCESS_CPUTIME_ID) - start_work));
  lua_replace(L, 2);
  lua_pushnumber(L, (lua_Number)(now(CLOCK_MONOTONIC) - start));
  lua_replace(L, 1);
  return lua_gettop(L);
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
  lua_pushcfunction(L, timed);
  lua_setfield(L, -2, "timed");
  lua_pushcfunction(L, allocated);
  lua_setfield(L, -2, "allocated");
  return 1;
}
