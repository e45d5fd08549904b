/* dialect.c - instances of dialects: the table of a dialect with its holes
 * filled from its bases, and the attributes that users may change. */
#include "compile/dialect.h"

#include <string.h>

#include "base/mem.h"
#include "compile/quote.h"

static const char *const attr_names[] = {
#define ATTR(name, value) #name,
#include "compile/attrs.def"
#undef ATTR
};

static const int attr_defaults[] = {
#define ATTR(name, value) value,
#include "compile/attrs.def"
#undef ATTR
};

static const char *const style_names[LA_PS_COUNT] = {"",         "named",   "qmark",         "format",
                                                     "pyformat", "numeric", "numeric_dollar"};

la_paramstyle la_paramstyle_named(const char *name) {
  for (int i = 1; i < LA_PS_COUNT; i++)
    if (!strcmp(style_names[i], name)) return (la_paramstyle)i;
  return LA_PS_DIALECT;
}

const char *la_paramstyle_name(la_paramstyle p) { return style_names[p]; }

bool la_paramstyle_is_positional(la_paramstyle p) {
  return p == LA_PS_QMARK || p == LA_PS_FORMAT || p == LA_PS_NUMERIC || p == LA_PS_NUMERIC_DOLLAR;
}

/* ---- filling holes ---- */

#define FILL(to, from) \
  if (from) to = from

static void fill_hooks(la_hooks *to, const la_hooks *from) {
  FILL(to->precolumns, from->precolumns);
  FILL(to->order_by, from->order_by);
  FILL(to->row_limit, from->row_limit);
  FILL(to->limit, from->limit);
  FILL(to->fetch, from->fetch);
  FILL(to->for_update, from->for_update);
  FILL(to->default_from, from->default_from);
  FILL(to->returning, from->returning);
  FILL(to->from_hint, from->from_hint);
  FILL(to->select_hint, from->select_hint);
  FILL(to->update_tables, from->update_tables);
  FILL(to->update_from, from->update_from);
  FILL(to->delete_table, from->delete_table);
  FILL(to->delete_from, from->delete_from);
  FILL(to->dml_limit, from->dml_limit);
  FILL(to->empty_set, from->empty_set);
  FILL(to->sequence, from->sequence);
  FILL(to->argspec, from->argspec);
  FILL(to->translate_select, from->translate_select);
  FILL(to->bind_cast, from->bind_cast);
  FILL(to->bind_name, from->bind_name);
  FILL(to->rows_of_arrays, from->rows_of_arrays);
  FILL(to->alias_word, from->alias_word);
  FILL(to->join_word, from->join_word);
  FILL(to->with_recursive, from->with_recursive);
  FILL(to->except_word, from->except_word);
}

/* Writes d, after its bases, over what is there. */
static void fill(la_dialect_inst *to, const la_dialect *d) {
  if (d->base) fill(to, d->base);
  for (int i = 0; d->op_text && i < LA_OP_COUNT; i++) FILL(to->op_text[i], d->op_text[i]);
  for (int i = 0; d->op_emit && i < LA_OP_COUNT; i++) FILL(to->op_emit[i], d->op_emit[i]);
  for (int i = 0; d->emit && i < LA_K_COUNT; i++) FILL(to->emit[i], d->emit[i]);
  if (d->hooks) fill_hooks(&to->hooks, d->hooks);
  if (d->paramstyle) to->paramstyle = d->paramstyle;
  if (d->quoting) to->quoting = *d->quoting;
  FILL(to->default_metavalue, d->default_metavalue);
  FILL(to->bind_escapes, d->bind_escapes);
  FILL(to->types, d->types);
  FILL(to->ddl, d->ddl);
  for (const la_attr_value *a = d->attrs; a && a->attr != LA_DA_COUNT; a++) to->attr[a->attr] = a->value;
}

static void refine(la_dialect_inst *d) {
  const la_dialect *t = d->d;
  while (t && !t->refine) t = t->base;
  if (t) t->refine(d);
  la_note_reserved(d);
}

la_dialect_inst *la_dialect_new(const la_dialect *table) {
  la_dialect_inst *d = la_calloc(sizeof *d);
  if (!d) return NULL;
  d->refs = 1;
  d->d = table;
  d->name = table->name;
  memcpy(d->attr, attr_defaults, sizeof d->attr);
  fill(d, table);
  refine(d);
  return d;
}

la_dialect_inst *la_dialect_copy(const la_dialect_inst *d) {
  la_dialect_inst *c = la_alloc(sizeof *c);
  if (!c) return NULL;
  *c = *d;
  c->refs = 1;
  la_str_retain(c->default_schema);
  return c;
}

la_dialect_inst *la_dialect_retain(la_dialect_inst *d) {
  if (d) la_count_up(&d->refs);
  return d;
}

void la_dialect_release(la_dialect_inst *d) {
  if (!d || !la_count_down(&d->refs)) return;
  la_str_release(d->default_schema);
  la_free(d);
}

/* ---- attributes ---- */

static int attr_named(const char *name) {
  for (int i = 0; i < LA_DA_COUNT; i++)
    if (!strcmp(attr_names[i], name)) return i;
  return -1;
}

int la_dialect_set(la_dialect_inst *d, const char *attr, int value) {
  int i = attr_named(attr);
  if (i < 0) return -1;
  d->attr[i] = value;
  d->given[i] = true;
  refine(d);
  return 0;
}

int la_dialect_get(const la_dialect_inst *d, const char *attr, int *out) {
  int i = attr_named(attr);
  if (i < 0) return -1;
  *out = d->attr[i];
  return 0;
}

void la_dialect_default(la_dialect_inst *d, la_dattr attr, int value) {
  if (!d->given[attr]) d->attr[attr] = value;
}

void la_dialect_set_version(la_dialect_inst *d, const int *v, int n) {
  d->nversion = n < 4 ? n : 4;
  for (int i = 0; i < 4; i++) d->version[i] = i < d->nversion ? v[i] : -1;
  refine(d);
}

void la_dialect_connected(la_dialect_inst *d) {
  for (const la_dialect *t = d->d; t; t = t->base)
    if (t->connected) {
      t->connected(d);
      return;
    }
}

/* A version (8,) is less than (8, 0), as tuples compare. */
bool la_dialect_at_least(const la_dialect_inst *d, int major, int minor, int patch) {
  const int want[3] = {major, minor, patch};
  if (!d->nversion) return false;
  for (int i = 0; i < 3; i++) {
    if (want[i] < 0) return true;
    if (d->version[i] != want[i]) return d->version[i] > want[i];
  }
  return true;
}

bool la_dialect_is(const la_dialect_inst *d, const char *name) {
  for (const la_dialect *t = d->d; t; t = t->base)
    if (!strcmp(t->name, name)) return true;
  return false;
}

/* ---- words ---- */

const la_func_rule *la_dialect_func(const la_dialect_inst *d, const char *name, size_t len) {
  for (const la_dialect *t = d->d; t; t = t->base)
    for (const la_func_rule *f = t->funcs; f && f->name; f++)
      if (!strncmp(f->name, name, len) && !f->name[len]) return f;
  return NULL;
}

const char *la_dialect_extract(const la_dialect_inst *d, const char *word) {
  for (const la_dialect *t = d->d; t; t = t->base)
    for (const la_word_pair *p = t->extract; p && p->from; p++)
      if (!strcmp(p->from, word)) return p->to;
  return NULL;
}
