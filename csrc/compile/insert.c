/* insert.c - INSERT. */
#include <string.h>

#include "compile/bind.h"
#include "compile/crud.h"
#include "compile/emit.h"
#include "sql/type.h"

enum { ANY_AUTOINCREMENT = 2 | 4 | 8, FROM_SELECT = 16, SELECT_CASTS = 64 }; /* insertmanyvalues_implicit_sentinel */

static la_list *returning_of(la_ctx *c, const la_insert *n, bool top) {
  if (!top || !c->implicit_returning.n) return la_list_retain(n->returning);
  la_list *l = la_list_new(c->implicit_returning.v, c->implicit_returning.n);
  if (!l) la_ctx_nomem(c);
  return l;
}

/* ---- what tells the rows apart ---- */

static bool is_sentinel(const la_crud_state *s, const la_node *column) {
  for (uint32_t i = 0; i < la_list_len(s->sentinel); i++)
    if (s->sentinel->v[i] == column) return true;
  return false;
}

/* The name of the parameter that a sentinel column's value comes from; NULL: it is not one of the parameters. */
static la_str *sentinel_name(const la_crud_state *s, const la_node *column) {
  const la_str *key = LA_AS(column, column)->key;
  for (uint32_t i = 0; i < s->nitems; i++) {
    const la_crud_item *it = &s->items[i];
    if (it->column != column) continue;
    for (uint32_t k = it->slot_at; k < it->slot_end; k++) {
      la_str *name = s->c->binds[s->values->slots[k].bind].name;
      if (name->len == key->len && !memcmp(name->s, key->s, key->len)) return name;
    }
  }
  return NULL;
}

/* Fills c->crud with the names of sentinel parameters. Is the sentinel a number that the database makes? */
static bool is_implicit_sentinel(la_crud_state *s) {
  la_ctx *c = s->c;
  uint32_t n = la_list_len(s->sentinel);
  if (!n) return false;
  c->crud.nsentinels = n;
  la_str **names = la_arena_alloc(&c->work, n * sizeof *names);
  if (!names) {
    la_ctx_nomem(c);
    return false;
  }
  for (uint32_t i = 0; i < n; i++)
    if (!(names[i] = sentinel_name(s, s->sentinel->v[i])))
      return LA_DATTR(c->d, insertmanyvalues_implicit_sentinel) & ANY_AUTOINCREMENT;
  c->crud.sentinel_names = names;
  return false;
}

/* ---- VALUES ---- */

/* Where the values of one row stand: in the text that was printed since `at`, whose slots begin at `slot`. */
static void note_row(la_ctx *c, size_t at, uint32_t slot) {
  c->crud.row_begin = (uint32_t)at;
  c->crud.row_end = (uint32_t)la_here(c);
  c->crud.row_slot = slot;
  c->crud.row_nslots = c->out->nslots - slot;
}

/* The value of one column, out of those of the row. */
static void put_value(la_crud_state *s, const la_crud_item *it) {
  la_ctx *c = s->c;
  uint32_t from = it->value_at;
  for (uint32_t i = it->slot_at; i < it->slot_end; i++) {
    la_slot slot = s->values->slots[i];
    la_putn(c, s->values->b.s + from, slot.at - from);
    from = slot.at;
    la_piece_slot(c, slot);
  }
  la_putn(c, s->values->b.s + from, it->value_end - from);
}

/* The values of all columns but those that tell the rows apart, which the database makes. */
static void put_ordered_values(la_crud_state *s) {
  bool first = true;
  for (uint32_t i = 0; i < s->nitems; i++) {
    if (is_sentinel(s, s->items[i].column)) continue;
    if (!first) la_puts(s->c, ", ");
    first = false;
    put_value(s, &s->items[i]);
  }
}

/* "VALUES (a, b)"; ordered: its rows are numbered */
static void put_row(la_crud_state *s, bool ordered) {
  la_ctx *c = s->c;
  size_t begin = la_here(c);
  la_puts(c, "VALUES (");
  size_t at = la_here(c);
  uint32_t slot = c->out->nslots;
  if (ordered)
    put_ordered_values(s);
  else
    la_piece_add(c, s->values);
  if (s->top && c->opts->for_executemany && !s->multi) note_row(c, at, slot);
  if (s->top && c->crud.many_values) {
    bool arrays = c->d->hooks.rows_of_arrays && !slot && !c->ncte_texts && la_crud_is_row(s, !ordered);
    if (arrays) c->crud.arrays_at = (uint32_t)begin;
  }
  la_putc(c, ')');
}

