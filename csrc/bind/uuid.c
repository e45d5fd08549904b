#include "bind/values.h"
void la_open_uuid(lua_State *L, int core) { (void)L; (void)core; }
