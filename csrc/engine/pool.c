/* pool.c - taking and giving back. What differs between the kinds is in `grab`
 * (which slot is taken) and `settle_down` (what becomes of one that is free). */
#include "engine/pool.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/process.h"
#include "engine/pool_impl.h"

static const char *const kinds[] = {
    [LA_POOL_QUEUE] = "QueuePool",         [LA_POOL_NULL] = "NullPool",
    [LA_POOL_STATIC] = "StaticPool",       [LA_POOL_SINGLETON_THREAD] = "SingletonThreadPool",
    [LA_POOL_ASSERTION] = "AssertionPool",
};

int la_pool_kind_of(const char *name) {
  for (int i = 0; i < (int)(sizeof kinds / sizeof *kinds); i++)
    if (!strcmp(kinds[i], name)) return i;
  return -1;
}

const char *la_pool_kind_name(la_pool_kind kind) { return kinds[kind]; }

/* ---- the pool itself ---- */

static bool is_queue(const la_pool *p) { return p->o.kind == LA_POOL_QUEUE; }

int la_pool_new(la_pool **out, const la_pool_options *options, la_error *err) {
  la_pool *p = la_calloc(sizeof *p);
  if (!p) return la_fail_memory(err);
  p->refs = 1;
  p->o = *options;
  if (!p->o.size) p->o.max_overflow = -1;
  p->pid = la_process();
  p->overflow = -p->o.size;
  pthread_mutex_init(&p->lock, NULL);
  *out = p;
  return 0;
}

int la_pool_recreate(la_pool **out, la_pool *p, la_error *err) { return la_pool_new(out, &p->o, err); }

la_pool *la_pool_retain(la_pool *p) {
  __atomic_add_fetch(&p->refs, 1, __ATOMIC_RELAXED);
  return p;
}

const la_pool_options *la_pool_options_of(const la_pool *p) { return &p->o; }

/* All slots that nobody holds, unlinked and chained by p.next. */
static la_slot *cut_free_slots(la_pool *p) {
  la_slot *cut = NULL, *next;
  for (la_slot *s = p->slots; s; s = next) {
    next = s->p.next;
    if (s->uses || s->p.handed) continue;
    if (s->p.idle) la_slot_unlink_idle(s);
    la_slot_unlink(s);
    s->p.next = cut;
    cut = s;
  }
  return cut;
}

static void free_slots(la_slot *s) {
  while (s) {
    la_slot *next = s->p.next;
    la_slot_free(s);
    s = next;
  }
}

void la_pool_release(la_pool *p) {
  if (!p || __atomic_sub_fetch(&p->refs, 1, __ATOMIC_ACQ_REL)) return;
  la_pool_enter(p);
  la_slot *cut = cut_free_slots(p);
  la_pool_leave(p);
  free_slots(cut);
  pthread_mutex_destroy(&p->lock);
  la_free(p);
}

void la_pool_dispose(la_pool *p) {
  la_pool_enter(p);
  la_slot *cut = cut_free_slots(p);
  p->overflow = -p->o.size;
  for (la_slot *s = p->slots; !is_queue(p) && s; s = s->p.next) s->p.soft_invalidated = la_now_ns();
  la_pool_leave(p);
  free_slots(cut);
}

/* The child of a fork: the mutex may be anyone's, what is out is not counted any
 * more, what is in belongs to the parent. One thread does it, others wait. */
