/* select.c - SELECT, from its columns to FOR UPDATE. */
#include <string.h>

#include "base/mem.h"
#include "compile/emit.h"
#include "compile/lint.h"
#include "compile/result.h"
#include "sql/columns.h"

/* ---- before printing ---- */

/* Names of tables with a schema: a table without one of the same name is given an alias. */
static void note_ambiguous(la_ctx *c, la_state *s) {
  for (uint32_t i = 0; i < s->froms.n; i++) {
    la_node *few[LA_FEW];
    la_vec inner = LA_VEC_LENT(few);
    if (la_sql_froms(&inner, s->froms.v[i], c->err)) c->failed = true;
    for (uint32_t k = 0; k < inner.n; k++) {
      la_node *n = inner.v[k];
      if (n->kind != LA_K_TABLE || !LA_AS(table, n)->schema || !LA_AS(table, n)->schema->len) continue;
      la_str *name = LA_AS(table, n)->name, *alias = la_map_gets(&c->ambiguous, name);
      if (!alias && (alias = la_names_keep(&c->names, la_anon_name(NULL, name, 0, name))) &&
          la_map_puts(&c->ambiguous, name, alias))
        la_ctx_nomem(c);
      if (!alias || la_map_puts(&s->ambiguous, name, alias)) la_ctx_nomem(c);
    }
    la_vec_free(&inner);
  }
}

static bool has_schema(const la_node *n) {
  return n->kind != LA_K_TABLE || (LA_AS(table, n)->schema && LA_AS(table, n)->schema->len);
}

static bool is_repeated(la_ctx *c, const la_vec *froms, uint32_t at) {
  la_node *n = froms->v[at];
  if (n->kind != LA_K_TABLE_VALUED || !LA_AS(table_valued, n)->name) return false;
  for (uint32_t i = 0; i < at; i++) {
    if (froms->v[i]->kind != LA_K_TABLE_VALUED || !la_node_same(froms->v[i], n)) continue;
    c->by_value = true;
    if (la_same_values(c, froms->v[i], n)) return true;
  }
  return false;
}

/* A function under a name of its own stands in FROM once, also if it was written twice. */
static void drop_repeated(la_ctx *c, la_vec *froms) {
  for (uint32_t i = froms->n; i-- > 1;) {
    if (!is_repeated(c, froms, i)) continue;
    la_node_release(froms->v[i]);
    memmove(froms->v + i, froms->v + i + 1, (--froms->n - i) * sizeof *froms->v);
  }
}

static void fill_state(la_ctx *c, la_state *s) {
  la_node *select = s->select;
  bool schemas = false;
  if (la_select_froms(&s->froms, select, c->err) || la_selected(&s->columns, select, c->err)) c->failed = true;
  if (!c->failed) s->named = la_ctx_named(c, &s->columns, la_label_style_of(select));
  drop_repeated(c, &s->froms);
  for (uint32_t i = 0; i < s->froms.n; i++) schemas = schemas || has_schema(s->froms.v[i]);
  if (schemas && s->froms.n) note_ambiguous(c, s);
}

static la_state *new_state(la_ctx *c, la_node *stmt) {
  la_state *s = la_arena_alloc(&c->work, sizeof *s);
  if (!s) {
    la_ctx_nomem(c);
    return NULL;
  }
  s->select = stmt;
  s->froms = (la_vec)LA_VEC_ON(s->few_froms);
  s->columns = (la_vec)LA_VEC_LENT(s->few_columns);
  s->older = c->states;
  c->states = s;
  return s;
}

la_state *la_state_of(la_ctx *c, la_node *select) {
  la_state *s = new_state(c, select);
  if (s && select->kind == LA_K_SELECT) fill_state(c, s);
  return c->failed ? NULL : s;
}

/* ---- correlation ---- */

/* The FROM of that key is shown by a level; by which it was before is noted, to be so again. */
static void show(la_ctx *c, la_node *from, uint32_t level) {
  la_covered *v = la_ctx_room(c, &c->work, c->covered, c->ncovered, 1, &c->covered_cap, sizeof *v);
  if (!v) return;
  c->covered = v;
  void *before = la_map_get(&c->shown, la_key(from));
  if (la_map_put(&c->shown, la_key(from), (void *)(uintptr_t)level)) {
    la_ctx_nomem(c);
    return;
  }
  c->covered[c->ncovered++] = (la_covered){la_key(from), before};
}

