/* raise.h - errors of the core become Lua error objects.
 *
 * The functions called la_raise do not return. They may only be called where no resource
 * is held outside a userdata: they jump.
 */
#ifndef LA_BIND_RAISE_H
#define LA_BIND_RAISE_H

#include "base/error.h"
#include "bind/compat.h"

/* Pushes *e as an object of its class and clears it. The object is made by the
 * Lua function given to core.on_error(fn): fn(class name, message, fields). */
void la_push_error(lua_State *L, la_error *e);
/* Raises *e as an object of its class and clears it. */
int la_raise(lua_State *L, la_error *e);
/* Raises an error of class exc. */
int la_raise_exc(lua_State *L, la_exc exc, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* ArgumentError: "<function>: argument '<name>' must be <accepted>, got <what is at idx>". */
int la_raise_arg(lua_State *L, const char *function, const char *name, int idx, const char *accepted);

/* Pops a text and tells the function of core.on_warning: fn(text, class); class NULL: SAWarning. */
void la_warn(lua_State *L, const char *class);

void la_open_raise(lua_State *L, int core);

#endif
