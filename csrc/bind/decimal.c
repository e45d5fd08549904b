/* decimal.c - la.Decimal.
 *
 * Operands are decimals and whole numbers. A number with a fraction is refused in
 * arithmetic, as Python refuses a float; comparisons take its exact value.
 */
#include "base/decimal.h"

#include "bind/raise.h"
#include "bind/values.h"

/* Gives s, which may be NULL with e filled, to a new instance on the stack. */
static la_str *fill(lua_State *L, la_value *out, la_str *s, la_error *e) {
  if (!s) la_raise(L, e);
  *out = la_value_str(LA_V_DECIMAL, s);
  return s;
}

static int push(lua_State *L, la_value *out, la_str *s, la_error *e) {
  fill(L, out, s, e);
  return 1;
}

static const la_str *self(lua_State *L, const char *method) {
  return la_vclass_check(L, 1, LA_V_DECIMAL, method, "self")->u.s;
}

/* A number as an instance that replaces it at idx; one with a fraction by its exact value or its shortest text. */
static const la_str *convert(lua_State *L, int idx, bool exact) {
  la_error e = LA_ERROR_INIT;
  int64_t i;
  la_value *out = la_vclass_push(L, LA_V_DECIMAL);
  bool whole = la_to_int64(L, idx, &i);
  double r = whole ? 0 : lua_tonumber(L, idx);
  la_str *s = whole   ? la_decimal_from_int(i, &e)
              : exact ? la_decimal_from_double_exact(r, &e)
                      : la_decimal_from_double(r, &e);
  fill(L, out, s, &e);
  lua_replace(L, idx);
  return s;
}

/* The operand at idx, or NULL. */
static const la_str *operand(lua_State *L, int idx) {
  int64_t i;
  const la_value *v = la_vclass_test(L, idx, LA_V_DECIMAL);
  if (v) return v->u.s;
  if (lua_type(L, idx) != LUA_TNUMBER) return NULL;
  if (!la_to_int64(L, idx, &i))
    la_raise_exc(L, LA_EXC_ArgumentError,
                 "Decimal: a number with a fraction (%.14g) is not exact; write la.Decimal(\"%.14g\")",
                 (double)lua_tonumber(L, idx), (double)lua_tonumber(L, idx));
  return convert(L, idx, true);
}

/* ---- the constructor ---- */

static int parse(lua_State *L, int idx) {
  size_t len;
  la_error e = LA_ERROR_INIT;
  const char *s = lua_tolstring(L, idx, &len);
  la_value *out = la_vclass_push(L, LA_V_DECIMAL);
  return push(L, out, la_decimal_parse(s, len, &e), &e);
}

static int make(lua_State *L) {
  static const char *const names[] = {"value", NULL};
  la_vargs(L, "Decimal", names, true);
  if (la_vclass_test(L, 1, LA_V_DECIMAL)) return 1;
  if (lua_type(L, 1) == LUA_TSTRING) return parse(L, 1);
  if (lua_type(L, 1) != LUA_TNUMBER) return la_raise_arg(L, "Decimal", "value", 1, "a string, a number or a Decimal");
  convert(L, 1, false);
  return 1;
}

static int from_float(lua_State *L) {
  if (lua_type(L, 1) != LUA_TNUMBER) return la_raise_arg(L, "Decimal.from_float", "f", 1, "a number");
  lua_settop(L, 1);
  convert(L, 1, true);
  return 1;
}

/* ---- operators ---- */

typedef la_str *(*binary_fn)(const la_str *a, const la_str *b, la_error *e);

static int arith(lua_State *L, binary_fn fn, const char *event, const char *symbol) {
  la_error e = LA_ERROR_INIT;
  lua_settop(L, 2);
  const la_str *a = operand(L, 1), *b = operand(L, 2);
  if (!a || !b) return la_vclass_other(L, event, symbol);
  la_value *out = la_vclass_push(L, LA_V_DECIMAL);
  return push(L, out, fn(a, b, &e), &e);
}

