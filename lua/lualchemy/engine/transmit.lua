--- What is bound to a cursor is sent, after BEGIN if one is due, and its first row or end waited for.
local wait = require "lualchemy.wait"
local pooled_of = require "lualchemy.engine.pooled"
local NO_OPTIONS = require("lualchemy.engine.parameters").no_options

local QUERIES = {SELECT = true, VALUES = true, WITH = true, TABLE = true}

--- Are rows wanted as a stream, of a statement that can give one?
local function is_streamed(info, cursor, options)
  if not (options.stream_results or options.yield_per) then return false end
  if info.reads ~= nil then return info.reads end
  local word = cursor:sql():match("^[%s(]*(%a+)")
  return word ~= nil and QUERIES[word:upper()] == true
end

--- Where nobody but C waits, and BEGIN may be due.
local function run(dbapi, info, cursor, stream, chunk)
  local begin = dbapi:_due(info.reads == nil and cursor:sql(), info.reads)
  local ok, e, begun = cursor:run(dbapi.conn, stream, chunk, begin)
  if begin then dbapi._begun = ok or begun end
  return ok, e
end

--- With options, or where somebody else waits.
local function transmit_with(connection, dbapi, info, cursor, options)
  local stream = is_streamed(info, cursor, options)
  local chunk, timeout, conn = options.yield_per or options.max_row_buffer, options.timeout, dbapi.conn
  if timeout then conn:deadline(timeout) end
  local ok, e, stopped
  if connection._wait then
    wait.guard(connection._wait)
    dbapi:_before(info.reads == nil and cursor:sql(), info.reads)
    ok, e, stopped = dbapi:_send(cursor, stream, chunk)
  else
    ok, e = run(dbapi, info, cursor, stream, chunk)
  end
  if timeout and conn:usable() then conn:deadline(nil) end
  if stopped then
    cursor:close()
    error(e, 0)
  end
  return ok, e
end

--- @return true? ok
--- @return any e the error
return function(connection, info, cursor, options)
  local dbapi = (connection._pooled or pooled_of(connection)).dbapi_connection
  if options ~= NO_OPTIONS or connection._wait then return transmit_with(connection, dbapi, info, cursor, options) end
  if not dbapi._wanted or dbapi._begun or info.reads and dbapi._lazy_begin then return cursor:run(dbapi.conn) end
  return run(dbapi, info, cursor)
end
