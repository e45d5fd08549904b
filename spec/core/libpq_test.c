/* libpq_test.c - the driver of PostgreSQL, where LA_TEST_PG names a server. */
#include <math.h>
#include <poll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "support/database.h"

const la_driver *la_driver_libpq(void);

static const char *url;

static la_connection *connect_with(const char *more) {
  char text[512];
  snprintf(text, sizeof text, "%s%s%s", url, *more ? strchr(url, '?') ? "&" : "?" : "", more);
  return db_open(la_driver_libpq(), text);
}

static void check_text_of(la_connection *c, const char *sql, la_tag tag, const char *want) {
  for (int round = 0; round < 3; round++) {
    la_value v = db_scalar(c, sql, NULL, 0);
    if (!CHECK(v.tag == tag)) printf("  %s: tag %s\n", sql, la_tag_name((la_tag)v.tag));
    if (v.tag == tag) CHECK_STR(v.u.s->s, want);
    la_value_clear(&v);
  }
}

/* The same in text (at first) and in binary (from the second time on). */
static void check_iso(la_connection *c, const char *sql, la_tag tag, const char *want) {
  for (int round = 0; round < 3; round++) {
    la_buf b = LA_BUF_INIT;
    la_value v = db_scalar(c, sql, NULL, 0);
    if (CHECK(v.tag == tag)) la_temporal_str(&b, &v);
    CHECK_STR(la_buf_cstr(&b), want);
    la_buf_free(&b);
    la_value_clear(&v);
  }
}

static void check_real(la_connection *c, const char *sql, double want) {
  for (int round = 0; round < 3; round++) {
    la_value v = db_scalar(c, sql, NULL, 0);
    CHECK(v.tag == LA_V_REAL && (v.u.r == want || (v.u.r != v.u.r && want != want)));
  }
}

static void check_int_of(la_connection *c, const char *sql, la_tag tag, int64_t want) {
  for (int round = 0; round < 3; round++) {
    la_value v = db_scalar(c, sql, NULL, 0);
    CHECK(v.tag == tag && v.u.i == want);
    la_value_clear(&v);
  }
}

static void check_error(la_connection *c, const char *sql, la_exc exc, la_fail fail, const char *message) {
  la_error e = db_fail(c, sql, NULL, 0);
  CHECK_INT(e.exc, exc);
  CHECK_INT(e.fail, fail);
  if (message) CHECK_STR(la_error_message(&e), message);
  la_error_clear(&e);
}

static void values(void) {
  la_connection *c = connect_with("");
  check_int_of(c, "SELECT true", LA_V_BOOL, 1);
  check_int_of(c, "SELECT false", LA_V_BOOL, 0);
  check_int_of(c, "SELECT (-32768)::int2", LA_V_INT, -32768);
  check_int_of(c, "SELECT (-2147483648)::int4", LA_V_INT, INT32_MIN);
  check_int_of(c, "SELECT (-9223372036854775808)::int8", LA_V_INT, INT64_MIN);
  check_int_of(c, "SELECT 9223372036854775807", LA_V_INT, INT64_MAX);
  check_int_of(c, "SELECT 4294967295::oid", LA_V_INT, 4294967295);
  check_real(c, "SELECT 0.1::float8", 0.1);
  check_real(c, "SELECT 0.1::float4", 0.1);
  check_real(c, "SELECT 16777216::float4", 16777216);
  check_real(c, "SELECT '5e-324'::float8", 5e-324);
  check_real(c, "SELECT 'NaN'::float8", NAN);
  check_real(c, "SELECT '-Infinity'::float4", -INFINITY);
  static const char *const numbers[] = {"0",
                                        "1",
                                        "-1",
                                        "19.90",
                                        "0.000000",
                                        "12345678901234567890.123456789012345678901234567890",
                                        "10000",
                                        "-100000000",
                                        "0.0001",
                                        "-0.00001",
                                        "123456789000000000",
                                        "99990000.0001",
                                        "0.123456789",
                                        "1000000000000000000000000000000000000000"};
  char sql[128];
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    snprintf(sql, sizeof sql, "SELECT '%s'::numeric", numbers[i]);
    check_text_of(c, sql, LA_V_DECIMAL, numbers[i]);
  }
  check_text_of(c, "SELECT 'NaN'::numeric", LA_V_DECIMAL, "NaN");
  check_text_of(c, "SELECT '-Infinity'::numeric", LA_V_DECIMAL, "-Infinity");
  check_text_of(c, "SELECT 0.0000001::numeric", LA_V_DECIMAL, "1E-7");
  check_text_of(c, "SELECT -0.00000012300::numeric", LA_V_DECIMAL, "-1.2300E-7");
  check_text_of(c, "SELECT 0.0000010::numeric", LA_V_DECIMAL, "0.0000010");
  check_text_of(c, "SELECT 0.0000000::numeric", LA_V_DECIMAL, "0E-7");
  check_text_of(c, "SELECT 'x'::text", LA_V_TEXT, "x");
  check_text_of(c, "SELECT 'x'::char(3)", LA_V_TEXT, "x  ");
  check_text_of(c, "SELECT ''::varchar", LA_V_TEXT, "");
  check_text_of(c, "SELECT '\xf0\x9f\x98\x80'", LA_V_TEXT, "\xf0\x9f\x98\x80");
  check_text_of(c, "SELECT 'x'::name", LA_V_TEXT, "x");
  check_text_of(c, "SELECT 'x'::\"char\"", LA_V_TEXT, "x");
  check_text_of(c, "SELECT '{\"a\":  1}'::json", LA_V_TEXT, "{\"a\":  1}");
  check_text_of(c, "SELECT '{\"a\":  1}'::jsonb", LA_V_TEXT, "{\"a\": 1}");
  check_text_of(c, "SELECT '10.0.0.1'::inet", LA_V_TEXT, "10.0.0.1");
  check_text_of(c, "SELECT '[1,5)'::int4range", LA_V_TEXT, "[1,5)");
  check_text_of(c, "SELECT B'101'", LA_V_TEXT, "101");
  check_text_of(c, "SELECT '\\x6100ff'::bytea", LA_V_BLOB, "a");
  check_text_of(c, "SELECT pg_sleep(0)", LA_V_TEXT, "");
  check_iso(c, "SELECT '0001-01-01'::date", LA_V_DATE, "0001-01-01");
  check_iso(c, "SELECT '9999-12-31'::date", LA_V_DATE, "9999-12-31");
  check_iso(c, "SELECT '0001-01-01 00:00:00.000001'::timestamp", LA_V_DATETIME, "0001-01-01 00:00:00.000001");
  check_iso(c, "SELECT '9999-12-31 23:59:59.999999'::timestamp", LA_V_DATETIME, "9999-12-31 23:59:59.999999");
  check_iso(c, "SELECT '12:34:56.78'::time", LA_V_TIME, "12:34:56.780000");
  check_iso(c, "SELECT '12:34:56-03:30'::timetz", LA_V_TIME, "12:34:56-03:30");
  check_iso(c, "SELECT '1 day 02:03:04.5'::interval", LA_V_INTERVAL, "1 day, 2:03:04.500000");
  check_iso(c, "SELECT '-1 day +02:00'::interval", LA_V_INTERVAL, "-1 day, 2:00:00");
  check_iso(c, "SELECT '1 year 2 mons -3 days -00:00:01.5'::interval", LA_V_INTERVAL, "421 days, 23:59:58.500000");
  db_exec(c, "SET timezone TO 'UTC'");
  check_iso(c, "SELECT '2024-05-17 12:30:00+02'::timestamptz", LA_V_DATETIME, "2024-05-17 10:30:00+00:00");
  db_exec(c, "SET timezone TO 'Europe/Berlin'");
  check_iso(c, "SELECT '2024-05-17 12:30:00+00'::timestamptz", LA_V_DATETIME, "2024-05-17 14:30:00+02:00");
  check_iso(c, "SELECT '2024-01-17 12:30:00+00'::timestamptz", LA_V_DATETIME, "2024-01-17 13:30:00+01:00");
  la_connection_release(c);
}

