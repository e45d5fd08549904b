/* libpq_task.c - two things libpq can only do blocking, name resolution and (before
 * release 17) cancelling, are done in threads of their own. Whoever waits for one
 * polls its pipe, and may stop waiting: the task then ends by itself. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "driver/libpq_impl.h"

/* ---- tasks ---- */

struct pq_task {
  uint32_t refs; /* of the thread, and of who started it */
  bool done;
  pq_work work, drop;
  void *data;
  int fds[2];
};

static void release(pq_task *t) {
  if (__atomic_sub_fetch(&t->refs, 1, __ATOMIC_ACQ_REL)) return;
  if (t->drop) t->drop(t->data);
  if (t->fds[0] >= 0) close(t->fds[0]);
  if (t->fds[1] >= 0) close(t->fds[1]);
  la_free(t);
}

static void *run(void *arg) {
  pq_task *t = arg;
  t->work(t->data);
  __atomic_store_n(&t->done, true, __ATOMIC_RELEASE);
  while (write(t->fds[1], "", 1) < 0 && errno == EINTR) continue;
  release(t);
  return NULL;
}

/* The thread gets none of the host's signals. */
static int start_thread(pq_task *t) {
  sigset_t all, old;
  pthread_t thread;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  int rc = pthread_create(&thread, NULL, run, t);
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  if (!rc) pthread_detach(thread);
  return rc;
}

static int open_pipe(int fds[2]) {
  if (pipe(fds)) return fds[0] = fds[1] = -1;
  for (int i = 0; i < 2; i++) fcntl(fds[i], F_SETFD, FD_CLOEXEC);
  return 0;
}

pq_task *pq_task_start(pq_work work, void *data, pq_work drop) {
  pq_task *t = la_alloc(sizeof *t);
  if (!t) {
    drop(data);
    return NULL;
  }
  *t = (pq_task){2, false, work, drop, data, {-1, -1}};
  if (!open_pipe(t->fds) && !start_thread(t)) return t;
  t->refs = 1;
  release(t);
  return NULL;
}

bool pq_task_done(pq_task *t) { return __atomic_load_n(&t->done, __ATOMIC_ACQUIRE); }

int pq_task_fd(const pq_task *t) { return t->fds[0]; }

void *pq_task_data(pq_task *t) { return t->data; }

void pq_task_forget(pq_task *t) {
  if (t) release(t);
}

/* ---- names ---- */

/* A folder of a unix socket, an address, or nothing. */
static bool is_literal(const char *name, size_t n) {
  if (!n || *name == '/' || *name == '@' || memchr(name, ':', n)) return true;
  return strspn(name, "0123456789.") >= n;
}

bool pq_hosts_need_lookup(const char *names) {
  for (;;) {
    size_t n = strcspn(names, ",");
    if (!is_literal(names, n)) return true;
    if (!names[n]) return false;
    names += n + 1;
  }
}

/* The i-th of a comma-separated list; the only one serves for all. */
static const char *item(const char *list, size_t i, size_t *n) {
  const char *p = list ? list : "";
  if (!strchr(p, ',')) i = 0;
  for (; i && *p; i--) {
    p += strcspn(p, ",");
    if (*p) p++;
  }
  *n = strcspn(p, ",");
  return p;
}

typedef struct lists {
  la_buf names, ports, addrs;
} lists;

static void add(lists *l, const char *name, size_t n, const char *port, size_t nport, const char *addr) {
  bool first = !l->names.s;
  if (!first) la_buf_putc(&l->names, ','), la_buf_putc(&l->ports, ','), la_buf_putc(&l->addrs, ',');
  la_buf_reserve(&l->names, 1);
  la_buf_add(&l->names, name, n);
  la_buf_add(&l->ports, port, nport);
  la_buf_puts(&l->addrs, addr);
}

static void add_addresses(lists *l, pq_hosts *h, const char *name, size_t n, const char *port, size_t nport) {
  char host[256], addr[64];
  struct addrinfo want, *found = NULL;
  memset(&want, 0, sizeof want);
  want.ai_socktype = SOCK_STREAM;
  if (n >= sizeof host) n = sizeof host - 1;
  memcpy(host, name, n);
  host[n] = '\0';
  int rc = getaddrinfo(host, NULL, &want, &found);
  if (rc)
    snprintf(h->message, sizeof h->message, "could not translate host name \"%.100s\" to address: %s", host,
             gai_strerror(rc));
  for (struct addrinfo *a = rc ? NULL : found; a; a = a->ai_next)
    if (!getnameinfo(a->ai_addr, a->ai_addrlen, addr, sizeof addr, NULL, 0, NI_NUMERICHOST))
      add(l, name, n, port, nport, addr);
  if (!rc) freeaddrinfo(found);
}

static char *take_text(la_buf *b) {
  la_buf_putc(b, '\0');
  char *s = la_buf_ok(b) ? b->s : NULL;
  if (!s) la_buf_free(b);
  return s;
}

static void resolve(void *data) {
  pq_hosts *h = data;
  lists l = {LA_BUF_INIT, LA_BUF_INIT, LA_BUF_INIT};
  size_t i = 0, n, nport;
  for (const char *p = h->names;; p += n + 1, i++) {
    n = strcspn(p, ",");
    const char *port = item(h->ports, i, &nport);
    if (is_literal(p, n))
      add(&l, p, n, port, nport, "");
    else
      add_addresses(&l, h, p, n, port, nport);
    if (!p[n]) break;
  }
  if (!l.names.s) return;
  h->out_names = take_text(&l.names);
  h->out_ports = take_text(&l.ports);
  h->addrs = take_text(&l.addrs);
}

static void free_hosts(void *data) {
  pq_hosts *h = data;
  la_free(h->names);
  la_free(h->ports);
  la_free(h->out_names);
  la_free(h->out_ports);
  la_free(h->addrs);
  la_free(h);
}

pq_task *pq_hosts_resolve(const char *names, const char *ports) {
  pq_hosts *h = la_calloc(sizeof *h);
  if (!h) return NULL;
  h->names = pq_copy_text(names);
  h->ports = pq_copy_text(ports);
  if (h->names) return pq_task_start(resolve, h, free_hosts);
  free_hosts(h);
  return NULL;
}
