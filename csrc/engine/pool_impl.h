/* pool_impl.h - what the files of the pool share. */
#ifndef LA_ENGINE_POOL_IMPL_H
#define LA_ENGINE_POOL_IMPL_H

#include <pthread.h>

#include "engine/pool.h"

struct la_waiter {
  la_waiter *prev, *next; /* in the queue, until a slot is handed over */
  la_slot *want;          /* the one that somebody else is opening; NULL: any */
  la_slot *slot;          /* handed over, not yet taken */
  bool queued;
  int64_t since;
  int fds[2]; /* a pipe, -1: nobody asked for it */
};

struct la_pool {
  uint32_t refs;
  pthread_mutex_t lock;
  la_pool_options o;
  long pid;
  int overflow; /* slots that exist, less o.size */
  int64_t invalidated;
  la_slot *slots;
  la_slot *idle_first, *idle_last;
  int nidle;
  la_waiter *first, *last;
};

/* Locks; in a process that forked, empties the pool before. */
void la_pool_enter(la_pool *p);
void la_pool_leave(la_pool *p);

/* The rest with the lock held. */

/* A slot of the pool that nobody holds; NULL: memory is out. */
la_slot *la_slot_new(la_pool *p);
/* Takes it out of the pool's list. */
void la_slot_unlink(la_slot *s);
void la_slot_push_idle(la_slot *s);
void la_slot_unlink_idle(la_slot *s);

/* A new waiter at the end of the queue; NULL: memory is out. */
la_waiter *la_waiter_new(la_pool *p, la_slot *want);
/* Frees a waiter and takes it out of the queue. */
void la_waiter_free(la_pool *p, la_waiter *w);
/* The first that waits for s, or (any) for whichever slot. */
la_waiter *la_waiter_first(la_pool *p, const la_slot *want);
/* Gives s to w, who leaves the queue. */
void la_waiter_hand(la_pool *p, la_waiter *w, la_slot *s);

/* Without the lock: ends the slot's connection, and the slot. */
void la_slot_free(la_slot *s);

#endif
