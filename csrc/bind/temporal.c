/* temporal.c - fields, formatting, comparison and arithmetic of dates and times. */
#include "bind/temporal.h"

#include <math.h>

#include "bind/buffer.h"
#include "bind/raise.h"

/* ---- instances ---- */

int la_push_temporal(lua_State *L, int rc, const la_value *v, la_error *e) {
  if (rc) return la_raise(L, e);
  return la_push_special(L, v);
}

void la_push_timezone(lua_State *L, int32_t offset) {
  la_value *v = la_vclass_push(L, LA_VC_TIMEZONE);
  *v = LA_VALUE_NULL;
  v->tag = LA_V_INTERVAL;
  v->u.i = offset * LA_USEC_SECOND;
}

void la_zone_at(lua_State *L, int idx, const char *function, const char *name, la_civil *c) {
  c->tz = !lua_isnoneornil(L, idx);
  c->offset = 0;
  if (c->tz) c->offset = (int32_t)(la_vclass_check(L, idx, LA_VC_TIMEZONE, function, name)->u.i / LA_USEC_SECOND);
}

const la_value *la_temporal_self(lua_State *L, int id, const char *method) {
  const la_value *v = id == LA_V_DATE ? la_vclass_test(L, 1, LA_V_DATETIME) : NULL;
  return v ? v : la_vclass_check(L, 1, id, method, "self");
}

/* The date, time or datetime at idx, or NULL. */
static const la_value *moment_at(lua_State *L, int idx) {
  int id = la_vclass_of(L, idx);
  return id == LA_V_DATE || id == LA_V_TIME || id == LA_V_DATETIME ? lua_touserdata(L, idx) : NULL;
}

static const la_value *moment(lua_State *L, const char *method) {
  const la_value *v = moment_at(L, 1);
  if (!v) la_raise_arg(L, method, "self", 1, "a date, time or datetime");
  return v;
}

static la_civil fields(lua_State *L) {
  la_civil c;
  la_civil_of(&c, moment(L, "field of a date or time"));
  return c;
}

static int push_int(lua_State *L, int64_t i) {
  lua_pushinteger(L, (lua_Integer)i);
  return 1;
}

int la_get_year(lua_State *L) { return push_int(L, fields(L).year); }
int la_get_month(lua_State *L) { return push_int(L, fields(L).month); }
int la_get_day(lua_State *L) { return push_int(L, fields(L).day); }
int la_get_hour(lua_State *L) { return push_int(L, fields(L).hour); }
int la_get_minute(lua_State *L) { return push_int(L, fields(L).minute); }
int la_get_second(lua_State *L) { return push_int(L, fields(L).second); }
int la_get_microsecond(lua_State *L) { return push_int(L, fields(L).micro); }

int la_get_tzinfo(lua_State *L) {
  la_civil c = fields(L);
  if (c.tz)
    la_push_timezone(L, c.offset);
  else
    lua_pushnil(L);
  return 1;
}

/* ---- text ---- */

int la_meta_tostring(lua_State *L) {
  const la_value *v = moment_at(L, 1);
  if (!v) v = la_vclass_check(L, 1, LA_V_INTERVAL, "__tostring", "self");
  la_buf *b = la_buffer_new(L);
  la_temporal_str(b, v);
  return la_buffer_push(L, b);
}

/* In the order of la_timespec. */
static const char *const timespecs[] = {"auto", "hours", "minutes", "seconds", "milliseconds", "microseconds", NULL};

/* isoformat() of a date, isoformat(timespec) of a time, isoformat(sep, timespec) of a datetime. */
int la_method_isoformat(lua_State *L) {
  static const char *const of_date[] = {"self", NULL};
  static const char *const of_time[] = {"self", "timespec", NULL};
  static const char *const of_datetime[] = {"self", "sep", "timespec", NULL};
  const la_value *v = moment(L, "isoformat");
  bool both = v->tag == LA_V_DATETIME;
  la_vargs(L, "isoformat", both ? of_datetime : v->tag == LA_V_TIME ? of_time : of_date, false);
  const char *sep = both && !lua_isnil(L, 2) ? la_varg_string(L, 2, "isoformat", "sep", NULL) : "T";
  int spec = v->tag == LA_V_DATE ? 0 : la_varg_choice(L, both ? 3 : 2, "isoformat", "timespec", timespecs, 0);
  la_buf *b = la_buffer_new(L);
  la_temporal_iso(b, v, sep, (la_timespec)spec);
  return la_buffer_push(L, b);
}

