/* compile.c - the entry: a tree goes in, a la_compiled comes out. */
#include "compile/compile.h"

#include <string.h>

#include "base/mem.h"
#include "compile/custom.h"
#include "compile/ddl.h"
#include "compile/emit.h"
#include "compile/type.h"

/* ---- results ---- */

la_compiled *la_compiled_retain(la_compiled *k) {
  if (k) __atomic_add_fetch(&k->refs, 1, __ATOMIC_RELAXED);
  return k;
}

static void release_binds(la_cbind *v, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    la_str_release(v[i].name);
    la_str_release(v[i].escaped);
    la_node_release(v[i].node);
  }
}

static void release_wraps(la_wrap *v, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    la_str_release(v[i].before);
    la_str_release(v[i].after);
  }
}

static void release_rcolumns(la_rcolumn *v, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    la_str_release(v[i].key);
    la_node_release(v[i].type);
    for (uint32_t k = 0; k < v[i].nobjects; k++) la_node_release(v[i].objects[k]);
  }
}

static void free_crud(la_crud *c) {
  for (uint32_t i = 0; c->prefetch_names && i < la_list_len(c->prefetch); i++) la_str_release(c->prefetch_names[i]);
  for (uint32_t i = 0; c->sentinel_names && i < c->nsentinels; i++) la_str_release(c->sentinel_names[i]);
  la_list_release(c->prefetch);
  la_list_release(c->postfetch);
  la_list_release(c->implicit_returning);
}

void la_compiled_release(la_compiled *k) {
  if (!k || __atomic_sub_fetch(&k->refs, 1, __ATOMIC_ACQ_REL)) return;
  release_binds(k->binds, k->nbinds);
  release_wraps(k->wraps, k->nwraps);
  release_rcolumns(k->rcolumns, k->nrcolumns);
  free_crud(&k->crud);
  for (uint32_t i = 0; i < k->nwarnings; i++) la_str_release(k->warnings[i]);
  la_dialect_release(k->dialect);
  la_node_release(k->statement);
  la_arena own = k->arena; /* k is in it */
  la_arena_free(&own);
}

int la_compiled_bind(const la_compiled *k, const char *name, size_t len) {
  for (uint32_t i = 0; i < k->nbinds; i++)
    if (k->binds[i].name->len == len && !memcmp(k->binds[i].name->s, name, len)) return (int)i;
  return -1;
}

/* ---- from a context to a result ---- */

static la_stmt_kind kind_of(const la_ctx *c, const la_node *stmt) {
  if (c->isinsert) return LA_STMT_INSERT;
  if (c->isupdate) return LA_STMT_UPDATE;
  if (c->isdelete) return LA_STMT_DELETE;
  switch (stmt->kind) {
    case LA_K_SELECT:
    case LA_K_COMPOUND:
    case LA_K_SELECT_GROUPING:
    case LA_K_VALUES: return LA_STMT_SELECT;
    case LA_K_DDL: return LA_STMT_DDL;
    default: return LA_STMT_OTHER;
  }
}

static la_list *list_of(la_ctx *c, la_vec *v) {
  la_list *l = NULL;
  if (v->failed || la_vec_to_list(v, &l)) la_ctx_nomem(c);
  return l;
}

static void take_crud(la_ctx *c, la_crud *out) {
  *out = c->crud;
  for (uint32_t i = 0; out->sentinel_names && i < out->nsentinels; i++) la_str_retain(out->sentinel_names[i]);
  uint32_t n = c->prefetch.n;
  if (c->prefetch_names.n < n) la_ctx_nomem(c);
  out->prefetch = list_of(c, &c->prefetch);
  out->prefetch_names = n ? la_arena_alloc(&c->arena, n * sizeof *out->prefetch_names) : NULL;
  if (n && !out->prefetch_names) la_ctx_nomem(c);
  for (uint32_t i = 0; i < n && !c->failed; i++) out->prefetch_names[i] = la_str_retain(c->prefetch_names.v[i]);
  out->postfetch = list_of(c, &c->postfetch);
  out->implicit_returning = list_of(c, &c->implicit_returning);
}

static void take_warnings(la_ctx *c, la_compiled *k) {
  if (!c->warnings.n) return;
  k->warnings = la_arena_alloc(&c->arena, c->warnings.n * sizeof *k->warnings);
  if (!k->warnings) {
    la_ctx_nomem(c);
    return;
  }
  for (; k->nwarnings < c->warnings.n; k->nwarnings++)
    k->warnings[k->nwarnings] = la_str_retain(c->warnings.v[k->nwarnings]);
}

