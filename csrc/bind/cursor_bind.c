/* cursor_bind.c - parameters into a cursor: from tables of names, or from many tables at numbers.
 *
 *   cursor:bind(sets)
 *   cursor:bind_slots(rows, first, last, places)
 *     places: for each bind the number of its value in a row (nil there is NULL), or its name (nil there, or false
 *     here: the statement's own value), or {value}: the same for all rows
 */
#include <string.h>

#include "base/mem.h"
#include "bind/convert.h"
#include "bind/cursor.h"
#include "bind/expr.h"
#include "bind/foreign.h"
#include "bind/raise.h"

void la_exec_grow(lua_State *L, la_exec *c, size_t n) {
  if (!c->values) {
    c->values = c->few;
    c->cap = LA_EXEC_FEW;
  }
  if (c->nowned + n <= c->cap) return;
  size_t cap = c->cap * 2 > c->nowned + n ? c->cap * 2 : c->nowned + n;
  la_value *v = la_realloc(c->values == c->few ? NULL : c->values, cap * sizeof *v);
  if (!v) luaL_error(L, "out of memory");
  if (c->values == c->few) memcpy(v, c->few, c->nowned * sizeof *v);
  c->values = v;
  c->cap = cap;
}

void la_exec_add(lua_State *L, la_exec *c) {
  la_value *v = &c->values[c->nowned++];
  *v = LA_VALUE_NULL;
  la_to_value(L, -1, v);
}

/* The statement's node for bind i of the compiled one. */
static const la_node *own_node(lua_State *L, la_exec *c, uint32_t i) {
  int32_t at = c->stmt ? c->entry->bind_at[i] : -1;
  la_error e = LA_ERROR_INIT;
  if (at >= 0 && !c->stmt_binds && la_stmt_binds(&c->stmt_binds, &c->nstmt_binds, c->stmt, &e)) la_raise(L, &e);
  return at >= 0 && (uint32_t)at < c->nstmt_binds ? c->stmt_binds[at] : c->entry->compiled->binds[i].node;
}

void la_exec_own_value(lua_State *L, la_exec *c, uint32_t i, int group) {
  const la_bind *b = LA_AS(bind, own_node(L, c, i));
  const la_cbind *cb = &c->entry->compiled->binds[i];
  if (b->required && group >= 0)
    la_raise_exc(L, LA_EXC_InvalidRequestError, "A value is required for bind parameter '%s', in parameter group %d",
                 cb->name->s, group);
  if (b->required)
    la_raise_exc(L, LA_EXC_InvalidRequestError, "A value is required for bind parameter '%s'", cb->name->s);
  if (b->callable) {
    la_push_foreign(L, b->callable);
    lua_call(L, 0, 1);
  } else if (b->value.tag == LA_V_ABSENT) {
    lua_pushnil(L);
  } else {
    la_push_value(L, &b->value);
  }
}

/* Replaces the value on the stack by what info.bind[i] makes of it (element by element for a list). */
static void process_bind(lua_State *L, int processors, uint32_t i, bool expanding) {
  lua_rawgeti(L, processors, (int)i + 1);
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    return;
  }
  if (!expanding || !lua_istable(L, -2)) {
    lua_insert(L, -2);
    lua_call(L, 1, 1);
    return;
  }
  size_t n = lua_rawlen(L, -2);
  lua_createtable(L, (int)n, 0); /* list fn new */
  for (size_t k = 1; k <= n; k++) {
    lua_pushvalue(L, -2);
    lua_rawgeti(L, -4, (int)k);
    lua_call(L, 1, 1);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      lua_pushlightuserdata(L, NULL);
    }
    lua_rawseti(L, -2, (int)k);
  }
  lua_replace(L, -3);
  lua_pop(L, 1);
}

