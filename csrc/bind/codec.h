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
/* Makes *v what the database takes for bind i. */
int la_codec_encode(const la_codec *c, uint32_t i, la_value *v, la_error *err);
/* Type hints for the placeholders, la_alloc'ed; *out is NULL if there are none. */
int la_codec_hints(uint8_t **out, const la_codec *c, const la_positions *pos, la_error *err);
/* Pushes the cell of column i (0 based), converted. */
int la_codec_push(lua_State *L, const la_codec *c, int i, la_cell *cell, la_error *err);
/* Pushes a cell as it is. */
void la_push_cell(lua_State *L, const la_cell *cell);

void la_open_codec(lua_State *L, int core);

#endif