/* Numbers of all sizes and scales are the same in binary as in text. */
static void numbers(void) {
  la_connection *c = connect_with("");
  for (int round = 0; round < 3; round++) {
    la_cursor *cur =
        db_query(c,
                 "SELECT n, n::text FROM (SELECT (CASE WHEN g % 3 = 0 THEN -1 ELSE 1 END * "
                 "trunc(random()::numeric * 10::numeric ^ (g % 50), g % 23) / 10::numeric ^ (g % 31)) AS n "
                 "FROM generate_series(1, 3000) AS g) AS s",
                 NULL, 0);
    int same = 0;
    while (db_next(cur)) {
      la_cell number = db_value(cur, 0), text = db_value(cur, 1);
      la_str *a = la_decimal_parse(number.u.s.p, number.u.s.n, NULL),
             *b = la_decimal_parse(text.u.s.p, text.u.s.n, NULL);
      same += number.tag == LA_V_DECIMAL && la_str_is(a, b->s) && !strncmp(a->s, number.u.s.p, number.u.s.n);
      la_str_release(a);
      la_str_release(b);
    }
    CHECK_INT(same, 3000);
    la_cursor_close(cur);
  }
  db_exec(c, "SET bytea_output TO 'escape'");
  check_text_of(c, "SELECT '\\x610a5c27'::bytea", LA_V_BLOB, "a\n\\'");
  la_connection_release(c);
}

/* A value that cannot be held fails when it is read, in both formats. */
static void impossible_values(void) {
  la_connection *c = connect_with("");
  static const char *const all[] = {"SELECT 'infinity'::date",         "SELECT '-infinity'::timestamp",
                                    "SELECT 'infinity'::timestamptz",  "SELECT '0044-03-15 BC'::date",
                                    "SELECT '10000-01-01'::timestamp", "SELECT '24:00'::time"};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    for (int round = 0; round < 3; round++) {
      la_error e = LA_ERROR_INIT;
      la_cell cell;
      la_cursor *cur = db_query(c, all[i], NULL, 0);
      CHECK(db_next(cur));
      CHECK(cur->stmt->driver->value(cur->stmt, 0, &cell, &e) < 0);
      CHECK(e.exc == LA_EXC_DataError && e.fail == LA_FAIL_DATA);
      la_error_clear(&e);
      la_cursor_close(cur);
    }
  la_connection_release(c);
}

static void arrays(void) {
  la_connection *c = connect_with("");
  for (int round = 0; round < 3; round++) {
    la_value v = db_scalar(c, "SELECT ARRAY[1, NULL, -3]", NULL, 0);
    CHECK(v.tag == LA_V_ARRAY && v.u.a->n == 3 && v.u.a->v[2].u.i == -3 && v.u.a->v[1].tag == LA_V_NULL);
    la_value_clear(&v);
    v = db_scalar(c, "SELECT ARRAY[['a b', 'q\"\\', ''], ['NULL', NULL, '{x,y}']]", NULL, 0);
    CHECK(v.tag == LA_V_ARRAY && v.u.a->n == 2 && v.u.a->v[1].u.a->n == 3);
    CHECK_STR(v.u.a->v[0].u.a->v[1].u.s->s, "q\"\\");
    CHECK_STR(v.u.a->v[0].u.a->v[2].u.s->s, "");
    CHECK_STR(v.u.a->v[1].u.a->v[0].u.s->s, "NULL");
    CHECK(v.u.a->v[1].u.a->v[1].tag == LA_V_NULL);
    CHECK_STR(v.u.a->v[1].u.a->v[2].u.s->s, "{x,y}");
    la_value_clear(&v);
    v = db_scalar(c, "SELECT '{}'::int[]", NULL, 0);
    CHECK(v.tag == LA_V_ARRAY && v.u.a->n == 0);
    la_value_clear(&v);
    v = db_scalar(c, "SELECT '[2:3]={1.50,NaN}'::numeric[]", NULL, 0);
    CHECK(v.tag == LA_V_ARRAY && v.u.a->n == 2);
    CHECK_STR(v.u.a->v[0].u.s->s, "1.50");
    la_value_clear(&v);
  }
  la_array *a = la_array_new(2), *inner = la_array_new(3);
  a->v[0] = (la_value){LA_V_ARRAY, 0, 0, {.a = inner}};
  a->v[1] = (la_value){LA_V_ARRAY, 0, 0, {.a = la_array_retain(inner)}};
  inner->v[0] = db_text("a \"b\" \\ {,}");
  inner->v[1] = LA_VALUE_NULL;
  inner->v[2] = db_text("");
  la_value p = {LA_V_ARRAY, 0, 0, {.a = a}}, v = db_scalar(c, "SELECT $1", &p, 1);
  CHECK(la_value_eq(&p, &v));
  la_value_clear(&p);
  la_value_clear(&v);
  la_connection_release(c);
}

