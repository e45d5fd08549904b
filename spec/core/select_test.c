/* select_test.c - SELECT and FROM without Lua: names, columns of derived tables, what they stand for, joins; and the
 * same with every allocation failing in turn. */
#include "sql/alias.h"
#include "sql/columns.h"
#include "sql/correspond.h"
#include "sql/dml.h"
#include "sql/join.h"
#include "sql/type.h"
#include "support/check.h"

/* ---- building ---- */

static la_node *new_column(const char *name) {
  la_node *n = la_node_new(LA_K_COLUMN);
  if (!n) return NULL;
  LA_AS(column, n)->name = la_str_from(name);
  LA_AS(column, n)->key = la_str_retain(LA_AS(column, n)->name);
  la_set_type(n, la_type_simple(LA_T_INTEGER));
  if (LA_AS(column, n)->name) return la_node_seal(n);
  la_node_release(n);
  return NULL;
}

static int add_column(la_node *table, const char *name) {
  la_node *col = new_column(name);
  la_columns *c = LA_AS(table, table)->columns;
  if (!col) return -1;
  LA_AS(column, col)->position = (int)c->n;
  if (la_columns_add(c, LA_AS(column, col)->key, col)) {
    la_node_release(col);
    return -1;
  }
  if (la_node_adopt(table, col)) {
    la_columns_remove(c, col);
    la_node_release(col);
    return -1;
  }
  LA_AS(column, col)->table = table;
  la_node_seal(col);
  return 0;
}

/* A table of two columns. */
static la_node *new_table(const char *name, const char *a, const char *b) {
  la_node *t = la_node_new(LA_K_TABLE);
  if (!t) return NULL;
  LA_AS(table, t)->name = la_str_from(name);
  LA_AS(table, t)->columns = la_columns_new();
  la_node_seal(t);
  bool ok = LA_AS(table, t)->name && LA_AS(table, t)->columns && !add_column(t, a) && !add_column(t, b);
  if (ok) return t;
  la_node_release(t);
  return NULL;
}

static la_node *new_select(la_node *const *columns, uint32_t n) {
  la_node *s = la_node_new(LA_K_SELECT);
  if (!s) return NULL;
  LA_AS(select, s)->raw_columns = la_list_new(columns, n);
  LA_AS(select, s)->auto_correlate = 1;
  LA_AS(select, s)->label_style = LA_LABELS_DISAMBIGUATE;
  if (LA_AS(select, s)->raw_columns) return la_node_seal(s);
  la_node_release(s);
  return NULL;
}

static la_node *col(la_node *from, uint32_t i) { return la_columns_at(la_from_columns(from, NULL), i); }
static const char *key(la_node *from, uint32_t i) { return la_from_columns(from, NULL)->v[i].key->s; }

/* ---- anonymous names ---- */

static void anonymous_names(void) {
  la_anon_map m = LA_ANON_MAP_INIT;
  int one, two;
  la_str *base = la_str_from("a b%c"), *name = la_str_from("50%"), *framed = la_str_from("__x__");
  la_str *a = la_anon_name(NULL, &one, 0, base), *b = la_anon_name(NULL, &two, 0, base),
         *plain = la_anon_name(NULL, &one, 0, NULL);
  la_str *joined = la_name_join(NULL, plain, "_", name), *again = la_anon_name(NULL, &two, 0, plain);
  CHECK_STR(la_anon_resolve(&m, a)->s, "a_b_c_1");
  CHECK_STR(la_anon_resolve(&m, b)->s, "a_b_c_2");
  CHECK_STR(la_anon_resolve(&m, a)->s, "a_b_c_1");
  CHECK_STR(la_anon_resolve(&m, joined)->s, "anon_1_50%");
  CHECK_STR(la_anon_resolve(&m, again)->s, "anon_1_1");
  CHECK(la_anon_resolve(&m, base) == base);
  CHECK_STR(la_anon_number(&m, &one, 0, framed, "param", true)->s, "x_1");
  CHECK_STR(la_anon_number(&m, &one, 0, NULL, "param", true)->s, "param_1");
  la_str *all[] = {base, name, framed, a, b, plain, joined, again};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) la_str_release(all[i]);
  la_anon_map_free(&m);
}

/* ---- columns ---- */

