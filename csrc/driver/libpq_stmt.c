/* libpq_stmt.c - the life of an execution: send, step through what comes back,
 * perhaps try again, end. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "driver/libpq_impl.h"

/* ---- making ---- */

static char *copy_bytes(const void *p, size_t n) {
  char *copy = la_alloc(n + 1);
  if (!copy) return NULL;
  memcpy(copy, p, n);
  copy[n] = '\0';
  return copy;
}

static int check_sql(const la_sql *sql, la_error *err) {
  if (memchr(sql->text, '\0', sql->len))
    return la_fail_with(err, LA_EXC_ProgrammingError, "the query contains a null character");
  if (sql->nparams > 65535)
    return la_fail_with(err, LA_EXC_OperationalError,
                        "a statement of PostgreSQL takes at most 65535 parameters, given are %u", sql->nparams);
  return 0;
}

int pq_prepare(la_dbstmt **out, la_dbconn *h, const la_sql *sql, la_error *err) {
  if (check_sql(sql, err)) return -1;
  pq_stmt *s = la_calloc(sizeof *s);
  if (!s) return la_fail_memory(err);
  s->head.nparams = sql->nparams;
  s->flags = sql->flags;
  s->chunk = sql->chunk;
  s->len = sql->len;
  s->rowcount = -1;
  la_dbstmt_link(&s->head, h);
  s->sql = copy_bytes(sql->text, sql->len);
  if (sql->hints && sql->nparams) s->hints = (uint8_t *)copy_bytes(sql->hints, sql->nparams);
  bool ok = s->sql && (s->hints || !sql->hints || !sql->nparams);
  if (!ok) la_fail_memory(err);
  if (ok && !pq_params_init(&s->params, sql->nparams, err)) {
    *out = &s->head;
    return 0;
  }
  pq_finish(&s->head);
  return -1;
}

static pq_conn *conn_of(const pq_stmt *s) { return pq_conn_of(s->head.conn); }

static void drop_failure(pq_stmt *s) {
  PQclear(s->failed);
  s->failed = NULL;
}

void pq_reset(la_dbstmt *h) {
  pq_stmt *s = pq_stmt_of(h);
  if (h->conn && conn_of(s)->running == s) {
    if (pq_may_absorb(conn_of(s)))
      pq_leave(conn_of(s));
    else
      pq_release(conn_of(s), true);
  }
  pq_drop_rows(s);
  drop_failure(s);
  pq_arrays_rest(s);
  s->cursor = 0;
  s->state = PQ_IDLE;
}

void pq_cut(pq_stmt *s) {
  pq_state st = s->state;
  if (st == PQ_SENT || st == PQ_WAITING || st == PQ_FETCHED || st == PQ_AHEAD) {
    pq_reset(&s->head);
    s->state = PQ_CUT;
  }
  la_dbstmt_unlink(&s->head);
}

void pq_detach(la_dbstmt *h) {
  pq_stmt *s = pq_stmt_of(h);
  if (!h->conn) return;
  if (s->prepared) pq_mark_dead(conn_of(s), s->number);
  pq_arrays_forget(s, conn_of(s));
  s->prepared = false;
  pq_cut(s);
}

void pq_finish(la_dbstmt *h) {
  pq_stmt *s = pq_stmt_of(h);
  pq_reset(h);
  pq_detach(h);
  pq_arrays_free(s);
  pq_params_free(&s->params);
  la_free(s->sql);
  la_free(s->hints);
  la_free(s->fallback);
  la_free(s->types);
  la_free(s->cols);
  la_free(s->arrays);
  la_free(s);
}

/* ---- sending ---- */

static int closed(la_error *err) {
  la_fail_with(err, LA_EXC_InterfaceError, "connection already closed");
  if (err) err->invalidated = true;
  return -1;
}

static int in_use(la_error *err) {
  return la_fail_with(
      err, LA_EXC_InterfaceError,
      "another command is already in progress on this connection: read its rows to the end, or close it");
}

