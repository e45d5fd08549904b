/* sqlite3_impl.h - what the files of the sqlite3 driver share. */
#ifndef LA_DRIVER_SQLITE3_IMPL_H
#define LA_DRIVER_SQLITE3_IMPL_H

#ifdef LA_SQLCIPHER
#define SQLITE_HAS_CODEC 1
#endif
#include <sqlite3.h>

#include "base/arena.h"
#include "engine/driver.h"

typedef struct lite_conn {
  la_dbconn head;
  sqlite3 *db;
  double timeout;        /* seconds to wait for a lock */
  int64_t busy_since;    /* la_now_ns() of the first refusal of the lock now waited for */
  int64_t armed;         /* the deadline that the progress handler knows */
  bool holding;          /* lite_hold_others is at work */
  bool timed_out;        /* the deadline, not cancel, interrupted */
  la_error callback_err; /* what a function of the host failed with */
} lite_conn;

typedef enum lite_state {
  LITE_IDLE,    /* nothing sent, or all said */
  LITE_RUNNING, /* sqlite3_step goes on */
  LITE_HELD,    /* the rows left are in memory */
  LITE_LOST     /* they could not be taken into memory */
} lite_state;

typedef struct lite_stmt {
  la_dbstmt head;
  sqlite3_stmt *st; /* NULL: an empty statement */
  lite_state state;
  unsigned flags; /* LA_SQL_ */
  bool changes;   /* an INSERT, UPDATE or DELETE: its changes are counted */
  int64_t rowcount;
  const la_value *params; /* of send_many, borrowed */
  size_t nsets, set;
  sqlite3_stmt *rows;    /* owned or NULL: the statement of LA_ROW_SETS sets */
  bool by_rows;          /* it is to be used */
  bool gives_ids, on_id; /* each execution gives a row: its id; and is that the current row? */
  char *script;          /* owned: the text of a SCRIPT */
  size_t script_at, script_len;
  la_arena arena; /* of held rows */
  la_cell *held;  /* nheld rows of ncols cells */
  size_t nheld, at;
  int ncols;
} lite_stmt;

static inline lite_conn *lite_conn_of(la_dbconn *c) { return (lite_conn *)c; }
static inline lite_stmt *lite_stmt_of(la_dbstmt *s) { return (lite_stmt *)s; }

/* The files are compiled a second time, against SQLCipher, as the driver "sqlcipher". What is other there: */
#ifdef LA_SQLCIPHER
#define la_driver_sqlite3 la_driver_sqlcipher
enum { LITE_CIPHER = 1 };
/* Gives the passphrase and what the arguments say of the encryption to a database that was just opened. Fails where
 * there is no passphrase, or the library that is linked in this process is not SQLCipher. */
int lite_unlock(lite_conn *c, const la_conninfo *info, la_error *err);
#else
enum { LITE_CIPHER = 0 };
static inline int lite_unlock(lite_conn *c, const la_conninfo *info, la_error *err) {
  return (void)c, (void)info, (void)err, 0;
}
#endif

/* Fills err from the last failure of the connection, whose result was rc; returns -1. */
int lite_fail(lite_conn *c, int rc, la_error *err);

int lite_prepare(la_dbstmt **out, la_dbconn *c, const la_sql *sql, la_error *err);
int lite_send(la_dbstmt *s, const la_value *params, size_t n, la_error *err);
int lite_send_many(la_dbstmt *s, const la_value *params, size_t n, size_t nrows, la_error *err);
void lite_give_ids(la_dbstmt *s);
la_step lite_step(la_dbstmt *s, la_error *err);
/* How many rows the last statement changed. */
int64_t lite_changes(sqlite3 *db);
void lite_reset(la_dbstmt *s);
/* Takes the rows behind the current one into memory. */
int lite_hold(la_dbstmt *s, la_error *err);
/* Holds the unread rows of all other statements of the connection, those of
 * streams only if they must be. Whether all went well. */
bool lite_hold_others(lite_stmt *s, bool streams);
void lite_finish(la_dbstmt *s);
void lite_detach(la_dbstmt *s);
/* The same without the rows. */
void lite_part(lite_stmt *s);
int lite_ncols(la_dbstmt *s);
void lite_describe(la_dbstmt *s, int i, la_dbcolumn *out);
int lite_value(la_dbstmt *s, int i, la_cell *out, la_error *err);
int64_t lite_rowcount(la_dbstmt *s);
size_t lite_set_index(la_dbstmt *s);

/* sqlite3_rows.c: prepares that statement; the sets go by it if that can be, and comes to pay. */
void lite_rows_prepare(lite_stmt *s, const la_str *text);
/* Sends all sets but some of the last so: 1. 0: nothing is done, each set is to be sent by itself; -1: they failed. */
int lite_rows_send(lite_stmt *s, la_error *err);

/* SQLite's text of params is bound to st; `kept`: they outlive the execution. */
int lite_bind(lite_conn *c, sqlite3_stmt *st, const la_value *params, uint32_t n, bool kept, la_error *err);

int lite_create_function(la_dbconn *c, const la_db_function *fn, la_error *err);
int lite_create_collation(la_dbconn *c, const la_db_collation *co, la_error *err);

#endif
