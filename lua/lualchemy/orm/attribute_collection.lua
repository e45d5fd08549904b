--- Relationships to many, of instances.
local attribute = require "lualchemy.orm.attribute"
local backref = require "lualchemy.orm.backref"
local collection = require "lualchemy.orm.collection"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local state = require "lualchemy.orm.state"

local NULL, NO_VALUE = core.null, state.NO_VALUE
local many = {}

local function reader(impl)
  local slot = impl.slot
  return function(obj)
    local c = rawget(obj, slot)
    if c == nil then c = impl.get(obj, impl, state.OFF) end
    return collection.hand_out(c, obj)
  end
end

function many.setup(impl)
  backref.setup(impl)
  impl.read = reader(impl)
  impl.collection_kind = require("lualchemy.orm.collection_kinds").of(impl.prop)
  local list = impl.mapper.collection_impls
  for i, one in ipairs(list) do
    if one.key == impl.key then
      list[i] = impl
      return
    end
  end
  list[#list + 1] = impl
end

-- ---- reading ----

--- The empty collection of an object that has nothing to load; it becomes the value with its first item.
local function empty(obj, impl)
  local st = state.own(obj)
  st.empty = st.empty or {}
  local c = st.empty[impl.slot]
  if not c then
    c = collection.new(obj, impl, nil)
    getmetatable(c).empty = true
    st.empty[impl.slot] = c
  end
  return c
end

function many.get(obj, impl, passive)
  local c = rawget(obj, impl.slot)
  if c ~= nil then return c, true end
  local st = obj[1]
  if rawget(obj, 2) == nil and not (impl.prop.load_on_pending and st.session) and not st.load_on_pending then
    if passive.persistent_only or passive.no_init then return nil, false end
    return empty(obj, impl), true
  end
  if passive.no_fetch then return nil, false end
  local _, available = attribute.load(obj, impl, passive)
  if not available then return nil, false end
  c = rawget(obj, impl.slot)
  if c == nil then c = empty(obj, impl) end
  return c, true
end


-- ---- items ----

--- Changes of a collection that is not loaded wait until it is.
local function pending(obj, impl)
  local st = state.own(obj)
  st.pending = st.pending or {}
  local p = st.pending[impl.slot]
  if not p then
    p = {added = {}, removed = {}}
    st.pending[impl.slot] = p
  end
  return p
end

local function add_once(items, item)
  for i = 1, #items do
    if items[i] == item then return end
  end
  items[#items + 1] = item
end

local function changed_unseen(obj, impl)
  if impl.prop.viewonly then return end
  local st = state.own(obj)
  if st.committed[impl.slot] == nil then st.committed[impl.slot] = NO_VALUE end
  state.modified_event(obj, st)
end

local function append_pending(obj, impl, item, initiator)
  initiator = initiator or impl.tokens.append
  item = backref.before_append(obj, impl, item, initiator)
  changed_unseen(obj, impl)
  if impl.trackparent and item ~= nil then state.set_parent(item, impl.prop, obj, true) end
  local p = pending(obj, impl)
  if not attribute.drop(p.removed, item) then add_once(p.added, item) end
end

local function remove_pending(obj, impl, item, initiator)
  initiator = initiator or impl.tokens.remove
  if impl.trackparent and item ~= nil then state.set_parent(item, impl.prop, obj, false) end
  backref.before_remove(obj, impl, item, initiator)
  changed_unseen(obj, impl)
  local p = pending(obj, impl)
  if not attribute.drop(p.added, item) then add_once(p.removed, item) end
end

--- Puts an item into the collection, without loading it.
function many.append(obj, impl, item, initiator)
  local c, available = many.get(obj, impl, state.NO_FETCH)
  if not available then return append_pending(obj, impl, item, initiator) end
  collection.sync_end(c)
  impl.collection_kind.append(c, getmetatable(c), item, initiator)
end

--- Takes an item out; nothing happens if it is not there.
function many.pop(obj, impl, item, initiator)
  local c, available = many.get(obj, impl, state.NO_FETCH)
  if not available then return remove_pending(obj, impl, item, initiator) end
  collection.sync(c)
  return impl.collection_kind.remove(c, getmetatable(c), item, initiator)
end

--- The same; an error if it is not there.
function many.remove(obj, impl, item, initiator)
  if many.pop(obj, impl, item, initiator) == false then
    err.raise("ValueError", "list.remove(x): x not in list")
  end
end

-- ---- replacing ----

--- @param fresh table the collection that will have them
local function values_of(impl, given, fresh)
  local kind = impl.collection_kind
  if given == NULL then given = nil end
  local items, name = nil, "None"
  if kind.convert then
    items = kind.convert(fresh, given)
  elseif given ~= nil then
    items, name = kind.is_like(given)
  end
  if not items then
    err.raise("TypeError", "Incompatible collection type: %s is not %s-like", name or type(given), kind.name)
  end
  local out = {}
  for i = 1, #items do
    out[i] = items[i]
    if items[i] == NULL then err.raise("TypeError", "%s: an item of the collection is NULL", impl.key) end
  end
  return out
end

local function old_collection(obj, impl)
  local c, available = many.get(obj, impl, {persistent_only = true})
  if available then return c end
  return empty(obj, impl)
end

local function run_bulk_validators(obj, impl, values)
  for i = 1, #values do
    if not state.is_instance(values[i]) and not impl.validators then
      err.raise("AttributeError", "'%s' object has no attribute '_sa_instance_state': %s.%s takes mapped instances",
        type(values[i]), impl.mapper.class_name, impl.key)
    end
  end
  attribute.fire(impl, "bulk_replace", obj, values, impl.tokens.bulk)
end

function many.set(obj, impl, given)
  local fresh = collection.new(obj, impl, nil)
  local values = values_of(impl, given, fresh)
  run_bulk_validators(obj, impl, values)
  local old = old_collection(obj, impl)
  collection.sync(old)
  if old == given then return collection.detach(fresh) end
  local rec, st = getmetatable(old), state.own(obj)
  if not impl.prop.viewonly and st.committed[impl.slot] == nil then
    st.committed[impl.slot] = collection.before(old, rec)
  end
  if rec.empty then
    rec.empty = nil
    st.empty[impl.slot] = nil
  end
  if not impl.prop.viewonly then state.modified_event(obj, st) end
  collection.replace(obj, impl, values, old, fresh)
end

function many.delete(obj, impl)
  local c = many.get(obj, impl, state.OFF)
  if not c then return end
  local rec = getmetatable(c)
  for _, item in ipairs(collection.before(c, rec)) do impl.collection_kind.remove(c, rec, item) end
  rawset(obj, impl.slot, nil)
end

--- Puts loaded items (an array, taken over) in place; changes that waited are made to them.
function many.set_committed(obj, impl, items)
  local before = rawget(obj, impl.slot)
  if before ~= nil then collection.detach(before) end
  if items == NULL then items = nil end
  local c = collection.new(obj, impl, items or {})
  rawset(obj, impl.slot, c)
  local st = obj[1]
  if not st.own then return c end
  st.committed[impl.slot] = nil
  local waiting = st.pending and st.pending[impl.slot]
  if waiting then
    st.pending[impl.slot] = nil
    if not impl.prop.viewonly then
      st.committed[impl.slot] = collection.copy(c)
      state.modified_event(obj, st)
    end
    local rec, kind = getmetatable(c), impl.collection_kind
    for _, item in ipairs(waiting.added) do kind.put(c, rec, item) end
    for _, item in ipairs(waiting.removed) do kind.take(c, rec, item) end
  end
  return c
end

return many
