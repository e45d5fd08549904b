/* foreign.h - handles on Lua values that the core can carry (la_foreign).
 *
 * A handle keeps its Lua value in the registry of the state that made it. When
 * the core drops the last reference, perhaps on another thread or after the
 * state was closed, the value is released the next time that the state makes a
 * handle.
 */
#ifndef LA_BIND_FOREIGN_H
#define LA_BIND_FOREIGN_H

#include "base/value.h"
#include "bind/compat.h"

/* A new handle, count 1, on the value at idx; raises when memory is out. */
la_foreign *la_foreign_new(lua_State *L, int idx);
/* Pushes the value of f: nil if f is NULL or belongs to another Lua state. */
void la_push_foreign(lua_State *L, const la_foreign *f);

#endif
