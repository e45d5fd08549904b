/* values.c - what the value classes share: making a class, knowing its
 * instances, and Python's calling conventions.
 *
 * A metatable holds the id of its class under the address of `id_key`; the
 * registry holds the metatable of class i under the address of metatable_keys[i].
 */
#include "bind/values.h"

#include <string.h>

#include "bind/raise.h"

static const char id_key = 0;
static const char metatable_keys[LA_VC_COUNT] = {0};

/* ---- instances ---- */

int la_vclass_of(lua_State *L, int idx) {
  if (lua_type(L, idx) != LUA_TUSERDATA || !lua_getmetatable(L, idx)) return LA_V_ABSENT;
  lua_rawgetp(L, -1, &id_key);
  int id = (int)lua_tointeger(L, -1);
  lua_pop(L, 2);
  return id;
}

la_value *la_vclass_push(lua_State *L, int id) {
  la_value *v = lua_newuserdatauv(L, sizeof *v, 0);
  *v = LA_VALUE_ABSENT;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &metatable_keys[id]);
  lua_setmetatable(L, -2);
  return v;
}

const la_value *la_vclass_test(lua_State *L, int idx, int id) {
  return la_vclass_of(L, idx) == id ? lua_touserdata(L, idx) : NULL;
}

static const char *const class_names[LA_VC_COUNT] = {
    [LA_V_DECIMAL] = "a Decimal",    [LA_V_DATE] = "a date",          [LA_V_TIME] = "a time",
    [LA_V_DATETIME] = "a datetime",  [LA_V_INTERVAL] = "a timedelta", [LA_V_UUID] = "a uuid",
    [LA_VC_TIMEZONE] = "a timezone",
};

const la_value *la_vclass_check(lua_State *L, int idx, int id, const char *function, const char *name) {
  const la_value *v = la_vclass_test(L, idx, id);
  if (!v) la_raise_arg(L, function, name, idx, class_names[id]);
  return v;
}

int la_value_from_ud(lua_State *L, int idx, la_value *out) {
  int id = la_vclass_of(L, idx);
  if (id == LA_V_ABSENT || id == LA_VC_TIMEZONE) return 0;
  la_value_copy(out, lua_touserdata(L, idx));
  return 1;
}

int la_push_special(lua_State *L, const la_value *v) {
  if (v->tag >= LA_VC_COUNT || !class_names[v->tag]) return 0;
  la_value_copy(la_vclass_push(L, v->tag), v);
  return 1;
}

static int collect(lua_State *L) {
  la_value_clear(lua_touserdata(L, 1));
  return 0;
}

/* Upvalues: the methods, the getters, the name of the class. */
static int index_instance(lua_State *L) {
  lua_settop(L, 2);
  lua_pushvalue(L, 2);
  lua_rawget(L, lua_upvalueindex(1));
  if (!lua_isnil(L, -1)) return 1;
  lua_pushvalue(L, 2);
  lua_rawget(L, lua_upvalueindex(2));
  if (lua_isnil(L, -1))
    return la_raise_exc(L, LA_EXC_ArgumentError, "%s has no attribute '%s'", lua_tostring(L, lua_upvalueindex(3)),
                        lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2));
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

static int refuse_write(lua_State *L) {
  return la_raise_exc(L, LA_EXC_ArgumentError, "a value cannot be changed: attribute '%s' is read-only",
                      lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2));
}

/* ---- classes ---- */

/* Upvalues: the class, the function. The class itself may come first (a colon). */
static int call_static(lua_State *L) {
  if (lua_gettop(L) && lua_rawequal(L, 1, lua_upvalueindex(1))) lua_remove(L, 1);
  return lua_tocfunction(L, lua_upvalueindex(2))(L);
}

/* Upvalue: the id. A datetime is a date too, as in Python. */
static int is_instance(lua_State *L) {
  int id = (int)lua_tointeger(L, lua_upvalueindex(1));
  int of = la_vclass_of(L, lua_gettop(L) > 1 ? 2 : 1);
  lua_pushboolean(L, of == id || (id == LA_V_DATE && of == LA_V_DATETIME));
  return 1;
}

static void set_static(lua_State *L, int cls, const char *name, lua_CFunction fn) {
  lua_pushvalue(L, cls);
  lua_pushcfunction(L, fn);
  lua_pushcclosure(L, call_static, 2);
  lua_setfield(L, cls, name);
}

/* ---- comparison ---- */

typedef bool (*verdict)(int order);

static bool is_eq(int order) { return order == 0; }
static bool is_ne(int order) { return order != 0; }
static bool is_lt(int order) { return order == -1; }
static bool is_le(int order) { return order == -1 || order == 0; }
static bool is_gt(int order) { return order == 1; }
static bool is_ge(int order) { return order == 1 || order == 0; }

static const struct comparison {
  const char *event, *method; /* event: NULL if Lua makes it from another */
  verdict fn;
  bool strict;
} comparisons[] = {
    {"__eq", "eq", is_eq, false}, {NULL, "ne", is_ne, false}, {"__lt", "lt", is_lt, true},
    {"__le", "le", is_le, true},  {NULL, "gt", is_gt, true},  {NULL, "ge", is_ge, true},
};

