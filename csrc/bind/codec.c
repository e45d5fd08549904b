/* codec.c - the conversions of a statement's binds and columns. */
#include "bind/codec.h"

#include "base/mem.h"
#include "bind/compile.h"
#include "bind/convert.h"
#include "bind/host.h"
#include "bind/meta.h"
#include "bind/raise.h"
#include "bind/values.h"
#include "compile/type.h"
#include "engine/convert.h"

static const char codec_name[] = "lualchemy.codec";

/* How the members of a tuple are sent. */
typedef struct members {
  uint32_t n;
  la_node **impls; /* retained: what the conversions borrow; behind them */
  la_convert v[];
} members;

struct la_codec {
  members **tuples; /* of the binds, NULL for those that are none; NULL: there are none */
  uint32_t nbinds, ncols;
  bool hinted;        /* some bind has a hint */
  bool decodes;       /* some column is converted */
  la_node **impls;    /* retained: what the conversions borrow */
  la_convert binds[]; /* nbinds, then ncols for the columns; impls behind them */
};

la_codec *la_check_codec(lua_State *L, int idx) { return la_test_userdata(L, idx, codec_name); }

static void drop_members(members *m) {
  for (uint32_t i = 0; m && i < m->n; i++) la_node_release(m->impls[i]);
  la_free(m);
}

static int codec_gc(lua_State *L) {
  la_codec *c = lua_touserdata(L, 1);
  for (uint32_t i = 0; c->tuples && i < c->nbinds; i++) drop_members(c->tuples[i]);
  la_free(c->tuples);
  c->tuples = NULL;
  for (uint32_t i = 0; i < c->nbinds + c->ncols; i++) la_node_release(c->impls[i]);
  c->nbinds = c->ncols = 0;
  return 0;
}

static int decide(la_codec *c, uint32_t at, const la_node *type, const la_compiled *comp, const la_host *host,
                  la_error *e) {
  if (type && la_type_impl(&c->impls[at], type, comp->dialect, host, e)) return -1;
  la_convert_for(&c->binds[at], c->impls[at], comp->dialect);
  return 0;
}

/* What becomes of the members of the tuples that bind `at` lists. */
static int decide_members(la_codec *c, uint32_t at, const la_list *types, const la_compiled *comp, const la_host *host,
                          la_error *e) {
  uint32_t n = la_list_len(types);
  if (!c->tuples) c->tuples = la_calloc(c->nbinds * sizeof *c->tuples);
  members *m = c->tuples ? la_calloc(sizeof *m + n * (sizeof *m->v + sizeof *m->impls)) : NULL;
  if (!m) return la_fail_memory(e);
  c->tuples[at] = m;
  m->impls = (la_node **)(m->v + n);
  m->n = n;
  for (uint32_t i = 0; i < n; i++) {
    if (la_type_impl(&m->impls[i], types->v[i], comp->dialect, host, e)) return -1;
    la_convert_for(&m->v[i], m->impls[i], comp->dialect);
  }
  return 0;
}

/* core.codec(compiled, dialect): the dialect as Lua knows it */
static int codec_new(lua_State *L) {
  la_compiled *comp = la_check_compiled(L, 1);
  la_lua_host host;
  lua_settop(L, 2);
  la_host_init(&host, L, 2, la_host_known_of(L));
  uint32_t n = comp->nbinds + comp->nrcolumns;
  la_error e = LA_ERROR_INIT;
  la_codec *c = la_push_userdata(L, sizeof *c + n * (sizeof *c->binds + sizeof *c->impls), codec_name);
  c->impls = (la_node **)(c->binds + n);
  c->nbinds = comp->nbinds;
  c->ncols = comp->nrcolumns;
  for (uint32_t i = 0; i < n; i++) {
    const la_node *type = i < c->nbinds ? comp->binds[i].node->type : comp->rcolumns[i - c->nbinds].type;
    if (decide(c, i, type, comp, &host.host, &e)) return la_host_raise(&host, &e);
    if (i < c->nbinds && la_type_id_of(type) == LA_T_TUPLETYPE &&
        decide_members(c, i, LA_AS(type, type)->labels, comp, &host.host, &e))
      return la_host_raise(&host, &e);
    if (i < c->nbinds && c->binds[i].hint) c->hinted = true;
    if (i >= c->nbinds && c->binds[i].decode != LA_DEC_NONE) c->decodes = true;
  }
  return 1;
}

bool la_codec_decodes(const la_codec *c) { return c && c->decodes; }

bool la_codec_decodes_column(const la_codec *c, int i) {
  return c && (uint32_t)i < c->ncols && c->binds[c->nbinds + (uint32_t)i].decode != LA_DEC_NONE;
}

static int encode(const la_convert *how, la_value *v, la_error *err) {
  if (how->encode == LA_ENC_NONE) return 0;
  if (v->tag != LA_V_ARRAY) return la_convert_in(v, how, err);
  for (uint32_t i = 0; i < v->u.a->n; i++)
    if (encode(how, &v->u.a->v[i], err)) return -1;
  return 0;
}

/* A list of tuples. */
static int encode_tuples(const members *m, la_value *v, la_error *err) {
  if (v->tag != LA_V_ARRAY) return 0;
  for (uint32_t i = 0; i < v->u.a->n; i++) {
    if (v->u.a->v[i].tag != LA_V_ARRAY) continue;
    la_array *tuple = v->u.a->v[i].u.a;
    for (uint32_t k = 0; k < tuple->n && k < m->n; k++)
      if (encode(&m->v[k], &tuple->v[k], err)) return -1;
  }
  return 0;
}

int la_codec_encode(const la_codec *c, uint32_t i, la_value *v, la_error *err) {
  if (c && c->tuples && i < c->nbinds && c->tuples[i]) return encode_tuples(c->tuples[i], v, err);
  return c && i < c->nbinds ? encode(&c->binds[i], v, err) : 0;
}

int la_codec_hints(uint8_t **out, const la_codec *c, const la_positions *pos, la_error *err) {
  *out = NULL;
  if (!c || !c->hinted || !pos->n) return 0;
  uint8_t *hints = *out = la_calloc(pos->n);
  if (!hints) return la_fail_memory(err);
  for (uint32_t i = 0; i < pos->n; i++)
    if (pos->v[i].member < 0) hints[i] = c->binds[pos->v[i].bind % c->nbinds].hint; /* of whichever row */
  return 0;
}

void la_push_made_cell(lua_State *L, const la_cell *cell) {
  la_value v;
  la_error e = LA_ERROR_INIT;
  if (la_cell_to_value(&v, cell, &e)) la_raise(L, &e);
  la_push_value(L, &v);
  la_value_clear(&v);
}

int la_codec_push(lua_State *L, const la_codec *c, int i, la_cell *cell, la_error *err) {
  if (cell->tag == LA_V_NULL || !la_codec_decodes_column(c, i)) {
    la_push_cell(L, cell);
    return 0;
  }
  la_value v;
  if (la_convert_out(&v, cell, &c->binds[c->nbinds + (uint32_t)i], err)) return -1;
  la_push_value(L, &v);
  la_value_clear(&v);
  return 0;
}

void la_open_codec(lua_State *L, int core) {
  static const luaL_Reg none[] = {{NULL, NULL}};
  la_new_meta(L, codec_name, codec_gc, none);
  lua_pushcfunction(L, codec_new);
  lua_setfield(L, core, "codec");
}
