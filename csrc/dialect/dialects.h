/* dialects.h - the list of dialects. */
#ifndef LA_DIALECT_DIALECTS_H
#define LA_DIALECT_DIALECTS_H

#include "compile/dialect.h"

extern const la_dialect la_default_dialect;
extern const la_dialect la_str_dialect; /* prints whatever it is given: what tostring() uses */
extern const la_dialect la_sqlite_dialect;
extern const la_dialect la_postgresql_dialect;
extern const la_dialect la_mysql_dialect;
extern const la_dialect la_mariadb_dialect;
extern const la_dialect la_mssql_dialect;
extern const la_dialect la_oracle_dialect;

/* NULL if there is none of that name. */
const la_dialect *la_dialect_named(const char *name);
/* The i-th of the list, NULL past its end. */
const la_dialect *la_dialect_at(size_t i);

#endif
