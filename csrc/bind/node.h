/* node.h - nodes as Lua userdata. */
#ifndef LA_BIND_NODE_H
#define LA_BIND_NODE_H

#include "bind/compat.h"
#include "sql/node.h"

/* The node at idx, borrowed, or NULL if there is none: a node userdata, or a
 * table whose metatable has a function __clause_element, which is called with
 * the table and returns one (mapped classes, aliases). */
la_node *la_to_node(lua_State *L, int idx);
/* The same for userdata only, without calls. */
la_node *la_test_node(lua_State *L, int idx);
/* Pushes n and takes over the caller's reference; nil if n is NULL. Schema
 * items, tables and columns are always the same userdata as long as one lives. */
void la_push_node(lua_State *L, la_node *n);
/* Pushes n with a reference of its own. */
void la_push_node_ref(lua_State *L, la_node *n);
/* A node reference that Lua frees if an error jumps: pushes an empty node
 * userdata and returns its slot. Set *slot to a reference when there is one;
 * then the value on the stack is the node (for kinds without fixed identity). */
la_node **la_new_slot(lua_State *L);

/* What an instance of a user's class keeps, or NULL; of a column of a derived table what the column of a table that it
 * comes from keeps. */
const la_foreign *la_node_object(const la_node *n);

/* Puts what always stands for its node in the place of the slot on top. */
void la_settle_slot(lua_State *L, la_node **slot);

void la_open_node(lua_State *L, int core);
void la_open_node_access(lua_State *L, int core);

#endif
