/* join.c - JOIN and the condition that foreign keys give it. */
#include "sql/join.h"

#include <string.h>

#include "base/mem.h"
#include "sql/correspond.h"
#include "sql/expr.h"
#include "sql/proxy.h"
#include "sql/schema.h"

/* ---- descriptions ---- */

static void describe_name(la_buf *out, const la_node *from, bool is_alias) {
  la_names k = LA_NAMES_INIT;
  la_str *name = la_name_from(&k, from);
  if (name && !la_is_anon(name)) {
    la_buf_str(out, name);
  } else if (is_alias && la_from_element(from)) {
    la_buf_puts(out, "Anonymous alias of ");
    la_from_describe(out, la_from_element(from));
  } else {
    la_buf_puts(out, "anon_1");
  }
  la_names_free(&k);
}

void la_from_describe(la_buf *out, const la_node *from) {
  switch (from->kind) {
    case LA_K_JOIN:
      la_buf_puts(out, "Join object on ");
      la_from_describe(out, LA_AS(join, from)->left);
      la_buf_printf(out, "(%p) and ", (void *)LA_AS(join, from)->left);
      la_from_describe(out, LA_AS(join, from)->right);
      la_buf_printf(out, "(%p)", (void *)LA_AS(join, from)->right);
      break;
    case LA_K_FROM_GROUPING: la_buf_puts(out, "FromGrouping object"); break;
    case LA_K_ALIAS:
    case LA_K_LATERAL:
    case LA_K_TABLESAMPLE:
    case LA_K_TABLE_VALUED: describe_name(out, from, true); break;
    case LA_K_TABLE:
    case LA_K_SUBQUERY:
    case LA_K_CTE:
    case LA_K_VALUES:
    case LA_K_ENTITY: describe_name(out, from, false); break;
    default: la_buf_printf(out, "%s object", la_kind_name((la_kind)from->kind));
  }
}

/* ---- foreign keys ---- */

/* A foreign key of a FROM: its column there may stand for the one the key was declared on. */
typedef struct key {
  la_foreign_key *fk;
  la_node *parent;
  int order; /* age of the parent */
} key;

/* Pairs of columns that one constraint joins. */
typedef struct group {
  la_node *constraint;
  la_vec referred, parents;
} group;

typedef struct scan {
  group *v;
  uint32_t n, cap;
  const la_vec *only;
  la_error *err;
} scan;

static int by_order(const key *a, const key *b) { return (a->order > b->order) - (a->order < b->order); }

/* Stable: keys of one column stay as they are. */
static void sort_keys(key *v, uint32_t n) {
  for (uint32_t i = 1; i < n; i++)
    for (uint32_t j = i; j > 0 && by_order(&v[j - 1], &v[j]) > 0; j--) {
      key t = v[j];
      v[j] = v[j - 1];
      v[j - 1] = t;
    }
}

/* The foreign keys of a FROM, oldest column first; columns of derived FROMs are younger than all others. */
static int keys_of(key **out, uint32_t *n, la_node *from, la_error *err) {
  la_columns *c = la_from_columns(from, err);
  if (!c) return -1;
  uint32_t count = 0;
  for (uint32_t i = 0; i < c->n; i++) {
    const la_column_spec *spec = la_column_spec_of(c->v[i].col);
    count += spec ? la_list_len(spec->foreign_keys) : 0;
  }
  *n = 0;
  if (!(*out = la_alloc((count ? count : 1) * sizeof **out))) return la_fail_memory(err);
  for (uint32_t i = 0; i < c->n; i++) {
    la_node *col = c->v[i].col;
    const la_column_spec *spec = la_column_spec_of(col);
    bool own = col->kind == LA_K_COLUMN && LA_AS(column, col)->spec;
    for (uint32_t j = 0; spec && j < la_list_len(spec->foreign_keys); j++)
      (*out)[(*n)++] = (key){LA_AS(foreign_key, spec->foreign_keys->v[j]), col, own ? spec->order : INT32_MAX};
  }
  sort_keys(*out, *n);
  return 0;
}

/* ---- scanning ---- */

static group *group_of(scan *s, la_node *constraint) {
  for (uint32_t i = 0; i < s->n; i++)
    if (s->v[i].constraint == constraint) return &s->v[i];
  if (s->n == s->cap) {
    uint32_t cap = s->cap ? s->cap * 2 : 4;
    group *v = la_realloc(s->v, cap * sizeof *v);
    if (!v) return NULL;
    s->v = v;
    s->cap = cap;
  }
  s->v[s->n] = (group){constraint, LA_VEC_INIT, LA_VEC_INIT};
  return &s->v[s->n++];
}

