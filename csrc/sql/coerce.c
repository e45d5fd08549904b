/* coerce.c - one row per role: what it is called, what nodes and values it takes. */
#include "sql/coerce.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/real.h"
#include "sql/columns.h"
#include "sql/select.h"
#include "sql/vec.h"

/* What a role takes. */
enum {
  EXPRS = 1,         /* expressions, text() */
  FROMS = 2,         /* FROM clauses */
  SELECTS = 4,       /* SELECT and its kin */
  STATEMENTS = 8,    /* everything executable */
  RELATIONS = 16,    /* relationships */
  SUBQUERY = 32,     /* a SELECT becomes a scalar subquery */
  CONSTS = 64,       /* nil, true, false become constants */
  NIL = 128,         /* nil becomes null() */
  NUMBERS = 256,     /* a number becomes its text */
  LITERALS = 512,    /* values become binds */
  TEXT_FROM = 1024,  /* text() though expressions are not */
  NOT_A_FROM = 2048, /* says how a SELECT becomes a FROM */
  SUBJECTS = 4096,   /* FROM clauses that can be written to */
  LISTS = 8192       /* lists of ORDER BY */
};

/* What becomes of a string. */
typedef enum text_rule { TEXT_NO, TEXT_TEACH, TEXT_TEACH_COLUMN, TEXT_LABEL, TEXT_COLUMN, TEXT_TEXT } text_rule;

static const struct role_row {
  const char *name;
  int takes;
  text_rule text;
} rows[LA_ROLE_COUNT] = {
    [LA_ROLE_EXPR] = {"SQL expression element", EXPRS | SUBQUERY | LITERALS, TEXT_NO},
    [LA_ROLE_BINARY] = {"SQL expression element or literal value", EXPRS | SUBQUERY, TEXT_NO},
    [LA_ROLE_WHERE] = {"SQL expression for WHERE/HAVING role", EXPRS | SUBQUERY | NIL, TEXT_TEACH},
    [LA_ROLE_CONDITION] = {"SQL expression for WHERE/HAVING role", EXPRS | SUBQUERY | CONSTS, TEXT_TEACH},
    [LA_ROLE_ONCLAUSE] = {"ON clause, typically a SQL expression or ORM relationship attribute",
                          EXPRS | SUBQUERY | RELATIONS, TEXT_NO},
    [LA_ROLE_CONST] = {"Constant True/False/None expression", CONSTS, TEXT_NO},
    [LA_ROLE_COLUMNS] = {"Column expression, FROM clause, or other columns clause element",
                         EXPRS | FROMS | CONSTS | NUMBERS | NOT_A_FROM, TEXT_TEACH_COLUMN},
    [LA_ROLE_LABELED] = {"SQL expression element", EXPRS | SUBQUERY | LITERALS, TEXT_NO},
    [LA_ROLE_COLUMN] = {"Column expression", EXPRS, TEXT_NO},
    [LA_ROLE_PLAIN_COLUMN] = {"Column expression or string key", EXPRS, TEXT_COLUMN},
    [LA_ROLE_BY_OF] = {"GROUP BY / OF / etc. expression", EXPRS | LISTS | SUBQUERY | CONSTS, TEXT_LABEL},
    [LA_ROLE_ORDER_BY] = {"ORDER BY expression", EXPRS | LISTS | SUBQUERY | CONSTS, TEXT_LABEL},
    [LA_ROLE_GROUP_BY] = {"GROUP BY expression", EXPRS | LISTS | FROMS | SELECTS | CONSTS, TEXT_LABEL},
    [LA_ROLE_FROM] = {"FROM expression, such as a Table or alias() object", FROMS | TEXT_FROM | NOT_A_FROM, TEXT_TEACH},
    [LA_ROLE_JOIN_TARGET] = {"Join target, typically a FROM expression, or ORM relationship attribute",
                             FROMS | RELATIONS | TEXT_FROM, TEXT_NO},
    [LA_ROLE_DML_TABLE] = {"subject table for an INSERT, UPDATE or DELETE", SUBJECTS | NOT_A_FROM, TEXT_NO},
    [LA_ROLE_DML_SELECT] = {"SELECT statement or equivalent textual object", SELECTS, TEXT_TEACH},
    [LA_ROLE_COMPOUND] = {"SELECT construct for inclusion in a UNION or other set construct", SELECTS, TEXT_NO},
    [LA_ROLE_SELECT] = {"SELECT construct or equivalent text() construct", SELECTS | TEXT_FROM, TEXT_TEACH},
    [LA_ROLE_ROWS] =
        {"Row returning expression such as a SELECT, a FROM clause, or an INSERT/UPDATE/DELETE with RETURNING",
         FROMS | SELECTS | STATEMENTS | TEXT_FROM, TEXT_NO},
    [LA_ROLE_STATEMENT] = {"Executable SQL or text() construct", SELECTS | STATEMENTS | TEXT_FROM, TEXT_TEACH},
    [LA_ROLE_OPTION] = {"statement sub-expression element", EXPRS | CONSTS, TEXT_TEXT},
    [LA_ROLE_DDL] = {"SQL expression element for DDL constraint", EXPRS | CONSTS, TEXT_TEXT},
};

