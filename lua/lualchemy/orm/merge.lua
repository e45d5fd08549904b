--- Session:merge: the state of an object, and of what its relationships reach, copied into the session.
local args = require "lualchemy.args"
local collection = require "lualchemy.orm.collection"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local identity = require "lualchemy.orm.identity"
local instance = require "lualchemy.orm.instance"
local objects = require "lualchemy.orm.session_objects"
local state = require "lualchemy.orm.state"

local NULL = core.null
local merge = {}

--- @class Merge one merge: session, load, options, by_key, done {source = copy},
-- seen {[source] = {[relationship] = true}}
local one

-- ---- finding the copy ----

--- The raw identity that the object has or would have; nil if its key is not complete, or a part of it was never set.
local function key_of(obj, mapper)
  local raw = rawget(obj, 2)
  if raw ~= nil then return raw end
  local values = {}
  for i, column in ipairs(mapper.primary_key) do
    values[i] = rawget(obj, mapper.column_to_property[column].slot)
    if values[i] == nil then return nil end
  end
  return identity.raw(values, #mapper.primary_key, mapper.allow_partial_pks ~= false)
end

local function new_persistent(session, mapper, raw)
  local obj = instance.new(mapper, state.shared(session, mapper), raw)
  identity.map(session, mapper)[raw] = obj
  return obj
end

local function new_pending(session, mapper)
  local obj = instance.new(mapper, state.blank(mapper))
  objects.save_or_update(session, obj)
  return obj
end

local function without_load(m, obj, mapper, raw)
  if state.is_modified(obj) then
    err.raise("InvalidRequestError",
      "merge() with load=False option does not support objects marked as 'dirty'.  flush() all changes on "
      .. "mapped instances before merging with load=False.")
  end
  return new_persistent(m.session, mapper, raw)
end

local function check_transient(m, obj)
  if rawget(obj, 2) ~= nil then return end
  if m.session._new[obj] then
    err.warn(("Instance %s is already pending in this Session yet is being merged again; "
      .. "this is probably not what you want to do")
      :format(state.describe(obj)))
  end
  if not m.load then
    err.raise("InvalidRequestError",
      "merge() with load=False option does not support objects transient (i.e. unpersisted) objects.  "
      .. "flush() all changes on mapped instances before merging with load=False.")
  end
end

--- The object of the session that takes the state of obj; second: was it made for that?
local function target_of(m, obj, mapper)
  check_transient(m, obj)
  local raw = key_of(obj, mapper)
  if raw ~= nil then
    local known = identity.get(m.session, mapper, raw)
    if known then return known, false, raw end
    local of_base = m.by_key[mapper.identity_mapper]
    if of_base and of_base[raw] then return of_base[raw], false, raw end
    if not m.load then return without_load(m, obj, mapper, raw), true, raw end
    local found = m.session:get(mapper.class_, identity.values(raw), m.options and {options = m.options} or {})
    if found then return found, false, raw end
  end
  return new_pending(m.session, mapper), true, raw
end

local function remember(m, obj, mapper, raw, copy)
  m.done[obj] = copy
  if raw == nil then return end
  m.by_key[mapper.identity_mapper] = m.by_key[mapper.identity_mapper] or {}
  m.by_key[mapper.identity_mapper][raw] = copy
end

local function check_version(mapper, obj, copy)
  if mapper.version_id_col == nil then return end
  local slot = mapper.column_to_property[mapper.version_id_col].slot
  local a, b = rawget(obj, slot), rawget(copy, slot)
  if a ~= nil and b ~= nil and a ~= b then
    err.raise("StaleDataError",
      "Version id '%s' on merged state %s does not match existing version '%s'. Leave the version attribute "
      .. "unset when merging to update the most recent version.", tostring(a), state.describe(copy), tostring(b))
  end
end

-- ---- attributes ----

local function merge_column(m, prop, obj, copy)
  local impl = state.mapper(copy).impls[prop.key]
  local source = state.mapper(obj).impls[prop.key]
  if not impl or not source then return end
  local value = rawget(obj, source.slot)
  if value == nil then
    if rawget(copy, 2) ~= nil and rawget(copy, impl.slot) == nil then
      local st = state.own(copy)
      st.expired_attributes = st.expired_attributes or {}
      st.expired_attributes[prop.key] = true
    end
    return
  end
  if not m.load then
    rawset(copy, impl.slot, value)
    return
  end
  if value == NULL then value = nil end
  impl.set(copy, impl, value)
end

local function mark(m, obj, prop)
  m.seen[obj] = m.seen[obj] or {}
  m.seen[obj][prop] = true
end

--- The items of a list, merged.
local function merged_items(m, prop, items)
  local list = {}
  for _, item in ipairs(items) do
    mark(m, item, prop)
    list[#list + 1] = one(m, item)
  end
  return list
end

--- A list that is never loaded as a whole, if it was changed.
local function merge_stream(m, prop, obj, copy, impl)
  local st, source = rawget(obj, 1), state.mapper(obj).impls[prop.key]
  if not (st.own and st.stream and st.stream[source.slot]) then return end
  impl.set(copy, impl, merged_items(m, prop, require("lualchemy.orm.dynamic").items(obj, source)))
end

local function merge_list(m, prop, obj, copy, impl)
  local value = rawget(obj, state.mapper(obj).impls[prop.key].slot)
  if m.load then impl.get(copy, impl, state.LOADS_ALL) end
  local list = merged_items(m, prop, collection.copy(value))
  if not m.load then return impl.set_committed(copy, impl, list) end
  if impl.collection_kind.name ~= "list" then list = collection.new(copy, impl, list) end
  impl.set(copy, impl, list)
end

local function merge_object(m, prop, obj, copy, impl)
  local value = rawget(obj, state.mapper(obj).impls[prop.key].slot)
  local merged
  if value ~= NULL then
    mark(m, value, prop)
    merged = one(m, value)
  end
  if not m.load then
    rawset(copy, impl.slot, merged == nil and NULL or merged)
    return
  end
  impl.set(copy, impl, merged)
end

local function merge_relationship(m, prop, obj, copy)
  if m.load and m.seen[obj] then
    for _, reverse in ipairs(prop.reverse_property) do
      if m.seen[obj][reverse] then return end
    end
  end
  local impl, source = state.mapper(copy).impls[prop.key], state.mapper(obj).impls[prop.key]
  if not prop.cascade.merge or not impl or not source then return end
  if impl.stream then return merge_stream(m, prop, obj, copy, impl) end
  if rawget(obj, source.slot) == nil then return end
  if impl.collection then merge_list(m, prop, obj, copy, impl) else merge_object(m, prop, obj, copy, impl) end
end

local function merge_attributes(m, mapper, obj, copy)
  for _, prop in ipairs(mapper.prop_list) do
    if prop.kind == "column" then
      merge_column(m, prop, obj, copy)
    elseif prop.kind == "relationship" then
      merge_relationship(m, prop, obj, copy)
    end
  end
end

function one(m, obj)
  if m.done[obj] then return m.done[obj] end
  local mapper = state.mapper(obj)
  collection.sync_object(obj)
  local copy, is_new, raw = target_of(m, obj, mapper)
  remember(m, obj, mapper, raw, copy)
  if copy ~= obj then
    check_version(mapper, obj, copy)
    merge_attributes(m, mapper, obj, copy)
  end
  if not m.load then state.commit_all(copy) end
  if is_new then event.fire(mapper.dispatch, "load", copy, nil) end
  return copy
end

-- ---- Session:merge ----

local KEYWORDS = {load = true, options = true}

local function run(session, load, options, fn)
  if load then session:_autoflush() end
  local m = {session = session, load = load, options = options, done = {}, seen = {}, by_key = {}}
  return session:no_autoflush(function() return fn(m) end)
end

--- Copies the object's state into the session; the object of the session.
--- @param ... any {load = false: no SELECT, options = {loader options}}
function merge.merge(session, obj, ...)
  local _, o = args.take("merge", KEYWORDS, ...)
  objects.check(obj)
  return run(session, o.load ~= false, o.options, function(m) return one(m, obj) end)
end

--- The same for a list of objects.
function merge.merge_all(session, list, ...)
  local _, o = args.take("merge_all", KEYWORDS, ...)
  return run(session, o.load ~= false, o.options, function(m)
    local out = {}
    for i, obj in ipairs(list) do out[i] = one(m, objects.check(obj)) end
    return out
  end)
end

return merge
