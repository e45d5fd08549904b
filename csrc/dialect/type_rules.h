/* type_rules.h - how types print on each dialect. */
#ifndef LA_DIALECT_TYPE_RULES_H
#define LA_DIALECT_TYPE_RULES_H

#include "compile/type.h"

extern const la_type_rules la_sqlite_types;
extern const la_type_rules la_postgresql_types;
extern const la_type_rules la_mysql_types;
extern const la_type_rules la_mariadb_types; /* on those of MySQL */
extern const la_type_rules la_mssql_types;
extern const la_type_rules la_oracle_types;

#endif
