/* type_impl.c - what a type becomes on a dialect.
 *
 * Generic types become the dialect's own class for them, by its list of colspecs,
 * and keep their arguments. Types that a database may or may not have natively
 * (enum, interval) do so only if they ask for the native form.
 */
#include "compile/type.h"

/* The class that colspecs name for id or the nearest of its parents; LA_T_NONE: none. What a second parent shares with
 * the first comes after both. */
static la_type_id lookup(const la_colspec *specs, la_type_id id) {
  la_type_id second = LA_T_NONE;
  for (; id && !(second && la_type_derives(second, id)); id = la_type_info_of(id)->parent) {
    for (const la_colspec *s = specs; s->from; s++)
      if (s->from == id) return s->to;
    if (!second) second = la_type_info_of(id)->second;
  }
  return second ? lookup(specs, second) : LA_T_NONE;
}

/* Enum, Interval, Uuid that were told not to use the database's own. */
static bool wants_emulation(const la_node *type) {
  if (la_type_isa(type, LA_T_ENUM)) return !la_type_has(type, LA_TB_NATIVE_ENUM);
  if (la_type_id_of(type) == LA_T_INTERVAL) return !la_type_has(type, LA_TB_NATIVE);
  if (la_type_isa(type, LA_T_UUID)) return !la_type_has(type, LA_TB_NATIVE_UUID);
  return false;
}

enum {
  OWN_BITS = LA_TB_HAS_BIND_EXPRESSION | LA_TB_HAS_COLUMN_EXPRESSION | LA_TB_HAS_COERCE | LA_TB_HAS_COMPARATOR |
             LA_TB_HAS_PROCESSOR
};

/* A type of class id with the arguments of type. */
static la_node *adapt(const la_node *type, la_type_id id) {
  la_node *n = la_node_copy(type);
  if (!n) return NULL;
  la_type *t = LA_AS(type, n);
  t->id = (int)id;
  t->bits &= ~OWN_BITS;
  if (la_type_derives(id, LA_T_POSTGRESQL_NAMEDTYPE) && !la_type_isa(type, LA_T_POSTGRESQL_NAMEDTYPE))
    t->bits |= LA_TB_CREATE_TYPE;
  la_give_node(&t->impl, NULL);
  la_foreign_release(t->object);
  t->object = NULL;
  if (la_type_id_of(type) == LA_T_INTERVAL) t->precision = la_type_option_int(type, "second_precision", -1);
  return la_node_seal(n);
}

/* type_descriptor: *out NULL if the type is as good as it is. */
static int describe(la_node **out, const la_node *type, const la_dialect_inst *d, la_error *err) {
  la_type_id id = la_type_id_of(type), to = lookup(d->types->colspecs, id);
  *out = NULL;
  if (!to || la_type_derives(id, to) || wants_emulation(type)) return 0;
  *out = adapt(type, to);
  return *out ? 0 : la_fail_memory(err);
}

static bool is_decorator(const la_node *type) { return la_type_isa(type, LA_T_TYPEDECORATOR); }

/* load_dialect_impl. */
static int load(la_node **out, const la_node *type, const la_dialect_inst *d, const la_host *host, la_error *err) {
  if (LA_AS(type, type)->object && host && host->load_impl) return host->load_impl(host, out, type, d, err);
  *out = la_node_retain(LA_AS(type, type)->impl);
  return 0;
}

int la_type_engine(la_node **out, const la_node *type, const la_dialect_inst *d, const la_host *host, la_error *err) {
  if (describe(out, type, d, err)) return -1;
  return *out ? 0 : load(out, type, d, host, err);
}

enum { MAX_DECORATORS = 50 };

static int impl_of(la_node **out, const la_node *type, const la_dialect_inst *d, const la_host *host, int depth,
                   la_error *err);

/* A copy of the decorator around what it wraps on the dialect. */
static int decorate(la_node **out, const la_node *type, const la_dialect_inst *d, const la_host *host, int depth,
                    la_error *err) {
  la_node *inner, *impl;
  if (depth > MAX_DECORATORS)
    return la_fail_with(err, LA_EXC_CompileError, "a type decorator wraps itself, or %d others", MAX_DECORATORS);
  if (load(&inner, type, d, host, err)) return -1;
  int rc = impl_of(&impl, inner, d, host, depth + 1, err);
  la_node_release(inner);
  if (rc) return -1;
  la_node *n = la_node_copy(type);
  if (!n) {
    la_node_release(impl);
    return la_fail_memory(err);
  }
  la_give_node(&LA_AS(type, n)->impl, impl);
  *out = la_node_seal(n);
  return 0;
}

static int impl_of(la_node **out, const la_node *type, const la_dialect_inst *d, const la_host *host, int depth,
                   la_error *err) {
  type = la_type_variant(type, d->name);
  if (describe(out, type, d, err)) return -1;
  if (*out) return 0;
  if (is_decorator(type)) return decorate(out, type, d, host, depth, err);
  *out = la_node_retain((la_node *)(uintptr_t)type);
  return 0;
}

int la_type_impl(la_node **out, const la_node *type, const la_dialect_inst *d, const la_host *host, la_error *err) {
  return impl_of(out, type, d, host, 0, err);
}
