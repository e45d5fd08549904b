/* value.h - la_value, the one union for parameters and row values.
 *
 * 16 bytes. What does not fit is a counted object behind a pointer, which the
 * value owns a reference to: copy with la_value_copy, end with la_value_clear.
 */
#ifndef LA_BASE_VALUE_H
#define LA_BASE_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

typedef enum la_tag {
  LA_V_ABSENT,   /* no value given (a bind that is still required) */
  LA_V_NULL,     /* SQL NULL */
  LA_V_BOOL,     /* u.i: 0 or 1 */
  LA_V_INT,      /* u.i */
  LA_V_REAL,     /* u.r */
  LA_V_TEXT,     /* u.s: UTF-8 */
  LA_V_BLOB,     /* u.s: bytes */
  LA_V_DECIMAL,  /* u.s: canonical decimal text, see decimal.h */
  LA_V_DATE,     /* u.i: days since 0001-01-01 */
  LA_V_TIME,     /* u.i: microseconds of the day; aux: offset if LA_VF_TZ */
  LA_V_DATETIME, /* u.i: microseconds since 0001-01-01 00:00 of the wall clock shown;
                    aux: offset from UTC in seconds if LA_VF_TZ */
  LA_V_INTERVAL, /* u.i: microseconds */
  LA_V_UUID,     /* u.s: 16 bytes */
  LA_V_ARRAY,    /* u.a */
  LA_V_FOREIGN   /* u.f: a value of the host language, see la_foreign */
} la_tag;

enum { LA_VF_TZ = 1 }; /* flags: the time carries an offset from UTC */

typedef struct la_array la_array;
typedef struct la_foreign la_foreign;

typedef struct la_value {
  uint8_t tag; /* la_tag */
  uint8_t flags;
  int32_t aux;
  union {
    int64_t i;
    double r;
    la_str *s;
    la_array *a;
    la_foreign *f;
  } u;
} la_value;

struct la_array {
  uint32_t refs;
  uint32_t n;
  la_value v[];
};

/* A counted handle on something of the host language (a Lua function, a type
 * object). The core carries and compares it, nothing more. `drop` is called
 * when the last reference goes, possibly on another thread. */
struct la_foreign {
  uint32_t refs;
  uint32_t id; /* distinct for every handle of the process */
  void *host;
  intptr_t ref;
  void (*drop)(la_foreign *f);
};

#define LA_VALUE_ABSENT ((la_value){LA_V_ABSENT, 0, 0, {0}})
#define LA_VALUE_NULL ((la_value){LA_V_NULL, 0, 0, {0}})

la_value la_value_int(int64_t i);
la_value la_value_real(double r);
la_value la_value_bool(bool b);
/* Takes over the caller's reference to s. */
la_value la_value_str(la_tag tag, la_str *s);

/* *out = v with a reference of its own. */
void la_value_copy(la_value *out, const la_value *v);
/* Gives up what v owns and makes it absent. */
void la_value_clear(la_value *v);
/* Same tag, flags and content (arrays element by element, NaN equals NaN). */
bool la_value_eq(const la_value *a, const la_value *b);
uint64_t la_value_hash(const la_value *v);

/* n absent values, count 1; NULL when memory is out. */
la_array *la_array_new(uint32_t n);
la_array *la_array_retain(la_array *a);
void la_array_release(la_array *a);

la_foreign *la_foreign_retain(la_foreign *f);
void la_foreign_release(la_foreign *f);

/* "integer", "text" …: for messages. */
const char *la_tag_name(la_tag tag);

#endif
