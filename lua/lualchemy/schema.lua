--- la.schema: schema items, and the statements about them.
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local ddl = require "lualchemy.sql.ddl_element"
local items = require "lualchemy.sql.schema"
local sort = require "lualchemy.sql.schema_sort"

local schema = {
  --- A name that no naming convention changes.
  conv = core.schema.conv,
  RETAIN_SCHEMA = base.RETAIN_SCHEMA,
  sort_tables = sort.sort_tables,
  sort_tables_and_constraints = sort.sort_tables_and_constraints,
}
for _, names in ipairs{items, ddl.classes, ddl.public} do
  for name, value in pairs(names) do schema[name] = value end
end

return schema
