/* expr_make.c - constructors of expressions: and_, text, literal, label, cast, functions … */
#include <string.h>

#include "bind/convert.h"
#include "bind/expr.h"
#include "bind/foreign.h"
#include "bind/keywords.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "sql/func.h"

/* ---- conditions ---- */

/* A boolean among conditions is a constant where it stands first, or among constants alone, as in and_(true, …);
 * anywhere else it is the result of a Lua comparison. */
static la_role role_at(lua_State *L, int idx, bool constants) {
  return constants || lua_type(L, idx) != LUA_TBOOLEAN ? LA_ROLE_CONDITION : LA_ROLE_WHERE;
}

static bool is_constant(const la_node *n) { return la_is(n, LA_K_TRUE) || la_is(n, LA_K_FALSE) || la_is(n, LA_K_NULL); }

enum { FEW = 16 };

/* The arguments if they are few and expressions all; false otherwise. */
static bool few_conditions(lua_State *L, int n, la_node *v[FEW]) {
  if (n > FEW) return false;
  for (int i = 0; i < n; i++) {
    v[i] = la_test_node(L, i + 1);
    if (!v[i] || la_kind_category((la_kind)v[i]->kind) != LA_CAT_EXPR) return false;
  }
  return true;
}

/* Warns of and_() and or_() of nothing. */
static void tell_empty(lua_State *L, bool is_and) {
  const char *name = is_and ? "and_" : "or_", *lua = is_and ? "true_()" : "false_()", *word = is_and ? "true" : "false";
  lua_pushfstring(L,
                  "Invoking %s() without arguments is deprecated, and will be disallowed in a future release.   For an "
                  "empty %s() construct, use '%s(%s, ...)' or '%s(%s, ...)'.",
                  name, name, name, lua, name, word);
  la_warn(L, "SADeprecationWarning");
}

/* and_(…), or_(…): upvalue 1 is the operator. */
static int conjunction(lua_State *L) {
  la_op op = (la_op)lua_tointeger(L, lua_upvalueindex(1));
  la_error e = LA_ERROR_INIT;
  la_node *few[FEW];
  int n = lua_gettop(L);
  luaL_checkstack(L, 8, "too many conditions");
  if (!n) tell_empty(L, op == LA_OP_AND);
  la_node **slot = la_new_slot(L);
  if (few_conditions(L, n, few)) {
    la_check(L, la_expr_conjunction(slot, op, few, (uint32_t)n, &e), &e);
    return 1;
  }
  la_scratch *s = la_new_scratch(L);
  bool constants = true;
  for (int i = 1; i <= n; i++) {
    la_add_role(L, i, role_at(L, i, constants), NULL, &s->nodes);
    constants = constants && is_constant(s->nodes.v[i - 1]);
  }
  la_check(L, la_expr_conjunction(slot, op, s->nodes.v, s->nodes.n, &e), &e);
  lua_pop(L, 1);
  return 1;
}

/* What stands for NOT of a list of conditions, where that is not its plain negation: a weak table of the registry. */
static const char negations = 0;

bool la_push_negation(lua_State *L, int idx, const la_node *n) {
  if (n->kind != LA_K_CLAUSE_LIST) return false;
  lua_pushvalue(L, idx);
  lua_pushlightuserdata(L, (void *)(uintptr_t)&negations);
  lua_rawget(L, LUA_REGISTRYINDEX);
  lua_insert(L, -2);
  lua_rawget(L, -2);
  lua_remove(L, -2);
  if (!lua_isnil(L, -1)) return true;
  lua_pop(L, 1);
  return false;
}

/* negated_as(list, node): not_(list) is the node. */
static int negated_as(lua_State *L) {
  lua_settop(L, 2);
  lua_pushlightuserdata(L, (void *)(uintptr_t)&negations);
  lua_rawget(L, LUA_REGISTRYINDEX);
  lua_insert(L, 1);
  lua_rawset(L, 1);
  return 0;
}

static void open_negations(lua_State *L) {
  lua_pushlightuserdata(L, (void *)(uintptr_t)&negations);
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_rawset(L, LUA_REGISTRYINDEX);
}

