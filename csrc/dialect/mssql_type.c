/* mssql_type.c - types of Microsoft SQL Server. */
#include <string.h>

#include "base/uuid.h"
#include "compile/type_literal.h"
#include "dialect/type_rules.h"

static const la_type *of(const la_node *type) { return LA_AS(type, type); }

/* NAME(n) COLLATE x */
static void put_text(la_ctx *c, const la_node *type, const char *name, int length) {
  const la_str *collation = of(type)->collation;
  la_puts(c, name);
  la_put_length(c, length);
  if (!collation || !collation->len) return;
  la_puts(c, " COLLATE ");
  la_put_word(c, "collation", collation);
}
static int length_or_max(const la_node *type) { return of(type)->length > 0 ? of(type)->length : LA_LENGTH_MAX; }

static void emit_ntext(la_ctx *c, const la_node *type) { put_text(c, type, "NTEXT", of(type)->length); }
static void emit_text(la_ctx *c, const la_node *type) { put_text(c, type, "TEXT", of(type)->length); }
static void emit_char(la_ctx *c, const la_node *type) { put_text(c, type, "CHAR", of(type)->length); }
static void emit_nchar(la_ctx *c, const la_node *type) { put_text(c, type, "NCHAR", of(type)->length); }
static void emit_varchar(la_ctx *c, const la_node *type) { put_text(c, type, "VARCHAR", length_or_max(type)); }
static void emit_nvarchar(la_ctx *c, const la_node *type) { put_text(c, type, "NVARCHAR", length_or_max(type)); }
static void emit_json(la_ctx *c, const la_node *type) { put_text(c, type, "NVARCHAR", LA_LENGTH_MAX); }
static void emit_varbinary(la_ctx *c, const la_node *type) {
  put_text(c, type, "VARBINARY", length_or_max(type));
  if (la_type_has(type, LA_TB_FILESTREAM)) la_puts(c, " FILESTREAM");
}

static void emit_float(la_ctx *c, const la_node *type) { la_put_sized(c, "FLOAT", of(type)->precision); }
static void emit_time(la_ctx *c, const la_node *type) { la_put_sized(c, "TIME", of(type)->precision); }
static void emit_datetime2(la_ctx *c, const la_node *type) { la_put_sized(c, "DATETIME2", of(type)->precision); }
static void emit_datetimeoffset(la_ctx *c, const la_node *type) {
  la_put_sized(c, "DATETIMEOFFSET", of(type)->precision);
}

static void emit_generic_datetime(la_ctx *c, const la_node *type) {
  la_put_type_as(c, type, la_type_has(type, LA_TB_TIMEZONE) ? "DATETIMEOFFSET" : "DATETIME");
}
static bool knows_dates(const la_ctx *c) { return la_dialect_at_least(c->d, 10, -1, -1); }
static void emit_generic_date(la_ctx *c, const la_node *type) {
  la_put_type_as(c, type, knows_dates(c) ? "DATE" : "DATETIME");
}
static void emit_generic_time(la_ctx *c, const la_node *type) {
  la_put_type_as(c, type, knows_dates(c) ? "TIME" : "DATETIME");
}

static void emit_generic_text(la_ctx *c, const la_node *type) {
  la_put_type_as(c, type, LA_DATTR(c->d, deprecate_large_types) ? "VARCHAR" : "TEXT");
}
static void emit_unicode_text(la_ctx *c, const la_node *type) {
  la_put_type_as(c, type, LA_DATTR(c->d, deprecate_large_types) ? "NVARCHAR" : "NTEXT");
}
static void emit_large_binary(la_ctx *c, const la_node *type) {
  la_put_type_as(c, type, LA_DATTR(c->d, deprecate_large_types) ? "VARBINARY" : "IMAGE");
}
static void emit_uuid(la_ctx *c, const la_node *type) {
  if (la_type_has(type, LA_TB_NATIVE_UUID))
    la_puts(c, "UNIQUEIDENTIFIER");
  else
    la_put_type_base(c, &la_ansi_types, type, "uuid");
}

/* ---- literals ---- */

