/* dbfunction.c - Lua functions that the database calls (SQLite).
 *
 *   core.create_function(connection, name, nargs, fn, deterministic)
 *   core.create_aggregate(connection, name, nargs, make)   make() -> object with step(self, ...) and finalize(self)
 *   core.create_collation(connection, name, fn)            fn(a, b) -> a number
 *
 * They run in the Lua thread that carries the statement on (la_connection.runner), protected: what they raise
 * becomes the failure of the statement.
 */
#include "base/mem.h"
#include "bind/codec.h"
#include "bind/connection.h"
#include "bind/convert.h"
#include "bind/foreign.h"
#include "bind/raise.h"
#include "bind/rest.h"

/* What a function of the database was made of. */
typedef struct hosted {
  la_connection *conn; /* borrowed: the connection owns the function */
  la_foreign *fn;
} hosted;

/* One call, for the function that runs protected. */
typedef struct job {
  void (*work)(lua_State *L, struct job *j);
  const hosted *h;
  la_foreign **group;
  const la_cell *args;
  int nargs;
  la_value *out;
  const char *text[2];
  size_t len[2];
  int order;
} job;

static const char protected_key = 'p';

static int perform(lua_State *L) {
  job *j = lua_touserdata(L, 1);
  j->work(L, j);
  return 0;
}

/* The text of what was raised. */
static int tell(lua_State *L) {
  lua_getglobal(L, "tostring");
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

/* Fails with what was raised and pops it. */
static int note_raised(lua_State *L, la_error *err) {
  lua_pushcfunction(L, tell);
  lua_insert(L, -2);
  bool told = !lua_pcall(L, 1, 1, 0);
  la_fail_with(err, LA_EXC_OperationalError, "user-defined function raised exception: %s",
               told && lua_isstring(L, -1) ? lua_tostring(L, -1) : "(no message)");
  lua_pop(L, 1);
  return -1;
}

static int run(job *j, la_error *err) {
  lua_State *L = j->h->conn->runner;
  if (!L || !lua_checkstack(L, 8))
    return la_fail_with(err, LA_EXC_OperationalError, "a function of Lua was called while no statement of Lua ran");
  la_wake(L, j->h->conn);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &protected_key);
  lua_pushlightuserdata(L, j);
  return lua_pcall(L, 1, 0, 0) ? note_raised(L, err) : 0;
}

static int push_args(lua_State *L, const job *j) {
  luaL_checkstack(L, j->nargs + 4, "too many arguments");
  for (int i = 0; i < j->nargs; i++) la_push_cell(L, &j->args[i]);
  return j->nargs;
}

static void take_result(lua_State *L, const job *j) { la_to_value(L, -1, j->out); }

/* ---- functions ---- */

static void call_work(lua_State *L, job *j) {
  la_push_foreign(L, j->h->fn);
  lua_call(L, push_args(L, j), 1);
  take_result(L, j);
}

static int on_call(void *user, const la_cell *args, int n, la_value *out, la_error *err) {
  job j = {call_work, user, NULL, args, n, out, {NULL, NULL}, {0, 0}, 0};
  return run(&j, err);
}

/* ---- aggregates ---- */

static void push_group(lua_State *L, job *j) {
  if (!*j->group) {
    la_push_foreign(L, j->h->fn);
    lua_call(L, 0, 1);
    *j->group = la_foreign_new(L, -1);
    lua_pop(L, 1);
  }
  la_push_foreign(L, *j->group);
}

static void push_method(lua_State *L, job *j, const char *name) {
  push_group(L, j);
  lua_getfield(L, -1, name);
  lua_insert(L, -2);
}

static void step_work(lua_State *L, job *j) {
  push_method(L, j, "step");
  lua_call(L, 1 + push_args(L, j), 0);
}

static void final_work(lua_State *L, job *j) {
  push_method(L, j, "finalize");
  lua_call(L, 1, 1);
  take_result(L, j);
}

static int on_step(void *user, void **state, const la_cell *args, int n, la_error *err) {
  job j = {step_work, user, (la_foreign **)state, args, n, NULL, {NULL, NULL}, {0, 0}, 0};
  return run(&j, err);
}

static int on_final(void *user, void **state, la_value *out, la_error *err) {
  const hosted *h = user;
  job j = {final_work, user, (la_foreign **)state, NULL, 0, out, {NULL, NULL}, {0, 0}, 0};
  int rc = h->conn->runner ? run(&j, err) : 0;
  la_foreign_release(*state);
  *state = NULL;
  return rc;
}

/* ---- collations ---- */

static void compare_work(lua_State *L, job *j) {
  la_push_foreign(L, j->h->fn);
  for (int i = 0; i < 2; i++) lua_pushlstring(L, j->text[i], j->len[i]);
  lua_call(L, 2, 1);
  lua_Number n = lua_tonumber(L, -1);
  j->order = n < 0 ? -1 : n > 0;
}

/* SQLite takes no failure from a collation: what raises is equal. */
static int on_compare(void *user, const char *a, size_t alen, const char *b, size_t blen) {
  job j = {compare_work, user, NULL, NULL, 0, NULL, {a, b}, {alen, blen}, 0};
  la_error e = LA_ERROR_INIT;
  run(&j, &e);
  la_error_clear(&e);
  return j.order;
}

/* ---- making ---- */

static void drop(void *user) {
  hosted *h = user;
  la_foreign_release(h->fn);
  la_free(h);
}

static la_connection *check_open(lua_State *L) {
  la_connection *c = la_check_connection(L, 1);
  if (!c->db)
    la_raise_exc(L, LA_EXC_ResourceClosedError, "This Connection is closed");
  else if (!(c->db->driver->caps & LA_CAP_FUNCTIONS))
    la_raise_exc(L, LA_EXC_NotSupportedError, "%s cannot call functions of Lua", c->db->driver->name);
  return c;
}

static hosted *new_hosted(lua_State *L, la_connection *c, int fn) {
  luaL_checktype(L, fn, LUA_TFUNCTION);
  hosted *h = la_alloc(sizeof *h);
  if (!h) luaL_error(L, "out of memory");
  *h = (hosted){c, la_foreign_new(L, fn)};
  return h;
}

static int create(lua_State *L, bool aggregate) {
  la_connection *c = check_open(L);
  la_db_function f = {
      luaL_checkstring(L, 2), (int)luaL_checkinteger(L, 3), lua_toboolean(L, 5), NULL, NULL, NULL, NULL, drop};
  f.user = new_hosted(L, c, 4);
  if (aggregate)
    f.step = on_step, f.final = on_final;
  else
    f.call = on_call;
  la_error e = LA_ERROR_INIT;
  return c->db->driver->create_function(c->db, &f, &e) ? la_raise(L, &e) : 0;
}

static int create_function(lua_State *L) { return create(L, false); }
static int create_aggregate(lua_State *L) { return create(L, true); }

static int create_collation(lua_State *L) {
  la_connection *c = check_open(L);
  la_db_collation co = {luaL_checkstring(L, 2), NULL, on_compare, drop};
  co.user = new_hosted(L, c, 3);
  la_error e = LA_ERROR_INIT;
  return c->db->driver->create_collation(c->db, &co, &e) ? la_raise(L, &e) : 0;
}

void la_open_dbfunction(lua_State *L, int core) {
  static const luaL_Reg functions[] = {{"create_function", create_function},
                                       {"create_aggregate", create_aggregate},
                                       {"create_collation", create_collation},
                                       {NULL, NULL}};
  lua_pushcfunction(L, perform);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &protected_key);
  lua_settop(L, core);
  luaL_setfuncs(L, functions, 0);
}
