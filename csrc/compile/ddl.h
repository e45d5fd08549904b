/* ddl.h - statements about schema items, and what dialects change in them.
 *
 * A dialect's rules fill what they say nothing of from their base, at the end
 * of which stands la_ansi_ddl. Functions print at the end of c's text.
 */
#ifndef LA_COMPILE_DDL_H
#define LA_COMPILE_DDL_H

#include "compile/context.h"
#include "sql/schema.h"

typedef struct la_ddl_rules la_ddl_rules;

/* A keyword that schema items of class `cls` take for a dialect: <dialect>_<name>. cls "Constraint": all
 * constraints; name "*": any. */
typedef struct la_ddl_option {
  const char *cls, *name;
  enum { LA_OPT_NONE, LA_OPT_FALSE, LA_OPT_TRUE, LA_OPT_TABLE } dflt;
} la_ddl_option;

enum {
  LA_DDL_SEQUENCE_TYPE = 1,  /* CREATE SEQUENCE … AS type */
  LA_DDL_SEQUENCE_ORDER = 2, /* ORDER, NOORDER */
  LA_DDL_LOCAL_SCHEMA = 4,   /* REFERENCES never names a schema */
  LA_DDL_SET_COLUMNS = 8     /* ON DELETE SET NULL (columns) */
};

typedef void (*la_ddl_emit)(la_ctx *c, la_node *n);
/* Prints a constraint; false: it is left out. */
typedef bool (*la_ddl_constraint)(la_ctx *c, la_node *constraint);

struct la_ddl_rules {
  const la_ddl_rules *base;
  const la_ddl_option *options; /* ended by NULL; not taken from the base */
  unsigned flags;               /* LA_DDL_; all of the base's if 0 */
  const char *no_min, *no_max, *no_cycle;
  la_ddl_emit column;        /* COLUMN: its definition */
  la_ddl_emit table_options; /* TABLE: behind the closing parenthesis */
  la_ddl_constraint primary_key, foreign_key, unique, check, column_check, exclude;
  la_ddl_emit cascades, match; /* CONSTRAINT */
  la_ddl_emit computed, identity;
  la_ddl_emit create_index, drop_index, drop_constraint; /* DDL */
  la_ddl_emit set_table_comment, drop_table_comment, set_column_comment, drop_column_comment;
  la_ddl_emit set_constraint_comment, drop_constraint_comment;
  la_ddl_emit type;                          /* CREATE and DROP of a named type */
  la_ddl_emit view_options, create_table_as; /* DDL */
  const char *or_replace;                    /* not taken from the base; NULL: OR REPLACE */
};

extern const la_ddl_rules la_ansi_ddl;

/* Prints a DDL. */
void la_emit_ddl(la_ctx *c, la_node *n, const la_kw *kw);

/* "\n ON COMMIT …", underscores as blanks, in capitals. */
void la_ddl_on_commit(la_ctx *c, const la_str *what);

/* Calls the rule of the context's dialect. */
void la_ddl_rule_emit(la_ctx *c, size_t field, la_node *n);
bool la_ddl_rule_constraint(la_ctx *c, size_t field, la_node *n);
#define LA_DDL_EMIT(c, field, n) la_ddl_rule_emit((c), offsetof(la_ddl_rules, field), (n))
#define LA_DDL_CONSTRAINT(c, field, n) la_ddl_rule_constraint((c), offsetof(la_ddl_rules, field), (n))
unsigned la_ddl_flags(const la_ctx *c);
/* A word of the rules. */
const char *la_ddl_word(const la_ctx *c, size_t field);
#define LA_DDL_WORD(c, field) la_ddl_word((c), offsetof(la_ddl_rules, field))
/* The option of a schema item for the dialect of c; NULL: not given. */
la_node *la_ddl_option_of(const la_ctx *c, const la_list *options, const char *name);
/* The same as a yes or no, as a truth, and as a text (NULL: none; fails where it is none). */
la_tri la_ddl_option_tri(const la_ctx *c, const la_list *options, const char *name);
bool la_ddl_option_is(const la_ctx *c, const la_list *options, const char *name);
const la_str *la_ddl_option_str(la_ctx *c, const la_list *options, const char *name);
/* Does the dialect take that option for items of that class? *dflt says its default. */
bool la_ddl_option_known(const la_ddl_rules *r, const char *cls, const char *name);

/* ---- columns: ddl_column.c ---- */

