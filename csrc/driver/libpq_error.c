/* libpq_error.c - SQLSTATEs as classes (as psycopg2 chooses them) and kinds. */
#include <string.h>

#include "driver/libpq_impl.h"

static const struct {
  const char *prefix; /* of the SQLSTATE; the first that fits */
  la_exc exc;
} classes[] = {
    {"0A", LA_EXC_NotSupportedError}, {"20", LA_EXC_ProgrammingError}, {"21", LA_EXC_ProgrammingError},
    {"22", LA_EXC_DataError},         {"23", LA_EXC_IntegrityError},   {"24", LA_EXC_InternalError},
    {"25", LA_EXC_InternalError},     {"26", LA_EXC_OperationalError}, {"27", LA_EXC_OperationalError},
    {"28", LA_EXC_OperationalError},  {"2B", LA_EXC_InternalError},    {"2D", LA_EXC_InternalError},
    {"2F", LA_EXC_InternalError},     {"34", LA_EXC_OperationalError}, {"38", LA_EXC_InternalError},
    {"39", LA_EXC_InternalError},     {"3B", LA_EXC_InternalError},    {"3D", LA_EXC_ProgrammingError},
    {"3F", LA_EXC_ProgrammingError},  {"40", LA_EXC_OperationalError}, {"42", LA_EXC_ProgrammingError},
    {"44", LA_EXC_ProgrammingError},  {"5", LA_EXC_OperationalError},  {"F0", LA_EXC_InternalError},
    {"HV", LA_EXC_OperationalError},  {"P0", LA_EXC_InternalError},    {"XX", LA_EXC_InternalError},
    {"08", LA_EXC_OperationalError},  {"", LA_EXC_DatabaseError},
};

static const struct {
  const char *prefix;
  la_fail fail;
} kinds[] = {
    {"23505", LA_FAIL_UNIQUE},        {"23502", LA_FAIL_NOT_NULL},    {"23503", LA_FAIL_FOREIGN_KEY},
    {"23514", LA_FAIL_CHECK},         {"23P01", LA_FAIL_EXCLUSION},   {"23", LA_FAIL_CONSTRAINT},
    {"40001", LA_FAIL_SERIALIZATION}, {"40P01", LA_FAIL_DEADLOCK},    {"40", LA_FAIL_TRANSACTION},
    {"55P03", LA_FAIL_BUSY},          {"42601", LA_FAIL_SYNTAX},      {"42P01", LA_FAIL_UNDEFINED},
    {"42703", LA_FAIL_UNDEFINED},     {"42883", LA_FAIL_UNDEFINED},   {"42704", LA_FAIL_UNDEFINED},
    {"42P02", LA_FAIL_UNDEFINED},     {"3F", LA_FAIL_UNDEFINED},      {"3D", LA_FAIL_UNDEFINED},
    {"26", LA_FAIL_UNDEFINED},        {"34", LA_FAIL_UNDEFINED},      {"42P07", LA_FAIL_DUPLICATE},
    {"42701", LA_FAIL_DUPLICATE},     {"42710", LA_FAIL_DUPLICATE},   {"42P04", LA_FAIL_DUPLICATE},
    {"42P06", LA_FAIL_DUPLICATE},     {"42723", LA_FAIL_DUPLICATE},   {"22", LA_FAIL_DATA},
    {"42501", LA_FAIL_PERMISSION},    {"28", LA_FAIL_AUTHENTICATION}, {"08", LA_FAIL_CONNECTION},
    {"57014", LA_FAIL_CANCELLED},     {"57P", LA_FAIL_CONNECTION},    {"25P03", LA_FAIL_CONNECTION},
    {"25006", LA_FAIL_READ_ONLY},     {"25", LA_FAIL_TRANSACTION},    {"2D", LA_FAIL_TRANSACTION},
    {"3B", LA_FAIL_TRANSACTION},      {"53", LA_FAIL_RESOURCES},      {"54", LA_FAIL_RESOURCES},
    {"0A", LA_FAIL_UNSUPPORTED},      {"XX", LA_FAIL_INTERNAL},       {"", LA_FAIL_OTHER},
};

static bool starts(const char *s, const char *with) { return !strncmp(s, with, strlen(with)); }

static la_exc class_of(const char *sqlstate) {
  size_t i = 0;
  while (!starts(sqlstate, classes[i].prefix)) i++;
  return classes[i].exc;
}

static la_fail kind_of(const char *sqlstate) {
  size_t i = 0;
  while (!starts(sqlstate, kinds[i].prefix)) i++;
  return kinds[i].fail;
}

