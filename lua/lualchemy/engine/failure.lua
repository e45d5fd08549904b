--- Errors of an execution: completed with statement and parameters, told to listeners, raised.
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"
local repr = require "lualchemy.engine.repr"

local failure = {}
local HIDDEN = "[SQL parameters hidden due to hide_parameters=True]"

--- Gives the driver's error the form of SQLAlchemy's; what is none becomes a StatementError around it.
local function wrapped_in(engine, e)
  if not err.exc.StatementError:is(e) then
    local ours = err.exc.SQLAlchemyError:is(e)
    local code = ours and (e.doc_code or getmetatable(e).__doc) or ""
    return err.exc.StatementError(ours and e.message or tostring(e), {orig = e,
      doc_code = err.exc.InvalidRequestError:is(e) and "cd3x" or code,
      orig_class = ours and "sqlalchemy.exc." .. getmetatable(e).__name or "error"})
  end
  if not e.orig and not e.message:find("^%(builtins%.") then
    e.orig = setmetatable({args = {e.message}}, {__tostring = function() return e.message end})
    e.orig_class = engine._driver .. "." .. getmetatable(e).__name
  end
  return e
end

--- "[parameters: …]", or nil where there are none.
local function parameters_text(engine, sets, many, named)
  if not named and #sets[1] == 0 and not many then return nil end
  if engine.hide_parameters then return HIDDEN end
  if named then return "[parameters: " .. repr.named(sets) .. "]" end
  return "[parameters: " .. repr.parameters(sets, many) .. "]"
end

local function describe(engine, e, sql, sets, many, named)
  if not e.statement then
    e.statement = sql
    e.params = many and sets or sets and sets[1]
    e.ismulti = many or false
    if sql and sets and #sets > 0 then e.params_text = parameters_text(engine, sets, many, named) end
  end
  if e.driver_exception == nil and err.exc.DBAPIError:is(e) then e.driver_exception = e.orig end
  if e.connection_invalidated == nil then e.connection_invalidated = false end
  e.code = e.doc_code or getmetatable(e).__doc
  e.hide_parameters = engine.hide_parameters
end

--- Tells the listeners to handle_error; what one of them returns is raised in the place of the error.
local function tell(dispatch, context)
  for _, listener in ipairs(dispatch.handle_error or {}) do
    local ok, result = compat.pcall(listener.fn, context)
    local replacement = result
    if not ok then return result end
    if replacement ~= nil then context.chained_exception = replacement end
  end
  return context.chained_exception
end

local NO_INFO = {kind = false}

--- What was executed, for listeners. The cursor may be closed by now.
local function execution_of(connection, cursor, sql, sets, many)
  local execution = require("lualchemy.engine.context").of(connection, cursor)
  execution.info = execution.info or NO_INFO
  execution.statement, execution.parameters, execution.executemany = sql, sets, many or false
  return execution
end

--- Raises an error of the driver, or one that came while values were made ready for it.
--- @param sets? table[] the parameters: arrays with n, or (named) tables of names and values
--- @param long? boolean the statement is made of so many rows that only its ends are shown
--- @param cursor? userdata the core's, of what was executed
function failure.raise(connection, e, sql, sets, many, named, long, cursor)
  if err.exc.DontWrapMixin:is(e) then error(e, 0) end
  local raised = wrapped_in(connection.engine, e)
  if long then raised.statement_text = repr.long(sql) end
  describe(connection.engine, raised, sql, sets, many, named)
  local context = {connection = connection, engine = connection.engine, dialect = connection.dialect, statement = sql,
    parameters = raised.params, original_exception = raised.orig, sqlalchemy_exception = raised, is_pre_ping = false,
    is_disconnect = raised.connection_invalidated, invalidate_pool_on_disconnect = true}
  if cursor and connection.dispatch.handle_error then
    context.execution_context = execution_of(connection, cursor, sql, sets, many)
  end
  local replacement = tell(connection.dispatch, context)
  raised.connection_invalidated = context.is_disconnect
  if context.is_disconnect and connection._pooled then
    if context.invalidate_pool_on_disconnect then connection.engine.pool._core:invalidate(connection._pooled._slot) end
    connection:invalidate(e)
  end
  error(replacement or raised, 0)
end

--- Raises an error that came while a connection was opened.
function failure.unconnected(engine, e)
  if not err.exc.DBAPIError:is(e) then error(e, 0) end
  local raised = wrapped_in(engine, e)
  describe(engine, raised)
  local context = {engine = engine, dialect = engine.dialect, original_exception = raised.orig, is_pre_ping = false,
    sqlalchemy_exception = raised, is_disconnect = raised.connection_invalidated, invalidate_pool_on_disconnect = true}
  error(tell(engine.dispatch, context) or raised, 0)
end

--- Raises what was said to something that is no statement: an error of the driver is completed.
function failure.raise_alone(connection, e)
  if not err.exc.SQLAlchemyError:is(e) then error(e, 0) end
  failure.raise(connection, e, nil, nil, false)
end

--- Calls fn; an error of the driver is completed and raised.
function failure.guard(connection, fn, ...)
  local ok, e = compat.pcall(fn, ...)
  if not ok then failure.raise_alone(connection, e) end
end

return failure
