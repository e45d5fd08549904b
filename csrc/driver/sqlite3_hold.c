/* sqlite3_hold.c - unread rows, taken into memory.
 *
 * They keep a lock: beyond the end of a transaction, or on a table to drop. Python
 * frees a result that nobody refers to at once, Lua does not: so they are taken
 * into memory before a transaction begins or ends, and when a lock is in the way. */
#include "base/mem.h"
#include "driver/sqlite3_impl.h"

/* Room for one more row. */
static la_cell *add_row(lite_stmt *s, size_t *room) {
  size_t ncols = (size_t)s->ncols, grown = *room ? *room * 2 : 64;
  if (s->nheld == *room) {
    la_cell *cells = la_realloc(s->held, grown * ncols * sizeof *cells);
    if (!cells) return NULL;
    s->held = cells;
    *room = grown;
  }
  return s->held + s->nheld++ * ncols;
}

static int keep_bytes(lite_stmt *s, la_cell *c) {
  if (c->tag != LA_V_TEXT && c->tag != LA_V_BLOB) return 0;
  c->u.s.p = la_arena_copy(&s->arena, c->u.s.p, c->u.s.n);
  return c->u.s.p ? 0 : -1;
}

static int hold_row(lite_stmt *s, size_t *room, la_error *err) {
  la_cell *row = add_row(s, room);
  if (!row) return la_fail_memory(err);
  for (int i = 0; i < s->ncols; i++) {
    if (lite_value(&s->head, i, &row[i], err)) return -1;
    if (keep_bytes(s, &row[i])) return la_fail_memory(err);
  }
  return 0;
}

/* The row that the statement stands on is the first: its holder may not have read it yet. */
int lite_hold(la_dbstmt *h, la_error *err) {
  lite_stmt *s = lite_stmt_of(h);
  if (s->state != LITE_RUNNING || s->script || !h->conn) return 0;
  size_t room = 0, current = s->on_id || sqlite3_data_count(s->st) > 0;
  la_step st = LA_STEP_ROW;
  s->ncols = lite_ncols(h);
  if (!current) st = lite_step(h, err);
  while (st == LA_STEP_ROW && !hold_row(s, &room, err)) st = lite_step(h, err);
  if (st != LA_STEP_DONE) lite_reset(h);
  s->at = current;
  s->state = st == LA_STEP_DONE ? LITE_HELD : LITE_LOST;
  return st == LA_STEP_DONE ? 0 : -1;
}

bool lite_hold_others(lite_stmt *s, bool streams) {
  lite_conn *c = lite_conn_of(s->head.conn);
  bool ok = !c->holding;
  if (!ok) return false;
  c->holding = true;
  for (la_dbstmt *h = c->head.stmts; ok && h; h = h->next) {
    bool skip = h == &s->head || (!streams && (lite_stmt_of(h)->flags & LA_SQL_STREAM));
    ok = skip || !lite_hold(h, NULL);
  }
  c->holding = false;
  return ok;
}
