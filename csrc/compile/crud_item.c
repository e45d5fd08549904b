/* crud_item.c - one column of INSERT or UPDATE as it is printed: its name and its value. */
#include <string.h>

#include "base/mem.h"
#include "compile/bind.h"
#include "compile/crud.h"
#include "compile/emit.h"
#include "sql/expr.h"
#include "sql/type.h"

la_piece *la_crud_item_begin(la_crud_state *s, la_node *column) {
  la_ctx *c = s->c;
  la_piece *before = c->out, *to = s->insert ? s->names : s->values;
  la_crud_item *v = la_ctx_room(c, &c->work, s->items, s->nitems, 1, &s->items_cap, sizeof *v);
  if (!v) return before;
  s->items = v;
  if (to) c->out = to;
  if (s->nitems) la_puts(c, ", ");
  s->at = s->nitems;
  la_crud_item *i = &s->items[s->nitems++];
  memset(i, 0, sizeof *i);
  i->column = column;
  i->name_at = (uint32_t)la_here(c);
  return before;
}

void la_crud_value(la_crud_state *s) {
  la_ctx *c = s->c;
  if (!s->nitems) return;
  la_crud_item *i = &s->items[s->nitems - 1];
  i->name_end = (uint32_t)la_here(c);
  if (!s->insert) {
    la_putc(c, '=');
  } else {
    if (s->values) c->out = s->values;
    if (s->nitems > 1) la_puts(c, ", ");
  }
  i->value_at = (uint32_t)la_here(c);
  i->slot_at = c->out->nslots;
}

void la_crud_done(la_crud_state *s, la_piece *before) {
  if (s->nitems) {
    la_crud_item *i = &s->items[s->nitems - 1];
    i->value_end = (uint32_t)la_here(s->c);
    i->slot_end = s->c->out->nslots;
  }
  s->c->out = before;
}

bool la_crud_is_row(const la_crud_state *s, bool constants) {
  bool ok = !s->multi && !s->metavalue_only && !s->cte && s->nitems;
  for (uint32_t i = 0; ok && i < s->nitems; i++) {
    const la_crud_item *it = &s->items[i];
    uint32_t n = it->slot_end - it->slot_at;
    ok = it->bind ? n == 1 && !s->values->slots[it->slot_at].flags : constants && !n;
  }
  return ok;
}

/* The value of the current item is that bind. */
static void note_bind(la_crud_state *s, la_node *bind) {
  if (s->nitems) s->items[s->at].bind = bind;
}

void la_crud_put_name(la_crud_state *s, la_node *column) {
  if (s->other_table) {
    la_kw k = la_kw_with(&la_kw_none, s->include_table ? 0 : LA_KW_NO_TABLE, 0);
    la_emit(s->c, column, &k);
    return;
  }
  la_column *col = LA_AS(column, column);
  la_str *name = la_ctx_name(s->c, LA_ID_COLUMN, col->name);
  bool plain = la_is(col->table, LA_K_TABLE);
  la_str *from = s->include_table && col->table && !plain ? la_ctx_from_name(s->c, col->table) : NULL;
  if (s->include_table && plain) la_put_table(s->c, col->table, false);
  if (from) la_put_name(s->c, from);
  if (s->include_table && (plain || from)) la_putc(s->c, '.');
  if (name) la_put_name(s->c, name);
}

la_node *la_crud_new_bind(la_crud_state *s, la_node *column, la_str *name, bool required) {
  la_ctx *c = s->c;
  la_bind_opts o = {name, column->type, !name, required, false, false, false, NULL};
  la_node *n = NULL;
  if (la_bind_new(&n, &o, NULL, c->err)) {
    c->failed = true;
    return NULL;
  }
  LA_AS(bind, n)->role = LA_BIND_CRUD;
  return la_ctx_keep(c, n);
}

void la_crud_put_bind(la_crud_state *s, la_node *column, la_str *name, bool required) {
  la_node *n = s->ahead.n ? la_crud_bind_ahead(s, column) : NULL;
  if (!n && !(n = la_crud_new_bind(s, column, name, required))) return;
  note_bind(s, n);
  la_emit(s->c, n, s->kw);
}

la_node *la_crud_typed_bind(la_crud_state *s, la_node *column, la_node *bind) {
  if (!la_type_is_null(bind->type) || la_type_is_null(column->type)) return bind;
  la_node *typed = la_node_copy(bind);
  if (!typed) {
    la_ctx_nomem(s->c);
    return NULL;
  }
  la_set_type(typed, column->type);
  return la_ctx_keep(s->c, la_node_seal(typed));
}

void la_crud_put_given_bind(la_crud_state *s, la_node *column, la_node *bind, la_str *name) {
  la_ctx *c = s->c;
  la_node *n = s->ahead.n ? la_crud_bind_ahead(s, column) : NULL;
  if (!n && !(n = la_crud_typed_bind(s, column, bind))) return;
  note_bind(s, n);
  if (s->cte)
    la_emit(c, n, s->kw);
  else
    la_emit_bind_named(c, n, name, s->kw);
}

void la_crud_put_expr(la_crud_state *s, la_node *value) {
  la_ctx *c = s->c;
  la_node *n = NULL;
  if (c->failed) return;
  if (la_expr_self_group(&n, value, LA_OP_NONE, c->err)) {
    c->failed = true;
    return;
  }
  la_emit(c, la_ctx_keep(c, n), s->kw);
}

void la_crud_note_prefetch(la_crud_state *s, la_node *column, la_str *name) {
  la_vec_add(&s->c->prefetch, column);
  if (!name || !la_names_keep(&s->c->prefetch_names, la_str_retain(name))) la_ctx_nomem(s->c);
}
