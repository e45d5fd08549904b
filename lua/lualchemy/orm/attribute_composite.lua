--- Composite attributes of instances: made of the columns' values, written to them.
local attribute = require "lualchemy.orm.attribute"
local core = require "lualchemy.core"
local history = require "lualchemy.orm.history"
local state = require "lualchemy.orm.state"

local NULL = core.null
local composite = {}

--- A value that can change in place learns whose it is.
local function tell(obj, impl, value)
  if type(value) == "table" and value._adopt then value:_adopt(obj, impl.key) end
end

local function column_values(obj, prop)
  local values, any = {}, false
  for i, key in ipairs(prop.keys) do
    local value = obj[key]
    values[i] = value == nil and NULL or value
    any = any or value ~= nil
  end
  return values, any
end

function composite.get(obj, impl)
  local value = rawget(obj, impl.slot)
  if value == NULL then return nil, true end
  if value ~= nil then return value, true end
  local values, any = column_values(obj, impl.prop)
  if not any and rawget(obj, 2) == nil then return nil, true end
  value = impl.prop:make(values)
  rawset(obj, impl.slot, value == nil and NULL or value)
  tell(obj, impl, value)
  return value, true
end

function composite.setup(impl)
  impl.read = function(obj) return (composite.get(obj, impl)) end
end

--- What listeners are told of the value before a change.
local function before(obj, impl)
  if impl.prop.active_history then return (composite.get(obj, impl)) end
  local old = rawget(obj, impl.slot)
  if old == nil then return state.NO_VALUE end
  return old ~= NULL and old or nil
end

function composite.set(obj, impl, value, initiator)
  if value == NULL then value = nil end
  local old = before(obj, impl)
  initiator = initiator or impl.tokens.replace
  for late = 0, 1 do value = attribute.fold(impl, "set", obj, value, old, initiator, late == 1) end
  local values = value ~= nil and impl.prop:values_of(value) or {}
  for i, key in ipairs(impl.prop.keys) do
    local part = values[i]
    if part == NULL then part = nil end
    obj[key] = part
  end
  rawset(obj, impl.slot, value == nil and NULL or value)
  tell(obj, impl, value)
end

function composite.delete(obj, impl)
  attribute.fire(impl, "remove", obj, before(obj, impl), impl.tokens.remove)
  for _, key in ipairs(impl.prop.keys) do obj[key] = nil end
  rawset(obj, impl.slot, nil)
end

function composite.set_committed(obj, impl, value)
  rawset(obj, impl.slot, value == nil and NULL or value)
  return value
end

function composite.history(obj, impl)
  local prop, added, deleted, changed = impl.prop, {}, {}, false
  for i, key in ipairs(prop.keys) do
    local h = history.get(obj, key)
    changed = changed or h:has_changes()
    local now = h:non_deleted()[1]
    added[i] = now == nil and NULL or now
    deleted[i] = h[3][1] == nil and NULL or h[3][1]
  end
  if changed then return history.make({prop:make(added)}, nil, {prop:make(deleted)}) end
  return history.make(nil, {prop:make(added)})
end

return composite
