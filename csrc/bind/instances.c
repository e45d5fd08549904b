/* instances.c - the loops over the objects of a flush.
 *
 *   core.maker(meta, state, n, slots) -> fn(given) -> object, or nothing if `given` has more than plain columns
 *   core.row_plan(columns)            how the objects of a mapper are rows of a table; columns: an array of
 *                                     {slot, key = bool, none = bool, keep_none = bool}
 *   plan:inserts(objects, at, mapper) -> last, shape    the longest run whose rows have the same columns
 *   plan:updates(objects, at, mapper, dirty) -> last, shape   the same for what changed; shape false: nothing did;
 *                                     dirty: what changed objects were before
 *                                     both: shape nil if the object at `at` needs more than is known here
 *   plan:mappings(rows, at, names, nulls) -> last, shape   the same for INSERTs of tables by name: those that have
 *                                     nothing but columns; names: the number of each column
 *
 * Objects are as in lua/lualchemy/orm/state.lua: [1] the state, [2] the identity, values from [3] on. A shape is a
 * string of a byte for each column that may be missing (or changed): "1" or "0".
 */
#include "bind/instances.h"

#include <string.h>

#include "bind/convert.h"
#include "bind/meta.h"
#include "bind/node.h"
#include "bind/raise.h"

static const char plan_name[] = "lualchemy.row_plan";

enum { IS_KEY = 1, AS_NONE = 2, KEEPS_NONE = 4 };

typedef struct row_plan {
  int n;
  struct {
    int slot;
    unsigned flags;
  } v[];
} row_plan;

/* ---- making objects ---- */

/* Upvalues: metatable, state, number of slots, {[key] = slot}. */
int la_make_instance(lua_State *L) {
  int given = lua_gettop(L), object = given + 1;
  if (lua_type(L, given) != LUA_TTABLE || lua_getmetatable(L, given)) return 0;
  lua_createtable(L, (int)lua_tointeger(L, lua_upvalueindex(3)), 0);
  int filled = 0;
  for (lua_pushnil(L); lua_next(L, given); filled++) {
    lua_pushvalue(L, -2);
    lua_rawget(L, lua_upvalueindex(4));
    int slot = (int)lua_tointeger(L, -1);
    if (!slot) return 0;
    lua_pop(L, 1);
    lua_rawseti(L, object, slot);
  }
  if (!filled) return 0;
  lua_pushvalue(L, lua_upvalueindex(2));
  lua_rawseti(L, object, 1);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_setmetatable(L, object);
  return 1;
}

static int make_instance(lua_State *L) { return lua_gettop(L) == 1 ? la_make_instance(L) : 0; }

static int maker(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  luaL_checkinteger(L, 3);
  luaL_checktype(L, 4, LUA_TTABLE);
  lua_settop(L, 4);
  lua_pushcclosure(L, make_instance, 4);
  return 1;
}

/* ---- plans ---- */

static unsigned flag(lua_State *L, int idx, const char *name, unsigned value) {
  lua_getfield(L, idx, name);
  unsigned out = lua_toboolean(L, -1) ? value : 0;
  lua_pop(L, 1);
  return out;
}

static int plan_new(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  int n = (int)lua_rawlen(L, 1);
  row_plan *p = la_push_userdata(L, sizeof *p + (size_t)n * sizeof p->v[0], plan_name);
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, 1, i + 1);
    lua_getfield(L, -1, "slot");
    p->v[i].slot = (int)lua_tointeger(L, -1);
    lua_pop(L, 1);
    p->v[i].flags = flag(L, -1, "key", IS_KEY) | flag(L, -1, "none", AS_NONE) | flag(L, -1, "keep_none", KEEPS_NONE);
    lua_pop(L, 1);
    p->n = i + 1;
  }
  return 1;
}

/* ---- runs ---- */

