--- The names of la that make schema items: MetaData, Table, Column, constraints, indexes, defaults.
local base = require "lualchemy.sql.schema_base"
local column = require "lualchemy.sql.schema_column"
local constraint = require "lualchemy.sql.schema_constraint"
local core = require "lualchemy.core"
local default = require "lualchemy.sql.schema_default"
local options = require "lualchemy.sql.schema_options"
local tables = require "lualchemy.sql.schema_table"
require "lualchemy.sql.schema_naming"
require "lualchemy.sql.schema_event"
require "lualchemy.sql.schema_getters"
require "lualchemy.sql.schema_copy"
require "lualchemy.sql.schema_print"
require "lualchemy.sql.ddl_run"
require "lualchemy.sql.ddl_view"

local schema = {
  CheckFirst = require("lualchemy.sql.checkfirst").CheckFirst,
  --- A name that is always (true) or never (false) quoted: la.quoted_name("Name", {quote = true}).
  quoted_name = function(...)
    local p, o = require("lualchemy.args").take("quoted_name", base.keywords("value quote"), ...)
    local quote = p[2]
    if quote == nil then quote = o.quote end
    return core.schema.quoted(p[1] or o.value, quote)
  end,
}
local function folded(fold)
  return function(name) return core.schema.quote_of(name) and name or fold(core.get(name, "s")) end
end

--- A name that is quoted keeps its letters.
core.methods({"STR"}, {lower = folded(string.lower), upper = folded(string.upper)})
core.getters({"STR"}, {quote = core.schema.quote_of})

schema.SchemaItem = base.class("SchemaItem", function(x)
  local kind = core.kind(x)
  if kind == "TABLE" or kind == "COLUMN" then return core.has(x, "spec") end
  return core.category(x) == "SCHEMA"
end)
for _, module in ipairs{tables.public, column.public, constraint.public, default.public} do
  for name, value in pairs(module) do schema[name] = value end
end

for _, name in ipairs{"Table", "Column", "Index", "PrimaryKeyConstraint", "ForeignKeyConstraint", "UniqueConstraint",
  "CheckConstraint"} do
  schema[name].argument_for = options.argument_for(name)
end

return schema