/* Moves what the result keeps out of the context; the arena too, unless it fails. */
static void take(la_ctx *c, la_compiled *k) {
  k->kind = kind_of(c, k->statement);
  k->paramstyle = c->style;
  k->binds = c->binds;
  k->nbinds = c->nbinds;
  k->wraps = c->wraps;
  k->nwraps = c->nwraps;
  k->rcolumns = c->rcolumns;
  k->nrcolumns = c->nrcolumns;
  k->slots = c->root.slots;
  k->nslots = c->root.nslots;
  c->binds = NULL;
  c->wraps = NULL;
  c->rcolumns = NULL;
  c->root.slots = NULL;
  c->nbinds = c->nwraps = c->nrcolumns = c->root.nslots = 0;
  take_crud(c, &k->crud);
  take_warnings(c, k);
  k->len = (uint32_t)c->root.b.len;
  k->text = la_arena_copy(&c->arena, c->root.b.s, c->root.b.len);
  if (!k->text) la_ctx_nomem(c);
  k->rcolumns_ordered = c->rcolumns_ordered;
  k->rcolumns_textual = c->rcolumns_textual;
  k->rcolumns_loose = c->rcolumns_loose;
  k->plaintext = c->plaintext;
  k->by_value = c->by_value;
  k->returning = c->returning;
  k->literal_execute = c->literal_execute;
  k->returns_rows = k->nrcolumns > 0 || c->plaintext;
  if (c->failed) return;
  k->arena = c->arena;
  c->arena = (la_arena)LA_ARENA_INIT;
}

/* ---- printing ---- */

/* What is written out now must be known. */
static void check_values(la_ctx *c) {
  for (uint32_t i = 0; i < c->nbinds; i++) {
    const la_bind *b = LA_AS(bind, c->binds[i].node);
    if (c->binds[i].flags & LA_BF_REQUIRED)
      la_ctx_fail(c, LA_EXC_InvalidRequestError, "A value is required for bind parameter '%s'",
                  b->key ? b->key->s : c->binds[i].name->s);
  }
}

/* CREATE VIEW has no rows, the SELECT in it notwithstanding; those of a user's statement are not known. */
static void print_without_rows(la_ctx *c, la_node *stmt, const la_kw *kw) {
  if (stmt->kind != LA_K_DDL)
    la_emit(c, stmt, kw);
  else if (!la_custom_kind(c, LA_K_DDL) || !la_custom_emit(c, stmt, kw))
    la_emit_ddl(c, stmt, kw);
  release_rcolumns(c->rcolumns, c->nrcolumns);
  c->rcolumns = NULL;
  c->nrcolumns = c->rcolumns_cap = 0;
}

static void print(la_ctx *c, la_node *stmt) {
  la_kw kw = la_kw_none;
  if (c->opts->literal_binds) kw.f |= LA_KW_LITERAL_BINDS;
  if (stmt->kind == LA_K_DDL || stmt->kind == LA_K_CUSTOM)
    print_without_rows(c, stmt, &kw);
  else
    la_emit(c, stmt, &kw);
  if (c->late && c->opts->render_postcompile) check_values(c);
  if (c->out->b.failed || c->names.failed || c->arena.failed || c->kept.failed) la_ctx_nomem(c);
  if (c->failed && !c->err->set) la_fail_memory(c->err); /* what fails without a word had no memory */
}

/* Frees what a context would have handed over. */
static void drop_results(la_ctx *c) {
  release_binds(c->binds, c->nbinds);
  release_wraps(c->wraps, c->nwraps);
  release_rcolumns(c->rcolumns, c->nrcolumns);
}

/* Fills the result, which is in c's arena. */
static void fill(la_ctx *c, la_compiled *k, la_node *stmt, la_dialect_inst *d) {
  k->refs = 1;
  k->statement = la_node_retain(stmt);
  k->dialect = la_dialect_retain(d);
  print(c, stmt);
  if (!c->failed) take(c, k);
  k->expands = c->opts->render_postcompile && c->late;
}

int la_compile(la_compiled **out, la_node *stmt, la_dialect_inst *d, const la_compile_opts *opts, la_error *err) {
  static const la_compile_opts none = LA_COMPILE_OPTS_INIT;
  la_ctx c;
  la_arena_unit room[128];
  char text[512];
  *out = NULL;
  la_ctx_init(&c, d, opts ? opts : &none, err);
  la_arena_lend(&c.work, room, sizeof room / sizeof *room);
  c.root.b = (la_buf)LA_BUF_ON(text);
  la_compiled *k = la_arena_alloc(&c.arena, sizeof *k);
  if (k)
    fill(&c, k, stmt, d);
  else
    la_ctx_nomem(&c);
  drop_results(&c);
  if (c.failed) {
    la_compiled_release(k); /* its arena is still c's */
    k = NULL;
  }
  *out = k;
  int rc = c.failed ? -1 : 0;
  la_ctx_free(&c);
  return rc;
}
