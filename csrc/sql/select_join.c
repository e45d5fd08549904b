/* select_join.c - where the joins of select().join(…) go.
 *
 * A join extends one of the FROMs there are, or the first of those that the
 * columns name; which one is told by what it is joined from, by the ON clause or
 * by foreign keys.
 */
#include "base/mem.h"
#include "sql/correspond.h"
#include "sql/join.h"

/* Places among FROMs. */
typedef struct places {
  uint32_t v[2]; /* the first two */
  uint32_t n;    /* how many there are */
} places;

static void add_place(places *p, uint32_t i) {
  if (p->n < 2) p->v[p->n] = i;
  p->n++;
}

/* ---- looking into FROMs ---- */

/* The FROMs that from consists of, joins opened. */
static void add_surface(la_vec *out, la_node *from) {
  la_node *few[8];
  la_vec stack = LA_VEC_LENT(few);
  la_vec_add(&stack, from);
  while (stack.n) {
    la_node *n = stack.v[--stack.n];
    la_vec_add(out, n);
    if (n->kind == LA_K_JOIN) {
      la_vec_add(&stack, LA_AS(join, n)->left);
      la_vec_add(&stack, LA_AS(join, n)->right);
    } else if (n->kind == LA_K_FROM_GROUPING) {
      la_vec_add(&stack, LA_AS(from_grouping, n)->element);
    }
  }
  out->failed |= stack.failed;
  la_vec_free(&stack);
}

static bool overlap(la_node *a, la_node *b) {
  la_node *few[2][8];
  la_vec x = LA_VEC_LENT(few[0]), y = LA_VEC_LENT(few[1]);
  add_surface(&x, a);
  add_surface(&y, b);
  bool found = false;
  for (uint32_t i = 0; !found && i < x.n; i++) found = la_vec_has(&y, x.v[i]);
  la_vec_free(&x);
  la_vec_free(&y);
  return found;
}

typedef struct finding {
  la_vec columns, todo;
  la_vec seen;             /* FROMs of SELECTs */
  const la_select *within; /* whose parts are looked at, or NULL */
} finding;

static bool holds(const la_list *l, const la_node *n) {
  for (uint32_t i = 0; i < la_list_len(l); i++)
    if (l->v[i] == n) return true;
  return false;
}

static int find_in(la_node *child, void *ctx) {
  finding *f = ctx;
  la_node *of = child->kind == LA_K_COLUMN ? LA_AS(column, child)->render : NULL;
  if (f->within && (holds(f->within->correlate, child) || holds(f->within->correlate_except, child))) return 0;
  if (of)
    la_vec_add(&f->todo, of);
  else if (child->kind == LA_K_COLUMN)
    la_vec_add_once(&f->columns, child);
  else if (la_kind_category((la_kind)child->kind) != LA_CAT_SCHEMA && child->kind != LA_K_TABLE)
    la_vec_add(&f->todo, child);
  return 0;
}

/* What the columns and conditions of a SELECT come from. */
static int find_in_froms(finding *f, const la_select *s, la_error *err) {
  la_vec froms = LA_VEC_INIT;
  int rc = 0;
  f->within = NULL;
  for (uint32_t i = 0; !rc && i < la_list_len(s->raw_columns); i++)
    rc = la_sql_froms(&froms, s->raw_columns->v[i], err);
  for (uint32_t i = 0; !rc && i < la_list_len(s->where); i++) rc = la_sql_froms(&froms, s->where->v[i], err);
  la_vec_add_list(&froms, s->from_obj);
  for (uint32_t i = 0; !rc && i < froms.n; i++)
    if (!la_vec_has(&f->seen, froms.v[i])) {
      la_vec_add(&f->seen, froms.v[i]);
      find_in(froms.v[i], f);
    }
  la_vec_free(&froms);
  return rc;
}

/* The columns that stand in an expression. */
static int find_columns(la_vec *out, la_node *expr, la_error *err) {
  finding f = {LA_VEC_INIT, LA_VEC_INIT, LA_VEC_INIT, NULL};
  int rc = 0;
  find_in(expr, &f);
  while (f.todo.n) {
    la_node *n = f.todo.v[--f.todo.n];
    f.within = n->kind == LA_K_SELECT ? LA_AS(select, n) : NULL;
    if (n->kind != LA_K_TABLE_VALUED)
      la_node_each(n, find_in, &f);
    else if (LA_AS(table_valued, n)->element) /* what names its columns has no table */
      find_in(LA_AS(table_valued, n)->element, &f);
    if (!rc && f.within) rc = find_in_froms(&f, f.within, err);
    la_node_release(n);
  }
  bool failed = f.columns.failed || f.todo.failed || f.seen.failed;
  la_vec_free(&f.seen);
  la_vec_free(&f.todo);
  *out = f.columns;
  return rc ? rc : failed ? la_fail_memory(err) : 0;
}