static void subquery_columns(void) {
  la_error e = LA_ERROR_INIT;
  la_node *t = new_table("t", "id", "name"), *u = new_table("u", "id", "up"), *both[] = {t, u};
  la_node *s = new_select(both, 2), *q, *outer;
  CHECK_INT(la_subquery_new(&q, s, NULL, &e), 0);
  CHECK_INT(la_columns_len(la_from_columns(q, &e)), 4);
  CHECK_STR(key(q, 1), "name");
  CHECK(la_is_anon(LA_AS(column, col(q, 2))->name));
  la_node *found;
  CHECK_INT(la_corresponding(&found, la_from_columns(q, &e), col(u, 0), false, &e), 0);
  CHECK(found == col(q, 2));
  CHECK(la_is_derived_from(q, u));
  CHECK(!la_is_derived_from(u, q));
  CHECK(la_shares_lineage(col(q, 0), col(t, 0)));
  CHECK(!la_shares_lineage(col(q, 0), col(u, 0)));
  CHECK_INT(la_join_new(&outer, t, u, NULL, false, false, &e), -1);
  CHECK(e.exc == LA_EXC_NoForeignKeysError);
  la_error_clear(&e);
  la_node_release(q);
  la_node_release(s);
  la_node_release(t);
  la_node_release(u);
}

static void compound_columns(void) {
  la_error e = LA_ERROR_INIT;
  la_node *t = new_table("t", "id", "name"), *u = new_table("u", "x", "y"), *union_, *q, *found;
  la_node *parts[] = {new_select(&t, 1), new_select(&u, 1)};
  CHECK_INT(la_compound_new(&union_, LA_SET_UNION, parts, 2, &e), 0);
  CHECK_INT(la_subquery_new(&q, union_, NULL, &e), 0);
  CHECK_STR(key(q, 0), "id");
  CHECK_INT(la_corresponding(&found, la_from_columns(q, &e), col(u, 1), false, &e), 0);
  CHECK(found == col(q, 1));
  la_node *all[] = {q, union_, parts[0], parts[1], t, u};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) la_node_release(all[i]);
}

/* A column is found through a thousand subqueries, and freeing them does not need the stack. */
static void deep_columns(void) {
  la_error e = LA_ERROR_INIT;
  la_node *t = new_table("t", "id", "name"), *from = la_node_retain(t), *found;
  for (int i = 0; i < 1000; i++) {
    la_node *s = new_select(&from, 1), *q;
    CHECK(!la_subquery_new(&q, s, NULL, &e));
    la_node_release(s);
    la_node_release(from);
    from = q;
  }
  CHECK_INT(la_corresponding(&found, la_from_columns(from, &e), col(t, 1), true, &e), 0);
  CHECK(found && found == col(from, 1));
  la_node_release(from);
  la_node_release(t);
}

/* ---- without memory ---- */

static int select_without_memory(void *arg) {
  (void)arg;
  la_error e = LA_ERROR_INIT;
  la_vec froms = LA_VEC_INIT;
  la_node *t = new_table("t", "id", "name"), *u = new_table("u", "id", "up"), *both[] = {t, u};
  la_node *s = t && u ? new_select(both, 2) : NULL, *q = NULL, *outer = NULL, *found;
  int rc = s ? la_subquery_new(&q, s, NULL, &e) : -1;
  la_columns *c = rc ? NULL : la_from_columns(q, &e);
  if (!rc) rc = c ? la_corresponding(&found, c, col(u, 0), false, &e) : -1;
  if (!rc && !(outer = new_select(&q, 1))) rc = -1;
  if (!rc) rc = la_select_froms(&froms, outer, &e);
  if (!rc) rc = la_from_columns(outer, &e) ? 0 : -1;
  la_vec_free(&froms);
  la_node *all[] = {outer, q, s, t, u};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) la_node_release(all[i]);
  la_error_clear(&e);
  return rc;
}

static int insert_without_memory(void *arg) {
  (void)arg;
  la_error e = LA_ERROR_INIT;
  la_node *t = new_table("t", "id", "name"), *stmt = NULL, *pairs[2] = {NULL, NULL};
  la_str *names[] = {la_str_from("name"), la_str_from("id")};
  la_list *l = NULL;
  int rc = t && names[0] && names[1] ? la_dml_new(&stmt, LA_K_INSERT, t, &e) : -1;
  for (int i = 0; !rc && i < 2; i++) {
    la_value v = la_value_int(i);
    la_dml_key k = {NULL, names[i]};
    rc = la_dml_pair(&pairs[i], t, &k, NULL, &v, LA_BIND_CRUD, &e);
  }
  if (!rc) rc = la_dml_ordered(&l, t, pairs, 2, &e);
  if (!rc && l->v[0] != pairs[1]) rc = 1;
  la_list_release(l);
  la_node *all[] = {pairs[0], pairs[1], stmt, t};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) la_node_release(all[i]);
  la_str_release(names[0]);
  la_str_release(names[1]);
  la_error_clear(&e);
  return rc;
}

int main(void) {
  anonymous_names();
  subquery_columns();
  compound_columns();
  deep_columns();
  CHECK_SWEEP(select_without_memory, NULL);
  CHECK_SWEEP(insert_without_memory, NULL);
  return check_done();
}
