/* expr.c - Lua values as operands and in their roles. */
#include "bind/expr.h"

#include <string.h>

#include "bind/convert.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "sql/coerce.h"

/* ---- scratch ---- */

static const char scratch_key = 0, operands_key = 0;

enum { SCRATCH = 0x4c410021 }; /* key of the registry: the one that is used again */

static void clear_scratch(la_scratch *s) {
  la_vec_free(&s->nodes);
  la_operand_clear(&s->a);
  la_operand_clear(&s->b);
  la_str_release(s->name);
  la_str_release(s->other);
  s->name = s->other = NULL;
}

static int scratch_gc(lua_State *L) {
  la_scratch *s = lua_touserdata(L, 1);
  clear_scratch(s);
  s->taken = true;
  return 0;
}

static int operands_gc(lua_State *L) {
  la_operands *o = lua_touserdata(L, 1);
  while (o->n) la_operand_clear(&o->v[--o->n]);
  return 0;
}

/* Gives the userdata on top the metatable kept at key, which has only a finalizer. */
static void set_finalizer(lua_State *L, const void *key, lua_CFunction gc) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, key);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, gc);
    lua_setfield(L, -2, "__gc");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, key);
  }
  lua_setmetatable(L, -2);
}

la_scratch *la_new_scratch(lua_State *L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, SCRATCH);
  la_scratch *s = lua_touserdata(L, -1);
  if (s && !s->taken) {
    s->taken = true;
    return s;
  }
  lua_pop(L, 1);
  s = lua_newuserdatauv(L, sizeof *s, 0);
  memset(s, 0, sizeof *s);
  s->taken = true;
  set_finalizer(L, &scratch_key, scratch_gc);
  lua_pushvalue(L, -1);
  lua_rawseti(L, LUA_REGISTRYINDEX, SCRATCH);
  return s;
}

void la_end_scratch(la_scratch *s) {
  clear_scratch(s);
  s->taken = false;
}

la_operands *la_new_operands(lua_State *L, uint32_t n) {
  size_t size = sizeof(la_operands) + n * sizeof(la_operand);
  la_operands *o = lua_newuserdatauv(L, size, 0);
  memset(o, 0, size);
  o->n = n;
  set_finalizer(L, &operands_key, operands_gc);
  return o;
}

static void tell_notice(lua_State *L, la_error *e) {
  char text[LA_NOTICE_SIZE];
  la_notice_text(text, e);
  *e = (la_error)LA_ERROR_INIT;
  lua_pushstring(L, text);
  la_warn(L, NULL);
}

void la_check(lua_State *L, int rc, la_error *e) {
  if (rc) la_raise(L, e);
  if (e->notice) tell_notice(L, e);
}

/* ---- values ---- */

void la_operand_clear(la_operand *o) {
  la_value_clear(&o->value);
  o->node = NULL;
}

void la_to_operand(lua_State *L, int idx, la_operand *out) {
  *out = (la_operand){la_to_node(L, idx), LA_VALUE_ABSENT};
  if (!out->node) la_to_value(L, idx, &out->value);
}

/* Has the table at idx keys, but no elements? */
static bool has_fields_only(lua_State *L, int idx) {
  if (lua_rawlen(L, idx)) return false;
  idx = lua_absindex(L, idx);
  lua_pushnil(L);
  if (!lua_next(L, idx)) return false;
  lua_pop(L, 2);
  return true;
}

bool la_is_data(lua_State *L, int idx) {
  if (lua_type(L, idx) != LUA_TTABLE) return false;
  if (!lua_getmetatable(L, idx)) return true;
  lua_pushliteral(L, "__clause_element");
  lua_rawget(L, -2);
  bool data = lua_isnil(L, -1);
  lua_pop(L, 2);
  return data && !has_fields_only(L, idx);
}

enum { STRINGS = 1, OTHERS = 2 };

/* Which of those keys has the plain table at idx? One is enough to know. -1: it is no plain table. */
static int find_keys(lua_State *L, int idx, int wanted) {
  if (lua_type(L, idx) != LUA_TTABLE) return -1;
  if (lua_getmetatable(L, idx)) {
    lua_pop(L, 1);
    return -1;
  }
  idx = lua_absindex(L, idx);
  for (lua_pushnil(L); lua_next(L, idx);) {
    lua_pop(L, 1);
    int found = lua_type(L, -1) == LUA_TSTRING ? STRINGS : OTHERS;
    if (!(found & wanted)) continue;
    lua_pop(L, 1);
    return found;
  }
  return 0;
}

bool la_is_options(lua_State *L, int idx) {
  return find_keys(L, idx, OTHERS) == 0 && find_keys(L, idx, STRINGS) == STRINGS;
}

bool la_is_keywords(lua_State *L, int idx) { return find_keys(L, idx, OTHERS) == 0; }

bool la_is_empty(lua_State *L, int idx) { return find_keys(L, idx, STRINGS | OTHERS) == 0; }

void la_check_list_depth(lua_State *L, int depth) {
  if (depth > LA_LIST_DEPTH)
    la_raise_exc(L, LA_EXC_ArgumentError, "a list of values nests deeper than %d levels", LA_LIST_DEPTH);
  luaL_checkstack(L, 6, "lists");
}

