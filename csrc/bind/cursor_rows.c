/* cursor_rows.c - the rows of a cursor.
 *
 *   cursor:fetch(n, wait, dress)   -> rows (tables with that metatable, or info.meta; n negative: all), then what
 *                                     cursor:step answers
 *   core.row_index(positions, other)   an __index of rows: what is at positions[name], else other(row, name)
 *   core.set_metatables(rows, meta)    -> rows, all with that metatable
 */
#include <string.h>

#include "bind/cursor.h"
#include "bind/meta.h"
#include "bind/rest.h"

/* What is on the stack goes through the Lua function of column i, if that has one. */
static void process(lua_State *L, int i, int processors) {
  lua_rawgeti(L, processors, i + 1);
  if (lua_toboolean(L, -1)) {
    lua_insert(L, -2);
    lua_call(L, 1, 1);
  } else {
    lua_pop(L, 1);
  }
}

/* The value of column i of the current row. */
static int read_cell(lua_State *L, la_exec *c, int i, la_cell *out, la_error *e) {
  if (!c->cur) return luaL_error(L, "the result was closed while it was read");
  return c->cur->stmt->driver->value(c->cur->stmt, i, out, e);
}

static int push_read(lua_State *L, la_exec *c, int i, la_cell *cell, int processors, la_error *e) {
  const la_codec *columns = c->recipe->columns;
  if (!columns && !processors) {
    la_push_cell(L, cell);
    return cell->tag == LA_V_NULL;
  }
  if (la_codec_push(L, columns, i, cell, e)) return -1;
  if (processors) process(L, i, processors);
  return lua_isnil(L, -1);
}

int la_exec_push_cell(lua_State *L, la_exec *c, int i, int processors, la_error *e) {
  la_cell cell;
  if (read_cell(L, c, i, &cell, e)) return -1;
  return push_read(L, c, i, &cell, processors, e);
}

/* Is the value on the stack the text of the cell? */
static bool is_text(lua_State *L, const la_cell *cell) {
  if (cell->tag != LA_V_TEXT || lua_type(L, -1) != LUA_TSTRING) return false;
  size_t n;
  const char *s = lua_tolstring(L, -1, &n);
  return n == cell->u.s.n && !memcmp(s, cell->u.s.p, n);
}

int la_exec_push_likely(lua_State *L, la_exec *c, int i, int processors, bool *same, la_error *e) {
  la_cell cell;
  if (read_cell(L, c, i, &cell, e)) return -1;
  *same = is_text(L, &cell);
  if (*same && !la_codec_decodes_column(c->recipe->columns, i)) {
    if (processors) process(L, i, processors);
    return lua_isnil(L, -1);
  }
  lua_pop(L, 1);
  return push_read(L, c, i, &cell, processors, e);
}

/* The columns of the current row into the table at idx. */
static int fill_row(lua_State *L, la_exec *c, int idx, int ncols, int processors, la_error *e) {
  for (int i = 0; i < ncols; i++) {
    if (la_exec_push_cell(L, c, i, processors, e) < 0) return -1;
    lua_rawseti(L, idx, i + 1);
  }
  return 0;
}

/* The same where nothing of Lua's is called between two columns, into a table that is empty yet. */
static int fill_row_plainly(lua_State *L, la_exec *c, int idx, int ncols, la_error *e) {
  la_dbstmt *stmt = c->cur->stmt;
  int (*value)(la_dbstmt *, int, la_cell *, la_error *) = stmt->driver->value;
  const la_codec *columns = c->recipe->columns;
  la_cell cell;
  for (int i = 0; i < ncols; i++) {
    if (value(stmt, i, &cell, e)) return -1;
    if (cell.tag == LA_V_NULL) continue;
    if (!columns)
      la_push_cell(L, &cell);
    else if (la_codec_push(L, columns, i, &cell, e))
      return -1;
    lua_rawseti(L, idx, i + 1);
  }
  return 0;
}