static bool is_taken(const pq_conn *c) { return c->running && !pq_may_absorb(c); }

/* An execution failed to be sent: nothing of it is left behind. */
static int give_up(pq_conn *c, pq_stmt *s) {
  bool pipeline = c->phase != PQ_BROKEN && PQpipelineStatus(c->pg) != PQ_PIPELINE_OFF;
  if (pipeline && !c->nexpected) PQexitPipelineMode(c->pg);
  if (c->running == s) pq_release(c, pipeline && c->nexpected > 0);
  pq_reset(&s->head);
  return -1;
}

static int start(pq_stmt *s, pq_submit_fn next, la_error *err) {
  pq_conn *c = conn_of(s);
  if (c->phase == PQ_BROKEN) return pq_fail_lost(c, err);
  if (is_taken(c) || c->phase < PQ_READY) return in_use(err);
  pq_renew_cancel_key(c);
  if (c->phase == PQ_READY && !c->running && !pq_is_cancelling(c)) return next(c, s, err) ? give_up(c, s) : 0;
  s->state = PQ_WAITING;
  s->next = next;
  return 0;
}

static int begin(pq_stmt *s, size_t n, size_t nsets, bool many, la_error *err) {
  if (!s->head.conn) return closed(err);
  pq_reset(&s->head);
  if (is_taken(conn_of(s))) return in_use(err);
  if (la_dbstmt_check(&s->head, n, err)) return -1;
  s->head.wanted = 0;
  s->many = many;
  s->nsets = nsets;
  s->set = 0;
  s->rowcount = -1;
  s->retried = s->undo = s->guarded = s->by_arrays = s->asking = s->spoiled = false;
  return 0;
}

int pq_send(la_dbstmt *h, const la_value *params, size_t n, la_error *err) {
  pq_stmt *s = pq_stmt_of(h);
  if (begin(s, n, 1, false, err)) return -1;
  if (pq_encode(&s->params, params, s->hints, s->fallback, false, err)) return -1;
  return start(s, pq_submit, err);
}

int pq_send_many(la_dbstmt *h, const la_value *params, size_t n, size_t nrows, la_error *err) {
  pq_stmt *s = pq_stmt_of(h);
  if (begin(s, n, nrows, true, err)) return -1;
  s->sets = params;
  la_str *arrays = h->arrays;
  h->arrays = NULL;
  if (pq_arrays_take(s, arrays, err)) return -1;
  return nrows ? start(s, pq_submit, err) : 0;
}

/* ---- what comes back ---- */

/* What a step of the work answers; GO_ON: nothing yet. */
enum { GO_ON = -1 };

static int fail_step(pq_stmt *s) {
  pq_conn *c = conn_of(s);
  if (c->running == s) pq_release(c, false);
  pq_drop_rows(s);
  drop_failure(s);
  s->state = PQ_IDLE;
  return LA_STEP_FAIL;
}

static int64_t affected(const PGresult *res) {
  const char *n = PQcmdTuples((PGresult *)res);
  return *n ? (int64_t)strtoll(n, NULL, 10) : -1;
}

static void count(pq_stmt *s, const PGresult *res) {
  int64_t n = affected(res);
  if (n >= 0 && !(s->flags & LA_SQL_STREAM)) s->rowcount = s->rowcount < 0 || !s->many ? n : s->rowcount + n;
}

static bool begins(const char *text, const char *with) { return !strncmp(text, with, strlen(with)); }

/* What changes tables makes prepared statements useless, and so does a rollback of it. */
static void note_command(pq_conn *c, PGresult *res) {
  const char *tag = PQcmdStatus(res);
  if (!strcmp(tag, "DISCARD ALL") || !strcmp(tag, "DEALLOCATE ALL")) {
    c->schema++;
    c->opened = false;
  }
  bool altered = begins(tag, "ALTER") || begins(tag, "CREATE") || begins(tag, "DROP") || !strcmp(tag, "DO");
  if (altered || (c->altered && !strcmp(tag, "ROLLBACK"))) c->schema++;
  if (altered) c->altered = true;
}

