--- What a SELECT shows of an attribute whose expression has no name (a hybrid's).
--
-- It has the attribute's name where the expression speaks of a class, other than in SELECTs within, and no column
-- before has that name; else it stays without one: `anon_1`.
local core = require "lualchemy.core"

local STYLE_TABLENAME_PLUS_COL = require("lualchemy.sql.selectable").LABEL_STYLE_TABLENAME_PLUS_COL

local unnamed = {}

--- Is there an attribute of a class in it?
local function of_class(node)
  local found = false
  core.replace(node, function(n)
    local kind, category = core.kind(n), core.category(n)
    if kind == "ATTRIBUTE" or kind == "RELATION" then found = true end
    if found or category == "STATEMENT" or category == "FROM" then return n end
  end, true)
  return found
end

local function name_of(node)
  local kind = core.kind(node)
  while kind == "ATTRIBUTE" do
    node = core.get(node, "expr")
    kind = core.kind(node)
  end
  if kind == "LABEL" or kind == "COLUMN" then return core.get(node, "name") end
end

local function taken(self, key)
  for _, column in ipairs(self.columns) do
    if name_of(column) == key then return true end
  end
  return false
end

--- @param self Rewriting
--- @param node any the attribute
--- @param inner any its expression
function unnamed.element(self, node, inner, key)
  if self.keyed or self.only and not core.has_orm(inner) then return node:label(key) end
  if not of_class(inner) then return inner end
  if self.style ~= STYLE_TABLENAME_PLUS_COL and taken(self, key) then return inner:label(nil) end
  return node:label(key)
end

return unnamed
