/* host.h - the functions of users' types, for the compiler (compile/host.h). */
#ifndef LA_BIND_HOST_H
#define LA_BIND_HOST_H

#include "bind/compat.h"
#include "compile/compile.h"

/* A host over a Lua state, for the time of one call of the core. */
typedef struct la_lua_host {
  la_host host; /* give &h.host to the core */
  lua_State *L;
  int dialect; /* index on the stack of the dialect as Lua knows it, 0: none */
  bool raised; /* a Lua function raised an error, which waits in the registry */
  /* While a function given to la.compiles runs: what it works on; binds that it was given marks for. */
  la_ctx *c;
  const la_kw *kw;
  bool asked;
  la_slot *marks;
  uint32_t nmarks, marks_cap;
} la_lua_host;

/* What Lua has functions for: known of each Lua state. */
typedef struct la_host_known {
  unsigned char kinds[LA_K_COUNT]; /* of nodes: 1 those of users' classes, 2 all; la.compiles */
  bool any;                        /* kind */
  bool type_text;
} la_host_known;

la_host_known *la_host_known_of(lua_State *L);
void la_host_init(la_lua_host *h, lua_State *L, int dialect, const la_host_known *k);
/* When the core has returned. */
void la_host_free(la_lua_host *h);
/* The part of these that is about la.compiles: host_emit.c. */
void la_host_init_custom(la_lua_host *h, const la_host_known *k);
void la_host_free_custom(la_lua_host *h);
/* Pushes the function of that name given to on_host; false if there is none. */
bool la_host_push_function(lua_State *L, const char *name);
/* After the core failed: raises the error of the Lua function unchanged if there was one (and clears *e), else *e. */
int la_host_raise(la_lua_host *h, la_error *e);
/* Runs fn(L, arg) protected: it may raise. The dialect (or nil) is at index 1 of its stack. 0, or -1 with *e filled. */
int la_host_run(la_lua_host *h, void (*fn)(lua_State *L, void *arg), void *arg, la_error *e);

/* core.on_host{col_spec = fn, load_impl = fn, wrap = fn, literal = fn, type_text = fn, custom = fn} */
void la_open_host(lua_State *L, int core);
/* core.emit, core.emit_flags, core.custom_kind */
void la_open_host_emit(lua_State *L, int core);

#endif
