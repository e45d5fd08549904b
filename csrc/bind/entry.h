/* entry.h - the statement cache and its entries in Lua. */
#ifndef LA_BIND_ENTRY_H
#define LA_BIND_ENTRY_H

#include "bind/compat.h"
#include "engine/stmt_cache.h"

/* The entry at idx, borrowed; raises if there is none. */
la_entry *la_check_entry(lua_State *L, int idx);

void la_open_entry(lua_State *L, int core);

#endif
