/* decimal.h - exact decimal numbers, kept as text.
 *
 * A decimal is a la_str with canonical text: what Python's str(Decimal(x)) gives,
 * so "12.30" keeps its zero, large exponents are "1E+30", and there are "NaN",
 * "Infinity" and "-Infinity". Signalling NaN and NaN payloads are not accepted.
 *
 * Parsing and comparing are exact at any length. Arithmetic follows the General
 * Decimal Arithmetic with Python's default context: 28 significant digits, half to
 * even, exponents up to 999999; overflow, division by zero and invalid operations
 * fail with LA_EXC_ArgumentError. NaN operands give NaN.
 *
 * Functions that return la_str* give a new reference, or NULL with e filled. Texts
 * given as arguments must be canonical, but for la_decimal_parse.
 */
#ifndef LA_BASE_DECIMAL_H
#define LA_BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/str.h"

typedef enum la_rounding {
  LA_ROUND_HALF_EVEN,
  LA_ROUND_HALF_UP,
  LA_ROUND_HALF_DOWN,
  LA_ROUND_UP,
  LA_ROUND_DOWN,
  LA_ROUND_CEILING,
  LA_ROUND_FLOOR,
  LA_ROUND_05UP
} la_rounding;

/* What la_decimal_compare answers when one side is NaN. */
#define LA_DECIMAL_UNORDERED 2

/* White space around and underscores within are allowed, as in Python. */
la_str *la_decimal_parse(const char *s, size_t len, la_error *e);
la_str *la_decimal_from_int(int64_t i, la_error *e);
/* The fewest digits that read back as r. */
la_str *la_decimal_from_double(double r, la_error *e);
/* All digits of r. */
la_str *la_decimal_from_double_exact(double r, la_error *e);
/* r with that many digits after the point, as "%.*f" writes it. */
la_str *la_decimal_from_double_places(double r, int places, la_error *e);

/* The nearest double, or an infinity. 0, or -1 when memory is out. */
int la_decimal_to_double(double *out, const la_str *d, la_error *e);
/* False if d is not an integer, or not one of 64 bits. */
bool la_decimal_to_int(int64_t *out, const la_str *d);

/* By value: -1, 0, 1 or LA_DECIMAL_UNORDERED. */
int la_decimal_compare(const la_str *a, const la_str *b);
/* By value: 1.0 equals 1.00; NaN equals nothing. */
bool la_decimal_eq(const la_str *a, const la_str *b);
/* The same for equal values. */
uint64_t la_decimal_hash(const la_str *d);
bool la_decimal_is_finite(const la_str *d);
bool la_decimal_is_nan(const la_str *d);
bool la_decimal_is_zero(const la_str *d);
bool la_decimal_is_signed(const la_str *d);

la_str *la_decimal_add(const la_str *a, const la_str *b, la_error *e);
la_str *la_decimal_sub(const la_str *a, const la_str *b, la_error *e);
la_str *la_decimal_mul(const la_str *a, const la_str *b, la_error *e);
la_str *la_decimal_div(const la_str *a, const la_str *b, la_error *e);
/* The quotient cut off towards zero, and what it leaves, with the sign of a. */
la_str *la_decimal_floordiv(const la_str *a, const la_str *b, la_error *e);
la_str *la_decimal_mod(const la_str *a, const la_str *b, la_error *e);
la_str *la_decimal_pow(const la_str *a, int64_t exponent, la_error *e);
la_str *la_decimal_neg(const la_str *d, la_error *e);
la_str *la_decimal_abs(const la_str *d, la_error *e);
/* Without the zeroes at the end. */
la_str *la_decimal_normalize(const la_str *d, la_error *e);
/* d as a multiple of 10^exponent; fails if that takes more than 28 digits. */
la_str *la_decimal_quantize(const la_str *d, int64_t exponent, la_rounding rounding, la_error *e);
/* d without digits after the point. */
la_str *la_decimal_to_integral(const la_str *d, la_rounding rounding, la_error *e);
/* The exponent of the last digit written: -2 for "12.30". 0 for what is not finite. */
int64_t la_decimal_exponent(const la_str *d);
/* The exponent of the first digit: 1 for "12.30". 0 for what is not finite. */
int64_t la_decimal_adjusted(const la_str *d);

#endif
