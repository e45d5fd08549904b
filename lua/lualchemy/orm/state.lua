--- The state of instances: what the session, the unit of work and the loaders ask and tell of an object.
--
-- An instance is a table: obj[1] its state, obj[2] its raw identity, obj[3…] the values of its attributes by slot
-- (nil: not loaded or not set; core.null: NULL). Read and write these with rawget and rawset.
--
-- A *shared* state stands for all unmodified persistent objects of one (session, mapper, load options):
--   {mapper, session, status = "persistent", expired = true|nil, load = what the loader left for lazy loads|nil,
--    changed_states = {[slot] = the changed state of objects of which that column was changed, several = that of
--    others} or false; nil if expired}
-- A *fresh* state stands for all new objects of a mapper of which nothing but columns was set:
--   {mapper, session|nil, status = "transient"|"pending", fresh = true, modified = true; nil while nothing was set}
-- A *changed* state stands for all objects of a shared one of which nothing but a column was changed, or several; what
-- these were before is in their session: session._dirty[obj] = raw value before the first change, or, of several,
-- {[slot] = raw value}:
--   {mapper, session, status = "persistent", changed = true, modified = true, load, base = the shared state,
--    slot = the column's, nil: several}
-- An *own* state (state.own = true) belongs to one object:
--   mapper, session|nil, status = "transient"|"pending"|"persistent"|"deleted"|"detached"
--   committed  = {[slot] = raw value before the first change, or NO_VALUE}; collections: an array, the items before
--   modified   = true while there are changes that were not flushed
--   expired    = true: all that is not loaded is loaded at once on the next access
--   expired_attributes = {[key] = true}|nil: expired one by one
--   parents    = {[Relationship] = parent object, or false when taken away}|nil (delete-orphan, single_parent)
--   pending    = {[slot] = {added = {…}, removed = {…}}}|nil: changes of collections that are not loaded
--   stream     = {[slot] = {added, removed}}|nil: the same of dynamic relationships
--   extra      = {name = value}|nil: unmapped attributes
--   base       = the shared state that it came from and may go back to|nil
--   load       = as in shared states; info
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local NULL = core.null
local state = {}

--- The value before a change where nothing was loaded or set.
state.NO_VALUE = setmetatable({}, {name = "NO_VALUE",
  __tostring = function() return "LoaderCallableStatus.NO_VALUE" end})
local NO_VALUE = state.NO_VALUE

--- The `load` of objects that were inserted and not read since: their columns that are not there were never set.
state.INSERTED = "inserted"
local INSERTED = state.INSERTED

--- Ways to read an attribute that is not loaded (flags, in the third argument of state.get and lazy.load).
--   no_fetch: no SQL (the identity map may answer); no_autoflush; persistent_only: only for objects with identity;
--   committed: by the values before changes; no_raise: a detached object gives nothing; no_init: nothing is made;
--   no_fetch_related: no SQL for an object that a key tells;
--   loads_all: what is not to be loaded when it is asked for (lazy = "raise"), too;
--   as_mapped: whatever the options of its statement said
state.OFF = {}
state.LOADS_ALL = {loads_all = true}
state.AS_MAPPED = {as_mapped = true, loads_all = true}
state.NO_FETCH = {no_fetch = true, no_raise = true}
state.NO_INITIALIZE = {no_fetch = true, no_init = true, no_raise = true}
state.NO_FETCH_RELATED = {no_fetch_related = true, no_raise = true}
state.COMMITTED = {committed = true, no_raise = true}
state.OLD_VALUE = {persistent_only = true, no_autoflush = true, committed = true, no_raise = true}

-- ---- what an object is ----

--- The metatables of instances.
local metatables = setmetatable({}, {__mode = "k"})

--- The class record of an instance (orm/class.lua), or nil: x is no instance of a mapped class.
local function record_of(x)
  local meta = getmetatable(x)
  return type(meta) == "table" and rawget(meta, "record") or nil
end
state.record_of = record_of

--- Is x an instance of a mapped class?
function state.is_instance(x)
  local meta = getmetatable(x)
  return metatables[meta] == true and meta.record.mapper ~= nil
end

--- Takes note of a metatable of instances.
function state.note_metatable(meta) metatables[meta] = true end

--- The state of an instance.
function state.of(obj)
  return rawget(obj, 1)
end

--- The mapper of an instance.
function state.mapper(obj)
  return obj[1].mapper
end

--- The session an object is in, or nil.
function state.session(obj)
  return obj[1].session
end

--- "transient", "pending", "persistent", "deleted" or "detached".
function state.status(obj)
  return rawget(obj, 1).status
end

--- <User at 0x…>, as messages name an object.
function state.describe(obj)
  return ("<%s at %s>"):format(state.mapper(obj).class_name, state.address(obj))
end

--- The address of a table, as Python prints one.
function state.address(obj)
  local meta = getmetatable(obj)
  local hidden = meta and rawget(meta, "__tostring")
  if hidden then rawset(meta, "__tostring", nil) end
  local name = meta and rawget(meta, "__name")
  if name then rawset(meta, "__name", nil) end
  local text = tostring(obj)
  if hidden then rawset(meta, "__tostring", hidden) end
  if name then rawset(meta, "__name", name) end
  return (text:gsub("^table: ", ""))
end

-- ---- identity ----

--- The raw identity of the object as orm/identity.lua makes it, or nil if it has none.
function state.identity(obj)
  return rawget(obj, 2)
end

--- Gives or takes the identity.
function state.set_identity(obj, raw)
  rawset(obj, 2, raw)
end

-- ---- own states ----

--- What was set of a fresh object was nothing before.
local function own_of_fresh(obj, st)
  local committed, list = {}, st.mapper.impl_list
  for i = 1, #list do
    local impl = list[i]
    if impl.column and rawget(obj, impl.slot) ~= nil then committed[impl.slot] = NO_VALUE end
  end
  local own = {own = true, mapper = st.mapper, session = st.session, status = st.status, committed = committed,
    modified = st.modified}
  rawset(obj, 1, own)
  return own
end

--- What a changed object was before comes from the session's notes.
local function own_of_changed(obj, st)
  local dirty, committed = st.session._dirty
  if st.slot then committed = {[st.slot] = dirty[obj]} else committed = dirty[obj] end
  local own = {own = true, mapper = st.mapper, session = st.session, shard = st.shard, status = st.status,
    committed = committed, modified = true, load = st.load, base = st.base}
  dirty[obj], obj[1] = true, own
  return own
end

--- Makes the state of obj its own and returns it.
function state.own(obj)
  local st = obj[1]
  if st.own then return st end
  if st.changed then return own_of_changed(obj, st) end
  if st.fresh then return own_of_fresh(obj, st) end
  local expired = st.expired
  local own = {
    own = true, mapper = st.mapper, session = st.session, shard = st.shard, status = st.status, committed = {},
    expired = expired, load = st.load, base = not expired and st or nil,
  }
  obj[1] = own
  return own
end

--- Back to the shared state, if nothing is left that only this object has.
function state.settle(obj)
  local st = rawget(obj, 1)
  if not st.own or st.status ~= "persistent" or st.modified or st.expired_attributes or st.parents or st.pending
    or st.stream or st.extra or st.info or next(st.committed) ~= nil then
    return st
  end
  local base = not st.expired and st.base
  local shared = base and base.load == st.load and base
    or state.shared(st.shard or st.session, st.mapper, st.load, st.expired)
  rawset(obj, 1, shared)
  return shared
end

--- Gives the object other loader options.
function state.set_load(obj, load)
  local st = obj[1]
  if not st.own and (st.changed or st.fresh) then st = state.own(obj) end
  if st.own then
    st.load, st.base = load, nil
  else
    obj[1] = state.shared(st.shard or st.session, st.mapper, load, st.expired)
  end
end

--- Sets status and session in an own state.
function state.set_status(obj, status, session)
  local st = state.own(obj)
  st.status, st.session, st.base = status, session, nil
  if session then require("lualchemy.orm.collection").attach(obj, session) end
  return st
end

-- ---- changes ----

--- What is left of `load` when all values are forgotten.
function state.lasting_load(st)
  local load = st.load
  if load == INSERTED then return nil end
  if load and load.lasting ~= nil then return load.lasting or nil end
  return load
end

--- Marks the object as changed; its session holds it until the flush.
function state.modified_event(obj, st)
  st = st or state.own(obj)
  if st.modified then return end
  st.modified = true
  local session = st.session
  if not session then return end
  if rawget(obj, 2) ~= nil and st.status ~= "deleted" then session._dirty[obj] = true end
  if not session._transaction then session:_autobegin() end
end

--- Are there changes that were not flushed (perhaps without net effect)?
function state.is_modified(obj)
  return rawget(obj, 1).modified == true
end

--- Is the attribute of that slot loaded or set?
function state.is_loaded(obj, slot)
  return rawget(obj, slot) ~= nil
end

--- Was that column neither set nor read since the object was inserted? Then it is None, without a SELECT. Its slot is
-- empty.
function state.is_unset(st, impl)
  return st.load == INSERTED and not st.expired and not impl.prop.deferred
    and not (st.expired_attributes and st.expired_attributes[impl.key]) and not st.mapper.readonly_props[impl.prop]
end

--- The attribute's raw value if it is there: no loading; nil otherwise.
function state.peek(obj, key)
  local impl = rawget(obj, 1).mapper.impls[key]
  return impl and rawget(obj, impl.slot)
end

--- The value of an attribute; loads it as `passive` allows. nil: NULL or nothing; second result false: not available.
function state.get(obj, key, passive)
  local impl = state.impl(obj, key)
  return impl.get(obj, impl, passive or state.OFF)
end

--- The record of an attribute (orm/attribute.lua): {key, slot, prop, mapper, get, set, dispatch …}.
function state.impl(obj, key)
  local impl = rawget(obj, 1).mapper.impls[key]
  if not impl then
    err.raise("InvalidRequestError", "Object %s has no attribute '%s'", state.describe(obj), tostring(key))
  end
  return impl
end

--- What the column of a changed object was before; nil if it was not changed.
local function before_of_changed(st, obj, slot)
  local before = st.session._dirty[obj]
  if not st.slot then return before[slot] end
  if st.slot == slot then return before end
end

--- What the attribute was before its first change: raw value, or NO_VALUE; nil if it was not changed.
--- @param st table the object's state
function state.before(st, obj, impl)
  if st.own then return st.committed[impl.slot] end
  if st.changed then return before_of_changed(st, obj, impl.slot) end
  if st.fresh and impl.column and rawget(obj, impl.slot) ~= nil then return NO_VALUE end
end

--- What the attribute was before the changes that were not flushed: raw value, or NO_VALUE.
function state.committed_value(obj, slot)
  local st = rawget(obj, 1)
  local before
  if st.own then
    before = st.committed[slot]
  elseif st.changed then
    before = before_of_changed(st, obj, slot)
  elseif st.fresh then
    before = NO_VALUE
  end
  if before ~= nil then return before end
  local now = rawget(obj, slot)
  if now == nil then return NO_VALUE end
  return now
end

--- Sets an attribute as if it had been loaded: no events, no history. value: nil is NULL; a list for collections.
function state.set_committed(obj, key, value)
  local impl = state.impl(obj, key)
  return impl.set_committed(obj, impl, value)
end

--- After a flush or a load: what is there now is what the database has. keys: only these attributes (array).
function state.commit(obj, keys)
  local st = rawget(obj, 1)
  if st.changed then st = state.own(obj) end
  if not st.own then return end
  for _, key in ipairs(keys) do
    local impl = st.mapper.impls[key]
    if impl then
      st.committed[impl.slot] = nil
      if st.expired_attributes and rawget(obj, impl.slot) ~= nil then st.expired_attributes[key] = nil end
    end
  end
  if st.expired_attributes and next(st.expired_attributes) == nil then st.expired_attributes = nil end
end

--- The same for all attributes; the object is unmodified then, and shares its state again if it can.
function state.commit_all(obj)
  local st = rawget(obj, 1)
  if st.fresh or st.changed then st = state.own(obj) end
  if not st.own then
    if st.expired then rawset(obj, 1, state.shared(st.shard or st.session, st.mapper, st.load)) end
    return
  end
  if next(st.committed) ~= nil then st.committed = {} end
  st.modified, st.expired, st.pending, st.stream = nil, nil, nil, nil
  if st.expired_attributes then
    for key in pairs(st.expired_attributes) do
      local impl = st.mapper.impls[key]
      if not impl or rawget(obj, impl.slot) ~= nil then st.expired_attributes[key] = nil end
    end
    if next(st.expired_attributes) == nil then st.expired_attributes = nil end
  end
  if st.session then
    st.session._dirty[obj] = nil
    state.settle(obj)
  end
end

--- Must an access to the column attribute `key` load all that is expired (and not only this one)?
function state.expired_keys(obj)
  local st = rawget(obj, 1)
  local keys = {}
  for _, impl in ipairs(st.mapper.impl_list) do
    if impl.column and not impl.prop.deferred and rawget(obj, impl.slot) == nil
      and (st.expired or st.expired_attributes and st.expired_attributes[impl.key]) then
      keys[#keys + 1] = impl.key
    end
  end
  return keys
end

-- ---- parents ----

--- Is obj in that relationship of some parent? optimistic: objects with identity are, unless they were taken out.
function state.has_parent(obj, relationship, optimistic)
  local st = rawget(obj, 1)
  local parent = st.parents and st.parents[relationship]
  if parent == nil then return optimistic and rawget(obj, 2) ~= nil or false end
  return parent ~= false
end

--- Notes that obj was put into (parent), or taken out of (false), that relationship of the parent.
function state.set_parent(obj, relationship, parent, added)
  local st = obj[1]
  if not st.own then st = state.own(obj) end
  local parents = st.parents
  if not parents then
    st.parents = {[relationship] = added and parent or false}
    return
  end
  local last = parents[relationship]
  if added then
    parents[relationship] = parent
  elseif not last or rawget(last, 2) == rawget(parent, 2) then
    parents[relationship] = false
  end
end

-- ---- loading ----

--- Modules that need this one, loaded on first use.
local lazy, history

--- Loads an attribute that is not there (orm/lazy.lua): puts it in its slot and returns the raw value, or nil.
function state.load(obj, impl, passive)
  lazy = lazy or require "lualchemy.orm.lazy"
  return lazy.load(obj, impl, passive or state.OFF)
end

--- The attribute's (added, unchanged, deleted) arrays.
function state.history(obj, key, passive)
  history = history or require "lualchemy.orm.history"
  return history.get(obj, key, passive)
end

state.NULL = NULL

require "lualchemy.orm.state_shared"(state)
require "lualchemy.orm.state_expire"(state)

return state
