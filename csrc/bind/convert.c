#include "bind/convert.h"

#include <inttypes.h>
#include <stdio.h>

#include "bind/foreign.h"
#include "bind/json_impl.h"
#include "bind/node.h"
#include "bind/values.h"

void la_push_int64_text(lua_State *L, int64_t i) {
  char s[32];
  snprintf(s, sizeof s, "%" PRId64, i);
  lua_pushstring(L, s);
}

bool la_is_null(lua_State *L, int idx) {
  int t = lua_type(L, idx);
  return t == LUA_TNIL || t == LUA_TNONE || (t == LUA_TLIGHTUSERDATA && !lua_touserdata(L, idx));
}

la_str *la_to_str(lua_State *L, int idx) {
  if (lua_type(L, idx) != LUA_TSTRING) return NULL;
  size_t len;
  const char *s = lua_tolstring(L, idx, &len);
  la_str *out = la_str_new(s, len);
  if (!out) luaL_error(L, "out of memory");
  return out;
}

void la_push_str(lua_State *L, const la_str *s) {
  if (s)
    lua_pushlstring(L, s->s, s->len);
  else
    lua_pushnil(L);
}

static void from_number(lua_State *L, int idx, la_value *out) {
#if LUA_VERSION_NUM >= 503
  if (lua_isinteger(L, idx)) {
    *out = la_value_int(lua_tointeger(L, idx));
    return;
  }
#else
  if (la_isinteger(L, idx)) {
    *out = la_value_int((int64_t)lua_tonumber(L, idx));
    return;
  }
#endif
  *out = la_value_real(lua_tonumber(L, idx));
}

void la_to_value(lua_State *L, int idx, la_value *out) {
  *out = LA_VALUE_NULL;
  switch (lua_type(L, idx)) {
    case LUA_TNONE:
    case LUA_TNIL: return;
    case LUA_TBOOLEAN: *out = la_value_bool(lua_toboolean(L, idx)); return;
    case LUA_TNUMBER: from_number(L, idx, out); return;
    case LUA_TSTRING: *out = la_value_str(LA_V_TEXT, la_to_str(L, idx)); return;
    case LUA_TLIGHTUSERDATA:
      if (!lua_touserdata(L, idx)) return;
      break;
    case LUA_TUSERDATA:
      if (la_value_from_ud(L, idx, out)) return;
      if (la_test_node(L, idx)) {
        *out = LA_VALUE_ABSENT;
        return;
      }
      break;
    default: break;
  }
  *out = LA_VALUE_NULL;
  la_foreign *f = la_foreign_new(L, idx);
  out->tag = LA_V_FOREIGN;
  out->u.f = f;
}

static void push_array(lua_State *L, const la_array *a) {
  luaL_checkstack(L, 4, "array nests too deep");
  lua_createtable(L, (int)a->n, 0);
  for (uint32_t i = 0; i < a->n; i++) {
    la_push_element(L, &a->v[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
  if (!a->n) la_mark_json_array(L);
}

void la_push_value(lua_State *L, const la_value *v) {
  switch ((la_tag)v->tag) {
    case LA_V_ABSENT:
    case LA_V_NULL: lua_pushnil(L); return;
    case LA_V_BOOL: lua_pushboolean(L, (int)v->u.i); return;
    case LA_V_INT: la_push_int64(L, v->u.i); return;
    case LA_V_REAL: lua_pushnumber(L, v->u.r); return;
    case LA_V_TEXT:
    case LA_V_BLOB: la_push_str(L, v->u.s); return;
    case LA_V_ARRAY: push_array(L, v->u.a); return;
    case LA_V_FOREIGN: la_push_foreign(L, v->u.f); return;
    default: la_push_special(L, v); return;
  }
}

void la_push_element(lua_State *L, const la_value *v) {
  if (v->tag == LA_V_NULL || v->tag == LA_V_ABSENT)
    lua_pushlightuserdata(L, NULL);
  else
    la_push_value(L, v);
}
