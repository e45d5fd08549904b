/* sqlite3_stmt.c - statements: one sqlite3_stmt each, executed for one set of
 * parameters, for many, or (a script) replaced by the next of its text. */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "driver/sqlite3_impl.h"

/* ---- preparing ---- */

static lite_conn *conn_of(const lite_stmt *s) { return lite_conn_of(s->head.conn); }

/* The first word of an SQL text, behind white space and comments. */
static const char *first_word(const char *p) {
  for (;;) {
    p += strspn(p, " \t\r\n\f;");
    if (p[0] == '-' && p[1] == '-') {
      p += strcspn(p, "\n");
    } else if (p[0] == '/' && p[1] == '*') {
      const char *end = strstr(p + 2, "*/");
      p = end ? end + 2 : p + strlen(p);
    } else {
      return p;
    }
  }
}

static bool is_dml(const char *sql, sqlite3_stmt *st) {
  static const char *const words[] = {"insert", "update", "delete", "replace"};
  const char *p = first_word(sql);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (!strncasecmp(p, words[i], strlen(words[i]))) return true;
  return !strncasecmp(p, "with", 4) && !sqlite3_stmt_readonly(st);
}

static int prepare_text(lite_stmt *s, const char *sql, size_t len, const char **tail, la_error *err) {
  lite_conn *c = conn_of(s);
  if (len > INT32_MAX - 1) return lite_fail(c, SQLITE_TOOBIG, err);
#ifdef SQLITE_PREPARE_PERSISTENT
  unsigned keep = s->flags & (LA_SQL_SIMPLE | LA_SQL_SCRIPT) ? 0 : SQLITE_PREPARE_PERSISTENT;
  int rc = sqlite3_prepare_v3(c->db, sql, (int)len + 1, keep, &s->st, tail);
#else
  int rc = sqlite3_prepare_v2(c->db, sql, (int)len + 1, &s->st, tail);
#endif
  if (rc) return lite_fail(c, rc, err);
  s->changes = s->st && is_dml(sql, s->st);
  return 0;
}

static int refuse_more(lite_conn *c, const char *tail, const char *end, la_error *err) {
  sqlite3_stmt *more = NULL;
  int rc = tail < end ? sqlite3_prepare_v2(c->db, tail, (int)(end - tail) + 1, &more, NULL) : SQLITE_OK;
  if (!rc && !more) return 0;
  sqlite3_finalize(more);
  return la_fail_with(err, LA_EXC_ProgrammingError, "You can only execute one statement at a time.");
}

static int prepare_single(lite_stmt *s, const la_sql *sql, la_error *err) {
  const char *tail;
  if (memchr(sql->text, '\0', sql->len))
    return la_fail_with(err, LA_EXC_ProgrammingError, "the query contains a null character");
  if (prepare_text(s, sql->text, sql->len, &tail, err)) return -1;
  if (refuse_more(conn_of(s), tail, sql->text + sql->len, err)) return -1;
  uint32_t n = s->st ? (uint32_t)sqlite3_bind_parameter_count(s->st) : 0;
  return n == sql->nparams ? 0 : la_dbstmt_check(&(la_dbstmt){.nparams = n}, sql->nparams, err);
}

static int keep_script(lite_stmt *s, const la_sql *sql, la_error *err) {
  s->script = la_alloc(sql->len + 1);
  if (!s->script) return la_fail_memory(err);
  memcpy(s->script, sql->text, sql->len);
  s->script[sql->len] = '\0';
  s->script_len = sql->len;
  return 0;
}

int lite_prepare(la_dbstmt **out, la_dbconn *c, const la_sql *sql, la_error *err) {
  lite_stmt *s = la_calloc(sizeof *s);
  if (!s) return la_fail_memory(err);
  s->flags = sql->flags;
  s->rowcount = -1;
  s->head.nparams = sql->nparams;
  la_dbstmt_link(&s->head, c);
  if (sql->flags & LA_SQL_SCRIPT ? keep_script(s, sql, err) : prepare_single(s, sql, err)) {
    lite_finish(&s->head);
    return -1;
  }
  *out = &s->head;
  return 0;
}

/* ---- executing ---- */

/* Lets go of SQLite's locks and the parameters. */
static void let_go(lite_stmt *s) {
  s->params = NULL;
  s->state = LITE_IDLE;
  if (!s->st) return;
  sqlite3_reset(s->st);
  if (s->head.nparams) sqlite3_clear_bindings(s->st);
}

/* The same, and drops held rows. */
static void stop(lite_stmt *s) {
  let_go(s);
  la_arena_free(&s->arena);
  la_free(s->held);
  s->held = NULL;
  s->nheld = s->at = 0;
}

