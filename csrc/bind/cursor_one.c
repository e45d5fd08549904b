/* cursor_one.c - one row, for who wants no more.
 *
 *   cursor:one(second, wait) -> row or nil, true, whether there is another | row, false, what, fd, seconds
 *                               | nil or row, nil, error
 *     Reads the row at hand and closes the cursor, unless it must wait or fails. second: whether there is another row
 *     is to be found out, else the answer is false.
 */
#include "bind/cursor.h"

enum { CURSOR = 1, ROW };

/* Puts the row at hand into its place. */
static int take_row(lua_State *L, la_exec *c, la_error *e) {
  int n = c->cur->stmt->driver->ncols(c->cur->stmt);
  int processors = la_exec_push_ref(L, c->recipe->result), meta = la_exec_push_ref(L, c->recipe->meta);
  lua_createtable(L, n, 0);
  if (la_exec_fill_row(L, c, lua_gettop(L), n, processors, e)) return -1;
  if (meta) {
    lua_pushvalue(L, meta);
    lua_setmetatable(L, -2);
  }
  lua_replace(L, ROW);
  lua_settop(L, ROW);
  return 0;
}

int la_exec_one(lua_State *L) {
  la_exec *c = la_exec_check(L, CURSOR);
  bool second = lua_toboolean(L, 2), wait = lua_toboolean(L, 3), had = c->cur && c->has_row;
  la_error e = LA_ERROR_INIT;
  lua_settop(L, CURSOR);
  lua_settop(L, ROW);
  luaL_checkstack(L, 12, "one");
  la_step st = LA_STEP_DONE;
  if (c->cur && c->due) {
    st = la_exec_settle_due(L, c, wait, 1, &e);
    had = st == LA_STEP_ROW;
    if (had) st = LA_STEP_DONE;
  }
  if (had && take_row(L, c, &e)) st = LA_STEP_FAIL;
  if (had && second && st != LA_STEP_FAIL) st = la_exec_step(L, c, wait, &e);
  if (st != LA_STEP_DONE && st != LA_STEP_ROW) return 1 + la_push_step(L, c->conn, st, &e);
  la_exec_close(c);
  lua_pushboolean(L, true);
  lua_pushboolean(L, st == LA_STEP_ROW);
  return 3;
}
