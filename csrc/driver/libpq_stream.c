/* libpq_stream.c - the rows of a cursor, some at a time. While those at hand are read to their end the server makes the
 * next ones, one FETCH ahead. Another request that comes meanwhile waits until these are here. If they fail their
 * reader is told when it comes to them, and whoever commits the transaction before.
 */
#include <stdio.h>

#include "driver/libpq_impl.h"

/* More are not fetched at once: they would have to be waited for. */
enum { MOST = 1000 };

/* ---- fetching ---- */

int pq_send_fetch(pq_conn *c, pq_stmt *s, la_error *err) {
  char sql[64];
  s->asked = s->chunk && s->chunk < MOST ? s->chunk : MOST;
  snprintf(sql, sizeof sql, "FETCH FORWARD %u FROM la_%u", s->asked, s->cursor);
  return pq_send_text(c, sql, PQ_CMD_EXECUTE, pq_result_format(c, s), err);
}

int pq_submit_fetch(pq_conn *c, pq_stmt *s, la_error *err) {
  pq_begin_work(c, s);
  return pq_send_fetch(c, s, err);
}

int pq_submit_close(pq_conn *c, pq_stmt *s, la_error *err) {
  char sql[40];
  pq_begin_work(c, s);
  snprintf(sql, sizeof sql, "CLOSE la_%u", s->cursor);
  s->cursor = 0;
  return pq_send_text(c, sql, PQ_CMD_RELEASE, 0, err);
}

/* ---- ahead of the reader ---- */

static bool may_go_ahead(pq_conn *c, const pq_stmt *s) {
  if (s->rest || s->fetched < s->asked || s->head.wanted < (uint32_t)(s->nrows - s->row)) return false;
  return c->phase == PQ_READY && !c->running && !pq_is_cancelling(c) && PQtransactionStatus(c->pg) == PQTRANS_INTRANS;
}

int pq_go_ahead(pq_conn *c, pq_stmt *s, la_error *err) {
  if (!may_go_ahead(c, s)) return 0;
  if (pq_submit_fetch(c, s, err)) return -1;
  s->state = PQ_AHEAD;
  return 0;
}

bool pq_may_absorb(const pq_conn *c) { return c->running && (c->running->state == PQ_AHEAD || c->running->absorbing); }

la_step pq_absorb(pq_conn *c, la_error *err) {
  pq_stmt *s = c->running;
  s->absorbing = true;
  while (c->running == s) {
    if (pq_late(c, err) == LA_STEP_FAIL) return LA_STEP_FAIL;
    la_step st = pq_pump(c, err);
    if (st != LA_STEP_DONE) return st;
    if (pq_take_result(c, s, err) == LA_STEP_FAIL) return LA_STEP_FAIL;
  }
  s->absorbing = false;
  return LA_STEP_DONE;
}

int pq_take_rest(pq_stmt *s, la_error *err) {
  PGresult *rest = s->rest;
  s->rest = NULL;
  if (!rest) return 0;
  return pq_take_rows(s, rest, err) ? -1 : 1;
}

void pq_hide(pq_conn *c, PGresult *res) {
  PQclear(c->hidden);
  c->hidden = res;
}
