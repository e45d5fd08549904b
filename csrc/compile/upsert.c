#include "compile/upsert.h"

#include "compile/ddl.h"
#include "compile/emit.h"
#include "sql/columns.h"
#include "sql/dml.h"
#include "sql/expr.h"
#include "sql/type.h"

/* ---- the target ---- */

static void put_target(la_ctx *c, const la_on_conflict *o, bool literal_where, const la_kw *kw) {
  la_kw k = la_kw_with(&la_kw_none, LA_KW_NO_TABLE | LA_KW_NO_SCHEMA, 0);
  if (o->constraint) {
    la_puts(c, " ON CONSTRAINT ");
    la_ddl_put_cut(c, o->constraint, false);
    return;
  }
  if (!la_list_len(o->elements)) return;
  la_puts(c, " (");
  la_emit_list(c, o->elements, ", ", &k);
  la_putc(c, ')');
  if (!o->target_where) return;
  la_kw w = la_kw_with(kw, LA_KW_NO_TABLE | LA_KW_NO_SCHEMA | (literal_where ? LA_KW_LITERAL_EXECUTE : 0), 0);
  la_puts(c, " WHERE ");
  la_emit(c, o->target_where, &w);
}

/* ---- SET ---- */

/* The table that is inserted into. */
static la_node *target(la_ctx *c) {
  la_level *level = la_level_top(c);
  return level && level->stmt->kind == LA_K_INSERT ? LA_AS(insert, level->stmt)->table : NULL;
}

/* Its column which a key means; NULL: none. */
static la_node *column_for(la_ctx *c, const la_node *key) {
  la_node *table = target(c);
  la_columns *cols = table ? la_from_columns(table, c->err) : NULL;
  key = la_name_identity(key);
  if (!cols) return NULL;
  if (key->kind == LA_K_COLUMN && la_columns_has(cols, key)) return (la_node *)(uintptr_t)key;
  const la_str *s = key->kind == LA_K_STR ? LA_AS(strnode, key)->s : NULL;
  return s ? la_columns_get(cols, s->s, s->len) : NULL;
}

static la_node *typed(la_ctx *c, const la_node *column, la_node *value) {
  if (value->kind != LA_K_BIND || !column || !la_type_is_null(value->type)) return value;
  la_node *n = la_node_copy(value);
  if (!n) {
    la_ctx_nomem(c);
    return NULL;
  }
  la_set_type(n, column->type);
  return la_ctx_keep(c, la_node_seal(n));
}

static void put_one(la_ctx *c, const la_pair *p, la_upsert_value_fn value_of, const la_kw *kw) {
  la_node *column = column_for(c, p->key), *value = value_of(c, column, p->value);
  la_kw k = la_kw_with(kw, LA_KW_NO_SCHEMA, 0);
  if (column)
    la_put_name(c, LA_AS(column, column)->name);
  else
    la_emit(c, p->key, &k);
  la_puts(c, " = ");
  if (!value) return;
  if (la_expr_self_group(&value, value, LA_OP_NONE, c->err))
    c->failed = true;
  else
    la_emit(c, la_ctx_keep(c, value), &k);
}

/* Warns of names that no column has. */
static void check_names(la_ctx *c, const la_list *set) {
  la_buf b = LA_BUF_INIT;
  for (uint32_t i = 0; i < la_list_len(set); i++) {
    const la_node *key = LA_AS(pair, set->v[i])->key;
    if (key->kind != LA_K_STR || column_for(c, key)) continue;
    la_buf_printf(&b, "%s'%s'", b.len ? ", " : "", LA_AS(strnode, key)->s->s);
  }
  if (b.len && target(c)->kind == LA_K_TABLE)
    la_ctx_warn(c, "Additional column names not matching any column keys in table '%s': %s",
                LA_AS(table, target(c))->name->s, la_buf_cstr(&b));
  la_buf_free(&b);
}

void la_put_upsert_set(la_ctx *c, const la_list *set, la_upsert_value_fn value_of, const la_kw *kw) {
  check_names(c, set);
  for (uint32_t i = 0; i < la_list_len(set); i++) {
    if (i) la_puts(c, ", ");
    put_one(c, LA_AS(pair, set->v[i]), value_of, kw);
  }
}

void la_emit_on_conflict(la_ctx *c, la_node *n, bool literal_where, const la_kw *kw) {
  la_on_conflict *o = LA_AS(on_conflict, n);
  if (o->style == LA_CONFLICT_DUPLICATE) {
    la_ctx_no_emit(c, n);
    return;
  }
  la_puts(c, "ON CONFLICT");
  put_target(c, o, literal_where, kw);
  if (o->style == LA_CONFLICT_NOTHING) {
    la_puts(c, " DO NOTHING");
    return;
  }
  if (!o->constraint && !la_list_len(o->elements)) la_putc(c, ' ');
  uint32_t slots = c->out->nslots;
  la_puts(c, " DO UPDATE SET ");
  la_put_upsert_set(c, o->set, typed, kw);
  for (uint32_t i = slots; i < c->out->nslots; i++) {
    const la_bind *b = LA_AS(bind, c->binds[c->out->slots[i].bind].node);
    if (b->value.tag == LA_V_ABSENT && !b->callable) c->crud.upsert_binds = true;
  }
  if (!o->where) return;
  la_kw w = la_kw_with(kw, LA_KW_NO_SCHEMA, LA_KW_NO_TABLE);
  la_puts(c, " WHERE ");
  la_emit(c, o->where, &w);
}
