/* schema_column.c - columns: made alone, then attached to a table.
 *
 * Attaching a column, in SQLAlchemy's order: its place in the table (maybe that
 * of an earlier one), the primary key, the index or unique constraint of its
 * flags, types that waited for it, the constraint of its type, its foreign keys,
 * and last the constraints and indexes that waited for it.
 */
#include "base/buf.h"
#include "sql/schema.h"
#include "sql/schema_impl.h"
#include "sql/type.h"

/* ---- looking ---- */

la_node *la_column_origin(const la_node *column) {
  for (;;) {
    if (la_is(column, LA_K_LABEL))
      column = LA_AS(label, column)->element;
    else if (la_is(column, LA_K_ATTRIBUTE))
      column = LA_AS(attribute, column)->expr;
    else
      break;
  }
  if (!la_is(column, LA_K_COLUMN)) return NULL;
  return LA_AS(column, column)->spec ? (la_node *)(uintptr_t)column : LA_AS(column, column)->origin;
}

const la_column_spec *la_column_spec_of(const la_node *column) {
  const la_node *origin = la_column_origin(column);
  return origin ? LA_AS(column_spec, LA_AS(column, origin)->spec) : NULL;
}

bool la_column_is_pk(const la_node *column) {
  const la_column_spec *s = la_column_spec_of(column);
  return s && s->primary_key;
}

void la_column_print(la_buf *out, const la_node *column) {
  const la_column *c = LA_AS(column, column);
  if (c->name && la_is(c->table, LA_K_TABLE)) {
    la_buf_str(out, LA_AS(table, c->table)->name);
    la_buf_putc(out, '.');
  }
  if (c->name)
    la_buf_str(out, c->name);
  else
    la_buf_puts(out, "(no name)");
}

/* ---- making ---- */

int la_schema_column_new(la_node **out, la_str *name, la_node *type, la_error *err) {
  la_node *column = la_node_new(LA_K_COLUMN), *spec = la_node_new(LA_K_COLUMN_SPEC);
  if (!column || !spec) {
    la_node_release(column);
    la_node_release(spec);
    return la_fail_memory(err);
  }
  la_column *c = LA_AS(column, column);
  c->name = la_str_retain(name);
  c->key = la_str_retain(name);
  c->spec = la_node_seal(spec);
  la_set_type(column, type ? type : la_type_simple(LA_T_NULLTYPE));
  LA_AS(column_spec, spec)->order = la_schema_next_order();
  LA_AS(column_spec, spec)->nullable = 1;
  *out = la_node_seal(column);
  return 0;
}

/* ---- defaults ---- */

/* Where dflt says which column it belongs to. */
static la_node **column_link(la_node *dflt) {
  switch (dflt->kind) {
    case LA_K_COLUMN_DEFAULT: return &LA_AS(column_default, dflt)->column;
    case LA_K_SEQUENCE: return &LA_AS(sequence, dflt)->column;
    case LA_K_SERVER_DEFAULT: return &LA_AS(server_default, dflt)->column;
    case LA_K_IDENTITY: return &LA_AS(identity, dflt)->column;
    default: return &LA_AS(computed, dflt)->column;
  }
}

static int set_computed(la_column_spec *s, la_node *dflt, la_error *err) {
  if ((s->server_default && s->server_default->kind != LA_K_COMPUTED) ||
      (s->server_onupdate && s->server_onupdate->kind != LA_K_COMPUTED))
    return la_fail_with(err, LA_EXC_ArgumentError,
                        "A generated column cannot specify a server_default or a server_onupdate argument");
  s->computed = s->server_default = s->server_onupdate = dflt;
  return 0;
}

static int set_identity(la_column_spec *s, la_node *dflt, la_error *err) {
  if ((s->server_default && s->server_default->kind != LA_K_IDENTITY) || s->server_onupdate)
    return la_fail_with(
        err, LA_EXC_ArgumentError,
        "A column with an Identity object cannot specify a server_default or a server_onupdate argument");
  if (s->autoincrement == LA_AUTOINC_NO)
    return la_fail_with(err, LA_EXC_ArgumentError,
                        "A column with an Identity object cannot specify autoincrement=False");
  if (!s->user_nullable) s->nullable = 0;
  s->identity = s->server_default = dflt;
  return 0;
}