static void empty_after_fork(la_pool *p, long pid) {
  long old = __atomic_load_n(&p->pid, __ATOMIC_ACQUIRE);
  if (old == -1 || !__atomic_compare_exchange_n(&p->pid, &old, -1, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    while (__atomic_load_n(&p->pid, __ATOMIC_ACQUIRE) != pid) sched_yield();
    return;
  }
  pthread_mutex_init(&p->lock, NULL);
  free_slots(cut_free_slots(p));
  while (p->slots) la_slot_unlink(p->slots);
  for (la_waiter *w = p->first; w; w = w->next) w->queued = false;
  p->first = p->last = NULL;
  p->overflow = -p->o.size;
  __atomic_store_n(&p->pid, pid, __ATOMIC_RELEASE);
}

void la_pool_enter(la_pool *p) {
  long pid = la_process();
  if (__atomic_load_n(&p->pid, __ATOMIC_ACQUIRE) != pid) empty_after_fork(p, pid);
  pthread_mutex_lock(&p->lock);
}

void la_pool_leave(la_pool *p) { pthread_mutex_unlock(&p->lock); }

void la_pool_invalidate(la_pool *p, const la_slot *slot) {
  la_pool_enter(p);
  if (!slot || p->invalidated < slot->opened) p->invalidated = la_now_ns();
  la_pool_leave(p);
}

/* ---- taking ---- */

typedef enum grabbed { GOT, MUST_WAIT, FAILED } grabbed;

static grabbed new_slot(la_slot **out, la_pool *p, la_error *err) {
  *out = la_slot_new(p);
  if (*out) return GOT;
  la_fail_memory(err);
  return FAILED;
}

static grabbed join_queue(la_pool *p, la_waiter **w, la_slot *want, la_error *err) {
  *w = la_waiter_new(p, want);
  if (*w) return MUST_WAIT;
  la_fail_memory(err);
  return FAILED;
}

static grabbed grab_queue(la_slot **out, la_pool *p, la_waiter **w, la_error *err) {
  if (la_waiter_first(p, NULL)) return join_queue(p, w, NULL, err);
  *out = p->o.use_lifo ? p->idle_last : p->idle_first;
  if (*out) {
    la_slot_unlink_idle(*out);
    return GOT;
  }
  if (p->o.max_overflow >= 0 && p->overflow >= p->o.max_overflow) return join_queue(p, w, NULL, err);
  grabbed g = new_slot(out, p, err);
  if (g == GOT) p->overflow++;
  return g;
}

static unsigned long this_thread(void) { return (unsigned long)pthread_self(); }

static grabbed grab_shared(la_slot **out, la_pool *p, la_slot *s, la_waiter **w, la_error *err) {
  if (!s) return new_slot(out, p, err);
  if (s->uses && s->p.thread != this_thread()) {
    la_fail_with(err, LA_EXC_InvalidRequestError, "StaticPool: its connection is in use by another thread (%s)",
                 s->p.holder);
    return FAILED;
  }
  if (s->p.opening) return join_queue(p, w, s, err);
  *out = s;
  return GOT;
}

/* More threads than o.size: one that does not use its connection loses it. */
static void make_room(la_pool *p, la_slot **cut) {
  int n = 0;
  la_slot *unused = NULL;
  for (la_slot *s = p->slots; s; s = s->p.next, n++)
    if (!s->uses && !s->p.handed) unused = s;
  if (n < p->o.size || !unused) return;
  la_slot_unlink(unused);
  unused->p.next = NULL;
  *cut = unused;
}

static grabbed grab_of_thread(la_slot **out, la_pool *p, la_waiter **w, la_slot **cut, la_error *err) {
  la_slot *s = p->slots;
  while (s && s->p.thread != this_thread()) s = s->p.next;
  if (!s) make_room(p, cut);
  return grab_shared(out, p, s, w, err);
}

static grabbed grab_alone(la_slot **out, la_pool *p, la_error *err) {
  la_slot *s = p->slots;
  if (!s) return new_slot(out, p, err);
  if (!s->uses) return *out = s, GOT;
  la_fail_with(err, LA_EXC_InvalidRequestError, "connection is already checked out%s%s", *s->p.holder ? " at:\n" : "",
               s->p.holder);
  return FAILED;
}

static grabbed grab(la_slot **out, la_pool *p, la_waiter **w, la_slot **cut, la_error *err) {
  if (*w) {
    *out = (*w)->slot;
    if (!*out) return MUST_WAIT;
    la_waiter_free(p, *w);
    *w = NULL;
    return GOT;
  }
  switch (p->o.kind) {
    case LA_POOL_QUEUE: return grab_queue(out, p, w, err);
    case LA_POOL_STATIC: return grab_shared(out, p, p->slots, w, err);
    case LA_POOL_SINGLETON_THREAD: return grab_of_thread(out, p, w, cut, err);
    case LA_POOL_ASSERTION: return grab_alone(out, p, err);
    default: return new_slot(out, p, err);
  }
}

/* The slot has one holder more. */
static void hold(la_slot *s, const char *holder) {
  s->uses++;
  if (s->uses > 1) return;
  la_pool_retain(s->pool);
  s->fresh = false;
  s->p.thread = this_thread();
  s->p.since = la_now_ns();
  snprintf(s->p.holder, sizeof s->p.holder, "%s", holder ? holder : "");
}

static la_take what_is_due(la_slot *s) {
  if (!s->conn) {
    s->p.opening = true;
    s->opened = la_now_ns();
    return LA_TAKE_OPEN;
  }
  if (s->uses > 1) return LA_TAKE_READY;
  if (la_slot_stale(s)) return s->p.opening = true, LA_TAKE_STALE;
  return s->pool->o.pre_ping ? LA_TAKE_PING : LA_TAKE_READY;
}

la_take la_pool_take(la_slot **out, la_pool *p, la_waiter **w, const char *holder, la_error *err) {
  la_slot *s = NULL, *cut = NULL;
  la_take due = LA_TAKE_FAIL;
  la_pool_enter(p);
  grabbed g = grab(&s, p, w, &cut, err);
  if (g == GOT) hold(s, holder);
  if (g == GOT) due = what_is_due(s);
  la_pool_leave(p);
  free_slots(cut);
  if (g == MUST_WAIT) return LA_TAKE_WAIT;
  *out = s;
  return due;
}

la_take la_pool_take_wait(la_slot **out, la_pool *p, const char *holder, int64_t deadline, la_error *err) {
  la_waiter *w = NULL;
  la_take t = la_pool_take(out, p, &w, holder, err);
  int fd = t == LA_TAKE_WAIT ? la_waiter_fd(p, w, err) : -1;
  int64_t end = la_deadline_in(p->o.timeout);
  if (!end || (deadline && deadline < end)) end = deadline;
  while (t == LA_TAKE_WAIT && fd >= 0 && (!end || la_now_ns() < end)) {
    la_drv_wait(fd, LA_STEP_READ, end);
    t = la_pool_take(out, p, &w, holder, err);
  }
  if (t != LA_TAKE_WAIT) return t;
  la_pool_give_up(p, &w, p->o.timeout, err);
  return LA_TAKE_FAIL;
}

/* ---- giving back ---- */

/* What becomes of a slot that nobody holds: NULL, or it is to be freed. */
static la_slot *settle_down(la_pool *p, la_slot *s) {
  la_waiter *w = la_waiter_first(p, is_queue(p) ? NULL : s);
  if (w) {
    la_waiter_hand(p, w, s);
    return NULL;
  }
  if (p->o.kind == LA_POOL_QUEUE && (!p->o.size || p->nidle < p->o.size)) {
    la_slot_push_idle(s);
    return NULL;
  }
  if (p->o.kind != LA_POOL_QUEUE && p->o.kind != LA_POOL_NULL) return NULL;
  if (is_queue(p)) p->overflow--;
  la_slot_unlink(s);
  return s;
}

/* Ends one use; `gone`: the slot never had a connection and shall not stay for its own sake. */
static void end_use(la_slot *s, bool gone) {
  la_pool *p = s->pool;
  la_slot *dead = NULL;
  la_pool_enter(p);
  bool last = --s->uses == 0;
  if (last && s->p.pid != p->pid) {
    dead = s;
  } else if (last && gone && is_queue(p) && !la_waiter_first(p, NULL)) {
    p->overflow--;
    la_slot_unlink(s);
    dead = s;
  } else if (last) {
    dead = settle_down(p, s);
  }
  la_pool_leave(p);
  if (dead) la_slot_free(dead);
  if (last) la_pool_release(p);
}

void la_slot_give_back(la_slot *s) {
  if (s->uses == 1 && s->conn && !la_connection_usable(s->conn)) la_slot_drop(s);
  s->p.opening = false;
  end_use(s, false);
}

void la_slot_failed(la_slot *s) {
  la_slot_drop(s);
  s->p.opening = false;
  end_use(s, !s->p.counted);
}

/* Those who wait for this very slot share it now. */
static void share(la_slot *s) {
  la_waiter *w;
  la_pool_enter(s->pool);
  while (s->pool->o.kind != LA_POOL_QUEUE && (w = la_waiter_first(s->pool, s))) la_waiter_hand(s->pool, w, s);
  la_pool_leave(s->pool);
}

void la_slot_opened(la_slot *s, la_connection *c) {
  s->conn = c;
  s->fresh = true;
  s->p.counted = true;
  s->p.opening = false;
  share(s);
}

bool la_slot_leaving(const la_slot *s) {
  if (!s->conn || !la_connection_usable(s->conn)) return false;
  return s->uses == 1 || s->pool->o.kind == LA_POOL_STATIC;
}
