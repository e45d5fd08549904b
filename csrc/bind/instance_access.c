/* instance_access.c - reading and writing attributes of instances that have a value there.
 *
 *   core.slot_index(slots, other)            an __index: what is at slots[name], else other(object, name)
 *   core.slot_newindex(known, event, other)  a __newindex: notes the first change of a loaded column to which nobody
 *                                            listens, as column.set of lua/lualchemy/orm/attribute_column.lua does;
 *                                            else other(object, name, value)
 *     known: {[name] = slot} of such columns, known[1]: the event.epoch in which they are
 *   core.class_call(meta, state, n, slots, event, other)   a __call of classes: makes an object as core.maker's
 * function does, as long as event.epoch is what it is now, else other(class, …)
 *
 * Objects are as in lua/lualchemy/orm/state.lua: [1] the state, values by slot.
 */
#include "bind/instances.h"
#include "bind/meta.h"

#if LUA_VERSION_NUM >= 503

/* ---- reading ---- */

/* Upvalues: slots, other. */
static int slot_index(lua_State *L) {
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL) return la_index_other(L);
  int type = lua_rawget(L, 1);
  if (type == LUA_TNIL) return la_index_other(L);
  if (type == LUA_TLIGHTUSERDATA && !lua_touserdata(L, -1)) lua_pushnil(L);
  return 1;
}

static int new_slot_index(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  lua_pushcclosure(L, slot_index, 2);
  return 1;
}

/* ---- writing ---- */

static const char *const field_names[] = {"epoch", "changed_states", "session", "_transaction", "_dirty"};

enum { OBJECT = 1, NAME, VALUE, STATE, STATES, INTO, OLD, SESSION, DIRTY };                 /* stack */
enum { KNOWN = 1, EVENT, OTHER, EPOCH, CHANGED_STATES, SESSION_OF, TRANSACTION, DIRTY_OF }; /* upvalues */

/* Pushes the field of the table at idx whose name is that upvalue. */
static void push_field(lua_State *L, int idx, int name) {
  lua_pushvalue(L, lua_upvalueindex(name));
  lua_rawget(L, idx);
}

/* The slot of a column that is known, 0: none. */
static int known_slot(lua_State *L) {
  if (lua_type(L, NAME) != LUA_TSTRING) return 0;
  lua_pushvalue(L, NAME);
  lua_rawget(L, lua_upvalueindex(KNOWN));
  int slot = (int)lua_tointeger(L, -1);
  if (!slot) return 0;
  lua_rawgeti(L, lua_upvalueindex(KNOWN), 1);
  push_field(L, lua_upvalueindex(EVENT), EPOCH);
  return lua_rawequal(L, -1, -2) ? slot : 0;
}

/* Pushes what the change takes, from STATE on; false: it takes more. */
static bool push_change(lua_State *L, int slot) {
  lua_settop(L, VALUE);
  lua_rawgeti(L, OBJECT, 1);
  if (!lua_istable(L, STATE)) return false;
  push_field(L, STATE, CHANGED_STATES);
  if (!lua_istable(L, STATES)) return false;
  lua_rawgeti(L, STATES, slot);
  if (!lua_istable(L, INTO)) return false;
  lua_rawgeti(L, OBJECT, slot);
  if (lua_isnil(L, OLD)) return false;
  push_field(L, INTO, SESSION_OF);
  if (!lua_istable(L, SESSION)) return false;
  push_field(L, SESSION, DIRTY_OF);
  push_field(L, SESSION, TRANSACTION);
  return lua_istable(L, DIRTY) && lua_toboolean(L, -1);
}

static int changed(lua_State *L, int slot) {
  lua_pushvalue(L, OBJECT);
  lua_pushvalue(L, OLD);
  lua_rawset(L, DIRTY);
  lua_pushvalue(L, INTO);
  lua_rawseti(L, OBJECT, 1);
  if (lua_isnil(L, VALUE))
    lua_pushlightuserdata(L, NULL);
  else
    lua_pushvalue(L, VALUE);
  lua_rawseti(L, OBJECT, slot);
  return 0;
}

static int after_other(lua_State *L, int status, lua_KContext ctx) {
  (void)L, (void)status, (void)ctx;
  return 0;
}

static int slot_newindex(lua_State *L) {
  int slot = known_slot(L);
  if (slot && push_change(L, slot)) return changed(L, slot);
  lua_settop(L, VALUE);
  lua_pushvalue(L, lua_upvalueindex(OTHER));
  lua_insert(L, 1);
  lua_callk(L, VALUE, 0, 0, after_other);
  return 0;
}

static int new_slot_newindex(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  luaL_checktype(L, 3, LUA_TFUNCTION);
  lua_settop(L, 3);
  for (size_t i = 0; i < sizeof field_names / sizeof *field_names; i++) lua_pushstring(L, field_names[i]);
  lua_pushcclosure(L, slot_newindex, DIRTY_OF);
  return 1;
}

/* ---- making ---- */

enum { M_EVENT = 5, M_OTHER, M_EPOCH_NAME, M_EPOCH }; /* upvalues behind those of a maker */

static int after_call(lua_State *L, int status, lua_KContext ctx) {
  (void)status, (void)ctx;
  return lua_gettop(L);
}

static int class_call(lua_State *L) {
  int n = lua_gettop(L);
  if (n == 2) {
    push_field(L, lua_upvalueindex(M_EVENT), M_EPOCH_NAME);
    bool now = lua_rawequal(L, -1, lua_upvalueindex(M_EPOCH));
    lua_settop(L, 2);
    if (now && la_make_instance(L)) return 1;
    lua_settop(L, 2);
  }
  lua_pushvalue(L, lua_upvalueindex(M_OTHER));
  lua_insert(L, 1);
  lua_callk(L, n, LUA_MULTRET, 0, after_call);
  return lua_gettop(L);
}

static int new_class_call(lua_State *L) {
  lua_settop(L, M_OTHER);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 4, LUA_TTABLE);
  luaL_checktype(L, M_EVENT, LUA_TTABLE);
  luaL_checktype(L, M_OTHER, LUA_TFUNCTION);
  lua_pushstring(L, "epoch");
  lua_pushvalue(L, -1);
  lua_rawget(L, M_EVENT);
  lua_pushcclosure(L, class_call, M_EPOCH);
  return 1;
}

void la_open_instance_access(lua_State *L, int core) {
  lua_pushcfunction(L, new_class_call);
  lua_setfield(L, core, "class_call");
  lua_pushcfunction(L, new_slot_index);
  lua_setfield(L, core, "slot_index");
  lua_pushcfunction(L, new_slot_newindex);
  lua_setfield(L, core, "slot_newindex");
}

#else

void la_open_instance_access(lua_State *L, int core) { (void)L, (void)core; }

#endif
