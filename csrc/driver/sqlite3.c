/* sqlite3.c - the driver of SQLite: connections. All runs in the calling thread
 * and nothing ever answers READ. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/real.h"
#include "driver/sqlite3_impl.h"

/* ---- connect arguments ---- */

/* What Python's sqlite3.connect takes, so far as it means something here, too. */
typedef enum opt_type { OPT_BOOL, OPT_REAL, OPT_INT, OPT_TEXT } opt_type;

static const struct option {
  const char *name;
  opt_type type;
} options[] = {
    {"uri", OPT_BOOL},         {"timeout", OPT_REAL},           {"isolation_level", OPT_TEXT},
    {"detect_types", OPT_INT}, {"check_same_thread", OPT_BOOL}, {"cached_statements", OPT_INT},
#ifdef LA_SQLCIPHER
    {"cipher", OPT_TEXT},      {"cipher_page_size", OPT_INT},   {"cipher_use_hmac", OPT_BOOL},
    {"kdf_iter", OPT_INT},
#endif
};

static const struct option *option_named(const char *name) {
  for (size_t i = 0; i < sizeof options / sizeof *options; i++)
    if (!strcmp(options[i].name, name)) return &options[i];
  return NULL;
}

static int parse_bool(const la_str *s) {
  static const char *const words[] = {"false", "no", "off", "n", "f", "0", "true", "yes", "on", "y", "t", "1"};
  for (int i = 0; i < 12; i++)
    if (!strcasecmp(s->s, words[i])) return i >= 6;
  return -1;
}

/* Gives the text of the URL the option's own type. */
static int coerce(const struct option *o, la_value *v) {
  double r;
  if (v->tag != LA_V_TEXT || o->type == OPT_TEXT) return 0;
  la_str *s = v->u.s;
  if (o->type == OPT_BOOL) {
    int b = parse_bool(s);
    if (b < 0) return -1;
    *v = la_value_bool(b);
  } else {
    if (!la_real_parse(&r, s->s, s->len)) return -1;
    *v = o->type == OPT_INT ? la_value_int((int64_t)r) : la_value_real(r);
  }
  la_str_release(s);
  return 0;
}

static bool suits(const struct option *o, const la_value *v) {
  switch (o->type) {
    case OPT_BOOL: return v->tag == LA_V_BOOL || v->tag == LA_V_INT;
    case OPT_REAL: return v->tag == LA_V_REAL || v->tag == LA_V_INT;
    case OPT_INT: return v->tag == LA_V_INT;
    default: return v->tag == LA_V_TEXT || v->tag == LA_V_NULL;
  }
}

static int check_option(la_setting *p, bool may_be_uri, la_error *err) {
  const struct option *o = option_named(p->key->s);
  if (!o && may_be_uri) return 0;
  if (!o)
    return la_fail_with(
        err, LA_EXC_ArgumentError,
        "SQLite: unknown connect argument '%s'; accepted are %suri, timeout, isolation_level, detect_types, "
        "check_same_thread and cached_statements, and in the URL, with uri=true, SQLite's own parameters",
        p->key->s, LITE_CIPHER ? "cipher, kdf_iter, cipher_page_size, cipher_use_hmac, " : "");
  if (!coerce(o, &p->value) && suits(o, &p->value)) return 0;
  static const char *const types[] = {"true or false", "a number of seconds", "an integer", "a string"};
  return la_fail_with(err, LA_EXC_ArgumentError, "SQLite: connect argument '%s' must be %s", o->name, types[o->type]);
}

static bool is_true(const la_value *v) { return v && (v->tag == LA_V_BOOL || v->tag == LA_V_INT) && v->u.i; }

static const la_value *query_value(const la_conninfo *info, const char *key) {
  for (size_t i = info->nquery; i-- > 0;)
    if (la_str_is(info->query[i].key, key)) return &info->query[i].value;
  return NULL;
}

static bool wants_uri(const la_conninfo *info) {
  const la_value *v = query_value(info, "uri");
  return v && (v->tag == LA_V_TEXT ? parse_bool(v->u.s) == 1 : is_true(v));
}

static int by_key(const void *a, const void *b) {
  const la_setting *const *p = a, *const *q = b;
  return strcmp((*p)->key->s, (*q)->key->s);
}

