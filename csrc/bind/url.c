/* url.c - core.url_parse(text), core.url_new(parts), core.url_parts(url),
 * core.url_render(url, hide_password), core.conninfo(url, args, driver). */
#include "bind/url.h"

#include "base/mem.h"
#include "bind/convert.h"
#include "bind/meta.h"
#include "bind/raise.h"

static const char url_name[] = "lualchemy.URL", conninfo_name[] = "lualchemy.conninfo",
                  parts_name[] = "lualchemy.url_parts";

la_url *la_test_url(lua_State *L, int idx) {
  la_url **p = la_test_userdata(L, idx, url_name);
  return p ? *p : NULL;
}

static la_url *check_url(lua_State *L, int idx) {
  la_url *u = la_test_url(L, idx);
  if (!u) la_raise_arg(L, "URL", "url", idx, "a URL");
  return u;
}

static int url_gc(lua_State *L) {
  la_url **p = lua_touserdata(L, 1);
  la_url_release(*p);
  *p = NULL;
  return 0;
}

static int url_parse(lua_State *L) {
  size_t len;
  const char *s = luaL_checklstring(L, 1, &len);
  la_url **p = la_push_userdata(L, sizeof *p, url_name);
  la_error e = LA_ERROR_INIT;
  if (la_url_parse(p, s, len, &e)) return la_raise(L, &e);
  return 1;
}

/* ---- making one of parts ---- */

static void clear_parts(la_url_parts *p) {
  la_str_release(p->drivername);
  la_str_release(p->username);
  la_str_release(p->password);
  la_str_release(p->host);
  la_str_release(p->database);
  for (size_t i = 0; i < p->nquery; i++) {
    la_str_release(p->query[i].key);
    la_value_clear(&p->query[i].value);
  }
  la_free(p->query);
}

static int parts_gc(lua_State *L) {
  clear_parts(lua_touserdata(L, 1));
  return 0;
}

static la_str *text_field(lua_State *L, const char *name) {
  lua_getfield(L, 1, name);
  la_str *s = NULL;
  if (lua_type(L, -1) == LUA_TSTRING)
    s = la_to_str(L, -1);
  else if (!la_is_null(L, -1))
    la_raise_arg(L, "URL", name, -1, "a string");
  lua_pop(L, 1);
  return s;
}

/* A query value at the top of the stack: a string, or an array of strings. */
static void query_value(lua_State *L, la_value *out) {
  if (!lua_istable(L, -1)) {
    if (lua_type(L, -1) != LUA_TSTRING) la_raise_arg(L, "URL", "query", -1, "a string or an array of strings");
    la_to_value(L, -1, out);
    return;
  }
  uint32_t n = (uint32_t)lua_rawlen(L, -1);
  la_array *a = la_array_new(n);
  if (!a) luaL_error(L, "out of memory");
  *out = (la_value){LA_V_ARRAY, 0, 0, {.a = a}};
  for (uint32_t i = 0; i < n; i++) {
    lua_rawgeti(L, -1, (int)i + 1);
    if (lua_type(L, -1) != LUA_TSTRING) la_raise_arg(L, "URL", "query", -1, "an array of strings");
    la_to_value(L, -1, &a->v[i]);
    lua_pop(L, 1);
  }
}

/* query: an array of {key, value} */
static void take_query(lua_State *L, la_url_parts *p) {
  lua_getfield(L, 1, "query");
  if (lua_istable(L, -1)) {
    size_t n = lua_rawlen(L, -1);
    p->query = la_calloc((n + 1) * sizeof *p->query);
    if (!p->query) luaL_error(L, "out of memory");
    for (size_t i = 0; i < n; i++) {
      lua_rawgeti(L, -1, (int)i + 1);
      lua_rawgeti(L, -1, 1);
      p->query[i] = (la_setting){la_to_str(L, -1), LA_VALUE_ABSENT};
      if (!p->query[i].key) la_raise_arg(L, "URL", "query", -1, "keys that are strings");
      p->nquery = i + 1;
      lua_pop(L, 1);
      lua_rawgeti(L, -1, 2);
      query_value(L, &p->query[i].value);
      lua_pop(L, 2);
    }
  }
  lua_pop(L, 1);
}

static int url_new(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  la_url_parts *p = la_push_userdata(L, sizeof *p, parts_name);
  p->drivername = text_field(L, "drivername");
  p->username = text_field(L, "username");
  p->password = text_field(L, "password");
  p->host = text_field(L, "host");
  p->database = text_field(L, "database");
  lua_getfield(L, 1, "port");
  if (!la_is_null(L, -1)) {
    if (!la_isinteger(L, -1)) return la_raise_arg(L, "URL", "port", -1, "an integer");
    p->has_port = true;
    p->port = (int)lua_tonumber(L, -1);
  }
  take_query(L, p);
  la_url **u = la_push_userdata(L, sizeof *u, url_name);
  la_error e = LA_ERROR_INIT;
  if (la_url_new(u, p, &e)) return la_raise(L, &e);
  return 1;
}

/* ---- reading ---- */

static void set_part(lua_State *L, const char *name, const la_str *s) {
  la_push_str(L, s);
  lua_setfield(L, -2, name);
}

