--- What happens when an object is put into a relationship or taken out, in order: listeners, single parents,
-- validators, cascades into the session, and the other side of the relationship.
local attribute = require "lualchemy.orm.attribute"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local state = require "lualchemy.orm.state"

local NULL, NO_VALUE = core.null, state.NO_VALUE
local backref = {}

function backref.setup(impl)
  local prop = impl.prop
  impl.active_history = prop.active_history
  impl.single_parent = prop.single_parent or false
  impl.trackparent = prop.single_parent or prop.direction.name == "ONETOMANY"
  impl.validators = impl.mapper.validators and impl.mapper.validators[impl.key]
  impl.other_key = prop.sync_backref ~= false and not prop.viewonly and prop.back_populates or nil
end

local function known(x)
  return x ~= nil and x ~= NULL and x ~= NO_VALUE
end

-- ---- one parent ----

local function check_single_parent(impl, value, old, initiator)
  if value == nil or initiator.key ~= impl.key then return end
  if state.has_parent(value, initiator.parent_token) and old ~= value then
    err.raise_documented("InvalidRequestError", "bbf1",
      "Instance %s is already associated with an instance of %s via its %s attribute, and is only allowed a single "
      .. "parent.", state.describe(value), "<class '" .. impl.mapper.class_name .. "'>", tostring(impl.prop))
  end
end

-- ---- cascades into and out of the session ----

local function contains(session, obj)
  local st = obj[1]
  return st.session == session and (st.status == "pending" or st.status == "persistent")
end

local function cascade_in(obj, impl, value, initiator, operation)
  local session = obj[1].session
  if session._flushing then session:_warn_of_flush(operation) end
  if value == nil or impl.key ~= initiator.key or not impl.prop.cascade["save-update"] then return end
  if not contains(session, value) then session:_save_or_update(value) end
end

local function cascade_out(obj, impl, old, removed)
  local session = obj[1].session
  if session and session._flushing and removed then
    session:_warn_of_flush(impl.collection and "collection remove" or "related attribute delete")
  end
  if not impl.prop.cascade["delete-orphan"] or not state.mapper(old):is_orphan(old) then return end
  if session and session._new[old] then
    session:expunge(old)
  elseif removed then
    state.own(old).orphaned = true -- a flush lets it go if it is still pending elsewhere
  end
end

-- ---- the other side ----

local function other_impl(impl, obj)
  return obj[1].mapper.impls[impl.other_key]
end

local function check_acceptable(obj, initiator, other)
  if initiator.parent_token ~= other.prop then
    err.raise("ValueError", "Bidirectional attribute conflict detected: Passing object %s to attribute \"%s\" "
      .. "triggers a modify event on attribute \"%s\" via the backref \"%s\".", state.describe(obj),
      tostring(initiator.parent_token),
      tostring(other.prop), tostring(other.prop))
  end
end

--- Puts obj on the other side of its new neighbour.
local function link(obj, impl, value, initiator)
  local other = value[1].mapper.impls[impl.other_key]
  if not other then return end
  if initiator.parent_token ~= impl.prop then check_acceptable(obj, initiator, other) end
  if initiator ~= other.tokens.append and initiator ~= other.tokens.bulk then
    other.append(value, other, obj, initiator)
  end
end

local function unlink_old(obj, impl, old, initiator)
  local other = other_impl(impl, old)
  if not other then return end
  local recursive = (other.collection or other.stream) and other.tokens.remove or other.tokens.replace
  if initiator ~= recursive then other.pop(old, other, obj, impl.tokens.append) end
end

-- ---- events ----

--- A scalar relationship is about to get `value` (nil: none) in place of `old`. The value to set.
function backref.before_set(obj, impl, value, old, initiator)
  local listened, shown = impl.dispatch.set, old ~= NULL and old or nil
  if listened then value = attribute.fold(impl, "set", obj, value, shown, initiator, false) end
  if impl.single_parent then check_single_parent(impl, value, old, initiator) end
  if impl.validators then
    value = require("lualchemy.orm.validates").run(impl, obj, value, initiator.key ~= impl.key)
    if value == NULL then value = nil end
  end
  local before = old ~= NULL and old or nil
  if before ~= value then
    if obj[1].session then cascade_in(obj, impl, value, initiator, "related attribute set") end
    if known(old) then cascade_out(obj, impl, old) end
    if impl.other_key then
      if known(old) then unlink_old(obj, impl, old, initiator) end
      if value ~= nil then link(obj, impl, value, initiator) end
    end
  end
  if listened then value = attribute.fold(impl, "set", obj, value, shown, initiator, true) end
  return value
end

--- A collection is about to get an item. The item to append.
function backref.before_append(obj, impl, item, initiator)
  local listened = impl.dispatch.append
  if listened then item = attribute.fold(impl, "append", obj, item, nil, initiator, false) end
  if impl.single_parent then check_single_parent(impl, item, nil, initiator) end
  if impl.validators then item = require("lualchemy.orm.validates").run(impl, obj, item, initiator.key ~= impl.key) end
  if item ~= nil and item ~= NULL then
    if obj[1].session then cascade_in(obj, impl, item, initiator, "collection append") end
    if impl.other_key then link(obj, impl, item, initiator) end
  end
  if listened then item = attribute.fold(impl, "append", obj, item, nil, initiator, true) end
  return item
end

local function occurs_twice(obj, impl, item)
  local items, n = rawget(obj, impl.slot), 0
  for i = 1, type(items) == "table" and #items or 0 do
    if rawget(items, i) == item then n = n + 1 end
  end
  return n > 1
end

--- The other side lets go of obj, unless it is where the change began.
local function unlink(obj, impl, item, initiator)
  local other = impl.other_key and other_impl(impl, item)
  if not other then return end
  local many = other.collection or other.stream
  if initiator == other.tokens.remove then return end
  if initiator == (many and other.tokens.bulk or other.tokens.replace) then return end
  if not many and impl.collection and occurs_twice(obj, impl, item) then return end
  other.pop(item, other, obj, initiator)
end

--- An item is about to leave a collection, or a scalar relationship is about to be deleted.
function backref.before_remove(obj, impl, item, initiator)
  local listened = impl.dispatch.remove
  if listened then attribute.fire_remove(impl, obj, item, initiator, false) end
  if known(item) then
    if impl.validators then
      require("lualchemy.orm.validates").run_remove(impl, obj, item, initiator.key ~= impl.key)
    end
    cascade_out(obj, impl, item, true)
    unlink(obj, impl, item, initiator)
  end
  if listened then attribute.fire_remove(impl, obj, item, initiator, true) end
end

return backref
