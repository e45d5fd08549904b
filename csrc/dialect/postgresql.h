/* postgresql.h - emitters that serve where every construct is printed. */
#ifndef LA_DIALECT_POSTGRESQL_H
#define LA_DIALECT_POSTGRESQL_H

#include "compile/context.h"

void la_postgresql_emit_array(la_ctx *c, la_node *n, const la_kw *kw);
void la_postgresql_emit_agg_order_by(la_ctx *c, la_node *n, const la_kw *kw);
/* "postgresql_distinct_on": what stands behind DISTINCT. */
void la_postgresql_emit_dialect_expr(la_ctx *c, la_node *n, const la_kw *kw);

/* [schema.]name of an ENUM or DOMAIN, whether columns are of that type here or not */
void la_postgresql_put_type_name(la_ctx *c, const la_node *type);
/* CREATE and DROP of an enum or a domain. */
void la_postgresql_ddl_type(la_ctx *c, la_node *ddl);

#endif
