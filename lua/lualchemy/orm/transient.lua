--- Objects and their sessions: la.object_session, la.make_transient, la.make_transient_to_detached, la.was_deleted.
local class = require "lualchemy.orm.class"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local state = require "lualchemy.orm.state"

local transient = {}

local function check(obj, who)
  if state.is_instance(obj) then return end
  local record = class.record_of_instance(obj)
  err.raise("UnmappedInstanceError", "Class '%s' is not mapped", record and record.name or type(obj) .. " (" .. who
    .. ")")
end

--- The session that the object is in, or nil.
local function object_session(obj)
  check(obj, "object_session")
  return state.session(obj)
end

--- Makes the object what it was when it was made: in no session, without identity; its values stay.
local function make_transient(obj)
  check(obj, "make_transient")
  local session = state.session(obj)
  if session then session:expunge(obj) end
  state.set_identity(obj, nil)
  local st = state.set_status(obj, "transient", nil)
  st.expired, st.expired_attributes, st.was_deleted, st.load, st.base = nil, nil, nil, nil, nil
end

--- Gives a transient object the identity of its primary key, as if it had been loaded and its session were gone.
local function make_transient_to_detached(obj)
  check(obj, "make_transient_to_detached")
  if state.session(obj) or state.identity(obj) ~= nil then
    err.raise("InvalidRequestError", "Given object must be transient")
  end
  local mapper = state.mapper(obj)
  local values = mapper:primary_key_from_instance(obj)
  state.set_identity(obj, require("lualchemy.orm.identity").raw(values, #mapper.primary_key, mapper.allow_partial_pks))
  local st = state.set_status(obj, "detached", nil)
  st.was_deleted = nil
  state.commit_all(obj)
  local unloaded = {}
  for _, impl in ipairs(mapper.impl_list) do
    if rawget(obj, impl.slot) == nil then unloaded[#unloaded + 1] = impl.key end
  end
  state.expire(obj, unloaded)
end

--- Was the object deleted by a flush?
local function was_deleted(obj)
  check(obj, "was_deleted")
  local st = state.of(obj)
  return st.was_deleted == true or st.status == "deleted"
end

-- ---- la.reconstructor ----

local meta = {declared_reconstructor = true}

--- A method that runs when an object was loaded.
local function reconstructor(fn)
  return setmetatable({fn = fn}, meta)
end

--- Finds the reconstructor of a class and lets it hear of loads.
function transient.listen(mapper)
  for _, one in ipairs(mapper.record.mro) do
    local of = class.record(one)
    for _, value in pairs(of and of.body or one) do
      if type(value) == "table" and getmetatable(value) == meta then
        local fn = value.fn
        event.listen(mapper.class_, "load", function(obj) fn(obj) end)
        return
      end
    end
  end
end

transient.public = {
  object_session = object_session, make_transient = make_transient,
    make_transient_to_detached = make_transient_to_detached,
  was_deleted = was_deleted, reconstructor = reconstructor,
}

return transient
