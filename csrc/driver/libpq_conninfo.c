/* libpq_conninfo.c - connect arguments: those of the URL and of connect_args
 * become libpq's keywords, each checked against what libpq knows. Values are
 * handed over one by one, never as a string that would be parsed again. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/real.h"
#include "driver/libpq_impl.h"

/* "prepare_threshold" is the driver's own, as in psycopg. */
static const char own[] = "prepare_threshold";

static const char *canonical(const char *key) { return strcmp(key, "database") ? key : "dbname"; }

static bool is_known(const PQconninfoOption *known, const char *key) {
  for (; known->keyword; known++)
    if (!strcmp(known->keyword, key)) return true;
  return !strcmp(key, own);
}

static int check_key(const PQconninfoOption *known, const la_setting *p, la_error *err) {
  const char *key = canonical(p->key->s);
  if (!is_known(known, key))
    return la_fail_with(err, LA_EXC_ArgumentError, "PostgreSQL: invalid connection option \"%s\"", p->key->s);
  switch ((la_tag)p->value.tag) {
    case LA_V_TEXT:
      if (memchr(p->value.u.s->s, '\0', p->value.u.s->len)) break;
      if (strcmp(key, "client_encoding")) return 0;
      if (!strcasecmp(p->value.u.s->s, "utf8") || !strcasecmp(p->value.u.s->s, "utf-8")) return 0;
      return la_fail_with(err, LA_EXC_ArgumentError, "PostgreSQL: the client_encoding is always UTF8");
    case LA_V_NULL:
    case LA_V_BOOL:
    case LA_V_INT:
    case LA_V_REAL: return 0;
    default: break;
  }
  return la_fail_with(err, LA_EXC_ArgumentError, "PostgreSQL: connection option \"%s\" must be a string or a number",
                      p->key->s);
}

static int count_params(const la_conninfo *info, const char *key) {
  int n = 0;
  for (size_t i = 0; i < info->nquery; i++) n += la_str_is(info->query[i].key, key);
  return n;
}