/* Each comes back as it went, untouched by its way. */
static void parameters(void) {
  la_connection *c = connect_with("");
  la_value all[] = {la_value_bool(true),
                    la_value_int(5),
                    la_value_int(INT64_MIN),
                    la_value_int(INT64_MAX),
                    db_text("x \xc3\xbc"),
                    db_bytes(LA_V_BLOB, "a\0\xff", 3),
                    db_bytes(LA_V_DECIMAL, "12345678901234567890.123456789012345678901234567890", 51),
                    db_bytes(LA_V_DECIMAL, "NaN", 3),
                    db_bytes(LA_V_UUID, "0123456789abcdef", 16),
                    {LA_V_DATE, 0, 0, {.i = 0}},
                    {LA_V_DATE, 0, 0, {.i = LA_DAY_MAX}},
                    {LA_V_TIME, 0, 0, {.i = LA_USEC_DAY - 1}},
                    {LA_V_TIME, LA_VF_TZ, -5400, {.i = 1}},
                    {LA_V_DATETIME, 0, 0, {.i = 1}},
                    {LA_V_DATETIME, 0, 0, {.i = (LA_DAY_MAX + 1) * LA_USEC_DAY - 1}},
                    {LA_V_INTERVAL, 0, 0, {.i = -1}},
                    {LA_V_INTERVAL, 0, 0, {.i = 100 * LA_USEC_DAY + 1}}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    for (int round = 0; round < 3; round++) {
      la_value v = db_scalar(c, "SELECT $1", &all[i], 1);
      if (!CHECK(la_value_eq(&v, &all[i]))) printf("  value %zu, round %d, tag %s\n", i, round, la_tag_name(v.tag));
      la_value_clear(&v);
    }
    la_value_clear(&all[i]);
  }
  la_value real = la_value_real(1.5), v = db_scalar(c, "SELECT $1", &real, 1);
  CHECK(v.tag == LA_V_DECIMAL);
  la_value_clear(&v);
  const uint8_t hint = LA_HINT_DOUBLE;
  const la_sql sql = {"SELECT $1 ", 10, 1, &hint, 0, 0, NULL};
  la_cursor *cur;
  CHECK(!la_cursor_open(&cur, c, &sql, NULL) && !la_cursor_send(cur, &real, 1, NULL) && db_next(cur));
  CHECK(db_value(cur, 0).tag == LA_V_REAL && db_value(cur, 0).u.r == 1.5);
  la_cursor_close(cur);
  v = db_scalar(c, "SELECT $1", &LA_VALUE_NULL, 1);
  CHECK(v.tag == LA_V_NULL);
  la_value two[] = {la_value_int(3), la_value_int(2)};
  v = db_scalar(c, "SELECT repeat('ab', $1) LIMIT $2", two, 2);
  CHECK(v.tag == LA_V_TEXT);
  la_value_clear(&v);
  la_value nul = db_bytes(LA_V_TEXT, "a\0b", 3), bad = db_text("\xff\xfe");
  la_error e = db_fail(c, "SELECT $1", &nul, 1);
  CHECK(e.exc == LA_EXC_DataError);
  la_error_clear(&e);
  e = db_fail(c, "SELECT $1", &bad, 1);
  CHECK(e.exc == LA_EXC_DataError);
  CHECK_STR(e.sqlstate, "22021");
  la_error_clear(&e);
  la_value_clear(&nul);
  la_value_clear(&bad);
  la_connection_release(c);
}

/* What PostgreSQL cannot infer gets a type, in a transaction and outside. */
static void inference(void) {
  la_connection *c = connect_with("");
  la_value p[] = {db_text("a"), db_text("b")};
  for (int tx = 0; tx < 2; tx++) {
    if (tx) db_exec(c, "BEGIN");
    for (int round = 0; round < 3; round++) {
      la_value v = db_scalar(c, tx ? "SELECT concat($1, ' ', $2)" : "SELECT concat($1, ' ',  $2)", p, 2);
      CHECK(v.tag == LA_V_TEXT && !strcmp(v.u.s->s, "a b"));
      la_value_clear(&v);
      v = db_scalar(c, tx ? "SELECT 1 WHERE $1 IS NULL OR 'b' = $2" : "SELECT 1 WHERE $1 IS NULL OR 'b'= $2", p, 2);
      CHECK(v.tag == LA_V_INT);
      v = db_scalar(c, tx ? "SELECT $1 IS NULL" : "SELECT $1  IS NULL", &LA_VALUE_NULL, 1);
      CHECK(v.tag == LA_V_BOOL && v.u.i == 1);
    }
    CHECK(c->db->driver->status(c->db) == (tx ? LA_TX_OPEN : LA_TX_NONE));
  }
  db_exec(c, "COMMIT");
  db_exec(c, "CREATE TEMP TABLE net (a inet, d date, e text)");
  la_value row[] = {db_text("10.0.0.1"), db_text("2024-05-17"), LA_VALUE_NULL};
  la_cursor *cur = db_query(c, "INSERT INTO net VALUES ($1, $2, $3)", row, 3);
  CHECK(!db_next(cur));
  la_cursor_close(cur);
  db_exec(c, "BEGIN");
  la_error e = db_fail(c, "SELECT * FROM net WHERE d = $1", p, 1);
  CHECK(e.exc == LA_EXC_DataError && c->db->driver->status(c->db) == LA_TX_FAILED);
  la_error_clear(&e);
  db_exec(c, "ROLLBACK");
  for (int i = 0; i < 2; i++) la_value_clear(&p[i]), la_value_clear(&row[i]);
  la_connection_release(c);
}

