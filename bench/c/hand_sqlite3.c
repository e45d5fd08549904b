/* hand_sqlite3.c - the jobs on SQLite's own functions. */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "hand.h"

typedef struct side {
  sqlite3 *db;
  sqlite3_stmt *begin, *insert, *commit;
} side;

static void must(side *s, int rc) {
  if (rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE) hand_fail(sqlite3_errmsg(s->db));
}

static void *open_side(const char *where) {
  side *s = hand_memory(sizeof *s);
  if (sqlite3_open(where, &s->db)) hand_fail("sqlite3_open");
  return s;
}

static void close_side(void *db) {
  side *s = db;
  sqlite3_finalize(s->begin);
  sqlite3_finalize(s->insert);
  sqlite3_finalize(s->commit);
  sqlite3_close(s->db);
  free(s);
}

static void exec(void *db, const char *sql) {
  side *s = db;
  must(s, sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *prepare(side *s, const char *sql) {
  sqlite3_stmt *stmt = NULL;
  must(s, sqlite3_prepare_v2(s->db, sql, -1, &stmt, NULL));
  return stmt;
}

static void run(side *s, sqlite3_stmt *stmt) {
  must(s, sqlite3_step(stmt));
  must(s, sqlite3_reset(stmt));
}

static void insert_row(side *s, sqlite3_stmt *stmt, long i) {
  char name[64], description[64];
  hand_name(name, i);
  hand_description(description, i);
  sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_text(stmt, 2, description, -1, SQLITE_STATIC);
  run(s, stmt);
}

static const char INSERT[] = "INSERT INTO customer (name, description) VALUES (?, ?)";

static void insert_all(void *db, long n) {
  side *s = db;
  exec(s, "BEGIN");
  sqlite3_stmt *stmt = prepare(s, INSERT);
  for (long i = 0; i < n; i++) insert_row(s, stmt, i);
  sqlite3_finalize(stmt);
  exec(s, "COMMIT");
}

static void update_all(void *db, long n) {
  side *s = db;
  char text[80];
  exec(s, "BEGIN");
  sqlite3_stmt *stmt = prepare(s, "UPDATE customer SET description=? WHERE id = ?");
  for (long i = 0; i < n; i++) {
    snprintf(text, sizeof text, "customer description %ldupdated", i);
    sqlite3_bind_text(stmt, 1, text, -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 2, i + 1);
    run(s, stmt);
  }
  sqlite3_finalize(stmt);
  exec(s, "COMMIT");
}

static void copy_text(char out[64], sqlite3_stmt *stmt, int column) {
  snprintf(out, 64, "%s", (const char *)sqlite3_column_text(stmt, column));
}

/* A row as an object: its texts copied to memory of their own. */
typedef struct object {
  long id;
  char *name, *description;
} object;

static char *own(sqlite3_stmt *stmt, int column) {
  const char *text = (const char *)sqlite3_column_text(stmt, column);
  size_t size = (size_t)sqlite3_column_bytes(stmt, column) + 1;
  return memcpy(hand_memory(size), text, size);
}

static long fetch_all(void *db, long n, int objects, customer *last) {
  side *s = db;
  long count = 0;
  object *all = objects ? hand_memory((size_t)n * sizeof *all) : NULL;
  sqlite3_stmt *stmt = prepare(s, "SELECT id, name, description FROM customer LIMIT ?");
  sqlite3_bind_int64(stmt, 1, n);
  while (sqlite3_step(stmt) == SQLITE_ROW) {
    last->id = (long)sqlite3_column_int64(stmt, 0);
    if (all) {
      all[count].id = last->id;
      all[count].name = own(stmt, 1);
      all[count].description = own(stmt, 2);
    } else {
      sqlite3_column_text(stmt, 1);
      sqlite3_column_text(stmt, 2);
    }
    if (++count < n) continue;
    copy_text(last->name, stmt, 1);
    copy_text(last->description, stmt, 2);
  }
  sqlite3_finalize(stmt);
  return count;
}

static long fetch_keys(void *db, long n) {
  side *s = db;
  long sum = 0;
  sqlite3_stmt *stmt = prepare(s, "SELECT id, name, description, q, p, x, y, z FROM customer WHERE id = ?");
  for (long i = 1; i <= n; i++) {
    sqlite3_bind_int64(stmt, 1, hand_key(i));
    if (sqlite3_step(stmt) != SQLITE_ROW) hand_fail("no row");
    sum += (long)sqlite3_column_int64(stmt, 0);
    for (int c = 1; c <= 2; c++) sqlite3_column_text(stmt, c);
    for (int c = 3; c <= 7; c++) sqlite3_column_int64(stmt, c);
    sqlite3_reset(stmt);
  }
  sqlite3_finalize(stmt);
  return sum;
}

static void insert_one(void *db, long i) {
  side *s = db;
  if (!s->insert) {
    s->begin = prepare(s, "BEGIN");
    s->insert = prepare(s, INSERT);
    s->commit = prepare(s, "COMMIT");
  }
  run(s, s->begin);
  insert_row(s, s->insert, i);
  run(s, s->commit);
}

static void stored(void *db, long out[4]) {
  side *s = db;
  sqlite3_stmt *stmt =
      prepare(s, "SELECT count(*), sum(id), sum(length(name)), sum(length(description)) FROM customer");
  must(s, sqlite3_step(stmt));
  for (int i = 0; i < 4; i++) out[i] = (long)sqlite3_column_int64(stmt, i);
  sqlite3_finalize(stmt);
}

const hand hand_sqlite3 = {.open = open_side,
                           .close = close_side,
                           .exec = exec,
                           .insert_all = insert_all,
                           .update_all = update_all,
                           .fetch_all = fetch_all,
                           .fetch_keys = fetch_keys,
                           .insert_one = insert_one,
                           .stored = stored};
