/* expr_op.c - operators: methods of expressions, metamethods of nodes.
 *
 * One C function serves all operators of a form; which one it is lies in an
 * upvalue. Types of the user's may say what type a value beside them takes
 * (core.on_type) and make operators mean something else (core.on_operator).
 */
#include <string.h>

#include "bind/convert.h"
#include "bind/expr.h"
#include "bind/foreign.h"
#include "bind/keywords.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "sql/schema.h"

static const char type_hook = 0, operator_hook = 0;

/* Upvalues of a method: the operator and the method's name. */
static la_op op_of(lua_State *L) { return (la_op)lua_tointeger(L, lua_upvalueindex(1)); }
static const char *name_of(lua_State *L) { return lua_tostring(L, lua_upvalueindex(2)); }

/* ---- what users' types say ---- */

/* on_type(fn): fn(type, op name, value) -> the type of value beside an expression of type, or nil
 * on_operator(fn): fn(op name, reversed, expression, …) -> the result, or nil if the operator means what it does */
static int set_hook(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, lua_touserdata(L, lua_upvalueindex(1)));
  return 0;
}

/* Does the type of the expression at idx make op something else? Then the result is on top. The arguments are all that
 * is on the stack but the expression. */
static bool overridden(lua_State *L, la_op op, const la_node *n, int idx) {
  const la_node *type = la_expr_type(n);
  int args = lua_gettop(L);
  if (!la_is(type, LA_K_TYPE) || !la_type_has(type, LA_TB_HAS_COMPARATOR)) return false;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &operator_hook);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return false;
  }
  luaL_checkstack(L, args + 4, "too many arguments");
  lua_pushstring(L, la_op_get(op)->name);
  lua_pushboolean(L, idx != 1);
  lua_pushvalue(L, idx);
  for (int i = 1; i <= args; i++)
    if (i != idx) lua_pushvalue(L, i);
  lua_call(L, args + 2, 1);
  if (!lua_isnil(L, -1)) return true;
  lua_pop(L, 1);
  return false;
}

/* Does a value of the host's know its own type (a range)? */
static bool knows_type(lua_State *L, int idx) {
  if (lua_type(L, idx) != LUA_TTABLE || !luaL_getmetafield(L, idx, "__sa_type_engine__")) return false;
  lua_pop(L, 1);
  return true;
}

/* The type that the value at idx takes beside left, pushed; NULL (nothing pushed) where the core knows. */
static la_node *asked_type(lua_State *L, la_node *left, la_op op, int idx) {
  la_node *type = la_expr_type(left);
  bool own = la_is(type, LA_K_TYPE) && la_type_has(type, LA_TB_HAS_COERCE);
  if ((!own && !knows_type(L, idx)) || la_to_node(L, idx)) return NULL;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &type_hook);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return NULL;
  }
  la_push_node_ref(L, type);
  lua_pushstring(L, la_op_get(op)->name);
  lua_pushvalue(L, idx);
  lua_call(L, 3, 1);
  la_node *n = la_to_node(L, -1);
  if (la_is(n, LA_K_TYPE)) return n;
  lua_pop(L, 1);
  return NULL;
}

/* ---- binary ---- */

/* The expression at 1, of which this is a method. */
static la_node *check_self(lua_State *L) {
  la_node *n = la_test_node(L, 1);
  return n && la_kind_category((la_kind)n->kind) == LA_CAT_EXPR ? n : la_check_column(L, 1, name_of(L));
}

/* Fills *o with the value at idx, which stands beside left and becomes a bind of that type (NULL: that of left). */
static void to_side(lua_State *L, int idx, const la_node *left, const la_node *type, la_operand *o) {
  if (la_is(left, LA_K_ARRAY) && la_is_data(L, idx))
    la_to_array(L, idx, true, &o->value);
  else
    la_to_typed_operand(L, idx, type ? type : la_expr_type(left), o);
}

/* left op (value at idx), pushed. */
static int binary(lua_State *L, la_op op, la_node *left, int idx, la_operate_opts *opts) {
  la_error e = LA_ERROR_INIT;
  la_operand right = {0};
  opts->bind_type = asked_type(L, left, op, idx);
  la_node **slot = la_new_slot(L);
  to_side(L, idx, left, opts->bind_type, &right);
  int rc = la_expr_operate(slot, op, left, &right, opts, &e);
  la_operand_clear(&right);
  la_check(L, rc, &e);
  return 1;
}

/* Is n a column of the schema, or one of a derived table that stands for such a column? */
static bool is_schema_column(const la_node *n) { return la_is(n, LA_K_COLUMN) && la_column_spec_of(n); }

