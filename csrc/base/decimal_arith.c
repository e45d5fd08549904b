/* decimal_arith.c - arithmetic, digit by digit as on paper.
 *
 * Each operation makes a result that is exact, or has enough digits and a last one
 * that tells whether anything was cut off; la_num_fix then rounds it once.
 */
#include <string.h>

#include "base/decimal_num.h"
#include "base/mem.h"

typedef int (*binary_fn)(la_num *out, la_num *a, la_num *b, la_error *e);

static int invalid(la_error *e, const char *what) {
  return la_fail_with(e, LA_EXC_ArgumentError, "Decimal: invalid operation: %s", what);
}

static void set_special(la_num *out, la_dec_kind kind, bool neg) {
  la_num_set(out, neg, 0, 0);
  out->kind = kind;
}

/* Runs fn on the two numbers; NaN is not its business. */
static la_str *binary(const la_str *a, const la_str *b, binary_fn fn, la_error *e) {
  la_num x = LA_NUM_INIT, y = LA_NUM_INIT, r = LA_NUM_INIT;
  la_str *out = NULL;
  int rc = la_num_read(&x, a, e);
  if (!rc) rc = la_num_read(&y, b, e);
  if (!rc && (x.kind == LA_DEC_NAN || y.kind == LA_DEC_NAN))
    set_special(&r, LA_DEC_NAN, x.kind == LA_DEC_NAN ? x.neg : y.neg);
  else if (!rc)
    rc = fn(&r, &x, &y, e);
  if (!rc && !la_num_fix(&r, LA_DEC_PREC, e)) out = la_num_text(&r, e);
  la_num_free(&x);
  la_num_free(&y);
  la_num_free(&r);
  return out;
}

/* ---- whole numbers: the digits alone ---- */

static int compare_digits(const la_num *a, const la_num *b) {
  if (a->n != b->n) return a->n < b->n ? -1 : 1;
  return memcmp(la_num_digits((la_num *)a), la_num_digits((la_num *)b), a->n);
}

/* out = a + factor * b for |a| >= |b| if factor is -1; the exponents are the same. */
static int sum_digits(la_num *out, la_num *a, la_num *b, int factor, la_error *e) {
  size_t n = (a->n > b->n ? a->n : b->n) + 1;
  if (la_num_reserve(out, n, e)) return -1;
  const char *x = la_num_digits(a), *y = la_num_digits(b);
  char *d = la_num_digits(out);
  int carry = 0;
  for (size_t i = 0; i < n; i++) {
    int s = (i < a->n ? x[a->n - 1 - i] : 0) + factor * (i < b->n ? y[b->n - 1 - i] : 0) + carry;
    carry = s < 0 ? -1 : s / 10;
    d[n - 1 - i] = (char)(s - 10 * carry);
  }
  out->n = n;
  la_num_trim(out);
  return 0;
}

static int multiply_digits(la_num *out, la_num *a, la_num *b, la_error *e) {
  size_t n = a->n + b->n;
  if (la_num_reserve(out, n, e)) return -1;
  const char *x = la_num_digits(a), *y = la_num_digits(b);
  char *d = la_num_digits(out);
  memset(d, 0, n);
  for (size_t i = a->n; i-- > 0;) {
    int carry = 0;
    for (size_t j = b->n; j-- > 0;) {
      carry += x[i] * y[j] + d[i + j + 1];
      d[i + j + 1] = (char)(carry % 10);
      carry /= 10;
    }
    d[i] = (char)carry;
  }
  out->n = n;
  la_num_trim(out);
  return 0;
}

/* r -= y, where y has n digits and r one more in front. */
static void subtract(char *r, const char *y, size_t n) {
  int borrow = 0;
  for (size_t i = n; i-- > 0;) {
    int s = r[i + 1] - y[i] - borrow;
    borrow = s < 0;
    r[i + 1] = (char)(s + 10 * borrow);
  }
  r[0] = (char)(r[0] - borrow);
}

