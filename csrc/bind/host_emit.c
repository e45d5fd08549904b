/* host_emit.c - what functions given to la.compiles do while a statement compiles.
 *
 * They work with strings. A bind in what they are given stands there as a mark,
 * which no text of theirs can contain by chance; what they return is read once,
 * and marks become binds again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/uuid.h"
#include "bind/convert.h"
#include "bind/foreign.h"
#include "bind/host.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "compile/context.h"
#include "compile/custom.h"

enum { MARK = 48 }; /* room for "__[LA_" 32 digits "_" number "]" */

static const char known_key = 0, active_key = 0, nonce_key = 0;

la_host_known *la_host_known_of(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &known_key);
  la_host_known *k = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return k;
}

/* The host whose function runs now, or NULL. */
static la_lua_host *active(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &active_key);
  la_lua_host *h = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return h;
}

static void set_active(lua_State *L, la_lua_host *h) {
  lua_pushlightuserdata(L, h);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &active_key);
}

/* ---- marks ---- */

static const char *push_nonce(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &nonce_key);
  return lua_tostring(L, -1);
}

/* Remembers a slot; its number, -1 when memory is out. */
static int remember(la_lua_host *h, const la_slot *s) {
  if (h->nmarks == h->marks_cap) {
    uint32_t cap = h->marks_cap ? h->marks_cap * 2 : 16;
    la_slot *v = la_realloc(h->marks, cap * sizeof *v);
    if (!v) return -1;
    h->marks = v;
    h->marks_cap = cap;
  }
  h->marks[h->nmarks] = *s;
  return (int)h->nmarks++;
}

/* Pushes what was written, with marks for binds. */
static void push_marked(lua_State *L, la_lua_host *h, const la_piece *t) {
  luaL_Buffer b;
  char mark[2 * MARK];
  const char *nonce = push_nonce(L);
  size_t from = 0;
  luaL_buffinit(L, &b);
  for (uint32_t i = 0; i < t->nslots; i++) {
    const la_slot *s = &t->slots[i];
    int number = remember(h, s);
    if (number < 0) luaL_error(L, "out of memory");
    if (s->at > from) luaL_addlstring(&b, t->b.s + from, s->at - from);
    from = s->at;
    luaL_addlstring(&b, mark, (size_t)snprintf(mark, sizeof mark, "__[LA_%s_%d]", nonce, number));
  }
  if (t->b.len > from) luaL_addlstring(&b, t->b.s + from, t->b.len - from);
  luaL_pushresult(&b);
  lua_remove(L, -2);
}

/* Is there a mark at s? Its number, and *end behind it; else -1. Case does not matter: functions may change it. */
static long mark_at(const char *s, const char *stop, const char *nonce, const char **end) {
  static const char begin[] = "__[LA_";
  size_t n = sizeof begin - 1, len = strlen(nonce);
  if ((size_t)(stop - s) < n + len + 3) return -1;
  for (size_t i = 0; i < n + len; i++) {
    char want = i < n ? begin[i] : nonce[i - n], ch = s[i];
    if (ch != want && ((ch | 32) != (want | 32) || (want | 32) < 'a' || (want | 32) > 'z')) return -1;
  }
  if (s[n + len] != '_') return -1;
  char *after;
  long number = strtol(s + n + len + 1, &after, 10);
  if (*after != ']') return -1;
  *end = after + 1;
  return number;
}

/* Writes text, its marks as binds. */
static void put_marked(la_ctx *c, const la_lua_host *h, const char *text, size_t len, const char *nonce) {
  const char *stop = text + len, *from = text;
  for (const char *p = text; (p = memchr(p, '_', (size_t)(stop - p)));) {
    const char *end;
    long number = mark_at(p, stop, nonce, &end);
    if (number < 0 || number >= (long)h->nmarks) {
      p++;
      continue;
    }
    la_putn(c, from, (size_t)(p - from));
    la_piece_slot(c, h->marks[number]);
    from = p = end;
  }
  la_putn(c, from, (size_t)(stop - from));
}

/* ---- the host's function ---- */

typedef struct job {
  la_lua_host *h;
  la_ctx *c;
  la_node *n;
  bool done;
} job;

static void do_custom(lua_State *L, void *arg) {
  job *j = arg;
  if (!la_host_push_function(L, "custom")) return;
  la_push_node_ref(L, j->n);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, (lua_Integer)j->h->kw->f);
  lua_pushlightuserdata(L, j->h);
  lua_call(L, 4, 1);
  if (lua_isnil(L, -1)) return;
  size_t len;
  const char *s = lua_tolstring(L, -1, &len);
  if (!s) luaL_error(L, "no text");
  put_marked(j->c, j->h, s, len, push_nonce(L));
  j->done = true;
}