/* What a SELECT in level i, from 0, may refer to. */
static void show_froms(la_ctx *c, uint32_t i) {
  la_level *l = &c->levels[i];
  const la_level *around = i ? l - 1 : NULL;
  if (l->is_shown) return;
  bool compound = l->stmt->kind == LA_K_COMPOUND, reaches_out = i && (compound || l->stmt->kind == LA_K_SELECT);
  if (reaches_out) show_froms(c, i - 1);
  l->is_shown = true;
  l->undo = c->ncovered;
  l->nearest = compound ? (around ? around->nearest : 0) : i + 1;
  l->outmost = reaches_out ? around->outmost : LA_LEVEL_NONE;
  if (compound) return;
  if (l->outmost > i + 1) l->outmost = i + 1;
  la_node *few[LA_FEW];
  la_vec all = LA_VEC_LENT(few);
  for (uint32_t k = 0; l->froms && k < l->froms->n; k++)
    if (la_sql_froms(&all, l->froms->v[k], c->err)) c->failed = true;
  for (uint32_t k = 0; k < all.n; k++) show(c, all.v[k], i + 1);
  la_vec_free(&all);
}

void la_display_froms(la_ctx *c, la_vec *out, la_state *s, bool asfrom, bool lateral) {
  for (uint32_t i = 0; i < s->froms.n; i++) la_vec_add(out, s->froms.v[i]);
  if (out->failed) la_ctx_nomem(c);
  if (!c->nlevels || !out->n) return;
  show_froms(c, c->nlevels - 1);
  const la_level *around = la_level_top(c);
  la_map outer = LA_MAP_IN(&c->work), nearest = outer; /* of the FROMs: those shown around; by the SELECT around */
  bool alone = asfrom && !lateral;
  for (uint32_t i = 0; i < out->n; i++) {
    uint32_t level = (uint32_t)(uintptr_t)la_map_get(&c->shown, la_key(out->v[i]));
    if (!level || level < around->outmost) continue;
    bool near = level == around->nearest;
    if (!(alone && near) && la_map_put(&outer, la_key(out->v[i]), out->v[i])) la_ctx_nomem(c);
    if (!alone && near && la_map_put(&nearest, la_key(out->v[i]), out->v[i])) la_ctx_nomem(c);
  }
  if (outer.n && la_select_correlate(out, s->select, &outer, &nearest, c->err)) c->failed = true;
}

/* ---- hints and prefixes ---- */

static bool is_for(la_ctx *c, const la_str *dialect) {
  return !dialect || la_str_is(dialect, "*") || la_str_is(dialect, c->d->name);
}

void la_emit_prefixes(la_ctx *c, const la_list *prefixes, const la_kw *kw) {
  la_mark begin = la_mark_here(c);
  for (uint32_t i = 0; i < la_list_len(prefixes); i++) {
    la_prefix *p = LA_AS(prefix, prefixes->v[i]);
    if (!is_for(c, p->dialect)) continue;
    if (la_wrote_since(c, begin)) la_putc(c, ' ');
    la_emit(c, p->text, kw);
  }
  if (la_wrote_since(c, begin)) la_putc(c, ' ');
}

void la_emit_extensions(la_ctx *c, const la_list *l, const char *point, const char *before, const char *after,
                        const la_kw *kw) {
  size_t begin = la_here(c);
  la_puts(c, before);
  la_mark here = la_mark_here(c);
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    la_extension *e = LA_AS(extension, l->v[i]);
    if (!la_str_is(e->point, point)) continue;
    size_t at = la_here(c);
    if (la_wrote_since(c, here)) la_putc(c, ' ');
    la_mark own = la_mark_here(c);
    la_emit(c, e->element, kw);
    if (!la_wrote_since(c, own)) la_back(c, at);
  }
  if (la_wrote_since(c, here))
    la_puts(c, after);
  else
    la_back(c, begin);
}

/* What was printed since la_piece_begin(), as a string. */
static const la_str *ended(la_ctx *c, la_piece *before) {
  la_piece *t = la_piece_end(c, before);
  la_str *s = la_names_keep(&c->names, t ? la_buf_to_str(&t->b) : NULL);
  if (!s) la_ctx_nomem(c);
  la_piece_drop(c, t);
  return s;
}

/* The text of a hint: %(name)s is the table's name, %% a percent sign. The table is named even where the text does not
 * ask for it: what has no name is given its number here. */
