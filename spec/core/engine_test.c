/* engine_test.c - URLs, connections and pools, against the database that is not there. */
#include <pthread.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "driver/mock.h"
#include "engine/pool.h"
#include "support/database.h"

/* ---- URLs ---- */

static const struct {
  const char *text, *shown; /* NULL: as written */
  const char *user, *password, *host, *database;
  int port; /* -1: none */
} urls[] = {
    {"sqlite://", NULL, NULL, NULL, NULL, NULL, -1},
    {"sqlite:///", NULL, NULL, NULL, NULL, "", -1},
    {"sqlite:////abs/x.db", NULL, NULL, NULL, NULL, "/abs/x.db", -1},
    {"sqlite:///:memory:?timeout=5&uri=true", NULL, NULL, NULL, NULL, ":memory:", -1},
    {"postgresql+psycopg2://us%40er:p%2Fw%3A+x y@[::1]:5432/db", NULL, "us@er", "p/w:+x y", "::1", "db", 5432},
    {"pg://a@b@c/d", "pg://a%40b@c/d", "a@b", NULL, "c", "d", -1},
    {"pg://a:b@c@d/e", NULL, "a", "b", "c@d", "e", -1},
    {"pg://host/db?x=1&y=3&x=2&z=&w", "pg://host/db?x=1&x=2&y=3", NULL, NULL, "host", "db", -1},
    {"pg:///db?host=h1:1&host=h2:2", "pg:///db?host=h1%3A1&host=h2%3A2", NULL, NULL, NULL, "db", -1},
    {"pg://u:@h/", NULL, "u", "", "h", "", -1},
    {"pg://:pw@h/", NULL, "", "pw", "h", "", -1},
    {"pg://u/p@h/x", NULL, NULL, NULL, "u", "p@h/x", -1},
    {"pg://u:p:q@h/d", "pg://u:p%3Aq@h/d", "u", "p:q", "h", "d", -1},
    {"pg://?odbc=a%3Db%20c%2B+d", "pg://?odbc=a%3Db+c%2B+d", NULL, NULL, NULL, NULL, -1},
    {"pg://[fe80::1%25eth0]/x", NULL, NULL, NULL, "fe80::1%25eth0", "x", -1},
    {"pg://\xc3\xbc:\xc3\xb6@\xc3\xa4/d", "pg://%C3%BC:%C3%B6@\xc3\xa4/d", "\xc3\xbc", "\xc3\xb6", "\xc3\xa4", "d", -1},
    {"pg://h:5/a:b@c/d", "pg://h:5%2Fa%3Ab@c/d", "h", "5/a:b", "c", "d", -1},
    {"pg://u:p@h?x=@", "pg://u:p@h?x=%40", "u", "p", "h", NULL, -1},
};

static la_url *parse(const char *text) {
  la_error e = LA_ERROR_INIT;
  la_url *u = NULL;
  CHECK(!la_url_parse(&u, text, strlen(text), &e));
  la_error_clear(&e);
  return u;
}

static void check_part(const la_str *got, const char *want) { CHECK_STR(got ? got->s : NULL, want); }

static void good_urls(void) {
  for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
    la_url *u = parse(urls[i].text);
    la_buf b = LA_BUF_INIT;
    check_part(u->p.username, urls[i].user);
    check_part(u->p.password, urls[i].password);
    check_part(u->p.host, urls[i].host);
    check_part(u->p.database, urls[i].database);
    CHECK_INT(u->p.has_port ? u->p.port : -1, urls[i].port);
    la_url_render(&b, u, false);
    CHECK_STR(la_buf_cstr(&b), urls[i].shown ? urls[i].shown : urls[i].text);
    la_url *again = parse(la_buf_cstr(&b)), *made;
    CHECK(la_url_eq(u, again));
    CHECK(!la_url_new(&made, &u->p, NULL) && la_url_eq(u, made));
    la_buf_free(&b);
    la_url_release(again);
    la_url_release(made);
    la_url_release(u);
  }
}

