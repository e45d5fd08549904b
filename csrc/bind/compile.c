/* compile.c - core.compile(node, dialect, options): a compiled statement, and what it answers.
 *
 * options: paramstyle, literal_binds, render_postcompile, for_executemany, column_keys,
 * schema_translate_map (an array of {from, to}, nil as la.NULL), render_schema_translate.
 */
#include "bind/compile.h"
#include "bind/convert.h"
#include "bind/foreign.h"
#include "bind/host.h"
#include "bind/meta.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "sql/type.h"

static const char compiled_name[] = "lualchemy.compiled", keys_name[] = "lualchemy.compile_keys";

la_compiled *la_check_compiled(lua_State *L, int idx) {
  la_compiled *c = la_unbox(L, idx, compiled_name);
  if (c) return c;
  la_raise_arg(L, "compiled", "self", idx, "a compiled statement");
  return NULL;
}

static int compiled_gc(lua_State *L) {
  la_compiled_release(la_empty_box(L));
  return 0;
}

/* ---- options ---- */

/* Strings of the options, freed with this userdata. */
typedef struct strings {
  uint32_t n;
  la_schema_map map;
  la_str *v[];
} strings;

static int strings_gc(lua_State *L) {
  strings *s = lua_touserdata(L, 1);
  while (s->n) la_str_release(s->v[--s->n]);
  return 0;
}

static strings *push_strings(lua_State *L, size_t n) {
  return la_push_userdata(L, sizeof(strings) + n * sizeof(la_str *), keys_name);
}

static bool flag(lua_State *L, int idx, const char *name) {
  lua_getfield(L, idx, name);
  bool on = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return on;
}

/* The array on top as names of the parameters to come. */
static void take_keys(lua_State *L, la_compile_opts *o) {
  if (!lua_istable(L, -1)) return;
  int list = lua_gettop(L);
  size_t n = lua_rawlen(L, list);
  strings *s = push_strings(L, n);
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, list, (int)i + 1);
    la_str *key = la_to_str(L, -1);
    if (!key) la_raise_arg(L, "compile", "column_keys", -1, "an array of strings");
    s->v[s->n++] = key;
    lua_pop(L, 1);
  }
  o->has_column_keys = true;
  o->column_keys = s->v;
  o->n_column_keys = s->n;
}

/* An element of a pair of the schema map: a string, a quoted name, or NULL. */
static la_str *schema_of(lua_State *L) {
  la_node *n = la_test_node(L, -1);
  if (la_is(n, LA_K_STR)) return la_str_retain(LA_AS(strnode, n)->s);
  return la_to_str(L, -1);
}

/* The array of pairs on top as schema map. */
static void take_schemas(lua_State *L, la_compile_opts *o) {
  if (!lua_istable(L, -1)) return;
  int list = lua_gettop(L);
  uint32_t n = (uint32_t)lua_rawlen(L, list);
  strings *s = push_strings(L, 2 * (size_t)n);
  for (uint32_t k = 0; k < 2; k++)
    for (uint32_t i = 0; i < n; i++) {
      lua_rawgeti(L, list, (int)i + 1);
      lua_rawgeti(L, -1, (int)k + 1);
      s->v[s->n++] = schema_of(L);
      lua_pop(L, 2);
    }
  s->map = (la_schema_map){n, s->v, s->v + n};
  o->schema_translate_map = &s->map;
}

static la_paramstyle paramstyle_at(lua_State *L, int idx) {
  const char *name = lua_tostring(L, idx);
  la_paramstyle style = name ? la_paramstyle_named(name) : 0;
  if (name && !style)
    la_raise_exc(L, LA_EXC_ArgumentError,
                 "compile: argument 'paramstyle' must be named, qmark, format, pyformat, numeric or "
                 "numeric_dollar, got '%s'",
                 name);
  return style;
}

static la_compile_opts take_options(lua_State *L, int idx) {
  la_compile_opts o = LA_COMPILE_OPTS_INIT;
  lua_pushnil(L);
  if (!lua_istable(L, idx) || !lua_next(L, idx)) return o;
  lua_pop(L, 2);
  lua_getfield(L, idx, "paramstyle");
  o.paramstyle = paramstyle_at(L, -1);
  lua_pop(L, 1);
  o.literal_binds = flag(L, idx, "literal_binds");
  o.render_postcompile = flag(L, idx, "render_postcompile");
  o.for_executemany = flag(L, idx, "for_executemany");
  o.render_schema_translate = flag(L, idx, "render_schema_translate");
  lua_getfield(L, idx, "column_keys");
  take_keys(L, &o);
  lua_getfield(L, idx, "schema_translate_map");
  take_schemas(L, &o);
  return o;
}

