--- The types of la.oracle, and the words that describe a vector.
local err = require "lualchemy.error"
local params = require "lualchemy.sql.type_params"
local type_class = require "lualchemy.sql.type_class"

local of = type_class.of

params.define{
  ORACLE_NUMBER = {"precision", "scale", "asdecimal"},
  ORACLE_FLOAT = {"binary_precision", "asdecimal", "decimal_return_scale"},
  ORACLE_TIMESTAMP = {"timezone", "local_timezone"},
  ORACLE_INTERVAL = {"day_precision", "second_precision"},
  ORACLE_VECTOR = {"dim", "storage_format", "storage_type"},
  ORACLE_JSON = {"none_as_null", "use_blob"},
}

of("ORACLE_NUMBER")._prepare = function(given)
  if given.asdecimal == nil then given.asdecimal = type(given.scale) == "number" and given.scale > 0 end
end
of("ORACLE_TIMESTAMP")._prepare = function(given)
  if given.timezone and given.local_timezone then
    err.raise("ArgumentError", "timezone and local_timezone are mutually exclusive")
  end
end
of("ORACLE_INTERVAL").as_generic = function(self)
  return of("INTERVAL"){second_precision = self.second_precision, day_precision = self.day_precision}
end

local types = type_class.export("oracle", {
  "BFILE", "BINARY_DOUBLE", "BINARY_FLOAT", "BLOB", "BOOLEAN", "CHAR", "CLOB", "DATE", "DOUBLE_PRECISION", "FLOAT",
  "INTERVAL", "JSON", "LONG", "NCHAR", "NCLOB", "NUMBER", "NVARCHAR", "RAW", "REAL", "ROWID", "TIMESTAMP", "VARCHAR",
  "VARCHAR2", "VECTOR",
})
types.NVARCHAR2 = types.NVARCHAR

--- Words whose members are named as they are written.
local function words(...)
  local set = {}
  for _, word in ipairs{...} do set[word] = word end
  return set
end
types.VectorStorageFormat = words("INT8", "BINARY", "FLOAT32", "FLOAT64")
types.VectorStorageType = words("SPARSE", "DENSE")

of("ORACLE_VECTOR")._prepare = function(given)
  if given.dim ~= nil and type(given.dim) ~= "number" then err.raise("ArgumentError", "dim must be an integer") end
  for name, enum in pairs{storage_format = "VectorStorageFormat", storage_type = "VectorStorageType"} do
    if given[name] ~= nil and not types[enum][given[name]] then
      err.raise("ArgumentError", "%s must be an enum of type %s", name, enum)
    end
  end
end

return types
