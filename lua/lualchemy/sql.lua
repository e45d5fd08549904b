--- la.sql: `sqlalchemy.sql` with its modules.
require "lualchemy.sql.compiler"

local names = {}
for _, module in ipairs{"expression", "expression_class", "functions", "selectable", "dml", "types", "names"} do
  for name, value in pairs(require("lualchemy.sql." .. module)) do names[name] = value end
end

local visitors = require "lualchemy.sql.visitors"
--- @type lualchemy.sql
local sql = {
  visitors = visitors, util = require "lualchemy.sql.util",
  operators = require("lualchemy.sql.operators").values, functions = require "lualchemy.sql.generic_function",
  ddl = require "lualchemy.sql.ddl_names",
  expression = names, elements = names, selectable = names, dml = names, sqltypes = names,
}
sql.ClauseVisitor = visitors.ClauseVisitor
for name, value in pairs(names) do sql[name] = sql[name] or value end

return sql
