/* pool_slot.c - slots, those who wait for one, and what a pool says of itself. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/pool_impl.h"

/* ---- slots ---- */

la_slot *la_slot_new(la_pool *p) {
  la_slot *s = la_calloc(sizeof *s);
  if (!s) return NULL;
  s->pool = p;
  s->p.pid = p->pid;
  s->p.thread = (unsigned long)pthread_self();
  s->p.next = p->slots;
  if (s->p.next) s->p.next->p.prev = s;
  p->slots = s;
  return s;
}

void la_slot_unlink(la_slot *s) {
  *(s->p.prev ? &s->p.prev->p.next : &s->pool->slots) = s->p.next;
  if (s->p.next) s->p.next->p.prev = s->p.prev;
  s->p.prev = s->p.next = NULL;
}

void la_slot_push_idle(la_slot *s) {
  la_pool *p = s->pool;
  s->p.idle = true;
  s->p.idle_next = NULL;
  s->p.idle_prev = p->idle_last;
  *(s->p.idle_prev ? &s->p.idle_prev->p.idle_next : &p->idle_first) = s;
  p->idle_last = s;
  p->nidle++;
}

void la_slot_unlink_idle(la_slot *s) {
  la_pool *p = s->pool;
  *(s->p.idle_prev ? &s->p.idle_prev->p.idle_next : &p->idle_first) = s->p.idle_next;
  *(s->p.idle_next ? &s->p.idle_next->p.idle_prev : &p->idle_last) = s->p.idle_prev;
  s->p.idle_prev = s->p.idle_next = NULL;
  s->p.idle = false;
  p->nidle--;
}

void la_slot_drop(la_slot *s) {
  la_connection *c = s->conn;
  s->conn = NULL;
  s->opened = la_now_ns();
  if (!c) return;
  la_connection_close(c);
  la_connection_release(c);
}

void la_slot_free(la_slot *s) {
  la_slot_drop(s);
  la_foreign_release(s->info);
  la_free(s);
}

const char *la_slot_stale(const la_slot *s) {
  const la_pool *p = s->pool;
  if (!s->conn) return NULL;
  if (!la_connection_usable(s->conn)) return "the connection is closed";
  if (p->o.recycle >= 0 && (double)(la_now_ns() - s->opened) > p->o.recycle * 1e9) return "exceeded timeout; recycling";
  if (p->invalidated > s->opened) return "invalidated due to pool invalidation; recycling";
  if (s->p.soft_invalidated > s->opened) return "invalidated due to local soft invalidation; recycling";
  return s->conn->db->driver->alive(s->conn->db) ? NULL : "closed by the server; recycling";
}

void la_slot_invalidate(la_slot *s, bool soft) {
  if (soft)
    s->p.soft_invalidated = la_now_ns();
  else
    la_slot_drop(s);
}

la_connection *la_slot_detach(la_slot *s) {
  la_connection *c = s->conn;
  s->conn = NULL;
  la_slot_give_back(s);
  return c;
}

/* ---- waiting ---- */

la_waiter *la_waiter_new(la_pool *p, la_slot *want) {
  la_waiter *w = la_calloc(sizeof *w);
  if (!w) return NULL;
  *w = (la_waiter){p->last, NULL, want, NULL, true, la_now_ns(), {-1, -1}};
  *(w->prev ? &w->prev->next : &p->first) = w;
  p->last = w;
  return w;
}

static void leave_queue(la_pool *p, la_waiter *w) {
  if (!w->queued) return;
  *(w->prev ? &w->prev->next : &p->first) = w->next;
  *(w->next ? &w->next->prev : &p->last) = w->prev;
  w->queued = false;
}

void la_waiter_free(la_pool *p, la_waiter *w) {
  leave_queue(p, w);
  if (w->slot) w->slot->p.handed--;
  if (w->fds[0] >= 0) close(w->fds[0]);
  if (w->fds[1] >= 0) close(w->fds[1]);
  la_free(w);
}

la_waiter *la_waiter_first(la_pool *p, const la_slot *want) {
  la_waiter *w = p->first;
  while (w && w->want != want) w = w->next;
  return w;
}

