/* fuzz_test.c - whatever reads bytes of others is given broken ones, made of good ones by a seeded generator: no
 * crash, no read past the end (built with sanitizers), and what is accepted is written and read again the same.
 *
 *     fuzz_test [SEED [COUNT]]        COUNT inputs for each target; a failure prints the seed that makes it
 */
#include <stdlib.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/json_text.h"
#include "base/real.h"
#include "base/uuid.h"
#include "driver/libpq_impl.h"
#include "engine/url.h"
#include "sql/expr.h"
#include "support/check.h"

enum { MAX = 400, COUNT = 3000 };

/* ---- random ---- */

static uint64_t state;

static uint32_t next(uint32_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 33) % below;
}

/* ---- targets: false if what was accepted does not hold ---- */

typedef bool (*target_fn)(const char *s, size_t n);

static bool fuzz_url(const char *s, size_t n) {
  la_url *u = NULL, *again = NULL;
  la_error err = LA_ERROR_INIT;
  la_conninfo info = {0};
  bool holds = true;
  if (!la_url_parse(&u, s, n, &err)) {
    la_buf text = LA_BUF_INIT;
    la_url_render(&text, u, false);
    const char *t = la_buf_cstr(&text);
    /* A password with a slash in front of an @, or a database with a question mark, reads otherwise. */
    holds = t && (la_url_parse(&again, t, text.len, &err) || la_url_eq(u, again) || strpbrk(t, "@?[]"));
    if (!la_url_conninfo(&info, u, &err)) la_conninfo_clear(&info);
    la_buf_free(&text);
  }
  la_url_release(u);
  la_url_release(again);
  la_error_clear(&err);
  return holds;
}

static bool fuzz_decimal(const char *s, size_t n) {
  la_error err = LA_ERROR_INIT;
  la_str *d = la_decimal_parse(s, n, &err), *again = d ? la_decimal_parse(d->s, d->len, &err) : NULL;
  bool holds = !d || (again && la_str_eq(d, again));
  double r;
  if (d && la_decimal_is_finite(d)) {
    la_error ignored = LA_ERROR_INIT;
    int64_t i;
    la_decimal_to_double(&r, d, &ignored);
    la_decimal_to_int(&i, d);
    la_str_release(la_decimal_quantize(d, (int64_t)next(40) - 20, LA_ROUND_HALF_EVEN, &ignored));
    la_str_release(la_decimal_div(d, again, &ignored));
    la_error_clear(&ignored);
  }
  la_str_release(d);
  la_str_release(again);
  la_error_clear(&err);
  return holds;
}

static bool fuzz_real(const char *s, size_t n) {
  double r, again;
  char text[LA_REAL_MAX];
  if (!la_real_parse(&r, s, n) || r != r) return true;
  return la_real_parse(&again, text, la_real_format(text, r)) && again == r;
}

static bool same_moment(int (*parse)(la_value *, const char *, size_t, la_error *), const char *s, size_t n) {
  la_value v, again;
  la_error err = LA_ERROR_INIT;
  bool holds = true;
  if (!parse(&v, s, n, &err)) {
    la_buf text = LA_BUF_INIT;
    la_temporal_iso(&text, &v, "T", LA_TIMESPEC_AUTO);
    const char *t = la_buf_cstr(&text);
    holds = t && !parse(&again, t, text.len, &err) && la_temporal_eq(&v, &again);
    la_buf_free(&text);
  }
  la_error_clear(&err);
  return holds;
}

static bool fuzz_date(const char *s, size_t n) { return same_moment(la_date_parse, s, n); }
static bool fuzz_time(const char *s, size_t n) { return same_moment(la_time_parse, s, n); }
static bool fuzz_datetime(const char *s, size_t n) { return same_moment(la_datetime_parse, s, n); }

/* The text is a format, and what is read by one. */
static bool fuzz_format(const char *s, size_t n) {
  la_error err = LA_ERROR_INIT;
  la_buf out = LA_BUF_INIT;
  la_value v;
  la_civil c = {(int64_t)next(9999) + 1, 2, 28, 23, 59, 59, 1, true, 3600};
  CHECK_INT(la_datetime_make(&v, &c, &err), 0);
  la_temporal_format(&out, &v, s, n, &err);
  la_error_clear(&err);
  la_datetime_scan(&v, s, "%Y-%m-%d %H:%M:%S.%f%z", &err);
  la_error_clear(&err);
  if (la_buf_cstr(&out)) la_datetime_scan(&v, la_buf_cstr(&out), s, &err);
  la_error_clear(&err);
  la_buf_free(&out);
  return true;
}

static bool fuzz_uuid(const char *s, size_t n) {
  la_error err = LA_ERROR_INIT;
  char text[LA_UUID_TEXT];
  la_str *u = la_uuid_parse(s, n, &err), *again = NULL;
  if (u) la_uuid_text(text, u);
  bool holds = !u || ((again = la_uuid_parse(text, strlen(text), &err)) && la_str_eq(u, again));
  la_str_release(u);
  la_str_release(again);
  la_error_clear(&err);
  return holds;
}

