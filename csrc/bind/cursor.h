/* cursor.h - one execution of a compiled statement, for the files that bind
 * parameters to it and read its rows. */
#ifndef LA_BIND_CURSOR_H
#define LA_BIND_CURSOR_H

#include "bind/compat.h"
#include "bind/connection.h"
#include "bind/recipe.h"
#include "engine/stmt_cache.h"

enum { LA_EXEC_FEW = 4 };

typedef struct la_exec {
  la_cursor *cur;          /* NULL: not sent yet, or closed */
  la_connection *conn;     /* from send on, until it is closed */
  la_entry *entry;         /* NULL: raw SQL */
  const la_recipe *recipe; /* of the entry, or of the info that `use` was given */
  int info;                /* reference to the latter, or LUA_NOREF */
  la_node *stmt;           /* NULL: the entry's own */
  la_node **stmt_binds;    /* gathered when first asked for */
  uint32_t nstmt_binds;
  la_value few[LA_EXEC_FEW], *values; /* sets of nbinds */
  size_t nsets, cap, nowned;
  la_arena texts;   /* those of values, where there are many sets */
  la_value *params; /* what is sent, borrowed from values, where the placeholders are not in their order; or NULL */
  la_positions positions;
  la_str *sql;
  uint32_t raw_n;         /* without entry: values of a set */
  unsigned raw_flags;     /* LA_SQL_ */
  size_t batch_at, batch; /* the sets that are sent now, batch 0: all, one by one */
  bool has_row, done;
  bool due;     /* whether there is a row is to be found out when it is asked for */
  bool many;    /* many sets are bound at once */
  bool fresh;   /* the entry was made for it */
  bool apart;   /* no two sets are of the same row */
  bool ids;     /* the rows are those of la_driver.give_ids, where it has that */
  bool counted; /* the first step has left its counts */
  int64_t rowcount, last_id;
  lua_Integer left;   /* la_exec_rows: so many rows more … */
  lua_Integer beyond; /* … and so many behind these; negative: all */
  lua_Integer drawn;  /* so many rows were read the last time */
  lua_Integer awake;  /* so many rows more are read before the collector rests, of all batches */
} la_exec;

/* Pushes a cursor that is empty yet. */
la_exec *la_exec_new(lua_State *L);
la_exec *la_exec_check(lua_State *L, int idx);
/* Gives up what the execution holds; the statement stays. */
void la_exec_close(la_exec *c);
/* Gives up the values that are bound. */
void la_exec_unbind(la_exec *c);
/* Binds the table of names at `set` (0: what the statement itself gives) where that calls no function and fails in
 * nothing; else nothing is bound. */
bool la_exec_bind_plain(lua_State *L, la_exec *c, int set);
/* Room for n more values; raises when memory is out. */
void la_exec_grow(lua_State *L, la_exec *c, size_t n);
/* The value on the stack becomes the next one. */
void la_exec_add(lua_State *L, la_exec *c);
/* Pushes the value that the statement itself gives to bind i: through its callable if it has one. group: which of many
 * sets asks, for the message where there is none; or -1. */
void la_exec_own_value(lua_State *L, la_exec *c, uint32_t i, int group);
/* Pushes column i of the current row (0 based), decoded; processors: stack index of info.result, or 0. 1: it is nil. */
int la_exec_push_cell(lua_State *L, la_exec *c, int i, int processors, la_error *e);
/* The same in the place of what is on the stack, which is what the value will likely be: an equal text is not made
 * again then. *same: it was one. */
int la_exec_push_likely(lua_State *L, la_exec *c, int i, int processors, bool *same, la_error *e);
/* The current row's ncols columns, the first way, into the table at idx, which is empty yet. */
int la_exec_fill_row(lua_State *L, la_exec *c, int idx, int ncols, int processors, la_error *e);
la_step la_exec_step(lua_State *L, la_exec *c, bool wait, la_error *e);
/* The same for a reader that has taken a row; left: as `left` was with that row. The row behind the last one that is
 * asked for is not sought where the database would have to be asked for it. */
la_step la_exec_next(lua_State *L, la_exec *c, bool wait, lua_Integer left, la_error *e);
/* Finds out what is due; wanted: so many rows are to be read, negative: all. */
la_step la_exec_settle_due(lua_State *L, la_exec *c, bool wait, lua_Integer wanted, la_error *e);
/* Calls fn, a reader, for at most max rows (negative: all) with what is on the stack, where the argument at `wait` says
 * whether C waits, and a new table as its arguments; answers as fn does. A reader reads while there is a row and `left`
 * is not 0, adds what it makes to the table, notes in `drawn` how much that has then, and answers it and la_push_step.
 * After some rows it is called again, with the collector at rest. */
int la_exec_rows(lua_State *L, la_exec *c, lua_Integer max, int wait, lua_CFunction fn);
/* Tables for the rows to come, made some at a time. Between two of them nothing else is made then but the strings of
 * rows: these lie closer together, and so do those that each new one must be compared with. */
typedef struct la_blanks {
  int base; /* the tables lie above it, and all else that is pushed between two rows above these */
  int size; /* their elements */
  int meta; /* stack index of their metatable, or 0 */
  int at, end;
} la_blanks;

enum { LA_BLANKS_STACK = 20 }; /* slots that are free above the tables */

/* Where the next table is. used: so many were needed before, left: as in la_exec. */
int la_blank(lua_State *L, la_blanks *b, int used, lua_Integer left);
/* Pushes the reference's value, if there is one; where it is, or 0. */
int la_exec_push_ref(lua_State *L, int ref);

/* The n numbers at idx; -1 for a name. */
void la_read_slots(lua_State *L, int idx, int *out, uint32_t n);

/* cursor_batch.c: the text of what is sent, and where its placeholders have their values */
int la_exec_text(la_exec *c, la_error *e);
const la_positions *la_exec_positions(const la_exec *c);

/* cursor_bind.c, cursor_one.c, cursor_rows.c, cursor_slots.c, cursor_batch.c: methods of the cursor */
int la_exec_bind(lua_State *L);
int la_exec_one(lua_State *L);
int la_exec_batch(lua_State *L);
int la_exec_at_once(lua_State *L);
int la_exec_failed_set(lua_State *L);
int la_exec_give_ids(lua_State *L);
int la_exec_set_apart(lua_State *L);
int la_exec_bind_slots(lua_State *L);
int la_exec_fetch(lua_State *L);
int la_exec_fetch_slots(lua_State *L);

#endif
