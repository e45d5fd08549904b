/* node.c - everything about nodes that follows from nodes.def.
 *
 * Each kind has a row in `kinds`: name, category, size, the table of its fields,
 * and functions that free, share and hash them. Walking and comparing are loops
 * over that table. Freeing keeps its own list of what is still to free (linked through
 * `owner`), so a long chain of nodes does not deepen the C stack.
 */
#include "sql/node.h"

#include <assert.h>
#include <string.h>

#include "base/count.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/stack.h"
#include "sql/columns.h"

/* ---- the tables made from nodes.def ---- */

#define F(cls, name) {LA_F_##cls, #name, offsetof(SELF, name)},
#define NODE(KIND, lower, cat, fields)                                  \
  static const la_field *fields_of_##lower(void) {                      \
    typedef la_##lower SELF;                                            \
    static const la_field f[] = {fields{LA_F_end, NULL, sizeof(SELF)}}; \
    return f;                                                           \
  }
#include "sql/nodes.def"
#undef NODE
#undef F

typedef struct kind_row {
  const char *name;
  const char *upper;
  la_category cat;
  size_t size;
  const la_field *(*fields)(void);
  void (*drop)(la_node **queue, la_node *n);
  void (*share)(la_node *copy, const la_node *n);
  uint64_t (*hash)(const la_node *n, int *flags);
} kind_row;

static const kind_row kinds[LA_K_COUNT];

static const la_field no_fields[] = {{LA_F_end, NULL, 0}};
static const la_field *fields_of_none(void) { return no_fields; }

const char *la_kind_name(la_kind kind) { return kinds[kind].name; }
const char *la_kind_upper(la_kind kind) { return kinds[kind].upper; }
la_category la_kind_category(la_kind kind) { return kinds[kind].cat; }
const la_field *la_kind_fields(la_kind kind) { return kinds[kind].fields(); }
size_t la_kind_size(la_kind kind) { return kinds[kind].size; }

la_kind la_kind_named(const char *name) {
  for (int k = 1; k < LA_K_COUNT; k++)
    if (!strcmp(kinds[k].upper, name)) return (la_kind)k;
  return LA_K_NONE;
}

const la_field *la_kind_field(la_kind kind, const char *name) {
  const la_field *f = la_kind_fields(kind);
  for (; f->cls != LA_F_end; f++)
    if (f->name[0] == name[0] && !strcmp(f->name, name)) return f;
  return NULL;
}

#define SLOT(T, n, f) (*(T *)((char *)(n) + (f)->offset))

static bool by_identity(const la_node *n) {
  return kinds[n->kind].cat == LA_CAT_SCHEMA || n->kind == LA_K_TABLE || n->kind == LA_K_ENTITY;
}

/* ---- counts ---- */

static void drop_node(la_node **queue, la_node *n) {
  if (!n) return;
  n = la_node_root(n);
  if (!la_count_down(&n->refs)) return;
  n->owner = *queue;
  *queue = n;
}

static void drop_list(la_node **queue, la_list *l) {
  while (l && la_count_down(&l->refs)) {
    la_list *base = l->base;
    for (uint32_t i = 0; !base && !l->borrowed && i < l->used; i++) drop_node(queue, l->room[i]);
    la_free(l);
    l = base;
  }
}

/* What n owned goes with it. */
static void drop_owned(la_node **queue, la_owned *o) {
  for (uint32_t i = 0; o && i < o->n; i++) {
    o->v[i]->owner = *queue;
    *queue = o->v[i];
  }
  la_free(o);
}

#define DROP_node(v) drop_node(queue, v);
#define DROP_list(v) drop_list(queue, v);
#define DROP_links(v) drop_list(queue, v);
#define DROP_str(v) la_str_release(v);
#define DROP_value(v) la_value_clear(&v);
#define DROP_foreign(v) la_foreign_release(v);
#define DROP_columns(v) la_columns_free(v);
#define DROP_owned(v) drop_owned(queue, v);
#define DROP_int(v)
#define DROP_link(v)
#define F(cls, name) DROP_##cls(self->name)
#define NODE(KIND, lower, cat, fields)                    \
  static void drop_##lower(la_node **queue, la_node *n) { \
    la_##lower *self = LA_AS(lower, n);                   \
    (void)self;                                           \
    fields drop_node(queue, n->type);                     \
  }
