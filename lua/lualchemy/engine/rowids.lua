--- Keys that the database makes, told without RETURNING.
--
-- SQLite keeps what a RETURNING gives back in a table that it makes for each execution. A key that is the rowid of its
-- table it tells for nothing (la_driver.give_ids).
local core = require "lualchemy.core"
local batches = require "lualchemy.engine.insertmanyvalues"
local processors = require "lualchemy.sql.processors"
local type_class = require "lualchemy.sql.type_class"

local rowids = {}

--- For fewer rows the question costs more than it saves.
local FEW = 8

--- Is the column the table's rowid, whatever the MetaData says? Such a column gives the rowid its name. Asked within
-- the transaction, in which the table stays as it is.
local function is_rowid(connection, column)
  local db, name = connection:_db(), core.get(column, "name")
  if name:lower() == "_rowid_" then return false end
  local sql = ("SELECT _rowid_ FROM %s LIMIT 0"):format(
    connection.dialect.identifier_preparer:format_table(core.get(column, "table")))
  db.dbapi_connection:_before(sql, false)
  local cursor = db.dbapi_connection:_run(core.raw_cursor(sql))
  if not cursor then return false end
  local told = cursor:columns()[1]
  cursor:close()
  return told ~= nil and told.name == name
end

--- May the cursor of an INSERT of n rows give the column's value by cursor:give_ids()?
function rowids.tell(connection, column, n)
  local dialect = connection.dialect
  if n < FEW or not connection:_db().conn:gives_ids() or connection._options.schema_translate_map
    or not batches.unwatched(connection) then
    return false
  end
  local of_type = core.get(column, "type")
  return type_class.of("INTEGER"):is(of_type) and not processors.result(of_type, dialect)
    and is_rowid(connection, column)
end

return rowids
