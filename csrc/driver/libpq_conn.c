/* libpq_conn.c - connections: from open to READY, and back to READY after work was
 * given up.
 *
 *     RESOLVING -> CONNECTING -> SETTING -> READY <-> DRAINING        any -> BROKEN
 *
 * One deadline covers names, TCP, TLS and login of all hosts together. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "driver/libpq_impl.h"

char *pq_copy_text(const char *s) {
  size_t n = s ? strlen(s) + 1 : 0;
  char *copy = s ? la_alloc(n) : NULL;
  return copy ? memcpy(copy, s, n) : NULL;
}

/* ---- opening ---- */

static void on_notice(void *user, const PGresult *res) {
  pq_conn *c = user;
  if (!c->head.notice) return;
  const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
  const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
  c->head.notice(c->head.notice_user, severity ? severity : "NOTICE", text ? text : PQresultErrorMessage(res));
}

static int start_connecting(pq_conn *c, la_error *err) {
  c->pg = PQconnectStartParams((const char *const *)c->keywords, (const char *const *)c->values, 0);
  pq_free_keywords(c);
  if (!c->pg) return la_fail_memory(err);
  PQsetNoticeReceiver(c->pg, on_notice, c);
  c->phase = PQ_CONNECTING;
  c->polling = PGRES_POLLING_WRITING;
  return 0;
}

/* The names to ask a name server for, NULL: none. */
static const char *names_to_resolve(const pq_conn *c) {
  if (pq_keyword(c, "hostaddr") || pq_keyword(c, "service")) return NULL;
  const char *host = pq_keyword(c, "host");
  if (!host) host = getenv("PGHOSTADDR") ? NULL : getenv("PGHOST");
  return host && pq_hosts_need_lookup(host) ? host : NULL;
}

static int start(pq_conn *c, const la_conninfo *info, la_error *err) {
  if (pq_take_keywords(c, info, err)) return -1;
  const char *names = names_to_resolve(c), *port = pq_keyword(c, "port");
  if (!names) return start_connecting(c, err);
  c->lookup = pq_hosts_resolve(names, port ? port : getenv("PGPORT"));
  c->phase = PQ_RESOLVING;
  if (c->lookup) return 0;
  return la_fail_with(err, LA_EXC_OperationalError, "no thread could be started to look up \"%s\"", names);
}

/* connect_timeout holds for all hosts together. */
static int64_t earlier_deadline(const la_conninfo *info, int64_t deadline) {
  const la_value *v = la_conninfo_get(info, "connect_timeout");
  long seconds = 0;
  if (v && v->tag == LA_V_INT) seconds = (long)v->u.i;
  if (v && v->tag == LA_V_TEXT) seconds = strtol(v->u.s->s, NULL, 10);
  int64_t own = seconds > 0 ? la_deadline_in((double)seconds) : 0;
  return own && (!deadline || own < deadline) ? own : deadline;
}

const la_driver *la_driver_libpq(void);

int pq_open(la_dbconn **out, const la_conninfo *info, int64_t deadline, la_error *err) {
  pq_conn *c = la_calloc(sizeof *c);
  if (!c) return la_fail_memory(err);
  c->head.driver = la_driver_libpq();
  c->head.pid = (long)getpid();
  c->head.deadline = earlier_deadline(info, deadline);
  pthread_mutex_init(&c->lock, NULL);
  if (start(c, info, err)) {
    c->head.driver->close(&c->head);
    return -1;
  }
  *out = &c->head;
  return 0;
}

static bool is_late(const pq_conn *c) { return c->head.deadline && la_now_ns() >= c->head.deadline; }

static la_step failed(int rc) { return (void)rc, LA_STEP_FAIL; }

static la_step connect_timeout(pq_conn *c, la_error *err) {
  const char *host = c->pg ? PQhost(c->pg) : pq_keyword(c, "host"), *port = c->pg ? PQport(c->pg) : NULL;
  char message[512];
  snprintf(message, sizeof message, "connection to server at \"%.200s\"%s%.100s failed", host ? host : "",
           port ? ", port " : "", port ? port : "");
  return failed(pq_fail_timeout(c, message, err));
}

static la_step resolve(pq_conn *c, la_error *err) {
  if (!pq_task_done(c->lookup)) return is_late(c) ? connect_timeout(c, err) : LA_STEP_READ;
  const pq_hosts *h = pq_task_data(c->lookup);
  if (!h->addrs) return failed(pq_fail_connect(c, *h->message ? h->message : "out of memory", err));
  int rc = pq_set_keyword(c, "host", h->out_names) || pq_set_keyword(c, "hostaddr", h->addrs);
  if (!rc && strspn(h->out_ports, ",") < strlen(h->out_ports)) rc = pq_set_keyword(c, "port", h->out_ports);
  pq_task_forget(c->lookup);
  c->lookup = NULL;
  if (rc) la_fail_memory(err);
  return rc || start_connecting(c, err) ? failed(pq_fail_lost(c, err)) : LA_STEP_WRITE;
}

