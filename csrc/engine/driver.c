/* driver.c - what all drivers and their callers share: the list of drivers,
 * connect arguments, cells, and waiting in C. */
#include "engine/driver.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

/* ---- the list ---- */

enum { MAX_DRIVERS = 32 };

static struct {
  pthread_mutex_t lock;
  const la_driver *driver[MAX_DRIVERS];
  size_t n;
} list = {PTHREAD_MUTEX_INITIALIZER, {NULL}, 0};

static size_t place_of(const char *name) {
  size_t i = 0;
  while (i < list.n && strcmp(list.driver[i]->name, name)) i++;
  return i;
}

int la_driver_register(const la_driver *d, la_error *err) {
  pthread_mutex_lock(&list.lock);
  size_t i = place_of(d->name);
  bool fits = i < MAX_DRIVERS;
  if (fits) list.driver[i] = d;
  if (fits && i == list.n) list.n++;
  pthread_mutex_unlock(&list.lock);
  return fits ? 0 : la_fail_with(err, LA_EXC_InvalidRequestError, "more than %d drivers", MAX_DRIVERS);
}

const la_driver *la_driver_find(const char *name) {
  pthread_mutex_lock(&list.lock);
  size_t i = place_of(name);
  const la_driver *d = i < list.n ? list.driver[i] : NULL;
  pthread_mutex_unlock(&list.lock);
  return d;
}

/* ---- cells ---- */

int la_cell_to_value(la_value *out, const la_cell *cell, la_error *err) {
  *out = (la_value){cell->tag, cell->flags, cell->aux, {cell->u.i}};
  switch (cell->tag) {
    case LA_V_TEXT:
    case LA_V_BLOB:
    case LA_V_DECIMAL:
    case LA_V_UUID: out->u.s = la_str_new(cell->u.s.p, cell->u.s.n); break;
    case LA_V_ARRAY: out->u.a = la_array_retain(cell->u.a); return 0;
    case LA_V_REAL: out->u.r = cell->u.r; return 0;
    default: return 0;
  }
  if (out->u.s) return 0;
  *out = LA_VALUE_ABSENT;
  return la_fail_memory(err);
}

la_cell la_cell_of(const la_value *v) {
  la_cell c = {v->tag, v->flags, v->aux, {v->u.i}};
  switch (v->tag) {
    case LA_V_TEXT:
    case LA_V_BLOB:
    case LA_V_DECIMAL:
    case LA_V_UUID:
      c.u.s.p = v->u.s->s;
      c.u.s.n = v->u.s->len;
      break;
    case LA_V_REAL: c.u.r = v->u.r; break;
    case LA_V_ARRAY: c.u.a = v->u.a; break;
    case LA_V_ABSENT: c.tag = LA_V_NULL; break;
    default: break;
  }
  return c;
}

/* ---- for drivers ---- */

void la_dbstmt_link(la_dbstmt *s, la_dbconn *c) {
  s->driver = c->driver;
  s->conn = c;
  s->prev = NULL;
  s->next = c->stmts;
  if (s->next) s->next->prev = s;
  c->stmts = s;
}

void la_dbstmt_unlink(la_dbstmt *s) {
  if (!s->conn) return;
  *(s->prev ? &s->prev->next : &s->conn->stmts) = s->next;
  if (s->next) s->next->prev = s->prev;
  s->conn = NULL;
  s->prev = s->next = NULL;
}

int la_dbstmt_check(const la_dbstmt *s, size_t n, la_error *err) {
  if (n == s->nparams) return 0;
  return la_fail_with(
      err, LA_EXC_ProgrammingError,
      "Incorrect number of bindings supplied. The current statement uses %u, and there are %zu supplied.", s->nparams,
      n);
}

void la_error_name(char **field, const char *text, size_t len) {
  char *copy = text ? la_alloc(len + 1) : NULL;
  if (!copy) return;
  memcpy(copy, text, len);
  copy[len] = '\0';
  la_free(*field);
  *field = copy;
}

/* ---- connect arguments ---- */

static void clear_pairs(la_setting *pairs, size_t n) {
  for (size_t i = 0; i < n; i++) {
    la_str_release(pairs[i].key);
    la_value_clear(&pairs[i].value);
  }
  la_free(pairs);
}

void la_conninfo_clear(la_conninfo *info) {
  la_str_release(info->url);
  la_str_release(info->user);
  la_str_release(info->password);
  la_str_release(info->host);
  la_str_release(info->database);
  clear_pairs(info->query, info->nquery);
  clear_pairs(info->args, info->nargs);
  *info = (la_conninfo)LA_CONNINFO_INIT;
}

