/* expr_test.c - expressions: types of results, grouping, negation, conjunctions, roles; and running out of memory. */
#include "sql/expr.h"

#include <stdlib.h>

#include "sql/coerce.h"
#include "sql/func.h"
#include "support/check.h"

/* Only building is swept: reports of a failed constructor lie in e. */
static la_error e = LA_ERROR_INIT;

static la_node *column(const char *name, la_type_id type) {
  la_node *n;
  la_str *s = la_str_from(name);
  int rc = s ? la_expr_column(&n, s, la_type_simple(type), false, &e) : -1;
  la_str_release(s);
  return rc ? NULL : n;
}

static la_operand integer(int64_t i) { return (la_operand){NULL, la_value_int(i)}; }

/* A constructor that must succeed. */
static void made(int rc) {
  if (!CHECK(rc == 0)) printf("%s\n", la_error_message(&e));
}

static la_node *operate(la_op op, la_node *left, la_operand right) {
  la_node *n = NULL;
  made(la_expr_operate(&n, op, left, &right, NULL, &e));
  return n;
}

/* ---- types ---- */

static const struct arithmetic {
  la_type_id left;
  la_op op;
  la_type_id right, result;
} arithmetic[] = {
    {LA_T_INTEGER, LA_OP_ADD, LA_T_INTEGER, LA_T_INTEGER},
    {LA_T_INTEGER, LA_OP_TRUEDIV, LA_T_INTEGER, LA_T_NUMERIC},
    {LA_T_INTEGER, LA_OP_ADD, LA_T_DATE, LA_T_DATE},
    {LA_T_BIGINTEGER, LA_OP_ADD, LA_T_INTEGER, LA_T_BIGINTEGER},
    {LA_T_NUMERIC, LA_OP_MUL, LA_T_INTERVAL, LA_T_INTERVAL},
    {LA_T_DATE, LA_OP_SUB, LA_T_DATE, LA_T_INTEGER},
    {LA_T_DATE, LA_OP_ADD, LA_T_INTERVAL, LA_T_DATETIME},
    {LA_T_DATETIME, LA_OP_SUB, LA_T_DATETIME, LA_T_INTERVAL},
    {LA_T_TIME, LA_OP_SUB, LA_T_TIME, LA_T_INTERVAL},
    {LA_T_STRING, LA_OP_ADD, LA_T_TEXT, LA_T_STRING},
    {LA_T_NULLTYPE, LA_OP_ADD, LA_T_INTEGER, LA_T_INTEGER},
    {LA_T_NULLTYPE, LA_OP_SUB, LA_T_INTEGER, LA_T_NULLTYPE},
    {LA_T_BOOLEAN, LA_OP_ADD, LA_T_INTEGER, LA_T_BOOLEAN},
    {LA_T_INTEGER, LA_OP_LT, LA_T_INTEGER, LA_T_BOOLEAN},
    {LA_T_STRING, LA_OP_MATCH, LA_T_STRING, LA_T_MATCHTYPE},
};

static void check_types(void) {
  for (size_t i = 0; i < sizeof arithmetic / sizeof arithmetic[0]; i++) {
    const struct arithmetic *a = &arithmetic[i];
    la_node *x = column("x", a->left), *y = column("y", a->right);
    la_node *n = operate(a->op, x, la_operand_node(y));
    CHECK_INT(la_type_id_of(la_expr_type(n)), a->result);
    la_node_release(n);
    la_node_release(x);
    la_node_release(y);
  }
}

static void check_values(void) {
  la_node *x = column("x", LA_T_INTEGER), *n = operate(LA_OP_EQ, x, integer((int64_t)1 << 40));
  la_node *bind = LA_AS(binary, n)->right;
  CHECK(la_is(bind, LA_K_BIND) && LA_AS(bind, bind)->unique);
  CHECK_STR(LA_AS(bind, bind)->key->s, "x");
  CHECK_INT(la_type_id_of(bind->type), LA_T_INTEGER);
  la_node_release(n);
  n = operate(LA_OP_EQ, x, (la_operand){NULL, LA_VALUE_NULL});
  CHECK_INT(LA_AS(binary, n)->op, LA_OP_IS);
  CHECK(la_is(LA_AS(binary, n)->right, LA_K_NULL));
  la_node_release(n);
  n = operate(LA_OP_EQ, x, (la_operand){NULL, la_value_real(0.5)});
  CHECK_INT(la_type_id_of(LA_AS(binary, n)->right->type), LA_T_FLOAT);
  la_node_release(n);
  la_node_release(x);
}

