/* libpq_impl.h - what the files of the libpq driver share. */
#ifndef LA_DRIVER_LIBPQ_IMPL_H
#define LA_DRIVER_LIBPQ_IMPL_H

#include <libpq-fe.h>
#include <pthread.h>

#include "base/arena.h"
#include "base/buf.h"
#include "engine/driver.h"

/* ---- types ---- */

typedef enum pq_kind {
  PQ_UNKNOWN,
  PQ_BOOL,
  PQ_BYTEA,
  PQ_INT2,
  PQ_INT4,
  PQ_INT8,
  PQ_OID,
  PQ_TEXT,
  PQ_JSONB,
  PQ_FLOAT4,
  PQ_FLOAT8,
  PQ_NUMERIC,
  PQ_DATE,
  PQ_TIME,
  PQ_TIMETZ,
  PQ_DATETIME,
  PQ_DATETIMETZ,
  PQ_INTERVAL,
  PQ_UUID
} pq_kind;

enum {
  OID_BOOL = 16,
  OID_BYTEA = 17,
  OID_INT8 = 20,
  OID_INT2 = 21,
  OID_INT4 = 23,
  OID_TEXT = 25,
  OID_JSON = 114,
  OID_FLOAT4 = 700,
  OID_FLOAT8 = 701,
  OID_BPCHAR = 1042,
  OID_VARCHAR = 1043,
  OID_DATE = 1082,
  OID_TIME = 1083,
  OID_TIMESTAMP = 1114,
  OID_TIMESTAMPTZ = 1184,
  OID_INTERVAL = 1186,
  OID_TIMETZ = 1266,
  OID_NUMERIC = 1700,
  OID_UUID = 2950,
  OID_JSONB = 3802
};

typedef struct pq_column {
  Oid type;
  pq_kind kind; /* of the elements if it is an array */
  bool array;
} pq_column;

/* What is known of the type. */
pq_column pq_type_of(Oid oid);

/* The type of its arrays; 0: not known. */
Oid pq_array_of(Oid oid);

/* What values need to know of the connection and where they may put bytes. */
typedef struct pq_reader {
  la_arena *scratch;
  bool zone_known; /* the session's time zone has one offset … */
  int32_t zone;    /* … of so many seconds */
} pq_reader;

/* Reads n bytes at p, which are followed by a NUL. */
int pq_read_binary(la_cell *out, const pq_reader *r, pq_kind kind, const char *p, int n, la_error *err);
int pq_read_text(la_cell *out, const pq_reader *r, pq_kind kind, const char *p, int n, la_error *err);
/* Arrays: *out gets one owned reference. */
int pq_read_binary_array(la_array **out, const pq_reader *r, pq_kind kind, const char *p, int n, la_error *err);
int pq_read_text_array(la_array **out, const pq_reader *r, pq_kind kind, const char *p, int n, la_error *err);
/* The n bytes of a plain decimal number in canonical form (base/decimal.h). */
int pq_set_decimal(la_cell *out, const pq_reader *r, const char *p, size_t n, la_error *err);
/* LA_EXC_DataError, of kind LA_FAIL_DATA. */
int pq_fail_data(la_error *err, const char *what);

/* Big-endian integers. */
static inline uint16_t pq_u16(const char *p) {
  const unsigned char *u = (const unsigned char *)p;
  return (uint16_t)(u[0] << 8 | u[1]);
}
static inline uint32_t pq_u32(const char *p) { return (uint32_t)pq_u16(p) << 16 | pq_u16(p + 2); }
static inline uint64_t pq_u64(const char *p) { return (uint64_t)pq_u32(p) << 32 | pq_u32(p + 4); }

/* ---- parameters ---- */

/* One set of parameters as libpq takes it. */
typedef struct pq_params {
  Oid *types; /* 0: the server infers it */
  const char **values;
  int *lengths, *formats;
  size_t *offsets; /* of the values that lie in bytes */
  la_buf bytes;
  uint32_t n;
  bool untyped; /* some are left to inference */
} pq_params;

/* The type to give to a parameter of this hint where the server can infer none. */
Oid pq_fallback(uint8_t hint);
int pq_params_init(pq_params *p, uint32_t n, la_error *err);
void pq_params_free(pq_params *p);
/* Encodes a set. `borrow`: texts and bytes may be pointed at. `fallback`: 1 for
 * each parameter that could not be inferred, or NULL. */
int pq_encode(pq_params *p, const la_value *values, const uint8_t *hints, const uint8_t *fallback, bool borrow,
              la_error *err);

