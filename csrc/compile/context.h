/* context.h - a compilation under way: what emitters work on.
 *
 * Text is written at the end of `c->out`. Failure is sticky: the first one is
 * kept in `c->err`, emitters go on harmlessly, and la_compile looks once, at
 * the end. What emitters make on their way lives in the arena or is handed to
 * la_ctx_keep.
 */
#ifndef LA_COMPILE_CONTEXT_H
#define LA_COMPILE_CONTEXT_H

#include "base/arena.h"
#include "compile/compile.h"
#include "compile/quote.h"
#include "sql/anon.h"
#include "sql/select.h"
#include "sql/vec.h"

/* ---- text ---- */

/* Text under way: bytes, and where binds stand in them. */
typedef struct la_piece {
  la_buf b;
  la_slot *slots;
  uint32_t nslots, cap;
  struct la_piece *next;  /* while it is not used */
  struct la_piece *older; /* made before this one */
} la_piece;

/* ---- what an emitter is told about its place ---- */

enum {
  LA_KW_COLUMNS = 1 << 0,         /* in a columns clause: labels are written */
  LA_KW_LABEL = 1 << 1,           /* within a label */
  LA_KW_RESULT = 1 << 2,          /* tells the column of the result that it is */
  LA_KW_NO_TABLE = 1 << 3,        /* columns without their table */
  LA_KW_LITERAL_BINDS = 1 << 4,   /* values are written out */
  LA_KW_LITERAL_EXECUTE = 1 << 5, /* … when the statement is executed */
  LA_KW_SKIP_BIND_EXPR = 1 << 6,
  LA_KW_ASFROM = 1 << 7, /* in FROM */
  LA_KW_ASHINT = 1 << 8, /* only the name */
  LA_KW_CRUD = 1 << 9,   /* the table of INSERT, UPDATE, DELETE */
  LA_KW_SUBQUERY = 1 << 10,
  LA_KW_LATERAL = 1 << 11,
  LA_KW_IN_OP = 1 << 12,  /* within an operator */
  LA_KW_IN_ROW = 1 << 13, /* among the values of an INSERT */
  LA_KW_NO_SCHEMA = 1 << 14,
  LA_KW_CAST_APPLIED = 1 << 15,  /* PostgreSQL JSON */
  LA_KW_INSERT_INTO = 1 << 16,   /* the SELECT of an INSERT */
  LA_KW_REPEATED = 1 << 17,      /* the column of the result stood before */
  LA_KW_NEST_HERE = 1 << 18,     /* add_cte(nest_here) */
  LA_KW_NESTED_RESULT = 1 << 19, /* a nested SELECT gives the columns of the result */
  LA_KW_DDL_LITERALS = 1 << 20,  /* reserved for ddl */
  LA_KW_ASSIGNED = 1 << 21,      /* what SET gives a value to */
  LA_KW_AGAIN = 1 << 22          /* what another column is given, once more: it may be of another type here */
};

/* Nodes that a column of the result answers to besides itself. */
typedef struct la_target {
  la_node *node;
  const struct la_target *next;
} la_target;

/* A hint for a table. */
typedef struct la_hint_for {
  la_node *table;
  const la_str *text;
} la_hint_for;

struct la_kw {
  uint32_t f;        /* LA_KW_ */
  uint32_t compound; /* place in a compound select, from 1; 0: not in one */
  la_node *as_label; /* the label that renders as its name */
  la_node *enclosing_alias;
  la_node *visiting_cte;
  const la_target *targets;
  const la_hint_for *hints;     /* ended by a NULL table */
  const struct la_state *state; /* of the SELECT around, for its ambiguous table names */
  struct la_lint *lint;         /* lint.h; NULL: nobody wants to know */
};

/* A copy of *kw with flags set and cleared. */
static inline la_kw la_kw_with(const la_kw *kw, uint32_t set, uint32_t clear) {
  la_kw k = *kw;
  k.f = (kw->f & ~clear) | set;
  return k;
}
extern const la_kw la_kw_none;

