/* oracle.h - what the files of the Oracle dialect share. */
#ifndef LA_DIALECT_ORACLE_H
#define LA_DIALECT_ORACLE_H

#include "compile/context.h"

/* The SELECT with (+) for outer joins, and within others that count ROWNUM. */
la_node *la_oracle_translate(la_ctx *c, la_node *select, const la_kw *kw);
void la_oracle_emit_join(la_ctx *c, la_node *n, const la_kw *kw);
/* The hint that says how many rows are wanted. */
void la_oracle_emit_first_rows(la_ctx *c, la_node *n, const la_kw *kw);
void la_oracle_emit_outer_column(la_ctx *c, la_node *n, const la_kw *kw);

#endif
