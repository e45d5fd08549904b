/* ops.h - the operators of SQL and their properties; see ops.def. */
#ifndef LA_SQL_OPS_H
#define LA_SQL_OPS_H

#include <stdbool.h>

enum { LA_OP_CMP = 1, LA_OP_BOOL = 2, LA_OP_COMM = 4, LA_OP_ASSOC = 8, LA_OP_NATSELF = 16, LA_OP_ORDER = 32 };

typedef enum la_op {
  LA_OP_NONE,
#define OP(ID, name, prec, text, props, neg) LA_OP_##ID,
#include "sql/ops.def"
#undef OP
  LA_OP_COUNT
} la_op;

typedef struct la_op_info {
  const char *name, *text;
  int precedence, props;
  la_op negation; /* LA_OP_NONE if it has none of its own */
} la_op_info;

const la_op_info *la_op_get(la_op op);
/* LA_OP_NONE if there is none of that name ("eq"). */
la_op la_op_named(const char *name);

#endif
