/* mock.c - the driver of the database that is not there. An execution is the
 * answer that was found for its text, played back. */
#include "driver/mock.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/real.h"

/* ---- the script ---- */

/* The log has room from the start, so that requests which cannot fail need no memory. */
enum { LOG_BYTES = 1 << 16 };

typedef struct rule {
  struct rule *next;
  char *prefix, *message;
  char **names;
  la_value *rows;
  la_mock_answer a;
  unsigned times; /* left; 0: always */
  bool used_up;
} rule;

struct la_mock {
  pthread_mutex_t lock;
  rule *rules;
  la_buf log;
  int opened, open, generation;
};

typedef struct mock_conn {
  la_dbconn head;
  la_mock *mock;
  int number, generation;
  int ready_fds[2], never_fds[2]; /* pipes: one with a byte in it, one without */
  int fd;
  const rule *connect; /* the answer to CONNECT */
  unsigned waited;
  bool connected, cancelled, timed_out, broken;
  la_txstatus tx;
  const struct mock_stmt *running;
} mock_conn;

typedef struct mock_stmt {
  la_dbstmt head;
  char *sql;
  const rule *rule; /* NULL: nothing was told */
  unsigned waited;
  size_t row, nsets;
  bool running;
} mock_stmt;

la_mock *la_mock_new(void) {
  la_mock *m = la_calloc(sizeof *m);
  if (!m) return NULL;
  pthread_mutex_init(&m->lock, NULL);
  if (la_buf_reserve(&m->log, LOG_BYTES)) return m;
  la_mock_free(m);
  return NULL;
}

static char *copy_text(const char *s) {
  size_t n = s ? strlen(s) + 1 : 0;
  char *copy = s ? la_alloc(n) : NULL;
  return copy ? memcpy(copy, s, n) : NULL;
}

static void free_rule(rule *r) {
  for (uint32_t i = 0; r->names && i < r->a.ncols; i++) la_free(r->names[i]);
  for (size_t i = 0; r->rows && i < r->a.nrows * r->a.ncols; i++) la_value_clear(&r->rows[i]);
  la_free(r->names);
  la_free(r->rows);
  la_free(r->prefix);
  la_free(r->message);
  la_free(r);
}

void la_mock_free(la_mock *m) {
  if (!m) return;
  while (m->rules) {
    rule *next = m->rules->next;
    free_rule(m->rules);
    m->rules = next;
  }
  la_buf_free(&m->log);
  pthread_mutex_destroy(&m->lock);
  la_free(m);
}

static rule *copy_rule(const char *prefix, const la_mock_answer *a) {
  rule *r = la_calloc(sizeof *r);
  if (!r) return NULL;
  r->a = *a;
  r->prefix = copy_text(prefix);
  r->message = copy_text(a->message);
  r->names = la_calloc((a->ncols + 1) * sizeof *r->names);
  r->rows = la_calloc((a->nrows * a->ncols + 1) * sizeof *r->rows);
  bool ok = r->prefix && (r->message || !a->message) && r->names && r->rows;
  for (uint32_t i = 0; ok && i < a->ncols; i++) ok = (r->names[i] = copy_text(a->names[i])) != NULL;
  for (size_t i = 0; ok && i < a->nrows * a->ncols; i++) la_value_copy(&r->rows[i], &a->rows[i]);
  if (ok) return r;
  free_rule(r);
  return NULL;
}

int la_mock_tell(la_mock *m, const char *prefix, const la_mock_answer *answer, unsigned times) {
  rule *r = copy_rule(prefix, answer);
  if (!r) return -1;
  r->times = times;
  pthread_mutex_lock(&m->lock);
  r->next = m->rules;
  m->rules = r;
  pthread_mutex_unlock(&m->lock);
  return 0;
}

static void log_value(la_buf *b, const la_value *v) {
  char real[LA_REAL_MAX];
  switch ((la_tag)v->tag) {
    case LA_V_NULL: la_buf_puts(b, "NULL"); break;
    case LA_V_TEXT: la_buf_printf(b, "'%s'", v->u.s->s); break;
    case LA_V_REAL: la_buf_add(b, real, la_real_format(real, v->u.r)); break;
    case LA_V_BOOL:
    case LA_V_INT: la_buf_printf(b, "%" PRId64, v->u.i); break;
    case LA_V_DECIMAL: la_buf_str(b, v->u.s); break;
    default: la_buf_puts(b, la_tag_name((la_tag)v->tag));
  }
}

