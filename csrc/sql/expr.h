/* expr.h - building column expressions.
 *
 * Every function builds exactly the tree that SQLAlchemy builds: same grouping,
 * same types, same binds. Conventions of this header: *out is a new sealed
 * reference (NULL after a failure); arguments are borrowed; the result is 0, or
 * -1 with *err filled. An expression always has a type (NullType at least).
 */
#ifndef LA_SQL_EXPR_H
#define LA_SQL_EXPR_H

#include "base/map.h"
#include "sql/node.h"
#include "sql/ops.h"
#include "sql/type.h"

/* ---- operands ---- */

/* One side of an operator: a node, or, where node is NULL, a plain value that
 * becomes a bind typed by the other side (NULL, true and false: constants). */
typedef struct la_operand {
  la_node *node;
  la_value value;
} la_operand;

static inline la_operand la_operand_node(la_node *n) { return (la_operand){n, LA_VALUE_ABSENT}; }

/* ---- asking ---- */

/* The type of an expression, never NULL. An ATTRIBUTE has that of its expression. */
la_node *la_expr_type(const la_node *n);
/* The name an expression has by itself (column, label, function), or NULL. */
la_str *la_expr_name(const la_node *n);
/* What an ATTRIBUTE stands for, through any number of them; else n itself. */
la_node *la_expr_inner(const la_node *n);
/* The operator of a BINARY, UNARY (not its modifier) or CLAUSE_LIST, else LA_OP_NONE. */
la_op la_expr_op(const la_node *n);
/* Will any database know that n is a condition (SQLAlchemy's _is_implicitly_boolean)? */
bool la_expr_is_boolean(const la_node *n);
/* ANY(…) or ALL(…)? */
bool la_expr_is_collection(const la_node *n);
/* … or a function that is one: a comparison with it is negated by NOT. */
bool la_expr_is_collecting(const la_node *n);
/* The number of a CUSTOM_OP's, or of a built-in operator's, properties. */
bool la_op_is_comparison(la_op op, const la_node *custom);
/* Must an expression of operator (op, custom) be put in parentheses within (against, outer)?
 * LA_OP_NONE as against: nothing is known of what is around. */
bool la_op_is_precedent(la_op op, const la_node *custom, la_op against, const la_node *outer);
/* The operator that means the same with its sides exchanged (lt <-> gt). */
la_op la_op_mirror(la_op op);

/* ---- grouping and negation ---- */

/* self_group: n, in parentheses if it needs them within `against`. Works for statements and FROM too. */
int la_expr_self_group(la_node **out, la_node *n, la_op against, la_error *err);
/* The same within a custom operator (a CUSTOM_OP). */
int la_expr_self_group_in(la_node **out, la_node *n, la_op against, la_node *outer, la_error *err);
/* NOT n, as ~n: negated operator, IS FALSE, NOT (…). */
int la_expr_negate(la_node **out, la_node *n, la_error *err);
/* (n), always. */
int la_expr_grouping(la_node **out, la_node *n, la_error *err);
/* What is within groupings. Borrowed. */
la_node *la_expr_ungroup(la_node *n);

/* ---- binds ---- */

/* BIND.unique of one without a key that was not asked to be unique: INSERT and UPDATE do not name it after its column.
 */
enum { LA_BIND_UNNAMED = 2 };

typedef struct la_bind_opts {
  la_str *key;   /* NULL: "param", and unique */
  la_node *type; /* NULL: that of the value */
  bool unique, required, expanding, literal_execute, isoutparam;
  la_foreign *callable;
} la_bind_opts;

/* BindParameter(key, value, …). value NULL: none given. A list for an expanding bind is an LA_V_ARRAY. */
int la_bind_new(la_node **out, const la_bind_opts *opts, const la_value *value, la_error *err);
/* The bind of a value that stands beside expr under op: its name is that of a column, its type
 * that of expr or of the value, by the rules of the types. type (or NULL) overrides. */
int la_bind_beside(la_node **out, la_node *expr, la_op op, const la_value *value, la_node *type, bool expanding,
                   la_error *err);
/* A side of an operator beside expr: a bind for a value; a node coerced for the role, and typed as
 * expr where it is a bind that has no type of its own. */
int la_expr_beside(la_node **out, la_node *expr, la_op op, const la_operand *side, la_node *type, la_error *err);
/* bind with another value (same name). */
int la_bind_with_value(la_node **out, la_node *bind, const la_value *value, la_error *err);
/* The type of a literal, NullType if it has none. */
int la_value_type(la_node **out, const la_value *v, la_error *err);
/* The type a value takes when it stands beside an expression of that type (coerce_compared_value);
 * v NULL: the list that is compared is empty. */
int la_type_compared(la_node **out, la_node *type, const la_value *v, la_error *err);
/* Operator and type of `left op right` (_adapt_expression); *op may change (add -> concat). */
int la_type_adapt(la_node **out, la_op *op, la_node *left, la_node *right, la_error *err);

/* ---- operators ---- */

/* What some operators take besides their operands. All may be zero. */
typedef struct la_operate_opts {
  la_node *custom;         /* LA_OP_CUSTOM: the CUSTOM_OP */
  la_node *result_type;    /* NULL: by the rules */
  la_node *bind_type;      /* type of the bind that a value becomes; NULL: by the rules */
  la_str *escape;          /* like family: ESCAPE; regexp_*: flags */
  bool autoescape;         /* contains, startswith, endswith: escape the value's own wildcards */
  const la_operand *third; /* between: upper bound; regexp_replace: replacement */
  bool symmetric;          /* between */
  bool reverse;            /* right op left */
  la_list *modifiers;      /* match: PAIR(STR, CONST) */
} la_operate_opts;

