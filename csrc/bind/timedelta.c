/* timedelta.c - la.timedelta and la.timezone. */
#include <math.h>

#include "bind/buffer.h"
#include "bind/raise.h"
#include "bind/temporal.h"

static const la_value *self(lua_State *L, const char *method) {
  return la_vclass_check(L, 1, LA_V_INTERVAL, method, "self");
}

static la_value interval(int64_t usec) { return (la_value){LA_V_INTERVAL, 0, 0, {.i = usec}}; }

static int push(lua_State *L, int64_t usec) {
  la_value v = interval(usec);
  return la_push_special(L, &v);
}

/* ---- the constructor ---- */

static const char *const names[] = {"days",    "seconds", "microseconds", "milliseconds",
                                    "minutes", "hours",   "weeks",        NULL};
static const int64_t units[] = {LA_USEC_DAY,           LA_USEC_SECOND, 1, 1000, 60 * LA_USEC_SECOND,
                                3600 * LA_USEC_SECOND, 7 * LA_USEC_DAY};

/* Adds n whole units to *total; raises when that does not fit. */
static void add_whole(lua_State *L, la_value *total, int64_t n, int64_t unit) {
  la_value part;
  la_error e = LA_ERROR_INIT;
  int64_t usec = 0;
  bool overflow = __builtin_mul_overflow(n, unit, &usec);
  if (la_interval_make(&part, overflow ? INT64_MAX : 0, 0, usec, &e) || la_temporal_add(total, total, &part, &e))
    la_raise(L, &e);
}

/* Whole numbers count exactly; what the fractions come to is rounded once. */
static int make(lua_State *L) {
  la_value total = interval(0);
  long double fraction = 0;
  int64_t n;
  la_vargs(L, "timedelta", names, true);
  for (int i = 0; names[i]; i++) {
    if (lua_isnil(L, i + 1)) continue;
    if (lua_type(L, i + 1) != LUA_TNUMBER) return la_raise_arg(L, "timedelta", names[i], i + 1, "a number");
    if (la_to_int64(L, i + 1, &n))
      add_whole(L, &total, n, units[i]);
    else
      fraction += (long double)lua_tonumber(L, i + 1) * (long double)units[i];
  }
  if (!(fraction > -9.2e18L && fraction < 9.2e18L)) add_whole(L, &total, INT64_MAX, LA_USEC_DAY);
  add_whole(L, &total, (int64_t)rintl(fraction), 1);
  return la_push_special(L, &total);
}

/* ---- fields ---- */

static int total_seconds(lua_State *L) {
  lua_pushnumber(L, la_seconds(self(L, "timedelta.total_seconds")->u.i));
  return 1;
}

typedef struct parts {
  int64_t days;
  int seconds, micro;
} parts;

static parts parts_of(lua_State *L) {
  parts p;
  la_interval_parts(self(L, "field of a timedelta"), &p.days, &p.seconds, &p.micro);
  return p;
}

static int push_int(lua_State *L, int64_t i) {
  lua_pushinteger(L, (lua_Integer)i);
  return 1;
}

static int get_days(lua_State *L) { return push_int(L, parts_of(L).days); }
static int get_seconds(lua_State *L) { return push_int(L, parts_of(L).seconds); }
static int get_microseconds(lua_State *L) { return push_int(L, parts_of(L).micro); }

/* ---- operators ---- */

static int negated(lua_State *L, int64_t usec) {
  la_value out, zero = interval(0), v = interval(usec);
  la_error e = LA_ERROR_INIT;
  return la_push_temporal(L, la_temporal_sub(&out, &zero, &v, &e), &out, &e);
}

static int unm(lua_State *L) { return negated(L, self(L, "timedelta.__unm")->u.i); }

static int abs_(lua_State *L) {
  int64_t usec = self(L, "timedelta.abs")->u.i;
  return usec < 0 ? negated(L, usec) : push(L, usec);
}

static int mul(lua_State *L) {
  int number = lua_type(L, 1) == LUA_TNUMBER ? 1 : 2;
  const la_value *v = la_vclass_test(L, 3 - number, LA_V_INTERVAL);
  la_value out = interval(0);
  la_error e = LA_ERROR_INIT;
  int64_t n;
  if (!v || lua_type(L, number) != LUA_TNUMBER) return la_vclass_other(L, "__mul", "*");
  if (!la_to_int64(L, number, &n))
    return la_push_temporal(L, la_interval_mul(&out, v, lua_tonumber(L, number), &e), &out, &e);
  add_whole(L, &out, n, v->u.i);
  return la_push_special(L, &out);
}

/* The divisor at 2, a timedelta or a number other than zero; *v: the timedelta at 1. False: something else. */
static bool division(lua_State *L, const la_value **v, const la_value **by) {
  *v = la_vclass_test(L, 1, LA_V_INTERVAL);
  *by = la_vclass_test(L, 2, LA_V_INTERVAL);
  if (!*v || (!*by && lua_type(L, 2) != LUA_TNUMBER)) return false;
  if (*by ? !(*by)->u.i : lua_tonumber(L, 2) == 0)
    la_raise_exc(L, LA_EXC_ArgumentError, "division of a timedelta by zero");
  return true;
}