/* Long division: rest holds as many digits as b, and before them one more for what was brought down. */
static int divide_digits(la_num *quotient, la_num *rest, la_num *a, la_num *b, la_error *e) {
  size_t n = b->n + 1;
  if (la_num_reserve(quotient, a->n, e) || la_num_reserve(rest, n, e)) return -1;
  const char *x = la_num_digits(a), *y = la_num_digits(b);
  char *q = la_num_digits(quotient), *r = la_num_digits(rest);
  memset(r, 0, n);
  for (size_t i = 0; i < a->n; i++) {
    memmove(r, r + 1, n - 1);
    r[n - 1] = x[i];
    for (q[i] = 0; r[0] || memcmp(r + 1, y, b->n) >= 0; q[i]++) subtract(r, y, b->n);
  }
  quotient->n = a->n;
  rest->n = n;
  la_num_trim(quotient);
  la_num_trim(rest);
  return 0;
}

/* ---- sums ---- */

static int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t adjusted(const la_num *x) { return x->exp + (int64_t)x->n - 1; }

/* 0 + x, which has x's value and the lesser exponent, as far as the precision goes. */
static int sum_with_zero(la_num *out, la_num *x, int64_t other_exp, la_error *e) {
  int64_t exp = lesser(x->exp, other_exp), least = x->exp - LA_DEC_PREC - 1;
  if (la_num_copy(out, x, e)) return -1;
  return la_num_rescale(out, exp > least ? exp : least, LA_ROUND_HALF_EVEN, e);
}

/* The same exponent for both. Where b lies far below the last digit that a sum can
 * show, one unit at the edge stands for it. */
static int align(la_num *a, la_num *b, la_error *e) {
  la_num *high = a->exp < b->exp ? b : a, *low = a->exp < b->exp ? a : b;
  int64_t edge = high->exp + lesser(-1, (int64_t)high->n - LA_DEC_PREC - 2);
  if (adjusted(low) < edge) la_num_set(low, low->neg, 1, edge);
  return la_num_pad(high, (size_t)(high->exp - low->exp), e);
}

static int add_infinite(la_num *out, la_num *a, la_num *b, la_error *e) {
  if (a->kind == b->kind && a->neg != b->neg) return invalid(e, "-Infinity + Infinity");
  set_special(out, LA_DEC_INF, a->kind == LA_DEC_INF ? a->neg : b->neg);
  return 0;
}

static int add(la_num *out, la_num *a, la_num *b, la_error *e) {
  if (a->kind == LA_DEC_INF || b->kind == LA_DEC_INF) return add_infinite(out, a, b, e);
  if (la_num_is_zero(a) && la_num_is_zero(b)) {
    la_num_set(out, a->neg && b->neg, 0, lesser(a->exp, b->exp));
    return 0;
  }
  if (la_num_is_zero(a)) return sum_with_zero(out, b, a->exp, e);
  if (la_num_is_zero(b)) return sum_with_zero(out, a, b->exp, e);
  if (align(a, b, e)) return -1;
  int order = compare_digits(a, b);
  la_num *high = order < 0 ? b : a, *low = order < 0 ? a : b;
  out->exp = a->exp;
  out->neg = high->neg && (order || a->neg == b->neg);
  return sum_digits(out, high, low, a->neg == b->neg ? 1 : -1, e);
}

static int sub(la_num *out, la_num *a, la_num *b, la_error *e) {
  b->neg = !b->neg;
  return add(out, a, b, e);
}

/* ---- products ---- */

static int mul(la_num *out, la_num *a, la_num *b, la_error *e) {
  bool neg = a->neg != b->neg;
  if (a->kind == LA_DEC_INF || b->kind == LA_DEC_INF) {
    if (la_num_is_zero(a) || la_num_is_zero(b)) return invalid(e, "0 * Infinity");
    set_special(out, LA_DEC_INF, neg);
    return 0;
  }
  out->neg = neg;
  out->exp = a->exp + b->exp;
  return multiply_digits(out, a, b, e);
}

static int div_special(la_num *out, la_num *a, la_num *b, la_error *e) {
  bool neg = a->neg != b->neg;
  if (a->kind == LA_DEC_INF && b->kind == LA_DEC_INF) return invalid(e, "Infinity / Infinity");
  if (a->kind == LA_DEC_INF) {
    set_special(out, LA_DEC_INF, neg);
  } else if (b->kind == LA_DEC_INF) {
    la_num_set(out, neg, 0, LA_DEC_ETINY);
  } else if (la_num_is_zero(b)) {
    return la_fail_with(e, LA_EXC_ArgumentError, "Decimal: division by zero");
  } else {
    la_num_set(out, neg, 0, a->exp - b->exp);
  }
  return 0;
}

