/* settle.c - objects of which nothing is left to write, and those that forget what they hold.
 *
 *   core.settle(objects, at, mapper, slot, …) -> the first object that was not settled
 *   core.expire(map, twin)                    -> the objects for which it takes more
 *
 * Objects are as in lua/lualchemy/orm/state.lua: [1] the state, [2] the identity, values from [3] on.
 */
#include "bind/instances.h"

#include "bind/raise.h"

bool la_is_raw_identity(lua_State *L) {
  size_t len;
  switch (lua_type(L, -1)) {
    case LUA_TNUMBER:
    case LUA_TBOOLEAN: return true;
    case LUA_TSTRING: return lua_tolstring(L, -1, &len)[0] != '\0';
    default: return false;
  }
}

/* What is looked up in states; from EXPIRED on: what an object has for itself alone. */
static const char *const state_fields[] = {"mapper",  "base",    "changed", "expired", "expired_attributes",
                                           "parents", "pending", "stream",  "extra",   "info"};

enum { OBJECTS = 1, MAPPER = 3, MAP = 5, SHARED, FRESH, NEW, CREATED, DIRTY, CHANGED };
enum {
  F_MAPPER = CHANGED + 1, /* the names of the fields */
  F_BASE,
  F_CHANGED,
  F_EXPIRED,
  LAST = F_MAPPER + sizeof state_fields / sizeof *state_fields, /* the changed state that was met last */
  LAST_BASE,
  OBJECT,
  STATE
};

/* Pushes the field of STATE whose name is at that index. */
static void push_field(lua_State *L, int name) {
  lua_pushvalue(L, name);
  lua_rawget(L, STATE);
}

/* Takes OBJECT out of the set, if there is one. */
static void take_out(lua_State *L, int set) {
  if (!lua_toboolean(L, set)) return;
  lua_pushvalue(L, OBJECT);
  lua_pushnil(L);
  lua_rawset(L, set);
}

/* Puts OBJECT into the set, if there is one. */
static void put_in(lua_State *L, int set) {
  if (!lua_toboolean(L, set)) return;
  lua_pushvalue(L, OBJECT);
  lua_pushboolean(L, true);
  lua_rawset(L, set);
}

/* The object and its raw identity (on the stack, popped) go into the identity map. */
static void identify(lua_State *L) {
  lua_pushvalue(L, -1);
  lua_rawseti(L, OBJECT, 2);
  lua_pushvalue(L, OBJECT);
  lua_rawset(L, MAP);
}

static bool settle_new(lua_State *L, int slot) {
  lua_rawgeti(L, OBJECT, slot);
  if (!la_is_raw_identity(L)) return false;
  identify(L);
  lua_pushvalue(L, SHARED);
  lua_rawseti(L, OBJECT, 1);
  take_out(L, NEW);
  put_in(L, CREATED);
  return true;
}

/* Has STATE, which is the object's own, nothing in it but what was changed? Pushes the shared one it came from. */
static bool is_bare(lua_State *L) {
  for (int name = F_EXPIRED; name < LAST; name++) {
    push_field(L, name);
    if (!lua_isnil(L, -1)) return false;
  }
  push_field(L, F_BASE);
  return lua_istable(L, -1);
}

/* Pushes the shared state that an object of the mapper with STATE goes back to, if it does. */
static bool push_base(lua_State *L) {
  if (lua_topointer(L, STATE) == lua_topointer(L, LAST)) return lua_pushvalue(L, LAST_BASE), true;
  push_field(L, F_MAPPER);
  if (!lua_rawequal(L, -1, MAPPER)) return false;
  push_field(L, F_CHANGED);
  if (!lua_toboolean(L, -1)) return is_bare(L);
  lua_pushvalue(L, STATE);
  lua_replace(L, LAST);
  push_field(L, F_BASE);
  lua_pushvalue(L, -1);
  lua_replace(L, LAST_BASE);
  return true;
}

/* A changed object goes back to the shared state it came from. */
static bool settle_changed(lua_State *L, int slot) {
  lua_rawgeti(L, OBJECT, slot);
  lua_rawgeti(L, OBJECT, 2);
  if (!lua_rawequal(L, -1, -2) || !la_is_raw_identity(L) || !push_base(L)) return false;
  lua_rawseti(L, OBJECT, 1);
  take_out(L, DIRTY);
  put_in(L, CHANGED);
  return true;
}

