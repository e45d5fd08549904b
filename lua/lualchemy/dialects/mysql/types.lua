--- The types of la.mysql.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local params = require "lualchemy.sql.type_params"
local type_class = require "lualchemy.sql.type_class"

local of = type_class.of

--- Positional arguments and the keywords of a family.
local function with(keywords, ...)
  return {keywords = keywords, ...}
end

local NUMBER = {"unsigned", "zerofill"}
local EXACT = {"unsigned", "zerofill", "decimal_return_scale"}
local STRING = {"charset", "collation", "collate", "ascii", "binary", "unicode", "national"}
local LONG = {"charset", "collation", "collate", "ascii", "binary", "unicode", "national", "length"}
local ENUM = {"native_enum", "create_constraint", "length", "validate_strings", "omit_aliases", "sort_key_function",
  "name", "schema", "metadata", "inherit_schema", "quote", "strict", "charset", "collation", "collate", "ascii",
  "binary", "unicode", "national"}

params.define{
  MYSQL_INTEGERTYPE = with(NUMBER, "display_width"),
  MYSQL_NUMERIC = with(EXACT, "precision", "scale", "asdecimal"),
  MYSQL_DECIMAL = with(EXACT, "precision", "scale", "asdecimal"),
  MYSQL_FLOATTYPE = with(EXACT, "precision", "scale", "asdecimal"),
  MYSQL_STRINGTYPE = with({"length"}, "charset", "collation", "ascii", "binary", "unicode", "national"),
  MYSQL_CHAR = with(STRING, "length"),
  MYSQL_VARCHAR = with(STRING, "length"),
  MYSQL_NCHAR = with(STRING, "length"),
  MYSQL_NVARCHAR = with(STRING, "length"),
  MYSQL_TEXT = with(STRING, "length"),
  MYSQL_TINYTEXT = with(LONG),
  MYSQL_MEDIUMTEXT = with(LONG),
  MYSQL_LONGTEXT = with(LONG),
  MYSQL_BIT = {"length"},
  MYSQL_YEAR = {"display_width"},
  MYSQL_TIME = {"timezone", "fsp"},
  MYSQL_DATETIME = {"timezone", "fsp"},
  MYSQL_TIMESTAMP = {"timezone", "fsp"},
  MYSQL_ENUM = {rest = "enums", keywords = ENUM},
  MYSQL_SET = {rest = "values", keywords = {"retrieve_as_bitwise", "charset", "collation", "collate", "ascii", "binary",
    "unicode", "national", "length"}},
}

--- `collate` is another word for `collation`.
local function collate(given)
  if given.collate ~= nil then given.collation, given.collate = given.collate, nil end
end
of("MYSQL_STRINGTYPE")._prepare = collate

local function national(given)
  collate(given)
  given.national = true
end
of("MYSQL_NCHAR")._prepare = national
of("MYSQL_NVARCHAR")._prepare = national

local function both_or_none(given)
  if (given.precision == nil) ~= (given.scale == nil) then
    err.raise("ArgumentError", "You must specify both precision and scale or omit both altogether.")
  end
end
of("MYSQL_REAL")._prepare = both_or_none
of("MYSQL_DOUBLE")._prepare = both_or_none

of("MYSQL_ENUM")._prepare = function(given, class)
  collate(given)
  given.strict = nil
  of("ENUM")._prepare(given, class)
end

of("MYSQL_SET")._prepare = function(given)
  collate(given)
  local longest = 0
  for _, label in ipairs(given.values) do
    if label == "" and not given.retrieve_as_bitwise then
      err.raise("ArgumentError", "Can't use the blank value '' in a SET without setting retrieve_as_bitwise=True")
    end
    longest = math.max(longest, type_class.letters(label))
  end
  if given.length == nil then given.length = longest end
  if given.retrieve_as_bitwise then given._has_column_expression = true end
end

--- A set that is read as a number.
of("MYSQL_SET").column_expression = function(self, column)
  return core.type_coerce(core.type_coerce(column, of("INTEGER")()) + 0, self)
end

return type_class.export("mysql", {
  "BIGINT", "BINARY", "BIT", "BLOB", "BOOLEAN", "CHAR", "DATE", "DATETIME", "DECIMAL", "DOUBLE", "ENUM", "FLOAT",
  "INET4", "INET6", "INTEGER", "JSON", "LONGBLOB", "LONGTEXT", "MEDIUMBLOB", "MEDIUMINT", "MEDIUMTEXT", "NCHAR",
  "NUMERIC", "NVARCHAR", "REAL", "SET", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "TINYBLOB", "TINYINT", "TINYTEXT",
  "VARBINARY", "VARCHAR", "YEAR",
})