static void errors(void) {
  la_connection *c = connect_with("");
  db_exec(c, "CREATE TEMP TABLE t (id int PRIMARY KEY, name text NOT NULL CONSTRAINT uq UNIQUE, n int CONSTRAINT pos "
             "CHECK (n > 0))");
  db_exec(c, "CREATE TEMP TABLE u (t int CONSTRAINT fk REFERENCES t)");
  db_exec(c, "INSERT INTO t VALUES (1, 'x', 1)");
  la_error e = db_fail(c, "INSERT INTO t VALUES (2, 'x', 1)", NULL, 0);
  CHECK_STR(e.constraint, "uq");
  CHECK_STR(e.table, "t");
  CHECK_STR(e.sqlstate, "23505");
  CHECK_STR(la_error_message(&e),
            "duplicate key value violates unique constraint \"uq\"\nDETAIL:  Key (name)=(x) already exists.");
  CHECK(e.exc == LA_EXC_IntegrityError && e.fail == LA_FAIL_UNIQUE && !e.invalidated);
  la_error_clear(&e);
  e = db_fail(c, "INSERT INTO t VALUES (2, NULL, 1)", NULL, 0);
  CHECK_STR(e.column, "name");
  la_error_clear(&e);
  check_error(c, "INSERT INTO t VALUES (2, 'y', 0)", LA_EXC_IntegrityError, LA_FAIL_CHECK, NULL);
  check_error(c, "INSERT INTO u VALUES (9)", LA_EXC_IntegrityError, LA_FAIL_FOREIGN_KEY, NULL);
  check_error(c, "SELECT * FROM nowhere", LA_EXC_ProgrammingError, LA_FAIL_UNDEFINED,
              "relation \"nowhere\" does not exist\nLINE 1: SELECT * FROM nowhere\n                      ^");
  check_error(c, "SELEC", LA_EXC_ProgrammingError, LA_FAIL_SYNTAX, NULL);
  check_error(c, "SELECT 1; SELECT 2", LA_EXC_ProgrammingError, LA_FAIL_SYNTAX, NULL);
  check_error(c, "SELECT 1/0", LA_EXC_DataError, LA_FAIL_DATA, "division by zero");
  check_error(c, "COPY t TO STDOUT", LA_EXC_NotSupportedError, LA_FAIL_CONNECTION, NULL);
  la_connection_release(c);
  c = connect_with("");
  check_error(c, "COPY nowhere FROM STDIN", LA_EXC_ProgrammingError, LA_FAIL_UNDEFINED, NULL);
  db_exec(c, "BEGIN");
  check_error(c, "SELECT 1/0", LA_EXC_DataError, LA_FAIL_DATA, NULL);
  CHECK(c->db->driver->status(c->db) == LA_TX_FAILED);
  check_error(c, "SELECT 1", LA_EXC_InternalError, LA_FAIL_TRANSACTION, NULL);
  db_exec(c, "ROLLBACK");
  CHECK(!la_connection_exec(c, "CREATE TEMP TABLE s (a int); INSERT INTO s VALUES (1); SELECT 5", LA_SQL_SCRIPT, NULL));
  CHECK(db_int(c, "SELECT count(*) FROM s") == 1);
  CHECK(!la_connection_exec(c, "", 0, NULL));
  la_connection_release(c);
}

static void rowcounts(void) {
  la_connection *c = connect_with("");
  db_exec(c, "CREATE TEMP TABLE t (id serial PRIMARY KEY, name text)");
  la_cursor *cur = db_query(c, "INSERT INTO t (name) SELECT 'x' FROM generate_series(1, 7)", NULL, 0);
  CHECK(!db_next(cur));
  CHECK_INT(cur->stmt->driver->rowcount(cur->stmt), 7);
  la_cursor_close(cur);
  cur = db_query(c, "CREATE TEMP TABLE t2 (id int)", NULL, 0);
  CHECK(!db_next(cur));
  CHECK_INT(cur->stmt->driver->rowcount(cur->stmt), -1);
  la_cursor_close(cur);
  cur = db_query(c, "SELECT id AS n, name FROM t ORDER BY id", NULL, 0);
  CHECK(db_next(cur) && cur->stmt->driver->ncols(cur->stmt) == 2);
  la_dbcolumn col;
  cur->stmt->driver->describe(cur->stmt, 0, &col);
  CHECK(!strcmp(col.name, "n") && col.type == 23);
  la_cursor *other = db_query(c, "SELECT count(*) FROM t", NULL, 0);
  CHECK(db_next(other) && db_value(other, 0).u.i == 7);
  CHECK(db_next(cur) && db_value(cur, 0).u.i == 2);
  la_connection_settle(c);
  la_connection_close(c);
  for (int i = 3; i <= 7; i++) CHECK(db_next(cur) && db_value(cur, 0).u.i == i);
  CHECK(!db_next(cur));
  la_cursor_close(cur);
  la_cursor_close(other);
  la_connection_release(c);
}

static int64_t count_prepared(la_connection *c) { return db_int(c, "SELECT count(*) FROM pg_prepared_statements"); }

