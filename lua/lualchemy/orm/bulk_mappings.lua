--- Rows by the names of attributes: INSERT and UPDATE of lists of tables, without objects.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local engine_execute = require "lualchemy.engine.execute"
local err = require "lualchemy.error"
local identity = require "lualchemy.orm.identity"
local batch = require "lualchemy.orm.persistence_batch"
local persistence_plan = require "lualchemy.orm.persistence_plan"
local rewriting = require "lualchemy.orm.dml_rewrite"
local state = require "lualchemy.orm.state"

local NULL, NONE = core.null, {}
local next_version = require("lualchemy.orm.persistence_rows").next_version
local mappings = {}

-- ---- rows of a table ----

local function discriminator_key(mapper)
  if mapper.polymorphic_on == nil or mapper.polymorphic_identity == nil then return nil end
  local prop = mapper.column_to_property[mapper.polymorphic_on]
  return prop and prop.key
end

--- A copy of the mapping with synonyms and composites resolved and the discriminator set.
local function complete(mapper, mapping, inserting)
  local out = {}
  for key, value in pairs(mapping) do
    local prop = rewriting.property(mapper, key)
    if prop and prop.kind == "composite" and value ~= NULL then
      for i, v in ipairs(prop:values_of(value)) do out[prop.keys[i]] = v end
    else
      out[prop and prop.key or key] = value
    end
  end
  local key = inserting and discriminator_key(mapper)
  if key and out[key] == nil then out[key] = mapper.polymorphic_identity end
  return out
end

