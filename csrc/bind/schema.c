/* schema.c - core.schema: what the Lua half makes tables with.
 *
 * Functions that attach something give an array of what came into being by it,
 * and a warning or nil.
 */
#include "bind/schema.h"

#include <string.h>

#include "bind/columns.h"
#include "bind/convert.h"
#include "bind/node.h"
#include "bind/raise.h"
#include "compile/ddl.h"
#include "dialect/dialects.h"
#include "sql/schema.h"

static const char attached_meta[] = "lualchemy.attached";

/* ---- arguments ---- */

static la_node *check_kind(lua_State *L, int idx, la_kind kind, const char *function, const char *accepted) {
  la_node *n = la_to_node(L, idx);
  if (!la_is(n, kind)) la_raise_arg(L, function, la_kind_name(kind), idx, accepted);
  return n;
}

static la_node *check_metadata(lua_State *L, int idx, const char *function) {
  return check_kind(L, idx, LA_K_METADATA, function, "a MetaData");
}

static la_node *check_table(lua_State *L, int idx, const char *function) {
  la_node *n = la_to_node(L, idx);
  if (!la_is_schema_table(n)) la_raise_arg(L, function, "table", idx, "a Table");
  return n;
}

static la_node *check_column(lua_State *L, int idx, const char *function) {
  la_node *n = la_to_node(L, idx);
  if (!la_is(n, LA_K_COLUMN) || !LA_AS(column, n)->spec) la_raise_arg(L, function, "column", idx, "a Column");
  return n;
}

static la_node *check_item(lua_State *L, int idx, const char *function) {
  la_node *n = la_to_node(L, idx);
  if (!la_is(n, LA_K_CONSTRAINT) && !la_is(n, LA_K_INDEX))
    la_raise_arg(L, function, "constraint", idx, "a Constraint or an Index");
  return n;
}

/* A name at idx, held by a STR node that stays on the stack; NULL for nil. */
static la_str *to_name(lua_State *L, int idx, const char *function) {
  la_node *n = la_test_node(L, idx);
  if (la_is(n, LA_K_STR)) return LA_AS(strnode, n)->s;
  if (la_is_null(L, idx)) return NULL;
  if (lua_type(L, idx) != LUA_TSTRING) la_raise_arg(L, function, "name", idx, "a string");
  la_node **slot = la_new_slot(L);
  *slot = la_node_new(LA_K_STR);
  if (!*slot) luaL_error(L, "out of memory");
  LA_AS(strnode, *slot)->s = la_to_str(L, idx);
  return LA_AS(strnode, *slot)->s;
}

/* ---- answers ---- */

