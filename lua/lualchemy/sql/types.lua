--- The types of la: those of all dialects, and what users derive from.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local type_class = require "lualchemy.sql.type_class"
require "lualchemy.sql.type_methods"
require "lualchemy.sql.type_host"
require "lualchemy.sql.comparator"

local of = type_class.of

--- The names that la itself has; la.types has these and more.
local NAMES = {
  "ARRAY", "BIGINT", "BINARY", "BLOB", "BOOLEAN", "BigInteger", "Boolean", "CHAR", "CLOB", "DATE", "DATETIME",
  "DECIMAL", "DOUBLE", "DOUBLE_PRECISION", "Date", "DateTime", "Double", "Enum", "FLOAT", "Float", "INTEGER", "Integer",
  "Interval", "JSON", "LargeBinary", "NCHAR", "NUMERIC", "NVARCHAR", "Numeric", "PickleType", "REAL", "SMALLINT",
  "SmallInteger", "String", "TEXT", "TIME", "TIMESTAMP", "Text", "Time", "TupleType", "TypeDecorator", "UUID",
  "Unicode", "UnicodeText", "Uuid", "VARBINARY", "VARCHAR",
}

local types = type_class.export("", NAMES)
types.INT = types.INTEGER

local Enum, Array, Json = of("ENUM"), of("SQL_ARRAY"), of("SQL_JSON")

--- The length is that of the longest label unless another one is given.
function Enum._prepare(given)
  local longest = 0
  for _, label in ipairs(given.enums) do longest = math.max(longest, type_class.letters(label)) end
  if type(given.length) == "number" and given.length < longest then
    err.raise("ArgumentError", "When provided, length must be larger or equal than the length of the longest enum "
      .. "value. %d < %d", given.length, longest)
  end
  if given.length == nil then given.length = longest end
end

function Array._prepare(given, class)
  if given.item_type == nil then err.raise("ArgumentError", "%s() needs the argument 'item_type'", class._name) end
  if Array:is(given.item_type) then
    err.raise("ArgumentError",
      "Do not nest ARRAY types; ARRAY(basetype) handles multi-dimensional arrays of basetype")
  end
end

-- The types of what stands in the brackets of a JSON expression.
Json.JSONElementType, Json.JSONPathType = of("JSONELEMENTTYPE"), of("JSONPATHTYPE")
Json.JSONIndexType, Json.JSONIntIndexType = of("JSONINDEXTYPE"), of("JSONINTINDEXTYPE")
Json.JSONStrIndexType = of("JSONSTRINDEXTYPE")

--- A table marked as a JSON array; an empty one is [] then, not {}.
--- @return table
types.json_array = core.json_array

return types
