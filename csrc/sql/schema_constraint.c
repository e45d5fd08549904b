/* schema_constraint.c - constraints and indexes: made alone, attached to a table.
 *
 * Until then `given` holds what they were made of: names, columns, expressions.
 * Attaching turns it into links to the columns of the table; what the table
 * does not own stays in `given`, so that it lives.
 */
#include "base/buf.h"
#include "base/mem.h"
#include "sql/schema.h"
#include "sql/schema_impl.h"

int la_schema_constraint_new(la_node **out, la_constraint_kind kind, la_error *err) {
  la_node *n = la_node_new(LA_K_CONSTRAINT);
  if (!n) return la_fail_memory(err);
  LA_AS(constraint, n)->ckind = kind;
  LA_AS(constraint, n)->order = la_schema_next_order();
  *out = la_node_seal(n);
  return 0;
}

const char *la_constraint_class(const la_node *item) {
  static const char *const names[] = {"PrimaryKeyConstraint", "ForeignKeyConstraint", "UniqueConstraint",
                                      "CheckConstraint", "ExcludeConstraint"};
  return la_is(item, LA_K_INDEX) ? "Index" : names[LA_AS(constraint, item)->ckind];
}

static la_node *table_of(const la_node *item) {
  return la_is(item, LA_K_INDEX) ? LA_AS(index, item)->table : LA_AS(constraint, item)->table;
}
static la_list **given_of(la_node *item) {
  return la_is(item, LA_K_INDEX) ? &LA_AS(index, item)->given : &LA_AS(constraint, item)->given;
}

/* ---- columns within expressions ---- */

typedef struct walk {
  la_node **v;
  uint32_t n, cap;
} walk;

static int walk_add(la_node *n, void *ctx) {
  walk *w = ctx;
  if (w->n == w->cap) {
    uint32_t cap = w->cap ? w->cap * 2 : 16;
    la_node **v = la_realloc(w->v, cap * sizeof *v);
    if (!v) return -1;
    w->v = v;
    w->cap = cap;
  }
  w->v[w->n++] = n;
  return 0;
}

/* The column that an element of an index or constraint is about: the first one in it, level by level. */
static int column_of(la_node **out, la_node *given, la_error *err) {
  walk w = {NULL, 0, 0};
  int rc = walk_add(given, &w);
  *out = NULL;
  for (uint32_t i = 0; !rc && !*out && i < w.n; i++) {
    if (la_is(w.v[i], LA_K_COLUMN))
      *out = w.v[i];
    else
      rc = la_node_each(w.v[i], walk_add, &w);
  }
  la_free(w.v);
  return rc ? la_fail_memory(err) : 0;
}

/* ---- from what was given to columns ---- */

static int no_such_column(const la_node *item, const la_node *table, const la_str *key, la_error *err) {
  return la_fail_with(err, LA_EXC_ConstraintColumnNotFoundError,
                      "Can't create %s on table '%s': no column named '%s' is present.", la_constraint_class(item),
                      LA_AS(table, table)->name->s, key->s);
}

/* What `given` means in the table: the column of that name, or itself. */
static int resolve(la_node **out, const la_node *item, const la_node *table, la_node *given, la_error *err) {
  *out = given;
  if (!la_is(given, LA_K_STR)) return 0;
  const la_str *key = LA_AS(strnode, given)->s;
  *out = la_columns_get(LA_AS(table, table)->columns, key->s, key->len);
  return *out ? 0 : no_such_column(item, table, key, err);
}

/* Keeps in `given` only what nobody else keeps alive for the item. */
static int keep_foreign(la_node *item, la_error *err) {
  la_list **given = given_of(item), *kept = NULL;
  int rc = 0;
  for (uint32_t i = 0; !rc && i < la_list_len(*given); i++) {
    la_node *g = (*given)->v[i];
    if (la_is(g, LA_K_STR) || la_same_root(g, item)) continue;
    la_list *now = la_list_append(kept, &g, 1);
    la_list_release(kept);
    kept = now;
    rc = now ? 0 : la_fail_memory(err);
  }
  la_give_list(given, kept);
  return rc;
}

static int resolve_columns(la_node *constraint, const la_node *table, la_error *err) {
  la_constraint *c = LA_AS(constraint, constraint);
  for (uint32_t i = 0; i < la_list_len(c->given); i++) {
    la_node *column;
    if (resolve(&column, constraint, table, c->given->v[i], err)) return -1;
    if (la_is(column, LA_K_COLUMN) && la_links_add(&c->columns, column, err)) return -1;
  }
  return 0;
}

