--- do_execute, do_executemany, do_execute_no_params: a statement is offered to listeners before the driver gets it. One
-- that returns true has seen to it: what it executed on the cursor it was given is what the statement answers.
local core = require "lualchemy.core"

--- @class lualchemy.OfferedCursor
local Offered = {__name = "lualchemy.OfferedCursor"}
Offered.__index = Offered

local function run(self, sql, sets)
  local connection = self._connection
  local dbapi = connection:_db().dbapi_connection
  dbapi:_before(sql)
  local cursor = core.raw_cursor(sql, 0, sets)
  cursor:use(self._info)
  local ok, e = dbapi:_send(cursor)
  if self.cursor then self.cursor:close() end
  self.cursor = cursor
  if not ok then error(e, 0) end
  return self
end

--- @param sql string with the driver's placeholders
--- @param parameters? any[] values in order
--- @return lualchemy.OfferedCursor
function Offered:execute(sql, parameters)
  return run(self, sql, parameters and #parameters > 0 and {parameters} or nil)
end

--- The statement once for each of these arrays of values.
--- @param sql string
--- @param sets any[][]
--- @return lualchemy.OfferedCursor
function Offered:executemany(sql, sets) return run(self, sql, sets) end

--- Offers what is bound to `cursor` to listeners. Answers the cursor that one of them executed something on, false if
--- it did nothing but say that it is done, nil if nobody took it.
--- @param list table[] the listeners
--- @param name string of the event
return function(connection, context, cursor, list, name)
  local sql, parameters = cursor:sql(), cursor:parameters()
  local offered = setmetatable({_connection = connection, _info = context.info}, Offered)
  for _, listener in ipairs(list) do
    local taken
    if name == "do_execute_no_params" then
      taken = listener.fn(offered, sql, context)
    else
      taken = listener.fn(offered, sql, name == "do_executemany" and parameters or parameters[1] or {}, context)
    end
    if taken == true then return offered.cursor or false end
  end
  if offered.cursor then offered.cursor:close() end
  return nil
end
