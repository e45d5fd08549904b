/* upsert.h - ON CONFLICT and ON DUPLICATE KEY UPDATE, for the dialects that have them. */
#ifndef LA_COMPILE_UPSERT_H
#define LA_COMPILE_UPSERT_H

#include "compile/context.h"

/* ON CONFLICT (a, b) WHERE … DO NOTHING | DO UPDATE SET … WHERE …; literal_where: values in the condition of the
 * target are written out when it is executed. */
void la_emit_on_conflict(la_ctx *c, la_node *n, bool literal_where, const la_kw *kw);
/* What is printed for the value that a column (NULL: none of the table) is set to; kept by c. */
typedef la_node *(*la_upsert_value_fn)(la_ctx *c, const la_node *column, la_node *value);
/* "a = 1, b = excluded.b" */
void la_put_upsert_set(la_ctx *c, const la_list *set, la_upsert_value_fn value_of, const la_kw *kw);

#endif