static void url_parts(void) {
  la_url *u = parse("postgresql+psycopg2://scott:tiger@h:99999/d?a=1&b=2&a=3"), *v = parse("sqlite://");
  la_buf b = LA_BUF_INIT;
  size_t n;
  la_conninfo info;
  la_url_render(&b, u, true);
  CHECK_STR(la_buf_cstr(&b), "postgresql+psycopg2://scott:***@h:99999/d?a=1&a=3&b=2");
  la_buf_free(&b);
  const char *s = la_url_backend(u, &n);
  CHECK_TEXT(s, n, "postgresql");
  s = la_url_driver(u, &n);
  CHECK_TEXT(s, n, "psycopg2");
  s = la_url_backend(v, &n);
  CHECK_TEXT(s, n, "sqlite");
  CHECK(!la_url_driver(v, &n));
  CHECK(!la_url_eq(u, v));
  CHECK(!la_url_conninfo(&info, u, NULL));
  CHECK_INT(info.nquery, 3);
  CHECK_STR(la_conninfo_get(&info, "a")->u.s->s, "3");
  la_conninfo_clear(&info);
  la_url_release(u);
  la_url_release(v);
}

static void bad_urls(void) {
  static const char *const bad[][2] = {
      {"", "Could not parse SQLAlchemy URL from given URL string"},
      {"postgresql:/u:secret@h", "Could not parse SQLAlchemy URL from given URL string"},
      {"a b://u:secret@h", "Could not parse SQLAlchemy URL from given URL string"},
      {"pg://u:secret@[::1]x/d", "Could not parse SQLAlchemy URL from given URL string"},
      {"pg://u:secret@h:port/d", "URL: the port must be an integer, given is 'port'"},
      {"pg://h:/d", "URL: the port must be an integer, given is ''"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    la_error e = LA_ERROR_INIT;
    la_url *u;
    CHECK(la_url_parse(&u, bad[i][0], strlen(bad[i][0]), &e) && e.exc == LA_EXC_ArgumentError);
    CHECK_STR(la_error_message(&e), bad[i][1]);
    la_error_clear(&e);
  }
  la_error e = LA_ERROR_INIT;
  la_url *u = parse("pg://h/%00");
  la_conninfo info;
  CHECK(!la_url_conninfo(&info, u, NULL));
  la_conninfo_clear(&info);
  la_url_release(u);
  u = parse("pg://u%00@h");
  CHECK(la_url_conninfo(&info, u, &e) < 0);
  la_error_clear(&e);
  la_url_release(u);
}

/* ---- the mock, and a pool of connections to it ---- */

static void drop_nothing(la_foreign *f) { (void)f; }

static la_connection *connect_to(la_mock *m, la_error *e) {
  la_foreign f = {1, 1, m, 0, drop_nothing};
  la_value v = {LA_V_FOREIGN, 0, 0, {.f = &f}};
  la_conninfo info = LA_CONNINFO_INIT;
  la_connection *c = NULL;
  if (!la_conninfo_add_arg(&info, "mock", &v, e) &&
      !la_connection_open(&c, la_driver_mock(), &info, la_deadline_in(2), 0, 0, e) &&
      la_connection_await(c, e) != LA_STEP_DONE) {
    la_connection_release(c);
    c = NULL;
  }
  la_conninfo_clear(&info);
  return c;
}

/* All that a caller of the pool does. NULL and e: it fails. */
static la_slot *checkout(la_pool *p, la_mock *m, la_error *e) {
  la_slot *s = NULL;
  la_take t = la_pool_take_wait(&s, p, "engine_test", 0, e);
  if (t == LA_TAKE_PING && la_connection_exec(s->conn, "SELECT 1", 0, NULL)) {
    la_pool_invalidate(p, s);
    la_slot_drop(s);
    t = LA_TAKE_OPEN;
  }
  if (t == LA_TAKE_STALE) la_slot_drop(s);
  if (t == LA_TAKE_FAIL) return NULL;
  if (s->conn) return s;
  la_connection *c = connect_to(m, e);
  if (c) return la_slot_opened(s, c), s;
  la_slot_failed(s);
  return NULL;
}

static int checkin(la_slot *s) {
  int rc = 0;
  if (la_slot_leaving(s)) {
    la_connection_settle(s->conn);
    s->conn->db->deadline = la_deadline_in(1);
    rc = la_connection_exec(s->conn, "ROLLBACK", 0, NULL);
    if (rc) la_slot_invalidate(s, false);
  }
  la_slot_give_back(s);
  return rc;
}

static la_pool *new_pool(la_pool_kind kind, int size, int overflow, double timeout) {
  la_pool_options o = LA_POOL_OPTIONS;
  o.kind = kind;
  o.size = size;
  o.max_overflow = overflow;
  o.timeout = timeout;
  la_pool *p = NULL;
  CHECK(!la_pool_new(&p, &o, NULL));
  return p;
}

static void check_status(la_pool *p, const char *want) {
  la_buf b = LA_BUF_INIT;
  la_pool_status(&b, p);
  CHECK_STR(la_buf_cstr(&b), want);
  la_buf_free(&b);
}

static void check_log(la_mock *m, const char *want) {
  la_buf b = LA_BUF_INIT;
  la_mock_log(&b, m);
  CHECK_STR(la_buf_cstr(&b), want);
  la_buf_free(&b);
}

static void queue_pool(void) {
  la_mock *m = la_mock_new();
  la_pool *p = new_pool(LA_POOL_QUEUE, 2, 1, 0.05);
  la_error e = LA_ERROR_INIT;
  check_status(p, "Pool size: 2  Connections in pool: 0 Current Overflow: -2 Current Checked out connections: 0");
  la_slot *a = checkout(p, m, &e), *b = checkout(p, m, &e), *c = checkout(p, m, &e);
  check_status(p, "Pool size: 2  Connections in pool: 0 Current Overflow: 1 Current Checked out connections: 3");
  int64_t before = la_now_ns();
  CHECK(!checkout(p, m, &e));
  CHECK(la_now_ns() - before >= 50000000 && la_now_ns() - before < 150000000);
  CHECK(e.exc == LA_EXC_TimeoutError);
  CHECK_STR(la_error_message(&e),
            "QueuePool limit of size 2 overflow 1 reached, connection timed out, timeout 0.05; in use: "
            "engine_test for 0.0 s, engine_test for 0.0 s, engine_test for 0.0 s");
  la_error_clear(&e);
  checkin(a);
  checkin(b);
  check_status(p, "Pool size: 2  Connections in pool: 2 Current Overflow: 1 Current Checked out connections: 1");
  checkin(c);
  check_status(p, "Pool size: 2  Connections in pool: 2 Current Overflow: 0 Current Checked out connections: 0");
  check_log(m, "1 CONNECT\n2 CONNECT\n3 CONNECT\n1 ROLLBACK\n2 ROLLBACK\n3 ROLLBACK\n3 CLOSE\n");
  a = checkout(p, m, &e);
  CHECK(la_connection_exec(a->conn, "BEGIN", 0, &e) == 0);
  la_connection *taken = la_connection_retain(a->conn);
  checkin(a);
  a = checkout(p, m, &e);
  CHECK(a->conn != taken);
  la_connection_release(taken);
  la_connection *mine = la_slot_detach(a);
  check_status(p, "Pool size: 2  Connections in pool: 2 Current Overflow: 0 Current Checked out connections: 0");
  la_connection_release(mine);
  la_pool_dispose(p);
  check_status(p, "Pool size: 2  Connections in pool: 0 Current Overflow: -2 Current Checked out connections: 0");
  CHECK_INT(la_mock_open_connections(m), 0);
  la_pool_release(p);
  la_mock_free(m);
}

static void failing_connects(void) {
  la_mock *m = la_mock_new();
  la_pool *p = new_pool(LA_POOL_QUEUE, 1, 0, 0.05);
  la_error e = LA_ERROR_INIT;
  la_mock_answer refused = {.message = "connection refused", .exc = LA_EXC_OperationalError, .lost = true, .reads = 2};
  CHECK(!la_mock_tell(m, "CONNECT", &refused, 2));
  for (int i = 0; i < 2; i++) {
    CHECK(!checkout(p, m, &e));
    CHECK_STR(la_error_message(&e), "connection refused");
    la_error_clear(&e);
    check_status(p, "Pool size: 1  Connections in pool: 0 Current Overflow: -1 Current Checked out connections: 0");
  }
  la_slot *s = checkout(p, m, &e);
  la_slot_invalidate(s, false);
  checkin(s);
  check_status(p, "Pool size: 1  Connections in pool: 1 Current Overflow: 0 Current Checked out connections: 0");
  CHECK(!la_mock_tell(m, "CONNECT", &refused, 1));
  CHECK(!checkout(p, m, &e));
  la_error_clear(&e);
  check_status(p, "Pool size: 1  Connections in pool: 1 Current Overflow: 0 Current Checked out connections: 0");
  s = checkout(p, m, &e);
  CHECK(s && s->conn);
  la_mock_answer broken = {.message = "no", .exc = LA_EXC_OperationalError};
  CHECK(!la_mock_tell(m, "ROLLBACK", &broken, 1));
  checkin(s);
  CHECK_INT(la_mock_open_connections(m), 0);
  la_pool_release(p);
  la_mock_free(m);
}

static void stale_connections(void) {
  la_mock *m = la_mock_new();
  la_pool_options o = LA_POOL_OPTIONS;
  la_error e = LA_ERROR_INIT;
  la_pool *p;
  o.pre_ping = true;
  o.recycle = 0.05;
  CHECK(!la_pool_new(&p, &o, NULL));
  la_slot *a = checkout(p, m, &e), *b = checkout(p, m, &e);
  CHECK(a->fresh);
  checkin(a);
  checkin(b);
  check_log(m, "1 CONNECT\n2 CONNECT\n1 ROLLBACK\n2 ROLLBACK\n");
  a = checkout(p, m, &e);
  check_log(m, "1 SELECT 1\n");
  la_pool_invalidate(p, a);
  checkin(a);
  a = checkout(p, m, &e);
  b = checkout(p, m, &e);
  check_log(m, "1 ROLLBACK\n2 CLOSE\n3 CONNECT\n1 CLOSE\n4 CONNECT\n");
  la_slot_invalidate(b, true);
  checkin(b);
  checkin(a);
  b = checkout(p, m, &e);
  check_log(m, "4 ROLLBACK\n3 ROLLBACK\n4 CLOSE\n5 CONNECT\n");
  checkin(b);
  nanosleep(&(struct timespec){0, 60000000}, NULL);
  a = checkout(p, m, &e);
  CHECK_STR(la_slot_stale(a), NULL);
  check_log(m, "5 ROLLBACK\n3 CLOSE\n6 CONNECT\n");
  la_mock_break(m);
  CHECK(la_connection_exec(a->conn, "SELECT 5", 0, &e) && e.invalidated && !la_connection_usable(a->conn));
  la_error_clear(&e);
  CHECK(!la_slot_leaving(a));
  checkin(a);
  a = checkout(p, m, &e);
  check_log(m, "6 SELECT 5\n6 CLOSE\n5 CLOSE\n7 CONNECT\n");
  checkin(a);
  la_mock_answer dead = {.message = "gone", .exc = LA_EXC_OperationalError, .lost = true};
  CHECK(!la_mock_tell(m, "SELECT 1", &dead, 1));
  la_pool_release(p);
  la_mock_free(m);
}

static void other_pools(void) {
  la_mock *m = la_mock_new();
  la_error e = LA_ERROR_INIT;
  la_pool *p = new_pool(LA_POOL_NULL, 5, 10, 30);
  check_status(p, "NullPool");
  la_slot *a = checkout(p, m, &e), *b = checkout(p, m, &e);
  checkin(a);
  checkin(b);
  CHECK_INT(la_mock_open_connections(m), 0);
  la_pool_release(p);

  p = new_pool(LA_POOL_STATIC, 5, 10, 30);
  check_status(p, "StaticPool");
  a = checkout(p, m, &e);
  b = checkout(p, m, &e);
  CHECK(a == b && la_slot_leaving(a));
  checkin(a);
  CHECK(la_slot_leaving(b));
  checkin(b);
  CHECK_INT(la_mock_open_connections(m), 1);
  la_pool_dispose(p);
  CHECK_INT(la_mock_open_connections(m), 0);
  la_pool_release(p);

  p = new_pool(LA_POOL_SINGLETON_THREAD, 2, 10, 30);
  a = checkout(p, m, &e);
  b = checkout(p, m, &e);
  CHECK(a == b && !la_slot_leaving(a));
  checkin(a);
  CHECK(la_slot_leaving(b));
  la_pool *kept = p;
  la_pool_release(p);
  checkin(b);
  (void)kept;
  CHECK_INT(la_mock_open_connections(m), 0);

  p = new_pool(LA_POOL_ASSERTION, 5, 10, 30);
  a = checkout(p, m, &e);
  CHECK(!checkout(p, m, &e));
  CHECK_STR(la_error_message(&e), "connection is already checked out at:\nengine_test");
  la_error_clear(&e);
  checkin(a);
  a = checkout(p, m, &e);
  checkin(a);
  la_pool_release(p);
  CHECK_INT(la_pool_kind_of("StaticPool"), LA_POOL_STATIC);
  CHECK_INT(la_pool_kind_of("Pool"), -1);
  la_mock_free(m);
}

/* Coroutines would wait like this: two in the queue, one gives up. */
static void waiting_turns(void) {
  la_mock *m = la_mock_new();
  la_error e = LA_ERROR_INIT;
  la_pool *p = new_pool(LA_POOL_QUEUE, 1, 0, 30);
  la_slot *a = checkout(p, m, &e), *b, *c;
  la_waiter *first = NULL, *second = NULL, *third = NULL;
  CHECK(la_pool_take(&b, p, &first, "b", &e) == LA_TAKE_WAIT);
  CHECK(la_pool_take(&c, p, &second, "c", &e) == LA_TAKE_WAIT);
  CHECK(la_pool_take(&c, p, &third, "d", &e) == LA_TAKE_WAIT);
  int fd = la_waiter_fd(p, first, &e);
  checkin(a);
  la_drv_wait(fd, LA_STEP_READ, la_deadline_in(1));
  CHECK(la_pool_take(&c, p, &second, "c", &e) == LA_TAKE_WAIT);
  la_pool_give_up(p, &first, 1.5, &e);
  CHECK_STR(la_error_message(&e), "QueuePool limit of size 1 overflow 0 reached, connection timed out, timeout 1.50");
  la_error_clear(&e);
  CHECK(la_pool_take(&c, p, &second, "c", &e) == LA_TAKE_READY);
  la_pool_give_up(p, &third, 0, NULL);
  checkin(c);
  check_status(p, "Pool size: 1  Connections in pool: 1 Current Overflow: 0 Current Checked out connections: 0");
  la_pool_release(p);
  la_mock_free(m);
}

typedef struct crowd {
  la_pool *pool;
  la_mock *mock;
  int inside, most, errors;
} crowd;

static void *visit(void *arg) {
  crowd *c = arg;
  for (int i = 0; i < 200; i++) {
    la_error e = LA_ERROR_INIT;
    la_slot *s = checkout(c->pool, c->mock, &e);
    if (!s) {
      __atomic_add_fetch(&c->errors, 1, __ATOMIC_RELAXED);
      la_error_clear(&e);
      continue;
    }
    int n = __atomic_add_fetch(&c->inside, 1, __ATOMIC_ACQ_REL);
    if (n > __atomic_load_n(&c->most, __ATOMIC_RELAXED)) __atomic_store_n(&c->most, n, __ATOMIC_RELAXED);
    if (la_connection_exec(s->conn, "SELECT 1", 0, NULL)) __atomic_add_fetch(&c->errors, 1, __ATOMIC_RELAXED);
    if (i % 7 == 0) la_slot_invalidate(s, i % 2 == 0);
    __atomic_sub_fetch(&c->inside, 1, __ATOMIC_ACQ_REL);
    checkin(s);
  }
  return NULL;
}

static void threads(void) {
  enum { N = 10 };
  pthread_t t[N];
  crowd c = {new_pool(LA_POOL_QUEUE, 2, 2, 30), la_mock_new(), 0, 0, 0};
  for (int i = 0; i < N; i++) pthread_create(&t[i], NULL, visit, &c);
  for (int i = 0; i < N; i++) pthread_join(t[i], NULL);
  CHECK(c.most >= 1 && c.most <= 4);
  CHECK_INT(c.errors, 0);
  la_pool_counts n = la_pool_count(c.pool);
  CHECK_INT(n.checked_out, 0);
  /* a busy machine may let the visitors in one by one */
  CHECK(n.checked_in <= 2 && n.checked_in >= (c.most > 1 ? 2 : 1) && n.overflow == n.checked_in - 2);
  la_pool_release(c.pool);
  CHECK_INT(la_mock_open_connections(c.mock), 0);
  la_mock_free(c.mock);
}

static void forks(void) {
  la_mock *m = la_mock_new();
  la_error e = LA_ERROR_INIT;
  la_pool *p = new_pool(LA_POOL_QUEUE, 2, 0, 1);
  la_slot *out = checkout(p, m, &e), *in = checkout(p, m, &e);
  checkin(in);
  check_log(m, "1 CONNECT\n2 CONNECT\n2 ROLLBACK\n");
  pid_t child = fork();
  if (!child) {
    check_failed = 0;
    CHECK(!la_slot_leaving(out));
    checkin(out);
    check_status(p, "Pool size: 2  Connections in pool: 0 Current Overflow: -2 Current Checked out connections: 0");
    la_slot *s = checkout(p, m, &e);
    checkin(s);
    check_log(m, "1 ABANDON\n2 ABANDON\n3 CONNECT\n3 ROLLBACK\n");
    la_pool_release(p);
    la_mock_free(m);
    _exit(check_failed);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  checkin(out);
  check_status(p, "Pool size: 2  Connections in pool: 2 Current Overflow: 0 Current Checked out connections: 0");
  la_pool_release(p);
  la_mock_free(m);
}

/* ---- requests that wait ---- */

static void waiting_requests(void) {
  la_mock *m = la_mock_new();
  la_error e = LA_ERROR_INIT;
  static const char *const names[] = {"a", "b"};
  const la_value rows[] = {la_value_int(1), LA_VALUE_NULL, la_value_int(2), la_value_real(1.5)};
  la_mock_answer slow = {names, 2, rows, 2, 2, 3, 2, false, false, NULL, 0, 0, false};
  CHECK(!la_mock_tell(m, "SELECT", &slow, 0));
  la_connection *c = connect_to(m, &e);
  la_cursor *cur;
  const la_sql sql = {"SELECT a, b", 11, 0, NULL, 0, 0, NULL};
  CHECK(!la_cursor_open(&cur, c, &sql, &e) && !la_cursor_send(cur, NULL, 0, &e));
  for (int i = 0; i < 3; i++) CHECK(la_cursor_step(cur, &e) == LA_STEP_READ);
  CHECK(la_cursor_step(cur, &e) == LA_STEP_WRITE && c->db->driver->busy(c->db));
  CHECK(la_cursor_await(cur, &e) == LA_STEP_ROW && !c->db->driver->busy(c->db));
  CHECK(db_value(cur, 1).tag == LA_V_NULL);
  CHECK(la_cursor_step(cur, &e) == LA_STEP_ROW && db_value(cur, 1).u.r == 1.5);
  CHECK(la_cursor_step(cur, &e) == LA_STEP_DONE);
  la_cursor_close(cur);

  la_mock_answer hangs = {.hangs = true}, dead = {.hangs = true, .dead = true};
  CHECK(!la_mock_tell(m, "SLEEP", &hangs, 0) && !la_mock_tell(m, "DIE", &dead, 0));
  c->db->deadline = la_deadline_in(0.05);
  CHECK(la_connection_exec(c, "SLEEP", 0, &e) && e.fail == LA_FAIL_TIMEOUT && !e.invalidated);
  la_error_clear(&e);
  c->db->deadline = la_deadline_in(0.05);
  int64_t before = la_now_ns();
  CHECK(la_connection_exec(c, "DIE", 0, &e) && e.fail == LA_FAIL_TIMEOUT && e.invalidated && c->lost);
  CHECK(la_now_ns() - before < 250000000);
  la_error_clear(&e);
  CHECK(la_connection_exec(c, "SELECT", 0, &e) && e.exc == LA_EXC_InterfaceError);
  la_error_clear(&e);
  la_connection_release(c);
  la_mock_free(m);
}

static int pool_work(void *arg) {
  la_error e = LA_ERROR_INIT;
  la_pool_options o = LA_POOL_OPTIONS;
  la_pool *p;
  o.size = 1;
  o.max_overflow = 0;
  if (la_pool_new(&p, &o, &e)) return la_error_clear(&e), -1;
  la_slot *s = checkout(p, arg, &e), *other = NULL;
  la_waiter *w = NULL;
  la_take t = s ? la_pool_take(&other, p, &w, "other", &e) : LA_TAKE_FAIL;
  if (t == LA_TAKE_WAIT) la_pool_give_up(p, &w, 1, NULL);
  bool failed = s && checkin(s);
  la_pool_counts n = la_pool_count(p);
  CHECK(n.checked_out == 0 && n.checked_in == n.overflow + 1);
  la_pool_release(p);
  failed |= e.set;
  la_error_clear(&e);
  return failed ? -1 : 0;
}

static int url_work(void *arg) {
  la_error e = LA_ERROR_INIT;
  la_url *u = NULL;
  la_conninfo info = LA_CONNINFO_INIT, copy = LA_CONNINFO_INIT;
  int rc =
      la_url_parse(&u, arg, strlen(arg), &e) || la_url_conninfo(&info, u, &e) || la_conninfo_copy(&copy, &info, &e);
  la_conninfo_clear(&info);
  la_conninfo_clear(&copy);
  la_url_release(u);
  la_error_clear(&e);
  return rc ? -1 : 0;
}

static void without_memory(void) {
  static char url[] = "pg://user:pw@host:1/db?a=1&a=2&b=3&a=4";
  la_mock *m = la_mock_new();
  CHECK_SWEEP(url_work, url);
  CHECK_SWEEP(pool_work, m);
  CHECK_INT(la_mock_open_connections(m), 0);
  la_mock_free(m);
}

static void registry(void) {
  CHECK(!la_driver_find("mock"));
  CHECK(!la_driver_register(la_driver_mock(), NULL) && !la_driver_register(la_driver_mock(), NULL));
  CHECK(la_driver_find("mock") == la_driver_mock());
}

int main(void) {
  good_urls();
  url_parts();
  bad_urls();
  queue_pool();
  failing_connects();
  stale_connections();
  other_pools();
  waiting_turns();
  threads();
  forks();
  waiting_requests();
  registry();
  without_memory();
  return check_done();
}
