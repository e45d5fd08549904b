/* schema_link.c - expressions that a schema item keeps about its own table.
 *
 * Counted references from within an owner to itself would keep it alive for
 * ever. Such an expression is therefore replaced by a copy in which LINK nodes
 * stand for the columns, and sequences are copies of their own.
 */
#include "sql/schema.h"
#include "sql/schema_impl.h"

static la_node *link_to(la_node *column) {
  la_node *n = la_node_new(LA_K_LINK);
  if (!n) return NULL;
  LA_AS(link, n)->column = column;
  la_set_type(n, column->type);
  return la_node_seal(n);
}

/* A sequence that belongs to nobody, for its next value. */
static la_node *free_sequence(la_node *next_value) {
  la_node *n = la_node_copy(next_value), *s = n ? la_node_copy(LA_AS(next_value, n)->sequence) : NULL;
  if (!s) {
    la_node_release(n);
    return NULL;
  }
  LA_AS(sequence, s)->column = LA_AS(sequence, s)->metadata = NULL;
  la_give_node(&LA_AS(next_value, n)->sequence, la_node_seal(s));
  return la_node_seal(n);
}

typedef struct unholding {
  const la_node *item;
  la_error *err;
} unholding;

static la_node *unheld(la_node *n, void *ctx) {
  unholding *u = ctx;
  bool column = n->kind == LA_K_COLUMN && la_same_root(n, u->item);
  bool sequence = n->kind == LA_K_NEXT_VALUE && la_same_root(LA_AS(next_value, n)->sequence, u->item);
  if (!column && !sequence) return NULL;
  la_node *now = column ? link_to(n) : free_sequence(n);
  if (now) return now;
  la_fail_memory(u->err);
  return la_node_retain(n);
}

int la_schema_unhold(la_node **slot, const la_node *item, la_error *err) {
  la_node *now;
  if (!*slot) return 0;
  la_error failed = LA_ERROR_INIT;
  unholding u = {item, &failed};
  int rc = la_node_replace(&now, *slot, unheld, &u, err);
  if (!rc) la_give_node(slot, now);
  if (failed.set) rc = la_fail_memory(err);
  la_error_clear(&failed);
  return rc;
}

static la_node *held(la_node *n, void *ctx) {
  (void)ctx;
  return n->kind == LA_K_LINK ? la_node_retain(LA_AS(link, n)->column) : NULL;
}

int la_schema_hold(la_node **slot, la_error *err) {
  la_node *now;
  if (!*slot) return 0;
  if (la_node_replace(&now, *slot, held, NULL, err)) return -1;
  la_give_node(slot, now);
  return 0;
}

int la_schema_unhold_list(la_list **l, const la_node *item, la_error *err) {
  if (!*l) return 0;
  la_list *now = la_list_new((*l)->v, (*l)->n);
  int rc = now ? 0 : la_fail_memory(err);
  for (uint32_t i = 0; !rc && i < now->n; i++) rc = la_schema_unhold(&now->v[i], item, err);
  if (rc) {
    la_list_release(now);
    return rc;
  }
  la_give_list(l, now);
  return 0;
}
