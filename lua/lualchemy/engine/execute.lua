--- From a statement and parameters to a result.
--
--     run -> find or compile (cache) -> defaults -> bind -> send -> Result
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local transaction = require "lualchemy.engine.transaction"
local wait = require "lualchemy.wait"
local Context = require "lualchemy.engine.context"
local prepare = require "lualchemy.engine.prepare"
local repr = require "lualchemy.engine.repr"
local results = require "lualchemy.engine.result"
local row_module = require "lualchemy.engine.row"

local execute = {}
local NO_SETS = {}

-- ---- errors ----

--- Completes an error of the driver (or one raised while binding) with statement and parameters, tells
--- listeners, invalidates what was lost; then raises it.
local function fail(connection, e, sql, sets, many)
  local wrapped = e
  if err.exc.StatementError:is(e) and not e.orig and not e.message:find("^%(builtins%.") then
    e.orig = setmetatable({args = {e.message}}, {__tostring = function() return e.message end})
    e.orig_class = connection.engine._driver .. "." .. getmetatable(e).__name
  elseif not err.exc.StatementError:is(e) then
    wrapped = err.exc.StatementError(tostring(e), {orig = e, doc_code = err.exc.InvalidRequestError:is(e) and "cd3e" or "",
      orig_class = err.exc.SQLAlchemyError:is(e) and getmetatable(e).__name or "error"})
  end
  if not wrapped.statement then
    wrapped.statement = sql
    wrapped.params = many and sets or sets and sets[1]
    wrapped.ismulti = many or false
    if sql and sets and #sets > 0 then
      wrapped.params_text = connection.engine.hide_parameters and "[SQL parameters hidden due to hide_parameters=True]"
        or (sets[1].n ~= 0 and "[parameters: " .. repr.parameters(sets, many) .. "]" or nil)
    end
  end
  if wrapped.connection_invalidated == nil then wrapped.connection_invalidated = false end
  wrapped.code = wrapped.doc_code or getmetatable(wrapped).__doc
  wrapped.hide_parameters = connection.engine.hide_parameters
  local context = {connection = connection, engine = connection.engine, dialect = connection.dialect, statement = sql, parameters = wrapped.params,
    original_exception = wrapped.orig, sqlalchemy_exception = wrapped, is_disconnect = wrapped.connection_invalidated,
    invalidate_pool_on_disconnect = true, is_pre_ping = false}
  for _, listener in ipairs(connection.dispatch.handle_error or {}) do
    local replacement = listener.fn(context)
    if replacement ~= nil then wrapped = replacement end
  end
  if context.is_disconnect and connection._pooled then
    if context.invalidate_pool_on_disconnect then connection.engine.pool._core:invalidate(connection._pooled._slot) end
    connection:invalidate(e)
  end
  error(wrapped, 0)
end

--- Calls fn; an error of the driver is completed and raised.
function execute.guard(connection, fn, ...)
  local ok, e = compat.pcall(fn, ...)
  if not ok then
    if not err.exc.SQLAlchemyError:is(e) then error(e, 0) end
    fail(connection, e, nil, nil, false)
  end
end

-- ---- parameters ----

--- Sets of parameters (an array of tables) from what the caller gave, and whether it is an executemany.
local function distill(parameters)
  if parameters == nil then return NO_SETS, false end
  if type(parameters) ~= "table" then
    err.raise("ArgumentError", "execute: argument 'parameters' must be a table of names and values or a list of such tables, got %s",
      type(parameters))
  end
  if row_module.is(parameters) or getmetatable(parameters) ~= nil and parameters._asdict == nil and #parameters == 0 then
    parameters = parameters._asdict and parameters:_asdict() or parameters
  end
  if #parameters == 0 then
    if next(parameters) == nil then return NO_SETS, false end
    return {parameters}, false
  end
  for i, set in ipairs(parameters) do
    if type(set) ~= "table" then
      err.raise("ArgumentError", "List argument must consist only of tuples or dictionaries (element %d is a %s)", i, type(set))
    end
  end
  return parameters, #parameters > 1
end

local ONLY_OPTIONS = {execution_options = true, bind_arguments = true, _parent_execute_state = true, _add_event = true}

--- execute(stmt, {execution_options = …}): the options may stand in the place of the parameters.
local function split(parameters, options)
  if options ~= nil or not args.is_options(parameters) or next(parameters) == nil then return parameters, options end
  for k, v in pairs(parameters) do
    if not ONLY_OPTIONS[k] or type(v) ~= "table" then return parameters, nil end
  end
  return nil, parameters
end

-- ---- options ----

local function merge(into, from)
  if not from or next(from) == nil then return into end
  local merged = {}
  for k, v in pairs(into) do merged[k] = v end
  for k, v in pairs(from) do merged[k] = v end
  return merged
end

