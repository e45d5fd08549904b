/* pool.c - pools and their slots in Lua; lua/lualchemy/engine/pool.lua opens,
 * pings and resets connections as pool.h asks.
 *
 *   pool:take(waiter) -> "ready"|"ping"|"stale"|"open", slot, what is kept with the connection, and with the slot
 *                      | "wait", descriptor | nil, error
 */
#include "engine/pool.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "bind/connection.h"
#include "bind/convert.h"
#include "bind/foreign.h"
#include "bind/meta.h"
#include "bind/raise.h"
#include "bind/url.h"

static const char pool_name[] = "lualchemy.pool_core", slot_name[] = "lualchemy.pool_slot",
                  waiter_name[] = "lualchemy.pool_waiter";

static la_pool *check_pool(lua_State *L, int idx) { return *(la_pool **)la_check_userdata(L, idx, pool_name); }

static la_slot *check_slot(lua_State *L, int idx) {
  la_slot **p = la_check_userdata(L, idx, slot_name);
  if (!*p) la_raise_exc(L, LA_EXC_ResourceClosedError, "the connection was given back to its pool");
  return *p;
}

static int pool_gc(lua_State *L) {
  la_pool **p = lua_touserdata(L, 1);
  la_pool_release(*p);
  *p = NULL;
  return 0;
}

/* Rolls back what was left of a connection that Lua lost, where that takes no waiting: a database in memory lives as
 * long as its connection. Whether the connection may go to another user. */
static bool tidy(la_connection *c) {
  la_error e = LA_ERROR_INIT;
  if (!la_connection_usable(c) || c->db->driver->caps & LA_CAP_NETWORK) return false;
  la_connection_settle(c);
  if (c->db->driver->status(c->db) != LA_TX_NONE && la_connection_exec(c, "ROLLBACK", 0, &e)) la_error_clear(&e);
  la_foreign_release(c->info);
  c->info = NULL;
  return c->db->driver->status(c->db) == LA_TX_NONE;
}

/* A slot that Lua lost: its connection is dropped rather than given to another in an unknown state. */
static int slot_gc(lua_State *L) {
  la_slot **p = lua_touserdata(L, 1);
  la_slot *s = *p;
  *p = NULL;
  if (!s) return 0;
  if (!s->conn) {
    la_slot_failed(s);
    return 0;
  }
  if (la_slot_leaving(s) && !tidy(s->conn)) la_slot_invalidate(s, false);
  la_slot_give_back(s);
  return 0;
}

static double number_field(lua_State *L, const char *name, double otherwise) {
  lua_getfield(L, 1, name);
  double n = lua_isnumber(L, -1) ? lua_tonumber(L, -1) : otherwise;
  lua_pop(L, 1);
  return n;
}

static bool true_field(lua_State *L, const char *name) {
  lua_getfield(L, 1, name);
  bool b = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return b;
}

/* core.pool{kind, size, max_overflow, timeout, recycle, use_lifo, pre_ping} */
static int pool_new(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  la_pool_options o = LA_POOL_OPTIONS;
  lua_getfield(L, 1, "kind");
  int kind = la_pool_kind_of(luaL_checkstring(L, -1));
  if (kind < 0) return la_raise_exc(L, LA_EXC_ArgumentError, "there is no pool class '%s'", lua_tostring(L, -1));
  lua_pop(L, 1);
  o.kind = (la_pool_kind)kind;
  o.size = (int)number_field(L, "size", o.size);
  o.max_overflow = (int)number_field(L, "max_overflow", o.max_overflow);
  o.timeout = number_field(L, "timeout", o.timeout);
  o.recycle = number_field(L, "recycle", o.recycle);
  o.use_lifo = true_field(L, "use_lifo");
  o.pre_ping = true_field(L, "pre_ping");
  la_pool **p = la_push_userdata(L, sizeof *p, pool_name);
  la_error e = LA_ERROR_INIT;
  if (la_pool_new(p, &o, &e)) return la_raise(L, &e);
  return 1;
}

static int pool_recreate(lua_State *L) {
  la_pool *old = check_pool(L, 1);
  la_pool **p = la_push_userdata(L, sizeof *p, pool_name);
  la_error e = LA_ERROR_INIT;
  if (la_pool_recreate(p, old, &e)) return la_raise(L, &e);
  return 1;
}

static int pool_dispose(lua_State *L) {
  la_pool_dispose(check_pool(L, 1));
  return 0;
}

static int pool_status(lua_State *L) {
  la_buf b = LA_BUF_INIT;
  la_pool_status(&b, check_pool(L, 1));
  lua_pushlstring(L, b.s ? b.s : "", b.len);
  la_buf_free(&b);
  return 1;
}

/* pool:counts() -> size, checked in, checked out, overflow */
static int pool_counts(lua_State *L) {
  la_pool_counts c = la_pool_count(check_pool(L, 1));
  lua_pushinteger(L, c.size);
  lua_pushinteger(L, c.checked_in);
  lua_pushinteger(L, c.checked_out);
  lua_pushinteger(L, c.overflow);
  return 4;
}

