--- From a statement and parameters to a result.
--
--     run -> find or compile (cache) -> defaults -> bind -> send -> Result
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local transaction = require "lualchemy.engine.transaction"
local wait = require "lualchemy.wait"
local batches = require "lualchemy.engine.insertmanyvalues"
local Context = require "lualchemy.engine.context"
local do_execute = require "lualchemy.engine.do_execute"
local failure = require "lualchemy.engine.failure"
local parameters_of = require "lualchemy.engine.parameters"
local pooled_of = require "lualchemy.engine.pooled"
local prepare = require "lualchemy.engine.prepare"
local Result = require("lualchemy.engine.result").Result

local execute = {guard = failure.guard}
local fail = failure.raise

local NO_SETS, NO_OPTIONS = {}, parameters_of.no_options

-- ---- options ----

local function merge(into, from)
  if not from or next(from) == nil then return into end
  local merged = {}
  for k, v in pairs(into) do merged[k] = v end
  for k, v in pairs(from) do merged[k] = v end
  return merged
end

--- @param own? table the statement's
local function options_of(connection, own, given)
  local options = connection._options
  if own then options = merge(options, own) end
  return given and merge(options, given.execution_options) or options
end

-- ---- sending ----

--- How the statement's text was come by: "generated in 0.00010s".
local function origin_of(connection, info)
  if info.origin then return info.origin end
  if not info.fresh then
    return ("cached since %.4gs ago"):format(core.monotonic() - (info.made or core.monotonic()))
  end
  local how = info.kind == "DDL" and "no key" or connection.engine._uncached and "caching disabled" or "generated in"
  return ("%s %.5fs"):format(how, info.compile_seconds or 0)
end

local function log(connection, context, many)
  local logger = connection._logger
  local origin, hidden = origin_of(connection, context.info), connection.engine.hide_parameters
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
    if listener.retval and type(result) == "table" then
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

--- Sends what is bound to the cursor. Returns true and the cursor; or nil and the error.
local function transmit(connection, context, cursor, options)
  if connection._wait then wait.guard(connection._wait) end
  local pooled = connection._pooled or pooled_of(connection)
  local dbapi, info = pooled.dbapi_connection, context.info
  if dbapi._wanted and not dbapi._begun and not (info.reads and dbapi._lazy_begin) then
    dbapi:_before(info.reads == nil and cursor:sql(), info.reads)
  end
  local stream, chunk, timeout = false, nil, nil
  if options ~= NO_OPTIONS then
    stream = (options.stream_results or options.yield_per) and true or false
    chunk, timeout = options.yield_per or options.max_row_buffer, options.timeout
  end
  if timeout then pooled.conn:deadline(timeout) end
  local ok, e, stopped
  if connection._wait then
    ok, e, stopped = dbapi:_send(cursor, stream, chunk)
  else
    ok, e = cursor:run(pooled.conn, stream, chunk)
  end
  if timeout and pooled.conn:usable() then pooled.conn:deadline(nil) end
  if ok then return true, cursor end
  if stopped then
    cursor:close()
    error(e, 0)
  end
  return nil, e
end

--- The same, unless a listener to do_execute sees to that: returns true and the cursor that has the answer, and whether
-- there is nothing to read.
local function start(connection, context, cursor, options, single)
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
  return transmit(connection, context, cursor, options)
end

execute.source_of = require("lualchemy.engine.source").of

local function begin_if_needed(connection)
  local current = connection._transaction
  if connection._block then transaction.Transaction.check_block(connection) end
  if not current then
    if connection.closed then err.raise("ResourceClosedError", "This Connection is closed") end
    connection:_autobegin()
  elseif not current.is_active then
    connection:_invalid_transaction()
  end
end

local function compute(context)
  local cursor = context.cursor
  context.cursor_own = function(name) return cursor:own_value(name) end
  context:_prefetch()
end

local function after_cursor(connection, context, many, parameters)
  local list = connection.dispatch.after_cursor_execute
  for _, listener in ipairs(list or {}) do
    listener.fn(connection, context.cursor, context.cursor:sql(), many and parameters or parameters[1] or {}, context,
      many)
  end
end

local function failed(connection, context, e, many)
  local cursor = context.cursor
  local shown, sql = cursor:parameters(), cursor:sql()
  cursor:close()
  fail(connection, e, sql, shown, many)
