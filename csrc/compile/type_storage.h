/* type_storage.h - dates and times kept as text, in a format of the type's own. */
#ifndef LA_COMPILE_TYPE_STORAGE_H
#define LA_COMPILE_TYPE_STORAGE_H

#include "base/buf.h"
#include "base/value.h"
#include "sql/type.h"

/* Writes a DATE, TIME or DATETIME in the storage format of a date, time or datetime type ("%(year)04d-…"), or in the
 * one that all have. A DATE serves a datetime type as midnight, a DATETIME a date type as its day. False: the type
 * does not take the value, nothing was written. */
bool la_storage_write(la_buf *out, const la_node *type, const la_value *v);

#endif