static la_lit put_unicode(la_ctx *c, const la_value *v) {
  size_t at = la_here(c);
  la_putc(c, 'N');
  la_lit r = la_literal_text(c, v);
  if (r != LA_LIT_DONE) la_back(c, at);
  return r;
}

/* The native type takes a UUID with its dashes. */
static la_lit put_uuid(la_ctx *c, const la_value *v) {
  char text[LA_UUID_TEXT];
  if (v->tag == LA_V_TEXT) return la_literal_text(c, v);
  if (v->tag != LA_V_UUID) return LA_LIT_BAD;
  la_uuid_text(text, v->u.s);
  la_putc(c, '\'');
  la_puts(c, text);
  la_putc(c, '\'');
  return LA_LIT_DONE;
}

static la_lit literal(la_ctx *c, const la_node *type, const la_value *v) {
  if (la_type_isa(type, LA_T_UNICODE) || la_type_isa(type, LA_T_UNICODETEXT)) return put_unicode(c, v);
  if (la_type_isa(type, LA_T_UUID) && la_type_has(type, LA_TB_NATIVE_UUID)) return put_uuid(c, v);
  switch (la_type_affinity(type)) {
    case LA_T_JSONELEMENTTYPE: return la_literal_json_path(c, v);
    case LA_T_DATETIME: return la_literal_iso(c, v, 0);
    case LA_T_TIME: return la_literal_iso(c, v, 't');
    default: return la_literal_ansi(c, type, v);
  }
}

static const la_type_rule rules[] = {{"double", NULL, "DOUBLE_PRECISION", NULL},
                                     {"FLOAT", NULL, NULL, emit_float},
                                     {"TINYINT", "TINYINT", NULL, NULL},
                                     {"TIME", NULL, NULL, emit_time},
                                     {"ROWVERSION", "ROWVERSION", NULL, NULL},
                                     {"datetime", NULL, NULL, emit_generic_datetime},
                                     {"DATETIMEOFFSET", NULL, NULL, emit_datetimeoffset},
                                     {"DATETIME2", NULL, NULL, emit_datetime2},
                                     {"SMALLDATETIME", "SMALLDATETIME", NULL, NULL},
                                     {"unicode", NULL, "NVARCHAR", NULL},
                                     {"text", NULL, NULL, emit_generic_text},
                                     {"unicode_text", NULL, NULL, emit_unicode_text},
                                     {"NTEXT", NULL, NULL, emit_ntext},
                                     {"TEXT", NULL, NULL, emit_text},
                                     {"VARCHAR", NULL, NULL, emit_varchar},
                                     {"CHAR", NULL, NULL, emit_char},
                                     {"NCHAR", NULL, NULL, emit_nchar},
                                     {"NVARCHAR", NULL, NULL, emit_nvarchar},
                                     {"date", NULL, NULL, emit_generic_date},
                                     {"time", NULL, NULL, emit_generic_time},
                                     {"large_binary", NULL, NULL, emit_large_binary},
                                     {"IMAGE", "IMAGE", NULL, NULL},
                                     {"XML", "XML", NULL, NULL},
                                     {"VARBINARY", NULL, NULL, emit_varbinary},
                                     {"boolean", "BIT", NULL, NULL},
                                     {"BIT", "BIT", NULL, NULL},
                                     {"JSON", NULL, NULL, emit_json},
                                     {"MONEY", "MONEY", NULL, NULL},
                                     {"SMALLMONEY", "SMALLMONEY", NULL, NULL},
                                     {"uuid", NULL, NULL, emit_uuid},
                                     {"UNIQUEIDENTIFIER", "UNIQUEIDENTIFIER", NULL, NULL},
                                     {"SQL_VARIANT", "SQL_VARIANT", NULL, NULL},
                                     {NULL, NULL, NULL, NULL}};

static const la_colspec colspecs[] = {{LA_T_SQL_JSON, LA_T_MSSQL_JSON}, {LA_T_NONE, LA_T_NONE}};

const la_type_rules la_mssql_types = {&la_ansi_types, rules, colspecs, false, literal};