static void prepared(void) {
  la_connection *c = connect_with("");
  c->max = 4;
  char sql[64];
  for (int round = 0; round < 3; round++)
    for (int i = 0; i < 4; i++) {
      snprintf(sql, sizeof sql, "SELECT %d + $1::int", i);
      la_value five = la_value_int(5), v = db_scalar(c, sql, &five, 1);
      CHECK(v.tag == LA_V_INT && v.u.i == i + 5);
    }
  CHECK_INT(count_prepared(c), 4);
  la_connection_forget(c);
  CHECK(db_int(c, "SELECT 1") == 1);
  CHECK_INT(count_prepared(c), 0);
  db_exec(c, "CREATE TEMP TABLE t (a int)");
  db_exec(c, "INSERT INTO t VALUES (1)");
  for (int i = 0; i < 3; i++) CHECK(db_int(c, "SELECT * FROM t") == 1);
  db_exec(c, "ALTER TABLE t ADD COLUMN b text DEFAULT 'x'");
  la_cursor *cur = db_query(c, "SELECT * FROM t", NULL, 0);
  CHECK(db_next(cur) && cur->stmt->driver->ncols(cur->stmt) == 2 && db_value(cur, 1).u.s.n == 1);
  la_cursor_close(cur);
  for (int i = 0; i < 3; i++) CHECK(db_int(c, "SELECT * FROM t") == 1);
  db_exec(c, "ALTER TABLE t ALTER a TYPE inet USING NULL");
  la_value v = db_scalar(c, "SELECT * FROM t", NULL, 0);
  CHECK(v.tag == LA_V_NULL);
  for (int i = 0; i < 3; i++) CHECK(db_int(c, "SELECT 7") == 7);
  db_exec(c, "DISCARD ALL");
  CHECK(db_int(c, "SELECT 7") == 7);
  db_exec(c, "CREATE FUNCTION pg_temp.forget() RETURNS int LANGUAGE plpgsql AS "
             "'BEGIN EXECUTE ''DEALLOCATE ALL''; RETURN 0; END'");
  db_exec(c, "BEGIN");
  for (int i = 0; i < 3; i++) CHECK(db_int(c, "SELECT 8") == 8);
  db_exec(c, "DEALLOCATE ALL");
  for (int i = 0; i < 3; i++) CHECK(db_int(c, "SELECT 8") == 8);
  db_exec(c, "SELECT pg_temp.forget()");
  la_error e = db_fail(c, "SELECT 8", NULL, 0);
  CHECK_STR(e.sqlstate, "26000");
  la_error_clear(&e);
  db_exec(c, "ROLLBACK");
  CHECK(db_int(c, "SELECT 8") == 8);
  la_connection_release(c);
  c = connect_with("prepare_threshold=-1");
  for (int i = 0; i < 5; i++) CHECK(db_int(c, "SELECT 9") == 9);
  CHECK_INT(count_prepared(c), 0);
  la_connection_release(c);
}

enum { ROWS = 3000 };

static void fill_rows(la_value *rows) {
  for (int i = 0; i < ROWS; i++) {
    rows[i * 3] = la_value_int(i == 2000 ? 5000000000 : i);
    rows[i * 3 + 1] = i % 10 == 3 ? LA_VALUE_NULL : la_value_str(LA_V_TEXT, la_str_format("name %d", i));
    rows[i * 3 + 2] = i % 7 == 0 ? LA_VALUE_NULL : la_value_real(i / 4.0);
  }
}

static void batches(void) {
  static la_value rows[ROWS * 3];
  la_connection *c = connect_with("");
  la_error e = LA_ERROR_INIT;
  fill_rows(rows);
  db_exec(c, "CREATE TEMP TABLE t (id bigint PRIMARY KEY, name text, r float8)");
  const char *plain = "INSERT INTO t VALUES ($1, $2, $3)",
             *returning = "INSERT INTO t VALUES ($1, $2, $3) RETURNING id, name";
  for (int round = 0; round < 6; round++) {
    const la_sql sql = {round % 2 ? returning : plain, strlen(round % 2 ? returning : plain), 3, NULL, 0, 0, NULL};
    bool tx = round > 1;
    if (tx) db_exec(c, "BEGIN");
    la_cursor *cur;
    CHECK(!la_cursor_open(&cur, c, &sql, &e) && !la_cursor_send_many(cur, rows, 3, ROWS, &e));
    int n = 0;
    while (db_next(cur)) {
      CHECK(db_value(cur, 0).u.i == rows[n * 3].u.i && cur->stmt->driver->set_index(cur->stmt) == (size_t)n);
      n++;
    }
    CHECK_INT(n, round % 2 ? ROWS : 0);
    CHECK_INT(cur->stmt->driver->rowcount(cur->stmt), ROWS);
    CHECK(!c->db->driver->busy(c->db));
    la_cursor_close(cur);
    CHECK_INT(db_int(c, "SELECT count(*) FROM t"), ROWS);
    CHECK_INT(db_int(c, "SELECT count(*) FROM t WHERE name IS NULL"), ROWS / 10);
    db_exec(c, tx ? "ROLLBACK" : "TRUNCATE t");
  }
  la_value_clear(&rows[1500 * 3]);
  rows[1500 * 3] = la_value_int(7);
  const la_sql sql = {plain, strlen(plain), 3, NULL, 0, 0, NULL};
  la_cursor *cur;
  CHECK(!la_cursor_open(&cur, c, &sql, &e) && !la_cursor_send_many(cur, rows, 3, ROWS, &e));
  CHECK(la_cursor_await(cur, &e) == LA_STEP_FAIL && e.fail == LA_FAIL_UNIQUE);
  CHECK_INT(cur->stmt->driver->set_index(cur->stmt), 1500);
  la_error_clear(&e);
  la_cursor_close(cur);
  CHECK_INT(db_int(c, "SELECT count(*) FROM t"), 0);
  la_value_clear(&rows[1500 * 3 + 1]);
  rows[1500 * 3 + 1] = db_bytes(LA_V_TEXT, "a\0", 2);
  db_exec(c, "BEGIN");
  CHECK(!la_cursor_open(&cur, c, &sql, &e) && !la_cursor_send_many(cur, rows, 3, ROWS, &e));
  CHECK(la_cursor_await(cur, &e) == LA_STEP_FAIL && e.exc == LA_EXC_DataError);
  CHECK_INT(cur->stmt->driver->set_index(cur->stmt), 1500);
  la_error_clear(&e);
  la_cursor_close(cur);
  CHECK(la_connection_await(c, &e) == LA_STEP_DONE);
  db_exec(c, "ROLLBACK");
  CHECK(!la_cursor_open(&cur, c, &sql, &e) && !la_cursor_send_many(cur, rows, 3, 1400, &e));
  la_step st = la_cursor_step(cur, &e);
  CHECK(st != LA_STEP_FAIL);
  la_cursor_close(cur);
  CHECK(db_int(c, "SELECT 5") == 5);
  for (int i = 0; i < ROWS * 3; i++) la_value_clear(&rows[i]);
  la_connection_release(c);
}

