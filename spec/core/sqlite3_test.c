/* sqlite3_test.c - the driver of SQLite. */
#include <sys/wait.h>
#include <unistd.h>

#include "support/database.h"

const la_driver *la_driver_sqlite3(void);

static la_connection *memory(void) { return db_open(la_driver_sqlite3(), "sqlite://"); }

static void values(void) {
  la_connection *c = memory();
  db_exec(c, "CREATE TABLE t (i INTEGER, r REAL, s TEXT, b BLOB, n TEXT)");
  la_value row[] = {la_value_int(INT64_MIN), la_value_real(0.1), db_bytes(LA_V_TEXT, "a\0b", 3),
                    db_bytes(LA_V_BLOB, "\0\xff", 2), LA_VALUE_NULL};
  la_cursor *cur = db_query(c, "INSERT INTO t VALUES (?, ?, ?, ?, ?)", row, 5);
  CHECK(!db_next(cur));
  CHECK(cur->stmt->driver->rowcount(cur->stmt) == 1);
  CHECK(c->db->driver->last_insert_id(c->db) == 1);
  la_cursor_close(cur);
  cur = db_query(c, "SELECT i, r, s, b, n, '' AS e, x'' FROM t", NULL, 0);
  CHECK(db_next(cur));
  CHECK(cur->stmt->driver->ncols(cur->stmt) == 7);
  for (int i = 0; i < 5; i++) {
    la_cell got = db_value(cur, i);
    la_value v;
    CHECK(!la_cell_to_value(&v, &got, NULL));
    CHECK(la_value_eq(&v, &row[i]));
    la_value_clear(&v);
  }
  CHECK(db_value(cur, 5).tag == LA_V_TEXT && db_value(cur, 5).u.s.n == 0);
  CHECK(db_value(cur, 6).tag == LA_V_BLOB && db_value(cur, 6).u.s.p != NULL);
  la_dbcolumn col;
  cur->stmt->driver->describe(cur->stmt, 5, &col);
  CHECK_TEXT(col.name, col.name_len, "e");
  cur->stmt->driver->describe(cur->stmt, 0, &col);
  CHECK_STR(col.decltype, "INTEGER");
  CHECK(!db_next(cur));
  CHECK(!db_next(cur));
  la_cursor_close(cur);
  for (int i = 0; i < 5; i++) la_value_clear(&row[i]);
  la_connection_release(c);
}

static void check_error(la_error e, la_exc exc, la_fail fail, const char *message) {
  CHECK(e.exc == exc);
  CHECK(e.fail == fail);
  CHECK_STR(la_error_message(&e), message);
  la_error_clear(&e);
}