static bool is_exists(const la_node *n) { return LA_AS(unary, n)->op == LA_OP_EXISTS; }

/* Has the unary expression a class of its own? */
static bool is_special(const la_node *n) {
  la_op op = (la_op)LA_AS(unary, n)->op;
  return is_exists(n) || op == LA_OP_IS_TRUE || op == LA_OP_IS_FALSE || op == LA_OP_ANY || op == LA_OP_ALL;
}

/* Is n a chain of operators that has a class of its own: AND, OR, an array? */
static bool is_special_list(const la_node *n) {
  if (la_is(n, LA_K_ARRAY)) return true;
  return la_is(n, LA_K_CLAUSE_LIST) && (la_expr_op(n) == LA_OP_AND || la_expr_op(n) == LA_OP_OR);
}

/* A function that nobody knows, beside one that is known? */
static bool is_lesser_function(const la_node *left, const la_node *right) {
  const la_function *f = LA_AS(function, left);
  if (f->generic || f->object) return false;
  return la_is(right, LA_K_NEXT_VALUE) || (la_is(right, LA_K_FUNCTION) && LA_AS(function, right)->generic);
}

/* Does SQLAlchemy ask the right side of a comparison first? Python does where its class derives from the left's, or
 * where the left, a text(), has no comparisons. */
static bool reflects(const la_node *left, const la_node *right) {
  if (!right) return false;
  switch (left->kind) {
    case LA_K_TEXT: return !la_is(right, LA_K_TEXT) && la_kind_category((la_kind)right->kind) == LA_CAT_EXPR;
    case LA_K_FUNCTION: return is_lesser_function(left, right);
    case LA_K_CLAUSE_LIST: return is_special_list(right) && !is_special_list(left);
    default: break;
  }
  if (left->kind != right->kind) return false;
  switch (left->kind) {
    case LA_K_COLUMN: return !LA_AS(column, left)->render && is_schema_column(right) && !is_schema_column(left);
    case LA_K_CAST: return LA_AS(cast, right)->try_ && !LA_AS(cast, left)->try_;
    case LA_K_UNARY: return is_special(right) && !is_special(left);
    case LA_K_BINARY: return la_expr_op(right) == LA_OP_MYSQL_MATCH && la_expr_op(left) != LA_OP_MYSQL_MATCH;
    default: return false;
  }
}

/* a:eq(b), a:lt(b) … */
static int comparison(lua_State *L) {
  la_operate_opts o = {0};
  la_op op = op_of(L);
  la_node *left = check_self(L), *right = la_to_node(L, 2);
  lua_settop(L, 2);
  if (overridden(L, op, left, 1)) return 1;
  return reflects(left, right) ? binary(L, la_op_mirror(op), right, 1, &o) : binary(L, op, left, 2, &o);
}

/* a:concat(b) and its kin */
static int method(lua_State *L) {
  la_op op = op_of(L);
  la_operate_opts o = {0};
  la_node *left = check_self(L);
  la_place_keywords(L, "self other");
  lua_settop(L, 2);
  return overridden(L, op, left, 1) ? 1 : binary(L, op, left, 2, &o);
}

static bool is_expr(const la_node *n) { return n && la_kind_category((la_kind)n->kind) == LA_CAT_EXPR; }

/* What a sign means beside n: on bit strings of PostgreSQL &, | and ~ are operators of their bits. */
static la_op of_sign(la_op op, const la_node *n) {
  if (op != LA_OP_AND && op != LA_OP_OR && op != LA_OP_INV) return op;
  if (!la_type_isa(la_type_unwrap(la_expr_type(n)), LA_T_POSTGRESQL_BIT)) return op;
  return op == LA_OP_AND ? LA_OP_BITWISE_AND : op == LA_OP_OR ? LA_OP_BITWISE_OR : LA_OP_BITWISE_NOT;
}

/* Is only the right side known to be text? Then a .. b is a + b, whose result is text. */
static bool only_right_is_text(lua_State *L, const la_node *a, const la_node *b) {
  if (!is_expr(a) || !la_type_is_null(la_expr_type(a))) return false;
  return b ? is_expr(b) && la_type_affinity(la_expr_type(b)) == LA_T_STRING : lua_type(L, 2) == LUA_TSTRING;
}

