/* sqlite3_error.c - result codes and messages of SQLite as la_error: the class
 * as Python's sqlite3 chooses it, the kind from the extended code, names from
 * the message. */
#include <string.h>

#include "driver/sqlite3_impl.h"

static la_exc class_of(int rc) {
  switch (rc & 0xff) {
    case SQLITE_INTERNAL:
    case SQLITE_NOTFOUND: return LA_EXC_InternalError;
    case SQLITE_ERROR:
    case SQLITE_PERM:
    case SQLITE_ABORT:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_READONLY:
    case SQLITE_INTERRUPT:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_EMPTY:
    case SQLITE_SCHEMA: return LA_EXC_OperationalError;
    case SQLITE_TOOBIG: return LA_EXC_DataError;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH: return LA_EXC_IntegrityError;
    case SQLITE_MISUSE:
    case SQLITE_RANGE: return LA_EXC_InterfaceError;
    default: return LA_EXC_DatabaseError;
  }
}

static la_fail kind_of_constraint(int rc) {
  switch (rc) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return LA_FAIL_UNIQUE;
    case SQLITE_CONSTRAINT_NOTNULL: return LA_FAIL_NOT_NULL;
    case SQLITE_CONSTRAINT_FOREIGNKEY: return LA_FAIL_FOREIGN_KEY;
    case SQLITE_CONSTRAINT_CHECK: return LA_FAIL_CHECK;
#ifdef SQLITE_CONSTRAINT_DATATYPE
    case SQLITE_CONSTRAINT_DATATYPE: return LA_FAIL_DATA;
#endif
    default: return LA_FAIL_CONSTRAINT;
  }
}

static bool starts(const char *s, const char *with) { return !strncmp(s, with, strlen(with)); }

/* SQLITE_ERROR says no more than its message. */
static la_fail kind_of_message(const char *msg) {
  if (starts(msg, "no such ")) return LA_FAIL_UNDEFINED;
  if (strstr(msg, "syntax error") || starts(msg, "incomplete input") || starts(msg, "unrecognized token"))
    return LA_FAIL_SYNTAX;
  if (strstr(msg, " already exists") || starts(msg, "there is already ")) return LA_FAIL_DUPLICATE;
  if (strstr(msg, "within a transaction") || strstr(msg, "no transaction is active")) return LA_FAIL_TRANSACTION;
  return LA_FAIL_OTHER;
}

static la_fail kind_of(const lite_conn *c, int rc, const char *msg) {
  if (rc == SQLITE_BUSY_SNAPSHOT) return LA_FAIL_SERIALIZATION;
  switch (rc & 0xff) {
    case SQLITE_CONSTRAINT: return kind_of_constraint(rc);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return LA_FAIL_BUSY;
    case SQLITE_INTERRUPT: return c->timed_out ? LA_FAIL_TIMEOUT : LA_FAIL_CANCELLED;
    case SQLITE_READONLY: return LA_FAIL_READ_ONLY;
    case SQLITE_PERM:
    case SQLITE_AUTH: return LA_FAIL_PERMISSION;
    case SQLITE_CANTOPEN:
    case SQLITE_NOTADB: return LA_FAIL_CONNECTION;
    case SQLITE_FULL:
    case SQLITE_NOMEM: return LA_FAIL_RESOURCES;
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH: return LA_FAIL_DATA;
    case SQLITE_INTERNAL:
    case SQLITE_CORRUPT:
    case SQLITE_IOERR: return LA_FAIL_INTERNAL;
    case SQLITE_ERROR: return kind_of_message(msg);
    default: return LA_FAIL_OTHER;
  }
}

/* "t.a, t.b" -> table "t", column "a, b". */
static void name_columns(la_error *e, const char *list) {
  const char *dot = strchr(list, '.');
  if (!dot) return;
  size_t table = (size_t)(dot - list), n = 0;
  la_error_name(&e->table, list, table);
  la_error_name(&e->column, list, strlen(list));
  for (const char *p = list; e->column && *p;) {
    if (!strncmp(p, list, table) && p[table] == '.' && (p == list || p[-1] == ' ')) p += table + 1;
    if (*p) e->column[n++] = *p++;
  }
  if (e->column) e->column[n] = '\0';
}

static void name_constraint(la_error *e) {
  static const char failed[] = " constraint failed: ";
  const char *msg = la_error_message(e), *rest = strstr(msg, failed);
  if (!rest) return;
  rest += sizeof failed - 1;
  if (starts(rest, "index '"))
    la_error_name(&e->constraint, rest + 7, strlen(rest + 7) - 1);
  else if (e->fail == LA_FAIL_CHECK)
    la_error_name(&e->constraint, rest, strlen(rest));
  else
    name_columns(e, rest);
}

int lite_fail(lite_conn *c, int rc, la_error *err) {
  if (!err || err->set) return -1;
  if ((rc & 0xff) == SQLITE_NOMEM) return la_fail_memory(err);
  if (c->callback_err.set && c->callback_err.exc == LA_EXC_MEMORY) la_error_move(err, &c->callback_err);
  if (err->set) return -1;
  const char *msg = c->db && sqlite3_errcode(c->db) ? sqlite3_errmsg(c->db) : sqlite3_errstr(rc);
  la_fail_with(err, class_of(rc), "%s", msg);
  err->native = rc;
  err->fail = kind_of(c, rc, msg);
  err->retryable = err->fail == LA_FAIL_SERIALIZATION || (rc & 0xff) == SQLITE_BUSY || rc == SQLITE_LOCKED_SHAREDCACHE;
  if ((rc & 0xff) == SQLITE_CONSTRAINT) name_constraint(err);
  la_error_clear(&c->callback_err);
  return -1;
}