#include "sql/nodes.def"
#undef NODE
#undef F

static void free_queue(la_node *queue) {
  while (queue) {
    la_node *n = queue;
    queue = n->owner;
    kinds[n->kind].drop(&queue, n);
    la_free(n);
  }
}

void la_node_free(la_node *root) { free_queue(root); }

int la_node_adopt(la_node *owner, la_node *n) {
  const la_field *f = la_kind_field((la_kind)owner->kind, "owned");
  assert(f && f->cls == LA_F_owned && !n->owner && la_node_root(owner) != n);
  la_owned *o = SLOT(la_owned *, owner, f);
  if (!o || o->n == o->cap) {
    uint32_t cap = o ? o->cap * 2 : 4;
    la_owned *p = la_realloc(o, sizeof *p + cap * sizeof p->v[0]);
    if (!p) return -1;
    if (!o) p->n = 0;
    p->cap = cap;
    SLOT(la_owned *, owner, f) = o = p;
  }
  o->v[o->n++] = n;
  __atomic_add_fetch(&la_node_root(owner)->refs, n->refs - 1, __ATOMIC_RELAXED);
  n->owner = owner;
  n->flags |= LA_NF_OWNED;
  return 0;
}

/* ---- making ---- */

la_node *la_node_new(la_kind kind) {
  size_t size = la_kind_size(kind);
  la_node *n = la_alloc(size);
  if (!n) return NULL;
  memset(n, 0, size);
  n->refs = 1;
  n->kind = (uint16_t)kind;
  return n;
}

/* What the fields of a copy share with those of n. */
#define SHARE_node(name) la_node_retain(self->name);
#define SHARE_list(name) la_list_retain(self->name);
#define SHARE_links(name) la_list_retain(self->name);
#define SHARE_str(name) la_str_retain(self->name);
#define SHARE_value(name) la_value_copy(&self->name, &from->name);
#define SHARE_foreign(name) la_foreign_retain(self->name);
#define SHARE_columns(name) self->name = NULL;
#define SHARE_owned(name) self->name = NULL;
#define SHARE_int(name)
#define SHARE_link(name)
#define F(cls, name) SHARE_##cls(name)
#define NODE(KIND, lower, cat, fields)                         \
  static void share_##lower(la_node *copy, const la_node *n) { \
    la_##lower *self = LA_AS(lower, copy);                     \
    const la_##lower *from = (const la_##lower *)n;            \
    (void)self;                                                \
    (void)from;                                                \
    fields                                                     \
  }
#include "sql/nodes.def"
#undef NODE
#undef F

la_node *la_node_copy(const la_node *n) {
  size_t size = la_kind_size((la_kind)n->kind);
  la_node *c = la_alloc(size);
  if (!c) return NULL;
  memcpy(c, n, size);
  c->refs = 1;
  c->flags = 0;
  c->owner = NULL;
  la_node_retain(c->type);
  kinds[n->kind].share(c, n);
  return c;
}

/* Kinds of which two with equal fields are still two. */
static bool has_identity(const la_node *n) {
  switch (n->kind) {
    case LA_K_BIND:
    case LA_K_ALIAS:
    case LA_K_SUBQUERY:
    case LA_K_LATERAL:
    case LA_K_TABLESAMPLE:
    case LA_K_CTE:
    case LA_K_TABLE_VALUED:
    case LA_K_VALUES: return true;
    case LA_K_LABEL: return !LA_AS(label, n)->name;
    default: return false;
  }
}

static int own_flags(const la_node *n) {
  int fl = has_identity(n) ? LA_NF_IDENT : 0;
  if (n->kind == LA_K_BIND) fl |= LA_NF_BIND;
  if (n->kind == LA_K_ENTITY || n->kind == LA_K_RELATION || n->kind == LA_K_BUNDLE) fl |= LA_NF_ORM;
  if (n->kind == LA_K_ATTRIBUTE && !LA_AS(attribute, n)->plain) fl |= LA_NF_ORM;
  return fl;
}