/* Is every one of the columns a column of a or b? 1 or 0, -1 after an error. */
static int have_all(la_node *a, la_node *b, const la_vec *columns, la_error *err) {
  la_columns *x = la_from_columns(a, err), *y = x ? la_from_columns(b, err) : NULL;
  if (!x || !y) return -1;
  for (uint32_t i = 0; i < columns->n; i++)
    if (!la_columns_has(x, columns->v[i]) && !la_columns_has(y, columns->v[i])) return 0;
  return 1;
}

/* ---- where from ---- */

/* A join that is to be placed. */
typedef struct joining {
  la_node *right, *onclause; /* onclause or NULL */
  la_vec targets;            /* the FROMs of right */
  la_vec columns;            /* those in onclause, if they matter */
  bool by_columns;
  la_error *err;
} joining;

/* Can the join begin at from? 1 or 0, -1 after an error. */
static int can_begin(joining *j, la_node *from) {
  int yes = 0;
  for (uint32_t i = 0; !yes && i < j->targets.n; i++) {
    la_node *target = j->targets.v[i];
    if (target == from) continue;
    if (j->by_columns)
      yes = have_all(from, target, &j->columns, j->err);
    else
      yes = j->onclause ? 1 : la_can_join(from, target, j->err);
  }
  return yes;
}

static int drop_hidden(places *p, const la_vec *clauses, const bool *fits, la_error *err) {
  la_map hidden = LA_MAP_INIT;
  int rc = la_hidden_froms(&hidden, clauses, err);
  *p = (places){{0, 0}, 0};
  for (uint32_t i = 0; !rc && i < clauses->n; i++)
    if (fits[i] && !la_map_get(&hidden, la_key(clauses->v[i]))) add_place(p, i);
  la_map_free(&hidden);
  return rc;
}

static int find_fitting(places *p, joining *j, const la_vec *clauses, bool *fits) {
  for (uint32_t i = 0; i < clauses->n; i++) {
    int yes = can_begin(j, clauses->v[i]);
    if (yes < 0) return -1;
    fits[i] = yes;
    if (yes) add_place(p, i);
  }
  return p->n > 1 ? drop_hidden(p, clauses, fits, j->err) : 0;
}

/* The clauses from which j can begin (find_left_clause_to_join_from). */
static int places_to_begin(places *p, joining *j, const la_vec *clauses) {
  *p = (places){{0, 0}, 0};
  if (clauses->n == 1 && j->onclause) {
    add_place(p, 0);
    return 0;
  }
  bool few[16], *fits = clauses->n <= sizeof few ? few : la_alloc(clauses->n);
  if (!fits) return la_fail_memory(j->err);
  j->by_columns = clauses->n > 1 && j->onclause;
  int rc = la_sql_froms(&j->targets, j->right, j->err);
  if (!rc && j->by_columns) rc = find_columns(&j->columns, j->onclause, j->err);
  if (!rc) rc = find_fitting(p, j, clauses, fits);
  if (!rc && j->onclause && !p->n)
    for (uint32_t i = 0; i < clauses->n; i++) add_place(p, i);
  la_vec_free(&j->targets);
  la_vec_free(&j->columns);
  if (fits != few) la_free(fits);
  return rc;
}

static const char help[] = "Please use the .select_from() method to establish an explicit left side, as well as "
                           "providing an explicit ON clause "
                           "if not present already to help resolve the ambiguity.";

static int refuse(const places *p, const la_node *right, la_error *err) {
  if (p->n > 1)
    return la_fail_with(err, LA_EXC_InvalidRequestError,
                        "Can't determine which FROM clause to join from, there are multiple FROMS which can join to "
                        "this entity. %s",
                        help);
  la_buf b = LA_BUF_INIT;
  la_from_describe(&b, right);
  const char *s = la_buf_cstr(&b);
  if (s)
    la_fail_with(err, LA_EXC_InvalidRequestError, "Don't know how to join to %s. %s", s, help);
  else
    la_fail_memory(err);
  la_buf_free(&b);
  return -1;
}

/* ---- placing ---- */

/* What is being put together. */
typedef struct placing {
  la_vec from; /* the FROMs so far */
  const la_select *select;
  const la_list *raw_columns;
  la_error *err;
} placing;

/* FROMs of columns and of the criteria, for a SELECT without others; once each. */
static int implied(la_vec *out, const placing *p, const la_list *columns) {
  la_node *few[8];
  la_vec all = LA_VEC_LENT(few);
  int rc = 0;
  for (uint32_t i = 0; !rc && i < la_list_len(columns); i++) rc = la_sql_froms(&all, columns->v[i], p->err);
  for (uint32_t i = 0; !rc && i < la_list_len(p->select->where); i++)
    rc = la_sql_froms(&all, p->select->where->v[i], p->err);
  for (uint32_t i = 0; !rc && i < all.n; i++) la_vec_add_once(out, all.v[i]);
  la_vec_free(&all);
  return rc;
}

