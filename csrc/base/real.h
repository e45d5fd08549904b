/* real.h - doubles as text, the same in every locale. */
#ifndef LA_BASE_REAL_H
#define LA_BASE_REAL_H

#include <stdbool.h>
#include <stddef.h>

/* Reads all n bytes as a decimal number with optional fraction and exponent, or
 * "NaN", "Infinity", "inf" in any case, with an optional sign. False: it is
 * something else. */
bool la_real_parse(double *out, const char *s, size_t n);

enum { LA_REAL_MAX = 32 };

/* The shortest text that reads back as r, as Python's repr writes it: "1.0",
 * "1e+16", "nan", "-inf". Returns its length. */
size_t la_real_format(char out[LA_REAL_MAX], double r);

#endif
