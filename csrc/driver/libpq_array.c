/* libpq_array.c - arrays, of any number of dimensions, in both formats.
 *
 * Binary: dimensions, flags, element type, (length, lower bound) each; then all
 * elements in row order, each with its length. Text: {1,"a b",NULL,{…}}, after
 * [2:3]= where the lower bound is not 1. */
#include <string.h>
#include <strings.h>

#include "driver/libpq_impl.h"

enum { MAX_DIMENSIONS = 6 };

typedef struct source {
  const pq_reader *r;
  pq_kind kind;
  const char *p, *end;
  la_error *err;
} source;

static int malformed(source *s) { return pq_fail_data(s->err, "malformed array"); }

static int put(source *s, la_value *out, const la_cell *cell) { return la_cell_to_value(out, cell, s->err); }

/* ---- binary ---- */

static int read_element(source *s, la_value *out) {
  la_cell cell;
  if (s->end - s->p < 4) return malformed(s);
  int n = (int32_t)pq_u32(s->p);
  s->p += 4;
  if (n < 0) return *out = LA_VALUE_NULL, 0;
  if (s->end - s->p < n) return malformed(s);
  const char *p = s->p;
  s->p += n;
  return pq_read_binary(&cell, s->r, s->kind, p, n, s->err) ? -1 : put(s, out, &cell);
}

/* Each element takes four bytes at least, which bounds what a lie can make us allocate. */
static la_array *read_dimension(source *s, const uint32_t *lengths, int ndim) {
  bool plausible = lengths[0] <= (size_t)(s->end - s->p) / 4;
  la_array *a = plausible ? la_array_new(lengths[0]) : NULL;
  if (!a) return plausible ? la_fail_memory(s->err) : malformed(s), NULL;
  for (uint32_t i = 0; i < a->n; i++) {
    la_array *inner = NULL;
    int rc = ndim > 1 ? !(inner = read_dimension(s, lengths + 1, ndim - 1)) : read_element(s, &a->v[i]);
    if (inner) a->v[i] = (la_value){LA_V_ARRAY, 0, 0, {.a = inner}};
    if (!rc) continue;
    la_array_release(a);
    return NULL;
  }
  return a;
}

int pq_read_binary_array(la_array **out, const pq_reader *r, pq_kind kind, const char *p, int n, la_error *err) {
  source s = {r, kind, p, p + n, err};
  uint32_t lengths[MAX_DIMENSIONS] = {0};
  if (n < 12) return malformed(&s);
  uint32_t ndim = pq_u32(p);
  if (ndim > MAX_DIMENSIONS || (uint32_t)n < 12 + ndim * 8) return malformed(&s);
  for (uint32_t i = 0; i < ndim; i++) lengths[i] = pq_u32(p + 12 + 8 * i);
  s.p = p + 12 + 8 * ndim;
  *out = read_dimension(&s, lengths, ndim ? (int)ndim : 1);
  return *out ? 0 : -1;
}

/* ---- text ---- */

/* How many elements the braces at s->p hold, and where they end. */
static int count_elements(source *s, uint32_t *n) {
  int depth = 0;
  *n = s->end - s->p > 1 && s->p[1] != '}';
  for (const char *p = s->p; p < s->end; p++) {
    if (*p == '"')
      for (p++; p < s->end && *p != '"'; p++) p += *p == '\\';
    else if (*p == '\\')
      p++;
    else if (*p == '{')
      depth++;
    else if (*p == '}' && !--depth)
      return 0;
    else if (*p == ',' && depth == 1)
      ++*n;
  }
  return malformed(s);
}

typedef struct piece {
  const char *p;
  size_t n;
  bool quoted;
} piece;

/* Where the element at s->p ends: at its closing quote, or at , or }. */
static const char *element_end(const source *s, bool quoted) {
  const char *p = s->p + quoted;
  while (p < s->end && (quoted ? *p != '"' : *p != ',' && *p != '}')) p += 1 + (*p == '\\');
  return p < s->end ? p : NULL;
}

/* The text of one element, without quotes and backslashes, in the scratch. */
static int unquote(source *s, piece *out) {
  bool quoted = s->p < s->end && *s->p == '"';
  const char *end = element_end(s, quoted);
  if (!end) return malformed(s);
  char *text = la_arena_alloc(s->r->scratch, (size_t)(end - s->p) + 1);
  if (!text) return la_fail_memory(s->err);
  *out = (piece){text, 0, quoted};
  for (const char *p = s->p + quoted; p < end; p++) {
    if (*p == '\\') p++;
    text[out->n++] = *p;
  }
  s->p = end + quoted;
  return 0;
}

static la_array *parse_braces(source *s, int depth);

static int parse_element(source *s, la_value *out, int depth) {
  piece e = {"", 0, false};
  la_cell cell;
  if (s->p < s->end && *s->p == '{') {
    la_array *inner = parse_braces(s, depth + 1);
    if (inner) *out = (la_value){LA_V_ARRAY, 0, 0, {.a = inner}};
    return inner ? 0 : -1;
  }
  if (unquote(s, &e)) return -1;
  if (!e.quoted && e.n == 4 && !strncasecmp(e.p, "NULL", 4)) return *out = LA_VALUE_NULL, 0;
  return pq_read_text(&cell, s->r, s->kind, e.p, (int)e.n, s->err) ? -1 : put(s, out, &cell);
}

static int parse_all(source *s, la_array *a, int depth) {
  for (uint32_t i = 0; i < a->n; i++) {
    s->p++;
    if (parse_element(s, &a->v[i], depth)) return -1;
    if (s->p == s->end || *s->p != (i + 1 < a->n ? ',' : '}')) return malformed(s);
  }
  s->p += a->n ? 1 : 2;
  return 0;
}

static la_array *parse_braces(source *s, int depth) {
  uint32_t n;
  if (depth > MAX_DIMENSIONS || s->p == s->end || *s->p != '{') return malformed(s), NULL;
  if (count_elements(s, &n)) return NULL;
  la_array *a = la_array_new(n);
  if (!a) return la_fail_memory(s->err), NULL;
  if (!parse_all(s, a, depth)) return a;
  la_array_release(a);
  return NULL;
}

int pq_read_text_array(la_array **out, const pq_reader *r, pq_kind kind, const char *p, int n, la_error *err) {
  source s = {r, kind, p, p + n, err};
  const char *bounds = n && *p == '[' ? memchr(p, '=', (size_t)n) : NULL;
  if (bounds) s.p = bounds + 1;
  *out = parse_braces(&s, 1);
  return *out ? 0 : -1;
}
