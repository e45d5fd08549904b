/* limit.c - what ends a SELECT: LIMIT, OFFSET and FETCH as the standard prints them, FOR UPDATE OF. */
#include "compile/bind.h"
#include "compile/emit.h"
#include "sql/walk.h"

typedef struct limits {
  la_node *limit, *offset, *fetch;
  bool percent, ties;
} limits;

static limits limits_of(const la_node *n) {
  if (n->kind == LA_K_SELECT) {
    const la_select *s = LA_AS(select, n);
    return (limits){s->limit, s->offset, s->fetch, s->fetch_percent, s->fetch_ties};
  }
  const la_compound *s = LA_AS(compound, n);
  return (limits){s->limit, s->offset, s->fetch, s->fetch_percent, s->fetch_ties};
}

la_node *la_limit_of(const la_node *n) { return limits_of(n).limit; }
la_node *la_offset_of(const la_node *n) { return limits_of(n).offset; }
la_node *la_fetch_of(const la_node *n) { return limits_of(n).fetch; }

la_fetch la_fetch_options(const la_node *n) {
  limits l = limits_of(n);
  return (la_fetch){l.fetch, l.percent, l.ties, false, false};
}

bool la_is_simple_int(const la_node *n) { return la_is(n, LA_K_BIND) && LA_AS(bind, n)->role == LA_BIND_LIMIT; }

void la_emit_row_limit(la_ctx *c, la_node *n, const la_kw *kw) {
  la_fetch f = la_fetch_options(n);
  if (f.count)
    c->d->hooks.fetch(c, n, &f, kw);
  else
    c->d->hooks.limit(c, n, kw);
}

/*  LIMIT a OFFSET b */
void la_emit_limit(la_ctx *c, la_node *n, const la_kw *kw) {
  limits l = limits_of(n);
  if (l.limit) {
    la_puts(c, "\n LIMIT ");
    la_emit(c, l.limit, kw);
  }
  if (!l.offset) return;
  if (!l.limit) la_puts(c, "\n LIMIT -1");
  la_puts(c, " OFFSET ");
  la_emit(c, l.offset, kw);
}

/* A plain integer may be written out when the statement is executed. */
static void put_count(la_ctx *c, la_node *n, bool literal_simple_ints, const la_kw *kw) {
  la_kw k = la_kw_with(kw, literal_simple_ints && la_is_simple_int(n) ? LA_KW_LITERAL_EXECUTE : 0, 0);
  la_emit(c, n, &k);
}

/*  OFFSET a ROWS FETCH FIRST b ROWS ONLY */
void la_emit_fetch(la_ctx *c, la_node *n, const la_fetch *f, const la_kw *kw) {
  la_node *offset = la_offset_of(n);
  if (offset) {
    la_puts(c, "\n OFFSET ");
    put_count(c, offset, f->literal_simple_ints, kw);
    la_puts(c, " ROWS");
  } else if (f->require_offset) {
    la_puts(c, "\n OFFSET 0 ROWS");
  }
  if (!f->count) return;
  la_puts(c, "\n FETCH FIRST ");
  put_count(c, f->count, f->literal_simple_ints, kw);
  la_puts(c, f->percent ? " PERCENT ROWS " : " ROWS ");
  la_puts(c, f->ties ? "WITH TIES" : "ONLY");
}

/* ---- FOR UPDATE ---- */

la_node *la_for_update_of(const la_node *n) {
  return n->kind == LA_K_SELECT ? LA_AS(select, n)->for_update : LA_AS(compound, n)->for_update;
}

/* The FROMs that n names: its table, or the sides of a join, the right one first. */
static void add_surface(la_ctx *c, la_vec *out, la_node *n) {
  la_walk w;
  la_walk_begin(&w, n);
  while ((n = la_walk_next(&w))) {
    n = (la_node *)(uintptr_t)la_name_identity(n);
    if (n->kind == LA_K_JOIN) {
      la_walk_push(&w, LA_AS(join, n)->left);
      la_walk_push(&w, LA_AS(join, n)->right);
    } else if (n->kind == LA_K_FROM_GROUPING) {
      la_walk_push(&w, LA_AS(from_grouping, n)->element);
    } else {
      la_vec_add_once(out, n->kind == LA_K_COLUMN && LA_AS(column, n)->table ? LA_AS(column, n)->table : n);
    }
  }
  if (la_walk_end(&w)) la_ctx_nomem(c);
}

void la_put_for_update_of(la_ctx *c, const la_list *of, const la_kw *kw) {
  la_vec tables = LA_VEC_INIT;
  la_kw k = la_kw_with(kw, LA_KW_ASHINT | LA_KW_NO_SCHEMA, 0);
  for (uint32_t i = 0; i < la_list_len(of); i++) add_surface(c, &tables, of->v[i]);
  if (tables.failed) la_ctx_nomem(c);
  for (uint32_t i = 0; i < tables.n; i++) {
    la_puts(c, i ? ", " : " OF ");
    size_t at = la_here(c);
    la_emit(c, tables.v[i], &k);
    if (la_here(c) == at)
      la_ctx_fail(c, LA_EXC_CompileError, "FOR UPDATE OF needs a table that has a name, got a %s",
                  la_kind_name((la_kind)tables.v[i]->kind));
  }
  la_vec_free(&tables);
}
