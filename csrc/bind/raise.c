/* raise.c - the maker of error objects is a Lua function kept in the registry;
 * before one is set, the message alone is raised. */
#include "bind/raise.h"

#include <stdarg.h>
#include <stdio.h>

static const char maker_key = 0, warning_key = 0;

static void set_text(lua_State *L, const char *name, const char *s) {
  if (!s || !*s) return;
  lua_pushstring(L, s);
  lua_setfield(L, -2, name);
}

static void push_fields(lua_State *L, const la_error *e) {
  lua_createtable(L, 0, 10);
  set_text(L, "sqlstate", e->sqlstate);
  set_text(L, "kind", la_fail_name(e->fail));
  set_text(L, "constraint", e->constraint);
  set_text(L, "table", e->table);
  set_text(L, "column", e->column);
  set_text(L, "schema", e->schema);
  set_text(L, "outcome", e->outcome == LA_OUTCOME_UNKNOWN ? "unknown" : "none");
  lua_pushinteger(L, e->native);
  lua_setfield(L, -2, "native");
  lua_pushboolean(L, e->retryable);
  lua_setfield(L, -2, "retryable");
  lua_pushboolean(L, e->invalidated);
  lua_setfield(L, -2, "connection_invalidated");
}

void la_push_error(lua_State *L, la_error *e) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &maker_key);
  if (e->exc == LA_EXC_MEMORY || lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_pushstring(L, la_error_message(e));
    la_error_clear(e);
    return;
  }
  lua_pushstring(L, la_exc_name(e->exc));
  lua_pushstring(L, la_error_message(e));
  push_fields(L, e);
  la_error_clear(e);
  lua_call(L, 3, 1);
}

int la_raise(lua_State *L, la_error *e) {
  la_push_error(L, e);
  return lua_error(L);
}

int la_raise_exc(lua_State *L, la_exc exc, const char *fmt, ...) {
  char message[2048];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(message, sizeof message, fmt, ap);
  va_end(ap);
  la_error e = LA_ERROR_INIT;
  la_fail_with(&e, exc, "%s", message);
  return la_raise(L, &e);
}

int la_raise_arg(lua_State *L, const char *function, const char *name, int idx, const char *accepted) {
  const char *given = luaL_typename(L, idx);
  if (luaL_getmetafield(L, idx, "__name")) given = lua_tostring(L, -1);
  return la_raise_exc(L, LA_EXC_ArgumentError, "%s: argument '%s' must be %s, got %s", function, name, accepted, given);
}

void la_warn(lua_State *L, const char *class) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &warning_key);
  lua_insert(L, -2);
  lua_pushstring(L, class);
  lua_call(L, 2, 0);
}

static int on_warning(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &warning_key);
  return 0;
}

static int on_error(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &maker_key);
  return 0;
}

/* core.exceptions: {{name, parent, code}, …}, parents first. */
static void push_exceptions(lua_State *L) {
  lua_createtable(L, LA_EXC_COUNT, 0);
  for (int i = 0; i < LA_EXC_MEMORY; i++) {
    lua_createtable(L, 3, 0);
    lua_pushstring(L, la_exc_name((la_exc)i));
    lua_rawseti(L, -2, 1);
    lua_pushstring(L, la_exc_name(la_exc_parent((la_exc)i)));
    lua_rawseti(L, -2, 2);
    lua_pushstring(L, la_exc_doc((la_exc)i));
    lua_rawseti(L, -2, 3);
    lua_rawseti(L, -2, i + 1);
  }
}

void la_open_raise(lua_State *L, int core) {
  lua_pushcfunction(L, on_error);
  lua_setfield(L, core, "on_error");
  lua_pushcfunction(L, on_warning);
  lua_setfield(L, core, "on_warning");
  push_exceptions(L);
  lua_setfield(L, core, "exceptions");
}
