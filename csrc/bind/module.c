/* module.c - luaopen_lualchemy_core: the C half of the library, one table. */
#include "bind/codec.h"
#include "bind/columns.h"
#include "bind/compat.h"
#include "bind/compile.h"
#include "bind/connection.h"
#include "bind/expr.h"
#include "bind/host.h"
#include "bind/instances.h"
#include "bind/json.h"
#include "bind/keywords.h"
#include "bind/meta.h"
#include "bind/node.h"
#include "bind/orm.h"
#include "bind/raise.h"
#include "bind/recipe.h"
#include "bind/schema.h"
#include "bind/stmt.h"
#include "bind/type.h"
#include "bind/url.h"
#include "bind/values.h"

typedef void (*opener)(lua_State *L, int core);

/* Every file of this folder that adds to the core table, in order. */
static const opener openers[] = {la_open_raise,      la_open_node,       la_open_node_access,   la_open_columns,
                                 la_open_decimal,    la_open_datetime,   la_open_uuid,          la_open_type,
                                 la_open_json,       la_open_type_value, la_open_host,          la_open_host_emit,
                                 la_open_schema,     la_open_expr,       la_open_expr_make,     la_open_keywords,
                                 la_open_expr_func,  la_open_select,     la_open_from,          la_open_dml,
                                 la_open_url,        la_open_connection, la_open_pool,          la_open_orm,
                                 la_open_dialect,    la_open_compile,    la_open_compiled_info, la_open_entry,
                                 la_open_codec,      la_open_recipe,     la_open_cursor,        la_open_rows,
                                 la_open_dbfunction, la_open_instances,  la_open_instance_sets, la_open_instance_access,
                                 la_open_settle,     la_open_load,       la_open_meta};

__attribute__((visibility("default"))) int luaopen_lualchemy_core(lua_State *L);

int luaopen_lualchemy_core(lua_State *L) {
  lua_newtable(L);
  int core = lua_gettop(L);
  for (size_t i = 0; i < sizeof openers / sizeof openers[0]; i++) {
    openers[i](L, core);
    lua_settop(L, core);
  }
  return 1;
}
