/* dml.c - insert(), update(), delete() and the methods that most of them use. */
#include "sql/dml.h"

#include "bind/columns.h"
#include "bind/convert.h"
#include "bind/expr.h"
#include "bind/keywords.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "bind/stmt.h"

/* insert(table), update(table), delete(table): upvalue 1 is the kind. */
static int dml_new(lua_State *L) {
  la_place_keywords(L, "table");
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 1);
  la_node *table = la_check_role(L, 1, LA_ROLE_DML_TABLE, NULL);
  la_node **slot = la_new_slot(L);
  la_check(L, la_dml_new(slot, (la_kind)lua_tointeger(L, lua_upvalueindex(1)), table, &e), &e);
  return 1;
}

/* ---- one pair ---- */

/* What pairs are made for, and where they go. */
typedef struct pairing {
  la_node *table;
  la_bind_role role;
  la_scratch *s; /* nodes: the pairs */
} pairing;

static int refuse_key(lua_State *L, int idx) {
  la_error e = LA_ERROR_INIT;
  la_operand given;
  la_buf b = LA_BUF_INIT;
  la_to_operand(L, idx, &given);
  la_describe(&b, &given);
  la_operand_clear(&given);
  const char *text = la_buf_cstr(&b);
  la_fail_with(&e, LA_EXC_ArgumentError, "SET/VALUES column expression or string key expected, got %s.",
               text ? text : "?");
  la_buf_free(&b);
  return la_raise(L, &e);
}

/* The key at idx: a column, borrowed, or a string, kept by p. */
static la_dml_key check_key(lua_State *L, const pairing *p, int idx) {
  la_str_release(p->s->name);
  p->s->name = NULL;
  if (lua_type(L, idx) == LUA_TSTRING) return (la_dml_key){NULL, p->s->name = la_to_str(L, idx)};
  la_node *n = la_to_node(L, idx);
  if (!n || (la_kind_category((la_kind)n->kind) != LA_CAT_EXPR && n->kind != LA_K_STR)) refuse_key(L, idx);
  return (la_dml_key){n, NULL};
}

/* Adds the pair of the key and the value at these places. */
static void add_pair(lua_State *L, const pairing *p, int key, int value) {
  la_error e = LA_ERROR_INIT;
  la_dml_key k = check_key(L, p, key);
  la_operand v;
  la_node *pair = NULL, *node = NULL;
  la_to_operand(L, value, &v);
  int rc = v.node ? la_coerce(&node, LA_ROLE_EXPR, &v, NULL, &e) : 0;
  if (!rc) rc = la_dml_pair(&pair, p->table, &k, node, &v.value, p->role, &e);
  la_node_release(node);
  la_operand_clear(&v);
  if (!rc) la_vec_give(&p->s->nodes, pair);
  la_check(L, rc, &e);
  if (p->s->nodes.failed) luaL_error(L, "out of memory");
}

/* ---- rows ---- */

static bool is_plain(lua_State *L, int idx) {
  if (!lua_istable(L, idx)) return false;
  if (!lua_getmetatable(L, idx)) return true;
  lua_pop(L, 1);
  return false;
}

/* {key = value, [column] = value} at idx */
static void add_dict(lua_State *L, const pairing *p, int idx) {
  lua_pushnil(L);
  while (lua_next(L, idx)) {
    int top = lua_gettop(L);
    add_pair(L, p, top - 1, top);
    lua_pop(L, 1);
  }
}

/* {value, value} at idx, in the order of the table's columns */
static void add_by_position(lua_State *L, const pairing *p, int idx) {
  la_error e = LA_ERROR_INIT;
  la_columns *c = la_from_columns(p->table, &e);
  uint32_t n = (uint32_t)lua_rawlen(L, idx);
  if (!c) la_raise(L, &e);
  if (n > la_columns_len(c))
    la_raise_exc(L, LA_EXC_ArgumentError, "values: %d values given for a table of %d columns", (int)n,
                 (int)la_columns_len(c));
  for (uint32_t i = 0; i < n; i++) {
    la_node *col = c->v[i].col; /* a join shows it under another key */
    la_push_str(L, la_is(col, LA_K_COLUMN) ? LA_AS(column, col)->key : c->v[i].key);
    lua_rawgeti(L, idx, (int)i + 1);
    int top = lua_gettop(L);
    add_pair(L, p, top - 1, top);
    lua_pop(L, 2);
  }
}

