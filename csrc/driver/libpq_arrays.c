/* libpq_arrays.c - many sets of parameters as arrays, one for each parameter: the server parses, plans and starts once
 * for some hundreds of sets, and not for each.
 *
 * An array's elements must be of the very type that the server takes the parameter for, which it is asked once (Parse,
 * Describe), and then for the arrays of types that are not built in. Where there is none, or the values of a parameter
 * differ in type, the sets go one by one.
 *
 *     text, varchar, json         binary, the bytes as they are      numbers that are exact      text, as they are
 *     jsonb                       the same behind its version        texts that are of another type   text, quoted
 *     all that goes in binary by itself   binary */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "driver/libpq_impl.h"

enum { FEW = 4, FEW_UNKNOWN = 16, CHUNK_BYTES = 1 << 16, LONG_VALUE = 1 << 20, HEADER = 20 };

/* ---- its life ---- */

static pq_arrays *new_arrays(size_t n) {
  pq_arrays *a = la_calloc(sizeof *a);
  if (!a) return NULL;
  a->elements = la_calloc(n * sizeof *a->elements);
  a->types = la_calloc(n * sizeof *a->types);
  a->columns = la_calloc(n * sizeof *a->columns);
  a->values = la_calloc(n * sizeof *a->values);
  a->lengths = la_calloc(n * sizeof *a->lengths);
  a->formats = la_calloc(n * sizeof *a->formats);
  return a;
}

static bool is_whole(const pq_arrays *a) {
  return a->elements && a->types && a->columns && a->values && a->lengths && a->formats;
}

static void drop_columns(pq_stmt *s) {
  for (uint32_t i = 0; s->bulk->columns && i < s->head.nparams; i++) la_buf_free(&s->bulk->columns[i]);
}

void pq_arrays_rest(pq_stmt *s) {
  if (s->bulk) drop_columns(s);
}

void pq_arrays_free(pq_stmt *s) {
  pq_arrays *a = s->bulk;
  if (!a) return;
  drop_columns(s);
  la_str_release(a->text);
  la_free(a->elements);
  la_free(a->types);
  la_free(a->columns);
  la_free(a->values);
  la_free(a->lengths);
  la_free(a->formats);
  la_free(a);
  s->bulk = NULL;
}

void pq_arrays_forget(pq_stmt *s, pq_conn *c) {
  pq_arrays *a = s->bulk;
  if (!a) return;
  if (c && a->prepared) pq_mark_dead(c, a->number);
  a->number = 0;
  a->prepared = a->described = a->known = a->usable = false;
}

int pq_arrays_take(pq_stmt *s, la_str *text, la_error *err) {
  s->by_arrays = text && s->head.nparams;
  if (!s->by_arrays) return 0;
  if (!s->bulk) {
    s->bulk = new_arrays(s->head.nparams);
    if (s->bulk && !is_whole(s->bulk)) pq_arrays_free(s);
    if (!s->bulk) return la_fail_memory(err);
  }
  pq_arrays *a = s->bulk;
  if (a->text && !la_str_eq(a->text, text)) pq_arrays_forget(s, pq_conn_of(s->head.conn));
  la_str_release(a->text);
  a->text = la_str_retain(text);
  return 0;
}

/* ---- types ---- */

/* NONE: no value but NULL so far; 0: texts, whose type is left to the server. */
enum { NONE = -1 };

/* Adds a value to those of which all are *type. */
static bool join_type(int64_t *type, const la_value *v, uint8_t hint) {
  if (v->tag == LA_V_NULL || v->tag == LA_V_ABSENT) return true;
  if (v->tag == LA_V_TEXT || v->tag == LA_V_BLOB) {
    if (v->u.s->len > LONG_VALUE || (v->tag == LA_V_TEXT && memchr(v->u.s->s, '\0', v->u.s->len))) return false;
  }
  int64_t of = pq_type_for(v, hint);
  if (!of && v->tag != LA_V_TEXT) return false;
  bool widens = (*type == OID_INT4 && of == OID_INT8) || (*type == OID_INT8 && of == OID_INT4);
  if (*type != NONE && *type != of && !widens) return false;
  *type = widens ? OID_INT8 : of;
  return true;
}

static bool find_type(pq_stmt *s, uint32_t i) {
  uint32_t n = s->head.nparams;
  int64_t type = NONE;
  for (size_t k = 0; k < s->nsets; k++)
    if (!join_type(&type, &s->sets[k * n + i], s->hints ? s->hints[i] : 0)) return false;
  Oid *to = &s->params.types[i];
  if (type != NONE && !(type == OID_INT4 && *to == OID_INT8)) *to = (Oid)type;
  s->params.untyped |= !*to;
  return true;
}

bool pq_arrays_suit(pq_stmt *s) {
  const pq_arrays *a = s->bulk;
  if (s->fallback || s->nsets < (a->known ? FEW : FEW_UNKNOWN)) return false;
  if (PQserverVersion(pq_conn_of(s->head.conn)->pg) < 90400) return false;
  s->params.untyped = false;
  for (uint32_t i = 0; i < s->head.nparams; i++)
    if (!find_type(s, i)) return false;
  return true;
}

/* Whether all arrays are known. */
static void find_arrays(pq_stmt *s) {
  pq_arrays *a = s->bulk;
  for (uint32_t i = 0; i < s->head.nparams; i++) {
    Oid given = s->params.types[i];
    if (given && given != a->elements[i]) return;
    a->types[i] = pq_array_of(a->elements[i]);
    a->known &= a->types[i] != 0;
  }
  a->usable = a->known;
}

