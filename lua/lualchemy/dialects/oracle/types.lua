--- The types of la.oracle, and the words that describe a vector.
local args = require "lualchemy.args"
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

-- ---- vectors ----

--- A vector that is zero but at some places: the value of a VECTOR whose storage is sparse.
--- @class lualchemy.oracle.SparseVector
--- @field num_dimensions integer
--- @field indices integer[] the places, from 0
--- @field values number[] what stands there
local SparseVector = {}
SparseVector.__index = SparseVector

local SPARSE = {num_dimensions = true, indices = true, values = true}

local function check_numbers(list, name)
  if type(list) ~= "table" then
    err.raise("ArgumentError", "SparseVector: argument '%s' must be an array of numbers, got %s", name, type(list))
  end
  for i = 1, #list do
    if type(list[i]) ~= "number" then
      err.raise("ArgumentError", "SparseVector: argument '%s' must be an array of numbers, got a %s in it", name,
        type(list[i]))
    end
  end
end

--- Is x one?
--- @param x any
--- @return boolean
function SparseVector.is(_, x) return type(x) == "table" and getmetatable(x) == SparseVector end

function SparseVector.__tostring(v)
  return ("SparseVector(num_dimensions=%d, size=%d, typecode=d)"):format(v.num_dimensions, #v.indices)
end

types.SparseVector = setmetatable({is = SparseVector.is}, {__call = function(_, ...)
  local p, o = args.brace("SparseVector", SPARSE, ...)
  local n, indices, numbers = p[1] or o.num_dimensions, p[2] or o.indices, p[3] or o.values
  if type(n) ~= "number" or n ~= math.floor(n) or n < 0 then
    err.raise("ArgumentError", "SparseVector: argument 'num_dimensions' must be a whole number, got %s", tostring(n))
  end
  check_numbers(indices, "indices")
  check_numbers(numbers, "values")
  if #indices ~= #numbers then err.raise("TypeError", "indices and values must be of the same length!") end
  return setmetatable({num_dimensions = n, indices = indices, values = numbers}, SparseVector)
end})

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
