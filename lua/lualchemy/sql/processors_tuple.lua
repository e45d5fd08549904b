--- Functions that the values of a tuple pass through, member by member.
local core = require "lualchemy.core"

--- The function for tuples of a TUPLETYPE, or nil where no member's type has one.
--- @param bind fun(type: any, dialect: table): function|nil
return function(node, dialect, bind)
  local functions, any = {}, false
  local types = core.get(node, "labels")
  for i, t in ipairs(types) do
    functions[i] = bind(t, dialect) or false
    any = any or functions[i]
  end
  if not any then return nil end
  return function(tuple)
    if type(tuple) ~= "table" then return tuple end
    local out = {}
    for i = 1, math.max(#types, #tuple) do
      local fn, value = functions[i], tuple[i]
      if fn then
        if value == core.null then value = nil end
        value = fn(value)
      end
      if value == nil then value = core.null end
      out[i] = value
    end
    return out
  end
end
