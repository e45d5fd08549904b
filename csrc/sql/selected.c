/* selected.c - the columns that a statement returns, and their names.
 *
 * Naming follows SQLAlchemy's _generate_columns_plus_names line by line: a name
 * that was used by another column gets an anonymous label, a column that comes
 * again one of its own ("dedupe").
 */
#include <string.h>

#include "base/mem.h"
#include "sql/columns.h"
#include "sql/ops.h"
#include "sql/select.h"

/* ---- which columns ---- */

static bool is_omitted(const la_node *col) {
  const la_node *spec = col->kind == LA_K_COLUMN ? LA_AS(column, col)->spec : NULL;
  return spec && LA_AS(column_spec, spec)->omit_from_statements;
}

static int add_columns_of(la_vec *out, la_node *from, la_error *err) {
  la_columns *c = la_from_columns(from, err);
  if (!c) return -1;
  for (uint32_t i = 0; i < c->n; i++)
    if (!is_omitted(c->v[i].col)) la_vec_add(out, c->v[i].col);
  return out->failed ? la_fail_memory(err) : 0;
}

static int add_list(la_vec *out, const la_list *l, la_error *err) {
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    if (l->v[i]->kind == LA_K_COLUMN)
      la_vec_add(out, l->v[i]);
    else if (la_select_iterable(out, l->v[i], err))
      return -1;
  }
  return out->failed ? la_fail_memory(err) : 0;
}

int la_select_iterable(la_vec *out, la_node *n, la_error *err) {
  if (la_kind_category((la_kind)n->kind) == LA_CAT_FROM) return add_columns_of(out, n, err);
  if (n->kind == LA_K_CLAUSE_LIST && LA_AS(clause_list, n)->op == LA_OP_COMMA)
    return add_list(out, LA_AS(clause_list, n)->clauses, err);
  if (n->kind == LA_K_BUNDLE) return add_list(out, LA_AS(bundle, n)->exprs, err);
  la_vec_add(out, n);
  return out->failed ? la_fail_memory(err) : 0;
}

int la_selected(la_vec *out, const la_node *stmt, la_error *err) {
  for (;;) {
    switch (stmt->kind) {
      case LA_K_SELECT: return add_list(out, LA_AS(select, stmt)->raw_columns, err);
      case LA_K_COMPOUND: stmt = LA_AS(compound, stmt)->selects->v[0]; continue;
      case LA_K_SELECT_GROUPING: stmt = LA_AS(select_grouping, stmt)->element; continue;
      case LA_K_TEXT_SELECT: la_vec_add_list(out, LA_AS(text_select, stmt)->column_args); break;
      case LA_K_VALUES: la_vec_add_list(out, LA_AS(values, stmt)->column_list); break;
      case LA_K_INSERT: return add_list(out, LA_AS(insert, stmt)->returning, err);
      case LA_K_UPDATE: return add_list(out, LA_AS(update, stmt)->returning, err);
      case LA_K_DELETE: return add_list(out, LA_AS(delete, stmt)->returning, err);
      default:
        return la_fail_with(err, LA_EXC_ArgumentError, "a %s returns no columns", la_kind_name((la_kind)stmt->kind));
    }
    return out->failed ? la_fail_memory(err) : 0;
  }
}

la_label_style la_label_style_of(const la_node *stmt) {
  switch (stmt->kind) {
    case LA_K_SELECT: return (la_label_style)LA_AS(select, stmt)->label_style;
    case LA_K_COMPOUND: return (la_label_style)LA_AS(compound, stmt)->label_style;
    case LA_K_SELECT_GROUPING: return la_label_style_of(LA_AS(select_grouping, stmt)->element);
    case LA_K_INSERT:
    case LA_K_UPDATE:
    case LA_K_DELETE: return LA_LABELS_DISAMBIGUATE;
    default: return LA_LABELS_NONE;
  }
}

/* ---- their names ---- */

enum { FEW = 8 };

typedef struct naming {
  la_names *k;
  la_label_style style;
  bool dedupe;
  unsigned repetitions;
  struct {
    const la_str *name;
    la_node *column;
  } few[FEW]; /* effective names and the columns that have them, if there are but few: */
  uint32_t nfew;
  la_map names; /* … else the same as a map */
  /* unless dedupe: */
  la_map keys;      /* proxy keys given */
  la_anon_map anon; /* numbers of anonymous proxy keys */
} naming;

static int place_of(const naming *w, const la_str *name) {
  for (uint32_t i = 0; i < w->nfew; i++) {
    const la_str *s = w->few[i].name;
    if (s == name || (s->hash == name->hash && s->len == name->len && !memcmp(s->s, name->s, s->len))) return (int)i;
  }
  return -1;
}

static la_node *named_so(const naming *w, const la_str *name) {
  if (w->names.n) return la_map_gets(&w->names, name);
  int i = place_of(w, name);
  return i < 0 ? NULL : w->few[i].column;
}

static void add_few(naming *w, la_str *name, la_node *c) {
  w->few[w->nfew].name = name;
  w->few[w->nfew++].column = c;
}

/* All names are known: they outlive the map. */
static void put_name(naming *w, const la_str *name, la_node *c) {
  if (la_map_puts(&w->names, (la_str *)(uintptr_t)name, c)) w->k->failed = true;
}