/* ---- primary keys ---- */

int la_primary_key_put(la_node *pk, la_node *column, la_error *err) {
  la_list **columns = &LA_AS(constraint, pk)->columns;
  for (uint32_t i = 0; i < la_list_len(*columns); i++) {
    la_node *old = (*columns)->v[i];
    if (old == column || !la_str_is(LA_AS(column, old)->key, LA_AS(column, column)->key->s)) continue;
    la_list *now = la_list_borrowed((*columns)->v, (*columns)->n);
    if (!now) return la_fail_memory(err);
    now->v[i] = column;
    la_give_list(columns, now);
    return 0;
  }
  return la_links_add(columns, column, err);
}

static void add_names(la_buf *b, const la_list *columns) {
  for (uint32_t i = 0; i < la_list_len(columns); i++) {
    la_buf_puts(b, i ? ", '" : "'");
    la_buf_str(b, LA_AS(column, columns->v[i])->name);
    la_buf_putc(b, '\'');
  }
}

static int warn_other_key(const la_node *table, const la_list *flagged, const la_list *columns, la_attached *out,
                          la_error *err) {
  la_buf b = LA_BUF_INIT;
  la_buf_printf(&b, "Table '%s' specifies columns ", LA_AS(table, table)->name->s);
  add_names(&b, flagged);
  la_buf_puts(&b, " as primary_key=True, not matching locally specified columns ");
  add_names(&b, columns);
  la_buf_puts(&b, "; setting the current primary key columns to ");
  add_names(&b, columns);
  la_buf_puts(&b, ". This warning may become an exception in a future release");
  la_give_str(&out->warning, la_buf_to_str(&b));
  la_buf_free(&b);
  return out->warning ? 0 : la_fail_memory(err);
}

static bool same_set(const la_list *a, const la_list *b) {
  for (uint32_t i = 0; i < la_list_len(a); i++)
    if (!la_links_has(b, a->v[i])) return false;
  return la_list_len(a) == la_list_len(b);
}

/* The columns of the table that were declared with primary_key. */
static int flagged_columns(la_list **out, const la_node *table, la_error *err) {
  const la_columns *columns = LA_AS(table, table)->columns;
  for (uint32_t i = 0; i < la_columns_len(columns); i++)
    if (la_cspec(columns->v[i].col)->primary_key && la_links_add(out, columns->v[i].col, err)) return -1;
  return 0;
}

static int attach_primary_key(la_node *table, la_node *pk, la_attached *out, la_error *err) {
  la_table_spec *t = la_tspec(table);
  la_list **columns = &LA_AS(constraint, pk)->columns, *flagged = NULL;
  if (t->primary_key != pk && la_links_remove(&t->constraints, t->primary_key, err)) return -1;
  t->primary_key = pk;
  int rc = flagged_columns(&flagged, table, err);
  bool other = !rc && *columns && flagged && !same_set(flagged, *columns);
  if (other) rc = warn_other_key(table, flagged, *columns, out, err);
  for (uint32_t i = 0; i < la_list_len(*columns); i++) {
    if (!la_is_schema_column((*columns)->v[i])) continue;
    la_column_spec *s = la_cspec((*columns)->v[i]);
    s->primary_key = 1;
    if (!s->user_nullable) s->nullable = 0;
  }
  for (uint32_t i = 0; !rc && !other && i < la_list_len(flagged); i++) rc = la_links_add(columns, flagged->v[i], err);
  la_list_release(flagged);
  return rc;
}

/* ---- foreign keys of several columns ---- */

static int check_one_table(const la_node *table, const la_node *constraint, la_error *err) {
  const la_constraint *c = LA_AS(constraint, constraint);
  la_str *first = NULL, *other = NULL;
  for (uint32_t i = 0; i < la_list_len(c->elements) && !other; i++) {
    la_str *key = la_fk_table_key(c->elements->v[i]);
    if (!first)
      first = key;
    else if (key && !la_str_eq(first, key))
      other = key;
    else
      la_str_release(key);
  }
  int rc = 0;
  if (other) {
    la_buf b = LA_BUF_INIT;
    for (uint32_t i = 0; i < la_list_len(c->columns); i++)
      la_buf_printf(&b, "%s%s", i ? ", " : "", LA_AS(column, c->columns->v[i])->key->s);
    rc = la_fail_with(err, LA_EXC_ArgumentError,
                      "ForeignKeyConstraint on %s(%s) refers to multiple remote tables: %s and %s",
                      la_tspec(table)->key->s, la_buf_cstr(&b), first->s, other->s);
    la_buf_free(&b);
  }
  la_str_release(first);
  la_str_release(other);
  return rc;
}

