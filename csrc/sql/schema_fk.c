/* schema_fk.c - foreign keys: what they refer to.
 *
 * A target written as text is looked up when it is asked for: the table may
 * come later. A column declared without a type takes that of its target as
 * soon as this is known; until then the MetaData lists its foreign key.
 */
#include <string.h>

#include "base/buf.h"
#include "sql/schema.h"
#include "sql/schema_impl.h"
#include "sql/type.h"

/* ---- the text: [[schema.]table.]column, or a table alone ---- */

typedef struct tokens {
  const char *table, *column;               /* column NULL: the parent's key */
  size_t schema_len, table_len, column_len; /* the schema begins where the text does */
} tokens;

static const char *last_dot(const char *s, size_t len) {
  while (len > 0)
    if (s[--len] == '.') return s + len;
  return NULL;
}

static tokens parse(const la_str *s) {
  tokens t = {s->s, NULL, 0, s->len, 0};
  const char *dot = last_dot(s->s, s->len);
  if (!dot) return t;
  t.column = dot + 1;
  t.column_len = (size_t)(s->s + s->len - t.column);
  t.table_len = (size_t)(dot - s->s);
  const char *before = last_dot(s->s, t.table_len);
  if (!before) return t;
  t.table = before + 1;
  t.table_len = (size_t)(dot - t.table);
  t.schema_len = (size_t)(before - s->s);
  return t;
}

/* Writes the key of the table in the MetaData; without a schema it is in the MetaData's own. */
static void write_key(la_buf *b, const la_str *text, const tokens *t, const la_node *metadata) {
  const la_str *own = metadata ? LA_AS(metadata, metadata)->schema : NULL;
  if (t->schema_len)
    la_buf_add(b, text->s, t->schema_len);
  else if (own)
    la_buf_str(b, own);
  if (t->schema_len || own) la_buf_putc(b, '.');
  la_buf_add(b, t->table, t->table_len);
}

static la_node *metadata_of(const la_foreign_key *fk) {
  const la_node *table = fk->parent ? LA_AS(column, fk->parent)->table : NULL;
  return la_is(table, LA_K_TABLE) ? LA_AS(table, table)->metadata : NULL;
}

la_str *la_fk_table_key(const la_node *fk) {
  const la_foreign_key *f = LA_AS(foreign_key, fk);
  const la_node *target = f->target ? f->target : f->held;
  if (target) {
    const la_node *table = LA_AS(column, target)->table;
    if (!la_is(table, LA_K_TABLE)) return NULL;
    return la_schema_key(LA_AS(table, table)->schema, LA_AS(table, table)->name);
  }
  tokens t = parse(f->colspec);
  la_buf b = LA_BUF_INIT;
  write_key(&b, f->colspec, &t, NULL);
  la_str *key = la_buf_to_str(&b);
  la_buf_free(&b);
  return key;
}

la_str *la_fk_target_fullname(const la_node *fk) {
  const la_foreign_key *f = LA_AS(foreign_key, fk);
  const la_node *target = f->target ? f->target : f->held;
  if (!target) return la_str_retain(f->colspec);
  la_str *table = la_fk_table_key(fk);
  if (!table) return la_str_retain(LA_AS(column, target)->key);
  la_str *full = la_str_format("%s.%s", table->s, LA_AS(column, target)->key->s);
  la_str_release(table);
  return full;
}

/* ---- looking it up ---- */

/* A column of the same owner needs no count. */
static void settle_target(la_foreign_key *fk) {
  if (!fk->held || !la_same_root(fk->held, &fk->base)) return;
  fk->target = fk->held;
  la_give_node(&fk->held, NULL);
}

/* The table of that name in the schema; without memory of its own, so that it cannot fail. */
static la_node *find_in_schema(const la_node *metadata, const la_str *schema, const tokens *t) {
  const la_columns *tables = LA_AS(metadata, metadata)->tables;
  for (uint32_t i = 0; i < la_columns_len(tables); i++) {
    const la_table *x = LA_AS(table, tables->v[i].col);
    if (x->schema && la_str_is(x->schema, schema->s) && x->name->len == t->table_len &&
        !memcmp(x->name->s, t->table, t->table_len))
      return tables->v[i].col;
  }
  return NULL;
}