/* Upvalues: the class, which of the comparisons. */
static int compare(lua_State *L) {
  const la_vclass *cls = lua_touserdata(L, lua_upvalueindex(1));
  const struct comparison *c = &comparisons[lua_tointeger(L, lua_upvalueindex(2))];
  lua_settop(L, 2);
  lua_pushboolean(L, c->fn(cls->order(L, c->strict)));
  return 1;
}

/* Into the metatable at `meta` and the methods at `methods`. */
static void set_comparisons(lua_State *L, const la_vclass *cls, int meta, int methods) {
  for (size_t i = 0; cls->order && i < sizeof comparisons / sizeof comparisons[0]; i++) {
    lua_pushlightuserdata(L, (void *)(uintptr_t)cls);
    lua_pushinteger(L, (lua_Integer)i);
    lua_pushcclosure(L, compare, 2);
    lua_pushvalue(L, -1);
    lua_setfield(L, methods, comparisons[i].method);
    if (comparisons[i].event)
      lua_setfield(L, meta, comparisons[i].event);
    else
      lua_pop(L, 1);
  }
}

/* ---- making a class ---- */

static void fill(lua_State *L, const luaL_Reg *list) {
  if (list) luaL_setfuncs(L, list, 0);
}

static void push_list(lua_State *L, const luaL_Reg *list) {
  lua_newtable(L);
  fill(L, list);
}

static void open_metatable(lua_State *L, const la_vclass *cls) {
  lua_newtable(L);
  int meta = lua_gettop(L);
  lua_pushinteger(L, cls->id);
  lua_rawsetp(L, meta, &id_key);
  lua_pushstring(L, cls->name);
  lua_setfield(L, meta, "__name");
  push_list(L, cls->methods);
  set_comparisons(L, cls, meta, lua_gettop(L));
  push_list(L, cls->getters);
  lua_pushstring(L, cls->name);
  lua_pushcclosure(L, index_instance, 3);
  lua_setfield(L, meta, "__index");
  lua_pushcfunction(L, refuse_write);
  lua_setfield(L, meta, "__newindex");
  lua_pushcfunction(L, collect);
  lua_setfield(L, meta, "__gc");
  fill(L, cls->meta);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &metatable_keys[cls->id]);
}

static int class_to_string(lua_State *L) {
  lua_pushfstring(L, "class %s", lua_tostring(L, lua_upvalueindex(1)));
  return 1;
}

void la_vclass_open(lua_State *L, int core, const la_vclass *cls) {
  open_metatable(L, cls);
  lua_newtable(L);
  int at = lua_gettop(L);
  for (const luaL_Reg *s = cls->statics; s && s->name; s++) set_static(L, at, s->name, s->func);
  lua_pushinteger(L, cls->id);
  lua_pushcclosure(L, is_instance, 1);
  lua_setfield(L, at, "is");
  lua_newtable(L);
  lua_pushvalue(L, at);
  lua_pushcfunction(L, cls->make);
  lua_pushcclosure(L, call_static, 2);
  lua_setfield(L, -2, "__call");
  lua_pushstring(L, cls->name);
  lua_pushcclosure(L, class_to_string, 1);
  lua_setfield(L, -2, "__tostring");
  lua_setmetatable(L, at);
  lua_pushvalue(L, at);
  lua_setfield(L, core, cls->name);
}

/* ---- arguments ---- */

static bool is_null(lua_State *L, int idx) {
  return lua_isnoneornil(L, idx) || (lua_islightuserdata(L, idx) && !lua_touserdata(L, idx));
}

static bool is_plain_table(lua_State *L, int idx) {
  if (!lua_istable(L, idx)) return false;
  bool plain = !lua_getmetatable(L, idx);
  if (!plain) lua_pop(L, 1);
  return plain;
}

/* Are all keys strings? */
static bool is_keywords(lua_State *L, int idx) {
  for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) {
    if (lua_type(L, -2) == LUA_TSTRING) continue;
    lua_pop(L, 2);
    return false;
  }
  return true;
}

static int count(const char *const *names) {
  int n = 0;
  while (names[n]) n++;
  return n;
}

/* Pushes "a, b, c". */
static void push_names(lua_State *L, const char *const *names) {
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (int i = 0; names[i]; i++) {
    if (i) luaL_addstring(&b, ", ");
    luaL_addstring(&b, names[i]);
  }
  luaL_pushresult(&b);
}

/* The place of the key at -2, from 1. */
static int place_of_key(lua_State *L, const char *function, const char *const *names) {
  int n = count(names);
  if (lua_type(L, -2) == LUA_TNUMBER) {
    lua_Number place = lua_tonumber(L, -2);
    if (place >= 1 && place <= n && place == (int)place) return (int)place;
    return la_raise_exc(L, LA_EXC_ArgumentError, "%s() takes at most %d arguments", function, n);
  }
  const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : luaL_typename(L, -2);
  for (int i = 0; i < n; i++)
    if (!strcmp(names[i], key)) return i + 1;
  push_names(L, names);
  return la_raise_exc(L, LA_EXC_ArgumentError, "%s() got an unexpected keyword argument '%s'; accepted: %s", function,
                      key, lua_tostring(L, -1));
}

