/* columns.c - t.c: a userdata that holds the node whose columns it shows, or
 * (t.c:at{…}) some of them. A column's name wins over a method's.
 *
 * That of a table, which lives long, has a metatable of its own, whose __index is
 * a table of the columns that were asked for: Lua finds them there by itself.
 * Where a column may have lost its name (la_columns_forget), that table is emptied. */
#include "bind/columns.h"

#include "bind/convert.h"
#include "bind/meta.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "sql/correspond.h"

/* Keys of the registry: the metatable; the collections there are, by their nodes. */
enum { META = 0x4c410011, KNOWN };

typedef struct shown {
  const void *mark; /* as that of a node, see node.c */
  la_node *from;
  la_columns *part; /* NULL: all columns of from */
} shown;

static const char mark = 0;

static shown *test(lua_State *L, int idx) {
  shown *s = lua_touserdata(L, idx);
  return s && lua_rawlen(L, idx) == sizeof *s && s->mark == &mark ? s : NULL;
}

static shown *check(lua_State *L, int idx) {
  shown *s = test(L, idx);
  if (!s) la_raise_arg(L, "columns", "self", idx, "a collection of columns");
  return s;
}

static la_columns *columns_of(lua_State *L, const shown *s) {
  la_error e = LA_ERROR_INIT;
  la_columns *c = s->part ? s->part : la_from_columns(s->from, &e);
  if (!c) la_raise(L, &e);
  return c;
}

la_columns *la_test_columns(lua_State *L, int idx) {
  shown *s = test(L, idx);
  return s ? columns_of(L, s) : NULL;
}

static la_columns *check_columns(lua_State *L, int idx) { return columns_of(L, check(L, idx)); }

/* ---- making ---- */

static shown *push_new(lua_State *L, la_node *from) {
  shown *s = lua_newuserdatauv(L, sizeof *s, 0);
  *s = (shown){&mark, NULL, NULL};
  lua_rawgeti(L, LUA_REGISTRYINDEX, META);
  lua_setmetatable(L, -2);
  s->from = la_node_retain(from);
  return s;
}

static int columns_unseen(lua_State *L);

/* Gives the collection on top a metatable of its own: that of the others, with a table of columns as its __index. */
static void set_own_meta(lua_State *L) {
  int self = lua_gettop(L);
  lua_createtable(L, 0, 8);
  lua_rawgeti(L, LUA_REGISTRYINDEX, META);
  lua_pushnil(L);
  while (lua_next(L, self + 2)) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, self + 1);
  }
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushvalue(L, self);
  lua_getfield(L, self + 2, "__index");
  lua_pushcclosure(L, columns_unseen, 2);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_setfield(L, self + 1, "__index");
  lua_settop(L, self + 1);
  lua_setmetatable(L, self);
}

/* Pushes the collection that is known for from; false, and nothing, if there is none. */
static bool push_known(lua_State *L, const la_node *from) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, KNOWN);
  lua_rawgetp(L, -1, from);
  const shown *s = lua_touserdata(L, -1);
  if (s && s->from == from) {
    lua_replace(L, -2);
    return true;
  }
  lua_pop(L, 2);
  return false;
}

/* The getter of t.c and stmt.selected_columns: one userdata for each node, as long as it lives. */
static int columns_getter(lua_State *L) {
  la_node *from = la_to_node(L, 1);
  if (!from) return la_raise_arg(L, "columns", "from", 1, "a FROM clause");
  if (push_known(L, from)) return 1;
  push_new(L, from);
  if (from->kind == LA_K_TABLE) set_own_meta(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, KNOWN);
  lua_pushvalue(L, -2);
  lua_rawsetp(L, -2, from);
  lua_pop(L, 1);
  return 1;
}

void la_columns_forget(lua_State *L, const la_node *table) {
  int top = lua_gettop(L);
  if (push_known(L, table) && lua_getmetatable(L, -1)) {
    lua_getfield(L, -1, "__index");
    int seen = lua_gettop(L);
    lua_pushnil(L);
    while (lua_next(L, seen)) {
      lua_pop(L, 1);
      lua_pushvalue(L, -1);
      lua_pushnil(L);
      lua_rawset(L, seen);
    }
  }
  lua_settop(L, top);
}

/* ---- reading ---- */

/* The place of the column that the value at idx tells by name or number, or -1. */
static int64_t place_of(lua_State *L, const la_columns *c, int idx) {
  if (lua_type(L, idx) == LUA_TNUMBER) {
    lua_Number n = lua_tonumber(L, idx);
    return n >= 1 && n <= c->n ? (int64_t)n - 1 : -1;
  }
  if (lua_type(L, idx) != LUA_TSTRING) return -1;
  size_t len;
  const char *key = lua_tolstring(L, idx, &len);
  return (int64_t)(uintptr_t)la_map_getb(&c->index, key, len) - 1;
}

