/* json.h - JSON for Lua. */
#ifndef LA_BIND_JSON_H
#define LA_BIND_JSON_H

#include "bind/compat.h"

/* core.json_encode(value), core.json_decode(text), core.json_array(table). */
void la_open_json(lua_State *L, int core);

#endif
