/* cte.c - common table expressions.
 *
 * A CTE prints as its name where it is met; what it says goes into a text of its
 * own, and those texts become the WITH clause of the statement at the top or,
 * for nested ones, of the statement they are nested in. The same CTE met again
 * is known by its reference; one that restates another (UNION) takes its place.
 */
#include <string.h>

#include "base/mem.h"
#include "compile/emit.h"
#include "compile/lint.h"
#include "sql/walk.h"

/* ---- entries ---- */

static la_node *reference_of(la_node *cte) { return LA_AS(cte, cte)->restates ? LA_AS(cte, cte)->restates : cte; }

static la_cte_entry *entry_at(la_ctx *c, const void *place) { return place ? &c->ctes[(uintptr_t)place - 1] : NULL; }

static la_cte_entry *find_reference(la_ctx *c, const la_node *reference) {
  return entry_at(c, la_map_get(&c->cte_of, la_key(reference)));
}

static la_cte_entry *find_name(la_ctx *c, uint32_t level, const la_str *name) {
  la_cte_entry *e = entry_at(c, la_map_gets(&c->cte_named, name));
  while (e && (e->gone || e->level != level)) e = entry_at(c, (const void *)(uintptr_t)e->namesake);
  return e;
}

static void forget_entry(la_ctx *c, la_cte_entry *e) {
  e->gone = true;
  if (find_reference(c, e->reference) == e) la_map_put(&c->cte_of, la_key(e->reference), NULL);
}

static void note_entry(la_ctx *c, la_cte_entry e) {
  la_cte_entry *v = la_ctx_room(c, &c->work, c->ctes, c->nctes, 1, &c->ctes_cap, sizeof *v);
  if (!v) return;
  void *place = (void *)(uintptr_t)(c->nctes + 1);
  c->ctes = v;
  e.namesake = (uint32_t)(uintptr_t)la_map_gets(&c->cte_named, e.name);
  if (la_map_put(&c->cte_of, la_key(e.reference), place) || la_map_puts(&c->cte_named, e.name, place)) la_ctx_nomem(c);
  c->ctes[c->nctes++] = e;
  if (e.level > 1 || e.nest_here || LA_AS(cte, e.cte)->nesting) c->cte_nested = true;
}

static int find_text(la_ctx *c, const la_node *cte) {
  return (int)(uintptr_t)la_map_get(&c->cte_text_of, la_key(cte)) - 1;
}

static void forget_text(la_ctx *c, int i) {
  if (i < 0) return;
  la_cte_text *t = &c->cte_texts[i];
  la_map_put(&c->cte_text_of, la_key(t->cte), NULL);
  la_piece_drop(c, t->text);
  t->text = NULL;
  while (c->ncte_texts && !c->cte_texts[c->ncte_texts - 1].text) c->ncte_texts--;
}

static void note_text(la_ctx *c, la_node *cte, la_piece *text) {
  la_cte_text *v = la_ctx_room(c, &c->work, c->cte_texts, c->ncte_texts, 1, &c->cte_texts_cap, sizeof *v);
  if (v) c->cte_texts = v;
  if (!v || la_map_put(&c->cte_text_of, la_key(cte), (void *)(uintptr_t)(c->ncte_texts + 1))) {
    la_ctx_nomem(c);
    la_piece_drop(c, text);
    return;
  }
  c->cte_texts[c->ncte_texts++] = (la_cte_text){cte, text};
}

/* ---- sameness ---- */

static void add_binds(la_vec *out, la_node *n) {
  la_walk w;
  la_walk_begin(&w, n);
  while ((n = la_walk_next(&w))) {
    if (n->kind == LA_K_BIND) la_vec_add(out, n);
    if (n->flags & LA_NF_BIND) la_walk_children(&w, n);
  }
  if (la_walk_end(&w)) out->failed = true;
}