/* The set, or the first of the sets, of the execution that is answered next. */
static size_t set_of_next(const pq_stmt *s) {
  return s->by_arrays && !s->asking ? s->bulk->firsts[s->nanswered % PQ_ARRAYS_NOTED] : s->nanswered;
}

/* What was to commit a transaction, or to prepare it, rolled it back instead. */
static bool is_unheard(const pq_stmt *s, PGresult *res) {
  return !strcmp(PQcmdStatus(res), "ROLLBACK") && (s->flags & LA_SQL_COMMIT || begins(s->sql, "PREPARE"));
}

static void unhide(pq_stmt *s) {
  s->failed = conn_of(s)->hidden;
  conn_of(s)->hidden = NULL;
}

/* The answer to one execution. */
static int on_result(pq_stmt *s, PGresult *res, la_error *err) {
  ExecStatusType st = PQresultStatus(res);
  bool rows = (st == PGRES_TUPLES_OK || st == PGRES_SINGLE_TUPLE) && !(s->flags & LA_SQL_SCRIPT);
  bool last_single = s->single && st == PGRES_TUPLES_OK && s->typed;
  if (st == PGRES_COMMAND_OK) note_command(conn_of(s), res);
  if (st == PGRES_COMMAND_OK && conn_of(s)->hidden && is_unheard(s, res)) unhide(s);
  if (st != PGRES_SINGLE_TUPLE) {
    count(s, res);
    s->set = set_of_next(s);
    s->nanswered++;
    s->proven = true;
  }
  if (!rows || last_single) return PQclear(res), GO_ON;
  s->fetched += (uint32_t)PQntuples(res);
  if (s->absorbing) return s->rest = res, GO_ON;
  if (pq_take_rows(s, res, err)) return fail_step(s);
  s->delivering = s->many || s->single;
  return s->delivering && pq_next_row(s) ? LA_STEP_ROW : GO_ON;
}

static int on_error(pq_stmt *s, PGresult *res) {
  pq_command cmd = conn_of(s)->expected[0].cmd;
  if (s->absorbing) return pq_hide(conn_of(s), res), s->spoiled = true, GO_ON;
  if (cmd == PQ_CMD_DEALLOCATE || s->failed) return PQclear(res), GO_ON;
  s->failed = res;
  s->set = set_of_next(s);
  s->unopened = cmd == PQ_CMD_BEFORE;
  if (s->unopened) conn_of(s)->opened = false;
  if (cmd == PQ_CMD_PREPARE && s->by_arrays) pq_arrays_forget(s, NULL);
  if (cmd == PQ_CMD_PREPARE) s->number = 0;
  return GO_ON;
}

static int on_copy(pq_stmt *s, PGresult *res, la_error *err) {
  PQclear(res);
  la_fail_with(err, LA_EXC_NotSupportedError, "COPY from and to the client is not supported");
  pq_fail_lost(conn_of(s), err);
  return fail_step(s);
}

/* To what goes before an execution. */
static int take_answer(pq_conn *c, pq_stmt *s, const PGresult *res, la_error *err) {
  pq_command cmd = c->expected[0].cmd;
  if (cmd == PQ_CMD_BEFORE) c->opened = c->prepare_threshold >= 0;
  if (cmd == PQ_CMD_DESCRIBE) return pq_arrays_describe(s, res, err);
  if (cmd == PQ_CMD_TYPES) pq_arrays_learn(s, res);
  if (cmd == PQ_CMD_PREPARE && !s->by_arrays) s->prepared = s->number != 0;
  if (cmd == PQ_CMD_PREPARE && s->by_arrays && !s->asking) s->bulk->prepared = s->bulk->number != 0;
  return 0;
}

