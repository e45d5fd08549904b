/* type.h - types as SQL text, and what a type becomes on a dialect.
 *
 * How a type prints is looked up by its visit name (types.def) in the rules of
 * the dialect, then of its bases. Rules are data: fixed words, another visit
 * name, or a function.
 */
#ifndef LA_COMPILE_TYPE_H
#define LA_COMPILE_TYPE_H

#include "compile/context.h"
#include "compile/host.h"
#include "sql/type.h"

typedef struct la_type_rules la_type_rules;
typedef void (*la_type_emit)(la_ctx *c, const la_node *type);

typedef struct la_type_rule {
  const char *visit;
  const char *text; /* these words, or NULL: */
  const char *as;   /* as this visit name, or NULL: */
  la_type_emit emit;
} la_type_rule;

/* Types of class `from` are handled as `to` (SQLAlchemy's colspecs). */
typedef struct la_colspec {
  la_type_id from, to;
} la_colspec;

/* What became of a value that was to be written as a literal. */
typedef enum la_lit {
  LA_LIT_DONE,
  LA_LIT_BAD, /* the type does not take it */
  LA_LIT_NONE /* the type has no literals */
} la_lit;

/* Writes v as the type (an impl, see la_type_impl) does on the dialect; la_literal_ansi does what all have in common.
 */
typedef la_lit (*la_literal_fn)(la_ctx *c, const la_node *type, const la_value *v);

struct la_type_rules {
  const la_type_rules *base;
  const la_type_rule *rules;  /* ended by a NULL visit */
  const la_colspec *colspecs; /* ended by LA_T_NONE; not taken from the base */
  bool few_types;             /* dates, booleans, decimals and UUIDs are kept as text and numbers */
  la_literal_fn literal;      /* NULL: the base's */
};

extern const la_type_rules la_ansi_types;

/* Prints a type, in its variant for the dialect. column: the COLUMN in whose definition it stands, or NULL. */
void la_put_type(la_ctx *c, const la_node *type, const la_node *column);
/* Prints it as str() shows it, whatever the dialect. */
void la_put_type_plain(la_ctx *c, const la_node *type);
/* Prints it as another visit name; for rules. */
void la_put_type_as(la_ctx *c, const la_node *type, const char *visit);
/* The same, as the rules of the base say. */
void la_put_type_base(la_ctx *c, const la_type_rules *base, const la_node *type, const char *visit);

/* For rules: NAME, NAME(n) and what the standard adds. */
void la_put_words(la_ctx *c, const char *words);
void la_put_sized(la_ctx *c, const char *name, int n);
/* The length of a type: " (n)" is left out if none was given; "max" is a length. */
void la_put_length(la_ctx *c, int length);
void la_put_precision(la_ctx *c, const char *name, int precision, int scale);
void la_put_string_type(la_ctx *c, const char *name, const la_node *type);
/* [schema.]name, quoted where it must be; schema may be NULL. */
void la_put_collation(la_ctx *c, const la_str *name, const la_str *schema);

/* What the type is on the dialect (dialect_impl): its variant, the dialect's own class for it, a decorator with
 * what it wraps there. *out is a new reference. */
int la_type_impl(la_node **out, const la_node *type, const la_dialect_inst *d, const la_host *host, la_error *err);
/* What prints for a decorator (type_engine). *out is a new reference. */
int la_type_engine(la_node **out, const la_node *type, const la_dialect_inst *d, const la_host *host, la_error *err);

#endif
