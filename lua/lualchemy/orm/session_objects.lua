--- How objects come into a session and leave it: the states of an object.
local cascade = require "lualchemy.orm.cascade"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local identity = require "lualchemy.orm.identity"
local snapshot = require "lualchemy.orm.session_snapshot"
local state = require "lualchemy.orm.state"

local objects = {}

local function describe(obj) return state.describe(obj) end

--- The instance, or an error of the right class.
local function check(obj)
  if not state.is_instance(obj) then
    if type(obj) == "table" and getmetatable(obj) and rawget(getmetatable(obj), "mapper") then
      err.raise("UnmappedInstanceError", "Class '%s' is mapped, but this is the class itself and no instance of it",
        tostring(obj))
    end
    err.raise("UnmappedInstanceError", "Class '%s' is not mapped", type(obj) == "table"
      and tostring(getmetatable(obj) or "table") or type(obj))
  end
  return obj
end
objects.check = check

local function fire(session, name, obj)
  event.fire(session.dispatch, name, session, obj)
end

--- Makes sure that the object may come to the session; is it not there yet?
local function before_attach(session, obj)
  session:_autobegin()
  local now = state.session(obj)
  if now == session then return false end
  if now and not now._gone then
    err.raise("InvalidRequestError", "Object '%s' is already attached to session '%s' (this is '%s')", describe(obj),
      now._number, session._number)
  end
  fire(session, "before_attach", obj)
  return true
end
objects.before_attach = before_attach

-- ---- coming in ----

--- A transient object becomes pending.
local function save(session, obj)
  if rawget(obj, 2) ~= nil then
    err.raise("InvalidRequestError", "Object '%s' already has an identity - it can't be registered as pending",
      describe(obj))
  end
  local st = rawget(obj, 1)
  if st.expired or st.expired_attributes then session._lost = true end
  local attach = before_attach(session, obj)
  if not session._new[obj] then
    session._insert_order = session._insert_order + 1
    session._new[obj] = session._insert_order
    st = rawget(obj, 1)
    if st.fresh and st.modified then
      rawset(obj, 1, state.fresh(st.mapper, session))
    else
      state.set_status(obj, "pending", session)
    end
    if attach then fire(session, "after_attach", obj) end
    fire(session, "transient_to_pending", obj)
  end
end

--- Makes the object the one of its key.
local function put_in_map(session, obj)
  local mapper, raw = state.mapper(obj), rawget(obj, 2)
  local map = identity.map(identity.place(session, rawget(obj, 1)), mapper)
  local other = map[raw]
  if other and other ~= obj then
    err.raise("InvalidRequestError",
      "Can't attach instance %s; another instance with key %s is already present in this session.",
      describe(obj), identity.text(mapper, raw))
  end
  map[raw] = obj
end

--- A detached object becomes persistent again; a persistent one is no longer marked for deletion.
local function update(session, obj)
  local status = state.status(obj)
  if status == "deleted" or rawget(obj, 1).was_deleted then
    err.raise("InvalidRequestError",
      "Instance '%s' has been deleted.  Use the make_transient() function to send this object back to the "
      .. "transient state.", describe(obj))
  end
  local attach = before_attach(session, obj)
  session._deleted[obj] = nil
  put_in_map(session, obj)
  if not attach then return end
  local st = state.set_status(obj, "persistent", session)
  if st.modified then session._dirty[obj] = true end
  fire(session, "after_attach", obj)
  if status == "detached" then fire(session, "detached_to_persistent", obj) end
  state.settle(obj)
end

local function save_or_update(session, obj)
  if rawget(obj, 2) == nil then save(session, obj) else update(session, obj) end
end

local function contains(session, obj)
  local st = rawget(obj, 1)
  if st.session ~= session then return false end
  return st.status == "pending" or st.status == "persistent" or session._deleted[obj] ~= nil
end
objects.contains = contains

--- Adds the object and all that save-update cascades reach.
function objects.save_or_update(session, obj)
  require("lualchemy.orm.collection").sync_object(obj)
  save_or_update(session, obj)
  for _, x in ipairs(cascade.iterate("save-update", obj, function(y) return contains(session, y) end)) do
    save_or_update(session, x)
  end
end

--- A set of so many grows as it is filled.
local FEW = 16

--- May objects come in with nobody told?
local function is_quiet(session)
  local dispatch = session.dispatch
  return not (dispatch.before_attach or dispatch.after_attach or dispatch.transient_to_pending)
end