static const la_str *hint_text(la_ctx *c, const la_hint *h) {
  la_kw k = la_kw_none;
  k.f = LA_KW_ASHINT;
  la_piece *before = la_piece_begin(c);
  la_emit(c, h->table, &k);
  const la_str *name = ended(c, before);
  if (!name) return NULL;
  before = la_piece_begin(c);
  for (const char *p = h->text->s, *end = p + h->text->len; p < end; p++) {
    if (!strncmp(p, "%(name)s", 8)) {
      la_buf_str(&c->out->b, name);
      p += 7;
    } else {
      p += *p == '%' && p[1] == '%';
      la_putc(c, *p);
    }
  }
  return ended(c, before);
}

const la_hint_for *la_hints_of(la_ctx *c, const la_list *hints, bool with_names) {
  uint32_t n = 0;
  la_hint_for *out = la_list_len(hints) ? la_arena_alloc(&c->work, (hints->n + 1) * sizeof *out) : NULL;
  if (!out) return NULL;
  for (uint32_t i = 0; i < hints->n; i++) {
    la_hint *h = LA_AS(hint, hints->v[i]);
    if (!h->table || !is_for(c, h->dialect)) continue;
    uint32_t k = 0;
    while (k < n && out[k].table != h->table) k++;
    out[k] = (la_hint_for){h->table, with_names ? hint_text(c, h) : h->text};
    if (!out[k].text) {
      la_ctx_nomem(c);
      return NULL;
    }
    if (k == n) n++;
  }
  return out;
}

static void put_statement_hints(la_ctx *c, const la_list *hints) {
  for (uint32_t i = 0; i < la_list_len(hints); i++) {
    la_hint *h = LA_AS(hint, hints->v[i]);
    if (h->table || !is_for(c, h->dialect)) continue;
    la_putc(c, ' ');
    la_buf_str(&c->out->b, h->text);
  }
}

/* ---- clauses ---- */

bool la_has_row_limit(const la_node *n) {
  const la_select *s = LA_AS(select, n);
  const la_compound *k = LA_AS(compound, n);
  return n->kind == LA_K_SELECT ? s->limit || s->offset || s->fetch : k->limit || k->offset || k->fetch;
}

static void put_by(la_ctx *c, const char *word, const la_list *l, const la_kw *kw) {
  if (!la_list_len(l)) return;
  size_t begin = la_here(c);
  la_puts(c, word);
  la_mark here = la_mark_here(c);
  la_emit_list(c, l, ", ", kw);
  if (!la_wrote_since(c, here)) la_back(c, begin);
}

void la_emit_group_by(la_ctx *c, const la_list *l, const la_kw *kw) { put_by(c, " GROUP BY ", l, kw); }

void la_emit_order_by(la_ctx *c, la_node *n, const la_kw *kw) {
  put_by(c, " ORDER BY ", n->kind == LA_K_SELECT ? LA_AS(select, n)->order_by : LA_AS(compound, n)->order_by, kw);
}

void la_emit_precolumns(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  if (LA_AS(select, n)->distinct) la_puts(c, "DISTINCT ");
}

static void put_columns(la_ctx *c, const la_state *s, const la_column_place *place, const la_kw *kw) {
  la_kw k = la_kw_with(kw, 0, LA_KW_NO_TABLE);
  k = la_kw_in_place(&k, place);
  for (uint32_t i = 0; i < s->columns.n; i++) {
    if (i) la_puts(c, ", ");
    la_emit_named(c, &s->named[i], place, &k);
  }
  while (!s->columns.n && la_here(c) && c->out->b.s[la_here(c) - 1] == ' ') la_back(c, la_here(c) - 1);
}

/* The columns of the result that stand for those of another SELECT answer to these. */
static void answer_to_originals(la_ctx *c, uint32_t first, la_node *original) {
  la_node *few[LA_FEW];
  la_vec all = LA_VEC_LENT(few);
  if (la_selected(&all, original, c->err)) c->failed = true;
  for (uint32_t i = 0; i < all.n && first + i < c->nrcolumns; i++) {
    la_rcolumn *r = &c->rcolumns[first + i];
    if (r->object) la_set_node(&r->object, all.v[i]);
  }
  la_vec_free(&all);
}

static void put_froms(la_ctx *c, la_node *n, const la_vec *froms, const la_hint_for *hints, const la_kw *kw) {
  la_kw k = la_kw_with(kw, LA_KW_ASFROM, 0);
  k.hints = hints;
  if (!froms->n) c->d->hooks.default_from(c, n, kw);
  for (uint32_t i = 0; i < froms->n; i++) {
    la_puts(c, i ? ", " : " \nFROM ");
    la_emit(c, froms->v[i], &k);
  }
}

