/* compiled.c - results of compilations. What is worked with while a statement is printed is copied, in the end, into
 * one block that has room for just that. */
#include <string.h>

#include "compile/result.h"

la_compiled *la_compiled_retain(la_compiled *k) {
  if (k) la_count_up(&k->refs);
  return k;
}

int la_compiled_bind(const la_compiled *k, const char *name, size_t len) {
  for (uint32_t i = 0; i < k->nbinds; i++)
    if (k->binds[i].name->len == len && !memcmp(k->binds[i].name->s, name, len)) return (int)i;
  return -1;
}

/* ---- releasing ---- */

static void release_names(la_str **v, uint32_t n) {
  for (uint32_t i = 0; v && i < n; i++) la_str_release(v[i]);
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

static void release_others(la_rcolumn *r) {
  for (la_node **v = r->others; v && *v; v++) la_node_release(*v);
}

static void release_rcolumns(la_rcolumn *v, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    la_str_release(v[i].key);
    la_node_release(v[i].type);
    la_node_release(v[i].object);
    release_others(&v[i]);
  }
}

static const la_crud no_crud;

static void release_crud(const la_crud *c) {
  if (c == &no_crud) return;
  release_names(c->prefetch_names, la_list_len(c->prefetch));
  release_names(c->sentinel_names, c->nsentinels);
  la_list_release(c->prefetch);
  la_list_release(c->postfetch);
  la_list_release(c->implicit_returning);
}

void la_compiled_release(la_compiled *k) {
  if (!k || !la_count_down(&k->refs)) return;
  release_binds(k->binds, k->nbinds);
  release_wraps(k->wraps, k->nwraps);
  release_rcolumns(k->rcolumns, k->nrcolumns);
  release_crud(k->crud);
  release_names(k->warnings, k->nwarnings);
  la_dialect_release(k->dialect);
  la_node_release(k->statement);
  la_arena own = {k->memory, NULL, 0, false}; /* k is in it */
  la_arena_free(&own);
}

void la_results_forget(la_ctx *c) {
  release_rcolumns(c->rcolumns, c->nrcolumns);
  c->rcolumns = NULL;
  c->nrcolumns = c->rcolumns_cap = 0;
}

void la_results_drop(la_ctx *c) {
  release_binds(c->binds, c->nbinds);
  release_wraps(c->wraps, c->nwraps);
  la_results_forget(c);
}

/* ---- copying: every reference becomes the result's ---- */

static void *copied(la_arena *a, const void *v, size_t size) {
  void *p = size ? la_arena_room(a, size) : NULL;
  return p ? memcpy(p, v, size) : NULL;
}

/* The name, whose reference is taken over, for as long as the arena. */
static la_str *own(la_arena *a, la_str *s) { return s && la_str_is_lent(s) ? copied(a, s, sizeof *s + s->len + 1) : s; }

static la_str **own_names(la_arena *a, la_str *const *v, uint32_t n) {
  la_str **out = copied(a, v, n * sizeof *v);
  for (uint32_t i = 0; out && i < n; i++) out[i] = own(a, la_str_retain(out[i]));
  return out;
}

static void take_binds(la_compiled *k, la_arena *a, la_ctx *c) {
  k->binds = copied(a, c->binds, c->nbinds * sizeof *c->binds);
  if (c->nbinds && !k->binds) return;
  k->nbinds = c->nbinds;
  c->nbinds = 0;
  for (uint32_t i = 0; i < k->nbinds; i++) k->binds[i].name = own(a, k->binds[i].name);
}

static uint32_t others_of(const la_rcolumn *r) {
  uint32_t n = 0;
  while (r->others && r->others[n]) n++;
  return n;
}

static void take_others(la_arena *a, la_rcolumn *r) {
  la_node **v = copied(a, r->others, (others_of(r) + 1) * sizeof *v);
  if (!v) release_others(r);
  r->others = v;
}

static void take_rcolumns(la_compiled *k, la_arena *a, la_ctx *c) {
  k->rcolumns = copied(a, c->rcolumns, c->nrcolumns * sizeof *c->rcolumns);
  if (c->nrcolumns && !k->rcolumns) return;
  k->nrcolumns = c->nrcolumns;
  c->nrcolumns = 0;
  for (uint32_t i = 0; i < k->nrcolumns; i++) {
    la_rcolumn *r = &k->rcolumns[i];
    r->key = own(a, r->key);
    if (r->others) take_others(a, r);
  }
}

static void take_wraps(la_compiled *k, la_arena *a, la_ctx *c) {
  k->wraps = copied(a, c->wraps, c->nwraps * sizeof *c->wraps);
  if (!k->wraps) return;
  k->nwraps = c->nwraps;
  c->nwraps = 0;
}

