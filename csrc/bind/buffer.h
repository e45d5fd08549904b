/* buffer.h - an la_buf that a Lua error cannot leak: it hangs from a userdata. */
#ifndef LA_BIND_BUFFER_H
#define LA_BIND_BUFFER_H

#include "base/buf.h"
#include "bind/compat.h"

/* An empty buffer, pushed as a userdata. */
la_buf *la_buffer_new(lua_State *L);
/* Pushes what b holds as a string, frees it and returns 1; raises when memory was out. */
int la_buffer_push(lua_State *L, la_buf *b);

#endif
