/* context.c - the state of a compilation: text with slots, failure, nodes and
 * names made on the way, the stack of statements. */
#include "compile/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/stack.h"
#include "compile/custom.h"
#include "compile/label.h"

const la_kw la_kw_none;

void la_ctx_init(la_ctx *c, const la_dialect_inst *d, const la_compile_opts *opts, la_error *err) {
  la_zero(c, offsetof(la_ctx, few_kept));
  c->err = err;
  c->d = d;
  c->opts = opts;
  c->host = opts->host;
  c->custom = c->host && c->host->custom ? c->host->kinds : NULL;
  c->style = opts->paramstyle ? opts->paramstyle : d->paramstyle;
  c->double_percents = c->style == LA_PS_FORMAT || c->style == LA_PS_PYFORMAT;
  c->str = LA_DATTR(d, stringify);
  c->label_length = LA_DATTR(d, label_length) > 0 ? LA_DATTR(d, label_length) : LA_DATTR(d, max_identifier_length);
  c->rcolumns_ordered = true;
  c->names.arena = c->anon.arena = &c->work;
  c->bind_as.arena = c->bind_names.arena = c->same_named.arena = c->typed.arena = c->shown.arena = &c->work;
  c->cte_of.arena = c->cte_named.arena = c->cte_text_of.arena = c->late_counts.arena = &c->work;
  c->out = &c->root;
  c->kept = (la_vec)LA_VEC_ON(c->few_kept);
  c->root.slots = c->few_slots;
  c->binds = c->few_binds;
  c->rcolumns = c->few_rcolumns;
  c->levels = c->few_levels;
  c->root.cap = c->binds_cap = c->rcolumns_cap = LA_FEW;
  c->levels_cap = LA_FEW_LEVELS;
}

static void free_states(la_ctx *c) {
  while (c->states) {
    la_state *s = c->states;
    c->states = s->older;
    la_vec_free(&s->froms);
    la_vec_free(&s->columns);
    la_map_free(&s->ambiguous);
    la_labels_free(s->labels);
  }
}

static void free_cut(la_map *m) {
  for (size_t i = 0; i < m->cap; i++) la_str_release(m->e[i].value);
  la_map_free(m);
}

void la_ctx_free(la_ctx *c) {
  while (c->nlevels) la_level_pop(c);
  free_states(c);
  la_map_free(&c->cte_named); /* maps of numbers go with the arena */
  la_buf_free(&c->root.b);
  for (la_piece *t = c->pieces; t; t = t->older) la_buf_free(&t->b);
  for (int i = 0; i < 4; i++) free_cut(&c->cut[i]);
  la_map_free(&c->ambiguous);
  la_anon_map_free(&c->anon);
  la_names_free(&c->names);
  la_names_free(&c->warnings);
  la_map_free(&c->bind_names);
  la_vec_free(&c->prefetch);
  la_names_free(&c->prefetch_names);
  la_vec_free(&c->postfetch);
  la_vec_free(&c->implicit_returning);
  la_vec_free(&c->kept);
  la_arena_free(&c->work);
}

/* ---- failing ---- */

void la_ctx_fail(la_ctx *c, la_exc exc, const char *fmt, ...) {
  if (c->failed) return;
  c->failed = true;
  char text[1024];
  va_list args;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  la_fail_with(c->err, exc, "%s", text);
}

void la_ctx_warn(la_ctx *c, const char *fmt, ...) {
  char text[1024];
  va_list args;
  va_start(args, fmt);
  vsnprintf(text, sizeof text, fmt, args);
  va_end(args);
  if (!la_names_keep(&c->warnings, la_str_new(text, strlen(text)))) la_ctx_nomem(c);
}

void la_ctx_nomem(la_ctx *c) {
  if (!c->failed) la_fail_memory(c->err);
  c->failed = true;
}

void la_ctx_unsupported(la_ctx *c, const char *what) {
  la_ctx_fail(c, LA_EXC_UnsupportedCompilationError, "the compiler of the dialect '%s' can't render element of type %s",
              c->d->name, what);
}

