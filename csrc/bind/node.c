/* node.c - one metatable for all nodes.
 *
 * The registry holds, by the numbers below: the metatable and the weak table of
 * userdata whose identity is kept. For every kind there are tables of methods,
 * getters and setters that lua/lualchemy registered.
 *
 * A userdata is known for a node's by the mark that it has as long as it is not
 * finalised: an address of this library, which no other userdata begins with.
 */
#include "bind/node.h"

#include <string.h>

#include "bind/foreign.h"
#include "bind/meta.h"
#include "bind/raise.h"

/* Keys of the registry, far beyond those that luaL_ref() gives. */
enum { META = 0x4c410001, IDENTITY };

typedef struct box {
  const void *mark;
  la_node *node;
} box;

static const char mark = 0;

/* ---- checking ---- */

la_node *la_test_node(lua_State *L, int idx) {
  const box *b = lua_touserdata(L, idx);
  return b && lua_rawlen(L, idx) == sizeof *b && b->mark == &mark ? b->node : NULL;
}

la_node *la_to_node(lua_State *L, int idx) {
  la_node *n = la_test_node(L, idx);
  if (n || lua_type(L, idx) != LUA_TTABLE || !luaL_getmetafield(L, idx, "__clause_element")) return n;
  lua_pushvalue(L, idx < 0 ? idx - 1 : idx);
  lua_call(L, 1, 1);
  n = la_test_node(L, -1);
  lua_pop(L, 1); /* kept alive by the table that gave it */
  return n;
}

/* ---- pushing ---- */

static bool keeps_identity(const la_node *n) {
  return n->kind == LA_K_COLUMN || n->kind == LA_K_TABLE || n->kind == LA_K_ENTITY ||
         la_kind_category((la_kind)n->kind) == LA_CAT_SCHEMA;
}

la_node **la_new_slot(lua_State *L) {
  box *b = lua_newuserdatauv(L, sizeof *b, 0);
  *b = (box){&mark, NULL};
  lua_rawgeti(L, LUA_REGISTRYINDEX, META);
  lua_setmetatable(L, -2);
  return &b->node;
}

/* Pushes the userdata that already stands for n; false if there is none. */
static bool push_known(lua_State *L, const la_node *n) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, IDENTITY);
  lua_rawgetp(L, -1, n);
  const box *b = lua_touserdata(L, -1);
  if (b && b->node == n) {
    lua_remove(L, -2);
    return true;
  }
  lua_pop(L, 2);
  return false;
}

void la_push_node_ref(lua_State *L, la_node *n) {
  if (!n) {
    lua_pushnil(L);
    return;
  }
  bool identity = keeps_identity(n);
  if (identity && push_known(L, n)) return;
  *la_new_slot(L) = la_node_retain(n);
  if (!identity) return;
  lua_rawgeti(L, LUA_REGISTRYINDEX, IDENTITY);
  lua_pushvalue(L, -2);
  lua_rawsetp(L, -2, n);
  lua_pop(L, 1);
}

void la_push_node(lua_State *L, la_node *n) {
  if (!n) {
    lua_pushnil(L);
    return;
  }
  if (keeps_identity(n)) {
    la_push_node_ref(L, n);
    la_node_release(n);
  } else {
    *la_new_slot(L) = n;
  }
}

void la_settle_slot(lua_State *L, la_node **slot) {
  if (!keeps_identity(*slot)) return;
  la_push_node_ref(L, *slot);
  lua_replace(L, -2);
}

/* ---- the metatable ---- */

static int node_gc(lua_State *L) {
  box *b = lua_touserdata(L, 1);
  la_node *n = b->node;
  *b = (box){NULL, NULL};
  la_node_release(n);
  return 0;
}

static int node_eq(lua_State *L) {
  la_node *a = la_test_node(L, 1);
  lua_pushboolean(L, a && a == la_test_node(L, 2));
  return 1;
}

/* Upvalues of __index and __newindex: tables by kind (of all that nodes answer to; of setters), the fallback. */
enum { ANSWERS = 1, SETTERS = 1, FALLBACK };

/* Pushes what the table of the kind in that upvalue has under the key; nothing if it has nothing. What it worked with
 * stays below. */
static bool find(lua_State *L, int upvalue, int kind, int key) {
  lua_rawgeti(L, lua_upvalueindex(upvalue), kind);
  lua_pushvalue(L, key);
  lua_rawget(L, -2);
  if (!lua_isnil(L, -1)) return true;
  lua_pop(L, 2);
  return false;
}

/* The getter or setter "*" of a kind: it answers for names that have none of their own. */
static bool find_any(lua_State *L, int upvalue, int kind) {
  lua_pushliteral(L, "*");
  if (!find(L, upvalue, kind, lua_gettop(L))) {
    lua_pop(L, 1);
    return false;
  }
  lua_replace(L, -3);
  lua_pop(L, 1);
  return true;
}

