--- la.attributes: attributes of instances by name, their history, changes that nobody sees.
local collection = require "lualchemy.orm.collection"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local history = require "lualchemy.orm.history"
local state = require "lualchemy.orm.state"

local attributes = {
  NO_VALUE = state.NO_VALUE, NEVER_SET = state.NO_VALUE, PASSIVE_OFF = state.OFF, PASSIVE_NO_FETCH = state.NO_FETCH,
  PASSIVE_NO_INITIALIZE = state.NO_INITIALIZE, PASSIVE_NO_FETCH_RELATED = state.NO_FETCH_RELATED,
}

local function check(obj, who)
  if not state.is_instance(obj) then
    err.raise("UnmappedInstanceError", "%s: an instance of a mapped class is expected, got %s", who, type(obj))
  end
end

--- Marks an attribute as changed although no new value was set.
--- @param obj lualchemy.Instance
--- @param key string
function attributes.flag_modified(obj, key)
  check(obj, "flag_modified")
  local impl = state.impl(obj, key)
  if rawget(obj, impl.slot) == nil then
    err.raise("InvalidRequestError", "Can't flag attribute '%s' modified; it's not present in the object state", key)
  end
  local st = state.own(obj)
  require("lualchemy.orm.attribute").fire(impl, "modified", obj, impl.tokens.replace)
  st.committed[impl.slot] = state.NO_VALUE
  state.modified_event(obj, st)
end

--- Is the class's attribute of that name a mapped one?
--- @param obj lualchemy.Instance
--- @param key string
--- @return boolean
function attributes.is_instrumented(obj, key)
  check(obj, "is_instrumented")
  return state.mapper(obj).impls[key] ~= nil
end

--- Marks an instance as changed, without an attribute.
--- @param obj lualchemy.Instance
function attributes.flag_dirty(obj)
  check(obj, "flag_dirty")
  state.modified_event(obj)
end

--- What changed of an attribute: added, unchanged, deleted. The attribute is loaded, unless `passive` says otherwise.
--- @param obj lualchemy.Instance
--- @param key string
--- @param passive? any one of la.attributes.PASSIVE_…
--- @return lualchemy.History
function attributes.get_history(obj, key, passive)
  check(obj, "get_history")
  return history.get(obj, key, passive or state.OFF)
end

--- The value of an attribute.
--- @param obj lualchemy.Instance
--- @param key string
--- @return any
function attributes.get_attribute(obj, key)
  check(obj, "get_attribute")
  return obj[key]
end

--- Sets an attribute with events and history.
--- @param obj lualchemy.Instance
--- @param key string
--- @param value any
--- @param initiator? any what listeners are told of where it comes from
function attributes.set_attribute(obj, key, value, initiator)
  check(obj, "set_attribute")
  local impl = state.impl(obj, key)
  impl.set(obj, impl, value, initiator)
end

--- Takes an attribute's value away, with events and history.
--- @param obj lualchemy.Instance
--- @param key string
function attributes.del_attribute(obj, key)
  check(obj, "del_attribute")
  local impl = state.impl(obj, key)
  impl.delete(obj, impl)
end

--- Sets an attribute as if it had been loaded: no history.
--- @param obj lualchemy.Instance
--- @param key string
--- @param value any
function attributes.set_committed_value(obj, key, value)
  check(obj, "set_committed_value")
  local impl = state.impl(obj, key)
  if impl.stream then err.raise("NotImplementedError", "Dynamic attributes don't support collection population.") end
  if impl.collection and type(value) == "table" then
    local items = {}
    for i, item in ipairs(collection.record(value) and collection.items(value) or value) do items[i] = item end
    value = items
  end
  impl.set_committed(obj, impl, value)
end

--- An empty collection in place of what was there; without events.
--- @param obj lualchemy.Instance
--- @param key string
--- @return any
function attributes.init_collection(obj, key)
  check(obj, "init_collection")
  return state.set_committed(obj, key, {})
end

--- What la.inspect(obj) gives.
--- @param obj lualchemy.Instance
--- @return lualchemy.InstanceState
function attributes.instance_state(obj)
  check(obj, "instance_state")
  return require("lualchemy.orm.view").of(obj)
end

--- What is loaded, by name.
--- @param obj lualchemy.Instance
--- @return table<string, any>
function attributes.instance_dict(obj)
  return attributes.instance_state(obj).dict
end

attributes.History = history.make

--- Class attributes: ATTRIBUTE and RELATION nodes.
local function kind_of(kinds)
  return {is = function(_, x) return core.is_node(x) and kinds[core.kind(x)] == true end}
end
attributes.QueryableAttribute = kind_of{ATTRIBUTE = true, RELATION = true}
attributes.InstrumentedAttribute = attributes.QueryableAttribute

return attributes
