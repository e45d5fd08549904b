/* label.c - labels, and references to them in ORDER BY, GROUP BY and DISTINCT.
 *
 * A reference prints as the label's name where the statement around selects that
 * label; else as what the label stands for. What a name may mean is looked up in
 * two dictionaries: the columns that are selected, and those of the FROMs.
 */
#include "compile/label.h"

#include <string.h>

#include "base/mem.h"
#include "compile/emit.h"
#include "compile/result.h"
#include "compile/wrap.h"
#include "sql/anon.h"
#include "sql/columns.h"
#include "sql/correspond.h"
#include "sql/expr.h"

struct la_labels {
  la_map selected, froms; /* name -> node */
};

void la_labels_free(la_labels *l) {
  if (!l) return;
  la_map_free(&l->selected);
  la_map_free(&l->froms);
  la_free(l);
}

/* ---- labels ---- */

void la_emit_as(la_ctx *c, la_node *element, la_str *name, la_node *column, const la_kw *kw) {
  la_str *shown = la_ctx_name(c, LA_ID_COLUMN, name);
  if (!shown) return;
  la_result_add(c, shown, column, kw);
  la_kw k = la_kw_with(kw, LA_KW_COLUMNS | LA_KW_LABEL, LA_KW_RESULT);
  k.as_label = NULL;
  k.targets = NULL;
  la_emit(c, element, &k);
  la_puts(c, " AS ");
  la_put_name(c, shown);
}

void la_emit_label(la_ctx *c, la_node *n, const la_kw *kw) {
  la_label *l = LA_AS(label, n);
  if (kw->f & LA_KW_COLUMNS && !(kw->f & LA_KW_LABEL)) {
    la_emit_as(c, l->element, la_name_of(&c->names, n), n, kw);
    return;
  }
  if (kw->as_label == n) {
    la_str *name = la_ctx_name(c, LA_ID_COLUMN, la_name_of(&c->names, n));
    if (name) la_put_name(c, name);
    return;
  }
  la_kw k = la_kw_with(kw, 0, LA_KW_COLUMNS | LA_KW_LABEL | LA_KW_RESULT);
  k.as_label = NULL;
  k.targets = NULL;
  la_emit(c, l->element, &k);
}

/* ---- dictionaries ---- */

/* unnamed: FROMs whose columns are not found by their names */
static bool may_be_named(const la_list *unnamed, const la_node *n) {
  n = la_name_identity(n);
  while (n->kind == LA_K_LABEL) n = LA_AS(label, n)->element;
  for (uint32_t i = 0; n->kind == LA_K_COLUMN && i < la_list_len(unnamed); i++)
    if (unnamed->v[i] == LA_AS(column, n)->table) return false;
  return n->kind != LA_K_TEXT;
}

static void put(la_ctx *c, la_map *m, la_str *name, la_node *n) {
  if (name && la_map_puts(m, name, n)) la_ctx_nomem(c);
}

static void put_selected(la_ctx *c, la_labels *l, const la_vec *columns, const la_list *unnamed) {
  for (uint32_t i = 0; i < columns->n; i++) {
    la_node *n = columns->v[i];
    if (!may_be_named(unnamed, n)) continue;
    la_str *name = la_name_tq(&c->names, n);
    put(c, &l->selected, name ? name : la_name_key(&c->names, n), n);
  }
}

static void put_froms(la_ctx *c, la_labels *l, const la_vec *froms, const la_list *unnamed) {
  la_vec all = LA_VEC_INIT;
  for (uint32_t i = 0; i < froms->n; i++)
    if (la_select_iterable(&all, froms->v[i], c->err)) c->failed = true;
  for (uint32_t i = 0; i < all.n; i++)
    if (may_be_named(unnamed, all.v[i])) put(c, &l->froms, la_name_key(&c->names, all.v[i]), all.v[i]);
  for (uint32_t i = 0; i < all.n; i++) la_ctx_keep(c, la_node_retain(all.v[i]));
  la_vec_free(&all);
}

