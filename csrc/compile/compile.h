/* compile.h - from a tree to a statement that can be sent.
 *
 * The result keeps the text apart from what stands in it: `text` holds no
 * placeholder; each slot says where in it a bind belongs. The text for given
 * values is put together from these, once and in order, never scanned; names
 * may therefore contain anything.
 */
#ifndef LA_COMPILE_COMPILE_H
#define LA_COMPILE_COMPILE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "compile/dialect.h"
#include "compile/host.h"
#include "sql/node.h"

/* ---- asking ---- */

/* Schema names that stand for others: parallel arrays; a NULL key or value is "no schema". */
typedef struct la_schema_map {
  uint32_t n;
  la_str **from, **to;
} la_schema_map;

typedef struct la_compile_opts {
  la_paramstyle paramstyle; /* LA_PS_DIALECT: the dialect's own */
  bool literal_binds;       /* values are written into the text */
  bool render_postcompile;  /* expanding binds are expanded with the values that the binds hold */
  bool for_executemany;     /* INSERT: many sets of parameters follow */
  bool render_schema_translate;
  bool lint;            /* warn of FROM elements that nothing connects */
  bool has_column_keys; /* INSERT, UPDATE: column_keys names the parameters to come */
  uint32_t n_column_keys;
  la_str *const *column_keys;
  const la_schema_map *schema_translate_map; /* NULL: none */
  const la_host *host;                       /* NULL: none */
} la_compile_opts;

#define LA_COMPILE_OPTS_INIT \
  { LA_PS_DIALECT, false, false, false, false, false, false, 0, NULL, NULL, NULL }

/* ---- the answer ---- */

enum {
  LA_BF_EXPANDING = 1,       /* its value is a list, one placeholder for each element */
  LA_BF_LITERAL_EXECUTE = 2, /* its value is written into the text when it is executed */
  LA_BF_REQUIRED = 4,        /* has no value of its own; one must be given */
  LA_BF_CRUD = 8,            /* made by INSERT or UPDATE for a column: named by its key */
  LA_BF_OUT = 16,
  LA_BF_TUPLE = 32, /* expanding over tuples */
  LA_BF_ROW = 64,   /* met among the values of an INSERT; those are numbered last if many rows follow */
  LA_BF_AGAIN = 128 /* of a slot: where placeholders have numbers it is sent with one of its own */
};

/* A bind of the statement; several slots may show the same one. */
typedef struct la_cbind {
  la_str *name;    /* "id_1" */
  la_str *escaped; /* as it is written in the text, if that differs; else NULL */
  la_node *node;   /* the BIND; retained */
  unsigned flags;  /* LA_BF_ */
} la_cbind;

/* A place in the text. */
typedef struct la_slot {
  uint32_t at;    /* offset in text */
  uint32_t bind;  /* index in binds */
  uint16_t flags; /* LA_BF_EXPANDING, LA_BF_LITERAL_EXECUTE, LA_BF_AGAIN; otherwise an ordinary placeholder */
  uint16_t wrap;  /* expanding with an expression around each element: index + 1 in wraps */
} la_slot;

/* What stands around each element of an expanding bind. */
typedef struct la_wrap {
  la_str *before, *after; /* retained */
  bool hidden;            /* a cast of the value: not shown as long as the bind is not expanded */
} la_wrap;

/* A column of the rows that come back. */
typedef struct la_rcolumn {
  la_str *key;      /* name in the row's keys */
  la_node *type;    /* retained; NULL: not known */
  la_node *object;  /* what it answers to: an expression, a column; retained; NULL: nothing */
  la_node **others; /* what else, ended by NULL; NULL: nothing */
} la_rcolumn;

/* What the column answers to, one by one; NULL at the end. */
static inline la_node *la_rcolumn_object(const la_rcolumn *r, uint32_t i) {
  return !i ? r->object : r->others ? r->others[i - 1] : NULL;
}

typedef enum la_stmt_kind {
  LA_STMT_OTHER,
  LA_STMT_SELECT,
  LA_STMT_INSERT,
  LA_STMT_UPDATE,
  LA_STMT_DELETE,
  LA_STMT_DDL
} la_stmt_kind;

