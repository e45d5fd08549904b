--- SELECT and everything in FROM: the public names.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
require "lualchemy.sql.expression"
require "lualchemy.sql.selectable_columns"
local from = require "lualchemy.sql.selectable_from"
local cte = require "lualchemy.sql.selectable_cte"
require "lualchemy.sql.selectable_select"
local exists = require "lualchemy.sql.selectable_exists"

local SELECTS = {SELECT = true, COMPOUND = true, SELECT_GROUPING = true, TEXT_SELECT = true}

--- The method as a function: of what can stand in FROM, or a SELECT; anything else is an error.
local function of_from(method)
  return function(x, ...)
    local node = core.element(x)
    if not (node and SELECTS[core.kind(node)]) then core.coerce(core.roles.from, x) end
    return method(x, ...)
  end
end

--- How alias() and its kin call what they make something of, where arguments are named.
local NAMES = {
  alias = "selectable name flat", lateral = "selectable name", tablesample = "selectable sampling name seed",
  cte = "selectable name recursive nesting", subquery = "selectable name",
}

local selectable = {
  select = core.select, exists = exists.exists, cte = cte.cte, values = cte.values,
  table = from.table, alias = of_from(from.alias), lateral = of_from(from.lateral),
  tablesample = of_from(from.tablesample),
  join = core.join, outerjoin = core.outerjoin,
  union = core.union, union_all = core.union_all, except_ = core.except_, except_all = core.except_all,
  intersect = core.intersect, intersect_all = core.intersect_all,
  LABEL_STYLE_NONE = 0, LABEL_STYLE_TABLENAME_PLUS_COL = 1, LABEL_STYLE_DISAMBIGUATE_ONLY = 2, LABEL_STYLE_DEFAULT = 2,
  LABEL_STYLE_LEGACY_ORM = 3,
}

--- `(SELECT …) AS name`, to select from.
function selectable.subquery(statement, name)
  return core.subquery(require("lualchemy.sql.selectable_parts").plain(statement), name)
end

args.by_name(selectable, NAMES)

for name, class in pairs(require "lualchemy.sql.selectable_class") do selectable[name] = class end
for class, name in pairs{
  Alias = "alias", Lateral = "lateral", TableSample = "tablesample", CTE = "cte", Subquery = "subquery",
} do selectable[class].make = selectable[name] end

require "lualchemy.sql.adapt"
require "lualchemy.sql.dml"
require "lualchemy.sql.schema_column"
require "lualchemy.sql.schema_getters"

return selectable
