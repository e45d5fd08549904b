--- What statements tell of their columns and entities: column_descriptions of a SELECT ({name, type, aliased, expr,
-- entity} for each column that it gives), entity_description and returning_column_descriptions of INSERTs and others.
local core = require "lualchemy.core"
local dml = require "lualchemy.sql.dml_descriptions"
local entities = require "lualchemy.orm.entities"

--- The entity that an expression is of: that of the first mapped attribute in it, the outer ones before the inner.
-- Not of those within a SELECT.
local function entity_of(node)
  local kind = core.kind(node)
  if kind == "ENTITY" then return node end
  local level = kind == "BUNDLE" and core.get(node, "exprs") or {node}
  while level[1] do
    local below = {}
    for _, one in ipairs(level) do
      if core.has(one, "entity") and core.get(one, "entity") then return core.get(one, "entity") end
      for _, child in ipairs(core.children(one)) do
        local category = core.category(child)
        if category ~= "STATEMENT" and category ~= "FROM" then below[#below + 1] = child end
      end
    end
    level = below
  end
end

--- What the user calls the entity: the class, or the alias.
local function public(entity)
  if entities.is_alias(entity) then return entities.wrap(entity) end
  return entities.mapper(entity).class_
end

local NAMED = {ENTITY = true, BUNDLE = true}

--- The columns that a SELECT writes for one of its raw columns.
local function columns_of(stmt, node)
  if core.category(node) ~= "FROM" then return {node} end
  return core.selected(core.with(stmt, {raw_columns = {node}}))
end

--- Gives the names that result columns get, one after the other: those of a SELECT of the expressions alone.
local function namer(stmt)
  local expressions = {}
  for _, node in ipairs(core.get(stmt, "raw_columns")) do
    if not NAMED[core.kind(node)] then expressions[#expressions + 1] = node end
  end
  local names = expressions[1] and core.columns(core.with(stmt, {raw_columns = expressions})):keys() or expressions
  local at = 0
  return function(column)
    if core.kind(column) == "TEXT" then return nil end
    at = at + 1
    return names[at]
  end
end

--- How a Query calls an expression: by its key, where it has one.
local function legacy_name(node)
  local kind = core.kind(node)
  if kind == "ATTRIBUTE" or kind == "COLUMN" then return core.get(node, "key") end
  if kind == "LABEL" then return core.get(node, "name") end
end

local function of_entity(node)
  if core.kind(node) == "BUNDLE" then
    local entity = entity_of(node)
    return {name = core.get(node, "name"), aliased = entity ~= nil and entities.is_alias(entity), expr = node,
      entity = entity and public(entity)}
  end
  return {name = core.get(node, "name"), type = entities.mapper(node).class_, aliased = entities.is_alias(node),
    expr = public(node), entity = public(node)}
end

local function of_expression(node, name)
  local entity = entity_of(node)
  return {name = name, type = core.expr_type(node), aliased = entity ~= nil and entities.is_alias(entity), expr = node,
    entity = entity and public(entity)}
end

local function describe(stmt, legacy)
  local out, name_of = {}, legacy and legacy_name or namer(stmt)
  for _, node in ipairs(core.get(stmt, "raw_columns")) do
    if NAMED[core.kind(node)] then
      out[#out + 1] = of_entity(node)
    else
      for _, column in ipairs(columns_of(stmt, node)) do
        out[#out + 1] = of_expression(column, name_of(column))
      end
    end
  end
  return out
end

--- What an INSERT, UPDATE or DELETE is about: a class, or a table.
local function about(stmt)
  local target = core.get(stmt, "table")
  if core.kind(target) ~= "ENTITY" then return dml.about(stmt) end
  local mapper, entity = entities.mapper(target), public(target)
  return {name = core.get(target, "name"), type = mapper.class_, expr = entity, entity = entity,
    table = mapper.local_table}
end

local function of_returning(stmt)
  local out = dml.returned(stmt)
  for _, description in ipairs(out) do
    local entity = entity_of(description.expr)
    if entity then description.aliased, description.entity = entities.is_alias(entity), public(entity) end
  end
  return out
end

local plain = require("lualchemy.sql.selectable_select").descriptions
core.getters({"SELECT"}, {
  column_descriptions = function(stmt) return core.has_orm(stmt) and describe(stmt) or plain(stmt) end,
})
core.getters({"INSERT", "UPDATE", "DELETE"}, {
  entity_description = about,
  returning_column_descriptions = of_returning,
})

return {describe = describe}
