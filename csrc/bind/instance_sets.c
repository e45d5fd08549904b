/* instance_sets.c - sets and lists of the objects of a flush.
 *
 *   core.members(set)              -> array, "numbers" | "gaps" | nil
 *   core.identified(set)           -> array, whether it is in the order of identities, the mapper of all
 *   core.enlist(list, at, state, pending, set, n) -> the first object of another state, the last number
 *   core.keyed(list, at, mapper, slot, map)       -> the first object that is of another mapper, or asks for more
 *   core.numbered_set(n)           -> an empty table for n numbers of objects
 *   core.in_order(list, numbers), core.by_identity(list), core.same_mapper(list, mapper), core.without_identity(list)
 *
 * Objects are as in lua/lualchemy/orm/state.lua: [1] the state, [2] the identity.
 */
#include <string.h>

#include "bind/convert.h"
#include "bind/instances.h"
#include "bind/raise.h"

/* core.members(set) -> array, "numbers" | "gaps" | nil. Where the values of the set are numbers that follow one
 * another, the array is in their order; with gaps between them it is in none. */
static int members(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_Integer low = 0, high = 0, n = 0, v;
  bool numbers = false;
  for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
    n++;
    if (lua_type(L, -1) != LUA_TNUMBER) continue;
    v = lua_tointeger(L, -1);
    low = numbers && low < v ? low : v;
    high = numbers && high > v ? high : v;
    numbers = true;
  }
  bool follow = numbers && high - low + 1 == n;
  lua_createtable(L, (int)n, 0);
  lua_Integer at = 0;
  for (lua_pushnil(L); lua_next(L, 1);) {
    at = follow ? lua_tointeger(L, -1) - low + 1 : at + 1;
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, (int)at);
  }
  if (!numbers) return 1;
  lua_pushstring(L, follow ? "numbers" : "gaps");
  return 2;
}

/* core.in_order(list, numbers): are the objects in the order of their numbers? */
static int in_order(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_Integer last = 0;
  int n = (int)lua_rawlen(L, 1);
  for (int i = 1; i <= n; i++) {
    lua_rawgeti(L, 1, i);
    lua_rawget(L, 2);
    lua_Integer v = lua_tointeger(L, -1);
    lua_pop(L, 1);
    if (v < last) return lua_pushboolean(L, false), 1;
    last = v;
  }
  return lua_pushboolean(L, true), 1;
}

typedef struct place {
  uint64_t key; /* in the order of whole numbers */
  int at;
} place;

/* Sorts by one byte of the keys, from v to out. */
static void sort_by_byte(place *out, const place *v, int n, int shift) {
  int begin[257] = {0};
  for (int i = 0; i < n; i++) begin[(v[i].key >> shift & 255) + 1]++;
  for (int i = 0; i < 256; i++) begin[i + 1] += begin[i];
  for (int i = 0; i < n; i++) out[begin[v[i].key >> shift & 255]++] = v[i];
}

/* Sorts n places, with room for as many more behind them; where the result lies. */
static place *sort_places(place *v, int n) {
  place *spare = v + n;
  uint64_t differ = 0;
  for (int i = 0; i < n; i++) differ |= v[i].key ^ v[0].key;
  for (int shift = 0; shift < 64; shift += 8) {
    if (!(differ >> shift & 255)) continue;
    sort_by_byte(spare, v, n, shift);
    place *sorted = spare;
    spare = v;
    v = sorted;
  }
  return v;
}

/* Notes the identity of the object on the stack, the one at that place; false: it is no whole number. */
static bool note_identity(lua_State *L, place *out, int at) {
  lua_rawgeti(L, -1, 2);
  bool whole = la_isinteger(L, -1);
  if (whole) *out = (place){(uint64_t)(int64_t)lua_tointeger(L, -1) ^ (uint64_t)1 << 63, at};
  lua_pop(L, 1);
  return whole;
}

