/* cursor.c - one execution of a compiled statement: parameters in, rows out.
 *
 *   cursor, info = cache:find(stmt, …)                 see entry.c
 *   cursor:bind(sets), cursor:bind_slots(…)            see cursor_bind.c; cursor:batch(…): cursor_batch.c
 *   cursor:send(connection, stream, chunk)             -> true, or nil, error
 *   cursor:run(connection, stream, chunk, sql)         BEGIN, ready, send and step in one, where nobody but C waits
 *   cursor:step(wait)                                  -> true | false, "r"|"w", fd, seconds | nil, error
 *   cursor:fetch(…), cursor:one(…), cursor:fetch_slots(…)   see cursor_rows.c, cursor_one.c, cursor_slots.c
 *
 *   cursor = core.raw_cursor(sql, flags, sets)   sets: nil, or arrays of values (each with n)
 *
 * `info` is the entry's Lua table: `names` of its binds, `bind` and `result`
 * functions (or false) for what must pass through Lua, `codec` (what C converts
 * by itself), `meta` of the rows. The userdata owns the values until they are sent;
 * a closed one still knows its statement, and how many rows there were.
 */
#include "bind/cursor.h"

#include <string.h>

#include "base/mem.h"
#include "bind/convert.h"
#include "bind/expr.h"
#include "bind/foreign.h"
#include "bind/meta.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "bind/rest.h"

static const char cursor_name[] = "lualchemy.cursor";

typedef la_exec cursor;

la_exec *la_exec_check(lua_State *L, int idx) { return la_check_userdata(L, idx, cursor_name); }

static cursor *check_cursor(lua_State *L) { return la_exec_check(L, 1); }

void la_exec_unbind(la_exec *c) {
  for (size_t i = 0; i < c->nowned; i++) la_value_clear(&c->values[i]);
  la_free(c->params);
  if (c->values != c->few) la_free(c->values);
  c->values = c->params = NULL;
  c->nowned = c->nsets = c->cap = 0;
}

void la_exec_close(la_exec *c) {
  la_cursor_close(c->cur);
  c->cur = NULL;
  c->has_row = c->due = false;
  c->done = true;
  la_exec_unbind(c);
  la_connection_release(c->conn);
  c->conn = NULL;
  la_arena_free(&c->texts);
}

static int cursor_gc(lua_State *L) {
  cursor *c = lua_touserdata(L, 1);
  la_exec_close(c);
  la_positions_free(&c->positions);
  la_str_release(c->sql);
  la_free(c->stmt_binds);
  la_node_release(c->stmt);
  la_entry_release(c->entry);
  luaL_unref(L, LUA_REGISTRYINDEX, c->info);
  memset(c, 0, sizeof *c);
  c->info = LUA_NOREF;
  c->recipe = &la_no_recipe;
  return 0;
}

la_exec *la_exec_new(lua_State *L) {
  cursor *c = la_push_userdata(L, sizeof *c, cursor_name);
  c->info = LUA_NOREF;
  c->recipe = &la_no_recipe;
  c->rowcount = -1;
  c->awake = LA_REST_AFTER;
  return c;
}

/* Values of one array of core.raw_cursor. */
static void store_set(lua_State *L, cursor *c, int set, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    lua_rawgeti(L, set, (int)i + 1);
    la_exec_add(L, c);
    lua_pop(L, 1);
  }
}

static uint32_t set_size(lua_State *L, int set) {
  lua_getfield(L, set, "n");
  uint32_t n = lua_isnil(L, -1) ? (uint32_t)lua_rawlen(L, set) : (uint32_t)lua_tonumber(L, -1);
  lua_pop(L, 1);
  return n;
}

