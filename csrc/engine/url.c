/* url.c - the parser cuts from left to right, as SQLAlchemy's pattern does:
 *
 *     name :// [user [: password] @] [host | [ipv6]] [: port] [/ database] [? query]
 *
 * Users have neither : nor /, passwords no @, databases no ?. */
#include "engine/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* ---- making ---- */

static void clear_parts(la_url_parts *p) {
  la_str_release(p->drivername);
  la_str_release(p->username);
  la_str_release(p->password);
  la_str_release(p->host);
  la_str_release(p->database);
  for (size_t i = 0; i < p->nquery; i++) {
    la_str_release(p->query[i].key);
    la_value_clear(&p->query[i].value);
  }
  la_free(p->query);
  *p = (la_url_parts){0};
}

static bool same(const la_str *a, const la_str *b) {
  if (!a || !b) return a == b;
  return a->len == b->len && !memcmp(a->s, b->s, a->len);
}

static const la_setting *find_param(const la_url_parts *p, const la_str *key, size_t before) {
  for (size_t i = 0; i < before; i++)
    if (same(p->query[i].key, key)) return &p->query[i];
  return NULL;
}

static bool is_param(const la_value *v) {
  if (v->tag != LA_V_ARRAY) return v->tag == LA_V_TEXT;
  for (uint32_t i = 0; i < v->u.a->n; i++)
    if (v->u.a->v[i].tag != LA_V_TEXT) return false;
  return true;
}

static int check_query(const la_url_parts *p, la_error *err) {
  for (size_t i = 0; i < p->nquery; i++) {
    const char *key = p->query[i].key->s;
    if (!is_param(&p->query[i].value))
      return la_fail_with(err, LA_EXC_ArgumentError,
                          "URL: value of query key '%s' must be a string or a list of strings", key);
    if (find_param(p, p->query[i].key, i))
      return la_fail_with(err, LA_EXC_ArgumentError, "URL: query key '%s' is given twice", key);
  }
  return 0;
}

/* A URL around *p, which it takes over. */
static int wrap(la_url **out, la_url_parts *p, la_error *err) {
  la_url *u = la_alloc(sizeof *u);
  if (!u) {
    clear_parts(p);
    return la_fail_memory(err);
  }
  *u = (la_url){1, *p};
  *out = u;
  return 0;
}

int la_url_new(la_url **out, const la_url_parts *parts, la_error *err) {
  if (check_query(parts, err)) return -1;
  la_url_parts p = *parts;
  p.query = la_alloc((p.nquery + 1) * sizeof *p.query);
  if (!p.query) return la_fail_memory(err);
  la_str_retain(p.drivername);
  la_str_retain(p.username);
  la_str_retain(p.password);
  la_str_retain(p.host);
  la_str_retain(p.database);
  for (size_t i = 0; i < p.nquery; i++) {
    p.query[i].key = la_str_retain(parts->query[i].key);
    la_value_copy(&p.query[i].value, &parts->query[i].value);
  }
  return wrap(out, &p, err);
}

la_url *la_url_retain(la_url *u) {
  __atomic_add_fetch(&u->refs, 1, __ATOMIC_RELAXED);
  return u;
}

void la_url_release(la_url *u) {
  if (!u || __atomic_sub_fetch(&u->refs, 1, __ATOMIC_ACQ_REL)) return;
  clear_parts(&u->p);
  la_free(u);
}

/* ---- parsing ---- */

typedef struct parser {
  const char *p, *end;
  la_url_parts parts;
  la_error *err;
} parser;

static int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = (char)(c | 32);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static la_str *decode(const char *s, const char *end, bool plus) {
  la_buf b = LA_BUF_INIT;
  la_buf_reserve(&b, (size_t)(end - s));
  for (; s < end; s++) {
    if (*s == '%' && end - s > 2 && hex(s[1]) >= 0 && hex(s[2]) >= 0) {
      la_buf_putc(&b, (char)(hex(s[1]) << 4 | hex(s[2])));
      s += 2;
    } else {
      la_buf_putc(&b, plus && *s == '+' ? ' ' : *s);
    }
  }
  la_str *str = la_buf_to_str(&b);
  la_buf_free(&b);
  return str;
}

