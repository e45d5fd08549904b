/* sqlite3_function.c - functions and collations of the host. What the host's
 * function fails with is kept on the connection: SQLite itself only carries a
 * text through. */
#include "base/mem.h"
#include "driver/sqlite3_impl.h"

typedef struct func {
  la_db_function fn; /* name is borrowed, and not used after creation */
  lite_conn *conn;
} func;

typedef struct group {
  void *state;
} group;

enum { FEW = 8 };

static la_cell cell_of(sqlite3_value *v) {
  la_cell c = LA_CELL_NULL;
  switch (sqlite3_value_type(v)) {
    case SQLITE_INTEGER: return (la_cell){LA_V_INT, 0, 0, {.i = sqlite3_value_int64(v)}};
    case SQLITE_FLOAT: return (la_cell){LA_V_REAL, 0, 0, {.r = sqlite3_value_double(v)}};
    case SQLITE_TEXT: c.tag = LA_V_TEXT, c.u.s.p = (const char *)sqlite3_value_text(v); break;
    case SQLITE_BLOB: c.tag = LA_V_BLOB, c.u.s.p = sqlite3_value_blob(v); break;
    default: return c;
  }
  c.u.s.n = (size_t)sqlite3_value_bytes(v);
  if (!c.u.s.p) c.u.s.p = "";
  return c;
}

static void fail(sqlite3_context *ctx, func *f, la_error *e) {
  sqlite3_result_error(ctx, la_error_message(e), -1);
  if (e->exc == LA_EXC_MEMORY) sqlite3_result_error_nomem(ctx);
  la_error_move(&f->conn->callback_err, e);
}

static void give_bytes(sqlite3_context *ctx, const la_value *v) {
  const la_str *s = v->u.s;
  if (v->tag == LA_V_BLOB)
    sqlite3_result_blob64(ctx, s->s, s->len, SQLITE_TRANSIENT);
  else
    sqlite3_result_text64(ctx, s->s, s->len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static void give(sqlite3_context *ctx, const la_value *v) {
  switch ((la_tag)v->tag) {
    case LA_V_ABSENT:
    case LA_V_NULL: sqlite3_result_null(ctx); return;
    case LA_V_BOOL:
    case LA_V_INT: sqlite3_result_int64(ctx, v->u.i); return;
    case LA_V_REAL: sqlite3_result_double(ctx, v->u.r); return;
    case LA_V_TEXT:
    case LA_V_DECIMAL:
    case LA_V_BLOB: give_bytes(ctx, v); return;
    default: sqlite3_result_error(ctx, "user-defined function returned a value of a type that SQLite has not", -1);
  }
}

/* The arguments as cells: in `few`, or allocated (NULL: memory is out). */
static la_cell *cells_of(sqlite3_value **argv, int n, la_cell few[FEW]) {
  la_cell *cells = n <= FEW ? few : la_alloc((size_t)n * sizeof *cells);
  for (int i = 0; cells && i < n; i++) cells[i] = cell_of(argv[i]);
  return cells;
}

static void on_call(sqlite3_context *ctx, int n, sqlite3_value **argv) {
  func *f = sqlite3_user_data(ctx);
  la_error e = LA_ERROR_INIT;
  la_value out = LA_VALUE_NULL;
  la_cell few[FEW], *cells = cells_of(argv, n, few);
  if (!cells) return sqlite3_result_error_nomem(ctx);
  if (f->fn.call(f->fn.user, cells, n, &out, &e))
    fail(ctx, f, &e);
  else
    give(ctx, &out);
  la_value_clear(&out);
  if (cells != few) la_free(cells);
}

static void on_step(sqlite3_context *ctx, int n, sqlite3_value **argv) {
  func *f = sqlite3_user_data(ctx);
  la_error e = LA_ERROR_INIT;
  group *g = sqlite3_aggregate_context(ctx, sizeof *g);
  la_cell few[FEW], *cells = g ? cells_of(argv, n, few) : NULL;
  if (!cells) return sqlite3_result_error_nomem(ctx);
  if (f->fn.step(f->fn.user, &g->state, cells, n, &e)) fail(ctx, f, &e);
  if (cells != few) la_free(cells);
}

static void on_final(sqlite3_context *ctx) {
  func *f = sqlite3_user_data(ctx);
  la_error e = LA_ERROR_INIT;
  la_value out = LA_VALUE_NULL;
  group *g = sqlite3_aggregate_context(ctx, 0);
  void *none = NULL;
  if (f->fn.final(f->fn.user, g ? &g->state : &none, &out, &e))
    fail(ctx, f, &e);
  else
    give(ctx, &out);
  la_value_clear(&out);
}

static void drop_func(void *p) {
  func *f = p;
  if (f->fn.drop) f->fn.drop(f->fn.user);
  la_free(f);
}

#ifndef SQLITE_INNOCUOUS
#define SQLITE_INNOCUOUS 0
#endif
#ifndef SQLITE_DIRECTONLY
#define SQLITE_DIRECTONLY 0
#endif

/* Triggers, views and constraints of a database may call what only computes; the rest is for statements alone. */
static int flags_of(const la_db_function *fn) {
  return SQLITE_UTF8 | (fn->deterministic ? SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS : SQLITE_DIRECTONLY);
}

int lite_create_function(la_dbconn *h, const la_db_function *fn, la_error *err) {
  lite_conn *c = lite_conn_of(h);
  func *f = la_alloc(sizeof *f);
  if (!f) {
    if (fn->drop) fn->drop(fn->user);
    return la_fail_memory(err);
  }
  *f = (func){*fn, c};
  f->fn.name = NULL;
  bool one = fn->call != NULL;
  int rc = sqlite3_create_function_v2(c->db, fn->name, fn->nargs, flags_of(fn), f, one ? on_call : NULL,
                                      one ? NULL : on_step, one ? NULL : on_final, drop_func);
  return rc ? lite_fail(c, rc, err) : 0;
}

static int on_compare(void *user, int an, const void *a, int bn, const void *b) {
  const la_db_collation *co = user;
  return co->compare(co->user, a, (size_t)an, b, (size_t)bn);
}

static void drop_collation(void *p) {
  la_db_collation *co = p;
  if (co->drop) co->drop(co->user);
  la_free(co);
}

int lite_create_collation(la_dbconn *h, const la_db_collation *co, la_error *err) {
  lite_conn *c = lite_conn_of(h);
  la_db_collation *copy = la_alloc(sizeof *copy);
  if (!copy) {
    if (co->drop) co->drop(co->user);
    return la_fail_memory(err);
  }
  *copy = *co;
  int rc = sqlite3_create_collation_v2(c->db, co->name, SQLITE_UTF8, copy, on_compare, drop_collation);
  if (!rc) return 0;
  drop_collation(copy);
  return lite_fail(c, rc, err);
}
