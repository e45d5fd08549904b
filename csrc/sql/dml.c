#include "sql/dml.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sql/columns.h"
#include "sql/expr.h"

static la_node **table_of(la_node *stmt) {
  switch (stmt->kind) {
    case LA_K_INSERT: return &LA_AS(insert, stmt)->table;
    case LA_K_UPDATE: return &LA_AS(update, stmt)->table;
    default: return &LA_AS(delete, stmt)->table;
  }
}

int la_dml_new(la_node **out, la_kind kind, la_node *table, la_error *err) {
  la_node *n = la_node_new(kind);
  if (!n) return la_fail_memory(err);
  la_set_node(table_of(n), table);
  *out = la_node_seal(n);
  return 0;
}

/* ---- values ---- */

static const la_str *key_text(const la_node *key) {
  key = la_name_identity(key);
  if (key->kind == LA_K_STR) return LA_AS(strnode, key)->s;
  return key->kind == LA_K_COLUMN ? LA_AS(column, key)->key : NULL;
}

/* The place of the key's column in the table, or UINT32_MAX. */
static uint32_t place_of(const la_columns *c, const la_node *key) {
  const la_str *s = key_text(key);
  uint32_t named = s ? la_columns_place(c, s->s, s->len) : UINT32_MAX;
  key = la_name_identity(key);
  if (key->kind == LA_K_STR || (named != UINT32_MAX && c->v[named].col == key)) return named;
  for (uint32_t i = 0; i < la_columns_len(c); i++)
    if (c->v[i].col == key) return i;
  return named;
}

/* The type of the column that a value is for. */
static la_node *type_for(la_node *table, const la_node *key) {
  const la_node *k = la_name_identity(key);
  const la_str *s = key_text(key);
  if (k->kind == LA_K_COLUMN) return k->type;
  la_columns *c = s ? la_from_columns(table, NULL) : NULL;
  la_node *col = c ? la_columns_get(c, s->s, s->len) : NULL;
  return col ? col->type : NULL;
}

/* A plain value for a column. */
static int plain_bind(la_node **out, la_node *table, const la_node *key, const la_value *plain, la_bind_role role,
                      la_error *err) {
  la_node *n = la_node_new(LA_K_BIND), *type = la_node_retain(type_for(table, key));
  int rc = n ? 0 : la_fail_memory(err);
  if (!rc && !type && role == LA_BIND_EXPR) rc = la_value_type(&type, plain, err);
  if (rc) {
    la_node_release(n);
    return rc;
  }
  la_value_copy(&LA_AS(bind, n)->value, plain);
  LA_AS(bind, n)->unique = 1;
  LA_AS(bind, n)->role = (int)role;
  la_set_type(n, type ? type : la_type_simple(LA_T_NULLTYPE));
  la_node_release(type);
  *out = la_node_seal(n);
  return 0;
}

static la_node *key_node(const la_dml_key *key) {
  if (key->node) return la_node_retain(key->node);
  la_node *n = la_node_new(LA_K_STR);
  if (n) la_set_str(&LA_AS(strnode, n)->s, key->name);
  return la_node_seal(n);
}

int la_dml_pair(la_node **out, la_node *table, const la_dml_key *key, la_node *value, const la_value *plain,
                la_bind_role role, la_error *err) {
  la_node *v = la_node_retain(value), *k = key_node(key), *n = la_node_new(LA_K_PAIR);
  int rc = k && n ? 0 : la_fail_memory(err);
  if (!rc && !v) rc = plain_bind(&v, table, k, plain, role, err);
  if (rc) {
    la_node_release(v);
    la_node_release(k);
    la_node_release(n);
    return rc;
  }
  la_give_node(&LA_AS(pair, n)->key, k);
  la_give_node(&LA_AS(pair, n)->value, v);
  *out = la_node_seal(n);
  return 0;
}

/* ---- order ---- */

typedef struct ranked {
  la_node *pair;
  const la_node *key;
  const la_str *text;
  uint32_t place, at; /* in the table; among those given */
} ranked;

static int compare_text(const la_str *a, const la_str *b) {
  if (!a || !b) return (a != NULL) - (b != NULL);
  return strcmp(a->s, b->s);
}

static int by_place(const void *x, const void *y) {
  const ranked *a = x, *b = y;
  if (a->place != b->place) return a->place < b->place ? -1 : 1;
  int c = compare_text(a->text, b->text);
  return c ? c : (a->at > b->at) - (a->at < b->at);
}

