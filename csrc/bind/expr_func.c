/* expr_func.c - calls of SQL functions and what follows them: la.func.f(…), OVER, FILTER, WITHIN GROUP, CASE, slices.
 */
#include <string.h>

#include "bind/convert.h"
#include "bind/expr.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "sql/func.h"
#include "sql/naming.h"

/* ---- arguments ---- */

/* Adds an argument of the function called name. */
static void add_argument(lua_State *L, int idx, la_str *name, la_vec *v) {
  la_error e = LA_ERROR_INIT;
  la_node *n, *type = NULL;
  la_operand o;
  int top = lua_gettop(L);
  if (lua_type(L, idx) == LUA_TTABLE && luaL_getmetafield(L, idx, "__sa_type_engine__")) {
    lua_pushvalue(L, idx);
    lua_call(L, 1, 1);
    type = la_to_node(L, -1);
  }
  la_to_operand(L, idx, &o);
  int rc = o.node ? la_coerce(&n, LA_ROLE_EXPR, &o, NULL, &e) : la_coerce_literal(&n, &o.value, name, type, &e);
  la_operand_clear(&o);
  if (!rc) la_vec_give(v, n);
  la_check(L, rc, &e);
  if (v->failed) luaL_error(L, "out of memory");
  lua_settop(L, top);
}

static void need_arguments(lua_State *L, const char *function, int least, int most, int given) {
  if (given < least || given > most)
    la_raise_exc(L, LA_EXC_ArgumentError, "%s() takes %d argument%s, got %d", function, most, most == 1 ? "" : "s",
                 given);
}

/* What some functions of funcs.def ask of their arguments. Pushes the `*` of count(). */
static int check_known(lua_State *L, la_func known, int given) {
  la_error e = LA_ERROR_INIT;
  if (known == LA_FUNC_char_length) need_arguments(L, "char_length", 1, 1, given);
  if (known == LA_FUNC_aggregate_strings) need_arguments(L, "aggregate_strings", 2, 2, given);
  if (known != LA_FUNC_count) return given;
  need_arguments(L, "count", 0, 1, given);
  if (given) return given;
  la_node **slot = la_new_slot(L);
  la_str *star = la_str_from("*");
  int rc = star ? la_expr_column(slot, star, NULL, true, &e) : la_fail_memory(&e);
  la_str_release(star);
  la_check(L, rc, &e);
  return 1;
}

/* The keywords of a call: type_, monotonic. */
static la_node *call_options(lua_State *L, int idx, const char *function, bool *monotonic) {
  la_node *type = NULL;
  lua_pushnil(L);
  while (lua_next(L, idx)) {
    const char *key = lua_tostring(L, -2);
    if (!strcmp(key, "monotonic")) {
      if (!lua_isboolean(L, -1)) la_raise_arg(L, function, "monotonic", lua_gettop(L), "a boolean");
      *monotonic = lua_toboolean(L, -1);
    } else if (strcmp(key, "type_")) {
      la_raise_exc(L, LA_EXC_ArgumentError, "%s() got an unexpected keyword argument '%s'; accepted: monotonic, type_",
                   function, key);
    } else if (!la_is_null(L, -1)) {
      type = la_check_type(L, lua_gettop(L), function, "type_");
    }
    lua_pop(L, 1);
  }
  return type;
}

/* call(name, packages or nil, …): the call of a function, its last argument perhaps a table of keywords */
static int call(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  int n = lua_gettop(L);
  la_node *packages = la_test_node(L, 2), *type = NULL;
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  bool monotonic = false;
  int first = lua_gettop(L) + 1;
  s->name = la_check_name(L, 1, "func", "name");
  if (!s->name) return la_raise_arg(L, "func", "name", 1, "a string");
  if (n > 2 && la_is_options(L, n))
    type = call_options(L, n--, s->name->s, &monotonic);
  else if (n > 3 && la_is_empty(L, n))
    n--; /* f({a = 1}, {}): the argument is data */
  la_func known = packages ? LA_FUNC_NONE : la_func_named(s->name->s, s->name->len);
  la_str *as = la_func_name(known, s->name);
  if (!as) return luaL_error(L, "out of memory");
  la_str_release(s->name);
  s->name = as;
  la_str *argname = known == LA_FUNC_array_agg ? NULL : s->name;
  if (known && check_known(L, known, n - 2) != n - 2) add_argument(L, first, argname, &s->nodes);
  for (int i = 3; i <= n; i++) add_argument(L, i, argname, &s->nodes);
  la_list *args = NULL;
  if (s->nodes.n && !(args = la_list_new(s->nodes.v, s->nodes.n))) return luaL_error(L, "out of memory");
  int rc = la_expr_function(slot, packages ? LA_AS(listnode, packages)->items : NULL, s->name, args, type, &e);
  la_list_release(args);
  la_check(L, rc, &e);
  if (monotonic) {
    LA_AS(function, *slot)->monotonic = 1;
    la_node_seal(*slot);
  }
  la_end_scratch(s);
  lua_pushvalue(L, first - 2);
  return 1;
}

