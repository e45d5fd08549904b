/* connection.c - a database connection as a userdata.
 *
 * Requests are made through cursors; this file opens, asks, and closes. With
 * `wait` false nothing here waits: what must answers false, what, descriptor,
 * seconds, and is called again.
 */
#include "bind/connection.h"

#include "base/datetime.h"
#include "bind/convert.h"
#include "bind/meta.h"
#include "bind/raise.h"
#include "bind/url.h"

static const char name[] = "lualchemy.dbconnection";

static la_connection **check_slot(lua_State *L, int idx) { return la_check_userdata(L, idx, name); }

la_connection *la_check_connection(lua_State *L, int idx) {
  la_connection **p = check_slot(L, idx);
  if (!*p) la_raise_exc(L, LA_EXC_ResourceClosedError, "This Connection is closed");
  return *p;
}

la_connection **la_push_no_connection(lua_State *L) { return la_push_userdata(L, sizeof(la_connection *), name); }

void la_push_connection(lua_State *L, la_connection *c) { *la_push_no_connection(L) = la_connection_retain(c); }

static int push_want(lua_State *L, la_connection *c, const char *what) {
  lua_pushboolean(L, false);
  lua_pushstring(L, what);
  lua_pushinteger(L, c->db ? c->db->driver->fd(c->db) : -1);
  int64_t deadline = c->db ? c->db->deadline : 0;
  if (deadline) {
    double left = (double)(deadline - la_now_ns()) / 1e9;
    lua_pushnumber(L, left > 0 ? left : 0);
  } else {
    lua_pushnil(L);
  }
  return 4;
}

int la_push_step(lua_State *L, la_connection *c, la_step step, la_error *e) {
  switch (step) {
    case LA_STEP_READ: return push_want(L, c, "r");
    case LA_STEP_WRITE: return push_want(L, c, "rw");
    case LA_STEP_FAIL:
      lua_pushnil(L);
      la_push_error(L, e);
      return 2;
    default: lua_pushboolean(L, true); return 1;
  }
}

static int conn_gc(lua_State *L) {
  la_connection **p = lua_touserdata(L, 1);
  la_connection_release(*p);
  *p = NULL;
  return 0;
}

/* connection:ready(wait) */
static int conn_ready(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  la_error e = LA_ERROR_INIT;
  la_step st = lua_toboolean(L, 2) ? la_connection_await(c, &e) : la_connection_ready(c, &e);
  return la_push_step(L, c, st, &e);
}

/* connection:deadline(seconds or nil): how long what follows may take */
static int conn_deadline(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  if (c->db) c->db->deadline = lua_isnoneornil(L, 2) ? 0 : la_deadline_in(luaL_checknumber(L, 2));
  return 0;
}

static int conn_usable(lua_State *L) {
  la_connection **p = check_slot(L, 1);
  lua_pushboolean(L, *p && la_connection_usable(*p));
  return 1;
}

static int conn_close(lua_State *L) {
  la_connection **p = check_slot(L, 1);
  if (*p) la_connection_close(*p);
  return 0;
}

/* conn:busy(): does an execution in progress keep others from it? */
static int conn_busy(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  lua_pushboolean(L, c->db && c->db->driver->busy(c->db));
  return 1;
}

int la_run_simple(lua_State *L, la_connection *c, const char *sql, unsigned flags, la_error *e) {
  void *before = c->runner;
  la_connection_retain(c);
  c->runner = L;
  int rc = la_connection_exec(c, sql, flags, e);
  c->runner = before;
  la_connection_release(c);
  return rc;
}

/* connection:exec(sql, flags) -> true, or nil, error: la_run_simple */
static int conn_exec(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  la_error e = LA_ERROR_INIT;
  int rc = la_run_simple(L, c, luaL_checkstring(L, 2), (unsigned)luaL_checkinteger(L, 3), &e);
  return la_push_step(L, c, rc ? LA_STEP_FAIL : LA_STEP_DONE, &e);
}

/* connection:finish(sql, flags): the same for what ends a transaction, which may be none */
static int conn_finish(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  la_error e = LA_ERROR_INIT;
  if (!c->db || c->db->driver->status(c->db) != LA_TX_NONE) return conn_exec(L);
  if (la_connection_before(c, NULL, &e) < 0) return la_raise(L, &e);
  lua_pushboolean(L, true);
  return 1;
}