/* pool:invalidate(slot or nil) */
static int pool_invalidate(lua_State *L) {
  la_pool_invalidate(check_pool(L, 1), lua_isnoneornil(L, 2) ? NULL : check_slot(L, 2));
  return 0;
}

/* ---- waiting for a slot ---- */

typedef struct waiting {
  la_pool *pool;
  la_waiter *w;
} waiting;

static int waiter_gc(lua_State *L) {
  waiting *w = lua_touserdata(L, 1);
  if (w->pool && w->w) la_pool_give_up(w->pool, &w->w, 0, NULL);
  la_pool_release(w->pool);
  w->pool = NULL;
  return 0;
}

/* pool:waiter(): a place in the queue, not yet taken */
static int pool_waiter(lua_State *L) {
  la_pool *p = check_pool(L, 1);
  waiting *w = la_push_userdata(L, sizeof *w, waiter_name);
  w->pool = la_pool_retain(p);
  return 1;
}

static int push_taken(lua_State *L, la_slot *slot, la_take take, la_error *e) {
  static const char *const words[] = {"ready", "ping", "stale", "open"};
  if (take == LA_TAKE_FAIL) {
    lua_pushnil(L);
    la_push_error(L, e);
    return 2;
  }
  lua_pushstring(L, words[take]);
  lua_insert(L, -2);
  la_push_foreign(L, slot->conn ? slot->conn->info : NULL);
  la_push_foreign(L, slot->info);
  return 4;
}

/* Where the program is that takes a connection from a queue: "main.lua:12", or nothing. */
static void find_holder(lua_State *L, const la_pool *p, char *out, size_t size) {
  lua_Debug ar;
  *out = '\0';
  if (la_pool_options_of(p)->kind != LA_POOL_QUEUE) return;
  for (int level = 2; level <= 14 && lua_getstack(L, level, &ar); level++) {
    lua_getinfo(L, "Sl", &ar);
    if (ar.currentline <= 0 || strstr(ar.short_src, "lualchemy")) continue;
    snprintf(out, size, "%s:%d", ar.short_src, ar.currentline);
    return;
  }
}

/* pool:take(waiter or nil): with a waiter it does not block */
static int pool_take(lua_State *L) {
  la_pool *p = check_pool(L, 1);
  waiting *w = lua_isnoneornil(L, 2) ? NULL : la_check_userdata(L, 2, waiter_name);
  char holder[96];
  find_holder(L, p, holder, sizeof holder);
  la_slot **slot = la_push_userdata(L, sizeof *slot, slot_name);
  la_error e = LA_ERROR_INIT;
  la_take take = w ? la_pool_take(slot, p, &w->w, holder, &e) : la_pool_take_wait(slot, p, holder, 0, &e);
  if (take != LA_TAKE_WAIT) return push_taken(L, *slot, take, &e);
  int fd = la_waiter_fd(p, w->w, &e);
  if (fd < 0) return push_taken(L, NULL, LA_TAKE_FAIL, &e);
  lua_pushliteral(L, "wait");
  lua_pushinteger(L, fd);
  return 2;
}

/* waiter gives up: pool:give_up(waiter, waited) -> error */
static int pool_give_up(lua_State *L) {
  la_pool *p = check_pool(L, 1);
  waiting *w = la_check_userdata(L, 2, waiter_name);
  la_error e = LA_ERROR_INIT;
  la_pool_give_up(p, &w->w, luaL_checknumber(L, 3), &e);
  la_push_error(L, &e);
  return 1;
}

/* ---- slots ---- */

static int slot_connection(lua_State *L) {
  la_slot *s = check_slot(L, 1);
  if (!s->conn) return 0;
  la_push_connection(L, s->conn);
  return 1;
}

/* Begins to connect with what stands from idx on: conninfo, driver, seconds, statements. NULL: e is filled. */
static la_connection *begin_connect(lua_State *L, int idx, la_error *e) {
  la_conninfo *info = la_check_conninfo(L, idx);
  const la_driver *d = la_driver_find(luaL_checkstring(L, idx + 1));
  int64_t deadline = lua_isnoneornil(L, idx + 2) ? 0 : la_deadline_in(luaL_checknumber(L, idx + 2));
  size_t max = (size_t)luaL_optinteger(L, idx + 3, LA_CACHE_STATEMENTS);
  la_connection *c = NULL;
  return d && !la_connection_open(&c, d, info, deadline, max, LA_CACHE_BYTES, e) ? c : NULL;
}

/* slot:open(conninfo, driver, seconds, statements) -> true, or nil, error: begins to connect */
static int slot_open(lua_State *L) {
  la_slot *s = check_slot(L, 1);
  la_error e = LA_ERROR_INIT;
  la_connection *c = begin_connect(L, 2, &e);
  if (!c) {
    lua_pushnil(L);
    la_push_error(L, &e);
    return 2;
  }
  la_slot_opened(s, c);
  lua_pushboolean(L, true);
  return 1;
}