/* a + b and its kin: either side may be a value. */
static int metamethod(lua_State *L) {
  la_operate_opts o = {0};
  la_op op = op_of(L);
  la_node *a = la_to_node(L, 1), *b = la_to_node(L, 2);
  lua_settop(L, 2);
  if (op == LA_OP_CONCAT && only_right_is_text(L, a, b)) op = LA_OP_ADD;
  if (is_expr(a)) return overridden(L, op, a, 1) ? 1 : binary(L, of_sign(op, a), a, 2, &o);
  if (!is_expr(b) || a)
    return la_raise_exc(L, LA_EXC_ArgumentError, "the operator%sneeds column expressions, got %s and %s",
                        la_op_get(op)->text, luaL_typename(L, 1), luaL_typename(L, 2));
  o.reverse = true;
  return overridden(L, op, b, 2) ? 1 : binary(L, of_sign(op, b), b, 1, &o);
}

/* ---- unary ---- */

static int unary(lua_State *L) {
  la_op op = op_of(L);
  la_error e = LA_ERROR_INIT;
  la_node *n = check_self(L);
  lua_settop(L, 1);
  if (overridden(L, op, n, 1) || (op == LA_OP_INV && la_push_negation(L, 1, n))) return 1;
  if (la_expr_is_collection(n))
    return la_raise_exc(L, LA_EXC_ArgumentError, "Only comparison operators may be used with ANY/ALL");
  la_node **slot = la_new_slot(L);
  la_check(L, la_expr_operate(slot, of_sign(op, n), n, NULL, NULL, &e), &e);
  return 1;
}

/* ---- LIKE ---- */

/* Is it one of those that can escape what they look for? */
static bool escapes_itself(la_op op) {
  return op != LA_OP_LIKE && op != LA_OP_NOT_LIKE && op != LA_OP_ILIKE && op != LA_OP_NOT_ILIKE;
}

/* a:like(other, escape), a:contains(other, escape, autoescape) */
static int like(lua_State *L) {
  la_op op = op_of(L);
  la_error e = LA_ERROR_INIT;
  la_operate_opts o = {0};
  la_node *left = check_self(L);
  if (overridden(L, op, left, 1)) return 1;
  if (lua_gettop(L) > 2 || lua_istable(L, 2))
    la_take_keywords(L, name_of(L), escapes_itself(op) ? "self other escape autoescape" : "self other escape");
  lua_settop(L, 4);
  if (lua_isnil(L, 3) && lua_isnil(L, 4)) {
    lua_settop(L, 2);
    return binary(L, op, left, 2, &o);
  }
  o.bind_type = asked_type(L, left, op, 2);
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  o.escape = s->name = la_check_name(L, 3, name_of(L), "escape");
  o.autoescape = lua_toboolean(L, 4);
  la_to_operand(L, 2, &s->a);
  la_check(L, la_expr_operate(slot, op, left, &s->a, &o, &e), &e);
  la_end_scratch(s);
  lua_pop(L, 1);
  return 1;
}

/* ---- IN ---- */

static bool holds_node(lua_State *L, int idx, uint32_t n) {
  for (uint32_t i = 1; i <= n; i++) {
    lua_rawgeti(L, idx, (int)i);
    bool node = la_to_node(L, -1) != NULL;
    lua_pop(L, 1);
    if (node) return true;
  }
  return false;
}

/* A list in which some are expressions. */
static int in_mixed(lua_State *L, la_node *left, bool negated, uint32_t n) {
  la_error e = LA_ERROR_INIT;
  la_node **slot = la_new_slot(L);
  la_operands *items = la_new_operands(L, n);
  for (uint32_t i = 0; i < n; i++) {
    lua_rawgeti(L, 2, (int)i + 1);
    to_side(L, lua_gettop(L), left, NULL, &items->v[i]);
    lua_pop(L, 1);
  }
  la_check(L, la_expr_in_list(slot, left, items->v, n, negated, &e), &e);
  lua_settop(L, 3);
  return 1;
}

/* Are elements of the list that are lists themselves to be known as such? */
static bool holds_lists(const la_node *left) {
  la_type_id family = la_type_affinity(la_expr_type(left));
  return family == LA_T_TUPLETYPE || family == LA_T_SQL_ARRAY || family == LA_T_NULLTYPE;
}

/* A list that a bind holds, not knowing yet that it expands. */
static void expand(lua_State *L, la_scratch *s) {
  la_error e = LA_ERROR_INIT;
  la_node *n = s->a.node;
  if (!la_is(n, LA_K_BIND) || LA_AS(bind, n)->value.tag != LA_V_FOREIGN) return;
  la_node **slot = la_new_slot(L);
  la_push_foreign(L, LA_AS(bind, n)->value.u.f);
  if (la_is_data(L, -1)) {
    la_to_array(L, -1, true, &s->b.value);
    la_check(L, la_bind_with_value(slot, n, &s->b.value, &e), &e);
    s->a.node = *slot;
  }
  lua_pop(L, 1);
}