static int attach_elements(la_node *table, la_node *constraint, la_attached *out, la_error *err) {
  const la_constraint *c = LA_AS(constraint, constraint);
  for (uint32_t i = 0; i < la_list_len(c->elements) && i < la_list_len(c->columns); i++) {
    la_foreign_key *fk = LA_AS(foreign_key, c->elements->v[i]);
    la_node *column = c->columns->v[i];
    if (fk->parent == column) continue;
    if (fk->parent) return la_fail_with(err, LA_EXC_InvalidRequestError, "This ForeignKey already has a parent !");
    fk->parent = column;
    if (la_links_add(&la_cspec(column)->foreign_keys, c->elements->v[i], err)) return -1;
    if (la_fk_attach(c->elements->v[i], out, err)) return -1;
  }
  return check_one_table(table, constraint, err);
}

/* ---- attaching ---- */

static int attach_constraint(la_node *table, la_node *constraint, la_attached *out, la_error *err) {
  la_constraint *c = LA_AS(constraint, constraint);
  c->table = table;
  if (resolve_columns(constraint, table, err) || keep_foreign(constraint, err) ||
      la_schema_unhold_list(&c->expressions, constraint, err) || la_schema_unhold(&c->where, constraint, err) ||
      la_schema_unhold_list(&c->options, constraint, err) ||
      la_links_add(&la_tspec(table)->constraints, constraint, err))
    return -1;
  if (c->ckind == LA_CK_PRIMARY_KEY && attach_primary_key(table, constraint, out, err)) return -1;
  if (c->ckind == LA_CK_FOREIGN_KEY && attach_elements(table, constraint, out, err)) return -1;
  return la_attached_add(out, constraint, err);
}

/* Adds n to a list, or to one of links. */
static int append(la_list **l, la_node *n, bool link, la_error *err) {
  la_list *now = *l ? la_list_append(*l, &n, 1) : link ? la_list_borrowed(&n, 1) : la_list_new(&n, 1);
  if (!now) return la_fail_memory(err);
  la_give_list(l, now);
  return 0;
}

/* One element of an index: a column of the table, or an expression that `kept` keeps. */
static int add_expression(la_node *index, la_node *given, la_list **kept, la_error *err) {
  la_index *x = LA_AS(index, index);
  la_node *expr, *column;
  if (resolve(&expr, index, x->table, given, err) || column_of(&column, expr, err)) return -1;
  if (column && la_links_add(&x->columns, column, err)) return -1;
  if (la_is(expr, LA_K_COLUMN) && la_same_root(expr, index)) return append(&x->expressions, expr, true, err);
  if (append(kept, expr, false, err) || la_schema_unhold(&(*kept)->v[(*kept)->n - 1], index, err)) return -1;
  return append(&x->expressions, (*kept)->v[(*kept)->n - 1], true, err);
}

static int attach_index(la_node *table, la_node *index, la_attached *out, la_error *err) {
  la_index *x = LA_AS(index, index);
  la_list *kept = NULL;
  if (x->table) return 0;
  x->table = table;
  int rc = 0;
  for (uint32_t i = 0; !rc && i < la_list_len(x->given); i++) rc = add_expression(index, x->given->v[i], &kept, err);
  la_give_list(&x->given, kept);
  if (rc || la_schema_unhold_list(&x->options, index, err) || la_links_add(&la_tspec(table)->indexes, index, err))
    return -1;
  return la_attached_add(out, index, err);
}

static int elsewhere(const la_node *item, const la_node *table, la_error *err) {
  const la_str *name = la_is(item, LA_K_INDEX) ? LA_AS(index, item)->name : LA_AS(constraint, item)->name;
  return la_fail_with(err, LA_EXC_ArgumentError,
                      "%s '%s' is against table '%s', and cannot be associated with table '%s'.",
                      la_constraint_class(item), name ? name->s : "None", LA_AS(table, table_of(item))->name->s,
                      LA_AS(table, table)->name->s);
}

int la_schema_attach(la_node *table, la_node *item, la_attached *out, la_error *err) {
  la_node *has = table_of(item);
  if (has && has != table) return elsewhere(item, table, err);
  if (la_own(table, item, err)) return -1;
  return la_is(item, LA_K_INDEX) ? attach_index(table, item, out, err) : attach_constraint(table, item, out, err);
}

