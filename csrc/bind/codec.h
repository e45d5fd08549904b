/* codec.h - what C converts by itself between values and the database, decided
 * once for a statement: for each bind how its value is sent, for each column how
 * it is read. */
#ifndef LA_BIND_CODEC_H
#define LA_BIND_CODEC_H

#include "bind/compat.h"
#include "compile/compile.h"
#include "engine/driver.h"

typedef struct la_codec la_codec;

/* The codec at idx, or NULL where there is none: then all passes as it is. */
la_codec *la_check_codec(lua_State *L, int idx);
/* Is any column converted? */
bool la_codec_decodes(const la_codec *c);
/* Is column i (0 based)? */
bool la_codec_decodes_column(const la_codec *c, int i);
/* Makes *v what the database takes for bind i. */
int la_codec_encode(const la_codec *c, uint32_t i, la_value *v, la_error *err);
/* Type hints for the placeholders, la_alloc'ed; *out is NULL if there are none. */
int la_codec_hints(uint8_t **out, const la_codec *c, const la_positions *pos, la_error *err);
/* Pushes the cell of column i (0 based), converted. */
int la_codec_push(lua_State *L, const la_codec *c, int i, la_cell *cell, la_error *err);
/* The same of a value that is made by hand: no number, text or NULL. */
void la_push_made_cell(lua_State *L, const la_cell *cell);

/* Pushes a cell as it is. */
static inline void la_push_cell(lua_State *L, const la_cell *cell) {
  switch (cell->tag) {
    case LA_V_NULL:
    case LA_V_ABSENT: lua_pushnil(L); return;
    case LA_V_BOOL: lua_pushboolean(L, (int)cell->u.i); return;
    case LA_V_INT: la_push_int64(L, cell->u.i); return;
    case LA_V_REAL: lua_pushnumber(L, cell->u.r); return;
    case LA_V_TEXT:
    case LA_V_BLOB: lua_pushlstring(L, cell->u.s.p, cell->u.s.n); return;
    default: la_push_made_cell(L, cell);
  }
}

void la_open_codec(lua_State *L, int core);

#endif
