--- The parameters of an object's row for INSERT and UPDATE.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local history = require "lualchemy.orm.history"
local state = require "lualchemy.orm.state"
local sync = require "lualchemy.orm.sync"

local NULL, NO_VALUE = core.null, state.NO_VALUE

local function is_expression(value)
  return type(value) ~= "number" and type(value) ~= "string" and type(value) ~= "boolean" and value ~= NULL
    and core.element(value) ~= nil
end

--- The parameters of an INSERT into a table: names and values, and columns set to SQL expressions.
local function insert_row(obj, tp)
  local params, expressions, names = {}, nil, {}
  for _, c in ipairs(tp.columns) do
    local value = rawget(obj, c.slot)
    if value == nil or (value == NULL and not c.evaluates_none) then
      if c.as_none then
        params[c.key] = NULL
        names[#names + 1] = c.key
      end
    elseif is_expression(value) then
      expressions = expressions or {}
      expressions[c.column] = core.element(value)
    else
      params[c.key] = value
      names[#names + 1] = c.key
    end
  end
  return {obj = obj, params = params, expressions = expressions, shape = table.concat(names, "\0")}
end

local function changed_value(obj, c)
  local st = rawget(obj, 1)
  local before = state.before(st, obj, c)
  if before == nil then return nil end
  local now = rawget(obj, c.slot)
  if now == nil then
    if not (st.deleted_attributes and st.deleted_attributes[c.slot]) then return nil end
    now = NULL
  end
  if before ~= NO_VALUE and history.equal(now, before) then return nil end
  return now
end

--- The value by which the row is found: as it was loaded.
local function key_value(obj, c)
  local before = state.committed_value(obj, c.slot)
  if before == NO_VALUE then before = rawget(obj, c.slot) end
  if before == nil then before = sync.value(obj, c.column) end
  return before
end

--- Did columns change, of whichever table? The row with the version is written then.
local function any_changed(obj)
  local mapper = state.mapper(obj)
  for _, prop in ipairs(mapper.column_attrs) do
    if #history.of(obj, mapper.impls[prop.key], state.NO_INITIALIZE).added > 0 then return true end
  end
  return false
end

--- The value of a part of the key by which a row is found.
--- @param verb string "update" or "delete from", for the error
local function key_part(obj, tp, c, verb, value)
  if value == nil then value = key_value(obj, c) end
  if value == NULL then
    err.raise("FlushError", "Can't %s table %s using NULL for primary key value on column %s", verb, tp.name,
      tostring(c.column))
  end
  return value
end

--- What changed of those columns: parameters by name, SQL expressions by column, the names, and whether there is any.
--- @param takes fun(c: table): boolean
local function changes(obj, tp, takes)
  local params, expressions, names, any = {}, nil, {}, false
  for _, c in ipairs(tp.columns) do
    local value = changed_value(obj, c)
    if value ~= nil and takes(c) then
      any = true
      if is_expression(value) then
        expressions = expressions or {}
        expressions[c.column] = core.element(value)
      else
        params[c.key] = value
        names[#names + 1] = c.key
      end
    end
  end
  return params, expressions, names, any
end

local function not_switched(c) return not c.primary_key end
local function not_inherited(c) return not (c.primary_key and c.inherited_key) end

--- The parameters of an UPDATE of a table, nil if nothing of it changed.
--- @param switched? boolean is the object new, in the place of one of the same key?
local function update_row(obj, tp, switched)
  local params, expressions, names, any = changes(obj, tp, switched and not_switched or not_inherited)
  if not any and not (tp.version and any_changed(obj)) then return nil end
  for _, c in ipairs(tp.primary_key) do
    local now = c.inherited_key and rawget(obj, c.slot) or nil
    params[c.where_name] = key_part(obj, tp, c, "update", now)
  end
  return {obj = obj, params = params, expressions = expressions, shape = table.concat(names, "\0"), names = names}
end

--- The same of some columns, where they changed, and of those with an onupdate.
--- @param columns table<lualchemy.Column, boolean>
local function update_some(obj, tp, columns)
  local params, expressions, names, any = changes(obj, tp, function(c)
    return columns[c.column] or not c.primary_key and c.column.onupdate ~= nil
  end)
  if not any then return nil end
  for _, c in ipairs(tp.primary_key) do params[c.where_name] = sync.value(obj, c.column) end
  return {obj = obj, params = params, tp = tp, expressions = expressions, names = names,
    shape = table.concat(names, "\0")}
end

-- ---- versions ----

local function next_version(mapper, value)
  local generator = mapper.version_id_generator
  if type(generator) == "function" then return generator(value) end
  return (value == nil or value == NULL) and 1 or value + 1
end

--- @param switched? table the object whose row it was: a new one is in its place
local function add_version(row, tp, inserting, switched)
  local c = tp.version
  if not c then return end
  local mapper = state.mapper(row.obj)
  if mapper.version_id_generator == false then
    if inserting then return end
    row.params[c.where_name] = key_value(switched or row.obj, c)
    if next(row.names) == nil and not row.expressions then row.params[c.key] = row.params[c.where_name] end
    return
  end
  if inserting then
    if row.params[c.key] == nil or row.params[c.key] == NULL then
      local value = next_version(mapper, nil)
      row.params[c.key] = value
      rawset(row.obj, c.slot, value)
    end
    return
  end
  local before = key_value(switched or row.obj, c)
  row.params[c.where_name] = before
  if row.params[c.key] == nil then row.params[c.key] = next_version(mapper, before) end
  row.version = row.params[c.key]
end

--- The versions that persistent objects have are read before rows are written, also where no column changed.
local function read_versions(base, old)
  if not base.version_id_col then return end
  for _, obj in ipairs(old) do
    local mapper = state.mapper(obj)
    local prop = mapper.column_to_property[mapper.version_id_col]
    local impl = prop and mapper.impls[prop.key]
    if prop and rawget(obj, prop.slot) == nil then impl.get(obj, impl, state.OFF) end
  end
end

--- Where the program counts versions itself, or the database does: a saved object must have one.
local function check_versions(base, list)
  if base.version_id_generator ~= false or not base.version_id_col then return end
  for _, obj in ipairs(list) do
    local mapper = state.mapper(obj)
    local prop = mapper.column_to_property[mapper.version_id_col]
    local value, expired = prop and rawget(obj, prop.slot), obj[1].expired_attributes
    if prop and (value == NULL or value == nil and not (expired and expired[prop.key])) then
      err.raise("FlushError", "Instance does not contain a non-NULL version value")
    end
  end
end

return {insert_row = insert_row, update_row = update_row, update_some = update_some, key_value = key_value,
  key_part = key_part, add_version = add_version, check_versions = check_versions, read_versions = read_versions,
  next_version = next_version}