static int in(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_op op = op_of(L);
  la_node *left = check_self(L);
  la_place_keywords(L, "self other");
  bool negated = op == LA_OP_NOT_IN, list = la_is_data(L, 2);
  uint32_t n = list ? (uint32_t)lua_rawlen(L, 2) : 0;
  lua_settop(L, 2);
  if (overridden(L, op, left, 1)) return 1;
  if (list && holds_node(L, 2, n)) return in_mixed(L, left, negated, n);
  if (la_is(la_to_node(L, 2), LA_K_VALUES)) {
    lua_getfield(L, 2, "scalar_values");
    lua_pushvalue(L, 2);
    lua_call(L, 1, 1);
    lua_replace(L, 2);
  }
  la_node *type = NULL;
  if (n) {
    lua_rawgeti(L, 2, 1); /* stands for all */
    type = asked_type(L, left, op, lua_gettop(L));
  }
  la_node **slot = la_new_slot(L);
  int result = lua_gettop(L);
  la_scratch *s = la_new_scratch(L);
  if (list)
    la_to_array(L, 2, holds_lists(left), &s->a.value);
  else
    la_to_operand(L, 2, &s->a);
  expand(L, s);
  la_check(L, la_expr_in(slot, left, &s->a, type, negated, &e), &e);
  la_end_scratch(s);
  lua_settop(L, result);
  return 1;
}

/* ---- BETWEEN ---- */

/* between(self, lower, upper) */
static int between(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_operate_opts o = {0};
  la_node *left = la_check_column(L, 1, "between");
  lua_settop(L, 3);
  o.bind_type = asked_type(L, left, LA_OP_BETWEEN, 2);
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  to_side(L, 2, left, o.bind_type, &s->a);
  la_to_operand(L, 3, &s->b);
  o.third = &s->b;
  la_check(L, la_expr_operate(slot, LA_OP_BETWEEN, left, &s->a, &o, &e), &e);
  la_end_scratch(s);
  lua_pop(L, 1);
  return 1;
}

/* ---- any operator, for Lua ---- */

static la_node *option_node(lua_State *L, const char *name) {
  lua_getfield(L, 4, name);
  la_node *n = la_to_node(L, -1);
  lua_pop(L, 1);
  return n;
}

/* operate(op, left, right, {custom, result_type, bind_type, third, escape, reverse, modifiers}) */
static int operate(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_operate_opts o = {0};
  la_op op = (la_op)luaL_checkinteger(L, 1);
  if (op <= LA_OP_NONE || op >= LA_OP_COUNT) return la_raise_arg(L, "operate", "op", 1, "an operator");
  bool unary_form = lua_gettop(L) < 3;
  la_node *left = la_check_column(L, 2, la_op_get(op)->name);
  lua_settop(L, 4);
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L), *t = la_new_scratch(L);
  if (lua_istable(L, 4)) {
    o.custom = option_node(L, "custom");
    o.result_type = option_node(L, "result_type");
    o.bind_type = option_node(L, "bind_type");
    lua_getfield(L, 4, "reverse");
    o.reverse = lua_toboolean(L, -1);
    lua_getfield(L, 4, "escape");
    o.escape = s->name = la_check_name(L, -1, la_op_get(op)->name, "escape");
    lua_getfield(L, 4, "third");
    la_to_operand(L, -1, &s->b);
    o.third = &s->b;
    la_node *list = option_node(L, "modifiers");
    if (la_is(list, LA_K_LIST)) o.modifiers = LA_AS(listnode, list)->items;
  }
  if (!o.bind_type) o.bind_type = asked_type(L, left, op, 3);
  to_side(L, 3, left, o.bind_type, &t->a);
  la_check(L, la_expr_operate(slot, op, left, unary_form ? NULL : &t->a, &o, &e), &e);
  la_end_scratch(t);
  lua_settop(L, 5);
  return 1;
}

/* ---- tables ---- */

typedef struct row {
  const char *name;
  la_op op;
} row;

static const row comparisons[] = {{"eq", LA_OP_EQ}, {"ne", LA_OP_NE}, {"lt", LA_OP_LT},  {"le", LA_OP_LE},
                                  {"gt", LA_OP_GT}, {"ge", LA_OP_GE}, {NULL, LA_OP_NONE}};