/* Is what is on the stack a value that needs no thought? An SQL expression, or what could be one, is none. */
static bool is_plain(lua_State *L) {
  switch (lua_type(L, -1)) {
    case LUA_TNIL:
    case LUA_TBOOLEAN:
    case LUA_TNUMBER:
    case LUA_TSTRING: return true;
    case LUA_TLIGHTUSERDATA: return lua_touserdata(L, -1) == NULL;
    case LUA_TUSERDATA: return !la_test_node(L, -1);
    case LUA_TTABLE: {
      bool meta = lua_getmetatable(L, -1);
      if (meta) lua_pop(L, 1);
      return !meta;
    }
    default: return false;
  }
}

/* The byte of an INSERT's row for the value on the stack, which is no plain number or text; 0: it needs more. */
static char odd_shape(lua_State *L, unsigned flags) {
  if (!is_plain(L)) return 0;
  bool null = la_is_null(L, -1) && !(lua_islightuserdata(L, -1) && flags & KEEPS_NONE);
  return null && !(flags & AS_NONE) ? '0' : '1';
}

/* The bytes of an INSERT's row; false: it needs more. object: stack index. */
static bool insert_shape(lua_State *L, const row_plan *p, int object, char *shape) {
  for (int i = 0; i < p->n; i++) {
    lua_rawgeti(L, object, p->v[i].slot);
    int type = lua_type(L, -1);
    shape[i] = type == LUA_TSTRING || type == LUA_TNUMBER ? '1' : odd_shape(L, p->v[i].flags);
    lua_pop(L, 1);
    if (!shape[i]) return false;
  }
  return true;
}

enum { RUN_PLAN = 1, RUN_OBJECTS, RUN_SHAPES, RUN_MAPPER, RUN_DIRTY, RUN_LAST, RUN_OBJECT, RUN_STATE };

/* What the state says of all objects that share it: the slot of the only column that was changed, 0: none or several.
 */
static int only_slot(lua_State *L, int state) {
  lua_getfield(L, state, "slot");
  int slot = (int)lua_tointeger(L, -1);
  lua_pop(L, 1);
  return slot;
}

/* Pushes what the object was before: it stands with the session, or in the state that is the object's own. */
static void push_committed(lua_State *L, int object, int state) {
  lua_pushnil(L);
  if (lua_istable(L, RUN_DIRTY)) {
    lua_pushvalue(L, object);
    lua_rawget(L, RUN_DIRTY);
    lua_replace(L, -2);
  }
  if (lua_istable(L, -1)) return;
  lua_pop(L, 1);
  lua_getfield(L, state, "committed");
}

/* Has the object its whole key, without NULL? */
static bool has_keys(lua_State *L, const row_plan *p, int object) {
  bool has = true;
  for (int i = 0; has && i < p->n; i++) {
    if (!(p->v[i].flags & IS_KEY)) continue;
    lua_rawgeti(L, object, p->v[i].slot);
    has = !lua_isnil(L, -1) && !lua_islightuserdata(L, -1);
    lua_pop(L, 1);
  }
  return has;
}

static int column_of(const row_plan *p, int slot) {
  int i = p->n - 1;
  while (i >= 0 && p->v[i].slot != slot) i--;
  return i;
}

/* Notes column i, whose value was what is on the stack, if it has another now. */
static bool note_change(lua_State *L, const row_plan *p, int object, int i, char *shape) {
  if (p->v[i].flags & IS_KEY) return false;
  lua_rawgeti(L, object, p->v[i].slot);
  int type = lua_type(L, -1);
  bool ok = lua_rawequal(L, -1, -2);
  if (!ok) {
    shape[i] = '1';
    ok = type != LUA_TNIL && is_plain(L) && (type != lua_type(L, -2) || (type != LUA_TTABLE && type != LUA_TUSERDATA));
  }
  lua_pop(L, 1);
  return ok;
}

