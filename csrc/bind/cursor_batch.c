/* cursor_batch.c - an INSERT of many sets of parameters, some of them at a time as one statement.
 *
 *   cursor:batch(first, n)   from now on the cursor is the statement of those sets: one text with n rows; sql(),
 * parameters() and send() are of it. n 1: the text as it was compiled cursor:batch()           it is all sets again,
 * for who asks for text and parameters; the rows of a batch are gone
 *   cursor:set_apart()       no two of its sets are of the same row: they may go as one statement, too
 *   cursor:at_once(connection, page)   its sets go in one conversation, though in batches they would be of so many:
 * true; or nothing, where they cannot
 *   cursor:failed_set()      the number of the set that failed, or of one that went with it
 *   cursor:give_ids()        the rows of its sets, of which there are several, are the ids that the database made,
 * where connection:gives_ids()
 */
#include "base/mem.h"
#include "bind/cursor.h"
#include "bind/raise.h"

int la_exec_batch(lua_State *L) {
  la_exec *c = la_exec_check(L, 1);
  size_t first = (size_t)luaL_optinteger(L, 2, 1), n = (size_t)luaL_optinteger(L, 3, 0);
  if (!c->entry || !first || first + n > c->nsets + 1)
    return la_raise_exc(L, LA_EXC_InvalidRequestError, "batch: there are no such sets of parameters");
  la_cursor_close(c->cur);
  c->cur = NULL;
  c->has_row = c->due = c->done = c->counted = false;
  la_free(c->params);
  c->params = NULL;
  if (n != c->batch) {
    la_str_release(c->sql);
    c->sql = NULL;
    la_positions_free(&c->positions);
  }
  c->batch_at = first - 1;
  c->batch = n;
  return 0;
}

int la_exec_set_apart(lua_State *L) {
  la_exec_check(L, 1)->apart = true;
  return 0;
}

int la_exec_at_once(lua_State *L) {
  la_exec *c = la_exec_check(L, 1);
  const la_connection *conn = la_check_connection(L, 2);
  bool arrays = c->entry && c->entry->arrays && conn->db && conn->db->driver->caps & LA_CAP_ARRAYS;
  if (!arrays || luaL_checkinteger(L, 3) % LA_ARRAY_SETS) return 0;
  c->apart = true;
  lua_pushboolean(L, true);
  return 1;
}

int la_exec_failed_set(lua_State *L) {
  const la_exec *c = la_exec_check(L, 1);
  lua_pushinteger(L, c->cur ? (lua_Integer)c->cur->stmt->driver->set_index(c->cur->stmt) + 1 : 1);
  return 1;
}

int la_exec_give_ids(lua_State *L) {
  la_exec_check(L, 1)->ids = true;
  return 0;
}

const la_positions *la_exec_positions(const la_exec *c) {
  return c->batch < 2 && c->entry->sql ? &c->entry->positions : &c->positions;
}

int la_exec_text(la_exec *c, la_error *e) {
  if (c->sql) return 0;
  if (c->batch < 2 && c->entry->sql) {
    c->sql = la_str_retain(c->entry->sql);
    return 0;
  }
  la_buf b = LA_BUF_INIT;
  const la_compiled *k = c->entry->compiled;
  const la_value *values = c->values ? c->values + c->batch_at * k->nbinds : NULL;
  int rc = c->batch < 2 ? la_compiled_render(&b, &c->positions, k, c->entry->style, values, e)
                        : la_compiled_render_rows(&b, &c->positions, k, c->entry->style, values, (uint32_t)c->batch, e);
  if (!rc && !(c->sql = la_buf_to_str(&b))) rc = la_fail_memory(e);
  la_buf_free(&b);
  return rc;
}
