/* libpq_rows.c - reading results. */
#include <string.h>

#include "base/mem.h"
#include "driver/libpq_impl.h"

pq_column pq_type_of(Oid oid) {
  switch (oid) {
#define TYPE(type, array, kind) \
  case type:                    \
    return (pq_column){oid, PQ_##kind, false};
#include "driver/libpq_types.def"
#undef TYPE
    default: break;
  }
#define TYPE(type, array, kind) \
  if (array && oid == array) return (pq_column){oid, PQ_##kind, true};
#include "driver/libpq_types.def"
#undef TYPE
  return (pq_column){oid, PQ_UNKNOWN, false};
}

Oid pq_array_of(Oid oid) {
  switch (oid) {
#define TYPE(type, array, kind) \
  case type:                    \
    return array;
#include "driver/libpq_types.def"
#undef TYPE
    default: return 0;
  }
}

static bool same_columns(const pq_stmt *s, const PGresult *res) {
  if (!s->typed || s->ncols != PQnfields(res)) return false;
  for (int i = 0; i < s->ncols; i++)
    if (s->cols[i].type != PQftype(res, i)) return false;
  return true;
}

int pq_learn_columns(pq_stmt *s, const PGresult *res, la_error *err) {
  int n = PQnfields(res);
  pq_column *cols = la_realloc(s->cols, ((size_t)n + 1) * sizeof *cols);
  if (!cols) return la_fail_memory(err);
  la_free(s->arrays);
  s->arrays = NULL;
  s->cols = cols;
  s->ncols = n;
  s->typed = s->binary = true;
  s->zoned = false;
  for (int i = 0; i < n; i++) {
    cols[i] = pq_type_of(PQftype(res, i));
    s->binary &= cols[i].kind != PQ_UNKNOWN;
    s->zoned |= cols[i].kind == PQ_DATETIMETZ;
  }
  return 0;
}

static void forget_row(pq_stmt *s) {
  if (s->scratch.head) la_arena_free(&s->scratch);
  for (int i = 0; s->narrays && i < s->ncols; i++) {
    s->narrays -= s->arrays[i] != NULL;
    la_array_release(s->arrays[i]);
    s->arrays[i] = NULL;
  }
}

void pq_drop_rows(pq_stmt *s) {
  forget_row(s);
  PQclear(s->res);
  PQclear(s->rest);
  s->res = s->rest = NULL;
  s->row = s->nrows = 0;
}

int pq_take_rows(pq_stmt *s, PGresult *res, la_error *err) {
  pq_drop_rows(s);
  s->res = res;
  s->row = -1;
  s->nrows = PQntuples(res);
  s->in_binary = PQnfields(res) && PQfformat(res, 0) == 1; /* all columns come in one format */
  s->zone_known = pq_zone_of(pq_conn_of(s->head.conn), &s->zone);
  return same_columns(s, res) ? 0 : pq_learn_columns(s, res, err);
}

bool pq_next_row(pq_stmt *s) {
  if (s->scratch.head || s->narrays) forget_row(s);
  return ++s->row < s->nrows;
}

/* Zones whose offset never changes, by the names PostgreSQL reports. */
bool pq_zone_of(const pq_conn *c, int32_t *offset) {
  static const char *const utc[] = {"UTC",       "Etc/UTC",       "GMT",      "Etc/GMT",   "UCT",
                                    "Etc/UCT",   "Zulu",          "Etc/Zulu", "Universal", "Etc/Universal",
                                    "Greenwich", "Etc/Greenwich", "GMT0",     "GMT+0",     "GMT-0"};
  const char *zone = c ? PQparameterStatus(c->pg, "TimeZone") : NULL;
  *offset = 0;
  for (size_t i = 0; zone && i < sizeof utc / sizeof *utc; i++)
    if (!strcmp(zone, utc[i])) return true;
  return false;
}

static int read_array(pq_stmt *s, const pq_reader *r, int i, bool binary, const char *p, int n, la_error *err) {
  pq_kind kind = s->cols[i].kind;
  if (!s->arrays) s->arrays = la_calloc((size_t)s->ncols * sizeof *s->arrays);
  if (!s->arrays) return la_fail_memory(err);
  if (s->arrays[i]) return 0;
  la_array **a = &s->arrays[i];
  int rc = binary ? pq_read_binary_array(a, r, kind, p, n, err) : pq_read_text_array(a, r, kind, p, n, err);
  s->narrays += !rc;
  return rc;
}

int pq_value(la_dbstmt *h, int i, la_cell *out, la_error *err) {
  pq_stmt *s = pq_stmt_of(h);
  int n = PQgetlength(s->res, s->row, i);
  if (!n && PQgetisnull(s->res, s->row, i)) return *out = LA_CELL_NULL, 0;
  const char *p = PQgetvalue(s->res, s->row, i);
  pq_reader r = {&s->scratch, false, 0};
  bool binary = s->in_binary;
  if (binary && s->cols[i].kind == PQ_DATETIMETZ) r.zone_known = s->zone_known, r.zone = s->zone;
  if (s->cols[i].array) {
    if (read_array(s, &r, i, binary, p, n, err)) return -1;
    *out = (la_cell){LA_V_ARRAY, 0, 0, {.a = s->arrays[i]}};
    return 0;
  }
  return binary ? pq_read_binary(out, &r, s->cols[i].kind, p, n, err)
                : pq_read_text(out, &r, s->cols[i].kind, p, n, err);
}

int pq_ncols(la_dbstmt *h) { return pq_stmt_of(h)->typed ? pq_stmt_of(h)->ncols : 0; }

void pq_describe(la_dbstmt *h, int i, la_dbcolumn *out) {
  const pq_stmt *s = pq_stmt_of(h);
  const char *name = s->res ? PQfname(s->res, i) : NULL;
  *out = (la_dbcolumn){name ? name : "", name ? strlen(name) : 0, NULL, s->cols[i].type, -1};
  if (s->res) out->typmod = PQfmod(s->res, i);
}

int64_t pq_rowcount(la_dbstmt *h) { return pq_stmt_of(h)->rowcount; }

size_t pq_set_index(la_dbstmt *h) { return pq_stmt_of(h)->set; }
