/* compiled_info.c - what the engine must know of a compiled statement: its binds,
 * the columns that come back, and what INSERT and UPDATE do besides. */
#include <string.h>

#include "bind/compile.h"
#include "bind/convert.h"
#include "bind/node.h"
#include "sql/naming.h"
#include "sql/type.h"

static void set_flag(lua_State *L, const char *name, bool on) {
  lua_pushboolean(L, on);
  lua_setfield(L, -2, name);
}

/* How many columns are for the user: the last ones may be sentinels. */
static uint32_t width_of(const la_compiled *c) {
  return c->nrcolumns > c->crud->nsentinels ? c->nrcolumns - c->crud->nsentinels : 0;
}

/* ---- columns ---- */

/* compiled_columns(compiled): array of {key, type, objects} */
static int compiled_columns(lua_State *L) {
  la_compiled *c = la_check_compiled(L, 1);
  lua_createtable(L, (int)c->nrcolumns, 0);
  for (uint32_t i = 0; i < width_of(c); i++) {
    const la_rcolumn *r = &c->rcolumns[i];
    lua_createtable(L, 0, 3);
    la_push_str(L, r->key);
    lua_setfield(L, -2, "key");
    la_push_node_ref(L, r->type);
    lua_setfield(L, -2, "type");
    lua_createtable(L, 1, 0);
    la_node *object;
    for (uint32_t k = 0; (object = la_rcolumn_object(r, k)); k++) {
      la_push_node_ref(L, object);
      lua_rawseti(L, -2, (int)k + 1);
    }
    lua_setfield(L, -2, "objects");
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

/* compiled_objects(compiled): {[core.id of what a column answers to] = its place}, the first of several */
static int compiled_objects(lua_State *L) {
  la_compiled *c = la_check_compiled(L, 1);
  lua_createtable(L, 0, (int)width_of(c));
  la_node *object;
  for (uint32_t i = width_of(c); i-- > 0;)
    for (uint32_t k = 0; (object = la_rcolumn_object(&c->rcolumns[i], k)); k++) {
      lua_pushlightuserdata(L, object);
      lua_pushinteger(L, (lua_Integer)i + 1);
      lua_rawset(L, -3);
    }
  return 1;
}

/* Sets the name in the table on top to the place, unless it is one that only numbers tell from others. */
static void set_place(lua_State *L, const la_str *name, uint32_t place) {
  if (!name || la_is_anon(name)) return;
  la_push_str(L, name);
  lua_pushinteger(L, (lua_Integer)place);
  lua_rawset(L, -3);
}

static bool is_called(const la_rcolumn *r, const la_str *name) {
  return name && name->len == r->key->len && !memcmp(name->s, r->key->s, name->len);
}

/* compiled_names(compiled): {[name] = place} of the names that columns answer to besides those that they have in the
 * rows: one that is written as it is to its name, its key and both behind its table's; the last of several */
static int compiled_names(lua_State *L) {
  la_compiled *c = la_check_compiled(L, 1);
  lua_createtable(L, 0, (int)width_of(c));
  la_names names = LA_NAMES_INIT;
  for (uint32_t i = 0; i < width_of(c); i++) {
    const la_rcolumn *r = &c->rcolumns[i];
    const la_node *n = r->object ? la_name_identity(r->object) : NULL;
    if (!n || n->kind == LA_K_LABEL || !r->key) continue;
    if (n->kind != LA_K_COLUMN) {
      set_place(L, la_name_proxy_key(&names, n), i + 1);
    } else if (is_called(r, la_name_of(&names, n))) {
      set_place(L, la_name_of(&names, n), i + 1);
      set_place(L, la_name_key(&names, n), i + 1);
      set_place(L, la_name_tq(&names, n), i + 1);
    } else if (is_called(r, la_name_tq(&names, n))) {
      set_place(L, la_name_tq_key(&names, n), i + 1);
    }
  }
  bool failed = names.failed;
  la_names_free(&names);
  return failed ? luaL_error(L, "out of memory") : 1;
}

/* compiled_untyped(compiled): the places of columns whose type is not known; nil: there are none */
static int compiled_untyped(lua_State *L) {
  la_compiled *c = la_check_compiled(L, 1);
  lua_Integer n = 0;
  lua_settop(L, 1);
  for (uint32_t i = 0; i < width_of(c); i++) {
    if (c->rcolumns[i].type && !la_type_isa(c->rcolumns[i].type, LA_T_NULLTYPE)) continue;
    if (!n) lua_newtable(L);
    lua_pushinteger(L, (lua_Integer)i + 1);
    lua_rawseti(L, 2, (int)++n);
  }
  return n ? 1 : 0;
}

/* ---- functions that values pass through ---- */

/* Is all that there is to a type said by the number of its class? */
static bool is_plain(const la_node *n) {
  const la_type *t = LA_AS(type, n);
  return !t->object && !la_list_len(t->variants);
}

/* Pushes what ask (at 4) answers for a type, or nil where there is no need to ask. literal: of a bind that is written
 * out. */
static void push_function(lua_State *L, la_node *type, bool literal) {
  if (la_is(type, LA_K_TYPE) && is_plain(type)) {
    lua_pushinteger(L, LA_AS(type, type)->id);
    lua_gettable(L, 3);
    bool passes = lua_toboolean(L, -1);
    lua_pop(L, 1);
    if (passes) type = NULL;
  }
  if (!type) {
    lua_pushnil(L);
    return;
  }
  lua_pushvalue(L, 4);
  la_push_node_ref(L, type);
  lua_pushvalue(L, 5);
  lua_pushboolean(L, literal);
  lua_call(L, 3, 1);
}

/* compiled_functions(compiled, results, passing, ask, dialect): an array with ask(type, dialect, is it written out?)
 * or false for each bind (results: column), nil if all are false. passing[number of a class] is true where values of
 * such types pass as they are. */
static int compiled_functions(lua_State *L) {
  la_compiled *c = la_check_compiled(L, 1);
  bool results = lua_toboolean(L, 2), any = false;
  uint32_t n = results ? width_of(c) : c->nbinds;
  lua_settop(L, 5);
  for (uint32_t i = 0; i < n; i++) {
    bool literal = !results && c->binds[i].flags & LA_BF_LITERAL_EXECUTE;
    push_function(L, results ? c->rcolumns[i].type : c->binds[i].node->type, literal);
    if (!any && lua_toboolean(L, -1)) {
      any = true;
      lua_createtable(L, (int)n, 0);
      lua_insert(L, 6);
      for (uint32_t k = 0; k < i; k++) {
        lua_pushboolean(L, 0);
        lua_rawseti(L, 6, (int)k + 1);
      }
    }
    if (!lua_toboolean(L, -1)) {
      lua_pop(L, 1);
      lua_pushboolean(L, 0);
    }
    if (any)
      lua_rawseti(L, 6, (int)i + 1);
    else
      lua_pop(L, 1);
  }
  return any ? 1 : 0;
}

/* ---- INSERT and UPDATE ---- */

/* Nothing where the list is empty. */
static void set_columns(lua_State *L, const char *name, const la_list *l) {
  if (!la_list_len(l)) return;
  lua_createtable(L, (int)la_list_len(l), 0);
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    la_push_node_ref(L, l->v[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
  lua_setfield(L, -2, name);
}

/* Nothing where there are none. */
static void set_names(lua_State *L, const char *field, la_str *const *names, uint32_t n) {
  if (!names || !n) return;
  lua_createtable(L, (int)n, 0);
  for (uint32_t i = 0; i < n; i++) {
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
  lua_createtable(L, 0, 9);
  set_flag(L, "repeats", crud->row_end);
  set_flag(L, "numbered", crud->row_counter);
  set_flag(L, "others", crud->upsert_binds);
  lua_pushinteger(L, (lua_Integer)crud->row_nslots);
  lua_setfield(L, -2, "binds");
  lua_pushinteger(L, (lua_Integer)crud->nsentinels);
  lua_setfield(L, -2, "sentinels");
  set_names(L, "names", crud->sentinel_names, crud->nsentinels);
  lua_setfield(L, -2, "rows");
}

static void set_crud(lua_State *L, const la_crud *crud) {
  set_rows(L, crud);
  set_columns(L, "prefetch", crud->prefetch);
  set_names(L, "prefetch_names", crud->prefetch_names, la_list_len(crud->prefetch));
  set_columns(L, "postfetch", crud->postfetch);
  set_columns(L, "implicit", crud->implicit_returning);
  if (crud->postfetch_lastrowid) set_flag(L, "lastrowid", true);
}

/* ---- the statement ---- */

static const char *kind_of(const la_compiled *c) {
  static const char *const kinds[] = {"OTHER", "SELECT", "INSERT", "UPDATE", "DELETE", "DDL"};
  return kinds[c->kind];
}

/* compiled_binds(compiled): {[name] = BIND} */
static int compiled_binds(lua_State *L) {
  la_compiled *c = la_check_compiled(L, 1);
  lua_createtable(L, 0, (int)c->nbinds);
  for (uint32_t i = 0; i < c->nbinds; i++) {
    la_push_str(L, c->binds[i].name);
    la_push_node_ref(L, c->binds[i].node);
    lua_rawset(L, -3);
  }
  return 1;
}

/* compiled_kind(compiled): "SELECT", "INSERT", "UPDATE", "DELETE", "DDL", "OTHER"; its style of placeholders */
static int compiled_kind(lua_State *L) {
  la_compiled *c = la_check_compiled(L, 1);
  lua_pushstring(L, kind_of(c));
  lua_pushstring(L, la_paramstyle_name(c->paramstyle));
  return 2;
}

/* Names of the binds, keys of the columns. */
static void set_all_names(lua_State *L, const la_compiled *c) {
  lua_createtable(L, (int)c->nbinds, 0);
  for (uint32_t i = 0; i < c->nbinds; i++) {
    la_push_str(L, c->binds[i].name);
    lua_rawseti(L, -2, (int)i + 1);
  }
  lua_setfield(L, -2, "names");
  if (!c->nrcolumns) return;
  lua_createtable(L, (int)width_of(c), 0);
  for (uint32_t i = 0; i < width_of(c); i++) {
    la_push_str(L, c->rcolumns[i].key);
    lua_rawseti(L, -2, (int)i + 1);
  }
  lua_setfield(L, -2, "keys");
}

/* Can the database name or number the columns of a row otherwise than the statement does? One of them is "*", or text
 * that may stand for several. */
static bool is_unsure(const la_compiled *c) {
  if (c->rcolumns_textual || c->rcolumns_loose) return false;
  bool unsure = c->nrcolumns && !c->rcolumns_ordered;
  for (uint32_t i = 0; !unsure && i < c->nrcolumns; i++) {
    const la_rcolumn *r = &c->rcolumns[i];
    unsure = r->object && r->object->kind == LA_K_COLUMN && LA_AS(column, r->object)->is_literal && r->key &&
             (memchr(r->key->s, '*', r->key->len) || memchr(r->key->s, ',', r->key->len));
  }
  return unsure;
}

/* compiled_info(compiled): {kind, names, keys, width, returning, textual, plaintext, ad_hoc, unsure, reads = does it
 * change nothing? nil: its text must tell; warnings, rows, prefetch, prefetch_names, postfetch, implicit, lastrowid};
 * what is false or empty is absent, but for names, and reads of INSERT, UPDATE and DELETE */
static int compiled_info(lua_State *L) {
  la_compiled *c = la_check_compiled(L, 1);
  bool changes = c->kind == LA_STMT_INSERT || c->kind == LA_STMT_UPDATE || c->kind == LA_STMT_DELETE;
  lua_createtable(L, 0, 16);
  lua_pushstring(L, kind_of(c));
  lua_setfield(L, -2, "kind");
  if (c->kind == LA_STMT_SELECT || changes) set_flag(L, "reads", !changes);
  if (c->returning) set_flag(L, "returning", true);
  if (c->plaintext) set_flag(L, "plaintext", true);
  if (c->rcolumns_textual) set_flag(L, "textual", true);
  if (is_unsure(c)) set_flag(L, c->rcolumns_ordered ? "unsure" : "ad_hoc", true);
  lua_pushinteger(L, (lua_Integer)width_of(c));
  lua_setfield(L, -2, "width");
  set_all_names(L, c);
  if (c->nwarnings) set_names(L, "warnings", c->warnings, c->nwarnings);
  if (c->kind == LA_STMT_INSERT || c->kind == LA_STMT_UPDATE) set_crud(L, c->crud);
  return 1;
}

void la_open_compiled_info(lua_State *L, int core) {
  static const luaL_Reg functions[] = {{"compiled_kind", compiled_kind},
                                       {"compiled_info", compiled_info},
                                       {"compiled_columns", compiled_columns},
                                       {"compiled_objects", compiled_objects},
                                       {"compiled_names", compiled_names},
                                       {"compiled_untyped", compiled_untyped},
                                       {"compiled_functions", compiled_functions},
                                       {"compiled_binds", compiled_binds},
                                       {NULL, NULL}};
  lua_settop(L, core);
  luaL_setfuncs(L, functions, 0);
}
