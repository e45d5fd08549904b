--- The public names of Core's SQL, for the parts of the library that are built on it: api.select, api.bindparam …
--
-- Modules load when a name of theirs is first asked for.

--- Modules that give names, in the order in which they are asked.
local MODULES = {
  "lualchemy.values",
  "lualchemy.sql.types",
  "lualchemy.sql.expression",
  "lualchemy.sql.expression_class",
  "lualchemy.sql.functions",
  "lualchemy.sql.selectable",
  "lualchemy.sql.dml",
  "lualchemy.sql.schema",
  "lualchemy.sql.ddl",
  "lualchemy.sql.compiles",
}
local asked = 0

return setmetatable({}, {__index = function(self, name)
  if asked == 0 then
    require "lualchemy.sql.compiler"
    require "lualchemy.sql.visitors"
    require "lualchemy.sql.statement_kind"
  end
  while asked < #MODULES do
    asked = asked + 1
    for k, v in pairs(require(MODULES[asked])) do rawset(self, k, v) end
    local value = rawget(self, name)
    if value ~= nil then return value end
  end
end})
