/* keywords.h - arguments that may be given by name: f(a, {b = …}) for f(a, b).
 *
 * `names` are those of the arguments in their places, from 1, with a space between: "self target onclause". A table of
 * keywords is a plain one whose keys are all strings, and the last argument. */
#ifndef LA_BIND_KEYWORDS_H
#define LA_BIND_KEYWORDS_H

#include "bind/compat.h"

/* Where all keywords of the last argument are among the names, from its place on, their values take their places; other
 * arguments stay as they are. For functions that take tables of such a shape for data. */
void la_place_keywords(lua_State *L, const char *names);

/* The same for functions that do not: raises for other names, for places that are taken, and for too many arguments.
 * As many arguments as names are on the stack then. */
void la_take_keywords(lua_State *L, const char *function, const char *names);

void la_open_keywords(lua_State *L, int core);

#endif
