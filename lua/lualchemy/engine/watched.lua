--- Executions that somebody looks at: listeners, the log.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local event = require "lualchemy.event"
local wait = require "lualchemy.wait"
local do_execute = require "lualchemy.engine.do_execute"
local failure = require "lualchemy.engine.failure"
local transmit = require "lualchemy.engine.transmit"

local watched = {}

--- How the statement's text was come by: "generated in 0.00010s".
function watched.origin(connection, context)
  local info = context.info
  if info.origin then return info.origin end
  local _, _, fresh = context.cursor:origin()
  if not fresh then
    return ("cached since %.4gs ago"):format(core.monotonic() - (info.made or core.monotonic()))
  end
  local off = connection.engine._uncached or info.uncached
  local how = info.kind == "DDL" and "no key" or off and "caching disabled" or "generated in"
  return ("%s %.5fs"):format(how, info.compile_seconds or 0)
end

local function log(connection, context, many)
  local logger = connection._logger
  local origin, hidden = watched.origin(connection, context), connection.engine.hide_parameters
  logger:statement(context.cursor:sql(), origin, context.cursor:parameters(), many, hidden)
end

--- Listeners to before_cursor_execute may replace statement and parameters.
local function before_cursor(connection, context, many)
  local list = connection.dispatch.before_cursor_execute
  local cursor = context.cursor
  local sql, parameters = cursor:sql(), cursor:parameters()
  local shown = many and parameters or parameters[1] or {}
  for _, listener in ipairs(list) do
    local result = listener.fn(connection, cursor, sql, shown, context, many)
    if listener.retval then
      result = event.values("before_cursor_execute", result)
      sql, shown = result[1], result[2]
      context.replaced = {sql = sql, sets = many and shown or {shown}}
    end
  end
end

--- The cursor of what a listener gave in the place of statement and parameters.
local function replace(context)
  local old = context.cursor
  context.cursor = core.raw_cursor(context.replaced.sql, 0, context.replaced.sets)
  context.cursor:use(context.info)
  old:close()
end

--- Sends what is bound to the cursor, unless a listener to do_execute sees to that. Returns true, the cursor that has
-- the answer, and whether there is nothing to read; or nil and the error.
function watched.start(connection, context, cursor, options, single)
  local name = not single and context.executemany and "do_executemany"
    or options.no_parameters and #context.sets == 0 and "do_execute_no_params" or "do_execute"
  local list = connection.dispatch[name]
  if list then
    if connection._wait then wait.guard(connection._wait) end
    local ok, taken = compat.pcall(do_execute, connection, context, cursor, list, name)
    if not ok then return nil, taken end
    if taken then return true, taken end
    if taken == false then return true, cursor, true end
  end
  local ok, e = transmit(connection, context.info, cursor, options)
  if ok then return true, cursor end
  return nil, e
end

local function after_cursor(connection, context, many, parameters)
  local list = connection.dispatch.after_cursor_execute
  for _, listener in ipairs(list or {}) do
    listener.fn(connection, context.cursor, context.cursor:sql(), many and parameters or parameters[1] or {}, context,
      many)
  end
end

--- Raises what sending said, the cursor closed.
function watched.failed(connection, cursor, e, many)
  local shown, sql = cursor:parameters(), cursor:sql()
  cursor:close()
  failure.raise(connection, e, sql, shown, many, false, false, cursor)
end

--- Sends what is bound, with what listeners and the log are told. True: a listener says that there is nothing to read.
function watched.perform(connection, context, many, options)
  local dispatch = connection.dispatch
  if dispatch.before_cursor_execute then
    before_cursor(connection, context, many)
    if context.replaced then replace(context) end
  end
  if connection._logger.level then log(connection, context, many) end
  local parameters = dispatch.after_cursor_execute and context.cursor:parameters()
  local ok, used, nothing = watched.start(connection, context, context.cursor, options)
  if not ok then watched.failed(connection, context.cursor, used, many) end
  if used ~= context.cursor then
    context.cursor:close()
    context.cursor = used
  end
  if parameters then after_cursor(connection, context, many, parameters) end
  return nothing
end

return watched
