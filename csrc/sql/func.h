/* func.h - calls of SQL functions, and those known by name (funcs.def). */
#ifndef LA_SQL_FUNC_H
#define LA_SQL_FUNC_H

#include "sql/expr.h"

typedef enum la_func {
  LA_FUNC_NONE,
#define FUNC(name, rule, type, bare) LA_FUNC_##name,
#include "sql/funcs.def"
#undef FUNC
  LA_FUNC_OWN, /* known to a dialect alone */
  LA_FUNC_COUNT_
} la_func;

typedef enum la_func_type {
  LA_FUNC_FIXED,
  LA_FUNC_ARGS,
  LA_FUNC_ARRAY_AGG,
  LA_FUNC_ORDERED_SET,
  LA_FUNC_COLLECTION
} la_func_type;

typedef struct la_func_info {
  const char *name;
  la_func_type rule;
  la_type_id type;
  bool bare; /* CURRENT_DATE, not CURRENT_DATE() */
} la_func_info;

const la_func_info *la_func_get(la_func f);
/* LA_FUNC_NONE if there is none of that name, in whatever case. */
la_func la_func_named(const char *name, size_t len);
/* The name under which a function is written and its binds are named: that of a known one is in small letters, however
 * it was given. A new reference; NULL: out of memory. */
la_str *la_func_name(la_func known, la_str *given);

/* packages.name(args). type NULL: by the function's rule, NullType where it has none. A function of a package is
 * known to nobody. *out is a new reference. */
int la_expr_function(la_node **out, la_list *packages, la_str *name, la_list *args, la_node *type, la_error *err);
/* The type of the first argument that has one, else NullType. Borrowed. */
la_node *la_func_type_of_args(const la_list *args);

#endif