/* "file:name?mode=ro&vfs=x": what the query says beyond the options, sorted. */
static int add_uri_query(la_buf *b, la_conninfo *info) {
  la_setting **own = la_alloc((info->nquery + 1) * sizeof *own);
  if (!own) return -1;
  size_t n = 0;
  for (size_t i = 0; i < info->nquery; i++)
    if (!option_named(info->query[i].key->s)) own[n++] = &info->query[i];
  qsort(own, n, sizeof *own, by_key);
  for (size_t i = 0; i < n; i++) la_buf_printf(b, "%c%s=%s", i ? '&' : '?', own[i]->key->s, own[i]->value.u.s->s);
  la_free(own);
  return 0;
}

static void add_absolute(la_buf *b, const char *path) {
  char dir[4096];
  if (*path != '/' && getcwd(dir, sizeof dir)) la_buf_printf(b, "%s/", dir);
  la_buf_puts(b, path);
}

/* The name that sqlite3_open_v2 gets takes the place of the database's. */
static int set_filename(la_conninfo *info, la_error *err) {
  const char *name = info->database && info->database->len ? info->database->s : ":memory:";
  la_buf b = LA_BUF_INIT;
  int rc = 0;
  if (wants_uri(info)) {
    la_buf_puts(&b, name);
    rc = add_uri_query(&b, info);
  } else if (strcmp(name, ":memory:")) {
    add_absolute(&b, name);
  } else {
    la_buf_puts(&b, name);
  }
  la_str *full = rc ? NULL : la_buf_to_str(&b);
  la_buf_free(&b);
  if (!full) return la_fail_memory(err);
  la_str_release(info->database);
  info->database = full;
  return 0;
}

static int configure(la_conninfo *info, la_error *err) {
  if (info->user || (info->password && !LITE_CIPHER) || info->host || info->port)
    return la_fail_with(err, LA_EXC_ArgumentError,
                        "Invalid SQLite URL: %s\nValid SQLite URL forms are:\n sqlite:///:memory: (or, sqlite://)\n"
                        " sqlite:///relative/path/to/file.db\n sqlite:////absolute/path/to/file.db",
                        info->url ? info->url->s : "");
  bool uri = wants_uri(info);
  for (size_t i = 0; i < info->nquery; i++)
    if (check_option(&info->query[i], uri, err)) return -1;
  for (size_t i = 0; i < info->nargs; i++)
    if (check_option(&info->args[i], false, err)) return -1;
  return set_filename(info, err);
}

/* A database in memory lives as long as its connection, which therefore stays with its thread; one that is encrypted is
 * slow to open. */
static const char *pool_class(const la_conninfo *info) {
  const la_value *mode = query_value(info, "mode");
  bool memory = !info->database || !info->database->len || la_str_is(info->database, ":memory:") ||
                (mode && mode->tag == LA_V_TEXT && la_str_is(mode->u.s, "memory"));
  return memory || LITE_CIPHER ? "SingletonThreadPool" : "QueuePool";
}

/* ---- opening ---- */

static void sleep_ms(int ms) {
  struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
  nanosleep(&t, NULL);
}

/* Waits a little longer each time, until the timeout or the deadline. */
static int on_busy(void *user, int count) {
  static const int delays[] = {1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100};
  enum { LAST = sizeof delays / sizeof *delays - 1 };
  lite_conn *c = user;
  int64_t now = la_now_ns(), until;
  if (!count) c->busy_since = now;
  until = c->busy_since + (int64_t)(c->timeout * 1e9);
  if (c->head.deadline && c->head.deadline < until) until = c->head.deadline;
  if (now >= until) return 0;
  int64_t left = (until - now) / 1000000 + 1;
  int delay = delays[count < LAST ? count : LAST];
  sleep_ms(left < delay ? (int)left : delay);
  return 1;
}

/* No extensions, no strings in double quotes, no corruption by SQL: as far as the library can be told. Schemas stay
 * trusted, with functions of the program marked one by one (lite_create_function): else the library refuses its own
 * full-text and R*Tree tables in triggers before 3.44, its JSON functions in indexes and constraints from 3.38 to 3.40.
 */
static void harden(sqlite3 *db) {
  sqlite3_extended_result_codes(db, 1);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
#ifdef SQLITE_DBCONFIG_DQS_DDL
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
#endif
}

static double timeout_of(const la_conninfo *info) {
  const la_value *v = la_conninfo_get(info, "timeout");
  double r = !v ? 5 : v->tag == LA_V_INT ? (double)v->u.i : v->u.r;
  return r > 0 ? r < 1e9 ? r : 1e9 : 0;
}

