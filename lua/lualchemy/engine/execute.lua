--- From a statement and parameters to a result.
--
--     run -> find or compile (cache) -> defaults -> bind -> send -> Result
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local transaction = require "lualchemy.engine.transaction"
local batches = require "lualchemy.engine.insertmanyvalues"
local Context = require "lualchemy.engine.context"
local failure = require "lualchemy.engine.failure"
local parameters_of = require "lualchemy.engine.parameters"
local pooled_of = require "lualchemy.engine.pooled"
local prepare = require "lualchemy.engine.prepare"
local new_result = require("lualchemy.engine.result").Result.new
local transmit = require "lualchemy.engine.transmit"
local watched = require "lualchemy.engine.watched"

local execute = {guard = failure.guard}
local fail = failure.raise

local NO_OPTIONS, executable, find, parameters_given = parameters_of.no_options, core.executable, prepare.find,
  parameters_of.given

-- ---- options ----

local function merge(into, from)
  if not from or next(from) == nil then return into end
  local merged = {}
  for k, v in pairs(into) do merged[k] = v end
  for k, v in pairs(from) do merged[k] = v end
  return merged
end

--- @param own? table the statement's: the connection's come before them, those that are given before both
local function options_of(connection, own, given)
  local options = connection._options
  if own then options = merge(own, options) end
  return given and merge(options, given.execution_options) or options
end

-- ---- sending ----

execute.source_of = require("lualchemy.engine.source").of

local function begin_if_needed(connection)
  local current = connection._transaction
  if connection._block then transaction.Transaction.check_block(connection) end
  if not current then
    if connection.closed then err.raise("ResourceClosedError", "This Connection is closed") end
    if not connection._in_begin then connection:_autobegin() end
  elseif not current.is_active then
    connection:_invalid_transaction()
  end
end

local function compute(context)
  local cursor = context.cursor
  context.cursor_own = function(name) return cursor:own_value(name) end
  context:_prefetch()
end

--- Sends what is bound; raises errors in full. True: there is nothing to read.
--- @param count integer how many sets of parameters there are
local function perform(connection, context, many, options, count)
  if many and context.info.rows then
    context.origin = function() return watched.origin(connection, context) end
    if batches.perform(connection, context, options, count, watched.start) then return end
  end
  if connection.dispatch.any_cursor_execute or connection._logger.level then
    return watched.perform(connection, context, many, options)
  end
  local ok, e = transmit(connection, context.info, context.cursor, options)
  if not ok then watched.failed(connection, context.cursor, e, many) end
end

