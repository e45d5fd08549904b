--- la.schema: schema items, and the statements about them.
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"

local schema = {
  --- A name that no naming convention changes.
  conv = core.schema.conv,
  RETAIN_SCHEMA = base.RETAIN_SCHEMA,
}
for _, names in ipairs{require "lualchemy.sql.schema", (require "lualchemy.sql.ddl_names")} do
  for name, value in pairs(names) do schema[name] = value end
end

return schema
