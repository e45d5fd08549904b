/* instances.h - the loops over objects: those of a flush, and of what comes after it. */
#ifndef LA_BIND_INSTANCES_H
#define LA_BIND_INSTANCES_H

#include "bind/compat.h"

/* Is the mapper of the state at that index the one at the other? Where there is none (false) any is. */
bool la_is_of_mapper(lua_State *L, int state, int mapper);

/* Pushes a new object with the columns of the table on top of the stack and answers 1; 0: it has more than plain
 * columns. The running function has the upvalues of a maker (instances.c). */
int la_make_instance(lua_State *L);
/* Is the identity on the stack a raw one of orm/identity.lua? */
bool la_is_raw_identity(lua_State *L);

void la_open_instances(lua_State *L, int core);
void la_open_instance_sets(lua_State *L, int core);
void la_open_instance_access(lua_State *L, int core);
void la_open_settle(lua_State *L, int core);

#endif
