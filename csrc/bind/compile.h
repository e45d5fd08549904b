/* compile.h - dialects and compiled statements in Lua. */
#ifndef LA_BIND_COMPILE_H
#define LA_BIND_COMPILE_H

#include "bind/compat.h"
#include "compile/compile.h"

/* The dialect at idx, borrowed; raises if there is none. */
la_dialect_inst *la_check_dialect(lua_State *L, int idx);
/* The compiled statement at idx, borrowed; raises if there is none. */
la_compiled *la_check_compiled(lua_State *L, int idx);
/* What Lua does for the compiler; valid as long as the state. */
const la_host *la_host_of(lua_State *L);

void la_open_dialect(lua_State *L, int core);
void la_open_compile(lua_State *L, int core);
void la_open_compiled_info(lua_State *L, int core);

#endif
