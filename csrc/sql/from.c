/* from.c - the columns of each kind of FROM. */
#include "sql/columns.h"

la_columns *la_from_columns(la_node *from, la_error *err) {
  const la_field *f = la_kind_field((la_kind)from->kind, "columns");
  if (!f || f->cls != LA_F_columns) {
    la_fail_with(err, LA_EXC_ArgumentError, "a %s has no columns", la_kind_name((la_kind)from->kind));
    return NULL;
  }
  la_columns **memo = (la_columns **)((char *)from + f->offset);
  if (!*memo && !(*memo = la_columns_new())) la_fail_memory(err);
  return *memo;
}