--- Sends an execution that somebody looks at, or whose parameters are not bound yet.
local function send_known(connection, cursor, info, ready, node, given, many, options, reader)
  local context = Context.new(connection, cursor, info, node, given, many, options, reader)
  local ok, e = true, nil
  if info.prefetch then ok, e = compat.pcall(compute, context) end
  if ok and not ready then ok, e = pcall(cursor.bind, cursor, context.sets) end
  if not ok then
    local sql = cursor:sql_or_template()
    cursor:close()
    fail(connection, e, sql, given and (many and given or {given}), many, true)
  end
  local nothing = perform(connection, context, many, options, #context.sets)
  return context.cursor, context, nothing
end

--- Sends an execution that prepare.find found; its first row or end is reached then.
--- @param ready boolean what prepare.find said
--- @param given? table the parameters, or an array of many
--- @param reader? table as in execute.run
--- @return userdata cursor the one that has the answer
--- @return lualchemy.ExecutionContext? context where one had to be made
--- @return boolean? nothing there is nothing to read
local function send(connection, cursor, info, ready, node, given, many, options, reader)
  local current, block = connection._transaction, connection._block
  if not current or not current.is_active or block and block ~= current then
    begin_if_needed(connection)
    pooled_of(connection)
  elseif not ready then
    pooled_of(connection)
  end
  if not ready or reader or connection.dispatch.any_cursor_execute or connection._logger.level
    or options ~= NO_OPTIONS and next(options) ~= nil then
    return send_known(connection, cursor, info, ready, node, given, many, options, reader)
  end
  local ok, e = transmit(connection, info, cursor, options)
  if not ok then watched.failed(connection, cursor, e, false) end
  return cursor
end
execute.send = send

--- What is to be seen to once a statement was executed; the metatable of its rows, nil where none are to be read, and
-- its context where one was made.
local function see_to(connection, cursor, info, given, context)
  if info.implicit then
    context = context or Context.of(connection, cursor, given)
    context:_take_returned(context.executemany and context.rows or context:announce():fetch())
  end
  if info.kind == "INSERT" then
    if not context and Context.gives_key(info, given) then context = Context.of(connection, cursor, given) end
    if context then context:_keep_key() end
  end
  if info.late then return prepare.late(info, cursor, connection.dialect), context end
  if info.untyped then prepare.settle(info, cursor, connection.dialect) end
  if info.implicit then return nil, context end
  info.ordinary = not context or info.kind ~= "INSERT"
  return info.meta, context
end

--- The result of an execution with a context.
local function result_of_known(connection, cursor, meta, context, options)
  local source, reader = false, context.reader
  if context.executemany and context.rows then
    source = batches.source(context.rows)
  elseif reader or connection._logger.level then
    source = context:announce()
  end
  if reader then
    reader:take(source, context)
    source, meta = reader, reader.meta
  end
  local result = new_result(connection, cursor, source, meta, context)
  if options.yield_per then result:yield_per(options.yield_per) end
  return result
end

--- The result of an execution that was sent, whose statement or context asks for more than to read its rows.
local function result_of(connection, cursor, info, given, context, options, nothing)
  local meta = info.meta
  if nothing then
    meta = nil
  elseif not info.ordinary then
    meta, context = see_to(connection, cursor, info, given, context)
  end
  if meta and context then return result_of_known(connection, cursor, meta, context, options) end
  if not meta then cursor:close() end
  return new_result(connection, cursor, false, meta, context or given)
end

local NONE = {}

--- Tells the listeners of before_execute; what they would have executed instead.
local function before_execute(connection, node, given, many, options)
  for _, listener in ipairs(connection.dispatch.before_execute) do
    local result = listener.fn(connection, node, many and given or {}, not many and given or {}, options)
    if listener.retval then
      result = event.values("before_execute", result)
      local sets = result[2] or NONE
      node, many = result[1], #sets > 1
      given = many and sets or sets[1] or result[3] and next(result[3]) and result[3] or nil
    end
  end
  return node, given, many
end

local function after_execute(connection, node, given, many, options, result)
  for _, listener in ipairs(connection.dispatch.after_execute) do
    listener.fn(connection, node, many and given or {}, not many and given or {}, options, result)
  end
end

execute.before, execute.after = before_execute, after_execute

--- Executes a statement: what Connection:execute does.
--- @param extra? table {execution_options = …, reader = what takes the rows, batch by batch where their order is
-- nobody's concern, and is the source of the result's: {take = function(source, context), meta = …}, plain = the
-- parameters, if they are known to be many plain tables}
function execute.run(connection, statement, parameters, extra)
  if type(statement) == "table" then prepare.refuse_query(statement) end
  local node, own = executable(statement)
  if not node then node, own = prepare.executable(statement) end
  local given, many = nil, false
  if parameters ~= nil then given, many, extra = parameters_given(parameters, extra) end
  local options, dispatch, pooled = connection._options, connection.dispatch, connection._pooled
  if own or extra then options = options_of(connection, own, extra) end
  if dispatch.before_execute then node, given, many = before_execute(connection, node, given, many, options) end
  local cursor, info, ready = find(connection, node, many and given[1] or given, many, options, pooled and pooled.conn)
  local context, result, nothing
  cursor, context, nothing = send(connection, cursor, info, ready, node, given, many, options, extra and extra.reader)
  if context or not info.ordinary then
    result = result_of(connection, cursor, info, given, context, options, nothing)
  else
    local meta = info.meta
    if not meta then cursor:close() end
    result = new_result(connection, cursor, false, meta, given)
  end
  if dispatch.after_execute then after_execute(connection, node, given, many, options, result) end
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
--- @param apart? boolean each row is another row of the table
function execute.slots(connection, node, form, rows, first, last, into, ids, apart)
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
  local context = Context.new(connection, cursor, info, node, nil, many, options)
  local ok = compat.pcall(cursor.bind_slots, cursor, rows, first, last, binds)
  if not ok then
    cursor:close()
    return nil
  end
  if ids then cursor:give_ids() end
  if apart then cursor:set_apart() end
  if many then context.from = {rows = rows, first = first, slots = form.slots, into = into} end
  perform(connection, context, many, options, last - first + 1)
  if into and not context.fetched then
    context.fetched = context:announce():fetch_slots(rows, first, into)
  end
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
  local context = Context.new(connection, cursor, info, nil, many and sets or sets[1], many, options)
  local nothing = perform(connection, context, many, options, #sets)
  return result_of(connection, context.cursor, info, nil, context, options, nothing)
end

return execute
