/* from.c - tables without a schema, aliases, subqueries, CTEs, joins, and what FROMs tell of their columns. */
#include "bind/columns.h"
#include "bind/convert.h"
#include "bind/expr.h"
#include "bind/keywords.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "bind/stmt.h"
#include "sql/alias.h"
#include "sql/correspond.h"
#include "sql/join.h"
#include "sql/schema.h"

static la_node *check_node(lua_State *L, int idx, const char *function, const char *accepted) {
  la_node *n = la_to_node(L, idx);
  if (!n) la_raise_arg(L, function, "self", idx, accepted);
  return n;
}

/* ---- table(…) ---- */

static int refuse_column(lua_State *L, const la_node *col) {
  const la_node *table = LA_AS(column, col)->table;
  return la_raise_exc(L, LA_EXC_ArgumentError, "column object '%s' already assigned to table '%s'",
                      LA_AS(column, col)->key->s,
                      la_is(table, LA_K_TABLE) ? LA_AS(table, table)->name->s : la_kind_name((la_kind)table->kind));
}

/* Columns of tables of no MetaData are known by their positions. */
static void settle_positions(la_columns *c) {
  for (uint32_t i = 0; i < c->n; i++) {
    la_column *column = LA_AS(column, c->v[i].col);
    if (column->position == (int)i) continue;
    column->position = (int)i;
    la_node_seal(c->v[i].col);
  }
}

/* Makes the column one of the table's, in the place of another one of its key. */
static void add_column(lua_State *L, la_node *table, la_node *col) {
  la_columns *c = LA_AS(table, table)->columns;
  la_column *column = LA_AS(column, col);
  if (column->table) refuse_column(L, col);
  if (!column->key) la_raise_exc(L, LA_EXC_ArgumentError, "Can't add unnamed column to column collection");
  la_node *old = la_columns_get(c, column->key->s, column->key->len);
  if (old ? la_columns_replace(c, old, column->key, col) : la_columns_add(c, column->key, col))
    luaL_error(L, "out of memory");
  if (la_node_adopt(table, la_node_retain(col))) luaL_error(L, "out of memory");
  column->table = table;
  la_node_seal(col);
  settle_positions(c);
}

/* add_column(table, column): to a table of no MetaData */
static int table_add_column(lua_State *L) {
  la_node *table = check_node(L, 1, "append_column", "a table"), *col = la_to_node(L, 2);
  if (!la_is(col, LA_K_COLUMN)) return la_raise_arg(L, "append_column", "column", 2, "a column()");
  la_columns_forget(L, table);
  add_column(L, table, col);
  return 0;
}

/* move_column(table, column, position): from 0; behind the last one: to the end */
static int table_move_column(lua_State *L) {
  la_node *table = check_node(L, 1, "insert_column", "a table");
  la_node *col = check_node(L, 2, "insert_column", "a column");
  la_columns *c = LA_AS(table, table)->columns;
  la_columns_forget(L, table);
  if (la_columns_move(c, col, (uint32_t)luaL_checkinteger(L, 3))) return luaL_error(L, "out of memory");
  if (!LA_AS(table, table)->spec) settle_positions(c);
  return 0;
}

/* table(name, schema, column …): a table of no MetaData */
static int table_new(lua_State *L) {
  int n = lua_gettop(L);
  la_node **slot = la_new_slot(L);
  if (!(*slot = la_node_new(LA_K_TABLE)) || !(LA_AS(table, *slot)->columns = la_columns_new()))
    return luaL_error(L, "out of memory");
  la_table *t = LA_AS(table, *slot);
  t->name = la_check_name(L, 1, "table", "name");
  t->schema = la_check_name(L, 2, "table", "schema");
  if (!t->name) return la_raise_arg(L, "table", "name", 1, "a string");
  la_node_seal(*slot);
  for (int i = 3; i <= n; i++) {
    la_node *col = la_to_node(L, i);
    if (!la_is(col, LA_K_COLUMN)) return la_raise_arg(L, "table", "columns", i, "a column()");
    add_column(L, *slot, col);
  }
  la_push_node_ref(L, *slot);
  return 1;
}

/* ---- aliases and their kin ---- */

