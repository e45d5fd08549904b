/* libpq_stream_test.c - the driver of PostgreSQL asks for the next rows of a cursor while those at hand are read, where
 * LA_TEST_PG names a server. */
#include "support/database.h"

const la_driver *la_driver_libpq(void);

static const char *url;

/* Begins to read the rows of sql, a hundred at a time. */
static la_cursor *stream(la_connection *c, const char *sql) {
  const la_sql text = {sql, strlen(sql), 0, NULL, LA_SQL_STREAM, 100, NULL};
  la_error e = LA_ERROR_INIT;
  la_cursor *cur;
  CHECK(la_connection_await(c, &e) == LA_STEP_DONE);
  CHECK(!la_cursor_open(&cur, c, &text, &e) && !la_cursor_send(cur, NULL, 0, &e));
  return cur;
}

/* Reads the rows from..to, one number each. */
static void read_rows(la_cursor *cur, int from, int to) {
  for (int n = from; n <= to; n++) {
    cur->stmt->wanted = UINT32_MAX;
    CHECK(db_next(cur) && db_value(cur, 0).u.i == n);
  }
}

static la_txstatus status(la_connection *c) { return c->db->driver->status(c->db); }

static void reading(void) {
  la_connection *c = db_open(la_driver_libpq(), url);
  for (int every = 1; every < 300; every += 33) {
    db_exec(c, "BEGIN");
    la_cursor *cur = stream(c, "SELECT n FROM generate_series(1, 1050) AS n");
    for (int n = 1; n <= 1050; n++) {
      read_rows(cur, n, n);
      CHECK(!c->db->driver->busy(c->db));
      if (n % every == 0) CHECK(db_int(c, "SELECT 3") == 3);
    }
    CHECK(!db_next(cur));
    la_cursor_close(cur);
    CHECK_INT(db_int(c, "SELECT count(*) FROM pg_cursors WHERE name <> ''"), 0);
    db_exec(c, "COMMIT");
  }
  la_connection_release(c);
}

static void several(void) {
  la_connection *c = db_open(la_driver_libpq(), url);
  db_exec(c, "BEGIN");
  la_cursor *one = stream(c, "SELECT n FROM generate_series(1, 350) AS n");
  read_rows(one, 1, 1);
  la_cursor *two = stream(c, "SELECT n FROM generate_series(1, 400) AS n");
  for (int n = 1; n <= 349; n++) {
    read_rows(two, n, n);
    read_rows(one, n + 1, n + 1);
  }
  CHECK(!db_next(one));
  read_rows(two, 350, 400);
  CHECK(!db_next(two));
  la_cursor_close(one);
  la_cursor_close(two);
  db_exec(c, "COMMIT");
  la_connection_release(c);
}

/* What is closed early is not cancelled: that would end the transaction. */
static void closed_early(void) {
  la_connection *c = db_open(la_driver_libpq(), url);
  for (int rows = 1; rows <= 250; rows += 83) {
    db_exec(c, "BEGIN");
    la_cursor *cur = stream(c, "SELECT n FROM generate_series(1, 1050) AS n");
    read_rows(cur, 1, rows);
    la_cursor_close(cur);
    CHECK(status(c) == LA_TX_OPEN);
    CHECK(db_int(c, "SELECT 4") == 4);
    db_exec(c, "COMMIT");
    CHECK(status(c) == LA_TX_NONE);
  }
  db_exec(c, "BEGIN");
  la_cursor *cur = stream(c, "SELECT n FROM generate_series(1, 1050) AS n");
  read_rows(cur, 1, 101);
  la_connection_settle(c);
  la_error e = LA_ERROR_INIT;
  CHECK(la_cursor_await(cur, &e) == LA_STEP_FAIL);
  la_error_clear(&e);
  la_cursor_close(cur);
  db_exec(c, "ROLLBACK");
  la_connection_release(c);
}