static la_node *find_table(const la_foreign_key *fk, const tokens *t) {
  const la_node *metadata = metadata_of(fk);
  if (!metadata) return NULL;
  const la_str *own = LA_AS(metadata, metadata)->schema;
  if (t->schema_len) return la_metadata_table(metadata, fk->colspec->s, t->schema_len + 1 + t->table_len);
  return own ? find_in_schema(metadata, own, t) : la_metadata_table(metadata, t->table, t->table_len);
}

static la_node *column_named(const la_columns *columns, const char *name, size_t len) {
  la_node *found = NULL;
  for (uint32_t i = 0; i < la_columns_len(columns); i++) {
    const la_str *s = LA_AS(column, columns->v[i].col)->name;
    if (s->len == len && !memcmp(s->s, name, len)) found = columns->v[i].col;
  }
  return found;
}

static la_node *find_column(const la_foreign_key *fk, const la_node *table, const tokens *t) {
  const la_columns *columns = LA_AS(table, table)->columns;
  if (!t->column) {
    const la_str *key = LA_AS(column, fk->parent)->key;
    return la_columns_get(columns, key->s, key->len);
  }
  return fk->link_to_name ? column_named(columns, t->column, t->column_len)
                          : la_columns_get(columns, t->column, t->column_len);
}

la_node *la_fk_column_find(la_node *n) {
  la_foreign_key *fk = LA_AS(foreign_key, n);
  settle_target(fk);
  if (!fk->colspec) return fk->target ? fk->target : fk->held;
  tokens t = parse(fk->colspec);
  la_node *table = find_table(fk, &t);
  return table ? find_column(fk, table, &t) : NULL;
}

la_node *la_fk_table_find(la_node *n) {
  la_foreign_key *fk = LA_AS(foreign_key, n);
  if (!fk->colspec) {
    la_node *column = la_fk_column_find(n);
    return column ? LA_AS(column, column)->table : NULL;
  }
  tokens t = parse(fk->colspec);
  return find_table(fk, &t);
}

/* ---- not found ---- */

static int no_table(const la_foreign_key *fk, const tokens *t, la_error *err) {
  la_buf parent = LA_BUF_INIT, key = LA_BUF_INIT;
  la_column_print(&parent, fk->parent);
  write_key(&key, fk->colspec, t, metadata_of(fk));
  la_fail_with(err, LA_EXC_NoReferencedTableError,
               "Foreign key associated with column '%s' could not find table '%s' with which to generate a foreign key "
               "to target column '%.*s'",
               la_buf_cstr(&parent), la_buf_cstr(&key), t->column ? (int)t->column_len : 4,
               t->column ? t->column : "None");
  la_buf_free(&parent);
  la_buf_free(&key);
  return -1;
}

static int no_column(const la_foreign_key *fk, const la_node *table, const tokens *t, la_error *err) {
  const la_str *key = LA_AS(column, fk->parent)->key;
  const la_node *parent = LA_AS(column, fk->parent)->table;
  return la_fail_with(err, LA_EXC_NoReferencedColumnError,
                      "Could not initialize target column for ForeignKey '%s' on table '%s': table '%s' has no column "
                      "named '%.*s'",
                      fk->colspec->s, LA_AS(table, parent)->name->s, LA_AS(table, table)->name->s,
                      t->column ? (int)t->column_len : (int)key->len, t->column ? t->column : key->s);
}

static int check_parent(const la_foreign_key *fk, la_error *err) {
  if (!fk->parent)
    return la_fail_with(err, LA_EXC_InvalidRequestError,
                        "this ForeignKey object does not yet have a parent Column associated with it.");
  if (!la_is(LA_AS(column, fk->parent)->table, LA_K_TABLE))
    return la_fail_with(err, LA_EXC_InvalidRequestError,
                        "this ForeignKey's parent column is not yet associated with a Table.");
  return 0;
}

static int check_known(const la_foreign_key *fk, la_error *err) {
  const la_node *table = LA_AS(column, fk->parent)->table;
  const la_str *key = la_tspec(table)->key;
  if (la_metadata_table(LA_AS(table, table)->metadata, key->s, key->len)) return 0;
  return la_fail_with(err, LA_EXC_InvalidRequestError, "Table %s is no longer associated with its parent MetaData",
                      key->s);
}