static const row methods[] = {{"is_", LA_OP_IS},
                              {"is_not", LA_OP_IS_NOT},
                              {"isnot", LA_OP_IS_NOT},
                              {"is_distinct_from", LA_OP_IS_DISTINCT_FROM},
                              {"is_not_distinct_from", LA_OP_IS_NOT_DISTINCT_FROM},
                              {"isnot_distinct_from", LA_OP_IS_NOT_DISTINCT_FROM},
                              {"floordiv", LA_OP_FLOORDIV},
                              {"concat", LA_OP_CONCAT},
                              {"bitwise_xor", LA_OP_BITWISE_XOR},
                              {"bitwise_or", LA_OP_BITWISE_OR},
                              {"bitwise_and", LA_OP_BITWISE_AND},
                              {"bitwise_lshift", LA_OP_LSHIFT},
                              {"bitwise_rshift", LA_OP_RSHIFT},
                              {NULL, LA_OP_NONE}};

static const row likes[] = {{"like", LA_OP_LIKE},
                            {"ilike", LA_OP_ILIKE},
                            {"not_like", LA_OP_NOT_LIKE},
                            {"notlike", LA_OP_NOT_LIKE},
                            {"not_ilike", LA_OP_NOT_ILIKE},
                            {"notilike", LA_OP_NOT_ILIKE},
                            {"startswith", LA_OP_STARTSWITH},
                            {"istartswith", LA_OP_ISTARTSWITH},
                            {"endswith", LA_OP_ENDSWITH},
                            {"iendswith", LA_OP_IENDSWITH},
                            {"contains", LA_OP_CONTAINS},
                            {"icontains", LA_OP_ICONTAINS},
                            {NULL, LA_OP_NONE}};

static const row ins[] = {{"in_", LA_OP_IN}, {"not_in", LA_OP_NOT_IN}, {"notin_", LA_OP_NOT_IN}, {NULL, LA_OP_NONE}};

static const row unaries[] = {{"desc", LA_OP_DESC},
                              {"asc", LA_OP_ASC},
                              {"nulls_first", LA_OP_NULLS_FIRST},
                              {"nullsfirst", LA_OP_NULLS_FIRST},
                              {"nulls_last", LA_OP_NULLS_LAST},
                              {"nullslast", LA_OP_NULLS_LAST},
                              {"distinct", LA_OP_DISTINCT},
                              {"any_", LA_OP_ANY},
                              {"all_", LA_OP_ALL},
                              {"bitwise_not", LA_OP_BITWISE_NOT},
                              {NULL, LA_OP_NONE}};

static const row metamethods[] = {{"__add", LA_OP_ADD},       {"__sub", LA_OP_SUB},  {"__mul", LA_OP_MUL},
                                  {"__div", LA_OP_TRUEDIV},   {"__mod", LA_OP_MOD},  {"__idiv", LA_OP_FLOORDIV},
                                  {"__concat", LA_OP_CONCAT}, {"__band", LA_OP_AND}, {"__bor", LA_OP_OR},
                                  {NULL, LA_OP_NONE}};

static const row unary_metamethods[] = {{"__unm", LA_OP_NEG}, {"__bnot", LA_OP_INV}, {NULL, LA_OP_NONE}};

static void add_rows(lua_State *L, const row *r, lua_CFunction fn) {
  for (; r->name; r++) {
    lua_pushinteger(L, r->op);
    lua_pushstring(L, r->name);
    lua_pushcclosure(L, fn, 2);
    lua_setfield(L, -2, r->name);
  }
}

void la_open_expr(lua_State *L, int core) {
  lua_newtable(L);
  add_rows(L, comparisons, comparison);
  add_rows(L, methods, method);
  add_rows(L, likes, like);
  add_rows(L, ins, in);
  add_rows(L, unaries, unary);
  lua_setfield(L, core, "expr_methods");
  lua_newtable(L);
  add_rows(L, metamethods, metamethod);
  add_rows(L, unary_metamethods, unary);
  lua_setfield(L, core, "expr_metamethods");
  lua_pushcfunction(L, between);
  lua_setfield(L, core, "between");
  lua_pushcfunction(L, operate);
  lua_setfield(L, core, "operate");
  lua_pushlightuserdata(L, (void *)(uintptr_t)&type_hook);
  lua_pushcclosure(L, set_hook, 1);
  lua_setfield(L, core, "on_type");
  lua_pushlightuserdata(L, (void *)(uintptr_t)&operator_hook);
  lua_pushcclosure(L, set_hook, 1);
  lua_setfield(L, core, "on_operator");
}