end

--- Sends what is bound, with what listeners and the log are told. True: a listener says that there is nothing to read.
local function perform_watched(connection, context, many, options)
  local dispatch = connection.dispatch
  if dispatch.before_cursor_execute then before_cursor(connection, context, many) end
  if connection._logger.level then log(connection, context, many) end
  local parameters = dispatch.after_cursor_execute and context.cursor:parameters()
  if dispatch.before_cursor_execute and context.replaced then replace(context) end
  local ok, used, nothing = start(connection, context, context.cursor, options)
  if not ok then failed(connection, context, used, many) end
  if used ~= context.cursor then
    context.cursor:close()
    context.cursor = used
  end
  if parameters then after_cursor(connection, context, many, parameters) end
  return nothing
end

--- Sends what is bound; raises errors in full. True: there is nothing to read.
--- @param count integer how many sets of parameters there are
local function perform(connection, context, many, options, count)
  if many and context.info.rows then
    context.origin = function() return origin_of(connection, context.info) end
    if batches.perform(connection, context, options, count, start) then return end
  end
  if connection.dispatch.any_cursor_execute or connection._logger.level then
    return perform_watched(connection, context, many, options)
  end
  local ok, e = transmit(connection, context, context.cursor, options)
  if not ok then failed(connection, context, e, many) end
end

