/* bind.c - binds.
 *
 * A bind leaves no text of its own: a slot says where it belongs, and the final
 * text is put together from slots and text (render.c). Binds of equal name share
 * an entry; of two that may not, the compilation fails.
 */
#include "compile/bind.h"

#include <string.h>

#include "base/mem.h"
#include "compile/type.h"
#include "sql/expr.h"
#include "sql/type.h"

#define INDEX_FROM 8 /* so many names before they are indexed */

/* ---- names ---- */

static la_str *anonymous(la_ctx *c, la_node *n) {
  la_str *name = la_anon_number(&c->anon, n, 0, LA_AS(bind, n)->key, "param", true);
  if (!name) la_ctx_nomem(c);
  return name ? la_ctx_cut(c, LA_ID_BIND, name) : NULL;
}

static la_str *name_of(la_ctx *c, la_node *n) {
  la_bind *b = LA_AS(bind, n);
  if (b->role == LA_BIND_FRESH) {
    la_str *fresh = la_anon_number(&c->anon, n, ++c->nfresh, NULL, "param", true);
    return fresh ? la_ctx_cut(c, LA_ID_BIND, fresh) : NULL;
  }
  if (b->key && !b->unique) return la_ctx_name(c, LA_ID_BIND, b->key);
  la_str *given = la_map_get(&c->bind_as, la_key(n));
  return given ? given : anonymous(c, n);
}

static int find_name(la_ctx *c, const la_str *name) {
  if (c->bind_names.n) return (int)(uintptr_t)la_map_gets(&c->bind_names, name) - 1;
  for (uint32_t i = 0; i < c->nbinds; i++) {
    const la_str *s = c->binds[i].name;
    if (s == name || (s->len == name->len && !memcmp(s->s, name->s, s->len))) return (int)i;
  }
  return -1;
}

static bool index_names(la_ctx *c) {
  if (c->nbinds < INDEX_FROM) return true;
  for (size_t i = c->bind_names.n; i < c->nbinds; i++)
    if (la_map_puts(&c->bind_names, c->binds[i].name, (void *)(uintptr_t)(i + 1))) return false;
  return true;
}

/* ---- entries ---- */

/* May n stand for a bind of the same name? */
static void check_same_name(la_ctx *c, const la_cbind *known, la_node *n) {
  const la_bind *a = LA_AS(bind, known->node), *b = LA_AS(bind, n);
  const char *name = known->name->s;
  bool crud_a = a->role == LA_BIND_CRUD, crud_b = b->role == LA_BIND_CRUD;
  if (a->unique || b->unique)
    la_ctx_fail(c, LA_EXC_CompileError, "Bind parameter '%s' conflicts with unique bind parameter of the same name",
                name);
  else if (a->expanding != b->expanding)
    la_ctx_fail(c, LA_EXC_CompileError,
                "Can't reuse bound parameter name '%s' in both 'expanding' (e.g. within an IN expression) and "
                "non-expanding contexts.  If this parameter is to receive a list/array value, set 'expanding=True' on "
                "it for expressions that aren't IN, otherwise use a different parameter name.",
                name);
  else if (crud_a && crud_b)
    la_ctx_fail(c, LA_EXC_CompileError,
                "Encountered unsupported case when compiling an INSERT or UPDATE statement.  If this is a multi-table "
                "UPDATE statement, please provide string-named arguments to the values() method with distinct names; "
                "support for multi-table UPDATE statements that target multiple tables for UPDATE is very limited");
  else if (crud_a || crud_b)
    la_ctx_fail(c, LA_EXC_CompileError,
                "bindparam() name '%s' is reserved for automatic usage in the VALUES or SET clause of this "
                "insert/update statement.   Please use a name other than column name when using bindparam() with "
                "insert() or update() (for example, 'b_%s').",
                name, name);
}

static la_cbind *add_entry(la_ctx *c) {
  la_cbind *v = la_ctx_room(c, &c->work, c->binds, c->nbinds, 1, &c->binds_cap, sizeof *v);
  if (!v) return NULL;
  c->binds = v;
  la_cbind *b = &v[c->nbinds++];
  memset(b, 0, sizeof *b);
  return b;
}