static void streams(void) {
  la_connection *c = connect_with("");
  la_error e = LA_ERROR_INIT;
  const char *text = "SELECT n, repeat('x', 100) FROM generate_series(1, $1) AS n";
  la_value many = la_value_int(2500);
  for (int tx = 0; tx < 2; tx++) {
    if (tx) db_exec(c, "BEGIN");
    const la_sql sql = {text, strlen(text), 1, NULL, LA_SQL_STREAM, tx ? 100 : 0, NULL};
    for (int round = 0; round < 2; round++) {
      la_cursor *cur;
      CHECK(!la_cursor_open(&cur, c, &sql, &e) && !la_cursor_send(cur, &many, 1, &e));
      int n = 0;
      while (db_next(cur)) {
        CHECK(db_value(cur, 0).u.i == ++n && db_value(cur, 1).u.s.n == 100);
        if (tx && n % 700 == 0) CHECK(db_int(c, "SELECT 3") == 3);
        if (!tx && n == 1) CHECK(c->db->driver->busy(c->db));
      }
      CHECK_INT(n, 2500);
      la_cursor_close(cur);
      CHECK(db_int(c, "SELECT count(*) FROM pg_cursors WHERE name <> ''") == 0);
    }
    la_cursor *half;
    CHECK(!la_cursor_open(&half, c, &sql, &e) && !la_cursor_send(half, &many, 1, &e) && db_next(half));
    la_cursor_close(half);
    CHECK(db_int(c, "SELECT 4") == 4);
    CHECK(!la_cursor_open(&half, c, &sql, &e) && !la_cursor_send(half, &many, 1, &e) && db_next(half));
    la_connection_settle(c);
    CHECK(la_cursor_await(half, &e) == LA_STEP_FAIL);
    la_error_clear(&e);
    la_cursor_close(half);
  }
  CHECK(la_connection_await(c, &e) == LA_STEP_DONE);
  db_exec(c, "COMMIT");
  const la_sql none = {"SELECT 1 WHERE false", 20, 0, NULL, LA_SQL_STREAM, 0, NULL};
  la_cursor *cur;
  CHECK(!la_cursor_open(&cur, c, &none, &e) && !la_cursor_send(cur, NULL, 0, &e) && !db_next(cur));
  CHECK_INT(cur->stmt->driver->ncols(cur->stmt), 1);
  la_cursor_close(cur);
  la_connection_release(c);
}

static void begin_with_next(la_connection *c) {
  la_error e = LA_ERROR_INIT;
  CHECK_INT(la_connection_before(c, "BEGIN", &e), 1);
  CHECK_INT(c->db->driver->status(c->db), LA_TX_NONE);
}

static void check_begun(la_connection *c, la_txstatus status) {
  CHECK(!c->db->before);
  CHECK_INT(c->db->driver->status(c->db), status);
  db_exec(c, "ROLLBACK");
}

/* What goes before a statement goes with it, whatever kind of statement it is. */
static void going_before(void) {
  la_connection *c = connect_with("prepare_threshold=1");
  la_error e = LA_ERROR_INIT;
  for (int round = 0; round < 3; round++) { /* unprepared, prepared, in binary */
    begin_with_next(c);
    CHECK_INT(db_int(c, "SELECT 1"), 1);
    check_begun(c, LA_TX_OPEN);
  }
  begin_with_next(c);
  db_exec(c, "SAVEPOINT first");
  check_begun(c, LA_TX_OPEN);
  for (unsigned flags = LA_SQL_STREAM;; flags = LA_SQL_SCRIPT) {
    db_work work = {.sql = "SELECT generate_series(1, 3000)", .nsets = 1, .flags = flags};
    begin_with_next(c);
    CHECK(!db_run(c, &work, &e));
    check_begun(c, LA_TX_OPEN);
    if (flags == LA_SQL_SCRIPT) break;
  }
  const la_value two[] = {la_value_int(1), la_value_int(2)};
  db_work batch = {.sql = "SELECT $1::int", .params = two, .n = 1, .nsets = 2};
  begin_with_next(c);
  CHECK(!db_run(c, &batch, &e));
  check_begun(c, LA_TX_OPEN);
  const la_value null = LA_VALUE_NULL; /* a parameter without a type: tried again in the same transaction */
  la_cursor *cur;
  begin_with_next(c);
  cur = db_query(c, "SELECT $1 IS NULL", &null, 1);
  CHECK(db_next(cur) && db_value(cur, 0).u.i == 1);
  la_cursor_close(cur);
  check_begun(c, LA_TX_OPEN);
  la_connection_release(c);
}

