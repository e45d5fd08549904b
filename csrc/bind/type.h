/* type.h - the list of types for Lua. */
#ifndef LA_BIND_TYPE_H
#define LA_BIND_TYPE_H

#include "bind/compat.h"

void la_open_type(lua_State *L, int core);

#endif
