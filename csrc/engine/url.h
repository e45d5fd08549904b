/* url.h - database URLs, as SQLAlchemy reads and writes them.
 *
 *     dialect+driver://user:password@host:port/database?key=value&key=value
 *
 * A la_url is immutable and counted. What is not given is NULL; "" is given and
 * empty (`sqlite:///` has the database ""). User, password and query are
 * percent-decoded, the rest is verbatim.
 */
#ifndef LA_ENGINE_URL_H
#define LA_ENGINE_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "engine/driver.h"

typedef struct la_url_parts {
  la_str *drivername; /* "postgresql" or "postgresql+psycopg2" */
  la_str *username, *password, *host, *database;
  bool has_port;
  int port;
  /* Distinct keys in the order given; a value is TEXT, or an ARRAY of TEXT for a
   * key with several values. */
  la_setting *query;
  size_t nquery;
} la_url_parts;

typedef struct la_url {
  uint32_t refs;
  la_url_parts p; /* read only */
} la_url;

/* Parses len bytes. Fails with ArgumentError, whose text never holds the URL. */
int la_url_parse(la_url **out, const char *s, size_t len, la_error *err);
/* A URL of these parts, which are borrowed; fails (ArgumentError) for a query
 * value of another type or a key given twice. */
int la_url_new(la_url **out, const la_url_parts *parts, la_error *err);
la_url *la_url_retain(la_url *u);
void la_url_release(la_url *u);

/* Appends the URL, the password as *** if it is to be hidden. */
void la_url_render(la_buf *out, const la_url *u, bool hide_password);
bool la_url_eq(const la_url *a, const la_url *b);

/* "postgresql" of "postgresql+psycopg2". Borrowed, not terminated. */
const char *la_url_backend(const la_url *u, size_t *len);
/* "psycopg2" of it, NULL where none is named. */
const char *la_url_driver(const la_url *u, size_t *len);

/* What a driver is given. Empty parts count as not given; NUL bytes fail
 * (ArgumentError). *out is the caller's to clear. */
int la_url_conninfo(la_conninfo *out, const la_url *u, la_error *err);

#endif