/* left op right, by the rules of operator and types: comparison, arithmetic, like family, in_, between,
 * match, custom … right is NULL for unary operators (neg, inv, desc, distinct …). opts may be NULL. */
int la_expr_operate(la_node **out, la_op op, la_node *left, const la_operand *right, const la_operate_opts *opts,
                    la_error *err);
/* A BINARY as written: sides grouped, nothing else inferred. type NULL: NullType. */
int la_expr_binary(la_node **out, la_node *left, la_node *right, la_op op, la_node *custom, la_node *type, la_op negate,
                   la_error *err);
/* left in (values): an LA_V_ARRAY becomes an expanding bind of that type (NULL: as beside left), nodes a list, a select
 * a scalar subquery. */
int la_expr_in(la_node **out, la_node *left, const la_operand *right, la_node *type, bool negated, la_error *err);
/* The same for a list in which expressions and values are mixed. */
int la_expr_in_list(la_node **out, la_node *left, const la_operand *items, uint32_t n, bool negated, la_error *err);

/* ---- conjunctions ---- */

/* and_(…), or_(…) of conditions: flattens the same operator, drops what is neutral, yields to what decides.
 * n = 0: an empty list, which renders nothing. */
int la_expr_conjunction(la_node **out, la_op op, la_node *const *v, uint32_t n, la_error *err);
/* The WHERE of a statement: and_ without flattening; *out is NULL if there is no condition. */
int la_expr_whereclause(la_node **out, la_node *const *v, uint32_t n, la_error *err);
/* A comma list: ClauseList(…). group_contents: self_group each one. */
int la_expr_clause_list(la_node **out, la_node *const *v, uint32_t n, la_op op, bool group, bool group_contents,
                        la_error *err);

/* ---- the rest ---- */

/* op is NEG, DISTINCT, BITWISE_NOT, EXISTS, ANY, ALL …; type NULL: NullType. */
int la_expr_unary(la_node **out, la_node *element, la_op op, la_node *type, la_error *err);
/* ASC, DESC, NULLS_FIRST, NULLS_LAST. */
int la_expr_modifier(la_node **out, la_node *element, la_op modifier, la_error *err);
/* name NULL: anonymous. type NULL: that of the element. */
int la_expr_label(la_node **out, la_node *element, la_str *name, la_node *type, la_error *err);
int la_expr_cast(la_node **out, const la_operand *clause, la_node *type, bool try_, la_error *err);
int la_expr_type_coerce(la_node **out, const la_operand *clause, la_node *type, la_error *err);
int la_expr_extract(la_node **out, la_str *field, la_node *expr, la_error *err);
/* whens: PAIRs; value, else_ may be NULL. */
int la_expr_case(la_node **out, la_list *whens, la_node *value, la_node *else_, la_error *err);
int la_expr_tuple(la_node **out, la_node *const *v, uint32_t n, la_error *err);
/* postgresql.array: item NULL: the type of the first element. */
int la_expr_array(la_node **out, la_node *const *v, uint32_t n, la_node *item, la_error *err);
int la_expr_collate(la_node **out, la_node *expr, la_str *collation, la_str *schema, la_error *err);
int la_expr_filter(la_node **out, la_node *func, la_node *const *criteria, uint32_t n, la_error *err);
int la_expr_within_group(la_node **out, la_node *element, la_list *order_by, la_error *err);
int la_expr_any_all(la_node **out, la_node *expr, la_op op, la_error *err);
int la_expr_slice(la_node **out, const la_operand *start, const la_operand *stop, const la_operand *step, la_str *key,
                  la_error *err);

typedef enum la_frame { LA_FRAME_NONE, LA_FRAME_RANGE, LA_FRAME_ROWS, LA_FRAME_GROUPS } la_frame;
typedef enum la_bound { LA_BOUND_UNBOUNDED, LA_BOUND_CURRENT, LA_BOUND_PRECEDING, LA_BOUND_FOLLOWING } la_bound;
typedef struct la_over_opts {
  la_list *partition_by, *order_by; /* self-grouped here */
  la_frame frame;
  bool lower_unbounded, upper_unbounded;
  int lower, upper; /* rows = {lower, upper}: negative PRECEDING, 0 CURRENT ROW, positive FOLLOWING */
} la_over_opts;
int la_expr_over(la_node **out, la_node *element, const la_over_opts *opts, la_error *err);

/* Constants. Borrowed, immortal: there is one of each. */
la_node *la_expr_null(void);
la_node *la_expr_true(void);
la_node *la_expr_false(void);

/* column(name), literal_column(text). type NULL: NullType. */
int la_expr_column(la_node **out, la_str *name, la_node *type, bool literal, la_error *err);
/* text(…): :name become binds, \: a plain colon. */
int la_expr_text(la_node **out, const char *text, size_t len, la_error *err);
/* A copy of text with these binds in the place of its own: as many, of the same keys, in the same order. */
int la_expr_text_with(la_node **out, la_node *text, la_node *const *binds, la_error *err);
/* Where among the n binds of a text() is that with this key; n: nowhere. names: empty at first and to be freed at the
 * end, an index of many binds; the binds may become more meanwhile. */
uint32_t la_text_find(la_map *names, la_node *const *binds, uint32_t n, const char *key, size_t len);

#endif