static const la_foreign *object_of_column(const la_column *c) {
  const la_node *spec = c->spec ? c->spec : c->origin ? LA_AS(column, c->origin)->spec : NULL;
  return spec ? LA_AS(column_spec, spec)->object : NULL;
}

const la_foreign *la_node_object(const la_node *n) {
  switch (n->kind) {
    case LA_K_COLUMN: return object_of_column(LA_AS(column, n));
    case LA_K_CUSTOM: return LA_AS(custom, n)->object;
    case LA_K_FUNCTION: return LA_AS(function, n)->object;
    case LA_K_DDL: return LA_AS(ddl, n)->object;
    case LA_K_TABLE: return LA_AS(table, n)->spec ? LA_AS(table_spec, LA_AS(table, n)->spec)->object : NULL;
    case LA_K_CONSTRAINT: return LA_AS(constraint, n)->object;
    case LA_K_METADATA: return LA_AS(metadata, n)->object;
    default: return NULL;
  }
}

/* Pushes what the object has under the key at 2; false, and nothing, if it has nothing. */
static bool find_own(lua_State *L, const la_foreign *object) {
  la_push_foreign(L, object);
  lua_pushvalue(L, 2);
  lua_gettable(L, -2);
  if (!lua_isnil(L, -1)) return true;
  lua_pop(L, 2);
  return false;
}

static int node_index(lua_State *L) {
  la_node *n = la_test_node(L, 1);
  if (!n) return luaL_error(L, "attempt to use a node that was released");
  const la_foreign *object = la_node_object(n);
  if (object && find_own(L, object)) return 1;
  if (find(L, ANSWERS, n->kind, 2)) {
    if (!lua_istable(L, -1)) return 1;
    lua_rawgeti(L, -1, 1);
    return la_index_get(L);
  }
  lua_settop(L, 2);
  if (find_any(L, ANSWERS, n->kind)) {
    lua_rawgeti(L, -1, 1);
    lua_replace(L, -2);
    lua_insert(L, 1);
    lua_call(L, 2, 1);
    return 1;
  }
  lua_rawgeti(L, lua_upvalueindex(FALLBACK), 1);
  if (lua_isnil(L, -1))
    return la_raise_exc(L, LA_EXC_InvalidRequestError, "a %s has no attribute '%s'", la_kind_name((la_kind)n->kind),
                        lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2));
  lua_insert(L, 1);
  lua_call(L, 2, 1);
  return 1;
}

static int node_newindex(lua_State *L) {
  la_node *n = la_test_node(L, 1);
  if (n && find(L, SETTERS, n->kind, 2)) {
    lua_pushvalue(L, 1);
    lua_pushvalue(L, 3);
    lua_call(L, 2, 0);
    return 0;
  }
  lua_settop(L, 3);
  if (n && la_node_object(n)) {
    la_push_foreign(L, la_node_object(n));
    lua_insert(L, 2);
    lua_settable(L, 2);
    return 0;
  }
  if (n && find_any(L, SETTERS, n->kind)) {
    lua_insert(L, 1);
    lua_call(L, 3, 0);
    return 0;
  }
  return la_raise_exc(L, LA_EXC_InvalidRequestError, "cannot set '%s' of a %s",
                      lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2),
                      n ? la_kind_name((la_kind)n->kind) : "released node");
}

/* ---- registration from Lua ---- */

/* Does a name given to core.methods cover this kind? named: the kind of that name, NONE if it is a category's. */
static bool covers(const char *name, la_kind named, la_kind kind) {
  static const char *const categories[] = {"EXPR", "FROM", "STATEMENT", "TYPE", "SCHEMA", "DDL", "PART"};
  return named ? named == kind : !strcmp(categories[la_kind_category(kind)], name);
}

static void copy_into(lua_State *L, int from, int to) {
  lua_pushnil(L);
  while (lua_next(L, from)) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, to);
  }
}

/* Copies the getters of the table at `from`, each in a table of one, to where methods of the same name stay. */
static void copy_getters(lua_State *L, int from, int to) {
  lua_pushnil(L);
  while (lua_next(L, from)) {
    lua_pushvalue(L, -2);
    lua_rawget(L, to);
    bool method = lua_isfunction(L, -1);
    lua_pop(L, 1);
    if (method) {
      lua_pop(L, 1);
      continue;
    }
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, to);
  }
}

/* Puts each getter of the table at 2 into a table of one, in a new table at 3. */
static void wrap_getters(lua_State *L) {
  lua_settop(L, 2);
  lua_newtable(L);
  lua_pushnil(L);
  while (lua_next(L, 2)) {
    lua_pushvalue(L, -2);
    lua_createtable(L, 1, 0);
    lua_pushvalue(L, -3);
    lua_rawseti(L, -2, 1);
    lua_rawset(L, 3);
    lua_pop(L, 1);
  }
}

