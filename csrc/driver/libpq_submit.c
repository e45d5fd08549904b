/* libpq_submit.c - what is sent for an execution. One command goes by itself; what
 * takes more goes as one pipeline, so that it costs one round trip:
 *
 *     DEALLOCATE … Sync             statements that are finished, outside of transactions
 *     BEGIN                         what the connection was told to send before
 *     SAVEPOINT                     the guard: see below
 *     Parse                         a name, or a batch
 *     DECLARE                       a stream
 *     Execute …                     once, or for each set of a batch
 *     RELEASE Sync
 *
 * The guard: parameters whose type is left to the server's inference may turn out to
 * have none ("$1 IS NULL"), which fails and would end the transaction. The first
 * time that such a statement runs in one, a savepoint goes before it, and it is
 * tried again with a type given. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "driver/libpq_impl.h"

enum {
  UNANSWERED_ARRAYS = PQ_ARRAYS_NOTED / 2,
  UNANSWERED = 512,
  ROUND_BYTES = 1 << 18,
  DEALLOCATIONS = 16,
  NAME = 24
};

static const char *statement_name(char name[NAME], unsigned number) {
  if (!number) return "";
  snprintf(name, NAME, "la_%u", number);
  return name;
}

static int sent(pq_conn *c, int ok, pq_command cmd, la_error *err) {
  if (!ok) return pq_fail_lost(c, err);
  pq_expect(c, cmd);
  return 0;
}

static int send_sync(pq_conn *c, la_error *err) { return sent(c, PQpipelineSync(c->pg), PQ_CMD_SYNC, err); }

int pq_send_text(pq_conn *c, const char *sql, pq_command cmd, int format, la_error *err) {
  return sent(c, PQsendQueryParams(c->pg, sql, 0, NULL, NULL, NULL, NULL, format), cmd, err);
}

/* ---- parts ---- */

static bool same_types(const pq_stmt *s) {
  return s->types && !memcmp(s->types, s->params.types, s->head.nparams * sizeof *s->types);
}

/* What was known of the statement holds for its former parameters only. */
static int note_types(pq_conn *c, pq_stmt *s, la_error *err) {
  if (same_types(s)) return 0;
  if (!s->types) s->types = la_alloc((s->head.nparams + 1) * sizeof *s->types);
  if (!s->types) return la_fail_memory(err);
  memcpy(s->types, s->params.types, s->head.nparams * sizeof *s->types);
  pq_mark_dead(c, s->number);
  pq_arrays_forget(s, c);
  s->number = 0;
  s->prepared = s->proven = false;
  return 0;
}

int pq_result_format(const pq_conn *c, const pq_stmt *s) {
  int32_t offset;
  return s->typed && s->binary && (!s->zoned || pq_zone_of(c, &offset));
}

static int send_deallocations(pq_conn *c, la_error *err) {
  char sql[NAME + 16];
  for (int i = 0; c->ndead && i < DEALLOCATIONS; i++) {
    snprintf(sql, sizeof sql, "DEALLOCATE la_%u", c->dead[--c->ndead]);
    if (pq_send_text(c, sql, PQ_CMD_DEALLOCATE, 0, err)) return -1;
  }
  return send_sync(c, err);
}

static int send_prepare(pq_conn *c, pq_stmt *s, la_error *err) {
  char name[NAME];
  const pq_params *p = &s->params;
  int ok = PQsendPrepare(c->pg, statement_name(name, s->number), s->sql, (int)p->n, p->types);
  return sent(c, ok, PQ_CMD_PREPARE, err);
}

static int send_prepared(pq_conn *c, pq_stmt *s, la_error *err) {
  char name[NAME];
  const pq_params *p = &s->params;
  int ok = PQsendQueryPrepared(c->pg, statement_name(name, s->number), (int)p->n, p->values, p->lengths, p->formats,
                               pq_result_format(c, s));
  return sent(c, ok, PQ_CMD_EXECUTE, err);
}

static int send_unprepared(pq_conn *c, pq_stmt *s, const char *sql, pq_command cmd, la_error *err) {
  const pq_params *p = &s->params;
  int ok =
      PQsendQueryParams(c->pg, sql, (int)p->n, p->types, p->values, p->lengths, p->formats, pq_result_format(c, s));
  return sent(c, ok, cmd, err);
}

