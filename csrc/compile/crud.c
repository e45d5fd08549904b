/* crud.c - from the values of a statement to the columns of its table. */
#include "compile/crud.h"

#include <string.h>

#include "base/mem.h"
#include "compile/emit.h"
#include "sql/columns.h"
#include "sql/correspond.h"
#include "sql/dml.h"
#include "sql/schema.h"

/* ---- fields that statements share ---- */

#define OF(stmt, field)                                       \
  ((stmt)->kind == LA_K_INSERT   ? LA_AS(insert, stmt)->field \
   : (stmt)->kind == LA_K_UPDATE ? LA_AS(update, stmt)->field \
                                 : LA_AS(delete, stmt)->field)

static bool is_extra(const la_crud_state *s, const la_node *table) { return table && la_vec_has(&s->extra, table); }

/* ---- parameters ---- */

/* The key of a column or name; NULL for other expressions that are set. */
static la_str *key_of(const la_node *key) {
  key = la_name_identity(key);
  if (key->kind == LA_K_STR) return LA_AS(strnode, key)->s;
  return key->kind == LA_K_COLUMN ? LA_AS(column, key)->key : NULL;
}

static la_node *extra_table_of(const la_crud_state *s, const la_node *key) {
  key = la_name_identity(key);
  la_node *t = key->kind == LA_K_COLUMN ? LA_AS(column, key)->table : NULL;
  return is_extra(s, t) ? t : NULL;
}

static la_crud_param *find_param(la_crud_state *s, const la_str *key, const la_node *table) {
  if (!key) return NULL;
  if (!table) {
    size_t i = (size_t)(uintptr_t)la_map_gets(&s->by_key, key);
    return i ? &s->params[i - 1] : NULL;
  }
  for (uint32_t i = 0; i < s->nparams; i++)
    if (s->params[i].table == table && la_str_eq(s->params[i].key, key)) return &s->params[i];
  return NULL;
}

la_crud_param *la_crud_given(la_crud_state *s, const la_node *column) {
  return find_param(s, LA_AS(column, column)->key, extra_table_of(s, column));
}

la_crud_param *la_crud_param_of(la_crud_state *s, const la_node *column) {
  la_crud_param *p = la_crud_given(s, column);
  return p && !p->used ? p : NULL;
}

static void add_param(la_crud_state *s, la_str *key, la_node *table, la_node *value, bool from_stmt) {
  if (find_param(s, key, table)) return;
  la_crud_param *v = la_ctx_room(s->c, &s->c->work, s->params, s->nparams, 1, &s->params_cap, sizeof *v);
  if (!v) return;
  s->params = v;
  s->params[s->nparams++] = (la_crud_param){key, table, value, from_stmt, false};
  if (!table && la_map_puts(&s->by_key, key, (void *)(uintptr_t)s->nparams)) la_ctx_nomem(s->c);
}

la_str *la_crud_bind_name(la_crud_state *s, const la_node *column) {
  const la_column *col = LA_AS(column, column);
  if (!is_extra(s, col->table)) return col->key;
  la_str *table = la_ctx_from_name(s->c, col->table);
  la_str *name = table ? la_names_keep(&s->c->names, la_str_format("%s_%s", table->s, col->key->s)) : NULL;
  if (!name) la_ctx_nomem(s->c);
  return name;
}

/* An expression that is set, like an element of a JSON column: it stands first. */
static void put_expression_item(la_crud_state *s, la_pair *p) {
  la_ctx *c = s->c;
  la_piece *before = la_crud_item_begin(s, p->key);
  la_kw k = la_kw_with(s->kw, LA_KW_ASSIGNED | (s->include_table ? 0 : LA_KW_NO_TABLE), 0);
  la_emit(c, p->key, &k);
  la_crud_value(s);
  if (la_is(p->value, LA_K_BIND))
    la_crud_put_given_bind(s, p->key, p->value, NULL);
  else
    la_crud_put_expr(s, p->value);
  la_crud_done(s, before);
}

static void add_values(la_crud_state *s, const la_list *pairs) {
  bool in_order = !s->insert && LA_AS(update, s->stmt)->ordered; /* else nobody knows which value came first */
  for (uint32_t i = 0; i < la_list_len(pairs); i++) {
    la_pair *p = LA_AS(pair, pairs->v[i]);
    la_str *key = key_of(p->key);
    if (key) {
      la_node *table = extra_table_of(s, p->key);
      if (!in_order && find_param(s, key, table))
        la_ctx_fail(s->c, LA_EXC_CompileError, "Column '%s' is given two values", key->s);
      add_param(s, key, table, p->value, true);
    } else {
      put_expression_item(s, p);
    }
  }
}

