/* node.h - the trees that SQL is made of.
 *
 * A node is a kind, a type and the fields that nodes.def lists for the kind.
 * Expressions and statements are immutable once sealed; every change makes a
 * copy (la_node_copy, set fields, la_node_seal). Schema items (METADATA, TABLE,
 * COLUMN, constraints …) are mutable until used and are compared by identity.
 *
 * Ownership. Nodes are counted, atomically. A node that is part of another
 * thing which also points back at it (a column of a table, a table of a
 * MetaData) has an owner: it has no count of its own, retaining it retains the
 * root of its owners, and the owner frees it. Within one owner pointers are
 * `link` fields: borrowed, neither counted nor walked.
 *
 * Hash and equality come from the fields. Values of binds are left out, so that
 * the statement cache finds a statement again whatever its values; la_node_same
 * also compares how nodes with an identity (binds, aliases, anonymous labels)
 * are shared, which tells `b = b` from `b1 = b2`.
 */
#ifndef LA_SQL_NODE_H
#define LA_SQL_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/count.h"
#include "base/error.h"
#include "base/str.h"
#include "base/value.h"

typedef struct la_node la_node;
typedef struct la_list la_list;
typedef struct la_columns la_columns;
typedef struct la_owned la_owned;

/* What a kind is good for; decides metatables and coercions. */
typedef enum la_category {
  LA_CAT_EXPR,      /* a column expression */
  LA_CAT_FROM,      /* something that can stand in FROM */
  LA_CAT_STATEMENT, /* can be executed */
  LA_CAT_TYPE,
  LA_CAT_SCHEMA, /* compared by identity, mutable */
  LA_CAT_DDL,    /* a statement about schema items */
  LA_CAT_PART    /* a piece of the others */
} la_category;

typedef enum la_kind {
  LA_K_NONE,
#define NODE(KIND, name, cat, fields) LA_K_##KIND,
#include "sql/nodes.def"
#undef NODE
  LA_K_COUNT
} la_kind;

/* Flags that a node takes over from its children when it is sealed … */
enum {
  LA_NF_BIND = 1,   /* holds binds */
  LA_NF_IDENT = 2,  /* holds nodes whose identity matters (binds, aliases, anonymous labels) */
  LA_NF_ORM = 4,    /* holds ENTITY, ATTRIBUTE, RELATION: must be rewritten before it compiles */
  LA_NF_OF_ORM = 8, /* holds a statement that was rewritten: it is still about mapped classes */
  LA_NF_INHERITED = 15,
  /* … and its own */
  LA_NF_SEALED = 16,
  LA_NF_OWNED = 32 /* freed by its owner */
};

struct la_node {
  uint32_t refs;
  uint16_t kind;
  uint16_t flags;
  uint64_t hash;
  la_node *owner; /* whose count is ours, or NULL */
  la_node *type;  /* expressions: the TYPE node, retained; else NULL */
};

/* Field classes of nodes.def. */
typedef enum la_fclass {
  LA_F_end,
  LA_F_node,    /* la_node *: retained, may be NULL */
  LA_F_list,    /* la_list *: retained, NULL is the empty list */
  LA_F_str,     /* la_str *: retained, may be NULL */
  LA_F_int,     /* int */
  LA_F_value,   /* la_value: owned, not part of hash and equality */
  LA_F_foreign, /* la_foreign *: retained, compared by identity */
  LA_F_link,    /* la_node *: borrowed; not walked, hashed or compared */
  LA_F_links,   /* la_list *: a list whose elements are borrowed */
  LA_F_columns, /* la_columns *: memo, computed on demand; not hashed, not copied */
  LA_F_owned    /* la_owned *: the nodes this one has adopted; not hashed, not copied */
} la_fclass;

typedef struct la_field {
  la_fclass cls;
  const char *name;
  size_t offset;
} la_field;

#define LA_C_node la_node *
#define LA_C_list la_list *
#define LA_C_str la_str *
#define LA_C_int int
#define LA_C_value la_value
#define LA_C_foreign la_foreign *
#define LA_C_link la_node *
#define LA_C_links la_list *
#define LA_C_columns la_columns *
#define LA_C_owned la_owned *

/* struct la_binary { la_node base; la_node *left; … }, one for each kind. */
#define F(cls, name) LA_C_##cls name;
#define NODE(KIND, lower, cat, fields) \
  typedef struct la_##lower {          \
    la_node base;                      \
    fields                             \
  } la_##lower;
#include "sql/nodes.def"
#undef NODE
#undef F

/* LA_AS(binary, n): n as a la_binary, asserted in debug builds. */
#define LA_AS(lower, n) ((la_##lower *)(n))

/* The nodes that one node owns. */
struct la_owned {
  uint32_t n, cap;
  la_node *v[];
};

/* A counted immutable array of nodes. Lists that were made from one another by
 * appending stand in the room of one of them, their `base`: see list.c. */