/* Tells the function of core.on_warning what is odd about what was compiled. */
static void tell_warnings(lua_State *L, const la_compiled *c) {
  for (uint32_t i = 0; i < c->nwarnings; i++) {
    la_push_str(L, c->warnings[i]);
    la_warn(L, NULL);
  }
}

/* Fills the box on top with what n compiles to; object: where the dialect as Lua knows it is. */
static la_compiled *fill(lua_State *L, la_box *b, la_node *n, la_dialect_inst *d, const la_compile_opts *opts,
                         int object, const la_host_known *known) {
  la_error e = LA_ERROR_INIT;
  la_lua_host h;
  la_host_init(&h, L, object, known);
  la_compile_opts o = *opts;
  o.host = &h.host;
  la_compiled *c;
  int rc = la_compile(&c, n, d, &o, &e);
  b->held = c;
  la_host_free(&h);
  if (rc) la_host_raise(&h, &e);
  return c;
}

static la_compiled *push_compiled(lua_State *L, la_node *n, la_dialect_inst *d, const la_compile_opts *opts,
                                  int object) {
  return fill(L, la_push_box(L, compiled_name), n, d, opts, object, la_host_known_of(L));
}

static la_node *check_node(lua_State *L) {
  la_node *n = la_to_node(L, 1);
  if (!n) la_raise_arg(L, "compile", "element", 1, "a SQL construct");
  return n;
}

/* core.compile(node, dialect, options, object): object is the dialect as Lua knows it */
static int compile(lua_State *L) {
  la_node *n = check_node(L);
  la_dialect_inst *d = la_check_dialect(L, 2);
  lua_settop(L, 4);
  la_compile_opts o = take_options(L, 3);
  tell_warnings(L, push_compiled(L, n, d, &o, 4));
  return 1;
}

/* core.compile_to_send(node, dialect, object, paramstyle, keys, many, lint, schemas) */
static int compile_to_send(lua_State *L) {
  la_node *n = check_node(L);
  la_dialect_inst *d = la_check_dialect(L, 2);
  la_compile_opts o = LA_COMPILE_OPTS_INIT;
  lua_settop(L, 8);
  o.paramstyle = paramstyle_at(L, 4);
  o.for_executemany = lua_toboolean(L, 6);
  o.lint = lua_toboolean(L, 7);
  o.render_schema_translate = lua_toboolean(L, 8);
  take_schemas(L, &o);
  lua_pushvalue(L, 5);
  take_keys(L, &o);
  push_compiled(L, n, d, &o, 3);
  return 1;
}

/* Upvalues of compile_node: a function that takes whatever is given; strings; the metatable of compiled statements;
 * what la_host_known_of answers. */
enum { GENERAL = 1, DIALECT, CORE, COMPILED, KNOWN };

/* The field `core` of the dialect that is all that the table at 2 holds, which is then at 4; NULL if it holds anything
 * else. */
static la_dialect_inst *only_dialect(lua_State *L) {
  if (lua_gettop(L) != 2 || !lua_istable(L, 2) || lua_getmetatable(L, 2)) return NULL;
  lua_pushnil(L);
  if (!lua_next(L, 2) || !lua_rawequal(L, 3, lua_upvalueindex(DIALECT)) || !lua_istable(L, 4)) return NULL;
  lua_pushvalue(L, 3);
  if (lua_next(L, 2)) return NULL;
  lua_pushvalue(L, lua_upvalueindex(CORE));
  lua_rawget(L, 4);
  return la_test_dialect(L, 5);
}

/* node:compile{dialect = d}, and whatever else the general function takes. */
static int compile_node(lua_State *L) {
  int given = lua_gettop(L);
  la_node *n = la_test_node(L, 1);
  la_dialect_inst *d = n && n->kind != LA_K_DDL && !(n->flags & LA_NF_ORM) ? only_dialect(L) : NULL;
  if (d) {
    la_compile_opts o = LA_COMPILE_OPTS_INIT;
    la_box *b = lua_newuserdatauv(L, sizeof *b, 0);
    *b = (la_box){compiled_name, NULL};
    lua_pushvalue(L, lua_upvalueindex(COMPILED));
    lua_setmetatable(L, -2);
    tell_warnings(L, fill(L, b, n, d, &o, 4, lua_touserdata(L, lua_upvalueindex(KNOWN))));
    return 1;
  }
  lua_settop(L, given);
  lua_pushvalue(L, lua_upvalueindex(GENERAL));
  lua_insert(L, 1);
  lua_call(L, given, LUA_MULTRET);
  return lua_gettop(L);
}

/* core.compile_method(general): the method that compiles, from a function that takes any arguments */
static int compile_method(lua_State *L) {
  lua_settop(L, 1);
  lua_pushliteral(L, "dialect");
  lua_pushliteral(L, "core");
  luaL_getmetatable(L, compiled_name);
  lua_pushlightuserdata(L, la_host_known_of(L));
  lua_pushcclosure(L, compile_node, KNOWN);
  return 1;
}