/* ---- messages ---- */

enum { QUOTED = 25 }; /* of a string that was given, so much is shown */

static void put_quoted(la_buf *b, const la_str *s) {
  bool single = memchr(s->s, '\'', s->len) && !memchr(s->s, '"', s->len);
  uint32_t n = s->len > QUOTED ? QUOTED : s->len;
  la_buf_putc(b, single ? '"' : '\'');
  la_buf_add(b, s->s, n);
  if (n < s->len) la_buf_puts(b, "...");
  la_buf_putc(b, single ? '"' : '\'');
}

static const la_str *name_of(const la_node *n) {
  const la_field *f = la_kind_field((la_kind)n->kind, "name");
  if (f && f->cls == LA_F_str) return *(la_str **)((char *)n + f->offset);
  return NULL;
}

static void put_value(la_buf *b, const la_value *v) {
  switch ((la_tag)v->tag) {
    case LA_V_ABSENT:
    case LA_V_NULL: la_buf_puts(b, "nil"); break;
    case LA_V_BOOL: la_buf_puts(b, v->u.i ? "true" : "false"); break;
    case LA_V_INT: la_buf_printf(b, "%" PRId64, v->u.i); break;
    case LA_V_REAL: {
      char s[LA_REAL_MAX];
      size_t n = la_real_format(s, v->u.r);
      la_buf_add(b, s, n);
      break;
    }
    case LA_V_TEXT: put_quoted(b, v->u.s); break;
    case LA_V_ARRAY:
    case LA_V_FOREIGN: la_buf_puts(b, "a table"); break;
    default: la_buf_printf(b, "a value of type %s", la_tag_name((la_tag)v->tag));
  }
}

void la_describe(la_buf *b, const la_operand *in) {
  if (!in->node) {
    put_value(b, &in->value);
    return;
  }
  const la_str *name = name_of(in->node);
  la_buf_printf(b, name ? "<%s '%s'>" : "<%s>", la_kind_name((la_kind)in->node->kind), name ? name->s : "");
}

static int fail_with_buf(la_buf *b, la_error *err) {
  int rc = la_buf_ok(b) ? la_fail_with(err, LA_EXC_ArgumentError, "%s", la_buf_cstr(b)) : la_fail_memory(err);
  la_buf_free(b);
  return rc;
}

static bool is_select(const la_node *n) {
  return la_is(n, LA_K_SELECT) || la_is(n, LA_K_COMPOUND) || la_is(n, LA_K_TEXT_SELECT) ||
         la_is(n, LA_K_SELECT_GROUPING);
}

