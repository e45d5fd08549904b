/* type.h - the SQL types: classes (types.def) and their instances (TYPE nodes).
 *
 * A type is a TYPE node whose `id` says its class. User-defined classes keep the
 * id of the class they derive from and carry the host's object in `object`.
 * Fields that were not given are -1 (length, precision, scale, dimensions) or NULL;
 * arguments that few types know are in `options`.
 */
#ifndef LA_SQL_TYPE_H
#define LA_SQL_TYPE_H

#include "sql/node.h"

typedef enum la_type_id {
  LA_T_NONE,
#define TYPE(ID, cls, visit, dialect, parent, second) LA_T_##ID,
#include "sql/types.def"
#undef TYPE
  LA_T_COUNT
} la_type_id;

typedef struct la_type_info {
  const char *cls;           /* "VARCHAR" */
  const char *visit;         /* what the type compilers know it by: "VARCHAR", "string" */
  const char *dialect;       /* "" for those of all dialects */
  la_type_id parent, second; /* LA_T_NONE: has none */
} la_type_info;

/* LA_TB_TIMEZONE …: the bits of la_type.bits, see typebits.def. */
enum {
#define BIT(NAME, keyword) LA_TBN_##NAME,
#include "sql/typebits.def"
#undef BIT
  LA_TBN_COUNT
};
enum {
#define BIT(NAME, keyword) LA_TB_##NAME = 1 << LA_TBN_##NAME,
#include "sql/typebits.def"
#undef BIT
  LA_TB_NONE = 0
};

const la_type_info *la_type_info_of(la_type_id id);
/* The class called cls of that dialect ("" for all dialects); LA_T_NONE if there is none. */
la_type_id la_type_named(const char *cls, const char *dialect);
/* Is class id the class `of`, or does it derive from it? */
bool la_type_derives(la_type_id id, la_type_id of);
/* isinstance; false for NULL and for what is no type. */
bool la_type_isa(const la_node *type, la_type_id of);
/* The keyword of bit number n ("timezone"). */
const char *la_type_bit_name(int n);

/* The class that stands for the family of a type in operators and comparisons
 * (TypeEngine._type_affinity); a type decorator's is that of what it wraps. */
la_type_id la_type_affinity(const la_node *type);
/* Same family? Two user-defined types must be of one class (TypeEngine._compare_type_affinity). */
bool la_type_same_affinity(const la_node *a, const la_node *b);
/* The type, or what a decorator around it wraps, decorators within decorators too. Borrowed. */
const la_node *la_type_unwrap(const la_node *type);
/* The variant of type for that dialect, or type itself. Borrowed. */
const la_node *la_type_variant(const la_node *type, const char *dialect);

/* The instance made with default arguments: borrowed, immortal, sealed; never NULL. */
la_node *la_type_simple(la_type_id id);
/* Does the type handle NULL itself instead of storing SQL's NULL (should_evaluate_none)? */
bool la_type_evaluates_none(const la_node *type);

/* The option called name, or NULL if it was not given. Borrowed. */
const la_value *la_type_option(const la_node *type, const char *name);
/* The same as an integer or a text; absent or NULL if it was not given or is something else. */
int la_type_option_int(const la_node *type, const char *name, int absent);
const la_str *la_type_option_str(const la_node *type, const char *name);

/* A new instance with default arguments, to be filled and sealed; NULL when memory is out. */
la_node *la_type_new(la_type_id id);
/* New and sealed; -1 for what is not given. NULL when memory is out. */
la_node *la_type_string(la_type_id id, int length);
la_node *la_type_numeric(la_type_id id, int precision, int scale);
la_node *la_type_array(la_type_id id, la_node *item, int dimensions);

enum { LA_LENGTH_MAX = -2 }; /* the length "max" */

static inline la_type_id la_type_id_of(const la_node *type) {
  return la_is(type, LA_K_TYPE) ? (la_type_id)LA_AS(type, type)->id : LA_T_NONE;
}
static inline bool la_type_has(const la_node *type, int bit) { return (LA_AS(type, type)->bits & bit) != 0; }
/* Has it, or may one of its variants? */
static inline bool la_type_may_have(const la_node *type, int bit) {
  return la_is(type, LA_K_TYPE) && (LA_AS(type, type)->variants || la_type_has(type, bit));
}
static inline bool la_type_is_null(const la_node *type) { return !type || la_type_id_of(type) == LA_T_NULLTYPE; }

#endif