/* A column of a derived table is told by its place there; its names may be templates that tell nothing. */
static uint64_t hash_of_column(const la_node *n, int *flags) {
  const la_column *c = LA_AS(column, n);
  if (c->table) *flags |= c->table->flags & LA_NF_INHERITED;
  if (c->render) *flags |= c->render->flags & LA_NF_INHERITED;
  if (la_is(c->table, LA_K_TABLE)) return la_key(n);
  if (c->table) return la_hash_mix(c->table->hash, (uint64_t)c->position);
  uint64_t h = la_hash_mix(c->render ? c->render->hash : 11, c->key ? c->key->hash : 13);
  return la_hash_mix(h, (uint64_t)c->is_literal);
}

/* A field that is empty leaves no trace, so that kinds with many fields are cheap. */
static uint64_t hash_part(uint64_t h, size_t offset, uint64_t part) { return part ? la_hash_mix(h ^ offset, part) : h; }

static uint64_t hash_node(uint64_t h, size_t offset, const la_node *n, int *flags) {
  if (!n) return h;
  *flags |= n->flags & LA_NF_INHERITED;
  return hash_part(h, offset, n->hash);
}

#define HASH_node(name, offset) h = hash_node(h, offset, self->name, flags);
#define HASH_list(name, offset) \
  if (self->name) h = hash_part(h, offset, la_list_hash(self->name, flags));
#define HASH_str(name, offset) \
  if (self->name) h = hash_part(h, offset, self->name->hash);
#define HASH_int(name, offset) h = hash_part(h, offset, (uint64_t)(int64_t)self->name);
#define HASH_foreign(name, offset) \
  if (self->name) h = hash_part(h, offset, self->name->id);
#define HASH_value(name, offset)
#define HASH_link(name, offset)
#define HASH_links(name, offset)
#define HASH_columns(name, offset)
#define HASH_owned(name, offset)
#define F(cls, name) HASH_##cls(name, offsetof(SELF, name))
#define NODE(KIND, lower, cat, fields)                         \
  static uint64_t hash_##lower(const la_node *n, int *flags) { \
    typedef la_##lower SELF;                                   \
    const SELF *self = (const SELF *)n;                        \
    uint64_t h = n->kind;                                      \
    (void)self;                                                \
    (void)flags;                                               \
    fields return h;                                           \
  }
#include "sql/nodes.def"
#undef NODE
#undef F

la_node *la_node_seal(la_node *n) {
  if (!n) return NULL;
  int flags = own_flags(n);
  if (by_identity(n))
    n->hash = la_hash_mix(n->kind, la_key(n));
  else if (n->kind == LA_K_COLUMN)
    n->hash = hash_of_column(n, &flags);
  else
    n->hash = kinds[n->kind].hash(n, &flags);
  if (n->type) n->hash = la_hash_mix(n->hash, n->type->hash);
  n->flags = (uint16_t)((n->flags & ~LA_NF_INHERITED) | flags | LA_NF_SEALED);
  return n;
}

void la_give_node(la_node **slot, la_node *n) {
  la_node *old = *slot;
  *slot = n;
  la_node_release(old);
}
void la_set_node(la_node **slot, la_node *n) { la_give_node(slot, la_node_retain(n)); }
void la_give_list(la_list **slot, la_list *l) {
  la_list *old = *slot;
  *slot = l;
  la_list_release(old);
}
void la_set_list(la_list **slot, la_list *l) { la_give_list(slot, la_list_retain(l)); }
void la_give_str(la_str **slot, la_str *s) {
  la_str *old = *slot;
  *slot = s;
  la_str_release(old);
}
void la_set_str(la_str **slot, la_str *s) { la_give_str(slot, la_str_retain(s)); }
void la_set_type(la_node *n, la_node *type) { la_set_node(&n->type, type); }

void la_list_release(la_list *l) {
  la_node *queue = NULL;
  drop_list(&queue, l);
  free_queue(queue);
}

/* ---- the kinds ---- */

static void drop_none(la_node **queue, la_node *n) { drop_node(queue, n->type); }
static void share_none(la_node *copy, const la_node *n) { (void)copy, (void)n; }
static uint64_t hash_none(const la_node *n, int *flags) {
  (void)flags;
  return n->kind;
}