static unsigned flags_of(const la_bind *b) {
  unsigned f = 0;
  if (b->expanding) f |= LA_BF_EXPANDING;
  if (b->required) f |= LA_BF_REQUIRED;
  if (b->isoutparam) f |= LA_BF_OUT;
  if (b->role == LA_BIND_CRUD) f |= LA_BF_CRUD;
  if (b->expanding && la_type_id_of(b->base.type) == LA_T_TUPLETYPE) f |= LA_BF_TUPLE;
  return f;
}

static void set_node(la_cbind *e, la_node *n) {
  la_set_node(&e->node, n);
  e->flags = (e->flags & (LA_BF_LITERAL_EXECUTE | LA_BF_ROW | LA_BF_REQUIRED)) | flags_of(LA_AS(bind, n));
}

/* Of several of one name the value of the one that was met last counts; each may want one. Has n not been met before?
 */
static bool is_new(la_ctx *c, la_node *known, la_node *n) {
  if (la_map_get(&c->same_named, la_key(n))) return false;
  if (la_map_put(&c->same_named, la_key(known), known) || la_map_put(&c->same_named, la_key(n), n)) la_ctx_nomem(c);
  return true;
}

int la_ctx_bind(la_ctx *c, la_node *n) {
  la_str *name = name_of(c, n);
  if (!name || c->failed) return -1;
  int i = find_name(c, name);
  if (i >= 0) {
    if (c->binds[i].node == n) return i;
    check_same_name(c, &c->binds[i], n);
    if (is_new(c, c->binds[i].node, n)) set_node(&c->binds[i], n);
    return i;
  }
  la_cbind *e = add_entry(c);
  if (!e) return -1;
  e->name = la_str_retain(name);
  set_node(e, n);
  if (!index_names(c)) la_ctx_nomem(c);
  return (int)c->nbinds - 1;
}

/* ---- how a name is written ---- */

