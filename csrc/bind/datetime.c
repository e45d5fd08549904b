#include "bind/values.h"
void la_open_datetime(lua_State *L, int core) { (void)L; (void)core; }
