/* instances.h - the loops over objects: those of a flush, and of what comes after it. */
#ifndef LA_BIND_INSTANCES_H
#define LA_BIND_INSTANCES_H

#include "bind/compat.h"

void la_open_instances(lua_State *L, int core);
void la_open_settle(lua_State *L, int core);

#endif
