/* postgresql_type.c - types of PostgreSQL. */
#include <string.h>

#include "compile/type_literal.h"
#include "dialect/postgresql.h"
#include "dialect/type_rules.h"

static const la_type *of(const la_node *type) { return LA_AS(type, type); }

static void emit_float(la_ctx *c, const la_node *type) {
  la_put_sized(c, "FLOAT", of(type)->precision ? of(type)->precision : -1);
}

void la_postgresql_put_type_name(la_ctx *c, const la_node *type) {
  const la_type *t = of(type);
  if (!t->name || !t->name->len) {
    la_ctx_fail(c, LA_EXC_CompileError, "PostgreSQL %s type requires a name.", la_type_info_of((la_type_id)t->id)->cls);
    return;
  }
  const la_str *schema = LA_DATTR(c->d, omit_schema) ? NULL : la_ctx_schema(c, type, t->schema);
  if (schema) {
    la_put_schema(c, schema);
    la_putc(c, '.');
  }
  la_put_name(c, t->name);
}

static void emit_enum(la_ctx *c, const la_node *type) {
  if (la_type_has(type, LA_TB_NATIVE_ENUM) && LA_DATTR(c->d, supports_native_enum))
    la_postgresql_put_type_name(c, type);
  else
    la_put_type_base(c, &la_ansi_types, type, "enum");
}

static void emit_uuid(la_ctx *c, const la_node *type) {
  if (la_type_has(type, LA_TB_NATIVE_UUID))
    la_put_type_as(c, type, "UUID");
  else
    la_put_type_base(c, &la_ansi_types, type, "uuid");
}

/* TIMESTAMP(p) WITHOUT TIME ZONE */
static void emit_moment(la_ctx *c, const la_node *type, const char *name) {
  la_put_sized(c, name, of(type)->precision);
  la_puts(c, la_type_has(type, LA_TB_TIMEZONE) ? " WITH TIME ZONE" : " WITHOUT TIME ZONE");
}
static void emit_timestamp(la_ctx *c, const la_node *type) { emit_moment(c, type, "TIMESTAMP"); }
static void emit_time(la_ctx *c, const la_node *type) { emit_moment(c, type, "TIME"); }

/* INTERVAL DAY TO SECOND (p) */
static void emit_interval(la_ctx *c, const la_node *type) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ()";
  const la_str *fields = la_type_option_str(type, "fields");
  la_puts(c, "INTERVAL");
  if (fields && strspn(fields->s, letters) != fields->len) {
    la_ctx_fail(c, LA_EXC_CompileError, "the fields of an INTERVAL are words like DAY TO SECOND, not '%s'", fields->s);
  } else if (fields) {
    la_putc(c, ' ');
    la_putn(c, fields->s, fields->len);
  }
  if (of(type)->precision != -1) la_put_sized(c, " ", of(type)->precision);
}

static void emit_bit(la_ctx *c, const la_node *type) {
  la_put_sized(c, la_type_has(type, LA_TB_VARYING) ? "BIT VARYING" : "BIT", of(type)->length);
}

/* Where " COLLATE …" begins in what was written since `at`, or its end: [] stands before it. A quoted name may have
 * those letters, too. */
static size_t collation_at(const la_ctx *c, size_t at) {
  static const char word[] = " COLLATE";
  const la_buf *b = &c->out->b;
  bool quoted = false;
  for (size_t i = at; b->s && i + sizeof word - 1 <= b->len; i++) {
    quoted ^= b->s[i] == '"';
    if (!quoted && !memcmp(b->s + i, word, sizeof word - 1)) return i;
  }
  return b->len;
}

/* item[][] */
static void emit_array(la_ctx *c, const la_node *type) {
  size_t at = la_here(c);
  int n = of(type)->dimensions == -1 ? 1 : of(type)->dimensions;
  la_put_type(c, of(type)->item, NULL);
  at = collation_at(c, at);
  while (n-- > 0) la_buf_insert(&c->out->b, at, "[]", 2);
}

/* ---- literals ---- */

