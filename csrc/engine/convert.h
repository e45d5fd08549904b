/* convert.h - values on their way to the database and back, by SQL type.
 *
 * What a driver takes and gives natively passes untouched. What must change is
 * decided once for each bind and column (la_convert_for), from the type and the
 * dialect:
 *
 *   SQLite       Boolean 0/1, Date/Time/DateTime ISO text, Interval a datetime since 1970, Numeric a REAL where
 *                15 digits hold it and else a BLOB of its digits (NUMERIC columns keep no more digits of
 *                text), Uuid 32 hexadecimal digits, LargeBinary BLOB
 *   PostgreSQL   all native; numbers become what the type says (Float, Numeric)
 *
 * An exact decimal string serves as an integer where the host's numbers cannot
 * hold it.
 */
#ifndef LA_ENGINE_CONVERT_H
#define LA_ENGINE_CONVERT_H

#include "compile/dialect.h"
#include "engine/driver.h"
#include "sql/type.h"

typedef enum la_decode {
  LA_DEC_NONE,
  LA_DEC_BOOL, /* integer -> boolean */
  LA_DEC_DATE, /* text -> DATE … */
  LA_DEC_TIME,
  LA_DEC_DATETIME,
  LA_DEC_INTERVAL, /* text of a datetime -> INTERVAL since 1970 */
  LA_DEC_DECIMAL,  /* number -> DECIMAL of `scale` places; text and blob: its digits */
  LA_DEC_REAL,     /* DECIMAL, integer -> REAL */
  LA_DEC_UUID,     /* text -> UUID */
  LA_DEC_UUID_TEXT /* UUID or text -> text with dashes */
} la_decode;

typedef enum la_encode {
  LA_ENC_NONE,
  LA_ENC_BOOL,     /* true, false, 0, 1 -> boolean */
  LA_ENC_BOOL_INT, /* … -> integer */
  LA_ENC_INT,      /* decimal string -> integer */
  LA_ENC_DATE,     /* -> text in the type's storage format … */
  LA_ENC_TIME,
  LA_ENC_DATETIME,
  LA_ENC_INTERVAL,
  LA_ENC_DECIMAL, /* DECIMAL -> REAL or BLOB */
  LA_ENC_REAL,    /* DECIMAL -> REAL */
  LA_ENC_BLOB,    /* text -> BLOB */
  LA_ENC_UUID,    /* text -> UUID */
  LA_ENC_UUID_HEX /* UUID, text -> 32 digits */
} la_encode;

typedef struct la_convert {
  uint8_t decode, encode; /* la_decode, la_encode */
  uint8_t hint;           /* la_param_hint for the driver */
  int16_t scale;
  const la_node *type; /* borrowed: the TYPE, for its storage format; NULL: none */
} la_convert;

/* impl: what the type is on the dialect (la_type_impl), borrowed as long as *out; NULL: nothing is known. */
void la_convert_for(la_convert *out, const la_node *impl, const la_dialect_inst *d);
/* Makes *v what the driver is given. Fails (StatementError) for a value that the type does not take; *v stays owned. */
int la_convert_in(la_value *v, const la_convert *c, la_error *err);
/* *out = the value of the cell, owned by the caller; for decode != LA_DEC_NONE. */
int la_convert_out(la_value *out, const la_cell *cell, const la_convert *c, la_error *err);

#endif