static int add_pair(scan *s, const key *k, la_node *referred) {
  group *g = group_of(s, k->fk->constraint);
  if (!g) return la_fail_memory(s->err);
  la_vec_add(&g->referred, referred);
  la_vec_add(&g->parents, k->parent);
  return g->referred.failed || g->parents.failed ? la_fail_memory(s->err) : 0;
}

static void drop_group(scan *s, uint32_t at) {
  la_vec_free(&s->v[at].referred);
  la_vec_free(&s->v[at].parents);
  memmove(s->v + at, s->v + at + 1, (--s->n - at) * sizeof *s->v);
}

static void scan_free(scan *s) {
  while (s->n) drop_group(s, s->n - 1);
  la_free(s->v);
}

/* The name of the table that fk was declared to refer to. */
static bool names_table(const la_foreign_key *fk, const la_node *table) {
  const la_str *spec = fk->colspec, *name = LA_AS(table, table)->name;
  if (!spec) return false;
  const char *column = strrchr(spec->s, '.'), *from = spec->s;
  if (!column) column = spec->s + spec->len;
  for (const char *p = spec->s; p < column; p++)
    if (*p == '.') from = p + 1;
  return (size_t)(column - from) == name->len && !memcmp(from, name->s, name->len);
}

/* A key whose column cannot be found does not matter, unless it names a table that is here. */
static int refuse_unknown(scan *s, const key *k, la_node *from) {
  la_vec froms = LA_VEC_INIT;
  la_node *column;
  int rc = la_sql_froms(&froms, from, s->err);
  for (uint32_t i = 0; !rc && i < froms.n; i++)
    if (froms.v[i]->kind == LA_K_TABLE && names_table(k->fk, froms.v[i]))
      rc = la_fk_column(&column, &k->fk->base, s->err);
  la_vec_free(&froms);
  return rc;
}

/* Adds what the foreign keys of `from` refer to in `to`. */
/* Has it come already? A table that is joined twice shows its columns twice; keys are in the order of their age. */
static bool is_repeated(const key *keys, uint32_t i) {
  for (uint32_t j = i; j > 0 && keys[j - 1].order == keys[i].order; j--)
    if (keys[j - 1].fk == keys[i].fk && keys[j - 1].parent == keys[i].parent) return true;
  return false;
}

static int scan_keys(scan *s, la_node *from, la_node *to) {
  key *keys = NULL;
  uint32_t n = 0;
  int rc = keys_of(&keys, &n, from, s->err);
  la_columns *c = rc || !n ? NULL : la_from_columns(to, s->err);
  if (!rc && n && !c) rc = -1;
  for (uint32_t i = 0; !rc && i < n; i++) {
    la_node *column, *referred = NULL;
    if (is_repeated(keys, i) || (s->only && !la_vec_has(s->only, keys[i].parent))) continue;
    column = la_fk_column_find(&keys[i].fk->base);
    rc = column ? la_corresponding(&referred, c, column, false, s->err) : refuse_unknown(s, &keys[i], to);
    if (!rc && referred) rc = add_pair(s, &keys[i], referred);
  }
  la_free(keys);
  return rc;
}

static int scan_both(scan *s, la_node *a, la_node *a_subset, la_node *b) {
  for (int i = 0; i < 2; i++) {
    la_node *left = i ? a : a_subset;
    if (!left) continue;
    if (scan_keys(s, b, left)) return -1;
    if (left != b && scan_keys(s, left, b)) return -1;
    if (s->n) break;
  }
  return 0;
}

/* ---- choosing ---- */

static bool same_pairs(const group *a, const group *b) {
  bool same = a->referred.n == b->referred.n;
  for (uint32_t i = 0; same && i < a->referred.n; i++)
    same = a->referred.v[i] == b->referred.v[i] && a->parents.v[i] == b->parents.v[i];
  return same;
}

/* Are the columns of the constraint just those that count? */
static bool has_just(const la_node *constraint, const la_vec *only) {
  const la_list *l = constraint ? LA_AS(constraint, constraint)->elements : NULL;
  uint32_t found = 0;
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    if (!la_vec_has(only, LA_AS(foreign_key, l->v[i])->parent)) return false;
    found++;
  }
  return found == only->n;
}

