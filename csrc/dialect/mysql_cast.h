/* mysql_cast.h - CAST of MySQL, which knows few types. */
#ifndef LA_DIALECT_MYSQL_CAST_H
#define LA_DIALECT_MYSQL_CAST_H

#include "compile/context.h"

void la_mysql_emit_cast(la_ctx *c, la_node *n, const la_kw *kw);

#endif
