--- The names that la.schema and la.sql.ddl have beside those of schema items: statements, visitors, sorting.
local ddl = require "lualchemy.sql.ddl_element"
local sort = require "lualchemy.sql.schema_sort"
require "lualchemy.sql.ddl_view"

local names = {
  SchemaGenerator = require "lualchemy.sql.ddl_generator", SchemaDropper = require "lualchemy.sql.ddl_dropper",
  sort_tables = sort.sort_tables, sort_tables_and_constraints = sort.sort_tables_and_constraints,
}
for _, part in ipairs{ddl.classes, ddl.public, require("lualchemy.sql.ddl_visitor").public} do
  for name, value in pairs(part) do names[name] = value end
end

return names