/* The same where only the column of that slot was changed: what it was before stands with the session. */
static bool changed_shape(lua_State *L, const row_plan *p, int object, int slot, char *shape) {
  int i = column_of(p, slot);
  if (!has_keys(L, p, object)) return false;
  if (i < 0) return true;
  lua_pushvalue(L, object);
  lua_rawget(L, RUN_DIRTY);
  return note_change(L, p, object, i, shape);
}

/* The bytes of an UPDATE's row; state: stack index. Changes that have to be looked at closely are for others. What is
 * left on the stack is the caller's. */
static bool update_shape(lua_State *L, const row_plan *p, int object, int state, int slot, char *shape) {
  memset(shape, '0', (size_t)p->n);
  if (slot && lua_istable(L, RUN_DIRTY)) return changed_shape(L, p, object, slot, shape);
  push_committed(L, object, state);
  int committed = lua_gettop(L);
  bool ok = !lua_istable(L, committed) || has_keys(L, p, object);
  if (ok && lua_istable(L, committed)) {
    for (lua_pushnil(L); ok && lua_next(L, committed); lua_pop(L, 1)) {
      int i = column_of(p, (int)lua_tointeger(L, -2));
      if (i >= 0) ok = note_change(L, p, object, i, shape);
    }
  }
  return ok;
}

bool la_is_of_mapper(lua_State *L, int state, int mapper) {
  if (!lua_toboolean(L, mapper)) return true;
  lua_getfield(L, state, "mapper");
  bool same = lua_rawequal(L, -1, mapper);
  lua_pop(L, 1);
  return same;
}

/* slot: only_slot of the state */
typedef bool shape_fn(lua_State *L, const row_plan *p, int object, int state, int slot, char *shape);

static bool insert_fn(lua_State *L, const row_plan *p, int object, int state, int slot, char *shape) {
  (void)state, (void)slot;
  return insert_shape(L, p, object, shape);
}

/* plan, objects, at, mapper, dirty -> last, shape. At RUN_LAST is the state whose address is known. */
static int run(lua_State *L, shape_fn *shape_of) {
  row_plan *p = la_check_userdata(L, RUN_PLAN, plan_name);
  luaL_checktype(L, RUN_OBJECTS, LUA_TTABLE);
  int first = (int)luaL_checkinteger(L, 3), at = first, slot = 0;
  lua_settop(L, RUN_DIRTY);
  char *shapes = lua_newuserdatauv(L, (size_t)p->n * 2 + 1, 0), *now = shapes + p->n;
  lua_replace(L, RUN_SHAPES);
  const void *known = p; /* no state */
  for (;; at++) {
    lua_settop(L, RUN_LAST);
    lua_rawgeti(L, RUN_OBJECTS, at);
    if (!lua_istable(L, RUN_OBJECT)) break;
    lua_rawgeti(L, RUN_OBJECT, 1);
    if (lua_topointer(L, RUN_STATE) != known) {
      if (!lua_istable(L, RUN_STATE) || !la_is_of_mapper(L, RUN_STATE, RUN_MAPPER)) break;
      known = lua_topointer(L, RUN_STATE);
      lua_pushvalue(L, RUN_STATE);
      lua_replace(L, RUN_LAST);
      slot = only_slot(L, RUN_STATE);
    }
    if (!shape_of(L, p, RUN_OBJECT, RUN_STATE, slot, now)) break;
    if (at == first) memcpy(shapes, now, (size_t)p->n);
    if (memcmp(shapes, now, (size_t)p->n) != 0) break;
  }
  if (at == first) {
    lua_pushinteger(L, at);
    return 1;
  }
  lua_pushinteger(L, at - 1);
  if (shape_of != insert_fn && !memchr(shapes, '1', (size_t)p->n))
    lua_pushboolean(L, false);
  else
    lua_pushlstring(L, shapes, (size_t)p->n);
  return 2;
}

static int plan_inserts(lua_State *L) { return run(L, insert_fn); }
static int plan_updates(lua_State *L) { return run(L, update_shape); }