static void errors(void) {
  la_connection *c = memory();
  db_exec(c, "PRAGMA foreign_keys = ON");
  db_exec(
      c,
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, a INT, b INT, CONSTRAINT pos CHECK (a > 0), "
      "UNIQUE (a, b))");
  db_exec(c, "CREATE TABLE u (t INT REFERENCES t (id))");
  db_exec(c, "INSERT INTO t VALUES (1, 'x', 1, 1)");
  la_error e = db_fail(c, "INSERT INTO t VALUES (2, 'x', 2, 2)", NULL, 0);
  CHECK_STR(e.table, "t");
  CHECK_STR(e.column, "name");
  CHECK(e.native == 2067);
  check_error(e, LA_EXC_IntegrityError, LA_FAIL_UNIQUE, "UNIQUE constraint failed: t.name");
  e = db_fail(c, "INSERT INTO t VALUES (2, 'y', 1, 1)", NULL, 0);
  CHECK_STR(e.column, "a, b");
  check_error(e, LA_EXC_IntegrityError, LA_FAIL_UNIQUE, "UNIQUE constraint failed: t.a, t.b");
  db_exec(c, "CREATE UNIQUE INDEX ix ON t (lower(name))");
  e = db_fail(c, "INSERT INTO t VALUES (2, 'X', 2, 2)", NULL, 0);
  CHECK_STR(e.constraint, "ix");
  check_error(e, LA_EXC_IntegrityError, LA_FAIL_UNIQUE, "UNIQUE constraint failed: index 'ix'");
  e = db_fail(c, "INSERT INTO t VALUES (2, NULL, 2, 2)", NULL, 0);
  check_error(e, LA_EXC_IntegrityError, LA_FAIL_NOT_NULL, "NOT NULL constraint failed: t.name");
  e = db_fail(c, "INSERT INTO t VALUES (2, 'y', -1, 2)", NULL, 0);
  CHECK_STR(e.constraint, "pos");
  check_error(e, LA_EXC_IntegrityError, LA_FAIL_CHECK, "CHECK constraint failed: pos");
  check_error(db_fail(c, "INSERT INTO u VALUES (7)", NULL, 0), LA_EXC_IntegrityError, LA_FAIL_FOREIGN_KEY,
              "FOREIGN KEY constraint failed");
  check_error(db_fail(c, "SELECT * FROM nowhere", NULL, 0), LA_EXC_OperationalError, LA_FAIL_UNDEFINED,
              "no such table: nowhere");
  check_error(db_fail(c, "SELEC", NULL, 0), LA_EXC_OperationalError, LA_FAIL_SYNTAX, "near \"SELEC\": syntax error");
  check_error(db_fail(c, "CREATE TABLE t (x)", NULL, 0), LA_EXC_OperationalError, LA_FAIL_DUPLICATE,
              "table t already exists");
  check_error(db_fail(c, "SELECT 1; SELECT 2", NULL, 0), LA_EXC_ProgrammingError, LA_FAIL_NONE,
              "You can only execute one statement at a time.");
  check_error(db_fail(c, "SELECT \"typo\"", NULL, 0), LA_EXC_OperationalError, LA_FAIL_UNDEFINED,
              "no such column: typo");
  check_error(db_fail(c, "SELECT ?", NULL, 0), LA_EXC_ProgrammingError, LA_FAIL_NONE,
              "Incorrect number of bindings supplied. The current statement uses 1, and there are 0 supplied.");
  la_value nan = la_value_real(0.0 / 0.0);
  check_error(db_fail(c, "SELECT ?", &nan, 1), LA_EXC_DataError, LA_FAIL_DATA,
              "Error binding parameter 1: SQLite has no NaN, it would be stored as NULL");
  check_error(db_fail(c, "COMMIT", NULL, 0), LA_EXC_OperationalError, LA_FAIL_TRANSACTION,
              "cannot commit - no transaction is active");
  CHECK(!la_connection_exec(c, "SELECT 1; -- that is all\n /* really */ ;", 0, NULL));
  CHECK(!la_connection_exec(c, "  -- nothing", 0, NULL));
  CHECK(
      !la_connection_exec(c, "CREATE TABLE s1 (a); INSERT INTO s1 VALUES (1); SELECT * FROM s1", LA_SQL_SCRIPT, NULL));
  CHECK(db_int(c, "SELECT count(*) FROM s1") == 1);
  la_connection_release(c);
}

static void batches(void) {
  la_connection *c = memory();
  la_error e = LA_ERROR_INIT;
  db_exec(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE)");
  enum { ROWS = 1000 };
  static la_value rows[ROWS * 2];
  for (int i = 0; i < ROWS; i++) {
    rows[i * 2] = la_value_int(i + 1);
    rows[i * 2 + 1] = la_value_str(LA_V_TEXT, la_str_format("name %d", i));
  }
  const char *sql = "INSERT INTO t VALUES (?, ?) RETURNING id";
  const la_sql text = {sql, strlen(sql), 2, NULL, 0, 0, NULL};
  la_cursor *cur;
  CHECK(!la_cursor_open(&cur, c, &text, &e));
  CHECK(!la_cursor_send_many(cur, rows, 2, ROWS, &e));
  int n = 0;
  while (db_next(cur)) {
    CHECK(db_value(cur, 0).u.i == ++n);
    CHECK(cur->stmt->driver->set_index(cur->stmt) == (size_t)n - 1);
  }
  CHECK(n == ROWS);
  CHECK(cur->stmt->driver->rowcount(cur->stmt) == ROWS);
  CHECK(!la_cursor_send_many(cur, rows, 2, 0, &e) && !db_next(cur));
  rows[0].u.i = 5000;
  la_value_clear(&rows[1]);
  rows[1] = db_text("new");
  CHECK(!la_cursor_send_many(cur, rows, 2, 3, &e));
  la_step st;
  while ((st = la_cursor_await(cur, &e)) == LA_STEP_ROW) continue;
  CHECK(st == LA_STEP_FAIL && e.exc == LA_EXC_IntegrityError);
  CHECK(cur->stmt->driver->set_index(cur->stmt) == 1);
  la_error_clear(&e);
  la_cursor_close(cur);
  for (int i = 0; i < ROWS * 2; i++) la_value_clear(&rows[i]);
  la_connection_release(c);
}

