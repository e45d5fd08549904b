/* result.c - the columns of the rows that come back, noted while the columns
 * clause is printed; and how a column is labelled there. */
#include "compile/result.h"

#include <string.h>

#include "base/mem.h"
#include "compile/emit.h"
#include "sql/type.h"

/* ---- noting ---- */

static la_rcolumn *add_rcolumn(la_ctx *c, la_str *key, la_node *type) {
  la_rcolumn *v = la_ctx_room(c, &c->work, c->rcolumns, c->nrcolumns, 1, &c->rcolumns_cap, sizeof *v);
  if (!v) return NULL;
  c->rcolumns = v;
  la_rcolumn *r = &v[c->nrcolumns++];
  *r = (la_rcolumn){la_str_retain(key), la_node_retain(type), NULL, NULL};
  return r;
}

static void note_others(la_ctx *c, la_rcolumn *r, const la_target *targets) {
  uint32_t n = 0;
  for (const la_target *t = targets; t; t = t->next) n++;
  la_node **v = r->others = la_arena_room(&c->work, (n + 1) * sizeof *v);
  if (!v) {
    la_ctx_nomem(c);
    return;
  }
  for (const la_target *t = targets; t; t = t->next) *v++ = la_node_retain(t->node);
  *v = NULL;
}

void la_result_add(la_ctx *c, la_str *key, la_node *n, const la_kw *kw) {
  if (!(kw->f & LA_KW_RESULT)) return;
  if (!key || (key->len == 1 && *key->s == '*')) {
    c->rcolumns_ordered = false;
    c->ad_hoc_textual = true;
  }
  if (la_type_id_of(n->type) == LA_T_TUPLETYPE)
    la_ctx_fail(c, LA_EXC_CompileError,
                "Most backends don't support SELECTing from a tuple() object.  If this is an ORM query, consider using "
                "the Bundle object.");
  la_rcolumn *r = add_rcolumn(c, key, n->type);
  if (!r || kw->f & LA_KW_REPEATED) return;
  r->object = la_node_retain(n);
  if (kw->targets) note_others(c, r, kw->targets);
}

/* ---- labelling ---- */

la_node *la_column_expression(la_ctx *c, la_node *n) {
  if (!la_type_may_have(n->type, LA_TB_HAS_COLUMN_EXPRESSION)) return n;
  const la_node *type = la_type_variant(n->type, c->d->name);
  if (!la_is(type, LA_K_TYPE) || !la_type_has(type, LA_TB_HAS_COLUMN_EXPRESSION)) return n;
  la_node *out = NULL;
  if (!c->host || !c->host->wrap) return n;
  if (c->host->wrap(c->host, &out, type, n, false, c->err)) c->failed = true;
  return out ? la_ctx_keep(c, out) : n;
}

/* Does what a UNARY applies to have no name? */
static bool wraps_unnamed(la_ctx *c, const la_node *n) {
  const la_node *e = LA_AS(unary, n)->element;
  while (e->kind == LA_K_GROUPING) e = LA_AS(grouping, e)->element;
  e = la_name_identity(e);
  return (e->kind != LA_K_COLUMN && e->kind != LA_K_LABEL) || !la_name_non_anon(&c->names, e);
}

/* Must a column without a required label be labelled all the same? */
static bool needs_label(la_ctx *c, const la_node *n, bool nested) {
  n = la_name_identity(n);
  switch (n->kind) {
    case LA_K_COLUMN: {
      const la_column *col = LA_AS(column, n);
      return nested && !col->render && !col->is_literal && col->table;
    }
    case LA_K_TEXT: return false;
    case LA_K_UNARY: {
      int op = LA_AS(unary, n)->op;
      bool test = op == LA_OP_IS_TRUE || op == LA_OP_IS_FALSE;
      return (test && !LA_DATTR(c->d, supports_native_boolean)) || nested || wraps_unnamed(c, n);
    }
    default: return !la_name_non_anon(&c->names, n);
  }
}

/* name as one that may be cut. */
static la_str *cuttable(la_ctx *c, la_str *name) {
  if (name->flags & LA_STR_CUT || name->len + 6 <= (uint32_t)c->label_length) return name;
  la_str *s = la_names_keep(&c->names, la_str_with_flags(name, name->flags | LA_STR_CUT));
  if (!s) la_ctx_nomem(c);
  return s;
}

static la_str *label_for(la_ctx *c, const la_named *column, la_node *n, la_node *expr, bool nested) {
  if (n->kind == LA_K_LABEL) return expr != n ? la_name_of(&c->names, n) : NULL;
  if (column->required) return column->required;
  if (expr == n && !needs_label(c, n, nested)) return NULL;
  la_str *name = column->fallback ? column->fallback : la_name_anon(&c->names, n);
  return name ? cuttable(c, name) : NULL;
}

la_kw la_kw_in_place(const la_kw *kw, const la_column_place *place) {
  return la_kw_with(kw, LA_KW_COLUMNS | (place->result ? LA_KW_RESULT : 0),
                    LA_KW_LABEL | (place->result ? 0 : LA_KW_RESULT));
}

void la_emit_named(la_ctx *c, const la_named *column, const la_column_place *place, const la_kw *kw) {
  la_node *n = column->column, *expr = place->for_rows ? la_column_expression(c, n) : n;
  la_str *name = label_for(c, column, n, expr, place->nested);
  la_kw repeated;
  if (column->repeated) {
    repeated = la_kw_with(kw, LA_KW_REPEATED, 0);
    kw = &repeated;
  }
  /* A label around what the type selects in a column's place: the column is told as well. */
  la_target original = {n, kw->targets};
  la_kw labelled = *kw;
  if (n->kind == LA_K_LABEL && expr != n) {
    original.node = LA_AS(label, n)->element;
    labelled.targets = &original;
    kw = &labelled;
  }
  if (name)
    la_emit_as(c, expr, name, n, kw);
  else
    la_emit(c, n, kw);
}
