--- Scalar relationships of instances: one object or none.
local attribute = require "lualchemy.orm.attribute"
local backref = require "lualchemy.orm.backref"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local state = require "lualchemy.orm.state"

local NULL, NO_VALUE = core.null, state.NO_VALUE
local object = {}

--- No SQL, but nothing made either.
local PEEK = {no_fetch = true, no_raise = true, committed = true}
--- What active_history asks for: an object that may not be loaded is an error.
local OLD_VALUE = {persistent_only = true, no_autoflush = true, committed = true}

--- A module that needs this one, loaded on first use.
local collection

local function sync_loose()
  collection = collection or require "lualchemy.orm.collection"
  collection.sync_loose()
end

--- Reading none may follow a change of a collection that nobody saw.
local function reader(impl)
  local slot = impl.slot
  return function(obj)
    local value = rawget(obj, slot)
    if value == NULL then
      sync_loose()
      value = rawget(obj, slot)
      if value == NULL then return nil end
    end
    if value ~= nil then return value end
    return (impl.get(obj, impl, state.OFF))
  end
end

--- Must a flush know which object was there before, where no foreign key tells it? It is read then.
local function needs_history(prop)
  return prop.direction.name ~= "MANYTOONE" or not require("lualchemy.orm.lazy").uses_key(prop)
end

--- The object that was there before a change, from the database; NULL: none, NO_VALUE: it cannot be told.
local function before(obj, impl)
  if rawget(obj, 2) == nil then return NO_VALUE end
  local slot, now, was = impl.slot, rawget(obj, impl.slot), obj[1].committed[impl.slot]
  local raw, available = attribute.load(obj, impl, state.OLD_VALUE)
  rawset(obj, slot, now) -- loading has put the old one there
  state.own(obj).committed[slot] = was
  if not available then return NO_VALUE end
  if raw == nil or raw == NULL then return NULL end
  if impl.trackparent and raw ~= now then state.set_parent(raw, impl.prop, obj, false) end
  return raw
end

function object.setup(impl)
  backref.setup(impl)
  impl.active_history = impl.prop.active_history or impl.prop.single_parent
  impl.before = not impl.active_history and needs_history(impl.prop) and before or nil
  impl.read = reader(impl)
end

local function without_identity(obj, impl)
  local st = obj[1]
  return rawget(obj, 2) == nil and not (impl.prop.load_on_pending and st.session) and not st.load_on_pending
end

function object.get(obj, impl, passive)
  local raw = rawget(obj, impl.slot)
  if raw == nil then
    if without_identity(obj, impl) then
      if not passive.no_init then sync_loose() end
      raw = rawget(obj, impl.slot)
      if raw == nil or raw == NULL then return nil, true end
      return raw, true
    end
    if passive.persistent_only and rawget(obj, 2) == nil then return nil, false end
    local available
    raw, available = attribute.load(obj, impl, passive)
    if not available then return nil, false end
  end
  if raw == NULL then return nil, true end
  return raw, true
end

--- The object that was there, as far as it is known: NO_VALUE if it is not, NULL for none.
local function previous(obj, impl)
  local raw = rawget(obj, impl.slot)
  if raw ~= nil then return raw end
  if rawget(obj, 2) == nil then return attribute.wants_history(impl) and NULL or NO_VALUE end
  local value, available = object.get(obj, impl, attribute.wants_history(impl) and OLD_VALUE or PEEK)
  if not available then return NO_VALUE end
  if value == nil then return NULL end
  return value
end

--- The object, if there is one.
local function known(x)
  if x == NULL or x == NO_VALUE then return nil end
  return x
end

local function replace(obj, impl, value, old, initiator)
  local prop, slot = impl.prop, impl.slot
  if impl.trackparent and old ~= value and known(old) then state.set_parent(old, prop, obj, false) end
  value = backref.before_set(obj, impl, value, old, initiator)
  local st = obj[1]
  if not st.own then st = state.own(obj) end
  if not prop.viewonly then
    if st.committed[slot] == nil then st.committed[slot] = old end
    if not st.modified then state.modified_event(obj, st) end
  end
  if impl.trackparent and value ~= nil then state.set_parent(value, prop, obj, true) end
  return value
end

--- Puts an object there (nil: none). check: the object that must be there now (pop: nothing happens if it is not).
local function put(obj, impl, value, initiator, check, pop)
  local old = previous(obj, impl)
  if check ~= nil and old ~= NO_VALUE and check ~= old then
    if pop then return end
    err.raise("ValueError", "Object %s not associated with %s on attribute '%s'", state.describe(check),
      state.describe(obj), impl.key)
  end
  value = replace(obj, impl, value, old, initiator or impl.tokens.replace)
  if value == nil then value = NULL end
  rawset(obj, impl.slot, value)
end

function object.set(obj, impl, value, initiator)
  if value == NULL then value = nil end
  if value ~= nil and not state.is_instance(value) then
    err.raise("AttributeError", "'%s' object has no attribute '_sa_instance_state': %s.%s takes a mapped instance",
      type(value), impl.mapper.class_name, impl.key)
  end
  put(obj, impl, value, initiator)
end

--- The other side of a relationship: value is an instance.
object.append = put

function object.remove(obj, impl, value, initiator)
  put(obj, impl, nil, initiator, value)
end

function object.pop(obj, impl, value, initiator)
  put(obj, impl, nil, initiator, value, true)
end

function object.delete(obj, impl)
  local old = previous(obj, impl)
  if known(old) then
    if impl.trackparent then state.set_parent(old, impl.prop, obj, false) end
    backref.before_remove(obj, impl, old, impl.tokens.remove)
  end
  attribute.forget(obj, impl, old)
end

object.set_committed = attribute.set_committed

return object
