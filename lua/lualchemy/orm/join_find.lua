--- ON clauses from foreign keys: what joins two tables.
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local schema = core.schema
local join_find = {}

--- The tables within a FROM.
function join_find.tables(from, out)
  out = out or {}
  local kind = core.kind(from)
  if kind == "TABLE" then
    out[#out + 1] = from
  elseif kind == "JOIN" then
    join_find.tables(core.get(from, "left"), out)
    join_find.tables(core.get(from, "right"), out)
  elseif kind == "FROM_GROUPING" then
    join_find.tables(core.get(from, "element"), out)
  end
  return out
end

--- The columns of a FROM, as an array.
function join_find.columns(from)
  return core.columns(from):values()
end

--- How messages call a FROM.
function join_find.description(from)
  local kind = core.kind(from)
  if kind == "JOIN" then return ("Join object on %s(%s) and %s(%s)"):format(join_find.description(core.get(from, "left")), "0",
    join_find.description(core.get(from, "right")), "0") end
  local name = kind == "TABLE" and from.name or core.get(from, "name")
  return name and tostring(name) or kind
end

local function order_of(column)
  local spec = schema.spec_of(column)
  return spec and core.get(spec, "order") or 0
end

local function foreign_keys(from)
  local out = {}
  for _, column in ipairs(join_find.columns(from)) do
    for _, fk in ipairs(column.foreign_keys or {}) do out[#out + 1] = {fk = fk, parent = column, order = order_of(column)} end
  end
  for i, one in ipairs(out) do one.place = i end
  table.sort(out, function(a, b)
    if a.order ~= b.order then return a.order < b.order end
    return a.place < b.place
  end)
  return out
end

--- The column of `from` that the key refers to, or nil; tables that are not known yet are none.
local function referent(fk, from)
  local column = schema.fk_column_find(fk)
  if not column then return nil end
  if core.kind(from) == "TABLE" then return core.get(column, "table") == from and column or nil end
  return from:corresponding_column(column)
end

local function collect(a, b, only, found)
  for _, one in ipairs(foreign_keys(b)) do
    if not only or only[one.parent] then
      local column = referent(one.fk, a)
      if column then
        local constraint = core.get(one.fk, "constraint") or one.fk
        local pairs_ = found[constraint]
        if not pairs_ then
          pairs_ = {constraint = constraint}
          found[constraint] = pairs_
          found[#found + 1] = pairs_
        end
        pairs_[#pairs_ + 1] = {column, one.parent}
      end
    end
  end
end

local function keep(found, wanted)
  local out = {}
  for _, pairs_ in ipairs(found) do
    if wanted(pairs_) then out[#out + 1] = pairs_ end
  end
  return out
end

local function exactly(only)
  local n = 0
  for _ in pairs(only) do n = n + 1 end
  return function(pairs_)
    local elements = core.kind(pairs_.constraint) == "CONSTRAINT" and core.get(pairs_.constraint, "elements") or {}
    if #elements ~= n then return false end
    for _, fk in ipairs(elements) do
      if not only[core.get(fk, "parent")] then return false end
    end
    return true
  end
end

local function same_pairs(a, b)
  if #a ~= #b then return false end
  for i = 1, #a do
    if a[i][1] ~= b[i][1] or a[i][2] ~= b[i][2] then return false end
  end
  return true
end

local function trim(found, only)
  if only then found = keep(found, exactly(only)) end
  if #found > 1 then
    local all_same = true
    for i = 2, #found do all_same = all_same and same_pairs(found[1], found[i]) end
    if all_same then found = {found[1]} end
  end
  return found
end

--- The condition that joins a and b along a foreign key, in either direction.
--- @param only? table<any, boolean> the columns that count as foreign keys
--- @param a_subset? any the right side of a, looked at first
function join_find.condition(a, b, only, a_subset)
  local found = {}
  for _, left in ipairs(a_subset and {a_subset, a} or {a}) do
    collect(left, b, only, found)
    if left ~= b then collect(b, left, only, found) end
    if #found > 0 then break end
  end
  if #found > 1 then
    found = trim(found, only)
    if #found ~= 1 then
      err.raise("AmbiguousForeignKeysError", "Can't determine join between '%s' and '%s'; tables have more than one foreign key "
        .. "constraint relationship between them. Please specify the 'onclause' of this join explicitly.",
        join_find.description(a), join_find.description(b))
    end
  end
  if #found == 0 then
    err.raise("NoForeignKeysError", "Can't find any foreign key relationships between '%s' and '%s'.",
      join_find.description(a), join_find.description(b))
  end
  local conditions = {}
  for i, pair in ipairs(found[1]) do conditions[i] = pair[1]:eq(pair[2]) end
  if #conditions == 1 then return conditions[1] end
  return require("lualchemy").and_((table.unpack or unpack)(conditions)) -- luacheck: ignore 113
end

return join_find