/* ---- answers ---- */

static int compiled_string(lua_State *L) {
  const la_compiled *c = la_check_compiled(L, 1);
  if (!c->nslots) {
    lua_pushlstring(L, c->text, c->len);
    return 1;
  }
  char few[512];
  la_buf b = LA_BUF_ON(few);
  la_error e = LA_ERROR_INIT;
  la_buf_reserve(&b, c->len + 8 * (size_t)c->nslots);
  int rc = la_compiled_string(&b, c, &e);
  if (!rc) lua_pushlstring(L, b.s ? b.s : "", b.len);
  la_buf_free(&b);
  return rc ? la_raise(L, &e) : 1;
}

/* ---- values ---- */

/* Are the elements of its list lists? */
static bool has_tuples(const la_cbind *b) {
  const la_value *v = &LA_AS(bind, b->node)->value;
  bool nested = v->tag == LA_V_ARRAY && v->u.a->n && v->u.a->v[0].tag == LA_V_ARRAY;
  return b->flags & LA_BF_TUPLE || (nested && la_type_is_null(b->node->type));
}

static const la_str *shown_name(const la_cbind *b) { return b->escaped ? b->escaped : b->name; }

static void require(lua_State *L, const la_cbind *b) {
  const la_str *key = LA_AS(bind, b->node)->key ? LA_AS(bind, b->node)->key : b->name;
  la_raise_exc(L, LA_EXC_InvalidRequestError, "A value is required for bind parameter '%s'", key->s);
}

/* Pushes the value of a bind: from the table at `given` (0: none), or its own. No value is nil, NULL la.NULL. */
static void push_bind_value(lua_State *L, const la_cbind *b, int given, bool check) {
  const la_bind *n = LA_AS(bind, b->node);
  for (int i = 0; given && i < 2; i++) {
    la_push_str(L, i ? b->name : n->unique ? NULL : n->key);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      continue;
    }
    lua_rawget(L, given);
    if (!lua_isnil(L, -1)) return;
    lua_pop(L, 1);
  }
  if (check && b->flags & LA_BF_REQUIRED) require(L, b);
  if (n->callable) {
    la_push_foreign(L, n->callable);
    lua_call(L, 0, 1);
  } else if (n->value.tag == LA_V_NULL) {
    lua_pushlightuserdata(L, NULL);
  } else {
    la_push_value(L, &n->value);
  }
}

/* Sets name_1 … in the table at `to` to the elements of the list on top; pops it. */
static void set_elements(lua_State *L, int to, const la_str *name, bool tuples) {
  int list = lua_gettop(L);
  for (int i = 1, n = lua_istable(L, list) ? (int)lua_rawlen(L, list) : 0; i <= n; i++) {
    lua_rawgeti(L, list, i);
    int item = lua_gettop(L);
    bool members = tuples && lua_istable(L, item);
    for (int j = 1, m = members ? (int)lua_rawlen(L, item) : 0; j <= m; j++) {
      lua_pushfstring(L, "%s_%d_%d", name->s, i, j);
      lua_rawgeti(L, item, j);
      lua_rawset(L, to);
    }
    if (!members) {
      lua_pushfstring(L, "%s_%d", name->s, i);
      lua_pushvalue(L, item);
      lua_rawset(L, to);
    }
    lua_settop(L, list);
  }
  lua_pop(L, 1);
}

/* compiled_params(compiled, given, check): {name = value}. check: values that must be given are. */
static int compiled_params(lua_State *L) {
  la_compiled *c = la_check_compiled(L, 1);
  lua_settop(L, 3);
  int given = lua_istable(L, 2) ? 2 : 0;
  bool check = lua_toboolean(L, 3);
  lua_createtable(L, 0, (int)c->nbinds);
  for (uint32_t i = 0; i < c->nbinds; i++) {
    const la_cbind *b = &c->binds[i];
    if (c->expands && b->flags & LA_BF_LITERAL_EXECUTE) continue;
    push_bind_value(L, b, given, check);
    if (c->expands && b->flags & LA_BF_EXPANDING) {
      set_elements(L, 4, shown_name(b), has_tuples(b));
      continue;
    }
    la_push_str(L, c->expands ? b->name : shown_name(b));
    lua_insert(L, -2);
    lua_rawset(L, 4);
  }
  return 1;
}

/* ---- names in order ---- */

static void add_name(lua_State *L, const la_str *name) {
  la_push_str(L, name);
  lua_rawseti(L, -2, (int)lua_rawlen(L, -2) + 1);
}

