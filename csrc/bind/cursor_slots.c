/* cursor_slots.c - rows into many tables at once.
 *
 *   cursor:fetch_slots(rows, at, slots, wait, column, keys) -> number of rows, true or what step answered
 *     with keys, the values of that column are added to that array
 */
#include "bind/convert.h"
#include "bind/cursor.h"
#include "bind/raise.h"

/* The current row's columns become the values of the table on the stack. */
static int store_row(lua_State *L, la_exec *c, const int *slots, uint32_t n, int processors, la_error *e) {
  for (uint32_t i = 0; i < n; i++) {
    int rc = la_exec_push_cell(L, c, (int)i, processors, e);
    if (rc < 0) return -1;
    if (rc) {
      lua_pop(L, 1);
      lua_pushlightuserdata(L, NULL);
    }
    lua_rawseti(L, -2, slots[i]);
  }
  return 0;
}

int la_exec_fetch_slots(lua_State *L) {
  la_exec *c = la_exec_check(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  luaL_checktype(L, 4, LUA_TTABLE);
  int first = (int)luaL_checkinteger(L, 3), at = first;
  bool wait = lua_toboolean(L, 5);
  uint32_t n = (uint32_t)lua_rawlen(L, 4);
  int column = (int)luaL_optinteger(L, 6, 0), nkeys = column ? (int)lua_rawlen(L, 7) : 0;
  lua_settop(L, 7);
  int *slots = lua_newuserdatauv(L, (n + 1) * sizeof *slots, 0);
  la_read_slots(L, 4, slots, n);
  bool processed = c->recipe->result != LUA_NOREF;
  if (processed) lua_rawgeti(L, LUA_REGISTRYINDEX, c->recipe->result);
  int processors = processed ? 9 : 0, top = lua_gettop(L);
  la_error e = LA_ERROR_INIT;
  la_step st = c->has_row ? LA_STEP_ROW : LA_STEP_DONE;
  while (c->has_row) {
    lua_rawgeti(L, 2, at++);
    if (!lua_istable(L, -1)) return la_raise_exc(L, LA_EXC_InvalidRequestError, "more rows came back than were sent");
    int rc = store_row(L, c, slots, n, processors, &e);
    if (!rc && column && (rc = la_exec_push_cell(L, c, column - 1, processors, &e)) >= 0) lua_rawseti(L, 7, ++nkeys);
    if (rc < 0) {
      st = LA_STEP_FAIL;
      break;
    }
    lua_settop(L, top);
    st = la_exec_step(L, c, wait, &e);
  }
  lua_pushinteger(L, at - first);
  return 1 + la_push_step(L, c->conn, st, &e);
}