/* core.raw_cursor(sql, flags, sets) */
static int raw_cursor(lua_State *L) {
  luaL_checktype(L, 1, LUA_TSTRING);
  lua_settop(L, 3);
  cursor *c = la_exec_new(L);
  c->sql = la_to_str(L, 1);
  c->raw_flags = (unsigned)luaL_optinteger(L, 2, 0);
  c->nsets = lua_istable(L, 3) ? lua_rawlen(L, 3) : 1;
  for (size_t s = 0; lua_istable(L, 3) && s < c->nsets; s++) {
    lua_rawgeti(L, 3, (int)s + 1);
    uint32_t n = set_size(L, lua_gettop(L));
    if (s && n != c->raw_n)
      return la_raise_exc(L, LA_EXC_ArgumentError, "set %d of parameters has %u values, the first has %u", (int)s + 1,
                          (unsigned)n, (unsigned)c->raw_n);
    c->raw_n = n;
    if (n) la_exec_grow(L, c, n);
    store_set(L, c, lua_gettop(L), n);
    lua_pop(L, 1);
  }
  return 1;
}

/* ---- sending ---- */

static const la_value *value_at(const la_value *set, const la_position *p) {
  const la_value *v = &set[p->bind];
  if (p->element >= 0 && v->tag == LA_V_ARRAY) v = &v->u.a->v[p->element];
  if (p->member >= 0 && v->tag == LA_V_ARRAY) v = &v->u.a->v[p->member];
  return v;
}

/* How many executions are sent: one for each set, or one for a batch. */
static size_t nsends(const cursor *c) { return c->batch ? 1 : c->nsets; }

/* How many sets are sent. */
static size_t nsets_sent(const cursor *c) { return c->batch ? c->batch : c->nsets; }

/* The values of an execution. */
static const la_value *values_of(const cursor *c, size_t at) {
  return c->values + (c->batch_at + at) * c->entry->compiled->nbinds;
}

/* Is the i-th placeholder the i-th bind's? */
static bool are_straight(const la_positions *pos, uint32_t nbinds) {
  uint32_t i = 0;
  while (i < pos->n && pos->v[i].bind == i && pos->v[i].element < 0 && pos->v[i].member < 0) i++;
  return i == pos->n && pos->n % nbinds == 0;
}

/* *out = the values of n executions in the order of the placeholders. */
static int make_params(const la_value **out, cursor *c, const la_positions *pos, size_t n, la_error *e) {
  uint32_t nbinds = c->entry->compiled->nbinds;
  *out = nbinds ? values_of(c, 0) : NULL;
  if (!nbinds || are_straight(pos, nbinds)) return 0;
  c->params = la_alloc((pos->n * n + 1) * sizeof *c->params);
  if (!c->params) return la_fail_memory(e);
  for (size_t s = 0; s < n; s++)
    for (uint32_t i = 0; i < pos->n; i++) c->params[s * pos->n + i] = *value_at(values_of(c, s), &pos->v[i]);
  *out = c->params;
  return 0;
}

static int send_raw(cursor *c, unsigned flags, uint32_t chunk, la_error *e) {
  la_sql sql = {c->sql->s, c->sql->len, c->raw_n, NULL, flags | c->raw_flags, chunk, c->sql};
  if (la_cursor_open(&c->cur, c->conn, &sql, e)) return -1;
  if (c->nsets > 1) return la_cursor_send_many(c->cur, c->values, c->raw_n, c->nsets, e);
  return la_cursor_send(c->cur, c->values, c->raw_n, e);
}

/* The connection at idx becomes that of the execution. */
static void use_connection(lua_State *L, int idx, cursor *c) {
  la_connection *conn = la_check_connection(L, idx);
  if (c->conn == conn) return;
  la_connection_release(c->conn);
  c->conn = la_connection_retain(conn);
}

/* May what is to be sent go as arrays of the values of its sets? */
static bool may_go_as_arrays(const cursor *c) {
  if (!c->entry->arrays || !c->conn->db || !(c->conn->db->driver->caps & LA_CAP_ARRAYS)) return false;
  return c->batch ? c->batch > 1 : c->nsets > 1 && c->apart;
}

