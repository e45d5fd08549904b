/* render.c - the final text: segments of the compiled text with something in
 * each slot between them.
 *
 * What stands in a slot depends on who asks. Users see the text as SQLAlchemy
 * prints it, with names or numbers by its rules; the engine gets positions and
 * expands lists with the values that are sent.
 */
#include <string.h>

#include "base/mem.h"
#include "compile/bind.h"
#include "compile/compile.h"
#include "compile/context.h"
#include "sql/type.h"

typedef struct assembly {
  la_buf *out;
  const la_compiled *k;
  la_paramstyle style;
  const la_value *values;  /* those to expand with; NULL: as the binds hold them */
  la_positions *positions; /* NULL: by name, as users see it */
  bool expand;
  uint32_t row;     /* INSERT of many rows: which one */
  const char *rows; /* placeholders are columns of these rows; or NULL */
  int32_t *numbers; /* numeric styles: by bind (and row), the number of its first placeholder; 0: none yet */
  int32_t last;
  la_error *err;
  bool failed;
} assembly;

static bool is_numeric(la_paramstyle s) { return s == LA_PS_NUMERIC || s == LA_PS_NUMERIC_DOLLAR; }

void la_positions_free(la_positions *p) {
  la_free(p->v);
  *p = (la_positions){NULL, 0, 0};
}

static void add_position(assembly *a, la_position p) {
  la_positions *to = a->positions;
  if (!to) return;
  if (to->n == to->cap) {
    uint32_t cap = to->cap ? to->cap * 2 : 16;
    la_position *v = la_realloc(to->v, cap * sizeof *v);
    if (!v) {
      a->failed = true;
      return;
    }
    to->v = v;
    to->cap = cap;
  }
  to->v[to->n++] = p;
}

/* ---- one placeholder ---- */

static void put_name(assembly *a, const la_cbind *b, la_position p) {
  la_buf_str(a->out, b->escaped ? b->escaped : b->name);
  if (p.element >= 0) la_buf_printf(a->out, "_%d", (int)p.element + 1);
  if (p.member >= 0) la_buf_printf(a->out, "_%d", (int)p.member + 1);
}

/* offset: how many placeholders of the same bind come before this one. */
static void put_number(assembly *a, la_position p, int32_t offset) {
  int32_t *first = &a->numbers[p.bind];
  if (!*first) *first = a->last + 1 - offset;
  int32_t n = *first + offset;
  if (a->rows)
    la_buf_printf(a->out, "%s.p%d", a->rows, (int)n);
  else
    la_buf_printf(a->out, "%c%d", a->style == LA_PS_NUMERIC ? ':' : '$', (int)n);
  if (n <= a->last) return;
  a->last = n;
  add_position(a, p);
}

/* A number of its own, as it is sent: else the database would have to find one type for all uses of the bind. */
static void put_again(assembly *a, la_position p) {
  la_buf_printf(a->out, "%c%d", a->style == LA_PS_NUMERIC ? ':' : '$', (int)++a->last);
  add_position(a, p);
}

static void put_placeholder(assembly *a, la_position p, int32_t offset) {
  const la_cbind *b = &a->k->binds[p.bind % a->k->nbinds];
  switch (a->style) {
    case LA_PS_QMARK: la_buf_putc(a->out, '?'); break;
    case LA_PS_FORMAT: la_buf_puts(a->out, "%s"); break;
    case LA_PS_PYFORMAT:
      la_buf_puts(a->out, "%(");
      put_name(a, b, p);
      la_buf_puts(a->out, ")s");
      break;
    case LA_PS_NUMERIC:
    case LA_PS_NUMERIC_DOLLAR: put_number(a, p, offset); return;
    default: la_buf_putc(a->out, ':'); put_name(a, b, p);
  }
  add_position(a, p);
}

/* ---- lists and literals ---- */

static const la_value *value_of(assembly *a, uint32_t bind) {
  if (a->values) return &a->values[bind];
  return &LA_AS(bind, a->k->binds[bind % a->k->nbinds].node)->value;
}

/* Prints with a context of its own what needs one. */
static void put_with_context(assembly *a, const la_cbind *b, const la_value *v, bool literal) {
  la_compile_opts opts = LA_COMPILE_OPTS_INIT;
  opts.paramstyle = a->style;
  la_ctx c;
  la_ctx_init(&c, a->k->dialect, &opts, a->err);
  if (!literal)
    la_put_empty_set(&c, b->node);
  else if (b->flags & LA_BF_EXPANDING)
    la_put_literal_list(&c, b->node, v, NULL);
  else
    la_put_literal(&c, b->node->type, v);
  la_buf_add(a->out, c.root.b.s, c.root.b.len);
  if (c.root.b.failed) la_ctx_nomem(&c);
  if (c.failed) a->failed = true;
  la_ctx_free(&c);
}

static void put_wrapped(assembly *a, const la_slot *s, la_position p, int32_t offset) {
  const la_wrap *w = s->wrap ? &a->k->wraps[s->wrap - 1] : NULL;
  if (w) la_buf_str(a->out, w->before);
  put_placeholder(a, p, offset);
  if (w) la_buf_str(a->out, w->after);
}

