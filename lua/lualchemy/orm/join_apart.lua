--- Joins of classes whose tables are there already: the alias that is made of the class, and what becomes one of its.
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local err = require "lualchemy.error"

local join_apart = {}

--- A FROM and what it is joined of, as a set of their numbers; a class is what it is selected from.
local function surface(from, out)
  local kind = core.kind(from)
  if kind == "ENTITY" then return surface(entities.selectable(from), out) end
  out[core.id(from)] = true
  if kind == "JOIN" then
    surface(core.get(from, "left"), out)
    surface(core.get(from, "right"), out)
  elseif kind == "FROM_GROUPING" then
    surface(core.get(from, "element"), out)
  end
  return out
end

local function overlap(a, b)
  local set = surface(a, {})
  for id in pairs(surface(b, {})) do
    if set[id] then return true end
  end
  return false
end

local function selectable(node)
  return core.kind(node) == "ENTITY" and entities.selectable(node) or node
end

--- Is what the entity selects from part of the FROM as a whole?
function join_apart.is_within(from, entity)
  return surface(from, {})[core.id(selectable(entity))] == true
end

--- Only what lies in several tables is looked for.
local function is_there(self, mapper, left, target)
  if core.kind(mapper.persist_selectable) ~= "JOIN" and not mapper.with_polymorphic then return false end
  for _, from in ipairs(self.froms) do
    if overlap(left, from) and overlap(from, target) then return true end
  end
  return false
end

--- From now on expressions about the class, or about tables that its hierarchy shares with it, are about the alias.
local function note(self, mapper, target, alias)
  self.replaced = self.replaced or {mappers = {}, tables = {}, entities = {}}
  self.replaced.entities[core.id(target)], self.stands_for[core.id(alias)] = alias, target
  local mappers = {mapper}
  for _, sub in ipairs(mapper:polymorphic_mappers()) do mappers[#mappers + 1] = sub end
  for _, one in ipairs(mappers) do
    self.replaced.mappers[one] = alias
    while one do
      self.replaced.tables[core.id(one.local_table)] = alias
      one = one.inherits
    end
  end
end

--- The target of a join, or an alias of it where a table of it is there already.
function join_apart.target(self, left, target)
  if core.kind(target) ~= "ENTITY" or entities.is_alias(target) then return target end
  local mapper = entities.mapper(target)
  if not is_there(self, mapper, left, target) then return target end
  if selectable(left) == selectable(target) then
    err.raise("InvalidRequestError", "Can't join table/selectable '%s' to itself",
      core.from_description(selectable(left)))
  end
  local alias = entities.new_alias(mapper, nil, {flat = true})
  err.warn(("An alias is being generated automatically against joined entity %s due to overlapping tables.  "
    .. "This is a legacy pattern which may be deprecated in a later release.  Use the "
    .. "aliased(<entity>, flat=True) construct explicitly, see the linked example."):format(tostring(mapper)),
      nil, "xaj2")
  note(self, mapper, target, alias)
  return alias
end

--- The alias that an attribute is about: that of its class, or of its table if one class inherits from the other.
local function alias_of(replaced, attribute)
  local entity = core.get(attribute, "entity")
  local mapper = core.get(entity, "mapper")
  local alias = not entities.is_alias(entity) and replaced.mappers[mapper]
  if alias then return alias end
  local expr = core.get(attribute, "expr")
  local from = core.kind(expr) == "COLUMN" and core.get(expr, "table")
  alias = from and replaced.tables[core.id(from)]
  local other = alias and core.get(alias, "mapper")
  return other and (mapper:isa(other) or other:isa(mapper)) and alias
end

--- An expression about classes that were joined as aliases.
function join_apart.adapt(self, node)
  local replaced = self.replaced
  if not replaced then return node end
  return core.replace(node, function(n)
    if core.kind(n) == "ENTITY" then return replaced.entities[core.id(n)] end
    if core.kind(n) ~= "ATTRIBUTE" or not core.has(n, "entity") then return nil end
    local alias = alias_of(replaced, n)
    return alias and core.new("ATTRIBUTE", {entity = alias, key = core.get(n, "key"),
      expr = entities.adapt(alias, core.get(n, "expr")), type = core.get(n, "type")})
  end)
end

--- The same of a whole statement: its columns, criteria, groups and order.
function join_apart.adapt_statement(self, stmt)
  if not self.replaced then return stmt end
  local fields = {}
  for _, name in ipairs{"raw_columns", "where", "order_by", "group_by", "having"} do
    local list = core.get(stmt, name)
    for i, node in ipairs(list) do list[i] = join_apart.adapt(self, node) end
    fields[name] = list
  end
  return core.with(stmt, fields)
end

return join_apart