/* A quotient that is exact gives back its zeroes up to exponent `ideal`; of one that is not, the last
 * digit must not look like a tie. */
static void settle_quotient(la_num *q, bool exact, int64_t ideal) {
  char *d = la_num_digits(q);
  if (!exact && d[q->n - 1] % 5 == 0) d[q->n - 1]++;
  for (; exact && q->exp < ideal && q->n > 1 && !d[q->n - 1]; q->n--) q->exp++;
}

static int divide_to(la_num *out, la_num *a, la_num *b, size_t prec, la_error *e) {
  if (a->kind != LA_DEC_FINITE || b->kind != LA_DEC_FINITE || la_num_is_zero(a) || la_num_is_zero(b))
    return div_special(out, a, b, e);
  int64_t ideal = a->exp - b->exp, shift = (int64_t)b->n - (int64_t)a->n + (int64_t)prec + 1;
  la_num rest = LA_NUM_INIT;
  int rc = la_num_pad(shift >= 0 ? a : b, (size_t)(shift >= 0 ? shift : -shift), e);
  if (!rc) rc = divide_digits(out, &rest, a, b, e);
  out->neg = a->neg != b->neg;
  out->exp = ideal - shift;
  if (!rc) settle_quotient(out, la_num_is_zero(&rest), ideal);
  la_num_free(&rest);
  return rc;
}

static int divide(la_num *out, la_num *a, la_num *b, la_error *e) { return divide_to(out, a, b, LA_DEC_PREC, e); }

/* ---- integer quotient and what it leaves ---- */

/* Both at once, for finite a and b other than zero whose quotient has at most 28 digits. */
static int divide_aligned(la_num *quotient, la_num *rest, la_num *a, la_num *b, la_error *e) {
  int64_t exp = lesser(a->exp, b->exp);
  bool neg = a->neg;
  if (la_num_rescale(a, exp, LA_ROUND_DOWN, e) || la_num_rescale(b, exp, LA_ROUND_DOWN, e)) return -1;
  if (divide_digits(quotient, rest, a, b, e)) return -1;
  quotient->neg = neg != b->neg;
  quotient->exp = 0;
  rest->neg = neg;
  rest->exp = exp;
  return quotient->n > LA_DEC_PREC ? invalid(e, "the integer quotient has more than 28 digits") : 0;
}

static int divide_whole(la_num *quotient, la_num *rest, la_num *a, la_num *b, la_error *e) {
  if (b->kind == LA_DEC_INF || la_num_is_zero(a) || adjusted(a) - adjusted(b) <= -2) {
    int64_t exp = b->kind == LA_DEC_INF ? a->exp : lesser(a->exp, b->exp);
    la_num_set(quotient, a->neg != b->neg, 0, 0);
    if (la_num_copy(rest, a, e)) return -1;
    return la_num_rescale(rest, exp, LA_ROUND_HALF_EVEN, e);
  }
  if (adjusted(a) - adjusted(b) > LA_DEC_PREC) return invalid(e, "the integer quotient has more than 28 digits");
  return divide_aligned(quotient, rest, a, b, e);
}

static int check_divisor(la_num *a, la_num *b, const char *op, la_error *e) {
  if (a->kind == LA_DEC_INF)
    return la_fail_with(e, LA_EXC_ArgumentError, "Decimal: invalid operation: Infinity %s x", op);
  if (la_num_is_zero(b)) return la_fail_with(e, LA_EXC_ArgumentError, "Decimal: division by zero in %s", op);
  return 0;
}

static int floordiv(la_num *out, la_num *a, la_num *b, la_error *e) {
  la_num rest = LA_NUM_INIT;
  int rc = 0;
  if (a->kind == LA_DEC_INF && b->kind == LA_DEC_FINITE) {
    set_special(out, LA_DEC_INF, a->neg != b->neg);
  } else {
    rc = check_divisor(a, b, "//", e);
    if (!rc) rc = divide_whole(out, &rest, a, b, e);
  }
  la_num_free(&rest);
  return rc;
}

