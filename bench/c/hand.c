/* hand.c - plays one job once by hand. What is printed is said in bench/player.lua.
 *   hand SUITE JOB N */
#include "hand.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

_Noreturn void hand_fail(const char *message) {
  fprintf(stderr, "%s\n", message);
  exit(1);
}

void *hand_memory(size_t size) {
  void *p = calloc(1, size);
  if (!p) hand_fail("memory");
  return p;
}

void hand_name(char out[64], long i) { snprintf(out, 64, "customer name %ld", i); }
void hand_description(char out[64], long i) { snprintf(out, 64, "customer description %ld", i); }
long hand_key(long i) { return i * 7919 % 10999 + 1; }

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double begun, begun_work;

static void start(void) {
  begun = now(CLOCK_MONOTONIC);
  begun_work = now(CLOCK_PROCESS_CPUTIME_ID);
}

static void stop(void) {
  printf("work\t%.6f\n", now(CLOCK_PROCESS_CPUTIME_ID) - begun_work);
  printf("seconds\t%.6f\n", now(CLOCK_MONOTONIC) - begun);
}

/* One statement in each line of the file BENCH_SETUP. */
static void setup(const hand *h, void *db) {
  const char *path = getenv("BENCH_SETUP");
  char line[4096];
  FILE *file = path ? fopen(path, "r") : NULL;
  if (!file) return;
  while (fgets(line, sizeof line, file)) h->exec(db, line);
  fclose(file);
}

static void put_stored(const hand *h, void *db) {
  long s[4];
  h->stored(db, s);
  printf("check\t%ld %ld %ld %ld\n", s[0], s[1], s[2], s[3]);
}

static void write_all(const hand *h, void *db, void (*job)(void *, long), long n) {
  start();
  job(db, n);
  stop();
  put_stored(h, db);
}

static void fetch_all(const hand *h, void *db, int objects, long n) {
  customer last;
  start();
  long count = h->fetch_all(db, n, objects, &last);
  stop();
  printf("check\t%ld %ld %s %s\n", count, last.id, last.name, last.description);
}

static void fetch_keys(const hand *h, void *db, long n) {
  start();
  long sum = h->fetch_keys(db, n);
  stop();
  printf("check\t%ld %ld\n", n, sum);
}

static void insert_each(const hand *h, void *db, long n) {
  start();
  for (long i = 0; i < n; i++) h->insert_one(db, i);
  stop();
  put_stored(h, db);
}

static void connect_each(const hand *h, const char *where, long n) {
  start();
  for (long i = 0; i < n; i++) {
    void *db = h->open(where);
    h->insert_one(db, i);
    h->close(db);
  }
  stop();
}

static int play(const hand *h, const char *where, void *db, const char *suite, const char *job, long n) {
  int raw = !strcmp(job, "dbapi_raw");
  if (!strcmp(suite, "bulk_inserts") && raw) {
    write_all(h, db, h->insert_all, n);
  } else if (!strcmp(suite, "bulk_updates") && raw) {
    write_all(h, db, h->update_all, n);
  } else if (!strcmp(job, "dbapi_fetchall_no_object")) {
    fetch_all(h, db, 0, n);
  } else if (!strcmp(job, "dbapi_fetchall_plus_append_objects")) {
    fetch_all(h, db, 1, n);
  } else if (!strcmp(suite, "short_selects") && raw) {
    fetch_keys(h, db, n);
  } else if (!strcmp(job, "dbapi_raw_w_pool")) {
    insert_each(h, db, n);
  } else if (!strcmp(job, "dbapi_raw_w_connect")) {
    connect_each(h, where, n);
    put_stored(h, db);
  } else {
    return 0;
  }
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 4) hand_fail("hand SUITE JOB N");
  const char *url = getenv("BENCH_URL");
  int sqlite = !url || !strcmp(url, "sqlite");
  const hand *h = sqlite ? &hand_sqlite3 : &hand_libpq;
  const char *where = !sqlite ? url : !strcmp(argv[2], "dbapi_raw_w_connect") ? getenv("BENCH_FILE") : ":memory:";
  void *db = h->open(where);
  setup(h, db);
  if (!play(h, where, db, argv[1], argv[2], atol(argv[3]))) printf("absent\tno such job\n");
  h->close(db);
  return 0;
}
