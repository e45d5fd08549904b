/* compound.c - UNION and its kin; text() with columns. */
#include "compile/emit.h"
#include "compile/result.h"

static const char *keyword(la_ctx *c, int op) {
  switch (op) {
    case LA_SET_UNION: return " UNION ";
    case LA_SET_UNION_ALL: return " UNION ALL ";
    case LA_SET_EXCEPT: return c->d->hooks.except_word;
    case LA_SET_EXCEPT_ALL: return " EXCEPT ALL ";
    case LA_SET_INTERSECT: return " INTERSECT ";
    default: return " INTERSECT ALL ";
  }
}

void la_emit_compound(la_ctx *c, la_node *n, const la_kw *kw) {
  la_compound *s = LA_AS(compound, n);
  la_level *around = la_level_top(c);
  bool top = !around, asfrom = kw->f & LA_KW_ASFROM;
  bool result = top || (kw->compound < 2 && around->compound_result);
  if (around && kw->compound == 1) around->select_0 = n;
  la_state *state = la_state_of(c, n);
  la_level *level = state ? la_level_push(c, n) : NULL;
  if (!level) return;
  level->state = state;
  level->compound_result = result;
  size_t begin = la_here(c);
  la_kw k = la_kw_with(kw, 0, LA_KW_ASFROM | LA_KW_INSERT_INTO), inner = la_kw_with(&k, asfrom ? LA_KW_ASFROM : 0, 0);
  k.compound = 0;
  k.hints = inner.hints = NULL;
  la_emit_independent_ctes(c, s->ctes, &k);
  for (uint32_t i = 0; i < la_list_len(s->selects); i++) {
    if (i) la_puts(c, keyword(c, s->keyword));
    inner.compound = i + 1;
    la_emit(c, s->selects->v[i], &inner);
  }
  k.f |= LA_KW_NO_TABLE;
  la_emit_group_by(c, s->group_by, &k);
  c->d->hooks.order_by(c, n, &k);
  if (la_has_row_limit(n)) c->d->hooks.row_limit(c, n, &k);
  if (c->ncte_texts) la_put_with(c, begin, top ? 0 : c->nlevels, true);
  la_level_pop(c);
}

/* The columns that a text() was given. */
static void note_columns(la_ctx *c, la_text_select *t) {
  la_kw k = la_kw_none;
  k.f = LA_KW_COLUMNS | LA_KW_RESULT;
  c->rcolumns_ordered = c->rcolumns_textual = t->positional;
  c->rcolumns_loose = !t->positional && la_list_len(t->column_args);
  la_piece *before = la_piece_begin(c);
  for (uint32_t i = 0; i < la_list_len(t->column_args); i++) la_emit(c, t->column_args->v[i], &k);
  la_piece_drop(c, la_piece_end(c, before));
}

void la_emit_text_select(la_ctx *c, la_node *n, const la_kw *kw) {
  la_text_select *t = LA_AS(text_select, n);
  la_level *around = la_level_top(c);
  bool top = !around;
  bool result = top || (kw->compound == 1 && around->compound_result) || around->nested_result;
  la_level *level = la_level_push(c, n);
  if (!level) return;
  la_level_close(level);
  size_t begin = la_here(c);
  la_kw k = la_kw_with(kw, 0, LA_KW_ASFROM);
  k.compound = 0;
  la_emit_independent_ctes(c, t->ctes, &k);
  if (result) note_columns(c, t);
  la_emit(c, t->element, &k);
  if (c->ncte_texts) la_put_with(c, begin, top ? 0 : c->nlevels, false);
  la_level_pop(c);
}
