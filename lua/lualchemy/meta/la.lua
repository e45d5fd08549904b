---@meta _
--- The library as a whole: `local la = require "lualchemy"`. Names and namespaces load on first use.

---@class lualchemy: lualchemy.ValueNames, lualchemy.TypeNames, lualchemy.ExpressionNames, lualchemy.SelectableNames, lualchemy.SchemaNames, lualchemy.OtherNames, lualchemy.EngineNames, lualchemy.InspectionNames, lualchemy.PoolNames, lualchemy.MappingNames, lualchemy.CollectionNames, lualchemy.QueryNames, lualchemy.SessionNames, lualchemy.ExtensionNames
---@field _VERSION string
---@field engine lualchemy.engine
---@field types lualchemy.types
---@field exc lualchemy.exc
---@field event lualchemy.event
---@field pool lualchemy.pool
---@field schema lualchemy.schema
---@field sql lualchemy.sql
---@field default lualchemy.default
---@field sqlite lualchemy.sqlite
---@field postgresql lualchemy.postgresql
---@field mysql lualchemy.mysql
---@field mssql lualchemy.mssql
---@field oracle lualchemy.oracle
---@field hybrid lualchemy.hybrid
---@field associationproxy lualchemy.associationproxy
---@field orderinglist lualchemy.orderinglist
---@field mutable lualchemy.mutable
---@field automap lualchemy.automap
---@field horizontal_shard lualchemy.horizontal_shard
---@field attributes lualchemy.attributes
---@field collections lualchemy.collections
---@field loading lualchemy.loading
---@field warnings lualchemy.warnings
---@field util lualchemy.util
local la = {}

la.compiles = require("lualchemy.sql.compiles").compiles
la.deregister = require("lualchemy.sql.compiles").deregister

--- la.sql
---@class lualchemy.sql: lualchemy.ExpressionNames, lualchemy.SelectableNames, lualchemy.TypeNames, lualchemy.OtherNames
---@field ClauseVisitor table la.sql.visitors.ClauseVisitor
---@field visitors lualchemy.visitors
---@field util lualchemy.sql_util
---@field ddl lualchemy.schema the statements and visitors of it
---@field operators table<string, lualchemy.Operator> the operators as values, as la.sql.operators.lt
---@field expression lualchemy.sql the same names, as sqlalchemy.sql.expression has them; likewise the next ones
---@field elements lualchemy.sql
---@field selectable lualchemy.sql
---@field functions lualchemy.sql
---@field dml lualchemy.sql
---@field sqltypes lualchemy.types
local sql = {}

--- Marks a table as an array for JSON, also if it is empty.
---@generic T: table
---@param items T
---@return T
function sql.json_array(items) end