static la_list *list_of(la_ctx *c, la_vec *v) {
  la_list *l = NULL;
  if (v->failed || (v->n && la_vec_to_list(v, &l))) la_ctx_nomem(c);
  return l;
}

/* Is there nothing that the engine does beyond sending? */
static bool has_no_crud(const la_ctx *c) {
  return !c->isinsert && !c->isupdate && !c->isdelete && !c->prefetch.n && !c->postfetch.n &&
         !c->implicit_returning.n && !memcmp(&c->crud, &no_crud, sizeof no_crud);
}

static void take_crud(la_compiled *k, la_arena *a, la_ctx *c) {
  la_crud *out = has_no_crud(c) ? NULL : copied(a, &c->crud, sizeof c->crud);
  k->crud = out ? out : &no_crud;
  if (!out) return;
  if (out->sentinel_names) out->sentinel_names = own_names(a, out->sentinel_names, out->nsentinels);
  uint32_t n = c->prefetch.n;
  if (c->prefetch_names.n < n) la_ctx_nomem(c);
  out->prefetch = list_of(c, &c->prefetch);
  out->prefetch_names = out->prefetch ? own_names(a, c->prefetch_names.v, n) : NULL;
  out->postfetch = list_of(c, &c->postfetch);
  out->implicit_returning = list_of(c, &c->implicit_returning);
}

/* ---- room for the copies, in units of the arena ---- */

static size_t room(size_t n, size_t size) { return n ? la_arena_units(n * size) : 0; }

static size_t room_for_name(const la_str *s) {
  return s && la_str_is_lent(s) ? la_arena_units(sizeof *s + s->len + 1) : 0;
}

static size_t room_for_names(la_str *const *v, uint32_t n) {
  size_t sum = v ? room(n, sizeof *v) : 0;
  for (uint32_t i = 0; v && i < n; i++) sum += room_for_name(v[i]);
  return sum;
}

static size_t room_for(const la_ctx *c) {
  size_t n = room(1, sizeof(la_compiled)) + room(1, c->root.b.len + 1) + room(c->root.nslots, sizeof(la_slot)) +
             room(c->nbinds, sizeof(la_cbind)) + room(c->nrcolumns, sizeof(la_rcolumn)) +
             room(c->nwraps, sizeof(la_wrap)) + room_for_names(c->warnings.v, c->warnings.n);
  if (!has_no_crud(c))
    n += room(1, sizeof(la_crud)) + room_for_names(c->prefetch_names.v, c->prefetch.n) +
         room_for_names(c->crud.sentinel_names, c->crud.nsentinels);
  for (uint32_t i = 0; i < c->nbinds; i++) n += room_for_name(c->binds[i].name);
  for (uint32_t i = 0; i < c->nrcolumns; i++) {
    const la_rcolumn *r = &c->rcolumns[i];
    n += room_for_name(r->key) + (r->others ? room(others_of(r) + 1, sizeof *r->others) : 0);
  }
  return n;
}

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

la_compiled *la_compiled_take(la_ctx *c, la_node *stmt, la_dialect_inst *d) {
  la_arena a = LA_ARENA_INIT;
  la_arena_reserve(&a, room_for(c));
  la_compiled *k = la_arena_alloc(&a, sizeof *k);
  if (!k) {
    la_ctx_nomem(c);
    la_arena_free(&a);
    return NULL;
  }
  k->refs = 1;
  k->statement = la_node_retain(stmt);
  k->dialect = la_dialect_retain(d);
  k->kind = kind_of(c, stmt);
  k->paramstyle = c->style;
  take_binds(k, &a, c);
  take_rcolumns(k, &a, c);
  take_wraps(k, &a, c);
  take_crud(k, &a, c);
  k->warnings = own_names(&a, c->warnings.v, c->warnings.n);
  k->nwarnings = k->warnings ? c->warnings.n : 0;
  k->slots = copied(&a, c->root.slots, c->root.nslots * sizeof *k->slots);
  k->nslots = c->root.nslots;
  k->len = (uint32_t)c->root.b.len;
  k->text = la_arena_copy(&a, c->root.b.s, k->len);
  k->rcolumns_ordered = c->rcolumns_ordered;
  k->rcolumns_textual = c->rcolumns_textual;
  k->rcolumns_loose = c->rcolumns_loose;
  k->plaintext = c->plaintext;
  k->by_value = c->by_value;
  k->returning = c->returning;
  k->literal_execute = c->literal_execute;
  k->returns_rows = k->nrcolumns > 0 || c->plaintext;
  k->expands = c->opts->render_postcompile && c->late;
  k->memory = a.head;
  if (a.failed) la_ctx_nomem(c);
  return k;
}
