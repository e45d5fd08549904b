/* compile_test.c - compiling without Lua: text, placeholders, rows of an INSERT; and every statement for every dialect
 * with every allocation failing in turn. */
#include "compile/compile.h"

#include "dialect/dialects.h"
#include "sql/alias.h"
#include "sql/dml.h"
#include "sql/expr.h"
#include "sql/func.h"
#include "sql/join.h"
#include "sql/schema.h"
#include "support/check.h"

static la_error e = LA_ERROR_INIT;
static la_node *metadata, *users, *orders;

static void made(int rc) {
  if (!CHECK(rc == 0)) printf("%s\n", la_error_message(&e));
}

/* ---- building ---- */

static void add(la_node *table, const char *name, la_type_id type, int primary_key) {
  la_attached a = LA_ATTACHED_INIT;
  la_node *column;
  la_str *s = la_str_from(name);
  made(la_schema_column_new(&column, s, la_type_simple(type), &e));
  LA_AS(column_spec, LA_AS(column, column)->spec)->primary_key = primary_key;
  LA_AS(column_spec, LA_AS(column, column)->spec)->nullable = !primary_key;
  made(la_schema_attach_column(table, column, false, &a, &e));
  la_attached_free(&a);
  la_node_release(column);
  la_str_release(s);
}

static la_node *new_table(const char *name, const char *second, const char *third) {
  la_node *t;
  la_str *s = la_str_from(name);
  made(la_schema_table_new(&t, metadata, s, NULL, &e));
  la_str_release(s);
  add(t, "id", LA_T_INTEGER, 1);
  add(t, second, LA_T_INTEGER, 0);
  add(t, third, LA_T_STRING, 0);
  return t;
}

static la_node *column(la_node *from, const char *name) {
  return la_columns_get(la_from_columns(from, &e), name, strlen(name));
}

/* left op value */
static la_node *compare(la_op op, la_node *left, la_operand right) {
  la_node *n;
  made(la_expr_operate(&n, op, left, &right, NULL, &e));
  return n;
}

static la_operand integer(int64_t i) { return (la_operand){NULL, la_value_int(i)}; }

/* Appends n to a list and gives up the reference. */
static void append(la_list **list, la_node *n) {
  la_list *l = la_list_append(*list, &n, 1);
  la_give_list(list, l);
  la_node_release(n);
}

/* An open SELECT. */
static la_node *new_select(la_node *of) {
  la_node *n = la_node_new(LA_K_SELECT);
  LA_AS(select, n)->auto_correlate = 1;
  LA_AS(select, n)->label_style = LA_LABELS_DISAMBIGUATE;
  append(&LA_AS(select, n)->raw_columns, la_node_retain(of));
  return n;
}

static la_node *list_of(la_node *left, int64_t from, int64_t to) {
  la_array *a = la_array_new((uint32_t)(to - from + 1));
  for (int64_t i = from; i <= to; i++) a->v[i - from] = la_value_int(i);
  la_operand right = {NULL, {.tag = LA_V_ARRAY, .u.a = a}};
  la_node *n;
  made(la_expr_in(&n, left, &right, NULL, false, &e));
  la_value_clear(&right.value);
  return n;
}

/* SELECT users with a condition, a list and a limit */
static la_node *plain_select(void) {
  la_node *n = new_select(users), *order = column(users, "name");
  append(&LA_AS(select, n)->where, compare(LA_OP_GT, column(users, "age"), integer(18)));
  append(&LA_AS(select, n)->where, list_of(column(users, "id"), 1, 3));
  append(&LA_AS(select, n)->order_by, la_node_retain(order));
  la_value ten = la_value_int(10);
  la_bind_opts o = {NULL, la_type_simple(LA_T_INTEGER), true, false, false, false, false, NULL};
  made(la_bind_new(&LA_AS(select, n)->limit, &o, &ten, &e));
  LA_AS(bind, LA_AS(select, n)->limit)->role = LA_BIND_LIMIT;
  return la_node_seal(n);
}

/* SELECT from a CTE, joined to a subquery */
static la_node *nested_select(void) {
  la_node *inner = plain_select(), *of_orders = la_node_seal(new_select(orders)), *cte, *sub, *join;
  la_cte_opts_in o = {la_str_from("young"), false, false};
  made(la_cte_new(&cte, inner, &o, &e));
  made(la_subquery_new(&sub, of_orders, NULL, &e));
  la_node *on = compare(LA_OP_EQ, column(cte, "id"), la_operand_node(column(sub, "user_id")));
  made(la_join_new(&join, cte, sub, on, true, false, &e));
  la_node *n = new_select(column(cte, "name")), *max;
  la_node *arg = column(sub, "id");
  la_list *args = la_list_new(&arg, 1);
  la_str *name = la_str_from("max");
  made(la_expr_function(&max, NULL, name, args, NULL, &e));
  append(&LA_AS(select, n)->raw_columns, max);
  append(&LA_AS(select, n)->from_obj, join);
  append(&LA_AS(select, n)->group_by, la_node_retain(column(cte, "name")));
  la_list_release(args);
  la_str_release(name);
  la_str_release(o.name);
  la_node *all[] = {on, sub, cte, of_orders, inner};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) la_node_release(all[i]);
  return la_node_seal(n);
}

