/* columns.h - t.c: the columns of a FROM or a statement, as Lua sees them. */
#ifndef LA_BIND_COLUMNS_H
#define LA_BIND_COLUMNS_H

#include "bind/compat.h"
#include "sql/columns.h"

/* The collection at idx, borrowed; NULL if there is none. Raises if its columns cannot be made. */
la_columns *la_test_columns(lua_State *L, int idx);
/* To be called before a table's columns change: what t.c has found by name is looked up again. */
void la_columns_forget(lua_State *L, const la_node *table);
void la_open_columns(lua_State *L, int core);

#endif
