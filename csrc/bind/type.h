/* type.h - types for Lua: their list, and their conversions of values. */
#ifndef LA_BIND_TYPE_H
#define LA_BIND_TYPE_H

#include "bind/compat.h"

void la_open_type(lua_State *L, int core);
void la_open_type_value(lua_State *L, int core);

#endif
