--- Session:bulk_save_objects, bulk_insert_mappings, bulk_update_mappings: rows without the unit of work.
local args = require "lualchemy.args"
local batch = require "lualchemy.orm.persistence_batch"
local core = require "lualchemy.core"
local identity = require "lualchemy.orm.identity"
local mappings = require "lualchemy.orm.bulk_mappings"
local persistence_plan = require "lualchemy.orm.persistence_plan"
local objects = require "lualchemy.orm.session_objects"
local plain = require("lualchemy.engine.parameters").plain
local state = require "lualchemy.orm.state"

local NONE, bulk = {}, {}

--- The mapper of a class; its module needs this one.
local function mapper_of(class)
  mapper_of = require("lualchemy.orm.mapper").of
  return mapper_of(class)
end

local INSERT = {return_defaults = true, render_nulls = true}

--- INSERT of a list of tables by the names of attributes.
--- @param ... any {return_defaults = true: keys are put into the tables, render_nulls = true: NULL is sent}
function bulk.bulk_insert_mappings(session, class, list, ...)
  local o, mapper = NONE, mapper_of(class)
  if select("#", ...) > 0 then o = select(2, args.take("bulk_insert_mappings", INSERT, ...)) end
  list = plain(list)
  local _, completed = mappings.insert_all(session:_connection_for(mapper), mapper, list, o)
  if not o.return_defaults or not completed then return end
  for i, mapping in ipairs(list) do
    for key, value in pairs(completed[i]) do mapping[key] = value end
  end
end

--- UPDATE by primary key of a list of tables by the names of attributes.
function bulk.bulk_update_mappings(session, class, list)
  local mapper = mapper_of(class)
  local connection, completed = session:_connection_for(mapper), {}
  for i, mapping in ipairs(plain(list)) do completed[i] = mappings.complete(mapper, mapping, false) end
  mappings.update_list(connection, mapper, completed, NONE)
end

-- ---- objects ----

local function loaded_values(obj)
  local out = {}
  for _, impl in ipairs(state.mapper(obj).impl_list) do
    local value = rawget(obj, impl.slot)
    if impl.column and value ~= nil then out[impl.key] = value end
  end
  return out
end

--- The changed attributes of an object, with its key; nil if nothing changed.
local function changed_values(obj, changed_only)
  local mapper, st, out, any = state.mapper(obj), rawget(obj, 1), {}, false
  for _, impl in ipairs(mapper.impl_list) do
    local value = rawget(obj, impl.slot)
    if impl.column and value ~= nil and (not changed_only or state.before(st, obj, impl) ~= nil) then
      out[impl.key] = value
      any = true
    end
  end
  for i, column in ipairs(mapper.primary_key) do
    out[mapper.column_to_property[column].key] = identity.values(rawget(obj, 2))[i]
  end
  local version = mapper.version_id_prop
  if version and out[version.key] == nil then
    any = true
    out[version.key] = rawget(obj, version.slot)
  end
  return any and out or nil
end

--- INSERTs straight from the objects, as far as that can be; the objects that are left.
local function save_directly(connection, mapper, list)
  local t, at = mapper.tables[1], 1
  if mapper.tables[2] or core.kind(t) ~= "TABLE" or mapper.polymorphic_on then return list end
  local tp = persistence_plan.of(mapper, t)
  while list[at] do
    local last, shape = batch.inserts(tp, list, at, mapper, true)
    if not shape or not batch.insert(connection, tp, list, at, last, shape, true) then break end
    at = last + 1
  end
  if not list[at] then return NONE end
  local rest = {}
  for i = at, #list do rest[#rest + 1] = list[i] end
  return rest
end

local function save_new(connection, mapper, list, o)
  if not o.return_defaults then list = save_directly(connection, mapper, list) end
  if not list[1] then return end
  local rows = {}
  for i, obj in ipairs(list) do rows[i] = mappings.complete(mapper, loaded_values(obj), true) end
  mappings.insert_list(connection, mapper, rows, {return_defaults = o.return_defaults})
  if not o.return_defaults then return end
  for i, obj in ipairs(list) do
    state.set_status(obj, "detached", nil)
    for _, column in ipairs(mapper.primary_key) do
      local prop = mapper.column_to_property[column]
      local value = rows[i][prop.key]
      if value ~= nil and rawget(obj, prop.slot) == nil then rawset(obj, prop.slot, value) end
    end
    state.set_identity(obj, identity.raw(mapper:primary_key_from_instance(obj), #mapper.primary_key, true))
  end
end

local function save_old(connection, mapper, list, o)
  local rows = {}
  for _, obj in ipairs(list) do rows[#rows + 1] = changed_values(obj, o.update_changed_only ~= false) end
  mappings.update_list(connection, mapper, rows, NONE)
end

--- Runs of objects of one mapper that are all new, or all not.
local function grouped(list, keep_order)
  local groups, known = {}, {}
  for _, obj in ipairs(list) do
    objects.check(obj)
    local mapper, persistent = state.mapper(obj), rawget(obj, 2) ~= nil
    local group = groups[#groups]
    if not keep_order then
      known[mapper] = known[mapper] or {}
      group = known[mapper][persistent]
    end
    if not group or group.mapper ~= mapper or group.persistent ~= persistent then
      group = {mapper = mapper, persistent = persistent}
      groups[#groups + 1] = group
      if not keep_order then known[mapper][persistent] = group end
    end
    group[#group + 1] = obj
  end
  return groups
end

local SAVE = {return_defaults = true, update_changed_only = true, preserve_order = true}

--- INSERT of new objects and UPDATE of those with an identity; nothing else of the unit of work.
--- @param ... any {return_defaults = false, update_changed_only = true, preserve_order = true}
function bulk.bulk_save_objects(session, list, ...)
  local o = NONE
  if select("#", ...) > 0 then o = select(2, args.take("bulk_save_objects", SAVE, ...)) end
  session:_autobegin()
  for _, group in ipairs(grouped(list, o.preserve_order ~= false)) do
    local save = group.persistent and save_old or save_new
    save(session:_connection_for(group.mapper), group.mapper, group, o)
  end
end

return bulk