/* Appends (key, value), both the list's own from now on, also when it fails. */
static int append(la_setting **pairs, size_t *n, la_str *key, la_value value, la_error *err) {
  la_setting *grown = key ? la_realloc(*pairs, (*n + 1) * sizeof *grown) : NULL;
  if (!grown) {
    la_str_release(key);
    la_value_clear(&value);
    return la_fail_memory(err);
  }
  *pairs = grown;
  grown[(*n)++] = (la_setting){key, value};
  return 0;
}

static int copy_pairs(la_setting **out, size_t *nout, const la_setting *pairs, size_t n, la_error *err) {
  for (size_t i = 0; i < n; i++) {
    la_value v;
    la_value_copy(&v, &pairs[i].value);
    if (append(out, nout, la_str_retain(pairs[i].key), v, err)) return -1;
  }
  return 0;
}

int la_conninfo_copy(la_conninfo *out, const la_conninfo *info, la_error *err) {
  *out = (la_conninfo)LA_CONNINFO_INIT;
  out->url = la_str_retain(info->url);
  out->user = la_str_retain(info->user);
  out->password = la_str_retain(info->password);
  out->host = la_str_retain(info->host);
  out->database = la_str_retain(info->database);
  out->port = info->port;
  if (!copy_pairs(&out->query, &out->nquery, info->query, info->nquery, err) &&
      !copy_pairs(&out->args, &out->nargs, info->args, info->nargs, err))
    return 0;
  la_conninfo_clear(out);
  return -1;
}

int la_conninfo_add_arg(la_conninfo *info, const char *key, const la_value *value, la_error *err) {
  la_value v;
  la_value_copy(&v, value);
  return append(&info->args, &info->nargs, la_str_from(key), v, err);
}

int la_conninfo_add_query(la_conninfo *info, const char *key, const char *value, la_error *err) {
  la_str *s = la_str_from(value);
  if (!s) return la_fail_memory(err);
  return append(&info->query, &info->nquery, la_str_from(key), la_value_str(LA_V_TEXT, s), err);
}

static const la_value *last_of(const la_setting *pairs, size_t n, const char *key) {
  while (n-- > 0)
    if (la_str_is(pairs[n].key, key)) return &pairs[n].value;
  return NULL;
}

const la_value *la_conninfo_get(const la_conninfo *info, const char *key) {
  const la_value *v = last_of(info->args, info->nargs, key);
  return v ? v : last_of(info->query, info->nquery, key);
}

/* ---- waiting ---- */

int64_t la_now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t la_deadline_in(double seconds) {
  if (!(seconds >= 0) || seconds > 1e9) return 0;
  return la_now_ns() + (int64_t)(seconds * 1e9);
}

/* Milliseconds left, rounded up, so that poll does not wake just before the end. */
static int millis_left(int64_t deadline) {
  if (!deadline) return -1;
  int64_t left = deadline - la_now_ns();
  if (left <= 0) return 0;
  return left > (int64_t)1e15 ? 1000000000 : (int)((left + 999999) / 1000000);
}

void la_drv_wait(int fd, la_step what, int64_t deadline) {
  short events = what == LA_STEP_WRITE ? POLLIN | POLLOUT : POLLIN;
  struct pollfd p = {fd, events, 0};
  int n;
  do n = poll(&p, 1, millis_left(deadline));
  while (n < 0 && errno == EINTR);
}

static bool waits(la_step st) { return st == LA_STEP_READ || st == LA_STEP_WRITE; }

la_step la_drv_ready(la_dbconn *c, la_error *err) {
  la_step st;
  while (waits(st = c->driver->ready(c, err))) la_drv_wait(c->driver->fd(c), st, c->deadline);
  return st;
}

la_step la_drv_step(la_dbstmt *s, la_error *err) {
  const la_driver *d = s->driver;
  la_step st;
  while (waits(st = d->step(s, err))) la_drv_wait(d->fd(s->conn), st, s->conn->deadline);
  return st;
}

int la_drv_exec(la_dbconn *c, const char *sql, unsigned flags, la_error *err) {
  const la_sql text = {.text = sql, .len = strlen(sql), .flags = flags | LA_SQL_SIMPLE};
  la_dbstmt *s;
  if (la_drv_ready(c, err) != LA_STEP_DONE || c->driver->prepare(&s, c, &text, err)) return -1;
  int rc = c->driver->send(s, NULL, 0, err);
  la_step st = LA_STEP_ROW;
  while (!rc && st == LA_STEP_ROW) st = la_drv_step(s, err);
  c->driver->finish(s);
  return rc || st != LA_STEP_DONE ? -1 : 0;
}