local HAS_OPTIONS = {SELECT = true, COMPOUND = true, TEXT_SELECT = true, INSERT = true, UPDATE = true, DELETE = true, TEXT = true}

local function options_of(connection, node, given)
  local options = connection._options
  if HAS_OPTIONS[core.kind(node)] and core.has(node, "execution_options") then
    options = merge(options, core.get(node, "execution_options"))
  end
  return merge(options, given and given.execution_options)
end

-- ---- sending ----

--- Rows that must come back in order are, on SQLite, inserted by one statement each; listeners hear of each.
local function one_by_one(connection, context, many)
  local node = many and context.node
  return node and connection.dialect.name == "sqlite" and core.kind(node) == "INSERT"
    and core.get(node, "sort_by_parameter_order") == 1
end

local function log(connection, context, many)
  local logger = connection._logger
  if not logger.level then return end
  local info = context.info
  local origin
  if info.fresh then
    origin = ("generated in %.5fs"):format(info.compile_seconds or 0)
  else
    origin = ("cached since %.4gs ago"):format(core.monotonic() - (info.made or core.monotonic()))
  end
  local hidden = connection.engine.hide_parameters
  if one_by_one(connection, context, many) then
    local sets = context.cursor:parameters()
    for i, set in ipairs(sets) do
      local which = ("insertmanyvalues) %d/%d (ordered; batch not supported"):format(i, #sets)
      logger:statement(context.cursor:sql(), i == 1 and origin .. " (" .. which .. ")" or which:gsub("%)", "", 1), {set}, false, hidden)
    end
    return
  end
  logger:statement(context.cursor:sql(), origin, context.cursor:parameters(), many, hidden)
end

--- Listeners to before_cursor_execute may replace statement and parameters.
local function before_cursor(connection, context, many)
  local list = connection.dispatch.before_cursor_execute
  if not list then return end
  local cursor = context.cursor
  if one_by_one(connection, context, many) then
    for _, set in ipairs(cursor:parameters()) do
      for _, listener in ipairs(list) do listener.fn(connection, cursor, cursor:sql(), set, context, false) end
    end
    return
  end
  local sql, parameters = cursor:sql(), cursor:parameters()
  local shown = many and parameters or parameters[1] or {}
  for _, listener in ipairs(list) do
    local result = listener.fn(connection, cursor, sql, shown, context, many)
    if listener.retval and type(result) == "table" then
      sql, shown = result[1], result[2]
      context.replaced = {sql = sql, sets = many and shown or {shown}}
    end
  end
end

local function start(connection, context, options)
  wait.guard(connection.engine.wait)
  local db = connection:_db()
  local cursor = context.cursor
  if context.replaced then
    local old = cursor
    cursor = core.raw_cursor(db.conn, context.replaced.sql, 0, context.replaced.sets)
    cursor:use(context.info)
    context.cursor = cursor
    old:close()
  end
  db.dbapi_connection:_before(context.info.sql or cursor:sql(), context.info.reads)
  local stream = options.stream_results or options.yield_per
  if options.timeout then db.conn:deadline(options.timeout) end
  local ok, e, stopped = db.dbapi_connection:_ready()
  if ok then ok, e = cursor:send(stream and true or false, options.yield_per or options.max_row_buffer) end
  if ok then ok, e, stopped = wait.finish(connection.engine.wait, cursor.step, cursor) end
  if options.timeout and db.conn:usable() then db.conn:deadline(nil) end
  if ok then return true end
  if stopped then
    cursor:close()
    error(e, 0)
  end
  return nil, e
end

local Source = {}
Source.__index = Source

--- Raises what fetching said, the cursor closed.
local function broken(source, e, stopped)
  local sql = source.cursor:sql()
  source:close()
  if stopped then error(e, 0) end
  fail(source.connection, e, sql, nil, false)
end

--- At most n rows (nil: all that are left); none at the end.
function Source:fetch(n)
  local cursor, waiter = self.cursor, self.waiter
  if not cursor then return {} end
  local rows, ok, what, fd, seconds = cursor:fetch(n or -1, waiter == nil)
  while ok == false do
    local fine, e = compat.pcall(waiter, fd, what, seconds)
    if not fine then broken(self, e, true) end
    local more
    ok, e, what = wait.finish(waiter, cursor.step, cursor)
    if not ok then broken(self, e, what) end
    more, ok, what, fd, seconds = cursor:fetch(n and n - #rows or -1, false)
    for i = 1, #more do rows[#rows + 1] = more[i] end
  end
  if ok == nil then broken(self, what) end
  return rows
end

function Source:close()
  if self.cursor then self.cursor:close() end
  self.cursor = nil
end

--- The rows of a cursor, for a result.
local function source_of(connection, cursor)
  return setmetatable({connection = connection, cursor = cursor, waiter = connection.engine.wait}, Source)
end
execute.source_of = source_of

local function begin_if_needed(connection)
  transaction.Transaction.check_block(connection)
  local current = connection._transaction
  if not current then
    if connection.closed then err.raise("ResourceClosedError", "This Connection is closed") end
    connection:_autobegin()
  elseif not current.is_active then
    connection:_invalid_transaction()
  end
end

local function bind_all(context)
  local cursor = context.cursor
  context.cursor_own = function(name) return cursor:own_value(name) end
  context:_prefetch()
  local sets = context.sets
  if #sets == 0 then
    cursor:bind(nil)
  else
    for i = 1, #sets do cursor:bind(sets[i]) end
  end
end

--- Sends an execution that is ready but for its parameters; returns it with its first row or end reached.
--- @return lualchemy.ExecutionContext
function execute.send(connection, entry, info, node, sets, many, options)
  begin_if_needed(connection)
  local context = Context.new(connection, entry, info, node, sets, many, options)
  context.cursor = core.cursor(connection:_db().conn, entry, info, node)
  local ok, e = compat.pcall(bind_all, context)
  if not ok then fail(connection, e, context.cursor:sql_or_template(), sets, many) end
  before_cursor(connection, context, many)
  log(connection, context, many)
  ok, e = start(connection, context, options)
  if not ok then
    local shown = context.cursor:parameters()
    local sql = context.cursor:sql()
    context.cursor:close()
    fail(connection, e, sql, shown, many)
  end
  local after = connection.dispatch.after_cursor_execute
  if after then
    local parameters = context.cursor:parameters()
    for _, listener in ipairs(after) do
      listener.fn(connection, context.cursor, context.cursor:sql(), many and parameters or parameters[1] or {}, context, many)
    end
  end
  return context
end

--- The result of an execution that was sent.
local function result_of(connection, context)
  local cursor, info = context.cursor, context.info
  if info.implicit then context:_take_returned(source_of(connection, cursor):fetch()) end
  context:_after(cursor)
  local meta = info.meta
  if info.late then meta = prepare.late(info, cursor) end
  if not meta or info.implicit then
    cursor:close()
    return results.Result.new(nil, nil, context)
  end
  local result = results.Result.new(source_of(connection, cursor), meta, context)
  if context.execution_options.yield_per then result:yield_per(context.execution_options.yield_per) end
  return result
end

local function before_execute(connection, node, sets, many, options)
  local list = connection.dispatch.before_execute
  if not list then return node, sets, many end
  for _, listener in ipairs(list) do
    local result = listener.fn(connection, node, many and sets or {}, not many and sets[1] or {}, options)
    if listener.retval and type(result) == "table" then
      node = result[1]
      sets = (result[2] and #result[2] > 0) and result[2] or (result[3] and next(result[3]) and {result[3]}) or {}
      many = #sets > 1
    end
  end
  return node, sets, many
end

--- Executes a statement: what Connection:execute does.
function execute.run(connection, statement, parameters, given)
  local node = prepare.executable(statement)
  parameters, given = split(parameters, given)
  local sets, many = distill(parameters)
  local options = options_of(connection, node, given)
  node, sets, many = before_execute(connection, node, sets, many, options)
  local entry, info = prepare.find(connection, node, sets[1], many, options)
  local context = execute.send(connection, entry, info, node, sets, many, options)
  info.fresh = nil
  local result = result_of(connection, context)
  local after = connection.dispatch.after_execute
  if after then
    for _, listener in ipairs(after) do listener.fn(connection, node, many and sets or {}, not many and sets[1] or {}, options, result) end
  end
  return result
end

--- A statement within the execution of another (defaults computed by SQL).
function execute.nested(connection, statement)
  return execute.run(connection, statement)
end

--- SQL as it is, with positional parameters.
function execute.raw(connection, sql, parameters, given)
  begin_if_needed(connection)
  local sets, many = {}, false
  if type(parameters) == "table" and #parameters > 0 then
    many = type(parameters[1]) == "table" and getmetatable(parameters[1]) == nil
    sets = many and parameters or {parameters}
  end
  local options = merge(connection._options, given and given.execution_options)
  local info = {kind = "TEXT", late = true}
  local context = Context.new(connection, nil, info, nil, sets, many, options)
  context.cursor = core.raw_cursor(connection:_db().conn, sql, 0, #sets > 0 and sets or nil)
  before_cursor(connection, context, many)
  connection._logger:statement(sql, "raw sql", context.cursor:parameters(), many, connection.engine.hide_parameters)
  local ok, e = start(connection, context, options)
  if not ok then fail(connection, e, sql, context.cursor:parameters(), many) end
  local after = connection.dispatch.after_cursor_execute
  if after then
    local shown = context.cursor:parameters()
    for _, l in ipairs(after) do l.fn(connection, context.cursor, sql, many and shown or shown[1] or {}, context, many) end
  end
  return result_of(connection, context)
end

return execute
