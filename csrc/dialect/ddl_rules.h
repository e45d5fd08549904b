/* ddl_rules.h - how schema items print on each dialect. */
#ifndef LA_DIALECT_DDL_RULES_H
#define LA_DIALECT_DDL_RULES_H

#include "compile/ddl.h"

extern const la_ddl_rules la_sqlite_ddl;
extern const la_ddl_rules la_postgresql_ddl;
extern const la_ddl_rules la_mysql_ddl; /* of MariaDB, too */
extern const la_ddl_rules la_mssql_ddl;
extern const la_ddl_rules la_oracle_ddl;

#endif