/* Pushes the n objects of the list at that index in the order of their identities. */
static void push_sorted(lua_State *L, int list, place *places, int n) {
  places = sort_places(places, n);
  lua_createtable(L, n, 0);
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, list, places[i].at);
    lua_rawseti(L, -2, i + 1);
  }
}

/* core.by_identity(list) -> array of the objects by their identities, or nothing if one of these is no whole number */
static int by_identity(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  int n = (int)lua_rawlen(L, 1);
  place *places = lua_newuserdatauv(L, ((size_t)n * 2 + 1) * sizeof *places, 0);
  for (int i = 0; i < n; i++) {
    lua_rawgeti(L, 1, i + 1);
    if (!note_identity(L, &places[i], i + 1)) return 0;
    lua_pop(L, 1);
  }
  push_sorted(L, 1, places, n);
  return 1;
}

enum { D_SET = 1, D_LIST, D_PLACES, D_MAPPER, D_STATE, D_OBJECT };

/* The places at D_PLACES, twice as many. */
static place *grow_places(lua_State *L, const place *old, int *cap) {
  size_t size = (size_t)*cap * sizeof *old;
  place *grown = lua_newuserdatauv(L, size * 2, 0);
  memcpy(grown, old, size);
  lua_replace(L, D_PLACES);
  *cap *= 2;
  return grown;
}

/* Is the object at D_OBJECT of the mapper at D_MAPPER, that of the first? */
static bool is_of_first(lua_State *L, int n) {
  lua_rawgeti(L, D_OBJECT, 1);
  bool same = n && lua_topointer(L, -1) == lua_topointer(L, D_STATE);
  if (!same) {
    lua_replace(L, D_STATE);
    if (!n) {
      lua_getfield(L, D_STATE, "mapper");
      lua_replace(L, D_MAPPER);
    }
    same = la_is_of_mapper(L, D_STATE, D_MAPPER);
  }
  lua_settop(L, D_OBJECT);
  return same;
}

/* core.identified(set) -> array of its objects, which have identities, whether it is in the order of these (it is not
 * if one is no whole number), the mapper of all (nil: there are several) */
static int identified(lua_State *L) {
  int cap = 64, n = 0; /* half of the places are for the sorting */
  luaL_checktype(L, D_SET, LUA_TTABLE);
  lua_settop(L, D_SET);
  lua_newtable(L);
  place *places = lua_newuserdatauv(L, (size_t)cap * sizeof *places, 0);
  lua_settop(L, D_STATE);
  bool whole = true, same = true;
  for (lua_pushnil(L); lua_next(L, D_SET); n++) {
    lua_settop(L, D_OBJECT);
    if (n * 2 == cap) places = grow_places(L, places, &cap);
    whole = whole && note_identity(L, &places[n], n + 1);
    same = same && is_of_first(L, n);
    lua_pushvalue(L, D_OBJECT);
    lua_rawseti(L, D_LIST, n + 1);
  }
  if (whole)
    push_sorted(L, D_LIST, places, n);
  else
    lua_pushvalue(L, D_LIST);
  lua_pushboolean(L, whole);
  if (same)
    lua_pushvalue(L, D_MAPPER);
  else
    lua_pushnil(L);
  return 3;
}

/* core.same_mapper(list, mapper): are all of that very mapper? */
static int same_mapper(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 3); /* 3: the last state */
  bool same = true;
  int n = (int)lua_rawlen(L, 1);
  for (int i = 1; same && i <= n; i++) {
    lua_rawgeti(L, 1, i);
    lua_rawgeti(L, -1, 1);
    same = lua_rawequal(L, -1, 3) || la_is_of_mapper(L, 5, 2);
    lua_replace(L, 3);
    lua_settop(L, 3);
  }
  return lua_pushboolean(L, same), 1;
}

