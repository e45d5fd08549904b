/* crud_copy.c - from_dml_column(): what another column of the same row is given, once more.
 *
 * The value is printed where it is asked for, which may be before or behind the column that it belongs to. An
 * expression is printed twice; of a bind there is one: the first to come makes it, and leaves it to the other.
 */
#include "compile/bind.h"
#include "compile/crud.h"
#include "compile/emit.h"
#include "sql/columns.h"
#include "sql/naming.h"
#include "sql/schema.h"

/* The bind of a column of the row under way: of its item, or made for a copy. NULL: there is none yet. */
static la_node *known_bind(const la_crud_state *s, const la_node *column) {
  for (uint32_t i = 0; i < s->nitems; i++)
    if (s->items[i].column == column && s->items[i].bind) return s->items[i].bind;
  return la_crud_bind_ahead(s, column);
}

la_node *la_crud_bind_ahead(const la_crud_state *s, const la_node *column) {
  for (uint32_t i = 0; i + 1 < s->ahead.n; i += 2)
    if (s->ahead.v[i] == column) return s->ahead.v[i + 1];
  return NULL;
}

/* Prints the bind of a column, which is given or, where that is NULL, to come under the name. */
static void put_bind(la_crud_state *s, la_node *column, la_node *given, la_str *name, bool required) {
  la_ctx *c = s->c;
  la_node *n = known_bind(s, column);
  if (!n) {
    n = given ? la_crud_typed_bind(s, column, given) : la_crud_new_bind(s, column, name, required);
    if (!n) return;
    la_vec_add(&s->ahead, column);
    la_vec_add(&s->ahead, n);
    if (s->ahead.failed) la_ctx_nomem(c);
  }
  la_kw k = la_kw_with(s->kw, LA_KW_AGAIN, 0);
  if (given && !s->cte)
    la_emit_bind_named(c, n, name, &k);
  else
    la_emit(c, n, &k);
}

/* Prints an expression that a column is given, unless that is what is being printed. */
static void put_expr(la_crud_state *s, la_node *column, la_node *value) {
  if (la_vec_has(&s->copied, column)) {
    la_ctx_fail(s->c, LA_EXC_CompileError, "from_dml_column(): the value of column '%s' refers to itself",
                LA_AS(column, column)->name->s);
    return;
  }
  la_vec_add(&s->copied, column);
  if (s->copied.failed) la_ctx_nomem(s->c);
  la_crud_put_expr(s, value);
  if (s->copied.n) la_node_release(s->copied.v[--s->copied.n]);
}

/* The default that a column has in the statement; false: none that is known here. */
static bool put_default(la_crud_state *s, la_node *column) {
  const la_column_spec *spec = la_column_spec_of(column);
  la_node *dflt = spec ? (s->insert ? spec->default_ : spec->onupdate) : NULL;
  if (!dflt) return false;
  if (dflt->kind == LA_K_SEQUENCE) {
    if (!s->insert || !la_crud_uses_sequence(s->c, dflt)) return false;
    la_emit(s->c, dflt, s->kw);
  } else if (LA_AS(column_default, dflt)->is_sentinel) {
    return false;
  } else if (LA_AS(column_default, dflt)->arg) {
    put_expr(s, column, la_crud_default_expr(s->c, dflt));
  } else {
    const la_str *key = LA_AS(column, column)->key;
    put_bind(s, column, NULL, la_crud_row_name(s, key, s->at_row), false);
  }
  return true;
}

/* The value of a column in the first or only row. */
static bool put_first(la_crud_state *s, la_node *column) {
  la_crud_param *p = la_crud_given(s, column);
  if (!p) return put_default(s, column);
  la_str *name = la_crud_bind_name(s, column);
  if (s->multi && name) name = la_crud_row_name(s, name, 0);
  if (!p->value)
    put_bind(s, column, NULL, s->cte ? NULL : name, true);
  else if (p->value->kind == LA_K_BIND)
    put_bind(s, column, p->value, name, false);
  else
    put_expr(s, column, p->value);
  return true;
}

/* … and in another row of VALUES. */
static bool put_next(la_crud_state *s, la_node *column) {
  const la_str *key = LA_AS(column, column)->key;
  la_node *v = la_crud_value_in(s->row, key);
  if (!v) return put_default(s, column);
  if (v->kind == LA_K_BIND && LA_AS(bind, v)->role == LA_BIND_CRUD)
    put_bind(s, column, v, la_crud_row_name(s, key, s->at_row), false);
  else
    put_expr(s, column, v);
  return true;
}

void la_emit_dml_column(la_ctx *c, la_node *n, const la_kw *kw) {
  la_crud_state *s = c->setting;
  (void)kw;
  if (!s) {
    la_ctx_fail(c, LA_EXC_CompileError,
                "DML target objects may only be used with compiled INSERT or UPDATE statements");
    return;
  }
  la_node *asked = (la_node *)(uintptr_t)la_name_identity(LA_AS(dml_column, n)->column);
  const la_str *key = LA_AS(column, asked)->key;
  la_node *column = la_columns_get(s->cols, key->s, key->len);
  if (column && (s->at_row ? put_next(s, column) : put_first(s, column))) return;
  if (s->insert)
    la_ctx_fail(c, LA_EXC_CompileError, "Can't resolve referenced column name in INSERT statement: '%s'", key->s);
  else
    la_emit(c, asked, s->kw);
}