int la_exec_fill_row(lua_State *L, la_exec *c, int idx, int ncols, int processors, la_error *e) {
  return !processors && c->cur ? fill_row_plainly(L, c, idx, ncols, e) : fill_row(L, c, idx, ncols, processors, e);
}

/* At most so many tables are made before they are needed, and one for so many that were. */
enum { BLANKS = 128, BLANKS_PER = 8 };

static int make_blanks(lua_State *L, la_blanks *b, int used, lua_Integer left) {
  int n = used / BLANKS_PER + 1;
  if (n > BLANKS) n = BLANKS;
  if (left > 0 && n > left) n = (int)left;
  lua_settop(L, b->base);
  luaL_checkstack(L, n + LA_BLANKS_STACK, "too many columns");
  for (int i = 0; i < n; i++) {
    lua_createtable(L, b->size, 0);
    if (!b->meta) continue;
    lua_pushvalue(L, b->meta);
    lua_setmetatable(L, -2);
  }
  b->end = b->base + n;
  return b->at = b->base + 1;
}

int la_blank(lua_State *L, la_blanks *b, int used, lua_Integer left) {
  return b->at < b->end ? ++b->at : make_blanks(L, b, used, left);
}

int la_exec_push_ref(lua_State *L, int ref) {
  if (ref == LUA_NOREF) return 0;
  lua_rawgeti(L, LUA_REGISTRYINDEX, ref);
  return lua_gettop(L);
}

enum { CURSOR = 1, MAX, WAIT, DRESS, ROWS };

/* The reader of cursor:fetch. */
static int read_rows(lua_State *L) {
  la_exec *c = la_exec_check(L, CURSOR);
  bool wait = lua_toboolean(L, WAIT);
  luaL_checkstack(L, 12, "fetch");
  int ncols = c->cur->stmt->driver->ncols(c->cur->stmt);
  int processors = la_exec_push_ref(L, c->recipe->result);
  int meta = lua_istable(L, DRESS) ? DRESS : la_exec_push_ref(L, c->recipe->meta);
  la_blanks b = {.base = lua_gettop(L), .size = ncols, .meta = meta};
  int n = (int)lua_rawlen(L, ROWS);
  la_error e = LA_ERROR_INIT;
  la_step st = LA_STEP_ROW;
  for (lua_Integer left = c->left; c->has_row && left; c->left = --left) {
    int row = la_blank(L, &b, n, left);
    if (la_exec_fill_row(L, c, row, ncols, processors, &e)) {
      st = LA_STEP_FAIL;
      break;
    }
    lua_pushvalue(L, row);
    lua_rawseti(L, ROWS, ++n);
    st = la_exec_next(L, c, wait, left, &e);
  }
  c->drawn = n;
  lua_settop(L, ROWS);
  return 1 + la_push_step(L, c->conn, st, &e);
}

/* Pushes a table for at most max rows. Where there were as many before it has their room, and that for the place to
 * which a loop will have come (engine/result.lua). */
static void push_rows(lua_State *L, const la_exec *c, lua_Integer max) {
  bool full = max > 0 && max == c->drawn && (c->has_row || c->due);
  lua_createtable(L, full ? (int)max : 0, full);
}

/* Where chunks are given up one by one their table comes before the collector's work: the C library joins all the small
 * pieces that are free whenever it is asked for a large one, and then cuts them for the objects to come. Where they are
 * not it comes afterwards: it would be older than its rows, and keep them when it is dead. */