/* An internet host with a port, and nothing else, as "host" alone in the query may be. */
static bool is_host_and_port(const char *s) {
  static const char host[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
  size_t n = strspn(s, host);
  return s[n] == ':' && strspn(s + n + 1, "0123456789") == strlen(s + n + 1);
}

static const char *first_host(const la_conninfo *info) {
  for (size_t i = 0; i < info->nquery; i++)
    if (la_str_is(info->query[i].key, "host")) return info->query[i].value.u.s->s;
  return NULL;
}

/* Whether hosts and ports come together, "host=h1:p1&host=h2:p2". */
static bool is_integrated(const la_conninfo *info, int hosts, int ports) {
  const char *host = first_host(info);
  return hosts > 1 || (hosts == 1 && !ports && is_host_and_port(host));
}

static void join(la_buf *b, const char *s, size_t n, bool first) {
  if (!first) la_buf_putc(b, ',');
  la_buf_reserve(b, 1);
  la_buf_add(b, s, n);
}

static int count_items(const char *s) {
  int n = 1;
  for (; *s; s++) n += *s == ',';
  return n;
}

static int check_ports(const char *ports, int nhosts, la_error *err) {
  if (strspn(ports, "0123456789,") != strlen(ports))
    return la_fail_with(err, LA_EXC_ArgumentError, "Received non-integer port arguments: %s", ports);
  int n = count_items(ports);
  bool wrong = nhosts ? nhosts != n && (nhosts > 1 || n > 1) : n > 1;
  return wrong ? la_fail_with(err, LA_EXC_ArgumentError, "number of hosts and ports don't match") : 0;
}

/* The hosts and ports of the query, as libpq's lists. */
static int join_hosts(la_buf *hosts, la_buf *ports, const la_conninfo *info, la_error *err) {
  int nhosts = count_params(info, "host"), nports = count_params(info, "port");
  bool together = is_integrated(info, nhosts, nports);
  if (together && nports)
    return la_fail_with(err, LA_EXC_ArgumentError,
                        "Can't mix 'multihost' formats together; use \"host=h1,h2,h3&port=p1,p2,p3\" or "
                        "\"host=h1:p1&host=h2:p2&host=h3:p3\" separately");
  for (size_t i = 0; i < info->nquery; i++) {
    const char *key = info->query[i].key->s, *s = info->query[i].value.u.s->s, *colon = strchr(s, ':');
    bool host = !strcmp(key, "host"), port = !strcmp(key, "port");
    size_t n = host && together && colon ? (size_t)(colon - s) : strlen(s);
    if (host) join(hosts, s, n, !hosts->s);
    if (port) join(ports, s, n, !ports->s);
    if (host && together) join(ports, colon ? colon + 1 : "", colon ? strlen(colon + 1) : 0, !ports->s);
  }
  if (!la_buf_ok(hosts) || !la_buf_ok(ports)) return la_fail_memory(err);
  return ports->s ? check_ports(la_buf_cstr(ports), hosts->s ? count_items(la_buf_cstr(hosts)) : 0, err) : 0;
}

/* Appends the pair to args, unless they have the key. */
static int set_default(la_conninfo *info, const char *key, const char *text, la_error *err) {
  for (size_t i = 0; i < info->nargs; i++)
    if (!strcmp(canonical(info->args[i].key->s), key)) return 0;
  la_value v = la_value_str(LA_V_TEXT, la_str_from(text));
  int rc = v.u.s ? la_conninfo_add_arg(info, key, &v, err) : la_fail_memory(err);
  if (v.u.s) la_str_release(v.u.s);
  return rc;
}

static int fold_hosts(la_conninfo *info, la_error *err) {
  la_buf hosts = LA_BUF_INIT, ports = LA_BUF_INIT;
  int rc = join_hosts(&hosts, &ports, info, err);
  if (!rc && hosts.s) rc = set_default(info, "host", la_buf_cstr(&hosts), err);
  if (!rc && ports.s && strspn(la_buf_cstr(&ports), ",") < ports.len)
    rc = set_default(info, "port", la_buf_cstr(&ports), err);
  la_buf_free(&hosts);
  la_buf_free(&ports);
  return rc;
}

/* The rest of the query becomes arguments, and then the parts of the URL. */
static int fold_rest(la_conninfo *info, la_error *err) {
  char port[16];
  for (size_t i = 0; i < info->nquery; i++) {
    const char *key = info->query[i].key->s;
    if (!strcmp(key, "host") || !strcmp(key, "port")) continue;
    if (set_default(info, canonical(key), info->query[i].value.u.s->s, err)) return -1;
  }
  snprintf(port, sizeof port, "%d", info->port);
  const struct {
    const char *key, *text;
  } parts[] = {{"user", info->user ? info->user->s : NULL},
               {"password", info->password ? info->password->s : NULL},
               {"host", info->host ? info->host->s : NULL},
               {"port", info->port ? port : NULL},
               {"dbname", info->database ? info->database->s : NULL},
               {"client_encoding", "UTF8"},
               {"fallback_application_name", "lualchemy"},
               {"keepalives_idle", "60"},
               {"keepalives_interval", "10"},
               {"keepalives_count", "6"}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (parts[i].text && set_default(info, parts[i].key, parts[i].text, err)) return -1;
  return 0;
}

static int check_threshold(const la_conninfo *info, la_error *err) {
  const la_value *v = la_conninfo_get(info, own);
  double r;
  if (!v || v->tag == LA_V_INT || v->tag == LA_V_NULL) return 0;
  if (v->tag == LA_V_TEXT && la_real_parse(&r, v->u.s->s, v->u.s->len)) return 0;
  return la_fail_with(err, LA_EXC_ArgumentError,
                      "PostgreSQL: prepare_threshold must be a number of executions, or NULL to prepare nothing");
}

int pq_configure(la_conninfo *info, la_error *err) {
  PQconninfoOption *known = PQconndefaults();
  if (!known) return la_fail_memory(err);
  int rc = 0;
  for (size_t i = 0; !rc && i < info->nquery; i++) rc = check_key(known, &info->query[i], err);
  for (size_t i = 0; !rc && i < info->nargs; i++) rc = check_key(known, &info->args[i], err);
  PQconninfoFree(known);
  return rc || check_threshold(info, err) || fold_hosts(info, err) || fold_rest(info, err) ? -1 : 0;
}

/* ---- opening ---- */

static char *text_of(const la_value *v) {
  char text[LA_REAL_MAX] = "";
  if (v->tag == LA_V_TEXT) return pq_copy_text(v->u.s->s);
  if (v->tag == LA_V_INT) snprintf(text, sizeof text, "%" PRId64, v->u.i);
  if (v->tag == LA_V_BOOL) snprintf(text, sizeof text, "%d", v->u.i != 0);
  if (v->tag == LA_V_REAL) text[la_real_format(text, v->u.r)] = '\0';
  return pq_copy_text(text);
}

static int threshold_of(const la_value *v) {
  double r = 1;
  if (v && v->tag == LA_V_NULL) return -1;
  if (v && v->tag == LA_V_INT) r = (double)v->u.i;
  if (v && v->tag == LA_V_TEXT) la_real_parse(&r, v->u.s->s, v->u.s->len);
  return r < 0 ? -1 : r > 1e6 ? 1000000 : (int)r;
}

/* What name resolution adds, and the closing NULL. */
enum { MORE_KEYWORDS = 4 };

int pq_take_keywords(pq_conn *c, const la_conninfo *info, la_error *err) {
  size_t room = (info->nargs + MORE_KEYWORDS) * sizeof(char *);
  c->prepare_threshold = threshold_of(la_conninfo_get(info, own));
  c->keywords = la_calloc(room);
  c->values = la_calloc(room);
  if (!c->keywords || !c->values) return la_fail_memory(err);
  for (size_t i = 0; i < info->nargs; i++) {
    const char *key = canonical(info->args[i].key->s);
    if (!strcmp(key, own) || info->args[i].value.tag == LA_V_NULL) continue;
    size_t n = c->nkeywords++;
    c->keywords[n] = pq_copy_text(key);
    c->values[n] = text_of(&info->args[i].value);
    if (!c->keywords[n] || !c->values[n]) return la_fail_memory(err);
  }
  return 0;
}

static size_t place_of(const pq_conn *c, const char *name) {
  size_t i = c->nkeywords;
  while (i-- > 0)
    if (!strcmp(c->keywords[i], name)) return i;
  return c->nkeywords;
}

const char *pq_keyword(const pq_conn *c, const char *name) {
  size_t i = place_of(c, name);
  return i < c->nkeywords ? c->values[i] : NULL;
}

int pq_set_keyword(pq_conn *c, const char *name, const char *value) {
  size_t i = place_of(c, name);
  char *copy = pq_copy_text(value);
  if (copy && i == c->nkeywords && (c->keywords[i] = pq_copy_text(name))) c->nkeywords++;
  if (!copy || !c->keywords[i]) {
    la_free(copy);
    return -1;
  }
  la_free(c->values[i]);
  c->values[i] = copy;
  return 0;
}

void pq_free_keywords(pq_conn *c) {
  for (size_t i = 0; i < c->nkeywords; i++) {
    if (c->values[i]) memset(c->values[i], 0, strlen(c->values[i]));
    la_free(c->keywords[i]);
    la_free(c->values[i]);
  }
  la_free(c->keywords);
  la_free(c->values);
  c->keywords = c->values = NULL;
  c->nkeywords = 0;
}
