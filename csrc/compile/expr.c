/* expr.c - expressions other than operators and functions. */
#include <string.h>

#include "compile/bind.h"
#include "compile/emit.h"
#include "compile/label.h"
#include "compile/result.h"
#include "compile/type.h"
#include "sql/expr.h"

/* ---- columns ---- */

/* The name of the table that a column is written with; *schema: that of the table, if it is written too. */
static la_str *table_name(la_ctx *c, la_node *table, const la_kw *kw, const la_str **schema) {
  *schema = NULL;
  if (table->kind != LA_K_TABLE) return la_ctx_from_name(c, table);
  la_table *t = LA_AS(table, table);
  *schema = la_ctx_schema(c, table, t->schema);
  la_str *alias = !*schema && kw->state && kw->state->ambiguous.n ? la_map_gets(&kw->state->ambiguous, t->name) : NULL;
  return alias ? la_ctx_name(c, LA_ID_ALIAS, alias) : t->name;
}

/* Is it a table whose name alone is written, and as it is? */
static bool is_plain_table(const la_ctx *c, const la_node *table, const la_kw *kw) {
  return table->kind == LA_K_TABLE && !LA_AS(table, table)->schema && !c->opts->schema_translate_map &&
         !(kw->state && kw->state->ambiguous.n);
}

static void put_table_of(la_ctx *c, const la_column *col, const la_kw *kw) {
  if (!col->table || kw->f & LA_KW_NO_TABLE) return;
  if (is_plain_table(c, col->table, kw)) {
    la_put_name(c, LA_AS(table, col->table)->name);
    la_putc(c, '.');
    return;
  }
  if (!la_from_is_named(col->table)) return;
  const la_str *schema;
  la_str *name = table_name(c, col->table, kw, &schema);
  if (!name) return;
  if (schema) {
    la_put_schema(c, schema);
    la_putc(c, '.');
  }
  la_put_name(c, name);
  la_putc(c, '.');
}

/* "(function(…))." before a column of its result */
static void put_function_of(la_ctx *c, const la_column *col, const la_kw *kw) {
  la_kw k = la_kw_with(kw, 0, LA_KW_RESULT);
  la_putc(c, '(');
  la_emit(c, col->render, &k);
  la_puts(c, ").");
}

void la_emit_column(la_ctx *c, la_node *n, const la_kw *kw) {
  la_column *col = LA_AS(column, n);
  la_str *name = col->name;
  if (name && name->flags & LA_STR_ANON)
    name = la_ctx_name(c, LA_ID_COLUMN, name);
  else if (name && name->flags & LA_STR_CUT && !col->is_literal)
    name = la_ctx_cut(c, LA_ID_COLUMN, name);
  if (!col->name && c->str) {
    la_puts(c, "<name unknown>");
    return;
  }
  if (!name && col->name) {
    la_ctx_nomem(c);
    return;
  }
  if (!name) {
    la_ctx_fail(c, LA_EXC_CompileError, "Cannot compile Column object until its 'name' is assigned.");
    return;
  }
  if (kw->f & LA_KW_RESULT) la_result_add(c, name, n, kw);
  if (la_is(col->render, LA_K_FUNCTION)) put_function_of(c, col, kw);
  put_table_of(c, col, kw);
  if (col->is_literal)
    la_put_escaped(c, name->s, name->len);
  else
    la_put_name(c, name);
}

/* ---- constants and text ---- */

static void emit_null(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)n, (void)kw;
  la_puts(c, "NULL");
}
static void emit_true(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)n, (void)kw;
  la_puts(c, LA_DATTR(c->d, supports_native_boolean) ? "true" : "1");
}
static void emit_false(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)n, (void)kw;
  la_puts(c, LA_DATTR(c->d, supports_native_boolean) ? "false" : "0");
}
static void emit_default(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)n, (void)kw;
  la_puts(c, "DEFAULT");
}