/* ---- statements around ---- */

enum { LA_FEW = 8, LA_FEW_FROMS = 4, LA_FEW_LEVELS = 3 };

/* What is worked out of a SELECT before it is printed. */
typedef struct la_state {
  la_node *select;
  la_vec froms; /* all, joins resolved */
  la_vec columns;
  la_node *few_froms[LA_FEW_FROMS], *few_columns[LA_FEW]; /* where these begin */
  la_named *named;                                        /* as many as columns */
  struct la_labels *labels;                               /* what label references may mean, made on demand: label.c */
  la_map ambiguous;       /* names of tables that have a schema, which a table without could be taken for */
  struct la_state *older; /* all states of the compilation, to be freed */
} la_state;

/* Correlation: what a SELECT shows of its FROMs, and what shows around it. Levels count from 1. */
typedef struct la_level {
  la_node *stmt;
  const la_vec *froms;       /* those shown; once a SELECT within asks: */
  bool is_shown;             /* they are in `shown` of the context */
  uint32_t nearest, outmost; /* the levels whose FROMs a SELECT within may refer to; 0, LA_LEVEL_NONE: none */
  uint32_t undo;             /* where in `covered` begins what this level replaced in `shown` */
  la_state *state;           /* SELECT, COMPOUND; else NULL */
  la_node *select_0;         /* COMPOUND: the first SELECT */
  la_node *from_select;      /* INSERT: the SELECT to print */
  bool compound_result, nested_result;
} la_level;

#define LA_LEVEL_NONE UINT32_MAX

/* Before a level showed the FROM of that key, it was last shown by: (NULL: none) */
typedef struct la_covered {
  uint64_t key;
  void *level;
} la_covered;

/* A CTE that was met: where it stands, and (cte_texts) what it says. */
typedef struct la_cte_entry {
  la_node *cte;
  la_node *reference; /* what it is known by: itself, or the one it restates */
  la_str *name;
  uint32_t level; /* 1: at the top; else the depth at which it is nested */
  bool nest_here, gone;
  uint32_t namesake; /* an older entry of that name: its place + 1, or 0 */
} la_cte_entry;

typedef struct la_cte_text {
  la_node *cte;
  la_piece *text; /* NULL: gone */
} la_cte_text;

struct la_ctx {
  la_error *err;
  bool failed;
  bool str;             /* SQLAlchemy's StrSQLCompiler: prints whatever it is given */
  bool double_percents; /* % is written %% */
  bool ddl;
  const la_dialect_inst *d;
  const la_compile_opts *opts;
  const la_host *host;
  const unsigned char *custom; /* host->kinds */
  la_paramstyle style;
  la_arena work;                        /* for the time of the compilation */
  la_piece *out, *spare, *pieces, root; /* pieces: the newest of all */
  uint32_t depth;
  /* names */
  la_anon_map anon;
  la_names names;
  la_map cut[4];    /* by la_ident: generated names that were too long -> la_str */
  la_map ambiguous; /* names of tables -> la_str */
  int label_length;
  /* binds */
  la_cbind *binds;
  uint32_t nbinds, binds_cap;
  la_map same_named; /* BINDs of names that several have */
  la_map bind_names; /* name -> index + 1; made when there are many */
  la_wrap *wraps;
  uint32_t nwraps, wraps_cap;
  la_map bind_as;             /* anonymous BINDs that were given a name -> la_str */
  la_map late_counts;         /* BINDs of LIMIT and OFFSET -> copies that are written out when it is executed */
  uint32_t nfresh;            /* LA_BIND_FRESH that were printed */
  bool literal_execute, late; /* late: some text depends on values */
  /* results */
  la_rcolumn *rcolumns;
  uint32_t nrcolumns, rcolumns_cap;
  bool rcolumns_ordered, rcolumns_textual, rcolumns_loose, ad_hoc_textual;
  /* statements */
  la_level *levels;
  uint32_t nlevels, levels_cap;
  la_map shown; /* FROM -> the innermost level that shows it */
  la_covered *covered;
  uint32_t ncovered, covered_cap;
  la_state *states;
  la_stmt_kind kind;
  la_node *toplevel; /* the DML statement that the result is about */
  bool isinsert, isupdate, isdelete, plaintext, inline_, returning, by_value;
  la_crud crud;
  struct la_crud_state *setting; /* the INSERT or UPDATE whose values are being printed */
  la_vec prefetch, postfetch, implicit_returning;
  la_names prefetch_names; /* of the binds, as many as prefetch */
  la_cte_entry *ctes;
  uint32_t nctes, ctes_cap;
  la_cte_text *cte_texts; /* in the order of WITH */
  uint32_t ncte_texts, cte_texts_cap;
  la_map cte_of, cte_named, cte_text_of; /* by reference, by name, by CTE -> place + 1 */
  bool cte_nested;                       /* some CTE is nested */
  la_vec kept;                           /* nodes made on the way */
  la_names warnings;
  la_map typed; /* TYPE_COERCE of a bind -> the bind with that type */
  /* where arrays begin */
  la_node *few_kept[LA_FEW];
  la_slot few_slots[LA_FEW];
  la_cbind few_binds[LA_FEW];
  la_rcolumn few_rcolumns[LA_FEW];
  la_level few_levels[LA_FEW_LEVELS];
};