/* A new buffer with the instance at 1 as fmt wants it. */
static la_buf *format(lua_State *L, const char *method, const char *fmt, size_t len) {
  la_error e = LA_ERROR_INIT;
  const la_value *v = moment(L, method);
  la_buf *b = la_buffer_new(L);
  if (la_temporal_format(b, v, fmt, len, &e)) la_raise(L, &e);
  return b;
}

int la_method_strftime(lua_State *L) {
  size_t len;
  const char *fmt = la_varg_string(L, 2, "strftime", "format", &len);
  return la_buffer_push(L, format(L, "strftime", fmt, len));
}

/* The year has four digits here, always. */
int la_method_ctime(lua_State *L) {
  static const char fmt[] = "%a %b %e %H:%M:%S ";
  int year = (int)fields(L).year;
  la_buf *b = format(L, "ctime", fmt, sizeof fmt - 1);
  la_buf_printf(b, "%04d", year);
  return la_buffer_push(L, b);
}

/* ---- fields changed ---- */

static const char *const date_names[] = {"self", "year", "month", "day", NULL};
static const char *const time_names[] = {"self", "hour", "minute", "second", "microsecond", "tzinfo", NULL};
static const char *const datetime_names[] = {"self",   "year",   "month",       "day",    "hour",
                                             "minute", "second", "microsecond", "tzinfo", NULL};

/* Takes tzinfo at idx, where la.NULL makes it naive and nil leaves it. */
static void replace_zone(lua_State *L, int idx, bool naive, la_civil *c) {
  if (naive)
    c->tz = false;
  else if (!lua_isnil(L, idx))
    la_zone_at(L, idx, "replace", "tzinfo", c);
}

/* Is tzinfo = la.NULL among the keywords of this call? */
static bool wants_naive(lua_State *L) {
  int top = lua_gettop(L);
  if (!lua_istable(L, top)) return false;
  lua_getfield(L, top, "tzinfo");
  bool naive = lua_islightuserdata(L, -1) && !lua_touserdata(L, -1);
  lua_pop(L, 1);
  return naive;
}

int la_method_replace(lua_State *L) {
  la_civil c = fields(L);
  la_value out;
  la_error e = LA_ERROR_INIT;
  int tag = la_vclass_of(L, 1), at = 2;
  bool naive = wants_naive(L);
  const char *const *names = tag == LA_V_DATE ? date_names : tag == LA_V_TIME ? time_names : datetime_names;
  int64_t *const slots[] = {&c.year, &c.month, &c.day, &c.hour, &c.minute, &c.second, &c.micro};
  la_vargs(L, "replace", names, false);
  for (int i = tag == LA_V_TIME ? 3 : 0; i < (tag == LA_V_DATE ? 3 : 7); i++, at++)
    *slots[i] = la_varg_int(L, at, "replace", names[at - 1], *slots[i]);
  if (tag != LA_V_DATE) replace_zone(L, at, naive, &c);
  int rc = tag == LA_V_DATE   ? la_date_make(&out, &c, &e)
           : tag == LA_V_TIME ? la_time_make(&out, &c, &e)
                              : la_datetime_make(&out, &c, &e);
  return la_push_temporal(L, rc, &out, &e);
}

/* ---- the calendar ---- */

static int64_t days(lua_State *L, const char *method) { return la_days_of(la_temporal_self(L, LA_V_DATE, method)); }

int la_method_weekday(lua_State *L) { return push_int(L, la_weekday(days(L, "weekday"))); }
int la_method_isoweekday(lua_State *L) { return push_int(L, la_weekday(days(L, "isoweekday")) + 1); }
int la_method_toordinal(lua_State *L) { return push_int(L, days(L, "toordinal") + 1); }

static void set_part(lua_State *L, int place, const char *name, int64_t i) {
  push_int(L, i);
  lua_pushvalue(L, -1);
  lua_rawseti(L, -3, place);
  lua_setfield(L, -2, name);
}

/* {year, week, weekday}, also by name. */
int la_method_isocalendar(lua_State *L) {
  int64_t year;
  int week, day;
  la_iso_week(days(L, "isocalendar"), &year, &week, &day);
  lua_createtable(L, 3, 3);
  set_part(L, 1, "year", year);
  set_part(L, 2, "week", week);
  set_part(L, 3, "weekday", day);
  return 1;
}

