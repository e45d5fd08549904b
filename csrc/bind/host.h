/* host.h - the functions of users' types, for the compiler (compile/host.h). */
#ifndef LA_BIND_HOST_H
#define LA_BIND_HOST_H

#include "bind/compat.h"
#include "compile/host.h"

/* A host over a Lua state, for the time of one call of the core. */
typedef struct la_lua_host {
  la_host host; /* give &h.host to the core */
  lua_State *L;
  int dialect; /* index on the stack of the dialect as Lua knows it, 0: none */
  bool raised; /* a Lua function raised an error, which waits in the registry */
} la_lua_host;

/* Fills *h. Functions that the binding has elsewhere (custom) are to be set by the caller. */
void la_host_init(la_lua_host *h, lua_State *L, int dialect);
/* After the core failed: raises the error of the Lua function unchanged if there was one (and clears *e), else *e. */
int la_host_raise(la_lua_host *h, la_error *e);
/* Runs fn(L, arg) protected: it may raise. The dialect (or nil) is at index 1 of its stack. 0, or -1 with *e filled. */
int la_host_run(la_lua_host *h, void (*fn)(lua_State *L, void *arg), void *arg, la_error *e);

/* core.on_host{col_spec = fn, load_impl = fn, wrap = fn, literal = fn, type_text = fn} */
void la_open_host(lua_State *L, int core);

#endif
