/* stack.h - how deep a recursion may go. */
#ifndef LA_BASE_STACK_H
#define LA_BASE_STACK_H

#include <stdbool.h>
#include <stdint.h>

/* Levels to which anything may nest, on any stack. */
#define LA_MAX_DEPTH 10000

#define LA_DEPTH_USUAL 50 /* what any stack has room for */
#define LA_DEPTH_UNKNOWN 200

/* la_too_deep of more than the usual. */
bool la_stack_ends(uint32_t depth);

/* Is a recursion at that depth (of la_emit, a walk of nodes …) to end with an error, because it went deeper than
 * LA_MAX_DEPTH or because the stack of this thread has little room left? On a stack that is not the thread's own, whose
 * size nobody knows, a depth of LA_DEPTH_UNKNOWN is the end. */
static inline bool la_too_deep(uint32_t depth) { return depth >= LA_DEPTH_USUAL && la_stack_ends(depth); }

/* What the error says, a CompileError; takes LA_MAX_DEPTH. */
#define LA_TOO_DEEP "The statement nests too deep: the limit is %d levels, fewer where the C stack is small"

#endif