bool la_same_values(la_ctx *c, la_node *a, la_node *b) {
  la_vec x = LA_VEC_INIT, y = LA_VEC_INIT;
  add_binds(&x, a);
  add_binds(&y, b);
  if (x.failed || y.failed) la_ctx_nomem(c);
  bool same = x.n == y.n && !c->failed;
  for (uint32_t i = 0; same && i < x.n; i++)
    same = la_value_eq(&LA_AS(bind, x.v[i])->value, &LA_AS(bind, y.v[i])->value);
  la_vec_free(&x);
  la_vec_free(&y);
  return same;
}

/* Do a and b say the same, values included? */
static bool says_the_same(la_ctx *c, la_node *a, la_node *b) { return la_node_same(a, b) && la_same_values(c, a, b); }

/* ---- texts ---- */

/* (a, b): the columns of a recursive CTE or of VALUES */
static void put_columns(la_ctx *c, la_node *element) {
  la_vec columns = LA_VEC_INIT;
  if (la_selected(&columns, element, c->err)) c->failed = true;
  la_named *named = c->failed ? NULL : la_ctx_named(c, &columns, la_label_style_of(element));
  bool first = true;
  la_putc(c, '(');
  for (uint32_t i = 0; !c->failed && i < columns.n; i++) {
    la_str *name = named[i].fallback;
    if (!name && columns.v[i]->kind != LA_K_TEXT) name = la_name_proxy_key(&c->names, columns.v[i]);
    if (named[i].repeated || !name) continue;
    if (!first) la_puts(c, ", ");
    first = false;
    if ((name = la_anon_resolve(&c->anon, name))) la_put_name(c, name);
  }
  la_putc(c, ')');
  la_vec_free(&columns);
}

/* name(columns) AS prefixes
 * (SELECT …) suffixes */
static void make_text(la_ctx *c, la_node *n, la_str *name, const la_kw *kw) {
  la_cte *cte = LA_AS(cte, n);
  la_kw k = la_kw_with(kw, LA_KW_ASFROM, 0);
  la_piece *before = la_piece_begin(c);
  la_put_name(c, name);
  if (cte->recursive || cte->element->kind == LA_K_VALUES) put_columns(c, cte->element);
  la_puts(c, " AS ");
  la_emit_prefixes(c, cte->prefixes, kw);
  la_puts(c, "\n(");
  la_emit(c, cte->element, &k);
  la_putc(c, ')');
  if (la_list_len(cte->suffixes)) {
    la_putc(c, ' ');
    la_emit_prefixes(c, cte->suffixes, kw);
  }
  la_piece *text = la_piece_end(c, before);
  if (text) note_text(c, n, text);
}

/* ---- meeting one ---- */

/* Is n, under this name, not yet known? Finds out what it collides with. */
static bool is_new(la_ctx *c, la_node *n, la_cte_entry *known, la_node *within, bool *embedded) {
  la_node *existing = known->cte;
  *embedded = within == existing;
  if (n == existing || n == LA_AS(cte, existing)->restates) return false;
  if (existing == LA_AS(cte, n)->restates) {
    forget_text(c, find_text(c, existing));
    forget_entry(c, known);
    return true;
  }
  if (says_the_same(c, n, existing)) return false;
  la_ctx_fail(c, LA_EXC_CompileError, "Multiple, unrelated CTEs found with the same name: '%s'", known->name->s);
  return false;
}

/* The entry under which n, or another CTE of its name, is known; *level: where n stands. */
static la_cte_entry *look_up(la_ctx *c, la_node *n, la_str *name, bool nest_here, uint32_t *level) {
  la_cte_entry *e = find_reference(c, reference_of(n));
  bool nesting = LA_AS(cte, n)->nesting || nest_here;
  *level = nesting ? c->nlevels : 1;
  if (!e) return find_name(c, *level, name);
  if (nest_here && e->nest_here)
    la_ctx_fail(c, LA_EXC_CompileError, "CTE is stated as 'nest_here' in more than one location");
  if (nest_here) {
    e->level = *level;
    e->nest_here = c->cte_nested = true;
  }
  *level = e->level;
  return e;
}