/* Keys of parameters that the statement itself says nothing of. */
static void add_column_keys(la_crud_state *s, const la_list *pairs) {
  const la_compile_opts *o = s->c->opts;
  for (uint32_t i = 0; i < o->n_column_keys; i++) {
    bool given = false;
    for (uint32_t k = 0; !given && k < la_list_len(pairs); k++) {
      const la_str *key = key_of(LA_AS(pair, pairs->v[k])->key);
      given = key && la_str_is(key, o->column_keys[i]->s) && !extra_table_of(s, LA_AS(pair, pairs->v[k])->key);
    }
    if (!given) add_param(s, o->column_keys[i], NULL, NULL, false);
  }
}

/* ---- what is to be fetched back ---- */

bool la_crud_defaults_have(const la_crud_state *s, const la_node *column) {
  if (!s->has_defaults_set) return false;
  if (!la_list_len(s->defaults)) return la_columns_has(s->cols, column);
  for (uint32_t i = 0; i < s->defaults->n; i++)
    if (la_name_identity(s->defaults->v[i]) == column) return true;
  return false;
}

/* Table(implicit_returning) of the table that is changed. */
static bool table_returns(const la_node *table) {
  while (la_is(table, LA_K_ALIAS)) table = LA_AS(alias, table)->element;
  return la_is_schema_table(table) && LA_AS(table_spec, LA_AS(table, table)->spec)->implicit_returning;
}

static void insert_modifiers(la_crud_state *s, bool table_may) {
  const la_ctx *c = s->c;
  const la_insert *n = LA_AS(insert, s->stmt);
  bool many_returning = LA_DATTR(c->d, insert_executemany_returning) ||
                        (LA_DATTR(c->d, insert_returning) && LA_DATTR(c->d, use_insertmanyvalues));
  s->need_pks = s->top && !n->inline_ && !la_list_len(n->returning) && !s->multi &&
                (!c->opts->for_executemany || (many_returning && n->return_defaults));
  s->postfetch_lastrowid = s->need_pks && LA_DATTR(c->d, postfetch_lastrowid) && s->autoincrement;
  s->returns = s->need_pks && LA_DATTR(c->d, insert_returning) && table_may &&
               (!s->postfetch_lastrowid || LA_DATTR(c->d, favor_returning_over_lastrowid) || n->return_defaults);
  if (s->returns) s->postfetch_lastrowid = false;
  s->has_defaults_set = s->returns && n->return_defaults;
  bool explicit_ = s->has_defaults_set || la_list_len(n->returning) || la_list_len(n->supplemental);
  s->many_values =
      s->top && c->opts->for_executemany && LA_DATTR(c->d, use_insertmanyvalues) &&
      (explicit_ || (LA_DATTR(c->d, use_insertmanyvalues_wo_returning) && !n->on_conflict && !n->extensions));
  if (s->many_values && explicit_ && n->sort_by_parameter_order) la_crud_find_sentinel(s);
}

static void find_modifiers(la_crud_state *s) {
  const la_dialect_inst *d = s->c->d;
  bool table_may = table_returns(s->table),
       may = s->stmt->kind == LA_K_UPDATE ? LA_DATTR(d, update_returning) : LA_DATTR(d, delete_returning);
  s->defaults = OF(s->stmt, return_defaults_columns);
  if (s->insert) {
    insert_modifiers(s, table_may);
    return;
  }
  s->has_defaults_set = OF(s->stmt, return_defaults) && table_may && may;
  s->returns = s->has_defaults_set;
}

/* ---- the columns in their order ---- */