/* Of a compound select: its columns as those of a subquery, but for those without a name. */
static void put_compound(la_ctx *c, la_labels *l, la_node *compound) {
  la_node *sub = la_node_new(LA_K_SUBQUERY);
  if (!sub) {
    la_ctx_nomem(c);
    return;
  }
  la_set_node(&LA_AS(subquery, sub)->element, compound);
  sub = la_ctx_keep(c, la_node_seal(sub));
  la_columns *cols = sub ? la_from_columns(sub, c->err) : NULL;
  if (!cols) c->failed = true;
  for (uint32_t i = 0; i < la_columns_len(cols); i++) {
    if (la_is(cols->v[i].col, LA_K_COLUMN) && la_is_anon(LA_AS(column, cols->v[i].col)->name)) continue;
    put(c, &l->selected, cols->v[i].key, cols->v[i].col);
    put(c, &l->froms, cols->v[i].key, cols->v[i].col);
  }
}

static la_labels *labels_of(la_ctx *c, la_level *level) {
  la_state *s = level->state;
  if (!s->labels) {
    la_labels *l = s->labels = la_calloc(sizeof *l);
    if (!l) {
      la_ctx_nomem(c);
      return NULL;
    }
    if (level->stmt->kind == LA_K_COMPOUND) {
      put_compound(c, l, level->stmt);
    } else {
      const la_list *unnamed = level->stmt->kind == LA_K_SELECT ? LA_AS(select, level->stmt)->unnamed : NULL;
      put_selected(c, l, &s->columns, unnamed);
      put_froms(c, l, &s->froms, unnamed);
    }
  }
  return s->labels;
}

/* ---- references ---- */

/* The label that an ORDER BY expression is, perhaps with DESC. */
static la_node *label_of(la_node *n) {
  while (n->kind == LA_K_UNARY && la_op_get((la_op)LA_AS(unary, n)->modifier)->props & LA_OP_ORDER)
    n = LA_AS(unary, n)->element;
  return n->kind == LA_K_LABEL ? n : NULL;
}

void la_emit_label_ref(la_ctx *c, la_node *n, const la_kw *kw) {
  la_node *element = LA_AS(label_ref, n)->element, *label = label_of(element);
  la_level *level = la_level_top(c);
  la_kw k = *kw;
  k.as_label = NULL;
  if (level && LA_DATTR(c->d, supports_simple_order_by_label)) {
    if (!level->state) {
      la_ctx_fail(c, LA_EXC_CompileError, "Can't resolve label reference for ORDER BY / GROUP BY / DISTINCT etc.");
      return;
    }
    la_labels *l = label ? labels_of(c, level) : NULL;
    la_str *name = l ? la_name_of(&c->names, label) : NULL;
    la_node *known = name ? la_map_gets(kw->f & LA_KW_COLUMNS ? &l->froms : &l->selected, name) : NULL;
    if (known && (known == label || la_wrap_related(c, label, known))) k.as_label = label;
  }
  la_emit(c, element, &k);
}

enum { LABEL_SHOWN = 25 };

static void no_label(la_ctx *c, const la_str *name) {
  const char *more = name->len > LABEL_SHOWN ? "..." : "";
  la_ctx_fail(c, LA_EXC_CompileError,
              "Can't resolve label reference for ORDER BY / GROUP BY / DISTINCT etc. Textual SQL expression '%.*s%s' "
              "should be explicitly declared as text('%.*s%s')",
              LABEL_SHOWN, name->s, more, LABEL_SHOWN, name->s, more);
}

void la_emit_text_ref(la_ctx *c, la_node *n, const la_kw *kw) {
  la_str *name = LA_AS(text_ref, n)->name;
  la_level *level = la_level_top(c);
  if (!level) {
    la_put_escaped(c, name->s, name->len);
    return;
  }
  la_labels *l = level->state ? labels_of(c, level) : NULL;
  la_node *known = NULL;
  if (l && !(kw->f & LA_KW_COLUMNS)) known = la_map_gets(&l->selected, name);
  if (l && !known) known = la_map_gets(&l->froms, name);
  if (!known) {
    no_label(c, name);
    return;
  }
  la_kw k = *kw;
  k.as_label = known;
  if (level->stmt->kind == LA_K_COMPOUND) k.f |= LA_KW_NO_TABLE;
  la_emit(c, known, &k);
}