/* core.settle(objects, at, mapper, slot, map, shared, fresh, new, created, dirty, changed): the identity map, the
 * shared state and the state of new objects, session._new, transaction._new, session._dirty, transaction._dirty (new,
 * created and changed may be false: not to be noted there). Objects of the mapper that were flushed take their identity
 * from that slot and the shared state. */
static int settle(lua_State *L) {
  int at = (int)luaL_checkinteger(L, 2), slot = (int)luaL_checkinteger(L, 4);
  luaL_checktype(L, OBJECTS, LUA_TTABLE);
  for (int i = MAP; i <= CHANGED; i++)
    if (i != NEW && i != CREATED && i != CHANGED) luaL_checktype(L, i, LUA_TTABLE);
  lua_settop(L, CHANGED);
  luaL_checkstack(L, STATE + 16, "settle");
  for (int i = 0; i < LAST - F_MAPPER; i++) lua_pushstring(L, state_fields[i]);
  lua_settop(L, LAST_BASE);
  const void *fresh = lua_topointer(L, FRESH);
  for (;; at++) {
    lua_settop(L, OBJECT - 1);
    lua_rawgeti(L, OBJECTS, at);
    if (!lua_istable(L, OBJECT)) break;
    lua_rawgeti(L, OBJECT, 1);
    if (lua_topointer(L, STATE) == fresh) {
      if (!settle_new(L, slot)) break;
    } else if (!settle_changed(L, slot)) {
      break;
    }
  }
  lua_pushinteger(L, at);
  return 1;
}

enum { X_TWIN_OF = 2, X_REST, X_KEY, X_OBJECT, X_STATE, X_TWIN, X_LISTS };

/* What is known of the objects of X_STATE. */
typedef struct twin {
  bool there; /* X_TWIN is their state once they were forgotten */
  int width, nlists;
} twin;

/* Does the object at X_OBJECT hold a collection? */
static bool has_lists(lua_State *L, int n) {
  for (int i = 1; i <= n; i++) {
    lua_rawgeti(L, X_LISTS, i);
    lua_rawgeti(L, X_OBJECT, (int)lua_tointeger(L, -1));
    bool there = !lua_isnil(L, -1);
    lua_pop(L, 2);
    if (there) return true;
  }
  return false;
}

/* Asks for the twin of the state at the top of the stack. */
static void ask_twin(lua_State *L, twin *out) {
  lua_replace(L, X_STATE);
  lua_settop(L, X_STATE);
  lua_pushvalue(L, X_TWIN_OF);
  lua_pushvalue(L, X_STATE);
  lua_call(L, 1, 3);
  out->there = lua_istable(L, X_TWIN);
  out->width = (int)lua_tointeger(L, -1);
  lua_settop(L, X_LISTS);
  out->nlists = out->there ? (int)lua_rawlen(L, X_LISTS) : 0;
}

/* Forgets the values of the object at X_OBJECT if its state has a twin. */
static bool expire_one(lua_State *L, twin *known) {
  lua_rawgeti(L, X_OBJECT, 1);
  if (lua_topointer(L, -1) == lua_topointer(L, X_STATE))
    lua_settop(L, X_LISTS);
  else
    ask_twin(L, known);
  if (!known->there || (known->nlists && has_lists(L, known->nlists))) return false;
  for (int i = 3; i <= known->width; i++) {
    lua_pushnil(L);
    lua_rawseti(L, X_OBJECT, i);
  }
  lua_pushvalue(L, X_TWIN);
  lua_rawseti(L, X_OBJECT, 1);
  return true;
}

/* core.expire(map, twin) -> array of the objects for which it takes more; twin(state) -> the state of objects that were
 * forgotten and had that one (nil if they share none), the slots of their collections, their highest slot */
static int expire(lua_State *L) {
  twin known = {false, 0, 0};
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, X_TWIN_OF, LUA_TFUNCTION);
  lua_settop(L, X_TWIN_OF);
  lua_newtable(L);
  lua_settop(L, X_LISTS);
  int n = 0;
  for (;;) {
    lua_pushvalue(L, X_KEY);
    if (!lua_next(L, 1)) break;
    lua_replace(L, X_OBJECT);
    lua_replace(L, X_KEY);
    if (expire_one(L, &known)) continue;
    lua_pushvalue(L, X_OBJECT);
    lua_rawseti(L, X_REST, ++n);
  }
  lua_settop(L, X_REST);
  return 1;
}

void la_open_settle(lua_State *L, int core) {
  lua_pushcfunction(L, settle);
  lua_setfield(L, core, "settle");
  lua_pushcfunction(L, expire);
  lua_setfield(L, core, "expire");
}