/* core.without_identity(list): how many have no identity. */
static int without_identity(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  int n = (int)lua_rawlen(L, 1), out = 0;
  for (int i = 1; i <= n; i++) {
    lua_rawgeti(L, 1, i);
    lua_rawgeti(L, -1, 2);
    out += lua_isnil(L, -1);
    lua_pop(L, 2);
  }
  lua_pushinteger(L, out);
  return 1;
}

enum { E_LIST = 1, E_STATE = 3, E_PENDING, E_SET, E_N, E_OBJECT };

/* core.enlist(list, at, state, pending, set, n): objects with that state get the other one, and numbers behind n in the
 * set. */
static int enlist(lua_State *L) {
  luaL_checktype(L, E_LIST, LUA_TTABLE);
  luaL_checktype(L, E_STATE, LUA_TTABLE);
  luaL_checktype(L, E_PENDING, LUA_TTABLE);
  luaL_checktype(L, E_SET, LUA_TTABLE);
  int at = (int)luaL_checkinteger(L, 2);
  lua_Integer n = luaL_checkinteger(L, E_N);
  const void *of = lua_topointer(L, E_STATE);
  for (lua_settop(L, E_N);; at++) {
    lua_rawgeti(L, E_LIST, at);
    if (!lua_istable(L, E_OBJECT)) break;
    lua_rawgeti(L, E_OBJECT, 1);
    if (lua_topointer(L, -1) != of) break;
    lua_pushvalue(L, E_PENDING);
    lua_rawseti(L, E_OBJECT, 1);
    lua_pop(L, 1);
    lua_pushinteger(L, ++n);
    lua_rawset(L, E_SET);
  }
  lua_pushinteger(L, at);
  lua_pushinteger(L, n);
  return 2;
}

static int numbered_set(lua_State *L) {
  lua_createtable(L, 0, (int)luaL_checkinteger(L, 1));
  return 1;
}

enum { K_LIST = 1, K_MAPPER = 3, K_MAP = 5, K_LAST, K_OBJECT, K_STATE };

/* May the key of the object at K_OBJECT be one of the map's? */
static bool may_be_known(lua_State *L, int slot) {
  lua_rawgeti(L, K_OBJECT, slot);
  if (lua_isnil(L, -1)) return false;
  if (!la_is_raw_identity(L)) return true;
  lua_rawget(L, K_MAP);
  return !lua_isnil(L, -1);
}

/* core.keyed(list, at, mapper, slot, map): the keys of objects of the mapper are at that slot; of those of which the
 * map (false: an empty one) has none, nothing more is to be asked. */
static int keyed(lua_State *L) {
  luaL_checktype(L, K_LIST, LUA_TTABLE);
  int at = (int)luaL_checkinteger(L, 2), slot = (int)luaL_checkinteger(L, 4);
  bool any = lua_istable(L, K_MAP);
  lua_settop(L, K_LAST);
  for (;; at++) {
    lua_settop(L, K_LAST);
    lua_rawgeti(L, K_LIST, at);
    if (!lua_istable(L, K_OBJECT)) break;
    lua_rawgeti(L, K_OBJECT, 1);
    if (lua_topointer(L, K_STATE) != lua_topointer(L, K_LAST)) {
      if (!la_is_of_mapper(L, K_STATE, K_MAPPER)) break;
      lua_pushvalue(L, K_STATE);
      lua_replace(L, K_LAST);
    }
    if (any && may_be_known(L, slot)) break;
  }
  lua_pushinteger(L, at);
  return 1;
}

void la_open_instance_sets(lua_State *L, int core) {
  static const luaL_Reg functions[] = {{"members", members},
                                       {"enlist", enlist},
                                       {"keyed", keyed},
                                       {"numbered_set", numbered_set},
                                       {"in_order", in_order},
                                       {"by_identity", by_identity},
                                       {"identified", identified},
                                       {"same_mapper", same_mapper},
                                       {"without_identity", without_identity},
                                       {NULL, NULL}};
  lua_pushvalue(L, core);
  luaL_setfuncs(L, functions, 0);
}