int la_fk_column(la_node **out, la_node *n, la_error *err) {
  la_foreign_key *fk = LA_AS(foreign_key, n);
  if (fk->colspec) {
    if (check_parent(fk, err)) return -1;
    tokens t = parse(fk->colspec);
    la_node *table = find_table(fk, &t);
    if (!table) return no_table(fk, &t, err);
    if (check_known(fk, err)) return -1;
    *out = find_column(fk, table, &t);
    return *out ? 0 : no_column(fk, table, &t, err);
  }
  *out = la_fk_column_find(n);
  return 0;
}

int la_constraint_referred_table(la_node **out, la_node *constraint, la_error *err) {
  const la_list *elements = LA_AS(constraint, constraint)->elements;
  la_node *column;
  if (!la_list_len(elements)) return la_fail_with(err, LA_EXC_ArgumentError, "the constraint refers to no column");
  if (la_fk_column(&column, elements->v[0], err)) return -1;
  *out = LA_AS(column, column)->table;
  return 0;
}

/* ---- attaching ---- */

static void take_type(la_node *column, const la_node *target) {
  la_set_type(column, target->type);
  la_node_seal(column);
}

/* Columns without a type take that of their target, which may in turn be one of them. */
int la_fk_settle_types(la_node *metadata, la_error *err) {
  la_list **untyped = &LA_AS(metadata, metadata)->untyped;
  for (uint32_t i = 0; i < la_list_len(*untyped); i++) {
    la_node *fk = (*untyped)->v[i], *parent = LA_AS(foreign_key, fk)->parent, *target = la_fk_column_find(fk);
    if (la_type_is_null(parent->type) && (!target || la_type_is_null(target->type))) continue;
    if (la_type_is_null(parent->type)) take_type(parent, target);
    if (la_links_remove(untyped, fk, err)) return -1;
    i = (uint32_t)-1; /* from the beginning: others may refer to this one */
  }
  return 0;
}

static int take_target_type(la_node *n, la_error *err) {
  la_node *parent = LA_AS(foreign_key, n)->parent, *metadata = metadata_of(LA_AS(foreign_key, n));
  if (!la_type_is_null(parent->type)) return 0;
  if (la_links_add(&LA_AS(metadata, metadata)->untyped, n, err)) return -1;
  return la_fk_settle_types(metadata, err);
}

/* The constraint that a foreign key written at a column stands for. */
static int make_constraint(la_node *n, la_node *table, la_attached *out, la_error *err) {
  la_foreign_key *fk = LA_AS(foreign_key, n);
  la_node *node;
  if (la_schema_constraint_new(&node, LA_CK_FOREIGN_KEY, err)) return -1;
  la_constraint *c = LA_AS(constraint, node);
  c->name = la_str_retain(fk->name);
  c->onupdate = la_str_retain(fk->onupdate);
  c->ondelete = la_str_retain(fk->ondelete);
  c->deferrable = fk->deferrable;
  c->initially = la_str_retain(fk->initially);
  c->match = la_str_retain(fk->match);
  c->use_alter = fk->use_alter;
  c->link_to_name = fk->link_to_name;
  c->comment = la_str_retain(fk->comment);
  c->options = la_list_retain(fk->options);
  fk->constraint = node;
  int rc = la_links_add(&c->columns, fk->parent, err);
  if (!rc) rc = la_links_add(&c->elements, n, err);
  if (!rc) rc = la_schema_attach(table, node, out, err);
  la_node_release(node);
  return rc;
}

int la_fk_attach(la_node *n, la_attached *out, la_error *err) {
  la_foreign_key *fk = LA_AS(foreign_key, n);
  la_node *table = LA_AS(column, fk->parent)->table;
  settle_target(fk);
  if (!fk->constraint && make_constraint(n, table, out, err)) return -1;
  return take_target_type(n, err);
}

int la_column_add_foreign_key(la_node *column, la_node *fk, la_attached *out, la_error *err) {
  la_foreign_key *f = LA_AS(foreign_key, fk);
  if (f->parent && f->parent != column)
    return la_fail_with(err, LA_EXC_InvalidRequestError, "This ForeignKey already has a parent !");
  f->parent = column;
  if (la_own(column, fk, err) || la_links_add(&la_cspec(column)->foreign_keys, fk, err)) return -1;
  return LA_AS(column, column)->table ? la_fk_attach(fk, out, err) : 0;
}
