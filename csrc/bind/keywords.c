/* keywords.c - arguments by name. */
#include "bind/keywords.h"

#include <string.h>

#include "bind/expr.h"
#include "bind/raise.h"

/* ---- names ---- */

/* The place of a word among words with a space between, from 1; 0: it is none of them. */
static int place_of(const char *names, const char *word, size_t len) {
  for (int place = 1;; place++) {
    size_t n = strcspn(names, " ");
    if (n == len && !memcmp(names, word, n)) return place;
    if (!names[n]) return 0;
    names += n + 1;
  }
}

static int count_of(const char *names) {
  int n = 1;
  for (; *names; names++) n += *names == ' ';
  return n;
}

/* The object of a method is no argument that anybody names. */
static const char *without_self(const char *names) { return strncmp(names, "self ", 5) ? names : names + 5; }

/* ---- places ---- */

/* The last place that is named in the table on top; 0: not all of its keys are names of places from that of the table
 * on. */
static int last_place(lua_State *L, const char *names, int top) {
  int last = 0;
  for (lua_pushnil(L); lua_next(L, top); lua_pop(L, 1)) {
    size_t len;
    const char *key = lua_tolstring(L, -2, &len);
    int place = place_of(names, key, len);
    if (place < top) {
      lua_settop(L, top);
      return 0;
    }
    if (place > last) last = place;
  }
  return last;
}

/* Puts the values of the table on top in their places, up to the last one, and the table away. */
static void put_in_places(lua_State *L, const char *names, int top, int last) {
  luaL_checkstack(L, last, "keywords");
  for (int place = 1; place <= last; place++) {
    size_t n = strcspn(names, " ");
    if (place >= top) {
      lua_pushlstring(L, names, n);
      lua_gettable(L, top);
    }
    names += n + 1;
  }
  lua_remove(L, top);
}

void la_place_keywords(lua_State *L, const char *names) {
  int top = lua_gettop(L);
  if (!top || lua_type(L, top) != LUA_TTABLE || !la_is_options(L, top)) return;
  int last = last_place(L, names, top);
  if (last) put_in_places(L, names, top, last);
}

/* ---- the same, or an error ---- */

static void refuse_unknown(lua_State *L, const char *function, const char *names, const char *key) {
  const char *accepted = luaL_gsub(L, without_self(names), " ", ", ");
  la_raise_exc(L, LA_EXC_ArgumentError, "%s() got an unexpected keyword argument '%s'; accepted: %s", function, key,
               accepted);
}

/* Raises for the key of the table on top that has no free place. */
static void refuse(lua_State *L, const char *function, const char *names, int top) {
  for (lua_pushnil(L); lua_next(L, top); lua_pop(L, 1)) {
    size_t len;
    const char *key = lua_tolstring(L, -2, &len);
    int place = place_of(names, key, len);
    if (!place) refuse_unknown(L, function, names, key);
    if (place < top) la_raise_exc(L, LA_EXC_ArgumentError, "%s() got multiple values for argument '%s'", function, key);
  }
}

/* Is the last argument a table of keywords? An empty one is, where it cannot be the only argument. */
static bool has_keywords(lua_State *L, const char *names, int top) {
  if (!top || lua_type(L, top) != LUA_TTABLE) return false;
  return la_is_options(L, top) || (top > (without_self(names) == names ? 1 : 2) && la_is_empty(L, top));
}

void la_take_keywords(lua_State *L, const char *function, const char *names) {
  int count = count_of(names), top = lua_gettop(L), self = without_self(names) != names;
  bool keywords = has_keywords(L, names, top);
  if (top - keywords > count)
    la_raise_exc(L, LA_EXC_ArgumentError, "%s() takes at most %d arguments, got %d", function, count - self,
                 top - keywords - self);
  if (keywords) {
    int last = la_is_empty(L, top) ? top : last_place(L, names, top);
    if (!last) refuse(L, function, names, top);
    put_in_places(L, names, top, last);
  }
  lua_settop(L, count);
}

/* ---- for Lua ---- */

/* place_keywords(names, …): the arguments, those that the last one names in their places */
static int place_keywords(lua_State *L) {
  const char *names = luaL_checkstring(L, 1); /* its string stays: a constant of the caller */
  lua_remove(L, 1);
  la_place_keywords(L, names);
  return lua_gettop(L);
}

/* take_keywords(function, names, …): the same, as many as there are names; raises for other names */
static int take_keywords(lua_State *L) {
  const char *function = luaL_checkstring(L, 1), *names = luaL_checkstring(L, 2); /* stay, too */
  lua_remove(L, 1);
  lua_remove(L, 1);
  la_take_keywords(L, function, names);
  return lua_gettop(L);
}

/* is_keywords(x): is it a plain table whose keys are all strings? */
static int is_keywords(lua_State *L) {
  lua_pushboolean(L, la_is_keywords(L, 1));
  return 1;
}

void la_open_keywords(lua_State *L, int core) {
  static const luaL_Reg functions[] = {
      {"place_keywords", place_keywords}, {"take_keywords", take_keywords}, {"is_keywords", is_keywords}, {NULL, NULL}};
  for (const luaL_Reg *f = functions; f->name; f++) {
    lua_pushcfunction(L, f->func);
    lua_setfield(L, core, f->name);
  }
}