/* The 150th row cannot be made. */
static const char failing[] = "SELECT n + 0 / (150 - n) FROM generate_series(1, 1050) AS n";

static void check_division(la_connection *c, const char *sql, unsigned flags) {
  la_error e = LA_ERROR_INIT;
  CHECK(la_connection_exec(c, sql, flags, &e) == -1);
  CHECK_STR(la_error_message(&e), "division by zero");
  la_error_clear(&e);
}

static void failures(void) {
  la_connection *c = db_open(la_driver_libpq(), url);
  la_error e = LA_ERROR_INIT;
  for (int between = 0; between < 2; between++) {
    db_exec(c, "BEGIN");
    la_cursor *cur = stream(c, failing);
    read_rows(cur, 1, 70);
    if (between) CHECK(la_connection_exec(c, "SELECT 1", 0, &e) == -1 && !strcmp(e.sqlstate, "25P02"));
    la_error_clear(&e);
    read_rows(cur, 71, 100);
    CHECK(la_cursor_await(cur, &e) == LA_STEP_FAIL && !strcmp(e.sqlstate, "22012"));
    la_error_clear(&e);
    la_cursor_close(cur);
    CHECK(status(c) == LA_TX_FAILED);
    db_exec(c, "ROLLBACK");
    CHECK(db_int(c, "SELECT 5") == 5);
  }
  la_connection_release(c);
}

/* A COMMIT that rolls back is told of as long as nobody has heard why. */
static void commits(void) {
  la_connection *c = db_open(la_driver_libpq(), url);
  for (int closed = 0; closed < 2; closed++) {
    db_exec(c, "BEGIN");
    la_cursor *cur = stream(c, failing);
    read_rows(cur, 1, 70);
    if (closed) la_cursor_close(cur);
    check_division(c, "COMMIT", LA_SQL_COMMIT);
    CHECK(status(c) == LA_TX_NONE);
    if (!closed) la_cursor_close(cur);
    db_exec(c, "BEGIN");
    db_exec(c, "COMMIT");
  }
  db_exec(c, "BEGIN");
  la_cursor *cur = stream(c, failing);
  read_rows(cur, 1, 70);
  check_division(c, "PREPARE TRANSACTION 'la_stream'", 0);
  CHECK(status(c) == LA_TX_NONE);
  la_cursor_close(cur);
  la_connection_release(c);
}

/* A part of the transaction that is rolled back does not make the rows whole. */
static void rolled_back_in_part(void) {
  la_connection *c = db_open(la_driver_libpq(), url);
  la_error e = LA_ERROR_INIT;
  db_exec(c, "BEGIN");
  db_exec(c, "SAVEPOINT outer_one");
  la_cursor *cur = stream(c, failing);
  read_rows(cur, 1, 70);
  db_exec(c, "ROLLBACK TO SAVEPOINT outer_one");
  read_rows(cur, 71, 100);
  CHECK(la_cursor_await(cur, &e) == LA_STEP_FAIL);
  la_error_clear(&e);
  la_cursor_close(cur);
  db_exec(c, "ROLLBACK");
  db_exec(c, "BEGIN");
  cur = stream(c, failing);
  CHECK(db_next(cur));
  db_exec(c, "SAVEPOINT inner_one");
  read_rows(cur, 2, 70);
  db_exec(c, "ROLLBACK TO SAVEPOINT inner_one");
  read_rows(cur, 71, 100);
  CHECK(la_cursor_await(cur, &e) == LA_STEP_FAIL);
  la_error_clear(&e);
  la_cursor_close(cur);
  db_exec(c, "ROLLBACK");
  la_connection_release(c);
}

int main(void) {
  url = getenv("LA_TEST_PG");
  if (!url) {
    puts("pending: LA_TEST_PG names no server");
    CHECK(la_driver_libpq()->open != NULL);
    return check_done();
  }
  reading();
  several();
  closed_early();
  failures();
  commits();
  rolled_back_in_part();
  return check_done();
}