/* What users know the construct by. */
static const char *class_of(const la_node *n) {
  static const char *upserts[] = {"OnConflictDoNothing", "OnConflictDoUpdate", "OnDuplicateClause"};
  switch (n->kind) {
    case LA_K_ON_CONFLICT: return upserts[LA_AS(on_conflict, n)->style];
    case LA_K_ARRAY: return "array";
    case LA_K_SLICE: return "Slice";
    case LA_K_AGG_ORDER_BY: return "aggregate_order_by";
    case LA_K_DIALECT_EXPR: return LA_AS(dialect_expr, n)->name->s;
    default: return la_kind_name((la_kind)n->kind);
  }
}

void la_ctx_no_emit(la_ctx *c, const la_node *n) { la_ctx_unsupported(c, class_of(n)); }

la_node *la_ctx_keep(la_ctx *c, la_node *n) {
  la_vec_give(&c->kept, n);
  if (!c->kept.failed) return n;
  la_ctx_nomem(c);
  return NULL;
}

void *la_ctx_grow(la_ctx *c, la_arena *a, void *v, uint32_t n, uint32_t more, uint32_t *cap, size_t size) {
  uint32_t now = *cap ? *cap * 2 : 4;
  while (now < n + more) now *= 2;
  void *p = la_arena_room(a, now * size);
  if (!p) {
    la_ctx_nomem(c);
    return NULL;
  }
  if (n) memcpy(p, v, n * size);
  *cap = now;
  return p;
}

la_named *la_ctx_named(la_ctx *c, const la_vec *columns, la_label_style style) {
  la_named *named = la_arena_alloc(&c->work, columns->n * sizeof *named);
  if (!named) la_ctx_nomem(c);
  if (!named || !la_select_names(named, &c->names, columns, style, true, c->err)) return named;
  c->failed = true;
  return NULL;
}

/* ---- text ---- */

void la_put_escaped(la_ctx *c, const char *s, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (s[i] == '%' && c->double_percents) la_putc(c, '%');
    la_putc(c, s[i]);
  }
}

enum { FEW_BYTES = 128 }; /* where the text of a piece begins */

la_piece *la_piece_begin(la_ctx *c) {
  la_piece *before = c->out, *t = c->spare;
  if (t) {
    c->spare = t->next;
  } else if ((t = la_arena_alloc(&c->work, sizeof *t + FEW_BYTES))) {
    t->b = (la_buf){(char *)(t + 1), 0, FEW_BYTES, false, true};
    t->older = c->pieces;
    c->pieces = t;
  } else {
    la_ctx_nomem(c);
    return before;
  }
  t->next = NULL;
  c->out = t;
  return before;
}

la_piece *la_piece_end(la_ctx *c, la_piece *before) {
  la_piece *t = c->out;
  if (t == before) return NULL;
  c->out = before;
  if (t->b.failed) la_ctx_nomem(c);
  return t;
}

void la_piece_drop(la_ctx *c, la_piece *t) {
  if (!t) return;
  la_buf_clear(&t->b);
  t->nslots = 0;
  t->next = c->spare;
  c->spare = t;
}

static bool room_for_slots(la_ctx *c, la_piece *t, uint32_t n) {
  if (t->nslots + n <= t->cap) return true;
  la_slot *v = la_ctx_room(c, &c->work, t->slots, t->nslots, n, &t->cap, sizeof *v);
  if (v) t->slots = v;
  return v;
}

void la_piece_slot(la_ctx *c, la_slot s) {
  la_piece *t = c->out;
  if (!room_for_slots(c, t, 1)) return;
  s.at = (uint32_t)t->b.len;
  t->slots[t->nslots++] = s;
}

void la_piece_add(la_ctx *c, const la_piece *t) {
  la_piece *o = c->out;
  if (!t || !room_for_slots(c, o, t->nslots)) return;
  for (uint32_t i = 0; i < t->nslots; i++) {
    o->slots[o->nslots] = t->slots[i];
    o->slots[o->nslots++].at += (uint32_t)o->b.len;
  }
  la_buf_add(&o->b, t->b.s, t->b.len);
}

