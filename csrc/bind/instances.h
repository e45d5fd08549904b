/* instances.h - the loops over the objects of a flush. */
#ifndef LA_BIND_INSTANCES_H
#define LA_BIND_INSTANCES_H

#include "bind/compat.h"

void la_open_instances(lua_State *L, int core);

#endif
