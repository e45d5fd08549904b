/* crud_default.c - columns that get no value from the statement: their defaults,
 * and which of them are to be fetched back. */
#include "compile/crud.h"

#include "compile/emit.h"
#include "sql/columns.h"
#include "sql/expr.h"
#include "sql/schema.h"
#include "sql/select.h"

la_node *la_crud_default_of(const la_node *column) {
  const la_column_spec *spec = la_column_spec_of(column);
  return spec ? spec->default_ : NULL;
}

bool la_crud_uses_sequence(const la_ctx *c, const la_node *sequence) {
  return LA_DATTR(c->d, supports_sequences) &&
         (!LA_AS(sequence, sequence)->optional || !LA_DATTR(c->d, sequences_optional));
}

static bool is_expression(const la_node *dflt) {
  return la_is(dflt, LA_K_COLUMN_DEFAULT) && LA_AS(column_default, dflt)->arg;
}

la_node *la_crud_default_expr(la_ctx *c, const la_node *dflt) {
  la_node *n = la_node_retain(LA_AS(column_default, dflt)->arg);
  if (la_schema_hold(&n, c->err)) c->failed = true;
  return la_ctx_keep(c, n);
}

/* ---- items ---- */

static void put_sequence(la_crud_state *s, la_node *column, la_node *sequence) {
  la_piece *before = la_crud_item_begin(s, column);
  la_crud_put_name(s, column);
  la_crud_value(s);
  la_emit(s->c, sequence, s->kw);
  la_crud_done(s, before);
}

static void put_expression(la_crud_state *s, la_node *column, la_node *dflt) {
  la_piece *before = la_crud_item_begin(s, column);
  la_crud_put_name(s, column);
  la_crud_value(s);
  la_crud_put_expr(s, la_crud_default_expr(s->c, dflt));
  la_crud_done(s, before);
}

/* A value that is computed before the statement is executed. */
static void put_prefetch(la_crud_state *s, la_node *column, la_str *name) {
  la_piece *before = la_crud_item_begin(s, column);
  la_crud_put_name(s, column);
  la_crud_value(s);
  la_crud_put_bind(s, column, name, false);
  la_crud_done(s, before);
  la_crud_note_prefetch(s, column, name);
}

/* ---- INSERT ---- */

/* Tells the user that nothing gives a column of the key its value. */
static void warn_of_no_value(la_crud_state *s, const la_node *column) {
  const la_column *k = LA_AS(column, column);
  if (!la_is(k->table, LA_K_TABLE)) return;
  const la_table *t = LA_AS(table, k->table);
  const char *schema = t->schema ? t->schema->s : "", *dot = *schema ? "." : "";
  uint32_t npks = 0;
  for (uint32_t i = 0; i < la_columns_len(s->cols); i++) npks += la_column_is_pk(s->cols->v[i].col);
  la_ctx_warn(s->c,
              "Column '%s%s%s.%s' is marked as a member of the primary key for table '%s%s%s', but has no Python-side "
              "or server-side default generator indicated, nor does it indicate 'autoincrement=True' or "
              "'nullable=True', and no explicit value is passed.  Primary key columns typically may not store NULL.%s",
              schema, dot, t->name->s, k->name->s, schema, dot, t->name->s,
              npks < 2 ? ""
                       : " Note that as of SQLAlchemy 1.1, 'autoincrement=True' must be indicated explicitly for "
                         "composite (e.g. multicolumn) primary keys if AUTO_INCREMENT/SERIAL/IDENTITY behavior is "
                         "expected for one of the columns in the primary key. CREATE TABLE statements are impacted by "
                         "this change as well on most backends.");
}

static void pk_returning(la_crud_state *s, la_node *column, const la_column_spec *spec) {
  la_ctx *c = s->c;
  la_node *dflt = spec->default_;
  if (la_is(dflt, LA_K_SEQUENCE)) {
    if (la_crud_uses_sequence(c, dflt)) put_sequence(s, column, dflt);
    la_vec_add(&c->implicit_returning, column);
  } else if (is_expression(dflt)) {
    put_expression(s, column, dflt);
    la_vec_add(&c->implicit_returning, column);
  } else if (dflt) {
    put_prefetch(s, column, LA_AS(column, column)->key);
  } else if (column == s->autoincrement || spec->server_default) {
    la_vec_add(&c->implicit_returning, column);
  } else if (!spec->nullable) {
    warn_of_no_value(s, column);
  }
}

