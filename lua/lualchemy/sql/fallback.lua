--- What a SQL construct answers to a name that its kind does not know: what its type adds, or an error that teaches.
local core = require "lualchemy.core"
local comparator = require "lualchemy.sql.comparator"
local err = require "lualchemy.error"

local function names_of(node, expr)
  local names = core.names(node)
  for _, name in ipairs(expr and comparator.names(node) or {}) do names[#names + 1] = name end
  return names
end

local function answer(node, key)
  local expr = core.category(node) == "EXPR"
  if expr then
    local fn, getter = comparator.find(node, key)
    if fn then return getter and fn(node) or fn end
  end
  local near = type(key) == "string" and err.nearest(key, names_of(node, expr))
  local kind = core.kind(node):lower():gsub("_", " ")
  err.raise("InvalidRequestError", "a %s has no attribute '%s'%s", kind, tostring(key),
    near and ("; did you mean '" .. near .. "'?") or "")
end

core.fallback(answer)

return answer