static int mod(la_num *out, la_num *a, la_num *b, la_error *e) {
  la_num quotient = LA_NUM_INIT;
  int rc = check_divisor(a, b, "%", e);
  if (!rc) rc = divide_whole(&quotient, out, a, b, e);
  la_num_free(&quotient);
  return rc;
}

la_str *la_decimal_add(const la_str *a, const la_str *b, la_error *e) { return binary(a, b, add, e); }
la_str *la_decimal_sub(const la_str *a, const la_str *b, la_error *e) { return binary(a, b, sub, e); }
la_str *la_decimal_mul(const la_str *a, const la_str *b, la_error *e) { return binary(a, b, mul, e); }
la_str *la_decimal_div(const la_str *a, const la_str *b, la_error *e) { return binary(a, b, divide, e); }
la_str *la_decimal_floordiv(const la_str *a, const la_str *b, la_error *e) { return binary(a, b, floordiv, e); }
la_str *la_decimal_mod(const la_str *a, const la_str *b, la_error *e) { return binary(a, b, mod, e); }

/* ---- one operand ---- */

typedef struct unary_args {
  int64_t n;
  la_rounding rounding;
} unary_args;

typedef int (*unary_fn)(la_num *x, const unary_args *args, la_error *e);

static la_str *unary(const la_str *d, unary_fn fn, const unary_args *args, la_error *e) {
  la_num x = LA_NUM_INIT;
  la_str *out = NULL;
  if (!la_num_read(&x, d, e) && (x.kind == LA_DEC_NAN || !fn(&x, args, e))) out = la_num_text(&x, e);
  la_num_free(&x);
  return out;
}

static int negate(la_num *x, const unary_args *args, la_error *e) {
  (void)args;
  x->neg = !x->neg && !la_num_is_zero(x);
  return la_num_fix(x, LA_DEC_PREC, e);
}

static int absolute(la_num *x, const unary_args *args, la_error *e) {
  (void)args;
  x->neg = false;
  return la_num_fix(x, LA_DEC_PREC, e);
}

static int normalize(la_num *x, const unary_args *args, la_error *e) {
  (void)args;
  if (la_num_fix(x, LA_DEC_PREC, e) || x->kind != LA_DEC_FINITE) return x->kind == LA_DEC_FINITE ? -1 : 0;
  if (la_num_is_zero(x)) x->exp = 0;
  for (const char *d = la_num_digits(x); x->n > 1 && !d[x->n - 1] && x->exp < LA_DEC_EMAX; x->n--) x->exp++;
  return 0;
}

static int quantize(la_num *x, const unary_args *args, la_error *e) {
  static const char too_long[] = "the quantized result has more than 28 digits";
  if (x->kind == LA_DEC_INF) return invalid(e, "quantize with Infinity");
  if (args->n < LA_DEC_ETINY || args->n > LA_DEC_EMAX) return invalid(e, "quantize to an exponent out of range");
  if (!la_num_is_zero(x) && adjusted(x) - args->n + 1 > LA_DEC_PREC) return invalid(e, too_long);
  if (la_num_rescale(x, args->n, args->rounding, e)) return -1;
  if (x->n > LA_DEC_PREC || adjusted(x) > LA_DEC_EMAX) return invalid(e, too_long);
  return 0;
}

static int to_integral(la_num *x, const unary_args *args, la_error *e) {
  if (x->kind != LA_DEC_FINITE || x->exp >= 0) return 0;
  return la_num_rescale(x, 0, args->rounding, e);
}

static const unary_args none = {0, LA_ROUND_HALF_EVEN};

la_str *la_decimal_neg(const la_str *d, la_error *e) { return unary(d, negate, &none, e); }
la_str *la_decimal_abs(const la_str *d, la_error *e) { return unary(d, absolute, &none, e); }
la_str *la_decimal_normalize(const la_str *d, la_error *e) { return unary(d, normalize, &none, e); }

la_str *la_decimal_quantize(const la_str *d, int64_t exponent, la_rounding rounding, la_error *e) {
  return unary(d, quantize, &(unary_args){exponent, rounding}, e);
}

