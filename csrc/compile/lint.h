/* lint.h - the search for FROM elements that nothing connects, whose rows would come each with each of the others'.
 *
 * A SELECT, UPDATE or DELETE that is looked at (la_compile_opts.lint) gives its FROM and WHERE a collecting la_lint by
 * la_kw.lint; emitters tell it what they print. A LATERAL is connected by what it compares within: there la_kw.lint
 * leads to the statement around.
 */
#ifndef LA_COMPILE_LINT_H
#define LA_COMPILE_LINT_H

#include "compile/context.h"

struct la_lint_from;
struct la_lint_edge;

typedef struct la_lint {
  bool collects;         /* for a FROM or WHERE; else it only leads to `outer` */
  struct la_lint *outer; /* within a LATERAL: that of the statement around; else NULL */
  la_node *lateral;      /* it */
  struct la_lint_from *first, **last;
  uint32_t nfroms;
  struct la_lint_edge *edges;
} la_lint;

/* What a statement within kw begins with. */
la_lint la_lint_begin(la_ctx *c, const la_kw *kw);
/* What the element of the alias n is given, which is LATERAL or not. */
la_lint la_lint_within(const la_kw *kw, la_node *n, bool lateral);
/* l as la_kw.lint where no FROM and no WHERE of its own is printed; out lives as long as that. */
la_lint *la_lint_beside(la_lint *out, const la_lint *l);
/* l, or NULL if there is nothing for it to do. */
static inline la_lint *la_lint_of(la_lint *l) { return l->collects || l->outer ? l : NULL; }

/* A FROM element is printed under that name (NULL: a VALUES without one). */
void la_lint_from(la_ctx *c, const la_kw *kw, la_node *from, const la_str *name);
void la_lint_join(la_ctx *c, const la_kw *kw, la_node *join);
/* A BINARY is printed, of whatever operator. */
void la_lint_binary(la_ctx *c, const la_kw *kw, la_node *binary);
/* Notes the warning if some element is not connected; what: "SELECT". */
void la_lint_end(la_ctx *c, la_lint *l, const char *what);

#endif