/* ---- grouping and negation ---- */

static void check_grouping(void) {
  la_node *x = column("x", LA_T_INTEGER), *sum = operate(LA_OP_ADD, x, integer(1)), *n;
  n = operate(LA_OP_MUL, sum, integer(2));
  CHECK(la_is(LA_AS(binary, n)->left, LA_K_GROUPING));
  la_node_release(n);
  n = operate(LA_OP_ADD, sum, integer(2)); /* a chain is one list */
  CHECK(la_is(n, LA_K_CLAUSE_LIST));
  CHECK_INT(la_list_len(LA_AS(clause_list, n)->clauses), 3);
  la_node_release(n);
  la_node_release(sum);
  la_node_release(x);
}

static void check_negation(void) {
  la_node *x = column("x", LA_T_INTEGER), *b = column("b", LA_T_BOOLEAN), *less = operate(LA_OP_LT, x, integer(1)), *n;
  made(la_expr_negate(&n, less, &e));
  CHECK_INT(LA_AS(binary, n)->op, LA_OP_GE);
  la_node_release(n);
  made(la_expr_negate(&n, b, &e));
  CHECK_INT(LA_AS(unary, n)->op, LA_OP_IS_FALSE);
  la_node_release(n);
  made(la_expr_negate(&n, la_expr_true(), &e));
  CHECK(n == la_expr_false());
  la_node_release(n);
  la_node_release(less);
  la_node_release(x);
  la_node_release(b);
}

static void check_conjunctions(void) {
  la_node *x = column("x", LA_T_INTEGER), *a = operate(LA_OP_EQ, x, integer(1)), *n, *m;
  la_node *two[] = {a, a}, *neutral[] = {la_expr_true(), a}, *decided[] = {a, la_expr_false()};
  made(la_expr_conjunction(&n, LA_OP_AND, two, 2, &e));
  la_node *again[] = {n, a};
  made(la_expr_conjunction(&m, LA_OP_AND, again, 2, &e));
  CHECK_INT(la_list_len(LA_AS(clause_list, m)->clauses), 3);
  la_node_release(m);
  made(la_expr_conjunction(&m, LA_OP_OR, again, 2, &e));
  CHECK_INT(la_list_len(LA_AS(clause_list, m)->clauses), 2);
  la_node_release(m);
  la_node_release(n);
  made(la_expr_conjunction(&n, LA_OP_AND, neutral, 2, &e));
  CHECK(n == a);
  la_node_release(n);
  made(la_expr_conjunction(&n, LA_OP_AND, decided, 2, &e));
  CHECK(la_is(n, LA_K_UNARY) && LA_AS(unary, n)->element == la_expr_false());
  la_node_release(n);
  made(la_expr_whereclause(&n, NULL, 0, &e));
  CHECK(!n);
  la_node_release(a);
  la_node_release(x);
}

/* A conjunction of many conditions is one flat list, however it came about. */
static void check_size(void) {
  enum { MANY = 100000 };
  la_node *x = column("x", LA_T_INTEGER), *a = operate(LA_OP_EQ, x, integer(1)), *n;
  la_node **v = malloc(MANY * sizeof *v);
  for (int i = 0; i < MANY; i++) v[i] = a;
  made(la_expr_conjunction(&n, LA_OP_OR, v, MANY, &e));
  CHECK_INT(la_list_len(LA_AS(clause_list, n)->clauses), MANY);
  la_node_release(n);
  free(v);
  la_node_release(a);
  la_node_release(x);
}

/* ---- roles ---- */

