/* convert.h - values between Lua and the core.
 *
 *   nil, la.NULL  NULL          number   INT if it is an integer, else REAL
 *   boolean       BOOL          string   TEXT (LargeBinary makes it a BLOB)
 *   Decimal, date, datetime …   the tag of that name
 *   other tables, functions     FOREIGN: the core carries them, types convert them
 */
#ifndef LA_BIND_CONVERT_H
#define LA_BIND_CONVERT_H

#include "base/error.h"
#include "base/value.h"
#include "bind/compat.h"

/* *out = the value at idx, owned by the caller. Raises only when memory is out
 * (then nothing is owned). A node is no value: it becomes ABSENT. */
void la_to_value(lua_State *L, int idx, la_value *out);
/* Pushes v; NULL and ABSENT push nil. */
void la_push_value(lua_State *L, const la_value *v);
/* The same, but NULL pushes la.NULL (elements of lists). */
void la_push_element(lua_State *L, const la_value *v);
/* Is the value at idx nil or la.NULL? */
bool la_is_null(lua_State *L, int idx);
/* A new la_str of the string at idx (converted numbers not accepted); raises
 * when memory is out. NULL if it is not a string. */
la_str *la_to_str(lua_State *L, int idx);
void la_push_str(lua_State *L, const la_str *s); /* nil for NULL */

#endif