static int conn_settle(lua_State *L) {
  la_connection_settle(la_check_connection(L, 1));
  return 0;
}

static int conn_forget(lua_State *L) {
  la_connection_forget(la_check_connection(L, 1));
  return 0;
}

static int conn_cancel(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  if (c->db) c->db->driver->cancel(c->db);
  return 0;
}

static int conn_last_id(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  int64_t id = c->db ? c->db->driver->last_insert_id(c->db) : 0;
  if (!id) return 0;
  la_push_int64(L, id);
  return 1;
}

/* connection:gives_ids(): can a cursor's rows be the ids that the database made (cursor:give_ids)? */
static int conn_gives_ids(lua_State *L) {
  const la_connection *c = la_check_connection(L, 1);
  lua_pushboolean(L, c->db && c->db->driver->give_ids);
  return 1;
}

static int conn_version(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  lua_pushinteger(L, c->db ? (lua_Integer)c->db->driver->server_version(c->db) : 0);
  return 1;
}

static int conn_client_version(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  lua_pushinteger(L, c->db ? (lua_Integer)c->db->driver->client_version() : 0);
  return 1;
}

static int conn_max_params(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  lua_pushinteger(L, c->db ? (lua_Integer)c->db->driver->max_params(c->db) : 0);
  return 1;
}

/* connection:status() -> "none", "open", "failed", "broken" */
static int conn_status(lua_State *L) {
  static const char *const names[] = {"none", "open", "failed", "broken"};
  la_connection **p = check_slot(L, 1);
  lua_pushstring(L, *p && (*p)->db ? names[(*p)->db->driver->status((*p)->db)] : "broken");
  return 1;
}

/* connection:before(sql) -> whether sql goes before the next statement, in one round trip with it. nil: nothing does.
 */
static int conn_before(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  la_error e = LA_ERROR_INIT;
  int rc = la_connection_before(c, luaL_optstring(L, 2, NULL), &e);
  if (rc < 0) return la_raise(L, &e);
  lua_pushboolean(L, rc);
  return 1;
}

static int conn_parameter(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  lua_pushstring(L, c->db ? c->db->driver->parameter(c->db, luaL_checkstring(L, 2)) : NULL);
  return 1;
}

static int conn_counts(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  lua_pushnumber(L, (lua_Number)c->prepared);
  lua_pushnumber(L, (lua_Number)c->reused);
  return 2;
}

static int conn_eq(lua_State *L) {
  lua_pushboolean(L, *check_slot(L, 1) == *check_slot(L, 2));
  return 1;
}

static int monotonic(lua_State *L) {
  lua_pushnumber(L, (lua_Number)la_now_ns() / 1e9);
  return 1;
}

/* Seconds since 1970. */
static int now(lua_State *L) {
  lua_pushnumber(L, (lua_Number)la_clock() / 1e6);
  return 1;
}

void la_open_connection(lua_State *L, int core) {
  static const luaL_Reg methods[] = {{"ready", conn_ready},
                                     {"deadline", conn_deadline},
                                     {"usable", conn_usable},
                                     {"close", conn_close},
                                     {"settle", conn_settle},
                                     {"busy", conn_busy},
                                     {"finish", conn_finish},
                                     {"exec", conn_exec},
                                     {"forget", conn_forget},
                                     {"cancel", conn_cancel},
                                     {"last_insert_id", conn_last_id},
                                     {"gives_ids", conn_gives_ids},
                                     {"server_version", conn_version},
                                     {"client_version", conn_client_version},
                                     {"max_params", conn_max_params},
                                     {"status", conn_status},
                                     {"before", conn_before},
                                     {"parameter", conn_parameter},
                                     {"counts", conn_counts},
                                     {NULL, NULL}};
  la_new_meta(L, name, conn_gc, methods);
  luaL_getmetatable(L, name);
  lua_pushcfunction(L, conn_eq);
  lua_setfield(L, -2, "__eq");
  lua_pop(L, 1);
  lua_pushcfunction(L, monotonic);
  lua_setfield(L, core, "monotonic");
  lua_pushcfunction(L, now);
  lua_setfield(L, core, "now");
}