static void to_array(lua_State *L, int idx, bool deep, int depth, la_value *out) {
  uint32_t n = (uint32_t)lua_rawlen(L, idx);
  la_check_list_depth(L, depth);
  la_array *a = la_array_new(n);
  if (!a) luaL_error(L, "out of memory");
  *out = (la_value){LA_V_ARRAY, 0, 0, {0}};
  out->u.a = a;
  for (uint32_t i = 0; i < n; i++) {
    lua_rawgeti(L, idx, (int)i + 1);
    if (deep && la_is_data(L, -1) && !la_is_options(L, -1))
      to_array(L, lua_gettop(L), true, depth + 1, &a->v[i]);
    else
      la_to_value(L, -1, &a->v[i]);
    lua_pop(L, 1);
  }
}

void la_to_array(lua_State *L, int idx, bool deep, la_value *out) { to_array(L, lua_absindex(L, idx), deep, 1, out); }

/* Are values of that type lists? */
static bool holds_lists(const la_node *type) {
  la_type_id family = type ? la_type_affinity(type) : LA_T_NONE;
  return family == LA_T_SQL_ARRAY || family == LA_T_TUPLETYPE || la_type_isa(type, LA_T_JSONPATHTYPE);
}

/* Are the elements of that type, which holds lists, lists of their own? */
static bool of_lists(const la_node *type) {
  return la_type_affinity(type) == LA_T_SQL_ARRAY &&
         la_type_isa(LA_AS(type, type)->item, LA_T_POSTGRESQL_ABSTRACTMULTIRANGE);
}

void la_to_typed_operand(lua_State *L, int idx, const la_node *type, la_operand *out) {
  *out = (la_operand){NULL, LA_VALUE_ABSENT};
  if (lua_istable(L, idx) && holds_lists(type) && la_is_data(L, idx) && !la_is_options(L, idx))
    la_to_array(L, idx, !of_lists(type), &out->value);
  else
    la_to_operand(L, idx, out);
}

/* ---- roles ---- */

/* Is the node at idx what it is in that role? Most are. */
static bool is_in_role(la_node *n, la_role role) {
  la_operand o = la_operand_node(n);
  la_error e = LA_ERROR_INIT;
  la_node *out;
  if (la_coerce(&out, role, &o, NULL, &e)) {
    la_error_clear(&e);
    return false;
  }
  la_node_release(out);
  return out == n;
}

/* Where SQLAlchemy takes a lambda, a function is called: is it one, and what it returns on top? */
static bool is_called(lua_State *L, int idx, la_role role) {
  if (!lua_isfunction(L, idx)) return false;
  switch (role) {
    case LA_ROLE_WHERE:
    case LA_ROLE_ONCLAUSE:
    case LA_ROLE_COLUMNS:
    case LA_ROLE_ORDER_BY:
    case LA_ROLE_GROUP_BY:
    case LA_ROLE_FROM:
    case LA_ROLE_JOIN_TARGET:
    case LA_ROLE_COMPOUND: break;
    default: return false;
  }
  lua_pushvalue(L, idx);
  lua_call(L, 0, 1);
  return true;
}

la_node *la_check_role(lua_State *L, int idx, la_role role, const char *argname) {
  la_operand o;
  la_error e = LA_ERROR_INIT;
  la_node *n = la_test_node(L, idx);
  if (n && is_in_role(n, role)) {
    lua_pushvalue(L, idx);
    return n;
  }
  if (is_called(L, idx, role)) {
    n = la_check_role(L, -1, role, argname);
    lua_remove(L, -2);
    return n;
  }
  la_node **slot = la_new_slot(L);
  la_to_operand(L, idx < 0 ? idx - 1 : idx, &o);
  int rc = la_coerce(slot, role, &o, argname, &e);
  la_operand_clear(&o);
  la_check(L, rc, &e);
  return *slot;
}

void la_add_role(lua_State *L, int idx, la_role role, const char *argname, la_vec *v) {
  la_operand o;
  la_error e = LA_ERROR_INIT;
  la_node *n;
  if (is_called(L, idx, role)) {
    la_add_role(L, lua_gettop(L), role, argname, v);
    lua_pop(L, 1);
    return;
  }
  la_to_operand(L, idx, &o);
  int rc = la_coerce(&n, role, &o, argname, &e);
  la_operand_clear(&o);
  if (!rc) la_vec_give(v, n);
  la_check(L, rc, &e);
  if (v->failed) luaL_error(L, "out of memory");
}

la_node *la_check_column(lua_State *L, int idx, const char *function) {
  la_node *n = la_to_node(L, idx);
  if (!n || la_kind_category((la_kind)n->kind) != LA_CAT_EXPR)
    la_raise_arg(L, function, "self", idx, "a column expression");
  return n;
}

la_node *la_check_type(lua_State *L, int idx, const char *function, const char *argname) {
  la_node *n = la_to_node(L, idx);
  if (!la_is(n, LA_K_TYPE)) la_raise_arg(L, function, argname, idx, "a type");
  return n;
}

la_str *la_check_name(lua_State *L, int idx, const char *function, const char *argname) {
  if (la_is_null(L, idx)) return NULL;
  la_node *n = la_test_node(L, idx);
  if (la_is(n, LA_K_STR)) return la_str_retain(LA_AS(strnode, n)->s);
  if (lua_type(L, idx) != LUA_TSTRING) la_raise_arg(L, function, argname, idx, "a string");
  return la_to_str(L, idx);
}