static const char ambiguous[] =
    "Can't determine join between '%s' and '%s'; tables have more than one foreign key constraint relationship between "
    "them. Please specify the 'onclause' of this join explicitly.";

static int fail_join(bool several, const la_node *a, const la_node *b, la_error *err) {
  la_buf x = LA_BUF_INIT, y = LA_BUF_INIT;
  la_from_describe(&x, a);
  la_from_describe(&y, b);
  const char *hint =
      b->kind == LA_K_FROM_GROUPING ? " Perhaps you meant to convert the right side to a subquery using alias()?" : "";
  if (!la_buf_ok(&x) || !la_buf_ok(&y))
    la_fail_memory(err);
  else if (several)
    la_fail_with(err, LA_EXC_AmbiguousForeignKeysError, ambiguous, la_buf_cstr(&x), la_buf_cstr(&y));
  else
    la_fail_with(err, LA_EXC_NoForeignKeysError, "Can't find any foreign key relationships between '%s' and '%s'.%s",
                 la_buf_cstr(&x), la_buf_cstr(&y), hint);
  la_buf_free(&x);
  la_buf_free(&y);
  return -1;
}

static int choose(scan *s, const la_node *a, const la_node *b) {
  bool several = s->n > 1;
  for (uint32_t i = s->n; several && s->only && s->only->n && i > 0; i--)
    if (!has_just(s->v[i - 1].constraint, s->only)) drop_group(s, i - 1);
  while (s->n > 1 && same_pairs(&s->v[0], &s->v[s->n - 1])) drop_group(s, s->n - 1);
  return s->n == 1 ? 0 : fail_join(several, a, b, s->err);
}

/* referred = parent AND … */
static int condition(la_node **out, const group *g, la_error *err) {
  la_vec v = LA_VEC_INIT;
  int rc = 0;
  for (uint32_t i = 0; !rc && i < g->referred.n; i++) {
    la_node *eq;
    la_operand right = la_operand_node(g->parents.v[i]);
    rc = la_expr_operate(&eq, LA_OP_EQ, g->referred.v[i], &right, NULL, err);
    if (!rc) la_vec_give(&v, eq);
  }
  if (!rc && v.failed) rc = la_fail_memory(err);
  if (!rc) rc = la_expr_conjunction(out, LA_OP_AND, v.v, v.n, err);
  la_vec_free(&v);
  return rc;
}

int la_join_condition(la_node **out, la_node *a, la_node *b, la_node *a_subset, const la_vec *only, la_error *err) {
  scan s = {NULL, 0, 0, only, err};
  *out = NULL;
  int rc = scan_both(&s, a, a_subset, b);
  if (!rc) rc = choose(&s, a, b);
  if (!rc) rc = condition(out, &s.v[0], err);
  scan_free(&s);
  return rc;
}

static la_node *right_of_join(la_node *n) { return n->kind == LA_K_JOIN ? LA_AS(join, n)->right : NULL; }

int la_can_join(la_node *left, la_node *right, la_error *err) {
  scan s = {NULL, 0, 0, NULL, err};
  int rc = scan_both(&s, left, right_of_join(left), right);
  int found = s.n > 0;
  scan_free(&s);
  return rc ? -1 : found;
}

/* ---- JOIN ---- */

static int set_onclause(la_join *j, la_node *onclause, la_error *err) {
  la_node *on;
  int rc = onclause ? la_expr_self_group(&on, onclause, LA_OP_ASBOOL, err)
                    : la_join_condition(&on, j->left, j->right, right_of_join(j->left), NULL, err);
  if (!rc) la_give_node(&j->onclause, on);
  return rc;
}

int la_join_new(la_node **out, la_node *left, la_node *right, la_node *onclause, bool isouter, bool full,
                la_error *err) {
  la_node *n = la_node_new(LA_K_JOIN), *grouped;
  *out = NULL;
  if (!n) return la_fail_memory(err);
  la_join *j = LA_AS(join, n);
  la_set_node(&j->left, left);
  j->isouter = isouter;
  j->full = full;
  int rc = la_expr_self_group(&grouped, right, LA_OP_NONE, err);
  if (!rc) {
    la_give_node(&j->right, grouped);
    rc = set_onclause(j, onclause, err);
  }
  if (rc) {
    la_node_release(n);
    return rc;
  }
  *out = la_node_seal(n);
  return 0;
}