/* Letters, digits and underscores never need to be written otherwise. */
static bool is_word(char ch) {
  return (ch >= 'a' && ch <= 'z') || ch == '_' || (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z');
}

static const char *escape_of(const la_dialect_inst *d, char ch) {
  for (const la_word_pair *p = d->bind_escapes; p->from; p++)
    if (*p->from == ch) return p->to;
  return NULL;
}

static bool needs_escape(const la_dialect_inst *d, const la_str *name) {
  for (uint32_t i = 0; i < name->len; i++)
    if (!is_word(name->s[i]) && escape_of(d, name->s[i])) return true;
  return false;
}

la_str *la_escape_bind_name(la_ctx *c, const la_str *name, bool post_compile) {
  (void)post_compile;
  if (la_str_is_word(name) || !needs_escape(c->d, name)) return NULL;
  la_buf b = LA_BUF_INIT;
  for (uint32_t i = 0; i < name->len; i++) {
    const char *to = escape_of(c->d, name->s[i]);
    if (to)
      la_buf_puts(&b, to);
    else
      la_buf_putc(&b, name->s[i]);
  }
  la_str *s = la_buf_to_str(&b);
  la_buf_free(&b);
  if (!s) la_ctx_nomem(c);
  return s;
}

/* ---- slots ---- */

static uint16_t add_wrap(la_ctx *c, const la_buf *before, const la_buf *after, bool hidden) {
  la_wrap *v = la_ctx_room(c, &c->work, c->wraps, c->nwraps, 1, &c->wraps_cap, sizeof *v);
  if (!v) return 0;
  c->wraps = v;
  la_wrap *w = &v[c->nwraps++];
  *w = (la_wrap){la_buf_to_str(before), la_buf_to_str(after), hidden};
  if (!w->before || !w->after) la_ctx_nomem(c);
  return (uint16_t)c->nwraps;
}

void la_put_cast(la_ctx *c, const la_node *type, la_cast_of of) {
  const la_node *to = c->d->hooks.bind_cast ? c->d->hooks.bind_cast(c, type, of) : NULL;
  if (!to) return;
  la_puts(c, "::");
  la_put_type(c, to, NULL);
}

/* Is it an array of who knows what, or of an enumeration without a name, to which nothing can be cast? */
static bool is_vague(const la_node *type) {
  if (la_type_affinity(type) != LA_T_SQL_ARRAY) return false;
  const la_node *item = LA_AS(type, type)->item;
  if (la_type_is_null(item)) return true;
  const la_str *name = LA_AS(type, item)->name;
  return la_type_isa(item, LA_T_ENUM) && (!name || !name->len);
}

static uint16_t cast_wrap(la_ctx *c, const la_node *type) {
  if (is_vague(type) && !c->opts->render_postcompile) return 0;
  bool failed = c->failed;
  la_piece *before = la_piece_begin(c);
  la_put_cast(c, type, LA_CAST_BIND);
  la_piece *t = la_piece_end(c, before);
  bool unknown = c->failed && !failed && !c->opts->render_postcompile; /* is told of when there are values */
  if (unknown) {
    la_error_clear(c->err);
    c->failed = false;
  }
  la_buf none = LA_BUF_INIT;
  uint16_t w = t && t->b.len && !unknown ? add_wrap(c, &none, &t->b, true) : 0;
  la_piece_drop(c, t);
  return w;
}

static void put_slot(la_ctx *c, la_node *n, bool literal_execute, const la_kw *kw) {
  const la_bind *b = LA_AS(bind, n);
  int i = la_ctx_bind(c, n);
  if (i < 0) return;
  bool post = literal_execute || b->expanding;
  if (kw->f & LA_KW_IN_ROW) c->binds[i].flags |= LA_BF_ROW;
  c->late = c->late || post;
  if (!c->binds[i].escaped && c->d->hooks.bind_name)
    c->binds[i].escaped = c->d->hooks.bind_name(c, c->binds[i].name, post);
  la_slot s = {0, (uint32_t)i, 0, 0};
  if (kw->f & LA_KW_AGAIN) s.flags |= LA_BF_AGAIN;
  if (b->expanding) s.flags |= LA_BF_EXPANDING;
  if (literal_execute) {
    s.flags |= LA_BF_LITERAL_EXECUTE;
    c->binds[i].flags |= LA_BF_LITERAL_EXECUTE;
    c->literal_execute = true;
  }
  if (b->expanding && !literal_execute) s.wrap = cast_wrap(c, n->type);
  la_piece_slot(c, s);
  if (!b->expanding) la_put_cast(c, n->type, literal_execute ? LA_CAST_LITERAL : LA_CAST_BIND);
}

/* ---- values written out ---- */

static void put_value(la_ctx *c, la_node *n, const la_value *v, const la_wrap *wrap) {
  if (LA_AS(bind, n)->expanding)
    la_put_literal_list(c, n, v, wrap);
  else
    la_put_literal(c, n->type, v);
}

static void put_literal_bind(la_ctx *c, la_node *n, const la_wrap *wrap) {
  la_bind *b = LA_AS(bind, n);
  c->by_value = true;
  if (!b->callable) {
    if (b->value.tag == LA_V_ABSENT || (b->value.tag == LA_V_NULL && !b->expanding))
      la_puts(c, "NULL");
    else
      put_value(c, n, &b->value, wrap);
    return;
  }
  la_value v = LA_VALUE_ABSENT;
  const la_host *h = c->opts->host;
  if (!h || !h->call)
    la_ctx_fail(c, LA_EXC_CompileError, "the value of bind '%s' is known only when it is executed",
                b->key ? b->key->s : "");
  else if (h->call(h, &v, b->callable, c->err))
    c->failed = true;
  else
    put_value(c, n, &v, wrap);
  la_value_clear(&v);
}

/* ---- expressions of types ---- */

/* Where in t the one slot of an expanding bind is, if what is around it is "before(slot)after". */
static bool split_at_slot(const la_piece *t, size_t *at) {
  if (t->nslots != 1) return false;
  *at = t->slots[0].at;
  return *at && t->b.s[*at - 1] == '(' && *at < t->b.len && t->b.s[*at] == ')';
}

/* f((…)) around an expanding bind becomes (f(a), f(b), …). */
static void put_wrapped_elements(la_ctx *c, la_node *n, la_node *expr, const la_kw *kw) {
  la_kw k = la_kw_with(kw, LA_KW_SKIP_BIND_EXPR, LA_KW_LITERAL_BINDS);
  la_piece *before = la_piece_begin(c);
  la_emit(c, expr, &k);
  la_piece *t = la_piece_end(c, before);
  size_t at = 0;
  if (c->failed || !t || !split_at_slot(t, &at)) {
    la_ctx_fail(c, LA_EXC_CompileError, "unexpected format for expanding parameter");
    la_piece_drop(c, t);
    return;
  }
  la_buf left = {t->b.s, at - 1, 0, false, true}, right = {t->b.s + at + 1, t->b.len - at - 1, 0, false, true};
  la_slot s = t->slots[0];
  s.wrap = add_wrap(c, &left, &right, false);
  la_piece_drop(c, t);
  if (!s.wrap) return;
  la_putc(c, '(');
  if (kw->f & LA_KW_LITERAL_BINDS)
    put_literal_bind(c, n, &c->wraps[s.wrap - 1]);
  else
    la_piece_slot(c, s);
  la_putc(c, ')');
}

/* The expression that the bind's type writes around it; NULL: none. Kept by c. */
static la_node *bind_expression(la_ctx *c, la_node *n) {
  if (!la_type_may_have(n->type, LA_TB_HAS_BIND_EXPRESSION)) return NULL;
  const la_node *type = la_type_variant(n->type, c->d->name);
  const la_host *h = c->opts->host;
  if (!la_is(type, LA_K_TYPE) || !la_type_has(type, LA_TB_HAS_BIND_EXPRESSION) || !h || !h->wrap) return NULL;
  la_node *out = NULL;
  if (h->wrap(h, &out, type, n, true, c->err)) c->failed = true;
  return out && out != n ? la_ctx_keep(c, out) : (la_node_release(out), NULL);
}

/* Is a value, which is known, to be written out as a user's type says, before the statement is executed? */
static bool asks_host(const la_ctx *c, const la_node *n) {
  if (!c->opts->render_postcompile || LA_AS(bind, n)->value.tag == LA_V_ABSENT || LA_AS(bind, n)->callable)
    return false;
  return la_is(n->type, LA_K_TYPE) && LA_AS(type, n->type)->object;
}

void la_emit_bind(la_ctx *c, la_node *n, const la_kw *kw) {
  la_bind *b = LA_AS(bind, n);
  la_node *expr = kw->f & LA_KW_SKIP_BIND_EXPR ? NULL : bind_expression(c, n);
  if (expr && b->expanding) {
    put_wrapped_elements(c, n, expr, kw);
    return;
  }
  if (expr) {
    la_kw k = la_kw_with(kw, LA_KW_SKIP_BIND_EXPR, 0);
    la_emit(c, expr, &k);
    return;
  }
  bool strict = LA_DATTR(c->d, ansi_bind_rules) && kw->f & LA_KW_COLUMNS;
  bool execute = kw->f & LA_KW_LITERAL_EXECUTE || b->literal_execute || strict;
  if (b->expanding) la_putc(c, '(');
  if (kw->f & LA_KW_LITERAL_BINDS || (execute && asks_host(c, n)))
    put_literal_bind(c, n, NULL);
  else
    put_slot(c, n, execute, kw);
  if (b->expanding) la_putc(c, ')');
}

void la_emit_bind_named(la_ctx *c, la_node *n, la_str *name, const la_kw *kw) {
  if (!n || c->failed) return;
  la_bind *b = LA_AS(bind, n);
  if ((b->unique || !b->key) && b->unique != LA_BIND_UNNAMED && la_map_put(&c->bind_as, la_key(n), name))
    la_ctx_nomem(c);
  la_emit_bind(c, n, kw);
}

void la_emit_int(la_ctx *c, int64_t i, const la_kw *kw) {
  la_value v = la_value_int(i);
  la_node *n = NULL;
  la_bind_opts o = {NULL, la_type_simple(LA_T_INTEGER), true, false, false, false, false, NULL};
  if (la_bind_new(&n, &o, &v, c->err)) {
    c->failed = true;
    return;
  }
  la_emit(c, la_ctx_keep(c, n), kw);
}
