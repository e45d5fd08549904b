/* expr_type.c - types of literals, of what stands beside an expression, and of results. */
#include "sql/expr_impl.h"

/* ---- literals ---- */

static la_type_id type_of_text(const la_str *s) {
  for (uint32_t i = 0; i < s->len; i++)
    if ((unsigned char)s->s[i] > 127) return LA_T_UNICODE;
  return LA_T_STRING;
}

static la_type_id type_of_value(const la_value *v) {
  switch ((la_tag)v->tag) {
    case LA_V_BOOL: return LA_T_BOOLEAN;
    case LA_V_INT: return v->u.i >= -INT32_MAX && v->u.i <= INT32_MAX ? LA_T_INTEGER : LA_T_BIGINTEGER;
    case LA_V_REAL: return LA_T_FLOAT;
    case LA_V_TEXT: return type_of_text(v->u.s);
    case LA_V_BLOB: return LA_T_LARGEBINARY;
    case LA_V_DECIMAL: return LA_T_NUMERIC;
    case LA_V_DATE: return LA_T_DATE;
    case LA_V_TIME: return LA_T_TIME;
    case LA_V_DATETIME: return LA_T_DATETIME;
    case LA_V_INTERVAL: return LA_T_INTERVAL;
    case LA_V_UUID: return LA_T_UUID;
    default: return LA_T_NULLTYPE;
  }
}

int la_value_type(la_node **out, const la_value *v, la_error *err) {
  la_type_id id = v ? type_of_value(v) : LA_T_NULLTYPE;
  if ((id == LA_T_TIME || id == LA_T_DATETIME) && v->flags & LA_VF_TZ) {
    la_node *t = la_type_new(id);
    if (t) LA_AS(type, t)->bits |= LA_TB_TIMEZONE;
    *out = la_node_seal(t);
    return t ? 0 : la_fail_memory(err);
  }
  *out = la_node_retain(la_type_simple(id));
  return 0;
}

/* ---- values beside an expression ---- */

/* (a, b) beside a tuple: each element as beside its column. */
static int compared_tuple(la_node **out, la_node *type, const la_value *v, la_error *err) {
  const la_list *types = LA_AS(type, type)->labels;
  const la_array *a = v && v->tag == LA_V_ARRAY ? v->u.a : NULL;
  if (!a) {
    *out = la_node_retain(type);
    return 0;
  }
  uint32_t n = la_list_len(types) < a->n ? la_list_len(types) : a->n;
  la_list *l = la_list_new(types ? types->v : NULL, n);
  la_node *t = la_type_new(LA_T_TUPLETYPE);
  int rc = l && t ? 0 : la_fail_memory(err);
  for (uint32_t i = 0; !rc && i < n; i++) {
    la_node *item;
    rc = la_type_compared(&item, l->v[i], &a->v[i], err);
    if (!rc) la_give_node(&l->v[i], item);
  }
  if (rc) {
    la_list_release(l);
    la_node_release(t);
    return -1;
  }
  LA_AS(type, t)->labels = l;
  *out = la_node_seal(t);
  return 0;
}

/* Types that take any value, or any text, as one of their own. */
static bool takes_as_own(const la_node *type, const la_value *v) {
  static const la_type_id greedy[] = {LA_T_POSTGRESQL_INET, LA_T_POSTGRESQL_CIDR, LA_T_POSTGRESQL_MACADDR,
                                      LA_T_POSTGRESQL_MACADDR8, LA_T_POSTGRESQL_CITEXT};
  for (size_t i = 0; i < sizeof greedy / sizeof greedy[0]; i++)
    if (la_type_isa(type, greedy[i])) return true;
  bool text = v && (v->tag == LA_V_TEXT || v->tag == LA_V_BLOB);
  if (la_type_isa(type, LA_T_USERDEFINEDTYPE)) return true;
  if (la_type_isa(type, LA_T_TYPEDECORATOR)) return !la_type_isa(type, LA_T_INTERVAL);
  return text &&
         (la_type_isa(type, LA_T_ANYBINARY) || la_type_isa(type, LA_T_UUID) || la_type_isa(type, LA_T_POSTGRESQL_ENUM));
}

