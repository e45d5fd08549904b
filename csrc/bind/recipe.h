/* recipe.h - how the values of a statement pass, made once for an `info` (engine/prepare.lua) and kept in it: what
 * its executions would otherwise look up each time. */
#ifndef LA_BIND_RECIPE_H
#define LA_BIND_RECIPE_H

#include "bind/codec.h"

typedef struct la_recipe {
  la_codec *codec;   /* borrowed from the info; NULL: all passes as it is */
  la_codec *columns; /* the same; NULL, too, where no column is converted */
  /* References to fields of the info, LUA_NOREF where there is none. */
  int names;     /* of the binds */
  int bind;      /* functions that their values pass through, or false */
  int result;    /* the same for the columns */
  int meta;      /* of the rows */
  bool computed; /* the client computes values of parameters first */
} la_recipe;

/* That of no info. */
extern const la_recipe la_no_recipe;

/* The recipe of the info at idx, as it is now; valid as long as the info. */
const la_recipe *la_recipe_of(lua_State *L, int idx);

void la_open_recipe(lua_State *L, int core);

#endif
