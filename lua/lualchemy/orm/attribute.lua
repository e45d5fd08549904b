--- Attributes: what a mapper's property is on its classes and instances.
--
-- impl (mapper.impls[key]), one for each mapper and key:
--   key, slot, prop, mapper, dispatch (set, append, remove, init_scalar …), active_history, trackparent
--   one of column, object (scalar relationship), collection, composite, stream (dynamic, write_only) = true
--   get(obj, impl, passive) -> value, available         loads as passive allows; available is false where it may not
--   set(obj, impl, value, initiator)                    with events
--   append, remove, pop(obj, impl, item, initiator)     collections and scalar relationships
--   delete(obj, impl)                                   Python's del
--   set_committed(obj, impl, raw)                       as loaded
--   read(obj)                                           what obj.name is for the user; columns are read by slot
--   tokens {append, remove, replace, bulk}: who began a chain of events; {impl, op, key, parent_token = prop} each
-- attribute.node(class record, key) -> ATTRIBUTE or RELATION node, kept in the class table
local compiler = require "lualchemy.sql.compiler"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local state = require "lualchemy.orm.state"

local attribute = {}

-- ---- Class.name ----

--- The node that stands for the attribute of an entity.
function attribute.make_node(entity, prop)
  if prop.kind == "relationship" then
    return core.new("RELATION", {entity = entity, key = prop.key, prop = prop})
  end
  local expr = core.element(prop.expression)
  return core.new("ATTRIBUTE", {entity = entity, key = prop.key, expr = expr, type = core.get(expr, "type")})
end

--- Class.name as an expression; kept in the class table.
function attribute.node(record, name, prop)
  if prop.class_get then return prop:class_get(record, name) end
  local node = attribute.make_node(record.mapper.entity, prop)
  if prop.comparator_factory then
    node = require("lualchemy.orm.prop_comparator").wrap(prop.comparator_factory, node)
  end
  rawset(record.class, name, node)
  return node
end

--- Class.name as Python's str() shows it.
local function text(node)
  local entity = core.get(node, "entity")
  local mapper = entity and core.get(entity, "mapper")
  if type(mapper) ~= "table" then return compiler.text(node) end
  local name = mapper.class_name or mapper.mapper and mapper.mapper.class_name
  if core.get(entity, "is_alias") == 1 then name = "aliased(" .. tostring(name) .. ")" end
  return tostring(name) .. "." .. core.get(node, "key")
end
compiler.printer("ATTRIBUTE", text)
compiler.printer("RELATION", text)

-- ---- events ----

--- A listener with {include_key = true} gets {key = …}, of bulk_replace {keys = {…}}, where a collection has keys.
local function with_keys(anchor, fn, named)
  return function(obj, value, third, fourth)
    local kind, more = anchor.mapper.impls[anchor.key].collection_kind, {}
    if fourth ~= nil then return fn(obj, value, third, fourth) end -- "set"
    local keyfn = kind and kind.keyfn
    if keyfn and state.is_instance(value) then
      more.key = keyfn(value)
    elseif keyfn then
      more.keys = {}
      for i, item in ipairs(value) do more.keys[i] = keyfn(item) end
    end
    if named then more = more.keys or more.key end
    return fn(obj, value, third, more)
  end
end

--- Listeners that come when the mapper is configured hear last: after validators, cascades and the other side.
local Anchor = {}

function Anchor.__listened(anchor, listener)
  listener.late = anchor.mapper.configured or false
  if listener.include_key then listener.fn = with_keys(anchor, listener.fn, listener.named) end
end

--- What listeners of Class.name hang from: one anchor for each mapper and key.
local function anchor(mapper, key)
  local anchors = mapper.anchors
  if not anchors[key] then anchors[key] = setmetatable({mapper = mapper, key = key}, Anchor) end
  return anchors[key]
end

