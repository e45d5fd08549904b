/* dialect.h - all that can differ between databases, as one constant table.
 *
 * A dialect says only what it does differently: every hole is filled from its
 * `base`, at the end of which stands the standard (la_ansi). A difference is
 * expressed by the first of these that can say it: a word (`op_text`, `funcs`,
 * attributes), a shape (one emitter in `emit`, `op_emit` or `hooks`).
 *
 * What users may change (server version, lengths, capabilities) is copied into
 * a dialect instance: the object that compiles, and that an engine holds. The
 * instance also has the table with its holes filled.
 */
#ifndef LA_COMPILE_DIALECT_H
#define LA_COMPILE_DIALECT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"
#include "compile/hooks.h"
#include "sql/node.h"
#include "sql/ops.h"

typedef struct la_dialect la_dialect;
struct la_type_rules; /* how types print: type.h */
struct la_ddl_rules;  /* how schema items print: ddl.h */

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

/* One attribute that a dialect sets otherwise than its base. */
typedef struct la_attr_value {
  la_dattr attr;
  int value;
} la_attr_value;

typedef struct la_quoting {
  char open, close;            /* of a quoted identifier; close is doubled within */
  const char *reserved;        /* words in lower case, a space before and behind each */
  const char *illegal_initial; /* what an unquoted name must not begin with, besides digits: signs, no letters */
  bool keep_percent;           /* % is never doubled in identifiers */
  bool schema_splits;          /* a schema "a.b" is two names */
  bool plain_collations;       /* names of collations are not quoted for their case */
} la_quoting;

typedef enum la_func_form {
  LA_FUNC_CALL,
  LA_FUNC_BARE, /* no arguments: the text is all that is printed */
  LA_FUNC_APART /* the arguments know nothing of an operator around */
} la_func_form;

/* A function that prints otherwise than as name(args). */
typedef struct la_func_rule {
  const char *name; /* lower case */
  const char *text; /* the name to print; NULL: */
  la_emit_fn emit;
  la_func_form form;
} la_func_rule;

/* A word that is replaced: fields of EXTRACT, characters of bind names. */
typedef struct la_word_pair {
  const char *from, *to;
} la_word_pair;

struct la_dialect {
  const char *name;
  const la_dialect *base; /* fills the holes; NULL for the standard only */
  la_paramstyle paramstyle;
  const la_quoting *quoting;
  const la_attr_value *attrs;       /* ended by LA_DA_COUNT */
  const char *const *op_text;       /* by la_op: the word between operands */
  const la_emit_fn *op_emit;        /* by la_op: prints the whole BINARY, UNARY or CLAUSE_LIST */
  const la_emit_fn *emit;           /* by la_kind */
  const la_func_rule *funcs;        /* ended by a NULL name; looked up here, then in the base's */
  const la_word_pair *extract;      /* the same */
  const la_word_pair *bind_escapes; /* characters that bind names must not have, ended by NULL */
  const char *default_metavalue;    /* the word for a default value in VALUES */
  const la_hooks *hooks;            /* clauses */
  const struct la_type_rules *types;
  const struct la_ddl_rules *ddl;
  /* Sets what follows from version and options; called at birth and whenever these change. */
  void (*refine)(struct la_dialect_inst *d);
  /* The same for what SQLAlchemy finds out when it first connects: la_dialect_connected. */
  void (*connected)(struct la_dialect_inst *d);
};

extern const la_dialect la_ansi; /* the standard: SQLAlchemy's DefaultDialect */

enum { LA_RESERVED = 1024 };

typedef struct la_dialect_inst {
  uint32_t refs;
  const la_dialect *d;
  const char *name;
  la_paramstyle paramstyle;
  la_quoting quoting;
  uint32_t reserved[LA_RESERVED]; /* hashes of the reserved words, by open addressing: la_note_reserved */
  int attr[LA_DA_COUNT];
  bool given[LA_DA_COUNT]; /* set by the user: refine leaves it alone */
  int version[4];          /* server_version_info, -1 past its end */
  int nversion;            /* 0: not known */
  la_str *default_schema;  /* default_schema_name, or NULL */
  /* the table without holes */
  const char *op_text[LA_OP_COUNT];
  la_emit_fn op_emit[LA_OP_COUNT];
  la_emit_fn emit[LA_K_COUNT];
  la_hooks hooks;
  const char *default_metavalue;
  const la_word_pair *bind_escapes;
  const struct la_type_rules *types;
  const struct la_ddl_rules *ddl;
} la_dialect_inst;

/* A new instance of the table, count 1; NULL when memory is out. */
la_dialect_inst *la_dialect_new(const la_dialect *d);
/* A copy that can be changed, count 1. */
la_dialect_inst *la_dialect_copy(const la_dialect_inst *d);
la_dialect_inst *la_dialect_retain(la_dialect_inst *d);
void la_dialect_release(la_dialect_inst *d);
/* Sets an attribute by SQLAlchemy's name; -1: there is none of that name. */
int la_dialect_set(la_dialect_inst *d, const char *attr, int value);
int la_dialect_get(const la_dialect_inst *d, const char *attr, int *out);
/* For refine: sets what the user has not set. */
void la_dialect_default(la_dialect_inst *d, la_dattr attr, int value);
/* server_version_info: n numbers, 0: not known. */
void la_dialect_set_version(la_dialect_inst *d, const int *v, int n);
/* An engine has connected for the first time, and has set the version: capabilities follow from it. */
void la_dialect_connected(la_dialect_inst *d);
/* Is the version known and at least this? */
bool la_dialect_at_least(const la_dialect_inst *d, int major, int minor, int patch);
/* Is d the dialect called name, or built on it? */
bool la_dialect_is(const la_dialect_inst *d, const char *name);
const la_func_rule *la_dialect_func(const la_dialect_inst *d, const char *name, size_t len);
/* What stands for word in EXTRACT; NULL: nothing does. */
const char *la_dialect_extract(const la_dialect_inst *d, const char *word);

/* LA_PS_DIALECT if there is none of that name ("qmark"). */
la_paramstyle la_paramstyle_named(const char *name);
const char *la_paramstyle_name(la_paramstyle p);
/* Placeholders that are told apart by their place alone. */
bool la_paramstyle_is_positional(la_paramstyle p);

#define LA_DATTR(inst, name) ((inst)->attr[LA_DA_##name])

#endif
