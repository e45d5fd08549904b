/* rest.h - Lua's collector while many rows are read: at rest, for all that is made then stays. */
#ifndef LA_BIND_REST_H
#define LA_BIND_REST_H

#include "bind/compat.h"
#include "engine/connection.h"

/* Calls fn with what is on the stack, its arguments, with the collector at rest if it runs; answers as fn does. */
int la_at_rest(lua_State *L, la_connection *conn, lua_CFunction fn);
/* Before anything else than rows is made for the connection: the collector is not at rest any longer. */
void la_wake(lua_State *L, la_connection *conn);

#endif
