/* buffer.c - the userdata around a buffer has nothing but __gc. */
#include "bind/buffer.h"

#include "bind/raise.h"

static int collect(lua_State *L) {
  la_buf_free(lua_touserdata(L, 1));
  return 0;
}

la_buf *la_buffer_new(lua_State *L) {
  la_buf *b = lua_newuserdatauv(L, sizeof *b, 0);
  *b = (la_buf)LA_BUF_INIT;
  if (luaL_newmetatable(L, "lualchemy.buffer")) {
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
  return b;
}

int la_buffer_push(lua_State *L, la_buf *b) {
  la_error e = LA_ERROR_INIT;
  if (!la_buf_ok(b)) {
    la_fail_memory(&e);
    return la_raise(L, &e);
  }
  lua_pushlstring(L, b->s ? b->s : "", b->len);
  la_buf_free(b);
  return 1;
}
