/* expr.h - expressions between Lua and the core: what a Lua value becomes where it stands. */
#ifndef LA_BIND_EXPR_H
#define LA_BIND_EXPR_H

#include "bind/compat.h"
#include "sql/coerce.h"
#include "sql/vec.h"

/* What a function holds while it works; a userdata frees it if an error jumps. */
typedef struct la_scratch {
  la_vec nodes;
  la_operand a, b; /* values are owned, nodes borrowed */
  la_str *name, *other;
  bool taken;
} la_scratch;

/* Pushes an empty one: that which was ended last, or a new one. */
la_scratch *la_new_scratch(lua_State *L);
/* Empties it, for the next who needs one. What is not ended goes with its userdata. */
void la_end_scratch(la_scratch *s);

/* Operands, n absent ones at first. */
typedef struct la_operands {
  uint32_t n;
  la_operand v[];
} la_operands;
la_operands *la_new_operands(lua_State *L, uint32_t n);

/* *out = the value at idx: a node (borrowed; also for what has __clause_element) or an owned value, to be ended with
 * la_operand_clear. Raises only when memory is out. */
void la_to_operand(lua_State *L, int idx, la_operand *out);
void la_operand_clear(la_operand *o);
/* The same for a value of that type (or NULL): types that hold lists (ARRAY, tuples, JSON paths) get them as
 * LA_V_ARRAY, others as they are. */
void la_to_typed_operand(lua_State *L, int idx, const la_node *type, la_operand *out);
/* The list at idx as an LA_V_ARRAY: deep: lists within it, too. *out is absent before. */
void la_to_array(lua_State *L, int idx, bool deep, la_value *out);
enum { LA_LIST_DEPTH = 64 }; /* to which lists of values nest */
/* Raises unless a list at that depth may hold another. */
void la_check_list_depth(lua_State *L, int depth);
/* Is the value at idx a table that is data: without metatable, or a list that has one? An object, like a range, is
 * none: it has fields, and no elements. */
bool la_is_data(lua_State *L, int idx);
/* Is it a table without metatable whose keys are all strings (one at least)? */
bool la_is_options(lua_State *L, int idx);
/* Is it a table without metatable that has no keys but strings, perhaps none? */
bool la_is_keywords(lua_State *L, int idx);
/* Is it an empty table without metatable? */
bool la_is_empty(lua_State *L, int idx);

/* Pushes the node that the value at idx is in that role, and returns it; raises an ArgumentError otherwise.
 * argname may be NULL. */
la_node *la_check_role(lua_State *L, int idx, la_role role, const char *argname);
/* Pushes what stands for NOT of the node n at idx, where that was told (negated_as); false: nothing was. */
bool la_push_negation(lua_State *L, int idx, const la_node *n);
/* Adds it to v instead of pushing it. */
void la_add_role(lua_State *L, int idx, la_role role, const char *argname, la_vec *v);
/* The column expression at idx, borrowed; raises otherwise. */
la_node *la_check_column(lua_State *L, int idx, const char *function);
/* The type at idx (an instance, or a class standing for its default one), borrowed; raises otherwise. */
la_node *la_check_type(lua_State *L, int idx, const char *function, const char *argname);
/* The name at idx: a string or a quoted_name; a new reference, NULL for nil. Raises otherwise. */
la_str *la_check_name(lua_State *L, int idx, const char *function, const char *argname);

/* Raises *e, or pushes nothing if rc is 0. A notice of e is told, and may be raised by who is told: what the call gave
 * has an owner by then. */
void la_check(lua_State *L, int rc, la_error *e);

void la_open_expr(lua_State *L, int core);
void la_open_expr_make(lua_State *L, int core);
void la_open_expr_func(lua_State *L, int core);

#endif
