/* host.c - calls from the compiler into Lua, under pcall. The first error is kept
 * in the registry and raised again, as it was, when the core has returned.
 *
 * All that may raise, also for want of memory, happens within `perform`, which is
 * kept in the registry so that calling it takes no memory.
 */
#include "bind/host.h"

#include <string.h>

#include "bind/convert.h"
#include "bind/foreign.h"
#include "bind/node.h"
#include "bind/raise.h"

static const char functions_key = 0, error_key = 0, perform_key = 0;

/* ---- calling ---- */

typedef struct job {
  void (*fn)(lua_State *L, void *arg);
  void *arg;
} job;

/* Called with the job and the dialect. */
static int perform(lua_State *L) {
  job *j = lua_touserdata(L, 1);
  lua_remove(L, 1);
  luaL_checkstack(L, 16, "the compiler is nested too deep");
  j->fn(L, j->arg);
  return 0;
}

int la_host_run(la_lua_host *h, void (*fn)(lua_State *L, void *arg), void *arg, la_error *e) {
  lua_State *L = h->L;
  job j = {fn, arg};
  if (!lua_checkstack(L, 4)) return la_fail_memory(e);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &perform_key);
  lua_pushlightuserdata(L, &j);
  if (h->dialect)
    lua_pushvalue(L, h->dialect);
  else
    lua_pushnil(L);
  if (!lua_pcall(L, 2, 0, 0)) return 0;
  if (!h->raised) {
    h->raised = true;
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &error_key); /* the key is there already: no memory is needed */
  }
  lua_pop(L, 1);
  return la_fail_with(e, LA_EXC_CompileError, "a function of the host failed");
}

int la_host_raise(la_lua_host *h, la_error *e) {
  if (!h->raised) return la_raise(h->L, e);
  la_error_clear(e);
  lua_rawgetp(h->L, LUA_REGISTRYINDEX, &error_key);
  lua_pushboolean(h->L, 0);
  lua_rawsetp(h->L, LUA_REGISTRYINDEX, &error_key);
  return lua_error(h->L);
}

/* What one of the functions below works on. */
typedef struct call {
  const la_node *type, *node; /* node: the column, or what is wrapped */
  const la_value *value;
  la_foreign *callable;
  la_buf *text;
  la_node **out;
  la_value *result;
  la_host_literal *literal;
  bool bind, done;
} call;

static int run(const la_host *h, void (*fn)(lua_State *, void *), call *c, la_error *e) {
  return la_host_run(h->state, fn, c, e);
}

bool la_host_push_function(lua_State *L, const char *name) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &functions_key);
  lua_getfield(L, -1, name);
  lua_remove(L, -2);
  return lua_isfunction(L, -1);
}

static void push_node(lua_State *L, const la_node *n) { la_push_node_ref(L, (la_node *)(uintptr_t)n); }

/* Calls name(type, node, dialect or bind). */
static void ask(lua_State *L, const char *name, const call *c, bool with_dialect, int nresults) {
  if (!la_host_push_function(L, name)) luaL_error(L, "no function '%s' was given to core.on_host", name);
  push_node(L, c->type);
  push_node(L, c->node);
  if (with_dialect)
    lua_pushvalue(L, 1);
  else
    lua_pushboolean(L, c->bind);
  lua_call(L, 3, nresults);
}

/* Takes the string on top. */
static void take_text(lua_State *L, call *c, const char *what) {
  size_t n;
  if (lua_type(L, -1) != LUA_TSTRING)
    la_raise_exc(L, LA_EXC_CompileError, "%s must return a string, got %s", what, luaL_typename(L, -1));
  const char *s = lua_tolstring(L, -1, &n);
  la_buf_add(c->text, s, n);
}

/* Takes the node on top. */
static void take_node(lua_State *L, call *c, const char *what) {
  *c->out = la_node_retain(la_test_node(L, -1));
  if (!*c->out && !lua_isnil(L, -1))
    la_raise_exc(L, LA_EXC_CompileError, "%s must return a SQL construct, got %s", what, luaL_typename(L, -1));
}

/* ---- the functions ---- */

static void do_col_spec(lua_State *L, void *arg) {
  ask(L, "col_spec", arg, true, 1);
  take_text(L, arg, "get_col_spec");
}