la_str *la_decimal_to_integral(const la_str *d, la_rounding rounding, la_error *e) {
  return unary(d, to_integral, &(unary_args){0, rounding}, e);
}

/* ---- powers ---- */

/* x *= by, rounded to prec digits. */
static int multiply_into(la_num *x, la_num *by, size_t prec, la_error *e) {
  la_num r = LA_NUM_INIT;
  int rc = mul(&r, x, by, e);
  if (!rc) rc = la_num_fix(&r, prec, e);
  if (!rc) rc = la_num_copy(x, &r, e);
  la_num_free(&r);
  return rc;
}

/* base^n for n > 0 by squaring, from the highest bit of n down. */
static int power(la_num *out, la_num *base, uint64_t n, size_t prec, la_error *e) {
  uint64_t bit = (uint64_t)1 << 63;
  while (!(n & bit)) bit >>= 1;
  if (la_num_copy(out, base, e)) return -1;
  while ((bit >>= 1) && !la_num_is_zero(out)) {
    if (multiply_into(out, out, prec, e)) return -1;
    if ((n & bit) && multiply_into(out, base, prec, e)) return -1;
  }
  return 0;
}

static int invert(la_num *x, size_t prec, la_error *e) {
  la_num one = LA_NUM_INIT, r = LA_NUM_INIT;
  la_num_set(&one, false, 1, 0);
  int rc = divide_to(&r, &one, x, prec, e);
  if (!rc) rc = la_num_fix(&r, prec, e);
  if (!rc) rc = la_num_copy(x, &r, e);
  la_num_free(&one);
  la_num_free(&r);
  return rc;
}

/* 1.00^3 is 1.000000: as many places as the exact product has, and the precision. */
static int power_of_one(la_num *x, int64_t n, bool neg, la_error *e) {
  int64_t most = LA_DEC_PREC - 1, places = -x->exp;
  places = n < 0 || !places ? 0 : n > most / places ? most : places * n;
  la_num_set(x, neg, 1, 0);
  return la_num_pad(x, (size_t)places, e);
}

/* Powers of zero and infinity: one is the other's for -n. */
static int power_of_edge(la_num *x, int64_t n, bool neg) {
  if ((x->kind == LA_DEC_INF) == (n > 0))
    set_special(x, LA_DEC_INF, neg);
  else
    la_num_set(x, neg, 0, 0);
  return 0;
}

static bool is_one(const la_num *x) {
  const char *d = la_num_digits((la_num *)x);
  size_t i = 1;
  if (x->kind != LA_DEC_FINITE || d[0] != 1 || adjusted(x)) return false;
  while (i < x->n && !d[i]) i++;
  return i == x->n;
}

/* The extra digits keep 28 right: as many as the exponent has, two, and one for the inversion. */
static int raise(la_num *x, const unary_args *args, la_error *e) {
  int64_t n = args->n;
  bool neg = x->neg && n % 2;
  uint64_t size = n < 0 ? -(uint64_t)n : (uint64_t)n;
  if (!n && la_num_is_zero(x)) return invalid(e, "0 ** 0");
  if (!n) {
    la_num_set(x, false, 1, 0);
    return 0;
  }
  if (x->kind == LA_DEC_INF || la_num_is_zero(x)) return power_of_edge(x, n, neg);
  if (is_one(x)) return power_of_one(x, n, neg, e);
  size_t prec = LA_DEC_PREC + 2;
  for (uint64_t rest = size; rest; rest /= 10) prec++;
  la_num base = LA_NUM_INIT;
  x->neg = false;
  int rc = n < 0 ? invert(x, ++prec, e) : 0;
  if (!rc) rc = la_num_copy(&base, x, e);
  if (!rc) rc = power(x, &base, size, prec, e);
  x->neg = neg;
  la_num_free(&base);
  return rc ? rc : la_num_fix(x, LA_DEC_PREC, e);
}

la_str *la_decimal_pow(const la_str *a, int64_t exponent, la_error *e) {
  return unary(a, raise, &(unary_args){exponent, LA_ROUND_HALF_EVEN}, e);
}
