/* node_access.c - building and reading any node from Lua, by the names of
 * nodes.def: core.new, with, set, get, replace, each and their kin. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "bind/convert.h"
#include "bind/foreign.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "sql/columns.h"
#include "sql/ops.h"

#define SLOT(T, n, f) (*(T *)((char *)(n) + (f)->offset))

static la_node *check_node(lua_State *L, int idx, const char *function) {
  la_node *n = la_to_node(L, idx);
  if (!n) la_raise_arg(L, function, "node", idx, "a SQL construct");
  return n;
}

/* ---- fields from Lua ---- */

/* An array of nodes at idx; elements may be strings, which become STR. */
static la_list *to_list(lua_State *L, int idx, bool borrowed) {
  uint32_t n = (uint32_t)lua_rawlen(L, idx);
  if (!n) return NULL;
  la_node **v = lua_newuserdatauv(L, n * sizeof *v, 0);
  lua_createtable(L, 0, 0); /* keeps the nodes alive */
  int keep = lua_gettop(L), kept = 0;
  for (uint32_t i = 0; i < n; i++) {
    lua_rawgeti(L, idx, (int)i + 1);
    if (lua_type(L, -1) == LUA_TSTRING) {
      la_node **slot = la_new_slot(L);
      *slot = la_node_new(LA_K_STR);
      if (!*slot) luaL_error(L, "out of memory");
      LA_AS(strnode, *slot)->s = la_to_str(L, -2);
      la_node_seal(*slot);
      lua_remove(L, -2);
    }
    v[i] = check_node(L, -1, "list of nodes");
    lua_rawseti(L, keep, ++kept);
  }
  la_list *l = borrowed ? la_list_borrowed(v, n) : la_list_new(v, n);
  if (!l) luaL_error(L, "out of memory");
  lua_settop(L, keep - 2);
  return l;
}

static int to_int(lua_State *L, int idx, const la_field *f) {
  if (lua_isboolean(L, idx)) return lua_toboolean(L, idx);
  if (!la_isinteger(L, idx)) la_raise_arg(L, "node", f->name, idx, "an integer");
  return (int)lua_tonumber(L, idx);
}

static void set_foreign(lua_State *L, la_foreign **slot, int idx) {
  la_foreign *f = lua_isnil(L, idx) ? NULL : la_foreign_new(L, idx);
  la_foreign_release(*slot);
  *slot = f;
}

static void set_str(lua_State *L, la_str **slot, const la_field *f, int idx) {
  if (la_is_null(L, idx)) {
    la_give_str(slot, NULL);
  } else if (lua_type(L, idx) == LUA_TSTRING) {
    la_give_str(slot, la_to_str(L, idx));
  } else {
    la_node *n = la_test_node(L, idx);
    if (!la_is(n, LA_K_STR)) la_raise_arg(L, "node", f->name, idx, "a string");
    la_set_str(slot, LA_AS(strnode, n)->s);
  }
}

/* Sets field f of n to the value at idx (absolute). */
static void set_field(lua_State *L, la_node *n, const la_field *f, int idx) {
  bool null = la_is_null(L, idx);
  switch (f->cls) {
    case LA_F_node: la_set_node(&SLOT(la_node *, n, f), null ? NULL : check_node(L, idx, f->name)); break;
    case LA_F_link: SLOT(la_node *, n, f) = null ? NULL : check_node(L, idx, f->name); break;
    case LA_F_list: la_give_list(&SLOT(la_list *, n, f), null ? NULL : to_list(L, idx, false)); break;
    case LA_F_links: la_give_list(&SLOT(la_list *, n, f), null ? NULL : to_list(L, idx, true)); break;
    case LA_F_str: set_str(L, &SLOT(la_str *, n, f), f, idx); break;
    case LA_F_int: SLOT(int, n, f) = null ? 0 : to_int(L, idx, f); break;
    case LA_F_value: {
      la_value v;
      la_to_value(L, idx, &v);
      la_value_clear(&SLOT(la_value, n, f));
      SLOT(la_value, n, f) = v;
      break;
    }
    case LA_F_foreign: set_foreign(L, &SLOT(la_foreign *, n, f), idx); break;
    default: la_raise_exc(L, LA_EXC_ArgumentError, "field '%s' cannot be set", f->name);
  }
}