/* A list at the top of the stack as an array value; tuples within become arrays, too. */
static void list_to_value(lua_State *L, int depth, la_value *out) {
  int list = lua_gettop(L);
  la_check_list_depth(L, depth);
  uint32_t n = (uint32_t)lua_rawlen(L, list);
  la_array *a = la_array_new(n);
  if (!a) luaL_error(L, "out of memory");
  *out = (la_value){LA_V_ARRAY, 0, 0, {.a = a}};
  for (uint32_t i = 0; i < n; i++) {
    lua_rawgeti(L, list, (int)i + 1);
    if (lua_istable(L, -1) && !lua_getmetatable(L, -1))
      list_to_value(L, depth + 1, &a->v[i]);
    else {
      lua_settop(L, list + 1);
      la_to_value(L, -1, &a->v[i]);
    }
    lua_settop(L, list);
  }
}

/* The string on the stack as a value. */
static void text_to_value(lua_State *L, la_exec *c, la_value *v) {
  size_t len;
  const char *s = lua_tolstring(L, -1, &len);
  la_str *text = la_str_unhashed(c->many ? &c->texts : NULL, s, len);
  if (!text) luaL_error(L, "out of memory");
  *v = la_value_str(LA_V_TEXT, text);
}

/* Is the value on the stack a list, and no object of ours? */
static bool is_list(lua_State *L) {
  if (!lua_istable(L, -1)) return false;
  if (!luaL_getmetafield(L, -1, "__name")) return true;
  lua_pop(L, 1);
  return false;
}

/* What is no list, and not NULL, has no elements. */
static void check_list(lua_State *L, la_exec *c, uint32_t i, int type) {
  if (type == LUA_TNIL || type == LUA_TTABLE || type == LUA_TUSERDATA) return;
  if (type == LUA_TLIGHTUSERDATA && !lua_touserdata(L, -1)) return;
  la_raise_exc(L, LA_EXC_ArgumentError, "The value of an expanding bind parameter must be a list; '%s' got a %s",
               c->entry->compiled->binds[i].name->s, lua_typename(L, type));
}

/* Is the table on the stack an array of a program's own: no object, and nothing in it by name? */
static bool is_plain_list(lua_State *L) {
  if (lua_getmetatable(L, -1)) {
    lua_pop(L, 1);
    return false;
  }
  if (lua_rawlen(L, -1)) return true;
  lua_pushnil(L);
  if (!lua_next(L, -2)) return true;
  lua_pop(L, 2);
  return false;
}

/* Puts its text in the place of a range on the stack, whose type nothing told; anything else stays. */
static int spell_range(lua_State *L) {
  if (luaL_getmetafield(L, -1, "__sa_type_engine__")) {
    lua_pop(L, 1);
    if (luaL_callmeta(L, -1, "__tostring")) lua_replace(L, -2);
  }
  return lua_type(L, -1);
}

/* The value on the stack (popped), of that type, becomes values[at]. */
static void store_value(lua_State *L, la_exec *c, size_t at, uint32_t i, int type) {
  la_error e = LA_ERROR_INIT;
  la_value *v = &c->values[at];
  *v = LA_VALUE_NULL;
  c->nowned = at + 1;
  if (c->entry->compiled->binds[i].flags & LA_BF_EXPANDING) check_list(L, c, i, type);
  if (type == LUA_TTABLE) type = spell_range(L);
  if (type == LUA_TSTRING)
    text_to_value(L, c, v);
  else if (type == LUA_TTABLE && (c->entry->compiled->binds[i].flags & LA_BF_EXPANDING ? is_list(L) : is_plain_list(L)))
    list_to_value(L, 1, v);
  else
    la_to_value(L, -1, v);
  lua_pop(L, 1);
  if (la_codec_encode(c->recipe->codec, i, v, &e)) la_raise(L, &e);
}

void la_exec_store(lua_State *L, la_exec *c, size_t base, uint32_t i, int processors) {
  int type = lua_type(L, -1);
  if (type == LUA_TLIGHTUSERDATA && !lua_touserdata(L, -1)) {
    lua_pop(L, 1);
    lua_pushnil(L);
  }
  if (processors) {
    process_bind(L, processors, i, c->entry->compiled->binds[i].flags & LA_BF_EXPANDING);
    type = lua_type(L, -1);
  }
  store_value(L, c, base + i, i, type);
}