/* register(kinds, {name = function}): upvalue 1 is the table of tables by kind, 2 whether they are getters. */
static int register_names(lua_State *L) {
  bool getters = lua_toboolean(L, lua_upvalueindex(2));
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  if (getters) wrap_getters(L);
  for (int i = 1;; i++) {
    lua_rawgeti(L, 1, i);
    const char *name = lua_tostring(L, -1);
    if (!name) return 0;
    la_kind named = la_kind_named(name);
    for (int k = 1; k < LA_K_COUNT; k++) {
      if (!covers(name, named, (la_kind)k)) continue;
      lua_rawgeti(L, lua_upvalueindex(1), k);
      if (getters)
        copy_getters(L, 3, lua_gettop(L));
      else
        copy_into(L, 2, lua_gettop(L));
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
}

/* metamethods{__add = fn, …} and fallback(fn): what all nodes share. */
static int set_metamethods(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_rawgeti(L, LUA_REGISTRYINDEX, META);
  copy_into(L, 1, lua_gettop(L));
  return 0;
}

static int set_fallback(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_pushvalue(L, 1);
  lua_rawseti(L, lua_upvalueindex(1), 1);
  return 0;
}

/* method(kind, name): the method of that name, or nil; upvalue 1: what all answer to, by kind. */
static int node_method(lua_State *L) {
  lua_rawgeti(L, lua_upvalueindex(1), la_kind_named(luaL_checkstring(L, 1)));
  lua_pushvalue(L, 2);
  lua_rawget(L, -2);
  if (!lua_isfunction(L, -1)) lua_pushnil(L);
  return 1;
}

/* names(node): what it answers to; upvalue 1: the tables of it by kind. */
static int node_names(lua_State *L) {
  la_node *n = la_to_node(L, 1);
  if (!n) return la_raise_arg(L, "names", "node", 1, "a SQL construct");
  lua_newtable(L);
  lua_rawgeti(L, lua_upvalueindex(1), n->kind);
  lua_pushnil(L);
  for (int at = 1; lua_next(L, -2); at++) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_rawseti(L, -4, at);
  }
  lua_pop(L, 1);
  return 1;
}

static void push_kind_tables(lua_State *L) {
  lua_createtable(L, LA_K_COUNT, 0);
  for (int k = 1; k < LA_K_COUNT; k++) {
    lua_newtable(L);
    lua_rawseti(L, -2, k);
  }
}

void la_open_node(lua_State *L, int core) {
  lua_newtable(L); /* the metatable */
  int meta = lua_gettop(L);
  lua_pushvalue(L, meta);
  lua_rawseti(L, LUA_REGISTRYINDEX, META);
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawseti(L, LUA_REGISTRYINDEX, IDENTITY);
  push_kind_tables(L); /* answers: methods and getters */
  push_kind_tables(L); /* setters */
  lua_newtable(L);     /* the fallback */
  int answers = meta + 1, setters = meta + 2, fallback = meta + 3;
  static const char *const names[] = {"methods", "getters", "setters"};
  for (int i = 0; i < 3; i++) {
    lua_pushvalue(L, i < 2 ? answers : setters);
    lua_pushboolean(L, i == 1);
    lua_pushcclosure(L, register_names, 2);
    lua_setfield(L, core, names[i]);
  }
  lua_pushvalue(L, fallback);
  lua_pushcclosure(L, set_fallback, 1);
  lua_setfield(L, core, "fallback");
  lua_pushcfunction(L, set_metamethods);
  lua_setfield(L, core, "metamethods");
  lua_pushvalue(L, answers);
  lua_pushcclosure(L, node_names, 1);
  lua_setfield(L, core, "names");
  lua_pushvalue(L, answers);
  lua_pushcclosure(L, node_method, 1);
  lua_setfield(L, core, "method");

  lua_pushvalue(L, answers);
  lua_pushvalue(L, fallback);
  lua_pushcclosure(L, node_index, 2);
  lua_setfield(L, meta, "__index");
  lua_pushvalue(L, setters);
  lua_pushcclosure(L, node_newindex, 1);
  lua_setfield(L, meta, "__newindex");
  lua_pushcfunction(L, node_gc);
  lua_setfield(L, meta, "__gc");
  lua_pushcfunction(L, node_eq);
  lua_setfield(L, meta, "__eq");
  lua_pushliteral(L, "lualchemy.node");
  lua_setfield(L, meta, "__name");
  lua_pushliteral(L, "lualchemy.node");
  lua_setfield(L, meta, "__metatable");
  lua_settop(L, meta - 1);
}