static int negation(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_place_keywords(L, "clause");
  lua_settop(L, 1);
  la_node *n = la_check_role(L, 1, LA_ROLE_EXPR, NULL);
  if (la_push_negation(L, 1, n)) return 1;
  la_node **slot = la_new_slot(L);
  la_check(L, la_expr_negate(slot, n, &e), &e);
  return 1;
}

/* ---- asc(x), distinct(x) …: upvalue 1 the operator, 2 the role of x ---- */

static int unary(lua_State *L) {
  la_op op = (la_op)lua_tointeger(L, lua_upvalueindex(1));
  la_error e = LA_ERROR_INIT;
  la_role role = (la_role)lua_tointeger(L, lua_upvalueindex(2));
  la_place_keywords(L, role == LA_ROLE_BY_OF ? "column" : "expr");
  lua_settop(L, 1);
  la_node *n = la_check_role(L, 1, role, NULL);
  la_node **slot = la_new_slot(L);
  la_check(L, la_expr_operate(slot, op, n, NULL, NULL, &e), &e);
  return 1;
}

/* ---- columns, text, literals ---- */

/* column(name, type), literal_column(text, type): upvalue 1 is whether literal. */
static int column(lua_State *L) {
  bool literal = lua_tointeger(L, lua_upvalueindex(1)) != 0;
  const char *function = literal ? "literal_column" : "column";
  la_error e = LA_ERROR_INIT;
  la_place_keywords(L, "text type_");
  lua_settop(L, 2);
  la_node *type = la_is_null(L, 2) ? NULL : la_check_type(L, 2, function, "type_");
  la_node **slot = la_new_slot(L);
  la_str *name = la_check_name(L, 1, function, "text");
  if (!name) return la_raise_arg(L, function, "text", 1, "a string");
  int rc = la_expr_column(slot, name, type, literal, &e);
  la_str_release(name);
  la_check(L, rc, &e);
  la_push_node_ref(L, *slot);
  return 1;
}

static int text(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  size_t len;
  la_place_keywords(L, "text");
  if (lua_type(L, 1) != LUA_TSTRING) return la_raise_arg(L, "text", "text", 1, "a string");
  const char *s = lua_tolstring(L, 1, &len);
  la_node **slot = la_new_slot(L);
  la_check(L, la_expr_text(slot, s, len, &e), &e);
  return 1;
}

/* A literal whose class is not one of the core's knows its own type. */
static la_node *own_type(lua_State *L, int idx) {
  if (lua_type(L, idx) != LUA_TTABLE || !luaL_getmetafield(L, idx, "__sa_type_engine__")) return NULL;
  lua_pushvalue(L, idx);
  lua_call(L, 1, 1);
  la_node *n = la_to_node(L, -1);
  return la_is(n, LA_K_TYPE) ? n : NULL;
}

/* literal(value, type, literal_execute) */
static int literal(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_bind_opts o = {0};
  static const char *const names = "value type_ literal_execute";
  if (lua_gettop(L) > 1)
    la_take_keywords(L, "literal", names);
  else
    la_place_keywords(L, names);
  lua_settop(L, 3);
  if (la_to_node(L, 1))
    return la_raise_exc(L, LA_EXC_ArgumentError, "Literal Python value expected, got a SQL expression.");
  o.type = la_is_null(L, 2) ? own_type(L, 1) : la_check_type(L, 2, "literal", "type_");
  o.unique = true;
  o.literal_execute = lua_toboolean(L, 3) && !la_is_null(L, 3);
  la_node **slot = la_new_slot(L);
  la_operand v;
  la_to_typed_operand(L, 1, o.type, &v);
  int rc = la_bind_new(slot, &o, &v.value, &e);
  la_operand_clear(&v);
  la_check(L, rc, &e);
  return 1;
}

static bool flag(lua_State *L, int idx, const char *name) {
  lua_getfield(L, idx, name);
  bool on = lua_toboolean(L, -1) && !la_is_null(L, -1);
  lua_pop(L, 1);
  return on;
}

/* Elements of a list for an expanding bind; of others the value as it is. */
static void bind_value(lua_State *L, int idx, bool expanding, const la_node *type, la_operand *out) {
  if (expanding && la_is_data(L, idx))
    la_to_array(L, idx, true, &out->value);
  else
    la_to_typed_operand(L, idx, type, out);
  if (out->node) la_raise_arg(L, "bindparam", "value", idx, "a plain value");
}