static la_node *union_of(void) {
  la_node *parts[] = {la_node_seal(new_select(column(users, "id"))), la_node_seal(new_select(column(orders, "id")))},
          *n;
  made(la_compound_new(&n, LA_SET_UNION, parts, 2, &e));
  la_node_release(parts[0]);
  la_node_release(parts[1]);
  return n;
}

static void set_value(la_list **values, la_node *table, const char *name, la_value v) {
  la_dml_key k = {NULL, la_str_from(name)};
  la_node *pair;
  made(la_dml_pair(&pair, table, &k, NULL, &v, LA_BIND_CRUD, &e));
  append(values, pair);
  la_str_release(k.name);
}

static la_node *insert_with(la_node *returning) {
  la_node *n;
  made(la_dml_new(&n, LA_K_INSERT, users, &e));
  la_node *copy = la_node_copy(n);
  la_node_release(n);
  set_value(&LA_AS(insert, copy)->values, users, "age", la_value_int(30));
  set_value(&LA_AS(insert, copy)->values, users, "name", LA_VALUE_NULL);
  if (returning) append(&LA_AS(insert, copy)->returning, la_node_retain(returning));
  return la_node_seal(copy);
}

static la_node *insert(void) { return insert_with(NULL); }

static la_node *update(void) {
  la_node *n;
  made(la_dml_new(&n, LA_K_UPDATE, users, &e));
  la_node *copy = la_node_copy(n);
  la_node_release(n);
  set_value(&LA_AS(update, copy)->values, users, "age", la_value_int(31));
  la_operand other = la_operand_node(column(orders, "user_id"));
  append(&LA_AS(update, copy)->where, compare(LA_OP_EQ, column(users, "id"), other));
  return la_node_seal(copy);
}

static la_node *delete (void) {
  la_node *n;
  made(la_dml_new(&n, LA_K_DELETE, users, &e));
  la_node *copy = la_node_copy(n);
  la_node_release(n);
  append(&LA_AS(delete, copy)->where, compare(LA_OP_EQ, column(users, "id"), integer(5)));
  append(&LA_AS(delete, copy)->returning, la_node_retain(users));
  return la_node_seal(copy);
}

/* ---- text ---- */

static void compiles(la_node *stmt, const la_dialect *dialect, const char *wanted) {
  la_dialect_inst *d = la_dialect_new(dialect);
  la_compiled *k;
  la_buf b = LA_BUF_INIT;
  made(la_compile(&k, stmt, d, NULL, &e));
  made(la_compiled_string(&b, k, &e));
  CHECK_STR(la_buf_cstr(&b), wanted);
  la_buf_free(&b);
  la_compiled_release(k);
  la_dialect_release(d);
}

static void check_text(void) {
  la_node *s = plain_select(), *u = update(), *x = delete ();
  compiles(s, &la_default_dialect,
           "SELECT users.id, users.age, users.name \nFROM users \nWHERE users.age > :age_1 AND users.id IN "
           "(__[POSTCOMPILE_id_1]) ORDER BY users.name\n LIMIT :param_1");
  compiles(s, &la_mssql_dialect,
           "SELECT TOP __[POSTCOMPILE_param_1] users.id, users.age, users.name \nFROM users \nWHERE users.age > :age_1 "
           "AND users.id IN (__[POSTCOMPILE_id_1]) ORDER BY users.name");
  compiles(u, &la_postgresql_dialect, "UPDATE users SET age=%(age)s FROM orders WHERE users.id = orders.user_id");
  compiles(u, &la_mysql_dialect, "UPDATE users, orders SET users.age=%s WHERE users.id = orders.user_id");
  compiles(x, &la_sqlite_dialect, "DELETE FROM users WHERE users.id = ? RETURNING id, age, name");
  la_node_release(s);
  la_node_release(u);
  la_node_release(x);
}

/* ---- placeholders ---- */

static void values_of(la_value *v, const la_compiled *k) {
  for (uint32_t i = 0; i < k->nbinds; i++) v[i] = LA_AS(bind, k->binds[i].node)->value;
}