/* Adds the pairs of one row, a table in either form, at idx (absolute). */
static void add_row(lua_State *L, const pairing *p, int idx) {
  if (!is_plain(L, idx)) la_raise_arg(L, "values", "row", idx, "a table of values");
  if (lua_rawlen(L, idx))
    add_by_position(L, p, idx);
  else
    add_dict(L, p, idx);
}

static la_list *ordered(lua_State *L, la_node *table, la_vec *pairs) {
  la_error e = LA_ERROR_INIT;
  la_list *l;
  la_check(L, la_dml_ordered(&l, table, pairs->v, pairs->n, &e), &e);
  la_vec_free(pairs);
  return l;
}

/* ---- values(…) ---- */

/* A list of rows at idx: LISTs of pairs in v. */
static void add_rows(lua_State *L, la_node *table, la_vec *v, int idx) {
  for (int i = 1, n = (int)lua_rawlen(L, idx); i <= n; i++) {
    la_scratch *s = la_new_scratch(L);
    pairing p = {table, LA_BIND_CRUD, s};
    lua_rawgeti(L, idx, i);
    add_row(L, &p, lua_gettop(L));
    la_node **slot = la_new_slot(L);
    if (!(*slot = la_node_new(LA_K_LIST))) luaL_error(L, "out of memory");
    LA_AS(listnode, *slot)->items = ordered(L, table, &s->nodes);
    la_vec_add(v, la_node_seal(*slot));
    lua_pop(L, 3);
  }
}

static bool is_list_of_rows(lua_State *L, int idx) {
  lua_rawgeti(L, idx, 1);
  bool rows = is_plain(L, -1);
  lua_pop(L, 1);
  return rows;
}

static void refuse_values(lua_State *L, const la_node *stmt, bool rows) {
  const la_insert *insert = stmt->kind == LA_K_INSERT ? LA_AS(insert, stmt) : NULL;
  if (insert && insert->select)
    la_raise_exc(L, LA_EXC_InvalidRequestError, "This construct already inserts from a SELECT");
  if (insert && (rows ? insert->values : insert->multi_values))
    la_raise_exc(
        L, LA_EXC_InvalidRequestError,
        "Can't mix single and multiple VALUES formats in one INSERT statement; one style appends to a list while "
        "the other replaces values, so the intent is ambiguous.");
  if (!insert && LA_AS(update, stmt)->ordered)
    la_raise_exc(L, LA_EXC_InvalidRequestError, "This statement already has ordered values present");
  if (!insert && rows)
    la_raise_exc(L, LA_EXC_InvalidRequestError, "UPDATE construct does not support multiple parameter sets.");
}

static la_node *table_of(const la_node *stmt) {
  return stmt->kind == LA_K_INSERT ? LA_AS(insert, stmt)->table : LA_AS(update, stmt)->table;
}

/* Puts a plain table in the place of the mapping of a row at idx; anything else stays. */
static void spread_mapping(lua_State *L, int idx) {
  if (!luaL_getmetafield(L, idx, "__name")) return;
  bool mapping = lua_isstring(L, -1) && !strcmp(lua_tostring(L, -1), "lualchemy.RowMapping");
  lua_pop(L, 1);
  if (!mapping || !luaL_getmetafield(L, idx, "__pairs")) return;
  lua_pushvalue(L, idx);
  lua_call(L, 1, 1); /* a closure that gives one pair after the other */
  lua_newtable(L);
  for (;;) {
    lua_pushvalue(L, -2);
    lua_call(L, 0, 2);
    if (lua_isnil(L, -2)) break;
    lua_rawset(L, -3);
  }
  lua_pop(L, 2);
  lua_replace(L, idx);
  lua_pop(L, 1);
}

/* values{…} of INSERT and UPDATE */
static int values(lua_State *L) {
  la_node *self = la_check_stmt(L, 1, LA_K_NONE, "values");
  if (lua_gettop(L) > 2)
    return la_raise_exc(L, LA_EXC_ArgumentError,
                        "Only a single dictionary/tuple or list of dictionaries/tuples is accepted positionally.");
  lua_settop(L, 2);
  if (lua_isnil(L, 2)) {
    lua_newtable(L);
    lua_replace(L, 2);
  }
  if (!is_plain(L, 2)) spread_mapping(L, 2);
  if (!is_plain(L, 2)) return la_raise_arg(L, "values", "values", 2, "a table of values");
  bool rows = is_list_of_rows(L, 2);
  refuse_values(L, self, rows);
  la_scratch *s = la_new_scratch(L);
  la_node *n = la_push_copy(L, self);
  *(n->kind == LA_K_INSERT ? &LA_AS(insert, n)->valued : &LA_AS(update, n)->valued) = 1;
  if (rows) {
    add_rows(L, table_of(self), &s->nodes, 2);
    la_append(L, &LA_AS(insert, n)->multi_values, &s->nodes);
    return la_seal_top(L);
  }
  pairing p = {table_of(self), LA_BIND_CRUD, s};
  la_list **slot = la_list_slot(n, "values");
  la_vec_add_list(&s->nodes, *slot);
  add_row(L, &p, 2);
  la_give_list(slot, ordered(L, p.table, &s->nodes));
  la_end_scratch(s);
  return la_seal_top(L);
}

