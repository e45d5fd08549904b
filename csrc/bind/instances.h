/* instances.h - the loops over objects: those of a flush, and of what comes after it. */
#ifndef LA_BIND_INSTANCES_H
#define LA_BIND_INSTANCES_H

#include "bind/compat.h"

/* Is the mapper of the state at that index the one at the other? Where there is none (false) any is. */
bool la_is_of_mapper(lua_State *L, int state, int mapper);

void la_open_instances(lua_State *L, int core);
void la_open_instance_sets(lua_State *L, int core);
void la_open_instance_access(lua_State *L, int core);
void la_open_settle(lua_State *L, int core);

#endif