/* ---- lists of expressions ---- */

/* The expressions at idx (one, or an array of them) in a role; NULL for none. */
static la_list *to_list(lua_State *L, int idx, la_role role, la_vec *v) {
  la_list *l;
  if (lua_isnil(L, idx)) return NULL;
  if (la_is_data(L, idx)) {
    for (int i = 1, n = (int)lua_rawlen(L, idx); i <= n; i++) {
      lua_rawgeti(L, idx, i);
      la_add_role(L, lua_gettop(L), role, NULL, v);
      lua_pop(L, 1);
    }
  } else {
    la_add_role(L, idx, role, NULL, v);
  }
  if (la_vec_to_list(v, &l)) luaL_error(L, "out of memory");
  return l;
}

/* A LIST node of the expressions at idx, pushed: lists that a userdata holds. */
static la_list *push_list(lua_State *L, int idx, la_role role, la_scratch *s) {
  la_node **slot = la_new_slot(L);
  *slot = la_node_new(LA_K_LIST);
  if (!*slot) luaL_error(L, "out of memory");
  LA_AS(listnode, *slot)->items = to_list(L, idx, role, &s->nodes);
  la_node_seal(*slot);
  return LA_AS(listnode, *slot)->items;
}

/* The same of what a window is by: a tuple, and_() or or_() stands for its elements. */
static la_list *push_by(lua_State *L, int idx, la_scratch *s) {
  la_node *n = la_test_node(L, idx);
  if (la_is(n, LA_K_CLAUSE_LIST)) return LA_AS(clause_list, n)->clauses;
  return la_is(n, LA_K_TUPLE) ? LA_AS(tuple, n)->clauses : push_list(L, idx, LA_ROLE_BY_OF, s);
}

/* over(element, partition_by, order_by, frame, lower, upper): bounds nil are unbounded */
static int over(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_over_opts o = {0};
  lua_settop(L, 6);
  la_node *n = la_check_column(L, 1, "over");
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  o.partition_by = push_by(L, 2, s);
  o.order_by = push_by(L, 3, s);
  o.frame = (la_frame)lua_tointeger(L, 4);
  o.lower_unbounded = lua_isnil(L, 5);
  o.upper_unbounded = lua_isnil(L, 6);
  o.lower = (int)lua_tointeger(L, 5);
  o.upper = (int)lua_tointeger(L, 6);
  la_check(L, la_expr_over(slot, n, &o, &e), &e);
  la_end_scratch(s);
  lua_settop(L, 7);
  return 1;
}

/* filter(element, …) */
static int filter(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  int n = lua_gettop(L);
  la_node *func = la_check_column(L, 1, "filter");
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  bool more = la_is(func, LA_K_FILTER);
  if (more && LA_AS(filter, func)->criterion) la_vec_add(&s->nodes, LA_AS(filter, func)->criterion);
  for (int i = 2; i <= n; i++) la_add_role(L, i, LA_ROLE_WHERE, NULL, &s->nodes);
  la_check(L, la_expr_filter(slot, more ? LA_AS(filter, func)->func : func, s->nodes.v, s->nodes.n, &e), &e);
  lua_pop(L, 1);
  return 1;
}

/* within_group(element, {order_by, …}) */
static int within_group(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 2);
  la_node *n = la_check_column(L, 1, "within_group");
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  la_list *order_by = push_list(L, 2, LA_ROLE_BY_OF, s);
  la_check(L, la_expr_within_group(slot, n, order_by, &e), &e);
  lua_settop(L, 3);
  return 1;
}

/* ---- CASE ---- */

/* Sets *out to the expression that the value at idx is. */
static void take_role(lua_State *L, int idx, la_node **out) {
  la_error e = LA_ERROR_INIT;
  la_operand o;
  la_to_operand(L, idx, &o);
  int rc = la_coerce(out, LA_ROLE_EXPR, &o, NULL, &e);
  la_operand_clear(&o);
  la_check(L, rc, &e);
}

/* The WHEN/THEN pair at idx, {condition, value}, added to v. */
static void add_when(lua_State *L, int idx, la_vec *v) {
  if (!la_is_data(L, idx) || lua_rawlen(L, idx) != 2)
    la_raise_arg(L, "case", "whens", idx, "a table {condition, value}");
  la_node *pair = la_node_new(LA_K_PAIR);
  la_vec_give(v, pair);
  if (v->failed) luaL_error(L, "out of memory");
  lua_rawgeti(L, idx, 1);
  take_role(L, -1, &LA_AS(pair, pair)->key);
  lua_rawgeti(L, idx, 2);
  take_role(L, -1, &LA_AS(pair, pair)->value);
  la_node_seal(pair);
  lua_pop(L, 2);
}