/* bind(key, has value, value, {type, unique, required, expanding, literal_execute, isoutparam, callable}) */
static int bind(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_bind_opts o = {0};
  luaL_checktype(L, 4, LUA_TTABLE);
  lua_settop(L, 4);
  bool given = lua_toboolean(L, 2);
  lua_getfield(L, 4, "type");
  o.type = la_is_null(L, -1) ? given ? own_type(L, 3) : NULL : la_check_type(L, -1, "bindparam", "type_");
  o.unique = flag(L, 4, "unique");
  o.required = flag(L, 4, "required");
  o.expanding = flag(L, 4, "expanding");
  o.literal_execute = flag(L, 4, "literal_execute");
  o.isoutparam = flag(L, 4, "isoutparam");
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  o.key = s->name = la_check_name(L, 1, "bindparam", "key");
  if (given) bind_value(L, 3, o.expanding, o.type, &s->a);
  lua_getfield(L, 4, "callable");
  o.callable = la_is_null(L, -1) ? NULL : la_foreign_new(L, -1);
  int rc = la_bind_new(slot, &o, given ? &s->a.value : NULL, &e);
  la_foreign_release(o.callable);
  la_check(L, rc, &e);
  lua_pop(L, 2);
  return 1;
}

/* bind_with_value(bind, value) */
static int bind_with_value(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *n = la_test_node(L, 1);
  if (!la_is(n, LA_K_BIND)) return la_raise_arg(L, "bind_with_value", "bind", 1, "a bindparam()");
  lua_settop(L, 2);
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  bind_value(L, 2, LA_AS(bind, n)->expanding, la_expr_type(n), &s->a);
  if (s->a.value.tag == LA_V_ABSENT) s->a.value = LA_VALUE_NULL;
  la_check(L, la_bind_with_value(slot, n, &s->a.value, &e), &e);
  lua_pop(L, 1);
  return 1;
}

/* The bind of a text() that stands for own: what the tables at 2 and 3 have by its key, which is taken out of them. */
static void put_text_bind(lua_State *L, la_node **place) {
  la_error e = LA_ERROR_INIT;
  const la_str *key = LA_AS(bind, *place)->key;
  for (int table = 2; table <= 3; table++) {
    lua_pushlstring(L, key->s, key->len);
    lua_pushvalue(L, -1);
    lua_rawget(L, table);
    la_node *given = table == 2 ? la_test_node(L, -1) : NULL;
    if (given) {
      la_set_node(place, given);
    } else if (!lua_isnil(L, -1)) {
      la_node **bound = la_new_slot(L);
      la_scratch *s = la_new_scratch(L);
      bind_value(L, -3, LA_AS(bind, *place)->expanding, la_expr_type(*place), &s->a);
      if (s->a.value.tag == LA_V_ABSENT) s->a.value = LA_VALUE_NULL;
      la_check(L, la_bind_with_value(bound, *place, &s->a.value, &e), &e);
      la_end_scratch(s);
      la_set_node(place, *bound);
      lua_pop(L, 2);
    }
    lua_pop(L, 1);
    lua_pushnil(L);
    lua_rawset(L, table);
  }
}

/* text_bindparams(text, binds, values): text with these binds and values in the place of its own, by their keys. Takes
 * out of the tables what it has found. */
static int text_bindparams(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *t = la_test_node(L, 1);
  if (!la_is(t, LA_K_TEXT)) return la_raise_arg(L, "bindparams", "self", 1, "a text()");
  lua_settop(L, 3);
  const la_list *own = LA_AS(text, t)->binds;
  la_scratch *s = la_new_scratch(L);
  for (uint32_t i = 0; i < la_list_len(own); i++) la_vec_add(&s->nodes, own->v[i]);
  if (s->nodes.failed) return luaL_error(L, "out of memory");
  for (uint32_t i = 0; i < s->nodes.n; i++) put_text_bind(L, &s->nodes.v[i]);
  la_node **slot = la_new_slot(L);
  la_check(L, la_expr_text_with(slot, t, s->nodes.v, &e), &e);
  la_end_scratch(s);
  return 1;
}