static void failing_behind(void) {
  la_connection *c = connect_with("");
  la_error e = LA_ERROR_INIT;
  begin_with_next(c);
  check_error(c, "SELECT 1 / 0", LA_EXC_DataError, LA_FAIL_DATA, NULL);
  check_begun(c, LA_TX_FAILED);
  CHECK_INT(la_connection_before(c, "BEGIN NONSENSE", &e), 1);
  check_error(c, "SELECT 1", LA_EXC_ProgrammingError, LA_FAIL_SYNTAX, NULL);
  CHECK_INT(c->db->driver->status(c->db), LA_TX_NONE);
  const la_value nul =
      db_bytes(LA_V_TEXT, "\0", 1); /* fails before anything is sent: the next statement takes BEGIN along */
  begin_with_next(c);
  e = db_fail(c, "SELECT $1::text", &nul, 1);
  la_error_clear(&e);
  CHECK(c->db->before != NULL);
  CHECK_INT(db_int(c, "SELECT 2"), 2);
  check_begun(c, LA_TX_OPEN);
  begin_with_next(c);
  CHECK_INT(la_connection_before(c, NULL, &e), 1);
  CHECK_INT(db_int(c, "SELECT 3"), 3);
  CHECK_INT(c->db->driver->status(c->db), LA_TX_NONE);
  la_str_release(nul.u.s);
  la_connection_release(c);
}

static void deadlines(void) {
  la_connection *c = connect_with("");
  for (int i = 0; i < 2; i++) {
    c->db->deadline = la_deadline_in(0.1);
    int64_t before = la_now_ns();
    la_error e = db_fail(c, "SELECT pg_sleep(5)", NULL, 0);
    CHECK(e.fail == LA_FAIL_TIMEOUT && !e.invalidated && la_now_ns() - before < 300000000);
    CHECK_STR(e.sqlstate, "57014");
    la_error_clear(&e);
    c->db->deadline = la_deadline_in(2);
    CHECK(db_int(c, "SELECT 1") == 1);
  }
  c->db->deadline = 0;
  la_cursor *cur = db_query(c, "SELECT pg_sleep(5)", NULL, 0);
  CHECK(la_cursor_step(cur, NULL) == LA_STEP_READ);
  poll(NULL, 0, 200); /* a server that has not yet begun forgets the request to cancel */
  c->db->driver->cancel(c->db);
  la_error e = LA_ERROR_INIT;
  CHECK(la_cursor_await(cur, &e) == LA_STEP_FAIL && e.fail == LA_FAIL_CANCELLED);
  la_error_clear(&e);
  la_cursor_close(cur);
  CHECK(db_int(c, "SELECT 1") == 1);
  cur = db_query(c, "SELECT pg_sleep(5)", NULL, 0);
  CHECK(la_cursor_step(cur, NULL) == LA_STEP_READ);
  la_cursor *other;
  CHECK(!(other = db_try(c, "SELECT 2", NULL, 0, &e)) && e.exc == LA_EXC_InterfaceError);
  la_error_clear(&e);
  la_cursor_close(cur);
  int64_t before = la_now_ns();
  CHECK(db_int(c, "SELECT 1") == 1 && la_now_ns() - before < 500000000);
  la_connection_release(c);
}

static void lost_connections(void) {
  la_connection *c = connect_with(""), *killer = connect_with("");
  char sql[64];
  snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d)", (int)db_int(c, "SELECT pg_backend_pid()"));
  db_exec(c, "BEGIN");
  CHECK(c->db->driver->alive(c->db));
  db_exec(killer, sql);
  nanosleep(&(struct timespec){0, 50000000}, NULL);
  la_connection *d = c;
  la_error e = LA_ERROR_INIT;
  CHECK(la_connection_exec(c, "COMMIT", LA_SQL_COMMIT, &e));
  CHECK(e.invalidated && e.outcome == LA_OUTCOME_UNKNOWN && e.exc == LA_EXC_OperationalError);
  CHECK_INT(e.fail, LA_FAIL_CONNECTION);
  la_error_clear(&e);
  CHECK(!la_connection_usable(d));
  la_connection_release(d);
  c = connect_with("");
  snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%d)", (int)db_int(c, "SELECT pg_backend_pid()"));
  db_exec(killer, sql);
  nanosleep(&(struct timespec){0, 50000000}, NULL);
  CHECK(!c->db->driver->alive(c->db));
  e = db_fail(c, "SELECT 1", NULL, 0);
  CHECK(e.invalidated && e.outcome == LA_OUTCOME_NONE);
  la_error_clear(&e);
  la_connection_release(c);
  la_connection_release(killer);
}