static bool fuzz_json(const char *s, size_t n) {
  la_buf out = LA_BUF_INIT;
  size_t good = la_json_escape(&out, s, n);
  bool holds = good <= n;
  for (size_t i = 0; i < out.len; i++) holds &= out.s[i] >= ' ' && out.s[i] < 127;
  la_buf_free(&out);
  return holds;
}

static bool fuzz_text(const char *s, size_t n) {
  la_node *text = NULL;
  la_error err = LA_ERROR_INIT;
  la_expr_text(&text, s, n, &err);
  la_node_release(text);
  la_error_clear(&err);
  return true;
}

/* ---- what PostgreSQL sends ---- */

typedef int (*read_fn)(la_cell *, const pq_reader *, pq_kind, const char *, int, la_error *);
typedef int (*read_array_fn)(la_array **, const pq_reader *, pq_kind, const char *, int, la_error *);

static bool fuzz_cell(read_fn read, const char *s, size_t n) {
  la_arena scratch = {0};
  pq_reader r = {&scratch, next(2), 3600};
  la_cell cell;
  la_error err = LA_ERROR_INIT;
  la_value v = LA_VALUE_NULL;
  if (!read(&cell, &r, (pq_kind)next(PQ_UUID + 1), s, (int)n, &err) && !la_cell_to_value(&v, &cell, &err))
    la_value_clear(&v);
  la_error_clear(&err);
  la_arena_free(&scratch);
  return true;
}

static bool fuzz_array(read_array_fn read, const char *s, size_t n) {
  la_arena scratch = {0};
  pq_reader r = {&scratch, next(2), 3600};
  la_array *a = NULL;
  la_error err = LA_ERROR_INIT;
  if (!read(&a, &r, (pq_kind)next(PQ_UUID + 1), s, (int)n, &err)) la_array_release(a);
  la_error_clear(&err);
  la_arena_free(&scratch);
  return true;
}

static bool fuzz_pq_text(const char *s, size_t n) { return fuzz_cell(pq_read_text, s, n); }
static bool fuzz_pq_binary(const char *s, size_t n) { return fuzz_cell(pq_read_binary, s, n); }
static bool fuzz_pq_text_array(const char *s, size_t n) { return fuzz_array(pq_read_text_array, s, n); }
static bool fuzz_pq_binary_array(const char *s, size_t n) { return fuzz_array(pq_read_binary_array, s, n); }

/* ---- inputs ---- */

/* A seed may hold NUL bytes: SEED counts them. */
typedef struct input {
  const char *s;
  size_t n;
} input;
#define SEED(s) \
  { s, sizeof(s) - 1 }

