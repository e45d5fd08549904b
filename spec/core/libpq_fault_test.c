/* libpq_fault_test.c - a proxy between the driver and PostgreSQL that cuts the line,
 * falls silent or garbles a byte, after every so many bytes of the server. Nothing
 * may crash or hang, and what was lost must be said. LA_TEST_FAULTS=1 tries every byte. */
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/database.h"

const la_driver *la_driver_libpq(void);

typedef enum fault { NOTHING, CUT, SILENCE, GARBLE } fault;

/* ---- the proxy: one client at a time ---- */

static struct proxy {
  int listener, port;
  struct sockaddr_in server;
  fault fault;
  long at, passed; /* bytes of the server */
  bool over;
} proxy;

static int dial(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (!connect(fd, (struct sockaddr *)&proxy.server, sizeof proxy.server)) return fd;
  close(fd);
  return -1;
}

/* Passes on what there is: false at the end. */
static bool pass(int from, int to, bool server) {
  char bytes[4096];
  ssize_t n = recv(from, bytes, sizeof bytes, 0);
  if (n <= 0) return false;
  long at = server && proxy.fault ? proxy.at - proxy.passed : n;
  if (server) proxy.passed += n;
  if (at >= n) return send(to, bytes, (size_t)n, MSG_NOSIGNAL) == n;
  if (at < 0) at = 0;
  if (proxy.fault == GARBLE) {
    bytes[at] = (char)~bytes[at];
    proxy.fault = NOTHING;
    return send(to, bytes, (size_t)n, MSG_NOSIGNAL) == n;
  }
  if (at) send(to, bytes, (size_t)at, MSG_NOSIGNAL);
  return proxy.fault == SILENCE;
}