static void forks(void) {
  la_connection *c = connect_with("");
  db_exec(c, "BEGIN");
  pid_t child = fork();
  if (!child) {
    bool ok = !la_connection_usable(c);
    la_connection_release(c);
    _exit(ok ? 0 : 1);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  CHECK(db_int(c, "SELECT 1") == 1);
  db_exec(c, "COMMIT");
  la_connection_release(c);
}

static la_error fail_connect(const char *text, double seconds) {
  la_error e = LA_ERROR_INIT;
  la_url *u;
  la_conninfo info;
  la_connection *c;
  CHECK(!la_url_parse(&u, text, strlen(text), &e) && !la_url_conninfo(&info, u, &e));
  if (!la_driver_libpq()->configure(&info, &e) &&
      !la_connection_open(&c, la_driver_libpq(), &info, la_deadline_in(seconds), 0, 0, &e)) {
    CHECK(la_connection_await(c, &e) == LA_STEP_FAIL);
    la_connection_release(c);
  }
  la_conninfo_clear(&info);
  la_url_release(u);
  return e;
}

static void refused_connections(void) {
  la_error e = fail_connect("postgresql://u:secret@127.0.0.1:1/db", 5);
  CHECK(e.exc == LA_EXC_OperationalError && e.fail == LA_FAIL_CONNECTION && e.retryable && e.invalidated);
  CHECK(!strstr(la_error_message(&e), "secret") && strstr(la_error_message(&e), "port 1 failed"));
  la_error_clear(&e);
  int64_t before = la_now_ns();
  e = fail_connect("postgresql://u:secret@10.255.255.1:5432/db", 0.2);
  CHECK(la_now_ns() - before < 400000000);
  CHECK(e.fail == LA_FAIL_TIMEOUT || e.fail == LA_FAIL_CONNECTION);
  la_error_clear(&e);
  e = fail_connect("postgresql://u@no.such.host.invalid/db", 10);
  CHECK(strstr(la_error_message(&e), "could not translate host name \"no.such.host.invalid\" to address") != NULL);
  la_error_clear(&e);
  e = fail_connect("postgresql://h/db?sslmod=x", 1);
  CHECK_STR(la_error_message(&e), "PostgreSQL: invalid connection option \"sslmod\"");
  la_error_clear(&e);
  e = fail_connect("postgresql:///db?host=h1:1&host=h2&port=3", 1);
  CHECK(e.exc == LA_EXC_ArgumentError);
  la_error_clear(&e);
  e = fail_connect("postgresql:///db?host=h1,h2&port=3,4,5", 1);
  CHECK_STR(la_error_message(&e), "number of hosts and ports don't match");
  la_error_clear(&e);
}

static void notice(void *user, const char *severity, const char *text) {
  if (!strcmp(severity, "NOTICE") && !strcmp(text, "hello")) ++*(int *)user;
}

/* A batch as arrays: the same rows in the same order, of the other text. */
static void batches_in_arrays(void) {
  static la_value rows[ROWS * 3];
  la_connection *c = connect_with("");
  la_error e = LA_ERROR_INIT;
  fill_rows(rows);
  db_exec(c, "CREATE TEMP TABLE t (id bigint PRIMARY KEY, name text, r float8)");
  const char *text = "INSERT INTO t VALUES ($1, $2, $3) RETURNING id, name";
  la_str *arrays = la_str_from("INSERT INTO t SELECT * FROM unnest($1, $2, $3) RETURNING -id, name");
  for (int round = 0; round < 4; round++) {
    const la_sql sql = {text, strlen(text), 3, NULL, 0, 0, NULL};
    if (round > 1) db_exec(c, "BEGIN");
    la_cursor *cur;
    CHECK(!la_cursor_open(&cur, c, &sql, &e));
    cur->stmt->arrays = arrays;
    CHECK(!la_cursor_send_many(cur, rows, 3, ROWS, &e));
    int n = 0;
    for (; db_next(cur); n++) {
      CHECK(db_value(cur, 0).u.i == -rows[n * 3].u.i);
      CHECK(db_value(cur, 1).tag == rows[n * 3 + 1].tag);
    }
    CHECK_INT(n, ROWS);
    CHECK_INT(cur->stmt->driver->rowcount(cur->stmt), ROWS);
    la_cursor_close(cur);
    if (round > 1) db_exec(c, "COMMIT");
    CHECK_INT(db_int(c, "SELECT count(*) FROM t WHERE name IS NULL"), ROWS / 10);
    db_exec(c, "DELETE FROM t");
  }
  la_str_release(arrays);
  for (int i = 0; i < ROWS * 3; i++) la_value_clear(&rows[i]);
  la_connection_release(c);
}

static void notices(void) {
  la_connection *c = connect_with("application_name=spec%20of%20'core'");
  int n = 0;
  db_exec(c, "DO $$ BEGIN RAISE NOTICE 'hello'; END $$");
  c->db->notice = notice;
  c->db->notice_user = &n;
  db_exec(c, "DO $$ BEGIN RAISE NOTICE 'hello'; END $$");
  CHECK_INT(n, 1);
  CHECK_STR(c->db->driver->parameter(c->db, "application_name"), "spec of 'core'");
  CHECK(c->db->driver->server_version(c->db) > 90000);
  la_connection_release(c);
}

static void without_memory(void) {
  la_array *a = la_array_new(2);
  a->v[0] = db_text("x");
  a->v[1] = db_text("y");
  const la_value rows[] = {la_value_int(1),       {LA_V_ARRAY, 0, 0, {.a = a}}, db_text("text"),
                           la_value_int(1 << 30), {LA_V_ARRAY, 0, 0, {.a = a}}, LA_VALUE_NULL};
  db_work work = {
      la_driver_libpq(), url, "SELECT $1, $2, concat($3), 0.0000000001, '\\xff'::bytea", rows, 3, 1, 0, 3, NULL};
  CHECK_SWEEP(db_sweep, &work);
  work.nsets = 2;
  CHECK_SWEEP(db_sweep, &work);
  work.nsets = 1;
  work.flags = LA_SQL_STREAM;
  CHECK_SWEEP(db_sweep, &work);
  la_value sets[20];
  for (int i = 0; i < 20; i++) sets[i] = i % 2 ? db_text("::1") : LA_VALUE_NULL;
  la_str *arrays = la_str_from("SELECT concat(x) FROM unnest($1) AS u(x)");
  work = (db_work){la_driver_libpq(), url, "SELECT concat($1::inet)", sets, 1, 20, 0, 2, arrays};
  CHECK_SWEEP(db_sweep, &work);
  la_str_release(arrays);
  for (int i = 0; i < 20; i++) la_value_clear(&sets[i]);
  la_array_release(a);
  la_str_release(rows[2].u.s);
}

int main(void) {
  url = getenv("LA_TEST_PG");
  if (!url) {
    puts("pending: LA_TEST_PG names no server");
    CHECK(la_driver_libpq()->open != NULL);
    refused_connections();
    return check_done();
  }
  values();
  numbers();
  impossible_values();
  arrays();
  parameters();
  inference();
  errors();
  rowcounts();
  prepared();
  batches();
  batches_in_arrays();
  streams();
  going_before();
  failing_behind();
  deadlines();
  lost_connections();
  forks();
  refused_connections();
  notices();
  without_memory();
  return check_done();
}
