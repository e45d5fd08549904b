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

-- What several types have in common, for isinstance: those that a schema may have, that `+` concatenates, that have
-- elements, that have digits.
for name, list in pairs{
  SchemaType = {{"Enum", ""}, {"Boolean", ""}, {"ENUM", "postgresql"}, {"DOMAIN", "postgresql"}},
  Concatenable = {{"String", ""}, {"ARRAY", ""}, {"HSTORE", "postgresql"}},
  NumericCommon = {{"Numeric", ""}},
  Indexable = {{"JSON", ""}, {"ARRAY", ""}, {"HSTORE", "postgresql"}},
} do
  types[name] = {is = function(_, x)
    for _, class in ipairs(list) do
      if type_class.named(class[1], class[2]):is(x) then return true end
    end
    return false
  end}
end

--- Types of users' own.
types.ExternalType = {is = function(_, x) return types.TypeDecorator:is(x) or types.UserDefinedType:is(x) end}

--- The type as the first of the classes in `colspecs` that it is or inherits from: {[la.Integer] = Own}.
--- @param x lualchemy.TypeEngine
--- @param colspecs table<lualchemy.TypeEngine, lualchemy.TypeEngine>
--- @return lualchemy.TypeEngine
function types.adapt_type(x, colspecs)
  local t = types.to_instance(x)
  local class = type_class.class_of(t)
  for _, c in ipairs(class._mro) do
    local impl = colspecs[c]
    if impl then return impl:is(t) and t or t:adapt(impl) end
  end
  return t
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
