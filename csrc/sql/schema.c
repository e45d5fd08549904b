/* schema.c - MetaData and tables, and what their lists are made of.
 *
 * A MetaData keeps its tables in a la_columns by key. Every table is born with
 * an empty primary key, which its columns then fill.
 */
#include "sql/schema.h"

#include "base/mem.h"
#include "sql/schema_impl.h"
#include "sql/type.h"

/* ---- lists ---- */

bool la_links_has(const la_list *l, const la_node *n) {
  for (uint32_t i = 0; i < la_list_len(l); i++)
    if (l->v[i] == n) return true;
  return false;
}

int la_links_add(la_list **l, la_node *n, la_error *err) {
  if (la_links_has(*l, n)) return 0;
  la_list *now = *l ? la_list_append(*l, &n, 1) : la_list_borrowed(&n, 1);
  if (!now) return la_fail_memory(err);
  la_give_list(l, now);
  return 0;
}

int la_links_remove(la_list **l, const la_node *n, la_error *err) {
  if (!la_links_has(*l, n)) return 0;
  la_list *now = (*l)->n > 1 ? la_list_borrowed((*l)->v, (*l)->n - 1) : NULL;
  if (!now && (*l)->n > 1) return la_fail_memory(err);
  for (uint32_t i = 0, k = 0; now && i < (*l)->n; i++)
    if ((*l)->v[i] != n) now->v[k++] = (*l)->v[i];
  la_give_list(l, now);
  return 0;
}

int la_own(la_node *owner, la_node *n, la_error *err) {
  while (n->owner) n = n->owner;
  if (la_root(owner) == n) return 0;
  la_node_retain(n);
  if (!la_node_adopt(owner, n)) return 0;
  la_node_release(n);
  return la_fail_memory(err);
}

int la_attached_add(la_attached *a, la_node *n, la_error *err) {
  for (uint32_t i = 0; i < a->n; i++)
    if (a->v[i] == n) return 0;
  if (a->n == a->cap) {
    uint32_t cap = a->cap ? a->cap * 2 : 8;
    la_node **v = la_realloc(a->v, cap * sizeof *v);
    if (!v) return la_fail_memory(err);
    a->v = v;
    a->cap = cap;
  }
  a->v[a->n++] = n;
  return 0;
}

void la_attached_free(la_attached *a) {
  la_free(a->v);
  la_str_release(a->warning);
  *a = (la_attached)LA_ATTACHED_INIT;
}

int la_schema_next_order(void) {
  static int last;
  return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
}

/* ---- MetaData ---- */

static la_columns *keyed(la_columns **slot, la_error *err) {
  if (!*slot && !(*slot = la_columns_new())) la_fail_memory(err);
  return *slot;
}

la_columns *la_metadata_tables(la_node *metadata, la_error *err) {
  return keyed(&LA_AS(metadata, metadata)->tables, err);
}

la_node *la_metadata_table(const la_node *metadata, const char *key, size_t len) {
  return la_columns_get(LA_AS(metadata, metadata)->tables, key, len);
}

static void forget_untyped(la_node *metadata, const la_node *table) {
  la_list **untyped = &LA_AS(metadata, metadata)->untyped;
  for (uint32_t i = la_list_len(*untyped); i > 0; i--) {
    const la_node *column = LA_AS(foreign_key, (*untyped)->v[i - 1])->parent;
    if (LA_AS(column, column)->table == table) la_links_remove(untyped, (*untyped)->v[i - 1], NULL);
  }
}

void la_metadata_remove(la_node *metadata, la_node *table) {
  if (!LA_AS(metadata, metadata)->tables) return;
  la_columns_remove(LA_AS(metadata, metadata)->tables, table);
  forget_untyped(metadata, table);
}

void la_metadata_clear(la_node *metadata) {
  la_columns_free(LA_AS(metadata, metadata)->tables);
  LA_AS(metadata, metadata)->tables = NULL;
  la_give_list(&LA_AS(metadata, metadata)->untyped, NULL);
}

int la_metadata_add_sequence(la_node *metadata, la_node *sequence, la_error *err) {
  la_sequence *s = LA_AS(sequence, sequence);
  la_columns *known = keyed(&LA_AS(metadata, metadata)->sequences, err);
  if (!known || (!sequence->owner && la_own(metadata, sequence, err))) return -1;
  if (!s->key) s->key = la_schema_key(s->schema, s->name);
  if (!s->key) return la_fail_memory(err);
  s->metadata = metadata;
  la_node *old = la_columns_get(known, s->key->s, s->key->len);
  if (old == sequence) return 0;
  if (old ? la_columns_replace(known, old, s->key, sequence) : la_columns_add(known, s->key, sequence))
    return la_fail_memory(err);
  return 0;
}

/* ---- tables ---- */

bool la_is_schema_table(const la_node *n) { return la_is(n, LA_K_TABLE) && LA_AS(table, n)->spec; }

