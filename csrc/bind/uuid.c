/* uuid.c - la.uuid and la.uuid4. */
#include "base/uuid.h"

#include "bind/raise.h"
#include "bind/values.h"

static const la_str *self(lua_State *L, const char *method) {
  return la_vclass_check(L, 1, LA_V_UUID, method, "self")->u.s;
}

/* Gives u, which may be NULL with e filled, to the new instance on the stack. */
static int push(lua_State *L, la_value *out, la_str *u, la_error *e) {
  if (!u) return la_raise(L, e);
  *out = la_value_str(LA_V_UUID, u);
  return 1;
}

static la_str *from_bytes(lua_State *L, la_error *e) {
  size_t len;
  const char *s = la_varg_string(L, 2, "uuid", "bytes", &len);
  la_str *u = len == LA_UUID_BYTES ? la_str_new(s, len) : NULL;
  if (len != LA_UUID_BYTES)
    la_fail_with(e, LA_EXC_ArgumentError, "uuid: argument 'bytes' must have 16 bytes, got %d", (int)len);
  else if (!u)
    la_fail_memory(e);
  return u;
}

static int make(lua_State *L) {
  static const char *const names[] = {"hex", "bytes", NULL};
  la_error e = LA_ERROR_INIT;
  size_t len = 0;
  la_vargs(L, "uuid", names, true);
  if (la_vclass_test(L, 1, LA_V_UUID)) {
    lua_settop(L, 1);
    return 1;
  }
  const char *hex = lua_isnil(L, 2) ? la_varg_string(L, 1, "uuid", "hex", &len) : NULL;
  if (!hex && !lua_isnil(L, 1))
    return la_raise_exc(L, LA_EXC_ArgumentError, "uuid: only one of the arguments 'hex' and 'bytes' may be given");
  la_value *out = la_vclass_push(L, LA_V_UUID);
  return push(L, out, hex ? la_uuid_parse(hex, len, &e) : from_bytes(L, &e), &e);
}

static int uuid4(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_value *out = la_vclass_push(L, LA_V_UUID);
  return push(L, out, la_uuid_random(&e), &e);
}

static int to_string(lua_State *L) {
  char text[LA_UUID_TEXT];
  la_uuid_text(text, self(L, "uuid.__tostring"));
  lua_pushstring(L, text);
  return 1;
}

static int hex_(lua_State *L) {
  char text[LA_UUID_HEX];
  la_uuid_hex(text, self(L, "uuid.hex"));
  lua_pushstring(L, text);
  return 1;
}

static int urn(lua_State *L) {
  lua_pushliteral(L, "urn:uuid:");
  to_string(L);
  lua_concat(L, 2);
  return 1;
}

static int bytes(lua_State *L) {
  const la_str *u = self(L, "uuid.bytes");
  lua_pushlstring(L, u->s, u->len);
  return 1;
}

static int version(lua_State *L) {
  int n = la_uuid_version(self(L, "uuid.version"));
  if (!n) return 0;
  lua_pushinteger(L, n);
  return 1;
}

static int order(lua_State *L, bool strict) {
  const la_value *a = la_vclass_test(L, 1, LA_V_UUID), *b = la_vclass_test(L, 2, LA_V_UUID);
  if (a && b) return la_uuid_compare(a->u.s, b->u.s);
  if (strict) la_vclass_other(L, "", "comparison");
  return LA_UNORDERED;
}

static const luaL_Reg getters[] = {{"hex", hex_}, {"urn", urn}, {"bytes", bytes}, {"version", version}, {NULL, NULL}};

static const luaL_Reg meta[] = {{"__tostring", to_string}, {NULL, NULL}};

static const la_vclass cls = {LA_V_UUID, "uuid", make, NULL, NULL, getters, meta, order};

void la_open_uuid(lua_State *L, int core) {
  la_vclass_open(L, core, &cls);
  lua_pushcfunction(L, uuid4);
  lua_setfield(L, core, "uuid4");
}