/* Adds the names that an expanding bind has for its elements. */
static void add_elements(lua_State *L, const la_cbind *b) {
  const la_value *v = &LA_AS(bind, b->node)->value;
  for (uint32_t i = 0; v->tag == LA_V_ARRAY && i < v->u.a->n; i++) {
    const la_value *e = &v->u.a->v[i];
    uint32_t members = has_tuples(b) && e->tag == LA_V_ARRAY ? e->u.a->n : 0;
    for (uint32_t j = 0; j < members; j++) {
      lua_pushfstring(L, "%s_%d_%d", shown_name(b)->s, (int)i + 1, (int)j + 1);
      lua_rawseti(L, -2, (int)lua_rawlen(L, -2) + 1);
    }
    if (members) continue;
    lua_pushfstring(L, "%s_%d", shown_name(b)->s, (int)i + 1);
    lua_rawseti(L, -2, (int)lua_rawlen(L, -2) + 1);
  }
}

static bool is_late(const la_cbind *b) { return b->flags & (LA_BF_EXPANDING | LA_BF_LITERAL_EXECUTE); }

/* Numbered placeholders: each bind once, in the order of the numbers. */
static void push_numbered(lua_State *L, const la_compiled *c) {
  for (int rows = 0; rows < (c->crud->many_values ? 2 : 1); rows++)
    for (uint32_t i = 0; i < c->nbinds; i++) {
      bool turn = !c->crud->many_values || !(c->binds[i].flags & LA_BF_ROW) == (rows == 0);
      if (turn && (!c->expands || !is_late(&c->binds[i]))) add_name(L, c->binds[i].name);
    }
  for (uint32_t i = 0; c->expands && i < c->nbinds; i++)
    if (c->binds[i].flags & LA_BF_EXPANDING && !(c->binds[i].flags & LA_BF_LITERAL_EXECUTE))
      add_elements(L, &c->binds[i]);
}

/* compiled_positions(compiled): names of binds in the order of the placeholders */
static int compiled_positions(lua_State *L) {
  la_compiled *c = la_check_compiled(L, 1);
  lua_createtable(L, (int)c->nslots, 0);
  if (c->paramstyle == LA_PS_NUMERIC || c->paramstyle == LA_PS_NUMERIC_DOLLAR) {
    push_numbered(L, c);
    return 1;
  }
  for (uint32_t i = 0; i < c->nslots; i++) {
    const la_slot *s = &c->slots[i];
    const la_cbind *b = &c->binds[s->bind];
    if (!c->expands || !(s->flags & ~LA_BF_AGAIN))
      add_name(L, b->name);
    else if (!(s->flags & LA_BF_LITERAL_EXECUTE))
      add_elements(L, b);
  }
  return 1;
}

static int compiled_dialect(lua_State *L) {
  la_push_dialect(L, la_check_compiled(L, 1)->dialect);
  return 1;
}

static int compiled_statement(lua_State *L) {
  la_push_node_ref(L, la_check_compiled(L, 1)->statement);
  return 1;
}

/* __index of compiled statements; upvalues: getters, methods, a function that is asked for what neither has */
static int compiled_index(lua_State *L) {
  lua_settop(L, 2);
  for (int i = 1; i <= 2; i++) {
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(i));
    if (!lua_isnil(L, -1)) return i == 1 ? la_index_get(L) : 1;
    lua_pop(L, 1);
  }
  lua_pushvalue(L, lua_upvalueindex(3));
  lua_insert(L, 1);
  lua_call(L, 2, 1);
  return 1;
}

/* core.compiled_answers(getters, methods, other): what compiled statements answer to */
static int compiled_answers(lua_State *L) {
  lua_settop(L, 3);
  lua_pushcclosure(L, compiled_index, 3);
  luaL_getmetatable(L, compiled_name);
  lua_insert(L, 1);
  lua_setfield(L, 1, "__index");
  lua_pushcfunction(L, compiled_string);
  lua_setfield(L, 1, "__tostring");
  return 0;
}

static int is_compiled(lua_State *L) {
  lua_pushboolean(L, la_unbox(L, 1, compiled_name) != NULL);
  return 1;
}

void la_open_compile(lua_State *L, int core) {
  static const luaL_Reg none[] = {{NULL, NULL}};
  static const luaL_Reg functions[] = {{"compile", compile},
                                       {"compile_to_send", compile_to_send},
                                       {"compile_method", compile_method},
                                       {"compiled_string", compiled_string},
                                       {"compiled_params", compiled_params},
                                       {"compiled_positions", compiled_positions},
                                       {"compiled_dialect", compiled_dialect},
                                       {"compiled_statement", compiled_statement},
                                       {"compiled_answers", compiled_answers},
                                       {"is_compiled", is_compiled},
                                       {NULL, NULL}};
  la_new_meta(L, compiled_name, compiled_gc, none);
  la_new_meta(L, keys_name, strings_gc, none);
  lua_settop(L, core);
  luaL_setfuncs(L, functions, 0);
}
