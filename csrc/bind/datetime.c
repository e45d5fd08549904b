/* datetime.c - la.datetime. */
#include "bind/raise.h"
#include "bind/temporal.h"

static int make(lua_State *L) {
  static const char *const names[] = {"year",   "month",       "day",    "hour", "minute",
                                      "second", "microsecond", "tzinfo", NULL};
  la_value out;
  la_error e = LA_ERROR_INIT;
  la_civil c = {0};
  int64_t *const slots[] = {&c.year, &c.month, &c.day, &c.hour, &c.minute, &c.second, &c.micro};
  la_vargs(L, "datetime", names, true);
  for (int i = 0; i < 7; i++) {
    if (i < 3 && lua_isnil(L, i + 1)) return la_raise_arg(L, "datetime", names[i], i + 1, "an integer");
    *slots[i] = la_varg_int(L, i + 1, "datetime", names[i], 0);
  }
  la_zone_at(L, 8, "datetime", "tzinfo", &c);
  return la_push_temporal(L, la_datetime_make(&out, &c, &e), &out, &e);
}

/* ---- class methods ---- */

static int push_at(lua_State *L, int64_t usec, const la_civil *zone) {
  la_value out;
  la_error e = LA_ERROR_INIT;
  return la_push_temporal(L, la_datetime_from_epoch(&out, usec, zone->tz ? &zone->offset : NULL, &e), &out, &e);
}

static int push_naive_utc(lua_State *L, int64_t usec) {
  static const int32_t utc = 0;
  la_value out;
  la_error e = LA_ERROR_INIT;
  int rc = la_datetime_from_epoch(&out, usec, &utc, &e);
  if (!rc) out.flags = 0;
  return la_push_temporal(L, rc, &out, &e);
}

/* Is the value at 1 the context that a column's default function is called with? */
static bool is_context(lua_State *L) {
  if (la_vclass_of(L, 1) != LA_V_ABSENT || (!lua_istable(L, 1) && !lua_isuserdata(L, 1))) return false;
  bool object = lua_getmetatable(L, 1);
  if (object) lua_pop(L, 1);
  return object;
}

static int now(lua_State *L) {
  static const char *const names[] = {"tz", NULL};
  la_civil zone = {0};
  if (is_context(L)) lua_settop(L, 0);
  la_vargs(L, "datetime.now", names, false);
  la_zone_at(L, 1, "datetime.now", "tz", &zone);
  return push_at(L, la_clock(), &zone);
}

static int today(lua_State *L) { return push_at(L, la_clock(), &(la_civil){0}); }

static int utcnow(lua_State *L) { return push_naive_utc(L, la_clock()); }

static int fromtimestamp(lua_State *L) {
  static const char *const names[] = {"timestamp", "tz", NULL};
  la_civil zone = {0};
  la_vargs(L, "datetime.fromtimestamp", names, false);
  la_zone_at(L, 2, "datetime.fromtimestamp", "tz", &zone);
  return push_at(L, la_timestamp_at(L, 1, "datetime.fromtimestamp"), &zone);
}

static int utcfromtimestamp(lua_State *L) {
  return push_naive_utc(L, la_timestamp_at(L, 1, "datetime.utcfromtimestamp"));
}

static int push_midnight(lua_State *L, int64_t days) {
  la_value v = {LA_V_DATETIME, 0, 0, {.i = days * LA_USEC_DAY}};
  return la_push_special(L, &v);
}

static int fromordinal(lua_State *L) { return push_midnight(L, la_ordinal_at(L, "datetime.fromordinal")); }

static int fromisocalendar(lua_State *L) { return push_midnight(L, la_isocalendar_at(L, "datetime.fromisocalendar")); }

static int fromisoformat(lua_State *L) {
  size_t len;
  la_value out;
  la_error e = LA_ERROR_INIT;
  const char *s = la_varg_string(L, 1, "datetime.fromisoformat", "date_string", &len);
  return la_push_temporal(L, la_datetime_parse(&out, s, len, &e), &out, &e);
}

static int strptime(lua_State *L) {
  la_value out;
  la_error e = LA_ERROR_INIT;
  const char *s = la_varg_string(L, 1, "datetime.strptime", "date_string", NULL);
  const char *fmt = la_varg_string(L, 2, "datetime.strptime", "format", NULL);
  return la_push_temporal(L, la_datetime_scan(&out, s, fmt, &e), &out, &e);
}

/* The time's own zone is kept unless another is given. */
static int combine(lua_State *L) {
  static const char *const names[] = {"date", "time", "tzinfo", NULL};
  la_vargs(L, "datetime.combine", names, false);
  const la_value *date = la_vclass_test(L, 1, LA_V_DATETIME);
  if (!date) date = la_vclass_check(L, 1, LA_V_DATE, "datetime.combine", "date");
  const la_value *time = la_vclass_check(L, 2, LA_V_TIME, "datetime.combine", "time");
  la_value out = *time;
  out.tag = LA_V_DATETIME;
  out.u.i += la_days_of(date) * LA_USEC_DAY;
  if (!lua_isnil(L, 3)) {
    la_civil zone;
    la_zone_at(L, 3, "datetime.combine", "tzinfo", &zone);
    out.flags = LA_VF_TZ;
    out.aux = zone.offset;
  }
  return la_push_special(L, &out);
}