la_str *la_schema_key(const la_str *schema, const la_str *name) {
  if (!schema || !schema->len) return la_str_new(name->s, name->len);
  la_buf b = LA_BUF_INIT;
  la_buf_str(&b, schema);
  la_buf_putc(&b, '.');
  la_buf_str(&b, name);
  la_str *key = la_buf_to_str(&b);
  la_buf_free(&b);
  return key;
}

/* The empty primary key that every table has. */
static int add_primary_key(la_node *table, la_error *err) {
  la_node *pk;
  if (la_schema_constraint_new(&pk, LA_CK_PRIMARY_KEY, err)) return -1;
  LA_AS(constraint, pk)->implicit = 1;
  LA_AS(constraint, pk)->table = table;
  int rc = la_own(table, pk, err);
  if (!rc) {
    la_tspec(table)->primary_key = pk;
    rc = la_links_add(&la_tspec(table)->constraints, pk, err);
  }
  la_node_release(pk);
  return rc;
}

static int fill_table(la_node *table, la_node *metadata, la_str *name, la_str *schema, la_error *err) {
  la_table *t = LA_AS(table, table);
  t->name = la_str_retain(name);
  t->schema = la_str_retain(schema);
  t->metadata = metadata;
  t->columns = la_columns_new();
  t->spec = la_node_new(LA_K_TABLE_SPEC);
  if (!t->columns || !t->spec) return la_fail_memory(err);
  la_node_seal(t->spec);
  la_tspec(table)->implicit_returning = 1;
  if (!(la_tspec(table)->key = la_schema_key(schema, name))) return la_fail_memory(err);
  la_node_seal(table);
  return add_primary_key(table, err);
}

static int already_there(const la_str *key, la_error *err) {
  return la_fail_with(err, LA_EXC_InvalidRequestError,
                      "Table '%s' is already defined for this MetaData instance.  Specify 'extend_existing=True' to "
                      "redefine options and columns on an existing Table object.",
                      key->s);
}

int la_schema_table_new(la_node **out, la_node *metadata, la_str *name, la_str *schema, la_error *err) {
  la_columns *tables = la_metadata_tables(metadata, err);
  la_node *table = tables ? la_node_new(LA_K_TABLE) : NULL;
  if (!table) return la_fail_memory(err);
  int rc = fill_table(table, metadata, name, schema, err);
  la_str *key = rc ? NULL : la_tspec(table)->key;
  if (!rc && la_columns_get(tables, key->s, key->len)) rc = already_there(key, err);
  if (!rc) rc = la_own(metadata, table, err);
  if (!rc && la_columns_add(tables, key, table)) rc = la_fail_memory(err);
  if (rc) {
    la_node_release(table);
    return rc;
  }
  *out = table;
  return 0;
}

la_list *la_table_primary_key(const la_node *table) {
  return la_is_schema_table(table) ? LA_AS(constraint, la_tspec(table)->primary_key)->columns : NULL;
}

/* ---- the column that numbers itself ---- */

static int not_autoincrement(const la_node *column, la_error *err) {
  la_buf b = LA_BUF_INIT;
  la_column_print(&b, column);
  const char *type = la_type_info_of(la_type_id_of(column->type))->cls;
  int rc =
      la_fail_with(err, LA_EXC_ArgumentError, "Column type %s on column '%s' is not compatible with autoincrement=True",
                   type, la_buf_cstr(&b));
  la_buf_free(&b);
  return rc;
}

/* May the database make the values of column without being told so? */
static bool numbers_itself(const la_node *column) {
  const la_column_spec *s = la_cspec(column);
  if (s->default_ && s->default_->kind != LA_K_SEQUENCE) return false;
  if (s->server_default && s->server_default->kind != LA_K_IDENTITY) return false;
  return !la_list_len(s->foreign_keys) || s->autoincrement == LA_AUTOINC_IGNORE_FK;
}

static bool is_number(const la_node *column) {
  la_type_id family = la_type_affinity(column->type);
  return family == LA_T_INTEGER || family == LA_T_NUMERIC;
}

static int declared_twice(const la_node *a, const la_node *b, la_error *err) {
  return la_fail_with(err, LA_EXC_ArgumentError,
                      "Only one Column may be marked autoincrement=True, found both %s and %s.",
                      LA_AS(column, b)->name->s, LA_AS(column, a)->name->s);
}

int la_table_autoincrement_column(la_node **out, const la_node *table, la_error *err) {
  const la_list *pk = la_table_primary_key(table);
  *out = NULL;
  for (uint32_t i = 0; i < la_list_len(pk); i++) {
    la_node *column = pk->v[i];
    if (!la_is_schema_column(column)) continue;
    int how = la_cspec(column)->autoincrement;
    if (how == LA_AUTOINC_YES) {
      if (!is_number(column)) return not_autoincrement(column, err);
      if (*out) return declared_twice(*out, column, err);
      *out = column;
    } else if (how != LA_AUTOINC_NO && pk->n == 1 && is_number(column) && numbers_itself(column)) {
      *out = column;
    }
  }
  return 0;
}
