/* connection.c - cursors wander between two lists: the open ones, and the closed
 * ones that keep their statement in the cache, the last used first. */
#include "engine/connection.h"

#include <string.h>

#include "base/mem.h"
#include "base/process.h"

/* Simple statements longer than this are DDL, and not worth keeping. */
enum { SHORT_TEXT = 64 };

/* ---- the cache ---- */

static void free_cursor(la_cursor *cur) {
  if (cur->stmt) cur->stmt->driver->finish(cur->stmt);
  la_str_release(cur->text);
  la_free(cur->hints);
  la_free(cur);
}

/* Takes a closed cursor out of the list: it stays in the map, under its text. */
static void cache_unlist(la_connection *c, la_cursor *cur) {
  *(cur->prev ? &cur->prev->next : &c->new) = cur->next;
  *(cur->next ? &cur->next->prev : &c->old) = cur->prev;
  cur->prev = cur->next = NULL;
  c->n--;
  c->bytes -= cur->text->len;
}

static void cache_drop(la_connection *c, la_cursor *cur) {
  if (cur->cached) la_map_puts(&c->cached, cur->text, NULL);
  cur->cached = false;
}

/* Whether the map has cur, or takes it. */
static bool cache_has(la_connection *c, la_cursor *cur) {
  if (cur->cached) return true;
  if (!cur->text || !c->max || cur->text->len > c->max_bytes) return false;
  cur->cached = !la_map_gets(&c->cached, cur->text) && !la_map_puts(&c->cached, cur->text, cur);
  return cur->cached;
}

/* Whether cur, closed and reset, is the cache's now. */
static bool cache_add(la_connection *c, la_cursor *cur) {
  if (!cur->stmt->conn || !cache_has(c, cur)) {
    cache_drop(c, cur);
    return false;
  }
  cur->prev = NULL;
  cur->next = c->new;
  *(cur->next ? &cur->next->prev : &c->old) = cur;
  c->new = cur;
  c->n++;
  c->bytes += cur->text->len;
  return true;
}

static void cache_trim(la_connection *c, size_t n, size_t bytes) {
  while (c->n > n || c->bytes > bytes) {
    la_cursor *cur = c->old;
    cache_unlist(c, cur);
    cache_drop(c, cur);
    free_cursor(cur);
  }
}

void la_connection_forget(la_connection *c) { cache_trim(c, 0, 0); }

static bool same_statement(const la_cursor *cur, const la_sql *sql) {
  if (cur->flags != sql->flags || cur->chunk != sql->chunk || cur->stmt->nparams != sql->nparams) return false;
  if (!cur->hints || !sql->hints) return !cur->hints && !sql->hints;
  return !memcmp(cur->hints, sql->hints, sql->nparams);
}

/* The cursor of that text, if it is closed: looked for first where it was last used. */
static la_cursor *cache_take(la_connection *c, const la_sql *sql) {
  la_cursor *cur = c->new;
  if (!cur || cur->text != sql->str)
    cur = sql->str ? la_map_gets(&c->cached, sql->str) : la_map_getb(&c->cached, sql->text, sql->len);
  if (!cur || cur->conn || !same_statement(cur, sql)) return NULL;
  cache_unlist(c, cur);
  c->reused++;
  return cur;
}

/* ---- connections ---- */

int la_connection_open(la_connection **out, const la_driver *d, const la_conninfo *info, int64_t deadline, size_t max,
                       size_t max_bytes, la_error *err) {
  la_connection *c = la_calloc(sizeof *c);
  if (!c) return la_fail_memory(err);
  c->refs = 1;
  c->max = max;
  c->max_bytes = max_bytes;
  if (d->open(&c->db, info, deadline, err)) {
    la_free(c);
    return -1;
  }
  *out = c;
  return 0;
}

la_connection *la_connection_retain(la_connection *c) {
  __atomic_add_fetch(&c->refs, 1, __ATOMIC_RELAXED);
  return c;
}

void la_connection_release(la_connection *c) {
  if (!c || __atomic_sub_fetch(&c->refs, 1, __ATOMIC_ACQ_REL)) return;
  la_connection_close(c);
  la_map_free(&c->cached);
  la_str_release(c->before);
  la_foreign_release(c->info);
  la_free(c);
}

static bool is_ours(const la_connection *c) { return c->db->pid == la_process(); }

void la_connection_close(la_connection *c) {
  if (!c->db) return;
  la_dbconn *db = c->db;
  bool ours = is_ours(c);
  c->db = NULL;
  if (ours)
    db->driver->close(db);
  else
    db->driver->abandon(db);
  la_connection_forget(c);
}

bool la_connection_usable(const la_connection *c) { return c->db && !c->lost && is_ours(c); }

bool la_connection_is_idle(la_connection *c) {
  la_error e = LA_ERROR_INIT;
  bool idle = la_connection_usable(c) && !c->cursors && !c->db->driver->busy(c->db) &&
              c->db->driver->status(c->db) == LA_TX_NONE && la_connection_ready(c, &e) == LA_STEP_DONE;
  la_error_clear(&e);
  return idle;
}

static la_step note(la_connection *c, la_step st, const la_error *err) {
  if (st == LA_STEP_FAIL && c && err && err->invalidated) c->lost = true;
  return st;
}

static int check(const la_connection *c, la_error *err) {
  if (la_connection_usable(c)) return 0;
  bool foreign = c->db && !c->lost;
  la_fail_with(err, LA_EXC_InterfaceError, "%s",
               foreign ? "connection was opened by another process" : "connection already closed");
  if (err) err->invalidated = true;
  return -1;
}

