/* select.c - select() and the methods that most SELECTs use. */
#include "sql/select.h"
#include "bind/convert.h"
#include "bind/expr.h"
#include "bind/keywords.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "bind/stmt.h"
#include "sql/type.h"

/* ---- the columns clause ---- */

/* select(…) */
static int select_new(lua_State *L) {
  int n = lua_gettop(L);
  la_node **slot = la_new_slot(L);
  if (!(*slot = la_node_new(LA_K_SELECT))) return luaL_error(L, "out of memory");
  la_select *select = LA_AS(select, *slot);
  select->auto_correlate = 1;
  select->label_style = LA_LABELS_DISAMBIGUATE;
  la_append_args(L, &select->raw_columns, 1, n, LA_ROLE_COLUMNS);
  la_node_seal(*slot);
  return 1;
}

/* columns_clause(…): the arguments as an array of nodes */
static int columns_clause(lua_State *L) {
  int n = lua_gettop(L);
  la_node **slot = la_new_slot(L);
  if (!(*slot = la_node_new(LA_K_LIST))) return luaL_error(L, "out of memory");
  la_list **items = &LA_AS(listnode, *slot)->items;
  la_append_args(L, items, 1, n, LA_ROLE_COLUMNS);
  lua_createtable(L, (int)la_list_len(*items), 0);
  for (uint32_t i = 0; i < la_list_len(*items); i++) {
    la_push_node_ref(L, (*items)->v[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

/* ---- lists: where(…), order_by(…), select_from(…) ---- */

/* What a method appends its arguments to. */
typedef struct appending {
  la_kind kind;  /* of the statement */
  size_t offset; /* of the list in it */
  la_role role;
  bool resets; /* nil alone empties it */
  const char *name;
} appending;

/* A method that appends its arguments to a field. Upvalue 1: a userdata with an `appending`. */
static int append(lua_State *L) {
  const appending *a = lua_touserdata(L, lua_upvalueindex(1));
  la_node *self = la_test_node(L, 1);
  int n = lua_gettop(L);
  if (!self || self->kind != a->kind) return la_raise_arg(L, a->name, "self", 1, la_kind_name(a->kind));
  la_node *copy = la_push_copy(L, self);
  la_list **slot = (la_list **)((char *)copy + a->offset);
  if (n == 2 && a->resets && la_is_null(L, 2))
    la_give_list(slot, NULL);
  else
    la_append_args(L, slot, 2, n, a->role);
  la_node_seal(copy);
  return 1;
}

/* select_from(…) */
static int select_from(lua_State *L) {
  la_node *self = la_check_stmt(L, 1, LA_K_SELECT, "select_from");
  int n = lua_gettop(L);
  la_scratch *s = la_new_scratch(L);
  for (int i = 2; i <= n; i++) {
    la_vec_add(&s->nodes, la_check_from(L, i));
    lua_pop(L, 1);
  }
  la_append(L, &LA_AS(select, la_push_copy(L, self))->from_obj, &s->nodes);
  la_end_scratch(s);
  return la_seal_top(L);
}

/* distinct(…): with expressions, DISTINCT ON */
static int distinct(lua_State *L) {
  la_node *self = la_check_stmt(L, 1, LA_K_SELECT, "distinct");
  int n = lua_gettop(L);
  la_select *select = LA_AS(select, la_push_copy(L, self));
  select->distinct = 1;
  la_append_args(L, &select->distinct_on, 2, n, LA_ROLE_BY_OF);
  return la_seal_top(L);
}

/* ---- joins ---- */

/* join(target, onclause, {isouter, full}) and join_from(from, target, …): upvalue 1 whether an outer join, 2 whether
 * it is told what to join from, 3 the name. */
static int join(lua_State *L) {
  bool outer = lua_toboolean(L, lua_upvalueindex(1)), told = lua_toboolean(L, lua_upvalueindex(2));
  const char *name = lua_tostring(L, lua_upvalueindex(3));
  la_node *self = la_check_stmt(L, 1, LA_K_SELECT, name);
  int at = told ? 3 : 2;
  la_take_keywords(L, name, told ? "self from_ target onclause isouter full" : "self target onclause isouter full");
  la_node **slot = la_new_slot(L);
  if (!(*slot = la_node_new(LA_K_JOIN_SPEC))) return luaL_error(L, "out of memory");
  la_join_spec *spec = LA_AS(join_spec, *slot);
  if (told) la_set_node(&spec->from_, la_check_from(L, 2));
  la_set_node(&spec->target, la_check_role(L, at, LA_ROLE_JOIN_TARGET, NULL));
  if (!la_is_null(L, at + 1)) la_set_node(&spec->onclause, la_check_role(L, at + 1, LA_ROLE_ONCLAUSE, NULL));
  spec->isouter = outer || la_flag(L, at + 2);
  spec->full = la_flag(L, at + 3);
  la_node_seal(*slot);
  la_scratch *s = la_new_scratch(L);
  la_vec_add(&s->nodes, *slot);
  la_append(L, &LA_AS(select, la_push_copy(L, self))->setup_joins, &s->nodes);
  la_end_scratch(s);
  return la_seal_top(L);
}

/* ---- limits ---- */

/* The bind of a plain number. */
static void bind_number(lua_State *L, la_node **out, int64_t number) {
  la_node *n = la_node_new(LA_K_BIND);
  if (!n) luaL_error(L, "out of memory");
  LA_AS(bind, n)->value = la_value_int(number);
  LA_AS(bind, n)->unique = 1;
  LA_AS(bind, n)->role = LA_BIND_LIMIT;
  la_set_type(n, la_type_simple(LA_T_INTEGER));
  la_give_node(out, la_node_seal(n));
}

/* The whole number at idx, or in the string there. */
static bool to_whole(lua_State *L, int idx, int64_t *out) {
  la_value v;
  la_to_value(L, idx, &v);
  bool whole = v.tag == LA_V_INT;
  if (whole) {
    *out = v.u.i;
  } else if (v.tag == LA_V_REAL || v.tag == LA_V_TEXT) {
    lua_Number x = lua_tonumber(L, idx);
    whole = lua_isnumber(L, idx) && x >= -9007199254740992.0 && x <= 9007199254740992.0 && x == (lua_Number)(int64_t)x;
    if (whole) *out = (int64_t)x;
  }
  la_value_clear(&v);
  return whole;
}

static int refuse_limit(lua_State *L, int idx) {
  la_error e = LA_ERROR_INIT;
  la_operand given;
  la_buf b = LA_BUF_INIT;
  la_to_operand(L, idx, &given);
  la_describe(&b, &given);
  la_operand_clear(&given);
  const char *text = la_buf_cstr(&b);
  la_fail_with(&e, LA_EXC_ArgumentError, "LIMIT / OFFSET expression expected, got %s.", text ? text : "?");
  la_buf_free(&b);
  return la_raise(L, &e);
}

/* Sets *out to what limit(), offset() or fetch() is given at idx: nil, an expression, a whole number or its text. */
static void set_limit(lua_State *L, la_node **out, int idx) {
  la_node *n = la_to_node(L, idx);
  int64_t number;
  if (n && la_kind_category((la_kind)n->kind) == LA_CAT_EXPR && n->kind != LA_K_TEXT)
    la_set_node(out, n);
  else if (!n && la_is_null(L, idx))
    la_give_node(out, NULL);
  else if (!n && to_whole(L, idx, &number))
    bind_number(L, out, number);
  else
    refuse_limit(L, idx);
}

static la_node **node_slot(la_node *n, const char *field) {
  return (la_node **)((char *)n + la_kind_field((la_kind)n->kind, field)->offset);
}

static int *flag_slot(la_node *n, const char *field) {
  return (int *)((char *)n + la_kind_field((la_kind)n->kind, field)->offset);
}

/* limit() takes the place of fetch() and of what that was told. */
static void clear_fetch(la_node *n) {
  la_give_node(node_slot(n, "fetch"), NULL);
  *flag_slot(n, "fetch_ties") = *flag_slot(n, "fetch_percent") = 0;
}

/* limit(n), offset(n): upvalue 1 is the field. */
static int limit(lua_State *L) {
  const char *field = lua_tostring(L, lua_upvalueindex(1));
  la_node *self = la_check_stmt(L, 1, LA_K_NONE, field);
  la_place_keywords(L, field[0] == 'l' ? "self limit" : "self offset");
  lua_settop(L, 2);
  la_node *n = la_push_copy(L, self);
  set_limit(L, node_slot(n, field), 2);
  if (field[0] == 'l') clear_fetch(n);
  return la_seal_top(L);
}

/* fetch(self, n, with_ties, percent) */
static int fetch(lua_State *L) {
  la_node *self = la_check_stmt(L, 1, LA_K_NONE, "fetch");
  lua_settop(L, 4);
  la_node *n = la_push_copy(L, self);
  la_give_node(node_slot(n, "limit"), NULL);
  set_limit(L, node_slot(n, "fetch"), 2);
  *flag_slot(n, "fetch_ties") = lua_toboolean(L, 3);
  *flag_slot(n, "fetch_percent") = lua_toboolean(L, 4);
  return la_seal_top(L);
}

/* ---- opening ---- */

/* The method `name` of the kind, in the table on top. */
static void method(lua_State *L, la_kind kind, const char *name, const char *field, la_role role, bool resets) {
  appending *a = lua_newuserdatauv(L, sizeof *a, 0);
  *a = (appending){kind, la_kind_field(kind, field)->offset, role, resets, name};
  lua_pushcclosure(L, append, 1);
  lua_setfield(L, -2, name);
}

static void join_method(lua_State *L, const char *name, bool outer, bool told) {
  lua_pushboolean(L, outer);
  lua_pushboolean(L, told);
  lua_pushstring(L, name);
  lua_pushcclosure(L, join, 3);
  lua_setfield(L, -2, name);
}

static void limit_method(lua_State *L, const char *name) {
  lua_pushstring(L, name);
  lua_pushcclosure(L, limit, 1);
  lua_setfield(L, -2, name);
}

static void put(lua_State *L, const char *name, lua_CFunction fn) {
  lua_pushcfunction(L, fn);
  lua_setfield(L, -2, name);
}

/* The methods of SELECT, COMPOUND, UPDATE, DELETE that are in C, as a table. */
static void push_methods(lua_State *L, la_kind kind) {
  lua_newtable(L);
  if (kind != LA_K_COMPOUND) {
    method(L, kind, "where", "where", LA_ROLE_WHERE, false);
    method(L, kind, "filter", "where", LA_ROLE_WHERE, false);
  }
  if (kind == LA_K_SELECT || kind == LA_K_COMPOUND) {
    method(L, kind, "order_by", "order_by", LA_ROLE_ORDER_BY, true);
    method(L, kind, "group_by", "group_by", LA_ROLE_GROUP_BY, true);
    limit_method(L, "limit");
    limit_method(L, "offset");
  }
  if (kind == LA_K_SELECT) {
    method(L, kind, "having", "having", LA_ROLE_WHERE, false);
    method(L, kind, "add_columns", "raw_columns", LA_ROLE_COLUMNS, false);
    put(L, "select_from", select_from);
    put(L, "distinct", distinct);
    join_method(L, "join", false, false);
    join_method(L, "outerjoin", true, false);
    join_method(L, "join_from", false, true);
    join_method(L, "outerjoin_from", true, true);
  }
}

void la_open_select(lua_State *L, int core) {
  lua_pushcfunction(L, select_new);
  lua_setfield(L, core, "select");
  lua_pushcfunction(L, columns_clause);
  lua_setfield(L, core, "columns_clause");
  lua_pushcfunction(L, fetch);
  lua_setfield(L, core, "fetch");
  static const la_kind kinds[] = {LA_K_SELECT, LA_K_COMPOUND, LA_K_UPDATE, LA_K_DELETE};
  lua_newtable(L);
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    push_methods(L, kinds[i]);
    lua_setfield(L, -2, la_kind_upper(kinds[i]));
  }
  lua_setfield(L, core, "statement_methods");
}
