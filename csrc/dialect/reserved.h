/* reserved.h - the words that must be quoted as names. */
#ifndef LA_DIALECT_RESERVED_H
#define LA_DIALECT_RESERVED_H

#include "compile/dialect.h"

extern const char la_words_sqlite[], la_words_postgresql[], la_words_mysql[], la_words_mariadb[], la_words_mssql[],
    la_words_oracle[];

#endif
