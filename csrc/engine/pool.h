/* pool.h - pools of connections, SQLAlchemy's five.
 *
 * A pool does not connect, ping or roll back by itself: these may have to wait,
 * and events may be listened to. It gives out *slots*, and says what is to be
 * done with one before it can be used:
 *
 *     take -> READY                                   use slot->conn
 *          -> PING    ping it; if that fails: la_pool_invalidate, la_slot_drop, then as OPEN
 *          -> STALE   la_slot_drop (its reason: la_slot_stale), then as OPEN
 *          -> OPEN    open a connection, la_slot_opened; if that fails: la_slot_failed, and the slot is gone
 *          -> WAIT    all are in use: wait, and take again
 *          -> FAIL
 *     ... if la_slot_leaving: settle the connection, roll back (or commit) by options.reset,
 *         la_slot_invalidate if that fails; then la_slot_give_back
 *
 * A pool may be shared by threads; a slot belongs to who took it. All functions
 * but la_pool_take_wait return at once. In a process that forked, a pool is empty
 * again: the parent's connections are abandoned.
 */
#ifndef LA_ENGINE_POOL_H
#define LA_ENGINE_POOL_H

#include "base/buf.h"
#include "engine/connection.h"

typedef enum la_pool_kind {
  LA_POOL_QUEUE,
  LA_POOL_NULL,
  LA_POOL_STATIC,
  LA_POOL_SINGLETON_THREAD,
  LA_POOL_ASSERTION
} la_pool_kind;

typedef enum la_pool_reset { LA_POOL_RESET_ROLLBACK, LA_POOL_RESET_COMMIT, LA_POOL_RESET_NONE } la_pool_reset;

typedef struct la_pool_options {
  la_pool_kind kind;
  int size;         /* QUEUE: connections kept, 0: no limit; SINGLETON_THREAD: threads */
  int max_overflow; /* QUEUE: connections beyond size, -1: no limit */
  double timeout;   /* QUEUE: seconds to wait for a connection */
  double recycle;   /* seconds after which a connection is replaced, -1: never */
  bool use_lifo, pre_ping;
  la_pool_reset reset; /* for the caller of la_slot_give_back */
} la_pool_options;

#define LA_POOL_OPTIONS \
  { LA_POOL_QUEUE, 5, 10, 30, -1, false, false, LA_POOL_RESET_ROLLBACK }

typedef struct la_pool la_pool;
typedef struct la_waiter la_waiter;

/* A place for a connection. */
typedef struct la_slot {
  la_pool *pool;       /* counted while the slot is out */
  la_connection *conn; /* counted; NULL: to be opened */
  int64_t opened;      /* la_now_ns() when its opening began */
  bool fresh;          /* not used since it was opened: no ping is due */
  int uses;            /* how many hold it: more than one only in STATIC and SINGLETON_THREAD */
  la_foreign *info;    /* owned or NULL: what the host keeps with the slot, across connections */
  struct la_slot_private {
    struct la_slot *prev, *next;           /* of all slots of the pool */
    struct la_slot *idle_prev, *idle_next; /* of those in the queue */
    int64_t soft_invalidated, since;
    long pid;
    unsigned long thread;
    int handed; /* waiters who have it without having taken it yet */
    bool opening, counted, idle;
    char holder[96];
  } p;
} la_slot;

typedef enum la_take { LA_TAKE_READY, LA_TAKE_PING, LA_TAKE_STALE, LA_TAKE_OPEN, LA_TAKE_WAIT, LA_TAKE_FAIL } la_take;

/* "QueuePool" … -> kind; -1 when there is none of this name. */
int la_pool_kind_of(const char *name);
const char *la_pool_kind_name(la_pool_kind kind);

int la_pool_new(la_pool **out, const la_pool_options *options, la_error *err);
/* An empty pool of the same options. */
int la_pool_recreate(la_pool **out, la_pool *p, la_error *err);
la_pool *la_pool_retain(la_pool *p);
/* The last one closes the connections that are in the pool. */
void la_pool_release(la_pool *p);
const la_pool_options *la_pool_options_of(const la_pool *p);
/* Closes the connections that are not in use, and counts from the start again. */
void la_pool_dispose(la_pool *p);
/* Connections opened before now are replaced when they are next taken. slot, or
 * NULL, is that of the connection which failed: if it is older than the last
 * such moment, nothing more happens. */
void la_pool_invalidate(la_pool *p, const la_slot *slot);

/* SQLAlchemy's text: "Pool size: 5  Connections in pool: 0 Current Overflow: -5 …". */
void la_pool_status(la_buf *out, la_pool *p);
/* Of a QUEUE, for the other kinds 0. */
typedef struct la_pool_counts {
  int size, checked_in, checked_out, overflow;
} la_pool_counts;
la_pool_counts la_pool_count(la_pool *p);

/* Takes a slot, without waiting. `holder` says who takes it ("main.lua:12"), for
 * the message of those who wait in vain. WAIT puts *w (NULL at first) into the
 * queue, first come first served: take again with the same w when its descriptor
 * becomes readable, or call la_pool_give_up. */
la_take la_pool_take(la_slot **out, la_pool *p, la_waiter **w, const char *holder, la_error *err);
/* A descriptor that becomes readable when the waiter's turn has come; -1 and err. */
int la_waiter_fd(la_pool *p, la_waiter *w, la_error *err);
/* Leaves the queue; *w is NULL afterwards. With err: fills it with the TimeoutError
 * that says so, after `waited` seconds at most. */
void la_pool_give_up(la_pool *p, la_waiter **w, double waited, la_error *err);
/* Takes a slot, blocking the thread: no longer than options.timeout, nor after
 * deadline (0: none). Never answers WAIT. */
la_take la_pool_take_wait(la_slot **out, la_pool *p, const char *holder, int64_t deadline, la_error *err);

/* Why its connection must be replaced, NULL: it need not. */
const char *la_slot_stale(const la_slot *s);
/* Closes its connection, if it has one. */
void la_slot_drop(la_slot *s);
/* The same, or (soft) has the connection replaced when the slot is next taken. */
void la_slot_invalidate(la_slot *s, bool soft);
/* Puts in the connection, whose count it takes over. */
void la_slot_opened(la_slot *s, la_connection *c);
/* No connection could be opened: the slot goes back, the counts are as before. */
void la_slot_failed(la_slot *s);
/* The connection leaves the pool with its count: the caller's from now on. The
 * slot goes back. */
la_connection *la_slot_detach(la_slot *s);
/* Whether the next la_slot_give_back ends this use of the connection. */
bool la_slot_leaving(const la_slot *s);
/* Ends one use. The slot must not be touched afterwards. */
void la_slot_give_back(la_slot *s);

#endif