int la_column_add_constraint(la_node *column, la_node *constraint, la_error *err) {
  la_constraint *c = LA_AS(constraint, constraint);
  if (c->table) return elsewhere(constraint, c->table, err);
  c->column = column;
  for (uint32_t i = 0; i < la_list_len(c->given); i++)
    if (la_is(c->given->v[i], LA_K_COLUMN) && la_links_add(&c->columns, c->given->v[i], err)) return -1;
  if (la_own(column, constraint, err)) return -1;
  return la_links_add(&la_cspec(column)->constraints, constraint, err);
}

/* ---- attaching by the columns alone ---- */

typedef struct given {
  la_list *placed;   /* links: schema columns that have a table */
  la_list *unplaced; /* links: those that have none yet */
  bool names;        /* something else was given */
} given;

static int sort_given(given *g, la_node *item, la_error *err) {
  const la_list *l = *given_of(item);
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    la_node *column;
    if (column_of(&column, l->v[i], err)) return -1;
    if (!column || !la_is_schema_column(column))
      g->names = g->names || column || la_is(l->v[i], LA_K_STR);
    else if (la_links_add(LA_AS(column, column)->table ? &g->placed : &g->unplaced, column, err))
      return -1;
  }
  return 0;
}

/* Holds or no longer holds all that an item keeps which has no table yet. */
static int hold_item(la_node *item, bool hold, la_error *err) {
  la_constraint *c = la_is(item, LA_K_INDEX) ? NULL : LA_AS(constraint, item);
  la_list **lists[] = {given_of(item), c ? &c->options : &LA_AS(index, item)->options, c ? &c->expressions : NULL};
  for (int i = 0; i < (c ? 3 : 2); i++)
    if (hold ? la_schema_hold_list(lists[i], err) : la_schema_unhold_list(lists[i], item, err)) return -1;
  if (!c) return 0;
  return hold ? la_schema_hold(&c->where, err) : la_schema_unhold(&c->where, item, err);
}

/* Columns and what waits for them point at each other: they get one owner, the first column or its own. */
static int wait_for(la_node *item, const la_list *columns, la_error *err) {
  if (la_own(columns->v[0], item, err)) return -1;
  for (uint32_t i = 0; i < columns->n; i++)
    if (la_own(columns->v[0], columns->v[i], err) || la_links_add(&la_cspec(columns->v[i])->waiting, item, err))
      return -1;
  return hold_item(item, false, err);
}

int la_schema_wake(la_node *item, la_attached *out, la_error *err) {
  if (hold_item(item, true, err) || la_schema_auto_attach(item, out, err)) return -1;
  return table_of(item) ? 0 : hold_item(item, false, err);
}

static int of_other_tables(const la_list *columns, const la_node *table, la_error *err) {
  la_buf b = LA_BUF_INIT;
  for (uint32_t i = 1; i < columns->n; i++) {
    if (LA_AS(column, columns->v[i])->table == table) continue;
    la_buf_puts(&b, b.len ? ", '" : "'");
    la_column_print(&b, columns->v[i]);
    la_buf_putc(&b, '\'');
  }
  if (!b.len) return 0;
  la_fail_with(err, LA_EXC_ArgumentError, "Column(s) %s are not part of table '%s'.", la_buf_cstr(&b),
               LA_AS(table, table)->name->s);
  la_buf_free(&b);
  return -1;
}

static int attach_given(la_node *item, const given *g, la_attached *out, la_error *err) {
  if (g->unplaced && !g->names) return wait_for(item, g->unplaced, err);
  if (!g->placed) return 0;
  la_node *table = LA_AS(column, g->placed->v[0])->table;
  bool check = la_is(item, LA_K_CONSTRAINT) && LA_AS(constraint, item)->ckind == LA_CK_CHECK;
  for (uint32_t i = 1; check && i < g->placed->n; i++)
    if (LA_AS(column, g->placed->v[i])->table != table) return 0;
  if (!check && of_other_tables(g->placed, table, err)) return -1;
  return la_schema_attach(table, item, out, err);
}

int la_schema_auto_attach(la_node *item, la_attached *out, la_error *err) {
  if (table_of(item) || (la_is(item, LA_K_CONSTRAINT) && LA_AS(constraint, item)->column)) return 0;
  given g = {NULL, NULL, false};
  int rc = sort_given(&g, item, err);
  if (!rc) rc = attach_given(item, &g, out, err);
  la_list_release(g.placed);
  la_list_release(g.unplaced);
  return rc;
}
