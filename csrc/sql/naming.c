#include "sql/naming.h"

#include <string.h>

#include "base/mem.h"
#include "sql/columns.h"
#include "sql/ops.h"

/* ---- keeping ---- */

la_str *la_names_keep(la_names *k, la_str *s) {
  if (!s) {
    k->failed = true;
    return NULL;
  }
  if (k->n == k->cap) {
    uint32_t cap = k->cap ? k->cap * 2 : 16;
    la_str **v = la_realloc(k->v, cap * sizeof *v);
    if (!v) {
      k->failed = true;
      la_str_release(s);
      return NULL;
    }
    k->v = v;
    k->cap = cap;
  }
  return k->v[k->n++] = s;
}

void la_names_drop(la_names *k) {
  for (uint32_t i = 0; i < k->n; i++) la_str_release(k->v[i]);
  la_free(k->v);
  *k = (la_names)LA_NAMES_INIT;
}

/* Keeps what was made in k's arena, or without one. */
static la_str *keep_made(la_names *k, la_str *s) {
  if (s && k->arena) return s;
  return la_names_keep(k, s);
}

static la_str *keep_anon(la_names *k, const void *identity, unsigned index, const la_str *base) {
  return keep_made(k, la_anon_name(k->arena, identity, index, base));
}

static la_str *join(la_names *k, const la_str *a, const char *glue, const la_str *b) {
  return keep_made(k, la_name_join(k->arena, a, glue, b));
}

/* ---- FROMs ---- */

/* The fields `name` and `anon` of kinds that have both; false for others. */
static bool name_fields(const la_node *n, la_str **name, la_str **anon) {
#define FIELDS(KIND, lower)        \
  case LA_K_##KIND:                \
    *name = LA_AS(lower, n)->name; \
    *anon = LA_AS(lower, n)->anon; \
    return true
  switch (n->kind) {
    FIELDS(ALIAS, alias);
    FIELDS(SUBQUERY, subquery);
    FIELDS(LATERAL, lateral);
    FIELDS(TABLESAMPLE, tablesample);
    FIELDS(CTE, cte);
    FIELDS(TABLE_VALUED, table_valued);
    FIELDS(VALUES, values);
    default: return false;
  }
#undef FIELDS
}

bool la_from_is_named(const la_node *from) {
  switch (from->kind) {
    case LA_K_VALUES: return (LA_AS(values, from)->name || LA_AS(values, from)->anon) && !LA_AS(values, from)->bare;
    case LA_K_JOIN: return false;
    case LA_K_FROM_GROUPING: return false;
    default: return la_kind_category((la_kind)from->kind) == LA_CAT_FROM;
  }
}

la_str *la_name_given(const la_node **from, la_str **anon) {
  const la_node *n = *from;
  la_str *name = NULL;
  *anon = NULL;
  while (n->kind == LA_K_ENTITY && !LA_AS(entity, n)->name && LA_AS(entity, n)->selectable)
    n = LA_AS(entity, n)->selectable;
  if (n->kind == LA_K_TABLE) return LA_AS(table, n)->name;
  if (n->kind == LA_K_ENTITY) name = LA_AS(entity, n)->name;
  *from = name_fields(n, &name, anon) ? n : NULL;
  while (!name && n->kind == LA_K_CTE && LA_AS(cte, n)->restates) *from = n = LA_AS(cte, n)->restates;
  return name;
}

la_str *la_name_from(la_names *k, const la_node *from) {
  la_str *anon, *name = la_name_given(&from, &anon);
  return name || !from ? name : keep_anon(k, from, 0, anon);
}

/* ---- kinds that pass names on ---- */

la_node *la_wrapped(const la_node *n) {
  switch (n->kind) {
    case LA_K_CAST: return LA_AS(cast, n)->clause;
    case LA_K_TYPE_COERCE: return LA_AS(type_coerce, n)->clause;
    case LA_K_AGGREGATE_ORDER_BY: return LA_AS(aggregate_order_by, n)->element;
    case LA_K_UNARY: {
      const la_unary *u = LA_AS(unary, n);
      return u->op == LA_OP_IS_TRUE || u->op == LA_OP_IS_FALSE ? u->element : NULL;
    }
    default: return NULL;
  }
}

const la_node *la_name_identity(const la_node *n) {
  while (n->kind == LA_K_ATTRIBUTE && LA_AS(attribute, n)->expr) n = LA_AS(attribute, n)->expr;
  return n;
}

la_str *la_name_of(la_names *k, const la_node *n) {
  while (n->kind == LA_K_GROUPING) n = LA_AS(grouping, n)->element;
  n = la_name_identity(n);
  switch (n->kind) {
    case LA_K_COLUMN: return LA_AS(column, n)->name;
    case LA_K_LABEL: return LA_AS(label, n)->name ? LA_AS(label, n)->name : keep_anon(k, n, 0, LA_AS(label, n)->anon);
    case LA_K_FUNCTION: return LA_AS(function, n)->name;
    case LA_K_CUSTOM: return LA_AS(custom, n)->name;
    case LA_K_NEXT_VALUE: return la_names_keep(k, la_str_from("next_value"));
    default: return NULL;
  }
}

/* A function has a name, but is labelled. */
la_str *la_name_non_anon(la_names *k, const la_node *n) {
  const la_node *what = la_name_identity(n);
  bool call = what->kind == LA_K_FUNCTION || what->kind == LA_K_NEXT_VALUE;
  return call || la_wrapped(n) ? NULL : la_name_of(k, n);
}

