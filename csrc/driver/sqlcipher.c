/* sqlcipher.c - what the driver of SQLite does besides when it is linked with SQLCipher: the file is encrypted with a
 * passphrase. It is in no text of SQL. */
#include <string.h>

#include "driver/sqlite3_impl.h"

/* A process that has SQLite's own library among its global symbols may get that one: it would take the passphrase in
 * silence and write plainly. */
static int check_library(lite_conn *c, la_error *err) {
  sqlite3_stmt *st = NULL;
  int rc = sqlite3_prepare_v2(c->db, "PRAGMA cipher_version", -1, &st, NULL);
  bool there = !rc && sqlite3_step(st) == SQLITE_ROW && sqlite3_column_bytes(st, 0) > 0;
  sqlite3_finalize(st);
  if (there) return 0;
  return la_fail_with(err, LA_EXC_InterfaceError,
                      "the library of SQLite in this process is not SQLCipher: nothing would be encrypted");
}

static int pragma(lite_conn *c, char *sql, la_error *err) {
  int rc = sql ? sqlite3_exec(c->db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
  sqlite3_free(sql);
  return rc ? lite_fail(c, rc, err) : 0;
}

static int set_number(lite_conn *c, const la_conninfo *info, const char *name, la_error *err) {
  const la_value *v = la_conninfo_get(info, name);
  return v ? pragma(c, sqlite3_mprintf("PRAGMA %s = %lld", name, (long long)v->u.i), err) : 0;
}

static int set_cipher(lite_conn *c, const la_conninfo *info, la_error *err) {
  const la_value *v = la_conninfo_get(info, "cipher");
  if (!v || v->tag != LA_V_TEXT) return 0;
  return pragma(c, sqlite3_mprintf("PRAGMA cipher = \"%w\"", v->u.s->s), err);
}

int lite_unlock(lite_conn *c, const la_conninfo *info, la_error *err) {
  if (check_library(c, err)) return -1;
  const la_str *key = info->password;
  if (!key || !key->len)
    return la_fail_with(err, LA_EXC_ArgumentError,
                        "SQLCipher: a passphrase is wanted: sqlite+pysqlcipher://:passphrase@/path; "
                        "databases that are not encrypted are sqlite:///path");
  int rc = sqlite3_key(c->db, key->s, (int)key->len);
  if (rc) return lite_fail(c, rc, err);
  if (set_number(c, info, "kdf_iter", err) || set_cipher(c, info, err)) return -1;
  return set_number(c, info, "cipher_page_size", err) || set_number(c, info, "cipher_use_hmac", err) ? -1 : 0;
}
