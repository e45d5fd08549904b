/* cursor_one.c - one row, for who wants no more.
 *
 *   cursor:one(second, wait) -> row or nil, true, whether there is another | row, false, what, fd, seconds
 *                               | nil or row, nil, error
 *     Reads the row at hand and closes the cursor, unless it must wait or fails. second: whether there is another row
 *     is to be found out, else the answer is false.
 */
#include "bind/cursor.h"

static int push_table(lua_State *L, int ref) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, ref);
  return ref == LUA_NOREF ? 0 : lua_gettop(L);
}

/* Pushes the row at hand. */
static int push_row(lua_State *L, la_exec *c, la_error *e) {
  int top = lua_gettop(L), n = c->cur->stmt->driver->ncols(c->cur->stmt);
  int processors = push_table(L, c->recipe->result);
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    if (la_exec_push_cell(L, c, i, processors, e)) return -1;
    lua_rawseti(L, top + 2, i + 1);
  }
  if (push_table(L, c->recipe->meta))
    lua_setmetatable(L, top + 2);
  else
    lua_pop(L, 1);
  lua_replace(L, top + 1);
  return 0;
}

int la_exec_one(lua_State *L) {
  la_exec *c = la_exec_check(L, 1);
  bool second = lua_toboolean(L, 2), wait = lua_toboolean(L, 3), had = c->cur && c->has_row;
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 1);
  luaL_checkstack(L, 12, "one");
  la_step st = LA_STEP_DONE;
  if (had && push_row(L, c, &e)) st = LA_STEP_FAIL;
  lua_settop(L, 2);
  if (had && second && st != LA_STEP_FAIL) st = la_exec_step(L, c, wait, &e);
  if (st != LA_STEP_DONE && st != LA_STEP_ROW) return 1 + la_push_step(L, c->conn, st, &e);
  la_exec_close(c);
  lua_pushboolean(L, true);
  lua_pushboolean(L, st == LA_STEP_ROW);
  return 3;
}
