/* schema_test.c - tables, keys and constraints in C: attaching, foreign keys, who owns what; and running out of memory.
 */
#include "sql/schema.h"

#include <stdlib.h>

#include "base/mem.h"
#include "sql/alias.h"
#include "sql/expr.h"
#include "sql/select.h"
#include "sql/type.h"
#include "support/check.h"

static la_error e = LA_ERROR_INIT;

static void made(int rc) {
  if (!CHECK(rc == 0)) printf("%s\n", la_error_message(&e));
}

static void fails(int rc, la_exc exc) {
  CHECK(rc < 0);
  CHECK_INT(e.exc, exc);
  la_error_clear(&e);
}

static la_node *metadata_new(void) { return la_node_seal(la_node_new(LA_K_METADATA)); }

static int table_new(la_node **out, la_node *metadata, const char *name) {
  la_str *s = la_str_from(name);
  int rc = s ? la_schema_table_new(out, metadata, s, NULL, &e) : la_fail_memory(&e);
  la_str_release(s);
  return rc;
}

static int column_new(la_node **out, const char *name, la_type_id type) {
  la_str *s = la_str_from(name);
  int rc = s ? la_schema_column_new(out, s, type ? la_type_simple(type) : NULL, &e) : la_fail_memory(&e);
  la_str_release(s);
  return rc;
}

static la_column_spec *spec_of(la_node *column) { return LA_AS(column_spec, LA_AS(column, column)->spec); }

/* Adds a column and gives up the reference. */
static int add(la_node *table, la_node *column) {
  la_attached a = LA_ATTACHED_INIT;
  int rc = la_schema_attach_column(table, column, false, &a, &e);
  la_attached_free(&a);
  la_node_release(column);
  return rc;
}

static int refer(la_node *column, const char *to) {
  la_attached a = LA_ATTACHED_INIT;
  la_node *fk = la_node_seal(la_node_new(LA_K_FOREIGN_KEY));
  if (!fk || !(LA_AS(foreign_key, fk)->colspec = la_str_from(to))) {
    la_node_release(fk);
    return la_fail_memory(&e);
  }
  int rc = la_column_add_foreign_key(column, fk, &a, &e);
  la_attached_free(&a);
  la_node_release(fk);
  return rc;
}

/* parent(id), child(id, parent_id without a type -> parent.id, flag with index and unique) */
static int build(la_node *metadata) {
  la_node *parent = NULL, *child = NULL, *column = NULL;
  int rc = table_new(&child, metadata, "child");
  if (!rc) rc = column_new(&column, "id", LA_T_INTEGER);
  if (!rc) {
    spec_of(column)->primary_key = 1;
    rc = add(child, column);
  }
  if (!rc) rc = column_new(&column, "parent_id", LA_T_NONE);
  if (!rc && (rc = refer(column, "parent.id")))
    la_node_release(column);
  else if (!rc)
    rc = add(child, column);
  if (!rc) rc = column_new(&column, "flag", LA_T_BOOLEAN);
  if (!rc) {
    spec_of(column)->index = spec_of(column)->unique = 1;
    rc = add(child, column);
  }
  if (!rc) rc = table_new(&parent, metadata, "parent");
  if (!rc) rc = column_new(&column, "id", LA_T_BIGINTEGER);
  if (!rc) {
    spec_of(column)->primary_key = 1;
    rc = add(parent, column);
  }
  la_node_release(parent);
  la_node_release(child);
  return rc;
}

static la_node *column_of(la_node *table, const char *key) {
  return la_columns_get(LA_AS(table, table)->columns, key, strlen(key));
}

static void check_tables(void) {
  la_node *m = metadata_new(), *again, *target;
  made(build(m));
  la_node *child = la_metadata_table(m, "child", 5), *parent = la_metadata_table(m, "parent", 6);
  CHECK(la_is_schema_table(child) && la_is_schema_table(parent));
  CHECK_INT(la_list_len(la_table_primary_key(child)), 1);
  CHECK(la_column_is_pk(column_of(child, "id")));
  la_node *id = column_of(child, "parent_id");
  CHECK_INT(la_type_id_of(id->type), LA_T_BIGINTEGER);
  made(la_fk_column(&target, spec_of(id)->foreign_keys->v[0], &e));
  CHECK(target == column_of(parent, "id"));
  made(la_table_autoincrement_column(&target, child, &e));
  CHECK(target == column_of(child, "id"));
  la_table_spec *t = LA_AS(table_spec, LA_AS(table, child)->spec);
  CHECK_INT(la_list_len(t->constraints), 2);
  CHECK_INT(la_list_len(t->indexes), 1);
  fails(table_new(&again, m, "child"), LA_EXC_InvalidRequestError);
  la_metadata_remove(m, parent);
  fails(la_fk_column(&target, spec_of(id)->foreign_keys->v[0], &e), LA_EXC_NoReferencedTableError);
  CHECK(!la_fk_column_find(spec_of(id)->foreign_keys->v[0]));
  la_node_release(m);
}

