--- The types of la.mssql.
local err = require "lualchemy.error"
local params = require "lualchemy.sql.type_params"
local type_class = require "lualchemy.sql.type_class"

local of = type_class.of

local FLOAT = {keywords = {"precision", "asdecimal", "decimal_return_scale"}}
local MOMENT = {"precision", keywords = {"timezone"}}

params.define{
  MSSQL_REAL = FLOAT,
  MSSQL_DOUBLE_PRECISION = FLOAT,
  MSSQL_DATETIME2 = MOMENT,
  MSSQL_DATETIMEOFFSET = MOMENT,
  MSSQL_TIME = MOMENT,
  MSSQL_VARBINARY = {"length", "filestream"},
  MSSQL_TIMESTAMP = {"convert_int"},
  MSSQL_UNIQUEIDENTIFIER = {"as_uuid"},
}

of("MSSQL_REAL")._prepare = function(given)
  if given.precision == nil then given.precision = 24 end
end
of("MSSQL_DOUBLE_PRECISION")._prepare = function(given)
  if given.precision == nil then given.precision = 53 end
end
of("MSSQL_VARBINARY")._prepare = function(given)
  if given.filestream and given.length ~= nil and given.length ~= "max" then
    err.raise("ArgumentError", "length must be None or 'max' when setting filestream")
  end
end

return type_class.export("mssql", {
  "BIGINT", "BINARY", "BIT", "CHAR", "DATE", "DATETIME", "DATETIME2", "DATETIMEOFFSET", "DECIMAL", "DOUBLE_PRECISION",
  "FLOAT", "IMAGE", "INTEGER", "JSON", "MONEY", "NCHAR", "NTEXT", "NUMERIC", "NVARCHAR", "REAL", "ROWVERSION",
  "SMALLDATETIME", "SMALLINT", "SMALLMONEY", "SQL_VARIANT", "TEXT", "TIME", "TIMESTAMP", "TINYINT", "UNIQUEIDENTIFIER",
  "VARBINARY", "VARCHAR", "XML",
})