int la_type_compared(la_node **out, la_node *type, const la_value *v, la_error *err) {
  *out = NULL;
  if (la_type_id_of(type) == LA_T_TUPLETYPE) return compared_tuple(out, type, v, err);
  la_type_id own = v ? type_of_value(v) : LA_T_NULLTYPE;
  if (own == la_type_id_of(type)) own = LA_T_NULLTYPE;
  if (own == LA_T_NULLTYPE || takes_as_own(type, v) ||
      la_type_affinity(la_type_simple(own)) == la_type_affinity(type)) {
    *out = la_node_retain(type);
    return 0;
  }
  return la_value_type(out, v, err);
}

/* ---- results of operators ---- */

/* family op other -> result (NONE: the class of the left side); by SQL's arithmetic. */
static const struct adaptation {
  la_type_id family;
  la_op op;
  la_type_id other, result;
} adaptations[] = {
    {LA_T_INTEGER, LA_OP_ADD, LA_T_DATE, LA_T_DATE},
    {LA_T_INTEGER, LA_OP_ADD, LA_T_INTEGER, LA_T_NONE},
    {LA_T_INTEGER, LA_OP_ADD, LA_T_NUMERIC, LA_T_NUMERIC},
    {LA_T_INTEGER, LA_OP_MUL, LA_T_INTERVAL, LA_T_INTERVAL},
    {LA_T_INTEGER, LA_OP_MUL, LA_T_INTEGER, LA_T_NONE},
    {LA_T_INTEGER, LA_OP_MUL, LA_T_NUMERIC, LA_T_NUMERIC},
    {LA_T_INTEGER, LA_OP_TRUEDIV, LA_T_INTEGER, LA_T_NUMERIC},
    {LA_T_INTEGER, LA_OP_TRUEDIV, LA_T_NUMERIC, LA_T_NUMERIC},
    {LA_T_INTEGER, LA_OP_FLOORDIV, LA_T_INTEGER, LA_T_NONE},
    {LA_T_INTEGER, LA_OP_FLOORDIV, LA_T_NUMERIC, LA_T_NUMERIC},
    {LA_T_INTEGER, LA_OP_SUB, LA_T_INTEGER, LA_T_NONE},
    {LA_T_INTEGER, LA_OP_SUB, LA_T_NUMERIC, LA_T_NUMERIC},
    {LA_T_NUMERIC, LA_OP_MUL, LA_T_INTERVAL, LA_T_INTERVAL},
    {LA_T_NUMERIC, LA_OP_MUL, LA_T_NUMERIC, LA_T_NONE},
    {LA_T_NUMERIC, LA_OP_MUL, LA_T_INTEGER, LA_T_NONE},
    {LA_T_NUMERIC, LA_OP_TRUEDIV, LA_T_NUMERIC, LA_T_NONE},
    {LA_T_NUMERIC, LA_OP_TRUEDIV, LA_T_INTEGER, LA_T_NONE},
    {LA_T_NUMERIC, LA_OP_ADD, LA_T_NUMERIC, LA_T_NONE},
    {LA_T_NUMERIC, LA_OP_ADD, LA_T_INTEGER, LA_T_NONE},
    {LA_T_NUMERIC, LA_OP_SUB, LA_T_NUMERIC, LA_T_NONE},
    {LA_T_NUMERIC, LA_OP_SUB, LA_T_INTEGER, LA_T_NONE},
    {LA_T_DATETIME, LA_OP_ADD, LA_T_INTERVAL, LA_T_NONE},
    {LA_T_DATETIME, LA_OP_SUB, LA_T_INTERVAL, LA_T_NONE},
    {LA_T_DATETIME, LA_OP_SUB, LA_T_DATETIME, LA_T_INTERVAL},
    {LA_T_DATE, LA_OP_ADD, LA_T_INTEGER, LA_T_NONE},
    {LA_T_DATE, LA_OP_ADD, LA_T_INTERVAL, LA_T_DATETIME},
    {LA_T_DATE, LA_OP_ADD, LA_T_TIME, LA_T_DATETIME},
    {LA_T_DATE, LA_OP_SUB, LA_T_INTEGER, LA_T_NONE},
    {LA_T_DATE, LA_OP_SUB, LA_T_DATE, LA_T_INTEGER},
    {LA_T_DATE, LA_OP_SUB, LA_T_INTERVAL, LA_T_DATETIME},
    {LA_T_DATE, LA_OP_SUB, LA_T_DATETIME, LA_T_INTERVAL},
    {LA_T_TIME, LA_OP_ADD, LA_T_DATE, LA_T_DATETIME},
    {LA_T_TIME, LA_OP_ADD, LA_T_INTERVAL, LA_T_NONE},
    {LA_T_TIME, LA_OP_SUB, LA_T_TIME, LA_T_INTERVAL},
    {LA_T_TIME, LA_OP_SUB, LA_T_INTERVAL, LA_T_NONE},
    {LA_T_INTERVAL, LA_OP_ADD, LA_T_DATE, LA_T_DATETIME},
    {LA_T_INTERVAL, LA_OP_ADD, LA_T_INTERVAL, LA_T_NONE},
    {LA_T_INTERVAL, LA_OP_ADD, LA_T_DATETIME, LA_T_DATETIME},
    {LA_T_INTERVAL, LA_OP_ADD, LA_T_TIME, LA_T_TIME},
    {LA_T_INTERVAL, LA_OP_SUB, LA_T_INTERVAL, LA_T_NONE},
    {LA_T_INTERVAL, LA_OP_MUL, LA_T_NUMERIC, LA_T_NONE},
    {LA_T_INTERVAL, LA_OP_TRUEDIV, LA_T_NUMERIC, LA_T_NONE},
};

