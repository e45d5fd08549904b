/* orm.h - what the ORM has in C. */
#ifndef LA_BIND_ORM_H
#define LA_BIND_ORM_H

#include "bind/compat.h"

void la_open_orm(lua_State *L, int core);
void la_open_load(lua_State *L, int core);

#endif