enum { MANY = 8 }; /* as many sets pay for an arena */

/* ---- sets by name ---- */

/* Pushes the table that the reference is to, or nil; its place on the stack, or 0. */
static int push_table(lua_State *L, int ref) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, ref);
  return ref == LUA_NOREF ? 0 : lua_gettop(L);
}

/* Adds the set on top of the stack (popped; nil: what the statement itself gives). */
static void add_set(lua_State *L, la_exec *c, int names, int processors, int group) {
  int set = lua_gettop(L);
  bool given = lua_istable(L, set);
  uint32_t n = c->entry->compiled->nbinds;
  size_t base = c->nsets * n;
  for (uint32_t i = 0; i < n; i++) {
    if (given) {
      lua_rawgeti(L, names, (int)i + 1);
      lua_rawget(L, set);
    }
    if (!given || lua_isnil(L, -1)) {
      lua_settop(L, set);
      la_exec_own_value(L, c, i, group);
    }
    la_exec_store(L, c, base, i, processors);
  }
  lua_settop(L, set - 1);
  c->nsets++;
}

/* One text serves all sets. */
static void check_one_text(lua_State *L, const la_compiled *k) {
  for (uint32_t i = 0; i < k->nbinds; i++)
    if (k->binds[i].flags & (LA_BF_EXPANDING | LA_BF_LITERAL_EXECUTE))
      la_raise_exc(L, LA_EXC_InvalidRequestError,
                   "'literal_execute' or 'expanding' parameters can't be used with executemany()");
}

/* cursor:bind(sets): adds sets of parameters, each a table of names; without one what the statement itself gives */
int la_exec_bind(lua_State *L) {
  la_exec *c = la_exec_check(L, 1);
  lua_settop(L, 2);
  size_t nsets = lua_istable(L, 2) ? lua_rawlen(L, 2) : 0;
  c->many = nsets > MANY;
  if (nsets > 1) check_one_text(L, c->entry->compiled);
  int names = push_table(L, c->recipe->names), processors = push_table(L, c->recipe->bind);
  la_exec_grow(L, c, (nsets ? nsets : 1) * c->entry->compiled->nbinds);
  for (size_t s = 1; s <= nsets; s++) {
    lua_rawgeti(L, 2, (int)s);
    luaL_checktype(L, -1, LUA_TTABLE);
    add_set(L, c, names, processors, nsets > 1 ? (int)s - 1 : -1);
  }
  if (nsets) return 0;
  lua_pushnil(L);
  add_set(L, c, names, processors, -1);
  return 0;
}

/* ---- a set that asks nobody ---- */

/* *out = what the statement itself gives to bind i, if no function and no error comes of it. */
static bool own_plain(lua_State *L, la_exec *c, uint32_t i, la_value *out) {
  const la_bind *b = LA_AS(bind, own_node(L, c, i));
  if (b->required || b->callable || b->value.tag == LA_V_ABSENT || b->value.tag > LA_V_TEXT) return false;
  la_value_copy(out, &b->value);
  return true;
}

/* The value on the stack (popped) becomes *out, if it is NULL, a boolean, a number or a string. */
static bool given_plain(lua_State *L, la_exec *c, la_value *out) {
  int type = lua_type(L, -1);
  bool null = type == LUA_TLIGHTUSERDATA && !lua_touserdata(L, -1);
  if (type == LUA_TSTRING)
    text_to_value(L, c, out);
  else if (type == LUA_TNUMBER || type == LUA_TBOOLEAN)
    la_to_value(L, -1, out);
  lua_pop(L, 1);
  return null || type == LUA_TSTRING || type == LUA_TNUMBER || type == LUA_TBOOLEAN;
}

