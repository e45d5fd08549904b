/* values.h - the value classes of la: Decimal, date, time, datetime, timedelta,
 * timezone, uuid.
 *
 * Their instances are immutable userdata around an la_value. A class is a table
 * that is called to make an instance, has the class methods (with a dot or a
 * colon), and answers :is(x).
 */
#ifndef LA_BIND_VALUES_H
#define LA_BIND_VALUES_H

#include "base/error.h"
#include "base/value.h"
#include "bind/compat.h"

/* *out = the value of the instance at idx, owned by the caller; 0 if it is no
 * instance of these classes (a timezone is no value of the database: also 0). */
int la_value_from_ud(lua_State *L, int idx, la_value *out);
/* Pushes an instance for a DECIMAL, DATE, TIME, DATETIME, INTERVAL or UUID, which
 * keeps a reference of its own, and returns 1; other tags push nothing, 0. */
int la_push_special(lua_State *L, const la_value *v);

void la_open_decimal(lua_State *L, int core);
void la_open_datetime(lua_State *L, int core);
void la_open_uuid(lua_State *L, int core);

/* ---- for the files of the classes ---- */

/* A class is known by the tag of its values; timezone has none. */
enum { LA_VC_TIMEZONE = LA_V_FOREIGN + 1, LA_VC_COUNT };

/* What an order_fn answers when its two operands differ without an order. */
enum { LA_UNORDERED = 2 };

typedef struct la_vclass {
  int id;
  const char *name;
  lua_CFunction make;      /* called with the arguments of the constructor */
  const luaL_Reg *statics; /* class methods; each list ends with {NULL, NULL} */
  const luaL_Reg *methods;
  const luaL_Reg *getters; /* called with the instance alone */
  const luaL_Reg *meta;    /* __add, __tostring and so on */
  /* Compares what is at 1 and 2, of which one is an instance: -1, 0, 1 or LA_UNORDERED. With `strict`
   * it raises where there is no order. From it come ==, <, <= and eq, ne, lt, le, gt, ge. */
  int (*order)(lua_State *L, bool strict);
} la_vclass;

/* Makes the class and core[name]; leaves the class on the stack. */
void la_vclass_open(lua_State *L, int core, const la_vclass *cls);
/* Pushes an instance that is still absent, for the caller to fill. */
la_value *la_vclass_push(lua_State *L, int id);
/* The value of the instance at idx, or NULL. */
const la_value *la_vclass_test(lua_State *L, int idx, int id);
/* The same, but raises: "<function>: argument '<name>' must be …". */
const la_value *la_vclass_check(lua_State *L, int idx, int id, const char *function, const char *name);
/* The class of the instance at idx, LA_V_ABSENT if it is none. */
int la_vclass_of(lua_State *L, int idx);

/* Puts the arguments of a call in the places of names (ended by NULL), from the
 * trailing table of keywords, or, for a constructor, the brace form; what is
 * missing or la.NULL is nil. Raises for unknown names and too many arguments. */
void la_vargs(lua_State *L, const char *function, const char *const *names, bool constructor);
/* Is the value at idx a number without a fraction? */
bool la_to_int64(lua_State *L, int idx, int64_t *out);
/* The integer at idx, or `missing` if it is nil; raises for anything else. */
int64_t la_varg_int(lua_State *L, int idx, const char *function, const char *name, int64_t missing);
/* The string at idx; raises for anything else. Without len it must have no NUL in it. */
const char *la_varg_string(lua_State *L, int idx, const char *function, const char *name, size_t *len);
/* The place of the string at idx in names (ended by NULL); missing if it is nil. */
int la_varg_choice(lua_State *L, int idx, const char *function, const char *name, const char *const *names,
                   int missing);

/* For the metamethod `event` of two operands at 1 and 2 that the class at hand does
 * not know: the other operand's own metamethod, or an error. */
int la_vclass_other(lua_State *L, const char *event, const char *symbol);
#endif