/* A column for which a value is given. */
static void put_param(la_crud_state *s, la_node *column, la_crud_param *p) {
  la_ctx *c = s->c;
  la_node *v = p->value;
  bool pk = s->autoincrement == column && LA_DATTR(c->d, insert_null_pk_still_autoincrements) && !s->multi;
  la_str *name = la_crud_bind_name(s, column);
  if (s->multi && name) name = la_crud_row_name(s, name, 0);
  p->used = true;
  la_piece *before = la_crud_item_begin(s, column);
  la_crud_put_name(s, column);
  la_crud_value(s);
  if (!v) {
    if (pk && s->postfetch_lastrowid) c->crud.postfetch_lastrowid = true;
    if (pk && !s->postfetch_lastrowid && s->returns) la_vec_add(&c->implicit_returning, column);
    la_crud_put_bind(s, column, s->cte ? NULL : name, true);
  } else if (v->kind == LA_K_BIND) {
    la_value *given = &LA_AS(bind, v)->value;
    bool none = (given->tag == LA_V_NULL || given->tag == LA_V_ABSENT) && !LA_AS(bind, v)->callable;
    if (pk && none && s->returns)
      la_vec_add(&c->implicit_returning, column);
    else if (pk && none && LA_DATTR(c->d, postfetch_lastrowid))
      c->crud.postfetch_lastrowid = true;
    la_crud_put_given_bind(s, column, v, name);
  } else {
    la_crud_put_expr(s, v);
    bool in_defaults = la_crud_defaults_have(s, column);
    if (s->insert && la_column_is_pk(column)) {
      if (s->returns)
        la_vec_add(&c->implicit_returning, column);
      else if (LA_DATTR(c->d, postfetch_lastrowid))
        c->crud.postfetch_lastrowid = true;
    } else {
      la_vec_add(in_defaults ? &c->implicit_returning : &c->postfetch, column);
    }
  }
  la_crud_done(s, before);
}

static void scan_column(la_crud_state *s, la_node *column) {
  la_crud_param *p = la_crud_param_of(s, column);
  const la_list *supplemental = OF(s->stmt, supplemental);
  if (p)
    put_param(s, column, p);
  else if (s->insert)
    la_crud_insert_default(s, column);
  else
    la_crud_update_default(s, column, NULL, false);
  for (uint32_t i = 0; i < la_list_len(supplemental); i++)
    if (la_name_identity(supplemental->v[i]) == column) la_vec_add_once(&s->c->implicit_returning, column);
}

/* ordered_values(): first the columns in the order given. */
static void scan_ordered(la_crud_state *s, const la_list *pairs) {
  la_map seen = LA_MAP_INIT;
  for (uint32_t i = 0; i < la_list_len(pairs); i++) {
    const la_node *k = LA_AS(pair, pairs->v[i])->key;
    const la_str *key = extra_table_of(s, k) ? NULL : key_of(k);
    la_node *col = key ? la_columns_get(s->cols, key->s, key->len) : NULL;
    if (!col || la_map_get(&seen, la_key(col))) continue;
    if (la_map_put(&seen, la_key(col), col)) la_ctx_nomem(s->c);
    scan_column(s, col);
  }
  for (uint32_t i = 0; i < la_columns_len(s->cols); i++)
    if (!la_map_get(&seen, la_key(s->cols->v[i].col))) scan_column(s, s->cols->v[i].col);
  la_map_free(&seen);
}

static void scan(la_crud_state *s, const la_list *pairs) {
  const la_list *supplemental = OF(s->stmt, supplemental);
  if (!s->insert && LA_AS(update, s->stmt)->ordered)
    scan_ordered(s, pairs);
  else
    for (uint32_t i = 0; i < la_columns_len(s->cols) && !s->c->failed; i++) scan_column(s, s->cols->v[i].col);
  for (uint32_t i = 0; i < la_list_len(supplemental); i++)
    la_vec_add_once(&s->c->implicit_returning, (la_node *)(uintptr_t)la_name_identity(supplemental->v[i]));
}

/* ---- multi-table UPDATE ---- */

static bool sets_column_of(la_crud_state *s, la_node *table, la_columns *cols) {
  bool any = false;
  for (uint32_t i = 0; i < la_columns_len(cols); i++) {
    la_node *col = cols->v[i].col;
    la_crud_param *p = la_crud_param_of(s, col);
    if (!p || p->table != table) continue;
    any = true;
    p->used = true;
    la_piece *before = la_crud_item_begin(s, col);
    la_kw k = la_kw_with(&la_kw_none, s->include_table ? 0 : LA_KW_NO_TABLE, 0);
    la_emit(s->c, col, &k);
    la_crud_value(s);
    la_str *name = la_crud_bind_name(s, col);
    if (!p->value) {
      la_crud_put_bind(s, col, name, true);
    } else if (p->value->kind == LA_K_BIND) {
      la_crud_put_given_bind(s, col, p->value, name);
    } else {
      la_vec_add(&s->c->postfetch, col);
      la_crud_put_expr(s, p->value);
    }
    la_crud_done(s, before);
  }
  return any;
}