static void serve(int client) {
  int server = dial();
  bool go = server >= 0;
  while (go) {
    struct pollfd p[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    poll(p, 2, -1);
    if (p[0].revents) go = pass(client, server, false);
    if (go && p[1].revents) go = pass(server, client, true);
  }
  close(client);
  if (server >= 0) close(server);
}

static void *run_proxy(void *arg) {
  while (!proxy.over) {
    int client = accept(proxy.listener, NULL, NULL);
    if (client >= 0) serve(client);
  }
  return arg;
}

static void stop_proxy(pthread_t thread) {
  proxy.over = true;
  shutdown(proxy.listener, SHUT_RDWR);
  pthread_join(thread, NULL);
  close(proxy.listener);
}

static void start_proxy(pthread_t *thread) {
  struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t len = sizeof any;
  proxy.listener = socket(AF_INET, SOCK_STREAM, 0);
  bind(proxy.listener, (struct sockaddr *)&any, sizeof any);
  listen(proxy.listener, 5);
  getsockname(proxy.listener, (struct sockaddr *)&any, &len);
  proxy.port = ntohs(any.sin_port);
  pthread_create(thread, NULL, run_proxy, NULL);
}

/* ---- a session ---- */

static char proxied[256];

static int query(la_connection *c, const char *sql, const la_value *params, uint32_t n, size_t nsets, unsigned flags,
                 la_error *e) {
  const db_work w = {NULL, NULL, sql, params, n, nsets, flags, 1, NULL};
  return db_run(c, &w, e);
}

static int session(la_connection *c, la_error *e) {
  la_value p[] = {db_text("text"), la_value_int(5), db_text("more"), la_value_int(6)};
  int rc = query(c, "BEGIN", NULL, 0, 1, LA_SQL_SIMPLE, e);
  for (int i = 0; !rc && i < 3; i++)
    rc = query(c, "SELECT $1, $2, 1.50, ARRAY['a', NULL], now()::timestamp", p, 2, 1, 0, e);
  if (!rc) rc = query(c, "SELECT $1, $2", p, 2, 2, 0, e);
  if (!rc) rc = query(c, "SELECT generate_series(1, 3)", NULL, 0, 1, LA_SQL_STREAM, e);
  if (!rc) rc = query(c, "COMMIT", NULL, 0, 1, LA_SQL_SIMPLE | LA_SQL_COMMIT, e);
  la_value_clear(&p[0]);
  la_value_clear(&p[2]);
  return rc;
}

/* Whether all went well; how long it took at most. */
static int try(double seconds, la_error *e, int64_t *took) {
  la_url *u;
  la_conninfo info;
  la_connection *c = NULL;
  int64_t before = la_now_ns();
  CHECK(!la_url_parse(&u, proxied, strlen(proxied), NULL) && !la_url_conninfo(&info, u, NULL));
  CHECK(!la_driver_libpq()->configure(&info, NULL));
  int rc = la_connection_open(&c, la_driver_libpq(), &info, la_deadline_in(seconds), 10, 1000, e) ||
           la_connection_await(c, e) != LA_STEP_DONE;
  if (!rc) rc = session(c, e);
  *took = la_now_ns() - before;
  if (rc) CHECK(e->set);
  if (e->invalidated && c) CHECK(!la_connection_usable(c));
  la_connection_release(c);
  la_conninfo_clear(&info);
  la_url_release(u);
  return rc;
}

static long length_of_session(void) {
  la_error e = LA_ERROR_INIT;
  int64_t took;
  proxy.fault = NOTHING;
  proxy.passed = 0;
  if (!CHECK(!try(5, &e, &took))) printf("%s\n", la_error_message(&e));
  la_error_clear(&e);
  return proxy.passed;
}

static void break_it(fault f, long total, long stride) {
  int unknown = 0;
  for (long at = 0; at < total; at += stride) {
    la_error e = LA_ERROR_INIT;
    int64_t took;
    double seconds = f == SILENCE ? 0.05 : f == GARBLE ? 0.5 : 5;
    proxy.at = at;
    proxy.passed = 0;
    proxy.fault = f;
    int rc = try(seconds, &e, &took);
    if (f != GARBLE) {
      if (!CHECK(rc && e.invalidated)) printf("  byte %ld: %d %s\n", at, rc, la_error_message(&e));
      CHECK(e.fail == (f == CUT ? LA_FAIL_CONNECTION : LA_FAIL_TIMEOUT));
    }
    if (!CHECK(took < (int64_t)((seconds + 0.25) * 1e9))) printf("  byte %ld took %.3f s\n", at, (double)took / 1e9);
    unknown += e.outcome == LA_OUTCOME_UNKNOWN;
    la_error_clear(&e);
  }
  if (stride == 1) CHECK(f == GARBLE || unknown > 5);
}

/* The server of the tests listens on the loopback interface. */
static bool find_server(const char *text) {
  la_url *u;
  bool found = !la_url_parse(&u, text, strlen(text), NULL);
  if (!found) return false;
  found = u->p.host && la_str_is(u->p.host, "127.0.0.1") && u->p.has_port && u->p.username && u->p.database;
  proxy.server = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  proxy.server.sin_port = htons((uint16_t)u->p.port);
  if (found)
    snprintf(proxied, sizeof proxied, "postgresql://%s@127.0.0.1:%d/%s?sslmode=disable&gssencmode=disable",
             u->p.username->s, proxy.port, u->p.database->s);
  la_url_release(u);
  return found;
}

int main(void) {
  const char *url = getenv("LA_TEST_PG");
  pthread_t thread;
  start_proxy(&thread);
  if (!url || !find_server(url)) {
    puts("pending: LA_TEST_PG names no server on 127.0.0.1");
    CHECK(proxy.port > 0);
    stop_proxy(thread);
    return check_done();
  }
  long stride = getenv("LA_TEST_FAULTS") ? 1 : 37, total = length_of_session();
  CHECK(total > 1000);
  break_it(CUT, total, stride);
  break_it(SILENCE, total, stride);
  break_it(GARBLE, total, stride);
  length_of_session();
  stop_proxy(thread);
  return check_done();
}
