/* decimal_num.h - the two working forms of a decimal, for decimal*.c alone.
 *
 * la_dectext is a view of the text: enough to compare and hash without memory.
 * la_num holds the digits apart, to calculate with.
 */
#ifndef LA_BASE_DECIMAL_NUM_H
#define LA_BASE_DECIMAL_NUM_H

#include "base/buf.h"
#include "base/decimal.h"

#define LA_DEC_PREC 28
#define LA_DEC_EMAX 999999
#define LA_DEC_ETINY (-LA_DEC_EMAX - LA_DEC_PREC + 1)

typedef enum la_dec_kind { LA_DEC_FINITE, LA_DEC_INF, LA_DEC_NAN } la_dec_kind;

typedef struct la_dectext {
  la_dec_kind kind;
  bool neg, zero;
  const char *s; /* from the first digit that is not a leading zero; has points and underscores in it */
  size_t n;      /* digits, at least one */
  int64_t exp;   /* value = digits * 10^exp */
} la_dectext;

/* Whether s is a decimal at all; the view borrows from s. */
bool la_dectext_read(la_dectext *out, const char *s, size_t len);
/* The digit at *s, 0 to 9, which then moves on. */
int la_dectext_next(const char **s);

typedef struct la_num {
  la_dec_kind kind;
  bool neg;
  int64_t exp; /* value = digits * 10^exp */
  size_t n;    /* digits, at least one; no leading zero but for zero itself */
  size_t cap;  /* of heap */
  char *heap;  /* NULL: the digits are in place */
  char place[96];
} la_num;

#define LA_NUM_INIT                            \
  {                                            \
    LA_DEC_FINITE, false, 0, 1, 0, NULL, { 0 } \
  }

/* 0, or -1 with e filled. */
int la_num_read(la_num *out, const la_str *text, la_error *e);
la_str *la_num_text(const la_num *x, la_error *e);
void la_num_free(la_num *x);
/* The digits, values 0 to 9, the most significant first. */
char *la_num_digits(la_num *x);
bool la_num_is_zero(const la_num *x);
/* Room for n digits; those there are kept. */
int la_num_reserve(la_num *x, size_t n, la_error *e);
int la_num_copy(la_num *out, const la_num *x, la_error *e);
/* Sets a single digit. */
void la_num_set(la_num *x, bool neg, char digit, int64_t exp);
/* Drops leading zeroes. */
void la_num_trim(la_num *x);
/* Appends zeroes; the value stays. */
int la_num_pad(la_num *x, size_t zeroes, la_error *e);
/* The exponent becomes exp, by padding or by rounding. */
int la_num_rescale(la_num *x, int64_t exp, la_rounding rounding, la_error *e);
/* Rounded to prec digits and to the exponents of the context. */
int la_num_fix(la_num *x, size_t prec, la_error *e);

#endif