static void put_parameter_names(la_crud_state *s, bool casts) {
  la_ctx *c = s->c;
  bool first = true;
  for (uint32_t i = 0; i < s->nitems; i++) {
    bool sentinel = is_sentinel(s, s->items[i].column);
    if (sentinel && !casts) continue;
    if (!first) la_puts(c, ", ");
    first = false;
    if (sentinel) {
      put_value(s, &s->items[i]);
      continue;
    }
    la_buf_printf(&c->out->b, "p%u", i);
    if (casts && LA_DATTR(c->d, insertmanyvalues_implicit_sentinel) & SELECT_CASTS)
      la_put_cast(c, s->items[i].column->type, LA_CAST_ALWAYS);
  }
}

/*  SELECT nextval('s'), p1 FROM (VALUES (b)) AS imp_sen(p1, sen_counter) ORDER BY sen_counter */
static void put_ordered_rows(la_crud_state *s) {
  la_ctx *c = s->c;
  la_puts(c, " SELECT ");
  put_parameter_names(s, true);
  la_puts(c, " FROM (");
  put_row(s, true);
  la_puts(c, ") AS imp_sen(");
  put_parameter_names(s, false);
  la_puts(c, ", sen_counter) ORDER BY sen_counter");
  c->crud.row_counter = true;
}

static void put_values(la_crud_state *s, bool implicit_sentinel) {
  la_ctx *c = s->c;
  bool ordered = implicit_sentinel && LA_DATTR(c->d, insertmanyvalues_implicit_sentinel) & FROM_SELECT;
  if (s->top) c->crud.many_values = s->many_values && !s->multi;
  if (s->many_values && ordered && !s->metavalue_only && !s->multi) {
    put_ordered_rows(s);
    return;
  }
  la_putc(c, ' ');
  put_row(s, false);
}

/* ---- the statement ---- */

static void check(la_crud_state *s, const la_insert *n) {
  la_ctx *c = s->c;
  const la_dialect_inst *d = c->d;
  if (!s->nitems && !LA_DATTR(d, supports_default_values) && !LA_DATTR(d, supports_default_metavalue) &&
      !LA_DATTR(d, supports_empty_insert))
    la_ctx_fail(c, LA_EXC_CompileError,
                "The '%s' dialect with current database version settings does not support empty inserts.", d->name);
  if (!s->multi) return;
  if (!LA_DATTR(d, supports_multivalues_insert))
    la_ctx_fail(c, LA_EXC_CompileError,
                "The '%s' dialect with current database version settings does not support in-place multirow inserts.",
                d->name);
  if ((c->implicit_returning.n || la_list_len(n->returning)) && n->sort_by_parameter_order)
    la_ctx_fail(c, LA_EXC_CompileError,
                "RETURNING cannot be deterministically sorted when using an INSERT which includes multi-row values().");
}

static void put_table(la_ctx *c, la_insert *n, const la_kw *kw) {
  size_t at = la_here(c);
  if (n->table->kind == LA_K_TABLE) {
    la_put_table(c, n->table, true);
  } else {
    la_str *name = la_ctx_from_name(c, n->table);
    if (name)
      la_put_name(c, name);
    else
      la_ctx_fail(c, LA_EXC_CompileError, "INSERT needs a table that has a name, got a %s",
                  la_kind_name((la_kind)n->table->kind));
  }
  for (const la_hint_for *h = la_hints_of(c, n->hints, false); h && h->table; h++)
    if (h->table == n->table) c->d->hooks.from_hint(c, at, n->table, h->text, true);
  la_emit_independent_ctes(c, n->ctes, kw);
}

