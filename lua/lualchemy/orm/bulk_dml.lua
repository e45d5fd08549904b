--- session:execute of INSERT, UPDATE and DELETE of mapped classes; objects in the session follow what they did.
local core = require "lualchemy.core"
local engine_execute = require "lualchemy.engine.execute"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local evaluator = require "lualchemy.orm.evaluator"
local identity = require "lualchemy.orm.identity"
local loading = require "lualchemy.orm.loading"
local mappings = require "lualchemy.orm.bulk_mappings"
local results = require "lualchemy.engine.result"
local rewriting = require "lualchemy.orm.dml_rewrite"
local row_module = require "lualchemy.engine.row"
local state = require "lualchemy.orm.state"
local compat = require "lualchemy.compat"

local plain = require("lualchemy.engine.parameters").plain
local NULL, EXPIRED = core.null, evaluator.EXPIRED
local bulk_dml = {rewrite = rewriting.rewrite}

-- ---- RETURNING ----

local function meta_of(plan, node)
  local objects, keys = {}, {}
  for i, column in ipairs(core.get(node, "returning")) do objects[core.id(column)] = i end
  for i = 1, plan.n do
    local element = plan.elements[i]
    if element.entity then objects[core.id(element.entity)] = i end
    keys[i] = plan.keys[i] or ("column_" .. i)
  end
  return row_module.meta(keys, objects)
end

bulk_dml.meta_of = meta_of

--- A result of rows with objects, from the rows of RETURNING.
local function objects_of(session, node, plan, rows, options, rowcount)
  local meta = meta_of(plan, node)
  local load = loading.new(session, plan, {populate_existing = options.populate_existing}, meta)
  local result = results.Result.from_rows(load:rows(rows), meta)
  rawset(result, "rowcount", rowcount)
  return result
end
bulk_dml.objects_of = objects_of

--- A result without rows.
local function no_rows(context, rowcount)
  local result = results.Result.new(nil, nil, false, nil, context)
  rawset(result, "rowcount", rowcount)
  return result
end

-- ---- synchronisation: what was changed ----

local VALID = {auto = true, evaluate = true, fetch = true, [false] = true}

local function strategy_of(options)
  local sync = options.synchronize_session
  if sync == nil then return "auto" end
  if sync == NULL then return false end
  if not VALID[sync] then
    err.raise("ArgumentError", "Valid strategies for session synchronization are 'auto', 'evaluate', 'fetch', False")
  end
  return sync
end