/* Puts the join in the place of the FROM at `at`, or at the end. Takes over the reference. */
static void put(placing *p, la_node *join, uint32_t at) {
  if (at < p->from.n)
    la_give_node(&p->from.v[at], join);
  else
    la_vec_give(&p->from, join);
}

static int put_join(placing *p, const la_join_spec *spec, la_node *left, uint32_t at) {
  la_node *join;
  if (la_join_new(&join, left, spec->target, spec->onclause, spec->isouter, spec->full, p->err)) return -1;
  put(p, join, at);
  return 0;
}

/* The left side is not told. */
static int place_implicit(placing *p, const la_join_spec *spec) {
  la_node *few[4], *targets[8];
  joining j = {spec->target, spec->onclause, LA_VEC_LENT(targets), LA_VEC_INIT, false, p->err};
  la_vec found = LA_VEC_LENT(few);
  places at;
  const la_vec *clauses = &p->from;
  int rc = 0;
  if (!p->from.n) {
    rc = implied(&found, p, p->raw_columns);
    clauses = &found;
  }
  if (!rc) rc = places_to_begin(&at, &j, clauses);
  if (!rc && at.n != 1) rc = refuse(&at, spec->target, p->err);
  if (!rc) rc = put_join(p, spec, clauses->v[at.v[0]], p->from.n ? at.v[0] : UINT32_MAX);
  la_vec_free(&found);
  return rc;
}

/* The clause that holds the left side (find_left_clause_that_matches_given). */
static int places_of_left(places *at, const la_vec *clauses, la_node *left, la_error *err) {
  la_node *few[8];
  la_vec parts = LA_VEC_LENT(few);
  places liberal = {{0, 0}, 0}, strict = {{0, 0}, 0};
  if (la_sql_froms(&parts, left, err)) {
    la_vec_free(&parts);
    return -1;
  }
  for (uint32_t i = 0; i < clauses->n; i++) {
    bool derived = false, surface = false;
    for (uint32_t k = 0; k < parts.n; k++) {
      if (!la_is_derived_from(clauses->v[i], parts.v[k])) continue;
      derived = true;
    }
    for (uint32_t k = 0; derived && !surface && k < parts.n; k++) surface = overlap(clauses->v[i], parts.v[k]);
    if (derived) add_place(&liberal, i);
    if (surface) add_place(&strict, i);
  }
  la_vec_free(&parts);
  *at = liberal.n > 1 && strict.n ? strict : liberal;
  return 0;
}

/* Has the SELECT, with the columns it has in the end, a FROM besides its joins? 1 or 0, -1 after an error. */
static int has_froms(const placing *p) {
  if (la_list_len(p->select->from_obj)) return 1;
  la_node *few[4];
  la_vec found = LA_VEC_LENT(few);
  int rc = implied(&found, p, p->select->raw_columns);
  bool any = found.n > 0;
  la_vec_free(&found);
  return rc ? -1 : any;
}

static int place_explicit(placing *p, const la_join_spec *spec) {
  places at = {{0, 0}, 0};
  int known = has_froms(p);
  if (known < 0 || (known && places_of_left(&at, &p->from, spec->from_, p->err))) return -1;
  if (at.n > 1)
    return la_fail_with(
        p->err, LA_EXC_InvalidRequestError,
        "Can't identify which entity in which to assign the left side of this join.   Please use a more "
        "specific ON clause.");
  uint32_t i = at.n ? at.v[0] : UINT32_MAX;
  return put_join(p, spec, at.n ? p->from.v[i] : spec->from_, i);
}

static int place_all(placing *p, const la_list *joins, const la_list *raw_columns) {
  p->raw_columns = raw_columns;
  for (uint32_t i = 0; i < la_list_len(joins); i++) {
    const la_join_spec *spec = LA_AS(join_spec, joins->v[i]);
    if (spec->from_ ? place_explicit(p, spec) : place_implicit(p, spec)) return -1;
  }
  return 0;
}

int la_select_joined(la_vec *out, la_node *select, la_error *err) {
  const la_select *s = LA_AS(select, select);
  if (!s->setup_joins && !s->memoized) {
    la_vec_add_list(out, s->from_obj);
    return out->failed ? la_fail_memory(err) : 0;
  }
  la_node *few[4];
  placing p = {LA_VEC_ON(few), s, NULL, err};
  la_vec_add_list(&p.from, s->from_obj);
  int rc = 0;
  for (uint32_t i = 0; !rc && i < la_list_len(s->memoized); i++) {
    const la_select_entities *e = LA_AS(select_entities, s->memoized->v[i]);
    rc = place_all(&p, e->setup_joins, e->raw_columns);
  }
  if (!rc) rc = place_all(&p, s->setup_joins, s->raw_columns);
  if (!rc) la_vec_move(out, &p.from);
  if (!rc && (p.from.failed || out->failed)) rc = la_fail_memory(err);
  la_vec_free(&p.from);
  return rc;
}