static void put_tuple(assembly *a, uint32_t bind, uint32_t i, const la_array *members, int32_t *offset) {
  la_buf_putc(a->out, '(');
  for (uint32_t j = 0; j < members->n; j++) {
    if (j) la_buf_puts(a->out, ", ");
    put_placeholder(a, (la_position){bind, (int32_t)i, (int32_t)j}, (*offset)++);
  }
  la_buf_putc(a->out, ')');
}

static bool is_tuples(const la_cbind *b, const la_array *v) {
  return b->flags & LA_BF_TUPLE || (la_type_is_null(b->node->type) && v->n && v->v[0].tag == LA_V_ARRAY);
}

static void put_list(assembly *a, const la_slot *s, uint32_t bind) {
  const la_cbind *b = &a->k->binds[s->bind];
  const la_value *v = value_of(a, bind);
  const la_array *list = v->tag == LA_V_ARRAY ? v->u.a : NULL;
  if (!list || !list->n) {
    put_with_context(a, b, v, false);
    return;
  }
  bool tuples = is_tuples(b, list);
  int32_t offset = 0;
  if (tuples && LA_DATTR(a->k->dialect, tuple_in_values)) la_buf_puts(a->out, "VALUES ");
  for (uint32_t i = 0; i < list->n; i++) {
    if (i) la_buf_puts(a->out, ", ");
    if (tuples && list->v[i].tag == LA_V_ARRAY)
      put_tuple(a, bind, i, list->v[i].u.a, &offset);
    else
      put_wrapped(a, s, (la_position){bind, (int32_t)i, -1}, offset++);
  }
}

/* __[POSTCOMPILE_name], which tells users that something comes here when it is executed */
static void put_mark(assembly *a, const la_slot *s) {
  const la_cbind *b = &a->k->binds[s->bind];
  const la_wrap *w = s->wrap ? &a->k->wraps[s->wrap - 1] : NULL;
  la_buf_puts(a->out, "__[POSTCOMPILE_");
  la_buf_str(a->out, b->escaped ? b->escaped : b->name);
  if (w && !w->hidden) {
    la_buf_puts(a->out, "~~");
    la_buf_str(a->out, w->before);
    la_buf_puts(a->out, "~~REPL~~");
    la_buf_str(a->out, w->after);
    la_buf_puts(a->out, "~~");
  }
  la_buf_putc(a->out, ']');
}

static void put_slot(assembly *a, const la_slot *s, uint32_t row) {
  uint32_t bind = s->bind + row * a->k->nbinds;
  if (s->flags & ~LA_BF_AGAIN && !a->expand)
    put_mark(a, s);
  else if (s->flags & LA_BF_LITERAL_EXECUTE)
    put_with_context(a, &a->k->binds[s->bind], value_of(a, bind), true);
  else if (s->flags & LA_BF_EXPANDING)
    put_list(a, s, bind);
  else if (s->flags & LA_BF_AGAIN && a->positions && is_numeric(a->style))
    put_again(a, (la_position){bind, -1, -1});
  else
    put_placeholder(a, (la_position){bind, -1, -1}, 0);
}

/* ---- stretches of text ---- */

/* The text from `from` to `to`, with the slots [slot, end) in it. */
static void put_stretch(assembly *a, uint32_t from, uint32_t to, uint32_t slot, uint32_t end, uint32_t row) {
  for (; slot < end && !a->failed; slot++) {
    const la_slot *s = &a->k->slots[slot];
    la_buf_add(a->out, a->k->text + from, s->at - from);
    put_slot(a, s, row);
    from = s->at;
  }
  la_buf_add(a->out, a->k->text + from, to - from);
}

static int finish(assembly *a) {
  la_free(a->numbers);
  if (a->out->failed && !a->failed) la_fail_memory(a->err);
  return a->failed || a->out->failed ? la_fail_with(a->err, LA_EXC_CompileError, "the statement could not be rendered")
                                     : 0;
}

static bool make_numbers(assembly *a, uint32_t rows) {
  if (!is_numeric(a->style) || !a->k->nbinds) return true;
  a->numbers = la_calloc((size_t)a->k->nbinds * rows * sizeof *a->numbers);
  return a->numbers != NULL;
}

/* ---- as users see it ---- */

static bool is_late(const la_cbind *b) { return b->flags & (LA_BF_EXPANDING | LA_BF_LITERAL_EXECUTE); }

/* Numbers by the order in which binds were met; of an INSERT for many rows, those of the row last. */
static void number_binds(assembly *a) {
  const la_compiled *k = a->k;
  for (int pass = k->crud->many_values ? 0 : 1; pass < 2; pass++)
    for (uint32_t i = 0; i < k->nbinds; i++)
      if (!a->numbers[i] && !is_late(&k->binds[i]) && (pass || !(k->binds[i].flags & LA_BF_ROW)))
        a->numbers[i] = ++a->last;
}

