/* ddl_view.c - CREATE VIEW, CREATE TABLE … AS. */
#include "compile/ddl.h"

void la_ddl_select(la_ctx *c, const la_ddl *d) {
  la_kw kw = la_kw_with(&la_kw_none, LA_KW_LITERAL_BINDS, 0);
  la_emit(c, d->select, &kw);
}

static void put_name_and_select(la_ctx *c, const la_ddl *d, bool if_not_exists) {
  if (if_not_exists) la_puts(c, "IF NOT EXISTS ");
  la_put_table(c, d->element, true);
  if (d->action == LA_DDL_CREATE_VIEW) LA_DDL_EMIT(c, view_options, (la_node *)(uintptr_t)d);
  la_puts(c, " AS ");
  la_ddl_select(c, d);
}

void la_ddl_create_view(la_ctx *c, la_node *ddl) {
  const la_ddl *d = LA_AS(ddl, ddl);
  const char *or_replace = LA_DDL_WORD(c, or_replace);
  la_puts(c, "CREATE ");
  if (d->or_replace) la_puts(c, or_replace ? or_replace : "OR REPLACE ");
  if (d->temporary) la_puts(c, "TEMPORARY ");
  la_puts(c, d->materialized ? "MATERIALIZED VIEW " : "VIEW ");
  put_name_and_select(c, d, la_ddl_option_is(c, d->options, "if_not_exists"));
}

void la_ddl_create_table_as(la_ctx *c, la_node *ddl) {
  const la_ddl *d = LA_AS(ddl, ddl);
  la_puts(c, d->temporary ? "CREATE TEMPORARY TABLE " : "CREATE TABLE ");
  put_name_and_select(c, d, d->if_not_exists);
}
