--- filter_by(): criteria by the names of columns and attributes.
local core = require "lualchemy.core"
local compat_unpack = require("lualchemy.compat").unpack
local err = require "lualchemy.error"

--- What filter_by() is about: what was joined last, else what is selected from, else what is selected first.
local function subject(self)
  local joins, froms = core.get(self, "setup_joins"), core.get(self, "from_obj")
  if joins[1] then return core.get(joins[#joins], "target") end
  return froms[1] or core.get(self, "raw_columns")[1]
end

--- The column of a table that an attribute stands for.
local function column_of(node)
  while core.kind(node) == "ATTRIBUTE" do node = core.get(node, "expr") end
  return core.kind(node) == "COLUMN" and node or nil
end

-- ---- where names are looked for ----

--- Adds the FROMs whose columns an expression is about, outermost first, at most so many.
local function add_namespaces(out, node, most)
  local todo, at, left = {node}, 1, most or math.huge
  local function add(from) out[#out + 1], left = from, left - 1 end
  while todo[at] and left > 0 do
    local n = todo[at]
    local kind = core.kind(n)
    at = at + 1
    if core.category(n) == "FROM" then add(n)
    elseif kind == "RELATION" then add(n:_filter_target())
    elseif kind == "COLUMN" and core.get(n, "table") then add(core.get(n, "table"))
    else
      for _, child in ipairs(kind == "COLUMN" and {} or core.children(n)) do todo[#todo + 1] = child end
    end
  end
  return out
end

local function first_namespace(node) return add_namespaces({}, node, 1)[1] end

--- All FROMs of a statement that names may be of, each once.
local function all_namespaces(self)
  local found, out, seen = {}, {}, {}
  local function joined(node)
    for _, join in ipairs(core.get(node, "setup_joins")) do
      found[#found + 1] = first_namespace(core.get(join, "target"))
    end
  end
  if core.kind(self) == "SELECT" then
    for _, node in ipairs(core.get(self, "raw_columns")) do add_namespaces(found, node) end
    for _, node in ipairs(core.get(self, "from_obj")) do add_namespaces(found, node) end
    for _, node in ipairs(core.get(self, "memoized")) do joined(node) end
    joined(self)
  else
    add_namespaces(found, core.get(self, "table"))
    for _, node in ipairs(core.get(self, "where")) do add_namespaces(found, node) end
  end
  for _, from in ipairs(found) do
    if not seen[core.id(from)] then
      seen[core.id(from)], out[#out + 1] = true, from
    end
  end
  return out
end

--- What a FROM has under the name, or nil.
local function find(namespace, key)
  if core.kind(namespace) == "ENTITY" then return namespace:_filter_key(key) end
  return core.columns_find(core.columns(namespace), key)
end

local function description(namespace)
  return core.from_description(core.kind(namespace) == "ENTITY" and core.get(namespace, "selectable") or namespace)
end

local function ambiguous(key, namespaces)
  local names = {}
  for i = 1, math.min(3, #namespaces) do names[i] = description(namespaces[i]) end
  if #namespaces > 3 then names[4] = ("... (%d total)"):format(#namespaces) end
  err.raise("AmbiguousColumnError", 'Attribute name "%s" is ambiguous; it exists in multiple FROM clause entities '
    .. "(%s). Use filter() with explicit column references instead of filter_by().", tostring(key),
    table.concat(names, ", "))
end

--- The column called key: of what filter_by() is about, else of the only FROM that has one.
--- @param statement any whose other FROMs may have it, too; nil: none
local function named(entity, key, statement)
  local namespace = entity and first_namespace(entity)
  local column = namespace and find(namespace, key)
  if column then return column end
  local ok, others = pcall(all_namespaces, statement)
  if not statement or not ok then others = {} end -- a join that can't be made has no other FROMs
  for _, other in ipairs(others) do
    local found = find(other, key)
    if found and column then ambiguous(key, others) end
    column = column or found
  end
  if column then return column end
  err.raise("InvalidRequestError", 'Entity namespace for "%s" has no property "%s"',
    namespace and core.kind(entity) ~= "COLUMN" and description(namespace) or tostring(entity), key)
end

--- {key = value, …} as conditions, in the order of the columns.
local function conditions(entity, values, statement)
  local keys, columns, out = {}, {}, {}
  for key in pairs(values) do
    keys[#keys + 1] = key
    columns[key] = named(entity, key, statement)
  end
  local function place(key)
    local column = column_of(columns[key])
    return column and core.get(column, "position") or 0
  end
  table.sort(keys, function(x, y)
    if place(x) ~= place(y) then return place(x) < place(y) end
    return x < y
  end)
  for i, key in ipairs(keys) do
    local value = values[key]
    if value == core.null then value = nil end
    out[i] = columns[key]:eq(value)
  end
  return out
end

--- Criteria by names: of what was joined last or is selected from, or of the only other FROM that has one of the name.
--- @param values table {name = value}
--- @param about any? what it is about, in the place of what was joined last
--- @param alone boolean? names of other FROMs are none
return function(self, values, about, alone)
  local entity = about or core.kind(self) == "SELECT" and subject(self) or core.get(self, "table")
  return self:where(compat_unpack(conditions(entity, values or {}, not alone and self or nil)))
end
