--- What INSERT, UPDATE and DELETE tell of what they are about and what they return.
local core = require "lualchemy.core"
local descriptions = {}

--- What the statement is about.
function descriptions.about(stmt)
  local target = core.get(stmt, "table")
  return {name = target.name, table = target}
end

--- Each expression of its RETURNING.
function descriptions.returned(stmt)
  local out = {}
  for i, expr in ipairs(core.selected(stmt)) do
    local name = core.has(expr, "key") and core.get(expr, "key")
      or core.kind(expr) == "LABEL" and core.get(expr, "name") or nil
    out[i] = {name = name, type = core.expr_type(expr), expr = expr}
  end
  return out
end

return descriptions
