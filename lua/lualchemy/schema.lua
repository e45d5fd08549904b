--- la.schema: schema items, and the statements about them.
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"

local CONDITIONAL = {CONSTRAINT = true, INDEX = true}

local schema = {
  --- A name that no naming convention changes.
  conv = core.schema.conv,
  RETAIN_SCHEMA = base.RETAIN_SCHEMA,
  SchemaConst = {RETAIN_SCHEMA = base.RETAIN_SCHEMA, BLANK_SCHEMA = base.BLANK_SCHEMA},
  --- What ddl_if() applies to.
  HasConditionalDDL = {is = function(_, x)
    return core.is_node(x) and CONDITIONAL[core.kind(x)] == true
  end},
}
for _, names in ipairs{require "lualchemy.sql.schema", (require "lualchemy.sql.ddl_names")} do
  for name, value in pairs(names) do schema[name] = value end
end

return schema
