--- Statements and expressions about another FROM: each column becomes the one that stands for it there.
local core = require "lualchemy.core"

local NONE = {}

--- The column of `columns` that stands for an expression: itself, one of equal value, one of its name.
local function find(columns, node, o, seen)
  if o.anonymous and core.kind(node) ~= "COLUMN" then return nil end
  local found = columns:corresponding_column(node, true)
  if found or core.kind(node) ~= "COLUMN" then return found end
  seen = seen or {}
  seen[node] = true
  for _, other in ipairs(o.equivalents and o.equivalents[node] or NONE) do
    found = not seen[other] and find(columns, other, o, seen)
    if found then return found end
  end
  return o.by_name and core.columns_find(columns, core.get(node, "name")) or nil
end

local adapt

--- A label of what has changed is another label: a new, anonymous one.
local function adapt_label(label, selectable, o)
  local element = core.get(label, "element")
  local now = adapt(element, selectable, o)
  if now == element then return label end
  return (o.anonymous or o.relabel) and now:label(nil) or nil
end

--- The key of an ATTRIBUTE without entity around an expression that is not adapted.
local SETTLED = "!"

--- The expression, never to be adapted to another FROM.
local function settle(expression)
  return core.new("ATTRIBUTE", {key = SETTLED, expr = expression, type = core.get(expression, "type")})
end

local function is_settled(node)
  return core.kind(node) == "ATTRIBUTE" and core.get(node, "key") == SETTLED and not core.has(node, "entity")
end

--- @class AdaptOptions
--- @field equivalents? table<any, any[]> columns that have the same value
--- @field by_name? boolean a column that is not there becomes the one of its name
--- @field anonymous? boolean columns only; labels of what changes become anonymous
--- @field outside? boolean subqueries in FROM stay as they are
--- @field relabel? boolean labels of what changes become anonymous

--- What stands for one node in terms of a FROM with these columns, or nil.
local function replacement(n, selectable, columns, o)
  local category = core.category(n)
  if category == "FROM" then
    if n == selectable or core.is_derived_from(selectable, n) then return selectable end
    if o.outside and core.kind(n) == "SUBQUERY" then return n end
    return core.kind(n) == "ALIAS" and core.kind(core.get(n, "element")) == "TABLE" and n or nil
  end
  if category ~= "EXPR" or core.kind(n) == "BIND" then return nil end
  if is_settled(n) then return n end
  return find(columns, n, o) or (core.kind(n) == "LABEL" and adapt_label(n, selectable, o)) or nil
end

--- @param node any
--- @param selectable any the FROM to be about; what it is made from is replaced by it
--- @param o? AdaptOptions
--- @return any
function adapt(node, selectable, o)
  local columns = core.columns(selectable)
  o = o or NONE
  return core.replace(node, function(n) return replacement(n, selectable, columns, o) end)
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

return {adapt = adapt, settle = settle, replacement = replacement}
