/* json_impl.h - shared by the two halves of JSON alone. */
#ifndef LA_BIND_JSON_IMPL_H
#define LA_BIND_JSON_IMPL_H

#include "bind/compat.h"

/* How deep JSON may be nested. */
#define LA_JSON_DEPTH 500

/* Is the table at idx marked as an array? */
bool la_is_json_array(lua_State *L, int idx);
/* Marks the table on top. */
void la_mark_json_array(lua_State *L);

/* encode(value) -> text; decode(text) -> value */
int la_json_encode(lua_State *L);
int la_json_decode(lua_State *L);

#endif
