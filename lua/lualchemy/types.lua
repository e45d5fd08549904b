--- la.types: all types of the standard, and the classes that users derive from.
local core = require "lualchemy.core"
local type_class = require "lualchemy.sql.type_class"

--- @class lualchemy.types
local types = {}
for name, class in pairs(require "lualchemy.sql.types") do
  if type_class.is_class(class) then types[name] = class end
end
for _, name in ipairs{"TypeEngine", "UserDefinedType", "NullType", "MatchType", "_Binary"} do
  types[name] = type_class.named(name, "")
end

for name, id in pairs{NULLTYPE = "NULLTYPE", BOOLEANTYPE = "BOOLEAN", STRINGTYPE = "STRING", INTEGERTYPE = "INTEGER",
                      NUMERICTYPE = "NUMERIC", MATCHTYPE = "MATCHTYPE"} do
  types[name] = core.type(type_class.of(id)._id)
end

--- An instance of a type given as class or instance; NullType for nil.
--- @param x? lualchemy.TypeEngine
--- @param ... any arguments for a class
--- @return lualchemy.TypeEngine
function types.to_instance(x, ...)
  if x == nil then return types.NULLTYPE end
  if type_class.is_class(x) then return x(...) end
  return x
end

return types