/* PQconnectPoll must not be called before the socket is ready. */
static bool is_ready(const pq_conn *c) {
  struct pollfd p = {PQsocket(c->pg), c->polling == PGRES_POLLING_READING ? POLLIN : POLLOUT, 0};
  return p.fd < 0 || poll(&p, 1, 0) != 0;
}

/* What PostgreSQL and the environment may have set otherwise, but values rely on. */
static const char *settings_to_change(const pq_conn *c) {
  const char *dates = PQparameterStatus(c->pg, "DateStyle"), *intervals = PQparameterStatus(c->pg, "IntervalStyle");
  bool old = PQserverVersion(c->pg) < 120000;
  if (dates && !strncmp(dates, "ISO", 3) && intervals && !strcmp(intervals, "postgres") && !old) return NULL;
  return "SET datestyle TO 'ISO'; SET intervalstyle TO 'postgres'; SET extra_float_digits TO 3";
}

static la_step connected(pq_conn *c, la_error *err) {
  const char *encoding = PQparameterStatus(c->pg, "client_encoding"), *set = settings_to_change(c);
  PQsetnonblocking(c->pg, 1);
  if (encoding && strcmp(encoding, "UTF8"))
    return failed(pq_fail_connect(c, "the server does not speak UTF8 with clients", err));
  pq_renew_cancel_key(c);
  c->phase = set ? PQ_SETTING : PQ_READY;
  if (!set) return LA_STEP_DONE;
  return PQsendQuery(c->pg, set) ? LA_STEP_WRITE : failed(pq_fail_lost(c, err));
}

static la_step proceed(pq_conn *c, la_error *err) {
  if (PQstatus(c->pg) == CONNECTION_BAD) return failed(pq_fail_connect(c, NULL, err));
  if (is_late(c)) return connect_timeout(c, err);
  if (is_ready(c)) c->polling = PQconnectPoll(c->pg);
  switch (c->polling) {
    case PGRES_POLLING_OK: return connected(c, err);
    case PGRES_POLLING_READING: return LA_STEP_READ;
    case PGRES_POLLING_FAILED: return failed(pq_fail_connect(c, NULL, err));
    default: return LA_STEP_WRITE;
  }
}

static la_step finish_settings(pq_conn *c, la_error *err) {
  la_step st;
  if (is_late(c)) return connect_timeout(c, err);
  while ((st = pq_pump(c, err)) == LA_STEP_DONE) {
    PGresult *res = PQgetResult(c->pg);
    bool wrong = PQresultStatus(res) == PGRES_FATAL_ERROR;
    bool end = !res;
    if (wrong) pq_fail_result(c, res, err);
    PQclear(res);
    if (wrong) return failed(pq_fail_lost(c, err));
    if (end) return c->phase = PQ_READY, LA_STEP_DONE;
  }
  return st;
}

la_step pq_ready(la_dbconn *h, la_error *err) {
  pq_conn *c = pq_conn_of(h);
  la_step st = LA_STEP_DONE;
  if (c->phase == PQ_RESOLVING) st = resolve(c, err);
  if (st != LA_STEP_FAIL && c->phase == PQ_CONNECTING) st = proceed(c, err);
  if (st != LA_STEP_FAIL && c->phase == PQ_SETTING) st = finish_settings(c, err);
  if (st == LA_STEP_FAIL) return st;
  if (c->phase == PQ_DRAINING || (c->phase == PQ_READY && !c->running && pq_is_cancelling(c))) return pq_drain(c, err);
  if (c->phase == PQ_READY && pq_may_absorb(c)) return pq_absorb(c, err);
  return c->phase == PQ_BROKEN ? pq_fail_lost(c, err), LA_STEP_FAIL : st;
}

/* ---- reading and sending ---- */

/* What the server said before it went is a better reason than that it went. */
static la_step lost(pq_conn *c, la_error *err) {
  PGresult *last = PQgetResult(c->pg);
  if (PQresultStatus(last) == PGRES_FATAL_ERROR && PQresultErrorField(last, PG_DIAG_SQLSTATE))
    pq_fail_result(c, last, err);
  PQclear(last);
  return failed(pq_fail_lost(c, err));
}

la_step pq_pump(pq_conn *c, la_error *err) {
  int unsent = PQflush(c->pg);
  if (unsent < 0 && !PQconsumeInput(c->pg)) return lost(c, err);
  if (!PQisBusy(c->pg)) return LA_STEP_DONE;
  bool early = c->unpolled; /* no answer can be there yet */
  c->unpolled = false;
  if (early) return unsent > 0 ? LA_STEP_WRITE : LA_STEP_READ;
  if (!PQconsumeInput(c->pg)) return lost(c, err);
  if (unsent > 0) unsent = PQflush(c->pg);
  if (!PQisBusy(c->pg)) return LA_STEP_DONE;
  return unsent > 0 ? LA_STEP_WRITE : LA_STEP_READ;
}

/* ---- giving up, cancelling ---- */

static void send_cancel(void *key) {
  char message[256];
  PQcancel(key, message, sizeof message);
}

static void free_key(void *key) { PQfreeCancel(key); }

