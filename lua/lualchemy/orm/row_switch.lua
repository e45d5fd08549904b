--- A new object whose key one of the session has already.
local compat = require "lualchemy.compat"
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

return row_switch