static void put_body(la_ctx *c, la_node *n, const la_vec *froms, const la_hint_for *hints, const la_kw *kw,
                     la_lint *lint) {
  la_select *s = LA_AS(select, n);
  la_kw linted = la_kw_with(kw, 0, 0);
  linted.lint = la_lint_of(lint);
  put_froms(c, n, froms, hints, &linted);
  la_emit_criteria(c, s->where, " \nWHERE ", &linted);
  la_lint_end(c, lint, "SELECT");
  la_emit_group_by(c, s->group_by, kw);
  la_emit_criteria(c, s->having, " \nHAVING ", kw);
  if (s->extensions) la_emit_extensions(c, s->extensions, "post_criteria", " \n", "", kw);
  if (la_list_len(s->order_by)) c->d->hooks.order_by(c, n, kw);
  if (la_has_row_limit(n)) c->d->hooks.row_limit(c, n, kw);
  if (s->for_update) c->d->hooks.for_update(c, n, kw);
  if (s->extensions) la_emit_extensions(c, s->extensions, "post_body", " ", "", kw);
}

/* ---- the statement ---- */

static void check_width(la_ctx *c, la_level *around, const la_state *s, uint32_t compound) {
  if (compound == 1) around->select_0 = s->select;
  if (compound < 2 || !around->select_0) return;
  la_node *few[LA_FEW];
  la_vec first = LA_VEC_LENT(few);
  if (la_selected(&first, around->select_0, c->err)) c->failed = true;
  if (first.n != s->columns.n)
    la_ctx_fail(c, LA_EXC_CompileError,
                "All selectables passed to CompoundSelect must have identical numbers of columns; select #%d has %u "
                "columns, select #%u has %u",
                1, first.n, compound, s->columns.n);
  la_vec_free(&first);
}

static bool wants_result(const la_level *around) { return !around || around->compound_result || around->nested_result; }

void la_emit_select(la_ctx *c, la_node *n, const la_kw *kw) {
  bool asfrom = kw->f & LA_KW_ASFROM, lateral = kw->f & LA_KW_LATERAL, top = !c->nlevels;
  bool embedded = kw->compound || kw->f & LA_KW_INSERT_INTO, wanted = wants_result(la_level_top(c));
  la_kw k = la_kw_with(kw, 0, LA_KW_ASFROM | LA_KW_LATERAL | LA_KW_INSERT_INTO | LA_KW_COLUMNS | LA_KW_RESULT);
  k.compound = 0;
  k.hints = NULL;
  la_lint lint = la_lint_begin(c, kw), beside;
  k.lint = lint.outer ? la_lint_beside(&beside, &lint) : NULL;
  la_node *original = n;
  if (c->d->hooks.translate_select && !(n = c->d->hooks.translate_select(c, n, kw))) return;
  la_state *s = la_state_of(c, n);
  if (!s) return;
  la_node *few[LA_FEW_FROMS];
  la_vec uncorrelated = LA_VEC_ON(few);
  const la_vec *froms = top ? &s->froms : &uncorrelated;
  if (!top) {
    check_width(c, la_level_top(c), s, kw->compound);
    la_display_froms(c, &uncorrelated, s, asfrom, lateral);
  }
  la_level *level = la_level_push(c, n);
  if (level) {
    size_t begin = la_here(c);
    la_select *sel = LA_AS(select, n);
    la_column_place place = {wanted && kw->compound < 2, asfrom, wanted};
    level->froms = froms;
    level->state = s;
    k.state = s;
    const la_hint_for *hints = sel->hints ? la_hints_of(c, sel->hints, true) : NULL;
    la_puts(c, "SELECT ");
    if (sel->extensions) la_emit_extensions(c, sel->extensions, "post_select", "", " ", &k);
    if (hints && c->d->hooks.select_hint) c->d->hooks.select_hint(c, hints);
    la_emit_independent_ctes(c, sel->ctes, &k);
    if (sel->prefixes) la_emit_prefixes(c, sel->prefixes, &k);
    c->d->hooks.precolumns(c, n, &k);
    if (sel->extensions) la_emit_extensions(c, sel->extensions, "pre_columns", "", " ", &k);
    uint32_t first = c->nrcolumns;
    put_columns(c, s, &place, &k);
    if (n != original && place.result) answer_to_originals(c, first, original);
    put_body(c, n, froms, hints, &k, &lint);
    put_statement_hints(c, sel->hints);
    if (c->ncte_texts && (!embedded || top)) la_put_with(c, begin, top ? 0 : c->nlevels, false);
    if (la_list_len(sel->suffixes)) {
      la_putc(c, ' ');
      la_emit_prefixes(c, sel->suffixes, &k);
    }
    la_level_pop(c);
  }
  la_vec_free(&uncorrelated);
}