la_step la_connection_ready(la_connection *c, la_error *err) {
  return check(c, err) ? LA_STEP_FAIL : note(c, c->db->driver->ready(c->db, err), err);
}

la_step la_connection_await(la_connection *c, la_error *err) {
  return check(c, err) ? LA_STEP_FAIL : note(c, la_drv_ready(c->db, err), err);
}

int la_connection_before(la_connection *c, const char *sql, la_error *err) {
  if (check(c, err)) return -1;
  if (!(c->db->driver->caps & LA_CAP_PIPELINE)) return 0;
  c->db->before = NULL;
  if (!sql) return 1;
  if (!c->before || strcmp(c->before->s, sql)) {
    la_str_release(c->before);
    c->before = la_str_new(sql, strlen(sql));
    if (!c->before) return la_fail_memory(err);
  }
  c->db->before = c->before->s;
  return 1;
}

int la_connection_exec(la_connection *c, const char *sql, unsigned flags, la_error *err) {
  const la_sql text = {.text = sql, .len = strlen(sql), .flags = flags | LA_SQL_SIMPLE};
  la_cursor *cur;
  if (la_connection_await(c, err) != LA_STEP_DONE || la_cursor_open(&cur, c, &text, err)) return -1;
  la_step st = la_cursor_send(cur, NULL, 0, err) ? LA_STEP_FAIL : LA_STEP_ROW;
  while (st == LA_STEP_ROW) st = la_cursor_await(cur, err);
  la_cursor_close(cur);
  return st == LA_STEP_DONE ? 0 : -1;
}

/* ---- cursors ---- */

static void cursor_link(la_connection *c, la_cursor *cur) {
  cur->conn = la_connection_retain(c);
  cur->prev = NULL;
  cur->next = c->cursors;
  if (cur->next) cur->next->prev = cur;
  c->cursors = cur;
}

/* The connection may be gone afterwards. */
static void cursor_unlink(la_cursor *cur) {
  la_connection *c = cur->conn;
  *(cur->prev ? &cur->prev->next : &c->cursors) = cur->next;
  if (cur->next) cur->next->prev = cur->prev;
  cur->prev = cur->next = NULL;
  cur->conn = NULL;
}

static bool worth_keeping(const la_sql *sql) {
  if (sql->flags & LA_SQL_SCRIPT) return false;
  return !(sql->flags & LA_SQL_SIMPLE) || sql->len <= SHORT_TEXT;
}

static int keep_key(la_cursor *cur, const la_sql *sql) {
  cur->text = sql->str ? la_str_retain(sql->str) : la_str_new(sql->text, sql->len);
  if (sql->hints && sql->nparams) cur->hints = la_alloc(sql->nparams);
  if (cur->hints) memcpy(cur->hints, sql->hints, sql->nparams);
  return cur->text && (!sql->hints || !sql->nparams || cur->hints) ? 0 : -1;
}

static la_cursor *prepare(la_connection *c, const la_sql *sql, la_error *err) {
  la_cursor *cur = la_calloc(sizeof *cur);
  bool ok = cur && !(worth_keeping(sql) && keep_key(cur, sql));
  if (!ok) la_fail_memory(err);
  if (ok) ok = !c->db->driver->prepare(&cur->stmt, c->db, sql, err);
  if (!ok) {
    if (cur) free_cursor(cur);
    return NULL;
  }
  cur->flags = sql->flags;
  cur->chunk = sql->chunk;
  c->prepared++;
  return cur;
}

int la_cursor_open(la_cursor **out, la_connection *c, const la_sql *sql, la_error *err) {
  if (check(c, err)) return -1;
  la_cursor *cur = cache_take(c, sql);
  if (!cur) cur = prepare(c, sql, err);
  if (!cur) return note(c, LA_STEP_FAIL, err), -1;
  cursor_link(c, cur);
  *out = cur;
  return 0;
}

int la_cursor_send(la_cursor *cur, const la_value *params, size_t n, la_error *err) {
  if (!cur->stmt->driver->send(cur->stmt, params, n, err)) return 0;
  note(cur->conn, LA_STEP_FAIL, err);
  return -1;
}

int la_cursor_send_many(la_cursor *cur, const la_value *params, size_t n, size_t nrows, la_error *err) {
  if (!cur->stmt->driver->send_many(cur->stmt, params, n, nrows, err)) return 0;
  note(cur->conn, LA_STEP_FAIL, err);
  return -1;
}

la_step la_cursor_step(la_cursor *cur, la_error *err) {
  return note(cur->conn, cur->stmt->driver->step(cur->stmt, err), err);
}

la_step la_cursor_await(la_cursor *cur, la_error *err) { return note(cur->conn, la_drv_step(cur->stmt, err), err); }

void la_cursor_close(la_cursor *cur) {
  if (!cur) return;
  la_connection *c = cur->conn;
  if (c && c->db && !is_ours(c)) la_connection_close(c);
  if (c) cursor_unlink(cur);
  if (cur->stmt->conn) cur->stmt->driver->reset(cur->stmt);
  if (!c || !cache_add(c, cur)) free_cursor(cur);
  if (!c) return;
  cache_trim(c, c->max, c->max_bytes);
  la_connection_release(c);
}

void la_connection_settle(la_connection *c) {
  la_connection_retain(c);
  while (c->cursors) {
    la_cursor *cur = c->cursors;
    cur->stmt->driver->detach(cur->stmt);
    cache_drop(c, cur);
    cursor_unlink(cur);
    la_connection_release(c);
  }
  la_connection_release(c);
}