static bool same_key(const la_node *a, const la_node *b) {
  if (a == b) return true;
  return a->kind == LA_K_STR && b->kind == LA_K_STR && la_str_is(LA_AS(strnode, a)->s, LA_AS(strnode, b)->s->s);
}

/* Is there a later pair for the same key? Equal keys stand together. */
static bool is_replaced(const ranked *r, uint32_t i, uint32_t n) {
  for (uint32_t j = i + 1; j < n && r[j].place == r[i].place && !compare_text(r[j].text, r[i].text); j++)
    if (same_key(r[i].key, r[j].key)) return true;
  return false;
}

int la_dml_ordered(la_list **out, la_node *table, la_node *const *pairs, uint32_t n, la_error *err) {
  la_columns *c = la_from_columns(table, err);
  ranked *r = c ? la_alloc((n ? n : 1) * sizeof *r) : NULL;
  *out = NULL;
  if (!r) return c ? la_fail_memory(err) : -1;
  for (uint32_t i = 0; i < n; i++) {
    const la_node *key = LA_AS(pair, pairs[i])->key;
    r[i] = (ranked){pairs[i], key, key_text(key), place_of(c, key), i};
  }
  qsort(r, n, sizeof *r, by_place);
  la_vec v = LA_VEC_INIT;
  for (uint32_t i = 0; i < n; i++)
    if (!is_replaced(r, i, n)) la_vec_add(&v, r[i].pair);
  la_free(r);
  return la_vec_to_list(&v, out) ? la_fail_memory(err) : 0;
}

/* ---- FROMs ---- */

void la_dml_tables(la_vec *out, la_node *from) {
  la_node *few[8];
  la_vec stack = LA_VEC_LENT(few);
  la_vec_add(&stack, from);
  while (stack.n) {
    la_node *n = stack.v[--stack.n];
    if (n->kind == LA_K_JOIN) {
      la_vec_add(&stack, LA_AS(join, n)->right);
      la_vec_add(&stack, LA_AS(join, n)->left);
    } else if (n->kind == LA_K_FROM_GROUPING) {
      la_vec_add(&stack, LA_AS(from_grouping, n)->element);
    } else {
      la_vec_add(out, n);
    }
  }
  out->failed |= stack.failed;
  la_vec_free(&stack);
}

static int add_froms_of_values(la_vec *out, const la_list *pairs, la_error *err) {
  for (uint32_t i = 0; i < la_list_len(pairs); i++)
    if (la_sql_froms(out, LA_AS(pair, pairs->v[i])->value, err)) return -1;
  return 0;
}

int la_dml_extra_froms(la_vec *out, la_node **primary, const la_node *stmt, la_error *err) {
  la_node *few[3][8];
  la_vec tables = LA_VEC_LENT(few[0]), needed = LA_VEC_LENT(few[1]), used = LA_VEC_LENT(few[2]);
  bool update = stmt->kind == LA_K_UPDATE;
  const la_list *where = update ? LA_AS(update, stmt)->where : LA_AS(delete, stmt)->where;
  const la_list *using = update ? NULL : LA_AS(delete, stmt)->using;
  int rc = 0;
  la_dml_tables(&tables, *table_of((la_node *)(uintptr_t)stmt));
  for (uint32_t i = 0; !rc && i < la_list_len(where); i++) rc = la_sql_froms(&needed, where->v[i], err);
  if (!rc && update) rc = add_froms_of_values(&needed, LA_AS(update, stmt)->values, err);
  *primary = tables.n ? tables.v[0] : NULL;
  for (uint32_t i = 0; !rc && i < la_list_len(using); i++) {
    if (using->v[i] != *primary && !la_vec_has(&used, using->v[i])) la_vec_add_once(out, using->v[i]);
    la_dml_tables(&used, using->v[i]);
  }
  for (uint32_t i = 0; !rc && i < needed.n; i++)
    if (needed.v[i] != *primary && !la_vec_has(&used, needed.v[i])) la_vec_add_once(out, needed.v[i]);
  for (uint32_t i = 1; !rc && i < tables.n; i++) la_vec_add(out, tables.v[i]);
  if (!rc && (tables.failed || needed.failed || used.failed || out->failed)) rc = la_fail_memory(err);
  la_vec_free(&tables);
  la_vec_free(&needed);
  la_vec_free(&used);
  return rc;
}