static void put_select(la_ctx *c, bool top, const la_kw *kw) {
  la_kw k = la_kw_with(kw, LA_KW_INSERT_INTO, 0);
  la_putc(c, ' ');
  size_t at = la_here(c);
  la_emit(c, la_level_top(c)->from_select, &k);
  if (c->ncte_texts && LA_DATTR(c->d, cte_follows_insert)) la_put_with(c, at, top ? 0 : c->nlevels, true);
}

/* RETURNING, whose binds are numbered before those of a SELECT; dropped by the caller. */
static la_piece *returning_text(la_crud_state *s, la_list *columns) {
  la_ctx *c = s->c;
  if (!la_list_len(columns)) return NULL;
  la_list *all =
      la_list_len(s->sentinel) ? la_list_append(columns, s->sentinel->v, s->sentinel->n) : la_list_retain(columns);
  if (!all) la_ctx_nomem(c);
  la_piece *before = la_piece_begin(c);
  la_putc(c, ' ');
  la_kw k = la_kw_none;
  c->d->hooks.returning(c, s->stmt, all, s->top, &k);
  la_list_release(all);
  if (s->top) c->returning = true;
  return la_piece_end(c, before);
}

static void put_body(la_crud_state *s, la_list *returning, const la_kw *kw) {
  la_ctx *c = s->c;
  la_insert *n = LA_AS(insert, s->stmt);
  bool first = LA_DATTR(c->d, returning_precedes_values), defaults = LA_DATTR(c->d, supports_default_values);
  bool implicit_sentinel = la_list_len(returning) && is_implicit_sentinel(s);
  if (s->nitems || !defaults) {
    la_puts(c, " (");
    la_piece_add(c, s->names);
    la_putc(c, ')');
  }
  la_piece *text = returning_text(s, returning);
  if (first) la_piece_add(c, text);
  if (n->select)
    put_select(c, s->top, kw);
  else if (!s->nitems && defaults)
    la_puts(c, " DEFAULT VALUES");
  else
    put_values(s, implicit_sentinel);
  if (n->on_conflict) {
    c->crud.arrays_at = 0;
    la_putc(c, ' ');
    la_emit(c, n->on_conflict, kw);
  }
  if (n->extensions) {
    c->crud.arrays_at = 0;
    la_emit_extensions(c, n->extensions, "post_values", " ", "", kw);
  }
  if (!first) la_piece_add(c, text);
  la_piece_drop(c, text);
}

/* WITH in front of what was printed since `at`; the row stands further behind. */
static void put_with(la_ctx *c, size_t at, uint32_t level) {
  uint32_t len = (uint32_t)la_here(c), nslots = c->out->nslots;
  la_put_with(c, at, level, true);
  if (level || !c->crud.row_end) return;
  len = (uint32_t)la_here(c) - len;
  c->crud.row_begin += len;
  c->crud.row_end += len;
  c->crud.row_slot += c->out->nslots - nslots;
  if (len) c->crud.arrays_at = 0;
}

void la_emit_insert(la_ctx *c, la_node *n, const la_kw *kw) {
  la_insert *ins = LA_AS(insert, n);
  bool top = !kw->visiting_cte && !c->nlevels;
  la_level *level = la_level_push(c, n);
  if (!level) return;
  la_level_close(level);
  level->from_select = ins->select;
  if (top) {
    c->isinsert = true;
    c->toplevel = n;
  }
  size_t begin = la_here(c);
  la_crud_state s;
  la_kw values = la_kw_with(kw, top ? LA_KW_IN_ROW : 0, LA_KW_IN_ROW);
  la_crud_begin(&s, c, n, top, &values);
  if (!c->failed) check(&s, ins);
  la_list *returning = c->failed ? NULL : returning_of(c, ins, top);
  la_puts(c, "INSERT ");
  la_emit_prefixes(c, ins->prefixes, kw);
  la_puts(c, "INTO ");
  put_table(c, ins, kw);
  if (!c->failed) put_body(&s, returning, kw);
  if (top && (c->ncte_texts || c->out->nslots != c->crud.row_nslots)) c->crud.arrays_at = 0;
  if (c->ncte_texts && !LA_DATTR(c->d, cte_follows_insert)) put_with(c, begin, top ? 0 : c->nlevels);
  la_list_release(returning);
  la_crud_end(&s);
  la_level_pop(c);
}