void lite_reset(la_dbstmt *h) { stop(lite_stmt_of(h)); }

static int closed(la_error *err) {
  la_fail_with(err, LA_EXC_ProgrammingError, "Cannot operate on a closed database.");
  if (err) err->invalidated = true;
  return -1;
}

static int begin(lite_stmt *s, size_t n, la_error *err) {
  stop(s);
  if (!s->head.conn) return closed(err);
  s->rowcount = s->changes ? 0 : -1;
  s->set = 0;
  s->nsets = 1;
  s->gives_ids = s->on_id = s->by_rows = false;
  s->script_at = 0;
  return la_dbstmt_check(&s->head, n, err);
}

int lite_send(la_dbstmt *h, const la_value *params, size_t n, la_error *err) {
  lite_stmt *s = lite_stmt_of(h);
  if (begin(s, n, err)) return -1;
  if (s->flags & LA_SQL_SIMPLE) lite_hold_others(s, false);
  if (lite_bind(conn_of(s), s->st, params, h->nparams, false, err)) return -1;
  s->state = LITE_RUNNING;
  return 0;
}

int lite_send_many(la_dbstmt *h, const la_value *params, size_t n, size_t nrows, la_error *err) {
  lite_stmt *s = lite_stmt_of(h);
  if (begin(s, n, err)) return -1;
  if (!nrows) return 0;
  if (lite_bind(conn_of(s), s->st, params, h->nparams, true, err)) return -1;
  s->nsets = nrows;
  s->params = params;
  lite_rows_prepare(s, h->rows);
  s->state = LITE_RUNNING;
  return 0;
}

void lite_give_ids(la_dbstmt *h) { lite_stmt_of(h)->gives_ids = true; }

static int on_progress(void *user) {
  lite_conn *c = user;
  c->timed_out = c->armed && la_now_ns() > c->armed;
  return c->timed_out;
}

/* Tells SQLite of the deadline, when that has changed. */
static void arm(lite_conn *c) {
  if (c->armed == c->head.deadline) return;
  c->armed = c->head.deadline;
  sqlite3_progress_handler(c->db, c->armed ? 2000 : 0, c->armed ? on_progress : NULL, c);
}

int64_t lite_changes(sqlite3 *db) {
#if SQLITE_VERSION_NUMBER >= 3037000
  return sqlite3_changes64(db);
#else
  return sqlite3_changes(db);
#endif
}

static la_step fail_step(lite_stmt *s, int rc, la_error *err) {
  if (rc > 0) lite_fail(conn_of(s), rc, err);
  stop(s);
  return LA_STEP_FAIL;
}

/* Makes the next execution ready: 1, 0 (all done), -1 with err. */
static int next_set(lite_stmt *s, la_error *err) {
  if (s->set + 1 >= s->nsets) return 0;
  s->set++;
  sqlite3_reset(s->st);
  const la_value *params = s->params + s->set * s->head.nparams;
  return lite_bind(conn_of(s), s->st, params, s->head.nparams, true, err) ? -1 : 1;
}

/* The same for a script: its next statement that is not empty. */
static int next_of_script(lite_stmt *s, la_error *err) {
  sqlite3_finalize(s->st);
  s->st = NULL;
  while (!s->st && s->script_at < s->script_len) {
    const char *tail, *at = s->script + s->script_at;
    if (prepare_text(s, at, s->script_len - s->script_at, &tail, err)) return -1;
    s->script_at = (size_t)(tail - s->script);
  }
  return s->st != NULL;
}

static int next_execution(lite_stmt *s, la_error *err) { return s->script ? next_of_script(s, err) : next_set(s, err); }

/* Another statement of this connection may hold the table's lock: it is made to
 * let go, once. */
static int step_once(lite_stmt *s) {
  int rc = s->st ? sqlite3_step(s->st) : SQLITE_DONE;
  if (rc != SQLITE_LOCKED || !lite_hold_others(s, true)) return rc;
  sqlite3_reset(s->st);
  return sqlite3_step(s->st);
}

/* Makes the next execution ready: ROW if so. */
static la_step go_on(lite_stmt *s, la_error *err) {
  s->on_id = false;
  int more = next_execution(s, err);
  if (more < 0) return fail_step(s, 0, err);
  return more ? LA_STEP_ROW : (let_go(s), LA_STEP_DONE);
}

