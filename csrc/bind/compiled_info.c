/* compiled_info.c - what the engine must know of a compiled statement: its binds,
 * the columns that come back, and what INSERT and UPDATE do besides. */
#include "bind/compile.h"
#include "bind/convert.h"
#include "bind/node.h"

static void set_flag(lua_State *L, const char *name, bool on) {
  lua_pushboolean(L, on);
  lua_setfield(L, -2, name);
}

/* compiled_binds(compiled): array of {name, type, expanding} in the order of the binds */
static int compiled_binds(lua_State *L) {
  la_compiled *c = la_check_compiled(L, 1);
  lua_createtable(L, (int)c->nbinds, 0);
  for (uint32_t i = 0; i < c->nbinds; i++) {
    lua_createtable(L, 0, 3);
    la_push_str(L, c->binds[i].name);
    lua_setfield(L, -2, "name");
    la_push_node_ref(L, c->binds[i].type);
    lua_setfield(L, -2, "type");
    set_flag(L, "expanding", c->binds[i].flags & LA_BF_EXPANDING);
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

/* compiled_columns(compiled): array of {key, name, type, objects} */
static int compiled_columns(lua_State *L) {
  la_compiled *c = la_check_compiled(L, 1);
  lua_createtable(L, (int)c->nrcolumns, 0);
  for (uint32_t i = 0; i < c->nrcolumns; i++) {
    const la_rcolumn *r = &c->rcolumns[i];
    lua_createtable(L, 0, 4);
    la_push_str(L, r->key);
    lua_setfield(L, -2, "key");
    la_push_str(L, r->name);
    lua_setfield(L, -2, "name");
    la_push_node_ref(L, r->type);
    lua_setfield(L, -2, "type");
    lua_createtable(L, (int)r->nobjects, 0);
    for (uint32_t k = 0; k < r->nobjects; k++) {
      la_push_node_ref(L, r->objects[k]);
      lua_rawseti(L, -2, (int)k + 1);
    }
    lua_setfield(L, -2, "objects");
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

static void set_columns(lua_State *L, const char *name, const la_list *l) {
  lua_createtable(L, (int)la_list_len(l), 0);
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    la_push_node_ref(L, l->v[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
  lua_setfield(L, -2, name);
}

static void set_names(lua_State *L, const char *field, la_str *const *names, uint32_t n) {
  lua_createtable(L, (int)n, 0);
  for (uint32_t i = 0; names && i < n; i++) {
    la_push_str(L, names[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
  lua_setfield(L, -2, field);
}

/* rows: of an INSERT for many sets that may be sent as one statement, nil of others: {repeats = is there a row to
 * repeat?, binds = values of a row, numbered = do rows carry their number?, others = do binds outside of the row have
 * values of the sets?, names = the parameters that sentinels are equal to, or nil} */
static void set_rows(lua_State *L, const la_crud *crud) {
  if (!crud->many_values) return;
  lua_createtable(L, 0, 5);
  set_flag(L, "repeats", crud->row_end);
  set_flag(L, "numbered", crud->row_counter);
  set_flag(L, "others", crud->upsert_binds);
  lua_pushinteger(L, (lua_Integer)crud->row_nslots);
  lua_setfield(L, -2, "binds");
  if (crud->sentinel_names) {
    lua_createtable(L, (int)crud->nsentinels, 0);
    for (uint32_t i = 0; i < crud->nsentinels; i++) {
      la_push_str(L, crud->sentinel_names[i]);
      lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "names");
  }
  lua_setfield(L, -2, "rows");
}

/* compiled_facts(compiled): {kind, returning, textual, rows, prefetch, postfetch, implicit_returning,
 * postfetch_lastrowid} */
static int compiled_facts(lua_State *L) {
  static const char *const kinds[] = {"OTHER", "SELECT", "INSERT", "UPDATE", "DELETE", "DDL"};
  la_compiled *c = la_check_compiled(L, 1);
  lua_createtable(L, 0, 8);
  lua_pushstring(L, kinds[c->kind]);
  lua_setfield(L, -2, "kind");
  lua_pushstring(L, la_paramstyle_name(c->paramstyle));
  lua_setfield(L, -2, "paramstyle");
  set_flag(L, "returning", c->returning);
  set_flag(L, "plaintext", c->plaintext);
  set_flag(L, "textual", c->rcolumns_textual);
  set_flag(L, "ordered", c->rcolumns_ordered);
  set_flag(L, "postfetch_lastrowid", c->crud.postfetch_lastrowid);
  lua_pushinteger(L, (lua_Integer)c->crud.nsentinels);
  lua_setfield(L, -2, "sentinels");
  set_rows(L, &c->crud);
  set_columns(L, "prefetch", c->crud.prefetch);
  set_names(L, "prefetch_names", c->crud.prefetch_names, la_list_len(c->crud.prefetch));
  set_columns(L, "postfetch", c->crud.postfetch);
  set_columns(L, "implicit_returning", c->crud.implicit_returning);
  return 1;
}

void la_open_compiled_info(lua_State *L, int core) {
  static const luaL_Reg functions[] = {{"compiled_binds", compiled_binds},
                                       {"compiled_columns", compiled_columns},
                                       {"compiled_facts", compiled_facts},
                                       {NULL, NULL}};
  lua_settop(L, core);
  luaL_setfuncs(L, functions, 0);
}