local function conditions_of(node)
  local list = core.get(node, "where")
  for _, extra in ipairs(rewriting.extra_criteria(node)) do list[#list + 1] = core.element(extra) end
  return list
end

--- The condition as a function; nil and the reason if only the database knows.
local function compiled_condition(mapper, node)
  local ok, fn = pcall(evaluator.conditions, mapper, conditions_of(node))
  if ok then return fn end
  if evaluator.is_refusal(fn) then return nil, tostring(fn) end
  error(fn, 0)
end

--- The objects that the condition holds for: {{obj, expired}, …}.
local function matched_by_condition(session, mapper, condition)
  local out = {}
  for _, obj in ipairs(identity.all(session)) do
    if state.mapper(obj):isa(mapper) and not rawget(obj, 1).expired then
      local value = condition(obj)
      if value == true or value == EXPIRED then out[#out + 1] = {obj, value == EXPIRED} end
    end
  end
  return out
end

local function matched_by_keys(session, mapper, rows)
  local out, n = {}, #mapper.primary_key
  for _, row in ipairs(rows) do
    local values = {}
    for i = 1, n do values[i] = row[i] end
    local raw = identity.raw(values, n, true)
    local obj = raw ~= nil and identity.get(session, mapper, raw)
    if obj then out[#out + 1] = {obj, false} end
  end
  return out
end

local function can_return(connection, kind, mapper)
  local dialect = connection.dialect
  return (kind == "UPDATE" and dialect.update_returning or dialect.delete_returning)
    and core.kind(mapper.local_table) == "TABLE" and mapper.tables[2] == nil
end

-- ---- synchronisation: the objects ----

local function compiled_values(mapper, resolved)
  local out, keys = {}, {}
  for _, pair in ipairs(resolved) do
    local key = pair[3]
    if not key then
      err.raise("InvalidRequestError", "Attribute name not found, can't be synchronized back to objects: %s",
        tostring(pair[1]))
    end
    keys[#keys + 1] = key
    local ok, fn = pcall(evaluator.compile, mapper, pair[2])
    if ok then out[key] = fn elseif not evaluator.is_refusal(fn) then error(fn, 0) end
  end
  return out, keys
end

--- The attributes of columns, but for those that can be evaluated.
local function property_keys(mapper, columns, evaluators)
  local out = {}
  for _, column in ipairs(columns) do
    local prop = mapper.column_to_property[column]
    if prop and not evaluators[prop.key] then out[#out + 1] = prop.key end
  end
  return out
end

local function unmodified(obj, impl)
  return state.before(rawget(obj, 1), obj, impl) == nil
end

--- Gives an object what the UPDATE set; what cannot be known expires.
local function apply_values(obj, evaluators, keys)
  local mapper = state.mapper(obj)
  local changed, expired, new = {}, {}, {}
  for _, key in ipairs(keys) do
    local impl = mapper.impls[key]
    local present = impl and rawget(obj, impl.slot) ~= nil
    if present and evaluators[key] and unmodified(obj, impl) then
      local value = evaluators[key](obj)
      if value == EXPIRED then expired[#expired + 1] = key else new[impl.slot] = value == nil and NULL or value end
      changed[#changed + 1] = key
    elseif present then
      expired[#expired + 1] = key
    end
  end
  for slot, value in pairs(new) do rawset(obj, slot, value) end
  state.forget_composites(obj, mapper, changed)
  if #expired > 0 then state.expire(obj, expired) end
  return changed
end

local function apply_update(session, node, context, matched)
  local mapper = core.get(rewriting.entity(node), "mapper")
  local resolved = rewriting.resolved(node)
  local evaluators, keys = compiled_values(mapper, resolved)
  local set = context and context.sets and context.sets[1] or {}
  local info = context and context.info or {}
  for _, column in ipairs(info.prefetch or {}) do
    local prop, value = mapper.column_to_property[column], set[core.get(column, "key")]
    if prop and value ~= nil and not evaluators[prop.key] then
      keys[#keys + 1] = prop.key
      evaluators[prop.key] = function() return value end
    end
  end
  local postfetch = property_keys(mapper, info.postfetch or {}, evaluators)
  for _, m in ipairs(matched) do
    if #postfetch > 0 or mapper.dispatch.expire then state.expire(m[1], postfetch) end
    local changed = apply_values(m[1], evaluators, keys)
    if mapper.dispatch.refresh then event.fire(mapper.dispatch, "refresh", m[1], nil, changed) end
    if session._transaction and session._transaction:_notes_changes() then session._transaction._dirty[m[1]] = true end
  end
end

local function apply_delete(session, matched)
  for _, m in ipairs(matched) do
    if m[2] then
      session:_expire_object(m[1])
    else
      session:_register_deleted(m[1])
    end
  end
end

local function synchronize(session, node, context, matched)
  if core.kind(node) == "DELETE" then return apply_delete(session, matched) end
  apply_update(session, node, context, matched)
end

-- ---- UPDATE and DELETE by criteria ----

--- The keys of the rows that the statement is about to change.
local function select_keys(connection, mapper, statement, params, options)
  local la = require "lualchemy.sql.api"
  local select = core.with(la.select(compat.unpack(mapper.primary_key)), {where = core.get(statement, "where")})
  return engine_execute.run(connection, select, params, {execution_options = options}):all()
end

--- RETURNING of the key in front of what the user wants returned, each column once; the keys, and the user's rows.
local function run_returning(connection, mapper, statement, params, options)
  local list, place, places, keys, rows = {}, {}, {}, {}, {}
  for i, column in ipairs(mapper.primary_key) do list[i], place[column] = column, i end
  for i, column in ipairs(core.get(statement, "returning")) do
    places[i] = place[column] or #list + 1
    list[places[i]] = column
  end
  local result = engine_execute.run(connection, core.with(statement, {returning = list}), params,
    {execution_options = options})
  for i, row in ipairs(result:all()) do
    local key, own = {}, {}
    for c = 1, #mapper.primary_key do key[c] = row[c] end
    for c, at in ipairs(places) do own[c] = row[at] end
    keys[i], rows[i] = key, own
  end
  return result.context, keys, rows
end

local function run_criteria(session, node, params, options, connection)
  local mapper = core.get(rewriting.entity(node), "mapper")
  local statement, plan = rewriting.rewrite(node)
  local sync = strategy_of(options)
  local condition, reason
  if sync == "auto" or sync == "evaluate" then
    condition, reason = compiled_condition(mapper, node)
    if not condition and sync == "evaluate" then
      err.raise("InvalidRequestError",
        "Could not evaluate current criteria in Python: \"%s\". Specify 'fetch' or False for the "
        .. "synchronize_session execution option.", reason)
    end
    sync = condition and "evaluate" or "fetch"
  end
  if sync == "fetch" and core.get(statement, "return_defaults") ~= 0 then
    statement = core.with(statement, {return_defaults = false, return_defaults_columns = {}})
  end
  if sync == "fetch" and can_return(connection, core.kind(node), mapper) then
    local context, keys, rows = run_returning(connection, mapper, statement, params, options)
    synchronize(session, node, context, matched_by_keys(session, mapper, keys))
    if plan then return objects_of(session, node, plan, rows, options, #keys) end
    return no_rows(context, #keys)
  end
  local keys = sync == "fetch" and select_keys(connection, mapper, statement, params, options)
  local result = engine_execute.run(connection, statement, params, {execution_options = options})
  local rows = plan and result:all()
  if condition and sync == "evaluate" then
    synchronize(session, node, result.context, matched_by_condition(session, mapper, condition))
  elseif keys then
    synchronize(session, node, result.context, matched_by_keys(session, mapper, keys))
  end
  if plan then return objects_of(session, node, plan, rows, options, #rows) end
  return result
end

-- ---- INSERT ----

local function run_insert(session, node, params, options, connection)
  local statement, plan = rewriting.rewrite(node)
  local result = engine_execute.run(connection, statement, params, {execution_options = options})
  if not plan then return result end
  local rows = result:all()
  return objects_of(session, node, plan, rows, options, #rows)
end

-- ---- everything ----

local function is_list(params)
  return type(params) == "table" and params[1] ~= nil
end

local function strategy_name(node, params, options)
  local given = options.dml_strategy or "auto"
  local kind = core.kind(node)
  if given ~= "auto" then
    if given == "bulk" and not params then
      err.raise("InvalidRequestError", "Can't use \"bulk\" ORM insert strategy without passing separate parameters")
    end
    return given
  end
  if kind == "INSERT" then return type(params) == "table" and next(params) ~= nil and "bulk" or "orm" end
  return is_list(params) and "bulk" or "orm"
end

--- Executes the statement; parameters: one table, or a list of tables: rows by the names of attributes.
--- @param o table execution_options
function bulk_dml.run(session, node, parameters, o)
  local options = o and o.execution_options or {}
  if is_list(parameters) then parameters = plain(parameters) end
  local entity = rewriting.entity(node)
  local connection = session:_connection_for(entity and core.get(entity, "mapper"), options)
  local kind, strategy = core.kind(node), strategy_name(node, parameters, options)
  if not entity or strategy == "raw" or strategy == "core_only" then
    return run_insert(session, node, parameters, options, connection)
  end
  if kind == "INSERT" and strategy == "bulk" then
    return mappings.insert(session, connection, node, is_list(parameters) and parameters or {parameters}, options)
  end
  if kind == "INSERT" then return run_insert(session, node, parameters, options, connection) end
  if strategy ~= "bulk" then return run_criteria(session, node, parameters, options, connection) end
  if kind == "DELETE" then
    err.raise("InvalidRequestError",
      "Bulk ORM DELETE not supported right now. Statement may be invoked at the Core level using "
      .. "session.connection().execute(stmt, parameters)")
  end
  return mappings.update(session, connection, node, parameters, options, strategy_of(options))
end

return bulk_dml