/* case({when, …}, value, has else, else) */
static int case_(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 3);
  la_node *value = lua_isnil(L, 2) ? NULL : la_check_role(L, 2, LA_ROLE_EXPR, NULL);
  la_node *else_ = lua_isnil(L, 3) ? NULL : la_check_role(L, 3, LA_ROLE_EXPR, NULL);
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  for (int i = 1, n = (int)lua_rawlen(L, 1); i <= n; i++) {
    lua_rawgeti(L, 1, i);
    add_when(L, lua_gettop(L), &s->nodes);
    lua_pop(L, 1);
  }
  la_list *whens = NULL;
  if (s->nodes.n && !(whens = la_list_new(s->nodes.v, s->nodes.n))) return luaL_error(L, "out of memory");
  int rc = la_expr_case(slot, whens, value, else_, &e);
  la_list_release(whens);
  la_check(L, rc, &e);
  la_end_scratch(s);
  lua_pop(L, 1);
  return 1;
}

/* ---- slices, arrays ---- */

/* slice(key, start, stop, step) */
static int slice(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 4);
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L), *t = la_new_scratch(L);
  s->name = la_check_name(L, 1, "slice", "key");
  la_to_operand(L, 2, &s->a);
  la_to_operand(L, 3, &s->b);
  la_to_operand(L, 4, &t->a);
  la_check(L, la_expr_slice(slot, &s->a, &s->b, &t->a, s->name, &e), &e);
  lua_pop(L, 2);
  return 1;
}

/* array({element, …}, type of the elements): postgresql.array */
static int array(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  la_node *item = lua_isnil(L, 2) ? NULL : la_check_type(L, 2, "array", "type_");
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  for (int i = 1, n = (int)lua_rawlen(L, 1); i <= n; i++) {
    lua_rawgeti(L, 1, i);
    la_add_role(L, lua_gettop(L), LA_ROLE_EXPR, NULL, &s->nodes);
    lua_pop(L, 1);
  }
  la_check(L, la_expr_array(slot, s->nodes.v, s->nodes.n, item, &e), &e);
  lua_pop(L, 1);
  return 1;
}

/* valued_column(alias, type): the row of a table-valued function as a column */
static int valued_column(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_names names = LA_NAMES_INIT;
  la_node *alias = la_to_node(L, 1);
  if (!alias || la_kind_category((la_kind)alias->kind) != LA_CAT_FROM)
    return la_raise_arg(L, "column", "alias", 1, "a FROM clause");
  lua_settop(L, 2);
  la_node *type = lua_isnil(L, 2) ? NULL : la_check_type(L, 2, "column", "type_");
  la_node **slot = la_new_slot(L);
  int rc = la_expr_column(slot, la_name_from(&names, alias), type, false, &e);
  la_names_free(&names);
  la_check(L, rc, &e);
  la_set_node(&LA_AS(column, *slot)->render, alias);
  la_node_seal(*slot);
  la_push_node_ref(L, *slot);
  return 1;
}

/* ---- asking ---- */

/* expr_type(node): its type, never nil */
static int expr_type(lua_State *L) {
  la_node *n = la_to_node(L, 1);
  if (!n) return la_raise_arg(L, "type", "self", 1, "a SQL construct");
  la_push_node_ref(L, la_expr_type(n));
  return 1;
}

/* type_of_args(function): the type of its first argument that has one */
static int type_of_args(lua_State *L) {
  la_node *n = la_test_node(L, 1);
  if (!la_is(n, LA_K_FUNCTION)) return la_raise_arg(L, "type_of_args", "function", 1, "a function");
  la_push_node_ref(L, la_func_type_of_args(LA_AS(function, n)->args));
  return 1;
}

/* expr_name(node): the name it has by itself, or nil */
static int expr_name(lua_State *L) {
  la_push_str(L, la_expr_name(la_to_node(L, 1)));
  return 1;
}

void la_open_expr_func(lua_State *L, int core) {
  static const luaL_Reg functions[] = {{"call", call},           {"over", over},
                                       {"filter", filter},       {"within_group", within_group},
                                       {"case", case_},          {"slice", slice},
                                       {"array", array},         {"valued_column", valued_column},
                                       {"expr_type", expr_type}, {"type_of_args", type_of_args},
                                       {"expr_name", expr_name}, {NULL, NULL}};
  for (const luaL_Reg *r = functions; r->name; r++) {
    lua_pushcfunction(L, r->func);
    lua_setfield(L, core, r->name);
  }
}