/* Pushes the column that the value at idx tells; false if there is none. */
static bool push_column(lua_State *L, const la_columns *c, int idx) {
  int64_t at = place_of(L, c, idx);
  if (at < 0) return false;
  la_push_node_ref(L, c->v[at].col);
  return true;
}

/* find(columns, key): the column or nil */
static int columns_find(lua_State *L) {
  if (!push_column(L, check_columns(L, 1), 2)) lua_pushnil(L);
  return 1;
}

/* get(columns, key, default) */
static int columns_get(lua_State *L) {
  lua_settop(L, 3);
  push_column(L, check_columns(L, 1), 2);
  return 1;
}

static int columns_contains(lua_State *L) {
  lua_pushboolean(L, place_of(L, check_columns(L, 1), 2) >= 0);
  return 1;
}

static int columns_contains_column(lua_State *L) {
  la_node *n = la_to_node(L, 2);
  if (!n) return la_raise_arg(L, "contains_column", "column", 2, "a column");
  lua_pushboolean(L, la_columns_has(check_columns(L, 1), n));
  return 1;
}

/* Upvalue 1: the methods. Upvalue 2: {fn(columns, key)} for unknown names. */
static int columns_index(lua_State *L) {
  if (push_column(L, check_columns(L, 1), 2)) return 1;
  if (lua_type(L, 2) == LUA_TNUMBER) return 0;
  lua_settop(L, 2);
  lua_pushvalue(L, 2);
  lua_rawget(L, lua_upvalueindex(1));
  if (!lua_isnil(L, -1)) return 1;
  lua_rawgeti(L, lua_upvalueindex(2), 1);
  if (lua_isnil(L, -1)) return 1;
  lua_insert(L, 1);
  lua_settop(L, 3);
  lua_call(L, 2, 1);
  return 1;
}

/* __index of the table of columns that were asked for. Upvalue 1: the collection, 2: its kind's __index. */
static int columns_unseen(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_replace(L, 1); /* in the place of that table, which is its metatable's */
  if (lua_type(L, 2) == LUA_TSTRING && push_column(L, check_columns(L, 1), 2)) {
    lua_getmetatable(L, 1);
    lua_getfield(L, -1, "__index");
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 3);
    lua_rawset(L, -3);
    lua_settop(L, 3);
    return 1;
  }
  return la_index_other(L);
}

static int columns_len(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)la_columns_len(check_columns(L, 1)));
  return 1;
}

static void push_key(lua_State *L, const la_columns *c, uint32_t i) { la_push_str(L, c->v[i].key); }
static void push_value(lua_State *L, const la_columns *c, uint32_t i) { la_push_node_ref(L, c->v[i].col); }
static void push_item(lua_State *L, const la_columns *c, uint32_t i) {
  lua_createtable(L, 2, 0);
  push_key(L, c, i);
  lua_rawseti(L, -2, 1);
  push_value(L, c, i);
  lua_rawseti(L, -2, 2);
}

