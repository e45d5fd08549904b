--- Column attributes of instances.
local attribute = require "lualchemy.orm.attribute"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local state = require "lualchemy.orm.state"

local NULL, NO_VALUE = core.null, state.NO_VALUE
local column = {}

function column.setup(impl)
  local prop, mapper = impl.prop, impl.mapper
  impl.active_history = prop.active_history or prop.is_primary_key or (mapper.version_id_col ~= nil
    and mapper.column_to_property[mapper.version_id_col] == prop)
  impl.validators = mapper.validators and mapper.validators[impl.key] or false
end

--- What an attribute is that was never set: nothing, or what the listeners of init_scalar say.
local function initial(obj, impl)
  local list = impl.dispatch.init_scalar
  local value
  for i = 1, list and #list or 0 do
    local result = list[i].fn(obj, value, {})
    if list[i].retval then value = result end
  end
  return value
end

--- A value that was expired before its object lost its identity by a rollback: nothing can load it.
local function lost(obj, impl, passive)
  if passive.no_init or passive.no_raise then return nil, false end
  attribute.check_attached(obj, impl)
  state.raise_lost(obj)
end

function column.get(obj, impl, passive)
  local raw = rawget(obj, impl.slot)
  if raw == nil then
    local new = rawget(obj, 2) == nil
    if new and state.is_lost(obj[1], impl) then return lost(obj, impl, passive) end
    if new or state.is_unset(obj[1], impl) then return initial(obj, impl), true end
    local available
    raw, available = attribute.load(obj, impl, passive)
    if not available then return nil, false end
  end
  if raw == NULL then return nil, true end
  return raw, true
end

--- The value before a change, loaded where history needs it.
local function old_value(obj, impl)
  local old = rawget(obj, impl.slot)
  if old ~= nil then return old end
  if rawget(obj, 2) ~= nil and rawget(obj, 1).session and attribute.wants_history(impl)
    and not state.is_unset(obj[1], impl) then
    old = attribute.load(obj, impl, state.OFF)
    if old ~= nil then return old end
  end
  return NO_VALUE
end

local function listened(obj, impl, value, old, initiator)
  local dispatched, shown = impl.dispatch.set, old
  initiator = initiator or impl.tokens.replace
  if value == NULL then value = nil end
  if old == NULL then shown = nil end
  if dispatched then value = attribute.fold(impl, "set", obj, value, shown, initiator, false) end
  if impl.validators then
    value = require("lualchemy.orm.validates").run(impl, obj, value, false)
    if value == NULL then value = nil end
  end
  if dispatched then value = attribute.fold(impl, "set", obj, value, shown, initiator, true) end
  if value == nil then return NULL end
  return value
end

--- Notes another change of an object of which columns were changed: what the column was before its first.
local function note_more(obj, slot, st, old)
  local dirty = st.session._dirty
  if st.slot == slot then return end
  if st.slot then
    obj[1] = st.base.changed_states.several or state.changed(st.base, nil)
    dirty[obj] = {[st.slot] = dirty[obj], [slot] = old}
  elseif dirty[obj][slot] == nil then
    dirty[obj][slot] = old
  end
end

--- Sets what nobody listens to where the state is shared: of a new object, or of a loaded one that has a value there.
--- @return boolean? done
local function set_shared(obj, slot, st, value)
  if st.fresh then
    if not st.modified then obj[1] = state.fresh(st.mapper) end
    rawset(obj, slot, value)
    return true
  end
  local old = obj[slot]
  if old == nil then return false end
  if st.changed then
    note_more(obj, slot, st, old)
  elseif st.changed_states == nil then
    return false
  else
    local session = st.session
    obj[1] = state.changed(st, slot)
    session._dirty[obj] = old
    if not session._transaction then session:_autobegin() end
  end
  obj[slot] = value
  return true
end

function column.set(obj, impl, value, initiator)
  local slot, st, heard = impl.slot, obj[1], impl.validators or impl.dispatch.set
  if value == nil then value = NULL end
  if not heard then
    local states = st.changed_states
    local into, old = states and states[slot], obj[slot]
    if into and old ~= nil then -- as set_shared does; here, for it is what most do
      local session = into.session
      obj[1] = into
      session._dirty[obj] = old
      if not session._transaction then session:_autobegin() end
      obj[slot] = value
      return
    end
    if set_shared(obj, slot, st, value) then return end
  end
  local committed = st.committed
  local before = committed and committed[slot]
  if before == nil or heard then
    local old = old_value(obj, impl)
    if heard then value = listened(obj, impl, value, old, initiator) end
    st = state.own(obj)
    if st.committed[slot] == nil then st.committed[slot] = old end
  end
  if not st.modified then state.modified_event(obj, st) end
  rawset(obj, slot, value)
  local expired = st.expired_attributes
  if expired then expired[impl.key] = nil end
end

function column.delete(obj, impl)
  local old = old_value(obj, impl)
  if old == NO_VALUE then
    err.raise("AttributeError", "'%s' object attribute '%s' has no value", impl.mapper.class_name, impl.key)
  end
  attribute.fire(impl, "remove", obj, old, impl.tokens.remove)
  attribute.forget(obj, impl, old)
end

column.set_committed = attribute.set_committed

return column
