/* schema.h - tables, columns, constraints: the functions of core.schema. */
#ifndef LA_BIND_SCHEMA_H
#define LA_BIND_SCHEMA_H

#include "bind/compat.h"

void la_open_schema(lua_State *L, int core);

#endif
