/* ddl_index.c - CREATE and DROP INDEX; names of constraints and indexes. */
#include "base/md5.h"
#include "compile/ddl.h"

/* ---- names ---- */

static size_t count_chars(const la_str *s) {
  size_t n = 0;
  for (uint32_t i = 0; i < s->len; i++) n += (s->s[i] & 0xc0) != 0x80;
  return n;
}

static size_t bytes_of(const la_str *s, size_t chars) {
  size_t i = 0;
  for (; i < s->len; i++) {
    if ((s->s[i] & 0xc0) == 0x80) continue;
    if (!chars--) break;
  }
  return i;
}

/* "<beginning>_<end of its digest>" */
static void put_shortened(la_ctx *c, const la_str *name, size_t max) {
  char digest[33];
  la_md5_hex(digest, name->s, name->len);
  la_str *now = la_str_format("%.*s_%s", (int)bytes_of(name, max > 8 ? max - 8 : 0), name->s, digest + 28);
  if (!now) {
    la_ctx_nomem(c);
    return;
  }
  now->quote = name->quote;
  la_put_name(c, now);
  la_str_release(now);
}

void la_ddl_put_cut(la_ctx *c, const la_str *name, bool index) {
  int max = index ? LA_DATTR(c->d, max_index_name_length) : LA_DATTR(c->d, max_constraint_name_length);
  int longest = LA_DATTR(c->d, max_identifier_length);
  if (max <= 0) max = longest;
  size_t n = count_chars(name);
  if (name->flags & LA_STR_CUT && n > (size_t)max) {
    put_shortened(c, name, (size_t)max);
    return;
  }
  if (!(name->flags & LA_STR_CUT) && n > (size_t)longest)
    la_ctx_fail(c, LA_EXC_IdentifierError, "Identifier '%s' exceeds maximum length of %d characters", name->s, longest);
  la_put_name(c, name);
}

bool la_ddl_name(la_ctx *c, const la_node *item) {
  if (la_is(item, LA_K_INDEX)) {
    if (LA_AS(index, item)->name) la_ddl_put_cut(c, LA_AS(index, item)->name, true);
    return LA_AS(index, item)->name != NULL;
  }
  const la_constraint *k = LA_AS(constraint, item);
  if (k->name) {
    la_ddl_put_cut(c, k->name, false);
    return true;
  }
  if (k->unnamed == 2)
    la_ctx_fail(c, LA_EXC_InvalidRequestError,
                "Naming convention including %%(constraint_name)s token requires that constraint is explicitly named.");
  return false;
}

void la_ddl_index_name(la_ctx *c, const la_node *index, bool schema) {
  la_node *table = LA_AS(index, index)->table;
  const la_str *s = schema && table ? la_ctx_schema(c, table, LA_AS(table, table)->schema) : NULL;
  if (s) {
    la_put_schema(c, s);
    la_putc(c, '.');
  }
  la_ddl_name(c, index);
}

/* ---- CREATE INDEX ---- */

void la_ddl_check_index(la_ctx *c, const la_node *index) {
  const la_index *x = LA_AS(index, index);
  if (!x->table)
    la_ctx_fail(c, LA_EXC_CompileError, "Index '%s' is not associated with any table.", x->name ? x->name->s : "None");
  else if (!x->name)
    la_ctx_fail(c, LA_EXC_CompileError, "CREATE INDEX requires that the index have a name");
}

void la_ddl_check_dropped(la_ctx *c, const la_node *index, bool of_table) {
  const la_index *x = LA_AS(index, index);
  if (!x->name)
    la_ctx_fail(c, LA_EXC_CompileError, "DROP INDEX requires that the index have a name");
  else if (of_table && !x->table)
    la_ctx_fail(c, LA_EXC_CompileError, "Index '%s' is not associated with any table.", x->name->s);
}

void la_ddl_index_expressions(la_ctx *c, const la_node *index) {
  const la_list *l = LA_AS(index, index)->expressions;
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    if (i) la_puts(c, ", ");
    la_ddl_expression(c, l->v[i]);
  }
}

static la_node *include_column(la_ctx *c, const la_node *table, la_node *item) {
  if (la_is(item, LA_K_LINK)) return LA_AS(link, item)->item;
  if (!la_is(item, LA_K_STR)) return item;
  const la_str *key = LA_AS(strnode, item)->s;
  la_node *column = la_columns_get(LA_AS(table, table)->columns, key->s, key->len);
  if (!column)
    la_ctx_fail(c, LA_EXC_ConstraintColumnNotFoundError, "table '%s' has no column '%s' to include",
                LA_AS(table, table)->name->s, key->s);
  return column;
}

void la_ddl_include(la_ctx *c, const la_node *table, const la_node *list) {
  const la_list *l = la_is(list, LA_K_LIST) ? LA_AS(listnode, list)->items : NULL;
  if (!la_list_len(l)) return;
  la_puts(c, " INCLUDE (");
  for (uint32_t i = 0; i < l->n && !c->failed; i++) {
    if (i) la_puts(c, ", ");
    const la_node *column = include_column(c, table, l->v[i]);
    if (la_is(column, LA_K_COLUMN)) la_put_name(c, LA_AS(column, column)->name);
  }
  la_putc(c, ')');
}

void la_ddl_where(la_ctx *c, la_node *where) {
  if (!where || la_is(where, LA_K_CONST)) return;
  la_puts(c, " WHERE ");
  if (la_is(where, LA_K_STR))
    la_put_escaped(c, LA_AS(strnode, where)->s->s, LA_AS(strnode, where)->s->len);
  else
    la_ddl_expression(c, where);
}

void la_ddl_create_index(la_ctx *c, la_node *ddl) {
  const la_ddl *d = LA_AS(ddl, ddl);
  const la_index *x = LA_AS(index, d->element);
  la_ddl_check_index(c, d->element);
  if (c->failed) return;
  la_puts(c, x->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
  if (d->if_not_exists) la_puts(c, "IF NOT EXISTS ");
  la_ddl_index_name(c, d->element, false);
  la_puts(c, " ON ");
  la_put_table(c, x->table, true);
  la_puts(c, " (");
  la_ddl_index_expressions(c, d->element);
  la_putc(c, ')');
}

void la_ddl_drop_index(la_ctx *c, la_node *ddl) {
  const la_ddl *d = LA_AS(ddl, ddl);
  la_ddl_check_dropped(c, d->element, false);
  if (c->failed) return;
  la_puts(c, d->if_exists ? "\nDROP INDEX IF EXISTS " : "\nDROP INDEX ");
  la_ddl_index_name(c, d->element, true);
}
