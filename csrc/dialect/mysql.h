/* mysql.h - emitters that serve where every construct is printed. */
#ifndef LA_DIALECT_MYSQL_H
#define LA_DIALECT_MYSQL_H

#include "compile/context.h"

/* "mysql_limit": the LIMIT of an UPDATE or DELETE. */
void la_mysql_emit_dialect_expr(la_ctx *c, la_node *n, const la_kw *kw);
/* ON DUPLICATE KEY UPDATE */
void la_mysql_emit_on_duplicate(la_ctx *c, la_node *n, const la_kw *kw);

#endif