/* Where the run of characters that are not in `stops` ends. */
static const char *run(const parser *ps, const char *p, const char *stops) {
  while (p < ps->end && !(*p && strchr(stops, *p))) p++;
  return p;
}

static const char *last_char(const char *p, const char *end, char c) {
  while (end > p)
    if (*--end == c) return end;
  return NULL;
}

static int keep(parser *ps, la_str **field, la_str *s) {
  *field = s;
  return s ? 0 : la_fail_memory(ps->err);
}

static int malformed(parser *ps) {
  return la_fail_with(ps->err, LA_EXC_ArgumentError, "Could not parse SQLAlchemy URL from given URL string");
}

static bool is_word(char c) {
  return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c == '+' ||
         (unsigned char)c > 127;
}

static int parse_name(parser *ps) {
  const char *p = ps->p;
  while (p < ps->end && is_word(*p)) p++;
  if (p == ps->p || ps->end - p < 3 || memcmp(p, "://", 3)) return malformed(ps);
  la_str *name = la_str_new(ps->p, (size_t)(p - ps->p));
  ps->p = p + 3;
  return keep(ps, &ps->parts.drivername, name);
}

static int parse_user(parser *ps) {
  const char *start = ps->p, *end = run(ps, start, ":/"), *at = NULL;
  if (end < ps->end && *end == ':') at = memchr(end, '@', (size_t)(ps->end - end));
  bool password = at != NULL;
  if (!password) end = at = last_char(start, end, '@');
  if (!at) return 0;
  ps->p = at + 1;
  if (keep(ps, &ps->parts.username, decode(start, end, false))) return -1;
  return password ? keep(ps, &ps->parts.password, decode(end + 1, at, false)) : 0;
}

static int parse_host(parser *ps) {
  const char *start = ps->p, *end = run(ps, start, "/?");
  const char *close = start < end && *start == '[' ? last_char(start, end, ']') : NULL;
  bool ipv6 = close && close > start + 1;
  end = ipv6 ? close : run(ps, start, "/:?");
  if (end == start) return 0;
  ps->p = end + ipv6;
  return keep(ps, &ps->parts.host, la_str_new(start + ipv6, (size_t)(end - start - ipv6)));
}

static int parse_port(parser *ps) {
  if (ps->p == ps->end || *ps->p != ':') return 0;
  const char *start = ps->p + 1, *end = run(ps, start, "/?");
  int port = 0;
  for (const char *p = start; p < end && port < 1000000; p++) {
    if (*p < '0' || *p > '9') end = start;
    port = port * 10 + (*p - '0');
  }
  if (end == start)
    return la_fail_with(ps->err, LA_EXC_ArgumentError, "URL: the port must be an integer, given is '%.*s'",
                        (int)(run(ps, start, "/?") - start), start);
  ps->parts.has_port = true;
  ps->parts.port = port;
  ps->p = end;
  return 0;
}

static int parse_database(parser *ps) {
  if (ps->p == ps->end || *ps->p != '/') return 0;
  const char *start = ps->p + 1;
  ps->p = run(ps, start, "?");
  return keep(ps, &ps->parts.database, la_str_new(start, (size_t)(ps->p - start)));
}

/* The values so far and one more. */
static int append_value(parser *ps, la_value *v, la_str *s) {
  bool many = v->tag == LA_V_ARRAY;
  uint32_t n = many ? v->u.a->n : 1;
  la_array *a = la_array_new(n + 1);
  if (!a) {
    la_str_release(s);
    return la_fail_memory(ps->err);
  }
  for (uint32_t i = 0; i < n; i++) la_value_copy(&a->v[i], many ? &v->u.a->v[i] : v);
  a->v[n] = la_value_str(LA_V_TEXT, s);
  la_value_clear(v);
  *v = (la_value){LA_V_ARRAY, 0, 0, {.a = a}};
  return 0;
}