static void log_set(la_buf *b, const la_value *params, size_t n) {
  for (size_t i = 0; i < n; i++) {
    la_buf_puts(b, i ? ", " : " [");
    log_value(b, &params[i]);
  }
  if (n) la_buf_putc(b, ']');
}

/* Writes down what is asked and finds the answer. */
static const rule *ask(mock_conn *c, const char *what, const la_value *params, size_t n, size_t sets) {
  la_mock *m = c->mock;
  pthread_mutex_lock(&m->lock);
  la_buf_printf(&m->log, "%d %s", c->number, what);
  for (size_t i = 0; i < sets; i++) log_set(&m->log, params + i * n, n);
  la_buf_putc(&m->log, '\n');
  rule *r = m->rules;
  while (r && (r->used_up || strncmp(what, r->prefix, strlen(r->prefix)))) r = r->next;
  if (r && r->times) r->used_up = !--r->times;
  pthread_mutex_unlock(&m->lock);
  return r;
}

void la_mock_log(la_buf *out, la_mock *m) {
  pthread_mutex_lock(&m->lock);
  la_buf_add(out, m->log.s, m->log.len);
  la_buf_clear(&m->log);
  pthread_mutex_unlock(&m->lock);
}

int la_mock_open_connections(la_mock *m) {
  pthread_mutex_lock(&m->lock);
  int n = m->open;
  pthread_mutex_unlock(&m->lock);
  return n;
}

void la_mock_break(la_mock *m) {
  pthread_mutex_lock(&m->lock);
  m->generation++;
  pthread_mutex_unlock(&m->lock);
}

/* ---- playing an answer ---- */

static mock_conn *conn_of(la_dbconn *h) { return (mock_conn *)h; }
static mock_stmt *stmt_of(la_dbstmt *h) { return (mock_stmt *)h; }

static int fail(la_error *err, la_exc exc, la_fail kind, const char *message, bool lost) {
  la_fail_with(err, exc, "%s", message);
  if (!err) return -1;
  err->fail = kind;
  err->invalidated = lost;
  return -1;
}

static la_step fail_step(mock_conn *c, la_error *err, la_exc exc, la_fail kind, const char *message, bool lost) {
  fail(err, exc, kind, message, lost);
  if (lost) c->broken = true;
  return LA_STEP_FAIL;
}

static la_step hang(mock_conn *c, const rule *r, la_error *err) {
  bool late = c->head.deadline && la_now_ns() >= c->head.deadline;
  if (late && c->timed_out)
    return fail_step(c, err, LA_EXC_OperationalError, LA_FAIL_TIMEOUT, "the server does not answer", true);
  if (late) {
    c->timed_out = true;
    c->head.deadline += 100000000;
    c->head.driver->cancel(&c->head);
  }
  c->fd = c->never_fds[0];
  if (!__atomic_load_n(&c->cancelled, __ATOMIC_ACQUIRE) || r->a.dead) return LA_STEP_READ;
  return fail_step(c, err, LA_EXC_OperationalError, c->timed_out ? LA_FAIL_TIMEOUT : LA_FAIL_CANCELLED,
                   "canceling statement due to user request", false);
}

/* What comes before rows: DONE when it is over. */
static la_step wait_first(mock_conn *c, const rule *r, unsigned *waited, la_error *err) {
  if (c->broken || c->generation != c->mock->generation)
    return fail_step(c, err, LA_EXC_OperationalError, LA_FAIL_CONNECTION, "server closed the connection unexpectedly",
                     true);
  if (!r) return LA_STEP_DONE;
  c->fd = c->ready_fds[0];
  if ((*waited)++ < r->a.reads) return LA_STEP_READ;
  if (*waited <= r->a.reads + r->a.writes) return LA_STEP_WRITE;
  if (r->a.hangs) return hang(c, r, err);
  if (r->message) return fail_step(c, err, r->a.exc, r->a.fail, r->message, r->a.lost);
  return LA_STEP_DONE;
}

/* ---- connections ---- */

static la_mock *mock_of(const la_conninfo *info) {
  const la_value *v = la_conninfo_get(info, "mock");
  return v && v->tag == LA_V_FOREIGN ? v->u.f->host : NULL;
}

static int configure(la_conninfo *info, la_error *err) {
  if (mock_of(info)) return 0;
  return la_fail_with(err, LA_EXC_ArgumentError, "mock: connect argument 'mock' must be a mock database");
}