static void locks(void) {
  char url[64], file[] = "/tmp/la_sqlite3_test_XXXXXX";
  close(mkstemp(file));
  snprintf(url, sizeof url, "sqlite:///%s?timeout=0.2", file);
  la_connection *a = db_open(la_driver_sqlite3(), url), *b = db_open(la_driver_sqlite3(), url);
  db_exec(a, "CREATE TABLE t (x)");
  db_exec(a, "INSERT INTO t VALUES (1), (2), (3)");
  db_exec(a, "BEGIN IMMEDIATE");
  int64_t before = la_now_ns();
  la_error e = db_fail(b, "INSERT INTO t VALUES (4)", NULL, 0);
  int64_t waited = la_now_ns() - before;
  CHECK(e.retryable && waited > 150000000 && waited < 400000000);
  check_error(e, LA_EXC_OperationalError, LA_FAIL_BUSY, "database is locked");
  b->db->deadline = la_deadline_in(0.05);
  before = la_now_ns();
  e = db_fail(b, "INSERT INTO t VALUES (4)", NULL, 0);
  CHECK(la_now_ns() - before < 100000000);
  la_error_clear(&e);
  b->db->deadline = 0;
  db_exec(a, "ROLLBACK");

  la_cursor *half = db_query(a, "SELECT x FROM t ORDER BY x", NULL, 0);
  CHECK(db_next(half));
  db_exec(a, "BEGIN");
  db_exec(a, "INSERT INTO t VALUES (9)");
  db_exec(a, "COMMIT");
  db_exec(b, "INSERT INTO t VALUES (10)");
  CHECK(db_next(half) && db_value(half, 0).u.i == 2);
  la_cursor *other = db_query(a, "SELECT x FROM t ORDER BY x DESC", NULL, 0);
  CHECK(db_next(other));
  db_exec(a, "DROP TABLE t");
  CHECK(db_next(other) && db_value(other, 0).u.i == 9);
  CHECK(db_next(half) && db_value(half, 0).u.i == 3 && !db_next(half));
  la_cursor_close(half);
  la_cursor_close(other);

  db_exec(a, "CREATE TABLE t (x)");
  db_exec(a, "INSERT INTO t VALUES (1), (2)");
  half = db_query(a, "SELECT 'row ' || x FROM t", NULL, 0);
  CHECK(db_next(half));
  la_connection_settle(a);
  la_connection_close(a);
  CHECK(db_next(half));
  CHECK_TEXT(db_value(half, 0).u.s.p, db_value(half, 0).u.s.n, "row 2");
  CHECK(!db_next(half));
  la_cursor_close(half);

  db_exec(b, "BEGIN EXCLUSIVE");
  pid_t child = fork();
  if (!child) {
    bool ok = !la_connection_usable(b);
    la_connection_close(b);
    la_connection_release(b);
    _exit(ok ? 0 : 1);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  db_exec(b, "COMMIT");
  la_connection_release(a);
  la_connection_release(b);
  unlink(file);
}

static void deadlines(void) {
  la_connection *c = memory();
  c->db->deadline = la_deadline_in(0.05);
  int64_t before = la_now_ns();
  la_error e =
      db_fail(c, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n", NULL, 0);
  CHECK(la_now_ns() - before < 150000000);
  check_error(e, LA_EXC_OperationalError, LA_FAIL_TIMEOUT, "interrupted");
  c->db->deadline = 0;
  CHECK(db_int(c, "SELECT 1") == 1);
  la_connection_release(c);
}

static int twice(void *user, const la_cell *args, int n, la_value *out, la_error *err) {
  (void)user, (void)n;
  if (args[0].tag != LA_V_INT) return la_fail_with(err, LA_EXC_ArgumentError, "twice: an integer is needed");
  *out = la_value_int(args[0].u.i * 2);
  return 0;
}

static int sum_step(void *user, void **state, const la_cell *args, int n, la_error *err) {
  (void)user, (void)n, (void)err;
  if (!*state) *state = la_calloc(sizeof(int64_t));
  *(int64_t *)*state += args[0].u.i;
  return 0;
}

static int sum_final(void *user, void **state, la_value *out, la_error *err) {
  (void)user, (void)err;
  *out = la_value_int(*state ? *(int64_t *)*state : 0);
  la_free(*state);
  return 0;
}

static void dropped(void *user) { ++*(int *)user; }

static int backwards(void *user, const char *a, size_t an, const char *b, size_t bn) {
  (void)user;
  int r = memcmp(a, b, an < bn ? an : bn);
  return -(r ? r : an < bn ? -1 : an > bn);
}

static void functions(void) {
  la_connection *c = memory();
  int drops = 0;
  const la_driver *d = c->db->driver;
  CHECK(!d->create_function(c->db, &(la_db_function){"twice", 1, true, &drops, twice, NULL, NULL, dropped}, NULL));
  CHECK(!d->create_function(c->db, &(la_db_function){"mysum", 1, true, NULL, NULL, sum_step, sum_final, NULL}, NULL));
  CHECK(!d->create_collation(c->db, &(la_db_collation){"backwards", &drops, backwards, dropped}, NULL));
  CHECK(db_int(c, "SELECT twice(21)") == 42);
  CHECK(db_int(c, "SELECT mysum(x) FROM (SELECT 1 AS x UNION SELECT 5)") == 6);
  CHECK(db_int(c, "SELECT mysum(x) FROM (SELECT 1 AS x) WHERE x > 1") == 0);
  CHECK(db_int(c, "SELECT 'a' < 'b' COLLATE backwards") == 0);
  check_error(db_fail(c, "SELECT twice('x')", NULL, 0), LA_EXC_OperationalError, LA_FAIL_OTHER,
              "twice: an integer is needed");
  db_exec(c, "CREATE TABLE t (x CHECK (twice(x) > 2))");
  la_connection_release(c);
  CHECK(drops == 2);
}

static void cache(void) {
  la_connection *c = memory();
  c->max = 3;
  char sql[32];
  for (int round = 0; round < 2; round++)
    for (int i = 0; i < 5; i++) {
      snprintf(sql, sizeof sql, "SELECT %d", i);
      CHECK(db_int(c, sql) == i);
    }
  CHECK(c->n == 3 && c->prepared == 10 && c->reused == 0);
  CHECK(db_int(c, "SELECT 4") == 4 && c->reused == 1);
  la_cursor *a = db_query(c, "SELECT 4", NULL, 0), *b = db_query(c, "SELECT 4", NULL, 0);
  CHECK(a->stmt != b->stmt && c->n == 2);
  la_cursor_close(a);
  la_cursor_close(b);
  CHECK(c->n == 3);
  la_cursor *open = db_query(c, "SELECT 7", NULL, 0);
  la_connection_release(c);
  CHECK(db_next(open));
  la_cursor_close(open);
}

static void options(void) {
  static const struct {
    const char *url, *error;
  } bad[] = {
      {"sqlite://user@host/x.db", "Invalid SQLite URL: sqlite://user@host/x.db\nValid SQLite URL forms are:\n"
                                  " sqlite:///:memory: (or, sqlite://)\n sqlite:///relative/path/to/file.db\n"
                                  " sqlite:////absolute/path/to/file.db"},
      {"sqlite://?timeout=soon", "SQLite: connect argument 'timeout' must be a number of seconds"},
      {"sqlite:///x?mode=ro", NULL},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    la_error e = LA_ERROR_INIT;
    la_url *u;
    la_conninfo info;
    CHECK(!la_url_parse(&u, bad[i].url, strlen(bad[i].url), &e));
    CHECK(!la_url_conninfo(&info, u, &e));
    CHECK(la_driver_sqlite3()->configure(&info, &e) && e.exc == LA_EXC_ArgumentError);
    if (bad[i].error) CHECK_STR(la_error_message(&e), bad[i].error);
    la_error_clear(&e);
    la_conninfo_clear(&info);
    la_url_release(u);
  }
  la_connection *c = db_open(la_driver_sqlite3(), "sqlite:///file::memory:?cache=shared&uri=true");
  CHECK(db_int(c, "SELECT 1") == 1);
  la_connection_release(c);
}

static void without_memory(void) {
  const la_value row[] = {la_value_int(1), db_text("some text"), {LA_V_DATE, 0, 0, {.i = 700000}}};
  db_work work = {la_driver_sqlite3(),
                  "sqlite:///:memory:?timeout=1",
                  "SELECT ?, ?, ? UNION SELECT 1, 2, 3",
                  row,
                  3,
                  1,
                  0,
                  2,
                  NULL};
  CHECK_SWEEP(db_sweep, &work);
  work = (db_work){la_driver_sqlite3(), "sqlite://", "SELECT 1; SELECT 2", NULL, 0, 1, LA_SQL_SCRIPT, 1, NULL};
  CHECK_SWEEP(db_sweep, &work);
  la_str_release(row[1].u.s);
}

static int hold_rows(void *arg) {
  la_connection *c = arg;
  la_error e = LA_ERROR_INIT;
  const db_work work = {
      NULL, NULL, "SELECT x, 'text' FROM (SELECT 1 AS x UNION SELECT 2 UNION SELECT 3)", NULL, 0, 1, 0, 1, NULL};
  const la_sql sql = {work.sql, strlen(work.sql), 0, NULL, 0, 0, NULL};
  la_cursor *cur;
  if (la_cursor_open(&cur, c, &sql, &e)) return la_error_clear(&e), -1;
  int rc = la_cursor_send(cur, NULL, 0, &e);
  la_connection_settle(c);
  if (!rc) rc = db_read(cur, &e);
  la_cursor_close(cur);
  la_error_clear(&e);
  return rc;
}

static void holding_without_memory(void) {
  la_connection *c = memory();
  CHECK_SWEEP(hold_rows, c);
  la_connection_release(c);
}

static int64_t next_id(la_cursor *cur) {
  CHECK(db_next(cur));
  CHECK(cur->stmt->driver->ncols(cur->stmt) == 1);
  la_cell cell = db_value(cur, 0);
  CHECK(cell.tag == LA_V_INT);
  return cell.u.i;
}

static void ids(void) {
  la_connection *c = memory();
  la_error e = LA_ERROR_INIT;
  db_exec(c, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)");
  db_exec(c, "CREATE TABLE log (x INTEGER)");
  db_exec(c, "INSERT INTO t VALUES (5, 0)");
  db_exec(c, "CREATE TRIGGER skip BEFORE INSERT ON t WHEN new.n = 2 BEGIN SELECT RAISE(IGNORE); END");
  db_exec(c, "CREATE TRIGGER note AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.n); END");
  const la_value rows[] = {la_value_int(1), la_value_int(2), la_value_int(3), la_value_int(4)};
  const char *text = "INSERT INTO t (n) VALUES (?)";
  const la_sql sql = {text, strlen(text), 1, NULL, 0, 0, NULL};
  la_cursor *cur;
  CHECK(!la_cursor_open(&cur, c, &sql, &e) && !la_cursor_send_many(cur, rows, 1, 4, &e));
  cur->stmt->driver->give_ids(cur->stmt);
  CHECK(next_id(cur) == 6 && next_id(cur) == 7); /* none for the row that was skipped */
  la_connection_settle(c);
  CHECK(next_id(cur) == 8 && !db_next(cur));
  la_cursor_close(cur);
  CHECK(db_int(c, "SELECT count(*) FROM t") == 4);
  CHECK(!la_cursor_open(&cur, c, &sql, &e) && !la_cursor_send_many(cur, rows, 1, 1, &e));
  CHECK(!db_next(cur));
  la_cursor_close(cur);
  la_connection_release(c);
}

int main(void) {
  without_memory();
  holding_without_memory();
  values();
  errors();
  batches();
  ids();
  locks();
  deadlines();
  functions();
  cache();
  options();
  return check_done();
}
