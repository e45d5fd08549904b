/* stmt.h - what the methods of statements share. */
#ifndef LA_BIND_STMT_H
#define LA_BIND_STMT_H

#include "bind/compat.h"
#include "sql/coerce.h"
#include "sql/vec.h"

/* The statement at idx, of that kind (LA_K_NONE: any); raises otherwise. */
la_node *la_check_stmt(lua_State *L, int idx, la_kind kind, const char *function);
/* Pushes a copy of n that may be changed until la_seal_top. */
la_node *la_push_copy(lua_State *L, const la_node *n);
/* Seals the node on top; for `return`. */
int la_seal_top(lua_State *L);
/* The field `name` of a node that has it. */
la_list **la_list_slot(la_node *n, const char *name);

/* Appends what v holds to *slot; v is emptied. */
void la_append(lua_State *L, la_list **slot, la_vec *v);
/* Appends the arguments first to last, in that role, to *slot, a field of a node that a userdata holds. In the columns
 * clause a collection of columns stands for all of them. */
void la_append_args(lua_State *L, la_list **slot, int first, int last, la_role role);
/* Is the argument at idx given and true? la.NULL is not. */
bool la_flag(lua_State *L, int idx);

/* The FROM that the value at idx is, pushed; a SELECT becomes a subquery, the one that core.implicit_subqueries has for
 * it. Raises otherwise. */
la_node *la_check_from(lua_State *L, int idx);

/* core.implicit_subqueries: {[SELECT] = its subquery}, keys weak */
void la_open_implicit(lua_State *L, int core);
void la_open_select(lua_State *L, int core);
void la_open_from(lua_State *L, int core);
void la_open_dml(lua_State *L, int core);

#endif