/* ---- labels, casts ---- */

/* label(element, name, type) */
static int label(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_place_keywords(L, "element name type_");
  lua_settop(L, 3);
  bool plain = lua_type(L, 1) != LUA_TUSERDATA && lua_type(L, 1) != LUA_TTABLE;
  la_node *n = plain ? la_check_column(L, 1, "label") : la_check_role(L, 1, LA_ROLE_EXPR, NULL);
  la_node *type = la_is_null(L, 3) ? NULL : la_check_type(L, 3, "label", "type_");
  la_node **slot = la_new_slot(L);
  la_str *name = la_check_name(L, 2, "label", "name");
  int rc = la_expr_label(slot, n, name && name->len ? name : NULL, type, &e);
  la_str_release(name);
  la_check(L, rc, &e);
  return 1;
}

typedef enum cast_form { CAST, TRY_CAST, TYPE_COERCE } cast_form;

/* cast(expression, type) and its kin: upvalue 1 is the form. */
static int cast(lua_State *L) {
  static const char *const names[] = {"cast", "try_cast", "type_coerce"};
  cast_form form = (cast_form)lua_tointeger(L, lua_upvalueindex(1));
  la_error e = LA_ERROR_INIT;
  la_operand o;
  la_place_keywords(L, "expression type_");
  lua_settop(L, 2);
  la_node *type = la_check_type(L, 2, names[form], "type_");
  la_node **slot = la_new_slot(L);
  la_to_typed_operand(L, 1, type, &o);
  int rc = form == TYPE_COERCE ? la_expr_type_coerce(slot, &o, type, &e)
                               : la_expr_cast(slot, &o, type, form == TRY_CAST, &e);
  la_operand_clear(&o);
  la_check(L, rc, &e);
  return 1;
}

static int extract(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_place_keywords(L, "field expr");
  lua_settop(L, 2);
  la_node *n = la_check_role(L, 2, LA_ROLE_EXPR, NULL);
  la_node **slot = la_new_slot(L);
  la_str *field = la_check_name(L, 1, "extract", "field");
  if (!field) return la_raise_arg(L, "extract", "field", 1, "a string");
  int rc = la_expr_extract(slot, field, n, &e);
  la_str_release(field);
  la_check(L, rc, &e);
  return 1;
}

/* collate(expression, collation, schema or nil) */
static int collate(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 3);
  la_node *n = la_check_role(L, 1, LA_ROLE_EXPR, NULL);
  la_node **slot = la_new_slot(L);
  la_str *name = la_check_name(L, 2, "collate", "collation");
  if (!name) return la_raise_arg(L, "collate", "collation", 2, "a string");
  la_scratch *s = la_new_scratch(L);
  s->name = name;
  la_str *schema = la_check_name(L, 3, "collate", "collation_schema");
  int rc = la_expr_collate(slot, n, name, schema, &e);
  la_str_release(schema);
  la_check(L, rc, &e);
  la_end_scratch(s);
  lua_pop(L, 1);
  return 1;
}

static int tuple(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  int n = lua_gettop(L);
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  for (int i = 1; i <= n; i++) la_add_role(L, i, LA_ROLE_EXPR, NULL, &s->nodes);
  la_check(L, la_expr_tuple(slot, s->nodes.v, s->nodes.n, &e), &e);
  lua_pop(L, 1);
  return 1;
}

/* ---- roles ---- */

/* coerce(role name, value, argname): the node that value is in that role */
static int coerce(lua_State *L) {
  la_role role = (la_role)luaL_checkinteger(L, 1);
  if ((int)role < 0 || role >= LA_ROLE_COUNT) return la_raise_arg(L, "coerce", "role", 1, "one of core.roles");
  lua_settop(L, 3);
  la_push_node_ref(L, la_check_role(L, 2, role, lua_tostring(L, 3)));
  return 1;
}

