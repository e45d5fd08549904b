--- A new object whose key one of the session has already.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local identity = require "lualchemy.orm.identity"
local state = require "lualchemy.orm.state"

--- Has the row of an expired object gone? Then it leaves the session.
local function has_gone(session, obj)
  if not obj[1].expired then return false end
  local ok, e = compat.pcall(require("lualchemy.orm.lazy").refresh, obj)
  if ok then return false end
  if not err.exc.ObjectDeletedError:is(e) then error(e, 0) end
  session:_register_deleted(obj)
  return true
end

--- The object that is deleted by the same flush, in whose place a new one comes: its row is updated. Nil if there is
--- none; where the other is not deleted, the database will refuse the new one.
--- @return table?
local function row_switch(uow, obj)
  local mapper, values = state.mapper(obj), {}
  for i, column in ipairs(mapper.primary_key) do
    local value = rawget(obj, mapper.column_to_property[column].slot)
    if value == nil then return nil end
    values[i] = value
  end
  local raw = identity.raw(values, #values)
  local existing = raw ~= nil and identity.get(uow.session, mapper, raw)
  if not existing or existing == obj or has_gone(uow.session, existing) then return nil end
  if not uow:is_deleted(existing) then
    err.warn(("New instance %s with identity key %s conflicts with persistent instance %s"):format(state.describe(obj),
      identity.text(mapper, raw), state.describe(existing)))
    return nil
  end
  uow:only_list(existing)
  return existing
end

--- The slot of the key (0: it has several columns), and the identity map, false if it is empty; nil: not known.
local function keys_of(session, mapper)
  if session._shards then return nil end
  local map = session._identity[mapper.identity_mapper]
  local slot = mapper.primary_key[2] and 0 or mapper.column_to_property[mapper.primary_key[1]].slot
  return slot, map and next(map) ~= nil and map
end

--- Those among new objects whose keys others of the session have: {[object] = the other one, which goes}.
--- @param none table what is answered where there are none
return function(uow, new, none)
  local switched, at = none, 1
  while new[at] do
    local mapper = rawget(new[at], 1).mapper
    local slot, map = keys_of(uow.session, mapper)
    if slot and (slot > 0 or not map) then at = core.keyed(new, at, mapper, slot, map) end
    local obj = new[at]
    if obj and rawget(obj, 1).mapper == mapper then
      local existing = row_switch(uow, obj)
      if existing then
        if switched == none then switched = {} end
        switched[obj] = existing
      end
      at = at + 1
    end
  end
  return switched
end