void la_ddl_column(la_ctx *c, la_node *column);
void la_ddl_type(la_ctx *c, la_node *column);
void la_ddl_name_and_type(la_ctx *c, la_node *column);
/* The text of its server default, to be added or dropped; NULL: none. */
la_piece *la_ddl_default(la_ctx *c, la_node *column);
/* Is the text of a default more than a word, and not in quotes or parentheses? */
bool la_ddl_is_compound(const char *s, size_t n);
/* The text of SQL given for a default: a STR or an expression. */
void la_ddl_put_default(la_ctx *c, la_node *arg);
/* " DEFAULT …", if there is one. */
void la_ddl_default_clause(la_ctx *c, la_node *column);
/* An expression without names of tables, its values written out. */
void la_ddl_expression(la_ctx *c, la_node *expr);
void la_ddl_computed(la_ctx *c, la_node *computed);
void la_ddl_identity(la_ctx *c, la_node *identity);
/* INCREMENT BY … of a SEQUENCE or IDENTITY; false: nothing was printed. */
bool la_ddl_identity_options(la_ctx *c, const la_list *options);
void la_ddl_put_number(la_ctx *c, const la_node *option);
/* Is it the column of its table that numbers itself? */
bool la_ddl_is_autoincrement(la_ctx *c, const la_node *column);

/* ---- constraints: ddl_constraint.c ---- */

/* Prints it as users' functions say, or as its kind and place ask; false: it is not part of the statement. */
bool la_ddl_any_constraint(la_ctx *c, la_node *constraint);
bool la_ddl_primary_key(la_ctx *c, la_node *constraint);
bool la_ddl_foreign_key(la_ctx *c, la_node *constraint);
bool la_ddl_unique(la_ctx *c, la_node *constraint);
bool la_ddl_check(la_ctx *c, la_node *constraint);
/* Is it part of CREATE TABLE on the dialect? */
bool la_ddl_is_created(const la_ctx *c, const la_ddl *create, const la_node *constraint);
/* "CONSTRAINT name ", if it has one. */
void la_ddl_preamble(la_ctx *c, const la_node *constraint);
void la_ddl_columns(la_ctx *c, const la_list *columns);
/* "PRIMARY KEY (a, b)" */
void la_ddl_primary_key_body(la_ctx *c, la_node *constraint);
/* " DEFERRABLE INITIALLY …" */
void la_ddl_deferrability(la_ctx *c, const la_node *constraint);
void la_ddl_cascades(la_ctx *c, la_node *constraint);
/* word if it is one of those that may stand there, else a failure. */
void la_ddl_phrase(la_ctx *c, const la_str *word, const char *const *accepted, const char *pattern);
/* ALTER TABLE … */
void la_ddl_drop_constraint(la_ctx *c, la_node *ddl);

/* ---- indexes and names: ddl_index.c ---- */

/* The name of a constraint or index, cut or checked; false: it has none. */
bool la_ddl_name(la_ctx *c, const la_node *item);
/* A name as that of a constraint (index: of an index), if it is not too long. */
void la_ddl_put_cut(la_ctx *c, const la_str *name, bool index);
void la_ddl_index_name(la_ctx *c, const la_node *index, bool schema);
/* Fails if the index of a CREATE INDEX has no table or no name; that of a DROP INDEX no name, or no table where the
 * dialect names it. */
void la_ddl_check_index(la_ctx *c, const la_node *index);
void la_ddl_check_dropped(la_ctx *c, const la_node *index, bool of_table);
/* "a, lower(b)" */
void la_ddl_index_expressions(la_ctx *c, const la_node *index);
/* " INCLUDE (a, b)" of columns or their keys (a LIST). */
void la_ddl_include(la_ctx *c, const la_node *table, const la_node *list);
/* " WHERE …" of an expression or a text; NULL: nothing. */
void la_ddl_where(la_ctx *c, la_node *where);
void la_ddl_create_index(la_ctx *c, la_node *ddl);
void la_ddl_drop_index(la_ctx *c, la_node *ddl);

/* ---- tables made by a SELECT: ddl_view.c ---- */

void la_ddl_create_view(la_ctx *c, la_node *ddl);
void la_ddl_create_table_as(la_ctx *c, la_node *ddl);
/* The SELECT, its values written out. */
void la_ddl_select(la_ctx *c, const la_ddl *d);

/* ---- comments: ddl_comment.c ---- */

/* The text as a literal of that type. */
void la_ddl_put_comment(la_ctx *c, const la_str *text, const la_node *type);
void la_ddl_set_table_comment(la_ctx *c, la_node *ddl);
void la_ddl_drop_table_comment(la_ctx *c, la_node *ddl);
void la_ddl_set_column_comment(la_ctx *c, la_node *ddl);
void la_ddl_drop_column_comment(la_ctx *c, la_node *ddl);
void la_ddl_no_constraint_comment(la_ctx *c, la_node *ddl);

#endif