static int send_declare(pq_conn *c, pq_stmt *s, la_error *err) {
  la_buf sql = LA_BUF_INIT;
  s->cursor = ++c->names;
  la_buf_printf(&sql, "DECLARE la_%u NO SCROLL CURSOR FOR ", s->cursor);
  la_buf_add(&sql, s->sql, s->len);
  const char *text = la_buf_cstr(&sql);
  int rc = text ? send_unprepared(c, s, text, PQ_CMD_DECLARE, err) : la_fail_memory(err);
  la_buf_free(&sql);
  return rc ? -1 : pq_send_fetch(c, s, err);
}

/* ---- batches ---- */

static size_t round_bytes(const pq_params *p) {
  size_t n = 64;
  for (uint32_t i = 0; i < p->n; i++) n += p->values[i] ? (size_t)p->lengths[i] : 0;
  return n;
}

/* The next set of a batch; its types may differ from those of the one before. */
static int send_set(pq_conn *c, pq_stmt *s, size_t *bytes, la_error *err) {
  const la_value *set = s->sets + s->nsent * s->head.nparams;
  s->set = s->nsent;
  if (pq_encode(&s->params, set, s->hints, s->fallback, true, err)) return -1;
  bool known = s->nsent && same_types(s);
  if (!known && s->nsent && note_types(c, s, err)) return -1;
  if (!known && !(s->number && s->prepared) && send_prepare(c, s, err)) return -1;
  *bytes += round_bytes(&s->params);
  s->nsent++;
  return send_prepared(c, s, err);
}

/* Sets as arrays, which the server may work at from now on. */
static int send_arrays(pq_conn *c, pq_stmt *s, la_error *err) {
  pq_arrays *a = s->bulk;
  char name[NAME];
  const char *of = statement_name(name, a->number);
  int n = (int)s->head.nparams;
  bool parse = !a->nsent && !a->prepared;
  if (pq_arrays_encode(s, err)) return -1;
  if (parse && sent(c, PQsendPrepare(c->pg, of, a->text->s, n, a->types), PQ_CMD_PREPARE, err)) return -1;
  int ok = PQsendQueryPrepared(c->pg, of, n, a->values, a->lengths, a->formats, pq_result_format(c, s));
  return sent(c, ok, PQ_CMD_EXECUTE, err);
}

static int send_catalogue_question(pq_conn *c, pq_stmt *s, la_error *err) {
  la_buf sql = LA_BUF_INIT;
  pq_arrays_question(s, &sql);
  const char *text = la_buf_cstr(&sql);
  int rc = text ? pq_send_text(c, text, PQ_CMD_TYPES, 0, err) : la_fail_memory(err);
  la_buf_free(&sql);
  return rc;
}

/* Asks what the server takes the parameters for; then, for the arrays of these types. */
static int send_question(pq_conn *c, pq_stmt *s, la_error *err) {
  if (s->bulk->described) return send_catalogue_question(c, s, err);
  int ok = PQsendPrepare(c->pg, "", s->sql, (int)s->params.n, s->params.types);
  if (sent(c, ok, PQ_CMD_PREPARE, err)) return -1;
  return sent(c, PQsendDescribePrepared(c->pg, ""), PQ_CMD_DESCRIBE, err);
}

/* The end of what an execution sends. */
static int send_end(pq_conn *c, pq_stmt *s, la_error *err) {
  s->synced = true;
  if (s->guarded && !s->failed && pq_send_text(c, "RELEASE SAVEPOINT la_guard", PQ_CMD_RELEASE, 0, err)) return -1;
  return send_sync(c, err);
}

/* As long as the server has few of them before it and the socket takes what it is given. */
static int feed_arrays(pq_conn *c, pq_stmt *s, la_error *err) {
  while (s->nsent < s->nsets && s->bulk->nsent - s->nanswered < UNANSWERED_ARRAYS) {
    if (s->nsent && PQflush(c->pg)) return 0;
    if (send_arrays(c, s, err)) return -1;
    if (s->nsent == s->nsets) return send_end(c, s, err);
    if (!PQsendFlushRequest(c->pg)) return pq_fail_lost(c, err);
  }
  return 0;
}