static int add(lua_State *L) { return arith(L, la_decimal_add, "__add", "+"); }
static int sub(lua_State *L) { return arith(L, la_decimal_sub, "__sub", "-"); }
static int mul(lua_State *L) { return arith(L, la_decimal_mul, "__mul", "*"); }
static int divide(lua_State *L) { return arith(L, la_decimal_div, "__div", "/"); }
static int mod(lua_State *L) { return arith(L, la_decimal_mod, "__mod", "%"); }
static int floordiv(lua_State *L) { return arith(L, la_decimal_floordiv, "__idiv", "//"); }

static la_str *power(const la_str *a, const la_str *b, la_error *e) {
  int64_t n;
  if (la_decimal_to_int(&n, b)) return la_decimal_pow(a, n, e);
  la_fail_with(e, LA_EXC_ArgumentError, "Decimal: the exponent of a power must be a whole number, got %.80s", b->s);
  return NULL;
}

static int pow_(lua_State *L) { return arith(L, power, "__pow", "^"); }

typedef la_str *(*unary_fn)(const la_str *d, la_error *e);

static int unary(lua_State *L, unary_fn fn, const char *method) {
  la_error e = LA_ERROR_INIT;
  const la_str *d = self(L, method);
  la_value *out = la_vclass_push(L, LA_V_DECIMAL);
  return push(L, out, fn(d, &e), &e);
}

static int neg(lua_State *L) { return unary(L, la_decimal_neg, "Decimal.__unm"); }
static int abs_(lua_State *L) { return unary(L, la_decimal_abs, "Decimal.abs"); }
static int normalize(lua_State *L) { return unary(L, la_decimal_normalize, "Decimal.normalize"); }

static int to_string(lua_State *L) {
  const la_str *d = self(L, "Decimal.__tostring");
  lua_pushlstring(L, d->s, d->len);
  return 1;
}

/* A number with a fraction compares by its exact value. */
static const la_str *comparand(lua_State *L, int idx) {
  return lua_type(L, idx) == LUA_TNUMBER ? convert(L, idx, true) : operand(L, idx);
}

static int order(lua_State *L, bool strict) {
  const la_str *a = comparand(L, 1), *b = comparand(L, 2);
  int c = a && b ? la_decimal_compare(a, b) : LA_DECIMAL_UNORDERED;
  if (c != LA_DECIMAL_UNORDERED) return c;
  if (strict && a && b) la_raise_exc(L, LA_EXC_ArgumentError, "Decimal: comparison involves NaN");
  if (strict) la_vclass_other(L, "", "comparison");
  return LA_UNORDERED;
}

/* ---- methods ---- */

static int tonumber(lua_State *L) {
  double r = 0;
  la_error e = LA_ERROR_INIT;
  if (la_decimal_to_double(&r, self(L, "Decimal.tonumber"), &e)) return la_raise(L, &e);
  lua_pushnumber(L, r);
  return 1;
}

/* nil if it is none, or one that a Lua number cannot hold. */
static int tointeger(lua_State *L) {
  int64_t i, most = LUA_VERSION_NUM >= 503 ? INT64_MAX : INT64_C(9007199254740992);
  bool fits = la_decimal_to_int(&i, self(L, "Decimal.tointeger")) && i <= most && i >= -most;
  if (fits)
    lua_pushinteger(L, (lua_Integer)i);
  else
    lua_pushnil(L);
  return 1;
}

/* In the order of la_rounding. */
static const char *const roundings[] = {"ROUND_HALF_EVEN", "ROUND_HALF_UP", "ROUND_HALF_DOWN", "ROUND_UP", "ROUND_DOWN",
                                        "ROUND_CEILING",   "ROUND_FLOOR",   "ROUND_05UP",      NULL};

static la_rounding rounding_at(lua_State *L, int idx, const char *method) {
  return (la_rounding)la_varg_choice(L, idx, method, "rounding", roundings, LA_ROUND_HALF_EVEN);
}

static int quantize_to(lua_State *L, const la_str *d, int64_t exponent, la_rounding rounding) {
  la_error e = LA_ERROR_INIT;
  la_value *out = la_vclass_push(L, LA_V_DECIMAL);
  return push(L, out, la_decimal_quantize(d, exponent, rounding, &e), &e);
}