/* The statement of one set, for those of the batch, or for all. */
static int send_arrays(cursor *c, la_error *e) {
  const la_entry *entry = c->entry;
  const la_value *params;
  uint8_t *hints = NULL;
  if (make_params(&params, c, &entry->positions, nsets_sent(c), e)) return -1;
  if (la_codec_hints(&hints, c->recipe->codec, &entry->positions, e)) return -1;
  la_sql sql = {entry->sql->s, entry->sql->len, entry->positions.n, hints, 0, 0, entry->sql};
  int rc = la_cursor_open(&c->cur, c->conn, &sql, e);
  la_free(hints);
  if (rc) return rc;
  c->cur->stmt->arrays = entry->arrays;
  return la_cursor_send_many(c->cur, params, entry->positions.n, nsets_sent(c), e);
}

enum { ROW_GROUPS = 4 }; /* fewer are not worth a second statement */

/* *out = the statement of LA_ROW_SETS sets, if such ones may be sent; the caller's. */
static int make_rows(la_str **out, const cursor *c, la_error *e) {
  *out = NULL;
  bool may = c->conn->db && c->conn->db->driver->caps & LA_CAP_ROWS && !c->ids && c->entry->sql;
  if (!may || c->nsets <= LA_ROW_SETS * ROW_GROUPS || !la_compiled_is_of_rows(c->entry->compiled)) return 0;
  la_buf b = LA_BUF_INIT;
  int rc = la_compiled_render_rows(&b, NULL, c->entry->compiled, c->entry->style, NULL, LA_ROW_SETS, e);
  if (!rc && !(*out = la_buf_to_str(&b))) rc = la_fail_memory(e);
  la_buf_free(&b);
  return rc;
}

static int send_many(cursor *c, const la_value *params, uint32_t n, la_error *e) {
  if (make_rows(&c->cur->stmt->rows, c, e)) return -1;
  la_str *rows = c->cur->stmt->rows;
  int rc = la_cursor_send_many(c->cur, params, n, c->nsets, e);
  c->cur->stmt->rows = NULL;
  la_str_release(rows);
  if (!rc && c->ids && c->cur->stmt->driver->give_ids) c->cur->stmt->driver->give_ids(c->cur->stmt);
  return rc;
}

static int send(cursor *c, unsigned flags, uint32_t chunk, la_error *e) {
  if (!c->entry) return send_raw(c, flags, chunk, e);
  if (may_go_as_arrays(c)) return send_arrays(c, e);
  if (la_exec_text(c, e)) return -1;
  const la_positions *pos = la_exec_positions(c);
  const la_value *params;
  if (make_params(&params, c, pos, nsends(c), e)) return -1;
  uint8_t *hints = NULL;
  if (la_codec_hints(&hints, c->recipe->codec, pos, e)) return -1;
  la_sql sql = {c->sql->s, c->sql->len, pos->n, hints, flags, chunk, c->sql};
  int rc = la_cursor_open(&c->cur, c->conn, &sql, e);
  la_free(hints);
  if (rc) return rc;
  if (nsends(c) > 1) return send_many(c, params, pos->n, e);
  return la_cursor_send(c->cur, params, pos->n, e);
}

/* cursor:send(connection, stream, chunk) */
static int cursor_send(lua_State *L) {
  cursor *c = check_cursor(L);
  unsigned flags = lua_toboolean(L, 3) ? LA_SQL_STREAM : 0;
  la_error e = LA_ERROR_INIT;
  if (!c->nsets) return luaL_error(L, "send: bind comes first");
  use_connection(L, 2, c);
  if (!send(c, flags, (uint32_t)luaL_optinteger(L, 4, 0), &e)) {
    lua_pushboolean(L, true);
    return 1;
  }
  lua_pushnil(L);
  la_push_error(L, &e);
  return 2;
}