static bool may_feed(const pq_conn *c, const pq_stmt *s) {
  return s->nsent < s->nsets && s->nsent - s->nanswered < UNANSWERED && c->nexpected < PQ_RUNS - 6;
}

int pq_feed(pq_conn *c, pq_stmt *s, la_error *err) {
  if (!s->many || s->synced) return 0;
  if (s->failed) return send_end(c, s, err);
  if (s->by_arrays) return feed_arrays(c, s, err);
  if (s->nsent && (s->nsent - s->nanswered > UNANSWERED / 2 || PQflush(c->pg) != 0)) return 0;
  size_t bytes = 0;
  while (may_feed(c, s) && bytes < ROUND_BYTES)
    if (send_set(c, s, &bytes, err)) return -1;
  if (s->nsent == s->nsets) return send_end(c, s, err);
  return PQsendFlushRequest(c->pg) ? 0 : pq_fail_lost(c, err);
}

/* ---- all together ---- */

/* Is there a transaction, or will there be one when what goes before has run? */
static bool in_transaction(const pq_conn *c) { return c->head.before || PQtransactionStatus(c->pg) == PQTRANS_INTRANS; }

/* What goes before is the same text each time: the connection's opening. */
static int name_opening(pq_conn *c, la_error *err) {
  if (c->opened && !strcmp(c->opening, c->before)) return 0;
  if (c->opened) pq_mark_dead(c, c->opening_number);
  /* one whose answer never came may be there or not: its number is not taken again */
  c->opened = false;
  la_free(c->opening);
  c->opening = pq_copy_text(c->before);
  c->opening_number = ++c->names;
  return c->opening ? 0 : la_fail_memory(err);
}

static int send_opening(pq_conn *c, la_error *err) {
  char name[NAME];
  statement_name(name, c->opening_number);
  if (!c->opened && sent(c, PQsendPrepare(c->pg, name, c->opening, 0, NULL), PQ_CMD_BEFORE, err)) return -1;
  return sent(c, PQsendQueryPrepared(c->pg, name, 0, NULL, NULL, NULL, 0), PQ_CMD_BEFORE, err);
}

static int send_before(pq_conn *c, la_error *err) {
  c->before = c->head.before;
  c->head.before = NULL;
  if (c->prepare_threshold < 0) return pq_send_text(c, c->before, PQ_CMD_BEFORE, 0, err);
  return name_opening(c, err) ? -1 : send_opening(c, err);
}

/* Several statements in one text cannot be part of a pipeline: what goes before is the first of them. */
static int submit_script(pq_conn *c, pq_stmt *s, la_error *err) {
  if (!c->head.before) return sent(c, PQsendQuery(c->pg, s->sql), PQ_CMD_EXECUTE, err);
  la_buf sql = LA_BUF_INIT;
  la_buf_printf(&sql, "%s;", c->head.before);
  la_buf_add(&sql, s->sql, s->len);
  const char *text = la_buf_cstr(&sql);
  int rc = text ? sent(c, PQsendQuery(c->pg, text), PQ_CMD_EXECUTE, err) : la_fail_memory(err);
  if (text) c->head.before = NULL;
  la_buf_free(&sql);
  return rc;
}

static bool wants_name(const pq_conn *c, const pq_stmt *s) {
  if (s->flags & (LA_SQL_SIMPLE | LA_SQL_SCRIPT | LA_SQL_STREAM) || c->prepare_threshold < 0) return false;
  return s->number || s->executed >= (unsigned)c->prepare_threshold;
}

static int send_guard(pq_conn *c, pq_stmt *s, la_error *err) {
  if (s->undo) return pq_send_text(c, "ROLLBACK TO SAVEPOINT la_guard", PQ_CMD_SAVEPOINT, 0, err);
  return pq_send_text(c, "SAVEPOINT la_guard", PQ_CMD_SAVEPOINT, 0, err);
}