static const kind_row kinds[LA_K_COUNT] = {
    {"none", "NONE", LA_CAT_PART, sizeof(la_node), fields_of_none, drop_none, share_none, hash_none},
#define NODE(KIND, lower, cat, fields) \
  {#lower, #KIND, LA_CAT_##cat, sizeof(la_##lower), fields_of_##lower, drop_##lower, share_##lower, hash_##lower},
#include "sql/nodes.def"
#undef NODE
};

/* ---- equality ---- */

/* Identities seen so far: that a of one tree plays the part of b of the other. The maps hold those that are not among
 * the first few. */
typedef struct sameness {
  struct pair {
    const la_node *a, *b;
  } few[8];
  uint32_t nfew;
  la_map left, right;
  bool failed;
  uint32_t depth;
} sameness;

static bool same(sameness *s, const la_node *a, const la_node *b);

/* Do a and b play the same part in their trees? */
static bool same_identity(sameness *s, const la_node *a, const la_node *b, bool *known) {
  enum { FEW = sizeof s->few / sizeof *s->few };
  *known = false;
  for (uint32_t i = 0; i < s->nfew; i++) {
    *known = s->few[i].a == a || s->few[i].b == b;
    if (*known) return s->few[i].a == a && s->few[i].b == b;
  }
  if (s->nfew < FEW) {
    s->few[s->nfew++] = (struct pair){a, b};
    return true;
  }
  const la_node *l = la_map_get(&s->left, la_key(a)), *r = la_map_get(&s->right, la_key(b));
  *known = l || r;
  if (*known) return l == b && r == a;
  if (la_map_put(&s->left, la_key(a), (void *)(uintptr_t)b) || la_map_put(&s->right, la_key(b), (void *)(uintptr_t)a))
    s->failed = true;
  return !s->failed;
}

static bool same_list(sameness *s, const la_list *a, const la_list *b) {
  if (la_list_len(a) != la_list_len(b)) return false;
  if (a == b && a && a->hashed && !(a->flags & LA_NF_IDENT)) return true;
  for (uint32_t i = 0; i < la_list_len(a); i++)
    if (!same(s, a->v[i], b->v[i])) return false;
  return true;
}

static bool same_columns(sameness *s, const la_node *a, const la_node *b) {
  const la_column *x = LA_AS(column, a), *y = LA_AS(column, b);
  if (la_is(x->table, LA_K_TABLE)) return a == b;
  if (x->table) return x->position == y->position && same(s, x->table, y->table);
  if (x->render) return same(s, x->render, y->render);
  return !y->table && x->is_literal == y->is_literal && la_str_eq(x->key, y->key) && la_str_eq(x->name, y->name);
}

static bool same_fields(sameness *s, const la_node *a, const la_node *b) {
  for (const la_field *f = la_kind_fields((la_kind)a->kind); f->cls != LA_F_end; f++) {
    switch (f->cls) {
      case LA_F_node:
        if (!same(s, SLOT(la_node *, a, f), SLOT(la_node *, b, f))) return false;
        break;
      case LA_F_list:
        if (!same_list(s, SLOT(la_list *, a, f), SLOT(la_list *, b, f))) return false;
        break;
      case LA_F_str:
        if (!la_str_eq(SLOT(la_str *, a, f), SLOT(la_str *, b, f))) return false;
        break;
      case LA_F_int:
        if (SLOT(int, a, f) != SLOT(int, b, f)) return false;
        break;
      case LA_F_foreign:
        if (SLOT(la_foreign *, a, f) != SLOT(la_foreign *, b, f)) return false;
        break;
      default: break;
    }
  }
  return true;
}

static bool same(sameness *s, const la_node *a, const la_node *b) {
  if (a == b && (!a || !(a->flags & LA_NF_IDENT))) return true;
  if (!a || !b || a->kind != b->kind || a->hash != b->hash || s->failed || la_too_deep(s->depth)) return false;
  if (by_identity(a)) return a == b;
  if (has_identity(a)) {
    bool known, ok = same_identity(s, a, b, &known);
    if (known || !ok) return ok;
  }
  s->depth++;
  bool ok = same(s, a->type, b->type) && (a->kind == LA_K_COLUMN ? same_columns(s, a, b) : same_fields(s, a, b));
  s->depth--;
  return ok;
}

bool la_node_same(const la_node *a, const la_node *b) {
  if (a == b) return true;
  sameness s;
  s.left = s.right = (la_map)LA_MAP_INIT;
  s.nfew = s.depth = 0;
  s.failed = false;
  bool ok = same(&s, a, b);
  la_map_free(&s.left);
  la_map_free(&s.right);
  return ok && !s.failed;
}

/* ---- walking ---- */

int la_node_each(const la_node *n, int (*fn)(la_node *, void *), void *ctx) {
  for (const la_field *f = la_kind_fields((la_kind)n->kind); f->cls != LA_F_end; f++) {
    if (f->cls == LA_F_node && SLOT(la_node *, n, f)) {
      int rc = fn(SLOT(la_node *, n, f), ctx);
      if (rc) return rc;
    } else if (f->cls == LA_F_list) {
      const la_list *l = SLOT(la_list *, n, f);
      for (uint32_t i = 0; i < la_list_len(l); i++) {
        int rc = l->v[i] ? fn(l->v[i], ctx) : 0;
        if (rc) return rc;
      }
    }
  }
  return 0;
}

typedef struct replacing {
  la_node *(*fn)(la_node *, void *);
  void *ctx;
  bool *deeper; /* set by fn: its replacement is to be gone into, too; NULL: never */
  la_map done;  /* node -> its replacement, held in kept */
  la_node **kept;
  size_t n, cap;
  la_error *err;
  uint32_t depth;
} replacing;

/* Takes over the reference to n; it lives until the replacement is over. */
static int keep(replacing *r, la_node *key, la_node *n) {
  if (r->n == r->cap) {
    size_t cap = r->cap ? r->cap * 2 : 32;
    la_node **v = la_realloc(r->kept, cap * sizeof *v);
    if (!v) {
      la_node_release(n);
      return la_fail_memory(r->err);
    }
    r->kept = v;
    r->cap = cap;
  }
  r->kept[r->n++] = n;
  return la_map_put(&r->done, la_key(key), n) ? la_fail_memory(r->err) : 0;
}

static int replaced(replacing *r, la_node **out, la_node *n);

static int replaced_list(replacing *r, la_list **slot, bool *changed) {
  la_list *l = *slot, *copy = NULL;
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    la_node *now;
    if (replaced(r, &now, l->v[i])) {
      la_list_release(copy);
      return -1;
    }
    if (now == l->v[i]) continue;
    if (!copy && !(copy = la_list_new(l->v, l->n))) return la_fail_memory(r->err);
    la_set_node(&copy->v[i], now);
  }
  if (copy) {
    la_give_list(slot, copy);
    *changed = true;
  }
  return 0;
}

