/* url.h - URLs and connect arguments in Lua. */
#ifndef LA_BIND_URL_H
#define LA_BIND_URL_H

#include "bind/compat.h"
#include "engine/url.h"

/* The URL at idx, borrowed, or NULL. */
la_url *la_test_url(lua_State *L, int idx);
/* The connect arguments at idx (core.conninfo); raises if there are none. */
la_conninfo *la_check_conninfo(lua_State *L, int idx);

void la_open_url(lua_State *L, int core);

#endif