/* By a timedelta: a number; by a number: a timedelta. */
static int divide(lua_State *L) {
  const la_value *v, *by;
  la_value out;
  la_error e = LA_ERROR_INIT;
  if (!division(L, &v, &by)) return la_vclass_other(L, "__div", "/");
  if (!by) return la_push_temporal(L, la_interval_div(&out, v, lua_tonumber(L, 2), &e), &out, &e);
  lua_pushnumber(L, (lua_Number)((long double)v->u.i / (long double)by->u.i));
  return 1;
}

static int floordiv(lua_State *L) {
  const la_value *v, *by;
  int64_t n;
  if (!division(L, &v, &by)) return la_vclass_other(L, "__idiv", "//");
  if (by) return push_int(L, la_interval_floordiv(v->u.i, by->u.i));
  if (!la_to_int64(L, 2, &n)) return la_raise_arg(L, "timedelta.floordiv", "by", 2, "an integer or a timedelta");
  return push(L, la_interval_floordiv(v->u.i, n));
}

static int mod(lua_State *L) {
  const la_value *v, *by;
  if (!division(L, &v, &by) || !by) return la_vclass_other(L, "__mod", "%");
  return push(L, la_interval_mod(v->u.i, by->u.i));
}

static const luaL_Reg methods[] = {
    {"total_seconds", total_seconds}, {"abs", abs_}, {"floordiv", floordiv}, {NULL, NULL}};

static const luaL_Reg getters[] = {
    {"days", get_days}, {"seconds", get_seconds}, {"microseconds", get_microseconds}, {NULL, NULL}};

static const luaL_Reg meta[] = {
    {"__add", la_meta_add}, {"__sub", la_meta_sub}, {"__mul", mul}, {"__div", divide},
    {"__mod", mod},         {"__idiv", floordiv},   {"__unm", unm}, {"__tostring", la_meta_tostring},
    {NULL, NULL},
};

static const la_vclass cls = {LA_V_INTERVAL, "timedelta", make, NULL, methods, getters, meta, la_temporal_order};

void la_open_timedelta(lua_State *L, int core) {
  la_vclass_open(L, core, &cls);
  la_set_constant(L, "min", &(la_value){LA_V_INTERVAL, 0, 0, {.i = INT64_MIN}});
  la_set_constant(L, "max", &(la_value){LA_V_INTERVAL, 0, 0, {.i = INT64_MAX}});
  la_set_constant(L, "resolution", &(la_value){LA_V_INTERVAL, 0, 0, {.i = 1}});
}

/* ---- timezone ---- */

static int32_t offset_of(lua_State *L, const char *method) {
  return (int32_t)(la_vclass_check(L, 1, LA_VC_TIMEZONE, method, "self")->u.i / LA_USEC_SECOND);
}

static int make_timezone(lua_State *L) {
  static const char *const offset_name[] = {"offset", NULL};
  la_error e = LA_ERROR_INIT;
  la_vargs(L, "timezone", offset_name, true);
  int64_t usec = la_vclass_check(L, 1, LA_V_INTERVAL, "timezone", "offset")->u.i;
  if (usec % LA_USEC_SECOND)
    return la_raise_exc(L, LA_EXC_ArgumentError, "timezone: argument 'offset' must be of whole seconds");
  if (la_offset_check(usec / LA_USEC_SECOND, &e)) return la_raise(L, &e);
  la_push_timezone(L, (int32_t)(usec / LA_USEC_SECOND));
  return 1;
}

static int timezone_utcoffset(lua_State *L) { return push(L, offset_of(L, "timezone.utcoffset") * LA_USEC_SECOND); }

static int timezone_name(lua_State *L) {
  int32_t offset = offset_of(L, "timezone.tzname");
  la_buf *b = la_buffer_new(L);
  la_buf_puts(b, "UTC");
  if (offset) la_offset_iso(b, offset);
  return la_buffer_push(L, b);
}

/* Zones are equal or not; they have no order. */
static int timezone_order(lua_State *L, bool strict) {
  const la_value *a = la_vclass_test(L, 1, LA_VC_TIMEZONE), *b = la_vclass_test(L, 2, LA_VC_TIMEZONE);
  if (strict) la_vclass_other(L, "", "comparison");
  return a && b && a->u.i == b->u.i ? 0 : LA_UNORDERED;
}

static const luaL_Reg timezone_methods[] = {{"utcoffset", timezone_utcoffset}, {"tzname", timezone_name}, {NULL, NULL}};

static const luaL_Reg timezone_meta[] = {{"__tostring", timezone_name}, {NULL, NULL}};

static const la_vclass timezone_class = {LA_VC_TIMEZONE,   "timezone", make_timezone, NULL,
                                         timezone_methods, NULL,       timezone_meta, timezone_order};

void la_open_timezone(lua_State *L, int core) {
  la_vclass_open(L, core, &timezone_class);
  la_push_timezone(L, 0);
  lua_setfield(L, -2, "utc");
}
