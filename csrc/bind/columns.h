/* columns.h - t.c as a Lua userdata. */
#ifndef LA_BIND_COLUMNS_H
#define LA_BIND_COLUMNS_H

#include "bind/compat.h"

void la_open_columns(lua_State *L, int core);

#endif