/* slot:adopt(connection): one that was opened elsewhere */
static int slot_adopt(lua_State *L) {
  la_slot *s = check_slot(L, 1);
  la_slot_opened(s, la_connection_retain(la_check_connection(L, 2)));
  return 0;
}

/* core.connect(conninfo, driver, seconds, statements) -> connection, or nil, error: one that no pool has */
static int connect_alone(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 4);
  la_connection **out = la_push_no_connection(L);
  *out = begin_connect(L, 1, &e);
  if (*out) return 1;
  lua_pushnil(L);
  la_push_error(L, &e);
  return 2;
}

static int slot_failed(lua_State *L) {
  la_slot **p = la_check_userdata(L, 1, slot_name);
  la_slot *s = *p;
  *p = NULL;
  if (s) la_slot_failed(s);
  return 0;
}

static int slot_stale(lua_State *L) {
  lua_pushstring(L, la_slot_stale(check_slot(L, 1)));
  return 1;
}

static int slot_drop(lua_State *L) {
  la_slot_drop(check_slot(L, 1));
  return 0;
}

static int slot_invalidate(lua_State *L) {
  la_slot_invalidate(check_slot(L, 1), lua_toboolean(L, 2));
  return 0;
}

static int slot_leaving(lua_State *L) {
  lua_pushboolean(L, la_slot_leaving(check_slot(L, 1)));
  return 1;
}

static int slot_give_back(lua_State *L) {
  la_slot **p = la_check_userdata(L, 1, slot_name);
  la_slot *s = *p;
  *p = NULL;
  if (s) la_slot_give_back(s);
  return 0;
}

/* slot:give_back_idle() -> whether it is given back, for nothing is to be done with its connection first, and whether
 * nobody else has that */
static int slot_give_back_idle(lua_State *L) {
  la_slot **p = la_check_userdata(L, 1, slot_name);
  la_slot *s = check_slot(L, 1);
  bool leaving = la_slot_leaving(s);
  bool idle = s->conn && (leaving ? la_connection_is_idle(s->conn) : la_connection_usable(s->conn));
  if (idle) {
    *p = NULL;
    la_slot_give_back(s);
  }
  lua_pushboolean(L, idle);
  lua_pushboolean(L, leaving);
  return 2;
}

/* slot:detach() -> connection: the slot is given back empty */
static int slot_detach(lua_State *L) {
  la_slot **p = la_check_userdata(L, 1, slot_name);
  la_slot *s = check_slot(L, 1);
  la_push_connection(L, s->conn);
  *p = NULL;
  la_connection_release(la_slot_detach(s));
  return 1;
}

/* slot:info(new): what the host keeps with the slot; a table given is kept */
static int slot_info(lua_State *L) {
  la_slot *s = check_slot(L, 1);
  if (!lua_isnoneornil(L, 2)) {
    la_foreign *f = la_foreign_new(L, 2);
    la_foreign_release(s->info);
    s->info = f;
  }
  la_push_foreign(L, s->info);
  return 1;
}

/* connection_info(connection, new): the same for a connection */
static int connection_info(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  if (!lua_isnoneornil(L, 2)) {
    la_foreign *f = la_foreign_new(L, 2);
    la_foreign_release(c->info);
    c->info = f;
  }
  la_push_foreign(L, c->info);
  return 1;
}

void la_open_pool(lua_State *L, int core) {
  static const luaL_Reg pool_methods[] = {
      {"recreate", pool_recreate}, {"dispose", pool_dispose},       {"status", pool_status},
      {"counts", pool_counts},     {"invalidate", pool_invalidate}, {"waiter", pool_waiter},
      {"take", pool_take},         {"give_up", pool_give_up},       {NULL, NULL}};
  static const luaL_Reg slot_methods[] = {{"connection", slot_connection},
                                          {"open", slot_open},
                                          {"adopt", slot_adopt},
                                          {"failed", slot_failed},
                                          {"stale", slot_stale},
                                          {"drop", slot_drop},
                                          {"invalidate", slot_invalidate},
                                          {"leaving", slot_leaving},
                                          {"give_back", slot_give_back},
                                          {"give_back_idle", slot_give_back_idle},
                                          {"detach", slot_detach},
                                          {"info", slot_info},
                                          {NULL, NULL}};
  static const luaL_Reg none[] = {{NULL, NULL}};
  la_new_meta(L, pool_name, pool_gc, pool_methods);
  la_new_meta(L, slot_name, slot_gc, slot_methods);
  la_new_meta(L, waiter_name, waiter_gc, none);
  lua_pushcfunction(L, pool_new);
  lua_setfield(L, core, "pool");
  lua_pushcfunction(L, connection_info);
  lua_setfield(L, core, "connection_info");
  lua_pushcfunction(L, connect_alone);
  lua_setfield(L, core, "connect");
}
