/* naming.h - what column expressions and FROMs are called.
 *
 * Every expression has several names: its own (`name`), the key under which a
 * subquery has it, labels with the name of its table, anonymous labels. Each
 * function gives NULL where there is no such name. Names may be templates
 * (anon.h). They are borrowed: from the node, or from the la_names given, which
 * keeps those that had to be made. Failure (memory) is sticky in la_names.
 */
#ifndef LA_SQL_NAMING_H
#define LA_SQL_NAMING_H

#include "sql/anon.h"
#include "sql/node.h"

typedef struct la_names {
  la_str **v;
  uint32_t n, cap;
  bool failed;
  la_arena *arena; /* where names are made, which live as long as it; NULL: as long as this */
} la_names;

#define LA_NAMES_INIT \
  { NULL, 0, 0, false, NULL }

/* Keeps s, taking over the reference, and gives it back; NULL is a failure. */
la_str *la_names_keep(la_names *k, la_str *s);
void la_names_drop(la_names *k);
static inline void la_names_free(la_names *k) {
  if (k->v) la_names_drop(k);
}

/* Is from known by a name, so that its columns are written with it? */
bool la_from_is_named(const la_node *from);
/* The name that a FROM was given. NULL: it is numbered by the identity of the node that *from is then (NULL: it has no
 * name whatever), behind *anon (NULL: behind "anon"). */
la_str *la_name_given(const la_node **from, la_str **anon);
/* The name of a FROM; a template if it has none of its own. */
la_str *la_name_from(la_names *k, const la_node *from);

la_str *la_name_of(la_names *k, const la_node *n);         /* .name */
la_str *la_name_non_anon(la_names *k, const la_node *n);   /* _non_anon_label */
la_str *la_name_key(la_names *k, const la_node *n);        /* .key */
la_str *la_name_proxy_key(la_names *k, const la_node *n);  /* _proxy_key */
la_str *la_name_expression(la_names *k, const la_node *n); /* _expression_label */
la_str *la_name_tq(la_names *k, const la_node *n);         /* _tq_label: "table_column" */
la_str *la_name_tq_key(la_names *k, const la_node *n);     /* _tq_key_label */
la_str *la_name_anon(la_names *k, const la_node *n);       /* _anon_name_label */
la_str *la_name_anon_key(la_names *k, const la_node *n);
la_str *la_name_anon_tq(la_names *k, const la_node *n);
la_str *la_name_anon_tq_key(la_names *k, const la_node *n);
/* The label of the index-th repetition in one columns clause (from 1). */
la_str *la_name_dedupe(la_names *k, const la_node *n, unsigned index);
la_str *la_name_dedupe_tq(la_names *k, const la_node *n, unsigned index);

/* May a columns clause write a label for it? Not for text and columns of no table. */
bool la_name_renders(const la_node *n);
/* The expression that n writes in another form (CAST, boolean tests), or NULL. */
la_node *la_wrapped(const la_node *n);
/* The node that n is for comparisons by identity: the column of an ATTRIBUTE, else n. */
const la_node *la_name_identity(const la_node *n);

#endif