static const struct target {
  const char *name;
  target_fn run;
  input seeds[8];
} targets[] = {
    {"url",
     fuzz_url,
     {SEED("postgresql+psycopg2://scott:tiger%40x@host:5432/db?sslmode=require&a=1&a=2"),
      SEED("sqlite:///a.db?x=%41+b"), SEED("postgresql://[::1]:1/x"), SEED("sqlite://"), SEED("a://:@/?=&&=")}},
    {"decimal", fuzz_decimal, {SEED("12345.678900E-10"), SEED("-1_000"), SEED("NaN"), SEED("1E+999999"), SEED("0")}},
    {"real", fuzz_real, {SEED("1.7976931348623157e308"), SEED("-0.1"), SEED("inf"), SEED("4.9e-324")}},
    {"date", fuzz_date, {SEED("2024-02-29"), SEED("20240229"), SEED("2024-W09-4"), SEED("9999-12-31")}},
    {"time", fuzz_time, {SEED("23:59:59.999999+05:30"), SEED("235959,5Z"), SEED("00:00"), SEED("12:30:00-03:30:15")}},
    {"datetime",
     fuzz_datetime,
     {SEED("2024-02-29T23:59:59.5+02:00"), SEED("0001-01-01 00:00"), SEED("2024-W01-1T10Z")}},
    {"format",
     fuzz_format,
     {SEED("%Y-%m-%d %H:%M:%S.%f%z"), SEED("%-d %b %B %a %A %j %p %I %y %%"), SEED("2024-01-01 1")}},
    {"uuid",
     fuzz_uuid,
     {SEED("{6ba7b810-9dad-11d1-80b4-00c04fd430c8}"), SEED("urn:uuid:6ba7b8109dad11d180b400c04fd430c8")}},
    {"json", fuzz_json, {SEED("a\"b\\c\n\xc3\xa9\xf0\x9f\x98\x80\xed\x9f\xbf"), SEED("\x00\x1f\x7f\xff")}},
    {"text()", fuzz_text, {SEED("a = :x AND b = ':y' \\:z ::text :x1"), SEED(":a:b::c"), SEED("\\:\\\\::\x00:n")}},
    {"PostgreSQL's text",
     fuzz_pq_text,
     {SEED("-1 years +2 mons -3 days -04:05:06.789"), SEED("2024-01-01 12:00:00.5+05:30"), SEED("\\x00ff7f"),
      SEED("a\\\\b\\001"), SEED("-12345.6789"), SEED("6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
      SEED("9223372036854775807")}},
    {"PostgreSQL's binary",
     fuzz_pq_binary,
     {SEED("\x00\x03\x00\x01\x40\x00\x00\x04\x00\x01\x09\x29\x1a\x85"), SEED("\x00\x00\x00\x00\x00\x00\x00\x01"),
      SEED("\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03"),
      SEED("\x00\x00\x00\x00\xc0\x00\x00\x00"), SEED("\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x01"),
      SEED("\x01{}")}},
    {"arrays in text",
     fuzz_pq_text_array,
     {SEED("{1,2,NULL,{3,\"a\\\"b\"}}"), SEED("[2:3][-1:0]={{1,2},{3,4}}"), SEED("{}"), SEED("{\"\",\"NULL\",null}")}},
    {"arrays in binary",
     fuzz_pq_binary_array,
     {SEED("\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x17\x00\x00\x00\x02\x00\x00\x00\x01"
           "\x00\x00\x00\x04\x00\x00\x00\x05\xff\xff\xff\xff"),
      SEED(
          "\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x17\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00"
          "\x01\x00\x00\x00\x04\x00\x00\x00\x05"),
      SEED("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x17")}},
};

/* ---- mutation ---- */

static size_t put(char *s, size_t n, size_t at, const char *bytes, size_t count) {
  if (n + count > MAX) return n;
  memmove(s + at + count, s + at, n - at);
  memcpy(s + at, bytes, count);
  return n + count;
}

static size_t cut(char *s, size_t n, size_t at, size_t count) {
  if (count > n - at) count = n - at;
  memmove(s + at, s + at + count, n - at - count);
  return n - count;
}

static size_t mutate(char *s, size_t n, const input *other) {
  static const char *const numbers[] = {"\xff\xff\xff\xff", "\x7f\xff\xff\xff", "\x80\x00\x00\x00", "\x00\x00\x00\x01"};
  static const char signs[] = "\"'\\{}[]()<>,;:=@/?&%#+-._ \t\n0123456789eENnTZ";
  size_t at = n ? next((uint32_t)n) : 0;
  char bytes[16];
  switch (next(9)) {
    case 0: n ? (s[at] ^= (char)(1 << next(8))) : 0; return n;
    case 1: n ? (s[at] = (char)next(256)) : 0; return n;
    case 2: n ? (s[at] = signs[next(sizeof signs - 1)]) : 0; return n;
    case 3: bytes[0] = signs[next(sizeof signs - 1)]; return put(s, n, at, bytes, 1);
    case 4: return cut(s, n, at, 1 + next(8));
    case 5: return next(2) ? at : n;
    case 6:
      if (n - at >= 4) memcpy(s + at, numbers[next(4)], 4);
      return n;
    case 7:
      if (n - at > sizeof bytes) at = n - sizeof bytes;
      memcpy(bytes, s + at, n - at);
      return put(s, n, next((uint32_t)n + 1), bytes, n - at);
    default: return other->n ? put(s, n, at, other->s, 1 + next((uint32_t)other->n)) : n;
  }
}

/* In memory of its own, so that the sanitizer sees a read behind the NUL. */
static bool run(const struct target *t, const char *s, size_t n) {
  char *exact = malloc(n + 1);
  if (n) memcpy(exact, s, n);
  exact[n] = '\0';
  bool holds = t->run(exact, n);
  free(exact);
  return holds;
}

static void fuzz(const struct target *t, uint64_t seed, long count) {
  uint32_t nseeds = 0;
  while (nseeds < 8 && t->seeds[nseeds].s) nseeds++;
  for (uint32_t i = 0; i < nseeds; i++) CHECK(run(t, t->seeds[i].s, t->seeds[i].n));
  for (long i = 0; i < count; i++) {
    char s[MAX];
    state = (seed + (uint64_t)i) * 0x9e3779b97f4a7c15 + 1;
    const input *from = &t->seeds[next(nseeds)];
    size_t n = from->n;
    memcpy(s, from->s, n);
    for (uint32_t k = 1 + next(6); k; k--) n = mutate(s, n, &t->seeds[next(nseeds)]);
    if (!run(t, s, n)) {
      printf("%s does not hold: fuzz_test %llu 1\n%.*s\n", t->name, (unsigned long long)(seed + (uint64_t)i), (int)n,
             s);
      check_failed++;
      return;
    }
  }
  check_passed++;
}

int main(int argc, char **argv) {
  uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
  long count = argc > 2 ? atol(argv[2]) : COUNT;
  for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) fuzz(&targets[i], seed, count);
  return check_done();
}