static void check_positions(void) {
  la_dialect_inst *d = la_dialect_new(&la_postgresql_dialect);
  la_node *s = plain_select();
  la_compiled *k;
  la_value v[8];
  la_buf b = LA_BUF_INIT;
  la_positions p = {NULL, 0, 0};
  made(la_compile(&k, s, d, NULL, &e));
  values_of(v, k);
  made(la_compiled_render(&b, &p, k, LA_PS_NUMERIC_DOLLAR, v, &e));
  CHECK_STR(la_buf_cstr(&b),
            "SELECT users.id, users.age, users.name \nFROM users \nWHERE users.age > $1 AND users.id IN "
            "($2, $3, $4) ORDER BY users.name \n LIMIT $5");
  CHECK_INT(p.n, 5);
  CHECK_INT(p.v[3].element, 2);
  CHECK_INT(p.v[4].element, -1);
  CHECK_INT(la_compiled_bind(k, "id_1", 4), p.v[2].bind);
  la_buf_free(&b);
  la_positions_free(&p);
  la_compiled_release(k);
  la_node_release(s);
  la_dialect_release(d);
}

static void check_rows(void) {
  la_dialect_inst *d = la_dialect_new(&la_sqlite_dialect);
  la_compile_opts o = LA_COMPILE_OPTS_INIT;
  la_node *n = insert_with(column(users, "id"));
  la_compiled *k;
  la_buf b = LA_BUF_INIT;
  la_positions p = {NULL, 0, 0};
  made(la_compile(&k, n, d, NULL, &e));
  la_value v[6];
  CHECK(la_compiled_render_rows(&b, &p, k, LA_PS_QMARK, v, 3, &e) < 0);
  la_error_clear(&e);
  la_compiled_release(k);
  o.for_executemany = true;
  made(la_compile(&k, n, d, &o, &e));
  for (int i = 0; i < 6; i++) v[i] = la_value_int(i);
  made(la_compiled_render_rows(&b, &p, k, LA_PS_QMARK, v, 3, &e));
  CHECK_STR(la_buf_cstr(&b), "INSERT INTO users (age, name) VALUES (?, ?), (?, ?), (?, ?) RETURNING id");
  CHECK_INT(p.n, 6);
  for (uint32_t i = 0; i < 6 && i < p.n; i++) CHECK_INT(p.v[i].bind, i);
  la_buf_free(&b);
  la_positions_free(&p);
  la_compiled_release(k);
  la_node_release(n);
  la_dialect_release(d);
}

/* ---- without memory ---- */

typedef struct attempt {
  la_node *stmt;
  la_dialect_inst *d;
} attempt;

static int compile_all(void *arg) {
  attempt *a = arg;
  la_compiled *k;
  la_value v[8];
  la_buf b = LA_BUF_INIT;
  la_positions p = {NULL, 0, 0};
  la_error failed = LA_ERROR_INIT;
  int rc = la_compile(&k, a->stmt, a->d, NULL, &failed);
  if (!rc) {
    values_of(v, k);
    rc = la_compiled_string(&b, k, &failed);
    if (!rc) rc = la_compiled_render(&b, &p, k, LA_PS_QMARK, v, &failed);
    la_compiled_release(k);
  }
  CHECK(!rc == !failed.set);
  la_error_clear(&failed);
  la_positions_free(&p);
  la_buf_free(&b);
  return rc;
}

/* UPDATE of two tables and DELETE … RETURNING are not everywhere. */
static bool knows(const la_dialect *d, const la_node *stmt) {
  if (stmt->kind == LA_K_UPDATE) return d != &la_default_dialect && d != &la_oracle_dialect;
  return stmt->kind != LA_K_DELETE || (d != &la_default_dialect && d != &la_mysql_dialect);
}

static void without_memory(la_node *stmt) {
  const la_dialect *d = &la_str_dialect;
  for (size_t i = 0; d; d = la_dialect_at(i++)) {
    if (!knows(d, stmt)) continue;
    attempt a = {stmt, la_dialect_new(d)};
    CHECK_SWEEP(compile_all, &a);
    la_dialect_release(a.d);
  }
}

int main(void) {
  metadata = la_node_seal(la_node_new(LA_K_METADATA));
  users = new_table("users", "age", "name");
  orders = new_table("orders", "user_id", "note");
  check_text();
  check_positions();
  check_rows();
  static la_node *(*const makers[])(void) = {plain_select, nested_select, union_of, insert, update, delete};
  for (size_t i = 0; i < sizeof makers / sizeof *makers; i++) {
    la_node *n = makers[i]();
    without_memory(n);
    la_node_release(n);
  }
  la_node_release(users);
  la_node_release(orders);
  la_node_release(metadata);
  la_error_clear(&e);
  return check_done();
}
