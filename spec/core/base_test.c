/* base_test.c - memory, strings, buffers, maps, arenas, values, errors. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/map.h"
#include "base/str.h"
#include "base/uuid.h"
#include "base/value.h"
#include "support/check.h"

static int strings(void *arg) {
  la_str *a = la_str_new("a\0b", 3), *b = NULL, *f = NULL;
  int status = -1;
  (void)arg;
  if (!a || !(b = la_str_with_quote(a, LA_QUOTE_ALWAYS)) || !(f = la_str_format("%d-%s", 7, "x"))) goto out;
  CHECK_INT(a->len, 3);
  CHECK(a->s[3] == '\0');
  CHECK(a->hash == b->hash);
  CHECK(!la_str_eq(a, b));
  CHECK(la_str_eq(a, la_str_retain(a)));
  la_str_release(a);
  CHECK(la_str_is(f, "7-x"));
  CHECK(!la_str_is(f, "7-xy"));
  CHECK(!la_str_eq(a, NULL) && la_str_eq(NULL, NULL));
  status = 0;
out:
  la_str_release(a);
  la_str_release(b);
  la_str_release(f);
  return status;
}

static int buffers(void *arg) {
  la_buf b = LA_BUF_INIT;
  (void)arg;
  CHECK_STR(la_buf_cstr(&b), "");
  for (int i = 0; i < 100; i++) la_buf_printf(&b, "%d,", i % 10);
  la_buf_insert(&b, 2, "<>", 2);
  la_buf_putc(&b, '!');
  const char *s = la_buf_cstr(&b);
  bool ok = la_buf_ok(&b);
  CHECK(ok == (s != NULL));
  if (ok) CHECK(b.len == 203 && !strncmp(s, "0,<>1,2,", 8) && s[202] == '!');
  la_str *copy = la_buf_to_str(&b);
  if (copy) CHECK(copy->len == b.len);
  ok = ok && copy;
  la_str_release(copy);
  la_buf_clear(&b);
  CHECK(la_buf_ok(&b) && b.len == 0);
  la_buf_free(&b);
  return ok ? 0 : -1;
}

static int integer_map(void *arg) {
  la_map m = LA_MAP_INIT;
  int status = 0, wrong = 0;
  (void)arg;
  for (uint64_t i = 0; i < 300 && !status; i++) status = la_map_put(&m, i, (void *)(uintptr_t)(i + 1));
  for (uint64_t i = 0; i < 300 && !status; i += 3) status = la_map_put(&m, i, NULL);
  for (uint64_t i = 0; i < 300 && !status; i++)
    wrong += la_map_get(&m, i) != (i % 3 ? (void *)(uintptr_t)(i + 1) : NULL);
  CHECK_INT(wrong, 0);
  if (!status) CHECK_INT(m.n, 200);
  la_map_free(&m);
  return status;
}

/* Putting and removing for ever must not make the map grow. */
static void tombstones(void) {
  la_map m = LA_MAP_INIT;
  for (uint64_t i = 0; i < 10000; i++) {
    la_map_put(&m, i, &m);
    la_map_put(&m, i, NULL);
  }
  CHECK_INT(m.n, 0);
  CHECK(m.cap <= 16);
  CHECK(la_map_get(&m, 9999) == NULL);
  la_map_free(&m);
}

static int string_map(void *arg) {
  la_map m = LA_MAP_INIT;
  int status = 0;
  (void)arg;
  for (int i = 0; i < 40 && !status; i++) {
    la_str *key = la_str_format("key %d", i);
    status = key ? la_map_puts(&m, key, &m.cap + i) : -1;
    la_str_release(key);
  }
  if (!status) {
    CHECK(la_map_getb(&m, "key 17", 6) == &m.cap + 17);
    CHECK(la_map_getb(&m, "key 170", 7) == NULL);
    CHECK(la_map_getb(&m, "", 0) == NULL);
  }
  la_map_free(&m);
  return status;
}

static int arenas(void *arg) {
  la_arena a = LA_ARENA_INIT;
  int dirty = 0; /* bytes that are not zero, blocks that are not aligned */
  (void)arg;
  for (size_t i = 0; i < 60; i++) {
    size_t n = i * 211 % 9000;
    char *p = la_arena_alloc(&a, n);
    if (!p) break;
    dirty += (uintptr_t)p % sizeof(void *) != 0;
    for (size_t k = 0; k < n; k++) dirty += p[k] != 0;
    memset(p, 1, n);
  }
  char *copy = la_arena_copy(&a, "text", 2);
  if (copy) CHECK_STR(copy, "te");
  CHECK_INT(dirty, 0);
  bool failed = a.failed;
  la_arena_free(&a);
  return failed ? -1 : 0;
}

static int dropped;

