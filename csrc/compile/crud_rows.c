/* crud_rows.c - INSERT … VALUES with several rows: those after the first have
 * the columns of the first. */
#include "compile/crud.h"

#include <string.h>

#include "compile/emit.h"
#include "sql/expr.h"
#include "sql/schema.h"

la_node *la_crud_value_in(const la_list *row, const la_str *key) {
  for (uint32_t i = 0; i < la_list_len(row); i++) {
    const la_pair *p = LA_AS(pair, row->v[i]);
    const la_node *k = la_name_identity(p->key);
    const la_str *s = k->kind == LA_K_STR      ? LA_AS(strnode, k)->s
                      : k->kind == LA_K_COLUMN ? LA_AS(column, k)->key
                                               : NULL;
    if (s && s->len == key->len && !memcmp(s->s, key->s, s->len)) return p->value;
  }
  return NULL;
}

la_str *la_crud_row_name(la_crud_state *s, const la_str *key, uint32_t row) {
  if (!s->multi) return (la_str *)(uintptr_t)key;
  la_str *name = la_names_keep(&s->c->names, la_str_numbered(NULL, key->s, key->len, "_m", row));
  if (!name) la_ctx_nomem(s->c);
  return name;
}

/* A column that only the first row names. */
static void put_default(la_crud_state *s, la_node *column, uint32_t row) {
  la_ctx *c = s->c;
  la_node *dflt = la_crud_default_of(column);
  const la_str *key = LA_AS(column, column)->key;
  if (!dflt) {
    const la_node *t = LA_AS(column, column)->table;
    la_ctx_fail(c, LA_EXC_CompileError,
                "INSERT value for column %s%s%s is explicitly rendered as a boundparameter in the VALUES clause; a "
                "Python-side value or SQL expression is required",
                la_is(t, LA_K_TABLE) ? LA_AS(table, t)->name->s : "", la_is(t, LA_K_TABLE) ? "." : "",
                LA_AS(column, column)->name->s);
  } else if (dflt->kind == LA_K_SEQUENCE) {
    la_emit(c, dflt, s->kw);
  } else if (LA_AS(column_default, dflt)->arg) {
    la_crud_put_expr(s, la_crud_default_expr(c, dflt));
  } else {
    la_str *name = la_crud_row_name(s, key, row);
    la_crud_put_bind(s, column, name, false);
    la_crud_note_prefetch(s, column, name);
  }
}

static void put_value(la_crud_state *s, la_node *column, const la_list *values, uint32_t row) {
  const la_str *key = LA_AS(column, column)->key;
  la_node *v = la_crud_value_in(values, key);
  if (!v)
    put_default(s, column, row);
  else if (v->kind == LA_K_BIND && LA_AS(bind, v)->role == LA_BIND_CRUD)
    la_crud_put_given_bind(s, column, v, la_crud_row_name(s, key, row));
  else
    la_crud_put_expr(s, v);
}

/* "), (…" behind the values of the first row */
void la_crud_more_rows(la_crud_state *s) {
  la_ctx *c = s->c;
  const la_list *rows = LA_AS(insert, s->stmt)->multi_values;
  la_piece *before = c->out;
  if (s->values) c->out = s->values;
  for (uint32_t r = 1; r < rows->n && !c->failed; r++) {
    la_puts(c, "), (");
    s->at_row = r;
    s->row = LA_AS(listnode, rows->v[r])->items;
    while (s->ahead.n) la_node_release(s->ahead.v[--s->ahead.n]);
    for (uint32_t i = 0; i < s->nitems; i++) s->items[i].bind = NULL;
    for (uint32_t i = 0; i < s->nitems; i++) {
      if (i) la_puts(c, ", ");
      s->at = i;
      put_value(s, s->items[i].column, s->row, r);
    }
  }
  c->out = before;
}