/* Moves what the table on top holds to the places of names, and pops it. */
static void spread(lua_State *L, const char *function, const char *const *names) {
  int table = lua_gettop(L);
  for (lua_pushnil(L); lua_next(L, table);) {
    int place = place_of_key(L, function, names);
    if (!lua_isnil(L, place))
      la_raise_exc(L, LA_EXC_ArgumentError, "%s() got more than one value for argument '%s'", function,
                   names[place - 1]);
    lua_replace(L, place);
  }
  lua_pop(L, 1);
}

void la_vargs(lua_State *L, const char *function, const char *const *names, bool constructor) {
  int n = count(names), top = lua_gettop(L);
  bool table = top && is_plain_table(L, top) && ((constructor && top == 1) || is_keywords(L, top));
  luaL_checkstack(L, n + 8, "too many arguments");
  if (top - table > n)
    la_raise_exc(L, LA_EXC_ArgumentError, "%s() takes at most %d arguments, got %d", function, n, top - table);
  if (table) {
    lua_pushvalue(L, top);
    lua_pushnil(L);
    lua_replace(L, top);
    lua_insert(L, 1); /* the table waits below while the places are made */
    lua_settop(L, n + 1);
    lua_pushvalue(L, 1);
    lua_remove(L, 1);
    spread(L, function, names);
  }
  lua_settop(L, n);
  for (int i = 1; i <= n; i++) {
    if (!is_null(L, i)) continue;
    lua_pushnil(L);
    lua_replace(L, i);
  }
}

/* 2^53: up to here a double holds every integer. */
#define EXACT 9007199254740992.0

bool la_to_int64(lua_State *L, int idx, int64_t *out) {
  if (lua_type(L, idx) != LUA_TNUMBER) return false;
#if LUA_VERSION_NUM >= 503
  if (lua_isinteger(L, idx)) {
    *out = lua_tointeger(L, idx);
    return true;
  }
#endif
  lua_Number n = lua_tonumber(L, idx);
  if (n < -EXACT || n > EXACT || n != (lua_Number)(int64_t)n) return false;
  *out = (int64_t)n;
  return true;
}

int64_t la_varg_int(lua_State *L, int idx, const char *function, const char *name, int64_t missing) {
  int64_t out = missing;
  if (is_null(L, idx) || la_to_int64(L, idx, &out)) return out;
  if (lua_type(L, idx) != LUA_TNUMBER) return la_raise_arg(L, function, name, idx, "an integer");
  return la_raise_exc(L, LA_EXC_ArgumentError, "%s: argument '%s' must be an integer, got %.14g", function, name,
                      (double)lua_tonumber(L, idx));
}

const char *la_varg_string(lua_State *L, int idx, const char *function, const char *name, size_t *len) {
  size_t n = 0;
  const char *s = lua_type(L, idx) == LUA_TSTRING ? lua_tolstring(L, idx, &n) : NULL;
  if (!s) la_raise_arg(L, function, name, idx, "a string");
  if (!len && s && strlen(s) != n)
    la_raise_exc(L, LA_EXC_ArgumentError, "%s: argument '%s' has a NUL byte in it", function, name);
  if (len) *len = n;
  return s;
}

int la_varg_choice(lua_State *L, int idx, const char *function, const char *name, const char *const *names,
                   int missing) {
  if (is_null(L, idx)) return missing;
  const char *given = la_varg_string(L, idx, function, name, NULL);
  for (int i = 0; names[i]; i++)
    if (!strcmp(names[i], given)) return i;
  push_names(L, names);
  return la_raise_exc(L, LA_EXC_ArgumentError, "%s: argument '%s' must be one of %s, got '%s'", function, name,
                      lua_tostring(L, -1), given);
}

/* ---- operators ---- */

int la_vclass_other(lua_State *L, const char *event, const char *symbol) {
  lua_settop(L, 2);
  int other = la_vclass_of(L, 1) == LA_V_ABSENT ? 1 : 2;
  bool object = lua_istable(L, other) || lua_isuserdata(L, other); /* strings have __mul and so on since Lua 5.4 */
  if (object && la_vclass_of(L, other) == LA_V_ABSENT && luaL_getmetafield(L, other, event)) {
    lua_insert(L, 1);
    lua_call(L, 2, 1);
    return 1;
  }
  const char *names[2];
  for (int i = 1; i <= 2; i++) {
    int id = la_vclass_of(L, i);
    names[i - 1] = id == LA_V_ABSENT ? luaL_typename(L, i) : strchr(class_names[id], ' ') + 1;
  }
  return la_raise_exc(L, LA_EXC_ArgumentError, "unsupported operands for %s: %s and %s", symbol, names[0], names[1]);
}