void pq_cancel(la_dbconn *h) {
  pq_conn *c = pq_conn_of(h);
  pthread_mutex_lock(&c->lock);
  if (!c->cancelling && c->cancel_key) {
    pq_task *t = pq_task_start(send_cancel, c->cancel_key, free_key);
    __atomic_store_n(&c->cancelling, t, __ATOMIC_RELEASE);
    __atomic_store_n(&c->cancel_key, NULL, __ATOMIC_RELEASE);
  }
  pthread_mutex_unlock(&c->lock);
}

/* The task of a cancel request, NULL: there is none, or it has ended. */
static pq_task *unfinished_cancel(pq_conn *c) {
  pthread_mutex_lock(&c->lock);
  if (c->cancelling && pq_task_done(c->cancelling)) {
    pq_task_forget(c->cancelling);
    __atomic_store_n(&c->cancelling, NULL, __ATOMIC_RELEASE);
  }
  pq_task *t = c->cancelling;
  pthread_mutex_unlock(&c->lock);
  return t;
}

bool pq_is_cancelling(pq_conn *c) { return __atomic_load_n(&c->cancelling, __ATOMIC_ACQUIRE) && unfinished_cancel(c); }

/* A key for the next cancel request; PQgetCancel belongs to the connection's thread. */
void pq_renew_cancel_key(pq_conn *c) {
  if (__atomic_load_n(&c->cancel_key, __ATOMIC_ACQUIRE)) return;
  PGcancel *key = PQgetCancel(c->pg);
  pthread_mutex_lock(&c->lock);
  __atomic_store_n(&c->cancel_key, key, __ATOMIC_RELEASE);
  pthread_mutex_unlock(&c->lock);
}

la_step pq_late(pq_conn *c, la_error *err) {
  if (!is_late(c)) return LA_STEP_DONE;
  if (!c->timed_out && c->phase == PQ_READY) {
    c->timed_out = true;
    c->head.deadline = la_now_ns() + 90000000;
    pq_cancel(&c->head);
    return LA_STEP_READ;
  }
  return failed(pq_fail_timeout(c, "the server does not answer", err));
}

void pq_release(pq_conn *c, bool rest) {
  c->running = NULL;
  c->timed_out = false;
  c->abandoned_work = rest;
  if (rest) pq_cancel(&c->head);
  if (rest && c->unsynced && PQpipelineStatus(c->pg) != PQ_PIPELINE_OFF && PQpipelineSync(c->pg))
    pq_expect(c, PQ_CMD_SYNC);
  if (c->phase == PQ_READY && rest) c->phase = PQ_DRAINING;
}

void pq_leave(pq_conn *c) {
  pq_release(c, false);
  c->abandoned_work = true;
  if (c->phase == PQ_READY) c->phase = PQ_DRAINING;
}

void pq_expect(pq_conn *c, pq_command cmd) {
  c->unsynced = cmd != PQ_CMD_SYNC;
  if (c->nexpected && c->expected[c->nexpected - 1].cmd == cmd) {
    c->expected[c->nexpected - 1].count++;
  } else {
    c->expected[c->nexpected].cmd = cmd;
    c->expected[c->nexpected++].count = 1;
  }
}

void pq_expect_less(pq_conn *c) {
  if (!c->nexpected || --c->expected[0].count) return;
  memmove(&c->expected[0], &c->expected[1], (size_t)--c->nexpected * sizeof c->expected[0]);
}

/* Drops one result: 1 if more are to come, 0, or -1 if there is no end to them. */
static int drop_result(pq_conn *c) {
  PGresult *res = PQgetResult(c->pg);
  ExecStatusType st = PQresultStatus(res);
  bool none = !res;
  if (PQresultErrorField(res, PG_DIAG_SQLSTATE))
    pq_hide(c, res);
  else
    PQclear(res);
  if (st == PGRES_COPY_IN || st == PGRES_COPY_OUT || st == PGRES_COPY_BOTH) return -1;
  if (none || st == PGRES_PIPELINE_SYNC) pq_expect_less(c);
  return c->nexpected > 0;
}

la_step pq_drain(pq_conn *c, la_error *err) {
  la_step st;
  while (c->abandoned_work) {
    if ((st = pq_pump(c, err)) == LA_STEP_FAIL) return st;
    if (st != LA_STEP_DONE) return is_late(c) ? pq_late(c, err) : st;
    int more = drop_result(c);
    if (more < 0) return lost(c, err);
    if (more) continue;
    if (PQpipelineStatus(c->pg) != PQ_PIPELINE_OFF) PQexitPipelineMode(c->pg);
    c->abandoned_work = false;
  }
  if (unfinished_cancel(c)) return is_late(c) ? pq_late(c, err) : LA_STEP_READ;
  c->phase = PQ_READY;
  pq_renew_cancel_key(c);
  return LA_STEP_DONE;
}

void pq_mark_dead(pq_conn *c, unsigned number) {
  if (!number) return;
  if (c->ndead == c->dead_room) {
    size_t room = c->dead_room ? c->dead_room * 2 : 16;
    unsigned *dead = la_realloc(c->dead, room * sizeof *dead);
    if (!dead) return;
    c->dead = dead;
    c->dead_room = room;
  }
  c->dead[c->ndead++] = number;
}