struct la_list {
  uint32_t refs;
  uint32_t n;
  bool borrowed; /* elements are not retained */
  uint8_t flags; /* inherited flags of the elements, once hashed */
  bool hashed;
  uint32_t used, cap; /* of `room`, which other lists may have filled further */
  uint64_t hash;      /* of the elements, once hashed */
  la_node **v;
  la_list *base; /* retained; NULL: v is room */
  la_node *room[];
};

/* ---- kinds ---- */
const char *la_kind_name(la_kind kind);  /* "binary" */
const char *la_kind_upper(la_kind kind); /* "BINARY" */
la_category la_kind_category(la_kind kind);
const la_field *la_kind_fields(la_kind kind); /* ended by LA_F_end */
size_t la_kind_size(la_kind kind);
/* LA_K_NONE if there is none of that name. */
la_kind la_kind_named(const char *name);
/* The field called name, or NULL. */
const la_field *la_kind_field(la_kind kind, const char *name);

static inline bool la_is(const la_node *n, la_kind kind) { return n && n->kind == kind; }

/* ---- making ---- */
/* A node with all fields zero, count 1, not sealed; NULL when memory is out. */
la_node *la_node_new(la_kind kind);
/* A copy that shares all fields (retained), count 1, not sealed, own identity. */
la_node *la_node_copy(const la_node *n);
/* Computes hash and inherited flags; returns n (NULL if n is NULL). A node
 * must be sealed before it becomes part of another. */
la_node *la_node_seal(la_node *n);
static inline la_node *la_node_root(la_node *n) {
  while (n->owner) n = n->owner;
  return n;
}
static inline la_node *la_node_retain(la_node *n) {
  if (n) la_count_up(&la_node_root(n)->refs);
  return n;
}
/* Frees a root whose last reference is gone, for la_node_release. */
void la_node_free(la_node *root);
static inline void la_node_release(la_node *n) {
  if (n && la_count_down(&la_node_root(n)->refs)) la_node_free(la_node_root(n));
}
/* Makes owner (of a kind with a field `owned`) the owner of n: n lives as long
 * as owner does, references held on n become references on owner. The caller's
 * own reference to n is given up. 0, or -1 when memory is out (n unchanged). */
int la_node_adopt(la_node *owner, la_node *n);
/* The columns of a FROM node, made on first use; borrowed. NULL after an error. */
la_columns *la_from_columns(la_node *from, la_error *err);

/* Setters for nodes that are not sealed. `give_` takes over the caller's
 * reference, plain ones retain. Both release what was there. */
void la_set_node(la_node **slot, la_node *n);
void la_give_node(la_node **slot, la_node *n);
void la_set_list(la_list **slot, la_list *l);
void la_give_list(la_list **slot, la_list *l);
void la_set_str(la_str **slot, la_str *s);
void la_give_str(la_str **slot, la_str *s);
/* Sets n->type, retaining it. */
void la_set_type(la_node *n, la_node *type);

/* ---- lists ---- */
/* A list of n nodes (retained); NULL when memory is out. An empty list is
 * written NULL; la_list_len(NULL) is 0. */
la_list *la_list_new(la_node *const *v, uint32_t n);
la_list *la_list_borrowed(la_node *const *v, uint32_t n);
la_list *la_list_retain(la_list *l);
void la_list_release(la_list *l);
/* l and n more nodes at its end, as a new list. A chain of appending takes
 * constant time for each node: what l holds is not copied while there is room. */
la_list *la_list_append(la_list *l, la_node *const *v, uint32_t n);
/* The hash of what the elements say; adds the flags that a holder inherits. */
uint64_t la_list_hash(la_list *l, int *flags);
static inline uint32_t la_list_len(const la_list *l) { return l ? l->n : 0; }

/* ---- looking ---- */
/* Structural equality, values of binds left out; see the top of this file. */
bool la_node_same(const la_node *a, const la_node *b);
/* Calls fn for every node and list element that n holds directly (type not
 * included); stops and returns the first result that is not 0. */
int la_node_each(const la_node *n, int (*fn)(la_node *child, void *ctx), void *ctx);
/* A copy of the tree in which fn has had its say on every node, outermost
 * first: fn answers a replacement (a new reference), or NULL to go on into the
 * node. Shared subtrees stay shared; what is unchanged is not copied. Schema
 * items are not entered. *out is a new reference. */
int la_node_replace(la_node **out, la_node *n, la_node *(*fn)(la_node *n, void *ctx), void *ctx, la_error *err);
/* The same; where fn sets *deeper beside its answer, the answer is gone into like any other node. */
int la_node_rewrite(la_node **out, la_node *n, la_node *(*fn)(la_node *n, void *ctx), void *ctx, bool *deeper,
                    la_error *err);
/* Prints the tree, for people. */
void la_node_dump(la_buf *out, const la_node *n);

#endif
