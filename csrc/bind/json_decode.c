/* json_decode.c - JSON as Lua values. Arrays are marked, so that they are arrays
 * again when they are encoded; null is la.NULL.
 * Integers are exact: one that Lua's numbers do not hold is its decimal text.
 */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/real.h"
#include "bind/buffer.h"
#include "bind/json.h"
#include "bind/json_impl.h"
#include "bind/raise.h"

static const char array_key = 0;

typedef struct reader {
  lua_State *L;
  const char *start, *p, *end;
  la_buf *b; /* for strings with escapes */
} reader;

static int fail(reader *r, const char *what) {
  return la_raise_exc(r->L, LA_EXC_ArgumentError, "JSON: %s at byte %d", what, (int)(r->p - r->start) + 1);
}

static void skip(reader *r) {
  while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r')) r->p++;
}

static bool take(reader *r, char ch) {
  skip(r);
  if (r->p == r->end || *r->p != ch) return false;
  r->p++;
  return true;
}

/* ---- strings ---- */

static uint32_t read_unit(reader *r) {
  uint32_t u = 0;
  for (int i = 0; i < 4; i++, r->p++) {
    char ch = r->p < r->end ? *r->p : '\0';
    int digit = ch >= '0' && ch <= '9'   ? ch - '0'
                : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10
                : ch >= 'A' && ch <= 'F' ? ch - 'A' + 10
                                         : -1;
    if (digit < 0) fail(r, "\\u is not followed by four hexadecimal digits");
    u = u << 4 | (uint32_t)digit;
  }
  return u;
}

static void put_utf8(la_buf *b, uint32_t c) {
  if (c < 0x80) {
    la_buf_putc(b, (char)c);
  } else if (c < 0x800) {
    la_buf_putc(b, (char)(0xc0 | c >> 6));
    la_buf_putc(b, (char)(0x80 | (c & 0x3f)));
  } else if (c < 0x10000) {
    la_buf_putc(b, (char)(0xe0 | c >> 12));
    la_buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
    la_buf_putc(b, (char)(0x80 | (c & 0x3f)));
  } else {
    la_buf_putc(b, (char)(0xf0 | c >> 18));
    la_buf_putc(b, (char)(0x80 | (c >> 12 & 0x3f)));
    la_buf_putc(b, (char)(0x80 | (c >> 6 & 0x3f)));
    la_buf_putc(b, (char)(0x80 | (c & 0x3f)));
  }
}

/* What follows \u; two halves of a pair make one character. */
static uint32_t read_escaped(reader *r) {
  uint32_t u = read_unit(r);
  if (u < 0xd800 || u >= 0xe000) return u;
  if (u >= 0xdc00 || r->end - r->p < 2 || r->p[0] != '\\' || r->p[1] != 'u') fail(r, "half of a surrogate pair");
  r->p += 2;
  uint32_t low = read_unit(r);
  if (low < 0xdc00 || low >= 0xe000) fail(r, "half of a surrogate pair");
  return 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
}

static void read_escape(reader *r) {
  static const char letters[] = "\"\\/bfnrt", chars[] = "\"\\/\b\f\n\r\t";
  char ch = r->p < r->end ? *r->p++ : '\0';
  const char *at = ch ? strchr(letters, ch) : NULL;
  if (ch == 'u')
    put_utf8(r->b, read_escaped(r));
  else if (at)
    la_buf_putc(r->b, chars[at - letters]);
  else
    fail(r, "an unknown escape");
}

/* Pushes the string whose opening quote was read. */
static void read_string(reader *r) {
  const char *from = r->p;
  la_buf_clear(r->b);
  for (;; r->p++) {
    if (r->p == r->end) fail(r, "a string does not end");
    if (*r->p == '"') break;
    if ((unsigned char)*r->p < 0x20) fail(r, "a control character in a string");
    if (*r->p != '\\') continue;
    la_buf_add(r->b, from, (size_t)(r->p - from));
    r->p++;
    read_escape(r);
    from = r->p--;
  }
  if (r->b->len) {
    la_buf_add(r->b, from, (size_t)(r->p - from));
    if (!la_buf_ok(r->b)) luaL_error(r->L, "out of memory");
    lua_pushlstring(r->L, r->b->s, r->b->len);
  } else {
    lua_pushlstring(r->L, from, (size_t)(r->p - from));
  }
  r->p++;
}

/* ---- numbers and words ---- */

static size_t digits(reader *r) {
  const char *from = r->p;
  while (r->p < r->end && *r->p >= '0' && *r->p <= '9') r->p++;
  return (size_t)(r->p - from);
}

static void push_integer(reader *r, const char *s, size_t n) {
  int64_t i;
  la_str *d = n < 21 ? la_decimal_parse(s, n, NULL) : NULL;
  bool fits = d && la_decimal_to_int(&i, d);
  la_str_release(d);
  if (fits)
    la_push_int64(r->L, i);
  else
    lua_pushlstring(r->L, s, n);
}