static void drop(la_foreign *f) {
  (void)f;
  dropped++;
}

static int values(void *arg) {
  la_array *a = la_array_new(3);
  la_str *s = la_str_from("text");
  la_foreign f = {1, 1, NULL, 0, drop};
  int status = a && s ? 0 : -1;
  (void)arg;
  if (status) {
    la_str_release(s);
    la_array_release(a);
    return status;
  }
  dropped = 0;
  a->v[0] = la_value_str(LA_V_TEXT, s);
  a->v[1] = la_value_real(2.5);
  a->v[2] = (la_value){LA_V_FOREIGN, 0, 0, {.f = &f}};
  la_value v = {LA_V_ARRAY, 0, 0, {.a = a}}, w;
  la_value_copy(&w, &v);
  CHECK(la_value_eq(&v, &w) && la_value_hash(&v) == la_value_hash(&w));
  la_value_clear(&v);
  CHECK_INT(v.tag, LA_V_ABSENT);
  CHECK_INT(dropped, 0);
  la_value_clear(&w);
  CHECK_INT(dropped, 1);
  return 0;
}

static void value_equality(void) {
  la_value zero = la_value_real(0.0), minus = la_value_real(-0.0), nan = la_value_real(0.0 / zero.u.r);
  la_value one = la_value_int(1), yes = la_value_bool(true), aware = {LA_V_DATETIME, LA_VF_TZ, 60, {.i = 5}};
  la_value naive = {LA_V_DATETIME, 0, 60, {.i = 5}}, other = naive;
  other.aux = 120;
  CHECK(!la_value_eq(&zero, &minus));
  CHECK(la_value_eq(&nan, &nan) && la_value_hash(&nan) == la_value_hash(&nan));
  CHECK(!la_value_eq(&one, &yes));
  CHECK(!la_value_eq(&aware, &naive));
  CHECK(la_value_eq(&naive, &other));
  CHECK_STR(la_tag_name(LA_V_FOREIGN), "foreign");
}

static int errors(void *arg) {
  la_error e = LA_ERROR_INIT, to = LA_ERROR_INIT;
  (void)arg;
  CHECK_INT(la_fail_with(NULL, LA_EXC_ArgumentError, "x"), -1);
  CHECK_INT(la_fail_with(&e, LA_EXC_DataError, "first %d", 1), -1);
  CHECK_INT(la_fail_with(&e, LA_EXC_ArgumentError, "second"), -1);
  bool whole = e.message != NULL;
  CHECK_STR(la_error_message(&e), whole ? "first 1" : "out of memory");
  la_error_move(&to, &e);
  CHECK(!e.set && to.set && to.exc == LA_EXC_DataError);
  la_error_clear(&to);
  return whole ? 0 : -1;
}

static void error_classes(void) {
  CHECK_STR(la_exc_name(LA_EXC_IntegrityError), "IntegrityError");
  CHECK_INT(la_exc_parent(LA_EXC_IntegrityError), LA_EXC_DatabaseError);
  CHECK_INT(la_exc_parent(LA_EXC_SQLAlchemyError), LA_EXC_SQLAlchemyError);
  CHECK_STR(la_exc_doc(LA_EXC_IntegrityError), "gkpj");
  CHECK_STR(la_fail_name(LA_FAIL_UNIQUE), "unique_violation");
}

static int uuids(void *arg) {
  static const char text[] = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  char out[LA_UUID_TEXT];
  la_error e = LA_ERROR_INIT;
  la_str *a = la_uuid_parse(text, sizeof text - 1, &e);
  la_str *b = a ? la_uuid_parse("{6BA7B8109DAD11D180B400C04FD430C8}", 34, &e) : NULL;
  la_str *r = b ? la_uuid_random(&e) : NULL;
  (void)arg;
  if (r) {
    la_uuid_text(out, b);
    CHECK_STR(out, text);
    CHECK_INT(la_uuid_compare(a, b), 0);
    CHECK_INT(la_uuid_version(a), 1);
    CHECK_INT(la_uuid_version(r), 4);
  }
  CHECK(!la_uuid_parse("6ba7b810", 8, NULL));
  la_str_release(a);
  la_str_release(b);
  la_str_release(r);
  la_error_clear(&e);
  return r ? 0 : -1;
}

int main(void) {
  CHECK_SWEEP(strings, NULL);
  CHECK_SWEEP(buffers, NULL);
  CHECK_SWEEP(integer_map, NULL);
  CHECK_SWEEP(string_map, NULL);
  CHECK_SWEEP(arenas, NULL);
  CHECK_SWEEP(values, NULL);
  CHECK_SWEEP(errors, NULL);
  CHECK_SWEEP(uuids, NULL);
  tombstones();
  value_equality();
  error_classes();
  return check_done();
}