typedef int (*maker)(la_node **out, la_node *from, la_str *name, la_error *err);

static int make(lua_State *L, const char *function, maker fn) {
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 2);
  la_node *n = check_node(L, 1, function, "a FROM clause or a SELECT");
  la_node **slot = la_new_slot(L);
  la_str *name = la_check_name(L, 2, function, "name");
  int rc = fn(slot, n, name, &e);
  la_str_release(name);
  la_check(L, rc, &e);
  return 1;
}

static int alias(lua_State *L) { return make(L, "alias", la_alias_of); }
static int lateral(lua_State *L) { return make(L, "lateral", la_lateral_of); }
static int subquery(lua_State *L) { return make(L, "subquery", la_subquery_new); }

/* tablesample(from, name, sampling, seed) */
static int tablesample(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 4);
  la_node *n = la_check_from(L, 1);
  la_node **slot = la_new_slot(L);
  la_str *name = la_check_name(L, 2, "tablesample", "name");
  int rc = la_alias_new(slot, LA_K_TABLESAMPLE, n, name, &e);
  la_str_release(name);
  la_check(L, rc, &e);
  la_set_node(&LA_AS(tablesample, *slot)->sampling, check_node(L, 3, "tablesample", "a function"));
  la_set_node(&LA_AS(tablesample, *slot)->seed, la_to_node(L, 4));
  return la_seal_top(L);
}

/* cte(statement, name, recursive, nesting) */
static int cte(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 4);
  la_node *n = check_node(L, 1, "cte", "a statement");
  la_node **slot = la_new_slot(L);
  la_cte_opts_in o = {la_check_name(L, 2, "cte", "name"), lua_toboolean(L, 3), lua_toboolean(L, 4)};
  int rc = la_cte_new(slot, n, &o, &e);
  la_str_release(o.name);
  la_check(L, rc, &e);
  return 1;
}

/* Adds the SELECTs from idx to the top. */
static void add_selects(lua_State *L, int idx, int n, la_vec *v) {
  for (; idx <= n; idx++) la_add_role(L, idx, LA_ROLE_COMPOUND, NULL, v);
}

/* union(…) and its kin: upvalue 1 is the keyword. */
static int compound(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  int n = lua_gettop(L);
  if (!n) return la_raise_exc(L, LA_EXC_ArgumentError, "union(), except_() and intersect() take at least one SELECT");
  la_scratch *s = la_new_scratch(L);
  add_selects(L, 1, n, &s->nodes);
  la_node **slot = la_new_slot(L);
  la_check(L, la_compound_new(slot, (la_set_op)lua_tointeger(L, lua_upvalueindex(1)), s->nodes.v, s->nodes.n, &e), &e);
  la_end_scratch(s);
  return 1;
}

/* cte_union(cte, keyword, …) */
static int cte_union(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  int n = lua_gettop(L);
  la_node *self = la_test_node(L, 1);
  if (!la_is(self, LA_K_CTE)) return la_raise_arg(L, "union", "self", 1, "a CTE");
  la_scratch *s = la_new_scratch(L);
  add_selects(L, 3, n, &s->nodes);
  la_node **slot = la_new_slot(L);
  la_check(L, la_cte_union(slot, self, (la_set_op)luaL_checkinteger(L, 2), s->nodes.v, s->nodes.n, &e), &e);
  return 1;
}

/* ---- statements in other forms ---- */

static int scalar(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *n = check_node(L, 1, "scalar_subquery", "a SELECT");
  la_node **slot = la_new_slot(L);
  la_check(L, la_select_scalar(slot, n, &e), &e);
  return 1;
}

/* with_labels(statement, style) */
static int with_labels(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *n = check_node(L, 1, "set_label_style", "a SELECT");
  la_label_style style = (la_label_style)luaL_checkinteger(L, 2);
  la_node **slot = la_new_slot(L);
  la_check(L, la_select_with_labels(slot, n, style, &e), &e);
  return 1;
}

/* ---- joins ---- */