--- The state that a new object of which only columns were set has once it is pending; nil for all others.
local function pending_state(session, obj)
  local st = type(obj) == "table" and rawget(obj, 1)
  if type(st) ~= "table" then return nil end
  if st.fresh and st.modified and not st.session and state.is_instance(obj) then
    return state.fresh(st.mapper, session)
  end
end

--- Adds all of a list. Those of which only columns were set reach no other.
function objects.save_all(session, list)
  local quiet, at, n = is_quiet(session), 1, #list
  if quiet then session:_autobegin() end
  if next(session._new) == nil and n > FEW then session._new = core.numbered_set(n) end
  while at <= n do
    local obj = list[at]
    local pending = quiet and pending_state(session, obj)
    if pending then
      at, session._insert_order = core.enlist(list, at, obj[1], pending, session._new, session._insert_order)
    else
      objects.save_or_update(session, check(obj))
      at = at + 1
    end
  end
end

--- The same for one.
function objects.save_one(session, obj)
  local pending = is_quiet(session) and pending_state(session, obj)
  if not pending then return objects.save_or_update(session, check(obj)) end
  if not session._transaction then session:_autobegin() end
  local n = session._insert_order + 1
  session._insert_order, session._new[obj], obj[1] = n, n, pending
end

-- ---- deleting ----

local function mark_deleted(session, obj, head)
  if rawget(obj, 2) == nil then
    if head then err.raise("InvalidRequestError", "Instance '%s' is not persisted", describe(obj)) end
    return
  end
  if session._deleted[obj] then return end
  local attach = before_attach(session, obj)
  put_in_map(session, obj)
  if attach then
    if state.set_status(obj, "persistent", session).modified then session._dirty[obj] = true end
    fire(session, "after_attach", obj)
    fire(session, "detached_to_persistent", obj)
  end
  local reached = head and cascade.iterate("delete", obj) or {}
  session._deleted[obj] = true
  for _, x in ipairs(reached) do mark_deleted(session, x, false) end
end

--- Marks the object (and what delete cascades reach) for deletion by the next flush.
function objects.delete(session, obj)
  mark_deleted(session, check(obj), true)
end

-- ---- leaving ----

--- The object is in no session any more.
local function detach(session, obj, to_transient, name)
  local st, was = state.own(obj), state.status(obj)
  st.session, st.base = nil, nil
  session._dirty[obj] = nil
  if was == "pending" then
    st.status = "transient"
    fire(session, "pending_to_transient", obj)
  elseif to_transient then
    rawset(obj, 2, nil)
    st.status = "transient"
    if was == "persistent" then fire(session, "persistent_to_transient", obj) end
    if was == "deleted" then fire(session, "deleted_to_detached", obj) end
  else
    if was == "deleted" then st.was_deleted = true end
    st.status = "detached"
    fire(session, name or (was == "deleted" and "deleted_to_detached" or "persistent_to_detached"), obj)
  end
end

--- Takes objects out of the session.
function objects.expunge_objects(session, list, to_transient)
  for _, obj in ipairs(list) do
    local st = rawget(obj, 1)
    if session._new[obj] then
      session._new[obj] = nil
    else
      local raw = rawget(obj, 2)
      local map = raw ~= nil and identity.place(session, st)._identity[st.mapper.identity_mapper]
      if map and map[raw] == obj then map[raw] = nil end
      session._deleted[obj] = nil
      if session._transaction then session._transaction._deleted[obj] = nil end
    end
    if st.session == session then
      detach(session, obj, to_transient)
    elseif to_transient and not st.session and st.status == "detached" then
      rawset(obj, 2, nil)
      st.status = "transient"
    end
  end
end

--- A deleted object after the commit.
function objects.detach_object(session, obj, name)
  if state.session(obj) == session then detach(session, obj, false, name) end
end