/* coerce_literal(value, name, type): an argument, as in a function's list */
static int coerce_literal(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 3);
  la_node *type = la_is_null(L, 3) ? own_type(L, 1) : la_check_type(L, 3, "coerce_literal", "type_");
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  s->name = la_check_name(L, 2, "coerce_literal", "name");
  la_to_typed_operand(L, 1, type, &s->a);
  int rc = s->a.node ? la_coerce(slot, LA_ROLE_EXPR, &s->a, NULL, &e)
                     : la_coerce_literal(slot, &s->a.value, s->name, type, &e);
  la_check(L, rc, &e);
  lua_pop(L, 1);
  return 1;
}

/* self_group(node, op): in parentheses where it needs them within op (nil: unknown) */
static int self_group(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *n = la_to_node(L, 1);
  if (!n) return la_raise_arg(L, "self_group", "self", 1, "a SQL construct");
  la_op op = lua_isnumber(L, 2) ? (la_op)lua_tointeger(L, 2) : LA_OP_NONE;
  la_node **slot = la_new_slot(L);
  la_check(L, la_expr_self_group(slot, n, op, &e), &e);
  la_push_node_ref(L, *slot);
  return 1;
}

/* clause_list(items, op, group, group_contents) */
static int clause_list(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  luaL_checktype(L, 1, LUA_TTABLE);
  la_op op = (la_op)luaL_checkinteger(L, 2);
  bool group = lua_toboolean(L, 3), contents = lua_toboolean(L, 4);
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  for (int i = 1, n = (int)lua_rawlen(L, 1); i <= n; i++) {
    lua_rawgeti(L, 1, i);
    la_add_role(L, lua_gettop(L), LA_ROLE_EXPR, NULL, &s->nodes);
    lua_pop(L, 1);
  }
  la_check(L, la_expr_clause_list(slot, s->nodes.v, s->nodes.n, op, group, contents, &e), &e);
  lua_pop(L, 1);
  return 1;
}

/* ---- raw constructs ---- */

static la_op check_op(lua_State *L, int idx, const char *function) {
  la_op op = lua_isnumber(L, idx) ? (la_op)lua_tointeger(L, idx) : LA_OP_NONE;
  if (lua_isnoneornil(L, idx) || (op > LA_OP_NONE && op < LA_OP_COUNT)) return op;
  la_raise_arg(L, function, "operator", idx, "an operator");
  return LA_OP_NONE;
}

static la_node *optional_type(lua_State *L, int idx, const char *function) {
  return la_is_null(L, idx) ? NULL : la_check_type(L, idx, function, "type_");
}

/* binary(left, right, op, type, negation) */
static int binary(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 5);
  la_op op = check_op(L, 3, "BinaryExpression"), negate = check_op(L, 5, "BinaryExpression");
  la_node *type = optional_type(L, 4, "BinaryExpression");
  la_node *left = la_check_role(L, 1, LA_ROLE_EXPR, "left"), *right = la_check_role(L, 2, LA_ROLE_EXPR, "right");
  la_node **slot = la_new_slot(L);
  la_check(L, la_expr_binary(slot, left, right, op, NULL, type, negate, &e), &e);
  return 1;
}

/* unary(element, op, modifier, type) */
static int raw_unary(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 4);
  la_op op = check_op(L, 2, "UnaryExpression"), modifier = check_op(L, 3, "UnaryExpression");
  la_node *type = optional_type(L, 4, "UnaryExpression");
  la_node *n = la_check_role(L, 1, LA_ROLE_EXPR, "element");
  la_node **slot = la_new_slot(L);
  int rc = modifier ? la_expr_modifier(slot, n, modifier, &e) : la_expr_unary(slot, n, op, type, &e);
  la_check(L, rc, &e);
  return 1;
}

/* beside(expr, op, value, type): what value becomes beside expr */
static int beside(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 4);
  la_node *n = la_check_column(L, 1, "beside"), *type = optional_type(L, 4, "beside");
  la_op op = check_op(L, 2, "beside");
  la_node **slot = la_new_slot(L);
  la_scratch *s = la_new_scratch(L);
  la_to_typed_operand(L, 3, type, &s->a);
  la_check(L, la_expr_beside(slot, n, op, &s->a, type, &e), &e);
  lua_pop(L, 1);
  return 1;
}

/* ---- table ---- */

static void closure(lua_State *L, int core, const char *name, lua_CFunction fn, int a, int b) {
  lua_pushinteger(L, a);
  lua_pushinteger(L, b);
  lua_pushcclosure(L, fn, 2);
  lua_setfield(L, core, name);
}