/* The type that a value goes as by itself; 0: it is left to the server, or the value is an array. */
Oid pq_type_for(const la_value *v, uint8_t hint);
/* The value (no text, array or exact number) in binary, an integer as `type`. */
void pq_put_binary(la_buf *b, const la_value *v, Oid type);
/* The value as an element of an array's text. */
int pq_put_element(la_buf *b, const la_value *v, la_error *err);

/* ---- work in threads: what libpq would block on ---- */

typedef struct pq_task pq_task;
typedef void (*pq_work)(void *data);
/* Runs work(data) in a thread of its own, and then `drop`, when the work is done
 * and the task forgotten. NULL: it could not be started, data is dropped. */
pq_task *pq_task_start(pq_work work, void *data, pq_work drop);
bool pq_task_done(pq_task *t);
/* Readable when it is done. */
int pq_task_fd(const pq_task *t);
void *pq_task_data(pq_task *t);
void pq_task_forget(pq_task *t);

/* Resolving the hosts of a list. */
typedef struct pq_hosts {
  char *names, *ports;                 /* comma-separated, as given; ports may be NULL */
  char *out_names, *out_ports, *addrs; /* the same length each; NULL: failed */
  char message[256];
} pq_hosts;
/* Whether a name server may have to be asked. */
bool pq_hosts_need_lookup(const char *names);
pq_task *pq_hosts_resolve(const char *names, const char *ports);

/* ---- connections ---- */

typedef enum pq_phase {
  PQ_RESOLVING,
  PQ_CONNECTING,
  PQ_SETTING,  /* parameters of the session */
  PQ_READY,    /* or busy with `running` */
  PQ_DRAINING, /* reading away the rest of what was given up */
  PQ_BROKEN
} pq_phase;

/* What the results to come answer. */
typedef enum pq_command {
  PQ_CMD_DEALLOCATE,
  PQ_CMD_BEFORE,
  PQ_CMD_SAVEPOINT,
  PQ_CMD_PREPARE,
  PQ_CMD_DESCRIBE,
  PQ_CMD_TYPES,
  PQ_CMD_DECLARE,
  PQ_CMD_EXECUTE,
  PQ_CMD_RELEASE,
  PQ_CMD_ROLLBACK,
  PQ_CMD_SYNC
} pq_command;

enum { PQ_RUNS = 24 };

typedef struct pq_stmt pq_stmt;

typedef struct pq_conn {
  la_dbconn head;
  PGconn *pg;
  pq_phase phase;
  PostgresPollingStatusType polling;
  char **keywords, **values; /* of PQconnectStartParams, owned, until connected */
  size_t nkeywords;
  pq_task *lookup;
  pthread_mutex_t lock; /* of cancel_key and cancelling */
  PGcancel *cancel_key;
  pq_task *cancelling;
  bool timed_out;      /* the deadline passed, and the request is being cancelled */
  bool abandoned_work; /* draining: results are still to come */
  pq_stmt *running;
  struct {
    pq_command cmd;
    uint32_t count;
  } expected[PQ_RUNS]; /* runs of commands whose results are to come */
  int nexpected;
  PGresult *hidden;   /* how rows failed that nobody waited for: so has the transaction, which is told at its end */
  const char *before; /* head.before as it was sent last */
  char *opening;      /* owned or NULL: the one that is a prepared statement … */
  unsigned opening_number;
  bool opened;           /* … and the server has confirmed it */
  bool unpolled;         /* nothing was read since something was sent */
  bool unsynced;         /* in pipeline mode, commands were sent after the last sync */
  int prepare_threshold; /* executions before a statement is prepared, -1: never */
  unsigned names;        /* given to statements and cursors so far */
  unsigned schema;       /* another number after each change that statements may have to be prepared anew for */
  bool altered;          /* this transaction made one, which its end may undo */
  unsigned *dead;        /* numbers of statements to deallocate */
  size_t ndead, dead_room;
} pq_conn;

static inline pq_conn *pq_conn_of(la_dbconn *h) { return (pq_conn *)h; }

/* A copy, NULL if s is or memory is out. */
char *pq_copy_text(const char *s);