static const char *advice(la_role role, const la_operand *in) {
  const la_node *n = in->node;
  bool from = n && la_kind_category((la_kind)n->kind) == LA_CAT_FROM;
  if (!n && in->value.tag == LA_V_BOOL &&
      (role == LA_ROLE_WHERE || role == LA_ROLE_ONCLAUSE || role == LA_ROLE_CONDITION))
    return " Lua compares with == at once; to compare in SQL write column:eq(value), e.g. User.id:eq(5).";
  if (!n && in->value.tag == LA_V_FOREIGN && role == LA_ROLE_COLUMNS)
    return " Pass the columns one by one, not as a list.";
  if (rows[role].takes & NOT_A_FROM && is_select(n))
    return " To create a FROM clause from a select, use the :subquery() method.";
  if (role == LA_ROLE_COMPOUND && from)
    return la_is(n, LA_K_SUBQUERY) ? " Use the plain select() object without calling :subquery() or :alias()."
                                   : " To SELECT from any FROM clause, use the :select() method.";
  if ((role == LA_ROLE_EXPR || role == LA_ROLE_BINARY || role == LA_ROLE_LABELED) && from) {
    return la_is(n, LA_K_VALUES)
               ? " To create a column expression from a VALUES clause, use the :scalar_values() method."
               : " To create a column expression from a FROM clause row as a whole, use the :table_valued() method.";
  }
  return "";
}

static int not_expected(la_role role, const la_operand *in, const char *argname, la_error *err) {
  la_buf b = LA_BUF_INIT;
  const la_attribute *a =
      role == LA_ROLE_JOIN_TARGET && la_is(in->node, LA_K_ATTRIBUTE) ? LA_AS(attribute, in->node) : NULL;
  if (a && la_is(a->entity, LA_K_ENTITY) && LA_AS(entity, a->entity)->name) {
    la_buf_printf(&b, "Join target %s.%s does not refer to a mapped entity", LA_AS(entity, a->entity)->name->s,
                  a->key->s);
    return fail_with_buf(&b, err);
  }
  la_buf_puts(&b, rows[role].name);
  if (argname)
    la_buf_printf(&b, " expected for argument '%s'; got ", argname);
  else
    la_buf_puts(&b, " expected, got ");
  la_describe(&b, in);
  la_buf_putc(&b, '.');
  la_buf_puts(&b, advice(role, in));
  return fail_with_buf(&b, err);
}

static int teach_text(const la_str *s, const char *argname, la_error *err) {
  la_buf b = LA_BUF_INIT;
  la_buf_puts(&b, "Textual SQL expression ");
  put_quoted(&b, s);
  if (argname) la_buf_printf(&b, " for argument %s", argname);
  la_buf_puts(&b, " should be explicitly declared as text(");
  put_quoted(&b, s);
  la_buf_putc(&b, ')');
  return fail_with_buf(&b, err);
}

/* Does it look like the name of a column? */
static bool looks_like_name(const la_str *s) {
  for (uint32_t i = 0; i < s->len; i++) {
    unsigned char c = (unsigned char)s->s[i];
    bool word = c == '_' || c > 127 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
    if (i ? c <= ' ' : !word) return false;
  }
  return s->len > 0;
}

static int teach_column(const la_str *s, const char *argname, la_error *err) {
  la_buf b = LA_BUF_INIT;
  la_buf_puts(&b, "Textual column expression ");
  put_quoted(&b, s);
  if (argname) la_buf_printf(&b, " for argument %s", argname);
  la_buf_puts(&b, " should be explicitly declared with text(");
  put_quoted(&b, s);
  la_buf_printf(&b, "), or use %s(", looks_like_name(s) ? "column" : "literal_column");
  put_quoted(&b, s);
  la_buf_puts(&b, ") for more specificity");
  return fail_with_buf(&b, err);
}

/* ---- values ---- */

static int keep(la_node **out, la_node *n) {
  *out = la_node_retain(n);
  return 0;
}

static int label_called(la_node **out, la_str *name, la_error *err) {
  la_node *n = la_node_new(LA_K_TEXT_REF);
  if (n) {
    LA_AS(text_ref, n)->name = la_str_retain(name);
    la_set_type(n, la_type_simple(LA_T_NULLTYPE));
  }
  *out = la_node_seal(n);
  return n ? 0 : la_fail_memory(err);
}

