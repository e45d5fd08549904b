/* type_value.c - the core's conversions of single values (engine/convert.h), for Lua:
 *
 *   core.type_converts(type, dialect, object)      what it does at all: sending, reading
 *   core.type_encode(type, dialect, object, value) as it is sent
 *   core.type_decode(type, dialect, object, value) as it is read
 */
#include "bind/compile.h"
#include "bind/convert.h"
#include "bind/host.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "bind/type.h"
#include "bind/values.h"
#include "compile/type.h"
#include "engine/convert.h"

/* The conversion of the type at 1 on the dialect at 2 (3: as Lua knows it); what it borrows is kept on the stack. */
static la_convert conversion(lua_State *L) {
  la_node *n = la_to_node(L, 1);
  if (!la_is(n, LA_K_TYPE)) la_raise_arg(L, "type_encode", "type", 1, "a type");
  la_dialect_inst *d = la_check_dialect(L, 2);
  la_lua_host host;
  la_error e = LA_ERROR_INIT;
  la_convert c;
  la_host_init(&host, L, 3, la_host_known_of(L));
  la_node **slot = la_new_slot(L);
  if (la_type_impl(slot, n, d, &host.host, &e)) la_host_raise(&host, &e);
  la_convert_for(&c, *slot, d);
  return c;
}

static int type_converts(lua_State *L) {
  la_convert c = conversion(L);
  lua_pushboolean(L, c.encode != LA_ENC_NONE);
  lua_pushboolean(L, c.decode != LA_DEC_NONE);
  return 2;
}

/* Pushes the value at 4 as one that an error cannot leak. */
static la_value *push_value(lua_State *L) {
  la_value *v = la_vclass_push(L, LA_V_ARRAY);
  la_to_value(L, 4, v);
  return v;
}

static int type_encode(lua_State *L) {
  lua_settop(L, 4);
  la_convert c = conversion(L);
  la_value *v = push_value(L);
  la_error e = LA_ERROR_INIT;
  if (la_convert_in(v, &c, &e)) return la_raise(L, &e);
  la_push_value(L, v);
  return 1;
}

static int type_decode(lua_State *L) {
  lua_settop(L, 4);
  la_convert c = conversion(L);
  la_value *v = push_value(L), *out = la_vclass_push(L, LA_V_ARRAY);
  la_cell cell = la_cell_of(v);
  la_error e = LA_ERROR_INIT;
  if (c.decode == LA_DEC_NONE || v->tag == LA_V_NULL) {
    lua_pushvalue(L, 4);
    return 1;
  }
  if (la_convert_out(out, &cell, &c, &e)) return la_raise(L, &e);
  la_push_value(L, out);
  return 1;
}

void la_open_type_value(lua_State *L, int core) {
  static const luaL_Reg functions[] = {
      {"type_converts", type_converts}, {"type_encode", type_encode}, {"type_decode", type_decode}, {NULL, NULL}};
  for (const luaL_Reg *f = functions; f->name; f++) {
    lua_pushcfunction(L, f->func);
    lua_setfield(L, core, f->name);
  }
}
