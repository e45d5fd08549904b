/* sqlite_type.c - types of SQLite. A date that is stored in digits alone gets a
 * name with CHAR in it, for SQLite would take it as a number otherwise. */
#include <string.h>

#include "compile/type_literal.h"
#include "compile/type_storage.h"
#include "dialect/type_rules.h"

/* Does a storage format ("%(year)04d-…") write anything but digits? */
static bool writes_letters(const la_str *format) {
  for (const char *s = format->s; *s; s++) {
    if (*s == '%' && s[1] == '(' && strchr(s, ')')) {
      s = strchr(s, ')');
      while (s[1] >= '0' && s[1] <= '9') s++;
      if (s[1] == 'd') s++;
    } else if (*s < '0' || *s > '9') {
      return true;
    }
  }
  return false;
}

static void emit_moment(la_ctx *c, const la_node *type, const char *name) {
  const la_str *format = la_type_option_str(type, "storage_format");
  la_puts(c, name);
  if (format && !writes_letters(format)) la_puts(c, "_CHAR");
}

static void emit_datetime(la_ctx *c, const la_node *type) { emit_moment(c, type, "DATETIME"); }
static void emit_date(la_ctx *c, const la_node *type) { emit_moment(c, type, "DATE"); }
static void emit_time(la_ctx *c, const la_node *type) { emit_moment(c, type, "TIME"); }

static la_lit literal(la_ctx *c, const la_node *type, const la_value *v) {
  switch (la_type_affinity(type)) {
    case LA_T_DATE:
    case LA_T_TIME:
    case LA_T_DATETIME: return la_literal_stored(c, type, v);
    case LA_T_JSONELEMENTTYPE: return la_literal_json_path(c, v);
    default: return la_literal_ansi(c, type, v);
  }
}

static const la_type_rule rules[] = {{"DATETIME", NULL, NULL, emit_datetime}, {"DATE", NULL, NULL, emit_date},
                                     {"TIME", NULL, NULL, emit_time},         {"JSON", "JSON", NULL, NULL},
                                     {"JSONB", "JSONB", NULL, NULL},          {NULL, NULL, NULL, NULL}};

static const la_colspec colspecs[] = {{LA_T_DATE, LA_T_SQLITE_DATE},
                                      {LA_T_DATETIME, LA_T_SQLITE_DATETIME},
                                      {LA_T_TIME, LA_T_SQLITE_TIME},
                                      {LA_T_SQL_JSON, LA_T_SQLITE_JSON},
                                      {LA_T_NONE, LA_T_NONE}};

const la_type_rules la_sqlite_types = {&la_ansi_types, rules, colspecs, true, literal};
