/* bind.h - binds in a compilation: names, slots, values written out. */
#ifndef LA_COMPILE_BIND_H
#define LA_COMPILE_BIND_H

#include "compile/context.h"

void la_emit_bind(la_ctx *c, la_node *n, const la_kw *kw);
/* The same, but an anonymous bind gets this name (INSERT and UPDATE: that of its column). */
void la_emit_bind_named(la_ctx *c, la_node *bind, la_str *name, const la_kw *kw);
/* Index in c->binds, registering the bind. -1 after a failure. */
int la_ctx_bind(la_ctx *c, la_node *bind);
/* A name without the characters that binds must not have; a new reference, NULL: it has none of them. */
la_str *la_escape_bind_name(la_ctx *c, const la_str *name, bool post_compile);
/* "::TYPE" behind a bind or value, where the dialect wants it. */
void la_put_cast(la_ctx *c, const la_node *type, la_cast_of of);
/* An integer written out, as a bind or, with literal_execute, when it is executed. */
void la_emit_int(la_ctx *c, int64_t i, const la_kw *kw);

/* ---- values in the text ---- */

/* The literal of a value of this type. */
void la_put_literal(la_ctx *c, const la_node *type, const la_value *v);
/* The literals of an expanding bind's elements, or its empty set. wrap: what stands around each; NULL: nothing. */
void la_put_literal_list(la_ctx *c, const la_node *bind, const la_value *values, const la_wrap *wrap);
/* What stands for the elements of an expanding bind that has none. */
void la_put_empty_set(la_ctx *c, const la_node *bind);
/* The types of the members of a tuple type; n is 1 and *types the type itself for others. */
uint32_t la_member_types(const la_node *bind, la_node *const **types);

#endif
