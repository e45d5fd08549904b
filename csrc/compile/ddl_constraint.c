/* ddl_constraint.c - constraints, within CREATE TABLE and in ALTER TABLE. */
#include <string.h>
#include <strings.h>

#include "compile/custom.h"
#include "compile/ddl.h"
#include "compile/emit.h"
#include "compile/type.h"

/* ---- which are part of CREATE TABLE ---- */

/* Is the type that brought the CHECK the one that the column has on this dialect? */
static bool is_its_type(const la_ctx *c, const la_constraint *k) {
  const la_node *type = la_list_len(k->columns) ? k->columns->v[0]->type : NULL;
  if (!la_is(type, LA_K_TYPE) || !LA_AS(type, type)->variants) return true;
  type = la_type_variant(type, c->d->name);
  return type == k->bound_type || LA_AS(type, type)->item == k->bound_type || !la_is(k->bound_type, LA_K_TYPE) ||
         la_type_unwrap(type) == k->bound_type;
}

/* Does the dialect need the CHECK of an Enum or Boolean? */
static bool needs_check(const la_ctx *c, const la_constraint *k) {
  if (!k->bound_type) return true;
  if (!is_its_type(c, k)) return false;
  if (la_type_isa(k->bound_type, LA_T_BOOLEAN))
    return !LA_DATTR(c->d, supports_native_boolean) && LA_DATTR(c->d, non_native_boolean_check_constraint);
  return !la_type_has(k->bound_type, LA_TB_NATIVE_ENUM) || !LA_DATTR(c->d, supports_native_enum);
}

static bool has(const la_list *l, const la_node *n) {
  for (uint32_t i = 0; i < la_list_len(l); i++)
    if (l->v[i] == n) return true;
  return false;
}

bool la_ddl_is_created(const la_ctx *c, const la_ddl *create, const la_node *constraint) {
  const la_constraint *k = LA_AS(constraint, constraint);
  if (k->isolated || has(create->omit, constraint)) return false;
  if (k->ckind == LA_CK_FOREIGN_KEY && create->has_parts && !has(create->parts, constraint)) return false;
  return (!k->use_alter || !LA_DATTR(c->d, supports_alter)) && needs_check(c, k);
}

/* ---- pieces ---- */

void la_ddl_preamble(la_ctx *c, const la_node *constraint) {
  size_t at = la_here(c);
  la_puts(c, "CONSTRAINT ");
  if (la_ddl_name(c, constraint))
    la_putc(c, ' ');
  else
    la_back(c, at);
}

void la_ddl_columns(la_ctx *c, const la_list *columns) {
  for (uint32_t i = 0; i < la_list_len(columns); i++) {
    if (i) la_puts(c, ", ");
    la_put_name(c, LA_AS(column, columns->v[i])->name);
  }
}

void la_ddl_phrase(la_ctx *c, const la_str *word, const char *const *accepted, const char *pattern) {
  for (; *accepted; accepted++)
    if (!strcasecmp(word->s, *accepted)) {
      la_buf_str(&c->out->b, word);
      return;
    }
  la_ctx_fail(c, LA_EXC_CompileError, "Unexpected SQL phrase: '%s' (matching against '%s')", word->s, pattern);
}

void la_ddl_deferrability(la_ctx *c, const la_node *constraint) {
  static const char *const words[] = {"DEFERRED", "IMMEDIATE", NULL};
  const la_constraint *k = LA_AS(constraint, constraint);
  if (k->deferrable) la_puts(c, k->deferrable == LA_TRI_YES ? " DEFERRABLE" : " NOT DEFERRABLE");
  if (!k->initially) return;
  la_puts(c, " INITIALLY ");
  la_ddl_phrase(c, k->initially, words, "^(?:DEFERRED|IMMEDIATE)$");
}

/* ---- primary keys ---- */

/* The columns of a primary key that nobody wrote down: the one that numbers itself is the first. */
static void put_implicit_key(la_ctx *c, const la_constraint *k) {
  la_node *first;
  if (la_table_autoincrement_column(&first, k->table, c->err)) {
    c->failed = true;
    return;
  }
  if (first) la_put_name(c, LA_AS(column, first)->name);
  bool any = first != NULL;
  for (uint32_t i = 0; i < la_list_len(k->columns); i++) {
    if (k->columns->v[i] == first) continue;
    if (any) la_puts(c, ", ");
    la_put_name(c, LA_AS(column, k->columns->v[i])->name);
    any = true;
  }
}

void la_ddl_primary_key_body(la_ctx *c, la_node *constraint) {
  const la_constraint *k = LA_AS(constraint, constraint);
  la_puts(c, "PRIMARY KEY (");
  if (k->implicit)
    put_implicit_key(c, k);
  else
    la_ddl_columns(c, k->columns);
  la_putc(c, ')');
}

bool la_ddl_primary_key(la_ctx *c, la_node *constraint) {
  if (!la_list_len(LA_AS(constraint, constraint)->columns)) return true;
  la_ddl_preamble(c, constraint);
  la_ddl_primary_key_body(c, constraint);
  la_ddl_deferrability(c, constraint);
  return true;
}

/* ---- foreign keys ---- */

/* "SET NULL (a, b)": what PostgreSQL adds. */
static bool sets_columns(const la_str *word) {
  static const char *const begins[] = {"SET NULL", "SET DEFAULT", NULL};
  for (const char *const *b = begins; *b; b++) {
    size_t n = strlen(*b), len = word->len;
    if (len < n + 3 || strncasecmp(word->s, *b, n) || word->s[len - 1] != ')') continue;
    const char *s = word->s + n;
    while (*s == ' ' || *s == '\t' || *s == '\n') s++;
    if (*s == '(' && s + 2 < word->s + len) return true;
  }
  return false;
}

