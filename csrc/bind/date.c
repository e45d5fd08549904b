/* date.c - la.date and la.time. */
#include "bind/raise.h"
#include "bind/temporal.h"

/* ---- date ---- */

static int make_date(lua_State *L) {
  static const char *const names[] = {"year", "month", "day", NULL};
  la_value out;
  la_error e = LA_ERROR_INIT;
  la_civil c = {0};
  int64_t *const slots[] = {&c.year, &c.month, &c.day};
  la_vargs(L, "date", names, true);
  for (int i = 0; i < 3; i++) {
    if (lua_isnil(L, i + 1)) return la_raise_arg(L, "date", names[i], i + 1, "an integer");
    *slots[i] = la_varg_int(L, i + 1, "date", names[i], 0);
  }
  return la_push_temporal(L, la_date_make(&out, &c, &e), &out, &e);
}

static int push_day(lua_State *L, int64_t days) {
  la_value v = {LA_V_DATE, 0, 0, {.i = days}};
  return la_push_special(L, &v);
}

/* The local date of a time since 1970. */
static int push_date_at(lua_State *L, int64_t usec) {
  la_value v;
  la_error e = LA_ERROR_INIT;
  if (la_datetime_from_epoch(&v, usec, NULL, &e)) return la_raise(L, &e);
  return push_day(L, la_days_of(&v));
}

static int today(lua_State *L) { return push_date_at(L, la_clock()); }
static int date_fromtimestamp(lua_State *L) { return push_date_at(L, la_timestamp_at(L, 1, "date.fromtimestamp")); }
static int date_fromordinal(lua_State *L) { return push_day(L, la_ordinal_at(L, "date.fromordinal")); }
static int date_fromisocalendar(lua_State *L) { return push_day(L, la_isocalendar_at(L, "date.fromisocalendar")); }

static int date_fromisoformat(lua_State *L) {
  size_t len;
  la_value out;
  la_error e = LA_ERROR_INIT;
  const char *s = la_varg_string(L, 1, "date.fromisoformat", "date_string", &len);
  return la_push_temporal(L, la_date_parse(&out, s, len, &e), &out, &e);
}

static const luaL_Reg date_statics[] = {
    {"today", today},
    {"fromtimestamp", date_fromtimestamp},
    {"fromordinal", date_fromordinal},
    {"fromisocalendar", date_fromisocalendar},
    {"fromisoformat", date_fromisoformat},
    {NULL, NULL},
};

static const luaL_Reg date_methods[] = {
    {"isoformat", la_method_isoformat}, {"strftime", la_method_strftime},     {"replace", la_method_replace},
    {"weekday", la_method_weekday},     {"isoweekday", la_method_isoweekday}, {"isocalendar", la_method_isocalendar},
    {"toordinal", la_method_toordinal}, {"ctime", la_method_ctime},           {NULL, NULL},
};

static const luaL_Reg date_getters[] = {
    {"year", la_get_year}, {"month", la_get_month}, {"day", la_get_day}, {NULL, NULL}};

static const luaL_Reg date_meta[] = {
    {"__add", la_meta_add}, {"__sub", la_meta_sub}, {"__tostring", la_meta_tostring}, {NULL, NULL}};

static const la_vclass date_class = {LA_V_DATE,    "date",       make_date, date_statics,
                                     date_methods, date_getters, date_meta, la_temporal_order};

void la_open_date(lua_State *L, int core) {
  la_vclass_open(L, core, &date_class);
  la_set_constant(L, "min", &(la_value){LA_V_DATE, 0, 0, {.i = 0}});
  la_set_constant(L, "max", &(la_value){LA_V_DATE, 0, 0, {.i = LA_DAY_MAX}});
  la_set_constant(L, "resolution", &(la_value){LA_V_INTERVAL, 0, 0, {.i = LA_USEC_DAY}});
}

/* ---- time ---- */

static int make_time(lua_State *L) {
  static const char *const names[] = {"hour", "minute", "second", "microsecond", "tzinfo", NULL};
  la_value out;
  la_error e = LA_ERROR_INIT;
  la_civil c = {0};
  int64_t *const slots[] = {&c.hour, &c.minute, &c.second, &c.micro};
  la_vargs(L, "time", names, true);
  for (int i = 0; i < 4; i++) *slots[i] = la_varg_int(L, i + 1, "time", names[i], 0);
  la_zone_at(L, 5, "time", "tzinfo", &c);
  return la_push_temporal(L, la_time_make(&out, &c, &e), &out, &e);
}

static int time_fromisoformat(lua_State *L) {
  size_t len;
  la_value out;
  la_error e = LA_ERROR_INIT;
  const char *s = la_varg_string(L, 1, "time.fromisoformat", "time_string", &len);
  return la_push_temporal(L, la_time_parse(&out, s, len, &e), &out, &e);
}

static const luaL_Reg time_statics[] = {{"fromisoformat", time_fromisoformat}, {NULL, NULL}};

static const luaL_Reg time_methods[] = {
    {"isoformat", la_method_isoformat},
    {"strftime", la_method_strftime},
    {"replace", la_method_replace},
    {"utcoffset", la_method_utcoffset},
    {"tzname", la_method_tzname},
    {"dst", la_method_dst},
    {NULL, NULL},
};

static const luaL_Reg time_getters[] = {
    {"hour", la_get_hour},     {"minute", la_get_minute},
    {"second", la_get_second}, {"microsecond", la_get_microsecond},
    {"tzinfo", la_get_tzinfo}, {NULL, NULL},
};

static const luaL_Reg time_meta[] = {{"__tostring", la_meta_tostring}, {NULL, NULL}};

static const la_vclass time_class = {LA_V_TIME,    "time",       make_time, time_statics,
                                     time_methods, time_getters, time_meta, la_temporal_order};

void la_open_time(lua_State *L, int core) {
  la_vclass_open(L, core, &time_class);
  la_set_constant(L, "min", &(la_value){LA_V_TIME, 0, 0, {.i = 0}});
  la_set_constant(L, "max", &(la_value){LA_V_TIME, 0, 0, {.i = LA_USEC_DAY - 1}});
  la_set_constant(L, "resolution", &(la_value){LA_V_INTERVAL, 0, 0, {.i = 1}});
}