static int submit_pipeline(pq_conn *c, pq_stmt *s, bool prepare, bool stream, la_error *err) {
  if (!PQenterPipelineMode(c->pg)) return pq_fail_lost(c, err);
  if (c->ndead && PQtransactionStatus(c->pg) == PQTRANS_IDLE && send_deallocations(c, err)) return -1;
  if (c->head.before && send_before(c, err)) return -1;
  if (s->guarded && send_guard(c, s, err)) return -1;
  s->synced = false;
  if (s->asking) return send_question(c, s, err) ? -1 : send_end(c, s, err);
  if (s->many) return pq_feed(c, s, err);
  if (prepare && send_prepare(c, s, err)) return -1;
  int rc = stream      ? send_declare(c, s, err)
           : s->number ? send_prepared(c, s, err)
                       : send_unprepared(c, s, s->sql, PQ_CMD_EXECUTE, err);
  return rc ? -1 : send_end(c, s, err);
}

/* One statement without parameters that is not worth more than one message: COMMIT. */
static bool is_plain(const pq_stmt *s) {
  return s->flags & LA_SQL_SIMPLE && !s->head.nparams && !memchr(s->sql, ';', s->len);
}

static int submit_single(pq_conn *c, pq_stmt *s, la_error *err) {
  if (is_plain(s)) return sent(c, PQsendQuery(c->pg, s->sql), PQ_CMD_EXECUTE, err);
  int rc = s->number ? send_prepared(c, s, err) : send_unprepared(c, s, s->sql, PQ_CMD_EXECUTE, err);
  s->single = !rc && s->flags & LA_SQL_STREAM && PQsetSingleRowMode(c->pg);
  return rc;
}

void pq_begin_work(pq_conn *c, pq_stmt *s) {
  if (c->hidden && PQtransactionStatus(c->pg) != PQTRANS_INERROR) pq_hide(c, NULL);
  c->running = s;
  c->nexpected = 0;
  c->unpolled = true;
  s->state = PQ_SENT;
  s->delivering = s->single = s->absorbing = false;
  s->fetched = 0;
  s->nsent = s->nanswered = 0;
  if (s->bulk) s->bulk->nsent = 0;
}

/* What is known of a statement holds as long as nothing was altered. */
static void renew(pq_conn *c, pq_stmt *s) {
  if (PQtransactionStatus(c->pg) == PQTRANS_IDLE) c->altered = false;
  if (!s->prepared) s->number = 0;
  if (s->schema == c->schema) return;
  if (s->prepared) pq_mark_dead(c, s->number);
  pq_arrays_forget(s, c);
  s->number = 0;
  s->prepared = s->typed = false;
  s->schema = c->schema;
}

/* How the sets go: as arrays, if that can be, once it is known what the server takes the parameters for. */
static int begin_many(pq_conn *c, pq_stmt *s, la_error *err) {
  s->by_arrays = s->by_arrays && pq_arrays_suit(s);
  if (!s->by_arrays && pq_encode(&s->params, s->sets, s->hints, s->fallback, true, err)) return -1;
  if (note_types(c, s, err)) return -1;
  s->asking = s->by_arrays && !s->bulk->known;
  if (s->asking || !s->by_arrays || s->bulk->usable) return 0;
  s->by_arrays = false;
  return pq_encode(&s->params, s->sets, s->hints, s->fallback, true, err);
}

/* Statements get names once they are known to come again. */
static void give_name(pq_conn *c, pq_stmt *s) {
  unsigned *number = s->by_arrays ? &s->bulk->number : &s->number;
  if (wants_name(c, s) && !s->asking && !*number) *number = ++c->names;
}

int pq_submit(pq_conn *c, pq_stmt *s, la_error *err) {
  pq_begin_work(c, s);
  renew(c, s);
  if (s->flags & LA_SQL_SCRIPT) return submit_script(c, s, err);
  if (s->many ? begin_many(c, s, err) : note_types(c, s, err)) return -1;
  bool stream = s->flags & LA_SQL_STREAM && (in_transaction(c) || s->undo);
  bool prepare = wants_name(c, s) && !s->number && !s->many;
  give_name(c, s);
  s->guarded = s->undo || (in_transaction(c) && s->params.untyped && !s->proven);
  bool dead = c->ndead && PQtransactionStatus(c->pg) == PQTRANS_IDLE;
  bool pipeline = dead || stream || prepare || s->many || s->guarded || c->head.before;
  return pipeline ? submit_pipeline(c, s, prepare, stream, err) : submit_single(c, s, err);
}
