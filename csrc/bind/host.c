/* host.c - calls from the compiler into Lua, under pcall. The first error is kept
 * in the registry and raised again, as it was, when the core has returned.
 */
#include "bind/host.h"

#include <string.h>

#include "bind/buffer.h"
#include "bind/convert.h"
#include "bind/foreign.h"
#include "bind/node.h"
#include "bind/raise.h"

static const char functions_key = 0, error_key = 0;

static la_lua_host *of(const la_host *h) { return h->state; }

/* ---- calling ---- */

int la_host_call(const la_lua_host *h, int nargs, int nresults, la_error *e) {
  lua_State *L = h->L;
  if (!lua_pcall(L, nargs, nresults, 0)) return 0;
  if (h->raised) {
    lua_pop(L, 1);
  } else {
    lua_rawsetp(L, LUA_REGISTRYINDEX, &error_key);
    ((la_lua_host *)h->host.state)->raised = true;
  }
  return la_fail_with(e, LA_EXC_CompileError, "a function of the host failed");
}

int la_host_raise(la_lua_host *h, la_error *e) {
  if (!h->raised) return la_raise(h->L, e);
  la_error_clear(e);
  lua_rawgetp(h->L, LUA_REGISTRYINDEX, &error_key);
  lua_pushnil(h->L);
  lua_rawsetp(h->L, LUA_REGISTRYINDEX, &error_key);
  return lua_error(h->L);
}

/* Pushes the function of that name; false if there is none. */
static bool push_function(lua_State *L, const char *name) {
  if (!lua_checkstack(L, 8)) return false;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &functions_key);
  if (lua_istable(L, -1))
    lua_getfield(L, -1, name);
  else
    lua_pushnil(L);
  lua_remove(L, -2);
  if (lua_isfunction(L, -1)) return true;
  lua_pop(L, 1);
  return false;
}

static void push_dialect(const la_lua_host *h) {
  if (h->dialect)
    lua_pushvalue(h->L, h->dialect);
  else
    lua_pushnil(h->L);
}

static void push_node(lua_State *L, const la_node *n) { la_push_node_ref(L, (la_node *)(uintptr_t)n); }

/* ---- the functions ---- */

static int missing(la_error *e, const char *name) {
  return la_fail_with(e, LA_EXC_CompileError, "no function '%s' was given to core.on_host", name);
}

/* Appends the string on top and pops it. */
static int take_text(const la_lua_host *h, la_buf *out, const char *what, la_error *e) {
  size_t n = 0;
  const char *s = lua_type(h->L, -1) == LUA_TSTRING ? lua_tolstring(h->L, -1, &n) : NULL;
  if (s) la_buf_add(out, s, n);
  int rc = s ? 0 : la_fail_with(e, LA_EXC_CompileError, "%s must return a string, got %s", what, luaL_typename(h->L, -1));
  lua_pop(h->L, 1);
  return rc;
}

static int col_spec(const la_host *host, la_buf *out, const la_node *type, const la_node *column, la_error *e) {
  la_lua_host *h = of(host);
  if (!push_function(h->L, "col_spec")) return missing(e, "col_spec");
  push_node(h->L, type);
  push_node(h->L, column);
  push_dialect(h);
  return la_host_call(h, 3, 1, e) ? -1 : take_text(h, out, "get_col_spec", e);
}

static int type_text(const la_host *host, la_buf *out, bool *done, const la_node *type, const la_node *column,
                     const la_dialect_inst *d, la_error *e) {
  la_lua_host *h = of(host);
  (void)d;
  *done = false;
  if (!push_function(h->L, "type_text")) return 0;
  push_node(h->L, type);
  push_node(h->L, column);
  push_dialect(h);
  if (la_host_call(h, 3, 1, e)) return -1;
  if (lua_isnil(h->L, -1)) {
    lua_pop(h->L, 1);
    return 0;
  }
  *done = true;
  return take_text(h, out, "a function given to la.compiles", e);
}

