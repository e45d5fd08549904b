/* hooks.h - emitters, and the clauses that a dialect may print its own way; part of dialect.h. */
#ifndef LA_COMPILE_HOOKS_H
#define LA_COMPILE_HOOKS_H

#include "sql/node.h"

typedef struct la_ctx la_ctx; /* a compilation under way: context.h */
typedef struct la_kw la_kw;   /* what an emitter is told about its place: context.h */
struct la_dialect_inst;
struct la_hint_for;

/* Prints n at the end of the context's text. */
typedef void (*la_emit_fn)(la_ctx *c, la_node *n, const la_kw *kw);

/* How LIMIT and FETCH are asked for. */
typedef struct la_fetch {
  la_node *count;           /* NULL: only an offset */
  bool percent, ties;       /* PERCENT, WITH TIES */
  bool require_offset;      /* OFFSET 0 where there is none */
  bool literal_simple_ints; /* plain integers are written out when executed */
} la_fetch;

/* What is cast. */
typedef enum la_cast_of { LA_CAST_BIND, LA_CAST_LITERAL, LA_CAST_ALWAYS } la_cast_of;

/* A NULL is filled from the base. */
typedef struct la_hooks {
  la_emit_fn precolumns; /* "DISTINCT ", "TOP n " */
  la_emit_fn order_by;
  la_emit_fn row_limit;                                                          /* LIMIT or FETCH */
  la_emit_fn limit;                                                              /* LIMIT … OFFSET … */
  void (*fetch)(la_ctx *c, la_node *select, const la_fetch *f, const la_kw *kw); /* OFFSET … FETCH … */
  la_emit_fn for_update;
  la_emit_fn default_from; /* what stands for an absent FROM */
  /* RETURNING; columns are those of the statement or of implicit returning. */
  void (*returning)(la_ctx *c, la_node *stmt, la_list *columns, bool result, const la_kw *kw);
  /* Adds the hint of a table that was printed from `at` on. */
  void (*from_hint)(la_ctx *c, size_t at, la_node *table, const la_str *hint, bool crud);
  void (*select_hint)(la_ctx *c, const struct la_hint_for *hints); /* behind SELECT */
  void (*update_tables)(la_ctx *c, la_node *update, la_list *extra, const la_kw *kw);
  void (*update_from)(la_ctx *c, la_node *update, la_list *extra, const la_kw *kw);
  void (*delete_table)(la_ctx *c, la_node *del, la_list *extra, const la_kw *kw);
  void (*delete_from)(la_ctx *c, la_node *del, la_list *extra, const la_kw *kw);
  la_emit_fn dml_limit;                                                      /* LIMIT of UPDATE and DELETE */
  void (*empty_set)(la_ctx *c, la_node *const *types, uint32_t n);           /* a SELECT without rows */
  la_emit_fn sequence;                                                       /* the next value of SEQUENCE */
  la_emit_fn argspec;                                                        /* the arguments of a FUNCTION */
  la_node *(*translate_select)(la_ctx *c, la_node *select, const la_kw *kw); /* another SELECT instead; kept by c */
  /* The type that a bind or value is cast to; NULL: it is not. Borrowed. */
  const la_node *(*bind_cast)(la_ctx *c, const la_node *type, la_cast_of of);
  /* How the name of a bind is written, if not as it is; a new reference, NULL: as it is. */
  la_str *(*bind_name)(la_ctx *c, const la_str *name, bool post_compile);
  /* A FROM `name` of rows (p1, p2, …, pn) that the arrays $1 … $n are the columns of; numbered: n + 1 is the row's
   * number. NULL: there is none. */
  void (*rows_of_arrays)(la_buf *out, const char *name, uint32_t n, bool numbered);
  const char *alias_word; /* between a FROM and its alias */
  const char *join_word;  /* " JOIN " */
  const char *with_recursive, *except_word;
} la_hooks;

#endif