/* Takes over key and value. */
static int add_param(parser *ps, la_str *key, la_str *value) {
  la_url_parts *u = &ps->parts;
  la_setting *known = key && value ? (la_setting *)find_param(u, key, u->nquery) : NULL;
  la_setting *grown = known || !key || !value ? NULL : la_realloc(u->query, (u->nquery + 1) * sizeof *grown);
  if (known || !grown) la_str_release(key);
  if (known) return append_value(ps, &known->value, value);
  if (!grown) {
    la_str_release(value);
    return la_fail_memory(ps->err);
  }
  u->query = grown;
  grown[u->nquery++] = (la_setting){key, la_value_str(LA_V_TEXT, value)};
  return 0;
}

static int parse_query(parser *ps) {
  if (ps->p == ps->end || *ps->p != '?') return 0;
  ps->p++;
  while (ps->p < ps->end) {
    const char *start = ps->p, *end = run(ps, start, "&"), *equals = memchr(start, '=', (size_t)(end - start));
    ps->p = end < ps->end ? end + 1 : end;
    if (!equals || equals + 1 == end) continue;
    if (add_param(ps, decode(start, equals, true), decode(equals + 1, end, true))) return -1;
  }
  return 0;
}

int la_url_parse(la_url **out, const char *s, size_t len, la_error *err) {
  parser ps = {s, s + len, {0}, err};
  if (!parse_name(&ps) && !parse_user(&ps) && !parse_host(&ps) && !parse_port(&ps) && !parse_database(&ps) &&
      !parse_query(&ps) && (ps.p == ps.end || !malformed(&ps)))
    return wrap(out, &ps.parts, err);
  clear_parts(&ps.parts);
  return -1;
}

/* ---- writing ---- */

static bool is_safe(char c) {
  return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (c && strchr("_.-~", c));
}

static void encode(la_buf *b, const la_str *s, bool plus) {
  for (uint32_t i = 0; i < s->len; i++) {
    char c = s->s[i];
    if (is_safe(c) || (!plus && (c == ' ' || c == '+')))
      la_buf_putc(b, c);
    else if (plus && c == ' ')
      la_buf_putc(b, '+');
    else
      la_buf_printf(b, "%%%02X", (unsigned char)c);
  }
}

static void render_param(la_buf *b, const la_setting *p, char *sep) {
  bool many = p->value.tag == LA_V_ARRAY;
  uint32_t n = many ? p->value.u.a->n : 1;
  for (uint32_t i = 0; i < n; i++) {
    la_buf_putc(b, *sep);
    encode(b, p->key, true);
    la_buf_putc(b, '=');
    encode(b, many ? p->value.u.a->v[i].u.s : p->value.u.s, true);
    *sep = '&';
  }
}

static int by_key(const void *a, const void *b) {
  const la_setting *const *p = a, *const *q = b;
  return strcmp((*p)->key->s, (*q)->key->s);
}

static void render_query(la_buf *b, const la_url_parts *u) {
  char sep = '?';
  const la_setting **sorted = la_alloc((u->nquery + 1) * sizeof *sorted);
  if (!sorted) {
    b->failed = true;
    return;
  }
  for (size_t i = 0; i < u->nquery; i++) sorted[i] = &u->query[i];
  qsort(sorted, u->nquery, sizeof *sorted, by_key);
  for (size_t i = 0; i < u->nquery; i++) render_param(b, sorted[i], &sep);
  la_free(sorted);
}

static void render_user(la_buf *b, const la_url_parts *u, bool hide) {
  if (!u->username) return;
  encode(b, u->username, false);
  if (u->password) {
    la_buf_putc(b, ':');
    if (hide)
      la_buf_puts(b, "***");
    else
      encode(b, u->password, false);
  }
  la_buf_putc(b, '@');
}