void la_piece_insert(la_ctx *c, size_t at, la_piece *t) {
  la_piece *o = c->out;
  if (!t || !room_for_slots(c, o, t->nslots)) return;
  uint32_t from = o->nslots;
  while (from && o->slots[from - 1].at >= at) from--;
  if (o->nslots) memmove(o->slots + from + t->nslots, o->slots + from, (o->nslots - from) * sizeof *o->slots);
  for (uint32_t i = 0; i < t->nslots; i++) {
    o->slots[from + i] = t->slots[i];
    o->slots[from + i].at += (uint32_t)at;
  }
  o->nslots += t->nslots;
  for (uint32_t i = from + t->nslots; i < o->nslots; i++) o->slots[i].at += (uint32_t)t->b.len;
  la_buf_insert(&o->b, at, t->b.s, t->b.len);
  if (t->b.failed) la_ctx_nomem(c);
  la_piece_drop(c, t);
}

/* ---- emitting ---- */

/* la_emit where something may be in the way: users' functions, the depth, a dialect that does not know the kind. */
__attribute__((noinline)) static void emit_checked(la_ctx *c, la_node *n, const la_kw *kw) {
  la_emit_fn fn = c->d->emit[n->kind];
  if (!fn) {
    la_ctx_no_emit(c, n);
    return;
  }
  if (la_too_deep(++c->depth))
    la_ctx_fail(c, LA_EXC_CompileError, LA_TOO_DEEP, LA_MAX_DEPTH);
  else if (!c->custom || !c->custom[n->kind] || !la_custom_emit(c, n, kw))
    fn(c, n, kw);
  c->depth--;
}

void la_emit(la_ctx *c, la_node *n, const la_kw *kw) {
  if (!n || c->failed) return;
  la_emit_fn fn = c->d->emit[n->kind];
  if (!fn || c->custom || c->depth + 1 >= LA_DEPTH_USUAL) {
    emit_checked(c, n, kw);
    return;
  }
  c->depth++;
  fn(c, n, kw);
  c->depth--;
}

/* Prints one more of a list: sep (unless it is the first) and n; nothing where n prints nothing. */
static void emit_next(la_ctx *c, la_mark begin, la_node *n, const char *sep, const la_kw *kw) {
  size_t before = la_here(c);
  if (la_wrote_since(c, begin)) la_puts(c, sep);
  la_mark here = la_mark_here(c);
  la_emit(c, n, kw);
  if (!la_wrote_since(c, here)) la_back(c, before);
}

void la_emit_list(la_ctx *c, const la_list *l, const char *sep, const la_kw *kw) {
  la_mark begin = la_mark_here(c);
  for (uint32_t i = 0; i < la_list_len(l); i++) emit_next(c, begin, l->v[i], sep, kw);
}

void la_emit_parens(la_ctx *c, const la_list *l, const la_kw *kw) {
  la_putc(c, '(');
  la_emit_list(c, l, ", ", kw);
  la_putc(c, ')');
}

/* ---- levels ---- */

la_level *la_level_push(la_ctx *c, la_node *stmt) {
  la_level *v = la_ctx_room(c, &c->work, c->levels, c->nlevels, 1, &c->levels_cap, sizeof *v);
  if (!v) return NULL;
  c->levels = v;
  la_level *l = &v[c->nlevels++];
  memset(l, 0, sizeof *l);
  l->stmt = stmt;
  l->undo = c->ncovered;
  return l;
}

void la_level_close(la_level *l) {
  l->is_shown = true;
  l->nearest = 0;
  l->outmost = LA_LEVEL_NONE;
}

void la_level_pop(la_ctx *c) {
  la_level *l = &c->levels[--c->nlevels];
  for (; c->ncovered > l->undo; c->ncovered--) {
    const la_covered *u = &c->covered[c->ncovered - 1];
    if (la_map_put(&c->shown, u->key, u->level)) la_ctx_nomem(c);
  }
}
