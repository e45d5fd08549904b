/* temporal.h - what date, time, datetime, timedelta and timezone share. */
#ifndef LA_BIND_TEMPORAL_H
#define LA_BIND_TEMPORAL_H

#include "base/datetime.h"
#include "bind/values.h"

/* Pushes *v; raises *e instead if rc is not 0. */
int la_push_temporal(lua_State *L, int rc, const la_value *v, la_error *e);
/* Pushes a timezone of offset seconds. */
void la_push_timezone(lua_State *L, int32_t offset);
/* Sets tz and offset of c from the timezone or nil at idx. */
void la_zone_at(lua_State *L, int idx, const char *function, const char *name, la_civil *c);
/* The instance at 1, which must be of this class; a datetime passes for a date. */
const la_value *la_temporal_self(lua_State *L, int id, const char *method);

/* The getters and methods of what has a date or a time of day; the lists of the classes are made of these. */
int la_get_year(lua_State *L);
int la_get_month(lua_State *L);
int la_get_day(lua_State *L);
int la_get_hour(lua_State *L);
int la_get_minute(lua_State *L);
int la_get_second(lua_State *L);
int la_get_microsecond(lua_State *L);
int la_get_tzinfo(lua_State *L);
int la_method_isoformat(lua_State *L);
int la_method_strftime(lua_State *L);
int la_method_replace(lua_State *L);
int la_method_weekday(lua_State *L);
int la_method_isoweekday(lua_State *L);
int la_method_isocalendar(lua_State *L);
int la_method_toordinal(lua_State *L);
int la_method_ctime(lua_State *L);
int la_method_utcoffset(lua_State *L);
int la_method_tzname(lua_State *L);
int la_method_dst(lua_State *L);

/* The date of day n, 1 being 0001-01-01, from a static's argument at 1. */
int64_t la_ordinal_at(lua_State *L, const char *function);
/* The microseconds since 1970 of the timestamp at idx. */
int64_t la_timestamp_at(lua_State *L, int idx, const char *function);
/* The days of the year, week and weekday at 1 to 3. */
int64_t la_isocalendar_at(lua_State *L, const char *function);

int la_meta_add(lua_State *L);
int la_meta_sub(lua_State *L);
int la_meta_tostring(lua_State *L);
/* la_vclass.order of date, time, datetime and timedelta. */
int la_temporal_order(lua_State *L, bool strict);

/* The openers of the other files; la_open_datetime calls them. */
void la_open_date(lua_State *L, int core);
void la_open_time(lua_State *L, int core);
void la_open_timedelta(lua_State *L, int core);
void la_open_timezone(lua_State *L, int core);
/* Sets field name of the class on top of the stack to *v. */
void la_set_constant(lua_State *L, const char *name, const la_value *v);

#endif
