#include "sql/ops.h"

#include <string.h>

static const la_op_info ops[LA_OP_COUNT] = {
    {"none", "", 0, 0, LA_OP_NONE},
#define OP(ID, name, prec, text, props, neg) {#name, text, prec, props, LA_OP_##neg},
#include "sql/ops.def"
#undef OP
};

const la_op_info *la_op_get(la_op op) { return &ops[op]; }

la_op la_op_named(const char *name) {
  for (int i = 1; i < LA_OP_COUNT; i++)
    if (!strcmp(ops[i].name, name)) return (la_op)i;
  return LA_OP_NONE;
}
