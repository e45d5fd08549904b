/* type.c - classes of types, their families, and the instances with default arguments.
 *
 * Default instances lie in static storage: they are filled when first asked for,
 * under a lock of three states, and never freed (their count never falls to zero).
 */
#include "sql/type.h"

#include <string.h>

static const la_type_info infos[LA_T_COUNT] = {
    {"none", "null", "", LA_T_NONE, LA_T_NONE},
#define TYPE(ID, cls, visit, dialect, parent, second) {#cls, #visit, dialect, LA_T_##parent, LA_T_##second},
#include "sql/types.def"
#undef TYPE
};

const la_type_info *la_type_info_of(la_type_id id) { return &infos[id]; }

la_type_id la_type_named(const char *cls, const char *dialect) {
  for (int i = 1; i < LA_T_COUNT; i++)
    if (!strcmp(infos[i].cls, cls) && !strcmp(infos[i].dialect, dialect)) return (la_type_id)i;
  return LA_T_NONE;
}

bool la_type_derives(la_type_id id, la_type_id of) {
  for (; id; id = infos[id].parent)
    if (id == of || (infos[id].second && la_type_derives(infos[id].second, of))) return true;
  return false;
}

bool la_type_isa(const la_node *type, la_type_id of) { return la_type_derives(la_type_id_of(type), of); }

const char *la_type_bit_name(int n) {
  static const char *const names[] = {
#define BIT(NAME, keyword) #keyword,
#include "sql/typebits.def"
#undef BIT
  };
  return names[n];
}

/* ---- families ---- */

const la_node *la_type_unwrap(const la_node *type) {
  while (type && la_type_isa(type, LA_T_TYPEDECORATOR) && LA_AS(type, type)->impl) type = LA_AS(type, type)->impl;
  return type;
}

static la_type_id family_of(la_type_id id) {
  while (infos[id].parent != LA_T_ENGINE && infos[id].parent != LA_T_NONE) id = infos[id].parent;
  return id;
}

la_type_id la_type_affinity(const la_node *type) {
  if (!la_type_isa(type, LA_T_ABSTRACTINTERVAL)) type = la_type_unwrap(type);
  la_type_id id = la_type_id_of(type);
  if (id == LA_T_MYSQL_ENUM) return id;
  if (id == LA_T_ORACLE_NUMBER) return LA_AS(type, type)->scale > 0 ? LA_T_NUMERIC : LA_T_INTEGER;
  if (la_type_derives(id, LA_T_ABSTRACTINTERVAL)) return LA_T_INTERVAL;
  return family_of(id);
}

bool la_type_same_affinity(const la_node *a, const la_node *b) {
  la_type_id x = la_type_affinity(a), y = la_type_affinity(b);
  if (la_type_isa(a, LA_T_ENUM) && y == LA_T_STRING) return true;
  if (la_type_id_of(a) == LA_T_ORACLE_DATE) return y == LA_T_DATETIME || y == LA_T_DATE;
  if (x != y) return false;
  return x != LA_T_USERDEFINEDTYPE || LA_AS(type, la_type_unwrap(a))->object == LA_AS(type, la_type_unwrap(b))->object;
}

const la_node *la_type_variant(const la_node *type, const char *dialect) {
  const la_list *l = la_is(type, LA_K_TYPE) ? LA_AS(type, type)->variants : NULL;
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    const la_pair *p = LA_AS(pair, l->v[i]);
    if (la_str_is(LA_AS(strnode, p->key)->s, dialect)) return p->value;
  }
  return type;
}

bool la_type_evaluates_none(const la_node *type) {
  if (la_type_isa(type, LA_T_SQL_JSON)) return !la_type_has(type, LA_TB_NONE_AS_NULL);
  return la_is(type, LA_K_TYPE) && la_type_has(type, LA_TB_EVALUATES_NONE);
}

/* ---- options ---- */

