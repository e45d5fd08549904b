/* decimal_test.c - decimals: text, value, arithmetic, and running out of memory. */
#include "base/decimal.h"

#include <stdlib.h>

#include "support/check.h"

typedef struct text_case {
  const char *in, *out; /* out: NULL if it is refused */
} text_case;

static const text_case texts[] = {
    {"12.30", "12.30"},
    {" +1_000.5 ", "1000.5"},
    {"-0.00", "-0.00"},
    {".5", "0.5"},
    {"5.", "5"},
    {"007", "7"},
    {"1e3", "1E+3"},
    {"123E-10", "1.23E-8"},
    {"0.000001", "0.000001"},
    {"0.0000001", "1E-7"},
    {"0E5", "0E+5"},
    {"inf", "Infinity"},
    {"-INFINITY", "-Infinity"},
    {"nan", "NaN"},
    {"", NULL},
    {".", NULL},
    {"1e", NULL},
    {"1.2.3", NULL},
    {"0x10", NULL},
    {"sNaN", NULL},
    {"1e9999999999999999999", NULL},
};

static void check_texts(void) {
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    la_error e = LA_ERROR_INIT;
    la_str *d = la_decimal_parse(texts[i].in, strlen(texts[i].in), &e);
    CHECK_STR(d ? d->s : NULL, texts[i].out);
    CHECK(d ? !e.set : e.exc == LA_EXC_ArgumentError);
    la_str_release(d);
    la_error_clear(&e);
  }
}

typedef la_str *(*binary)(const la_str *a, const la_str *b, la_error *e);

typedef struct binary_case {
  binary fn;
  const char *a, *b, *out;
} binary_case;

static const binary_case binaries[] = {
    {la_decimal_add, "1.10", "2.205", "3.305"},
    {la_decimal_add, "1E+30", "-1", "1.000000000000000000000000000E+30"},
    {la_decimal_add, "1e999999", "1e-999999", "1.000000000000000000000000000E+999999"},
    {la_decimal_sub, "1.0", "1.00", "0.00"},
    {la_decimal_mul, "1.20", "-0.5", "-0.600"},
    {la_decimal_mul, "9e999999", "9", NULL},
    {la_decimal_div, "1", "3", "0.3333333333333333333333333333"},
    {la_decimal_div, "2", "3", "0.6666666666666666666666666667"},
    {la_decimal_div, "1", "0", NULL},
    {la_decimal_div, "1", "Infinity", "0E-1000026"},
    {la_decimal_floordiv, "-7", "2", "-3"},
    {la_decimal_mod, "-7", "2", "-1"},
    {la_decimal_mod, "1E+30", "7", NULL},
    {la_decimal_add, "NaN", "1", "NaN"},
    {la_decimal_sub, "Infinity", "Infinity", NULL},
};

static void check_binaries(void) {
  for (size_t i = 0; i < sizeof binaries / sizeof binaries[0]; i++) {
    const binary_case *c = &binaries[i];
    la_error e = LA_ERROR_INIT;
    la_str *a = la_decimal_parse(c->a, strlen(c->a), NULL), *b = la_decimal_parse(c->b, strlen(c->b), NULL);
    la_str *r = a && b ? c->fn(a, b, &e) : NULL;
    CHECK_STR(r ? r->s : NULL, c->out);
    la_str_release(a);
    la_str_release(b);
    la_str_release(r);
    la_error_clear(&e);
  }
}

static int compare(const char *a, const char *b) {
  la_str *x = la_str_from(a), *y = la_str_from(b);
  int order = la_decimal_compare(x, y);
  if (order == 0) CHECK(la_decimal_hash(x) == la_decimal_hash(y));
  la_str_release(x);
  la_str_release(y);
  return order;
}

static void check_order(void) {
  CHECK_INT(compare("1.0", "1.00"), 0);
  CHECK_INT(compare("-0", "0E+10"), 0);
  CHECK_INT(compare("1E+3", "1000"), 0);
  CHECK_INT(compare("-2", "1"), -1);
  CHECK_INT(compare("1E+999999999", "9.99"), 1);
  CHECK_INT(compare("-Infinity", "-1E+50"), -1);
  CHECK_INT(compare("NaN", "NaN"), LA_DECIMAL_UNORDERED);
}

static void check_made(la_str *d, const char *wanted) {
  CHECK_STR(d ? d->s : NULL, wanted);
  la_str_release(d);
}

static void check_numbers(void) {
  la_error e = LA_ERROR_INIT;
  int64_t i = 0;
  double r = 0;
  la_str *d = la_decimal_from_int(INT64_MIN, &e);
  CHECK(la_decimal_to_int(&i, d) && i == INT64_MIN);
  CHECK(!la_decimal_to_double(&r, d, &e) && r == -9223372036854775808.0);
  la_str_release(d);
  d = la_str_from("9223372036854775808");
  CHECK(!la_decimal_to_int(&i, d));
  la_str_release(d);
  check_made(la_decimal_from_double(0.1, &e), "0.1");
  check_made(la_decimal_from_double_exact(0.1, &e), "0.1000000000000000055511151231257827021181583404541015625");
  check_made(la_decimal_from_double_places(2.675, 2, &e), "2.67");
  d = la_str_from("2.5");
  check_made(la_decimal_quantize(d, 0, LA_ROUND_HALF_EVEN, &e), "2");
  check_made(la_decimal_quantize(d, 0, LA_ROUND_HALF_UP, &e), "3");
  check_made(la_decimal_quantize(d, -3, LA_ROUND_HALF_UP, &e), "2.500");
  check_made(la_decimal_pow(d, 3, &e), "15.625");
  check_made(la_decimal_pow(d, -1, &e), "0.4");
  la_str_release(d);
  CHECK(!e.set);
}

/* Longer than what a number holds in place, so that it asks for memory. */
#define LONG "123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789.5"

static int with_memory_failing(void *arg) {
  la_error e = LA_ERROR_INIT;
  la_str *a = la_decimal_parse(LONG, sizeof LONG - 1, &e), *b = a ? la_decimal_from_double(-0.3, &e) : NULL;
  la_str *r[] = {NULL, NULL, NULL, NULL, NULL};
  (void)arg;
  if (b) {
    r[0] = la_decimal_add(a, b, &e);
    r[1] = la_decimal_mul(a, a, &e);
    r[2] = la_decimal_div(b, a, &e);
    r[3] = la_decimal_pow(a, -5, &e);
    r[4] = la_decimal_from_double_exact(1e300, &e);
  }
  int status = e.set ? -1 : 0;
  if (status) CHECK_INT(e.exc, LA_EXC_MEMORY);
  for (int i = 0; i < 5; i++) la_str_release(r[i]);
  la_str_release(a);
  la_str_release(b);
  la_error_clear(&e);
  return status;
}

int main(void) {
  check_texts();
  check_binaries();
  check_order();
  check_numbers();
  CHECK_SWEEP(with_memory_failing, NULL);
  return check_done();
}