static void take(naming *w, la_str *name, la_node *c) {
  if (!name) {
    w->k->failed = true;
    return;
  }
  c = (la_node *)(uintptr_t)la_name_identity(c);
  int i = w->names.n ? -1 : place_of(w, name);
  if (i < 0 && w->nfew < FEW) i = (int)w->nfew++;
  if (i >= 0) {
    w->few[i].name = name;
    w->few[i].column = c;
    return;
  }
  uint32_t known = w->names.n ? 0 : FEW;
  for (uint32_t k = 0; k < known; k++) put_name(w, w->few[k].name, w->few[k].column);
  put_name(w, name, c);
}

static bool is_tablename(const naming *w) {
  return w->style == LA_LABELS_TABLENAME || w->style == LA_LABELS_LEGACY_ORM;
}

static la_str *repetition(naming *w, la_node *c) {
  unsigned i = ++w->repetitions;
  return is_tablename(w) ? la_name_dedupe_tq(w->k, c, i) : la_name_dedupe(w->k, c, i);
}

/* A column that has no name of its own. */
static la_str *name_nameless(naming *w, la_named *out) {
  la_node *c = out->column;
  la_str *label = la_name_expression(w->k, c);
  if (label) return out->required = out->fallback = label;
  la_str *anon = la_name_anon(w->k, c);
  if (!anon) return NULL;
  out->repeated = named_so(w, anon);
  take(w, anon, c);
  out->fallback = out->repeated ? repetition(w, c) : anon;
  return NULL;
}

/* The name is taken already, by c or by another column. */
static void name_again(naming *w, la_named *out, la_str *name) {
  la_node *c = out->column;
  if (named_so(w, name) != la_name_identity(c)) {
    out->required = out->fallback = is_tablename(w) ? la_name_anon_tq(w->k, c) : la_name_anon(w->k, c);
    if (!out->required) return;
    if (!w->dedupe || !named_so(w, out->required)) {
      take(w, out->required, c);
      return;
    }
  } else if (!w->dedupe) {
    return;
  }
  out->required = out->fallback = repetition(w, c);
  out->repeated = true;
}

static void name_column(naming *w, la_named *out) {
  la_node *c = out->column;
  la_str *name = NULL;
  if (c->kind == LA_K_COLUMN && w->style == LA_LABELS_DISAMBIGUATE && LA_AS(column, c)->name && w->nfew < FEW) {
    if (!LA_AS(column, c)->table && !LA_AS(column, c)->render) return; /* la_name_renders */
    out->fallback = name = LA_AS(column, c)->name;
    int known = place_of(w, name);
    if (known >= 0)
      name_again(w, out, name);
    else
      add_few(w, name, c);
    return;
  }
  if (!la_name_renders(c)) return;
  if (w->style == LA_LABELS_NONE) {
    out->fallback = la_name_non_anon(w->k, c);
    if (!out->fallback) out->fallback = la_name_anon(w->k, c);
    return;
  }
  if (is_tablename(w))
    out->required = out->fallback = name = la_name_tq(w->k, c);
  else
    out->fallback = name = la_name_non_anon(w->k, c);
  if (!name) name = name_nameless(w, out);
  if (!name) return;
  if (named_so(w, name))
    name_again(w, out, name);
  else
    take(w, name, c);
}

/* ---- their keys ---- */

static la_str *resolved(naming *w, la_str *template) {
  la_str *s = template ? la_anon_resolve(&w->anon, template) : NULL;
  return s ? la_names_keep(w->k, la_str_retain(s)) : NULL;
}

static la_str *take_key(naming *w, la_str *key, la_node *c) {
  if (key && la_map_puts(&w->keys, key, c)) w->k->failed = true;
  return key;
}

/* The key under which .selected_columns has the column; see SelectState._column_naming_convention. */
static la_str *key_of(naming *w, la_node *c) {
  if (c->kind == LA_K_TEXT) return NULL;
  bool tq = is_tablename(w);
  la_str *key = tq ? la_name_tq_key(w->k, c) : la_name_proxy_key(w->k, c);
  if (w->style == LA_LABELS_NONE) return key ? key : la_names_keep(w->k, la_str_from("_no_label"));
  if (key && !la_map_gets(&w->keys, key)) return take_key(w, key, c);
  if (key) return resolved(w, tq ? la_name_anon_tq_key(w->k, c) : la_name_anon_key(w->k, c));
  key = la_names_keep(w->k, la_str_from("_no_label"));
  if (!key || !la_map_gets(&w->keys, key)) return take_key(w, key, c);
  return resolved(w, la_names_keep(w->k, la_anon_name(NULL, la_name_identity(c), 0, key)));
}

int la_select_names(la_named *out, la_names *k, const la_vec *columns, la_label_style style, bool dedupe,
                    la_error *err) {
  naming w;
  w.k = k;
  w.style = style;
  w.dedupe = dedupe;
  w.repetitions = w.nfew = 0;
  w.names = (la_map)LA_MAP_INIT;
  if (!dedupe) {
    w.keys = (la_map)LA_MAP_INIT;
    w.anon = (la_anon_map)LA_ANON_MAP_INIT;
  }
  for (uint32_t i = 0; i < columns->n; i++) {
    out[i].column = columns->v[i];
    name_column(&w, &out[i]);
    if (!dedupe) out[i].proxy_key = key_of(&w, out[i].column);
  }
  la_map_free(&w.names);
  if (!dedupe) {
    la_map_free(&w.keys);
    la_anon_map_free(&w.anon);
  }
  return k->failed ? la_fail_memory(err) : 0;
}