int la_exec_rows(lua_State *L, la_exec *c, lua_Integer max, int wait, lua_CFunction fn) {
  bool few = max >= 0 && max <= LA_REST_AFTER;
  la_error e = LA_ERROR_INIT;
  bool rests = !few && c->cur, early = rests && la_is_rest_left(L);
  if (early) push_rows(L, c, max);
  if (rests) la_settle_rest(L, c->conn);
  if (!early) push_rows(L, c, max);
  if (rests) la_watch_rest(L);
  la_step st = c->due ? la_exec_settle_due(L, c, lua_toboolean(L, wait), max, &e) : LA_STEP_ROW;
  int top = lua_gettop(L);
  if (!c->cur) {
    lua_pushboolean(L, true);
    return 2;
  }
  if (st != LA_STEP_ROW) return 1 + la_push_step(L, c->conn, st, &e);
  lua_Integer awake = few ? max : c->awake;
  if (awake) {
    c->left = awake;
    c->beyond = few ? 0 : max < 0 ? -1 : max - awake;
    int n = fn(L);
    if (!few) c->awake = c->left;
    if (few || c->left || !c->has_row) return n;
    lua_settop(L, top);
  }
  c->left = max < 0 ? -1 : max - awake;
  c->beyond = 0;
  return c->recipe->result == LUA_NOREF ? la_at_rest(L, c->conn, fn) : fn(L);
}

int la_exec_fetch(lua_State *L) {
  la_exec *c = la_exec_check(L, CURSOR);
  lua_Integer max = luaL_optinteger(L, MAX, -1);
  lua_settop(L, DRESS);
  return la_exec_rows(L, c, max, WAIT, read_rows);
}

/* ---- what rows answer ---- */

/* Where the string at idx lies, NULL if it is none: the same for all equal short strings. Lua 5.4 tells it at once, but
 * for other values, too, whose addresses are no string's. */
static const void *address_of(lua_State *L, int idx) {
#if LUA_VERSION_NUM >= 504
  return lua_topointer(L, idx);
#else
  return lua_type(L, idx) == LUA_TSTRING ? lua_tostring(L, idx) : NULL;
#endif
}

/* The names of a row's columns by their addresses. */
typedef struct name {
  const void *text; /* NULL: free */
  int at;
} name;

typedef struct names {
  size_t mask;
  name slots[];
} names;

/* The slot of that name, or the free one where it belongs. */
static const name *find_name(const names *n, const void *text) {
  size_t i = ((uintptr_t)text >> 4) & n->mask;
  while (n->slots[i].text && n->slots[i].text != text) i = (i + 1) & n->mask;
  return &n->slots[i];
}

/* Pushes the names of the table at the first index, half of the slots free. */
static void push_names(lua_State *L) {
  size_t size = 2, count = 0;
  for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) count++;
  while (size < 2 * count) size *= 2;
  names *n = lua_newuserdatauv(L, sizeof *n + size * sizeof *n->slots, 0);
  memset(n, 0, sizeof *n + size * sizeof *n->slots);
  n->mask = size - 1;
  for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING || !lua_tointeger(L, -1)) continue;
    const void *text = address_of(L, -2);
    *(name *)find_name(n, text) = (name){text, (int)lua_tointeger(L, -1)};
  }
}

/* Upvalues: positions, other, names. */
static int row_index(lua_State *L) {
  const name *found = find_name(lua_touserdata(L, lua_upvalueindex(3)), address_of(L, 2));
  if (found->text) {
    lua_rawgeti(L, 1, found->at);
    return 1;
  }
  lua_pushvalue(L, 2);
  lua_rawget(L, lua_upvalueindex(1));
  lua_Integer at = lua_tointeger(L, -1); /* 0: of no column, or of several */
  if (at) {
    lua_rawgeti(L, 1, (int)at);
    return 1;
  }
  return la_index_other(L);
}

static int new_row_index(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  push_names(L);
  lua_pushcclosure(L, row_index, 3);
  return 1;
}

static int set_metatables(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  int n = (int)lua_rawlen(L, 1);
  for (int i = 1; i <= n; i++) {
    lua_rawgeti(L, 1, i);
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_pushvalue(L, 2);
    lua_setmetatable(L, 3);
    lua_settop(L, 2);
  }
  lua_settop(L, 1);
  return 1;
}

void la_open_rows(lua_State *L, int core) {
  lua_pushcfunction(L, new_row_index);
  lua_setfield(L, core, "row_index");
  lua_pushcfunction(L, set_metatables);
  lua_setfield(L, core, "set_metatables");
}