static void check_message(la_role role, const la_operand *o, const char *message) {
  la_error own = LA_ERROR_INIT;
  la_node *n;
  CHECK(la_coerce(&n, role, o, NULL, &own) < 0);
  CHECK(own.exc == LA_EXC_ArgumentError);
  CHECK_STR(la_error_message(&own), message);
  la_error_clear(&own);
}

static void check_roles(void) {
  la_operand text = {NULL, la_value_str(LA_V_TEXT, la_str_from("x = 1"))}, truth = {NULL, la_value_bool(true)};
  check_message(LA_ROLE_WHERE, &text, "Textual SQL expression 'x = 1' should be explicitly declared as text('x = 1')");
  check_message(LA_ROLE_COLUMNS, &text,
                "Textual column expression 'x = 1' should be explicitly declared with text('x = 1'), or use "
                "literal_column('x = 1') for more specificity");
  check_message(LA_ROLE_WHERE, &truth,
                "SQL expression for WHERE/HAVING role expected, got true. Lua compares with == at once; to compare in "
                "SQL write column:eq(value), e.g. User.id:eq(5).");
  la_node *n;
  made(la_coerce(&n, LA_ROLE_ORDER_BY, &text, NULL, &e));
  CHECK(la_is(n, LA_K_TEXT_REF));
  la_node_release(n);
  la_value_clear(&text.value);
}

/* ---- memory ---- */

typedef struct keeper {
  la_node *v[32];
  int n, rc;
} keeper;

static la_node *keep(keeper *k, int rc, la_node **n) {
  k->rc |= rc;
  if (!rc) k->v[k->n++] = *n;
  return rc ? NULL : *n;
}

/* Some of everything. */
static int build(void *arg) {
  keeper k = {{NULL}, 0, 0};
  la_node *n = NULL;
  (void)arg;
  la_node *x = column("x", LA_T_INTEGER), *y = column("y", LA_T_STRING);
  la_str *name = la_str_from("f"), *percent = la_str_from("a%b");
  if (!x || !y || !name || !percent) k.rc = -1;
  la_operand one = integer(1), text = {NULL, la_value_str(LA_V_TEXT, percent)};
  la_operate_opts o = {0};
  o.autoescape = true;
  o.third = &one;
#define KEEP(call) (k.rc ? NULL : keep(&k, (call), &n))
  la_node *eq = KEEP(la_expr_operate(&n, LA_OP_EQ, x, &one, NULL, &e));
  la_node *like = KEEP(la_expr_operate(&n, LA_OP_CONTAINS, y, &text, &o, &e));
  la_node *two[] = {eq, like};
  KEEP(la_expr_operate(&n, LA_OP_BETWEEN, x, &one, &o, &e));
  la_node *both = KEEP(la_expr_conjunction(&n, LA_OP_OR, two, 2, &e));
  KEEP(la_expr_negate(&n, both, &e));
  KEEP(la_expr_in_list(&n, x, &one, 1, false, &e));
  la_node *sum = KEEP(la_expr_operate(&n, LA_OP_ADD, x, &one, NULL, &e));
  KEEP(la_expr_operate(&n, LA_OP_ADD, sum, &one, NULL, &e));
  KEEP(la_expr_label(&n, sum, NULL, NULL, &e));
  KEEP(la_expr_cast(&n, &one, la_type_simple(LA_T_STRING), false, &e));
  KEEP(la_expr_tuple(&n, two, 2, &e));
  KEEP(la_expr_collate(&n, y, name, NULL, &e));
  KEEP(la_expr_function(&n, NULL, name, NULL, NULL, &e));
  KEEP(la_expr_text(&n, ":a + :b", 7, &e));
#undef KEEP
  while (k.n) la_node_release(k.v[--k.n]);
  la_node_release(x);
  la_node_release(y);
  la_str_release(name);
  la_value_clear(&text.value);
  la_error_clear(&e);
  return k.rc;
}

int main(void) {
  check_types();
  check_values();
  check_grouping();
  check_negation();
  check_conjunctions();
  check_size();
  check_roles();
  CHECK_SWEEP(build, NULL);
  return check_done();
}