static int put_default(la_column_spec *s, la_node *dflt, la_error *err) {
  switch (dflt->kind) {
    case LA_K_COMPUTED: return set_computed(s, dflt, err);
    case LA_K_IDENTITY: return set_identity(s, dflt, err);
    case LA_K_SERVER_DEFAULT:
      *(LA_AS(server_default, dflt)->for_update ? &s->server_onupdate : &s->server_default) = dflt;
      return 0;
    case LA_K_SEQUENCE: *(LA_AS(sequence, dflt)->for_update ? &s->onupdate : &s->default_) = dflt; return 0;
    default: *(LA_AS(column_default, dflt)->for_update ? &s->onupdate : &s->default_) = dflt; return 0;
  }
}

static int check_sentinel(const la_column_spec *s, const la_node *dflt, la_error *err) {
  if (!la_is(dflt, LA_K_COLUMN_DEFAULT) || !LA_AS(column_default, dflt)->is_sentinel) return 0;
  if (!s->insert_sentinel)
    return la_fail_with(err, LA_EXC_ArgumentError,
                        "The _InsertSentinelColumnDefault may only be applied to a Column marked as "
                        "insert_sentinel=True");
  if (!s->nullable)
    return la_fail_with(err, LA_EXC_ArgumentError,
                        "The _InsertSentinelColumnDefault may only be applied to a Column that is nullable");
  return 0;
}

/* The SQL that a default is made of, or NULL. */
static la_node **sql_of(la_node *dflt) {
  switch (dflt->kind) {
    case LA_K_COLUMN_DEFAULT: return &LA_AS(column_default, dflt)->arg;
    case LA_K_SERVER_DEFAULT: return &LA_AS(server_default, dflt)->arg;
    case LA_K_COMPUTED: return &LA_AS(computed, dflt)->sqltext;
    default: return NULL;
  }
}

/* A default belongs to one column: another gets a copy. */
static int own_default(la_node **out, const la_node *column, la_node *dflt, la_error *err) {
  if (!dflt->owner || dflt->owner == column) {
    *out = la_node_retain(dflt);
    return 0;
  }
  if (!(*out = la_node_copy(dflt))) return la_fail_memory(err);
  if (sql_of(*out) && la_schema_hold(sql_of(*out), err)) {
    la_node_release(*out);
    return -1;
  }
  la_node_seal(*out);
  return 0;
}

int la_column_set_default(la_node *column, la_node *dflt, la_error *err) {
  la_node *own;
  if (check_sentinel(la_cspec(column), dflt, err) || own_default(&own, column, dflt, err)) return -1;
  int rc = la_own(column, own, err);
  if (!rc) rc = put_default(la_cspec(column), own, err);
  if (!rc) *column_link(own) = column;
  la_node_release(own);
  return rc;
}

/* ---- the column's place in the table ---- */

/* What stands where column wants to: one of its key, or else one of its name. */
static la_node *standing(const la_columns *columns, const la_column *c, bool *by_key) {
  la_node *other = la_columns_get(columns, c->key->s, c->key->len);
  *by_key = other != NULL;
  if (!other && !columns->renamed) return la_columns_get(columns, c->name->s, c->name->len);
  for (uint32_t i = 0; !other && i < la_columns_len(columns); i++)
    if (la_str_is(LA_AS(column, columns->v[i].col)->name, c->name->s)) other = columns->v[i].col;
  return other;
}

static int duplicate(const la_node *table, const la_column *c, bool by_key, la_error *err) {
  bool key = by_key && !la_str_eq(c->key, c->name);
  return la_fail_with(err, LA_EXC_DuplicateColumnError, "A column with %s '%s' is already present in table '%s'.",
                      key ? "key" : "name", key ? c->key->s : c->name->s, LA_AS(table, table)->name->s);
}

