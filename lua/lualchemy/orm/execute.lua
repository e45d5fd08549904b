--- Session:execute: statements whose rows hold objects, and all others.
local args = require "lualchemy.args"
local context = require "lualchemy.orm.context"
local core = require "lualchemy.core"
local engine_execute = require "lualchemy.engine.execute"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local from_statement = require "lualchemy.orm.from_statement"
local loading = require "lualchemy.orm.loading"
local program = require "lualchemy.orm.loading_program"
local prepare = require "lualchemy.engine.prepare"
local results = require "lualchemy.engine.result"
local row_module = require "lualchemy.engine.row"

local NO_OPTIONS = require("lualchemy.engine.parameters").no_options

local execute = {}

local function rewrite(node) return context.rewrite(node, {}) end

--- Core's own users of ORM statements (Connection:execute, compile) get the statement alone.
local ALONE = {alone = true}
local function rewrite_alone(node) return (context.rewrite(node, ALONE)) end
prepare.on_orm(rewrite_alone)
require("lualchemy.sql.compiler").on_orm(rewrite_alone)

-- ---- results ----

--- Makes the function that says what makes rows equal: their objects themselves, other values as text.
local function row_keys()
  local ids, n = {}, 0
  local function part(value)
    if type(value) ~= "table" then return type(value) .. tostring(value) end
    local id = ids[value]
    if not id then
      n = n + 1
      ids[value], id = n, n
    end
    return "#" .. id
  end
  return function(value)
    if not row_module.is(value) then return value end
    local parts = {}
    for i = 1, #value do parts[i] = part(value[i]) end
    return table.concat(parts, "\0")
  end
end

local function meta_of(plan)
  local objects = {}
  for i, element in ipairs(plan.elements) do
    if element.entity then objects[core.id(element.entity)] = i end
    if element.node then objects[core.id(element.node)] = i end
    if element.inner and objects[core.id(element.inner)] == nil then objects[core.id(element.inner)] = i end
  end
  local keys = {}
  for i = 1, plan.n do keys[i] = plan.keys[i] or plan.names and plan.names[i] or ("column_" .. i) end
  plan.meta = row_module.meta(keys, objects)
  return plan.meta
end