int64_t la_ordinal_at(lua_State *L, const char *function) {
  int64_t n = la_varg_int(L, 1, function, "ordinal", 0);
  if (n < 1 || n > LA_DAY_MAX + 1)
    la_raise_exc(L, LA_EXC_ArgumentError, "%s: ordinal must be in 1..%d, got %.0f", function, LA_DAY_MAX + 1,
                 (double)n);
  return n - 1;
}

int64_t la_isocalendar_at(lua_State *L, const char *function) {
  char text[32];
  la_value v;
  la_error e = LA_ERROR_INIT;
  static const char *const names[] = {"year", "week", "day", NULL};
  la_vargs(L, function, names, false);
  int64_t part[3];
  for (int i = 0; i < 3; i++) part[i] = la_varg_int(L, i + 1, function, names[i], -1);
  if (part[0] < 1 || part[0] > 9999 || part[1] < 1 || part[1] > 53 || part[2] < 1 || part[2] > 7)
    la_raise_exc(L, LA_EXC_ArgumentError, "%s: year must be in 1..9999, week in 1..53, day in 1..7", function);
  int len = snprintf(text, sizeof text, "%04d-W%02d-%d", (int)part[0], (int)part[1], (int)part[2]);
  if (la_date_parse(&v, text, (size_t)len, &e)) la_raise(L, &e);
  return v.u.i;
}

int64_t la_timestamp_at(lua_State *L, int idx, const char *function) {
  int64_t seconds = 0;
  if (lua_type(L, idx) != LUA_TNUMBER) la_raise_arg(L, function, "timestamp", idx, "a number of seconds");
  double r = lua_tonumber(L, idx);
  if (!(r > -1e12 && r < 1e12)) la_raise_exc(L, LA_EXC_ArgumentError, "%s: timestamp out of range: %g", function, r);
  if (la_to_int64(L, idx, &seconds)) return seconds * LA_USEC_SECOND;
  double whole, part = modf(r, &whole);
  return (int64_t)whole * LA_USEC_SECOND + (int64_t)nearbyint(part * 1e6);
}

/* ---- zones ---- */

int la_method_utcoffset(lua_State *L) {
  la_civil c = fields(L);
  la_value v = {LA_V_INTERVAL, 0, 0, {.i = c.offset * LA_USEC_SECOND}};
  if (c.tz) return la_push_special(L, &v);
  lua_pushnil(L);
  return 1;
}

int la_method_tzname(lua_State *L) {
  if (fields(L).tz) return la_buffer_push(L, format(L, "tzname", "%Z", 2));
  lua_pushnil(L);
  return 1;
}

/* A fixed offset does not tell. */
int la_method_dst(lua_State *L) {
  moment(L, "dst");
  lua_pushnil(L);
  return 1;
}

/* ---- operators ---- */

static const la_value *temporal_at(lua_State *L, int idx) {
  const la_value *v = la_vclass_test(L, idx, LA_V_INTERVAL);
  return v ? v : moment_at(L, idx);
}

typedef int (*arith_fn)(la_value *out, const la_value *a, const la_value *b, la_error *e);

static int arith(lua_State *L, arith_fn fn, const char *event, const char *symbol) {
  la_value out;
  la_error e = LA_ERROR_INIT;
  const la_value *a = temporal_at(L, 1), *b = temporal_at(L, 2);
  if (!a || !b) return la_vclass_other(L, event, symbol);
  return la_push_temporal(L, fn(&out, a, b, &e), &out, &e);
}

int la_meta_add(lua_State *L) { return arith(L, la_temporal_add, "__add", "+"); }
int la_meta_sub(lua_State *L) { return arith(L, la_temporal_sub, "__sub", "-"); }

int la_temporal_order(lua_State *L, bool strict) {
  int order = LA_UNORDERED;
  la_error e = LA_ERROR_INIT;
  const la_value *a = temporal_at(L, 1), *b = temporal_at(L, 2);
  if (strict && (!a || !b)) la_vclass_other(L, "", "comparison");
  if (a && b && la_temporal_compare(&order, a, b, strict ? &e : NULL)) return strict ? la_raise(L, &e) : LA_UNORDERED;
  return order;
}

void la_set_constant(lua_State *L, const char *name, const la_value *v) {
  la_push_special(L, v);
  lua_setfield(L, -2, name);
}