void la_url_render(la_buf *out, const la_url *url, bool hide_password) {
  const la_url_parts *u = &url->p;
  la_buf_str(out, u->drivername);
  la_buf_puts(out, "://");
  render_user(out, u, hide_password);
  if (u->host) {
    bool ipv6 = memchr(u->host->s, ':', u->host->len) != NULL;
    la_buf_puts(out, ipv6 ? "[" : "");
    la_buf_str(out, u->host);
    la_buf_puts(out, ipv6 ? "]" : "");
  }
  if (u->has_port) la_buf_printf(out, ":%d", u->port);
  if (u->database) {
    la_buf_putc(out, '/');
    la_buf_str(out, u->database);
  }
  if (u->nquery) render_query(out, u);
}

/* ---- reading ---- */

static bool same_query(const la_url_parts *a, const la_url_parts *b) {
  if (a->nquery != b->nquery) return false;
  for (size_t i = 0; i < a->nquery; i++) {
    const la_setting *p = find_param(b, a->query[i].key, b->nquery);
    if (!p || !la_value_eq(&p->value, &a->query[i].value)) return false;
  }
  return true;
}

bool la_url_eq(const la_url *x, const la_url *y) {
  const la_url_parts *a = &x->p, *b = &y->p;
  return same(a->drivername, b->drivername) && same(a->username, b->username) && same(a->password, b->password) &&
         same(a->host, b->host) && same(a->database, b->database) && a->has_port == b->has_port && a->port == b->port &&
         same_query(a, b);
}

const char *la_url_backend(const la_url *u, size_t *len) {
  *len = strcspn(u->p.drivername->s, "+");
  return u->p.drivername->s;
}

const char *la_url_driver(const la_url *u, size_t *len) {
  const char *plus = strchr(u->p.drivername->s, '+');
  *len = plus ? strcspn(plus + 1, "+") : 0;
  return plus ? plus + 1 : NULL;
}

static int fill(la_str **out, la_str *s, const char *what, la_error *err) {
  if (!s || !s->len) return 0;
  if (memchr(s->s, '\0', s->len)) return la_fail_with(err, LA_EXC_ArgumentError, "URL: the %s holds a NUL byte", what);
  *out = la_str_retain(s);
  return 0;
}

static int fill_param(la_conninfo *out, const la_setting *p, la_error *err) {
  bool many = p->value.tag == LA_V_ARRAY;
  uint32_t n = many ? p->value.u.a->n : 1;
  for (uint32_t i = 0; i < n; i++) {
    const la_str *s = many ? p->value.u.a->v[i].u.s : p->value.u.s;
    if (memchr(s->s, '\0', s->len) || memchr(p->key->s, '\0', p->key->len))
      return la_fail_with(err, LA_EXC_ArgumentError, "URL: the query holds a NUL byte");
    if (la_conninfo_add_query(out, p->key->s, s->s, err)) return -1;
  }
  return 0;
}

static int fill_all(la_conninfo *out, const la_url *u, la_error *err) {
  la_buf b = LA_BUF_INIT;
  la_url_render(&b, u, true);
  out->url = la_buf_to_str(&b);
  la_buf_free(&b);
  if (!out->url) return la_fail_memory(err);
  out->port = u->p.port;
  if (fill(&out->user, u->p.username, "user name", err) || fill(&out->password, u->p.password, "password", err) ||
      fill(&out->host, u->p.host, "host", err) || fill(&out->database, u->p.database, "database", err))
    return -1;
  for (size_t i = 0; i < u->p.nquery; i++)
    if (fill_param(out, &u->p.query[i], err)) return -1;
  return 0;
}

int la_url_conninfo(la_conninfo *out, const la_url *u, la_error *err) {
  *out = (la_conninfo)LA_CONNINFO_INIT;
  if (!fill_all(out, u, err)) return 0;
  la_conninfo_clear(out);
  return -1;
}