local function each_once(list)
  local out, seen = {}, {}
  for i = 1, #list do
    local x = list[i]
    if not seen[x] then
      seen[x] = true
      out[#out + 1] = x
    end
  end
  return out
end

local NEEDS_UNIQUE = "The unique() method must be invoked on this Result, as it contains results that include "
  .. "joined eager loads against collections"

local ROWS = results.Result._like{row_keys = row_keys}
local WITH_COLLECTIONS = results.Result._like{row_keys = row_keys, needs_unique = NEEDS_UNIQUE}

local NO_YIELD_PER = "Can't use yield_per with eager loaders that require uniquing or row buffering, e.g. "
  .. "joinedload() against collections or subqueryload().  Consider the selectinload() strategy for better "
  .. "flexibility in loading objects."

--- Does the plan load what needs all rows at once?
local function needs_all_rows(plan)
  if plan.eager_collections then return true end
  for _, element in ipairs(plan.elements) do
    if element.kind == "entity" and program.post(element) and element.by_subquery then return true end
  end
  return false
end

local function name_columns(plan, info)
  plan.names = {}
  for i, element in ipairs(plan.elements) do
    plan.names[i] = element.index and info.keys and info.keys[element.index]
  end
end

local DML = {INSERT = true, UPDATE = true, DELETE = true}
local NONE = {}
--- The execution options of a statement and of its call together.
local function merged(own, given)
  local out = {}
  if own then
    for k, v in pairs(own) do out[k] = v end
  end
  if given then
    for k, v in pairs(given) do out[k] = v end
  end
  return out
end

execute.merged = merged

local function own_options(node) return (select(2, core.executable(node))) end

--- Shows a load to the listeners of do_orm_execute.
local function tell(session, stmt, params, options, loads, lazy_from)
  local replaced, told = require("lualchemy.orm.execute_event").fire(session, stmt, params,
    merged(own_options(stmt), options), nil, loads, options, lazy_from)
  return replaced, prepare.executable(told.statement), told.parameters, told.execution_options
end
execute.tell = tell

--- Sends an ORM SELECT whose listeners know. No load: it selects "*", and is Core's to execute.
--- @return table? load, lualchemy.ExecutionContext? context, lualchemy.Connection connection
local function send(session, stmt, params, o, options)
  local connection = o.connection
    or session:_connection_for(next(session._binds) ~= nil and execute.mapper_of(stmt) or stmt)
  if next(options) == nil then options = NO_OPTIONS end
  if connection.dispatch.before_execute then
    stmt, params = engine_execute.before(connection, stmt, params, false, options)
  end
  local pooled = connection._pooled
  local cursor, info, ready = prepare.find(connection, stmt, params, false, options, pooled and pooled.conn, rewrite)
  local plan = info.plan
  if plan.star then
    cursor:close()
    return nil, nil, connection
  end
  if options.yield_per and needs_all_rows(plan) then err.raise("InvalidRequestError", NO_YIELD_PER) end
  if not plan.names then name_columns(plan, info) end
  local ctx
  cursor, ctx = engine_execute.send(connection, cursor, info, ready, stmt, params, false, options)
  if options.populate_existing and not o.populate_existing then
    o = merged(o)
    o.populate_existing = true
  end
  return loading.new(session, plan, o, plan.meta or meta_of(plan), engine_execute.source_of(connection, cursor), stmt,
    params), ctx, connection
end

--- The result of a SELECT that was sent; the listeners of after_execute are told.
local function result_of(load, ctx, connection, stmt, params, o, options)
  local source, plan = load.cursor, load.plan
  local how = plan.eager_collections and not o.only and WITH_COLLECTIONS or ROWS
  local result = results.Result.new(source.connection, source.cursor, load, load.meta, ctx or params, how)
  if options.yield_per then result:yield_per(options.yield_per) end
  if connection.dispatch.after_execute then
    engine_execute.after(connection, stmt, params, false, options, result)
  end
  return result, plan
end

--- Executes an ORM SELECT; o: populate_existing, only, execution_options, path (the mappers that it came by), loads
-- ("relationship"|"column"), told (its listeners know) …
function execute.objects(session, stmt, params, o)
  o = o or {}
  if session._shards then return session:_load(stmt, params, o) end
  local options = o.execution_options or NO_OPTIONS
  if session.dispatch.do_orm_execute and not o.told then
    local replaced
    replaced, stmt, params, options = tell(session, stmt, params, options, o.loads, o.lazy_from)
    if replaced ~= nil then return replaced, {} end
    if o.loads == "column" then stmt = require("lualchemy.orm.criteria").for_refresh(stmt, execute.mapper_of(stmt)) end
  end
  local load, ctx, connection = send(session, stmt, params, o, options)
  if not load then return engine_execute.run(connection, stmt, params, {execution_options = options}), {} end
  return result_of(load, ctx, connection, stmt, params, o, options)
end

--- The objects of an ORM SELECT of one class, each once.
--- @return any[]
function execute.list(session, stmt, params, o)
  if session.dispatch.do_orm_execute or session._shards then
    return (execute.objects(session, stmt, params, o)):scalars():unique():all()
  end
  local options = o.execution_options or NO_OPTIONS
  local load, ctx, connection = send(session, stmt, params, o, options)
  if connection.dispatch.after_execute then
    return result_of(load, ctx, connection, stmt, params, o, options):scalars():unique():all()
  end
  local found = load:elements(nil, 1)
  load:close()
  return found[2] == nil and found or each_once(found)
end

--- The mapper that a statement is about, for the choice of an engine.
function execute.mapper_of(stmt)
  local kind = core.kind(stmt)
  if kind == "SELECT" then
    for _, node in ipairs(core.get(stmt, "raw_columns")) do
      local entity = core.kind(node) == "ENTITY" and node
        or (core.kind(node) == "ATTRIBUTE" and core.get(node, "entity"))
      if entity then return core.get(entity, "mapper") end
    end
  elseif kind == "INSERT" or kind == "UPDATE" or kind == "DELETE" then
    local target = core.get(stmt, "table")
    if core.kind(target) == "ENTITY" then return core.get(target, "mapper") end
  end
end

local OPTIONS = {execution_options = true, bind_arguments = true}

--- What a session says to what is no statement.
local function refuse(x, text)
  if type(x) == "string" then from_statement.refuse_text(x) end
  err.raise("ArgumentError", "Executable SQL or text() construct expected, got %s.", x == nil and "None" or text)
end

--- The rows of a statement as objects of a SELECT: select(User):from_statement(text("…")).
local function run_from_statement(session, statement, parameters, given)
  local options = merged(own_options(rawget(statement, "select")), given.execution_options)
  if session._ways.execution_options then options = merged(session._ways.execution_options, options) end
  if session.dispatch.do_orm_execute and not given.seen then
    local replaced, state = require("lualchemy.orm.execute_event").fire(session, statement, parameters, options,
      given.bind_arguments, given.loads, given.execution_options)
    if replaced ~= nil then return replaced end
    if not from_statement.is(state.statement) then
      return execute.run(session, state.statement, state.parameters, {execution_options = state.execution_options,
        bind_arguments = given.bind_arguments, seen = true})
    end
    statement, parameters, options = state.statement, state.parameters, state.execution_options
  end
  return from_statement.run(session, statement, parameters, options, given.bind_arguments)
end

--- @return lualchemy.Result
function execute.run(session, statement, parameters, given)
  if given == nil and parameters ~= nil and args.is_options(parameters) and next(parameters) ~= nil then
    local only = true
    for k, v in pairs(parameters) do only = only and OPTIONS[k] and type(v) == "table" end
    if only then parameters, given = nil, parameters end
  end
  if parameters ~= nil and getmetatable(parameters) then parameters = row_module.values(parameters) or parameters end
  given = given or NONE
  if type(statement) == "table" and from_statement.is(statement) then
    return run_from_statement(session, statement, parameters, given)
  end
  local node, own = prepare.executable(statement, refuse)
  local options = merged(own, given.execution_options)
  local wide = session._ways.execution_options
  if wide then options = merged(wide, options) end
  if session.dispatch.do_orm_execute and not given.seen then
    local replaced, state = require("lualchemy.orm.execute_event").fire(session, node, parameters, options,
      given.bind_arguments, given.loads, given.execution_options)
    if replaced ~= nil then return replaced end
    if from_statement.is(state.statement) then
      return execute.run(session, state.statement, state.parameters, {execution_options = state.execution_options,
        bind_arguments = given.bind_arguments, seen = true})
    end
    node, parameters, options = prepare.executable(state.statement), state.parameters, state.execution_options
  end
  if session._shards then return session:_execute(node, parameters, options, given.bind_arguments) end
  local kind = core.kind(node)
  local orm = core.has_orm(node)
  if kind == "TEXT_SELECT" and core.has(node, "options") then orm = true end
  if orm and DML[kind] then
    if options.autoflush ~= false then session:_autoflush() end
    return require("lualchemy.orm.bulk_dml").run(session, node, parameters, {execution_options = options})
  end
  local bind = given.bind_arguments
  if orm and context.gives_objects(node) then
    if options.autoflush ~= false then session:_autoflush() end
    local params = parameters
    if type(params) == "table" and #params > 0 then params = params[1] end
    local connection = bind and session:connection({bind_arguments = bind, execution_options = options})
    return (execute.objects(session, node, params, {execution_options = options, connection = connection,
      told = true}))
  end
  if options.autoflush ~= false and core.of_orm(node) then session:_autoflush() end
  local connection = session:connection{bind_arguments = bind or {clause = node}}
  return engine_execute.run(connection, node, parameters, {execution_options = options})
end

execute.event, execute.error = event, err
return execute
