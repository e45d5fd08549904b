--- la.synonym_for: a synonym that is read by a function, or by a descriptor.
local hybrid = require "lualchemy.ext.hybrid"
local synonym = require("lualchemy.orm.synonym").public.synonym

--- A synonym of the attribute `name` that is read by what is given then.
local function synonym_for(name, mapped)
  if type(mapped) == "table" then mapped = mapped.map_column end
  local function expr(class) return class[name] end
  return function(given)
    if type(given) == "function" then given = hybrid.hybrid_property{get = given, expr = expr} end
    return synonym{name, map_column = mapped, descriptor = given}
  end
end

return {synonym_for = synonym_for}