static void close_conn(la_dbconn *h) {
  lite_conn *c = lite_conn_of(h);
  while (h->stmts) lite_part(lite_stmt_of(h->stmts));
  sqlite3_close_v2(c->db);
  la_error_clear(&c->callback_err);
  la_free(c);
}

extern const la_driver *la_driver_sqlite3(void);

static int open_conn(la_dbconn **out, const la_conninfo *info, int64_t deadline, la_error *err) {
  lite_conn *c = la_calloc(sizeof *c);
  if (!c) return la_fail_memory(err);
  c->head.driver = la_driver_sqlite3();
  c->head.pid = (long)getpid();
  c->head.deadline = deadline;
  c->timeout = timeout_of(info);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (is_true(la_conninfo_get(info, "uri"))) flags |= SQLITE_OPEN_URI;
  const char *name = info->database ? info->database->s : ":memory:";
  int rc = sqlite3_open_v2(name, &c->db, flags, NULL);
  if (rc) {
    lite_fail(c, c->db ? sqlite3_extended_errcode(c->db) : SQLITE_NOMEM, err);
    close_conn(&c->head);
    return -1;
  }
  harden(c->db);
  sqlite3_busy_handler(c->db, on_busy, c);
  if (lite_unlock(c, info, err)) {
    close_conn(&c->head);
    return -1;
  }
  *out = &c->head;
  return 0;
}

/* SQLite's own memory stays: to free it would close files, which drops locks. */
static void abandon(la_dbconn *h) {
  lite_conn *c = lite_conn_of(h);
  while (h->stmts) {
    lite_stmt *s = lite_stmt_of(h->stmts);
    s->st = NULL;
    lite_part(s);
  }
  la_error_clear(&c->callback_err);
  la_free(c);
}

/* ---- what is known of it ---- */

static la_step ready(la_dbconn *h, la_error *err) { return (void)h, (void)err, LA_STEP_DONE; }

static bool busy(la_dbconn *h) { return (void)h, false; }

static int64_t last_insert_id(la_dbconn *h) { return sqlite3_last_insert_rowid(lite_conn_of(h)->db); }

static long server_version(la_dbconn *h) { return (void)h, (long)sqlite3_libversion_number(); }
static long client_version(void) { return (long)sqlite3_libversion_number(); }

static long max_params(la_dbconn *h) { return sqlite3_limit(lite_conn_of(h)->db, SQLITE_LIMIT_VARIABLE_NUMBER, -1); }

static la_txstatus status(la_dbconn *h) {
  return sqlite3_get_autocommit(lite_conn_of(h)->db) ? LA_TX_NONE : LA_TX_OPEN;
}

static bool alive(la_dbconn *h) { return (void)h, true; }

static int no_fd(la_dbconn *h) { return (void)h, -1; }

static const char *parameter(la_dbconn *h, const char *name) { return (void)h, (void)name, NULL; }

static void cancel(la_dbconn *h) { sqlite3_interrupt(lite_conn_of(h)->db); }

static const la_driver driver = {
    .name = LITE_CIPHER ? "sqlcipher" : "sqlite3",
    .dialect = "sqlite",
    .ping_sql = "SELECT 1",
    .caps = LA_CAP_FUNCTIONS | LA_CAP_LAST_ID | LA_CAP_ROWS,
    .configure = configure,
    .pool_class = pool_class,
    .open = open_conn,
    .ready = ready,
    .close = close_conn,
    .abandon = abandon,
    .prepare = lite_prepare,
    .send = lite_send,
    .send_many = lite_send_many,
    .give_ids = lite_give_ids,
    .step = lite_step,
    .busy = busy,
    .reset = lite_reset,
    .detach = lite_detach,
    .finish = lite_finish,
    .ncols = lite_ncols,
    .describe = lite_describe,
    .value = lite_value,
    .rowcount = lite_rowcount,
    .set_index = lite_set_index,
    .last_insert_id = last_insert_id,
    .server_version = server_version,
    .client_version = client_version,
    .max_params = max_params,
    .status = status,
    .alive = alive,
    .fd = no_fd,
    .parameter = parameter,
    .cancel = cancel,
    .create_function = lite_create_function,
    .create_collation = lite_create_collation,
};

const la_driver *la_driver_sqlite3(void) { return &driver; }