static int quantize(lua_State *L) {
  static const char *const names[] = {"self", "exp", "rounding", NULL};
  la_vargs(L, "Decimal.quantize", names, false);
  const la_str *d = self(L, "Decimal.quantize");
  la_rounding rounding = rounding_at(L, 3, "Decimal.quantize");
  if (lua_type(L, 2) == LUA_TSTRING) {
    parse(L, 2);
    lua_replace(L, 2);
  }
  const la_str *exp = operand(L, 2);
  if (!exp || !la_decimal_is_finite(exp))
    return la_raise_arg(L, "Decimal.quantize", "exp", 2, "a finite Decimal, such as la.Decimal \"0.01\"");
  return quantize_to(L, d, la_decimal_exponent(exp), rounding);
}

static int round_(lua_State *L) {
  static const char *const names[] = {"self", "ndigits", NULL};
  la_vargs(L, "Decimal.round", names, false);
  int64_t places = la_varg_int(L, 2, "Decimal.round", "ndigits", 0);
  if (places < -1000000 || places > 1000000)
    return la_raise_exc(L, LA_EXC_ArgumentError, "Decimal.round: argument 'ndigits' must be in -1000000..1000000");
  return quantize_to(L, self(L, "Decimal.round"), -places, LA_ROUND_HALF_EVEN);
}

static int to_integral(lua_State *L) {
  static const char *const names[] = {"self", "rounding", NULL};
  la_error e = LA_ERROR_INIT;
  la_vargs(L, "Decimal.to_integral_value", names, false);
  const la_str *d = self(L, "Decimal.to_integral_value");
  la_rounding rounding = rounding_at(L, 2, "Decimal.to_integral_value");
  la_value *out = la_vclass_push(L, LA_V_DECIMAL);
  return push(L, out, la_decimal_to_integral(d, rounding, &e), &e);
}

static int answer(lua_State *L, bool yes) {
  lua_pushboolean(L, yes);
  return 1;
}

static int is_nan(lua_State *L) { return answer(L, la_decimal_is_nan(self(L, "Decimal.is_nan"))); }
static int is_finite(lua_State *L) { return answer(L, la_decimal_is_finite(self(L, "Decimal.is_finite"))); }
static int is_zero(lua_State *L) { return answer(L, la_decimal_is_zero(self(L, "Decimal.is_zero"))); }
static int is_signed(lua_State *L) { return answer(L, la_decimal_is_signed(self(L, "Decimal.is_signed"))); }

static int is_infinite(lua_State *L) {
  const la_str *d = self(L, "Decimal.is_infinite");
  return answer(L, !la_decimal_is_finite(d) && !la_decimal_is_nan(d));
}

static int adjusted(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)la_decimal_adjusted(self(L, "Decimal.adjusted")));
  return 1;
}

static const luaL_Reg statics[] = {{"from_float", from_float}, {NULL, NULL}};

static const luaL_Reg methods[] = {
    {"tonumber", tonumber},
    {"tointeger", tointeger},
    {"quantize", quantize},
    {"round", round_},
    {"abs", abs_},
    {"normalize", normalize},
    {"floordiv", floordiv},
    {"is_nan", is_nan},
    {"to_integral_value", to_integral},
    {"is_finite", is_finite},
    {"is_zero", is_zero},
    {"is_infinite", is_infinite},
    {"is_signed", is_signed},
    {"adjusted", adjusted},
    {NULL, NULL},
};

static const luaL_Reg meta[] = {
    {"__add", add},       {"__sub", sub},  {"__mul", mul}, {"__div", divide},         {"__mod", mod},
    {"__idiv", floordiv}, {"__pow", pow_}, {"__unm", neg}, {"__tostring", to_string}, {NULL, NULL},
};

static const la_vclass cls = {LA_V_DECIMAL, "Decimal", make, statics, methods, NULL, meta, order};

void la_open_decimal(lua_State *L, int core) { la_vclass_open(L, core, &cls); }