static int custom(const la_host *host, bool *done, la_ctx *c, la_node *n, const la_kw *kw, la_error *err) {
  la_lua_host *h = host->state, *before = active(h->L);
  if (c->custom[n->kind] == 1 && !la_node_object(n)) return 0; /* no function for the kind, only for classes of users */
  la_ctx *outer = h->c;
  const la_kw *outer_kw = h->kw;
  job j = {h, c, n, false};
  h->c = c;
  h->kw = kw;
  h->asked = true;
  set_active(h->L, h);
  int rc = la_host_run(h, do_custom, &j, err);
  set_active(h->L, before);
  h->c = outer;
  h->kw = outer_kw;
  *done = j.done;
  if (!rc && c->failed && !err->set)
    rc = la_fail_with(err, LA_EXC_CompileError, "a function given to la.compiles went on after an error");
  return rc;
}

void la_host_init_custom(la_lua_host *h, const la_host_known *k) {
  if (!k->any) return;
  h->host.custom = custom;
  h->host.kinds = k->kinds;
}

static void do_compiled(lua_State *L, void *arg) {
  if (!la_host_push_function(L, "compiled")) return;
  lua_pushlightuserdata(L, arg);
  lua_call(L, 1, 0);
}

void la_host_free_custom(la_lua_host *h) {
  la_free(h->marks);
  h->marks = NULL;
  if (!h->asked) return;
  la_error e = LA_ERROR_INIT;
  la_host_run(h, do_compiled, h, &e);
  la_error_clear(&e);
}

/* ---- what it may call ---- */

/* emit(node, flags, plain, inherit, dialect): the text of a node, as it is or (plain) as if nobody had said how */
static int emit(lua_State *L) {
  la_lua_host *h = active(L);
  if (!h || !h->c) la_raise_exc(L, LA_EXC_InvalidRequestError, "this compiler has done its work");
  la_node *n = la_to_node(L, 1);
  if (!n) return la_raise_arg(L, "compiler:process", "element", 1, "a SQL construct");
  la_kw kw = lua_toboolean(L, 4) ? *h->kw : la_kw_none;
  kw.f = (uint32_t)luaL_checkinteger(L, 2);
  la_ctx *c = h->c;
  int outside = h->dialect;
  lua_settop(L, 5);
  h->dialect = 5; /* what runs meanwhile runs on this stack */
  la_piece *before = la_piece_begin(c);
  (lua_toboolean(L, 3) || (n->kind == LA_K_DDL && !la_custom_kind(c, LA_K_DDL)) ? la_emit_plain : la_emit)(c, n, &kw);
  la_piece *t = la_piece_end(c, before);
  h->dialect = outside;
  if (c->failed || !t) return c->err->set ? la_raise(L, c->err) : luaL_error(L, "out of memory");
  push_marked(L, h, t);
  la_piece_drop(c, t);
  return 1;
}

/* custom_kind(kind, how): nodes of the kind are printed by functions: 1 those of users' classes, 2 all */
static int custom_kind(lua_State *L) {
  la_kind kind = la_kind_named(luaL_checkstring(L, 1));
  la_host_known *k = la_host_known_of(L);
  int how = (int)luaL_checkinteger(L, 2);
  if (k->kinds[kind] < how) k->kinds[kind] = (unsigned char)how;
  k->any = true;
  return 0;
}

void la_open_host_emit(lua_State *L, int core) {
  static const struct {
    const char *name;
    uint32_t flag;
  } flags[] = {{"within_columns_clause", LA_KW_COLUMNS},
               {"within_label_clause", LA_KW_LABEL},
               {"no_table", LA_KW_NO_TABLE},
               {"literal_binds", LA_KW_LITERAL_BINDS},
               {"literal_execute", LA_KW_LITERAL_EXECUTE},
               {"skip_bind_expression", LA_KW_SKIP_BIND_EXPR},
               {"asfrom", LA_KW_ASFROM},
               {"ashint", LA_KW_ASHINT},
               {"iscrud", LA_KW_CRUD},
               {"subquery", LA_KW_SUBQUERY},
               {"lateral", LA_KW_LATERAL},
               {"eager_grouping", LA_KW_IN_OP}};
  char nonce[LA_UUID_HEX];
  la_error e = LA_ERROR_INIT;
  la_str *random = la_uuid_random(&e);
  if (!random) la_raise(L, &e);
  la_uuid_hex(nonce, random);
  la_str_release(random);
  lua_pushstring(L, nonce);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &nonce_key);
  la_host_known *k = lua_newuserdatauv(L, sizeof *k, 0);
  memset(k, 0, sizeof *k);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &known_key);
  set_active(L, NULL);
  lua_newtable(L);
  for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
    lua_pushinteger(L, flags[i].flag);
    lua_setfield(L, -2, flags[i].name);
  }
  lua_setfield(L, core, "emit_flags");
  lua_pushcfunction(L, emit);
  lua_setfield(L, core, "emit");
  lua_pushcfunction(L, custom_kind);
  lua_setfield(L, core, "custom_kind");
}
