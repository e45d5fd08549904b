/* mysql_type.c - types of MySQL and MariaDB: numbers may be unsigned, texts have
 * a character set. */
#include "compile/type_literal.h"
#include "dialect/type_rules.h"

static const la_type *of(const la_node *type) { return LA_AS(type, type); }

/* One of MySQL's own number types? Only these have UNSIGNED, ZEROFILL and a display width. */
static bool is_own_number(const la_node *type) {
  return la_type_isa(type, LA_T_MYSQL_INTEGERTYPE) || la_type_isa(type, LA_T_MYSQL_FLOATTYPE) ||
         la_type_isa(type, LA_T_MYSQL_NUMERIC) || la_type_isa(type, LA_T_MYSQL_DECIMAL);
}

static void put_number_flags(la_ctx *c, const la_node *type) {
  if (!is_own_number(type)) return;
  if (la_type_has(type, LA_TB_UNSIGNED)) la_puts(c, " UNSIGNED");
  if (la_type_has(type, LA_TB_ZEROFILL)) la_puts(c, " ZEROFILL");
}

/* NAME(p, s) UNSIGNED ZEROFILL */
static void emit_exact(la_ctx *c, const la_node *type, const char *name) {
  la_put_precision(c, name, of(type)->precision, of(type)->scale);
  put_number_flags(c, type);
}
static void emit_numeric(la_ctx *c, const la_node *type) { emit_exact(c, type, "NUMERIC"); }
static void emit_decimal(la_ctx *c, const la_node *type) { emit_exact(c, type, "DECIMAL"); }

/* NAME(p, s), both or none */
static void emit_double_as(la_ctx *c, const la_node *type, const char *name) {
  bool both = of(type)->precision != -1 && of(type)->scale != -1;
  la_put_precision(c, name, both ? of(type)->precision : -1, of(type)->scale);
  put_number_flags(c, type);
}
static void emit_double(la_ctx *c, const la_node *type) { emit_double_as(c, type, "DOUBLE"); }
static void emit_real(la_ctx *c, const la_node *type) { emit_double_as(c, type, "REAL"); }

static void emit_float(la_ctx *c, const la_node *type) {
  la_put_precision(c, "FLOAT", of(type)->precision, is_own_number(type) ? of(type)->scale : -1);
  put_number_flags(c, type);
}

/* NAME(w) UNSIGNED ZEROFILL */
static void emit_integer_as(la_ctx *c, const la_node *type, const char *name) {
  la_put_sized(c, name, is_own_number(type) ? la_type_option_int(type, "display_width", -1) : -1);
  put_number_flags(c, type);
}
static void emit_integer(la_ctx *c, const la_node *type) { emit_integer_as(c, type, "INTEGER"); }
static void emit_bigint(la_ctx *c, const la_node *type) { emit_integer_as(c, type, "BIGINT"); }
static void emit_mediumint(la_ctx *c, const la_node *type) { emit_integer_as(c, type, "MEDIUMINT"); }
static void emit_tinyint(la_ctx *c, const la_node *type) { emit_integer_as(c, type, "TINYINT"); }
static void emit_smallint(la_ctx *c, const la_node *type) { emit_integer_as(c, type, "SMALLINT"); }

static void emit_bit(la_ctx *c, const la_node *type) { la_put_sized(c, "BIT", of(type)->length); }
static void emit_year(la_ctx *c, const la_node *type) {
  la_put_sized(c, "YEAR", la_type_option_int(type, "display_width", -1));
}

/* NAME(fsp) */
static void emit_moment(la_ctx *c, const la_node *type, const char *name) {
  int fsp = la_type_option_int(type, "fsp", 0);
  la_put_sized(c, name, fsp ? fsp : -1);
}
static void emit_datetime(la_ctx *c, const la_node *type) { emit_moment(c, type, "DATETIME"); }
static void emit_time(la_ctx *c, const la_node *type) { emit_moment(c, type, "TIME"); }
static void emit_timestamp(la_ctx *c, const la_node *type) { emit_moment(c, type, "TIMESTAMP"); }

/* ---- texts ---- */

static void put_word(la_ctx *c, const char *before, const char *what, const la_str *s) {
  la_puts(c, before);
  la_put_word(c, what, s);
}

