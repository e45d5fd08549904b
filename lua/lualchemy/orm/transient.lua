--- Objects and their sessions: la.make_transient, la.make_transient_to_detached, la.was_deleted.
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

--- As if it had never been in a database; its values stay.
local function make_transient(obj)
  local objects = require "lualchemy.orm.session_objects"
  objects.check(obj)
  local session = state.session(obj)
  if session and not session._gone then objects.expunge_objects(session, {obj}) end
  local st = state.own(obj)
  rawset(obj, 2, nil)
  st.status, st.session, st.was_deleted, st.expired, st.expired_attributes = "transient", nil, nil, nil, nil
end

--- As if it had been loaded by its key, and expired.
local function make_transient_to_detached(obj)
  require("lualchemy.orm.session_objects").check(obj)
  if rawget(obj, 2) ~= nil or state.session(obj) then
    err.raise("InvalidRequestError", "Given object must be transient")
  end
  local st, mapper, values = state.own(obj), state.mapper(obj), {}
  for i, column in ipairs(mapper.primary_key) do values[i] = rawget(obj, mapper.column_to_property[column].slot) end
  rawset(obj, 2, require("lualchemy.orm.identity").raw(values, #mapper.primary_key, true))
  st.status, st.was_deleted, st.committed, st.modified = "detached", nil, {}, nil
  local missing = {}
  for _, prop in ipairs(mapper.column_attrs) do
    if rawget(obj, prop.slot) == nil and not prop.deferred then missing[#missing + 1] = prop.key end
  end
  state.expire(obj, missing)
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
  make_transient = make_transient, make_transient_to_detached = make_transient_to_detached,
  was_deleted = was_deleted, reconstructor = reconstructor,
}

return transient
