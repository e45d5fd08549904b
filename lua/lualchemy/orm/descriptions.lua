--- column_descriptions of a SELECT: {name, type, aliased, expr, entity} for each column that it gives.
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"

local function entity_of(node)
  if core.kind(node) == "ENTITY" then return node end
  if core.kind(node) == "BUNDLE" then return entity_of(core.get(node, "exprs")[1]) end
  if (core.kind(node) == "ATTRIBUTE" or core.kind(node) == "RELATION") and core.has(node, "entity") then
    return core.get(node, "entity")
  end
end

local function name_of(node)
  local kind = core.kind(node)
  if kind == "ATTRIBUTE" or kind == "COLUMN" then return core.get(node, "key") end
  if kind == "ENTITY" or kind == "BUNDLE" or kind == "LABEL" then return core.get(node, "name") end
  if kind == "FUNCTION" then return core.get(node, "name") end
end

--- What the user calls the entity: the class, or the alias.
local function public(entity)
  if entities.is_alias(entity) then return entities.wrap(entity) end
  return entities.mapper(entity).class_
end

local function describe(stmt)
  local out = {}
  for i, node in ipairs(core.get(stmt, "raw_columns")) do
    local entity = entity_of(node)
    local is_entity = core.kind(node) == "ENTITY"
    out[i] = {
      name = name_of(node), aliased = entity ~= nil and entities.is_alias(entity),
      type = is_entity and entities.mapper(node).class_ or core.expr_type(node),
      expr = is_entity and public(node) or node, entity = entity and public(entity),
    }
  end
  return out
end

local plain = require("lualchemy.sql.selectable_select").descriptions
core.getters({"SELECT"}, {
  column_descriptions = function(stmt) return core.has_orm(stmt) and describe(stmt) or plain(stmt) end,
})

return {describe = describe}
