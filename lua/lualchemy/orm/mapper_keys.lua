--- Identity keys of a mapper, its place among others, and orphans.
local core = require "lualchemy.core"
local state = require "lualchemy.orm.state"

--- @class lualchemy.Mapper
local keys = {}

--- The primary key of an object, as an array.
--- @param obj lualchemy.Instance
--- @return any[]
function keys.primary_key_from_instance(mapper, obj)
  local out = {}
  for i, column in ipairs(mapper.primary_key) do
    local value = obj[mapper.column_to_property[column].key]
    out[i] = value == nil and core.null or value
  end
  return out
end

--- {class, {values}}: the identity key of a primary key (an array).
--- @param values any[]
--- @return any[]
function keys.identity_key_from_primary_key(mapper, values)
  local copy = {}
  for i = 1, #mapper.primary_key do copy[i] = values[i] end
  return {mapper.identity_mapper.class_, copy}
end

--- The same of an object's.
--- @param obj lualchemy.Instance
--- @return any[]
function keys.identity_key_from_instance(_, obj)
  local mapper = state.mapper(obj)
  return mapper:identity_key_from_primary_key(mapper:primary_key_from_instance(obj))
end

--- The same of that in a row.
--- @param row lualchemy.Row
--- @return any[]
function keys.identity_key_from_row(mapper, row)
  local values = {}
  for i, column in ipairs(mapper.primary_key) do values[i] = row._mapping and row._mapping[column] or row[column] end
  return mapper:identity_key_from_primary_key(values)
end

--- This mapper and those that inherit from it.
--- @return lualchemy.Mapper[]
function keys.polymorphic_iterator(mapper)
  return mapper.self_and_descendants
end

--- Do both inherit from one mapper, neither from the other?
--- @param other lualchemy.Mapper
--- @return boolean
function keys.is_sibling(mapper, other)
  return mapper.base_mapper == other.base_mapper and not mapper:isa(other) and not other:isa(mapper)
end

--- The objects that a cascade reaches from obj.
--- @param kind string for example "save-update"
--- @param obj lualchemy.Instance
--- @return lualchemy.Instance[]
function keys.cascade_iterator(_, kind, obj)
  return require("lualchemy.orm.cascade").iterate(kind, obj)
end

--- May a flush not keep this object, for want of a parent?
--- @param obj lualchemy.Instance
--- @return boolean
function keys.is_orphan(mapper, obj)
  local possible, persistent = false, rawget(obj, 2) ~= nil
  for _, m in ipairs(mapper:iterate_to_root()) do
    for _, prop in ipairs(m.delete_orphans) do
      possible = true
      local has = state.has_parent(obj, prop, persistent)
      if mapper.legacy_is_orphan and has then return false end
      if not mapper.legacy_is_orphan and not has then return true end
    end
  end
  return mapper.legacy_is_orphan and possible or false
end

return keys