/* Oracle's NUMBER is told as an integer where it has no scale, but reckons as a numeric. */
static la_type_id family_of(const la_node *type) {
  bool number = la_type_id_of(la_type_unwrap(type)) == LA_T_ORACLE_NUMBER;
  return number ? LA_T_NUMERIC : la_type_affinity(type);
}

/* The class of the result, or NONE where the table has nothing to say. */
static la_type_id adapted_class(const la_node *left, la_op op, la_type_id other) {
  la_type_id family = family_of(left);
  for (size_t i = 0; i < sizeof adaptations / sizeof adaptations[0]; i++) {
    const struct adaptation *a = &adaptations[i];
    if (a->family == family && a->op == op && a->other == other)
      return a->result ? a->result : la_type_id_of(family == LA_T_INTERVAL ? left : la_type_unwrap(left));
  }
  return LA_T_NONE;
}

static bool is_concatenable(const la_node *type) {
  type = la_type_unwrap(type);
  return la_type_isa(type, LA_T_STRING) || la_type_isa(type, LA_T_SQL_ARRAY) || la_type_isa(type, LA_T_SQL_JSON) ||
         la_type_isa(type, LA_T_POSTGRESQL_HSTORE);
}

/* The type of a concatenation that begins with left; that of enums is text. */
static int concatenated(la_node **out, la_node *left, la_error *err) {
  const la_node *t = la_type_unwrap(left);
  if (!la_type_isa(t, LA_T_ENUM)) {
    *out = la_node_retain(left);
    return 0;
  }
  *out = la_type_string(LA_T_STRING, LA_AS(type, t)->length);
  return *out ? 0 : la_fail_memory(err);
}

static int adapt(la_node **out, la_op *op, la_node *left, la_node *right, la_error *err) {
  bool commutes = (la_op_get(*op)->props & LA_OP_COMM) != 0;
  if (la_type_is_null(left) && !la_type_is_null(right) && commutes) return adapt(out, op, right, left, err);
  if (is_concatenable(left)) {
    if (*op == LA_OP_ADD && (is_concatenable(right) || la_type_is_null(right))) *op = LA_OP_CONCAT;
    if (*op == LA_OP_CONCAT) return concatenated(out, left, err);
  }
  la_type_id other = la_type_affinity(right), found = adapted_class(left, *op, other);
  if (!found || (found != other && found == la_type_affinity(left)))
    *out = la_node_retain(left);
  else
    *out = la_node_retain(found == other ? right : la_type_simple(found));
  return 0;
}

int la_type_adapt(la_node **out, la_op *op, la_node *left, la_node *right, la_error *err) {
  *out = NULL;
  return adapt(out, op, la_expr_type(left), la_expr_type(right), err);
}