static int from_string(la_node **out, la_role role, const la_operand *in, const char *argname, la_error *err) {
  la_str *s = in->value.u.s;
  switch (rows[role].text) {
    case TEXT_TEACH: return teach_text(s, argname, err);
    case TEXT_TEACH_COLUMN:
      return la_str_is(s, "*") ? la_expr_column(out, s, NULL, true, err) : teach_column(s, argname, err);
    case TEXT_LABEL: return label_called(out, s, err);
    case TEXT_COLUMN: return la_expr_column(out, s, NULL, false, err);
    case TEXT_TEXT: return la_expr_text(out, s->s, s->len, err);
    default: return not_expected(role, in, argname, err);
  }
}

static int from_number(la_node **out, const la_value *v, la_error *err) {
  la_buf b = LA_BUF_INIT;
  put_value(&b, v);
  la_str *s = la_buf_to_str(&b);
  la_buf_free(&b);
  if (!s) return la_fail_memory(err);
  int rc = la_expr_column(out, s, NULL, true, err);
  la_str_release(s);
  return rc;
}

static int from_value(la_node **out, la_role role, const la_operand *in, const char *argname, la_error *err) {
  const la_value *v = &in->value;
  int takes = rows[role].takes;
  bool null = v->tag == LA_V_NULL || v->tag == LA_V_ABSENT;
  if (takes & LITERALS) return la_coerce_literal(out, v, NULL, NULL, err);
  if (v->tag == LA_V_TEXT) return from_string(out, role, in, argname, err);
  if (null && takes & (CONSTS | NIL)) return keep(out, la_expr_null());
  if (v->tag == LA_V_BOOL && takes & CONSTS) return keep(out, v->u.i ? la_expr_true() : la_expr_false());
  if ((v->tag == LA_V_INT || v->tag == LA_V_REAL) && takes & NUMBERS) return from_number(out, v, err);
  return not_expected(role, in, argname, err);
}

/* Types that take NULL as a value of theirs. */
static bool evaluates_none(const la_node *type) {
  if (la_type_is_null(type)) return false;
  if (la_type_has(type, LA_TB_EVALUATES_NONE)) return true;
  type = la_type_unwrap(type);
  return la_type_isa(type, LA_T_SQL_JSON) && !la_type_has(type, LA_TB_NONE_AS_NULL);
}

int la_coerce_literal(la_node **out, const la_value *v, la_str *name, la_node *type, la_error *err) {
  if ((v->tag == LA_V_NULL || v->tag == LA_V_ABSENT) && !evaluates_none(type)) return keep(out, la_expr_null());
  la_bind_opts o = {name, type, true, false, false, false, false, NULL};
  return la_bind_new(out, &o, v, err);
}

/* ---- nodes ---- */

static int reference(la_node **out, la_node *n, la_error *err) {
  la_node *r = la_node_new(LA_K_LABEL_REF);
  if (r) {
    LA_AS(label_ref, r)->element = la_node_retain(n);
    la_set_type(r, la_expr_type(n));
  }
  *out = la_node_seal(r);
  return r ? 0 : la_fail_memory(err);
}

/* Does n, or what ASC, DESC and their kin modify in it, have a label? */
static bool has_label(const la_node *n) {
  while (la_is(n, LA_K_UNARY) && LA_AS(unary, n)->modifier) n = LA_AS(unary, n)->element;
  while (la_is(n, LA_K_ATTRIBUTE)) n = LA_AS(attribute, n)->expr;
  return la_is(n, LA_K_LABEL);
}

static int columns_of_from(la_node **out, la_node *from, la_error *err) {
  la_vec v = LA_VEC_INIT;
  la_columns *c = la_from_columns(from, err);
  *out = NULL;
  for (uint32_t i = 0; i < la_columns_len(c); i++) la_vec_add(&v, c->v[i].col);
  int rc = !c || v.failed ? la_fail_memory(err) : la_expr_clause_list(out, v.v, v.n, LA_OP_COMMA, true, true, err);
  la_vec_free(&v);
  return rc;
}

static int from_expr(la_node **out, la_role role, la_node *n, la_error *err) {
  bool named = la_is(n, LA_K_LABEL) || la_is(n, LA_K_COLUMN) || la_is(n, LA_K_ATTRIBUTE) || la_is(n, LA_K_TEXT);
  if (role == LA_ROLE_ORDER_BY && has_label(n)) return reference(out, n, err);
  if (role == LA_ROLE_LABELED && !named) return la_expr_label(out, n, NULL, NULL, err);
  return keep(out, n);
}