local function insert_params(mapper, tp, mapping, o)
  local params, names = {}, {}
  for _, c in ipairs(tp.columns) do
    local value = mapping[c.prop_key]
    if c == tp.version and mapper.version_id_generator ~= false then value = next_version(mapper, nil) end
    if value ~= nil and (value ~= NULL or c.evaluates_none or o.render_nulls) then
      params[c.key] = value
      names[#names + 1] = c.key
    end
  end
  for _, name in ipairs(o.binds or NONE) do
    if mapping[name] ~= nil then
      params[name] = mapping[name]
      names[#names + 1] = name
    end
  end
  return params, table.concat(names, "\0")
end

--- The names of the binds among what the statement itself sets, nil where there are none.
local function binds_of(node)
  local out
  for _, pair in ipairs(core.has(node, "values") and core.get(node, "values") or NONE) do
    core.replace(core.get(pair, "value"), function(n)
      if core.kind(n) == "BIND" and core.get(n, "unique") == 0 and core.has(n, "key") then
        out = out or {}
        out[#out + 1] = core.get(n, "key")
      end
    end)
  end
  return out
end

--- Runs of neighbouring rows of the same shape: fn(first, last).
local function runs(shapes, fn)
  local at = 1
  while shapes[at] do
    local last = at
    while shapes[last + 1] == shapes[at] do last = last + 1 end
    fn(at, last)
    at = last + 1
  end
end

local function slice(list, first, last)
  local out = {}
  for i = first, last do out[#out + 1] = list[i] end
  return out
end

local function one_or_many(list)
  if #list == 1 then return list[1] end
  return list
end

-- ---- INSERT ----

local function lacks_key(tp, params)
  for _, c in ipairs(tp.primary_key) do
    if params[c.key] == nil then return true end
  end
  return false
end

--- Takes keys that the database made into the mappings, for the tables of subclasses and for the caller.
--- @param fetch table? what else the database may make, of the tables' plan
local function insert_returning_keys(connection, tp, statement, params, list, options, fetch)
  local columns, first = {}, 0
  for i, c in ipairs(fetch and fetch.columns or tp.primary_key) do
    columns[i] = c.column
    if c == tp.primary_key[1] then first = i - 1 end
  end
  if #params == 1 and not fetch then
    local result = engine_execute.run(connection, statement, params[1], {execution_options = options})
    for i, c in ipairs(tp.primary_key) do list[1][c.prop_key] = result.inserted_primary_key[i] end
    return result
  end
  local with_keys = statement:returning(compat.unpack(columns))
  if params[2] then with_keys = core.with(with_keys, {sort_by_parameter_order = true}) end
  local result = engine_execute.run(connection, with_keys, one_or_many(params), {execution_options = options})
  for i, row in ipairs(result:all()) do
    for at, c in ipairs(tp.primary_key) do list[i][c.prop_key] = row[first + at] end
  end
  return result
end

local function pass_keys(mapper, t, list)
  for _, pair in ipairs(mapper.inherits_equated_pairs or {}) do
    local from, to = mapper.column_to_property[pair[1]], mapper.column_to_property[pair[2]]
    if core.get(pair[1], "table") == t and from and to then
      for _, mapping in ipairs(list) do
        if mapping[to.key] == nil then mapping[to.key] = mapping[from.key] end
      end
    end
  end
end

local function tables_of(mapper)
  local out = {}
  for _, t in ipairs(mapper.tables) do
    if core.kind(t) == "TABLE" then out[#out + 1] = t end
  end
  return out
end

--- Inserts completed mappings. o: render_nulls, return_defaults, statement (table -> INSERT), rows (gets the rows of
-- RETURNING), joined (orm/bulk_joined.lua)
function mappings.insert_list(connection, mapper, list, o)
  local result
  local tables = tables_of(mapper)
  for at, t in ipairs(tables) do
    local tp = persistence_plan.of(mapper, t)
    local statement, returning = tp.insert, false
    if o.statement then statement, returning = o.statement(t) end
    local params, shapes = {}, {}
    for i, mapping in ipairs(list) do
      local shape
      params[i], shape = insert_params(mapper, tp, mapping, o)
      shapes[i] = shape .. (lacks_key(tp, params[i]) and "\1" or "")
    end
    runs(shapes, function(first, last)
      local some = slice(params, first, last)
      if o.joined then
        result = o.joined:insert(connection, tp, t, at == 1, statement, some, slice(list, first, last), o.options)
        return
      end
      local fetch = not o.statement
        and persistence_plan.fetch(tp, function(c) return some[1][c.key] ~= nil end, connection.dialect)
      fetch = fetch and fetch.defaults and fetch or nil
      local bookkeeping = (tables[2] or o.return_defaults) and (fetch or lacks_key(tp, some[1]))
      if bookkeeping and not returning then
        result = insert_returning_keys(connection, tp, statement, some, slice(list, first, last), o.options, fetch)
      else
        result = engine_execute.run(connection, statement, one_or_many(some), {execution_options = o.options})
      end
      if returning then
        for _, row in ipairs(result:all()) do o.rows[#o.rows + 1] = row end
      end
    end)
    pass_keys(mapper, t, list)
  end
  return result
end

--- Have names of this mapper to be looked up: synonyms, composites?
local function has_other_names(mapper)
  if mapper.collected.other_names == nil then
    local found = false
    for _, prop in pairs(mapper.props) do found = found or prop.kind == "synonym" or prop.kind == "composite" end
    mapper.collected.other_names = found
  end
  return mapper.collected.other_names
end

--- The plan of the mapper's only table if all rows of the list can be sent to it as they are.
local function as_they_are(mapper, list, o)
  local t = mapper.tables[1]
  if mapper.tables[2] or core.kind(t) ~= "TABLE" or discriminator_key(mapper) or has_other_names(mapper) then
    return nil
  end
  local tp = persistence_plan.of(mapper, t)
  local last, shape = batch.mappings(tp, list, 1, o.render_nulls)
  if not shape or last ~= #list or o.return_defaults then return nil end
  return tp
end

--- INSERT of mappings into the mapper's tables. o: as in insert_list
function mappings.insert_all(connection, mapper, list, o)
  local tp = as_they_are(mapper, list, o)
  if tp then return engine_execute.run(connection, tp.insert, one_or_many(list)) end
  local completed = {}
  for i, mapping in ipairs(list) do completed[i] = complete(mapper, mapping, true) end
  return mappings.insert_list(connection, mapper, completed, o), completed
end

--- The rows of RETURNING, for classes in one table.
local function insert_returning(session, connection, node, statement, plan, list, options)
  local dml = require "lualchemy.orm.bulk_dml"
  local reader = not connection.dispatch.before_execute
    and require("lualchemy.orm.returned").new(session, plan, options, dml.meta_of(plan, node)) or nil
  local result = engine_execute.run(connection, statement, one_or_many(list),
    {execution_options = options, reader = reader, plain = list})
  if reader then
    rawset(result, "rowcount", reader:count())
    return result
  end
  local found = result:all()
  return dml.objects_of(session, node, plan, found, options, #found)
end

--- INSERT of a class with a list of mappings; RETURNING gives objects.
function mappings.insert(session, connection, node, list, options)
  local mapper = core.get(rewriting.entity(node), "mapper")
  local several = mapper.tables[2] ~= nil
  if core.has(node, "on_conflict") and several then
    err.raise("InvalidRequestError",
      "bulk INSERT with a 'post values' clause (typically upsert) not supported for multi-table mapper %s",
      tostring(mapper))
  end
  local statement, plan = rewriting.rewrite(node)
  if core.has(node, "returning") and not plan then
    err.raise("CompileError", "Can't use RETURNING * with bulk ORM INSERT.  Please use a different INSERT form, such "
      .. "as INSERT..VALUES or INSERT with a Core Connection")
  end
  if as_they_are(mapper, list, options) then
    if plan then return insert_returning(session, connection, node, statement, plan, list, options) end
    return engine_execute.run(connection, statement, one_or_many(list), {execution_options = options, plain = list})
  end
  local rows, completed = {}, {}
  for i, mapping in ipairs(list) do completed[i] = complete(mapper, mapping, true) end
  local function for_table(t)
    if not several then return statement, plan ~= nil end
    return require("lualchemy.orm.bulk_joined").of_table(statement, t), false
  end
  local joined = several and plan and require("lualchemy.orm.bulk_joined").new(core.get(statement, "returning"))
  local result = mappings.insert_list(connection, mapper, completed,
    {render_nulls = options.render_nulls, statement = for_table, rows = rows, options = options,
      binds = binds_of(node), joined = joined})
  if not plan then return result end
  if joined then
    rows = joined:rows(completed)
  elseif several then return require("lualchemy.orm.bulk_joined").read(session, node, mapper, completed)
  end
  return require("lualchemy.orm.bulk_dml").objects_of(session, node, plan, rows, options, #rows)
end

-- ---- UPDATE by primary key ----

--- @param valued boolean the statement itself sets something; binds: the names of its binds
local function update_params(mapper, tp, mapping, valued, binds)
  local params, names = {}, {}
  for _, name in ipairs(binds or NONE) do params[name] = mapping[name] end
  local version = tp.version and mapping[tp.version.prop_key] ~= nil and tp.version
  local any = valued or version and mapper.version_id_generator ~= false
  for _, c in ipairs(tp.columns) do
    local value = mapping[c.prop_key]
    if value ~= nil and not c.primary_key then
      params[c.key] = value
      names[#names + 1] = c.key
      any = true
    end
  end
  if not any then return nil end
  if version then
    params[version.where_name] = mapping[version.prop_key]
    if mapper.version_id_generator ~= false then
      params[version.key] = next_version(mapper, mapping[version.prop_key])
    end
  end
  for _, c in ipairs(tp.primary_key) do
    local value = mapping[c.prop_key]
    if value == nil then
      err.raise_documented("InvalidRequestError", "bupq",
        "No primary key value supplied for column(s) %s; per-row ORM Bulk UPDATE by Primary Key requires "
        .. "that records contain primary key values", tostring(c.column))
    end
    params[c.where_name] = value
  end
  return params, table.concat(names, "\0")
end

--- Updates rows by the primary key in each mapping. o: check_rowcount, statement (tp -> UPDATE)
function mappings.update_list(connection, mapper, list, o)
  local result
  for _, t in ipairs(tables_of(mapper)) do
    local tp = persistence_plan.of(mapper, t)
    local params, shapes = {}, {}
    for _, mapping in ipairs(list) do
      local one, shape = update_params(mapper, tp, mapping, o.valued, o.binds)
      if one then params[#params + 1], shapes[#shapes + 1] = one, shape end
    end
    runs(shapes, function(first, last)
      local some = slice(params, first, last)
      result = engine_execute.run(connection, o.statement and o.statement(tp) or tp.update, one_or_many(some),
        {execution_options = o.options})
      if o.check_rowcount ~= false and result.rowcount >= 0 and result.rowcount ~= #some then
        err.raise("StaleDataError", "UPDATE statement on table '%s' expected to update %d row(s); %d were matched.",
          tp.name, #some,
          result.rowcount)
      end
    end)
  end
  return result
end

--- Objects in the session get the values that their rows got.
local function follow(session, mapper, list)
  for _, mapping in ipairs(list) do
    local values = {}
    for i, column in ipairs(mapper.primary_key) do values[i] = mapping[mapper.column_to_property[column].key] end
    local raw = identity.raw(values, #values, true)
    local obj = raw ~= nil and identity.get(session, mapper, raw)
    if obj then
      local expired = {}
      for key, value in pairs(mapping) do
        local impl = state.mapper(obj).impls[key]
        if impl and impl.column and rawget(obj, impl.slot) ~= nil then
          if state.before(rawget(obj, 1), obj, impl) ~= nil then
            expired[#expired + 1] = key else rawset(obj, impl.slot, value) end
        end
      end
      if #expired > 0 then state.expire(obj, expired) end
      if session._transaction and session._transaction:_notes_changes() then session._transaction._dirty[obj] = true end
    end
  end
end

--- UPDATE of a class with a list of mappings that hold primary keys.
function mappings.update(session, connection, node, list, options, sync)
  local mapper = core.get(rewriting.entity(node), "mapper")
  if sync == "fetch" then
    err.raise("InvalidRequestError",
      "The 'fetch' synchronization strategy is not available for 'bulk' ORM updates (i.e. multiple parameter sets)")
  end
  if core.get(node, "ordered") ~= 0 and core.has(node, "values") then
    err.raise("InvalidRequestError",
      "bulk ORM UPDATE does not support ordered_values() for custom UPDATE statements with bulk parameter "
      .. "sets.  Use a non-bulk UPDATE statement or use values().")
  end
  if core.has(node, "returning") then
    err.raise("InvalidRequestError", "Dialect %s with current server capabilities does not support UPDATE..RETURNING "
      .. "when executemany is used", connection.dialect.name)
  end
  local criteria = core.has(node, "where")
  if criteria and sync then
    err.raise("InvalidRequestError",
      "bulk synchronize of persistent objects not supported when using bulk update with additional WHERE "
      .. "criteria right now.  add synchronize_session=None execution option to "
      .. "bypass synchronize of persistent objects.")
  end
  local statement = rewriting.rewrite(node)
  local completed = {}
  for i, mapping in ipairs(list) do completed[i] = complete(mapper, mapping, false) end
  local function for_table(tp)
    local update, conditions = tp.update, core.get(statement, "where")
    if conditions[1] then
      for _, condition in ipairs(core.get(update, "where")) do conditions[#conditions + 1] = condition end
      update = core.with(update, {where = conditions})
    end
    if core.has(statement, "values") then update = core.with(update, {values = core.get(statement, "values"),
      valued = true}) end
    return update
  end
  local result = mappings.update_list(connection, mapper, completed,
    {check_rowcount = not criteria, statement = for_table, options = options, valued = core.has(statement, "values"),
      binds = binds_of(node)})
  if sync then follow(session, mapper, completed) end
  return result
end

mappings.complete = complete
return mappings