/* join(left, right, onclause, isouter, full), outerjoin(left, right, onclause, full): upvalue 1 is which. */
static int join(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  bool outer = lua_toboolean(L, lua_upvalueindex(1));
  la_take_keywords(L, outer ? "outerjoin" : "join",
                   outer ? "left right onclause full" : "left right onclause isouter full");
  la_node *left = la_check_from(L, 1), *right = la_check_from(L, 2), *on = NULL;
  if (!la_is_null(L, 3)) on = la_check_role(L, 3, LA_ROLE_ONCLAUSE, NULL);
  la_node **slot = la_new_slot(L);
  la_check(L, la_join_new(slot, left, right, on, outer || la_flag(L, 4), la_flag(L, outer ? 4 : 5), &e), &e);
  return 1;
}

/* join_condition(a, b, a_subset, {column …}): the columns that count as foreign keys, or nil */
static int join_condition(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 4);
  la_node *a = la_check_from(L, 1), *b = la_check_from(L, 2), *part = la_to_node(L, 3);
  la_scratch *s = la_new_scratch(L);
  bool only = lua_istable(L, 4);
  for (int i = 1, n = only ? (int)lua_rawlen(L, 4) : 0; i <= n; i++) {
    lua_rawgeti(L, 4, i);
    la_vec_add(&s->nodes, check_node(L, -1, "join_condition", "a list of columns"));
    lua_pop(L, 1);
  }
  la_node **slot = la_new_slot(L);
  la_check(L, la_join_condition(slot, a, b, part, only ? &s->nodes : NULL, &e), &e);
  return 1;
}

/* can_join(a, b): do foreign keys join them? */
static int can_join(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  int yes =
      la_can_join(check_node(L, 1, "can_join", "a FROM clause"), check_node(L, 2, "can_join", "a FROM clause"), &e);
  if (yes < 0) return la_raise(L, &e);
  lua_pushboolean(L, yes);
  return 1;
}

/* ---- asking ---- */

