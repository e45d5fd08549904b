#include "bind/stmt.h"

#include <string.h>

#include "bind/columns.h"
#include "bind/convert.h"
#include "bind/expr.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "sql/alias.h"

la_node *la_check_stmt(lua_State *L, int idx, la_kind kind, const char *function) {
  la_node *n = la_test_node(L, idx);
  bool fits = n && (kind ? n->kind == kind : la_kind_category((la_kind)n->kind) == LA_CAT_STATEMENT);
  if (!fits) la_raise_arg(L, function, "self", idx, kind ? la_kind_name(kind) : "a statement");
  return n;
}

la_node *la_push_copy(lua_State *L, const la_node *n) {
  la_node **slot = la_new_slot(L);
  if (!(*slot = la_node_copy(n))) luaL_error(L, "out of memory");
  return *slot;
}

int la_seal_top(lua_State *L) {
  la_node_seal(la_test_node(L, -1));
  return 1;
}

la_list **la_list_slot(la_node *n, const char *name) {
  return (la_list **)((char *)n + la_kind_field((la_kind)n->kind, name)->offset);
}

void la_append(lua_State *L, la_list **slot, la_vec *v) {
  la_list *l = v->n ? la_list_append(*slot, v->v, v->n) : la_list_retain(*slot);
  if (v->failed || (v->n && !l)) luaL_error(L, "out of memory");
  la_give_list(slot, l);
  la_vec_free(v);
}

enum { FEW = 8 };

/* Coerces arguments that are all nodes, a few of them; false if they are not, or there is something odd to tell. *out
 * has references of its own. */
static bool take_few(lua_State *L, int first, int last, la_role role, la_node **out) {
  la_error e = LA_ERROR_INIT;
  la_operand o = la_operand_node(NULL);
  la_node *given[FEW];
  int n = last - first + 1, i = 0;
  if (n > FEW) return false;
  for (; i < n; i++) /* what stands for a node is asked for it where no other can go meanwhile */
    if (!(given[i] = n == 1 ? la_to_node(L, first) : la_test_node(L, first + i))) return false;
  for (i = 0; i < n; i++) {
    o.node = given[i];
    if (la_coerce(&out[i], role, &o, NULL, &e)) break;
  }
  bool odd = i == n && e.notice;
  if (i == n && !odd) return true;
  while (i > 0) la_node_release(out[--i]);
  if (!odd) la_raise(L, &e);
  return false;
}

static void append_few(lua_State *L, la_list **slot, la_node **v, int n) {
  la_list *l = la_list_append(*slot, v, (uint32_t)n);
  for (int i = 0; i < n; i++) la_node_release(v[i]);
  if (!l) luaL_error(L, "out of memory");
  la_give_list(slot, l);
}

static void append_any(lua_State *L, la_list **slot, int first, int last, la_role role) {
  la_scratch *s = la_new_scratch(L);
  for (int idx = first; idx <= last; idx++) {
    la_columns *c = role == LA_ROLE_COLUMNS ? la_test_columns(L, idx) : NULL;
    for (uint32_t i = 0; i < la_columns_len(c); i++) la_vec_add(&s->nodes, c->v[i].col);
    if (!c) la_add_role(L, idx, role, NULL, &s->nodes);
  }
  la_append(L, slot, &s->nodes);
  la_end_scratch(s);
  lua_pop(L, 1);
}

void la_append_args(lua_State *L, la_list **slot, int first, int last, la_role role) {
  la_node *few[FEW] = {NULL};
  if (last < first) return;
  if (take_few(L, first, last, role, few))
    append_few(L, slot, few, last - first + 1);
  else
    append_any(L, slot, first, last, role);
}

/* ---- flags ---- */

bool la_flag(lua_State *L, int idx) { return lua_toboolean(L, idx) && !la_is_null(L, idx); }

/* ---- FROMs ---- */

static const char implicit_name[] = "lualchemy.implicit_subqueries";

void la_open_implicit(lua_State *L, int core) {
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, implicit_name);
  lua_setfield(L, core, "implicit_subqueries");
}

/* Pushes the subquery that the SELECT n at idx stands for where a FROM is meant: for one userdata always the same. */
static la_node *implicit_subquery(lua_State *L, int idx, la_node *n) {
  la_error e = LA_ERROR_INIT;
  lua_pushvalue(L, idx);
  lua_rawgetp(L, LUA_REGISTRYINDEX, implicit_name);
  int known = lua_gettop(L);
  lua_pushvalue(L, known - 1);
  lua_rawget(L, known);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    la_check(L, la_subquery_new(la_new_slot(L), n, NULL, &e), &e);
    if (lua_isuserdata(L, known - 1)) {
      lua_pushvalue(L, known - 1);
      lua_pushvalue(L, -2);
      lua_rawset(L, known);
    }
  }
  lua_replace(L, known - 1);
  lua_settop(L, known - 1);
  return la_to_node(L, -1);
}

la_node *la_check_from(lua_State *L, int idx) {
  la_node *n = la_to_node(L, idx);
  bool select = la_is(n, LA_K_SELECT) || la_is(n, LA_K_COMPOUND) || la_is(n, LA_K_TEXT_SELECT);
  return select ? implicit_subquery(L, idx, n) : la_check_role(L, idx, LA_ROLE_FROM, NULL);
}