/* The foreign key constraints of a column that is replaced go with it. */
static int drop_foreign_keys(la_node *table, const la_node *old, la_error *err) {
  const la_list *fks = la_cspec(old)->foreign_keys;
  for (uint32_t i = 0; i < la_list_len(fks); i++)
    if (la_links_remove(&la_tspec(table)->constraints, LA_AS(foreign_key, fks->v[i])->constraint, err)) return -1;
  return 0;
}

static int put_in_place(la_node *table, la_node *column, bool replace, la_error *err) {
  la_columns *columns = LA_AS(table, table)->columns;
  la_column *c = LA_AS(column, column);
  bool by_key;
  la_node *old = standing(columns, c, &by_key);
  if (old == column) return 0;
  if (!old) return la_columns_add(columns, c->key, column) ? la_fail_memory(err) : 0;
  if (!replace) return duplicate(table, c, by_key, err);
  if (drop_foreign_keys(table, old, err)) return -1;
  if (la_columns_replace(columns, old, c->key, column)) return la_fail_memory(err);
  /* A column whose name is the new one's while its key is another's has lost its place, too. */
  la_node *named = la_columns_get(columns, c->name->s, c->name->len);
  if (!named || named == column || !la_str_eq(LA_AS(column, named)->key, LA_AS(column, named)->name)) return 0;
  return la_columns_remove(columns, named) ? la_fail_memory(err) : 0;
}

static int join_primary_key(la_node *table, la_node *column, la_attached *out, la_error *err) {
  la_node *pk = la_tspec(table)->primary_key;
  const la_column *c = LA_AS(column, column);
  if (la_cspec(column)->primary_key) {
    if (la_primary_key_put(pk, column, err)) return -1;
    return la_attached_add(out, pk, err);
  }
  const la_list *columns = LA_AS(constraint, pk)->columns;
  for (uint32_t i = 0; i < la_list_len(columns); i++)
    if (columns->v[i] != column && la_str_is(LA_AS(column, columns->v[i])->key, c->key->s))
      return la_fail_with(err, LA_EXC_ArgumentError,
                          "Trying to redefine primary-key column '%s' as a non-primary-key column on table '%s'",
                          c->key->s, la_tspec(table)->key->s);
  return 0;
}

/* ---- what its flags bring ---- */

/* A list of the column's key, as a constraint is given it. */
static la_list *given_key(const la_node *column) {
  la_node *s = la_node_new(LA_K_STR);
  if (!s) return NULL;
  LA_AS(strnode, s)->s = la_str_retain(LA_AS(column, column)->key);
  la_node_seal(s);
  la_list *l = la_list_new(&s, 1);
  la_node_release(s);
  return l;
}

static int add_index(la_node *table, const la_node *column, la_attached *out, la_error *err) {
  la_node *index = la_node_new(LA_K_INDEX);
  if (!index) return la_fail_memory(err);
  LA_AS(index, index)->unique = la_cspec(column)->unique;
  LA_AS(index, index)->column_flag = 1;
  LA_AS(index, index)->given = given_key(column);
  int rc = LA_AS(index, index)->given ? la_schema_attach(table, la_node_seal(index), out, err) : la_fail_memory(err);
  la_node_release(index);
  return rc;
}

static int add_unique(la_node *table, const la_node *column, la_attached *out, la_error *err) {
  la_node *unique;
  if (la_schema_constraint_new(&unique, LA_CK_UNIQUE, err)) return -1;
  LA_AS(constraint, unique)->column_flag = 1;
  LA_AS(constraint, unique)->given = given_key(column);
  int rc = LA_AS(constraint, unique)->given ? la_schema_attach(table, unique, out, err) : la_fail_memory(err);
  la_node_release(unique);
  return rc;
}

static int add_flagged(la_node *table, const la_node *column, la_attached *out, la_error *err) {
  if (la_cspec(column)->index) return add_index(table, column, out, err);
  if (la_cspec(column)->unique) return add_unique(table, column, out, err);
  return 0;
}

static int mark_sentinel(la_node *table, la_node *column, la_error *err) {
  if (!la_cspec(column)->insert_sentinel) return 0;
  la_node **sentinel = &la_tspec(table)->sentinel;
  if (*sentinel && *sentinel != column)
    return la_fail_with(err, LA_EXC_ArgumentError, "a Table may have only one explicit sentinel column");
  *sentinel = column;
  return 0;
}