static int complete(pq_conn *c, pq_stmt *s, la_error *err);

int pq_take_result(pq_conn *c, pq_stmt *s, la_error *err) {
  PGresult *res = PQgetResult(c->pg);
  bool pipeline = PQpipelineStatus(c->pg) != PQ_PIPELINE_OFF;
  ExecStatusType st = PQresultStatus(res);
  if (!res || st == PGRES_PIPELINE_SYNC) {
    PQclear(res);
    pq_expect_less(c);
    if (!pipeline) c->nexpected = 0;
    return c->nexpected || (pipeline && s->many && !s->synced) ? GO_ON : complete(c, s, err);
  }
  switch (st) {
    case PGRES_FATAL_ERROR: return on_error(s, res);
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH: return on_copy(s, res, err);
    default: break;
  }
  if (c->expected[0].cmd == PQ_CMD_EXECUTE && st != PGRES_PIPELINE_ABORTED) return on_result(s, res, err);
  bool answer = st == PGRES_COMMAND_OK || st == PGRES_TUPLES_OK;
  int rc = answer ? take_answer(c, s, res, err) : 0;
  PQclear(res);
  return rc ? fail_step(s) : GO_ON;
}

/* ---- trying again ---- */

/* "could not determine data type of parameter $3": 3, or 0. */
static uint32_t open_parameter(const PGresult *failed) {
  const char *msg = PQresultErrorField(failed, PG_DIAG_MESSAGE_PRIMARY), *dollar = msg ? strchr(msg, '$') : NULL;
  return dollar ? (uint32_t)strtoul(dollar + 1, NULL, 10) : 0;
}

/* The parameter gets a type of its own. */
static bool close_parameter(pq_stmt *s) {
  uint32_t i = open_parameter(s->failed);
  if (!i || i > s->head.nparams) return false;
  if (!s->fallback) s->fallback = la_calloc(s->head.nparams);
  if (!s->fallback || s->fallback[i - 1]) return false;
  if (!s->params.types[i - 1]) s->params.types[i - 1] = pq_fallback(s->hints ? s->hints[i - 1] : 0);
  s->fallback[i - 1] = 1;
  return true;
}

/* The plan that the server had prepared is of no use any more. */
static bool forget_plan(pq_conn *c, pq_stmt *s, const char *state) {
  bool gone = !strcmp(state, "26000"), named = s->by_arrays ? s->bulk->number : s->number;
  if (!named || (!gone && strcmp(state, "0A000"))) return false;
  if (!gone) pq_mark_dead(c, s->number);
  pq_arrays_forget(s, gone ? NULL : c);
  s->number = 0;
  s->prepared = s->typed = false;
  s->executed = 0;
  return true;
}

/* The prepared statement of what goes before is gone: it goes anew. */
static bool reopen(pq_conn *c, pq_stmt *s, const char *state) {
  if (s->retried || strcmp(state, "26000")) return false;
  c->head.before = c->before;
  return s->retried = true;
}

static bool may_retry(pq_conn *c, pq_stmt *s) {
  const char *state = PQresultErrorField(s->failed, PG_DIAG_SQLSTATE);
  PGTransactionStatusType tx = PQtransactionStatus(c->pg);
  if (!state || s->nanswered || s->res) return false;
  if (s->unopened) return tx == PQTRANS_IDLE && reopen(c, s, state);
  if (!strcmp(state, "42P18")) {
    s->undo = tx == PQTRANS_INERROR && s->guarded;
    return (tx == PQTRANS_IDLE || s->undo) && close_parameter(s);
  }
  if (!forget_plan(c, s, state) || s->retried || tx != PQTRANS_IDLE) return false;
  return s->retried = true;
}

static int again(pq_conn *c, pq_stmt *s, la_error *err) {
  drop_failure(s);
  s->cursor = 0;
  return pq_submit(c, s, err) ? give_up(c, s), LA_STEP_FAIL : GO_ON;
}

