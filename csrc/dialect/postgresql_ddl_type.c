/* postgresql_ddl_type.c - CREATE TYPE … AS ENUM and CREATE DOMAIN of PostgreSQL. */
#include "compile/bind.h"
#include "compile/type.h"
#include "dialect/ddl_rules.h"
#include "dialect/postgresql.h"
#include "sql/type.h"

static void put_string(la_ctx *c, la_str *s) {
  la_value v = {LA_V_TEXT, 0, 0, {.s = s}};
  la_put_literal(c, la_type_simple(LA_T_STRING), &v);
}

static void create_enum(la_ctx *c, const la_node *type) {
  const la_list *labels = LA_AS(type, type)->labels;
  la_puts(c, "CREATE TYPE ");
  la_postgresql_put_type_name(c, type);
  la_puts(c, " AS ENUM (");
  for (uint32_t i = 0; i < la_list_len(labels); i++) {
    if (i) la_puts(c, ", ");
    put_string(c, LA_AS(strnode, labels->v[i])->s);
  }
  la_putc(c, ')');
}

/* SQL given as a text or an expression; quoted: a text is a string. */
static void put_sql(la_ctx *c, la_node *n, bool quoted) {
  la_value v = la_schema_option_value(n);
  if (!la_is(n, LA_K_CONST))
    la_ddl_expression(c, n);
  else if (v.tag == LA_V_TEXT && !quoted)
    la_put_escaped(c, v.u.s->s, v.u.s->len);
  else
    la_put_literal(c, la_type_simple(LA_T_STRING), &v);
}

static bool is_given(const la_node *option) {
  return option && (!la_is(option, LA_K_CONST) || la_schema_option_value(option).tag > LA_V_NULL);
}

/* CREATE DOMAIN name AS type COLLATE … DEFAULT … CONSTRAINT … NOT NULL CHECK (…) */
static void create_domain(la_ctx *c, const la_node *type) {
  const la_type *t = LA_AS(type, type);
  la_node *dflt = la_schema_option_named(t->options, "default"), *check = la_schema_option_named(t->options, "check");
  const la_node *name = la_schema_option_named(t->options, "constraint_name");
  la_puts(c, "CREATE DOMAIN ");
  la_postgresql_put_type_name(c, type);
  la_puts(c, " AS ");
  la_put_type(c, t->item, NULL);
  la_putc(c, ' ');
  size_t at = la_here(c);
#define PART(words) (la_here(c) > at ? la_putc(c, ' ') : (void)0, la_puts(c, words))
  if (t->collation) {
    PART("COLLATE ");
    la_put_collation(c, t->collation, la_type_option_str(type, "collation_schema"));
  }
  if (is_given(dflt)) {
    PART("DEFAULT ");
    put_sql(c, dflt, true);
  }
  if (is_given(name)) {
    PART("CONSTRAINT ");
    la_ddl_put_cut(c, la_schema_option_value(name).u.s, false);
  }
  if (la_type_has(type, LA_TB_NOT_NULL)) PART("NOT NULL");
  if (is_given(check)) {
    PART("CHECK (");
    put_sql(c, check, false);
    la_putc(c, ')');
  }
#undef PART
}

static void drop_type(la_ctx *c, const char *words, const la_node *type) {
  la_puts(c, words);
  la_postgresql_put_type_name(c, type);
}

void la_postgresql_ddl_type(la_ctx *c, la_node *ddl) {
  const la_ddl *d = LA_AS(ddl, ddl);
  switch (d->action) {
    case LA_DDL_CREATE_ENUM_TYPE: create_enum(c, d->element); break;
    case LA_DDL_DROP_ENUM_TYPE: drop_type(c, "DROP TYPE ", d->element); break;
    case LA_DDL_CREATE_DOMAIN_TYPE: create_domain(c, d->element); break;
    default: drop_type(c, "DROP DOMAIN ", d->element); break;
  }
}
