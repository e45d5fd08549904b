/* ddl_comment.c - COMMENT ON … */
#include "compile/bind.h"
#include "compile/ddl.h"
#include "sql/type.h"

void la_ddl_put_comment(la_ctx *c, const la_str *text, const la_node *type) {
  la_value v = {text ? LA_V_TEXT : LA_V_NULL, 0, 0, {.s = (la_str *)(uintptr_t)text}};
  la_put_literal(c, type, &v);
}

static const la_str *comment_of(const la_node *element) {
  if (la_is(element, LA_K_COLUMN)) return LA_AS(column_spec, LA_AS(column, element)->spec)->comment;
  return LA_AS(table_spec, LA_AS(table, element)->spec)->comment;
}

static void put_value(la_ctx *c, const la_node *element) {
  la_puts(c, " IS ");
  la_ddl_put_comment(c, comment_of(element), la_type_simple(LA_T_STRING));
}

void la_ddl_set_table_comment(la_ctx *c, la_node *ddl) {
  la_node *table = LA_AS(ddl, ddl)->element;
  la_puts(c, "COMMENT ON TABLE ");
  la_put_table(c, table, true);
  put_value(c, table);
}

void la_ddl_drop_table_comment(la_ctx *c, la_node *ddl) {
  la_puts(c, "COMMENT ON TABLE ");
  la_put_table(c, LA_AS(ddl, ddl)->element, true);
  la_puts(c, " IS NULL");
}

static void put_column(la_ctx *c, la_node *column, bool schema) {
  la_puts(c, "COMMENT ON COLUMN ");
  la_put_table(c, LA_AS(column, column)->table, schema);
  la_putc(c, '.');
  la_put_name(c, LA_AS(column, column)->name);
}

void la_ddl_set_column_comment(la_ctx *c, la_node *ddl) {
  la_node *column = LA_AS(ddl, ddl)->element;
  put_column(c, column, true);
  put_value(c, column);
}

void la_ddl_drop_column_comment(la_ctx *c, la_node *ddl) {
  put_column(c, LA_AS(ddl, ddl)->element, false);
  la_puts(c, " IS NULL");
}

void la_ddl_no_constraint_comment(la_ctx *c, la_node *ddl) {
  la_ctx_unsupported(c, LA_AS(ddl, ddl)->action == LA_DDL_SET_CONSTRAINT_COMMENT ? "SetConstraintComment"
                                                                                 : "DropConstraintComment");
}