/* ---- going on ---- */

static int first_row(pq_stmt *s) {
  if (pq_next_row(s)) return LA_STEP_ROW;
  s->state = PQ_IDLE;
  return LA_STEP_DONE;
}

/* All that was sent is answered. */
static int complete(pq_conn *c, pq_stmt *s, la_error *err) {
  if (PQpipelineStatus(c->pg) != PQ_PIPELINE_OFF) PQexitPipelineMode(c->pg);
  if (s->failed && may_retry(c, s)) return again(c, s, err);
  if (s->failed) {
    pq_fail_result(c, s->failed, err);
    return fail_step(s);
  }
  if (s->asking) {
    s->proven = true;
    return pq_submit(c, s, err) ? give_up(c, s), LA_STEP_FAIL : GO_ON;
  }
  pq_release(c, false);
  s->executed++;
  if (s->cursor) return s->state = PQ_FETCHED, GO_ON;
  if (!s->res || s->many || s->single) return s->state = PQ_IDLE, LA_STEP_DONE;
  s->state = PQ_ROWS;
  return first_row(s);
}

static int run(pq_conn *c, pq_stmt *s, la_error *err) {
  if (pq_late(c, err) == LA_STEP_FAIL) return fail_step(s);
  if (s->delivering && pq_next_row(s)) return LA_STEP_ROW;
  s->delivering = false;
  if (pq_feed(c, s, err)) return give_up(c, s), LA_STEP_FAIL;
  la_step st = pq_pump(c, err);
  if (st == LA_STEP_FAIL) return fail_step(s);
  return st == LA_STEP_DONE ? pq_take_result(c, s, err) : (int)st;
}

/* The next rows of a cursor, or its end. */
static int next_fetched(pq_stmt *s, la_error *err) {
  if (pq_next_row(s)) return pq_go_ahead(conn_of(s), s, err) ? give_up(conn_of(s), s), LA_STEP_FAIL : LA_STEP_ROW;
  int more = pq_take_rest(s, err);
  if (more) return more < 0 ? fail_step(s) : GO_ON;
  if (conn_of(s)->hidden) return pq_fail_result(conn_of(s), conn_of(s)->hidden, err), fail_step(s);
  bool end = s->fetched < s->asked && !s->spoiled;
  return start(s, end ? pq_submit_close : pq_submit_fetch, err) ? fail_step(s) : GO_ON;
}

/* The same, with the next rows on their way. */
static int next_ahead(pq_stmt *s) {
  if (pq_next_row(s)) return LA_STEP_ROW;
  s->state = PQ_SENT;
  return GO_ON;
}

static int drain_first(pq_conn *c, pq_stmt *s, la_error *err) {
  if (is_taken(c)) return in_use(err), s->state = PQ_IDLE, LA_STEP_FAIL;
  la_step st = c->running ? pq_absorb(c, err) : LA_STEP_DONE;
  if (st == LA_STEP_DONE) st = pq_drain(c, err);
  if (st == LA_STEP_FAIL) return fail_step(s);
  if (st != LA_STEP_DONE) return (int)st;
  return s->next(c, s, err) ? give_up(c, s), LA_STEP_FAIL : GO_ON;
}

static int step_once(pq_stmt *s, la_error *err) {
  switch (s->state) {
    case PQ_WAITING: return drain_first(conn_of(s), s, err);
    case PQ_SENT: return run(conn_of(s), s, err);
    case PQ_FETCHED: return next_fetched(s, err);
    case PQ_AHEAD: return next_ahead(s);
    case PQ_ROWS: return first_row(s);
    case PQ_CUT: s->state = PQ_IDLE; return closed(err), LA_STEP_FAIL;
    default: return LA_STEP_DONE;
  }
}

la_step pq_step(la_dbstmt *h, la_error *err) {
  int st;
  do st = step_once(pq_stmt_of(h), err);
  while (st == GO_ON);
  return (la_step)st;
}
