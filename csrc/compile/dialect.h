/* dialect.h - all that can differ between databases, as one constant table.
 *
 * A dialect says only what it does differently: every hole is filled from its
 * `base`, at the end of which stands the standard (la_ansi). A difference is
 * expressed by the first of these that can say it: a word (`op`, `func`,
 * attributes), a shape (one emitter in `emit` or `hooks`), a list.
 *
 * What users may change (server version, lengths, capabilities) is copied into
 * a dialect instance: the object that compiles, and that an engine holds.
 */
#ifndef LA_COMPILE_DIALECT_H
#define LA_COMPILE_DIALECT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"
#include "sql/node.h"
#include "sql/ops.h"

typedef struct la_dialect la_dialect;
typedef struct la_dialect_inst la_dialect_inst;
typedef struct la_ctx la_ctx; /* a compilation under way: context.h */
typedef struct la_kw la_kw;   /* what an emitter is told about its place: context.h */
struct la_type_rules;         /* how types print: type.h */
struct la_ddl_rules;          /* how schema items print: ddl.h */

typedef enum la_paramstyle {
  LA_PS_DIALECT,        /* whatever the dialect uses */
  LA_PS_NAMED,          /* :name */
  LA_PS_QMARK,          /* ? */
  LA_PS_FORMAT,         /* %s */
  LA_PS_PYFORMAT,       /* %(name)s */
  LA_PS_NUMERIC,        /* :1 */
  LA_PS_NUMERIC_DOLLAR, /* $1 */
  LA_PS_COUNT
} la_paramstyle;

/* LA_DA_supports_native_boolean …: what attrs.def lists. */
typedef enum la_dattr {
#define ATTR(name, value) LA_DA_##name,
#include "compile/attrs.def"
#undef ATTR
  LA_DA_COUNT
} la_dattr;

/* One attribute that a dialect sets otherwise than the standard. */
typedef struct la_attr_value {
  la_dattr attr;
  int value;
} la_attr_value;

typedef struct la_quoting {
  char open, close;             /* of a quoted identifier */
  const char *const *reserved;  /* words, sorted, lower case; ended by NULL */
  const char *illegal_initial;  /* characters that an unquoted name must not begin with */
  bool dollar_is_legal;         /* elsewhere in the name, besides letters, digits and _ */
  bool schema_splits;           /* a schema "a.b" is two names */
  bool lower_is_folded;         /* unquoted names fold to upper case: names in lower case are those */
} la_quoting;

typedef void (*la_emit_fn)(la_ctx *c, la_node *n, const la_kw *kw);
/* Prints a function by name: visit_<name>_func. */
typedef struct la_func_rule {
  const char *name; /* lower case */
  la_emit_fn emit;  /* how, or NULL: */
  const char *text; /* the words printed instead, "CURRENT_TIMESTAMP" */
} la_func_rule;

#include "compile/hooks.h"

struct la_dialect {
  const char *name;
  const la_dialect *base; /* fills the holes; NULL for the standard only */
  la_paramstyle paramstyle;
  const la_quoting *quoting;
  const la_attr_value *attrs;            /* ended by LA_DA_COUNT */
  const char *const *op_text;            /* by la_op: the word between operands; NULL: the base's */
  const la_emit_fn *op_emit;             /* by la_op: prints the whole BINARY or UNARY; NULL: the base's */
  const la_func_rule *funcs;             /* sorted by name, ended by NULL */
  const la_emit_fn *emit;                /* by la_kind; NULL: the base's */
  const la_hooks *hooks;                 /* clauses */
  const struct la_type_rules *types;
  const struct la_ddl_rules *ddl;
  /* Sets what follows from version and options; called at birth and whenever these change. */
  void (*refine)(la_dialect_inst *d);
};

extern const la_dialect la_ansi; /* the standard: SQLAlchemy's DefaultDialect */

struct la_dialect_inst {
  uint32_t refs;
  const la_dialect *d;
  la_paramstyle paramstyle;
  int attr[LA_DA_COUNT];
  bool given[LA_DA_COUNT]; /* set by the user: refine leaves it alone */
  int version[4];          /* server_version_info, -1 past its end */
  bool has_version;
  la_str *default_schema;  /* default_schema_name, or NULL */
  char open_quote, close_quote;
};

/* A new instance of the table, count 1; NULL when memory is out. */
la_dialect_inst *la_dialect_new(const la_dialect *d);
/* A copy that can be changed. */
la_dialect_inst *la_dialect_copy(const la_dialect_inst *d);
la_dialect_inst *la_dialect_retain(la_dialect_inst *d);
void la_dialect_release(la_dialect_inst *d);
/* Sets or reads an attribute by SQLAlchemy's name; -1: there is none of that name. */
int la_dialect_set(la_dialect_inst *d, const char *attr, int value);
int la_dialect_get(const la_dialect_inst *d, const char *attr, int *out);
/* server_version_info: n numbers, 0: unknown. */
void la_dialect_set_version(la_dialect_inst *d, const int *v, int n);
/* Is the version known and at least this? */
bool la_dialect_at_least(const la_dialect_inst *d, int major, int minor, int patch);
/* Is d the dialect called name, or built on it? */
bool la_dialect_is(const la_dialect_inst *d, const char *name);
/* LA_PS_DIALECT if there is none of that name ("qmark"). */
la_paramstyle la_paramstyle_named(const char *name);
const char *la_paramstyle_name(la_paramstyle p);

static inline int la_dattr_of(const la_dialect_inst *d, la_dattr a) { return d->attr[a]; }
#define LA_DATTR(inst, name) ((inst)->attr[LA_DA_##name])

#endif