static bool mentions(la_crud_state *s, const la_node *table) {
  for (uint32_t i = 0; i < s->nparams; i++)
    if (s->params[i].table == table) return true;
  return false;
}

static void put_other_tables(la_crud_state *s) {
  la_ctx *c = s->c;
  for (uint32_t t = 0; t < s->extra.n && !c->failed; t++) {
    la_node *table = s->extra.v[t];
    if (!mentions(s, table)) continue;
    if (!s->include_table && !la_is_derived_from(s->table, table)) {
      la_str *name = la_ctx_from_name(c, table);
      la_ctx_fail(c, LA_EXC_CompileError,
                  "Backend does not support additional tables in the SET clause; cannot include columns from table(s) "
                  "'%s' in SET clause",
                  name ? name->s : "");
      return;
    }
    la_columns *cols = la_from_columns(table, c->err);
    if (!cols) c->failed = true;
    if (!cols || !sets_column_of(s, table, cols)) continue;
    s->other_table = true;
    for (uint32_t i = 0; i < la_columns_len(cols); i++) {
      la_crud_param *p = find_param(s, LA_AS(column, cols->v[i].col)->key, table);
      if (!p) la_crud_update_default(s, cols->v[i].col, la_crud_bind_name(s, cols->v[i].col), true);
    }
    s->other_table = false;
  }
}

/* ---- the whole ---- */

/* Neither values nor keys: each column gets a bind, under its bare name; there is no value to be written out. */
static void put_all_columns(la_crud_state *s) {
  const la_kw *kw = s->kw;
  s->kw = &la_kw_none;
  s->include_table = false;
  for (uint32_t i = 0; i < la_columns_len(s->cols); i++) {
    la_node *col = s->cols->v[i].col;
    const la_column_spec *spec = la_column_spec_of(col);
    if (spec && spec->omit_from_statements) continue;
    la_piece *before = la_crud_item_begin(s, col);
    la_crud_put_name(s, col);
    la_crud_value(s);
    la_crud_put_bind(s, col, LA_AS(column, col)->key, true);
    la_crud_done(s, before);
  }
  s->kw = kw;
}

static void fail_other_table(la_crud_state *s, const la_list *pairs) {
  for (uint32_t i = 0; i < la_list_len(pairs); i++) {
    const la_node *key = la_name_identity(LA_AS(pair, pairs->v[i])->key);
    la_node *t = key->kind == LA_K_COLUMN ? LA_AS(column, key)->table : NULL;
    if (!t || t == s->table) continue;
    la_str *name = la_ctx_from_name(s->c, t);
    bool backend = LA_DATTR(s->c->d, render_table_with_column_in_update_from);
    if (backend && s->extra.n) {
      if (!is_extra(s, t))
        la_ctx_fail(s->c, LA_EXC_CompileError, "Multi-table UPDATE statement does not include table(s) '%s'",
                    name ? name->s : "");
      continue;
    }
    la_ctx_fail(s->c, LA_EXC_CompileError, "%s; cannot include columns from table(s) '%s' in SET clause",
                backend ? "Statement is not a multi-table UPDATE statement"
                        : "Backend does not support additional tables in the SET clause",
                name ? name->s : "");
  }
}

static void check_all_used(la_crud_state *s, const la_list *pairs) {
  la_buf b = LA_BUF_INIT;
  for (uint32_t i = 0; i < s->nparams; i++) {
    la_crud_param *p = &s->params[i];
    if (p->used || !p->from_stmt) continue;
    if (b.len) la_buf_puts(&b, ", ");
    la_buf_str(&b, p->key);
  }
  if (b.len && !s->insert) fail_other_table(s, pairs);
  if (b.len)
    la_ctx_fail(s->c, LA_EXC_CompileError, "Unconsumed column names: %s", la_buf_ok(&b) ? la_buf_cstr(&b) : "");
  la_buf_free(&b);
}

/* No column has a value, but many rows are to be inserted: the first column gets its default. */
static void put_metavalue(la_crud_state *s) {
  if (s->nitems || !s->c->opts->for_executemany || !LA_DATTR(s->c->d, supports_default_metavalue)) return;
  if (!s->insert || !la_columns_len(s->cols)) return;
  la_node *col = s->cols->v[0].col;
  la_piece *before = la_crud_item_begin(s, col);
  la_crud_put_name(s, col);
  la_crud_value(s);
  la_puts(s->c, s->c->d->default_metavalue);
  la_crud_done(s, before);
  s->metavalue_only = true;
}