/* n with its fields replaced: n itself (retained) if none changed. */
static int replaced_fields(replacing *r, la_node **out, la_node *n) {
  la_node *c = la_node_copy(n);
  if (!c) return la_fail_memory(r->err);
  bool changed = false;
  int rc = 0;
  for (const la_field *f = la_kind_fields((la_kind)n->kind); !rc && f->cls != LA_F_end; f++) {
    if (f->cls == LA_F_list) {
      rc = replaced_list(r, &SLOT(la_list *, c, f), &changed);
    } else if (f->cls == LA_F_node && SLOT(la_node *, c, f)) {
      la_node *now, *was = SLOT(la_node *, c, f);
      rc = replaced(r, &now, was);
      if (!rc && now != was) {
        la_set_node(&SLOT(la_node *, c, f), now);
        changed = true;
      }
    }
  }
  if (rc || !changed) {
    la_node_release(c);
    *out = rc ? NULL : la_node_retain(n);
    return rc;
  }
  *out = la_node_seal(c);
  return 0;
}

/* A column of a derived table that was itself replaced follows its table: by its place, or, where the other table has
 * more or fewer columns, by its key. */
static la_node *column_of_replaced(replacing *r, la_node *n, int *rc) {
  la_column *c = LA_AS(column, n);
  if (!c->table || by_identity(c->table)) return NULL;
  la_node *table, *col = NULL;
  *rc = replaced(r, &table, c->table);
  if (*rc || table == c->table) return NULL;
  la_columns *was = la_from_columns(c->table, r->err), *now = la_from_columns(table, r->err);
  if (was && now && was->n == now->n)
    col = la_columns_at(now, (uint32_t)c->position);
  else if (was && now && c->key)
    col = la_columns_get(now, c->key->s, c->key->len);
  if (!col)
    *rc = la_fail_with(r->err, LA_EXC_InvalidRequestError, "what takes the place of a FROM has no column '%s'",
                       c->key ? c->key->s : "?");
  return la_node_retain(col);
}