/* A column holds all that it belongs to. */
static void check_ownership(void) {
  la_node *m = metadata_new();
  made(build(m));
  la_node *id = la_node_retain(column_of(la_metadata_table(m, "child", 5), "id"));
  la_node_release(m);
  CHECK_STR(LA_AS(table, LA_AS(column, id)->table)->name->s, "child");
  la_node_release(id);
}

/* CHECK (x > y), made of columns before they have a table. */
static int check_of(la_node **out, la_node *x, la_node *y) {
  la_operand right = la_operand_node(y);
  la_node *cond, *both[] = {x, y};
  if (la_expr_operate(&cond, LA_OP_GT, x, &right, NULL, &e)) return -1;
  int rc = la_schema_constraint_new(out, LA_CK_CHECK, &e);
  if (!rc) {
    la_constraint *c = LA_AS(constraint, *out);
    c->expressions = la_list_new(&cond, 1);
    c->given = la_list_new(both, 2);
    if (!c->expressions || !c->given) {
      la_node_release(*out);
      rc = la_fail_memory(&e);
    }
  }
  la_node_release(cond);
  return rc;
}

/* What waits for its columns is attached with the last of them, and does not keep the table alive. */
static void check_waiting(void) {
  la_node *m = metadata_new(), *t, *x, *y, *check;
  la_attached a = LA_ATTACHED_INIT;
  made(table_new(&t, m, "t"));
  made(column_new(&x, "x", LA_T_INTEGER));
  made(column_new(&y, "y", LA_T_INTEGER));
  made(check_of(&check, x, y));
  made(la_schema_auto_attach(check, &a, &e));
  CHECK(!LA_AS(constraint, check)->table);
  made(add(t, x));
  CHECK(!LA_AS(constraint, check)->table);
  made(add(t, y));
  CHECK(LA_AS(constraint, check)->table == t);
  la_attached_free(&a);
  la_node_release(check);
  la_node_release(t);
  la_node_release(m);
}

/* SELECT id FROM (SELECT child.id FROM child) */
static int select_of(la_node **out, la_node *column) {
  la_node *inner = la_node_new(LA_K_SELECT), *from = NULL, *outer = NULL;
  la_columns *columns = NULL;
  int rc = -1;
  *out = NULL;
  if (inner && (LA_AS(select, inner)->raw_columns = la_list_new(&column, 1))) {
    LA_AS(select, inner)->label_style = LA_LABELS_DISAMBIGUATE;
    inner = la_node_seal(inner);
    if (!la_subquery_new(&from, inner, NULL, &e)) columns = la_from_columns(from, &e);
    outer = columns ? la_node_new(LA_K_SELECT) : NULL;
  }
  if (outer && (LA_AS(select, outer)->raw_columns = la_list_new(&columns->v[0].col, 1))) {
    *out = la_node_seal(outer);
    rc = 0;
  } else {
    la_node_release(outer);
  }
  la_node_release(from);
  la_node_release(inner);
  return rc;
}

/* A table may keep a SELECT from itself without living for ever, and give it back. */
static int keep_select(la_node *metadata) {
  la_node *child = la_metadata_table(metadata, "child", 5), *select;
  la_node *column = la_columns_at(LA_AS(table, child)->columns, 0);
  if (select_of(&select, column)) return -1;
  int rc = la_schema_store(&select, child, &e);
  if (!rc) {
    la_give_node(&LA_AS(table_spec, LA_AS(table, child)->spec)->creator, la_node_retain(select));
    rc = la_schema_hold(&select, &e);
  }
  if (!rc) {
    la_node *outer = LA_AS(select, select)->raw_columns->v[0];
    la_node *inner = LA_AS(subquery, LA_AS(column, outer)->table)->element;
    CHECK_STR(LA_AS(column, outer)->name->s, "id");
    CHECK(LA_AS(select, inner)->raw_columns->v[0] == column);
  }
  la_node_release(select);
  return rc;
}

static int sweep(void *arg) {
  (void)arg;
  la_node *m = metadata_new();
  int rc = m ? build(m) : -1;
  if (!rc) rc = keep_select(m);
  la_node_release(m);
  la_error_clear(&e);
  return rc;
}

int main(void) {
  check_tables();
  check_ownership();
  check_waiting();
  CHECK_SWEEP(sweep, NULL);
  return check_done();
}
