/* oracle_select.c - SELECTs that old versions of Oracle need in other shapes.
 *
 * Without ANSI joins the conditions of joins are part of WHERE, with (+) behind
 * the columns that may be missing. Without FETCH rows are counted by ROWNUM: the
 * SELECT stands within one that stops at the limit, and that one, for an offset,
 * within another that leaves out the first.
 */
#include "compile/emit.h"
#include "compile/lint.h"
#include "compile/wrap.h"
#include "dialect/oracle.h"
#include "sql/columns.h"
#include "sql/correspond.h"
#include "sql/expr.h"
#include "sql/walk.h"

/* ---- joins ---- */

void la_oracle_emit_join(la_ctx *c, la_node *n, const la_kw *kw) {
  la_join *j = LA_AS(join, n);
  if (LA_DATTR(c->d, use_ansi)) {
    la_emit_join(c, n, kw);
    return;
  }
  la_kw k = la_kw_with(kw, LA_KW_ASFROM, 0);
  la_node *right = j->right->kind == LA_K_FROM_GROUPING ? LA_AS(from_grouping, j->right)->element : j->right;
  la_lint_join(c, kw, n);
  la_emit(c, j->left, &k);
  la_puts(c, ", ");
  la_emit(c, right, &k);
}

void la_oracle_emit_outer_column(la_ctx *c, la_node *n, const la_kw *kw) {
  la_emit(c, LA_AS(outer_column, n)->column, kw);
  la_puts(c, "(+)");
}

typedef struct marking {
  la_ctx *c;
  la_node *right;
} marking;

static la_node *mark(la_node *n, void *ctx);

static bool is_of(const la_node *n, const la_node *right) {
  return n->kind == LA_K_COLUMN && LA_AS(column, n)->table && la_is_derived_from(right, LA_AS(column, n)->table);
}

/* *slot as column(+), or with the same done within. */
static void mark_side(marking *m, la_node **slot, bool outer) {
  la_node *now = NULL;
  if (outer) {
    if (!(now = la_node_new(LA_K_OUTER_COLUMN))) {
      la_ctx_nomem(m->c);
      return;
    }
    la_set_node(&LA_AS(outer_column, now)->column, *slot);
    la_set_type(now, (*slot)->type);
    la_node_seal(now);
  } else if (la_node_replace(&now, *slot, mark, m, m->c->err)) {
    m->c->failed = true;
    return;
  }
  la_give_node(slot, now);
}

static la_node *mark(la_node *n, void *ctx) {
  marking *m = ctx;
  if (n->kind == LA_K_COLUMN || la_kind_category((la_kind)n->kind) == LA_CAT_FROM) return la_node_retain(n);
  if (n->kind != LA_K_BINARY) return NULL;
  la_node *copy = la_node_copy(n);
  if (!copy) {
    la_ctx_nomem(m->c);
    return NULL;
  }
  la_binary *b = LA_AS(binary, copy);
  bool left = is_of(b->left, m->right), right = !left && is_of(b->right, m->right);
  mark_side(m, &b->left, left);
  mark_side(m, &b->right, right);
  return la_node_seal(copy);
}

static void add_condition(la_ctx *c, la_list **to, la_join *j) {
  la_node *on = j->onclause;
  if (j->isouter) {
    marking m = {c, j->right};
    la_node *now = NULL;
    if (la_node_replace(&now, on, mark, &m, c->err)) c->failed = true;
    on = now ? la_ctx_keep(c, now) : NULL;
  }
  la_wrap_add(c, to, on);
}

static void add_conditions(la_ctx *c, la_list **to, la_node *from) {
  la_walk w;
  la_walk_begin(&w, from);
  while ((from = la_walk_next(&w))) {
    if (from->kind == LA_K_FROM_GROUPING) la_walk_push(&w, LA_AS(from_grouping, from)->element);
    if (from->kind != LA_K_JOIN) continue;
    add_condition(c, to, LA_AS(join, from));
    la_walk_push(&w, LA_AS(join, from)->right);
    la_walk_push(&w, LA_AS(join, from)->left);
  }
  if (la_walk_end(&w)) la_ctx_nomem(c);
}