--- Takes one object out, and what expunge cascades reach.
function objects.expunge(session, obj)
  check(obj)
  if state.session(obj) ~= session then
    err.raise("InvalidRequestError", "Instance %s is not present in this Session", describe(obj))
  end
  local list = {obj}
  for _, x in ipairs(cascade.iterate("expunge", obj)) do list[#list + 1] = x end
  local mine = {}
  for _, x in ipairs(list) do
    if state.session(x) == session then mine[#mine + 1] = x end
  end
  objects.expunge_objects(session, mine, false)
end

--- After a rollback: a deleted object is persistent again.
function objects.revert_deletion(session, obj)
  local st = state.own(obj)
  session._deleted[obj] = nil
  if rawget(obj, 2) == nil then return end
  local was = st.status
  st.status, st.session = "persistent", session
  identity.map(identity.place(session, st), st.mapper)[rawget(obj, 2)] = obj
  if was == "deleted" then fire(session, "deleted_to_persistent", obj) end
end

function objects.expire_object(session, obj)
  state.expire(obj)
  session._dirty[obj] = nil
end

-- ---- after a flush ----

--- A pending or persistent object was flushed: identity, map, shared state.
function objects.register_persistent(session, obj)
  local mapper, values = state.mapper(obj), {}
  local known = rawget(obj, 2) ~= nil and identity.values(rawget(obj, 2)) or {}
  for i, column in ipairs(mapper.primary_key) do
    local prop = mapper.column_to_property[column]
    values[i] = rawget(obj, prop.slot)
    if values[i] == nil and known[i] ~= nil then -- expired: it is read again
      mapper.impls[prop.key].get(obj, mapper.impls[prop.key], state.OFF)
      values[i] = rawget(obj, prop.slot)
      if values[i] == nil then values[i] = known[i] end
    end
  end
  local raw = identity.raw(values, #mapper.primary_key, mapper.allow_partial_pks ~= false)
  if raw == nil then
    err.raise("FlushError",
      "Instance %s has a NULL identity key.  If this is an auto-generated value, check that the database table allows "
      .. "generation of new primary key values, and that the mapped Column object is configured to expect these "
      .. "generated values.  Ensure also that this flush() is not occurring at an inappropriate "
      .. "time, such as within a load() event.",
      describe(obj))
  end
  local was_new, map = session._new[obj], identity.map(identity.place(session, rawget(obj, 1)), mapper)
  local old = rawget(obj, 2)
  if old ~= nil and old ~= raw then
    local switches = session._transaction._key_switches
    switches[obj] = {switches[obj] and switches[obj][1] or old, raw}
    if map[old] == obj then map[old] = nil end
  end
  rawset(obj, 2, raw)
  map[raw] = obj
  state.commit_all(obj)
  if was_new then
    session._new[obj] = nil
    if session._transaction then session._transaction._new[obj] = true end
    local st = state.own(obj)
    st.status, st.load = "persistent", state.INSERTED
    fire(session, "pending_to_persistent", obj)
    state.settle(obj)
  elseif session._transaction and session._transaction:_notes_changes() then
    session._transaction._dirty[obj] = true
  end
end

--- Many that were saved: those with nothing of their own in one go.
--- @param last? integer they are all of the session's new objects, unless one came behind that number
function objects.register_flushed(session, list, last)
  local at, t = 1, session._transaction
  local heard = session.dispatch.pending_to_persistent
  local all = not heard and last == session._insert_order
  local created = not all and next(session._new) ~= nil and t._new
  local changed = next(session._dirty) ~= nil and t:_notes_changes() and t._dirty
  while list[at] do
    local mapper, first = list[at][1].mapper, at
    if not heard and not mapper.primary_key[2] and not session._shards then
      local slot = mapper.column_to_property[mapper.primary_key[1]].slot
      at = core.settle(list, at, mapper, slot, identity.map(session, mapper),
        state.shared(session, mapper, state.INSERTED), state.fresh(mapper, session), not all and session._new, created,
        session._dirty, changed)
    end
    if at == first then
      objects.register_persistent(session, list[at])
      at = at + 1
    end
  end
  if all then
    session._new = {}
    snapshot.note_new(t, list)
  end
end

--- A persistent object was deleted by a flush.
function objects.register_deleted(session, obj)
  local st, raw = state.own(obj), rawget(obj, 2)
  local map = identity.map(identity.place(session, st), st.mapper)
  if map[raw] == obj then map[raw] = nil end
  session._deleted[obj] = nil
  session._dirty[obj] = nil
  st.status = "deleted"
  if session._transaction then session._transaction._deleted[obj] = true end
  fire(session, "persistent_to_deleted", obj)
end

--- An array of objects with :contains(obj), as session.new and its like are.
local list_meta = {__index = {contains = function(list, x)
  for i = 1, #list do
    if list[i] == x then return true end
  end
  return false
end}}

--- The objects of a set in an array: those that have numbers there by these.
function objects.ordered(set)
  local out, numbered = core.members(set)
  if numbered == "gaps" then table.sort(out, function(a, b) return set[a] < set[b] end) end
  return out
end

--- An array of objects as a list for programs; without those of a set.
function objects.list(all, without)
  if not without or next(without) == nil then return setmetatable(all, list_meta) end
  local out = {}
  for i = 1, #all do
    if not without[all[i]] then out[#out + 1] = all[i] end
  end
  return setmetatable(out, list_meta)
end

objects.null = core.null

return objects
