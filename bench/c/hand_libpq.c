/* hand_libpq.c - the jobs on libpq: prepared statements, pipelined where many are sent, binary keys. */
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "hand.h"

enum { BATCH = 1000 };

typedef struct side {
  PGconn *conn;
  int prepared;
} side;

static void *open_side(const char *where) {
  side *s = hand_memory(sizeof *s);
  s->conn = PQconnectdb(where);
  if (PQstatus(s->conn) != CONNECTION_OK) hand_fail(PQerrorMessage(s->conn));
  return s;
}

static void close_side(void *db) {
  side *s = db;
  PQfinish(s->conn);
  free(s);
}

static PGresult *must(side *s, PGresult *r) {
  ExecStatusType status = PQresultStatus(r);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_PIPELINE_SYNC) {
    hand_fail(PQerrorMessage(s->conn));
  }
  return r;
}

static void exec(void *db, const char *sql) {
  side *s = db;
  PQclear(must(s, PQexec(s->conn, sql)));
}

static void prepare(side *s, const char *sql) { PQclear(must(s, PQprepare(s->conn, "hand", sql, 0, NULL))); }

/* Sends one of many; every BATCH of them their answers are read. */
static void put(side *s, int count, const char *const *values) {
  if (!PQsendQueryPrepared(s->conn, "hand", count, values, NULL, NULL, 0)) hand_fail(PQerrorMessage(s->conn));
}

static void settle(side *s) {
  if (!PQpipelineSync(s->conn)) hand_fail(PQerrorMessage(s->conn));
  for (;;) {
    PGresult *r = PQgetResult(s->conn);
    if (!r) continue;
    ExecStatusType status = PQresultStatus(must(s, r));
    PQclear(r);
    if (status == PGRES_PIPELINE_SYNC) return;
  }
}

static const char INSERT[] = "INSERT INTO customer (name, description) VALUES ($1, $2)";

static void insert_all(void *db, long n) {
  side *s = db;
  char name[64], description[64];
  const char *values[2] = {name, description};
  exec(s, "BEGIN");
  prepare(s, INSERT);
  PQenterPipelineMode(s->conn);
  for (long i = 0; i < n; i++) {
    hand_name(name, i);
    hand_description(description, i);
    put(s, 2, values);
    if ((i + 1) % BATCH == 0) settle(s);
  }
  settle(s);
  PQexitPipelineMode(s->conn);
  exec(s, "COMMIT");
}

static void update_all(void *db, long n) {
  side *s = db;
  char text[80], id[32];
  const char *values[2] = {text, id};
  exec(s, "BEGIN");
  prepare(s, "UPDATE customer SET description=$1 WHERE id = $2");
  PQenterPipelineMode(s->conn);
  for (long i = 0; i < n; i++) {
    snprintf(text, sizeof text, "customer description %ldupdated", i);
    snprintf(id, sizeof id, "%ld", i + 1);
    put(s, 2, values);
    if ((i + 1) % BATCH == 0) settle(s);
  }
  settle(s);
  PQexitPipelineMode(s->conn);
  exec(s, "COMMIT");
}

static long integer(PGresult *r, int row, int column) {
  unsigned raw;
  memcpy(&raw, PQgetvalue(r, row, column), sizeof raw);
  return (long)ntohl(raw);
}

typedef struct object {
  long id;
  char *name, *description;
} object;

static char *own(PGresult *r, int row, int column) {
  size_t size = (size_t)PQgetlength(r, row, column) + 1;
  return memcpy(hand_memory(size), PQgetvalue(r, row, column), size);
}

static long fetch_all(void *db, long n, int objects, customer *last) {
  side *s = db;
  char sql[100];
  snprintf(sql, sizeof sql, "SELECT id, name, description FROM customer LIMIT %ld", n);
  PGresult *r = must(s, PQexecParams(s->conn, sql, 0, NULL, NULL, NULL, NULL, 1));
  int count = PQntuples(r);
  object *all = objects ? hand_memory((size_t)n * sizeof *all) : NULL;
  for (int i = 0; i < count; i++) {
    last->id = integer(r, i, 0);
    if (all) {
      all[i].id = last->id;
      all[i].name = own(r, i, 1);
      all[i].description = own(r, i, 2);
    }
  }
  snprintf(last->name, sizeof last->name, "%s", PQgetvalue(r, count - 1, 1));
  snprintf(last->description, sizeof last->description, "%s", PQgetvalue(r, count - 1, 2));
  PQclear(r);
  return count;
}

static long fetch_keys(void *db, long n) {
  side *s = db;
  long sum = 0;
  prepare(s, "SELECT id, name, description, q, p, x, y, z FROM customer WHERE id = $1");
  for (long i = 1; i <= n; i++) {
    unsigned key = htonl((unsigned)hand_key(i));
    const char *values[1] = {(const char *)&key};
    int length = sizeof key, binary = 1;
    PGresult *r = must(s, PQexecPrepared(s->conn, "hand", 1, values, &length, &binary, 1));
    sum += integer(r, 0, 0);
    PQclear(r);
  }
  return sum;
}

static void insert_one(void *db, long i) {
  side *s = db;
  char name[64], description[64];
  const char *values[2] = {name, description};
  hand_name(name, i);
  hand_description(description, i);
  exec(s, "BEGIN");
  if (!s->prepared) prepare(s, INSERT);
  s->prepared = 1;
  PQclear(must(s, PQexecPrepared(s->conn, "hand", 2, values, NULL, NULL, 0)));
  exec(s, "COMMIT");
}

static void stored(void *db, long out[4]) {
  side *s = db;
  PGresult *r =
      must(s, PQexec(s->conn, "SELECT count(*), sum(id), sum(length(name)), sum(length(description)) FROM customer"));
  for (int i = 0; i < 4; i++) out[i] = atol(PQgetvalue(r, 0, i));
  PQclear(r);
}

const hand hand_libpq = {.open = open_side,
                         .close = close_side,
                         .exec = exec,
                         .insert_all = insert_all,
                         .update_all = update_all,
                         .fetch_all = fetch_all,
                         .fetch_keys = fetch_keys,
                         .insert_one = insert_one,
                         .stored = stored};