static int array(lua_State *L, void (*push)(lua_State *, const la_columns *, uint32_t)) {
  la_columns *c = check_columns(L, 1);
  lua_createtable(L, (int)c->n, 0);
  for (uint32_t i = 0; i < c->n; i++) {
    push(L, c, i);
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

static int columns_keys(lua_State *L) { return array(L, push_key); }
static int columns_values(lua_State *L) { return array(L, push_value); }
static int columns_items(lua_State *L) { return array(L, push_item); }

/* Adds the column told by the value on top to the part; calls the fallback if there is none. */
static void add_part(lua_State *L, const la_columns *c, la_columns *part) {
  int64_t at = place_of(L, c, -1);
  if (at < 0) {
    lua_pushvalue(L, 1);
    lua_insert(L, -2);
    lua_gettable(L, -2); /* raises as t.c.name does */
    la_raise_exc(L, LA_EXC_InvalidRequestError, "there is no such column");
  }
  if (la_columns_add(part, c->v[at].key, c->v[at].col)) luaL_error(L, "out of memory");
}

/* at(columns, key) or at(columns, {key, …}) */
static int columns_at(lua_State *L) {
  shown *s = check(L, 1);
  la_columns *c = columns_of(L, s);
  lua_settop(L, 2);
  if (!lua_istable(L, 2)) {
    lua_gettable(L, 1);
    return 1;
  }
  shown *out = push_new(L, s->from);
  if (!(out->part = la_columns_new())) return luaL_error(L, "out of memory");
  for (int i = 1, n = (int)lua_rawlen(L, 2); i <= n; i++) {
    lua_rawgeti(L, 2, i);
    add_part(L, c, out->part);
    lua_pop(L, 1);
  }
  return 1;
}

/* corresponding_column(columns, column, require_embedded) */
static int columns_corresponding(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *n = la_to_node(L, 2), *out;
  if (!n) return la_raise_arg(L, "corresponding_column", "column", 2, "a column");
  if (la_corresponding(&out, check_columns(L, 1), n, lua_toboolean(L, 3), &e)) return la_raise(L, &e);
  la_push_node_ref(L, out);
  return 1;
}

static int columns_itself(lua_State *L) {
  lua_settop(L, 1);
  return 1;
}

static int is_columns(lua_State *L) {
  lua_pushboolean(L, test(L, 1) != NULL);
  return 1;
}

static int columns_parent(lua_State *L) {
  la_push_node_ref(L, check(L, 1)->from);
  return 1;
}

/* Same columns in the same order? */
static int columns_eq(lua_State *L) {
  la_columns *a = check_columns(L, 1), *b = la_test_columns(L, 2);
  bool same = b && a->n == b->n;
  for (uint32_t i = 0; same && i < a->n; i++) same = a->v[i].col == b->v[i].col;
  lua_pushboolean(L, same);
  return 1;
}

static int columns_gc(lua_State *L) {
  shown *s = lua_touserdata(L, 1);
  shown was = *s;
  *s = (shown){NULL, NULL, NULL};
  la_columns_free(was.part);
  la_node_release(was.from);
  return 0;
}

/* ---- filling ---- */

/* columns_fill(from, {{key, node}, …}): gives a FROM that has none yet its columns; it owns them. */
static int columns_fill(lua_State *L) {
  la_node *from = la_test_node(L, 1);
  const la_field *f = from ? la_kind_fields((la_kind)from->kind) : NULL;
  if (!f || f->cls != LA_F_columns) return la_raise_arg(L, "columns_fill", "from", 1, "a FROM clause");
  la_columns **memo = (la_columns **)((char *)from + f->offset);
  if (!*memo && !(*memo = la_columns_new())) return luaL_error(L, "out of memory");
  luaL_checktype(L, 2, LUA_TTABLE);
  for (int i = 1, n = (int)lua_rawlen(L, 2); i <= n; i++) {
    lua_rawgeti(L, 2, i);
    lua_rawgeti(L, -1, 1);
    lua_rawgeti(L, -2, 2);
    la_node *col = la_test_node(L, -1);
    la_str *key = la_to_str(L, -2);
    bool ok = col && key && !la_columns_add(*memo, key, col);
    la_str_release(key);
    if (!ok) return la_raise_arg(L, "columns_fill", "columns", 2, "a list of {key, column}");
    if (!col->owner && la_node_adopt(from, la_node_retain(col))) return luaL_error(L, "out of memory");
    lua_pop(L, 3);
  }
  return 0;
}

static int set_fallback(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_rawseti(L, lua_upvalueindex(1), 1);
  return 0;
}

/* columns_tostring(fn): how collections print */
static int set_tostring(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_rawgeti(L, LUA_REGISTRYINDEX, META);
  lua_pushvalue(L, 1);
  lua_setfield(L, -2, "__tostring");
  return 0;
}

/* ---- opening ---- */

static const luaL_Reg methods[] = {{"keys", columns_keys},
                                   {"values", columns_values},
                                   {"items", columns_items},
                                   {"get", columns_get},
                                   {"at", columns_at},
                                   {"contains", columns_contains},
                                   {"contains_column", columns_contains_column},
                                   {"corresponding_column", columns_corresponding},
                                   {"compare", columns_eq},
                                   {"as_readonly", columns_itself},
                                   {NULL, NULL}};

static const luaL_Reg metamethods[] = {
    {"__len", columns_len}, {"__gc", columns_gc}, {"__eq", columns_eq}, {NULL, NULL}};

static const luaL_Reg functions[] = {{"columns_find", columns_find},     {"columns_parent", columns_parent},
                                     {"is_columns", is_columns},         {"columns_fill", columns_fill},
                                     {"columns_tostring", set_tostring}, {NULL, NULL}};

static void make_known(lua_State *L) {
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawseti(L, LUA_REGISTRYINDEX, KNOWN);
}

void la_open_columns(lua_State *L, int core) {
  make_known(L);
  lua_pushcfunction(L, columns_getter);
  lua_setfield(L, core, "columns");
  lua_newtable(L);
  int meta = lua_gettop(L);
  lua_pushvalue(L, meta);
  lua_rawseti(L, LUA_REGISTRYINDEX, META);
  luaL_setfuncs(L, metamethods, 0);
  lua_newtable(L); /* methods, to which Lua adds */
  luaL_setfuncs(L, methods, 0);
  lua_pushvalue(L, -1);
  lua_setfield(L, core, "columns_methods");
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, set_fallback, 1);
  lua_setfield(L, core, "columns_fallback");
  lua_pushcclosure(L, columns_index, 2);
  lua_setfield(L, meta, "__index");
  lua_pushliteral(L, "lualchemy.columns");
  lua_setfield(L, meta, "__name");
  lua_pushliteral(L, "lualchemy.columns");
  lua_setfield(L, meta, "__metatable");
  lua_pushvalue(L, core);
  luaL_setfuncs(L, functions, 0);
  lua_settop(L, meta - 1);
}