int la_compiled_string(la_buf *out, const la_compiled *k, la_error *err) {
  assembly a = {out, k, k->paramstyle, NULL, NULL, k->expands, 0, NULL, NULL, 0, err, false};
  if (!make_numbers(&a, 1)) return la_fail_memory(err);
  if (a.numbers) number_binds(&a);
  put_stretch(&a, 0, k->len, 0, k->nslots, 0);
  return finish(&a);
}

/* ---- as it is sent ---- */

int la_compiled_render(la_buf *out, la_positions *positions, const la_compiled *k, la_paramstyle style,
                       const la_value *values, la_error *err) {
  if (k->crud->row_counter) return la_compiled_render_rows(out, positions, k, style, values, 1, err);
  la_positions none = {NULL, 0, 0};
  assembly a = {out, k, style, values, positions ? positions : &none, true, 0, NULL, NULL, 0, err, false};
  if (!make_numbers(&a, 1)) return la_fail_memory(err);
  put_stretch(&a, 0, k->len, 0, k->nslots, 0);
  la_positions_free(&none);
  return finish(&a);
}

int la_compiled_render_rows(la_buf *out, la_positions *positions, const la_compiled *k, la_paramstyle style,
                            const la_value *values, uint32_t rows, la_error *err) {
  const la_crud *c = k->crud;
  if (!c->row_end)
    return la_fail_with(err, LA_EXC_InvalidRequestError, "the statement was not compiled for several rows");
  la_positions none = {NULL, 0, 0};
  assembly a = {out, k, style, values, positions ? positions : &none, true, 0, NULL, NULL, 0, err, false};
  uint32_t end = c->row_slot + c->row_nslots;
  if (!make_numbers(&a, rows)) return la_fail_memory(err);
  put_stretch(&a, 0, c->row_begin, 0, c->row_slot, 0);
  for (uint32_t r = 0; r < rows; r++) {
    if (r) la_buf_puts(out, "), (");
    put_stretch(&a, c->row_begin, c->row_end, c->row_slot, end, r);
    if (c->row_counter) la_buf_printf(out, ", %u", r);
  }
  put_stretch(&a, c->row_end, k->len, end, k->nslots, 0);
  la_positions_free(&none);
  return finish(&a);
}

bool la_compiled_is_of_rows(const la_compiled *k) {
  const la_crud *c = k->crud;
  static const char comma[] = ", ";
  uint32_t n = c->row_nslots, at = c->row_begin;
  if (c->row_counter || !n || n != k->nslots || c->row_end + 1 != k->len) return false;
  for (uint32_t i = 0; i < n; i++) {
    const la_slot *s = &k->slots[i];
    if (s->flags || s->wrap || s->at != at) return false;
    if (i + 1 < n && strncmp(k->text + at, comma, 2) != 0) return false;
    at += 2;
  }
  return at - 2 == c->row_end;
}

/* ---- many sets at once ---- */

static const char ROWS[] = "la_sets";

/*  INSERT INTO t (a, b) SELECT la_sets.p1, la_sets.p2 FROM … AS la_sets(p1, p2) */
static void put_insert_arrays(assembly *a, uint32_t n) {
  const la_crud *c = a->k->crud;
  la_buf_add(a->out, a->k->text, c->arrays_at);
  la_buf_puts(a->out, "SELECT ");
  put_stretch(a, c->row_begin, c->row_end, c->row_slot, c->row_slot + c->row_nslots, 0);
  if (c->row_counter) la_buf_printf(a->out, ", %s.p%d", ROWS, (int)n + 1);
  la_buf_puts(a->out, " FROM ");
  a->k->dialect->hooks.rows_of_arrays(a->out, ROWS, n, c->row_counter);
  la_buf_add(a->out, a->k->text + c->row_end + 1, a->k->len - c->row_end - 1);
}

/*  UPDATE t SET a=la_sets.p1 FROM … AS la_sets(p1, p2) WHERE t.b = la_sets.p2 */
static void put_update_arrays(assembly *a, uint32_t n) {
  const la_compiled *k = a->k;
  uint32_t at = k->crud->arrays_at, slot = 0;
  while (slot < k->nslots && k->slots[slot].at <= at) slot++;
  put_stretch(a, 0, at, 0, slot, 0);
  la_buf_puts(a->out, " FROM ");
  k->dialect->hooks.rows_of_arrays(a->out, ROWS, n, false);
  put_stretch(a, at, k->len, slot, k->nslots, 0);
}

int la_compiled_render_arrays(la_buf *out, const la_compiled *k, uint32_t n, la_error *err) {
  if (!k->crud->arrays_at)
    return la_fail_with(err, LA_EXC_InvalidRequestError, "the statement was not compiled for arrays");
  la_positions none = {NULL, 0, 0};
  assembly a = {out, k, LA_PS_NUMERIC_DOLLAR, NULL, &none, true, 0, ROWS, NULL, 0, err, false};
  if (!make_numbers(&a, 1)) return la_fail_memory(err);
  if (k->kind == LA_STMT_INSERT)
    put_insert_arrays(&a, n);
  else
    put_update_arrays(&a, n);
  la_positions_free(&none);
  return finish(&a);
}
