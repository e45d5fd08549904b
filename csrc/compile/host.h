/* host.h - what only the host language can do while a statement compiles: call
 * the functions that users gave to their types and constructs. The binding fills
 * it in and hands it down; its functions report failure by -1 and *err and never
 * jump. Those that are NULL are never called.
 */
#ifndef LA_COMPILE_HOST_H
#define LA_COMPILE_HOST_H

#include "base/buf.h"
#include "compile/dialect.h"
#include "sql/node.h"

typedef struct la_host la_host;

/* A value on its way into SQL text, by the functions of its type or because it is one of the host's (a table). */
typedef struct la_host_literal {
  enum {
    LA_HL_UNTOUCHED,    /* the host has nothing to say */
    LA_HL_VALUE,        /* write `value`, as the type or the one that it wraps says */
    LA_HL_TEXT,         /* `value` is the text to write */
    LA_HL_VALUE_OR_TEXT /* as VALUE; if that type has no literals, `value` is the text */
  } what;
  la_value value; /* owned by the caller afterwards */
} la_host_literal;

struct la_host {
  void *state;
  /* Writes the text of a user-defined type; column: in whose definition it stands, or NULL. */
  int (*col_spec)(const la_host *h, la_buf *out, const la_node *type, const la_node *column, la_error *err);
  /* Writes the text if the user said how types of this class compile (la.compiles); *done says whether. */
  int (*type_text)(const la_host *h, la_buf *out, bool *done, const la_node *type, const la_node *column,
                   const la_dialect_inst *d, la_error *err);
  /* What a user's decorator wraps on the dialect; *out is a new reference. */
  int (*load_impl)(const la_host *h, la_node **out, const la_node *type, const la_dialect_inst *d, la_error *err);
  /* bind_expression (bind) or column_expression; *out is a new reference, NULL: none. */
  int (*wrap)(const la_host *h, la_node **out, const la_node *type, la_node *expr, bool bind, la_error *err);
  /* What is to be written as the literal of v; out is zero before. */
  int (*literal)(const la_host *h, la_host_literal *out, const la_node *type, const la_dialect_inst *d,
                 const la_value *v, la_error *err);
  /* Prints a node as users said (la.compiles); may call la_emit on c. *done, false before: did it? Asked for nodes
   * whose kind has an entry other than 0 in kinds (LA_K_COUNT of them, or NULL). */
  int (*custom)(const la_host *h, bool *done, la_ctx *c, la_node *n, const la_kw *kw, la_error *err);
  const unsigned char *kinds;
  /* The value of a callable bind, owned by the caller. */
  int (*call)(const la_host *h, la_value *out, la_foreign *callable, la_error *err);
};

#endif
