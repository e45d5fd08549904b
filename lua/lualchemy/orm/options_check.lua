--- Loader options of a statement must begin at what it selects.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local option_tree = require "lualchemy.orm.option_tree"

local function is_alias(entity) return core.get(entity, "is_alias") == 1 end

--- Are options that begin at `start` about the entity?
local function fits(entity, start)
  if is_alias(entity) or is_alias(start) then return entity == start or option_tree.shares_rows(entity, start) end
  return core.get(entity, "mapper"):common_parent(core.get(start, "mapper"))
end

--- What the entity of a statement's column is called where it was not meant.
local function name_of(entity)
  local mapper = core.get(entity, "mapper")
  return is_alias(entity) and "aliased(" .. mapper.class_name .. ")" or tostring(mapper)
end

local function says_something(load)
  for _, step in ipairs(load.steps) do
    if step.strategy ~= "default" and step.targets[1] then return true end
  end
  return false
end

--- How messages call the strategies: those of relationships, and those of columns.
local OF_RELATIONSHIPS = {joined = "joined", selectin = "select in", subquery = "subquery", select = "lazy",
  immediate = "immediate", noload = "no", raise = "lazy", raise_on_sql = "lazy", contains_eager = "joined"}
local OF_COLUMNS = {defer = "deferred column", undefer = "column", load_only = "column"}

local function refuse(strategy, target, is, wanted)
  err.raise("LoaderStrategyException", "Can't apply \"%s loader\" strategy to property \"%s\", which is a \"%s\"; "
    .. "this loader strategy is intended to be used with a \"%s property\".", strategy, tostring(target),
    is, wanted)
end

--- Raises where a strategy of relationships is given to a column, or one of columns to a relationship.
local function check_strategies(load)
  for _, step in ipairs(load.steps) do
    for _, target in ipairs(step.targets) do
      local kind = core.is_node(target) and core.kind(target)
      if kind == "ATTRIBUTE" and OF_RELATIONSHIPS[step.strategy] and target.property ~= nil then
        refuse(OF_RELATIONSHIPS[step.strategy], target, "column property", "relationship")
      elseif kind == "RELATION" and OF_COLUMNS[step.strategy] then
        refuse(OF_COLUMNS[step.strategy], target, "relationship", "column")
      end
    end
  end
end

--- Raises where an option begins at a class that the statement does not select.
local function check(roots, stmt)
  if option_tree.are_empty(roots) then return end
  local selected = {}
  for _, node in ipairs(core.get(stmt, "raw_columns")) do
    if core.kind(node) == "ENTITY" then selected[#selected + 1] = node end
  end
  local loads = {}
  for _, node in ipairs(core.get(stmt, "options")) do
    local object = core.get(node, "object")
    if type(object) == "table" and object.steps and not object.tree then
      check_strategies(object)
      loads[#loads + 1] = object
    end
    local start = type(object) == "table" and object.steps and not object.tree and says_something(object)
      and option_tree.start_of(object)
    local found = not start or core.kind(start) ~= "ENTITY"
    for _, entity in ipairs(selected) do found = found or fits(entity, start) end
    if not found and not selected[1] then
      err.raise("ArgumentError", "Query has only expression-based entities; attribute loader options for %s can't be "
        .. "applied here.", name_of(start))
    elseif not found then
      local names = {}
      for i, entity in ipairs(selected) do names[i] = name_of(entity) end
      err.raise("ArgumentError", "Mapped class %s does not apply to any of the root entities in this query, e.g. %s. "
        .. "Please specify the full path from one of the root entities to the target attribute. ", name_of(start),
        table.concat(names, ", "))
    end
  end
  if loads[2] or loads[1] and loads[1].steps[2] then
    require("lualchemy.orm.option_conflicts")(loads, option_tree.start_of)
  end
end

return check
