--- The types of la.sqlite.
local err = require "lualchemy.error"
local params = require "lualchemy.sql.type_params"
local type_class = require "lualchemy.sql.type_class"

params.define{
  SQLITE_DATE = {"storage_format", "regexp"},
  SQLITE_DATETIME = {"storage_format", "regexp", keywords = {"truncate_microseconds", "timezone"}},
  SQLITE_TIME = {"storage_format", "regexp", keywords = {"truncate_microseconds", "timezone"}},
}

local function prepare(given)
  for _, other in ipairs{"storage_format", "regexp"} do
    if given.truncate_microseconds and given[other] then
      err.raise("ArgumentError", "You can specify only one of truncate_microseconds or %s.", other)
    end
  end
end
type_class.of("SQLITE_DATETIME")._prepare = prepare
type_class.of("SQLITE_TIME")._prepare = prepare

return type_class.export("sqlite", {
  "BLOB", "BOOLEAN", "CHAR", "DATE", "DATETIME", "DECIMAL", "FLOAT", "INTEGER", "JSON", "NUMERIC", "REAL", "SMALLINT",
  "TEXT", "TIME", "TIMESTAMP", "VARCHAR",
})
