--- Query:enable_eagerloads(false): a statement whose relationships are all read when they are asked for.
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"

local EAGER = {joined = true, selectin = true, subquery = true, immediate = true, contains_eager = true}

local function is_eager(option)
  local object = core.get(option, "object")
  for _, step in ipairs(type(object) == "table" and object.steps or {}) do
    if EAGER[step.strategy] then return true end
  end
  return false
end

--- @return any the SELECT
return function(stmt)
  local kept, la = {}, require("lualchemy.orm.options").public
  for _, option in ipairs(core.has(stmt, "options") and core.get(stmt, "options") or {}) do
    if not is_eager(option) then kept[#kept + 1] = option end
  end
  stmt = core.with(stmt, {options = kept})
  for _, node in ipairs(core.get(stmt, "raw_columns")) do
    for _, prop in ipairs(core.kind(node) == "ENTITY" and entities.mapper(node).relationships or {}) do
      if EAGER[prop.lazy] then stmt = stmt:options(la.lazyload(entities.attribute(node, prop))) end
    end
  end
  return stmt
end