/* ---- attaching ---- */

static int check_attachable(const la_node *table, const la_node *column, la_error *err) {
  const la_column *c = LA_AS(column, column);
  if (!c->name || !c->name->len)
    return la_fail_with(err, LA_EXC_ArgumentError,
                        "Column must be constructed with a non-blank name or assign a non-blank .name before adding to "
                        "a Table.");
  if (c->table && c->table != table)
    return la_fail_with(err, LA_EXC_ArgumentError, "Column object '%s' already assigned to Table '%s'",
                        c->key ? c->key->s : c->name->s, LA_AS(table, c->table)->name->s);
  return 0;
}

static int know_sequences(la_node *metadata, la_column_spec *s, la_error *err) {
  bool sequence = la_is(s->default_, LA_K_SEQUENCE), onupdate = la_is(s->onupdate, LA_K_SEQUENCE);
  if (s->identity && (sequence || onupdate))
    return la_fail_with(err, LA_EXC_ArgumentError, "An column cannot specify both Identity and Sequence.");
  if (sequence && la_metadata_add_sequence(metadata, s->default_, err)) return -1;
  return onupdate ? la_metadata_add_sequence(metadata, s->onupdate, err) : 0;
}

static int attach_foreign_keys(la_node *column, la_attached *out, la_error *err) {
  const la_column_spec *s = la_cspec(column);
  for (uint32_t i = 0; i < la_list_len(s->foreign_keys); i++)
    if (la_fk_attach(s->foreign_keys->v[i], out, err)) return -1;
  return 0;
}

/* The constraints of the column alone now have a table, which they may take their names from. */
static int tell_constraints(const la_node *column, la_attached *out, la_error *err) {
  const la_list *constraints = la_cspec(column)->constraints;
  for (uint32_t i = 0; i < la_list_len(constraints); i++)
    if (la_schema_unhold_list(&LA_AS(constraint, constraints->v[i])->expressions, column, err) ||
        la_attached_add(out, constraints->v[i], err))
      return -1;
  return 0;
}

/* Defaults no longer count what is in the same MetaData now. */
static int unhold_defaults(la_node *column, la_error *err) {
  const la_column_spec *s = la_cspec(column);
  la_node *all[] = {s->default_, s->onupdate, s->server_default, s->server_onupdate};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    la_node **sql = all[i] ? sql_of(all[i]) : NULL;
    bool statement = sql && la_is(all[i], LA_K_COLUMN_DEFAULT); /* it may be any SELECT, and is held when it is used */
    if (statement && *sql && la_schema_store(sql, column, err)) return -1;
    if (sql && !statement && la_schema_unhold(sql, column, err)) return -1;
  }
  return 0;
}

static int attach_waiting(la_node *column, la_attached *out, la_error *err) {
  la_list *waiting = la_cspec(column)->waiting;
  int rc = 0;
  la_cspec(column)->waiting = NULL;
  for (uint32_t i = 0; !rc && i < la_list_len(waiting); i++) rc = la_schema_wake(waiting->v[i], out, err);
  la_list_release(waiting);
  return rc;
}

int la_schema_attach_column(la_node *table, la_node *column, bool replace, la_attached *out, la_error *err) {
  la_column *c = LA_AS(column, column);
  la_node *metadata = LA_AS(table, table)->metadata;
  if (check_attachable(table, column, err)) return -1;
  if (!c->key) c->key = la_str_retain(c->name);
  if (la_own(table, column, err) || put_in_place(table, column, replace, err)) return -1;
  c->table = table;
  la_node_seal(column);
  if (mark_sentinel(table, column, err) || join_primary_key(table, column, out, err) ||
      add_flagged(table, column, out, err) || la_fk_settle_types(metadata, err) ||
      know_sequences(metadata, la_cspec(column), err) || la_attached_add(out, column, err) ||
      la_column_attach_type(column, out, err) || attach_foreign_keys(column, out, err) ||
      tell_constraints(column, out, err) || unhold_defaults(column, err))
    return -1;
  return attach_waiting(column, out, err);
}
