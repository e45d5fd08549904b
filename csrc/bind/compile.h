/* compile.h - dialects and compiled statements in Lua. */
#ifndef LA_BIND_COMPILE_H
#define LA_BIND_COMPILE_H

#include "bind/compat.h"
#include "compile/compile.h"

/* The dialect at idx, borrowed; raises if there is none. */
la_dialect_inst *la_test_dialect(lua_State *L, int idx);
la_dialect_inst *la_check_dialect(lua_State *L, int idx);
void la_push_dialect(lua_State *L, la_dialect_inst *d);
/* The compiled statement at idx, borrowed; raises if there is none. */
la_compiled *la_check_compiled(lua_State *L, int idx);

void la_open_dialect(lua_State *L, int core);
void la_open_compile(lua_State *L, int core);
void la_open_compiled_info(lua_State *L, int core);

#endif
