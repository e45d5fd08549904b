/* orm.c - what the ORM asks of C besides its loops.
 *
 * core.topological(n, edges): items from 1, edges a flat array {a, b, a, b, …} (a before b).
 * Returns the order as an array and how many of it are sorted; with circles, also {[item] = true}. */
#include "bind/orm.h"

#include "base/mem.h"
#include "bind/convert.h"
#include "bind/expr.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "orm/topo.h"
#include "sql/select.h"

static uint32_t *push_edges(lua_State *L, int idx, uint32_t n, uint32_t count) {
  uint32_t *edges = lua_newuserdatauv(L, (count + 1) * sizeof *edges, 0);
  for (uint32_t i = 0; i < count; i++) {
    lua_rawgeti(L, idx, (int)i + 1);
    lua_Number v = lua_tonumber(L, -1);
    lua_pop(L, 1);
    if (!(v >= 1 && v <= n))
      la_raise_exc(L, LA_EXC_ArgumentError, "topological: element %u of edges is no item", i + 1);
    edges[i] = (uint32_t)v - 1;
  }
  return edges;
}

static void push_cycles(lua_State *L, uint32_t n, const uint32_t *edges, uint32_t nedges) {
  unsigned char *in_cycle = lua_newuserdatauv(L, n + 1, 0);
  la_error e = LA_ERROR_INIT;
  if (la_topo_cycles(in_cycle, n, edges, nedges, &e)) la_raise(L, &e);
  lua_newtable(L);
  for (uint32_t i = 0; i < n; i++) {
    if (!in_cycle[i]) continue;
    lua_pushboolean(L, true);
    lua_rawseti(L, -2, (int)i + 1);
  }
}

