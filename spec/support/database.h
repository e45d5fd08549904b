/* database.h - short ways to run SQL in C specs. */
#ifndef LA_SPEC_DATABASE_H
#define LA_SPEC_DATABASE_H

#include <stdlib.h>

#include "base/mem.h"
#include "engine/connection.h"
#include "engine/url.h"
#include "support/check.h"

/* n bytes at s are the text wanted. */
#define CHECK_TEXT(s, n, wanted) CHECK((n) == strlen(wanted) && !memcmp(s, wanted, n))

/* A connection to a URL, ready; ends the program when there is none. */
static inline la_connection *db_open(const la_driver *d, const char *text) {
  la_error e = LA_ERROR_INIT;
  la_url *url;
  la_conninfo info;
  la_connection *c;
  if (la_url_parse(&url, text, strlen(text), &e) || la_url_conninfo(&info, url, &e) || d->configure(&info, &e) ||
      la_connection_open(&c, d, &info, 0, 100, 1 << 20, &e) || la_connection_await(c, &e) != LA_STEP_DONE) {
    fprintf(stderr, "cannot connect to %s: %s\n", text, la_error_message(&e));
    exit(2);
  }
  la_conninfo_clear(&info);
  la_url_release(url);
  return c;
}

static inline void db_exec(la_connection *c, const char *sql) {
  la_error e = LA_ERROR_INIT;
  if (!CHECK(!la_connection_exec(c, sql, 0, &e))) fprintf(stderr, "  %s: %s\n", sql, la_error_message(&e));
  la_error_clear(&e);
}

/* A cursor with sql sent; NULL: it failed and e says why. */
static inline la_cursor *db_try(la_connection *c, const char *sql, const la_value *params, uint32_t n, la_error *e) {
  const la_sql text = {sql, strlen(sql), n, NULL, 0, 0, NULL};
  la_cursor *cur;
  if (la_cursor_open(&cur, c, &text, e)) return NULL;
  if (!la_cursor_send(cur, params, n, e)) return cur;
  la_cursor_close(cur);
  return NULL;
}

static inline la_cursor *db_query(la_connection *c, const char *sql, const la_value *params, uint32_t n) {
  la_error e = LA_ERROR_INIT;
  la_cursor *cur = db_try(c, sql, params, n, &e);
  if (!CHECK(cur != NULL)) fprintf(stderr, "  %s: %s\n", sql, la_error_message(&e));
  la_error_clear(&e);
  if (!cur) exit(2);
  return cur;
}

/* The next row is there. */
static inline bool db_next(la_cursor *cur) {
  la_error e = LA_ERROR_INIT;
  la_step st = la_cursor_await(cur, &e);
  if (st == LA_STEP_FAIL) fprintf(stderr, "  %s\n", la_error_message(&e));
  CHECK(st != LA_STEP_FAIL);
  la_error_clear(&e);
  return st == LA_STEP_ROW;
}

static inline la_cell db_value(la_cursor *cur, int i) {
  la_error e = LA_ERROR_INIT;
  la_cell cell = LA_CELL_NULL;
  if (cur->stmt->driver->value(cur->stmt, i, &cell, &e)) fprintf(stderr, "  %s\n", la_error_message(&e));
  CHECK(!e.set);
  la_error_clear(&e);
  return cell;
}

/* The one value of a query, copied. */
static inline la_value db_scalar(la_connection *c, const char *sql, const la_value *params, uint32_t n) {
  la_error e = LA_ERROR_INIT;
  la_value v = LA_VALUE_ABSENT;
  la_cursor *cur = db_query(c, sql, params, n);
  if (db_next(cur)) {
    la_cell cell = db_value(cur, 0);
    CHECK(!la_cell_to_value(&v, &cell, &e));
  }
  la_cursor_close(cur);
  return v;
}

static inline int64_t db_int(la_connection *c, const char *sql) {
  la_value v = db_scalar(c, sql, NULL, 0);
  CHECK(v.tag == LA_V_INT);
  return v.u.i;
}

/* Runs sql, which must fail; the caller clears the error. */
static inline la_error db_fail(la_connection *c, const char *sql, const la_value *params, uint32_t n) {
  la_error e = LA_ERROR_INIT;
  la_cursor *cur = db_try(c, sql, params, n, &e);
  while (cur && la_cursor_await(cur, &e) == LA_STEP_ROW) continue;
  la_cursor_close(cur);
  CHECK(e.set);
  return e;
}

/* Connects, runs sql for nsets sets of parameters, reads all and closes; 0, or -1
 * when memory was out. For CHECK_SWEEP. */
typedef struct db_work {
  const la_driver *driver;
  const char *url, *sql;
  const la_value *params;
  uint32_t n;
  size_t nsets;
  unsigned flags;
  int times;
  la_str *arrays; /* the text that takes the sets as arrays, or NULL */
} db_work;

static inline int db_read(la_cursor *cur, la_error *e) {
  const la_driver *d = cur->stmt->driver;
  la_step st;
  while ((st = la_cursor_await(cur, e)) == LA_STEP_ROW)
    for (int i = 0; i < d->ncols(cur->stmt); i++) {
      la_cell cell;
      la_value v;
      if (d->value(cur->stmt, i, &cell, e) || la_cell_to_value(&v, &cell, e)) return -1;
      la_value_clear(&v);
    }
  return st == LA_STEP_DONE ? 0 : -1;
}

static inline int db_run(la_connection *c, const db_work *w, la_error *e) {
  const la_sql sql = {w->sql, strlen(w->sql), w->n, NULL, w->flags, 0, NULL};
  la_cursor *cur;
  if (la_cursor_open(&cur, c, &sql, e)) return -1;
  cur->stmt->arrays = w->arrays;
  int rc =
      w->nsets == 1 ? la_cursor_send(cur, w->params, w->n, e) : la_cursor_send_many(cur, w->params, w->n, w->nsets, e);
  if (!rc) rc = db_read(cur, e);
  la_cursor_close(cur);
  return rc;
}

static inline int db_sweep(void *arg) {
  const db_work *w = arg;
  la_error e = LA_ERROR_INIT;
  la_url *url = NULL;
  la_conninfo info = LA_CONNINFO_INIT;
  la_connection *c = NULL;
  int rc = la_url_parse(&url, w->url, strlen(w->url), &e) || la_url_conninfo(&info, url, &e) ||
           w->driver->configure(&info, &e) || la_connection_open(&c, w->driver, &info, 0, 10, 1000, &e) ||
           la_connection_await(c, &e) != LA_STEP_DONE;
  for (int i = 0; !rc && i < w->times; i++) rc = db_run(c, w, &e);
  /* Without memory for the cache the statement is prepared anew, which is no error. */
  if (!rc && !(w->flags & LA_SQL_SCRIPT)) rc = c->prepared > 1 || !c->n;
  la_connection_release(c);
  la_conninfo_clear(&info);
  la_url_release(url);
  la_error_clear(&e);
  return rc ? -1 : 0;
}

static inline la_value db_text(const char *s) { return la_value_str(LA_V_TEXT, la_str_from(s)); }

static inline la_value db_bytes(la_tag tag, const char *s, size_t n) { return la_value_str(tag, la_str_new(s, n)); }

#endif
