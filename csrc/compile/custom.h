/* custom.h - constructs whose text functions of the host give (la.compiles). */
#ifndef LA_COMPILE_CUSTOM_H
#define LA_COMPILE_CUSTOM_H

#include "compile/context.h"

/* Does the host print nodes of this kind, or some of them? */
static inline bool la_custom_kind(const la_ctx *c, la_kind kind) { return c->custom && c->custom[kind]; }
/* Lets the host print n; false: it has nothing to say about it. */
bool la_custom_emit(la_ctx *c, la_node *n, const la_kw *kw);
/* Prints n as if nobody had said how. */
void la_emit_plain(la_ctx *c, la_node *n, const la_kw *kw);

#endif
