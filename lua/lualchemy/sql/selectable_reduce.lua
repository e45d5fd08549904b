--- Which of some columns repeat others: what foreign keys and equalities say.
local core = require "lualchemy.core"

local EQ = core.ops.eq

--- The column that a foreign key refers to, or nil.
local function referred(fk)
  local ok, column = pcall(core.schema.fk_column, fk)
  return ok and column or nil
end

local function name_of(column) return core.expr_name(column) end

--- Does a foreign key of what `column` stands for refer to one of the others?
local function refers(column, columns, only_synonyms)
  for _, origin in ipairs(core.lineage(column)) do
    local keys = core.kind(origin) == "COLUMN" and origin.foreign_keys or {}
    for _, fk in ipairs(keys) do
      local target = referred(fk)
      for _, other in ipairs(target and columns or {}) do
        local synonym = not only_synonyms or name_of(other) == name_of(column)
        if other ~= column and synonym and core.shares_lineage(target, other) then return true end
      end
    end
  end
  return false
end

--- All equalities in some clauses, outermost first.
local function equalities(clauses)
  local out, todo = {}, {}
  for i = #clauses, 1, -1 do todo[#todo + 1] = clauses[i] end
  while #todo > 0 do
    local node = table.remove(todo)
    if core.kind(node) == "BINARY" and core.get(node, "op") == EQ then out[#out + 1] = node end
    local category = core.category(node)
    local children = (category == "EXPR" or core.kind(node) == "JOIN") and core.kind(node) ~= "COLUMN"
      and core.children(node) or {}
    for i = #children, 1, -1 do todo[#todo + 1] = children[i] end
  end
  return out
end

local function stands_for(columns, omitted, node)
  for _, column in ipairs(columns) do
    if not omitted[column] then
      for _, origin in ipairs(core.lineage(column)) do
        if origin == node then return true end
      end
    end
  end
  return false
end

--- Leaves out the last of the columns that is the same as the right side of an equality.
local function omit_equal(columns, omitted, binary, only_synonyms)
  local left, right = core.get(binary, "left"), core.get(binary, "right")
  if not (stands_for(columns, omitted, left) and stands_for(columns, omitted, right)) then return end
  for i = #columns, 1, -1 do
    local column = columns[i]
    local synonym = not only_synonyms or name_of(column) == name_of(left)
    if synonym and core.shares_lineage(column, right) then
      omitted[column] = true
      return
    end
  end
end

local function has(list, x)
  for _, y in ipairs(list) do
    if x == y then return true end
  end
  return false
end

--- @param all any[] columns and texts
--- @param clauses any[] conditions and FROMs
--- @return any[]
return function(all, clauses, only_synonyms)
  local columns, omitted, out = {}, {}, {}
  for _, c in ipairs(all) do
    if core.kind(c) ~= "TEXT" then columns[#columns + 1] = c end
  end
  for _, c in ipairs(columns) do
    if refers(c, columns, only_synonyms) then omitted[c] = true end
  end
  for _, binary in ipairs(equalities(clauses)) do omit_equal(columns, omitted, binary, only_synonyms) end
  for _, c in ipairs(all) do
    if not omitted[c] and not has(out, c) then out[#out + 1] = c end
  end
  return out
end