enum { MAP_ROWS = 2, MAP_NAMES = 4, MAP_TEXTS, MAP_SHAPES, MAP_ROW, MAP_KEY, MAP_VALUE };

/* Pushes the texts of the names at MAP_NAMES, by the numbers of their columns: what equal short strings share. */
static const char **push_texts(lua_State *L, int n) {
  const char **texts = lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *texts, 0);
  for (int i = 0; i < n; i++) texts[i] = NULL;
  for (lua_pushnil(L); lua_next(L, MAP_NAMES); lua_pop(L, 1)) {
    int i = (int)lua_tointeger(L, -1);
    if (lua_type(L, -2) == LUA_TSTRING && i >= 1 && i <= n) texts[i - 1] = lua_tostring(L, -2);
  }
  return texts;
}

/* The column (from 0) that the key at MAP_KEY names, -1: none. */
static int named_column(lua_State *L, const row_plan *p, const char *const *texts) {
  const char *text = lua_type(L, MAP_KEY) == LUA_TSTRING ? lua_tostring(L, MAP_KEY) : NULL;
  for (int i = 0; text && i < p->n; i++)
    if (texts[i] == text) return i;
  lua_pushvalue(L, MAP_KEY);
  lua_rawget(L, MAP_NAMES);
  int i = (int)lua_tointeger(L, -1) - 1;
  lua_pop(L, 1);
  return i < p->n ? i : -1;
}

/* The bytes of the row at MAP_ROW, a table of values by names; false: it needs more, or has other names. What is left
 * on the stack is the caller's. */
static bool mapping_shape(lua_State *L, const row_plan *p, const char *const *texts, bool nulls, char *shape) {
  if (lua_getmetatable(L, MAP_ROW)) return false;
  memset(shape, '0', (size_t)p->n);
  bool any = false;
  for (lua_pushnil(L); lua_next(L, MAP_ROW); any = true) {
    int i = named_column(L, p, texts);
    if (i < 0 || !is_plain(L)) return false;
    if (!nulls && lua_islightuserdata(L, MAP_VALUE) && !(p->v[i].flags & KEEPS_NONE)) return false;
    shape[i] = '1';
    lua_pop(L, 1);
  }
  return any;
}

/* plan:mappings(rows, at, names, nulls) -> last, shape */
static int plan_mappings(lua_State *L) {
  row_plan *p = la_check_userdata(L, 1, plan_name);
  luaL_checktype(L, MAP_ROWS, LUA_TTABLE);
  luaL_checktype(L, MAP_NAMES, LUA_TTABLE);
  int first = (int)luaL_checkinteger(L, 3), at = first;
  bool nulls = lua_toboolean(L, 5);
  lua_settop(L, MAP_NAMES);
  const char **texts = push_texts(L, p->n);
  char *shapes = lua_newuserdatauv(L, (size_t)p->n * 2 + 1, 0), *now = shapes + p->n;
  for (;; at++) {
    lua_settop(L, MAP_SHAPES);
    lua_rawgeti(L, MAP_ROWS, at);
    if (!lua_istable(L, MAP_ROW) || !mapping_shape(L, p, texts, nulls, now)) break;
    if (at == first) memcpy(shapes, now, (size_t)p->n);
    if (memcmp(shapes, now, (size_t)p->n) != 0) break;
  }
  lua_pushinteger(L, at == first ? at : at - 1);
  if (at == first) return 1;
  lua_pushlstring(L, shapes, (size_t)p->n);
  return 2;
}

void la_open_instances(lua_State *L, int core) {
  static const luaL_Reg methods[] = {
      {"inserts", plan_inserts}, {"updates", plan_updates}, {"mappings", plan_mappings}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"maker", maker}, {"row_plan", plan_new}, {NULL, NULL}};
  la_new_meta(L, plan_name, NULL, methods);
  lua_pushvalue(L, core);
  luaL_setfuncs(L, functions, 0);
}