/* Pushes what the set has for bind i, unless that is nothing. */
static bool push_given(lua_State *L, int set, int names, uint32_t i) {
  if (!set) return false;
  lua_rawgeti(L, names, (int)i + 1);
  lua_rawget(L, set);
  if (!lua_isnil(L, -1)) return true;
  lua_pop(L, 1);
  return false;
}

bool la_exec_bind_plain(lua_State *L, la_exec *c, int set) {
  uint32_t n = c->entry->compiled->nbinds;
  la_error e = LA_ERROR_INIT;
  if (c->recipe->bind != LUA_NOREF || c->recipe->computed) return false;
  int top = lua_gettop(L), names = push_table(L, c->recipe->names);
  la_exec_grow(L, c, n);
  for (uint32_t i = 0; i < n; i++) {
    la_value *v = &c->values[i];
    *v = LA_VALUE_NULL;
    c->nowned = i + 1;
    bool listed = c->entry->compiled->binds[i].flags & LA_BF_EXPANDING;
    bool plain = push_given(L, set, names, i) ? given_plain(L, c, v) && !listed : own_plain(L, c, i, v);
    if (!plain || la_codec_encode(c->recipe->codec, i, v, &e)) {
      la_error_clear(&e);
      la_exec_unbind(c);
      lua_settop(L, top);
      return false;
    }
  }
  lua_settop(L, top);
  c->nsets = 1;
  return true;
}

/* ---- rows of slots ---- */

/* Where bind i finds its value: at a number, under the name at stack NAMES, or (0) in the statement. */
enum { ROWS = 2, PLACES = 5, PROCESSORS, SLOTS, ROW };
enum { NAMED = -1, CONSTANT = -2 }; /* in the place of a slot */

void la_read_slots(lua_State *L, int idx, int *out, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    lua_rawgeti(L, idx, (int)i + 1);
    int type = lua_type(L, -1);
    out[i] = type == LUA_TSTRING ? NAMED : type == LUA_TTABLE ? CONSTANT : (int)lua_tointeger(L, -1);
    lua_pop(L, 1);
  }
}

/* Pushes what the row at stack ROW has for bind i, else what the statement itself gives it. */
static void push_value(lua_State *L, la_exec *c, int slot, uint32_t i, bool many) {
  if (slot > 0) {
    lua_rawgeti(L, ROW, slot);
  } else if (slot == NAMED) {
    lua_rawgeti(L, PLACES, (int)i + 1);
    lua_rawget(L, ROW);
  } else if (slot == CONSTANT) {
    lua_rawgeti(L, PLACES, (int)i + 1);
    lua_rawgeti(L, -1, 1);
    lua_remove(L, -2);
    return;
  }
  if (slot && !lua_isnil(L, -1)) return;
  if (slot > 0) return;
  if (slot) lua_pop(L, 1);
  la_exec_own_value(L, c, i, many ? (int)c->nsets : -1);
}

int la_exec_bind_slots(lua_State *L) {
  la_exec *c = la_exec_check(L, 1);
  luaL_checktype(L, ROWS, LUA_TTABLE);
  luaL_checktype(L, PLACES, LUA_TTABLE);
  int first = (int)luaL_checkinteger(L, 3), last = (int)luaL_checkinteger(L, 4);
  uint32_t n = c->entry->compiled->nbinds;
  lua_settop(L, PLACES);
  int processors = push_table(L, c->recipe->bind);
  int *slots = lua_newuserdatauv(L, (n + 1) * sizeof *slots, 0);
  la_read_slots(L, PLACES, slots, n);
  c->many = last - first > MANY;
  if (last >= first) la_exec_grow(L, c, (size_t)(last - first + 1) * n);
  for (int at = first; at <= last; at++) {
    lua_rawgeti(L, ROWS, at);
    luaL_checktype(L, ROW, LUA_TTABLE);
    size_t base = c->nsets * n;
    for (uint32_t i = 0; i < n; i++) {
      push_value(L, c, slots[i], i, last > first);
      la_exec_store(L, c, base, i, processors);
    }
    c->nsets++;
    lua_settop(L, SLOTS);
  }
  return 0;
}
