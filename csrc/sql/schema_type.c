/* schema_type.c - what a type does when its column is attached: an Enum or
 * Boolean brings its CHECK constraint, a named type takes its table's schema. */
#include "base/mem.h"
#include "sql/expr.h"
#include "sql/schema.h"
#include "sql/schema_impl.h"
#include "sql/type.h"

/* ---- schemas ---- */

/* Is the type to have another schema, that of the table? */
static bool inherits(const la_type *t, const la_str *schema) {
  if (!(t->bits & LA_TB_INHERIT_SCHEMA)) return false;
  return t->schema && schema ? !la_str_eq(t->schema, schema) : t->schema != schema;
}

static int inherit_schema(la_node *column, la_error *err) {
  la_type *t = LA_AS(type, column->type);
  la_node *item = la_is(t->item, LA_K_TYPE) ? t->item : column->type;
  la_str *schema = LA_AS(table, LA_AS(column, column)->table)->schema;
  if (!inherits(LA_AS(type, item), schema)) return 0;
  la_node *now = la_node_copy(item), *whole = now;
  if (!now) return la_fail_memory(err);
  la_set_str(&LA_AS(type, now)->schema, schema);
  la_node_seal(now);
  if (item != column->type) {
    whole = la_node_copy(column->type);
    if (whole) la_set_node(&LA_AS(type, whole)->item, now);
    la_node_seal(whole);
    la_node_release(now);
    if (!whole) return la_fail_memory(err);
  }
  la_set_type(column, whole);
  la_node_release(whole);
  la_node_seal(column);
  return 0;
}

/* ---- CHECK ---- */

static la_array *allowed_values(const la_type *t) {
  bool labels = la_type_isa(&t->base, LA_T_ENUM);
  uint32_t n = labels ? la_list_len(t->labels) : 2;
  la_array *a = la_array_new(n);
  for (uint32_t i = 0; a && i < n; i++)
    a->v[i] = labels ? la_value_str(LA_V_TEXT, la_str_retain(LA_AS(strnode, t->labels->v[i])->s)) : la_value_int(i);
  return a;
}

/* column IN (allowed values) */
static int condition(la_node **out, la_node *column, la_node *type, la_error *err) {
  la_operand side = la_operand_node(column), values = {NULL, {LA_V_ARRAY, 0, 0, {0}}};
  la_node *left;
  la_node *as = la_type_isa(type, LA_T_ENUM) ? la_type_simple(LA_T_STRING) : type;
  if (la_expr_type_coerce(&left, &side, as, err)) return -1;
  values.value.u.a = allowed_values(LA_AS(type, type));
  int rc = values.value.u.a ? la_expr_in(out, left, &values, NULL, false, err) : la_fail_memory(err);
  la_array_release(values.value.u.a);
  la_node_release(left);
  return rc;
}

static int add_check(la_node *column, la_node *type, la_attached *out, la_error *err) {
  la_node *check, *cond;
  if (la_schema_constraint_new(&check, LA_CK_CHECK, err)) return -1;
  la_constraint *c = LA_AS(constraint, check);
  c->name = la_str_retain(LA_AS(type, type)->name);
  c->unnamed = !c->name;
  c->bound_type = la_node_retain(type);
  int rc = condition(&cond, column, type, err);
  if (!rc) {
    c->expressions = la_list_new(&cond, 1);
    c->given = la_list_new(&column, 1);
    rc = c->expressions && c->given ? la_schema_attach(LA_AS(column, column)->table, check, out, err)
                                    : la_fail_memory(err);
    la_node_release(cond);
  }
  la_node_release(check);
  return rc;
}

static int attach_type(la_node *column, const la_node *type, la_attached *out, la_error *err) {
  type = la_type_unwrap(type);
  if (!la_is(type, LA_K_TYPE)) return 0;
  const la_type *t = LA_AS(type, type);
  if (t->item) return attach_type(column, t->item, out, err);
  bool checked = la_type_isa(type, LA_T_ENUM) || la_type_isa(type, LA_T_BOOLEAN);
  return checked && (t->bits & LA_TB_CREATE_CONSTRAINT) ? add_check(column, (la_node *)type, out, err) : 0;
}

int la_column_attach_type(la_node *column, la_attached *out, la_error *err) {
  if (!la_is(column->type, LA_K_TYPE)) return 0;
  if (inherit_schema(column, err) || attach_type(column, column->type, out, err)) return -1;
  const la_list *variants = LA_AS(type, column->type)->variants;
  for (uint32_t i = 0; i < la_list_len(variants); i++)
    if (attach_type(column, LA_AS(pair, variants->v[i])->value, out, err)) return -1;
  return 0;
}