/* ---- failing ---- */

void la_ctx_fail(la_ctx *c, la_exc exc, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Something odd that is no error: the user is told once the statement is compiled. */
void la_ctx_warn(la_ctx *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void la_ctx_nomem(la_ctx *c);
/* "Compiler … can't render element of type …" */
void la_ctx_unsupported(la_ctx *c, const char *what);
void la_ctx_no_emit(la_ctx *c, const la_node *n); /* of that construct */

/* ---- writing ---- */

static inline void la_puts(la_ctx *c, const char *s) { la_buf_puts(&c->out->b, s); }
static inline void la_putc(la_ctx *c, char ch) { la_buf_putc(&c->out->b, ch); }
static inline void la_putn(la_ctx *c, const char *s, size_t n) { la_buf_add(&c->out->b, s, n); }
/* s, its percent signs doubled where the placeholder style asks for it. */
void la_put_escaped(la_ctx *c, const char *s, size_t n);
/* Where the next byte goes. */
static inline size_t la_here(const la_ctx *c) { return c->out->b.len; }
/* A place in the text, to tell whether something has been written since: bytes, or a bind. */
typedef struct la_mark {
  size_t at;
  uint32_t nslots;
} la_mark;
static inline la_mark la_mark_here(const la_ctx *c) { return (la_mark){c->out->b.len, c->out->nslots}; }
static inline bool la_wrote_since(const la_ctx *c, la_mark m) {
  return c->out->b.len > m.at || c->out->nslots > m.nslots;
}
/* Takes back what was written since (there must be no binds in it). */
static inline void la_back(la_ctx *c, size_t to) { c->out->b.len = to; }

/* Writes to a text of its own from now on; gives the text before. */
la_piece *la_piece_begin(la_ctx *c);
/* Ends that: what was written, to be given to la_piece_add or la_piece_drop. */
la_piece *la_piece_end(la_ctx *c, la_piece *before);
/* A place for a bind, here. */
void la_piece_slot(la_ctx *c, la_slot s);
/* Appends t, which stays. */
void la_piece_add(la_ctx *c, const la_piece *t);
void la_piece_drop(la_ctx *c, la_piece *t);
/* Puts t (dropped) before what was written from `at` on. */
void la_piece_insert(la_ctx *c, size_t at, la_piece *t);

/* ---- nodes ---- */

/* Prints n. NULL prints nothing. */
void la_emit(la_ctx *c, la_node *n, const la_kw *kw);
/* Prints those of l that print something, separated. */
void la_emit_list(la_ctx *c, const la_list *l, const char *sep, const la_kw *kw);
/* Prints (list). */
void la_emit_parens(la_ctx *c, const la_list *l, const la_kw *kw);
/* Prints the conditions of WHERE or HAVING, joined with AND. */
void la_emit_criteria(la_ctx *c, const la_list *l, const char *before, const la_kw *kw);
/* An array in the arena a with room for `more` elements behind its n: v, or a copy (then *cap is what it has room for).
 * NULL when memory is out. */
void *la_ctx_grow(la_ctx *c, la_arena *a, void *v, uint32_t n, uint32_t more, uint32_t *cap, size_t size);
static inline void *la_ctx_room(la_ctx *c, la_arena *a, void *v, uint32_t n, uint32_t more, uint32_t *cap,
                                size_t size) {
  return n + more <= *cap ? v : la_ctx_grow(c, a, v, n, more, cap, size);
}
/* Makes c release n in the end, taking over the reference; n itself. */
la_node *la_ctx_keep(la_ctx *c, la_node *n);

/* ---- names ---- */

typedef enum la_ident { LA_ID_COLUMN, LA_ID_ALIAS, LA_ID_BIND, LA_ID_VALUES } la_ident;

/* name with its anonymous parts numbered, cut to the dialect's length; borrowed. */
la_str *la_ctx_name(la_ctx *c, la_ident id, la_str *name);
/* The same for a generated name that is numbered already. */
la_str *la_ctx_cut(la_ctx *c, la_ident id, la_str *name);
/* The name of a FROM: alias, CTE, table. */
la_str *la_ctx_from_name(la_ctx *c, const la_node *from);
/* Prints name as an identifier, quoted where it must be. */
static inline void la_put_name(la_ctx *c, const la_str *name) {
  if (la_is_plain_name(c->d, name))
    la_buf_str(&c->out->b, name);
  else
    la_quote_str(&c->out->b, c->d, name, c->double_percents);
}
void la_put_schema(la_ctx *c, const la_str *schema);
/* [schema.]name of a table. */
void la_put_table(la_ctx *c, const la_node *table, bool schema);
/* The schema that is to be printed for a table or sequence (translated); NULL: none. Borrowed. */
const la_str *la_ctx_schema(la_ctx *c, const la_node *item, la_str *schema);
/* [schema.]name of a SEQUENCE. */
void la_put_sequence(la_ctx *c, const la_node *sequence);
/* Prints a word that is never quoted, such as a collation of MySQL: letters, digits, _ and $. Fails for others. */
void la_put_word(la_ctx *c, const char *what, const la_str *word);
/* Is there a backslash at the end of a line? In a string of SQL Server both vanish: it has no literal. */
bool la_has_continued_line(const char *s, size_t n);
/* Prints a string literal in single quotes. */
void la_put_string(la_ctx *c, const char *s, size_t n);

/* ---- statements around ---- */

la_level *la_level_push(la_ctx *c, la_node *stmt);
void la_level_pop(la_ctx *c);
/* What is within refers to nothing around. */
void la_level_close(la_level *l);
static inline la_level *la_level_top(la_ctx *c) { return c->nlevels ? &c->levels[c->nlevels - 1] : NULL; }
/* The names of columns; NULL after a failure. */
la_named *la_ctx_named(la_ctx *c, const la_vec *columns, la_label_style style);
/* The state of a SELECT or COMPOUND, freed with the context; NULL after a failure. */
la_state *la_state_of(la_ctx *c, la_node *select);
/* The FROMs that a SELECT prints here; the others are correlated. */
void la_display_froms(la_ctx *c, la_vec *out, la_state *s, bool asfrom, bool lateral);
/* Those HINTs that are for tables and this dialect, ended by a NULL table; NULL: none. with_names: %(name)s is
 * replaced. */
const la_hint_for *la_hints_of(la_ctx *c, const la_list *hints, bool with_names);

void la_ctx_init(la_ctx *c, const la_dialect_inst *d, const la_compile_opts *opts, la_error *err);
void la_ctx_free(la_ctx *c);

#endif