static bool is_retryable(const char *sqlstate) {
  static const char *const states[] = {"40001", "40P01", "55P03", "53300", "57P03"};
  for (size_t i = 0; i < sizeof states / sizeof *states; i++)
    if (!strcmp(sqlstate, states[i])) return true;
  return false;
}

/* The length of the message without the newlines at its end. */
static int trimmed(const char *s) {
  size_t n = strlen(s);
  while (n && s[n - 1] == '\n') n--;
  return (int)n;
}

/* "ERROR:  relation …" without its severity. */
static const char *message_of(const PGresult *res) {
  const char *msg = PQresultErrorMessage(res), *severity = PQresultErrorField(res, PG_DIAG_SEVERITY);
  size_t n = severity ? strlen(severity) : 0;
  return n && !strncmp(msg, severity, n) && starts(msg + n, ":  ") ? msg + n + 3 : msg;
}

static void take_name(char **field, const PGresult *res, int code) {
  const char *s = PQresultErrorField(res, code);
  if (s) la_error_name(field, s, strlen(s));
}

/* What all failures have in common that end the connection. */
static int end_connection(pq_conn *c, la_fail fail, la_error *err) {
  bool committing = c->running && (c->running->flags & LA_SQL_COMMIT);
  c->phase = PQ_BROKEN;
  if (!err) return -1;
  if (err->fail == LA_FAIL_NONE) err->fail = fail;
  err->invalidated = true;
  err->retryable = !committing;
  err->outcome = committing ? LA_OUTCOME_UNKNOWN : LA_OUTCOME_NONE;
  return -1;
}

int pq_fail_result(pq_conn *c, const PGresult *res, la_error *err) {
  const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
  const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
  bool fatal = severity && (!strcmp(severity, "FATAL") || !strcmp(severity, "PANIC"));
  if (!state) return pq_fail_lost(c, err);
  if (!err || err->set) return fatal ? end_connection(c, LA_FAIL_CONNECTION, err) : -1;
  const char *msg = message_of(res);
  la_fail_with(err, fatal ? LA_EXC_OperationalError : class_of(state), "%.*s", trimmed(msg), msg);
  err->fail = c->timed_out && !strcmp(state, "57014") ? LA_FAIL_TIMEOUT : kind_of(state);
  memcpy(err->sqlstate, state, strnlen(state, sizeof err->sqlstate - 1));
  err->retryable = is_retryable(state);
  if (fatal) end_connection(c, LA_FAIL_CONNECTION, err);
  take_name(&err->constraint, res, PG_DIAG_CONSTRAINT_NAME);
  take_name(&err->table, res, PG_DIAG_TABLE_NAME);
  take_name(&err->column, res, PG_DIAG_COLUMN_NAME);
  take_name(&err->schema, res, PG_DIAG_SCHEMA_NAME);
  return -1;
}

int pq_fail_lost(pq_conn *c, la_error *err) {
  const char *msg = c->pg ? PQerrorMessage(c->pg) : "";
  if (!*msg) msg = "the connection is lost";
  la_fail_with(err, LA_EXC_OperationalError, "%.*s", trimmed(msg), msg);
  return end_connection(c, LA_FAIL_CONNECTION, err);
}

int pq_fail_timeout(pq_conn *c, const char *message, la_error *err) {
  la_fail_with(err, LA_EXC_OperationalError, "%s: timeout expired", message);
  return end_connection(c, LA_FAIL_TIMEOUT, err);
}

/* The server's reason has no SQLSTATE here: only words tell. */
static la_fail kind_of_refusal(const PGconn *pg, const char *msg) {
  if (strstr(msg, "authentication failed") || (pg && PQconnectionNeedsPassword(pg))) return LA_FAIL_AUTHENTICATION;
  if (strstr(msg, "too many clients") || strstr(msg, "remaining connection slots")) return LA_FAIL_RESOURCES;
  if (strstr(msg, "database \"") && strstr(msg, "does not exist")) return LA_FAIL_UNDEFINED;
  return LA_FAIL_CONNECTION;
}

int pq_fail_connect(pq_conn *c, const char *message, la_error *err) {
  if (!message) message = c->pg ? PQerrorMessage(c->pg) : "";
  la_fail_with(err, LA_EXC_OperationalError, "%.*s", trimmed(message), message);
  end_connection(c, kind_of_refusal(c->pg, message), err);
  if (err) err->retryable = err->fail == LA_FAIL_CONNECTION || err->fail == LA_FAIL_RESOURCES;
  return -1;
}
