/* mssql.h - what the files of the SQL Server dialect share. */
#ifndef LA_DIALECT_MSSQL_H
#define LA_DIALECT_MSSQL_H

#include "compile/context.h"

/* As everywhere, but for legacy_schema_aliasing. */
void la_mssql_emit_table(la_ctx *c, la_node *n, const la_kw *kw);
void la_mssql_emit_column(la_ctx *c, la_node *n, const la_kw *kw);

#endif
