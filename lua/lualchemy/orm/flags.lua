--- What la.inspect() calls a thing: is_mapper, is_attribute …, one of them true.
local NAMES = {"is_mapper", "is_attribute", "is_property", "is_instance", "is_aliased_class", "is_bundle",
  "is_selectable"}

local flags = {}

--- The flags of a kind by name.
--- @param own string the one that is true
function flags.of(own)
  local out = {}
  for _, name in ipairs(NAMES) do out[name] = name == own end
  return out
end

--- The same as functions that answer them.
function flags.getters(own)
  local out = {}
  for name, value in pairs(flags.of(own)) do out[name] = function() return value end end
  return out
end

return flags
