/* hooks.h - the clauses that a dialect may print its own way; part of dialect.h.
 * A NULL is filled from the base.
 */
#ifndef LA_COMPILE_HOOKS_H
#define LA_COMPILE_HOOKS_H

typedef struct la_hooks {
  la_emit_fn select_precolumns; /* "DISTINCT ", "TOP n " */
  la_emit_fn limit;             /* LIMIT, OFFSET, FETCH */
  la_emit_fn for_update;
  la_emit_fn returning;
  la_emit_fn default_values;
} la_hooks;

#endif