int pq_configure(la_conninfo *info, la_error *err);
/* The arguments as c's keywords. */
int pq_take_keywords(pq_conn *c, const la_conninfo *info, la_error *err);
const char *pq_keyword(const pq_conn *c, const char *name);
/* At most three new ones. -1: memory is out. */
int pq_set_keyword(pq_conn *c, const char *name, const char *value);
void pq_free_keywords(pq_conn *c);
int pq_open(la_dbconn **out, const la_conninfo *info, int64_t deadline, la_error *err);
la_step pq_ready(la_dbconn *h, la_error *err);
/* Reads away what was given up: DONE, READ, WRITE or FAIL. */
la_step pq_drain(pq_conn *c, la_error *err);
/* Nothing is running; what ran is given up if `rest` of its results is to come. */
void pq_release(pq_conn *c, bool rest);
/* The same for rows that are to come and are read away: they are not cancelled, for the transaction goes on. */
void pq_leave(pq_conn *c);
void pq_cancel(la_dbconn *h);
/* Whether a cancel request is still on its way. */
bool pq_is_cancelling(pq_conn *c);
/* Past the deadline: cancels, then gives up. FAIL, or READ for the answer. */
la_step pq_late(pq_conn *c, la_error *err);
void pq_mark_dead(pq_conn *c, unsigned number);
void pq_renew_cancel_key(pq_conn *c);
/* One more command is sent; its result is taken off. */
void pq_expect(pq_conn *c, pq_command cmd);
void pq_expect_less(pq_conn *c);
/* Reads and sends as far as can be without waiting: READ or WRITE, DONE when a
 * result is there for PQgetResult, or FAIL. */
la_step pq_pump(pq_conn *c, la_error *err);

/* ---- errors ---- */

/* All return -1. Those that end the connection leave it BROKEN, and say that the
 * outcome is unknown when a COMMIT was running. */

/* From a failed result. */
int pq_fail_result(pq_conn *c, const PGresult *res, la_error *err);
/* From what libpq says of the connection, which is gone. */
int pq_fail_lost(pq_conn *c, la_error *err);
int pq_fail_timeout(pq_conn *c, const char *message, la_error *err);
/* message: NULL for libpq's. */
int pq_fail_connect(pq_conn *c, const char *message, la_error *err);

/* ---- statements ---- */

typedef enum pq_state {
  PQ_IDLE,
  PQ_WAITING, /* `next` comes when the connection is drained */
  PQ_SENT,
  PQ_ROWS,    /* the connection is free, all rows are in res */
  PQ_FETCHED, /* the connection is free, the next rows of a cursor are in res */
  PQ_AHEAD,   /* the same, but that those behind them are on their way */
  PQ_CUT      /* rows were to come, but the connection went */
} pq_state;

typedef int (*pq_submit_fn)(pq_conn *c, pq_stmt *s, la_error *err);

/* A statement for many sets at once (la_dbstmt.arrays). */
enum { PQ_ARRAYS_NOTED = 8 }; /* more than are under way */

typedef struct pq_arrays {
  la_str *text;    /* retained */
  unsigned number; /* of the prepared statement, 0: none */
  bool prepared;   /* … and the server has confirmed it */
  bool described;  /* `elements` are those of the statement's types … */
  bool known;      /* … and `types` those of their arrays, */
  bool usable;     /* which there are */
  Oid *elements, *types;
  la_buf *columns; /* for each parameter: the values of some sets */
  const char **values;
  int *lengths, *formats;
  size_t nsent;                   /* how many times it was sent in this execution */
  size_t firsts[PQ_ARRAYS_NOTED]; /* the first sets of those that were sent last, by number */
} pq_arrays;

struct pq_stmt {
  la_dbstmt head;
  char *sql;
  size_t len;
  unsigned flags;
  uint32_t chunk;
  uint8_t *hints, *fallback; /* for each parameter, owned or NULL */

  /* What the server knows of it. */
  Oid *types;        /* of the parameters, as last sent */
  bool proven;       /* it could infer what they leave open */
  unsigned number;   /* of the prepared statement, 0: none */
  bool prepared;     /* … and the server has confirmed it */
  unsigned schema;   /* the connection's when all this was learnt */
  unsigned executed; /* how often */
  unsigned cursor;   /* the number of the cursor that is open, 0: none */
  uint32_t asked;    /* so many rows were to be fetched last … */
  uint32_t fetched;  /* … and so many came */
  PGresult *rest;    /* rows behind those of res, which had to be read before their time */
  bool absorbing;    /* … and are being read now */
  bool spoiled;      /* … and failed */

  /* The execution. */
  pq_state state;
  pq_submit_fn next;
  pq_params params;
  const la_value *sets;             /* of send_many, borrowed */
  size_t nsets, nsent, nanswered;   /* sets of parameters */
  size_t set;                       /* of the current row, or that failed */
  bool many, single, guarded, undo; /* undo: back to the guard's savepoint first */
  bool retried, delivering, synced;
  pq_arrays *bulk;        /* owned, NULL: none yet */
  bool by_arrays, asking; /* sets go as arrays; what the parameters are is asked first */
  PGresult *failed;
  bool unopened; /* … and that is what was sent before it */

  /* Its rows. */
  PGresult *res;
  int row, nrows;
  int64_t rowcount;
  pq_column *cols;
  int ncols;
  bool in_binary;            /* res is */
  bool typed, binary, zoned; /* cols are known; all can be read in binary; some need the zone */
  bool zone_known;           /* when res came */
  int32_t zone;
  la_arena scratch;  /* of the current row */
  la_array **arrays; /* of the current row, for each column, owned */
  int narrays;
};