static int col_spec(const la_host *h, la_buf *out, const la_node *type, const la_node *column, la_error *e) {
  call c = {.type = type, .node = column, .text = out};
  return run(h, do_col_spec, &c, e);
}

static void do_type_text(lua_State *L, void *arg) {
  call *c = arg;
  ask(L, "type_text", c, true, 1);
  c->done = !lua_isnil(L, -1);
  if (c->done) take_text(L, c, "a function given to la.compiles");
}

static int type_text(const la_host *h, la_buf *out, bool *done, const la_node *type, const la_node *column,
                     const la_dialect_inst *d, la_error *e) {
  call c = {.type = type, .node = column, .text = out};
  (void)d;
  int rc = run(h, do_type_text, &c, e);
  *done = c.done;
  return rc;
}

static void do_load_impl(lua_State *L, void *arg) {
  call *c = arg;
  ask(L, "load_impl", c, true, 1);
  if (!la_is(la_test_node(L, -1), LA_K_TYPE))
    la_raise_exc(L, LA_EXC_CompileError, "load_dialect_impl must return a type, got %s", luaL_typename(L, -1));
  take_node(L, c, "load_dialect_impl");
}

static int load_impl(const la_host *h, la_node **out, const la_node *type, const la_dialect_inst *d, la_error *e) {
  call c = {.type = type, .out = out};
  (void)d;
  return run(h, do_load_impl, &c, e);
}

static void do_wrap(lua_State *L, void *arg) {
  call *c = arg;
  ask(L, "wrap", c, false, 1);
  take_node(L, c, c->bind ? "bind_expression" : "column_expression");
}

static int wrap(const la_host *h, la_node **out, const la_node *type, la_node *expr, bool bind, la_error *e) {
  call c = {.type = type, .node = expr, .out = out, .bind = bind};
  *out = NULL;
  return run(h, do_wrap, &c, e);
}

static void do_literal(lua_State *L, void *arg) {
  static const char *const words[] = {"", "value", "text", "value_or_text"};
  call *c = arg;
  if (!la_host_push_function(L, "literal")) return;
  push_node(L, c->type);
  lua_pushvalue(L, 1);
  la_push_value(L, c->value);
  lua_call(L, 3, 2);
  const char *what = lua_tostring(L, -2);
  if (!what) return;
  la_to_value(L, -1, &c->literal->value);
  for (int i = 1; i < 4; i++)
    if (!strcmp(words[i], what)) c->literal->what = i;
}

static int literal(const la_host *h, la_host_literal *out, const la_node *type, const la_dialect_inst *d,
                   const la_value *v, la_error *e) {
  call c = {.type = type, .value = v, .literal = out};
  (void)d;
  return run(h, do_literal, &c, e);
}

static void do_call(lua_State *L, void *arg) {
  call *c = arg;
  la_push_foreign(L, c->callable);
  lua_call(L, 0, 1);
  la_to_value(L, -1, c->result);
}

static int call_bind(const la_host *h, la_value *out, la_foreign *callable, la_error *e) {
  call c = {.callable = callable, .result = out};
  return run(h, do_call, &c, e);
}

/* ---- making ---- */

void la_host_init(la_lua_host *h, lua_State *L, int dialect, const la_host_known *k) {
  *h = (la_lua_host){.L = L, .dialect = dialect ? lua_absindex(L, dialect) : 0};
  h->host = (la_host){
      .state = h, .col_spec = col_spec, .load_impl = load_impl, .wrap = wrap, .literal = literal, .call = call_bind};
  if (k->type_text) h->host.type_text = type_text;
  la_host_init_custom(h, k);
}

void la_host_free(la_lua_host *h) { la_host_free_custom(h); }

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
  lua_getfield(L, 2, "type_text");
  la_host_known_of(L)->type_text = lua_isfunction(L, -1);
  return 0;
}

void la_open_host(lua_State *L, int core) {
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &functions_key);
  lua_pushcfunction(L, perform);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &perform_key);
  lua_pushboolean(L, 0);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &error_key);
  lua_pushcfunction(L, on_host);
  lua_setfield(L, core, "on_host");
}