static int push_vec(lua_State *L, const la_vec *v) {
  lua_createtable(L, (int)v->n, 0);
  for (uint32_t i = 0; i < v->n; i++) {
    la_push_node_ref(L, v->v[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
  return 1;
}

/* froms(node): the FROMs that an expression needs; of a SELECT those that it is from, joins resolved */
static int froms(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *n = check_node(L, 1, "froms", "a SQL construct");
  la_scratch *s = la_new_scratch(L);
  int rc = n->kind == LA_K_SELECT ? la_select_froms(&s->nodes, n, &e) : la_sql_froms(&s->nodes, n, &e);
  if (!rc && n->kind == LA_K_SELECT) rc = la_select_correlate(&s->nodes, n, NULL, NULL, &e);
  la_check(L, rc, &e);
  return push_vec(L, &s->nodes);
}

/* column_froms(select): those of the columns clause alone */
static int column_froms(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *n = la_check_stmt(L, 1, LA_K_SELECT, "columns_clause_froms");
  la_scratch *s = la_new_scratch(L);
  la_check(L, la_select_column_froms(&s->nodes, n, &e), &e);
  return push_vec(L, &s->nodes);
}

/* selected(statement): all that it returns, columns and texts */
static int selected(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *n = check_node(L, 1, "selected", "a statement");
  la_scratch *s = la_new_scratch(L);
  la_check(L, la_selected(&s->nodes, n, &e), &e);
  return push_vec(L, &s->nodes);
}

/* from_name(from): its name; if that is anonymous, nil and what it is made from */
static int from_name(lua_State *L) {
  la_names k = LA_NAMES_INIT;
  la_str *name = la_name_from(&k, check_node(L, 1, "name", "a FROM clause"));
  la_push_str(L, la_is_anon(name) ? NULL : name);
  la_names_free(&k);
  return 1;
}

/* from_description(from): what messages call it */
static int from_description(lua_State *L) {
  la_buf b = LA_BUF_INIT;
  la_node *n = check_node(L, 1, "description", "a FROM clause");
  la_from_describe(&b, n);
  lua_pushlstring(L, b.s ? b.s : "", b.len);
  la_buf_free(&b);
  return 1;
}

/* whereclause({condition, …}): all of them as one */
static int whereclause(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  luaL_checktype(L, 1, LUA_TTABLE);
  la_scratch *s = la_new_scratch(L);
  for (int i = 1, n = (int)lua_rawlen(L, 1); i <= n; i++) {
    lua_rawgeti(L, 1, i);
    la_vec_add(&s->nodes, check_node(L, -1, "whereclause", "a list of conditions"));
    lua_pop(L, 1);
  }
  la_node **slot = la_new_slot(L);
  la_check(L, la_expr_whereclause(slot, s->nodes.v, s->nodes.n, &e), &e);
  la_push_node_ref(L, *slot);
  return 1;
}

static int is_derived(lua_State *L) {
  la_node *a = check_node(L, 1, "is_derived_from", "a FROM clause"), *b = la_to_node(L, 2);
  lua_pushboolean(L, b && la_is_derived_from(a, b));
  return 1;
}

static int shares_lineage(lua_State *L) {
  la_node *a = check_node(L, 1, "shares_lineage", "a column"), *b = check_node(L, 2, "shares_lineage", "a column");
  int shared = la_shares_lineage(a, b);
  if (shared < 0) return luaL_error(L, "out of memory");
  lua_pushboolean(L, shared);
  return 1;
}

/* lineage(column): the array of all that it stands for, itself included */
static int lineage(lua_State *L) {
  la_node *n = check_node(L, 1, "lineage", "a column");
  la_scratch *s = la_new_scratch(L);
  la_map m = LA_MAP_INIT;
  int rc = la_lineage(&m, n);
  la_vec_add(&s->nodes, n);
  for (size_t i = 0; i < m.cap; i++)
    if (m.e[i].value && m.e[i].value != n) la_vec_add(&s->nodes, m.e[i].value);
  la_map_free(&m);
  if (rc || s->nodes.failed) return luaL_error(L, "out of memory");
  return push_vec(L, &s->nodes);
}

/* primary_key(from): the array of its columns that stand for columns of a primary key */
static int primary_key(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_columns *c = la_from_columns(check_node(L, 1, "primary_key", "a FROM clause"), &e);
  if (!c) return la_raise(L, &e);
  lua_newtable(L);
  for (uint32_t i = 0; i < c->n; i++) {
    if (!la_column_is_pk(c->v[i].col)) continue;
    la_push_node_ref(L, c->v[i].col);
    lua_rawseti(L, -2, (int)lua_rawlen(L, -2) + 1);
  }
  return 1;
}

/* ---- opening ---- */

static void closure(lua_State *L, int core, const char *name, lua_CFunction fn, int value) {
  lua_pushinteger(L, value);
  lua_pushcclosure(L, fn, 1);
  lua_setfield(L, core, name);
}

static const luaL_Reg functions[] = {{"table", table_new},
                                     {"add_column", table_add_column},
                                     {"move_column", table_move_column},
                                     {"alias", alias},
                                     {"lateral", lateral},
                                     {"subquery", subquery},
                                     {"tablesample", tablesample},
                                     {"cte", cte},
                                     {"cte_union", cte_union},
                                     {"scalar_subquery", scalar},
                                     {"with_labels", with_labels},
                                     {"join_condition", join_condition},
                                     {"can_join", can_join},
                                     {"froms", froms},
                                     {"column_froms", column_froms},
                                     {"selected", selected},
                                     {"from_name", from_name},
                                     {"from_description", from_description},
                                     {"whereclause", whereclause},
                                     {"is_derived_from", is_derived},
                                     {"shares_lineage", shares_lineage},
                                     {"lineage", lineage},
                                     {"primary_key", primary_key},
                                     {NULL, NULL}};

void la_open_from(lua_State *L, int core) {
  la_open_implicit(L, core);
  for (const luaL_Reg *r = functions; r->name; r++) {
    lua_pushcfunction(L, r->func);
    lua_setfield(L, core, r->name);
  }
  static const char *const names[] = {"union", "union_all", "except_", "except_all", "intersect", "intersect_all"};
  for (int i = LA_SET_UNION; i <= LA_SET_INTERSECT_ALL; i++) closure(L, core, names[i], compound, i);
  lua_pushboolean(L, false);
  lua_pushcclosure(L, join, 1);
  lua_setfield(L, core, "join");
  lua_pushboolean(L, true);
  lua_pushcclosure(L, join, 1);
  lua_setfield(L, core, "outerjoin");
}
