/* type.c - the list of types for Lua:
 *
 *   core.types      [id] = {id = "STRING", class = "String", visit =, dialect =, parent = id, second = id}
 *   core.type_bits  keyword -> its bit in the field `bits`
 *   core.type(id)   the instance with default arguments
 *   core.type_isa(type, id), core.type_affinity(type) -> id
 *   core.type_compared(type, value)  the type that a value takes beside an expression of that type
 *   core.type_impl(type, dialect, object)  what it is on the dialect; object: the dialect for users' functions
 *   core.json_path(value), core.list_path(value)  a key, an index or an array of them as $."key"[1], {key, 1}
 *   core.array_value(array)  the array, nested ones too, as one value for the database
 */
#include "bind/type.h"

#include "bind/buffer.h"
#include "bind/compile.h"
#include "bind/convert.h"
#include "bind/expr.h"
#include "bind/host.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "bind/values.h"
#include "compile/type_literal.h"
#include "sql/expr.h"
#include "sql/type.h"

static la_type_id check_id(lua_State *L, int idx, const char *function) {
  lua_Integer id = lua_isnumber(L, idx) ? lua_tointeger(L, idx) : 0;
  if (id < 1 || id >= LA_T_COUNT) la_raise_arg(L, function, "id", idx, "a number of core.types");
  return (la_type_id)id;
}

static int type_default(lua_State *L) {
  la_push_node_ref(L, la_type_simple(check_id(L, 1, "type")));
  return 1;
}

static int type_isa(lua_State *L) {
  lua_pushboolean(L, la_type_isa(la_test_node(L, 1), check_id(L, 2, "type_isa")));
  return 1;
}

static int type_affinity(lua_State *L) {
  la_node *n = la_test_node(L, 1);
  if (!la_is(n, LA_K_TYPE)) return la_raise_arg(L, "type_affinity", "type", 1, "a type");
  lua_pushinteger(L, la_type_affinity(n));
  return 1;
}

static int type_compared(lua_State *L) {
  la_node *n = la_to_node(L, 1);
  if (!la_is(n, LA_K_TYPE)) return la_raise_arg(L, "coerce_compared_value", "self", 1, "a type");
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 2);
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  la_to_operand(L, 2, &s->a);
  bool value = !s->a.node && s->a.value.tag != LA_V_NULL;
  la_check(L, la_type_compared(slot, n, value ? &s->a.value : NULL, &e), &e);
  la_end_scratch(s);
  lua_settop(L, 3);
  return 1;
}

static int type_impl(lua_State *L) {
  la_node *n = la_to_node(L, 1);
  if (!la_is(n, LA_K_TYPE)) return la_raise_arg(L, "type_impl", "type", 1, "a type");
  la_dialect_inst *d = la_check_dialect(L, 2);
  la_lua_host h;
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 3);
  la_host_init(&h, L, 3, la_host_known_of(L));
  la_node **slot = la_new_slot(L);
  if (la_type_impl(slot, n, d, &h.host, &e)) return la_host_raise(&h, &e);
  return 1;
}

static void set_str(lua_State *L, const char *field, const char *value) {
  lua_pushstring(L, value);
  lua_setfield(L, -2, field);
}

static void set_id(lua_State *L, const char *field, la_type_id id) {
  if (id <= LA_T_NONE) return;
  lua_pushinteger(L, id);
  lua_setfield(L, -2, field);
}

static void push_types(lua_State *L) {
  static const char *const names[] = {
      "NONE",
#define TYPE(ID, cls, visit, dialect, parent, second) #ID,
#include "sql/types.def"
#undef TYPE
  };
  lua_createtable(L, LA_T_COUNT, 0);
  for (int i = 1; i < LA_T_COUNT; i++) {
    const la_type_info *info = la_type_info_of((la_type_id)i);
    lua_createtable(L, 0, 6);
    set_str(L, "id", names[i]);
    set_str(L, "class", info->cls);
    set_str(L, "visit", info->visit);
    set_str(L, "dialect", info->dialect);
    set_id(L, "parent", info->parent);
    set_id(L, "second", info->second);
    lua_rawseti(L, -2, i);
  }
}

static void push_bits(lua_State *L) {
  lua_createtable(L, 0, LA_TBN_COUNT);
  for (int i = 0; i < LA_TBN_COUNT; i++) {
    lua_pushinteger(L, (lua_Integer)1 << i);
    lua_setfield(L, -2, la_type_bit_name(i));
  }
}

/* Pushes a buffer, and the value of the first argument, both of which an error cannot leak. */
static la_buf *take_path(lua_State *L, la_value **v) {
  la_buf *b = la_buffer_new(L);
  *v = la_vclass_push(L, LA_V_ARRAY);
  if (lua_istable(L, 1))
    la_to_array(L, 1, false, *v);
  else
    la_to_value(L, 1, *v);
  return b;
}

/* json_path(path, dialect) */
static int json_path(lua_State *L) {
  la_value *v;
  la_dialect_inst *d = la_check_dialect(L, 2);
  la_buf *b = take_path(L, &v);
  if (!la_json_path(b, v, d))
    return la_raise_exc(L, LA_EXC_ArgumentError,
                        "a JSON path is made of strings (UTF-8) and integers; a key with a double "
                        "quote and a dot or bracket cannot be asked for from SQLite before 3.45");
  return la_buffer_push(L, b);
}

static int list_path(lua_State *L) {
  la_value *v;
  la_buf *b = take_path(L, &v);
  if (!la_list_path(b, v)) return la_raise_exc(L, LA_EXC_ArgumentError, "a JSON path is made of strings and integers");
  return la_buffer_push(L, b);
}

static void to_blobs(la_value *v) {
  if (v->tag == LA_V_TEXT) v->tag = LA_V_BLOB;
  for (uint32_t i = 0; v->tag == LA_V_ARRAY && i < v->u.a->n; i++) to_blobs(&v->u.a->v[i]);
}

/* array_value(list, blobs): with blobs, its strings are bytes */
static int array_value(lua_State *L) {
  if (!lua_istable(L, 1) || la_is_options(L, 1)) return la_raise_arg(L, "array_value", "array", 1, "an array");
  la_value *v = la_vclass_push(L, LA_V_ARRAY);
  la_to_array(L, 1, true, v);
  if (lua_toboolean(L, 2)) to_blobs(v);
  return 1;
}

static const la_vclass array_class = {.id = LA_V_ARRAY, .name = "array_value", .make = array_value};

void la_open_type(lua_State *L, int core) {
  static const luaL_Reg functions[] = {{"type", type_default},           {"type_isa", type_isa},
                                       {"type_affinity", type_affinity}, {"type_compared", type_compared},
                                       {"type_impl", type_impl},         {"json_path", json_path},
                                       {"list_path", list_path},         {NULL, NULL}};
  for (const luaL_Reg *r = functions; r->name; r++) {
    lua_pushcfunction(L, r->func);
    lua_setfield(L, core, r->name);
  }
  push_types(L);
  lua_setfield(L, core, "types");
  push_bits(L);
  lua_setfield(L, core, "type_bits");
  la_vclass_open(L, core, &array_class);
}