static void wake(la_waiter *w) {
  while (w->fds[1] >= 0 && write(w->fds[1], "", 1) < 0 && errno == EINTR) continue;
}

void la_waiter_hand(la_pool *p, la_waiter *w, la_slot *s) {
  leave_queue(p, w);
  w->slot = s;
  s->p.handed++;
  wake(w);
}

static int make_pipe(int fds[2]) {
  if (pipe(fds)) return -1;
  for (int i = 0; i < 2; i++) {
    fcntl(fds[i], F_SETFD, FD_CLOEXEC);
    fcntl(fds[i], F_SETFL, O_NONBLOCK);
  }
  return 0;
}

int la_waiter_fd(la_pool *p, la_waiter *w, la_error *err) {
  la_pool_enter(p);
  if (w->fds[0] < 0 && make_pipe(w->fds))
    la_fail_with(err, LA_EXC_OperationalError, "cannot wait for a connection: %s", strerror(errno));
  else if (w->slot)
    wake(w);
  la_pool_leave(p);
  return w->fds[0];
}

/* ---- what it says of itself ---- */

la_pool_counts la_pool_count(la_pool *p) {
  if (p->o.kind != LA_POOL_QUEUE) return (la_pool_counts){0, 0, 0, 0};
  la_pool_enter(p);
  la_pool_counts n = {p->o.size, p->nidle, p->o.size - p->nidle + p->overflow, p->o.size ? p->overflow : 0};
  la_pool_leave(p);
  return n;
}

static int count_connections(la_pool *p) {
  int n = 0;
  la_pool_enter(p);
  for (la_slot *s = p->slots; s; s = s->p.next) n += s->conn != NULL;
  la_pool_leave(p);
  return n;
}

void la_pool_status(la_buf *out, la_pool *p) {
  if (p->o.kind == LA_POOL_QUEUE) {
    la_pool_counts n = la_pool_count(p);
    la_buf_printf(out,
                  "Pool size: %d  Connections in pool: %d Current Overflow: %d Current Checked out "
                  "connections: %d",
                  n.size, n.checked_in, n.overflow, n.checked_out);
  } else if (p->o.kind == LA_POOL_SINGLETON_THREAD) {
    la_buf_printf(out, "SingletonThreadPool id:%lu size: %d", (unsigned long)(uintptr_t)p, count_connections(p));
  } else {
    la_buf_puts(out, la_pool_kind_name(p->o.kind));
  }
}

enum { NAMED = 8 };

/* "; in use: main.lua:12 for 31.2 s, and 3 more" */
static void name_holders(la_buf *b, const la_pool *p) {
  int n = 0;
  int64_t now = la_now_ns();
  for (la_slot *s = p->slots; s; s = s->p.next) {
    if (!s->uses || !*s->p.holder) continue;
    long tenths = (long)((now - s->p.since) / 100000000);
    if (n < NAMED)
      la_buf_printf(b, "%s%s for %ld.%ld s", n ? ", " : "; in use: ", s->p.holder, tenths / 10, tenths % 10);
    n++;
  }
  if (n > NAMED) la_buf_printf(b, ", and %d more", n - NAMED);
}

static void fail_timeout(la_pool *p, double waited, la_error *err) {
  la_buf b = LA_BUF_INIT;
  long hundredths = (long)(waited * 100 + 0.5);
  name_holders(&b, p);
  la_fail_with(err, LA_EXC_TimeoutError,
               "QueuePool limit of size %d overflow %d reached, connection timed out, timeout %ld.%02ld%s", p->o.size,
               p->o.size ? p->overflow : 0, hundredths / 100, hundredths % 100, la_buf_ok(&b) ? la_buf_cstr(&b) : "");
  la_buf_free(&b);
  err->fail = LA_FAIL_TIMEOUT;
}

void la_pool_give_up(la_pool *p, la_waiter **w, double waited, la_error *err) {
  la_pool_enter(p);
  la_slot *s = (*w)->slot;
  la_waiter_free(p, *w);
  *w = NULL;
  if (err) fail_timeout(p, waited, err);
  if (s) {
    la_pool_retain(p);
    s->uses++;
  }
  la_pool_leave(p);
  if (!s) return;
  if (s->conn)
    la_slot_give_back(s);
  else
    la_slot_failed(s);
}
