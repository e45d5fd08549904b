--- t.c: what it says to a name that no column has, and how it prints.
local core = require "lualchemy.core"
local err = require "lualchemy.error"

core.columns_fallback(function(columns, key)
  local names = core.columns_methods.keys(columns)
  for name in pairs(core.columns_methods) do names[#names + 1] = name end
  local near = type(key) == "string" and err.nearest(key, names)
  err.raise("InvalidRequestError", "%s has no column '%s'%s", core.from_description(core.columns_parent(columns)),
    tostring(key), near and ("; did you mean '" .. near .. "'?") or "")
end)

--- The columns as SQL, for people.
local function text(columns)
  local parts = {}
  for i, column in ipairs(core.columns_methods.values(columns)) do parts[i] = tostring(column) end
  return "ReadOnlyColumnCollection(" .. table.concat(parts, ", ") .. ")"
end

core.columns_tostring(text)
