/* value.c - what each tag owns decides copying, comparing and freeing. */
#include "base/value.h"

#include <string.h>

#include "base/mem.h"

typedef enum holds { HOLDS_NOTHING, HOLDS_INT, HOLDS_REAL, HOLDS_STR, HOLDS_ARRAY, HOLDS_FOREIGN } holds;

static const struct {
  const char *name;
  holds held;
} tags[] = {
    [LA_V_ABSENT] = {"absent", HOLDS_NOTHING},   [LA_V_NULL] = {"null", HOLDS_NOTHING},
    [LA_V_BOOL] = {"boolean", HOLDS_INT},        [LA_V_INT] = {"integer", HOLDS_INT},
    [LA_V_REAL] = {"real", HOLDS_REAL},          [LA_V_TEXT] = {"text", HOLDS_STR},
    [LA_V_BLOB] = {"blob", HOLDS_STR},           [LA_V_DECIMAL] = {"decimal", HOLDS_STR},
    [LA_V_DATE] = {"date", HOLDS_INT},           [LA_V_TIME] = {"time", HOLDS_INT},
    [LA_V_DATETIME] = {"datetime", HOLDS_INT},   [LA_V_INTERVAL] = {"interval", HOLDS_INT},
    [LA_V_UUID] = {"uuid", HOLDS_STR},           [LA_V_ARRAY] = {"array", HOLDS_ARRAY},
    [LA_V_FOREIGN] = {"foreign", HOLDS_FOREIGN},
};

const char *la_tag_name(la_tag tag) { return tags[tag].name; }

la_value la_value_int(int64_t i) { return (la_value){LA_V_INT, 0, 0, {.i = i}}; }

la_value la_value_real(double r) { return (la_value){LA_V_REAL, 0, 0, {.r = r}}; }

la_value la_value_bool(bool b) { return (la_value){LA_V_BOOL, 0, 0, {.i = b}}; }

la_value la_value_str(la_tag tag, la_str *s) { return (la_value){(uint8_t)tag, 0, 0, {.s = s}}; }

void la_value_copy(la_value *out, const la_value *v) {
  *out = *v;
  switch (tags[v->tag].held) {
    case HOLDS_STR: la_str_retain(v->u.s); break;
    case HOLDS_ARRAY: la_array_retain(v->u.a); break;
    case HOLDS_FOREIGN: la_foreign_retain(v->u.f); break;
    default: break;
  }
}

void la_value_clear(la_value *v) {
  la_value old = *v;
  *v = LA_VALUE_ABSENT;
  switch (tags[old.tag].held) {
    case HOLDS_STR: la_str_release(old.u.s); break;
    case HOLDS_ARRAY: la_array_release(old.u.a); break;
    case HOLDS_FOREIGN: la_foreign_release(old.u.f); break;
    default: break;
  }
}

/* All NaN as one; 0.0 and -0.0 stay apart. */
static uint64_t real_bits(double r) {
  uint64_t bits;
  if (r != r) return 0x7ff8000000000000u;
  memcpy(&bits, &r, sizeof bits);
  return bits;
}

static bool same_bytes(const la_str *a, const la_str *b) {
  if (a == b) return true;
  return a && b && a->hash == b->hash && a->len == b->len && !memcmp(a->s, b->s, a->len);
}

static bool same_items(const la_array *a, const la_array *b) {
  if (a == b) return true;
  if (!a || !b || a->n != b->n) return false;
  for (uint32_t i = 0; i < a->n; i++)
    if (!la_value_eq(&a->v[i], &b->v[i])) return false;
  return true;
}

bool la_value_eq(const la_value *a, const la_value *b) {
  if (a->tag != b->tag || a->flags != b->flags) return false;
  if ((a->flags & LA_VF_TZ) && a->aux != b->aux) return false;
  switch (tags[a->tag].held) {
    case HOLDS_NOTHING: return true;
    case HOLDS_INT: return a->u.i == b->u.i;
    case HOLDS_REAL: return real_bits(a->u.r) == real_bits(b->u.r);
    case HOLDS_STR: return same_bytes(a->u.s, b->u.s);
    case HOLDS_ARRAY: return same_items(a->u.a, b->u.a);
    case HOLDS_FOREIGN: return a->u.f == b->u.f;
  }
  return false;
}

static uint64_t content_hash(const la_value *v) {
  switch (tags[v->tag].held) {
    case HOLDS_NOTHING: return 0;
    case HOLDS_INT: return (uint64_t)v->u.i;
    case HOLDS_REAL: return real_bits(v->u.r);
    case HOLDS_STR: return v->u.s ? v->u.s->hash : 0;
    case HOLDS_FOREIGN: return v->u.f ? v->u.f->id : 0;
    case HOLDS_ARRAY: break;
  }
  uint64_t h = v->u.a ? v->u.a->n : 0;
  for (uint32_t i = 0; v->u.a && i < v->u.a->n; i++) h = la_hash_mix(h, la_value_hash(&v->u.a->v[i]));
  return h;
}

uint64_t la_value_hash(const la_value *v) {
  uint64_t h = la_hash_mix(v->tag, content_hash(v));
  return v->flags & LA_VF_TZ ? la_hash_mix(h, (uint64_t)v->aux) : h;
}

la_array *la_array_new(uint32_t n) {
  la_array *a = la_calloc(sizeof *a + (size_t)n * sizeof(la_value));
  if (!a) return NULL;
  a->refs = 1;
  a->n = n;
  for (uint32_t i = 0; i < n; i++) a->v[i] = LA_VALUE_ABSENT;
  return a;
}

la_array *la_array_retain(la_array *a) {
  if (a) __atomic_add_fetch(&a->refs, 1, __ATOMIC_RELAXED);
  return a;
}

void la_array_release(la_array *a) {
  if (!a || __atomic_sub_fetch(&a->refs, 1, __ATOMIC_ACQ_REL)) return;
  for (uint32_t i = 0; i < a->n; i++) la_value_clear(&a->v[i]);
  la_free(a);
}

la_foreign *la_foreign_retain(la_foreign *f) {
  if (f) __atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
  return f;
}

void la_foreign_release(la_foreign *f) {
  if (f && __atomic_sub_fetch(&f->refs, 1, __ATOMIC_ACQ_REL) == 0 && f->drop) f->drop(f);
}
