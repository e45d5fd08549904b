/* schema_option.c - reading the options of schema items: PAIR(STR name, value). */
#include <string.h>

#include "sql/schema.h"

static bool is_named(const la_node *pair, const char *dialect, size_t len, const char *name) {
  const la_str *key = LA_AS(strnode, LA_AS(pair, pair)->key)->s;
  if (!len) return !strcmp(key->s, name);
  return key->len > len && !memcmp(key->s, dialect, len) && key->s[len] == '_' && !strcmp(key->s + len + 1, name);
}

static la_node *find(const la_list *options, const char *dialect, const char *name) {
  for (uint32_t i = 0; i < la_list_len(options); i++)
    if (is_named(options->v[i], dialect, strlen(dialect), name)) return LA_AS(pair, options->v[i])->value;
  return NULL;
}

la_node *la_schema_option(const la_list *options, const char *dialect, const char *name) {
  return find(options, dialect, name);
}

la_node *la_schema_option_named(const la_list *options, const char *name) { return find(options, "", name); }

la_value la_schema_option_value(const la_node *option) {
  return la_is(option, LA_K_CONST) ? LA_AS(constant, option)->value : LA_VALUE_ABSENT;
}