static const la_list *first_values(la_crud_state *s) {
  if (!s->insert) return LA_AS(update, s->stmt)->values;
  const la_insert *n = LA_AS(insert, s->stmt);
  if (!s->multi) return n->values;
  return LA_AS(listnode, n->multi_values->v[0])->items;
}

static void delete_defaults(la_crud_state *s) {
  find_modifiers(s);
  if (!s->has_defaults_set) return;
  const la_list *supplemental = OF(s->stmt, supplemental);
  for (uint32_t i = 0; i < la_list_len(s->defaults); i++) la_vec_add(&s->c->implicit_returning, s->defaults->v[i]);
  for (uint32_t i = 0; i < la_list_len(supplemental); i++)
    la_vec_add_once(&s->c->implicit_returning, supplemental->v[i]);
}

static void open_texts(la_crud_state *s) {
  la_ctx *c = s->c;
  la_piece *before = la_piece_begin(c);
  s->values = la_piece_end(c, before);
  if (!s->insert) return;
  before = la_piece_begin(c);
  s->names = la_piece_end(c, before);
}

static void find_tables(la_crud_state *s) {
  la_ctx *c = s->c;
  la_node *primary = NULL;
  if (s->stmt->kind == LA_K_UPDATE && la_dml_extra_froms(&s->extra, &primary, s->stmt, c->err)) c->failed = true;
  s->include_table = s->extra.n && LA_DATTR(c->d, render_table_with_column_in_update_from);
  s->cols = la_from_columns(s->table, c->err);
  if (!s->cols) c->failed = true;
  if (s->insert && s->table->kind == LA_K_TABLE && LA_AS(table, s->table)->spec &&
      la_table_autoincrement_column(&s->autoincrement, s->table, c->err))
    c->failed = true;
}

static void print(la_crud_state *s, la_node *stmt, bool top, const la_kw *kw) {
  la_ctx *c = s->c;
  s->stmt = stmt;
  s->table = OF(stmt, table);
  s->kw = kw;
  s->top = top;
  s->cte = kw->visiting_cte != NULL;
  s->insert = stmt->kind == LA_K_INSERT;
  s->multi = s->insert && la_list_len(LA_AS(insert, stmt)->multi_values);
  if (la_list_len(OF(stmt, returning)) && OF(stmt, return_defaults))
    la_ctx_fail(c, LA_EXC_CompileError,
                "Can't compile statement that includes returning() and return_defaults() simultaneously");
  find_tables(s);
  if (c->failed) return;
  if (stmt->kind == LA_K_DELETE) {
    delete_defaults(s);
    return;
  }
  open_texts(s);
  const la_list *pairs = first_values(s);
  bool from_select = s->insert && la_list_len(LA_AS(insert, stmt)->select_names);
  bool valued = s->insert ? LA_AS(insert, stmt)->valued : LA_AS(update, stmt)->valued;
  if (!c->opts->has_column_keys && !la_list_len(pairs) && !from_select && !valued) {
    put_all_columns(s);
    return;
  }
  add_column_keys(s, pairs);
  add_values(s, pairs);
  if (s->extra.n) put_other_tables(s);
  find_modifiers(s);
  if (from_select)
    la_crud_scan_select(s);
  else
    scan(s, pairs);
  check_all_used(s, pairs);
  if (s->multi)
    la_crud_more_rows(s);
  else
    put_metavalue(s);
}

void la_crud_begin(la_crud_state *s, la_ctx *c, la_node *stmt, bool top, const la_kw *kw) {
  la_crud_state *around = c->setting;
  memset(s, 0, sizeof *s);
  s->by_key.arena = &c->work;
  s->c = c;
  c->setting = stmt->kind == LA_K_DELETE ? NULL : s;
  print(s, stmt, top, kw);
  c->setting = around;
}

void la_crud_end(la_crud_state *s) {
  la_piece_drop(s->c, s->names);
  la_piece_drop(s->c, s->values);
  la_vec_free(&s->extra);
  la_vec_free(&s->ahead);
  la_vec_free(&s->copied);
  la_map_free(&s->by_key);
  la_list_release(s->sentinel);
}
