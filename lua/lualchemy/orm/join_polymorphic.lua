--- Attributes of subclasses in a statement about a class that is selected from a FROM of its own
-- (with_polymorphic = {"*", selectable}): they are columns of that FROM.
local adapt = require("lualchemy.sql.adapt").adapt
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"

--- The entities that expressions are about.
local function entities_in(nodes, note)
  for _, node in ipairs(nodes) do
    if core.has_orm(node) then
      core.replace(node, function(n)
        local kind = core.kind(n)
        if kind == "ENTITY" then
          note(n)
        elseif kind == "ATTRIBUTE" and core.has(n, "entity") then
          note(core.get(n, "entity"))
        end
        local leaf = kind == "ENTITY" or kind == "ATTRIBUTE" or core.category(n) == "STATEMENT"
        return leaf and n or nil
      end)
    end
  end
end

--- The classes above of subclasses, by their mappers; nil where there are none.
local function bases(self, stmt)
  local found
  local function note(entity)
    local mapper = core.get(entity, "mapper")
    local own = mapper and rawget(mapper, "with_polymorphic")
    if not own or not own[2] or entities.is_alias(entity) then return end
    found = found or {}
    for _, m in ipairs(mapper:polymorphic_mappers()) do
      if m ~= mapper then found[m] = found[m] or entity end
    end
  end
  entities_in(core.get(stmt, "raw_columns"), note)
  for _, from in ipairs(self.froms) do entities_in({from}, note) end
  return found
end

local CLAUSES = {"where", "order_by", "group_by", "having"}

--- The statement, its criteria in terms of the FROMs of such classes.
return function(self, stmt)
  local found = bases(self, stmt)
  if not found then return stmt end
  local fields = {}
  local function replace(n)
    local entity = core.kind(n) == "ATTRIBUTE" and core.has(n, "entity") and core.get(n, "entity")
    local base = entity and not entities.is_alias(entity) and found[core.get(entity, "mapper")]
    if not base then return nil end
    local own = core.get(n, "expr")
    local expr = adapt(own, entities.selectable(base), {equivalents = entities.mapper(entity):equivalent_columns()})
    return expr ~= own
      and core.new("ATTRIBUTE", {entity = base, key = core.get(n, "key"), expr = expr, type = core.get(n, "type")})
      or nil
  end
  for _, name in ipairs(CLAUSES) do
    local list = core.get(stmt, name)
    for i, node in ipairs(list) do list[i] = core.has_orm(node) and core.replace(node, replace, true) or node end
    fields[name] = list
  end
  return core.with(stmt, fields)
end
