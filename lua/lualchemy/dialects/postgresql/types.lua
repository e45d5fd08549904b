--- The types of la.postgresql.
local err = require "lualchemy.error"
local params = require "lualchemy.sql.type_params"
local type_class = require "lualchemy.sql.type_class"

local of = type_class.of

params.define{
  POSTGRESQL_BIT = {"length", "varying"},
  POSTGRESQL_TIMESTAMP = {"timezone", "precision"},
  POSTGRESQL_TIME = {"timezone", "precision"},
  POSTGRESQL_INTERVAL = {"precision", "fields"},
  POSTGRESQL_ENUM = {rest = "enums", keywords = {"name", "create_type", "native_enum", "create_constraint", "length",
    "validate_strings", "omit_aliases", "sort_key_function", "schema", "metadata", "inherit_schema", "quote"}},
  POSTGRESQL_DOMAIN = {"name", "data_type", keywords = {"collation", "collation_schema", "default", "constraint_name",
    "not_null", "check", "create_type", "schema", "metadata", "inherit_schema", "quote"}},
  POSTGRESQL_HSTORE = {"text_type"},
  POSTGRESQL_JSON = {"none_as_null", "astext_type"},
}

of("POSTGRESQL_BIT")._prepare = function(given)
  if not given.varying and given.length == nil then given.length = 1 end
end

of("POSTGRESQL_ENUM")._prepare = function(given, class)
  given.native_enum = true
  of("ENUM")._prepare(given, class)
end

of("POSTGRESQL_DOMAIN")._prepare = function(given)
  if type(given.name) ~= "string" then err.raise("ArgumentError", "DOMAIN(): argument 'name' must be a string") end
  if given.data_type == nil then err.raise("ArgumentError", "DOMAIN() needs the argument 'data_type'") end
end

of("POSTGRESQL_INTERVAL").as_generic = function(self)
  return of("INTERVAL"){second_precision = self.precision}
end

local types = type_class.export("postgresql", {
  "ARRAY", "AbstractMultiRange", "AbstractRange", "AbstractSingleRange", "BIGINT", "BIT", "BOOLEAN", "BYTEA", "CHAR",
  "CIDR", "CITEXT", "DATE", "DATEMULTIRANGE", "DATERANGE", "DOMAIN", "DOUBLE_PRECISION", "ENUM", "FLOAT", "HSTORE",
  "INET", "INT4MULTIRANGE", "INT4RANGE", "INT8MULTIRANGE", "INT8RANGE", "INTEGER", "INTERVAL", "JSON", "JSONB",
  "JSONPATH", "MACADDR", "MACADDR8", "MONEY", "NUMERIC", "NUMMULTIRANGE", "NUMRANGE", "NamedType", "OID", "REAL",
  "REGCLASS", "REGCONFIG", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "TSMULTIRANGE", "TSQUERY", "TSRANGE",
  "TSTZMULTIRANGE", "TSTZRANGE", "TSVECTOR", "UUID", "VARCHAR",
})

local ranges = require "lualchemy.dialects.postgresql.range"
types.Range, types.MultiRange = ranges.Range, ranges.MultiRange
types.BitString = require("lualchemy.dialects.postgresql.bitstring").BitString
require "lualchemy.dialects.postgresql.values"

return types