static int topological(lua_State *L) {
  uint32_t n = (uint32_t)luaL_checkinteger(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  uint32_t count = (uint32_t)lua_rawlen(L, 2) & ~1u, sorted;
  uint32_t *edges = push_edges(L, 2, n, count);
  uint32_t *order = lua_newuserdatauv(L, (n + 1) * sizeof *order, 0);
  la_error e = LA_ERROR_INIT;
  if (la_topo_sort(order, &sorted, n, edges, count / 2, &e)) return la_raise(L, &e);
  lua_createtable(L, (int)n, 0);
  for (uint32_t i = 0; i < n; i++) {
    lua_pushinteger(L, (lua_Integer)order[i] + 1);
    lua_rawseti(L, -2, (int)i + 1);
  }
  lua_pushinteger(L, (lua_Integer)sorted);
  if (sorted == n) return 2;
  int table = lua_gettop(L) - 1;
  push_cycles(L, n, edges, count / 2);
  lua_pushvalue(L, table);
  lua_pushinteger(L, (lua_Integer)sorted);
  lua_pushvalue(L, -3);
  return 3;
}

enum { C_CHANGED = 3, C_SHADOW, C_KEY, C_VALUE };

/* Is the collection on the stack no longer what its shadow says? */
static bool has_changed(lua_State *L) {
  int c = lua_gettop(L);
  if (!lua_istable(L, c) || !lua_getmetatable(L, c)) return false;
  lua_pushvalue(L, C_SHADOW);
  lua_rawget(L, -2);
  if (!lua_istable(L, -1)) return false;
  int n = (int)lua_rawlen(L, -1);
  lua_rawgeti(L, c, n + 1);
  if (!lua_isnil(L, -1)) return true;
  for (int i = 1; i <= n; i++) {
    lua_rawgeti(L, c, i);
    lua_rawgeti(L, c + 2, i);
    if (!lua_rawequal(L, -1, -2)) return true;
    lua_settop(L, c + 2);
  }
  return false;
}

/* core.changed_collections(t, values): an array of the keys (or values) whose items are not those of their metatable's
 * `shadow`; nil if there are none. */
static int changed_collections(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  bool values = lua_toboolean(L, 2);
  lua_pushnil(L);
  lua_pushliteral(L, "shadow");
  int n = 0;
  for (lua_pushnil(L); lua_next(L, 1); lua_settop(L, C_KEY)) {
    if (!values) lua_settop(L, C_KEY);
    bool changed = has_changed(L);
    lua_settop(L, values ? C_VALUE : C_KEY);
    if (!changed) continue;
    if (!n) {
      lua_newtable(L);
      lua_replace(L, C_CHANGED);
    }
    lua_pushvalue(L, -1);
    lua_rawseti(L, C_CHANGED, ++n);
  }
  lua_settop(L, C_CHANGED);
  return 1;
}

/* core.select_entities(select): how many columns there are, and how many ENTITYs among them. */
static int select_entities(lua_State *L) {
  const la_node *n = la_test_node(L, 1);
  if (!n || n->kind != LA_K_SELECT) return la_raise_arg(L, "select_entities", "select", 1, "a SELECT");
  const la_list *columns = LA_AS(select, n)->raw_columns;
  int total = columns ? (int)columns->n : 0, entities = 0;
  for (int i = 0; i < total; i++) entities += columns->v[i]->kind == LA_K_ENTITY;
  lua_pushinteger(L, total);
  lua_pushinteger(L, entities);
  return 2;
}

/* core.selected_classes(select): a text that tells what is selected from anything else, while that lives, and the first
 * ENTITY of it; nothing where there is more than classes and their attributes. */
static int selected_classes(lua_State *L) {
  const la_node *n = la_test_node(L, 1);
  if (!n || n->kind != LA_K_SELECT) return la_raise_arg(L, "selected_classes", "select", 1, "a SELECT");
  const la_list *columns = LA_AS(select, n)->raw_columns;
  la_node *first = NULL;
  for (uint32_t i = 0; i < la_list_len(columns); i++) {
    la_node *entity = columns->v[i];
    if (entity->kind == LA_K_ATTRIBUTE) entity = LA_AS(attribute, entity)->entity;
    if (!entity || entity->kind != LA_K_ENTITY || LA_AS(entity, entity)->is_alias) return 0;
    if (!first) first = entity;
  }
  if (!first) return 0;
  lua_pushlstring(L, (const char *)columns->v, columns->n * sizeof *columns->v);
  la_push_node_ref(L, first);
  return 2;
}

static void push_keys(lua_State *L, const la_vec *nodes, la_label_style style, la_error *err) {
  la_names k = LA_NAMES_INIT;
  la_named *names = la_calloc((nodes->n + 1) * sizeof *names);
  int rc = names ? la_select_names(names, &k, nodes, style, false, err) : la_fail_memory(err);
  lua_createtable(L, rc ? 0 : (int)nodes->n, 0);
  for (uint32_t i = 0; !rc && i < nodes->n; i++) {
    if (names[i].proxy_key)
      la_push_str(L, names[i].proxy_key);
    else
      lua_pushboolean(L, false);
    lua_rawseti(L, -2, (int)i + 1);
  }
  la_free(names);
  la_names_free(&k);
  la_check(L, rc, err);
}

/* core.selected_keys({expression, …}, style): their keys in the rows of a SELECT of them; false for texts. */
static int selected_keys(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  luaL_checktype(L, 1, LUA_TTABLE);
  la_label_style style = (la_label_style)luaL_checkinteger(L, 2);
  la_scratch *s = la_new_scratch(L);
  for (int i = 1, n = (int)lua_rawlen(L, 1); i <= n; i++) {
    lua_rawgeti(L, 1, i);
    la_node *node = la_test_node(L, -1);
    if (!node) return la_raise_arg(L, "selected_keys", "nodes", 1, "an array of nodes");
    la_vec_add(&s->nodes, node);
    lua_pop(L, 1);
  }
  push_keys(L, &s->nodes, style, &e);
  return 1;
}

void la_open_orm(lua_State *L, int core) {
  lua_pushcfunction(L, selected_keys);
  lua_setfield(L, core, "selected_keys");
  lua_pushcfunction(L, selected_classes);
  lua_setfield(L, core, "selected_classes");
  lua_pushcfunction(L, select_entities);
  lua_setfield(L, core, "select_entities");
  lua_pushcfunction(L, changed_collections);
  lua_setfield(L, core, "changed_collections");
  lua_pushcfunction(L, topological);
  lua_setfield(L, core, "topological");
}