static la_step run(lite_stmt *s, la_error *err) {
  lite_conn *c = conn_of(s);
  la_step st = LA_STEP_ROW;
  arm(c);
  int sent = s->by_rows ? lite_rows_send(s, err) : 0;
  if (sent < 0) return fail_step(s, 0, err);
  if (s->on_id || sent) st = go_on(s, err);
  while (st == LA_STEP_ROW) {
    int rc = step_once(s);
    if (rc == SQLITE_ROW && s->script) continue;
    if (rc == SQLITE_ROW) return LA_STEP_ROW;
    if (rc != SQLITE_DONE) return fail_step(s, rc, err);
    int64_t changed = s->changes && s->st ? lite_changes(c->db) : 0;
    s->rowcount += changed;
    if (s->gives_ids && changed) return s->on_id = true, LA_STEP_ROW;
    st = go_on(s, err);
  }
  return st;
}

static la_step next_held(lite_stmt *s) {
  if (s->at < s->nheld) {
    s->at++;
    return LA_STEP_ROW;
  }
  return stop(s), LA_STEP_DONE;
}

static la_step lost(lite_stmt *s, la_error *err) {
  s->state = LITE_IDLE;
  if (!s->head.conn) return closed(err), LA_STEP_FAIL;
  la_fail_with(err, LA_EXC_OperationalError, "the rows that were not read yet could not be kept in memory");
  return LA_STEP_FAIL;
}

la_step lite_step(la_dbstmt *h, la_error *err) {
  lite_stmt *s = lite_stmt_of(h);
  switch (s->state) {
    case LITE_RUNNING: return h->conn ? run(s, err) : lost(s, err);
    case LITE_HELD: return next_held(s);
    case LITE_LOST: return lost(s, err);
    default: return LA_STEP_DONE;
  }
}

void lite_part(lite_stmt *s) {
  sqlite3_finalize(s->st);
  sqlite3_finalize(s->rows);
  s->st = s->rows = NULL;
  la_dbstmt_unlink(&s->head);
}

void lite_detach(la_dbstmt *h) {
  lite_hold(h, NULL);
  if (h->conn) lite_part(lite_stmt_of(h));
}

void lite_finish(la_dbstmt *h) {
  lite_stmt *s = lite_stmt_of(h);
  stop(s);
  if (h->conn) lite_part(s);
  la_free(s->script);
  la_free(s);
}

/* ---- results ---- */

int lite_ncols(la_dbstmt *h) {
  lite_stmt *s = lite_stmt_of(h);
  if (s->gives_ids) return 1;
  return s->st && !s->script ? sqlite3_column_count(s->st) : s->ncols;
}

void lite_describe(la_dbstmt *h, int i, la_dbcolumn *out) {
  lite_stmt *s = lite_stmt_of(h);
  const char *name = s->st ? sqlite3_column_name(s->st, i) : NULL;
  *out = (la_dbcolumn){name ? name : "", name ? strlen(name) : 0, NULL, 0, -1};
  if (s->st) out->decltype = sqlite3_column_decltype(s->st, i);
}

static int set_bytes(la_cell *out, la_tag tag, const void *p, int n) {
  *out = (la_cell){(uint8_t)tag, 0, 0, {.s = {p ? p : "", (size_t)n}}};
  return 0;
}

/* An "unprotected" value may be read like this, for the connection is its user's alone. */
static int read_value(la_cell *out, sqlite3_value *v, la_error *err) {
  switch (sqlite3_value_type(v)) {
    case SQLITE_INTEGER: *out = (la_cell){LA_V_INT, 0, 0, {.i = sqlite3_value_int64(v)}}; return 0;
    case SQLITE_FLOAT: *out = (la_cell){LA_V_REAL, 0, 0, {.r = sqlite3_value_double(v)}}; return 0;
    case SQLITE_TEXT: {
      const unsigned char *p = sqlite3_value_text(v);
      if (!p) return la_fail_memory(err);
      return set_bytes(out, LA_V_TEXT, p, sqlite3_value_bytes(v));
    }
    case SQLITE_BLOB: {
      const void *p = sqlite3_value_blob(v);
      return set_bytes(out, LA_V_BLOB, p, sqlite3_value_bytes(v));
    }
    default: *out = LA_CELL_NULL; return 0;
  }
}

int lite_value(la_dbstmt *h, int i, la_cell *out, la_error *err) {
  lite_stmt *s = lite_stmt_of(h);
  if (s->state == LITE_LOST) return lost(s, err), -1;
  if (s->state == LITE_HELD)
    *out = s->held[(s->at - 1) * (size_t)s->ncols + (size_t)i];
  else if (s->on_id)
    *out = (la_cell){LA_V_INT, 0, 0, {.i = sqlite3_last_insert_rowid(conn_of(s)->db)}};
  else
    return read_value(out, sqlite3_column_value(s->st, i), err);
  return 0;
}

int64_t lite_rowcount(la_dbstmt *h) { return lite_stmt_of(h)->rowcount; }

size_t lite_set_index(la_dbstmt *h) { return lite_stmt_of(h)->set; }