static const char *pool_class(const la_conninfo *info) { return (void)info, "QueuePool"; }

static int make_fds(mock_conn *c) {
  if (pipe(c->ready_fds)) return -1;
  if (write(c->ready_fds[1], "", 1) != 1) return -1;
  return pipe(c->never_fds);
}

static void free_conn(mock_conn *c) {
  while (c->head.stmts) la_dbstmt_unlink(c->head.stmts);
  for (int i = 0; i < 2; i++) {
    if (c->ready_fds[i] >= 0) close(c->ready_fds[i]);
    if (c->never_fds[i] >= 0) close(c->never_fds[i]);
  }
  la_free(c);
}

static int open_conn(la_dbconn **out, const la_conninfo *info, int64_t deadline, la_error *err) {
  mock_conn *c = la_calloc(sizeof *c);
  if (!c) return la_fail_memory(err);
  *c = (mock_conn){.head = {.driver = la_driver_mock(), .pid = (long)getpid(), .deadline = deadline},
                   .mock = mock_of(info),
                   .ready_fds = {-1, -1},
                   .never_fds = {-1, -1}};
  if (make_fds(c)) {
    free_conn(c);
    return la_fail_with(err, LA_EXC_OperationalError, "mock: no descriptors are left");
  }
  c->fd = c->ready_fds[0];
  pthread_mutex_lock(&c->mock->lock);
  c->number = ++c->mock->opened;
  c->generation = c->mock->generation;
  c->mock->open++;
  pthread_mutex_unlock(&c->mock->lock);
  c->connect = ask(c, "CONNECT", NULL, 0, 0);
  *out = &c->head;
  return 0;
}

static la_step ready(la_dbconn *h, la_error *err) {
  mock_conn *c = conn_of(h);
  la_step st = c->connected ? LA_STEP_DONE : wait_first(c, c->connect, &c->waited, err);
  if (st == LA_STEP_DONE) c->connected = true;
  return st;
}

static void end_conn(mock_conn *c, const char *how) {
  ask(c, how, NULL, 0, 0);
  pthread_mutex_lock(&c->mock->lock);
  c->mock->open--;
  pthread_mutex_unlock(&c->mock->lock);
  free_conn(c);
}

static void close_conn(la_dbconn *h) { end_conn(conn_of(h), "CLOSE"); }

static void abandon(la_dbconn *h) { end_conn(conn_of(h), "ABANDON"); }

static bool busy(la_dbconn *h) { return conn_of(h)->running != NULL; }

static int64_t last_insert_id(la_dbconn *h) { return (void)h, 0; }

static long server_version(la_dbconn *h) { return (void)h, 10000; }
static long client_version(void) { return 2001003; }

static long max_params(la_dbconn *h) { return (void)h, 32766; }

static bool alive(la_dbconn *h) {
  const mock_conn *c = conn_of(h);
  return !c->broken && c->generation == c->mock->generation;
}

static la_txstatus status(la_dbconn *h) { return alive(h) ? conn_of(h)->tx : LA_TX_BROKEN; }

static int fd(la_dbconn *h) { return conn_of(h)->fd; }

static const char *parameter(la_dbconn *h, const char *name) { return (void)h, (void)name, NULL; }

static void cancel(la_dbconn *h) {
  mock_conn *c = conn_of(h);
  ask(c, "CANCEL", NULL, 0, 0);
  __atomic_store_n(&c->cancelled, true, __ATOMIC_RELEASE);
}

/* ---- statements ---- */

static void finish(la_dbstmt *h) {
  mock_stmt *s = stmt_of(h);
  if (h->conn) h->driver->reset(h);
  la_dbstmt_unlink(h);
  la_free(s->sql);
  la_free(s);
}

static int prepare(la_dbstmt **out, la_dbconn *h, const la_sql *sql, la_error *err) {
  mock_stmt *s = la_calloc(sizeof *s);
  if (!s) return la_fail_memory(err);
  s->head.nparams = sql->nparams;
  la_dbstmt_link(&s->head, h);
  s->sql = copy_text(sql->text);
  if (!s->sql) {
    finish(&s->head);
    return la_fail_memory(err);
  }
  *out = &s->head;
  return 0;
}

