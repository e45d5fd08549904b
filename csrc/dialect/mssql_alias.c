/* mssql_alias.c - legacy_schema_aliasing: tables that have a schema get an alias
 * where they are selected from. */
#include "compile/emit.h"
#include "compile/result.h"
#include "dialect/mssql.h"
#include "sql/alias.h"
#include "sql/columns.h"
#include "sql/correspond.h"

static bool is_alias_of(const la_node *n, const la_node *table) {
  return n->kind == LA_K_ALIAS && LA_AS(alias, n)->element == table && !LA_AS(alias, n)->name;
}

/* The alias of a table in this statement, NULL if it has no schema. */
static la_node *alias_of(la_ctx *c, la_node *table) {
  la_node *alias = NULL;
  if (!la_is(table, LA_K_TABLE) || !LA_AS(table, table)->schema) return NULL;
  for (uint32_t i = 0; i < c->kept.n; i++)
    if (is_alias_of(c->kept.v[i], table)) return c->kept.v[i];
  if (la_alias_new(&alias, LA_K_ALIAS, table, NULL, c->err)) c->failed = true;
  return alias ? la_ctx_keep(c, alias) : NULL;
}

void la_mssql_emit_table(la_ctx *c, la_node *n, const la_kw *kw) {
  bool aliased = kw->enclosing_alias && *la_alias_element(kw->enclosing_alias) == n;
  bool legacy = LA_DATTR(c->d, legacy_schema_aliasing) && !aliased && !(kw->f & LA_KW_CRUD);
  la_node *alias = legacy ? alias_of(c, n) : NULL;
  if (alias)
    la_emit_alias(c, alias, kw);
  else
    la_emit_table(c, n, kw);
}

static la_node *table_to_alias(const la_ctx *c, const la_node *column) {
  bool wanted = LA_DATTR(c->d, legacy_schema_aliasing) && ((!c->isupdate && !c->isdelete) || c->nlevels > 1);
  return wanted ? LA_AS(column, column)->table : NULL;
}

void la_mssql_emit_column(la_ctx *c, la_node *n, const la_kw *kw) {
  la_node *table = table_to_alias(c, n), *alias = table ? alias_of(c, table) : NULL, *now = NULL;
  if (!alias) {
    la_emit_column(c, n, kw);
    return;
  }
  la_columns *columns = la_from_columns(alias, c->err);
  if (!columns || la_corresponding(&now, columns, n, false, c->err) || !now) {
    c->failed = true;
    return;
  }
  la_kw k = la_kw_with(kw, 0, LA_KW_RESULT);
  la_result_add(c, LA_AS(column, n)->name, n, kw);
  la_emit_column(c, now, &k);
}