static void push_roles(lua_State *L, int core) {
  static const struct {
    const char *name;
    la_role role;
  } roles[] = {{"expr", LA_ROLE_EXPR},
               {"where", LA_ROLE_WHERE},
               {"condition", LA_ROLE_CONDITION},
               {"onclause", LA_ROLE_ONCLAUSE},
               {"columns", LA_ROLE_COLUMNS},
               {"labeled", LA_ROLE_LABELED},
               {"column", LA_ROLE_COLUMN},
               {"plain_column", LA_ROLE_PLAIN_COLUMN},
               {"by_of", LA_ROLE_BY_OF},
               {"order_by", LA_ROLE_ORDER_BY},
               {"group_by", LA_ROLE_GROUP_BY},
               {"from", LA_ROLE_FROM},
               {"dml_table", LA_ROLE_DML_TABLE},
               {"dml_select", LA_ROLE_DML_SELECT},
               {"compound", LA_ROLE_COMPOUND},
               {"option", LA_ROLE_OPTION},
               {"ddl", LA_ROLE_DDL},
               {"statement", LA_ROLE_STATEMENT},
               {"select", LA_ROLE_SELECT}};
  lua_newtable(L);
  for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
    lua_pushinteger(L, roles[i].role);
    lua_setfield(L, -2, roles[i].name);
  }
  lua_setfield(L, core, "roles");
}

static void push_constant(lua_State *L, int core, const char *name, la_node *n) {
  la_push_node_ref(L, n);
  lua_setfield(L, core, name);
}

void la_open_expr_make(lua_State *L, int core) {
  static const luaL_Reg functions[] = {{"not_", negation},
                                       {"negated_as", negated_as},
                                       {"text", text},
                                       {"literal", literal},
                                       {"bind", bind},
                                       {"bind_with_value", bind_with_value},
                                       {"label", label},
                                       {"extract", extract},
                                       {"collate", collate},
                                       {"tuple", tuple},
                                       {"coerce", coerce},
                                       {"coerce_literal", coerce_literal},
                                       {"self_group", self_group},
                                       {"text_bindparams", text_bindparams},
                                       {"clause_list", clause_list},
                                       {"binary", binary},
                                       {"unary", raw_unary},
                                       {"beside", beside},
                                       {NULL, NULL}};
  for (const luaL_Reg *r = functions; r->name; r++) {
    lua_pushcfunction(L, r->func);
    lua_setfield(L, core, r->name);
  }
  open_negations(L);
  lua_pushinteger(L, LA_FUNC_OWN);
  lua_setfield(L, core, "own_function");
  closure(L, core, "and_", conjunction, LA_OP_AND, 0);
  closure(L, core, "or_", conjunction, LA_OP_OR, 0);
  closure(L, core, "asc", unary, LA_OP_ASC, LA_ROLE_BY_OF);
  closure(L, core, "desc", unary, LA_OP_DESC, LA_ROLE_BY_OF);
  closure(L, core, "nulls_first", unary, LA_OP_NULLS_FIRST, LA_ROLE_BY_OF);
  closure(L, core, "nulls_last", unary, LA_OP_NULLS_LAST, LA_ROLE_BY_OF);
  closure(L, core, "distinct", unary, LA_OP_DISTINCT, LA_ROLE_EXPR);
  closure(L, core, "bitwise_not", unary, LA_OP_BITWISE_NOT, LA_ROLE_EXPR);
  closure(L, core, "any_", unary, LA_OP_ANY, LA_ROLE_EXPR);
  closure(L, core, "all_", unary, LA_OP_ALL, LA_ROLE_EXPR);
  closure(L, core, "column", column, false, 0);
  closure(L, core, "literal_column", column, true, 0);
  closure(L, core, "cast", cast, CAST, 0);
  closure(L, core, "try_cast", cast, TRY_CAST, 0);
  closure(L, core, "type_coerce", cast, TYPE_COERCE, 0);
  push_roles(L, core);
  push_constant(L, core, "null_", la_expr_null());
  push_constant(L, core, "true_", la_expr_true());
  push_constant(L, core, "false_", la_expr_false());
}
