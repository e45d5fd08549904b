/* lint.c - FROM elements that nothing connects.
 *
 * While a statement is printed, its FROM elements and what compares or joins are only noted. Where there are several
 * elements, they are united in the end: sets of elements, each pointing at another one of its set or at itself.
 */
#include "compile/lint.h"

#include "base/mem.h"
#include "sql/expr.h"
#include "sql/schema.h"

typedef struct la_lint_from {
  la_node *from; /* borrowed */
  const la_str *name;
  struct la_lint_from *next, *of; /* of: another one of its set, or itself */
} from_item;

typedef struct la_lint_edge {
  la_node *left, *right, *lateral; /* lateral: belongs to both sides, or NULL */
  bool join;
  struct la_lint_edge *next;
} edge;

/* ---- collecting ---- */

la_lint la_lint_begin(la_ctx *c, const la_kw *kw) {
  la_lint l = {.collects = c->opts->lint};
  if (!kw->lint) return l;
  l.outer = kw->lint->outer;
  l.lateral = kw->lint->lateral;
  return l;
}

la_lint la_lint_within(const la_kw *kw, la_node *n, bool lateral) {
  la_lint l = {.collects = false};
  if (!kw->lint) return l;
  l.outer = kw->lint->outer;
  l.lateral = kw->lint->lateral;
  if (!lateral || l.outer || !kw->lint->collects) return l;
  l.outer = kw->lint;
  l.lateral = n;
  return l;
}

la_lint *la_lint_beside(la_lint *out, const la_lint *l) {
  *out = (la_lint){.outer = l->outer, .lateral = l->lateral};
  return out->outer ? out : NULL;
}

static bool collects(const la_kw *kw) { return kw->lint && kw->lint->collects; }

void la_lint_from(la_ctx *c, const la_kw *kw, la_node *from, const la_str *name) {
  la_lint *l = kw->lint;
  if (!collects(kw)) return;
  from_item *f = la_arena_alloc(&c->work, sizeof *f);
  if (!f) return;
  *f = (from_item){from, name, NULL, f};
  *(l->first ? l->last : &l->first) = f;
  l->last = &f->next;
  l->nfroms++;
}

static void note(la_ctx *c, la_lint *l, la_node *left, la_node *right, la_node *lateral, bool join) {
  edge *e = la_arena_alloc(&c->work, sizeof *e);
  if (!e) return;
  *e = (edge){left, right, lateral, join, l->edges};
  l->edges = e;
}

void la_lint_join(la_ctx *c, const la_kw *kw, la_node *join) {
  if (collects(kw)) note(c, kw->lint, LA_AS(join, join)->left, LA_AS(join, join)->right, NULL, true);
}

void la_lint_binary(la_ctx *c, const la_kw *kw, la_node *binary) {
  la_binary *b = LA_AS(binary, binary);
  if (!collects(kw) || !la_op_is_comparison((la_op)b->op, b->custom)) return;
  la_lint *outer = kw->lint->outer;
  note(c, outer ? outer : kw->lint, b->left, b->right, kw->lint->lateral, false);
}

/* ---- uniting ---- */

typedef struct sets {
  la_ctx *c;
  la_map of; /* FROM -> its from_item */
} sets;

static from_item *head(from_item *f) {
  while (f->of != f) f = f->of = f->of->of;
  return f;
}

/* The item of a FROM, made if it is none of the statement's elements. */
static from_item *item(sets *s, la_node *from) {
  from_item *f = la_map_get(&s->of, la_key(from));
  if (f || !(f = la_arena_alloc(&s->c->work, sizeof *f))) return f;
  *f = (from_item){from, NULL, NULL, f};
  if (la_map_put(&s->of, la_key(from), f)) la_ctx_nomem(s->c);
  return f;
}

static void unite(sets *s, la_node *a, la_node *b) {
  from_item *x = item(s, a), *y = item(s, b);
  if (x && y) head(x)->of = head(y);
}

/* The FROM at the end of a join where it meets the next one: the two sides of a join are united by itself. */
static la_node *end_of(la_node *n, bool right) {
  for (;;) {
    if (n->kind == LA_K_FROM_GROUPING)
      n = LA_AS(from_grouping, n)->element;
    else if (n->kind == LA_K_JOIN)
      n = right ? LA_AS(join, n)->right : LA_AS(join, n)->left;
    else
      return n;
  }
}

static void unite_compared(sets *s, const edge *e) {
  la_vec left = LA_VEC_INIT, right = LA_VEC_INIT;
  if (la_sql_froms(&left, e->left, s->c->err) || la_sql_froms(&right, e->right, s->c->err)) s->c->failed = true;
  if (e->lateral) la_vec_add(&left, e->lateral);
  if (e->lateral) la_vec_add(&right, e->lateral);
  for (uint32_t i = 1; right.n && i < left.n; i++) unite(s, left.v[0], left.v[i]);
  for (uint32_t i = 0; left.n && i < right.n; i++) unite(s, left.v[0], right.v[i]);
  la_vec_free(&left);
  la_vec_free(&right);
}

static void unite_all(sets *s, const la_lint *l) {
  for (from_item *f = l->first; f; f = f->next)
    if (!la_map_get(&s->of, la_key(f->from)) && la_map_put(&s->of, la_key(f->from), f)) la_ctx_nomem(s->c);
  for (const edge *e = l->edges; e; e = e->next) {
    if (e->join)
      unite(s, end_of(e->left, true), end_of(e->right, false));
    else
      unite_compared(s, e);
  }
}

/* ---- telling ---- */

static void put_quoted(la_buf *b, const from_item *f) {
  static const char unnamed[] = "(unnamed VALUES element)";
  const la_str *schema = f->from->kind == LA_K_TABLE ? LA_AS(table, f->from)->schema : NULL;
  la_buf_putc(b, '"');
  if (schema && schema->len) {
    la_buf_str(b, schema);
    la_buf_putc(b, '.');
  }
  if (f->name)
    la_buf_str(b, f->name);
  else
    la_buf_puts(b, unnamed);
  la_buf_putc(b, '"');
}

/* Writes those that the first one is not connected with; how many they are. */
static uint32_t put_rest(la_buf *b, sets *s, const la_lint *l) {
  uint32_t n = 0;
  const from_item *connected = head(l->first);
  for (from_item *f = l->first; f; f = f->next) {
    if (la_map_get(&s->of, la_key(f->from)) != f || head(f) == connected) continue;
    if (n++) la_buf_puts(b, ", ");
    put_quoted(b, f);
  }
  return n;
}

void la_lint_end(la_ctx *c, la_lint *l, const char *what) {
  if (l->nfroms < 2 || c->failed) return;
  sets s = {c, LA_MAP_INIT};
  la_buf b = LA_BUF_INIT;
  unite_all(&s, l);
  la_buf_puts(&b, what);
  la_buf_puts(&b, " statement has a cartesian product between FROM element(s) ");
  if (put_rest(&b, &s, l)) {
    la_buf_puts(&b, " and FROM element ");
    put_quoted(&b, l->first);
    la_buf_puts(&b, ".  Apply join condition(s) between each element to resolve.");
    if (!la_names_keep(&c->warnings, la_buf_to_str(&b))) la_ctx_nomem(c);
  }
  la_buf_free(&b);
  la_map_free(&s.of);
}