static void push_links(lua_State *L, const la_list *l) {
  lua_createtable(L, (int)la_list_len(l), 0);
  for (uint32_t i = 0; i < la_list_len(l); i++) {
    la_push_node_ref(L, l->v[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
}

static void push_nodes(lua_State *L, la_columns *c) {
  lua_createtable(L, (int)la_columns_len(c), 0);
  for (uint32_t i = 0; i < la_columns_len(c); i++) {
    la_push_node_ref(L, c->v[i].col);
    lua_rawseti(L, -2, (int)i + 1);
  }
}

/* What is attached, freed by Lua whatever happens. */
static la_attached *new_attached(lua_State *L) {
  la_attached *a = lua_newuserdatauv(L, sizeof *a, 0);
  *a = (la_attached)LA_ATTACHED_INIT;
  luaL_getmetatable(L, attached_meta);
  lua_setmetatable(L, -2);
  return a;
}

static int attached_gc(lua_State *L) {
  la_attached_free(lua_touserdata(L, 1));
  return 0;
}

static int answer(lua_State *L, int rc, const la_attached *a, la_error *e) {
  if (rc) return la_raise(L, e);
  lua_createtable(L, (int)a->n, 0);
  for (uint32_t i = 0; i < a->n; i++) {
    la_push_node_ref(L, a->v[i]);
    lua_rawseti(L, -2, (int)i + 1);
  }
  la_push_str(L, a->warning);
  return 2;
}

/* ---- names ---- */

/* quoted(name, quote): the name as a STR that is always or never quoted; quote nil: as it needs */
static int name_quoted(lua_State *L) {
  la_str *name = to_name(L, 1, "quoted_name");
  if (!name) return la_raise_arg(L, "quoted_name", "value", 1, "a string");
  la_node **slot = la_new_slot(L);
  *slot = la_node_new(LA_K_STR);
  la_quote quote = la_is_null(L, 2) ? (la_quote)name->quote : lua_toboolean(L, 2) ? LA_QUOTE_ALWAYS : LA_QUOTE_NEVER;
  la_str *s = *slot ? la_str_with_quote(name, quote) : NULL;
  if (!s) return luaL_error(L, "out of memory");
  LA_AS(strnode, *slot)->s = s;
  la_node_seal(*slot);
  return 1;
}

/* quote_of(name): whether a STR is to be quoted; nil: where it must be */
static int name_quote(lua_State *L) {
  la_str *name = to_name(L, 1, "quote");
  if (!name || name->quote == LA_QUOTE_AUTO)
    lua_pushnil(L);
  else
    lua_pushboolean(L, name->quote == LA_QUOTE_ALWAYS);
  return 1;
}

/* conv(name): the name as a STR that no naming convention changes */
static int name_conv(lua_State *L) {
  la_str *name = to_name(L, 1, "conv");
  if (!name) return la_raise_arg(L, "conv", "name", 1, "a string");
  la_node **slot = la_new_slot(L);
  *slot = la_node_new(LA_K_STR);
  la_str *s = *slot ? la_str_with_flags(name, name->flags | LA_STR_CUT) : NULL;
  if (!s) return luaL_error(L, "out of memory");
  LA_AS(strnode, *slot)->s = s;
  la_node_seal(*slot);
  return 1;
}

/* name(node, field): the field as a STR, with its quoting and finality; nil if it is not set */
static int name_get(lua_State *L) {
  la_node *n = la_to_node(L, 1);
  const char *field = luaL_checkstring(L, 2);
  const la_field *f = n ? la_kind_field((la_kind)n->kind, field) : NULL;
  if (!f || f->cls != LA_F_str) return la_raise_arg(L, "name", "field", 2, "the name of a text");
  la_str *s = *(la_str **)((char *)n + f->offset);
  if (!s) return 0;
  la_node **slot = la_new_slot(L);
  *slot = la_node_new(LA_K_STR);
  if (!*slot) return luaL_error(L, "out of memory");
  LA_AS(strnode, *slot)->s = la_str_retain(s);
  la_node_seal(*slot);
  return 1;
}

/* is_conv(name): is it a STR made by conv or a convention? */
static int name_is_conv(lua_State *L) {
  la_node *n = la_test_node(L, 1);
  lua_pushboolean(L, la_is(n, LA_K_STR) && LA_AS(strnode, n)->s->flags & LA_STR_CUT);
  return 1;
}

/* ---- MetaData ---- */

static int metadata_tables(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_columns *c = la_metadata_tables(check_metadata(L, 1, "tables"), &e);
  if (!c) return la_raise(L, &e);
  push_nodes(L, c);
  return 1;
}

static int metadata_sequences(lua_State *L) {
  push_nodes(L, LA_AS(metadata, check_metadata(L, 1, "sequences"))->sequences);
  return 1;
}

static int metadata_table(lua_State *L) {
  size_t len;
  la_node *metadata = check_metadata(L, 1, "table");
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tolstring(L, 2, &len) : NULL;
  la_push_node_ref(L, key ? la_metadata_table(metadata, key, len) : NULL);
  return 1;
}

static int metadata_remove(lua_State *L) {
  la_metadata_remove(check_metadata(L, 1, "remove"), check_table(L, 2, "remove"));
  return 0;
}

static int metadata_clear(lua_State *L) {
  la_metadata_clear(check_metadata(L, 1, "clear"));
  return 0;
}

static int metadata_add_sequence(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *sequence = check_kind(L, 2, LA_K_SEQUENCE, "Sequence", "a Sequence");
  if (la_metadata_add_sequence(check_metadata(L, 1, "Sequence"), sequence, &e)) return la_raise(L, &e);
  return 0;
}

/* ---- tables and columns ---- */

/* table_new(metadata, name, schema) */
static int table_new(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *metadata = check_metadata(L, 1, "Table"), *table;
  la_str *name = to_name(L, 2, "Table"), *schema = to_name(L, 3, "Table");
  if (!name) return la_raise_arg(L, "Table", "name", 2, "a string");
  if (la_schema_table_new(&table, metadata, name, schema, &e)) return la_raise(L, &e);
  la_push_node(L, table);
  return 1;
}

/* column_new(name, type) */
static int column_new(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *type = la_to_node(L, 2), *column;
  la_str *name = to_name(L, 1, "Column");
  if (!la_is_null(L, 2) && !la_is(type, LA_K_TYPE)) return la_raise_arg(L, "Column", "type_", 2, "a type");
  if (la_schema_column_new(&column, name, type, &e)) return la_raise(L, &e);
  la_push_node(L, column);
  return 1;
}

/* attach_column(table, column, replace) */
static int column_attach(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *table = check_table(L, 1, "append_column"), *column = check_column(L, 2, "append_column");
  la_attached *a = new_attached(L);
  la_columns_forget(L, table);
  return answer(L, la_schema_attach_column(table, column, lua_toboolean(L, 3), a, &e), a, &e);
}

/* set_default(column, default) */
static int column_set_default(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *dflt = la_to_node(L, 2);
  if (!dflt || la_kind_category((la_kind)dflt->kind) != LA_CAT_SCHEMA)
    return la_raise_arg(L, "Column", "default", 2, "a default");
  if (la_column_set_default(check_column(L, 1, "Column"), dflt, &e)) return la_raise(L, &e);
  return 0;
}

/* column_constraint(column, constraint) */
static int column_constraint(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *constraint = check_kind(L, 2, LA_K_CONSTRAINT, "Column", "a Constraint");
  if (la_column_add_constraint(check_column(L, 1, "Column"), constraint, &e)) return la_raise(L, &e);
  return 0;
}

/* foreign_key(column, fk) */
static int column_foreign_key(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *column = check_column(L, 1, "append_foreign_key");
  la_node *fk = check_kind(L, 2, LA_K_FOREIGN_KEY, "append_foreign_key", "a ForeignKey");
  la_attached *a = new_attached(L);
  return answer(L, la_column_add_foreign_key(column, fk, a, &e), a, &e);
}

/* column_remove(table, column): takes it from table.c alone */
static int column_remove(lua_State *L) {
  la_node *table = check_table(L, 1, "column_remove");
  la_columns_forget(L, table);
  if (la_columns_remove(LA_AS(table, table)->columns, check_column(L, 2, "column_remove")))
    return luaL_error(L, "out of memory");
  return 0;
}

/* spec_of(column): the COLUMN_SPEC of the column that this one stands for, or nil */
static int column_spec_of(lua_State *L) {
  const la_column_spec *s = la_column_spec_of(la_to_node(L, 1));
  la_push_node_ref(L, s ? (la_node *)&s->base : NULL);
  return 1;
}

static int table_primary_key(lua_State *L) {
  push_links(L, la_table_primary_key(check_table(L, 1, "primary_key")));
  return 1;
}

static int table_autoincrement(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *column;
  if (la_table_autoincrement_column(&column, check_table(L, 1, "autoincrement_column"), &e)) return la_raise(L, &e);
  la_push_node_ref(L, column);
  return 1;
}

/* ---- constraints ---- */

/* constraint_new(kind) */
static int constraint_new(lua_State *L) {
  static const char *const kinds[] = {"primary_key", "foreign_key", "unique", "check", "exclude", NULL};
  la_error e = LA_ERROR_INIT;
  la_node *constraint;
  int kind = luaL_checkoption(L, 1, NULL, kinds);
  if (la_schema_constraint_new(&constraint, (la_constraint_kind)kind, &e)) return la_raise(L, &e);
  la_push_node(L, constraint);
  return 1;
}

/* attach(table, item) */
static int item_attach(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *table = check_table(L, 1, "append_constraint"), *item = check_item(L, 2, "append_constraint");
  la_attached *a = new_attached(L);
  la_columns_forget(L, table);
  return answer(L, la_schema_attach(table, item, a, &e), a, &e);
}

/* auto_attach(item) */
static int item_auto_attach(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *item = check_item(L, 1, "append_constraint");
  la_attached *a = new_attached(L);
  return answer(L, la_schema_auto_attach(item, a, &e), a, &e);
}

static int item_class(lua_State *L) {
  lua_pushstring(L, la_constraint_class(check_item(L, 1, "class")));
  return 1;
}

/* hold(expression): an expression that a schema item keeps, for use outside */
static int expression_hold(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *n = la_to_node(L, 1);
  if (!n) {
    lua_settop(L, 1);
    return 1;
  }
  la_node **slot = la_new_slot(L);
  *slot = la_node_retain(n);
  if (la_schema_hold(slot, &e)) return la_raise(L, &e);
  la_push_node_ref(L, *slot);
  return 1;
}

/* store(statement, table): the statement as the table may keep it; see hold */
static int statement_store(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *n = la_to_node(L, 1), *table = check_table(L, 2, "store"), **slot = la_new_slot(L);
  *slot = la_node_retain(n);
  if (la_schema_store(slot, table, &e)) return la_raise(L, &e);
  la_push_node_ref(L, *slot);
  return 1;
}

/* ---- foreign keys ---- */

static la_node *check_fk(lua_State *L) { return check_kind(L, 1, LA_K_FOREIGN_KEY, "ForeignKey", "a ForeignKey"); }

static int fk_column(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *column;
  if (la_fk_column(&column, check_fk(L), &e)) return la_raise(L, &e);
  la_push_node_ref(L, column);
  return 1;
}

static int fk_column_find(lua_State *L) {
  la_push_node_ref(L, la_fk_column_find(check_fk(L)));
  return 1;
}

static int fk_table_find(lua_State *L) {
  la_push_node_ref(L, la_fk_table_find(check_fk(L)));
  return 1;
}

static int fk_target(lua_State *L) {
  la_str *s = la_fk_target_fullname(check_fk(L));
  if (!s) return luaL_error(L, "out of memory");
  lua_pushlstring(L, s->s, s->len);
  la_str_release(s);
  return 1;
}

/* referred_table(constraint) */
static int referred_table(lua_State *L) {
  la_error e = LA_ERROR_INIT;
  la_node *table;
  if (la_constraint_referred_table(&table, check_item(L, 1, "referred_table"), &e)) return la_raise(L, &e);
  la_push_node_ref(L, table);
  return 1;
}

/* ---- options of dialects ---- */

static const la_ddl_rules *rules_named(lua_State *L, int idx) {
  la_dialect_inst *d = la_dialect_new(la_dialect_named(luaL_checkstring(L, idx)));
  const la_ddl_rules *r = d ? d->ddl : NULL;
  la_dialect_release(d);
  return r;
}

/* option_known(dialect, class, name): true, false, or nil if there is no such dialect */
static int option_known(lua_State *L) {
  if (!la_dialect_named(luaL_checkstring(L, 1))) return 0;
  lua_pushboolean(L, la_ddl_option_known(rules_named(L, 1), luaL_checkstring(L, 2), luaL_checkstring(L, 3)));
  return 1;
}

static void push_default(lua_State *L, int dflt) {
  if (dflt == LA_OPT_TABLE)
    lua_newtable(L);
  else if (dflt != LA_OPT_NONE)
    lua_pushboolean(L, dflt == LA_OPT_TRUE);
  else
    lua_pushnil(L);
}

/* option_defaults(dialect, class): {name = default} */
static int option_defaults(lua_State *L) {
  const char *cls = luaL_checkstring(L, 2);
  if (!la_dialect_named(luaL_checkstring(L, 1))) return 0;
  const la_ddl_rules *r = rules_named(L, 1);
  lua_newtable(L);
  for (const la_ddl_option *o = r ? r->options : NULL; o && o->cls; o++) {
    if (strcmp(o->cls, cls) || !strcmp(o->name, "*")) continue;
    push_default(L, o->dflt);
    lua_setfield(L, -2, o->name);
  }
  return 1;
}

/* has_types(dialect): does it have types that are created and dropped? */
static int has_types(lua_State *L) {
  const la_ddl_rules *r = rules_named(L, 1);
  lua_pushboolean(L, r && r->type && r != &la_ansi_ddl);
  return 1;
}

/* core.ddl_actions: [action] = {class, element} */
static void push_actions(lua_State *L) {
  static const char *const rows[][2] = {
#define DDL(ID, cls, element) {#cls, #element},
#include "sql/ddl.def"
#undef DDL
  };
  lua_newtable(L);
  for (int i = 0; i < LA_DDL_COUNT; i++) {
    lua_createtable(L, 2, 0);
    for (int k = 0; k < 2; k++) {
      lua_pushstring(L, rows[i][k]);
      lua_rawseti(L, -2, k + 1);
    }
    lua_rawseti(L, -2, i);
  }
}

static const luaL_Reg functions[] = {{"quoted", name_quoted},
                                     {"quote_of", name_quote},
                                     {"conv", name_conv},
                                     {"is_conv", name_is_conv},
                                     {"name", name_get},
                                     {"tables", metadata_tables},
                                     {"sequences", metadata_sequences},
                                     {"table", metadata_table},
                                     {"remove", metadata_remove},
                                     {"clear", metadata_clear},
                                     {"add_sequence", metadata_add_sequence},
                                     {"table_new", table_new},
                                     {"column_new", column_new},
                                     {"attach_column", column_attach},
                                     {"set_default", column_set_default},
                                     {"column_constraint", column_constraint},
                                     {"foreign_key", column_foreign_key},
                                     {"column_remove", column_remove},
                                     {"spec_of", column_spec_of},
                                     {"primary_key", table_primary_key},
                                     {"autoincrement_column", table_autoincrement},
                                     {"constraint_new", constraint_new},
                                     {"attach", item_attach},
                                     {"auto_attach", item_auto_attach},
                                     {"class", item_class},
                                     {"hold", expression_hold},
                                     {"store", statement_store},
                                     {"fk_column", fk_column},
                                     {"fk_column_find", fk_column_find},
                                     {"fk_table_find", fk_table_find},
                                     {"fk_target", fk_target},
                                     {"referred_table", referred_table},
                                     {"option_known", option_known},
                                     {"option_defaults", option_defaults},
                                     {"has_types", has_types},
                                     {NULL, NULL}};

void la_open_schema(lua_State *L, int core) {
  luaL_newmetatable(L, attached_meta);
  lua_pushcfunction(L, attached_gc);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  lua_newtable(L);
  for (const luaL_Reg *r = functions; r->name; r++) {
    lua_pushcfunction(L, r->func);
    lua_setfield(L, -2, r->name);
  }
  lua_setfield(L, core, "schema");
  push_actions(L);
  lua_setfield(L, core, "ddl_actions");
}