static inline pq_stmt *pq_stmt_of(la_dbstmt *h) { return (pq_stmt *)h; }

int pq_prepare(la_dbstmt **out, la_dbconn *h, const la_sql *sql, la_error *err);
int pq_send(la_dbstmt *h, const la_value *params, size_t n, la_error *err);
int pq_send_many(la_dbstmt *h, const la_value *params, size_t n, size_t nrows, la_error *err);
la_step pq_step(la_dbstmt *h, la_error *err);
void pq_reset(la_dbstmt *h);
void pq_detach(la_dbstmt *h);
void pq_finish(la_dbstmt *h);
/* The connection goes, and with it what was to come. */
void pq_cut(pq_stmt *s);

/* What an execution begins with, a cursor's next rows, its end. */
int pq_submit(pq_conn *c, pq_stmt *s, la_error *err);
int pq_submit_fetch(pq_conn *c, pq_stmt *s, la_error *err);
int pq_submit_close(pq_conn *c, pq_stmt *s, la_error *err);
/* The parts of pq_submit: one more command. */
int pq_send_text(pq_conn *c, const char *sql, pq_command cmd, int format, la_error *err);
/* Everything in binary (1), if all columns that came before can be read so. */
int pq_result_format(const pq_conn *c, const pq_stmt *s);
void pq_begin_work(pq_conn *c, pq_stmt *s);
int pq_send_fetch(pq_conn *c, pq_stmt *s, la_error *err);
/* More of a batch, as long as not too much is unanswered. */
int pq_feed(pq_conn *c, pq_stmt *s, la_error *err);

/* libpq_stream.c: asks for the next rows of a cursor, if those at hand will be read to their end. */
int pq_go_ahead(pq_conn *c, pq_stmt *s, la_error *err);
/* Whether what is running is that, and another request may come: once it is absorbed. */
bool pq_may_absorb(const pq_conn *c);
/* Reads it into memory: DONE, READ, WRITE or FAIL. */
la_step pq_absorb(pq_conn *c, la_error *err);
/* The rows that were absorbed are the next ones. 0: there are none. */
int pq_take_rest(pq_stmt *s, la_error *err);
/* Notes how such rows failed; res is the connection's from now on. NULL: that is over. */
void pq_hide(pq_conn *c, PGresult *res);
/* The next result of what is running: libpq_stmt.c. A step, or -1: nothing is decided yet. */
int pq_take_result(pq_conn *c, pq_stmt *s, la_error *err);

/* libpq_arrays.c: whether the sets of s, which is to be sent with that text, can go as arrays: values have one type
 * for each parameter. These are then s->params.types. */
bool pq_arrays_suit(pq_stmt *s);
/* The text for the sets that are sent next; NULL: there is none. -1: memory is out. */
int pq_arrays_take(pq_stmt *s, la_str *text, la_error *err);
/* Take the answers to what the parameters are, and then to pq_arrays_question. */
int pq_arrays_describe(pq_stmt *s, const PGresult *described, la_error *err);
void pq_arrays_learn(pq_stmt *s, const PGresult *types);
/* What is asked of the catalogue about types whose arrays are not known. */
void pq_arrays_question(const pq_stmt *s, la_buf *out);
/* As many sets as go together, from s->nsent on, into s->bulk; s->nsent is behind them then. */
int pq_arrays_encode(pq_stmt *s, la_error *err);
/* What the server knows of it holds no more. c may be NULL. */
void pq_arrays_forget(pq_stmt *s, pq_conn *c);
/* Gives back the memory of what was sent. */
void pq_arrays_rest(pq_stmt *s);
void pq_arrays_free(pq_stmt *s);

/* The columns of results, as they were described. */
int pq_learn_columns(pq_stmt *s, const PGresult *res, la_error *err);
/* Takes res, which is the statement's from now on, as the one whose rows are read. */
int pq_take_rows(pq_stmt *s, PGresult *res, la_error *err);
/* Goes to the next row of it, false: there is none. */
bool pq_next_row(pq_stmt *s);
void pq_drop_rows(pq_stmt *s);
/* Whether the session's time zone has but one offset. */
bool pq_zone_of(const pq_conn *c, int32_t *offset);
int pq_ncols(la_dbstmt *h);
void pq_describe(la_dbstmt *h, int i, la_dbcolumn *out);
int pq_value(la_dbstmt *h, int i, la_cell *out, la_error *err);
int64_t pq_rowcount(la_dbstmt *h);
size_t pq_set_index(la_dbstmt *h);

#endif
