/* connection.h - database connections in Lua. */
#ifndef LA_BIND_CONNECTION_H
#define LA_BIND_CONNECTION_H

#include "bind/compat.h"
#include "engine/connection.h"

/* The connection at idx, borrowed; raises ResourceClosedError if it is closed. */
la_connection *la_check_connection(lua_State *L, int idx);
/* Pushes c (a new reference is taken). */
/* Pushes a userdata that is to have a connection: put a counted one where the answer points. */
la_connection **la_push_no_connection(lua_State *L);
void la_push_connection(lua_State *L, la_connection *c);
/* What a step answered, for Lua: true when it is done (DONE or ROW); false, "r" or "w", descriptor, seconds
 * left (or nil) when it must wait; nil and an error object when it failed. */
int la_push_step(lua_State *L, la_connection *c, la_step step, la_error *e);

/* la_connection_exec, with functions of this Lua in the database. */
int la_run_simple(lua_State *L, la_connection *c, const char *sql, unsigned flags, la_error *e);

void la_open_connection(lua_State *L, int core);
void la_open_pool(lua_State *L, int core);
void la_open_entry(lua_State *L, int core);
void la_open_cursor(lua_State *L, int core);
void la_open_rows(lua_State *L, int core);
void la_open_dbfunction(lua_State *L, int core);

#endif
