/* recipe.c - a userdata in the info's field `recipe`. */
#include "bind/recipe.h"

#include "bind/meta.h"

static const char recipe_name[] = "lualchemy.recipe";

const la_recipe la_no_recipe = {NULL, NULL, LUA_NOREF, LUA_NOREF, LUA_NOREF, LUA_NOREF, false};

static int recipe_gc(lua_State *L) {
  la_recipe *r = lua_touserdata(L, 1);
  luaL_unref(L, LUA_REGISTRYINDEX, r->names);
  luaL_unref(L, LUA_REGISTRYINDEX, r->bind);
  luaL_unref(L, LUA_REGISTRYINDEX, r->result);
  luaL_unref(L, LUA_REGISTRYINDEX, r->meta);
  *r = la_no_recipe;
  return 0;
}

/* *ref refers to the info's field, if that is there. */
static void refer(lua_State *L, int info, const char *field, int *ref) {
  lua_getfield(L, info, field);
  lua_rawgeti(L, LUA_REGISTRYINDEX, *ref);
  bool same = lua_rawequal(L, -1, -2) || (*ref == LUA_NOREF && !lua_toboolean(L, -2));
  lua_pop(L, 1);
  if (same) {
    lua_pop(L, 1);
    return;
  }
  luaL_unref(L, LUA_REGISTRYINDEX, *ref);
  *ref = LUA_NOREF;
  if (lua_toboolean(L, -1))
    *ref = luaL_ref(L, LUA_REGISTRYINDEX);
  else
    lua_pop(L, 1);
}

static la_recipe *new_recipe(lua_State *L, int info) {
  la_recipe *r = la_push_userdata(L, sizeof *r, recipe_name);
  *r = la_no_recipe;
  lua_pushvalue(L, -1);
  lua_setfield(L, info, "recipe");
  return r;
}

const la_recipe *la_recipe_of(lua_State *L, int idx) {
  int info = lua_absindex(L, idx), top = lua_gettop(L);
  lua_getfield(L, info, "recipe");
  la_recipe *r = lua_isnil(L, -1) ? new_recipe(L, info) : la_check_userdata(L, -1, recipe_name);
  lua_getfield(L, info, "codec");
  r->codec = la_check_codec(L, -1);
  r->columns = la_codec_decodes(r->codec) ? r->codec : NULL;
  refer(L, info, "names", &r->names);
  refer(L, info, "bind", &r->bind);
  refer(L, info, "result", &r->result);
  refer(L, info, "meta", &r->meta);
  lua_getfield(L, info, "prefetch");
  r->computed = lua_toboolean(L, -1);
  lua_settop(L, top);
  return r;
}

void la_open_recipe(lua_State *L, int core) {
  (void)core;
  static const luaL_Reg none[] = {{NULL, NULL}};
  la_new_meta(L, recipe_name, recipe_gc, none);
}
