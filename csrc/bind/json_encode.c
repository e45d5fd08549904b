/* json_encode.c - Lua values as JSON, written as Python's json.dumps writes them:
 * ", " and ": ", ASCII alone. Keys are sorted, for Lua's tables have no order.
 *
 * A table is an array if it was marked as one (core.json_array, or because it was
 * decoded from one) or if its keys are 1 … n; else all its keys must be strings.
 * Anything that has no exact JSON is an error.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_text.h"
#include "base/real.h"
#include "bind/buffer.h"
#include "bind/json_impl.h"
#include "bind/raise.h"
#include "bind/values.h"

static void put(lua_State *L, la_buf *b, int idx, int depth);

/* ---- strings ---- */

static void put_string(lua_State *L, la_buf *b, const char *s, size_t n) {
  la_buf_putc(b, '"');
  size_t good = la_json_escape(b, s, n);
  if (good < n) la_raise_exc(L, LA_EXC_ArgumentError, "JSON: a string is not UTF-8 at byte %d", (int)good + 1);
  la_buf_putc(b, '"');
}

static void put_number(lua_State *L, la_buf *b, int idx) {
  int64_t i;
  char text[LA_REAL_MAX];
#if LUA_VERSION_NUM >= 503
  bool integer = lua_isinteger(L, idx) && la_to_int64(L, idx, &i);
#else
  bool integer = la_to_int64(L, idx, &i);
#endif
  if (integer) {
    la_buf_printf(b, "%lld", (long long)i);
    return;
  }
  double r = lua_tonumber(L, idx);
  if (!isfinite(r)) la_raise_exc(L, LA_EXC_ArgumentError, "JSON has no number %s", isnan(r) ? "NaN" : "Infinity");
  la_buf_add(b, text, la_real_format(text, r));
}

/* ---- tables ---- */

/* Do the keys of the table at idx say that it is an array? Raises for a mixture. */
static bool is_array(lua_State *L, int idx) {
  size_t n = lua_rawlen(L, idx), strings = 0, numbers = 0;
  if (la_is_json_array(L, idx)) return true;
  for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) {
    int64_t i;
    if (lua_type(L, -2) == LUA_TSTRING)
      strings++;
    else if (la_to_int64(L, -2, &i) && i >= 1 && (uint64_t)i <= n)
      numbers++;
    else
      la_raise_exc(L, LA_EXC_ArgumentError, "JSON: keys of a table must be strings, or 1 to n without gaps, got a %s",
                   luaL_typename(L, -2));
  }
  if (numbers && (strings || numbers != n))
    la_raise_exc(L, LA_EXC_ArgumentError, "JSON: keys of a table must be strings, or 1 to n without gaps");
  return numbers > 0;
}

static void put_array(lua_State *L, la_buf *b, int idx, int depth) {
  size_t n = lua_rawlen(L, idx);
  la_buf_putc(b, '[');
  for (size_t i = 1; i <= n; i++) {
    if (i > 1) la_buf_puts(b, ", ");
    lua_rawgeti(L, idx, (int)i);
    put(L, b, lua_gettop(L), depth);
    lua_pop(L, 1);
  }
  la_buf_putc(b, ']');
}

typedef struct key {
  const char *s;
  size_t n;
} key;

static int compare_keys(const void *x, const void *y) {
  const key *a = x, *c = y;
  int r = memcmp(a->s, c->s, a->n < c->n ? a->n : c->n);
  return r ? r : (a->n > c->n) - (a->n < c->n);
}

/* Pushes the sorted keys of the table at idx, and an array that keeps their strings alive. */
static key *push_keys(lua_State *L, int idx, size_t *count) {
  size_t n = 0;
  for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) n++;
  key *keys = lua_newuserdatauv(L, (n ? n : 1) * sizeof *keys, 0);
  lua_createtable(L, (int)n, 0);
  int kept = lua_gettop(L);
  n = 0;
  for (lua_pushnil(L); lua_next(L, idx); lua_pop(L, 1)) {
    keys[n].s = lua_tolstring(L, -2, &keys[n].n);
    lua_pushvalue(L, -2);
    lua_rawseti(L, kept, (int)++n);
  }
  qsort(keys, n, sizeof *keys, compare_keys);
  *count = n;
  return keys;
}

static void put_object(lua_State *L, la_buf *b, int idx, int depth) {
  size_t n;
  key *keys = push_keys(L, idx, &n);
  la_buf_putc(b, '{');
  for (size_t i = 0; i < n; i++) {
    if (i) la_buf_puts(b, ", ");
    put_string(L, b, keys[i].s, keys[i].n);
    la_buf_puts(b, ": ");
    lua_pushlstring(L, keys[i].s, keys[i].n);
    lua_rawget(L, idx);
    put(L, b, lua_gettop(L), depth);
    lua_pop(L, 1);
  }
  la_buf_putc(b, '}');
  lua_pop(L, 2);
}

/* A table with __json(self) in its metatable stands for what that returns. */
static void put_table(lua_State *L, la_buf *b, int idx, int depth) {
  if (luaL_getmetafield(L, idx, "__json")) {
    lua_pushvalue(L, idx);
    lua_call(L, 1, 1);
    put(L, b, lua_gettop(L), depth + 1);
    lua_pop(L, 1);
  } else if (is_array(L, idx)) {
    put_array(L, b, idx, depth + 1);
  } else {
    put_object(L, b, idx, depth + 1);
  }
}

static void put(lua_State *L, la_buf *b, int idx, int depth) {
  if (depth > LA_JSON_DEPTH || !lua_checkstack(L, 12))
    la_raise_exc(L, LA_EXC_ArgumentError, "JSON: tables are nested more than %d levels deep", LA_JSON_DEPTH);
  switch (lua_type(L, idx)) {
    case LUA_TNIL: la_buf_puts(b, "null"); return;
    case LUA_TBOOLEAN: la_buf_puts(b, lua_toboolean(L, idx) ? "true" : "false"); return;
    case LUA_TNUMBER: put_number(L, b, idx); return;
    case LUA_TSTRING: {
      size_t n;
      const char *s = lua_tolstring(L, idx, &n);
      put_string(L, b, s, n);
      return;
    }
    case LUA_TTABLE: put_table(L, b, idx, depth); return;
    case LUA_TLIGHTUSERDATA:
      if (!lua_touserdata(L, idx)) {
        la_buf_puts(b, "null");
        return;
      }
      break;
    default: break;
  }
  const char *name = luaL_getmetafield(L, idx, "__name") ? lua_tostring(L, -1) : luaL_typename(L, idx);
  la_raise_exc(L, LA_EXC_ArgumentError, "Object of type %s is not JSON serializable", name);
}

int la_json_encode(lua_State *L) {
  lua_settop(L, 1);
  la_buf *b = la_buffer_new(L);
  put(L, b, 1, 0);
  return la_buffer_push(L, b);
}