/* The classes of what can be selected from, by SQLAlchemy's names. */
static const char *class_of(int kind) {
  switch (kind) {
    case LA_K_TABLE: return "Table";
    case 0: return "TableClause";
    case LA_K_ALIAS: return "Alias";
    case LA_K_SUBQUERY: return "Subquery";
    case LA_K_CTE: return "CTE";
    case LA_K_LATERAL: return "Lateral";
    case LA_K_JOIN: return "Join";
    case LA_K_TABLESAMPLE: return "TableSample";
    case LA_K_TABLE_VALUED: return "TableValuedAlias";
    case LA_K_FUNCTION: return "Function";
    default: return "FromClause";
  }
}

void la_notice_text(char *out, const la_error *e) {
  if (e->notice == LA_NOTICE_IN)
    snprintf(out, LA_NOTICE_SIZE,
             "Coercing %s object into a select() for use in IN(); please pass a select() construct explicitly",
             class_of(e->native));
  else
    snprintf(
        out, LA_NOTICE_SIZE,
        "implicitly coercing SELECT object to scalar subquery; please use the :scalar_subquery() method to produce "
        "a scalar subquery.");
}

static int scalar(la_node **out, la_role role, la_node *n, la_error *err) {
  la_node *s;
  if (la_select_scalar(&s, la_is(n, LA_K_SUBQUERY) ? LA_AS(subquery, n)->element : n, err)) return -1;
  if (err) err->notice = LA_NOTICE_SCALAR;
  int rc = from_expr(out, role, s, err);
  la_node_release(s);
  return rc;
}

static bool is_subject(const la_node *from) {
  switch (from->kind) {
    case LA_K_SUBQUERY:
    case LA_K_LATERAL:
    case LA_K_TABLESAMPLE:
    case LA_K_VALUES: return false;
    default: return true;
  }
}

static bool takes_node(int takes, const la_node *n) {
  switch (la_kind_category((la_kind)n->kind)) {
    case LA_CAT_EXPR:
      if (la_is(n, LA_K_TEXT)) return takes & (EXPRS | TEXT_FROM);
      if (la_is(n, LA_K_ORDER_BY_LIST)) return takes & LISTS;
      if (la_is(n, LA_K_RELATION)) return takes & (RELATIONS | EXPRS);
      if (la_is(n, LA_K_FUNCTION)) return takes & (EXPRS | FROMS | STATEMENTS);
      return takes & EXPRS;
    case LA_CAT_FROM: return takes & SUBJECTS ? is_subject(n) : takes & FROMS;
    case LA_CAT_STATEMENT: return takes & (is_select(n) ? SELECTS | STATEMENTS : STATEMENTS);
    case LA_CAT_DDL:
    case LA_CAT_SCHEMA: return takes & STATEMENTS;
    default: return false;
  }
}

int la_coerce(la_node **out, la_role role, const la_operand *in, const char *argname, la_error *err) {
  la_node *n = in->node;
  int takes = rows[role].takes;
  *out = NULL;
  if (!n) return from_value(out, role, in, argname, err);
  if (role == LA_ROLE_GROUP_BY && la_kind_category((la_kind)n->kind) == LA_CAT_FROM)
    return columns_of_from(out, n, err);
  if (role == LA_ROLE_CONST)
    return n->kind == LA_K_NULL || n->kind == LA_K_TRUE || n->kind == LA_K_FALSE ? keep(out, n)
                                                                                 : not_expected(role, in, argname, err);
  if (takes_node(takes, n))
    return la_kind_category((la_kind)n->kind) == LA_CAT_EXPR ? from_expr(out, role, n, err) : keep(out, n);
  if (takes & SUBQUERY && (is_select(n) || (la_is(n, LA_K_SUBQUERY) && is_select(LA_AS(subquery, n)->element))))
    return scalar(out, role, n, err);
  return not_expected(role, in, argname, err);
}
