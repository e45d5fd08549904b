/* driver.h - the contract between the engine and a client library: the DBAPI
 * of this project.
 *
 * A driver is a constant table of functions. What may have to wait for the
 * network only begins (`open`, `send`, `send_many`) and is carried on by
 * `ready` or `step`. These answer READ or WRITE when the descriptor of `fd`
 * must become readable or writable first: wait, then call again. Whoever waits
 * (a poll loop in C, a coroutine scheduler in Lua) is no concern of the driver.
 *
 *     open -> ready ... DONE      prepare -> send -> step ... ROW ... ROW ... DONE -> send -> ...
 *
 * One connection is used by one thread at a time; `cancel` alone may be called
 * from any thread while the connection is open. A driver changes nothing by
 * statements of its own: BEGIN, SAVEPOINT and COMMIT are the caller's.
 */
#ifndef LA_ENGINE_DRIVER_H
#define LA_ENGINE_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"
#include "base/value.h"

typedef struct la_driver la_driver;
typedef struct la_dbconn la_dbconn;
typedef struct la_dbstmt la_dbstmt;

typedef enum la_step {
  LA_STEP_DONE,
  LA_STEP_ROW,   /* `value` reads the row */
  LA_STEP_READ,  /* wait until fd is readable, then call again */
  LA_STEP_WRITE, /* wait until fd is readable or writable, then call again */
  LA_STEP_FAIL   /* la_error is filled */
} la_step;

typedef enum la_txstatus { LA_TX_NONE, LA_TX_OPEN, LA_TX_FAILED, LA_TX_BROKEN } la_txstatus;

/* ---- what is given to a driver ---- */

typedef struct la_setting {
  la_str *key;
  la_value value;
} la_setting;

/* Where to connect: the parts of a URL and the caller's connect arguments.
 * Owned by whoever initialised it; la_conninfo_clear ends it. */
typedef struct la_conninfo {
  la_str *url;                               /* for messages: without its password */
  la_str *user, *password, *host, *database; /* owned or NULL */
  int port;                                  /* 0: not given */
  la_setting *query;                         /* of the URL, in its order; a repeated key is repeated here */
  size_t nquery;
  la_setting *args; /* connect_args: stronger than the URL */
  size_t nargs;
} la_conninfo;

#define LA_CONNINFO_INIT \
  { NULL, NULL, NULL, NULL, NULL, 0, NULL, 0, NULL, 0 }

/* The type a caller knows a parameter to have, for databases that infer types. It
 * counts where the value does not tell: for a text or NULL that the database cannot
 * infer a type for, an empty array, a real that is to go as a float and not as an
 * exact number. It never makes a database refuse what it could infer. */
typedef enum la_param_hint {
  LA_HINT_NONE,
  LA_HINT_BOOL,
  LA_HINT_SMALLINT,
  LA_HINT_INT,
  LA_HINT_BIGINT,
  LA_HINT_FLOAT,
  LA_HINT_DOUBLE,
  LA_HINT_NUMERIC,
  LA_HINT_TEXT,
  LA_HINT_BLOB,
  LA_HINT_DATE,
  LA_HINT_TIME,
  LA_HINT_TIMETZ,
  LA_HINT_DATETIME,
  LA_HINT_DATETIMETZ,
  LA_HINT_INTERVAL,
  LA_HINT_UUID,
  LA_HINT_JSON,
  LA_HINT_JSONB,
  LA_HINT_COUNT,
  LA_HINT_ARRAY = 0x80 /* or-ed: an array of that */
} la_param_hint;

enum {
  LA_SQL_SIMPLE = 1, /* sent once, without parameters, never prepared: BEGIN, COMMIT, DDL */
  LA_SQL_SCRIPT = 2, /* may hold several statements (implies SIMPLE); refused otherwise; gives no rows */
  LA_SQL_COMMIT = 4, /* a COMMIT: a lost answer means LA_OUTCOME_UNKNOWN */
  /* A SELECT whose rows must be read with bounded memory, at most `chunk` at a time. On
   * PostgreSQL it is a cursor within a transaction (which, closed early, stays open
   * until the transaction ends), and keeps the connection busy outside of one. */
  LA_SQL_STREAM = 8
};

