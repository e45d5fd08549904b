/* rest.c - when the collector works again after it was at rest.
 *
 * What was read just now is alive, what was there before need not be. So the collector may rest, as Lua does between
 * two of its cycles, until there is twice as much as is known to be alive. For one large result that is long after it
 * was read; for a loop over chunks it is after a few of them, and each chunk then pays for the work that its size asks
 * for. How much there may be (in kilobytes) is kept for the Lua state from one time to the next.
 */
#include "bind/rest.h"

#ifdef LUA_GCISRUNNING

static const char due_key;

/* LuaJIT's collector does twice the work that it is told of, those of Lua many times as much. */
#if LUA_VERSION_NUM < 502
enum { WORK = 16 };
#else
enum { WORK = 1 };
#endif

/* So much there may be before the collector works. */
static int read_due(lua_State *L, int now) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &due_key);
  lua_Number due = lua_tonumber(L, -1);
  lua_pop(L, 1);
  return due > 0 && due < 2.0 * now ? (int)due : 2 * now;
}

/* The collector runs, but has nothing to do before there is as much as that. */
static void put_off(lua_State *L, int now, int due) {
#if LUA_VERSION_NUM < 502
  (void)now, (void)due;
  lua_gc(L, LUA_GCRESTART, -1); /* LuaJIT: when there is twice as much as now */
#else
  lua_gc(L, LUA_GCRESTART, 0);
  lua_gc(L, LUA_GCSTEP, now - due); /* a step is what is owed for so many kilobytes: here for less than none */
#endif
}

/* before: what there was when the rest began */
static void restart(lua_State *L, int before, int due) {
  int now = lua_gc(L, LUA_GCCOUNT, 0), made = now - before;
  if (due < 2 * made) due = 2 * made;
  if (now < due) {
    put_off(L, now, due);
  } else {
    lua_gc(L, LUA_GCRESTART, 0);
    if (lua_gc(L, LUA_GCSTEP, made * WORK + 1)) due = 2 * lua_gc(L, LUA_GCCOUNT, 0);
  }
  lua_pushnumber(L, due);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &due_key);
}

int la_at_rest(lua_State *L, la_connection *conn, lua_CFunction fn) {
  if (lua_gc(L, LUA_GCISRUNNING, 0) != 1) return fn(L); /* nor within a finalizer: -1 */
  luaL_checkstack(L, 4, "too many arguments");
  lua_pushcfunction(L, fn);
  lua_insert(L, 1);
  int before = lua_gc(L, LUA_GCCOUNT, 0), due = read_due(L, before);
  lua_gc(L, LUA_GCSTOP, 0);
  la_connection_retain(conn);
  conn->at_rest = true;
  int rc = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
  bool woken = !conn->at_rest;
  conn->at_rest = false;
  la_connection_release(conn);
  if (!woken) restart(L, before, due);
  return rc ? lua_error(L) : lua_gettop(L);
}

#else

int la_at_rest(lua_State *L, la_connection *conn, lua_CFunction fn) {
  (void)conn;
  return fn(L);
}

#endif

void la_wake(lua_State *L, la_connection *conn) {
  if (conn->at_rest) lua_gc(L, LUA_GCRESTART, 0);
  conn->at_rest = false;
}
