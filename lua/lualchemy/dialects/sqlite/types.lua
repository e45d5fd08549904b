--- The types of la.sqlite.
local core = require "lualchemy.core"
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

--- JSON in the binary form of SQLite 3.45: jsonb() writes it, json() reads it.
local JSONB = type_class.of("SQLITE_JSONB")

function JSONB._prepare(given)
  given._has_bind_expression, given._has_column_expression = true, true
end

function JSONB.bind_expression(self, bind) return core.with(core.call("jsonb", nil, bind), {type = self}) end
function JSONB.column_expression(self, column) return core.with(core.call("json", nil, column), {type = self}) end

return type_class.export("sqlite", {
  "BLOB", "BOOLEAN", "CHAR", "DATE", "DATETIME", "DECIMAL", "FLOAT", "INTEGER", "JSON", "JSONB", "NUMERIC", "REAL",
  "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "VARCHAR",
})
