/* ansi.c - the standard: what fills the holes of every dialect. */
#include "compile/bind.h"
#include "compile/ddl.h"
#include "compile/emit.h"
#include "compile/quote.h"
#include "compile/type.h"

static const char *const op_text[LA_OP_COUNT] = {
    [LA_OP_AND] = " AND ",
    [LA_OP_OR] = " OR ",
    [LA_OP_ADD] = " + ",
    [LA_OP_MUL] = " * ",
    [LA_OP_SUB] = " - ",
    [LA_OP_NEG] = "-",
    [LA_OP_LT] = " < ",
    [LA_OP_LE] = " <= ",
    [LA_OP_NE] = " != ",
    [LA_OP_GT] = " > ",
    [LA_OP_GE] = " >= ",
    [LA_OP_EQ] = " = ",
    [LA_OP_IS_DISTINCT_FROM] = " IS DISTINCT FROM ",
    [LA_OP_IS_NOT_DISTINCT_FROM] = " IS NOT DISTINCT FROM ",
    [LA_OP_CONCAT] = " || ",
    [LA_OP_MATCH] = " MATCH ",
    [LA_OP_NOT_MATCH] = " NOT MATCH ",
    [LA_OP_IN] = " IN ",
    [LA_OP_NOT_IN] = " NOT IN ",
    [LA_OP_COMMA] = ", ",
    [LA_OP_FROM] = " FROM ",
    [LA_OP_AS] = " AS ",
    [LA_OP_IS] = " IS ",
    [LA_OP_IS_NOT] = " IS NOT ",
    [LA_OP_COLLATE] = " COLLATE ",
    [LA_OP_EXISTS] = "EXISTS ",
    [LA_OP_DISTINCT] = "DISTINCT ",
    [LA_OP_INV] = "NOT ",
    [LA_OP_ANY] = "ANY ",
    [LA_OP_ALL] = "ALL ",
    [LA_OP_DESC] = " DESC",
    [LA_OP_ASC] = " ASC",
    [LA_OP_NULLS_FIRST] = " NULLS FIRST",
    [LA_OP_NULLS_LAST] = " NULLS LAST",
    [LA_OP_BITWISE_XOR] = " ^ ",
    [LA_OP_BITWISE_OR] = " | ",
    [LA_OP_BITWISE_AND] = " & ",
    [LA_OP_BITWISE_NOT] = "~",
    [LA_OP_LSHIFT] = " << ",
    [LA_OP_RSHIFT] = " >> ",
};

static const la_emit_fn op_emit[LA_OP_COUNT] = {
    [LA_OP_MOD] = la_emit_mod,
    [LA_OP_TRUEDIV] = la_emit_truediv,
    [LA_OP_FLOORDIV] = la_emit_floordiv,
    [LA_OP_IS_TRUE] = la_emit_is_true,
    [LA_OP_IS_FALSE] = la_emit_is_false,
    [LA_OP_NOT_MATCH] = la_emit_not_match,
    [LA_OP_NOT_IN] = la_emit_not_in,
    [LA_OP_BETWEEN] = la_emit_between,
    [LA_OP_NOT_BETWEEN] = la_emit_between,
    [LA_OP_CUSTOM] = la_emit_custom_op,
    [LA_OP_FUNCTION_AS_COMPARISON] = la_emit_function_as_comparison,
    [LA_OP_REGEXP_MATCH] = la_emit_no_regexp,
    [LA_OP_NOT_REGEXP_MATCH] = la_emit_no_regexp,
    [LA_OP_REGEXP_REPLACE] = la_emit_no_regexp_replace,
    [LA_OP_LIKE] = la_emit_like,
    [LA_OP_NOT_LIKE] = la_emit_like,
    [LA_OP_ILIKE] = la_emit_like,
    [LA_OP_NOT_ILIKE] = la_emit_like,
    [LA_OP_CONTAINS] = la_emit_like,
    [LA_OP_NOT_CONTAINS] = la_emit_like,
    [LA_OP_ICONTAINS] = la_emit_like,
    [LA_OP_NOT_ICONTAINS] = la_emit_like,
    [LA_OP_STARTSWITH] = la_emit_like,
    [LA_OP_NOT_STARTSWITH] = la_emit_like,
    [LA_OP_ISTARTSWITH] = la_emit_like,
    [LA_OP_NOT_ISTARTSWITH] = la_emit_like,
    [LA_OP_ENDSWITH] = la_emit_like,
    [LA_OP_NOT_ENDSWITH] = la_emit_like,
    [LA_OP_IENDSWITH] = la_emit_like,
    [LA_OP_NOT_IENDSWITH] = la_emit_like,
};

static void emit_nothing(la_ctx *c, la_node *n, const la_kw *kw) { (void)c, (void)n, (void)kw; }

static void emit_for_update(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)n, (void)kw;
  la_puts(c, " FOR UPDATE");
}

static void ignore_hint(la_ctx *c, size_t at, la_node *table, const la_str *hint, bool crud) {
  (void)c, (void)at, (void)table, (void)hint, (void)crud;
}

static void no_empty_set(la_ctx *c, la_node *const *types, uint32_t n) {
  (void)types, (void)n;
  la_ctx_fail(c, LA_EXC_CompileError, "Dialect '%s' does not support empty set expression.", c->d->name);
}

static void no_sequence(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)n, (void)kw;
  la_ctx_fail(c, LA_EXC_CompileError, "Dialect '%s' does not support sequence increments.", c->d->name);
}

static const la_hooks hooks = {
    .precolumns = la_emit_precolumns,
    .order_by = la_emit_order_by,
    .row_limit = la_emit_row_limit,
    .limit = la_emit_limit,
    .fetch = la_emit_fetch,
    .for_update = emit_for_update,
    .default_from = emit_nothing,
    .returning = la_emit_returning,
    .from_hint = ignore_hint,
    .update_tables = la_emit_update_table,
    .update_from = la_emit_no_update_from,
    .delete_table = la_emit_delete_table,
    .delete_from = la_emit_no_delete_from,
    .dml_limit = emit_nothing,
    .empty_set = no_empty_set,
    .sequence = no_sequence,
    .argspec = la_emit_argspec,
    .bind_name = la_escape_bind_name,
    .alias_word = " AS ",
    .join_word = " JOIN ",
    .with_recursive = "WITH RECURSIVE ",
    .except_word = " EXCEPT ",
};

static const la_quoting quoting = {'"', '"', la_words_ansi, "$", false, false, false};

static const la_word_pair bind_escapes[] = {{"%", "P"}, {"(", "A"}, {")", "Z"}, {":", "C"},  {".", "_"},
                                            {"[", "_"}, {"]", "_"}, {" ", "_"}, {NULL, NULL}};

const la_dialect la_ansi = {
    .name = "default",
    .paramstyle = LA_PS_NAMED,
    .quoting = &quoting,
    .op_text = op_text,
    .op_emit = op_emit,
    .emit = la_ansi_emit,
    .bind_escapes = bind_escapes,
    .default_metavalue = "DEFAULT",
    .hooks = &hooks,
    .types = &la_ansi_types,
    .ddl = &la_ansi_ddl,
};
