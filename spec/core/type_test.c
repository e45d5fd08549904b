/* type_test.c - types in C: families, instances, what they become on a dialect, their text and literals; and running
 * out of memory. */
#include "sql/type.h"

#include "base/datetime.h"
#include "compile/compile.h"
#include "compile/type.h"
#include "dialect/dialects.h"
#include "sql/expr.h"
#include "support/check.h"

static la_error e = LA_ERROR_INIT;

static void test_families(void) {
  CHECK(la_type_derives(LA_T_MYSQL_BIGINT, LA_T_BIGINTEGER));
  CHECK(la_type_derives(LA_T_POSTGRESQL_ENUM, LA_T_STRING));
  CHECK(!la_type_derives(LA_T_STRING, LA_T_TEXT));
  CHECK(!la_type_isa(NULL, LA_T_STRING));
  CHECK_INT(la_type_affinity(la_type_simple(LA_T_SQL_VARCHAR)), LA_T_STRING);
  CHECK_INT(la_type_affinity(la_type_simple(LA_T_POSTGRESQL_INTERVAL)), LA_T_INTERVAL);
  CHECK_INT(la_type_affinity(la_type_simple(LA_T_INTERVAL)), LA_T_INTERVAL);
  CHECK_INT(la_type_affinity(la_type_simple(LA_T_PICKLETYPE)), LA_T_ANYBINARY);
  CHECK_INT(la_type_affinity(la_type_simple(LA_T_ORACLE_NUMBER)), LA_T_INTEGER);
  CHECK(la_type_same_affinity(la_type_simple(LA_T_ENUM), la_type_simple(LA_T_TEXT)));
  CHECK(!la_type_same_affinity(la_type_simple(LA_T_DATE), la_type_simple(LA_T_DATETIME)));
  CHECK_INT(la_type_named("VARCHAR", "mysql"), LA_T_MYSQL_VARCHAR);
  CHECK_INT(la_type_named("VARCHAR", ""), LA_T_SQL_VARCHAR);
  CHECK_INT(la_type_named("nothing", ""), LA_T_NONE);
}

static void test_instances(void) {
  la_node *integer = la_type_simple(LA_T_INTEGER);
  CHECK(integer == la_type_simple(LA_T_INTEGER));
  CHECK_INT(LA_AS(type, integer)->length, -1);
  CHECK(la_type_has(la_type_simple(LA_T_NUMERIC), LA_TB_ASDECIMAL));
  CHECK(!la_type_has(la_type_simple(LA_T_FLOAT), LA_TB_ASDECIMAL));
  CHECK(la_type_evaluates_none(la_type_simple(LA_T_SQL_JSON)));
  CHECK(!la_type_evaluates_none(integer));
  la_node *a = la_type_string(LA_T_STRING, 5), *b = la_type_string(LA_T_STRING, 5), *c = la_type_string(LA_T_STRING, 6);
  CHECK(a && b && c && la_node_same(a, b) && !la_node_same(a, c));
  la_node_release(a);
  la_node_release(b);
  la_node_release(c);
}

/* The text of a type, or of a literal value of it, is wanted. */
typedef struct task {
  const la_dialect *dialect;
  la_node *(*make)(void);
  la_value value; /* ABSENT: the text of the type */
  const char *wanted;
} task;

static int compile(la_buf *out, la_node *n, la_dialect_inst *d) {
  la_compile_opts o = LA_COMPILE_OPTS_INIT;
  la_compiled *c = NULL;
  o.literal_binds = true;
  o.paramstyle = LA_PS_NAMED;
  int rc = la_compile(&c, n, d, &o, &e);
  if (!rc) rc = la_compiled_string(out, c, &e);
  la_compiled_release(c);
  return rc;
}

static int bind_of(la_node **out, const task *t, la_node *type) {
  if (t->value.tag == LA_V_ABSENT) {
    *out = la_node_retain(type);
    return 0;
  }
  la_bind_opts o = {.type = type};
  return la_bind_new(out, &o, &t->value, &e);
}

/* For CHECK_SWEEP. */
static int run(void *arg) {
  const task *t = arg;
  la_buf b = LA_BUF_INIT;
  la_node *type = t->make(), *n = NULL;
  la_dialect_inst *d = la_dialect_new(t->dialect);
  int rc = type && d ? bind_of(&n, t, type) : -1;
  if (!rc) rc = compile(&b, n, d);
  const char *s = rc ? NULL : la_buf_cstr(&b);
  if (!rc && !s) rc = -1;
  if (!rc) CHECK_STR(s, t->wanted);
  la_buf_free(&b);
  la_node_release(n);
  la_node_release(type);
  la_dialect_release(d);
  la_error_clear(&e);
  return rc;
}

static la_node *numeric(void) { return la_type_numeric(LA_T_NUMERIC, 10, 2); }
static la_node *interval(void) { return la_node_retain(la_type_simple(LA_T_INTERVAL)); }
static la_node *uuids(void) { return la_type_array(LA_T_SQL_ARRAY, la_type_simple(LA_T_UUID), 2); }
static la_node *datetime(void) { return la_node_retain(la_type_simple(LA_T_DATETIME)); }
static la_node *text(void) { return la_node_retain(la_type_simple(LA_T_TEXT)); }

static la_node *colours(void) {
  la_node *t = la_type_new(LA_T_ENUM);
  if (t && !(LA_AS(type, t)->name = la_str_from("Colours"))) {
    la_node_release(t);
    return NULL;
  }
  return la_node_seal(t);
}

static void test_text(void) {
  task tasks[] = {{&la_sqlite_dialect, numeric, LA_VALUE_ABSENT, "NUMERIC(10, 2)"},
                  {&la_postgresql_dialect, interval, LA_VALUE_ABSENT, "INTERVAL"},
                  {&la_oracle_dialect, interval, LA_VALUE_ABSENT, "INTERVAL DAY TO SECOND"},
                  {&la_postgresql_dialect, uuids, LA_VALUE_ABSENT, "UUID[][]"},
                  {&la_postgresql_dialect, colours, LA_VALUE_ABSENT, "\"Colours\""},
                  {&la_mssql_dialect, datetime, LA_VALUE_ABSENT, "DATETIME"}};
  for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++) CHECK_SWEEP(run, &tasks[i]);
}

static void test_literals(void) {
  la_value day = {LA_V_DATETIME, 0, 0, {.i = LA_DAY_EPOCH * LA_USEC_DAY}};
  la_value words = la_value_str(LA_V_TEXT, la_str_from("it's \\"));
  task tasks[] = {{&la_sqlite_dialect, datetime, day, "'1970-01-01 00:00:00.000000'"},
                  {&la_oracle_dialect, datetime, day, "TO_DATE('1970-01-01 00:00:00', 'YYYY-MM-DD HH24:MI:SS')"},
                  {&la_mysql_dialect, text, words, "'it''s \\\\'"},
                  {&la_sqlite_dialect, numeric, la_value_int(5), "5"}};
  for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++) CHECK_SWEEP(run, &tasks[i]);
  la_value_clear(&words);
}

int main(void) {
  test_families();
  test_instances();
  test_text();
  test_literals();
  return check_done();
}