typedef struct la_sql {
  const char *text; /* `len` bytes and a NUL */
  size_t len;
  uint32_t nparams;     /* placeholders ("?" or "$1"), in order */
  const uint8_t *hints; /* nparams la_hints, or NULL */
  unsigned flags;       /* LA_SQL_ */
  uint32_t chunk;       /* with STREAM: the most rows fetched at a time, 0: the driver's choice */
  la_str *str;          /* the text where it is a counted string, or NULL */
} la_sql;

/* ---- what a driver gives ---- */

/* A value borrowed from the driver's buffer, valid until the next `step`,
 * `send`, `reset` or `finish` of its statement. Tags, flags and aux are those
 * of la_value; TEXT, BLOB, DECIMAL and UUID are at u.s, an array is borrowed. */
typedef struct la_cell {
  uint8_t tag; /* la_tag */
  uint8_t flags;
  int32_t aux;
  union {
    int64_t i;
    double r;
    struct {
      const char *p;
      size_t n;
    } s;
    la_array *a;
  } u;
} la_cell;

typedef struct la_dbcolumn {
  const char *name; /* borrowed until `finish` or the next `send` */
  size_t name_len;
  const char *decltype; /* the declared type's text, or NULL where only the code is known */
  uint32_t type;        /* the database's code: PostgreSQL's oid, SQLite: 0 */
  int32_t typmod;       /* PostgreSQL's modifier, -1: none */
} la_dbcolumn;

/* The public head of every driver's connection. */
struct la_dbconn {
  const la_driver *driver;
  long pid; /* of the process that opened it */
  /* la_now_ns() past which waiting ends, 0: never. The caller sets it before a
   * request. `ready` and `step`, called past it, fail with an OperationalError of
   * kind "timeout"; where a request runs, it is cancelled first, and the driver
   * moves the deadline on by the tenth of a second it waits for the answer. So
   * a waiter waits until `deadline` at most and then calls again, always.
   * e.invalidated says whether the connection was lost with it. */
  int64_t deadline;
  /* With LA_CAP_PIPELINE: a command that goes before the next request, in one
   * conversation with it. Borrowed; NULL once it is sent. If it fails, so does the request. */
  const char *before;
  /* What the server says besides results (PostgreSQL's notices); NULL: dropped. */
  void (*notice)(void *user, const char *severity, const char *text);
  void *notice_user;
  la_dbstmt *stmts; /* all that are not finished */
};

/* The public head of every driver's statement. */
struct la_dbstmt {
  const la_driver *driver;
  la_dbconn *conn; /* NULL once detached or the connection is closed; `finish` is still due */
  la_dbstmt *prev, *next;
  uint32_t nparams;
  /* With LA_CAP_ARRAYS: a statement that does for many sets what this one does for each, its parameters arrays of what
   * the sets have for those of this one. send_many may send it, for some sets at a time; rows come in the order that
   * it gives them. Set before send_many, borrowed as the sets are; NULL: there is none, and again after send_many. */
  la_str *arrays;
  /* With LA_CAP_ROWS: a statement that does for LA_ROW_SETS sets at once what this one, an INSERT, does for each; its
   * parameters are theirs, set by set. send_many may send it where nothing else comes of it. Set before send_many,
   * which is done with it when it returns; NULL: there is none. */
  la_str *rows;
  /* With STREAM, set before step: so many rows at least are stepped through now. Those behind the ones at hand may be
   * asked for before they are needed. 0: not known. */
  uint32_t wanted;
};

/* A function of the host that the database may call (SQLite). `call` fills
 * *out (the driver clears it) and returns 0, or fills err and returns -1. An
 * aggregate gives `step` and `final` instead; *state belongs to one group and
 * starts as NULL; `final` runs exactly once for each group whose step was
 * called and must free it, also when the statement fails. */
typedef struct la_db_function {
  const char *name;
  int nargs; /* -1: any number */
  bool deterministic;
  void *user;
  int (*call)(void *user, const la_cell *args, int n, la_value *out, la_error *err);
  int (*step)(void *user, void **state, const la_cell *args, int n, la_error *err);
  int (*final)(void *user, void **state, la_value *out, la_error *err);
  void (*drop)(void *user); /* when the connection forgets the function; may be NULL */
} la_db_function;

typedef struct la_db_collation {
  const char *name;
  void *user;
  int (*compare)(void *user, const char *a, size_t alen, const char *b, size_t blen);
  void (*drop)(void *user);
} la_db_collation;