/* ordered_values({key, value}, …) of UPDATE */
static int ordered_values(lua_State *L) {
  la_node *self = la_check_stmt(L, 1, LA_K_UPDATE, "ordered_values");
  int last = lua_gettop(L);
  if (LA_AS(update, self)->values)
    return la_raise_exc(L, LA_EXC_ArgumentError, "This statement already has %svalues present",
                        LA_AS(update, self)->ordered ? "ordered " : "");
  la_scratch *s = la_new_scratch(L);
  pairing p = {table_of(self), LA_BIND_CRUD, s};
  for (int i = 2; i <= last; i++) {
    if (!is_plain(L, i)) return la_raise_arg(L, "ordered_values", "values", i, "a pair {column, value}");
    lua_rawgeti(L, i, 1);
    lua_rawgeti(L, i, 2);
    int top = lua_gettop(L);
    add_pair(L, &p, top - 1, top);
    lua_pop(L, 2);
  }
  la_node *n = la_push_copy(L, self);
  LA_AS(update, n)->ordered = LA_AS(update, n)->valued = 1;
  la_append(L, &LA_AS(update, n)->values, &s->nodes);
  return la_seal_top(L);
}

/* upsert_pairs(table, {key = value} or {{key, value}, …} or columns): an array of PAIRs */
static int upsert_pairs(lua_State *L) {
  la_node *table = la_to_node(L, 1);
  if (!table) return la_raise_arg(L, "upsert_pairs", "table", 1, "a table");
  la_columns *c = la_test_columns(L, 2);
  lua_settop(L, 2);
  la_scratch *s = la_new_scratch(L);
  pairing p = {table, LA_BIND_EXPR, s};
  bool listed = !c && lua_rawlen(L, 2) > 0;
  for (uint32_t i = 0; i < la_columns_len(c); i++) {
    la_node *col = c->v[i].col; /* a join shows it under another key */
    la_push_str(L, la_is(col, LA_K_COLUMN) ? LA_AS(column, col)->key : c->v[i].key);
    la_push_node_ref(L, c->v[i].col);
    add_pair(L, &p, lua_gettop(L) - 1, lua_gettop(L));
    lua_pop(L, 2);
  }
  for (int i = 1, n = listed ? (int)lua_rawlen(L, 2) : 0; i <= n; i++) {
    lua_rawgeti(L, 2, i);
    lua_rawgeti(L, -1, 1);
    lua_rawgeti(L, -2, 2);
    add_pair(L, &p, lua_gettop(L) - 1, lua_gettop(L));
    lua_pop(L, 3);
  }
  if (!c && !listed) add_dict(L, &p, 2);
  la_list *l = listed ? NULL : ordered(L, table, &s->nodes);
  uint32_t n = listed ? s->nodes.n : la_list_len(l);
  la_node *const *v = listed ? s->nodes.v : l ? l->v : NULL;
  lua_createtable(L, (int)n, 0);
  for (uint32_t i = 0; i < n; i++) {
    la_push_node_ref(L, v[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
  la_list_release(l);
  return 1;
}

/* ---- opening ---- */

static void constructor(lua_State *L, int core, const char *name, la_kind kind) {
  lua_pushinteger(L, kind);
  lua_pushcclosure(L, dml_new, 1);
  lua_setfield(L, core, name);
}

void la_open_dml(lua_State *L, int core) {
  constructor(L, core, "insert", LA_K_INSERT);
  constructor(L, core, "update", LA_K_UPDATE);
  constructor(L, core, "delete", LA_K_DELETE);
  lua_pushcfunction(L, values);
  lua_setfield(L, core, "values");
  lua_pushcfunction(L, ordered_values);
  lua_setfield(L, core, "ordered_values");
  lua_pushcfunction(L, upsert_pairs);
  lua_setfield(L, core, "upsert_pairs");
}