/* Sets the fields of the table at idx. */
static void set_fields(lua_State *L, la_node *n, int idx) {
  lua_pushnil(L);
  while (lua_next(L, idx)) {
    if (lua_type(L, -2) != LUA_TSTRING) la_raise_arg(L, "node", "field name", -2, "a string");
    const char *name = lua_tostring(L, -2);
    const la_field *f = la_kind_field((la_kind)n->kind, name);
    if (f)
      set_field(L, n, f, lua_gettop(L));
    else if (!strcmp(name, "type"))
      la_set_type(n, la_is_null(L, -1) ? NULL : check_node(L, lua_gettop(L), "type"));
    else
      la_raise_exc(L, LA_EXC_ArgumentError, "a %s has no field '%s'", la_kind_name((la_kind)n->kind), name);
    lua_pop(L, 1);
  }
}

/* ---- fields to Lua ---- */

static void push_list(lua_State *L, const la_list *l) {
  lua_createtable(L, (int)la_list_len(l), 0);
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    la_push_node_ref(L, l->v[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
}

static void push_field(lua_State *L, la_node *n, const la_field *f) {
  switch (f->cls) {
    case LA_F_node:
    case LA_F_link: la_push_node_ref(L, SLOT(la_node *, n, f)); break;
    case LA_F_list:
    case LA_F_links: push_list(L, SLOT(la_list *, n, f)); break;
    case LA_F_str: la_push_str(L, SLOT(la_str *, n, f)); break;
    case LA_F_int: lua_pushinteger(L, SLOT(int, n, f)); break;
    case LA_F_value: la_push_value(L, &SLOT(la_value, n, f)); break;
    case LA_F_foreign: la_push_foreign(L, SLOT(la_foreign *, n, f)); break;
    default: lua_pushnil(L);
  }
}

/* ---- functions ---- */

static int node_new(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  la_kind kind = la_kind_named(name);
  if (!kind) return la_raise_exc(L, LA_EXC_ArgumentError, "there is no kind of node called '%s'", name);
  la_node **slot = la_new_slot(L);
  *slot = la_node_new(kind);
  if (!*slot) return luaL_error(L, "out of memory");
  if (lua_istable(L, 2)) set_fields(L, *slot, 2);
  la_node_seal(*slot);
  la_settle_slot(L, slot);
  return 1;
}

static int node_with(lua_State *L) {
  la_node *n = check_node(L, 1, "with");
  luaL_checktype(L, 2, LUA_TTABLE);
  la_node **slot = la_new_slot(L);
  *slot = la_node_copy(n);
  if (!*slot) return luaL_error(L, "out of memory");
  set_fields(L, *slot, 2);
  la_node_seal(*slot);
  la_settle_slot(L, slot);
  return 1;
}

/* append(node, "field", nodes): a sealed copy whose list has these nodes too, at its end */
static int node_append(lua_State *L) {
  la_node *n = check_node(L, 1, "append");
  const la_field *f = la_kind_field((la_kind)n->kind, luaL_checkstring(L, 2));
  luaL_checktype(L, 3, LUA_TTABLE);
  if (!f || f->cls != LA_F_list)
    return la_raise_exc(L, LA_EXC_ArgumentError, "a %s has no list '%s'", la_kind_name((la_kind)n->kind),
                        lua_tostring(L, 2));
  la_node **slot = la_new_slot(L);
  *slot = la_node_copy(n);
  if (!*slot) return luaL_error(L, "out of memory");
  la_list **list = &SLOT(la_list *, *slot, f), *more = to_list(L, 3, false);
  if (more) {
    la_list *all = la_list_append(*list, more->v, more->n);
    la_list_release(more);
    if (!all) return luaL_error(L, "out of memory");
    la_give_list(list, all);
  }
  la_node_seal(*slot);
  la_settle_slot(L, slot);
  return 1;
}

static int node_set(lua_State *L) {
  la_node *n = check_node(L, 1, "set");
  luaL_checktype(L, 2, LUA_TTABLE);
  set_fields(L, n, 2);
  lua_settop(L, 1);
  return 1;
}

static int node_get(lua_State *L) {
  la_node *n = check_node(L, 1, "get");
  const char *name = luaL_checkstring(L, 2);
  const la_field *f = la_kind_field((la_kind)n->kind, name);
  if (f)
    push_field(L, n, f);
  else if (!strcmp(name, "type"))
    la_push_node_ref(L, n->type);
  else
    return la_raise_exc(L, LA_EXC_ArgumentError, "a %s has no field '%s'", la_kind_name((la_kind)n->kind), name);
  return 1;
}

/* has(node, "field"): is it set (not NULL, not empty, not 0)? */
static int node_has(lua_State *L) {
  la_node *n = check_node(L, 1, "has");
  const la_field *f = la_kind_field((la_kind)n->kind, luaL_checkstring(L, 2));
  bool has = false;
  if (f && f->cls == LA_F_int)
    has = SLOT(int, n, f) != 0;
  else if (f && f->cls == LA_F_value)
    has = SLOT(la_value, n, f).tag != LA_V_ABSENT;
  else if (f)
    has = SLOT(void *, n, f) != NULL;
  lua_pushboolean(L, has);
  return 1;
}

static int node_kind(lua_State *L) {
  la_node *n = la_to_node(L, 1);
  if (!n) return 0;
  lua_rawgeti(L, lua_upvalueindex(1), n->kind);
  return 1;
}

static int node_category(lua_State *L) {
  static const char *const names[] = {"EXPR", "FROM", "STATEMENT", "TYPE", "SCHEMA", "DDL", "PART"};
  la_node *n = la_to_node(L, 1);
  if (!n) return 0;
  lua_pushstring(L, names[la_kind_category((la_kind)n->kind)]);
  return 1;
}

static int node_is(lua_State *L) {
  lua_pushboolean(L, la_test_node(L, 1) != NULL);
  return 1;
}

/* element(x): the node that x is or stands for, else nil */
static int node_element(lua_State *L) {
  if (la_test_node(L, 1))
    lua_settop(L, 1);
  else
    la_push_node_ref(L, la_to_node(L, 1));
  return 1;
}

/* executable(x): the statement that x stands for (x itself, if it is one) and its execution options or nil; nothing if
 * x is no statement. */
static int node_executable(lua_State *L) {
  la_node *n = la_to_node(L, 1);
  const la_value *options = NULL;
  switch (n ? n->kind : LA_K_NONE) {
    case LA_K_SELECT: options = &LA_AS(select, n)->execution_options; break;
    case LA_K_COMPOUND: options = &LA_AS(compound, n)->execution_options; break;
    case LA_K_TEXT_SELECT: options = &LA_AS(text_select, n)->execution_options; break;
    case LA_K_INSERT: options = &LA_AS(insert, n)->execution_options; break;
    case LA_K_UPDATE: options = &LA_AS(update, n)->execution_options; break;
    case LA_K_DELETE: options = &LA_AS(delete, n)->execution_options; break;
    case LA_K_TEXT: options = &LA_AS(text, n)->execution_options; break;
    case LA_K_DDL: options = &LA_AS(ddl, n)->execution_options; break;
    default: return 0;
  }
  lua_settop(L, 1);
  if (!lua_isuserdata(L, 1)) la_push_node_ref(L, n);
  if (!options || options->tag == LA_V_ABSENT) return 1;
  la_push_value(L, options);
  return 2;
}

static int node_adopt(lua_State *L) {
  la_node *owner = check_node(L, 1, "adopt"), *n = check_node(L, 2, "adopt");
  if (n->owner)
    return la_raise_exc(L, LA_EXC_ArgumentError, "adopt: the %s already has an owner", la_kind_name((la_kind)n->kind));
  if (la_node_adopt(owner, la_node_retain(n))) {
    la_node_release(n);
    return luaL_error(L, "out of memory");
  }
  return 0;
}

static int node_owner(lua_State *L) {
  la_push_node_ref(L, check_node(L, 1, "owner")->owner);
  return 1;
}

static int node_dump(lua_State *L) {
  la_buf b = LA_BUF_INIT;
  la_node_dump(&b, check_node(L, 1, "dump"));
  lua_pushlstring(L, b.s ? b.s : "", b.len);
  la_buf_free(&b);
  return 1;
}

static int node_same(lua_State *L) {
  lua_pushboolean(L, la_node_same(check_node(L, 1, "same"), check_node(L, 2, "same")));
  return 1;
}

static int node_hash(lua_State *L) {
  lua_pushnumber(L, (lua_Number)(check_node(L, 1, "hash")->hash >> 12));
  return 1;
}

/* id(node): a value that is the same for the same node, for keys of tables */
static int node_id(lua_State *L) {
  la_node *n = la_to_node(L, 1);
  if (!n) return 0;
  lua_pushlightuserdata(L, n);
  return 1;
}

static int push_hash(lua_State *L, uint64_t h) {
  static const char digits[] = "0123456789abcdef";
  char text[16];
  for (int i = 0; i < 16; i++) text[i] = digits[h >> (4 * i) & 15];
  lua_pushlstring(L, text, sizeof text);
  return 1;
}

/* fingerprint(string): 16 digits that tell it from others */
static int fingerprint(lua_State *L) {
  size_t n;
  const char *s = luaL_checklstring(L, 1, &n);
  return push_hash(L, la_hash_bytes(s, n, n));
}

/* file_fingerprint(path): the same of what is in a file; nothing where it cannot be read */
static int file_fingerprint(lua_State *L) {
  FILE *file = fopen(luaL_checkstring(L, 1), "rb");
  if (!file) return 0;
  char part[1 << 14];
  la_buf all = LA_BUF_INIT;
  for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;) la_buf_add(&all, part, n);
  bool whole = feof(file) && !all.failed;
  uint64_t h = la_hash_bytes(all.s, all.len, all.len);
  fclose(file);
  la_buf_free(&all);
  return whole ? push_hash(L, h) : 0;
}

/* attribute(node): what an ATTRIBUTE stands for, its entity or nil, its key or nil. */
static int node_attribute(lua_State *L) {
  la_node *n = check_node(L, 1, "attribute");
  if (n->kind != LA_K_ATTRIBUTE) return luaL_argerror(L, 1, "an ATTRIBUTE is expected");
  const la_attribute *a = LA_AS(attribute, n);
  la_push_node_ref(L, a->expr);
  la_push_node_ref(L, a->entity);
  la_push_str(L, a->key);
  return 3;
}

/* has_orm(node): does it hold names of the ORM? */
static int node_has_orm(lua_State *L) {
  lua_pushboolean(L, check_node(L, 1, "has_orm")->flags & LA_NF_ORM);
  return 1;
}

/* of_orm(node): does it hold such names, or statements that did? */
static int node_of_orm(lua_State *L) {
  lua_pushboolean(L, check_node(L, 1, "of_orm")->flags & (LA_NF_ORM | LA_NF_OF_ORM));
  return 1;
}

/* rewritten(statement): the statement, which is new, told from those that never held names of the ORM. */
static int node_rewritten(lua_State *L) {
  check_node(L, 1, "rewritten")->flags |= LA_NF_OF_ORM;
  lua_settop(L, 1);
  return 1;
}

/* without_orm(…): is each of them nil or a node that holds no names of the ORM? */
static int node_without_orm(lua_State *L) {
  bool without = true;
  for (int i = lua_gettop(L); without && i > 0; i--) {
    const la_node *n = la_test_node(L, i);
    without = n ? !(n->flags & LA_NF_ORM) : lua_isnil(L, i);
  }
  lua_pushboolean(L, without);
  return 1;
}

static int seal(lua_State *L) {
  la_node_seal(check_node(L, 1, "seal"));
  lua_settop(L, 1);
  return 1;
}

typedef struct walk {
  lua_State *L;
  bool failed; /* the error is on the stack */
  bool deeper;
  bool orm; /* Lua is asked about nodes with names of the ORM alone */
} walk;

/* Lua's say on a node; its errors are carried past the core. */
static la_node *ask_lua(la_node *n, void *ctx) {
  walk *w = ctx;
  if (w->orm && !(n->flags & LA_NF_ORM)) return NULL;
  if (w->failed || !lua_checkstack(w->L, 4)) return NULL;
  lua_pushvalue(w->L, 2);
  la_push_node_ref(w->L, n);
  if (lua_pcall(w->L, 1, 2, 0)) {
    w->failed = true;
    return la_node_retain(n);
  }
  w->deeper = lua_toboolean(w->L, -1);
  la_node *now = la_node_retain(la_to_node(w->L, -2));
  lua_pop(w->L, 2);
  return now;
}

static int node_replace(lua_State *L) {
  la_node *n = check_node(L, 1, "replace");
  luaL_checktype(L, 2, LUA_TFUNCTION);
  la_error e = LA_ERROR_INIT;
  walk w = {L, false, false, lua_toboolean(L, 3)};
  la_node **slot = la_new_slot(L);
  int rc = la_node_rewrite(slot, n, ask_lua, &w, &w.deeper, &e);
  if (w.failed) return lua_error(L);
  if (rc) return la_raise(L, &e);
  la_push_node_ref(L, *slot);
  return 1;
}

static int push_child(la_node *child, void *ctx) {
  lua_State *L = ctx;
  la_push_node_ref(L, child);
  lua_rawseti(L, -2, (int)lua_rawlen(L, -2) + 1);
  return 0;
}

/* children(node): array of what it holds directly */
static int node_children(lua_State *L) {
  la_node *n = check_node(L, 1, "children");
  lua_newtable(L);
  la_node_each(n, push_child, L);
  return 1;
}

/* ---- tables of names ---- */

static void push_ops(lua_State *L) {
  lua_createtable(L, 0, LA_OP_COUNT);
  for (int i = 1; i < LA_OP_COUNT; i++) {
    lua_pushinteger(L, i);
    lua_setfield(L, -2, la_op_get((la_op)i)->name);
  }
}

static const luaL_Reg functions[] = {{"new", node_new},
                                     {"with", node_with},
                                     {"append", node_append},
                                     {"set", node_set},
                                     {"get", node_get},
                                     {"has", node_has},
                                     {"category", node_category},
                                     {"is_node", node_is},
                                     {"element", node_element},
                                     {"executable", node_executable},
                                     {"fingerprint", fingerprint},
                                     {"file_fingerprint", file_fingerprint},
                                     {"adopt", node_adopt},
                                     {"owner", node_owner},
                                     {"dump", node_dump},
                                     {"same", node_same},
                                     {"hash", node_hash},
                                     {"id", node_id},
                                     {"has_orm", node_has_orm},
                                     {"of_orm", node_of_orm},
                                     {"rewritten", node_rewritten},
                                     {"without_orm", node_without_orm},
                                     {"attribute", node_attribute},
                                     {"seal", seal},
                                     {"replace", node_replace},
                                     {"children", node_children},
                                     {NULL, NULL}};

/* op_rule(number): precedence, comparison, commutative, associative, natural_self, ordering */
static int op_rule(lua_State *L) {
  static const int props[] = {LA_OP_CMP, LA_OP_COMM, LA_OP_ASSOC, LA_OP_NATSELF, LA_OP_ORDER};
  const la_op_info *o = la_op_get((la_op)luaL_checkinteger(L, 1));
  lua_pushinteger(L, o->precedence);
  for (size_t i = 0; i < sizeof props / sizeof props[0]; i++) lua_pushboolean(L, o->props & props[i]);
  return 6;
}

void la_open_node_access(lua_State *L, int core) {
  for (const luaL_Reg *r = functions; r->name; r++) {
    lua_pushcfunction(L, r->func);
    lua_setfield(L, core, r->name);
  }
  lua_createtable(L, LA_K_COUNT, 0);
  for (int k = 1; k < LA_K_COUNT; k++) {
    lua_pushstring(L, la_kind_upper((la_kind)k));
    lua_rawseti(L, -2, k);
  }
  lua_pushcclosure(L, node_kind, 1);
  lua_setfield(L, core, "kind");
  push_ops(L);
  lua_setfield(L, core, "ops");
  lua_pushcfunction(L, op_rule);
  lua_setfield(L, core, "op_rule");
  lua_pushlightuserdata(L, NULL);
  lua_setfield(L, core, "null");
}