int pq_arrays_describe(pq_stmt *s, const PGresult *described, la_error *err) {
  pq_arrays *a = s->bulk;
  a->described = a->known = true;
  if (PQnparams(described) != (int)s->head.nparams) return 0;
  for (uint32_t i = 0; i < s->head.nparams; i++) a->elements[i] = PQparamtype(described, (int)i);
  find_arrays(s);
  return PQnfields(described) ? pq_learn_columns(s, described, err) : 0;
}

/* Base types, enumerations and ranges: unnest makes columns of what composite types have. */
void pq_arrays_question(const pq_stmt *s, la_buf *out) {
  const pq_arrays *a = s->bulk;
  la_buf_puts(out, "SELECT oid, typarray FROM pg_catalog.pg_type "
                   "WHERE typtype IN ('b', 'e', 'r', 'm') AND typdelim = ',' AND oid IN (0");
  for (uint32_t i = 0; i < s->head.nparams; i++)
    if (!a->types[i]) la_buf_printf(out, ", %u", a->elements[i]);
  la_buf_putc(out, ')');
}

void pq_arrays_learn(pq_stmt *s, const PGresult *types) {
  pq_arrays *a = s->bulk;
  a->known = a->usable = true;
  for (uint32_t i = 0; i < s->head.nparams; i++) {
    for (int row = 0; row < PQntuples(types) && !a->types[i]; row++)
      if (strtoul(PQgetvalue(types, row, 0), NULL, 10) == a->elements[i])
        a->types[i] = (Oid)strtoul(PQgetvalue(types, row, 1), NULL, 10);
    a->usable &= a->types[i] != 0;
  }
}

/* ---- values ---- */

typedef enum form { TEXT_FORM, RAW, VERSIONED, BINARY } form;

static form form_of(Oid given, Oid element) {
  if (given) return given == OID_NUMERIC ? TEXT_FORM : BINARY;
  switch (element) {
    case OID_TEXT:
    case OID_VARCHAR:
    case OID_BPCHAR:
    case OID_JSON: return RAW;
    case OID_JSONB: return VERSIONED;
    default: return TEXT_FORM;
  }
}

static void put_u32(la_buf *b, uint32_t v) {
  const char bytes[] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};
  la_buf_add(b, bytes, sizeof bytes);
}

static void patch_u32(la_buf *b, size_t at, size_t v) {
  for (int i = 0; i < 4 && !b->failed; i++) b->s[at + (size_t)i] = (char)(v >> (24 - 8 * i));
}

/* Dimensions, flags, type, how many (patched at the end), from which number on. */
static void put_header(la_buf *b, Oid element) {
  const uint32_t head[HEADER / 4] = {1, 0, element, 0, 1};
  for (int i = 0; i < HEADER / 4; i++) put_u32(b, head[i]);
}

static void put_raw(la_buf *b, const la_str *s, bool versioned) {
  put_u32(b, s->len + versioned);
  if (versioned) la_buf_putc(b, 1);
  la_buf_str(b, s);
}

static void put_binary(la_buf *b, const la_value *v, Oid type) {
  size_t at = b->len;
  put_u32(b, 0);
  pq_put_binary(b, v, type);
  patch_u32(b, at, b->len - at - 4);
}

static int put_value(la_buf *b, const la_value *v, form f, Oid type, la_error *err) {
  if (f == TEXT_FORM) {
    la_buf_putc(b, b->len ? ',' : '{');
    return pq_put_element(b, v, err);
  }
  if (v->tag == LA_V_NULL || v->tag == LA_V_ABSENT)
    put_u32(b, UINT32_MAX);
  else if (f == BINARY)
    put_binary(b, v, type);
  else
    put_raw(b, v->u.s, f == VERSIONED);
  return 0;
}

static void begin_columns(pq_stmt *s) {
  pq_arrays *a = s->bulk;
  for (uint32_t i = 0; i < s->head.nparams; i++) {
    la_buf_clear(&a->columns[i]);
    a->formats[i] = form_of(s->params.types[i], a->elements[i]) != TEXT_FORM;
    if (a->formats[i]) put_header(&a->columns[i], a->elements[i]);
  }
}

static int end_columns(pq_stmt *s, size_t nsets, la_error *err) {
  pq_arrays *a = s->bulk;
  for (uint32_t i = 0; i < s->head.nparams; i++) {
    la_buf *b = &a->columns[i];
    if (a->formats[i])
      patch_u32(b, 12, nsets);
    else
      la_buf_puts(b, "}");
    a->lengths[i] = (int)b->len;
    a->values[i] = la_buf_cstr(b);
    if (!a->values[i]) return la_fail_memory(err);
  }
  return 0;
}

int pq_arrays_encode(pq_stmt *s, la_error *err) {
  pq_arrays *a = s->bulk;
  uint32_t n = s->head.nparams;
  size_t first = s->nsent, bytes = 0;
  begin_columns(s);
  while (s->nsent < s->nsets && (s->nsent == first || s->nsent % LA_ARRAY_SETS) && bytes < CHUNK_BYTES) {
    const la_value *set = s->sets + s->nsent++ * n;
    bytes = 0;
    for (uint32_t i = 0; i < n; i++) {
      Oid type = s->params.types[i];
      if (put_value(&a->columns[i], &set[i], form_of(type, a->elements[i]), type, err)) return -1;
      bytes += a->columns[i].len;
    }
  }
  a->firsts[a->nsent++ % PQ_ARRAYS_NOTED] = first;
  return end_columns(s, s->nsent - first, err);
}