static void put_reference(la_ctx *c, la_str *name, la_str *of) {
  la_put_name(c, of ? of : name);
  if (!of) return;
  la_puts(c, c->d->hooks.alias_word);
  la_put_name(c, name);
}

void la_emit_cte(la_ctx *c, la_node *n, const la_kw *kw) {
  la_cte *cte = LA_AS(cte, n);
  bool asfrom = kw->f & LA_KW_ASFROM, nest_here = kw->f & LA_KW_NEST_HERE, embedded = false, fresh = true;
  la_kw k = la_kw_with(kw, 0, LA_KW_ASFROM | LA_KW_ASHINT | LA_KW_NEST_HERE);
  la_lint lint;
  k.visiting_cte = n;
  k.hints = NULL;
  if (k.lint) k.lint = la_lint_beside(&lint, k.lint);
  la_str *name = la_ctx_from_name(c, n);
  if (!name) return;
  uint32_t level;
  la_cte_entry *known = look_up(c, n, name, nest_here, &level);
  if (known) fresh = is_new(c, n, known, kw->visiting_cte, &embedded);
  if (c->failed || (!asfrom && !fresh)) return;
  la_node *original = cte->cte_alias;
  la_str *original_name = original ? la_ctx_from_name(c, original) : NULL;
  if (fresh) {
    note_entry(c, (la_cte_entry){n, reference_of(n), name, level, nest_here, false, 0});
    if (original && find_text(c, original) < 0) la_emit_cte(c, original, &k);
    if (!original && !c->nlevels) {
      k.f |= kw->f & LA_KW_ASFROM;
      la_emit(c, cte->element, &k);
      return;
    }
    if (!original && find_text(c, n) < 0) make_text(c, n, name, &k);
  }
  if (!asfrom) return;
  la_lint_from(c, kw, n, name);
  put_reference(c, name, !fresh && embedded ? NULL : original_name);
}

void la_emit_independent_ctes(la_ctx *c, const la_list *ctes, const la_kw *kw) {
  for (uint32_t i = 0; i < la_list_len(ctes); i++) {
    la_cte_opts *o = LA_AS(cte_opts, ctes->v[i]);
    la_kw k = la_kw_with(kw, o->nest_here ? LA_KW_NEST_HERE : 0, LA_KW_ASFROM | LA_KW_NEST_HERE);
    la_emit(c, o->cte, &k);
  }
}

/* ---- WITH ---- */

/* Is the CTE of that text one of those nested at this level? */
static bool is_nested_at(la_ctx *c, const la_node *cte, uint32_t level, bool following) {
  const la_cte_entry *e = find_reference(c, reference_of((la_node *)(uintptr_t)cte));
  if (!e || !(LA_AS(cte, cte)->nesting || e->nest_here)) return false;
  return e->level == level || (following && e->level == level + 1);
}

void la_put_with(la_ctx *c, size_t at, uint32_t level, bool following) {
  bool all = level < 2, recursive = false, any = false;
  if (!all && !c->cte_nested) return;
  la_piece *before = la_piece_begin(c);
  for (uint32_t i = 0; i < c->ncte_texts; i++) {
    la_cte_text *t = &c->cte_texts[i];
    if (!t->text || (!all && !is_nested_at(c, t->cte, level, following))) continue;
    if (any) la_puts(c, ", \n");
    any = true;
    recursive = recursive || LA_AS(cte, t->cte)->recursive;
    la_piece_add(c, t->text);
    if (all) continue;
    la_cte_entry *e = find_reference(c, reference_of(t->cte));
    if (e) forget_entry(c, e);
    forget_text(c, (int)i);
  }
  la_puts(c, "\n ");
  la_piece *with = la_piece_end(c, before);
  if (!with) return;
  if (!any) {
    la_piece_drop(c, with);
    return;
  }
  const char *word = recursive ? c->d->hooks.with_recursive : "WITH ";
  la_buf_insert(&with->b, 0, word, strlen(word));
  for (uint32_t i = 0; i < with->nslots; i++) with->slots[i].at += (uint32_t)strlen(word);
  la_piece_insert(c, at, with);
}
