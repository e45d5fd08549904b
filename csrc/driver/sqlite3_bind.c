/* sqlite3_bind.c - parameters. Bytes are never copied: those of an execution
 * that outlives the call hold a count of their la_str, which SQLite gives back. */
#include <string.h>

#include "base/datetime.h"
#include "driver/sqlite3_impl.h"

static void release_bytes(void *p) { la_str_release((la_str *)((char *)p - offsetof(la_str, s))); }

typedef void (*destructor)(void *);

static int bind_text(sqlite3_stmt *st, int i, const la_str *s, destructor end) {
  return sqlite3_bind_text64(st, i, s->s, s->len, end, SQLITE_UTF8);
}

static int bind_bytes(sqlite3_stmt *st, int i, const la_value *v, bool kept) {
  if (la_str_is_lent(v->u.s)) kept = true; /* a count of it would keep nothing */
  destructor end = kept ? SQLITE_STATIC : release_bytes;
  if (!kept) la_str_retain(v->u.s);
  if (v->tag == LA_V_BLOB) return sqlite3_bind_blob64(st, i, v->u.s->s, v->u.s->len, end);
  return bind_text(st, i, v->u.s, end);
}

/* As Python's sqlite3 adapts dates: isoformat(" "). */
static int bind_date(sqlite3_stmt *st, int i, const la_value *v) {
  la_buf b = LA_BUF_INIT;
  la_temporal_iso(&b, v, " ", LA_TIMESPEC_AUTO);
  int rc = la_buf_ok(&b) ? sqlite3_bind_text(st, i, b.s, (int)b.len, SQLITE_TRANSIENT) : SQLITE_NOMEM;
  la_buf_free(&b);
  return rc;
}

static int refuse(const la_value *v, int i, la_error *err) {
  return la_fail_with(err, LA_EXC_ProgrammingError, "Error binding parameter %d: type '%s' is not supported", i,
                      v->tag == LA_V_ARRAY ? "list" : la_tag_name((la_tag)v->tag));
}

static int bind_real(sqlite3_stmt *st, int i, double r, la_error *err) {
  if (r == r) return sqlite3_bind_double(st, i, r);
  la_fail_with(err, LA_EXC_DataError, "Error binding parameter %d: SQLite has no NaN, it would be stored as NULL", i);
  err->fail = LA_FAIL_DATA;
  return -1;
}

/* SQLITE_OK, another result code, or -1 with err filled. */
static int bind_one(sqlite3_stmt *st, int i, const la_value *v, bool kept, la_error *err) {
  switch ((la_tag)v->tag) {
    case LA_V_NULL: return sqlite3_bind_null(st, i);
    case LA_V_BOOL:
    case LA_V_INT: return sqlite3_bind_int64(st, i, v->u.i);
    case LA_V_REAL: return bind_real(st, i, v->u.r, err);
    case LA_V_TEXT:
    case LA_V_BLOB: return bind_bytes(st, i, v, kept);
    case LA_V_DATE:
    case LA_V_DATETIME: return bind_date(st, i, v);
    default: return refuse(v, i, err);
  }
}

int lite_bind(lite_conn *c, sqlite3_stmt *st, const la_value *params, uint32_t n, bool kept, la_error *err) {
  for (uint32_t i = 0; i < n; i++) {
    int rc = bind_one(st, (int)i + 1, &params[i], kept, err);
    if (rc < 0) return -1;
    if (rc) return lite_fail(c, rc, err);
  }
  return 0;
}