static la_lit literal(la_ctx *c, const la_node *type, const la_value *v) {
  if (la_type_isa(type, LA_T_JSONPATHTYPE)) return la_literal_list_path(c, v);
  return la_literal_ansi(c, type, v);
}

static const la_type_rule rules[] = {{"TSVECTOR", "TSVECTOR", NULL, NULL},
                                     {"TSQUERY", "TSQUERY", NULL, NULL},
                                     {"INET", "INET", NULL, NULL},
                                     {"CIDR", "CIDR", NULL, NULL},
                                     {"CITEXT", "CITEXT", NULL, NULL},
                                     {"MACADDR", "MACADDR", NULL, NULL},
                                     {"MACADDR8", "MACADDR8", NULL, NULL},
                                     {"MONEY", "MONEY", NULL, NULL},
                                     {"OID", "OID", NULL, NULL},
                                     {"REGCONFIG", "REGCONFIG", NULL, NULL},
                                     {"REGCLASS", "REGCLASS", NULL, NULL},
                                     {"FLOAT", NULL, NULL, emit_float},
                                     {"double", NULL, "DOUBLE_PRECISION", NULL},
                                     {"HSTORE", "HSTORE", NULL, NULL},
                                     {"JSON", "JSON", NULL, NULL},
                                     {"JSONB", "JSONB", NULL, NULL},
                                     {"INT4MULTIRANGE", "INT4MULTIRANGE", NULL, NULL},
                                     {"INT8MULTIRANGE", "INT8MULTIRANGE", NULL, NULL},
                                     {"NUMMULTIRANGE", "NUMMULTIRANGE", NULL, NULL},
                                     {"DATEMULTIRANGE", "DATEMULTIRANGE", NULL, NULL},
                                     {"TSMULTIRANGE", "TSMULTIRANGE", NULL, NULL},
                                     {"TSTZMULTIRANGE", "TSTZMULTIRANGE", NULL, NULL},
                                     {"INT4RANGE", "INT4RANGE", NULL, NULL},
                                     {"INT8RANGE", "INT8RANGE", NULL, NULL},
                                     {"NUMRANGE", "NUMRANGE", NULL, NULL},
                                     {"DATERANGE", "DATERANGE", NULL, NULL},
                                     {"TSRANGE", "TSRANGE", NULL, NULL},
                                     {"TSTZRANGE", "TSTZRANGE", NULL, NULL},
                                     {"datetime", NULL, "TIMESTAMP", NULL},
                                     {"enum", NULL, NULL, emit_enum},
                                     {"ENUM", NULL, NULL, la_postgresql_put_type_name},
                                     {"DOMAIN", NULL, NULL, la_postgresql_put_type_name},
                                     {"TIMESTAMP", NULL, NULL, emit_timestamp},
                                     {"TIME", NULL, NULL, emit_time},
                                     {"INTERVAL", NULL, NULL, emit_interval},
                                     {"BIT", NULL, NULL, emit_bit},
                                     {"uuid", NULL, NULL, emit_uuid},
                                     {"large_binary", NULL, "BYTEA", NULL},
                                     {"BYTEA", "BYTEA", NULL, NULL},
                                     {"ARRAY", NULL, NULL, emit_array},
                                     {"json_path", NULL, "JSONPATH", NULL},
                                     {"JSONPATH", "JSONPATH", NULL, NULL},
                                     {NULL, NULL, NULL, NULL}};

static const la_colspec colspecs[] = {{LA_T_SQL_ARRAY, LA_T_POSTGRESQL_ARRAY},
                                      {LA_T_INTERVAL, LA_T_POSTGRESQL_INTERVAL},
                                      {LA_T_ENUM, LA_T_POSTGRESQL_ENUM},
                                      {LA_T_JSONPATHTYPE, LA_T_POSTGRESQL_JSONPATH},
                                      {LA_T_SQL_JSON, LA_T_POSTGRESQL_JSON},
                                      {LA_T_UUID, LA_T_SQL_UUID},
                                      {LA_T_NONE, LA_T_NONE}};

const la_type_rules la_postgresql_types = {&la_ansi_types, rules, colspecs, false, literal};