/* INSERT and UPDATE: what the engine does beyond sending. Lists hold COLUMNs. */
typedef struct la_crud {
  la_list *prefetch;           /* whose defaults (onupdates) are to be computed before, for each set of parameters */
  la_str **prefetch_names;     /* the binds they are for, as many */
  la_list *postfetch;          /* whose values only the database knows afterwards */
  la_list *implicit_returning; /* those of a RETURNING that nobody asked for */
  bool postfetch_lastrowid;    /* the key comes from the driver's last id */
  /* INSERT for many sets of parameters: the "…" of the "(…)" of one row in text, and the slots within. row_end 0: there
   * is none. many_values: the engine repeats it for more rows. */
  bool many_values;
  bool row_counter; /* each row ends with its number, from 0, as one more value */
  uint32_t row_begin, row_end, row_slot, row_nslots;
  bool upsert_binds; /* binds stand outside of the row that each set of parameters gives values to */
  /* Many sets as rows made of arrays (la_compiled_render_arrays): where an INSERT has its "VALUES (", or where an
   * UPDATE would have its FROM; 0: not this statement. */
  uint32_t arrays_at;
  /* Rows come back in any order: these columns, the last of the result, tell which is which. */
  uint32_t nsentinels;
  la_str **sentinel_names; /* the parameters they are equal to; NULL: they are numbers that rise with the rows */
} la_crud;

typedef struct la_compiled {
  la_dialect_inst *dialect; /* retained */
  la_node *statement;       /* retained */
  char *text;
  la_slot *slots;  /* in the order of the text */
  la_cbind *binds; /* in the order of first rendering */
  la_wrap *wraps;
  la_rcolumn *rcolumns;
  const la_crud *crud;           /* never NULL */
  la_str **warnings;             /* for the user, retained */
  struct la_arena_block *memory; /* where all of this is */
  uint32_t refs;
  uint32_t len; /* of text */
  uint32_t nslots, nbinds, nwraps, nrcolumns, nwarnings;
  la_stmt_kind kind;
  la_paramstyle paramstyle;
  bool rcolumns_ordered; /* they stand for the columns of the row one by one */
  bool rcolumns_textual; /* they were given for a text(): matched by position or name */
  bool rcolumns_loose;   /* names of text() columns may differ in order */
  bool plaintext;        /* a text(): its columns are known when it was executed */
  bool returning;        /* it has a RETURNING (or OUTPUT) */
  bool expands;          /* render_postcompile was asked for */
  bool literal_execute;  /* a slot must be filled in at execution */
  bool by_value;         /* the text depends on values: the same tree with others may give another */
  bool returns_rows;     /* as far as the tree tells */
} la_compiled;

/* Compiles a statement, expression, type or DDL element. *out has count 1. */
int la_compile(la_compiled **out, la_node *stmt, la_dialect_inst *d, const la_compile_opts *opts, la_error *err);
la_compiled *la_compiled_retain(la_compiled *c);
void la_compiled_release(la_compiled *c);

/* The text as SQLAlchemy prints it: placeholders in c's paramstyle, expanding binds as
 * `__[POSTCOMPILE_name]` unless render_postcompile was asked for. */
int la_compiled_string(la_buf *out, const la_compiled *c, la_error *err);

/* ---- sending ---- */

/* One placeholder of the final text: the bind and, for expanding ones, which element of it. */
typedef struct la_position {
  uint32_t bind;
  int32_t element; /* -1: the bind's whole value */
  int32_t member;  /* of a tuple; -1: none */
} la_position;

typedef struct la_positions {
  la_position *v; /* owned */
  uint32_t n, cap;
} la_positions;

/* The final text for these values (one for each bind, in order; lists as LA_V_ARRAY), with placeholders in
 * `style` (LA_PS_QMARK, LA_PS_NUMERIC_DOLLAR …), and what goes where; one row of an INSERT. positions may be NULL. */
int la_compiled_render(la_buf *out, la_positions *positions, const la_compiled *c, la_paramstyle style,
                       const la_value *values, la_error *err);
/* The same for INSERT with `rows` rows (crud.row_begin): `values` are rows * nbinds. The bind of row r is given in
 * positions as bind + r * nbinds; binds outside of the row are those of the first. */
int la_compiled_render_rows(la_buf *out, la_positions *positions, const la_compiled *c, la_paramstyle style,
                            const la_value *values, uint32_t rows, la_error *err);
/* Is the row nothing but placeholders, the only ones, and the last of the statement? */
bool la_compiled_is_of_rows(const la_compiled *k);
/* The statement for many sets of parameters at once, where there is crud.arrays_at: its n placeholders are those of
 * la_compiled_render, by number, each an array with what the sets have for it. An UPDATE does the same as one for each
 * set where no two sets match the same row. */
int la_compiled_render_arrays(la_buf *out, const la_compiled *c, uint32_t n, la_error *err);
void la_positions_free(la_positions *p);

/* Index of the bind of that name, or -1. */
int la_compiled_bind(const la_compiled *c, const char *name, size_t len);

#endif
