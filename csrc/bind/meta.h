/* meta.h - metatables of the binding's userdata. */
#ifndef LA_BIND_META_H
#define LA_BIND_META_H

#include "bind/compat.h"

/* Makes the locked metatable `name` with __gc (may be NULL) and methods; leaves
 * nothing on the stack. It is known by the address of its name, which is its element 1: no program can write there. */
void la_new_meta(lua_State *L, const char *name, lua_CFunction gc, const luaL_Reg *methods);
/* Pushes a userdata of `size` zero bytes with that metatable. */
void *la_push_userdata(lua_State *L, size_t size, const char *name);

/* The userdata at idx, which must have that metatable: raises otherwise; answers NULL. */
void *la_check_userdata(lua_State *L, int idx, const char *name);
void *la_test_userdata(lua_State *L, int idx, const char *name);

/* A userdata for one thing, NULL at first. It is known, sooner than by its metatable, by the mark that it begins with
 * for as long as it is not finalised: the address of its metatable's name, which no other userdata begins with. */
typedef struct la_box {
  const void *mark;
  void *held;
} la_box;

la_box *la_push_box(lua_State *L, const char *name);
/* What the userdata at idx holds; NULL if it has another mark, or none. */
static inline void *la_unbox(lua_State *L, int idx, const void *mark) {
  const la_box *b = lua_touserdata(L, idx);
  return b && lua_rawlen(L, idx) == sizeof *b && b->mark == mark ? b->held : NULL;
}
/* For its __gc: what it held. */
void *la_empty_box(lua_State *L);

/* The end of an __index(object, key): what the getter on top says of the object. */
int la_index_get(lua_State *L);
/* The end of an __index(object, key) that has no answer itself: what upvalue 2, a function, answers. */
int la_index_other(lua_State *L);

void la_open_meta(lua_State *L, int core);

#endif
