/* hosted.c - the driver of connections that are objects of the host: a pool counts, ages and gives them out as any
 * other, and the host talks to them itself. Nothing can be executed here. */
#include <unistd.h>

#include "base/mem.h"
#include "engine/driver.h"

const la_driver *la_driver_hosted(void);

static int open_conn(la_dbconn **out, const la_conninfo *info, int64_t deadline, la_error *err) {
  la_dbconn *c = la_calloc(sizeof *c);
  (void)info;
  if (!c) return la_fail_memory(err);
  c->driver = la_driver_hosted();
  c->pid = (long)getpid();
  c->deadline = deadline;
  *out = c;
  return 0;
}

static la_step ready(la_dbconn *c, la_error *err) {
  (void)c, (void)err;
  return LA_STEP_DONE;
}

static void close_conn(la_dbconn *c) { la_free(c); }

static int prepare(la_dbstmt **out, la_dbconn *c, const la_sql *sql, la_error *err) {
  (void)out, (void)c, (void)sql;
  return la_fail_with(err, LA_EXC_InterfaceError,
                      "the pool's creator returned an object that is no connection of a driver: nothing can be "
                      "executed on it but by itself");
}

static bool busy(la_dbconn *c) {
  (void)c;
  return false;
}

static int64_t last_insert_id(la_dbconn *c) {
  (void)c;
  return 0;
}

static long no_version(void) { return 0; }

static long no_number(la_dbconn *c) {
  (void)c;
  return 0;
}

static la_txstatus status(la_dbconn *c) {
  (void)c;
  return LA_TX_NONE;
}

static bool alive(la_dbconn *c) {
  (void)c;
  return true;
}

static int fd(la_dbconn *c) {
  (void)c;
  return -1;
}

static const char *parameter(la_dbconn *c, const char *name) {
  (void)c, (void)name;
  return NULL;
}

static void cancel(la_dbconn *c) { (void)c; }

static const la_driver driver = {
    .name = "hosted",
    .dialect = "hosted",
    .ping_sql = "",
    .caps = LA_CAP_NETWORK, /* what Lua lost in the middle of something is dropped, not given to another */
    .open = open_conn,
    .ready = ready,
    .close = close_conn,
    .abandon = close_conn,
    .prepare = prepare,
    .busy = busy,
    .last_insert_id = last_insert_id,
    .server_version = no_number,
    .client_version = no_version,
    .max_params = no_number,
    .status = status,
    .alive = alive,
    .fd = fd,
    .parameter = parameter,
    .cancel = cancel,
};

const la_driver *la_driver_hosted(void) { return &driver; }