static void put_cascade(la_ctx *c, const char *on, const la_str *word, bool columns) {
  static const char *const words[] = {"RESTRICT", "CASCADE", "SET NULL", "NO ACTION", "SET DEFAULT", NULL};
  if (!word) return;
  la_puts(c, on);
  if (columns && sets_columns(word))
    la_buf_str(&c->out->b, word);
  else
    la_ddl_phrase(c, word, words,
                  columns ? "^(?:RESTRICT|CASCADE|SET (?:NULL|DEFAULT)(?:\\\\s*\\\\(.+\\\\))?|NO ACTION)$"
                          : "^(?:RESTRICT|CASCADE|SET NULL|NO ACTION|SET DEFAULT)$");
}

void la_ddl_cascades(la_ctx *c, la_node *constraint) {
  const la_constraint *k = LA_AS(constraint, constraint);
  put_cascade(c, " ON DELETE ", k->ondelete, la_ddl_flags(c) & LA_DDL_SET_COLUMNS);
  put_cascade(c, " ON UPDATE ", k->onupdate, false);
}

static void put_remote(la_ctx *c, const la_constraint *k) {
  la_node *column;
  for (uint32_t i = 0; i < la_list_len(k->elements) && !c->failed; i++) {
    if (la_fk_column(&column, k->elements->v[i], c->err)) {
      c->failed = true;
      return;
    }
    if (!i) {
      la_put_table(c, LA_AS(column, column)->table, !(la_ddl_flags(c) & LA_DDL_LOCAL_SCHEMA));
      la_puts(c, " (");
    } else {
      la_puts(c, ", ");
    }
    la_put_name(c, LA_AS(column, column)->name);
  }
  la_putc(c, ')');
}

/* FOREIGN KEY(a) REFERENCES t (b) MATCH … ON DELETE … */
bool la_ddl_foreign_key(la_ctx *c, la_node *constraint) {
  const la_constraint *k = LA_AS(constraint, constraint);
  la_ddl_preamble(c, constraint);
  la_puts(c, "FOREIGN KEY(");
  for (uint32_t i = 0; i < la_list_len(k->elements); i++) {
    if (i) la_puts(c, ", ");
    const la_node *parent = LA_AS(foreign_key, k->elements->v[i])->parent;
    la_put_name(c, LA_AS(column, parent)->name);
  }
  la_puts(c, ") REFERENCES ");
  put_remote(c, k);
  LA_DDL_EMIT(c, match, constraint);
  LA_DDL_EMIT(c, cascades, constraint);
  la_ddl_deferrability(c, constraint);
  return true;
}

/* ---- the others ---- */

bool la_ddl_unique(la_ctx *c, la_node *constraint) {
  const la_constraint *k = LA_AS(constraint, constraint);
  if (!la_list_len(k->columns)) return true;
  la_ddl_preamble(c, constraint);
  la_puts(c, "UNIQUE (");
  la_ddl_columns(c, k->columns);
  la_putc(c, ')');
  la_ddl_deferrability(c, constraint);
  return true;
}

bool la_ddl_check(la_ctx *c, la_node *constraint) {
  const la_constraint *k = LA_AS(constraint, constraint);
  la_ddl_preamble(c, constraint);
  la_puts(c, "CHECK (");
  if (k->expressions) la_ddl_expression(c, k->expressions->v[0]);
  la_putc(c, ')');
  la_ddl_deferrability(c, constraint);
  return true;
}

static bool put_constraint(la_ctx *c, la_node *constraint) {
  const la_constraint *k = LA_AS(constraint, constraint);
  switch ((la_constraint_kind)k->ckind) {
    case LA_CK_PRIMARY_KEY: return LA_DDL_CONSTRAINT(c, primary_key, constraint);
    case LA_CK_FOREIGN_KEY: return LA_DDL_CONSTRAINT(c, foreign_key, constraint);
    case LA_CK_UNIQUE: return LA_DDL_CONSTRAINT(c, unique, constraint);
    case LA_CK_EXCLUDE: return LA_DDL_CONSTRAINT(c, exclude, constraint);
    default: break;
  }
  return k->table ? LA_DDL_CONSTRAINT(c, check, constraint) : LA_DDL_CONSTRAINT(c, column_check, constraint);
}

void la_emit_constraint(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  put_constraint(c, n);
}

bool la_ddl_any_constraint(la_ctx *c, la_node *constraint) {
  size_t at = la_here(c);
  if (la_custom_kind(c, LA_K_CONSTRAINT) && la_custom_emit(c, constraint, &la_kw_none)) return la_here(c) > at;
  return put_constraint(c, constraint);
}

/* ALTER TABLE t DROP CONSTRAINT name */
void la_ddl_drop_constraint(la_ctx *c, la_node *ddl) {
  const la_ddl *d = LA_AS(ddl, ddl);
  const la_constraint *k = LA_AS(constraint, d->element);
  la_puts(c, "ALTER TABLE ");
  if (k->table) la_put_table(c, k->table, true);
  la_puts(c, d->if_exists ? " DROP CONSTRAINT IF EXISTS " : " DROP CONSTRAINT ");
  if (!la_ddl_name(c, d->element))
    la_ctx_fail(c, LA_EXC_CompileError, "Can't emit DROP CONSTRAINT for constraint %s(); it has no name",
                la_constraint_class(d->element));
  if (d->cascade) la_puts(c, " CASCADE");
}