/* Pops what is on top; *out is the node that it stands for, NULL for nil. */
static int take_node(const la_lua_host *h, la_node **out, const char *what, la_error *e) {
  *out = la_node_retain(la_test_node(h->L, -1));
  bool wrong = !*out && !lua_isnil(h->L, -1);
  if (wrong) la_fail_with(e, LA_EXC_CompileError, "%s must return a SQL construct, got %s", what, luaL_typename(h->L, -1));
  lua_pop(h->L, 1);
  return wrong ? -1 : 0;
}

static int load_impl(const la_host *host, la_node **out, const la_node *type, const la_dialect_inst *d, la_error *e) {
  la_lua_host *h = of(host);
  (void)d;
  if (!push_function(h->L, "load_impl")) return missing(e, "load_impl");
  push_node(h->L, type);
  push_dialect(h);
  if (la_host_call(h, 2, 1, e) || take_node(h, out, "load_dialect_impl", e)) return -1;
  if (la_is(*out, LA_K_TYPE)) return 0;
  la_node_release(*out);
  *out = NULL;
  return la_fail_with(e, LA_EXC_CompileError, "load_dialect_impl must return a type");
}

static int wrap(const la_host *host, la_node **out, const la_node *type, la_node *expr, bool bind, la_error *e) {
  la_lua_host *h = of(host);
  if (!push_function(h->L, "wrap")) return missing(e, "wrap");
  push_node(h->L, type);
  push_node(h->L, expr);
  lua_pushboolean(h->L, bind);
  return la_host_call(h, 3, 1, e) ? -1 : take_node(h, out, bind ? "bind_expression" : "column_expression", e);
}

/* Converts values in a call of its own, for memory may fail. */
static int to_value(lua_State *L) {
  la_to_value(L, 2, lua_touserdata(L, 1));
  return 0;
}

static int literal(const la_host *host, la_host_literal *out, const la_node *type, const la_dialect_inst *d,
                   const la_value *v, la_error *e) {
  static const char *const words[] = {"", "value", "text", "value_or_text"};
  la_lua_host *h = of(host);
  lua_State *L = h->L;
  (void)d;
  if (!push_function(L, "literal")) return 0;
  push_node(L, type);
  push_dialect(h);
  la_push_value(L, v);
  if (la_host_call(h, 3, 2, e)) return -1;
  const char *what = lua_tostring(L, -2);
  for (int i = 1; what && i < 4; i++)
    if (!strcmp(words[i], what)) out->what = i;
  lua_pushcfunction(L, to_value);
  lua_pushlightuserdata(L, &out->value);
  lua_pushvalue(L, -3);
  int rc = la_host_call(h, 2, 0, e);
  lua_pop(L, 2);
  return rc;
}

static int call(const la_host *host, la_value *out, la_foreign *callable, la_error *e) {
  la_lua_host *h = of(host);
  if (!lua_checkstack(h->L, 6)) return la_fail_memory(e);
  la_push_foreign(h->L, callable);
  if (la_host_call(h, 0, 1, e)) return -1;
  lua_pushcfunction(h->L, to_value);
  lua_pushlightuserdata(h->L, out);
  lua_pushvalue(h->L, -3);
  int rc = la_host_call(h, 2, 0, e);
  lua_pop(h->L, 1);
  return rc;
}

/* ---- making ---- */

static bool has_function(lua_State *L, const char *name) {
  if (!push_function(L, name)) return false;
  lua_pop(L, 1);
  return true;
}

void la_host_init(la_lua_host *h, lua_State *L, int dialect) {
  *h = (la_lua_host){.L = L, .dialect = dialect ? lua_absindex(L, dialect) : 0};
  h->host = (la_host){.state = h, .col_spec = col_spec, .load_impl = load_impl, .wrap = wrap, .literal = literal,
                      .call = call};
  if (has_function(L, "type_text")) h->host.type_text = type_text;
}

/* on_host{name = function, …}: adds to the functions that were given before */
static int on_host(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &functions_key);
  for (lua_pushnil(L); lua_next(L, 1);) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, 2);
  }
  return 0;
}

void la_open_host(lua_State *L, int core) {
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &functions_key);
  lua_pushcfunction(L, on_host);
  lua_setfield(L, core, "on_host");
}
