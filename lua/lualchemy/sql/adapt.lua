--- Statements and expressions about another FROM: each column becomes the one that stands for it there.
local core = require "lualchemy.core"

--- @param node any
--- @param selectable any the FROM to be about; what it is made from is replaced by it
--- @return any
local function adapt(node, selectable)
  local columns = core.columns(selectable)
  return core.replace(node, function(n)
    local category = core.category(n)
    if category == "FROM" then
      if n == selectable or core.is_derived_from(selectable, n) then return selectable end
      return core.kind(n) == "ALIAS" and core.kind(core.get(n, "element")) == "TABLE" and n or nil
    end
    return category == "EXPR" and columns:corresponding_column(n, true) or nil
  end)
end

--- The same; a SELECT whose FROM becomes part of a join selects from the join.
local function replace_selectable(self, _, selectable)
  local new = adapt(self, selectable)
  if core.kind(self) ~= "SELECT" or core.kind(selectable) ~= "JOIN" then return new end
  for _, from in ipairs(core.froms(self)) do
    if core.is_derived_from(selectable, from) then return new:select_from(selectable) end
  end
  return new
end

core.methods({"SELECT", "COMPOUND", "FROM"}, {replace_selectable = replace_selectable})

return {adapt = adapt}