static void put_charset(la_ctx *c, const la_node *type) {
  const la_str *charset = la_type_option_str(type, "charset");
  if (charset && charset->len)
    put_word(c, " CHARACTER SET ", "character set", charset);
  else if (la_type_has(type, LA_TB_ASCII))
    la_puts(c, " ASCII");
  else if (la_type_has(type, LA_TB_UNICODE))
    la_puts(c, " UNICODE");
}

/* [NATIONAL ]<what emit prints>[ CHARACTER SET x][ COLLATE y]; NATIONAL excludes a character set. */
static void put_text(la_ctx *c, const la_node *type, bool national,
                     void (*emit)(la_ctx *, const la_node *, const char *), const char *name) {
  const la_str *collation = of(type)->collation;
  if (la_type_isa(type, LA_T_MYSQL_STRINGTYPE)) national = la_type_has(type, LA_TB_NATIONAL);
  if (national) la_puts(c, "NATIONAL ");
  emit(c, type, name);
  if (!national) put_charset(c, type);
  if (collation && collation->len)
    put_word(c, " COLLATE ", "collation", collation);
  else if (la_type_has(type, LA_TB_BINARY))
    la_puts(c, " BINARY");
}

static void put_with_length(la_ctx *c, const la_node *type, const char *name) {
  if (of(type)->length == LA_LENGTH_MAX) {
    la_puts(c, name);
    la_put_length(c, LA_LENGTH_MAX);
  } else {
    la_put_sized(c, name, of(type)->length);
  }
}
static void put_name(la_ctx *c, const la_node *type, const char *name) {
  (void)type;
  la_puts(c, name);
}

static bool lacks_length(la_ctx *c, const la_node *type, const char *name) {
  if (of(type)->length != -1) return false;
  la_ctx_fail(c, LA_EXC_CompileError, "%s requires a length on dialect %s", name, c->d->name);
  return true;
}

static void emit_text(la_ctx *c, const la_node *type) { put_text(c, type, false, put_with_length, "TEXT"); }
static void emit_tinytext(la_ctx *c, const la_node *type) { put_text(c, type, false, put_name, "TINYTEXT"); }
static void emit_mediumtext(la_ctx *c, const la_node *type) { put_text(c, type, false, put_name, "MEDIUMTEXT"); }
static void emit_longtext(la_ctx *c, const la_node *type) { put_text(c, type, false, put_name, "LONGTEXT"); }
static void emit_char(la_ctx *c, const la_node *type) { put_text(c, type, false, put_with_length, "CHAR"); }
static void emit_nchar(la_ctx *c, const la_node *type) { put_text(c, type, true, put_with_length, "CHAR"); }
static void emit_varchar(la_ctx *c, const la_node *type) {
  if (!lacks_length(c, type, "VARCHAR")) put_text(c, type, false, put_with_length, "VARCHAR");
}
static void emit_nvarchar(la_ctx *c, const la_node *type) {
  if (!lacks_length(c, type, "NVARCHAR")) put_text(c, type, true, put_with_length, "VARCHAR");
}
static void emit_varbinary(la_ctx *c, const la_node *type) {
  if (!lacks_length(c, type, "VARBINARY")) put_with_length(c, type, "VARBINARY");
}
static void emit_blob(la_ctx *c, const la_node *type) { put_with_length(c, type, "BLOB"); }

/* ---- labels ---- */

static void put_label(la_ctx *c, const la_str *s) {
  la_putc(c, '\'');
  for (uint32_t i = 0; i < s->len; i++) {
    if (s->s[i] == '\'') la_putc(c, '\'');
    la_put_escaped(c, s->s + i, 1);
  }
  la_putc(c, '\'');
}

/* NAME('a','b') */
static void put_labels(la_ctx *c, const la_node *type, const char *name) {
  la_puts(c, name);
  la_putc(c, '(');
  for (uint32_t i = 0; i < la_list_len(of(type)->labels); i++) {
    if (i) la_putc(c, ',');
    put_label(c, LA_AS(strnode, of(type)->labels->v[i])->s);
  }
  la_putc(c, ')');
}
static void emit_labels_enum(la_ctx *c, const la_node *type) { put_text(c, type, false, put_labels, "ENUM"); }
static void emit_set(la_ctx *c, const la_node *type) { put_text(c, type, false, put_labels, "SET"); }
static void emit_enum(la_ctx *c, const la_node *type) {
  if (la_type_has(type, LA_TB_NATIVE_ENUM))
    emit_labels_enum(c, type);
  else
    la_put_type_base(c, &la_ansi_types, type, "enum");
}