static int begin(mock_stmt *s, const la_value *params, size_t n, size_t nsets, la_error *err) {
  if (!s->head.conn) return fail(err, LA_EXC_InterfaceError, LA_FAIL_CONNECTION, "connection already closed", true);
  if (la_dbstmt_check(&s->head, n, err)) return -1;
  mock_conn *c = conn_of(s->head.conn);
  if (!c->connected || (c->running && c->running != s))
    return fail(err, LA_EXC_InterfaceError, LA_FAIL_OTHER, "another command is already in progress", false);
  s->rule = ask(c, s->sql, params, n, nsets);
  s->waited = 0;
  s->row = 0;
  s->nsets = nsets;
  s->running = true;
  c->running = s;
  c->cancelled = c->timed_out = false;
  return 0;
}

static int send(la_dbstmt *h, const la_value *params, size_t n, la_error *err) {
  return begin(stmt_of(h), params, n, 1, err);
}

static int send_many(la_dbstmt *h, const la_value *params, size_t n, size_t nrows, la_error *err) {
  return begin(stmt_of(h), params, n, nrows, err);
}

static void note_transaction(mock_conn *c, const char *sql) {
  if (!strncmp(sql, "BEGIN", 5)) c->tx = LA_TX_OPEN;
  if (!strncmp(sql, "COMMIT", 6) || !strcmp(sql, "ROLLBACK")) c->tx = LA_TX_NONE;
}

static la_step next_row(mock_stmt *s) {
  if (s->rule && s->row < s->rule->a.nrows) {
    s->row++;
    return LA_STEP_ROW;
  }
  s->running = false;
  return LA_STEP_DONE;
}

static la_step step(la_dbstmt *h, la_error *err) {
  mock_stmt *s = stmt_of(h);
  mock_conn *c = conn_of(h->conn);
  if (!s->running) return LA_STEP_DONE;
  if (!c || c->running != s) return next_row(s);
  la_step st = wait_first(c, s->rule, &s->waited, err);
  if (st == LA_STEP_READ || st == LA_STEP_WRITE) return st;
  c->running = NULL;
  if (st == LA_STEP_FAIL) s->running = false;
  if (st == LA_STEP_FAIL) return st;
  note_transaction(c, s->sql);
  return next_row(s);
}

static void reset(la_dbstmt *h) {
  mock_stmt *s = stmt_of(h);
  if (h->conn && conn_of(h->conn)->running == s) conn_of(h->conn)->running = NULL;
  s->running = false;
}

static void detach(la_dbstmt *h) {
  if (h->conn && conn_of(h->conn)->running == stmt_of(h)) reset(h);
  la_dbstmt_unlink(h);
}

static int ncols(la_dbstmt *h) { return stmt_of(h)->rule ? (int)stmt_of(h)->rule->a.ncols : 0; }

static void describe(la_dbstmt *h, int i, la_dbcolumn *out) {
  const char *name = stmt_of(h)->rule->names[i];
  *out = (la_dbcolumn){name, strlen(name), NULL, 0, -1};
}

static int value(la_dbstmt *h, int i, la_cell *out, la_error *err) {
  const mock_stmt *s = stmt_of(h);
  (void)err;
  *out = la_cell_of(&s->rule->rows[(s->row - 1) * s->rule->a.ncols + (size_t)i]);
  return 0;
}

static int64_t rowcount(la_dbstmt *h) { return stmt_of(h)->rule ? stmt_of(h)->rule->a.rowcount : -1; }

static size_t set_index(la_dbstmt *h) {
  const mock_stmt *s = stmt_of(h);
  return s->row && s->row <= s->nsets ? s->row - 1 : 0;
}

static const la_driver driver = {
    .name = "mock",
    .dialect = "mock",
    .ping_sql = "SELECT 1",
    .caps = LA_CAP_NETWORK,
    .configure = configure,
    .pool_class = pool_class,
    .open = open_conn,
    .ready = ready,
    .close = close_conn,
    .abandon = abandon,
    .prepare = prepare,
    .send = send,
    .send_many = send_many,
    .step = step,
    .busy = busy,
    .reset = reset,
    .detach = detach,
    .finish = finish,
    .ncols = ncols,
    .describe = describe,
    .value = value,
    .rowcount = rowcount,
    .set_index = set_index,
    .last_insert_id = last_insert_id,
    .server_version = server_version,
    .client_version = client_version,
    .max_params = max_params,
    .status = status,
    .alive = alive,
    .fd = fd,
    .parameter = parameter,
    .cancel = cancel,
};

const la_driver *la_driver_mock(void) { return &driver; }
