--- Of what classes the objects of a relationship may be.
local err = require "lualchemy.error"
local state = require "lualchemy.orm.state"

local accepts = {}

local function class_text(mapper) return "<class '" .. mapper.class_name .. "'>" end

--- Refuses an object that a cascade reaches and that is of another class.
function accepts.cascaded(prop, obj)
  local mapper = state.mapper(obj)
  if mapper == prop.mapper or mapper:isa(prop.mapper) then return end
  err.raise("InvalidRequestError", "Attribute '%s' on class '%s' doesn't handle objects of type '%s'", prop.key,
    class_text(prop.parent), class_text(mapper))
end

--- Refuses an object that a flush would write into a relationship which does not load it as what it is.
function accepts.flushed(prop, obj)
  local mapper, wanted = state.mapper(obj), prop.mapper
  if mapper == wanted then return end
  local fits = mapper:isa(wanted)
  if fits and (wanted.polymorphic_on ~= nil or not prop.enable_typechecks) then return end
  local given, expected = class_text(mapper), class_text(wanted)
  local hint = (" If %s is a subclass of %s, configure mapper \"%s\" to load this subtype polymorphically, or set "
    .. "enable_typechecks=False to allow any subtype to be accepted for flush. ")
    :format(given, expected, tostring(wanted))
  err.raise("FlushError", "Attempting to flush an item of type %s as a member of collection \"%s\". Expected an object "
    .. "of type %s or a polymorphic subclass of this type.%s", given, tostring(prop), expected, fits and hint or "")
end

return accepts