/* ---- methods ---- */

static int date(lua_State *L) {
  la_value v = {LA_V_DATE, 0, 0, {.i = la_days_of(la_temporal_self(L, LA_V_DATETIME, "datetime.date"))}};
  return la_push_special(L, &v);
}

static int timetz(lua_State *L) {
  la_value v = *la_temporal_self(L, LA_V_DATETIME, "datetime.timetz");
  v.tag = LA_V_TIME;
  v.u.i %= LA_USEC_DAY;
  return la_push_special(L, &v);
}

static int time(lua_State *L) {
  la_value v = *la_temporal_self(L, LA_V_DATETIME, "datetime.time");
  v = (la_value){LA_V_TIME, 0, 0, {.i = v.u.i % LA_USEC_DAY}};
  return la_push_special(L, &v);
}

static int64_t epoch(lua_State *L, const char *method) {
  int64_t usec = 0;
  la_error e = LA_ERROR_INIT;
  if (la_datetime_to_epoch(&usec, la_temporal_self(L, LA_V_DATETIME, method), &e)) la_raise(L, &e);
  return usec;
}

static int timestamp(lua_State *L) {
  lua_pushnumber(L, la_seconds(epoch(L, "datetime.timestamp")));
  return 1;
}

/* Without an argument: with the offset that the machine's zone has then. */
static int astimezone(lua_State *L) {
  static const char *const names[] = {"self", "tz", NULL};
  la_civil zone = {0};
  la_value local;
  la_error e = LA_ERROR_INIT;
  la_vargs(L, "datetime.astimezone", names, false);
  int64_t usec = epoch(L, "datetime.astimezone");
  la_zone_at(L, 2, "datetime.astimezone", "tz", &zone);
  if (!zone.tz) {
    if (la_datetime_from_epoch(&local, usec, NULL, &e)) return la_raise(L, &e);
    zone.tz = true;
    zone.offset = (int32_t)((local.u.i - LA_DAY_EPOCH * LA_USEC_DAY - usec) / LA_USEC_SECOND);
  }
  return push_at(L, usec, &zone);
}

static const luaL_Reg statics[] = {
    {"now", now},
    {"today", today},
    {"utcnow", utcnow},
    {"fromtimestamp", fromtimestamp},
    {"utcfromtimestamp", utcfromtimestamp},
    {"fromordinal", fromordinal},
    {"fromisocalendar", fromisocalendar},
    {"fromisoformat", fromisoformat},
    {"strptime", strptime},
    {"combine", combine},
    {NULL, NULL},
};

static const luaL_Reg methods[] = {
    {"date", date},
    {"time", time},
    {"timetz", timetz},
    {"timestamp", timestamp},
    {"astimezone", astimezone},
    {"isoformat", la_method_isoformat},
    {"strftime", la_method_strftime},
    {"replace", la_method_replace},
    {"weekday", la_method_weekday},
    {"isoweekday", la_method_isoweekday},
    {"isocalendar", la_method_isocalendar},
    {"toordinal", la_method_toordinal},
    {"ctime", la_method_ctime},
    {"utcoffset", la_method_utcoffset},
    {"tzname", la_method_tzname},
    {"dst", la_method_dst},
    {NULL, NULL},
};

static const luaL_Reg getters[] = {
    {"year", la_get_year},
    {"month", la_get_month},
    {"day", la_get_day},
    {"hour", la_get_hour},
    {"minute", la_get_minute},
    {"second", la_get_second},
    {"tzinfo", la_get_tzinfo},
    {"microsecond", la_get_microsecond},
    {NULL, NULL},
};

static const luaL_Reg meta[] = {
    {"__add", la_meta_add}, {"__sub", la_meta_sub}, {"__tostring", la_meta_tostring}, {NULL, NULL}};

static const la_vclass cls = {LA_V_DATETIME, "datetime", make, statics, methods, getters, meta, la_temporal_order};

void la_open_datetime(lua_State *L, int core) {
  la_open_date(L, core);
  la_open_time(L, core);
  la_open_timedelta(L, core);
  la_open_timezone(L, core);
  la_vclass_open(L, core, &cls);
  la_set_constant(L, "min", &(la_value){LA_V_DATETIME, 0, 0, {.i = 0}});
  la_set_constant(L, "max", &(la_value){LA_V_DATETIME, 0, 0, {.i = (LA_DAY_MAX + 1) * LA_USEC_DAY - 1}});
  la_set_constant(L, "resolution", &(la_value){LA_V_INTERVAL, 0, 0, {.i = 1}});
}
