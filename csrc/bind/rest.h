/* rest.h - Lua's collector while many rows are read: at rest, for all that is made then stays. */
#ifndef LA_BIND_REST_H
#define LA_BIND_REST_H

#include "bind/compat.h"
#include "engine/connection.h"

/* So many rows are read while the collector works as it does; it rests for those behind them. That pays soon for
 * LuaJIT, where strings that it has not taken away make the search for each new one longer, and for the generations of
 * Lua 5.4, where a chunk that is dead before the next one is read is never walked through. The incremental ones keep up
 * longest. */
#if LUA_VERSION_NUM == 502 || LUA_VERSION_NUM == 503
enum { LA_REST_AFTER = 10000 };
#else
enum { LA_REST_AFTER = 500 };
#endif

/* Calls fn with what is on the stack, its arguments, with the collector at rest if it runs; answers as fn does. */
int la_at_rest(lua_State *L, la_connection *conn, lua_CFunction fn);
/* Before rows are read for the connection, and anything made for them: the collector does what earlier ones left it to
 * do, if it is time. */
void la_settle_rest(lua_State *L, la_connection *conn);
/* The table on the stack is what the next rows are given in. */
void la_watch_rest(lua_State *L);
/* Are such tables given up before the next rows are read, as a loop does that the collector works before each time? */
bool la_is_rest_left(lua_State *L);
/* Before anything else than rows is made for the connection: the collector is not at rest any longer. */
void la_wake(lua_State *L, la_connection *conn);

#endif