static int replaced(replacing *r, la_node **out, la_node *n) {
  *out = n;
  if (!n) return 0;
  la_node *known = la_map_get(&r->done, la_key(n));
  if (known) {
    *out = known;
    return 0;
  }
  if (la_too_deep(++r->depth)) return la_fail_with(r->err, LA_EXC_CompileError, LA_TOO_DEEP, LA_MAX_DEPTH);
  int rc = 0;
  la_node *now = r->fn(n, r->ctx);
  if (now && r->deeper && *r->deeper) {
    la_node *given = now;
    *r->deeper = false;
    rc = replaced_fields(r, &now, given);
    la_node_release(given);
    if (rc) {
      r->depth--;
      return rc;
    }
  }
  if (!now && n->kind == LA_K_COLUMN) now = column_of_replaced(r, n, &rc);
  if (!rc && !now) {
    if (by_identity(n) || n->kind == LA_K_COLUMN)
      now = la_node_retain(n);
    else
      rc = replaced_fields(r, &now, n);
  }
  r->depth--;
  if (rc) return rc;
  *out = now;
  return keep(r, n, now);
}

int la_node_rewrite(la_node **out, la_node *n, la_node *(*fn)(la_node *, void *), void *ctx, bool *deeper,
                    la_error *err) {
  replacing r = {fn, ctx, deeper, LA_MAP_INIT, NULL, 0, 0, err, 0};
  int rc = replaced(&r, out, n);
  *out = rc ? NULL : la_node_retain(*out);
  for (size_t i = 0; i < r.n; i++) la_node_release(r.kept[i]);
  la_free(r.kept);
  la_map_free(&r.done);
  return rc;
}

int la_node_replace(la_node **out, la_node *n, la_node *(*fn)(la_node *, void *), void *ctx, la_error *err) {
  return la_node_rewrite(out, n, fn, ctx, NULL, err);
}

/* ---- dump ---- */

static void dump(la_buf *out, const la_node *n, int depth);

static void dump_field(la_buf *out, const la_node *n, const la_field *f, int depth) {
  switch (f->cls) {
    case LA_F_node:
      if (!SLOT(la_node *, n, f)) return;
      la_buf_printf(out, " %s=", f->name);
      dump(out, SLOT(la_node *, n, f), depth + 1);
      break;
    case LA_F_list: {
      const la_list *l = SLOT(la_list *, n, f);
      if (!l) return;
      la_buf_printf(out, " %s=[", f->name);
      for (uint32_t i = 0; i < l->n; i++) {
        if (i) la_buf_puts(out, " ");
        dump(out, l->v[i], depth + 1);
      }
      la_buf_puts(out, "]");
      break;
    }
    case LA_F_str:
      if (SLOT(la_str *, n, f)) la_buf_printf(out, " %s=\"%s\"", f->name, SLOT(la_str *, n, f)->s);
      break;
    case LA_F_int:
      if (SLOT(int, n, f)) la_buf_printf(out, " %s=%d", f->name, SLOT(int, n, f));
      break;
    default: break;
  }
}

static void dump(la_buf *out, const la_node *n, int depth) {
  if (!n) {
    la_buf_puts(out, "nil");
    return;
  }
  la_buf_printf(out, "(%s", la_kind_name((la_kind)n->kind));
  if (depth > 50)
    la_buf_puts(out, " …");
  else
    for (const la_field *f = la_kind_fields((la_kind)n->kind); f->cls != LA_F_end; f++) dump_field(out, n, f, depth);
  la_buf_puts(out, ")");
}

void la_node_dump(la_buf *out, const la_node *n) { dump(out, n, 0); }
