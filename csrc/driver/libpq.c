/* libpq.c - the driver of PostgreSQL. libpq is driven without blocking; results come
 * in binary where every column can be read exactly from it (known from the second
 * execution on), else as text.
 *
 *     libpq_conninfo, libpq_conn   connecting, draining, cancelling
 *     libpq_task                   what libpq would block on, in threads
 *     libpq_stmt, libpq_submit     executions
 *     libpq_stream                 the rows of a cursor
 *     libpq_param, libpq_arrays    parameters; many sets of them as arrays
 *     libpq_rows, _binary, _text, _array   results
 *     libpq_error                  SQLSTATEs */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "driver/libpq_impl.h"

static void free_conn(pq_conn *c) {
  c->running = NULL;
  while (c->head.stmts) pq_cut(pq_stmt_of(c->head.stmts));
  if (c->pg) PQfinish(c->pg);
  pq_free_keywords(c);
  pq_task_forget(c->lookup);
  pq_task_forget(c->cancelling);
  PQfreeCancel(c->cancel_key);
  PQclear(c->hidden);
  pthread_mutex_destroy(&c->lock);
  la_free(c->opening);
  la_free(c->dead);
  la_free(c);
}

/* What runs is cancelled, so that the server does not work for nobody. */
static void close_conn(la_dbconn *h) {
  pq_conn *c = pq_conn_of(h);
  if (c->running && c->phase == PQ_READY) pq_cancel(h);
  free_conn(c);
}

/* The socket is shared with the parent: libpq says its farewell to /dev/null. */
static void abandon(la_dbconn *h) {
  pq_conn *c = pq_conn_of(h);
  int fd = c->pg ? PQsocket(c->pg) : -1, null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (fd >= 0 && null >= 0) dup2(null, fd);
  if (fd >= 0 && null < 0) close(fd);
  if (null >= 0) close(null);
  c->phase = PQ_BROKEN;
  free_conn(c);
}

static const char *pool_class(const la_conninfo *info) { return (void)info, "QueuePool"; }

static bool busy(la_dbconn *h) { return pq_conn_of(h)->running && !pq_may_absorb(pq_conn_of(h)); }

static int64_t last_insert_id(la_dbconn *h) { return (void)h, 0; }

static long server_version(la_dbconn *h) { return pq_conn_of(h)->pg ? PQserverVersion(pq_conn_of(h)->pg) : 0; }
static long client_version(void) { return PQlibVersion(); }

static long max_params(la_dbconn *h) { return (void)h, 65535; }

static la_txstatus status(la_dbconn *h) {
  const pq_conn *c = pq_conn_of(h);
  if (c->phase == PQ_BROKEN || !c->pg || PQstatus(c->pg) == CONNECTION_BAD) return LA_TX_BROKEN;
  switch (PQtransactionStatus(c->pg)) {
    case PQTRANS_IDLE: return LA_TX_NONE;
    case PQTRANS_ACTIVE:
    case PQTRANS_INTRANS: return LA_TX_OPEN;
    case PQTRANS_INERROR: return LA_TX_FAILED;
    default: return LA_TX_BROKEN;
  }
}

/* An idle connection has nothing to say but notices and its end. */
static bool alive(la_dbconn *h) {
  pq_conn *c = pq_conn_of(h);
  if (status(h) == LA_TX_BROKEN) return false;
  struct pollfd p = {PQsocket(c->pg), POLLIN, 0};
  for (int i = 0; i < 3 && poll(&p, 1, 0) > 0; i++)
    if (!PQconsumeInput(c->pg)) return false;
  PQisBusy(c->pg);
  return PQstatus(c->pg) == CONNECTION_OK;
}

static int fd(la_dbconn *h) {
  const pq_conn *c = pq_conn_of(h);
  if (c->phase == PQ_RESOLVING) return pq_task_fd(c->lookup);
  if (!c->running && !c->abandoned_work && c->cancelling) return pq_task_fd(c->cancelling);
  return c->pg ? PQsocket(c->pg) : -1;
}

static const char *parameter(la_dbconn *h, const char *name) {
  return pq_conn_of(h)->pg ? PQparameterStatus(pq_conn_of(h)->pg, name) : NULL;
}

static const la_driver driver = {
    .name = "libpq",
    .dialect = "postgresql",
    .ping_sql = "SELECT 1",
    .caps = LA_CAP_NETWORK | LA_CAP_PIPELINE | LA_CAP_ARRAYS,
    .configure = pq_configure,
    .pool_class = pool_class,
    .open = pq_open,
    .ready = pq_ready,
    .close = close_conn,
    .abandon = abandon,
    .prepare = pq_prepare,
    .send = pq_send,
    .send_many = pq_send_many,
    .step = pq_step,
    .busy = busy,
    .reset = pq_reset,
    .detach = pq_detach,
    .finish = pq_finish,
    .ncols = pq_ncols,
    .describe = pq_describe,
    .value = pq_value,
    .rowcount = pq_rowcount,
    .set_index = pq_set_index,
    .last_insert_id = last_insert_id,
    .server_version = server_version,
    .client_version = client_version,
    .max_params = max_params,
    .status = status,
    .alive = alive,
    .fd = fd,
    .parameter = parameter,
    .cancel = pq_cancel,
};

const la_driver *la_driver_libpq(void) { return &driver; }
