/* schema_link.c - what a schema item keeps about its own table.
 *
 * Counted references from within an owner to itself would keep it alive for
 * ever. Such an expression is therefore replaced by a copy in which LINK nodes
 * stand for the columns, and sequences are copies of their own; it prints as
 * it is. A whole statement (CREATE VIEW … AS SELECT) is stored with LINKs for
 * tables and all that has the owner; it has to be held again to be of use.
 * What it derives from such a table is a copy, whose columns nobody has asked
 * for yet: PLACE nodes tell which they are.
 */
#include "sql/schema.h"
#include "sql/schema_impl.h"
#include "sql/walk.h"

static la_node *link_to(la_node *item) {
  la_node *n = la_node_new(LA_K_LINK);
  if (!n) return NULL;
  LA_AS(link, n)->item = item;
  la_set_type(n, item->type);
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

/* ---- statements ---- */

typedef struct storing {
  unholding u;
  bool deeper;
} storing;

static bool is_derived(const la_node *from) {
  return la_is(from, LA_K_ALIAS) || la_is(from, LA_K_SUBQUERY) || la_is(from, LA_K_LATERAL) ||
         la_is(from, LA_K_TABLESAMPLE) || la_is(from, LA_K_CTE);
}

static la_node *place_of(la_node *column) {
  la_node *n = la_node_new(LA_K_PLACE);
  if (!n) return NULL;
  LA_AS(place, n)->from = la_node_retain(LA_AS(column, column)->table);
  LA_AS(place, n)->position = LA_AS(column, column)->position;
  la_set_type(n, column->type);
  return la_node_seal(n);
}

static la_node *stored(la_node *n, void *ctx) {
  storing *s = ctx;
  la_node *now;
  if (la_same_root(n, s->u.item)) {
    now = link_to(n);
  } else if (n->kind == LA_K_COLUMN && is_derived(LA_AS(column, n)->table)) {
    now = place_of(n);
    s->deeper = now != NULL;
  } else {
    return unheld(n, &s->u);
  }
  if (now) return now;
  la_fail_memory(s->u.err);
  return la_node_retain(n);
}

int la_schema_store(la_node **slot, const la_node *item, la_error *err) {
  la_node *now;
  la_error failed = LA_ERROR_INIT;
  storing s = {{item, &failed}, false};
  int rc = la_node_rewrite(&now, *slot, stored, &s, &s.deeper, err);
  if (!rc) la_give_node(slot, now);
  if (failed.set) rc = la_fail_memory(err);
  la_error_clear(&failed);
  return rc;
}

/* Does a PLACE stand in the tree? Negative: memory is out. */
static int has_place(la_node *n) {
  la_map seen = LA_MAP_INIT;
  la_walk w;
  int found = 0;
  la_walk_begin(&w, n);
  while (!found && (n = la_walk_next(&w))) {
    if (la_map_get(&seen, la_key(n))) continue;
    if (n->kind == LA_K_PLACE) found = 1;
    if (la_map_put(&seen, la_key(n), n)) found = -1;
    la_walk_children(&w, n);
  }
  la_map_free(&seen);
  return la_walk_end(&w) ? -1 : found;
}

/* The column that a PLACE tells of, once there is no other PLACE in its table. */
static la_node *placed(la_node *n, void *ctx) {
  la_error *failed = ctx;
  if (n->kind != LA_K_PLACE) return NULL;
  la_place *p = LA_AS(place, n);
  int within = has_place(p->from);
  if (within < 0) la_fail_memory(failed);
  la_columns *columns = within ? NULL : la_from_columns(p->from, failed);
  return la_node_retain(columns ? la_columns_at(columns, (uint32_t)p->position) : NULL);
}

static int place_columns(la_node **slot, la_error *err) {
  for (bool changed = true; changed;) {
    la_node *now;
    la_error failed = LA_ERROR_INIT;
    int rc = la_node_replace(&now, *slot, placed, &failed, err);
    if (!rc && failed.set) {
      la_node_release(now);
      la_error_move(err, &failed);
      rc = -1;
    }
    la_error_clear(&failed);
    if (rc) return rc;
    changed = now != *slot;
    la_give_node(slot, now);
  }
  return 0;
}

/* ---- back ---- */

static la_node *held(la_node *n, void *ctx) {
  (void)ctx;
  return n->kind == LA_K_LINK ? la_node_retain(LA_AS(link, n)->item) : NULL;
}

int la_schema_hold(la_node **slot, la_error *err) {
  la_node *now;
  if (!*slot) return 0;
  if (la_node_replace(&now, *slot, held, NULL, err)) return -1;
  la_give_node(slot, now);
  return place_columns(slot, err);
}

int la_schema_hold_list(la_list **l, la_error *err) {
  if (!*l) return 0;
  la_list *now = la_list_new((*l)->v, (*l)->n);
  int rc = now ? 0 : la_fail_memory(err);
  for (uint32_t i = 0; !rc && i < now->n; i++) rc = la_schema_hold(&now->v[i], err);
  if (rc) {
    la_list_release(now);
    return rc;
  }
  la_give_list(l, now);
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
