/* cursor_slots.c - parameters from, and rows into, many tables at once.
 *
 *   cursor:bind_slots(rows, first, last, places)
 *     places: for each bind the number of its value in a row (nil there is NULL), or its name (nil there, or false
 * here: the statement's own value) cursor:fetch_slots(rows, at, slots, wait, column, keys) -> number of rows, true or
 * what step answered with keys, the values of that column are added to that array
 */
#include "bind/convert.h"
#include "bind/cursor.h"
#include "bind/raise.h"

/* Where bind i finds its value: at a number, under the name at stack NAMES, or (0) in the statement. */
enum { ROWS = 2, PLACES = 5, INFO, PROCESSORS, SLOTS, ROW };

enum { FEW = 8 }; /* sets, for which an arena does not pay */

static void read_slots(lua_State *L, int idx, int *out, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    lua_rawgeti(L, idx, (int)i + 1);
    out[i] = lua_type(L, -1) == LUA_TSTRING ? -1 : (int)lua_tointeger(L, -1);
    lua_pop(L, 1);
  }
}

/* Pushes what the row at stack ROW has for bind i, else what the statement itself gives it. */
static void push_value(lua_State *L, la_exec *c, int slot, uint32_t i, bool many) {
  if (slot > 0) {
    lua_rawgeti(L, ROW, slot);
  } else if (slot) {
    lua_rawgeti(L, PLACES, (int)i + 1);
    lua_rawget(L, ROW);
  }
  if (slot && !lua_isnil(L, -1)) return;
  if (slot > 0) return;
  if (slot) lua_pop(L, 1);
  la_exec_own_value(L, c, i, many ? (int)c->nsets : -1);
}

int la_exec_bind_slots(lua_State *L) {
  la_exec *c = la_exec_check(L, 1);
  luaL_checktype(L, ROWS, LUA_TTABLE);
  luaL_checktype(L, PLACES, LUA_TTABLE);
  int first = (int)luaL_checkinteger(L, 3), last = (int)luaL_checkinteger(L, 4);
  uint32_t n = c->entry->compiled->nbinds;
  lua_settop(L, PLACES);
  lua_rawgeti(L, LUA_REGISTRYINDEX, c->info);
  lua_getfield(L, INFO, "bind");
  int processors = lua_istable(L, PROCESSORS) ? PROCESSORS : 0;
  int *slots = lua_newuserdatauv(L, (n + 1) * sizeof *slots, 0);
  read_slots(L, PLACES, slots, n);
  c->many = last - first > FEW;
  if (last >= first) la_exec_grow(L, c, (size_t)(last - first + 1) * n);
  for (int at = first; at <= last; at++) {
    lua_rawgeti(L, ROWS, at);
    luaL_checktype(L, ROW, LUA_TTABLE);
    size_t base = c->nsets * n;
    for (uint32_t i = 0; i < n; i++) {
      push_value(L, c, slots[i], i, last > first);
      la_exec_store(L, c, base, i, processors);
    }
    c->nsets++;
    lua_settop(L, SLOTS);
  }
  return 0;
}

/* The current row's columns become the values of the table on the stack. */
static int store_row(lua_State *L, la_exec *c, const int *slots, uint32_t n, int processors, la_error *e) {
  for (uint32_t i = 0; i < n; i++) {
    if (la_exec_push_cell(L, c, (int)i, processors, e)) return -1;
    if (lua_isnil(L, -1)) {
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
  read_slots(L, 4, slots, n);
  if (c->processors != LUA_NOREF) lua_rawgeti(L, LUA_REGISTRYINDEX, c->processors);
  int processors = c->processors != LUA_NOREF ? 9 : 0, top = lua_gettop(L);
  la_error e = LA_ERROR_INIT;
  la_step st = c->has_row ? LA_STEP_ROW : LA_STEP_DONE;
  while (c->has_row) {
    lua_rawgeti(L, 2, at++);
    if (!lua_istable(L, -1)) return la_raise_exc(L, LA_EXC_InvalidRequestError, "more rows came back than were sent");
    int rc = store_row(L, c, slots, n, processors, &e);
    if (!rc && column && !(rc = la_exec_push_cell(L, c, column - 1, processors, &e))) lua_rawseti(L, 7, ++nkeys);
    if (rc) {
      st = LA_STEP_FAIL;
      break;
    }
    lua_settop(L, top);
    st = la_exec_step(L, c, wait, &e);
  }
  lua_pushinteger(L, at - first);
  return 1 + la_push_step(L, c->conn, st, &e);
}