const la_value *la_type_option(const la_node *type, const char *name) {
  const la_list *l = LA_AS(type, type)->options;
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    const la_pair *p = LA_AS(pair, l->v[i]);
    if (la_str_is(LA_AS(strnode, p->key)->s, name))
      return la_is(p->value, LA_K_CONST) ? &LA_AS(constant, p->value)->value : NULL;
  }
  return NULL;
}

int la_type_option_int(const la_node *type, const char *name, int absent) {
  const la_value *v = la_type_option(type, name);
  return v && (v->tag == LA_V_INT || v->tag == LA_V_BOOL) ? (int)v->u.i : absent;
}

const la_str *la_type_option_str(const la_node *type, const char *name) {
  const la_value *v = la_type_option(type, name);
  return v && v->tag == LA_V_TEXT ? v->u.s : NULL;
}

/* ---- instances ---- */

static int default_bits(la_type_id id) {
  int bits = 0;
  if (la_type_derives(id, LA_T_NUMERIC) && !la_type_derives(id, LA_T_FLOAT)) bits |= LA_TB_ASDECIMAL;
  if (la_type_derives(id, LA_T_MYSQL_DOUBLE) || la_type_derives(id, LA_T_MYSQL_REAL)) bits |= LA_TB_ASDECIMAL;
  if (la_type_derives(id, LA_T_ENUM)) bits |= LA_TB_NATIVE_ENUM;
  if (la_type_derives(id, LA_T_POSTGRESQL_NAMEDTYPE)) bits |= LA_TB_CREATE_TYPE;
  if (la_type_derives(id, LA_T_UUID)) bits |= LA_TB_AS_UUID | LA_TB_NATIVE_UUID;
  if (id == LA_T_INTERVAL) bits |= LA_TB_NATIVE;
  return bits;
}

/* What the decorators of the library wrap. */
static la_node *default_impl(la_type_id id) {
  if (id == LA_T_INTERVAL) return la_type_simple(LA_T_DATETIME);
  if (id == LA_T_PICKLETYPE) return la_type_simple(LA_T_LARGEBINARY);
  return NULL;
}

static void fill_defaults(la_type *t, la_type_id id) {
  t->id = (int)id;
  t->length = t->precision = t->scale = t->dimensions = -1;
  t->bits = default_bits(id);
  t->impl = la_node_retain(default_impl(id));
}

enum { EMPTY, FILLING, READY };
static la_type simple[LA_T_COUNT];
static char state[LA_T_COUNT];

la_node *la_type_simple(la_type_id id) {
  char expected = EMPTY;
  if (__atomic_load_n(&state[id], __ATOMIC_ACQUIRE) == READY) return &simple[id].base;
  if (__atomic_compare_exchange_n(&state[id], &expected, FILLING, false, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) {
    simple[id].base.refs = 1;
    simple[id].base.kind = LA_K_TYPE;
    fill_defaults(&simple[id], id);
    la_node_seal(&simple[id].base);
    __atomic_store_n(&state[id], READY, __ATOMIC_RELEASE);
  }
  while (__atomic_load_n(&state[id], __ATOMIC_ACQUIRE) != READY) continue;
  return &simple[id].base;
}

la_node *la_type_new(la_type_id id) {
  la_node *n = la_node_new(LA_K_TYPE);
  if (n) fill_defaults(LA_AS(type, n), id);
  return n;
}

la_node *la_type_string(la_type_id id, int length) {
  la_node *n = la_type_new(id);
  if (n) LA_AS(type, n)->length = length;
  return la_node_seal(n);
}

la_node *la_type_numeric(la_type_id id, int precision, int scale) {
  la_node *n = la_type_new(id);
  if (!n) return NULL;
  LA_AS(type, n)->precision = precision;
  LA_AS(type, n)->scale = scale;
  return la_node_seal(n);
}

la_node *la_type_array(la_type_id id, la_node *item, int dimensions) {
  la_node *n = la_type_new(id);
  if (!n) return NULL;
  LA_AS(type, n)->item = la_node_retain(item);
  LA_AS(type, n)->dimensions = dimensions;
  return la_node_seal(n);
}