la_str *la_name_key(la_names *k, const la_node *n) {
  switch (n->kind) {
    case LA_K_COLUMN: return LA_AS(column, n)->key;
    case LA_K_LABEL: return la_name_of(k, n);
    case LA_K_ATTRIBUTE: return LA_AS(attribute, n)->key;
    case LA_K_BIND:
      return LA_AS(bind, n)->unique || !LA_AS(bind, n)->key ? keep_anon(k, n, 0, LA_AS(bind, n)->key)
                                                            : LA_AS(bind, n)->key;
    default: return NULL;
  }
}

la_str *la_name_proxy_key(la_names *k, const la_node *n) {
  for (la_node *w; (w = la_wrapped(n)) && w->kind != LA_K_TEXT;) n = w;
  la_str *s = la_name_key(k, n);
  if (!s || !s->len) s = la_name_of(k, n);
  return la_is_anon(s) ? NULL : s;
}

la_str *la_name_expression(la_names *k, const la_node *n) {
  return n->kind == LA_K_ATTRIBUTE && !la_name_of(k, n) ? LA_AS(attribute, n)->key : NULL;
}

/* ---- labels with the name of the table ---- */

/* label, or label_1 …: one that is no column of the table. */
static la_str *unlike_columns(la_names *k, la_node *table, la_str *label) {
  la_columns *c = la_from_columns(table, NULL);
  la_str *now = label;
  for (int i = 1; now && c && la_columns_get(c, now->s, now->len); i++) {
    la_str *number = la_names_keep(k, la_str_format("%d", i));
    now = number ? join(k, label, "_", number) : NULL;
  }
  return now;
}

static la_str *with_table(la_names *k, const la_column *c, la_str *name) {
  if (c->is_literal) return NULL;
  if (c->render || !c->table || !la_from_is_named(c->table) || !name) return name;
  la_str *t = la_name_from(k, c->table), *schema = NULL;
  if (c->table->kind == LA_K_TABLE) schema = LA_AS(table, c->table)->schema;
  if (!t) return NULL;
  if (schema && schema->len) {
    la_str *dotless = la_names_keep(k, la_str_new(schema->s, schema->len));
    if (!dotless) return NULL;
    for (uint32_t i = 0; i < dotless->len; i++)
      if (dotless->s[i] == '.') dotless->s[i] = '_';
    t = join(k, dotless, "_", t);
  }
  la_str *label = t ? join(k, t, "_", name) : NULL;
  return label ? unlike_columns(k, c->table, label) : NULL;
}

la_str *la_name_tq(la_names *k, const la_node *n) {
  for (la_node *w; (w = la_wrapped(n));) n = w;
  n = la_name_identity(n);
  switch (n->kind) {
    case LA_K_COLUMN: return with_table(k, LA_AS(column, n), LA_AS(column, n)->name);
    case LA_K_LABEL: return la_name_of(k, n);
    case LA_K_GROUPING: {
      la_str *s = la_name_tq(k, LA_AS(grouping, n)->element);
      return s ? s : la_name_anon(k, n);
    }
    default: return NULL;
  }
}

la_str *la_name_tq_key(la_names *k, const la_node *n) {
  la_str *key = la_name_proxy_key(k, n);
  const la_node *c = la_name_identity(n);
  if (c->kind == LA_K_LABEL) return c == n ? la_name_of(k, c) : key;
  if (c->kind != LA_K_COLUMN) return key;
  la_str *name = LA_AS(column, c)->name;
  bool other = key && !(name && name->len == key->len && !memcmp(name->s, key->s, key->len));
  return other ? with_table(k, LA_AS(column, c), key) : la_name_tq(k, c);
}

/* ---- anonymous labels ---- */

static la_str *anon_label(la_names *k, const la_node *n, unsigned index, const la_str *seed) {
  return keep_anon(k, la_name_identity(n), index, seed);
}

la_str *la_name_anon(la_names *k, const la_node *n) {
  la_node *w;
  while ((w = la_wrapped(n)) && w->kind != LA_K_TEXT) {
    la_str *s = la_name_non_anon(k, w);
    if (s) return s;
    n = w;
  }
  return anon_label(k, n, 0, la_name_of(k, n));
}

la_str *la_name_anon_key(la_names *k, const la_node *n) { return anon_label(k, n, 0, la_name_proxy_key(k, n)); }
la_str *la_name_anon_tq(la_names *k, const la_node *n) { return anon_label(k, n, 0, la_name_tq(k, n)); }
la_str *la_name_anon_tq_key(la_names *k, const la_node *n) { return anon_label(k, n, 0, la_name_tq_key(k, n)); }

la_str *la_name_dedupe(la_names *k, const la_node *n, unsigned index) {
  la_node *w = la_wrapped(n);
  la_str *name = w ? la_name_non_anon(k, w) : la_name_of(k, n);
  if (!name) return la_name_dedupe_tq(k, n, index);
  if (!w) return anon_label(k, n, index, name);
  static const char glue[] = "_";
  la_str *empty = la_names_keep(k, la_str_from(""));
  la_str *seed = empty ? join(k, name, glue, empty) : NULL;
  return seed ? anon_label(k, n, 0, seed) : NULL;
}

la_str *la_name_dedupe_tq(la_names *k, const la_node *n, unsigned index) {
  return anon_label(k, n, index, la_name_tq(k, n));
}

bool la_name_renders(const la_node *n) {
  n = la_name_identity(n);
  if (n->kind == LA_K_COLUMN) return LA_AS(column, n)->table || LA_AS(column, n)->render;
  return n->kind != LA_K_TEXT && (n->kind != LA_K_CUSTOM || !LA_AS(custom, n)->named);
}