/* Is the key's value to be had before the INSERT, from a default or a sequence that is asked first? */
static bool is_preexecuted(la_crud_state *s, la_node *column, const la_column_spec *spec) {
  const la_dialect_inst *d = s->c->d;
  la_node *dflt = spec->default_;
  bool sequence = la_is(dflt, LA_K_SEQUENCE);
  if (dflt && (!sequence || la_crud_uses_sequence(s->c, dflt))) return true;
  if (column != s->autoincrement || LA_DATTR(d, postfetch_lastrowid)) return false;
  return sequence ? LA_DATTR(d, supports_sequences) : !dflt && LA_DATTR(d, preexecute_autoincrement_sequences);
}

static void pk_without_returning(la_crud_state *s, la_node *column, const la_column_spec *spec) {
  if (is_preexecuted(s, column, spec))
    put_prefetch(s, column, LA_AS(column, column)->key);
  else if (!spec->default_ && !spec->server_default && !spec->nullable && column != s->autoincrement)
    warn_of_no_value(s, column);
  else if (LA_DATTR(s->c->d, postfetch_lastrowid))
    s->c->crud.postfetch_lastrowid = true;
}

static void fetch_back(la_crud_state *s, la_node *column) {
  if (la_crud_defaults_have(s, column))
    la_vec_add(&s->c->implicit_returning, column);
  else if (!la_column_is_pk(column))
    la_vec_add(&s->c->postfetch, column);
}

static void with_default(la_crud_state *s, la_node *column, la_node *dflt) {
  if (la_is(dflt, LA_K_SEQUENCE)) {
    if (!la_crud_uses_sequence(s->c, dflt)) return;
    put_sequence(s, column, dflt);
    fetch_back(s, column);
  } else if (is_expression(dflt)) {
    put_expression(s, column, dflt);
    fetch_back(s, column);
  } else {
    put_prefetch(s, column, LA_AS(column, column)->key);
  }
}

void la_crud_insert_default(la_crud_state *s, la_node *column) {
  const la_column_spec *spec = la_column_spec_of(column);
  if (spec && spec->primary_key && s->need_pks) {
    if (s->returns)
      pk_returning(s, column, spec);
    else
      pk_without_returning(s, column, spec);
  } else if (spec && spec->default_) {
    la_node *dflt = spec->default_;
    bool sentinel = la_is(dflt, LA_K_COLUMN_DEFAULT) && LA_AS(column_default, dflt)->is_sentinel;
    if (!sentinel || s->sentinel) with_default(s, column, dflt);
  } else if (spec && spec->server_default) {
    fetch_back(s, column);
  } else if (la_crud_defaults_have(s, column)) {
    la_vec_add(&s->c->implicit_returning, column);
  } else if (spec && spec->primary_key && column != s->autoincrement && !spec->nullable) {
    warn_of_no_value(s, column);
  }
}

/* ---- UPDATE ---- */

/* A column of an alias has no onupdate. */
static const la_column_spec *own_spec(const la_node *column) {
  const la_node *spec = la_is(column, LA_K_COLUMN) ? LA_AS(column, column)->spec : NULL;
  return spec ? LA_AS(column_spec, spec) : NULL;
}

void la_crud_update_default(la_crud_state *s, la_node *column, la_str *bind_name, bool other_table) {
  const la_column_spec *spec = own_spec(column);
  la_ctx *c = s->c;
  la_node *onupdate = spec ? spec->onupdate : NULL;
  bool returned = !other_table && la_crud_defaults_have(s, column);
  if (onupdate && onupdate->kind != LA_K_SEQUENCE) {
    if (is_expression(onupdate)) {
      put_expression(s, column, onupdate);
      la_vec_add(returned ? &c->implicit_returning : &c->postfetch, column);
    } else {
      put_prefetch(s, column, bind_name ? bind_name : LA_AS(column, column)->key);
    }
  } else if (spec && spec->server_onupdate) {
    la_vec_add(returned ? &c->implicit_returning : &c->postfetch, column);
  } else if (returned && (la_list_len(s->defaults) || !LA_AS(update, s->stmt)->return_defaults)) {
    la_vec_add(&c->implicit_returning, column);
  }
}

/* ---- INSERT … SELECT ---- */

static la_node *sequence_value(la_ctx *c, la_node *sequence) {
  la_node *n = la_node_new(LA_K_NEXT_VALUE);
  if (!n) {
    la_ctx_nomem(c);
    return NULL;
  }
  la_set_node(&LA_AS(next_value, n)->sequence, sequence);
  la_set_type(n, LA_AS(sequence, sequence)->data_type);
  if (!n->type) la_set_type(n, la_type_simple(LA_T_INTEGER));
  return la_ctx_keep(c, la_node_seal(n));
}

