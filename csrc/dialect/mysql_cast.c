/* mysql_cast.c - CAST(x AS SIGNED INTEGER), CAST(x AS CHAR(10)) …; a type that
 * MySQL cannot cast to leaves the operand as it is. */
#include "dialect/mysql_cast.h"

#include <string.h>

#include "compile/emit.h"
#include "compile/type.h"
#include "sql/expr.h"

/* A string type as CHAR. */
static const la_node *as_char(la_ctx *c, const la_node *t) {
  if (la_type_isa(t, LA_T_SQL_CHAR)) return t;
  bool own = la_type_isa(t, LA_T_MYSQL_STRINGTYPE);
  la_node *n = own ? la_node_copy(t) : la_type_new(LA_T_MYSQL_CHAR);
  if (!n) {
    la_ctx_nomem(c);
    return t;
  }
  LA_AS(type, n)->id = LA_T_MYSQL_CHAR;
  LA_AS(type, n)->length = LA_AS(type, t)->length;
  LA_AS(type, n)->bits &= ~LA_TB_NATIONAL;
  return la_ctx_keep(c, la_node_seal(n));
}

static void put_numeric(la_ctx *c, const la_node *t) {
  la_piece *before = la_piece_begin(c);
  la_put_type(c, t, NULL);
  la_piece *text = la_piece_end(c, before);
  const char *s = text ? la_buf_cstr(&text->b) : NULL;
  bool numeric = s && !strncmp(s, "NUMERIC", 7);
  if (numeric) la_puts(c, "DECIMAL");
  if (s) la_puts(c, numeric ? s + 7 : s);
  la_piece_drop(c, text);
}

/* The type in a CAST; false: there is no such CAST. */
static bool put_cast_type(la_ctx *c, const la_node *t) {
  static const la_type_id plain[] = {LA_T_SQL_DECIMAL, LA_T_DATETIME, LA_T_DATE, LA_T_TIME};
  if (la_type_isa(t, LA_T_INTEGER)) {
    la_puts(c, la_type_has(t, LA_TB_UNSIGNED) ? "UNSIGNED INTEGER" : "SIGNED INTEGER");
    return true;
  }
  if (la_type_isa(t, LA_T_SQL_TIMESTAMP)) {
    la_puts(c, "DATETIME");
    return true;
  }
  bool is_plain = la_type_isa(t, LA_T_FLOAT) && LA_DATTR(c->d, _support_float_cast);
  for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) is_plain = is_plain || la_type_isa(t, plain[i]);
  if (is_plain)
    la_put_type(c, t, NULL);
  else if (la_type_isa(t, LA_T_STRING) && !la_type_isa(t, LA_T_MYSQL_ENUM) && !la_type_isa(t, LA_T_MYSQL_SET))
    la_put_type(c, as_char(c, t), NULL);
  else if (la_type_isa(t, LA_T_ANYBINARY))
    la_puts(c, "BINARY");
  else if (la_type_isa(t, LA_T_SQL_JSON))
    la_puts(c, "JSON");
  else if (la_type_isa(t, LA_T_SQL_NUMERIC))
    put_numeric(c, t);
  else
    return false;
  return true;
}

/* Warns of a type that nothing is cast to; fails where the dialect has no such type at all. */
static void refuse_type(la_ctx *c, const la_node *t) {
  la_piece *before = la_piece_begin(c);
  la_put_type(c, t, NULL);
  la_piece *name = la_piece_end(c, before);
  if (!c->failed)
    la_ctx_warn(c, "Datatype %.*s does not support CAST on MySQL/MariaDb; the CAST will be skipped.", (int)name->b.len,
                name->b.s ? name->b.s : "");
  la_piece_drop(c, name);
}

void la_mysql_emit_cast(la_ctx *c, la_node *n, const la_kw *kw) {
  la_cast *cast = LA_AS(cast, n);
  la_node *impl = NULL, *operand = NULL;
  if (cast->try_) {
    la_ctx_unsupported(c, "TryCast");
    return;
  }
  if (la_type_impl(&impl, n->type, c->d, c->host, c->err) || !la_ctx_keep(c, impl)) {
    c->failed = true;
    return;
  }
  la_piece *before = la_piece_begin(c);
  bool known = put_cast_type(c, la_type_unwrap(impl));
  la_piece *type = la_piece_end(c, before);
  if (known) {
    la_puts(c, "CAST(");
    la_emit(c, cast->clause, kw);
    la_puts(c, " AS ");
    la_piece_add(c, type);
    la_putc(c, ')');
  } else {
    refuse_type(c, n->type);
    if (!c->failed && la_expr_self_group(&operand, cast->clause, LA_OP_NONE, c->err)) c->failed = true;
    if (!c->failed) la_emit(c, la_ctx_keep(c, operand), kw);
  }
  la_piece_drop(c, type);
}