static void read_number(reader *r) {
  const char *from = r->p;
  bool integer = true;
  double value;
  if (*r->p == '-') r->p++;
  bool zero = r->p < r->end && *r->p == '0';
  size_t n = digits(r);
  if (!n || (zero && n > 1)) fail(r, "expecting a value");
  if (r->p < r->end && *r->p == '.') {
    r->p++;
    integer = false;
    if (!digits(r)) fail(r, "a number without digits behind its point");
  }
  if (r->p < r->end && (*r->p == 'e' || *r->p == 'E')) {
    r->p++;
    integer = false;
    if (r->p < r->end && (*r->p == '+' || *r->p == '-')) r->p++;
    if (!digits(r)) fail(r, "a number without digits in its exponent");
  }
  size_t len = (size_t)(r->p - from);
  if (integer)
    push_integer(r, from, len);
  else if (la_real_parse(&value, from, len))
    lua_pushnumber(r->L, value);
  else
    fail(r, "a number out of range");
}

static bool word(reader *r, const char *w) {
  size_t n = strlen(w);
  if ((size_t)(r->end - r->p) < n || memcmp(r->p, w, n)) return false;
  r->p += n;
  return true;
}

/* ---- values ---- */

static void read_value(reader *r, int depth);

static void read_array(reader *r, int depth) {
  lua_newtable(r->L);
  la_mark_json_array(r->L);
  if (take(r, ']')) return;
  for (int i = 1;; i++) {
    read_value(r, depth);
    lua_rawseti(r->L, -2, i);
    if (take(r, ']')) return;
    if (!take(r, ',')) fail(r, "expecting ',' or ']'");
  }
}

static void read_object(reader *r, int depth) {
  lua_newtable(r->L);
  if (take(r, '}')) return;
  do {
    if (!take(r, '"')) fail(r, "expecting a key in quotes");
    read_string(r);
    if (!take(r, ':')) fail(r, "expecting ':'");
    read_value(r, depth);
    lua_rawset(r->L, -3);
    if (take(r, '}')) return;
  } while (take(r, ','));
  fail(r, "expecting ',' or '}'");
}

static void read_value(reader *r, int depth) {
  if (depth > LA_JSON_DEPTH || !lua_checkstack(r->L, 8)) fail(r, "nested too deep");
  skip(r);
  if (r->p == r->end)
    fail(r, "expecting a value");
  else if (take(r, '"'))
    read_string(r);
  else if (take(r, '{'))
    read_object(r, depth + 1);
  else if (take(r, '['))
    read_array(r, depth + 1);
  else if (word(r, "true"))
    lua_pushboolean(r->L, 1);
  else if (word(r, "false"))
    lua_pushboolean(r->L, 0);
  else if (word(r, "null"))
    lua_pushlightuserdata(r->L, NULL);
  else
    read_number(r);
}

int la_json_decode(lua_State *L) {
  size_t n;
  if (lua_type(L, 1) != LUA_TSTRING) return la_raise_arg(L, "json_decode", "text", 1, "a string");
  const char *s = lua_tolstring(L, 1, &n);
  lua_settop(L, 1);
  reader r = {L, s, s, s + n, la_buffer_new(L)};
  read_value(&r, 0);
  skip(&r);
  if (r.p != r.end) fail(&r, "extra data");
  return 1;
}

/* ---- arrays ---- */

bool la_is_json_array(lua_State *L, int idx) {
  if (!lua_getmetatable(L, idx)) return false;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &array_key);
  bool is = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  return is;
}

void la_mark_json_array(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &array_key);
  lua_setmetatable(L, -2);
}

/* json_array(table): the table, marked */
static int json_array(lua_State *L) {
  if (lua_isnoneornil(L, 1)) {
    lua_settop(L, 0);
    lua_newtable(L);
  }
  if (!lua_istable(L, 1)) return la_raise_arg(L, "json_array", "array", 1, "a table");
  lua_settop(L, 1);
  la_mark_json_array(L);
  return 1;
}

static int is_json_array(lua_State *L) {
  lua_pushboolean(L, lua_istable(L, 1) && la_is_json_array(L, 1));
  return 1;
}

void la_open_json(lua_State *L, int core) {
  static const luaL_Reg functions[] = {{"json_encode", la_json_encode},
                                       {"json_decode", la_json_decode},
                                       {"json_array", json_array},
                                       {"is_json_array", is_json_array},
                                       {NULL, NULL}};
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "json_array");
  lua_setfield(L, -2, "__name");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &array_key);
  for (const luaL_Reg *f = functions; f->name; f++) {
    lua_pushcfunction(L, f->func);
    lua_setfield(L, core, f->name);
  }
}
