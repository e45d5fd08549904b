/* rest.c - when the collector works again after it was at rest.
 *
 * What was read just now is alive, what was there before need not be. So the collector may rest, as Lua does between
 * two of its cycles, until there is twice as much as is known to be alive. For one large result that is long after it
 * was read. For a loop over chunks it is after a few of them; each chunk then pays, before the next is read, for the
 * work that its size asks for: by then a loop is done with it, and what it leaves is free for the next one while the
 * processor still has it at hand. What is due is kept for the Lua state from one time to the next.
 */
#include "bind/rest.h"

#ifdef LUA_GCISRUNNING

/* In kilobytes. */
typedef struct dues {
  int limit; /* so much there may be before the collector works; 0: not known; ALWAYS: it works before each chunk */
  int owed;  /* so much was read since it has */
  bool left; /* it found that the table of the last rows was given up, and is to work before each chunk */
} dues;

enum { ALWAYS = 1 };

static const char dues_key, last_key;

/* LuaJIT's collector does twice the work that it is told of, those of Lua many times as much. So much at least is made
 * between two cycles: a chunk is small beside what Lua walks through. */
#if LUA_VERSION_NUM < 502
enum { WORK = 16, LEAST = 8192 };
#else
enum { WORK = 1, LEAST = 4096 };
#endif

static dues *dues_of(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &dues_key);
  dues *d = lua_touserdata(L, -1);
  lua_pop(L, 1);
  if (d) return d;
  d = lua_newuserdatauv(L, sizeof *d, 0);
  *d = (dues){0, 0, false};
  lua_rawsetp(L, LUA_REGISTRYINDEX, &dues_key);
  return d;
}

static bool runs(lua_State *L) { return lua_gc(L, LUA_GCISRUNNING, 0) == 1; } /* within a finalizer: -1 */

static int count(lua_State *L) { return lua_gc(L, LUA_GCCOUNT, 0); }

static int twice(int kb) { return kb > LEAST ? 2 * kb : kb + LEAST; }

/* Pushes the table that holds the last rows' table, weakly. */
static void push_last(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &last_key);
  if (lua_istable(L, -1)) return;
  lua_pop(L, 1);
  lua_createtable(L, 1, 0);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &last_key);
}

void la_watch_rest(lua_State *L) {
  push_last(L);
  lua_pushvalue(L, -2);
  lua_rawseti(L, -2, 1);
  lua_pop(L, 1);
}

static bool is_last_gone(lua_State *L) {
  push_last(L);
  lua_rawgeti(L, -1, 1);
  bool gone = lua_isnil(L, -1);
  lua_pop(L, 2);
  return gone;
}

bool la_is_rest_left(lua_State *L) { return runs(L) && dues_of(L)->left; }

void la_settle_rest(lua_State *L, la_connection *conn) {
  if (!conn->rested || !runs(L)) return;
  conn->rested = false;
  dues *d = dues_of(L);
  if (count(L) < d->limit) return;
  lua_gc(L, LUA_GCRESTART, 0);
  bool all = lua_gc(L, LUA_GCSTEP, d->owed * WORK + 1), always = d->limit == ALWAYS;
  d->limit = all ? twice(count(L)) : ALWAYS; /* a part of a cycle, or the young: there is as much to do next time */
  d->owed = 0;
  d->left = always && !all && is_last_gone(L);
}

/* The collector stops. */
static void begin(lua_State *L) {
#if LUA_VERSION_NUM >= 504
  lua_gc(L, LUA_GCSTEP, -(1 << 20)); /* nor is it asked whether it has, for each thing that is made */
#endif
  lua_gc(L, LUA_GCSTOP, 0);
}

/* The collector runs, but has nothing to do before there is as much as that. */
static void put_off(lua_State *L, int now, int limit) {
#if LUA_VERSION_NUM < 502
  (void)now, (void)limit;
  lua_gc(L, LUA_GCRESTART, -1); /* LuaJIT: when there is twice as much as now */
#else
  lua_gc(L, LUA_GCRESTART, 0);
  lua_gc(L, LUA_GCSTEP, now - limit); /* a step is what is owed for so many kilobytes: here for less than none */
#endif
}

/* before: what there was when the rest began; there may be less now, for tables become smaller, too */
static void end(lua_State *L, dues *d, int before) {
  int now = count(L), made = now > before ? now - before : 0;
  d->owed += made;
  if (!d->limit || d->limit > twice(before)) d->limit = twice(before);
  if (d->limit != ALWAYS && d->limit < 2 * made) d->limit = 2 * made;
  int least = now + (made > LEAST ? made : LEAST);
  put_off(L, now, d->limit > least ? d->limit : least);
}

int la_at_rest(lua_State *L, la_connection *conn, lua_CFunction fn) {
  if (!runs(L)) return fn(L);
  luaL_checkstack(L, 4, "too many arguments");
  dues *d = dues_of(L);
  lua_pushcfunction(L, fn);
  lua_insert(L, 1);
  int before = count(L);
  begin(L);
  la_connection_retain(conn);
  conn->at_rest = true;
  int rc = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
  bool woken = !conn->at_rest;
  conn->at_rest = false;
  conn->rested = true;
  la_connection_release(conn);
  if (!woken) end(L, d, before);
  return rc ? lua_error(L) : lua_gettop(L);
}

#else

void la_watch_rest(lua_State *L) { (void)L; }

bool la_is_rest_left(lua_State *L) {
  (void)L;
  return false;
}

void la_settle_rest(lua_State *L, la_connection *conn) {
  (void)L;
  (void)conn;
}

int la_at_rest(lua_State *L, la_connection *conn, lua_CFunction fn) {
  (void)conn;
  return fn(L);
}

#endif

void la_wake(lua_State *L, la_connection *conn) {
  if (conn->at_rest) lua_gc(L, LUA_GCRESTART, 0);
  conn->at_rest = false;
}
