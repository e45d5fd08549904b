/* connection.h - a database connection as the engine holds it: a driver's
 * connection, its prepared statements by SQL text, and whether it is lost.
 *
 * A la_connection is counted; each open cursor counts. `close` ends the database
 * connection at once, whatever is still open on it: open cursors keep the rows
 * they have in memory, and fail when they need more.
 *
 * A cursor is one use of a statement: opened for an SQL text, it takes the
 * prepared statement of that text from the connection's cache, or prepares one;
 * closed, it gives it back. Two open cursors never share a statement.
 */
#ifndef LA_ENGINE_CONNECTION_H
#define LA_ENGINE_CONNECTION_H

#include "base/map.h"
#include "engine/driver.h"

typedef struct la_cursor la_cursor;

typedef struct la_connection {
  uint32_t refs;
  la_dbconn *db;        /* NULL once closed */
  bool lost;            /* a failure said that the connection is gone; only closing is left */
  la_str *before;       /* owned or NULL: what db->before points at */
  la_foreign *info;     /* owned or NULL: what the host keeps with the connection */
  bool at_rest;         /* the host's collector is stopped for as long as the runner makes nothing but rows */
  bool rested;          /* it was, and may have something to do */
  void *runner;         /* the host's thread while it carries a statement on: for functions that the database calls */
  la_cursor *cursors;   /* all that are open */
  la_map cached;        /* la_str text -> la_cursor that keeps its statement, open or closed */
  la_cursor *new, *old; /* those of them that are closed, by last use */
  size_t n, bytes;      /* how many, and their texts */
  size_t max, max_bytes;
  uint64_t prepared, reused; /* statements prepared; executions that found theirs prepared */
} la_connection;

struct la_cursor {
  la_connection *conn; /* counted; NULL while it is closed and after la_connection_settle */
  la_dbstmt *stmt;     /* for the driver's `describe`, `value` … */
  la_str *text;        /* the key in the cache, NULL: the statement is not to be kept */
  bool cached;         /* the map has it */
  unsigned flags;      /* LA_SQL_ */
  uint32_t chunk;
  uint8_t *hints; /* owned or NULL */
  la_cursor *prev, *next;
};

enum { LA_CACHE_STATEMENTS = 100, LA_CACHE_BYTES = 1 << 20 };

/* Begins to connect (see `open` of driver.h). max and max_bytes bound the cache of
 * prepared statements; 0 statements: none is kept. */
int la_connection_open(la_connection **out, const la_driver *d, const la_conninfo *info, int64_t deadline, size_t max,
                       size_t max_bytes, la_error *err);
la_connection *la_connection_retain(la_connection *c);
/* The last one closes. */
void la_connection_release(la_connection *c);
/* Closes now; in a process that did not open it, abandons it. Never waits. */
void la_connection_close(la_connection *c);
/* Whether it may still be used: open, not lost, opened by this process. */
bool la_connection_usable(const la_connection *c);
/* Whether nothing is open on it, no transaction either, so that another may have it as it is. */
bool la_connection_is_idle(la_connection *c);

/* `ready` of the driver. Like all functions here it notes from err that the
 * connection is lost. */
la_step la_connection_ready(la_connection *c, la_error *err);
/* The same with the waiting done. */
la_step la_connection_await(la_connection *c, la_error *err);
/* `sql` (a copy of it) goes before the next statement, in one conversation with it: a BEGIN that costs no round
 * trip. NULL: nothing does. 1: done; 0: the driver cannot, send it by itself; -1: memory is out. */
int la_connection_before(la_connection *c, const char *sql, la_error *err);
/* One simple statement (LA_SQL_ flags) from begin to end, waiting; rows are dropped. */
int la_connection_exec(la_connection *c, const char *sql, unsigned flags, la_error *err);
/* Ends what is open, so that another user may have the connection: rows not yet
 * read are taken into memory, streams are cut off, and the cursors belong to
 * their holders alone from then on. Never waits. */
void la_connection_settle(la_connection *c);
/* Forgets all prepared statements that are not in use. */
void la_connection_forget(la_connection *c);

/* Fails with ProgrammingError on a closed or lost connection, and in a process
 * that did not open it. */
int la_cursor_open(la_cursor **out, la_connection *c, const la_sql *sql, la_error *err);
/* `send`, `send_many` and `step` of the driver. */
int la_cursor_send(la_cursor *cur, const la_value *params, size_t n, la_error *err);
int la_cursor_send_many(la_cursor *cur, const la_value *params, size_t n, size_t nrows, la_error *err);
la_step la_cursor_step(la_cursor *cur, la_error *err);
/* `step` with the waiting done. */
la_step la_cursor_await(la_cursor *cur, la_error *err);
/* Gives up the rest of the rows. NULL is allowed. */
void la_cursor_close(la_cursor *cur);

#endif
