/* driver_module.c - a driver as a Lua module: require "lualchemy.driver.<name>" gives
 * the la_driver as light userdata, for core.register_driver. Compiled once for each
 * driver, with LA_DRIVER set to its name. */
#include "bind/compat.h"
#include "engine/driver.h"

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define DRIVER PASTE(la_driver_, LA_DRIVER)
#define OPEN PASTE(luaopen_lualchemy_driver_, LA_DRIVER)

const la_driver *DRIVER(void);
__attribute__((visibility("default"))) int OPEN(lua_State *L);

int OPEN(lua_State *L) {
  lua_pushlightuserdata(L, (void *)(uintptr_t)DRIVER());
  return 1;
}