--- Sends an execution that is ready but for its parameters; returns it with its first row or end reached, and whether
-- there is nothing to read.
--- @param cursor userdata of prepare.find
--- @param reader? table as in execute.run
--- @return lualchemy.ExecutionContext
--- @return boolean?
function execute.send(connection, cursor, info, node, sets, many, options, reader)
  local current = connection._transaction
  if not current or connection._block or not current.is_active then begin_if_needed(connection) end
  pooled_of(connection)
  local context = Context.new(connection, cursor, info, node, sets, many, options, reader)
  local ok, e = true, nil
  if info.prefetch then ok, e = compat.pcall(compute, context) end
  if ok then ok, e = pcall(cursor.bind, cursor, context.sets) end
  if not ok then
    local sql = cursor:sql_or_template()
    cursor:close()
    fail(connection, e, sql, #sets > 0 and sets or nil, many, true)
  end
  return context, perform(connection, context, many, options, #context.sets)
end

--- What is to be seen to once a statement was executed; the metatable of its rows, nil where none are to be read.
local function see_to(connection, context, info)
  if info.implicit then
    context:_take_returned(context.executemany and context.rows or context:announce():fetch())
  end
  if info.kind == "INSERT" then context:_keep_key() end
  if info.late then return prepare.late(info, context.cursor, connection.dialect) end
  if info.untyped then prepare.settle(info, context.cursor, connection.dialect) end
  if info.implicit then return nil end
  info.ordinary = info.meta ~= nil and info.kind ~= "INSERT"
  return info.meta
end

--- The result of an execution that was sent.
local function result_of(connection, context, options, nothing)
  local info = context.info
  local meta = info.meta
  if not info.ordinary then meta = not nothing and see_to(connection, context, info) end
  if not meta or nothing then
    context.cursor:close()
    return Result.new(nil, nil, context)
  end
  local source, reader = context, context.reader
  if context.executemany and context.rows then
    source = batches.source(context.rows)
  elseif connection._logger.level then
    context:announce()
  end
  if reader then
    reader:take(source)
    source, meta = reader, reader.meta
  end
  local result = Result.new(source, meta, context)
  if options.yield_per then result:yield_per(options.yield_per) end
  return result
end

local function before_execute(connection, node, sets, many, options)
  for _, listener in ipairs(connection.dispatch.before_execute) do
    local result = listener.fn(connection, node, many and sets or {}, not many and sets[1] or {}, options)
    if listener.retval and type(result) == "table" then
      node = result[1]
      sets = (result[2] and #result[2] > 0) and result[2] or (result[3] and next(result[3]) and {result[3]}) or {}
      many = #sets > 1
    end
  end
  return node, sets, many
end

local function after_execute(connection, node, sets, many, options, result)
  for _, listener in ipairs(connection.dispatch.after_execute) do
    listener.fn(connection, node, many and sets or {}, not many and sets[1] or {}, options, result)
  end
end

--- Executes a statement: what Connection:execute does.
--- @param given? table {execution_options = …, reader = what takes the rows, batch by batch where their order is
-- nobody's concern, and is the source of the result's: {take = function(source), meta = …}}
function execute.run(connection, statement, parameters, given)
  local node, own = core.executable(statement)
  if not node then node, own = prepare.executable(statement) end
  local sets, many = NO_SETS, false
  if parameters ~= nil then sets, many, given = parameters_of.sets(parameters, given) end
  local options, dispatch = connection._options, connection.dispatch
  if own or given then options = options_of(connection, own, given) end
  if dispatch.before_execute then
    node, sets, many = before_execute(connection, node, sets, many, options)
  end
  local cursor, info = prepare.find(connection, node, sets[1], many, options)
  local context, nothing = execute.send(connection, cursor, info, node, sets, many, options, given and given.reader)
  if info.fresh then info.fresh = nil end
  local result = result_of(connection, context, options, nothing)
  if dispatch.after_execute then after_execute(connection, node, sets, many, options, result) end
  return result
end

-- ---- rows that lie in slots ----

--- The defaults of the client that are the same for every row: {[name of the parameter] = {value}}; nil if there are
-- others.
local function constants_of(info)
  local out = {}
  for i, column in ipairs(info.prefetch or {}) do
    local value = Context.constant_default(info, column)
    if not value then return nil end
    out[info.prefetch_names[i]] = value
  end
  return out
end

--- For each bind of the statement the slot of its value, or {value}; nil if that is not all.
local function binds_of(form, info)
  if form.info == info then return form.binds end
  local binds, constants = {}, constants_of(info)
  for i, name in ipairs(info.names) do binds[i] = form.slots[name] or constants and constants[name] or false end
  form.info, form.binds = info, constants and binds
  return form.binds
end

--- Executes an INSERT or UPDATE of Core for rows whose values lie at numbers. Answers nil, with nothing done, where
-- somebody wants the parameters by name: listeners, functions that make defaults, messages about values that do not
-- fit.
--- @param form table {slots = {[name of a parameter] = number}}
--- @return lualchemy.ExecutionContext? the caller reads and closes it
--- @param into? integer[] the slots of what comes back; the context's `fetched` says how many rows there were
--- @param ids? boolean what comes back are the ids that the database made (engine/rowids.lua)
function execute.slots(connection, node, form, rows, first, last, into, ids)
  local dispatch = connection.dispatch
  if dispatch.before_execute or dispatch.after_execute or connection._logger.level == "debug" then return nil end
  local many, options = last > first, options_of(connection, select(2, core.executable(node)))
  local cursor, info = prepare.find(connection, node, form.slots, many, options)
  local binds = binds_of(form, info)
  if not binds then
    cursor:close()
    return nil
  end
  begin_if_needed(connection)
  pooled_of(connection)
  local context = Context.new(connection, cursor, info, node, NO_SETS, many, options)
  local ok = compat.pcall(cursor.bind_slots, cursor, rows, first, last, binds)
  if not ok then
    cursor:close()
    return nil
  end
  if ids then cursor:give_ids() end
  context.into = into and {rows = rows, first = first, slots = into}
  context.value_at = function(at, name) return form.slots[name] and rawget(rows[first + at - 1], form.slots[name]) end
  perform(connection, context, many, options, last - first + 1)
  if into and not context.fetched then
    context.fetched = context:announce():fetch_slots(rows, first, into)
  end
  info.fresh = nil
  return context
end

--- A statement within the execution of another (defaults computed by SQL).
function execute.nested(connection, statement)
  return execute.run(connection, statement)
end

--- SQL as it is, with positional parameters.
--- @param origin? string for the log: how the text was come by
function execute.raw(connection, sql, parameters, given, origin)
  begin_if_needed(connection)
  local sets, many = parameters_of.positional(parameters)
  local options = merge(connection._options, given and given.execution_options)
  local info = {kind = "TEXT", late = true, origin = origin or "raw sql"}
  local cursor = core.raw_cursor(sql, 0, #sets > 0 and sets or nil)
  local context = Context.new(connection, cursor, info, nil, sets, many, options)
  return result_of(connection, context, options, perform(connection, context, many, options, #sets))
end

return execute
