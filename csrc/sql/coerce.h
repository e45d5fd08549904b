/* coerce.h - what may stand where, and what becomes of what is given there.
 *
 * A role is a place in SQL (WHERE, the columns clause, ORDER BY …). la_coerce
 * turns a node or a plain value into the node that stands there, or says in an
 * ArgumentError what is expected and what was given.
 */
#ifndef LA_SQL_COERCE_H
#define LA_SQL_COERCE_H

#include "sql/expr.h"

typedef enum la_role {
  LA_ROLE_EXPR,         /* any expression; values become binds, NULL null() */
  LA_ROLE_BINARY,       /* beside an operator; values are not accepted: see la_expr_beside */
  LA_ROLE_WHERE,        /* a condition; a boolean is an error */
  LA_ROLE_CONDITION,    /* the same within and_, or_, not_: booleans are constants */
  LA_ROLE_ONCLAUSE,     /* a condition or a relationship */
  LA_ROLE_CONST,        /* NULL, true, false */
  LA_ROLE_COLUMNS,      /* the columns clause: expressions and FROMs, numbers, "*" */
  LA_ROLE_LABELED,      /* an expression with a name: others get an anonymous label */
  LA_ROLE_COLUMN,       /* an expression, no value */
  LA_ROLE_PLAIN_COLUMN, /* the same; a string is the name of a column() */
  LA_ROLE_BY_OF,        /* modifiers, OVER: strings name labels */
  LA_ROLE_ORDER_BY,     /* the same; labels render by name */
  LA_ROLE_GROUP_BY,     /* the same; a FROM stands for its columns */
  LA_ROLE_FROM,         /* something to select from */
  LA_ROLE_JOIN_TARGET,  /* the same, or a relationship */
  LA_ROLE_DML_TABLE,    /* what INSERT, UPDATE and DELETE are about */
  LA_ROLE_DML_SELECT,   /* the SELECT of INSERT … FROM */
  LA_ROLE_COMPOUND,     /* a SELECT within UNION and the like */
  LA_ROLE_SELECT,       /* a SELECT, or text() */
  LA_ROLE_ROWS,         /* what returns rows */
  LA_ROLE_STATEMENT,    /* what can be executed */
  LA_ROLE_OPTION,       /* a piece of a statement; a string is text() */
  LA_ROLE_DDL,          /* the same, in DDL */
  LA_ROLE_COUNT
} la_role;

/* Notices of la_error: a SELECT stood where an expression belongs; a FROM of the kind
 * `native` (0: of a table() alone) stood for a SELECT of it. */
enum { LA_NOTICE_SCALAR = 1, LA_NOTICE_IN };
enum { LA_NOTICE_SIZE = 160 };
/* Writes what e's notice says into an array of LA_NOTICE_SIZE. */
void la_notice_text(char *out, const la_error *e);

/* *out: the node for `in` in this role, a new reference. argname (or NULL) is named in messages.
 * Returns -1 with an ArgumentError if `in` cannot stand there. */
int la_coerce(la_node **out, la_role role, const la_operand *in, const char *argname, la_error *err);
/* A literal as an expression: a unique bind called name (NULL: "param") of that type (NULL: the value's);
 * NULL becomes null() unless the type takes it as a value (JSON). */
int la_coerce_literal(la_node **out, const la_value *v, la_str *name, la_node *type, la_error *err);
/* Appends "'x'", "5", "<table users>" … what a message says was given. */
void la_describe(la_buf *b, const la_operand *in);

#endif