local function dispatcher(mapper, key)
  local targets, propagating = {}, {}
  local m = mapper.inherits
  while m do
    local above = anchor(m, key)
    propagating[above] = true
    table.insert(targets, 1, above)
    m = m.inherits
  end
  targets[#targets + 1] = anchor(mapper, key)
  return event.dispatcher(targets, function(listener, target) return listener.propagate or not propagating[target] end)
end

local KINDS = {ATTRIBUTE = true, RELATION = true}

event.resolver(function(target)
  local meta = type(target) == "table" and getmetatable(target)
  local composite = meta and rawget(target, "prop")
  if composite and type(composite) == "table" and composite.kind == "composite" then
    return anchor(composite.parent, composite.key)
  end
  if meta and meta.comparator then target = core.element(target) end
  if not core.is_node(target) or not KINDS[core.kind(target)] then return nil end
  local entity = core.get(target, "entity")
  local mapper = entity and core.get(entity, "mapper")
  if type(mapper) ~= "table" or not mapper.anchors then return nil end
  return anchor(mapper, core.get(target, "key"))
end)

local function call(fn, name, target, value, old, initiator)
  if name == "set" then return fn(target, value, old, initiator) end
  return fn(target, value, initiator)
end

--- Asks the early or the late listeners of a "set" or "append": each may give another value in place of the one set.
function attribute.fold(impl, name, obj, value, old, initiator, late)
  local list = impl.dispatch[name]
  for i = 1, list and #list or 0 do
    local listener = list[i]
    if listener.late == late then
      local target = listener.raw and require("lualchemy.orm.view").of(obj) or obj
      local result = call(listener.fn, name, target, value, old, initiator)
      if listener.retval then value = result end
    end
  end
  return value
end

--- Tells the early or the late listeners of a "remove".
function attribute.fire_remove(impl, obj, item, initiator, late)
  local list = impl.dispatch.remove
  for i = 1, list and #list or 0 do
    local listener = list[i]
    if listener.late == late then
      listener.fn(listener.raw and require("lualchemy.orm.view").of(obj) or obj, item, initiator)
    end
  end
end

local CHANGES = {"set", "append", "remove"}

--- Does a listener want to know the value before a change, even if it must be loaded?
function attribute.wants_history(impl)
  if impl.active_history then return true end
  for i = 1, #CHANGES do
    local list = impl.dispatch[CHANGES[i]]
    for k = 1, list and #list or 0 do
      if list[k].active_history then return true end
    end
  end
  return false
end

--- Tells the listeners.
function attribute.fire(impl, name, obj, ...)
  local list = impl.dispatch[name]
  for i = 1, list and #list or 0 do
    list[i].fn(list[i].raw and require("lualchemy.orm.view").of(obj) or obj, ...)
  end
end

-- ---- loading ----

local NOT_CHECKED = {raise = true, raise_on_sql = true, noload = true}

--- Raises DetachedInstanceError if what is missing cannot be loaded because the object is in no session.
function attribute.check_attached(obj, impl)
  local st = rawget(obj, 1)
  if st.session then return end
  local what = state.describe(obj)
  if impl.column then
    if st.expired or (st.expired_attributes and st.expired_attributes[impl.key]) or not impl.prop.deferred then
      err.raise("DetachedInstanceError",
        "Instance %s is not bound to a Session; attribute refresh operation cannot proceed", what)
    end
    err.raise("DetachedInstanceError",
      "Parent instance %s is not bound to a Session; deferred load operation of attribute '%s' cannot proceed",
        what, impl.key)
  end
  err.raise("DetachedInstanceError",
    "Parent instance %s is not bound to a Session; lazy load operation of attribute '%s' cannot proceed", what,
      impl.key)
end

--- Loads what is missing; raw value or nil, and false where `passive` did not allow it.
function attribute.load(obj, impl, passive)
  if passive.no_init then return nil, false end
  if not rawget(obj, 1).session and not NOT_CHECKED[impl.prop.lazy] then
    if passive.no_raise then return nil, false end
    attribute.check_attached(obj, impl)
  end
  if passive.no_fetch and impl.column then return nil, false end
  local raw, available = state.load(obj, impl, passive)
  return raw, available ~= false
end

-- ---- what the kinds share ----

--- Takes a value (or an object) away as Python's del does: `old` is what was there.
function attribute.forget(obj, impl, old)
  local st = state.own(obj)
  if st.committed[impl.slot] == nil then st.committed[impl.slot] = old end
  state.modified_event(obj, st)
  rawset(obj, impl.slot, nil)
  st.deleted_attributes = st.deleted_attributes or {}
  st.deleted_attributes[impl.slot] = true
end

--- Puts a value as if it had been loaded.
function attribute.set_committed(obj, impl, value)
  if value == nil then value = core.null end
  local st = rawget(obj, 1)
  if st.fresh or st.changed then st = state.own(obj) end
  rawset(obj, impl.slot, value)
  if st.own then
    st.committed[impl.slot] = nil
    if st.expired_attributes then st.expired_attributes[impl.key] = nil end
  end
  return value
end

--- Takes item out of an array, if it is there.
--- @return boolean
function attribute.drop(items, item)
  for i = 1, #items do
    if items[i] == item then
      table.remove(items, i)
      return true
    end
  end
  return false
end

-- ---- making impls ----

local function tokens(impl)
  local out = {}
  for _, op in ipairs{"append", "remove", "replace", "bulk"} do
    out[op] = {impl = impl, op = op, key = impl.key, parent_token = impl.prop}
  end
  if not impl.collection and not impl.stream then out.append = out.replace end
  return out
end

local function kind_of(prop)
  if prop.kind == "column" then return "column" end
  if prop.kind == "composite" then return "composite" end
  if prop.lazy == "dynamic" or prop.lazy == "write_only" then return "stream" end
  return prop.uselist and "collection" or "object"
end

--- Makes the attribute of a property known to the instances of a mapper.
function attribute.install(mapper, prop)
  local key, kind = prop.key, kind_of(prop)
  local impl = {key = key, slot = prop.slot, prop = prop, mapper = mapper, [kind] = true, kind = kind}
  impl.dispatch = dispatcher(mapper, key)
  impl.tokens = tokens(impl)
  for name, fn in pairs(require("lualchemy.orm.attribute_" .. kind)) do impl[name] = fn end
  if impl.setup then impl.setup(impl) end
  local before = mapper.impls[key]
  mapper.impls[key] = impl
  mapper.make_epoch, mapper.layout = nil, false
  event.epoch = event.epoch + 1
  local at = #mapper.impl_list + 1
  for i, one in ipairs(before and mapper.impl_list or {}) do
    if one == before then at = i end
  end
  mapper.impl_list[at] = impl
  local meta = mapper.instance_meta
  if kind == "column" then
    meta.slots[key] = impl.slot
    meta.getters[key] = nil
  else
    meta.slots[key] = nil
    meta.getters[key] = impl.read
  end
  if kind == "column" then
    for _, column in ipairs(prop.columns) do mapper.column_slots[column] = mapper.column_slots[column] or impl.slot end
  end
  if mapper.configured and mapper.dispatch.attribute_instrument then
    event.fire(mapper.dispatch, "attribute_instrument", mapper.class_, key, mapper.class_[key])
  end
  return impl
end

return attribute