/* What is only known right after the first step. */
static void note_counts(cursor *c) {
  const la_driver *d = c->cur->stmt->driver;
  c->counted = true;
  c->rowcount = d->rowcount(c->cur->stmt);
  c->last_id = c->conn->db ? d->last_insert_id(c->conn->db) : 0;
}

la_step la_exec_step(lua_State *L, la_exec *c, bool wait, la_error *e) {
  if (!c->cur) luaL_error(L, "the result was closed while it was read");
  void *before = c->conn->runner;
  c->conn->runner = L;
  la_step st = wait ? la_cursor_await(c->cur, e) : la_cursor_step(c->cur, e);
  c->conn->runner = before;
  c->has_row = st == LA_STEP_ROW;
  c->due = false;
  c->done = st == LA_STEP_DONE || st == LA_STEP_FAIL;
  if (!c->counted && (c->has_row || c->done)) note_counts(c);
  if (st == LA_STEP_DONE && !c->batch) la_exec_unbind(c);
  return st;
}

/* So many rows are wanted now, as the driver takes it. */
static void want(la_exec *c, lua_Integer n) {
  c->cur->stmt->wanted = n < 0 || n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

/* Would the next row of a stream have to be asked for, which others may do as well meanwhile? */
static bool is_far(const la_exec *c) {
  la_dbconn *db = c->conn->db;
  return db && db->driver->caps & LA_CAP_NETWORK && !db->driver->busy(db);
}

la_step la_exec_next(lua_State *L, la_exec *c, bool wait, lua_Integer left, la_error *e) {
  if (!c->cur || !(c->cur->flags & LA_SQL_STREAM)) return la_exec_step(L, c, wait, e);
  if (left == 1 && !c->beyond && is_far(c)) {
    c->due = true;
    c->has_row = false;
    return LA_STEP_ROW;
  }
  want(c, left < 0 || c->beyond < 0 ? -1 : left - 1 + c->beyond);
  return la_exec_step(L, c, wait, e);
}

la_step la_exec_settle_due(lua_State *L, la_exec *c, bool wait, lua_Integer wanted, la_error *e) {
  c->due = false;
  want(c, wanted);
  return la_exec_step(L, c, wait, e);
}

/* cursor:step(wait) */
static int cursor_step(lua_State *L) {
  cursor *c = check_cursor(L);
  la_error e = LA_ERROR_INIT;
  if (!c->cur) return luaL_error(L, "step: the cursor is closed");
  if (c->done || c->has_row) {
    lua_pushboolean(L, true);
    return 1;
  }
  return la_push_step(L, c->conn, la_exec_step(L, c, lua_toboolean(L, 2), &e), &e);
}

/* Sends what begins a transaction, or has it go with what is sent next. */
static bool begin(lua_State *L, la_connection *conn, const char *sql, la_error *e) {
  int with_next = la_connection_before(conn, sql, e);
  return with_next > 0 || (!with_next && !la_run_simple(L, conn, sql, LA_SQL_SIMPLE, e));
}

/* cursor:run(connection, stream, chunk, sql or nil): waits for the connection, sends, waits for the first row or the
 * end; first begins a transaction with that sql.
 * -> true, or nil, error, whether the transaction was begun */
static int cursor_run(lua_State *L) {
  cursor *c = check_cursor(L);
  la_error e = LA_ERROR_INIT;
  if (!c->nsets) return luaL_error(L, "run: bind comes first");
  use_connection(L, 2, c);
  const char *sql = luaL_optstring(L, 5, NULL);
  unsigned flags = lua_toboolean(L, 3) ? LA_SQL_STREAM : 0;
  bool ready = la_connection_await(c->conn, &e) == LA_STEP_DONE;
  bool begun = ready && sql && begin(L, c->conn, sql, &e);
  bool ok = ready && begun == (sql != NULL) && !send(c, flags, (uint32_t)luaL_optinteger(L, 4, 0), &e) &&
            la_exec_step(L, c, true, &e) != LA_STEP_FAIL;
  int n = la_push_step(L, c->conn, ok ? LA_STEP_DONE : LA_STEP_FAIL, &e);
  if (ok) return n;
  lua_pushboolean(L, begun);
  return n + 1;
}

/* plain_sets(list): are its elements tables without metatables? */
static int plain_sets(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  size_t n = lua_rawlen(L, 1), i = 1;
  for (; i <= n; i++) {
    lua_rawgeti(L, 1, (int)i);
    if (!lua_istable(L, 2) || lua_getmetatable(L, 2)) break;
    lua_settop(L, 1);
  }
  lua_pushboolean(L, i > n);
  return 1;
}

/* plain_set(x): a name of x, if that is a table of names and nothing else */
static int plain_set(lua_State *L) {
  lua_settop(L, 1);
  if (!lua_istable(L, 1) || lua_rawlen(L, 1)) return 0;
  if (lua_getmetatable(L, 1)) return 0;
  lua_pushnil(L);
  if (!lua_next(L, 1) || lua_type(L, 2) != LUA_TSTRING) return 0;
  lua_settop(L, 2);
  return 1;
}

/* cursor:columns() -> array of {name, type code, declared type} */
static int cursor_columns(lua_State *L) {
  cursor *c = check_cursor(L);
  lua_newtable(L);
  int n = c->cur ? c->cur->stmt->driver->ncols(c->cur->stmt) : 0;
  for (int i = 0; i < n; i++) {
    la_dbcolumn col;
    c->cur->stmt->driver->describe(c->cur->stmt, i, &col);
    lua_createtable(L, 0, 3);
    lua_pushlstring(L, col.name, col.name_len);
    lua_setfield(L, -2, "name");
    lua_pushnumber(L, col.type);
    lua_setfield(L, -2, "code");
    if (col.decltype) {
      lua_pushstring(L, col.decltype);
      lua_setfield(L, -2, "decltype");
    }
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

/* cursor:use(info): values pass as another info says, or this one by now (columns known only after sending) */
static int cursor_use(lua_State *L) {
  cursor *c = check_cursor(L);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  const la_recipe *recipe = la_recipe_of(L, 2);
  int info = luaL_ref(L, LUA_REGISTRYINDEX);
  luaL_unref(L, LUA_REGISTRYINDEX, c->info);
  c->info = info;
  c->recipe = recipe;
  return 0;
}

static int cursor_rowcount(lua_State *L) {
  cursor *c = check_cursor(L);
  la_push_int64(L, c->cur ? c->cur->stmt->driver->rowcount(c->cur->stmt) : -1);
  return 1;
}

/* cursor:outcome(): how many rows were changed, and the last number that was given to one (nil: none), as the first
 * step left them */
static int cursor_outcome(lua_State *L) {
  const cursor *c = check_cursor(L);
  la_push_int64(L, c->rowcount);
  if (!c->last_id) return 1;
  la_push_int64(L, c->last_id);
  return 2;
}

/* Makes the text, unless the values that it depends on are gone. */
static void need_text(lua_State *L, cursor *c) {
  la_error e = LA_ERROR_INIT;
  if (c->sql || !c->entry || (!c->entry->sql && !c->nsets)) return;
  if (la_exec_text(c, &e)) la_raise(L, &e);
}

/* cursor:sql(); nil where it depends on values that are gone */
static int cursor_sql(lua_State *L) {
  cursor *c = check_cursor(L);
  need_text(L, c);
  la_push_str(L, c->sql);
  return 1;
}

/* cursor:parameters() -> array of arrays of the values in the order of the placeholders, as they are sent */
static int cursor_parameters(lua_State *L) {
  cursor *c = check_cursor(L);
  need_text(L, c);
  const la_positions *pos = c->entry ? la_exec_positions(c) : NULL;
  uint32_t n = pos ? pos->n : c->raw_n;
  size_t nsets = pos ? nsends(c) : c->nsets;
  lua_createtable(L, (int)nsets, 0);
  for (size_t s = 0; s < nsets; s++) {
    lua_createtable(L, (int)n, 0);
    for (uint32_t i = 0; i < n; i++) {
      const la_value *set = pos ? values_of(c, s) : &c->values[s * n];
      la_push_element(L, pos ? value_at(set, &pos->v[i]) : &set[i]);
      lua_rawseti(L, -2, (int)i + 1);
    }
    lua_rawseti(L, -2, (int)s + 1);
  }
  return 1;
}

/* cursor:sql_or_template(): the text, or, where it cannot be made without values, as the compiler printed it */
static int cursor_template(lua_State *L) {
  cursor *c = check_cursor(L);
  la_error e = LA_ERROR_INIT;
  if (c->sql || (c->entry && c->entry->sql)) return cursor_sql(L);
  la_buf b = LA_BUF_INIT;
  int rc = la_compiled_string(&b, c->entry->compiled, &e);
  if (!rc) lua_pushlstring(L, b.s ? b.s : "", b.len);
  la_buf_free(&b);
  if (rc) return la_raise(L, &e);
  return 1;
}

/* cursor:own_value(name): what the statement itself gives to its bind of that name, or nil */
static int cursor_own_value(lua_State *L) {
  cursor *c = check_cursor(L);
  size_t len;
  const char *name = luaL_checklstring(L, 2, &len);
  int i = c->entry ? la_compiled_bind(c->entry->compiled, name, len) : -1;
  if (i < 0) return 0;
  const la_cbind *b = &c->entry->compiled->binds[i];
  if (b->flags & LA_BF_REQUIRED) return 0;
  la_exec_own_value(L, c, (uint32_t)i, -1);
  return 1;
}

/* cursor:origin() -> the statement, the info that the cache keeps for it, and whether it was compiled for this
 * execution; nothing for raw SQL */
static int cursor_origin(lua_State *L) {
  const cursor *c = check_cursor(L);
  if (!c->entry) return 0;
  la_push_node_ref(L, c->stmt ? c->stmt : c->entry->stmt);
  la_push_foreign(L, c->entry->plan);
  lua_pushboolean(L, c->fresh);
  return 3;
}

static int cursor_close(lua_State *L) {
  la_exec_close(check_cursor(L));
  return 0;
}

void la_open_cursor(lua_State *L, int core) {
  static const luaL_Reg methods[] = {{"bind", la_exec_bind},
                                     {"bind_slots", la_exec_bind_slots},
                                     {"batch", la_exec_batch},
                                     {"give_ids", la_exec_give_ids},
                                     {"set_apart", la_exec_set_apart},
                                     {"at_once", la_exec_at_once},
                                     {"failed_set", la_exec_failed_set},
                                     {"fetch_slots", la_exec_fetch_slots},
                                     {"send", cursor_send},
                                     {"run", cursor_run},
                                     {"step", cursor_step},
                                     {"one", la_exec_one},
                                     {"fetch", la_exec_fetch},
                                     {"columns", cursor_columns},
                                     {"use", cursor_use},
                                     {"rowcount", cursor_rowcount},
                                     {"outcome", cursor_outcome},
                                     {"sql", cursor_sql},
                                     {"sql_or_template", cursor_template},
                                     {"own_value", cursor_own_value},
                                     {"parameters", cursor_parameters},
                                     {"origin", cursor_origin},
                                     {"close", cursor_close},
                                     {NULL, NULL}};
  la_new_meta(L, cursor_name, cursor_gc, methods);
  lua_pushcfunction(L, raw_cursor);
  lua_setfield(L, core, "raw_cursor");
  lua_pushcfunction(L, plain_sets);
  lua_setfield(L, core, "plain_sets");
  lua_pushcfunction(L, plain_set);
  lua_setfield(L, core, "plain_set");
}