/* The default of a column as a column of the SELECT; NULL: none. */
static la_node *select_default(la_crud_state *s, la_node *column, la_node *dflt) {
  la_ctx *c = s->c;
  la_node *n = NULL;
  if (la_is(dflt, LA_K_SEQUENCE)) return la_crud_uses_sequence(c, dflt) ? sequence_value(c, dflt) : NULL;
  if (is_expression(dflt)) {
    la_node *expr = la_crud_default_expr(c, dflt);
    if (!expr) return NULL;
    if (la_expr_self_group(&n, expr, LA_OP_NONE, c->err)) c->failed = true;
    return n ? la_ctx_keep(c, n) : NULL;
  }
  la_bind_opts o = {LA_AS(column, column)->key, column->type, false, false, false, false, false, NULL};
  if (la_bind_new(&n, &o, NULL, c->err)) {
    c->failed = true;
    return NULL;
  }
  LA_AS(bind, n)->role = LA_BIND_CRUD;
  la_crud_note_prefetch(s, column, LA_AS(column, column)->key);
  return la_ctx_keep(c, n);
}

static void put_name_only(la_crud_state *s, la_node *column) {
  la_piece *before = la_crud_item_begin(s, column);
  la_crud_put_name(s, column);
  la_crud_value(s);
  la_crud_done(s, before);
}

/* Adds the columns of defaults to the SELECT. */
static void extend_select(la_crud_state *s, la_vec *added, la_vec *columns) {
  la_ctx *c = s->c;
  la_level *level = la_level_top(c);
  if (!added->n || !level) return;
  if (level->from_select->kind != LA_K_SELECT) {
    la_buf b = LA_BUF_INIT;
    for (uint32_t i = 0; i < columns->n; i++)
      la_buf_printf(&b, "%s'%s'", i ? ", " : "", LA_AS(column, columns->v[i])->name->s);
    la_ctx_fail(c, LA_EXC_CompileError,
                "Can't extend statement for INSERT..FROM SELECT to include additional default-holding column(s) %s.  "
                "Convert the selectable to a subquery() first, or pass include_defaults=False to Insert.from_select() "
                "to skip these columns.",
                la_buf_ok(&b) ? la_buf_cstr(&b) : "");
    la_buf_free(&b);
    return;
  }
  la_node *n = la_node_copy(level->from_select);
  if (!n) {
    la_ctx_nomem(c);
    return;
  }
  la_list *l = la_list_append(LA_AS(select, n)->raw_columns, added->v, added->n);
  if (!l) la_ctx_nomem(c);
  la_give_list(&LA_AS(select, n)->raw_columns, l);
  level->from_select = la_ctx_keep(c, la_node_seal(n));
}

void la_crud_scan_select(la_crud_state *s) {
  la_ctx *c = s->c;
  la_insert *n = LA_AS(insert, s->stmt);
  la_vec cols = LA_VEC_INIT, added = LA_VEC_INIT, for_ = LA_VEC_INIT;
  for (uint32_t i = 0; i < la_list_len(n->select_names); i++) {
    la_node *key = n->select_names->v[i];
    const la_str *name = key->kind == LA_K_STR ? LA_AS(strnode, key)->s : la_name_key(&c->names, la_name_identity(key));
    la_node *col = name ? la_columns_get(s->cols, name->s, name->len) : NULL;
    if (!col)
      la_ctx_fail(c, LA_EXC_CompileError, "Unconsumed column names: %s", name ? name->s : "");
    else
      la_vec_add(&cols, col);
  }
  for (uint32_t i = 0; i < cols.n; i++) put_name_only(s, cols.v[i]);
  for (uint32_t i = 0; n->include_defaults && i < la_columns_len(s->cols); i++) {
    la_node *col = s->cols->v[i].col, *dflt = la_crud_default_of(col);
    bool sentinel = la_is(dflt, LA_K_COLUMN_DEFAULT) && LA_AS(column_default, dflt)->is_sentinel;
    if (!dflt || sentinel || la_vec_has(&cols, col)) continue;
    la_node *value = select_default(s, col, dflt);
    if (!value) continue;
    put_name_only(s, col);
    la_vec_add(&added, value);
    la_vec_add(&for_, col);
  }
  for (uint32_t i = 0; i < s->nparams; i++) s->params[i].used = true;
  extend_select(s, &added, &for_);
  la_vec_free(&cols);
  la_vec_free(&added);
  la_vec_free(&for_);
}