enum {
  LA_CAP_NETWORK = 1,   /* may answer READ and WRITE; fd is a descriptor */
  LA_CAP_PIPELINE = 2,  /* `before` is heeded; send_many is one conversation, not one for each parameter set */
  LA_CAP_FUNCTIONS = 4, /* create_function and create_collation are there */
  LA_CAP_LAST_ID = 8,   /* last_insert_id means something */
  LA_CAP_ARRAYS = 16,   /* `arrays` of a statement is heeded */
  LA_CAP_ROWS = 32      /* `rows` is */
};

/* So many sets at most go as one array, and those before and behind a multiple of it never as the same. */
enum { LA_ARRAY_SETS = 1000 };

/* So many sets are in `rows`. */
enum { LA_ROW_SETS = 32 };

struct la_driver {
  const char *name;     /* "sqlite3", "libpq", "mock" */
  const char *dialect;  /* "sqlite", "postgresql" */
  const char *ping_sql; /* the cheapest round trip */
  unsigned caps;

  /* Checks and normalises connect arguments once, when an engine is made:
   * unknown or malformed ones fail (ArgumentError). Connects to nothing. */
  int (*configure)(la_conninfo *info, la_error *err);
  /* The name of the class of pool that suits such connections. */
  const char *(*pool_class)(const la_conninfo *info);

  /* Begins to connect; info is borrowed for the call. On success *out must be
   * ended with `close` or `abandon`, also when `ready` fails later. */
  int (*open)(la_dbconn **out, const la_conninfo *info, int64_t deadline, la_error *err);
  /* Makes the connection ready for a request: finishes connecting, reads away
   * what a statement that was reset half way left behind. DONE, READ, WRITE or
   * FAIL. DONE at once when there is nothing to do. */
  la_step (*ready)(la_dbconn *c, la_error *err);
  /* Ends it; never waits, never fails. Its statements stay for their owners to
   * finish; rows they hold in memory can still be read. */
  void (*close)(la_dbconn *c);
  /* In a process that did not open it: frees memory and descriptors without
   * sending a byte or touching a lock. */
  void (*abandon)(la_dbconn *c);

  /* Prepares, at the latest with the first send. On success *out must be ended
   * with `finish`. sql is borrowed for the call. */
  int (*prepare)(la_dbstmt **out, la_dbconn *c, const la_sql *sql, la_error *err);
  /* Begins one execution. n must be nparams. The values are the driver's own
   * when it returns (counted, not copied). A running execution of the same
   * statement is reset. Fails with InterfaceError when the connection is not
   * ready. */
  int (*send)(la_dbstmt *s, const la_value *params, size_t n, la_error *err);
  /* Begins nrows executions, params in row order (nrows * n values), which stay
   * borrowed until step answers DONE or FAIL or until reset. Rows of all sets
   * come in the order of the sets. Nothing is promised about how much of a
   * failed batch was done outside a transaction. */
  int (*send_many)(la_dbstmt *s, const la_value *params, size_t n, size_t nrows, la_error *err);
  /* Asked between send_many and the first step: each execution gives a row of one value, what last_insert_id says
   * after it, or none if it inserted nothing. For statements without rows of their own; NULL: not here. */
  void (*give_ids)(la_dbstmt *s);
  /* Carries on. After the first ROW, DONE or FAIL of a `send` without STREAM the
   * connection is ready for other statements while this one gives its rows; a
   * STREAM or send_many may keep it until DONE (`busy` tells). After DONE or
   * FAIL: DONE, until the next send. */
  la_step (*step)(la_dbstmt *s, la_error *err);
  /* Whether an execution in progress keeps others from the connection. */
  bool (*busy)(la_dbconn *c);
  /* Gives up the rest of the rows; `send` may follow. Never waits. */
  void (*reset)(la_dbstmt *s);
  /* Parts the statement from its connection for good: rows that can be had without
   * waiting are taken into memory (the current one is lost) and can still be
   * read, also by another thread than the connection's; behind them, or for
   * another request, it fails. Never waits. */
  void (*detach)(la_dbstmt *s);
  /* Ends the statement. Never waits. */
  void (*finish)(la_dbstmt *s);