/* url_parts(url): a table of the parts; query as an array of {key, value} */
static int url_parts(lua_State *L) {
  la_url *u = check_url(L, 1);
  lua_createtable(L, 0, 7);
  set_part(L, "drivername", u->p.drivername);
  set_part(L, "username", u->p.username);
  set_part(L, "password", u->p.password);
  set_part(L, "host", u->p.host);
  set_part(L, "database", u->p.database);
  if (u->p.has_port) {
    lua_pushinteger(L, u->p.port);
    lua_setfield(L, -2, "port");
  }
  lua_createtable(L, (int)u->p.nquery, 0);
  for (size_t i = 0; i < u->p.nquery; i++) {
    lua_createtable(L, 2, 0);
    la_push_str(L, u->p.query[i].key);
    lua_rawseti(L, -2, 1);
    la_push_value(L, &u->p.query[i].value);
    lua_rawseti(L, -2, 2);
    lua_rawseti(L, -2, (int)i + 1);
  }
  lua_setfield(L, -2, "query");
  return 1;
}

static int url_render(lua_State *L) {
  la_url *u = check_url(L, 1);
  la_buf b = LA_BUF_INIT;
  la_url_render(&b, u, lua_toboolean(L, 2));
  if (!la_buf_ok(&b)) {
    la_buf_free(&b);
    return luaL_error(L, "out of memory");
  }
  lua_pushlstring(L, b.s ? b.s : "", b.len);
  la_buf_free(&b);
  return 1;
}

static int url_eq(lua_State *L) {
  la_url *a = la_test_url(L, 1), *b = la_test_url(L, 2);
  lua_pushboolean(L, a && b && la_url_eq(a, b));
  return 1;
}

static int url_backend(lua_State *L) {
  size_t len;
  const char *s = la_url_backend(check_url(L, 1), &len);
  lua_pushlstring(L, s, len);
  return 1;
}

static int url_driver(lua_State *L) {
  size_t len;
  const char *s = la_url_driver(check_url(L, 1), &len);
  if (!s) return 0;
  lua_pushlstring(L, s, len);
  return 1;
}

static int url_is(lua_State *L) {
  lua_pushboolean(L, la_test_url(L, 1) != NULL);
  return 1;
}

/* ---- connect arguments ---- */

la_conninfo *la_check_conninfo(lua_State *L, int idx) { return la_check_userdata(L, idx, conninfo_name); }

static int conninfo_gc(lua_State *L) {
  la_conninfo_clear(lua_touserdata(L, 1));
  return 0;
}

static void add_args(lua_State *L, la_conninfo *info, int idx) {
  la_error e = LA_ERROR_INIT;
  lua_pushnil(L);
  while (lua_next(L, idx)) {
    if (lua_type(L, -2) != LUA_TSTRING)
      la_raise_arg(L, "create_engine", "connect_args", -2, "a table with string keys");
    la_value v;
    la_to_value(L, -1, &v);
    int rc = la_conninfo_add_arg(info, lua_tostring(L, -2), &v, &e);
    la_value_clear(&v);
    if (rc) la_raise(L, &e);
    lua_pop(L, 1);
  }
}

/* conninfo(url, args or nil, driver): what the driver is given, checked by it */
static int conninfo_new(lua_State *L) {
  la_url *u = check_url(L, 1);
  const la_driver *d = la_driver_find(luaL_checkstring(L, 3));
  if (!d) return la_raise_exc(L, LA_EXC_NoSuchModuleError, "the driver '%s' is not loaded", lua_tostring(L, 3));
  la_conninfo *info = la_push_userdata(L, sizeof *info, conninfo_name);
  la_error e = LA_ERROR_INIT;
  if (la_url_conninfo(info, u, &e)) return la_raise(L, &e);
  if (lua_istable(L, 2)) add_args(L, info, 2);
  if (d->configure && d->configure(info, &e)) return la_raise(L, &e);
  lua_pushstring(L, d->pool_class ? d->pool_class(info) : "QueuePool");
  return 2;
}

/* register_driver(light userdata): adds a driver module's driver; returns its name and dialect */
static int register_driver(lua_State *L) {
  const la_driver *d = lua_touserdata(L, 1);
  la_error e = LA_ERROR_INIT;
  if (!lua_islightuserdata(L, 1) || !d)
    return la_raise_arg(L, "register_driver", "driver", 1, "what a driver module returns");
  if (la_driver_register(d, &e)) return la_raise(L, &e);
  lua_pushstring(L, d->name);
  lua_pushstring(L, d->dialect);
  return 2;
}

void la_open_url(lua_State *L, int core) {
  static const luaL_Reg none[] = {{NULL, NULL}};
  static const luaL_Reg functions[] = {{"url_parse", url_parse},
                                       {"url_new", url_new},
                                       {"url_parts", url_parts},
                                       {"url_render", url_render},
                                       {"url_backend", url_backend},
                                       {"url_driver", url_driver},
                                       {"is_url", url_is},
                                       {"conninfo", conninfo_new},
                                       {"register_driver", register_driver},
                                       {NULL, NULL}};
  la_new_meta(L, url_name, url_gc, none);
  luaL_getmetatable(L, url_name);
  lua_pushcfunction(L, url_eq);
  lua_setfield(L, -2, "__eq");
  lua_pushvalue(L, -1);
  lua_setfield(L, core, "url_meta"); /* lua/lualchemy/engine/url.lua gives it its methods */
  la_new_meta(L, conninfo_name, conninfo_gc, none);
  la_new_meta(L, parts_name, parts_gc, none);
  lua_settop(L, core);
  luaL_setfuncs(L, functions, 0);
}
