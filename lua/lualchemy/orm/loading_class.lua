--- Which class of a hierarchy a row's discriminator tells.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local identity = require "lualchemy.orm.identity"

local NULL = core.null
local class_of = {}

--- @param raw any the row's identity
local function not_loadable(plan, raw, why, ...)
  err.raise("InvalidRequestError", "Row with identity key %s can't be loaded into an object; the polymorphic "
    .. "discriminator column '%s' " .. why, identity.text(plan.mapper, raw), tostring(plan.mapper.polymorphic_on), ...)
end

--- The mapper that the value of a discriminator names.
--- @param raw any the row's identity
function class_of.value(plan, value, raw)
  local mapper = plan.mapper
  local map = mapper.polymorphic_map
  if next(map) == nil then return mapper end
  if value == NULL then not_loadable(plan, raw, "is NULL") end
  local found = map[value]
  if not found then
    err.raise("AssertionError", "No such polymorphic_identity %s is defined", type(value) == "string"
      and "'" .. value .. "'" or tostring(value))
  end
  if found ~= mapper and not found:isa(mapper) then
    not_loadable(plan, raw, "refers to %s, which is not a sub-mapper of the requested %s", tostring(found),
      tostring(mapper))
  end
  return found
end

function class_of.row(plan, row, raw)
  if not plan.discriminator then return plan.mapper end
  local value = row[plan.discriminator]
  if value == nil then value = NULL end
  return class_of.value(plan, value, raw)
end

return class_of
