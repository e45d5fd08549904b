/* dialect.c - core.dialect(name): an instance ("str": the one of tostring()) whose attributes can be read and set.
 *
 *   core.dialect_get(d, attr), core.dialect_set(d, attr, value), core.dialect_quote(d, name, always)
 *   core.dialect_key(d): what tells instances apart, as a key of tables
 * lua/lualchemy/sql/dialect.lua makes the objects that users see of these.
 */
#include <string.h>

#include "bind/compile.h"
#include "bind/convert.h"
#include "bind/meta.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "compile/quote.h"
#include "dialect/dialects.h"

static const char dialect_name[] = "lualchemy.dialect_core";

la_dialect_inst *la_test_dialect(lua_State *L, int idx) { return la_unbox(L, idx, dialect_name); }

la_dialect_inst *la_check_dialect(lua_State *L, int idx) {
  la_dialect_inst *d = la_test_dialect(L, idx);
  if (d) return d;
  la_raise_arg(L, "compile", "dialect", idx, "a dialect");
  return NULL;
}

static int dialect_gc(lua_State *L) {
  la_dialect_release(la_empty_box(L));
  return 0;
}

void la_push_dialect(lua_State *L, la_dialect_inst *d) { la_push_box(L, dialect_name)->held = la_dialect_retain(d); }

static int dialect_key(lua_State *L) {
  lua_pushlightuserdata(L, la_check_dialect(L, 1));
  return 1;
}

static int dialect_new(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  const la_dialect *d = strcmp(name, "str") ? la_dialect_named(name) : &la_str_dialect;
  if (!d) return 0;
  la_box *b = la_push_box(L, dialect_name);
  b->held = la_dialect_new(d);
  return b->held ? 1 : luaL_error(L, "out of memory");
}

static int set_version(lua_State *L, la_dialect_inst *d) {
  int v[4], n = 0;
  for (; lua_istable(L, 3) && n < 4; n++) {
    lua_rawgeti(L, 3, n + 1);
    if (!lua_isnumber(L, -1)) break;
    v[n] = (int)lua_tonumber(L, -1);
    lua_pop(L, 1);
  }
  la_dialect_set_version(d, v, n);
  return 0;
}

/* dialect_set(d, attr, value) -> true if there is such an attribute */
static int dialect_set(lua_State *L) {
  la_dialect_inst *d = la_check_dialect(L, 1);
  const char *attr = luaL_checkstring(L, 2);
  lua_settop(L, 3);
  bool known = true;
  if (!strcmp(attr, "server_version_info")) {
    set_version(L, d);
  } else if (!strcmp(attr, "default_schema_name")) {
    la_str_release(d->default_schema);
    d->default_schema = la_to_str(L, 3);
  } else if (!strcmp(attr, "paramstyle")) {
    const char *name = lua_isstring(L, 3) ? lua_tostring(L, 3) : luaL_typename(L, 3);
    la_paramstyle style = la_paramstyle_named(name);
    if (style == LA_PS_DIALECT)
      return la_raise_exc(L, LA_EXC_ArgumentError,
                          "dialect: argument 'paramstyle' must be named, qmark, format, pyformat, numeric or "
                          "numeric_dollar, got '%s'",
                          name);
    d->paramstyle = style;
  } else {
    int value = lua_isboolean(L, 3) ? lua_toboolean(L, 3) : la_is_null(L, 3) ? -1 : (int)luaL_checknumber(L, 3);
    known = la_dialect_set(d, attr, value) == 0;
  }
  lua_pushboolean(L, known);
  return 1;
}

/* dialect_get(d, attr) -> integer, or nil if there is no such attribute */
static int dialect_get(lua_State *L) {
  la_dialect_inst *d = la_check_dialect(L, 1);
  const char *attr = luaL_checkstring(L, 2);
  int value;
  if (!strcmp(attr, "name")) {
    lua_pushstring(L, d->name);
  } else if (!strcmp(attr, "paramstyle")) {
    lua_pushstring(L, la_paramstyle_name(d->paramstyle));
  } else if (!strcmp(attr, "default_schema_name")) {
    la_push_str(L, d->default_schema);
  } else if (!strcmp(attr, "server_version_info")) {
    if (!d->nversion) return 0;
    lua_newtable(L);
    for (int i = 0; i < d->nversion; i++) {
      lua_pushinteger(L, d->version[i]);
      lua_rawseti(L, -2, i + 1);
    }
  } else if (la_dialect_get(d, attr, &value) == 0) {
    lua_pushinteger(L, value);
  } else {
    return 0;
  }
  return 1;
}

/* dialect_connected(d): its version is set, capabilities follow */
static int dialect_connected(lua_State *L) {
  la_dialect_connected(la_check_dialect(L, 1));
  return 0;
}

/* The string in that field of a node, with the quoting it wants; NULL: none. */
static const la_str *name_in(const la_node *n, const char *field) {
  const la_field *f = la_kind_field((la_kind)n->kind, field);
  return f && f->cls == LA_F_str ? *(la_str *const *)((const char *)n + f->offset) : NULL;
}

/* dialect_quote(d, name, always), dialect_quote(d, node, field): nil if the field is not set */
static int dialect_quote(lua_State *L) {
  la_dialect_inst *d = la_check_dialect(L, 1);
  const la_node *n = la_test_node(L, 2);
  size_t len = 0;
  const la_str *name = n ? name_in(n, luaL_checkstring(L, 3)) : NULL;
  const char *s = name ? name->s : n ? NULL : luaL_checklstring(L, 2, &len);
  la_buf b = LA_BUF_INIT;
  if (!s) return 0;
  if (!n && lua_toboolean(L, 3))
    la_quote_always(&b, d, s, len, false);
  else
    la_quote_name(&b, d, s, name ? name->len : len, name ? (la_quote)name->quote : LA_QUOTE_AUTO, false);
  bool ok = la_buf_ok(&b);
  if (ok) lua_pushlstring(L, b.s ? b.s : "", b.len);
  la_buf_free(&b);
  return ok ? 1 : luaL_error(L, "out of memory");
}

void la_open_dialect(lua_State *L, int core) {
  static const luaL_Reg none[] = {{NULL, NULL}};
  static const luaL_Reg functions[] = {{"dialect", dialect_new},
                                       {"dialect_key", dialect_key},
                                       {"dialect_set", dialect_set},
                                       {"dialect_get", dialect_get},
                                       {"dialect_connected", dialect_connected},
                                       {"dialect_quote", dialect_quote},
                                       {NULL, NULL}};
  la_new_meta(L, dialect_name, dialect_gc, none);
  lua_settop(L, core);
  luaL_setfuncs(L, functions, 0);
  lua_newtable(L);
  const la_dialect *d;
  for (size_t i = 1; (d = la_dialect_at(i)); i++) { /* the first two have one name */
    lua_pushstring(L, d->name);
    lua_rawseti(L, -2, (int)i);
  }
  lua_setfield(L, core, "dialects");
}