static la_lit literal(la_ctx *c, const la_node *type, const la_value *v) {
  return la_type_isa(type, LA_T_JSONELEMENTTYPE) ? la_literal_json_path(c, v) : la_literal_ansi(c, type, v);
}

static const la_type_rule rules[] = {{"NUMERIC", NULL, NULL, emit_numeric},
                                     {"DECIMAL", NULL, NULL, emit_decimal},
                                     {"DOUBLE", NULL, NULL, emit_double},
                                     {"REAL", NULL, NULL, emit_real},
                                     {"FLOAT", NULL, NULL, emit_float},
                                     {"INTEGER", NULL, NULL, emit_integer},
                                     {"BIGINT", NULL, NULL, emit_bigint},
                                     {"MEDIUMINT", NULL, NULL, emit_mediumint},
                                     {"TINYINT", NULL, NULL, emit_tinyint},
                                     {"SMALLINT", NULL, NULL, emit_smallint},
                                     {"BIT", NULL, NULL, emit_bit},
                                     {"DATETIME", NULL, NULL, emit_datetime},
                                     {"TIME", NULL, NULL, emit_time},
                                     {"TIMESTAMP", NULL, NULL, emit_timestamp},
                                     {"YEAR", NULL, NULL, emit_year},
                                     {"TEXT", NULL, NULL, emit_text},
                                     {"TINYTEXT", NULL, NULL, emit_tinytext},
                                     {"MEDIUMTEXT", NULL, NULL, emit_mediumtext},
                                     {"LONGTEXT", NULL, NULL, emit_longtext},
                                     {"VARCHAR", NULL, NULL, emit_varchar},
                                     {"CHAR", NULL, NULL, emit_char},
                                     {"NVARCHAR", NULL, NULL, emit_nvarchar},
                                     {"NCHAR", NULL, NULL, emit_nchar},
                                     {"VARBINARY", NULL, NULL, emit_varbinary},
                                     {"JSON", "JSON", NULL, NULL},
                                     {"enum", NULL, NULL, emit_enum},
                                     {"BLOB", NULL, NULL, emit_blob},
                                     {"TINYBLOB", "TINYBLOB", NULL, NULL},
                                     {"MEDIUMBLOB", "MEDIUMBLOB", NULL, NULL},
                                     {"LONGBLOB", "LONGBLOB", NULL, NULL},
                                     {"ENUM", NULL, NULL, emit_labels_enum},
                                     {"SET", NULL, NULL, emit_set},
                                     {"BOOLEAN", "BOOL", NULL, NULL},
                                     {NULL, NULL, NULL, NULL}};

static const la_colspec colspecs[] = {{LA_T_MYSQL_INTEGERTYPE, LA_T_MYSQL_INTEGERTYPE},
                                      {LA_T_MYSQL_FLOATTYPE, LA_T_MYSQL_FLOATTYPE},
                                      {LA_T_MYSQL_DECIMAL, LA_T_MYSQL_DECIMAL},
                                      {LA_T_NUMERIC, LA_T_MYSQL_NUMERIC},
                                      {LA_T_FLOAT, LA_T_MYSQL_FLOAT},
                                      {LA_T_DOUBLE, LA_T_MYSQL_DOUBLE},
                                      {LA_T_TIME, LA_T_MYSQL_TIME},
                                      {LA_T_ENUM, LA_T_MYSQL_ENUM},
                                      {LA_T_SQL_JSON, LA_T_MYSQL_JSON},
                                      {LA_T_NONE, LA_T_NONE}};

const la_type_rules la_mysql_types = {&la_ansi_types, rules, colspecs, false, literal};

static const la_type_rule mariadb_rules[] = {
    {"INET4", "INET4", NULL, NULL}, {"INET6", "INET6", NULL, NULL}, {NULL, NULL, NULL, NULL}};

const la_type_rules la_mariadb_types = {&la_mysql_types, mariadb_rules, colspecs, false, NULL};