static bool is_word(char ch) {
  return ch == '_' || ch == '$' || (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
         (unsigned char)ch >= 0x80;
}

static size_t word_length(const char *s, const char *end) {
  const char *p = s;
  while (p < end && is_word(*p)) p++;
  return (size_t)(p - s);
}

/* Copies text; :name becomes a bind, \: a colon. */
static void put_text(la_ctx *c, const la_text *t, const la_kw *kw) {
  const char *s = t->text->s, *end = s + t->text->len;
  uint32_t nbinds = la_list_len(t->binds);
  la_map names = LA_MAP_INIT;
  for (const char *p = s; p < end;) {
    bool escaped = *p == '\\' && p + 1 < end && p[1] == ':';
    bool starts = *p == ':' && (p == s || (!is_word(p[-1]) && p[-1] != ':' && p[-1] != '\\'));
    size_t n = escaped ? word_length(p + 2, end) : starts ? word_length(p + 1, end) : 0;
    const char *after = p + (escaped ? 2 : 1) + n;
    bool closed = after >= end || *after != ':';
    uint32_t place = nbinds && starts && n && closed ? la_text_find(&names, t->binds->v, nbinds, p + 1, n) : nbinds;
    if (place < nbinds) {
      la_emit(c, t->binds->v[place], kw);
      p = after;
    } else if (escaped && closed) {
      la_put_escaped(c, p + 1, n + 1);
      p = after;
    } else {
      la_put_escaped(c, p++, 1);
    }
  }
  la_map_free(&names);
}

/* The parts of a tstring(): text, expressions, FROMs. */
static void put_parts(la_ctx *c, const la_list *parts, const la_kw *kw) {
  la_kw as_from = la_kw_with(kw, LA_KW_ASFROM, 0), as_expr = la_kw_with(kw, 0, LA_KW_ASFROM);
  for (uint32_t i = 0; i < parts->n && !c->failed; i++) {
    la_node *part = parts->v[i];
    if (la_is(part, LA_K_LABEL))
      la_ctx_fail(c, LA_EXC_CompileError,
                  "Using label() directly inside tstring is not supported as it is ambiguous how the label expression "
                  "should be rendered without knowledge of how it's being used in SQL");
    else
      la_emit(c, part, la_kind_category((la_kind)part->kind) == LA_CAT_FROM ? &as_from : &as_expr);
  }
}

static void emit_text(la_ctx *c, la_node *n, const la_kw *kw) {
  if (!c->nlevels) c->plaintext = true;
  if (kw->f & LA_KW_RESULT) la_result_add(c, NULL, n, kw);
  la_kw k = la_kw_with(kw, 0, LA_KW_RESULT);
  if (LA_AS(text, n)->parts)
    put_parts(c, LA_AS(text, n)->parts, &k);
  else
    put_text(c, LA_AS(text, n), &k);
}

static void emit_order_by_list(la_ctx *c, la_node *n, const la_kw *kw) {
  la_emit_list(c, LA_AS(order_by_list, n)->clauses, ", ", kw);
}

/* ---- what stands around an expression ---- */

static void emit_grouping(la_ctx *c, la_node *n, const la_kw *kw) {
  la_kw k = la_kw_with(kw, 0, LA_KW_ASFROM);
  la_putc(c, '(');
  la_emit(c, LA_AS(grouping, n)->element, &k);
  la_putc(c, ')');
}

static void emit_scalar_select(la_ctx *c, la_node *n, const la_kw *kw) {
  la_kw k = la_kw_with(kw, 0, LA_KW_ASFROM);
  la_putc(c, '(');
  la_emit(c, LA_AS(scalar_select, n)->element, &k);
  la_putc(c, ')');
}

static void emit_select_grouping(la_ctx *c, la_node *n, const la_kw *kw) {
  la_putc(c, '(');
  la_emit(c, LA_AS(select_grouping, n)->element, kw);
  la_putc(c, ')');
}

static void emit_from_grouping(la_ctx *c, la_node *n, const la_kw *kw) {
  la_kw k = la_kw_with(kw, 0, LA_KW_ASFROM);
  la_putc(c, '(');
  la_emit(c, LA_AS(from_grouping, n)->element, &k);
  la_putc(c, ')');
}

static void emit_bundle(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_list(c, LA_AS(bundle, n)->exprs, ", ", kw); }

static void emit_tuple(la_ctx *c, la_node *n, const la_kw *kw) { la_emit_parens(c, LA_AS(tuple, n)->clauses, kw); }

/* A bind prints with the type it is coerced to; the same one each time. */
static la_node *typed_bind(la_ctx *c, la_node *coerce) {
  la_node *bind = LA_AS(type_coerce, coerce)->clause, *known = la_map_get(&c->typed, la_key(coerce));
  if (known || bind->type == coerce->type) return known ? known : bind;
  la_node *n = la_node_copy(bind);
  if (n) {
    la_set_type(n, coerce->type);
    la_node_seal(n);
  }
  n = la_ctx_keep(c, n);
  if (n && la_map_put(&c->typed, la_key(coerce), n)) la_ctx_nomem(c);
  return n;
}

static void emit_type_coerce(la_ctx *c, la_node *n, const la_kw *kw) {
  la_node *clause = LA_AS(type_coerce, n)->clause;
  la_emit(c, la_is(clause, LA_K_BIND) ? typed_bind(c, n) : clause, kw);
}

/* CAST(x AS TYPE); the collation of a type goes behind. TRY_CAST, for people, as it is. */
void la_emit_cast(la_ctx *c, la_node *n, const la_kw *kw) {
  la_cast *cast = LA_AS(cast, n);
  if (cast->try_ && !c->str) {
    la_ctx_unsupported(c, "TryCast");
    return;
  }
  la_piece *before = la_piece_begin(c);
  la_put_type(c, n->type, NULL);
  la_piece *type = la_piece_end(c, before);
  if (!type) return;
  const char *text = la_buf_cstr(&type->b), *collate = NULL;
  for (const char *p = cast->try_ ? NULL : text; p && (p = strstr(p, " COLLATE ")); p++) collate = p;
  la_puts(c, cast->try_ ? "TRY_CAST(" : "CAST(");
  la_emit(c, cast->clause, kw);
  la_puts(c, " AS ");
  if (text) la_putn(c, text, collate ? (size_t)(collate - text) : type->b.len);
  la_putc(c, ')');
  if (collate) la_puts(c, collate);
  la_piece_drop(c, type);
}

/* CASE x WHEN a THEN b ELSE c END */
static void emit_case(la_ctx *c, la_node *n, const la_kw *kw) {
  la_case_ *k = LA_AS(case_, n);
  la_puts(c, "CASE ");
  if (k->value) {
    la_emit(c, k->value, kw);
    la_putc(c, ' ');
  }
  for (uint32_t i = 0; i < la_list_len(k->whens); i++) {
    la_pair *p = LA_AS(pair, k->whens->v[i]);
    la_puts(c, "WHEN ");
    la_emit(c, p->key, kw);
    la_puts(c, " THEN ");
    la_emit(c, p->value, kw);
    la_putc(c, ' ');
  }
  if (k->else_) {
    la_puts(c, "ELSE ");
    la_emit(c, k->else_, kw);
    la_putc(c, ' ');
  }
  la_puts(c, "END");
}

void la_emit_extract(la_ctx *c, la_node *n, const la_kw *kw) {
  la_extract *e = LA_AS(extract, n);
  const char *field = la_dialect_extract(c->d, e->field->s);
  la_puts(c, "EXTRACT(");
  if (field)
    la_puts(c, field);
  else
    la_put_word(c, "field of extract()", e->field);
  la_puts(c, " FROM ");
  la_emit(c, e->expr, kw);
  la_putc(c, ')');
}

static void emit_collation(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_put_collation(c, LA_AS(collation, n)->name, LA_AS(collation, n)->schema);
}

/* ---- windows and aggregates ---- */

static void put_bound(la_ctx *c, int bound, const char *unbounded, la_node *value, const la_kw *kw) {
  if (bound == LA_BOUND_UNBOUNDED) la_puts(c, unbounded);
  if (bound == LA_BOUND_CURRENT) la_puts(c, "CURRENT ROW");
  if (bound != LA_BOUND_PRECEDING && bound != LA_BOUND_FOLLOWING) return;
  la_emit(c, value, kw);
  la_puts(c, bound == LA_BOUND_PRECEDING ? " PRECEDING" : " FOLLOWING");
}

static void put_frame(la_ctx *c, const la_over *o, const la_kw *kw) {
  static const char *const words[] = {"", "RANGE BETWEEN ", "ROWS BETWEEN ", "GROUPS BETWEEN "};
  la_kw k = la_kw_with(kw, LA_DATTR(c->d, _literal_frames) ? LA_KW_LITERAL_EXECUTE : 0, 0);
  la_puts(c, words[o->frame]);
  put_bound(c, o->lower, "UNBOUNDED PRECEDING", o->lower_value, &k);
  la_puts(c, " AND ");
  put_bound(c, o->upper, "UNBOUNDED FOLLOWING", o->upper_value, &k);
  if (o->exclude) la_puts(c, " EXCLUDE ");
  if (o->exclude) la_buf_str(&c->out->b, o->exclude);
}

/* word and the list, after a space where something stands before it. */
static void put_by(la_ctx *c, size_t begin, const char *word, const la_list *l, const la_kw *kw) {
  if (!la_list_len(l)) return;
  if (la_here(c) > begin) la_putc(c, ' ');
  la_puts(c, word);
  la_emit_list(c, l, ", ", kw);
}

/* f(x) OVER (PARTITION BY a ORDER BY b ROWS BETWEEN …); the binds of the frame are numbered first */
void la_emit_over(la_ctx *c, la_node *n, const la_kw *kw) {
  la_over *o = LA_AS(over, n);
  la_emit(c, o->element, kw);
  la_piece *before = la_piece_begin(c);
  if (o->frame) put_frame(c, o, kw);
  la_piece *frame = la_piece_end(c, before);
  la_puts(c, " OVER (");
  size_t begin = la_here(c);
  put_by(c, begin, "PARTITION BY ", o->partition_by, kw);
  put_by(c, begin, "ORDER BY ", o->order_by, kw);
  if (o->frame && la_here(c) > begin) la_putc(c, ' ');
  la_piece_add(c, frame);
  la_piece_drop(c, frame);
  la_putc(c, ')');
}

static void put_within_group(la_ctx *c, la_node *element, const la_list *order_by, const la_kw *kw) {
  la_emit(c, element, kw);
  la_puts(c, " WITHIN GROUP (ORDER BY ");
  la_emit_list(c, order_by, ", ", kw);
  la_putc(c, ')');
}

static void emit_within_group(la_ctx *c, la_node *n, const la_kw *kw) {
  put_within_group(c, LA_AS(within_group, n)->element, LA_AS(within_group, n)->order_by, kw);
}

/* f(a, b) as f(a, b ORDER BY x) */
static la_node *ordered_call(la_ctx *c, const la_aggregate_order_by *a) {
  la_node *arg = la_ctx_keep(c, la_node_new(LA_K_ORDERED_ARG)), *call = la_ctx_keep(c, la_node_copy(a->element));
  if (!arg || !call) return NULL;
  la_function *f = LA_AS(function, call);
  uint32_t n = la_list_len(f->args);
  LA_AS(ordered_arg, arg)->element = n ? la_node_retain(f->args->v[n - 1]) : NULL;
  LA_AS(ordered_arg, arg)->order_by = la_list_retain(a->order_by);
  la_set_type(arg, n ? f->args->v[n - 1]->type : call->type);
  la_list *args = n ? la_list_new(f->args->v, n) : la_list_new(&arg, 1);
  if (!args) return NULL;
  if (n) la_set_node(&args->v[n - 1], arg);
  la_list_release(f->args);
  f->args = args;
  la_node_seal(arg);
  return la_node_seal(call);
}

/* f(a ORDER BY x), or f(a) WITHIN GROUP (ORDER BY x) */
static void emit_aggregate_order_by(la_ctx *c, la_node *n, const la_kw *kw) {
  const la_aggregate_order_by *a = LA_AS(aggregate_order_by, n);
  int style = LA_DATTR(c->d, aggregate_order_by_style);
  if (!style) {
    la_ctx_fail(c, LA_EXC_CompileError, "this dialect does not support ORDER BY within an aggregate function");
  } else if (style > 1) {
    put_within_group(c, a->element, a->order_by, kw);
  } else {
    la_node *call = ordered_call(c, a);
    if (call)
      la_emit(c, call, kw);
    else
      la_ctx_nomem(c);
  }
}

static void emit_ordered_arg(la_ctx *c, la_node *n, const la_kw *kw) {
  if (LA_AS(ordered_arg, n)->element) la_emit(c, LA_AS(ordered_arg, n)->element, kw);
  la_put_ordered(c, n, kw);
}

void la_put_ordered(la_ctx *c, la_node *ordered_arg, const la_kw *kw) {
  la_puts(c, " ORDER BY ");
  la_emit_list(c, LA_AS(ordered_arg, ordered_arg)->order_by, ", ", kw);
}

static void emit_filter(la_ctx *c, la_node *n, const la_kw *kw) {
  la_emit(c, LA_AS(filter, n)->func, kw);
  la_puts(c, " FILTER (WHERE ");
  la_emit(c, LA_AS(filter, n)->criterion, kw);
  la_putc(c, ')');
}

/* ---- the rest ---- */

static void emit_next_value(la_ctx *c, la_node *n, const la_kw *kw) {
  c->d->hooks.sequence(c, LA_AS(next_value, n)->sequence, kw);
}

static void emit_sequence(la_ctx *c, la_node *n, const la_kw *kw) { c->d->hooks.sequence(c, n, kw); }

static void emit_type(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_put_type(c, n, NULL);
}

/* Nobody said how it compiles: it can but be a name. */
static void emit_custom(la_ctx *c, la_node *n, const la_kw *kw) {
  const la_custom *x = LA_AS(custom, n);
  if (!x->named)
    la_ctx_unsupported(c, "CustomElement");
  else
    la_put_name(c, x->name);
  if (kw->f & LA_KW_RESULT) la_result_add(c, x->name, n, kw);
}

static void emit_attribute(la_ctx *c, la_node *n, const la_kw *kw) { la_emit(c, LA_AS(attribute, n)->expr, kw); }
static void emit_entity(la_ctx *c, la_node *n, const la_kw *kw) { la_emit(c, LA_AS(entity, n)->selectable, kw); }

static void emit_str(la_ctx *c, la_node *n, const la_kw *kw) {
  (void)kw;
  la_put_name(c, LA_AS(strnode, n)->s);
}

/* A column of the table that a schema item is about. */
static void emit_link(la_ctx *c, la_node *n, const la_kw *kw) { la_emit(c, LA_AS(link, n)->item, kw); }

const la_emit_fn la_ansi_emit[LA_K_COUNT] = {
    [LA_K_LINK] = emit_link,
    [LA_K_COLUMN] = la_emit_column,
    [LA_K_BIND] = la_emit_bind,
    [LA_K_NULL] = emit_null,
    [LA_K_TRUE] = emit_true,
    [LA_K_FALSE] = emit_false,
    [LA_K_DEFAULT] = emit_default,
    [LA_K_TEXT] = emit_text,
    [LA_K_ORDER_BY_LIST] = emit_order_by_list,
    [LA_K_LABEL] = la_emit_label,
    [LA_K_LABEL_REF] = la_emit_label_ref,
    [LA_K_TEXT_REF] = la_emit_text_ref,
    [LA_K_UNARY] = la_emit_unary,
    [LA_K_BINARY] = la_emit_binary,
    [LA_K_CLAUSE_LIST] = la_emit_clause_list,
    [LA_K_LOWERED] = la_emit_lowered,
    [LA_K_TUPLE] = emit_tuple,
    [LA_K_BUNDLE] = emit_bundle,
    [LA_K_GROUPING] = emit_grouping,
    [LA_K_SCALAR_SELECT] = emit_scalar_select,
    [LA_K_SELECT_GROUPING] = emit_select_grouping,
    [LA_K_FROM_GROUPING] = emit_from_grouping,
    [LA_K_CASE] = emit_case,
    [LA_K_CAST] = la_emit_cast,
    [LA_K_TYPE_COERCE] = emit_type_coerce,
    [LA_K_EXTRACT] = la_emit_extract,
    [LA_K_CONSTRAINT] = la_emit_constraint,
    [LA_K_FUNCTION] = la_emit_function,
    [LA_K_FILTER] = emit_filter,
    [LA_K_DML_COLUMN] = la_emit_dml_column,
    [LA_K_WITHIN_GROUP] = emit_within_group,
    [LA_K_AGGREGATE_ORDER_BY] = emit_aggregate_order_by,
    [LA_K_ORDERED_ARG] = emit_ordered_arg,
    [LA_K_OVER] = la_emit_over,
    [LA_K_COLLATION] = emit_collation,
    [LA_K_NEXT_VALUE] = emit_next_value,
    [LA_K_SEQUENCE] = emit_sequence,
    [LA_K_TYPE] = emit_type,
    [LA_K_CUSTOM] = emit_custom,
    [LA_K_ATTRIBUTE] = emit_attribute,
    [LA_K_ENTITY] = emit_entity,
    [LA_K_STR] = emit_str,
    [LA_K_TABLE] = la_emit_table,
    [LA_K_ALIAS] = la_emit_alias,
    [LA_K_SUBQUERY] = la_emit_subquery,
    [LA_K_LATERAL] = la_emit_lateral,
    [LA_K_TABLESAMPLE] = la_emit_tablesample,
    [LA_K_TABLE_VALUED] = la_emit_table_valued,
    [LA_K_CTE] = la_emit_cte,
    [LA_K_JOIN] = la_emit_join,
    [LA_K_VALUES] = la_emit_values,
    [LA_K_SCALAR_VALUES] = la_emit_scalar_values,
    [LA_K_SELECT] = la_emit_select,
    [LA_K_COMPOUND] = la_emit_compound,
    [LA_K_TEXT_SELECT] = la_emit_text_select,
    [LA_K_INSERT] = la_emit_insert,
    [LA_K_UPDATE] = la_emit_update,
    [LA_K_DELETE] = la_emit_delete,
};
