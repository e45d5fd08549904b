/* sqlite3_rows.c - an INSERT of many sets, some of them at a time as one statement of many rows.
 *
 * It leaves what as many statements would. Where it fails, all is undone, back to a savepoint, and each set goes by
 * itself: then those before the one that fails stay, and what is said is said of that one. So it needs a transaction,
 * and a journal. With a write-ahead log what is written within a savepoint may have to be written twice: there each set
 * goes by itself, too, and where a foreign key is looked at: that is done when a statement ends, when a later row may
 * be there that an earlier one refers to. */
#include <string.h>

#include "driver/sqlite3_impl.h"

static lite_conn *conn_of(const lite_stmt *s) { return lite_conn_of(s->head.conn); }

static int note_journal(void *fits, int n, char **values, char **names) {
  (void)names;
  *(bool *)fits = n && values[0] && strcmp(values[0], "wal") != 0 && strcmp(values[0], "off") != 0;
  return 0;
}

static int note_database(void *fits, int n, char **values, char **names) {
  (void)names;
  if (n < 2 || !values[1] || (strcmp(values[1], "main") != 0 && strcmp(values[1], "temp") != 0)) *(bool *)fits = false;
  return 0;
}

/* Has the connection's only database a journal that savepoints need? */
static bool has_journal(sqlite3 *db) {
  bool fits = false;
  if (sqlite3_exec(db, "PRAGMA journal_mode", note_journal, &fits, NULL) || !fits) return false;
  return !sqlite3_exec(db, "PRAGMA database_list", note_database, &fits, NULL) && fits;
}

static bool may_go(const lite_stmt *s) {
  sqlite3 *db = conn_of(s)->db;
  int keys = 1;
  if (sqlite3_get_autocommit(db) || sqlite3_column_count(s->st)) return false;
  if ((int64_t)s->head.nparams * LA_ROW_SETS > sqlite3_limit(db, SQLITE_LIMIT_VARIABLE_NUMBER, -1)) return false;
  if (sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &keys) || keys) return false;
  return has_journal(db);
}

void lite_rows_prepare(lite_stmt *s, const la_str *text) {
  s->by_rows = false;
  if (!text || !s->st || text->len > INT32_MAX - 1 || !may_go(s)) return;
  if (!s->rows) sqlite3_prepare_v2(conn_of(s)->db, text->s, (int)text->len + 1, &s->rows, NULL);
  s->by_rows = s->rows != NULL;
}

/* The sets from `first` on: SQLITE_OK or what SQLite said. */
static int send_group(lite_stmt *s, size_t first) {
  uint32_t n = s->head.nparams;
  la_error dropped = LA_ERROR_INIT;
  if (lite_bind(conn_of(s), s->rows, s->params + first * n, n * LA_ROW_SETS, true, &dropped)) {
    la_error_clear(&dropped);
    return SQLITE_MISMATCH;
  }
  int rc = sqlite3_step(s->rows);
  if (rc == SQLITE_DONE) s->rowcount += lite_changes(conn_of(s)->db);
  return rc == SQLITE_DONE ? sqlite3_reset(s->rows) : rc;
}

/* Is it a set that is wrong? Anything else (an interrupt, a full disk, who would have to wait) would come again. */
static bool is_of_a_set(int rc) {
  int code = rc & 0xff;
  return code == SQLITE_CONSTRAINT || code == SQLITE_MISMATCH || code == SQLITE_TOOBIG || code == SQLITE_ERROR;
}

/* What failed is undone: 0, each set may go by itself. -1: that would be in vain, or the transaction has ended. */
static int undo(lite_stmt *s, int rc, la_error *err) {
  lite_conn *c = conn_of(s);
  bool ended = sqlite3_get_autocommit(c->db), again = !ended && is_of_a_set(rc);
  la_error dropped = LA_ERROR_INIT;
  lite_fail(c, rc, again ? &dropped : err);
  la_error_clear(&dropped);
  sqlite3_reset(s->rows);
  if (ended) return -1;
  s->rowcount = 0;
  sqlite3_exec(c->db, "ROLLBACK TO la_rows", NULL, NULL, NULL);
  sqlite3_exec(c->db, "RELEASE la_rows", NULL, NULL, NULL);
  return again ? 0 : -1;
}

/* The last set is always one that goes by itself: what SQLite says of the last statement is said of that. */
int lite_rows_send(lite_stmt *s, la_error *err) {
  size_t groups = (s->nsets - 1) / LA_ROW_SETS;
  int rc = SQLITE_OK;
  s->by_rows = false;
  if (s->gives_ids || sqlite3_exec(conn_of(s)->db, "SAVEPOINT la_rows", NULL, NULL, NULL)) return 0;
  for (size_t i = 0; !rc && i < groups; i++) rc = send_group(s, i * LA_ROW_SETS);
  int failed = rc ? undo(s, rc, err) : 0;
  sqlite3_clear_bindings(s->rows);
  if (rc) return failed;
  sqlite3_exec(conn_of(s)->db, "RELEASE la_rows", NULL, NULL, NULL);
  s->set = groups * LA_ROW_SETS - 1;
  return 1;
}