  /* Columns of the result, known after the first step that answered ROW or
   * DONE; 0: a statement without rows. */
  int (*ncols)(la_dbstmt *s);
  void (*describe)(la_dbstmt *s, int i, la_dbcolumn *out);
  /* The i-th value (from 0) of the current row; fails (DataError) where the
   * value has no exact representation. */
  int (*value)(la_dbstmt *s, int i, la_cell *out, la_error *err);
  /* Rows changed (of all sets), -1: not known. Valid after DONE; for a SELECT
   * whatever the database says. */
  int64_t (*rowcount)(la_dbstmt *s);
  /* The parameter set (from 0) that the current row belongs to; after FAIL the
   * one that failed. Of sets that went as one array the first. */
  size_t (*set_index)(la_dbstmt *s);

  int64_t (*last_insert_id)(la_dbconn *c); /* as of the last insert of the connection, 0: none */
  long (*server_version)(la_dbconn *c);    /* 3040001 for SQLite 3.40.1, 150020 for PostgreSQL 15.20 */
  long (*client_version)(void);            /* of the client library, likewise; 0: not known */
  long (*max_params)(la_dbconn *c);        /* of one statement */
  la_txstatus (*status)(la_dbconn *c);
  /* Whether an idle connection is still there, as far as can be told without a
   * round trip. */
  bool (*alive)(la_dbconn *c);
  int (*fd)(la_dbconn *c); /* may change between steps; -1: none */
  /* A setting that the server reports ("TimeZone"), NULL: not known. Borrowed until the next step. */
  const char *(*parameter)(la_dbconn *c, const char *name);
  /* Asks the database to end what runs now and returns at once; the answer
   * comes through step (FAIL, kind "query_canceled"). */
  void (*cancel)(la_dbconn *c);

  /* NULL without LA_CAP_FUNCTIONS. fn is copied; user is dropped also on failure. */
  int (*create_function)(la_dbconn *c, const la_db_function *fn, la_error *err);
  int (*create_collation)(la_dbconn *c, const la_db_collation *co, la_error *err);
};

/* ---- cells ---- */

#define LA_CELL_NULL ((la_cell){LA_V_NULL, 0, 0, {0}})

/* *out = an owned value of the same content; -1 when memory is out. */
int la_cell_to_value(la_value *out, const la_cell *cell, la_error *err);
/* A view of v; valid as long as v. */
la_cell la_cell_of(const la_value *v);

/* ---- for drivers ---- */

/* Puts s, made by c's driver, into c's list; takes it out. */
void la_dbstmt_link(la_dbstmt *s, la_dbconn *c);
void la_dbstmt_unlink(la_dbstmt *s);
/* Fails for params that are not n == s->nparams (ProgrammingError). */
int la_dbstmt_check(const la_dbstmt *s, size_t n, la_error *err);
/* Copies text into *field (owned, NULL: leaves it as it is; memory failing is ignored). */
void la_error_name(char **field, const char *text, size_t len);

/* ---- connect arguments ---- */

void la_conninfo_clear(la_conninfo *info);
int la_conninfo_copy(la_conninfo *out, const la_conninfo *info, la_error *err);
/* Adds to args or query; copies both. */
int la_conninfo_add_arg(la_conninfo *info, const char *key, const la_value *value, la_error *err);
int la_conninfo_add_query(la_conninfo *info, const char *key, const char *value, la_error *err);
/* What the args, or else the query, say last about key; NULL: nothing. */
const la_value *la_conninfo_get(const la_conninfo *info, const char *key);

/* ---- waiting in C ---- */

/* Nanoseconds of the monotonic clock. */
int64_t la_now_ns(void);
/* la_now_ns() + seconds; 0 (no deadline) when seconds is negative. */
int64_t la_deadline_in(double seconds);
/* Polls fd for what a step answered, until the deadline at most. */
void la_drv_wait(int fd, la_step what, int64_t deadline);
/* `ready` and `step` with the waiting done: they never answer READ or WRITE. */
la_step la_drv_ready(la_dbconn *c, la_error *err);
la_step la_drv_step(la_dbstmt *s, la_error *err);
/* One simple statement from begin to end; its rows are dropped. */
int la_drv_exec(la_dbconn *c, const char *sql, unsigned flags, la_error *err);

/* ---- the list of drivers: guarded, for all threads ---- */

/* Adds d (static, never unloaded); a driver of the same name is replaced. */
int la_driver_register(const la_driver *d, la_error *err);
/* NULL: not registered. */
const la_driver *la_driver_find(const char *name);

#endif