static la_node *without_ansi_joins(la_ctx *c, la_node *n, const la_kw *kw) {
  la_state *s = la_state_of(c, n);
  la_vec froms = LA_VEC_INIT;
  la_list *conditions = NULL;
  if (!s) return NULL;
  la_display_froms(c, &froms, s, kw->f & LA_KW_ASFROM, false);
  for (uint32_t i = 0; i < froms.n; i++)
    if (froms.v[i]->kind == LA_K_JOIN) add_conditions(c, &conditions, froms.v[i]);
  la_vec_free(&froms);
  la_node *both = NULL, *copy = NULL;
  if (conditions && !c->failed) {
    if (la_expr_conjunction(&both, LA_OP_AND, conditions->v, conditions->n, c->err)) c->failed = true;
    if (both) both = la_ctx_keep(c, both);
    copy = both ? la_ctx_keep(c, la_node_copy(n)) : NULL;
    if (copy) la_wrap_add(c, &LA_AS(select, copy)->where, both);
  }
  la_list_release(conditions);
  if (c->failed) return NULL;
  return copy ? la_node_seal(copy) : n;
}

/* ---- ROWNUM ---- */

/* A plain number is written out when the statement is executed; it is one bind wherever the SELECT stands. */
static la_node *literal_count(la_ctx *c, la_node *n) {
  if (!la_is_simple_int(n)) return n;
  la_node *copy = la_map_get(&c->late_counts, la_key(n));
  if (copy) return copy;
  if (!(copy = la_node_copy(n))) {
    la_ctx_nomem(c);
    return NULL;
  }
  LA_AS(bind, copy)->literal_execute = 1;
  copy = la_ctx_keep(c, la_node_seal(copy));
  if (copy && la_map_put(&c->late_counts, la_key(n), copy)) la_ctx_nomem(c);
  return copy;
}

void la_oracle_emit_first_rows(la_ctx *c, la_node *n, const la_kw *kw) {
  if (!la_str_is(LA_AS(dialect_expr, n)->name, "first_rows")) {
    la_ctx_no_emit(c, n);
    return;
  }
  la_puts(c, "/*+ FIRST_ROWS(");
  la_emit(c, LA_AS(dialect_expr, n)->args->v[0], kw);
  la_puts(c, ") */");
}

static la_node *first_rows(la_ctx *c, la_node *limit) {
  la_node *hint = la_node_new(LA_K_DIALECT_EXPR), *prefix = la_node_new(LA_K_PREFIX);
  if (!hint || !prefix) {
    la_node_release(hint);
    la_node_release(prefix);
    la_ctx_nomem(c);
    return NULL;
  }
  la_give_list(&LA_AS(dialect_expr, hint)->args, la_list_new(&limit, 1));
  la_give_str(&LA_AS(dialect_expr, hint)->name, la_str_from("first_rows"));
  la_give_node(&LA_AS(prefix, prefix)->text, la_node_seal(hint));
  return la_ctx_keep(c, la_node_seal(prefix));
}

/* The columns that FOR UPDATE is of, as those of a subquery. */
static la_node *adapted_for_update(la_ctx *c, la_node *f, la_node *subquery) {
  if (!f || !la_list_len(LA_AS(for_update, f)->of)) return f;
  la_node *copy = la_node_copy(f);
  la_list *of = NULL;
  if (!copy) {
    la_ctx_nomem(c);
    return NULL;
  }
  for (uint32_t i = 0; i < LA_AS(for_update, f)->of->n; i++)
    la_wrap_add(c, &of, la_wrap_adapt(c, LA_AS(for_update, f)->of->v[i], subquery));
  la_give_list(&LA_AS(for_update, copy)->of, of);
  return la_ctx_keep(c, la_node_seal(copy));
}

