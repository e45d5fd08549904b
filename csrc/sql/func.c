/* func.c - functions and the types of their results. */
#include "sql/func.h"

#include <string.h>
#include <strings.h>

#include "sql/expr_impl.h"

static const la_func_info infos[LA_FUNC_COUNT_] = {
    {"", LA_FUNC_FIXED, LA_T_NULLTYPE, false},
#define FUNC(name, rule, type, bare) {#name, LA_FUNC_##rule, LA_T_##type, bare},
#include "sql/funcs.def"
#undef FUNC
    {"", LA_FUNC_FIXED, LA_T_NULLTYPE, false},
};

const la_func_info *la_func_get(la_func f) { return &infos[f]; }

la_func la_func_named(const char *name, size_t len) {
  static const uint8_t lengths[LA_FUNC_COUNT_] = {
      0,
#define FUNC(name, rule, type, bare) sizeof #name - 1,
#include "sql/funcs.def"
#undef FUNC
      0,
  };
  for (int i = 1; i < LA_FUNC_OWN; i++)
    if (lengths[i] == len && !strncasecmp(infos[i].name, name, len)) return (la_func)i;
  return LA_FUNC_NONE;
}

la_str *la_func_name(la_func known, la_str *given) {
  bool renamed = known && known != LA_FUNC_pow && infos[known].rule != LA_FUNC_COLLECTION;
  return renamed && !la_str_is(given, infos[known].name) ? la_str_from(infos[known].name) : la_str_retain(given);
}

la_node *la_func_type_of_args(const la_list *args) {
  for (uint32_t i = 0; i < la_list_len(args); i++)
    if (!la_type_is_null(la_expr_type(args->v[i]))) return la_expr_type(args->v[i]);
  return la_type_simple(LA_T_NULLTYPE);
}

static int type_of(la_node **out, const la_func_info *info, const la_list *args, la_error *err) {
  la_node *first = la_func_type_of_args(args);
  switch (info->rule) {
    case LA_FUNC_ARGS: *out = la_node_retain(first); break;
    case LA_FUNC_ARRAY_AGG:
      *out = la_type_isa(first, LA_T_SQL_ARRAY) ? la_node_retain(first) : la_type_array(LA_T_SQL_ARRAY, first, 1);
      break;
    default: *out = la_node_retain(la_type_simple(info->type));
  }
  return *out ? 0 : la_fail_memory(err);
}

/* Arguments stand in a comma list; *out is the caller's, also after a failure. */
static int grouped(la_list **out, const la_list *args, la_error *err) {
  la_list *l = la_list_len(args) ? la_list_new(args->v, args->n) : NULL;
  *out = l;
  if (la_list_len(args) && !l) return la_fail_memory(err);
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    la_node *g;
    if (la_expr_self_group(&g, l->v[i], LA_OP_COMMA, err)) return -1;
    la_give_node(&l->v[i], g);
  }
  return 0;
}

int la_expr_function(la_node **out, la_list *packages, la_str *name, la_list *args, la_node *type, la_error *err) {
  la_func known = packages ? LA_FUNC_NONE : la_func_named(name->s, name->len);
  const la_func_info *info = &infos[known];
  la_node *own = NULL;
  la_list *l = NULL;
  *out = NULL;
  if (!type && type_of(&own, info, args, err)) return -1;
  int rc = grouped(&l, args, err);
  la_str *as = la_func_name(known, name);
  la_node *n = rc || !as ? NULL : la_node_new(LA_K_FUNCTION);
  if (n) {
    la_function *f = LA_AS(function, n);
    f->packages = la_list_retain(packages);
    f->name = as;
    f->args = l;
    f->generic = (int)known;
  } else {
    la_str_release(as);
    la_list_release(l);
  }
  if (!rc) rc = la_expr_done(out, n, type ? type : own, err);
  la_node_release(own);
  return rc;
}