/* Is n among the columns of select, itself or (related) a column that it stands for? */
static bool selects(la_ctx *c, la_node *select, la_node *n, bool related) {
  la_vec all = LA_VEC_INIT;
  bool found = false;
  if (la_selected(&all, select, c->err)) c->failed = true;
  for (uint32_t i = 0; !found && i < all.n; i++) found = all.v[i] == n || (related && la_wrap_related(c, all.v[i], n));
  la_vec_free(&all);
  return found;
}

/* Adds the columns of FOR UPDATE OF that are not selected. */
static void add_locked(la_ctx *c, la_node *copy, const la_node *f, bool related) {
  const la_list *of = f ? LA_AS(for_update, f)->of : NULL;
  for (uint32_t i = 0; i < la_list_len(of); i++)
    if (!selects(c, copy, of->v[i], related)) la_wrap_add(c, &LA_AS(select, copy)->raw_columns, of->v[i]);
}

/* SELECT … FROM (inner) WHERE ROWNUM <= limit */
static la_node *stop_at(la_ctx *c, la_node *n, la_node *subquery, la_node *limit, la_node *offset) {
  la_node *outer = la_wrap_select(c, subquery, NULL, n);
  if (!outer || !limit) return outer;
  if (LA_DATTR(c->d, optimize_limits) && la_is_simple_int(limit))
    la_wrap_add(c, &LA_AS(select, outer)->prefixes, first_rows(c, limit));
  la_node *last = offset ? la_wrap_op(c, LA_OP_ADD, limit, offset) : limit;
  la_wrap_add(c, &LA_AS(select, outer)->where, la_wrap_op(c, LA_OP_LE, la_wrap_column(c, "ROWNUM", true), last));
  return outer;
}

/* SELECT … FROM (SELECT …, ROWNUM AS ora_rn …) WHERE ora_rn > offset */
static la_node *start_after(la_ctx *c, la_node *n, la_node *limited, la_node *offset, la_node *f) {
  la_node *rownum = la_wrap_label(c, "ora_rn", la_wrap_column(c, "ROWNUM", true));
  la_wrap_add(c, &LA_AS(select, limited)->raw_columns, rownum);
  add_locked(c, limited, f, true);
  la_node *subquery = la_wrap_subquery(c, la_wrap_done(c, limited)), *outer = la_wrap_select(c, subquery, NULL, n);
  if (!outer) return NULL;
  la_wrap_add(c, &LA_AS(select, outer)->where, la_wrap_op(c, LA_OP_GT, la_wrap_column(c, "ora_rn", true), offset));
  la_set_node(&LA_AS(select, outer)->for_update, adapted_for_update(c, f, subquery));
  return outer;
}

static la_node *with_rownum(la_ctx *c, la_node *n) {
  la_select *s = LA_AS(select, n);
  la_node *limit = s->limit ? literal_count(c, s->limit) : NULL,
          *offset = s->offset ? literal_count(c, s->offset) : NULL;
  la_node *f = s->for_update, *inner = la_wrap_copy(c, n);
  if (!inner) return NULL;
  la_set_node(&LA_AS(select, inner)->for_update, NULL);
  add_locked(c, inner, f, false);
  la_node *subquery = la_wrap_subquery(c, la_wrap_done(c, inner));
  la_node *outer = stop_at(c, n, subquery, limit, offset);
  if (!outer) return NULL;
  f = adapted_for_update(c, f, subquery);
  if (offset) {
    if (!(outer = start_after(c, n, outer, offset, f))) return NULL;
  } else {
    la_set_node(&LA_AS(select, outer)->for_update, f);
  }
  return la_wrap_done(c, outer);
}

/* The SELECT within the ones that count comes here once more, for its joins. */
la_node *la_oracle_translate(la_ctx *c, la_node *n, const la_kw *kw) {
  if (la_has_row_limit(n) && !LA_DATTR(c->d, _supports_offset_fetch) && !LA_AS(select, n)->fetch)
    return with_rownum(c, n);
  return LA_DATTR(c->d, use_ansi) ? n : without_ansi_joins(c, n, kw);
}
