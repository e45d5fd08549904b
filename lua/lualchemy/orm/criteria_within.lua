--- with_loader_criteria() and the statements that a statement selects from: they lost the names of the ORM when they
-- became FROMs; a mark among their options tells which classes' rows they read.
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"

local within = {}

--- An OPTION that is no loader option: where (classes whose conditions belong to the WHERE), on (to the ON of the JOIN
--- that they are the right side of). One for the same classes, so that statements alike are known again.
local function mark_of(where, on)
  local ids = {}
  for _, entity in ipairs(where) do ids[#ids + 1] = tostring(core.id(entity)) end
  for _, entity in ipairs(on) do ids[#ids + 1] = "on " .. tostring(core.id(entity)) end
  local key = table.concat(ids, ",")
  local collected = entities.mapper(where[1] or on[1]).collected
  collected.marks = collected.marks or {}
  local known = collected.marks[key]
  if not known then
    known = core.new("OPTION", {key = "classes " .. key, object = {of_session = true, where = where, on = on}})
    collected.marks[key] = known
  end
  return known
end

local function classes(list)
  local out = {}
  for _, entity in ipairs(list) do
    if core.kind(entity) == "ENTITY" and not entities.is_alias(entity) then out[#out + 1] = entity end
  end
  return out
end

--- The options of a statement that becomes a FROM.
--- @param left any[] the entities that it selects from
--- @param joined any[] those that are joined to them
function within.marks(left, joined)
  local where, on = classes(left), classes(joined)
  if not where[1] and not on[1] then return nil end
  return {mark_of(where, on)}
end

local function mark_in(select)
  for _, node in ipairs(core.has(select, "options") and core.get(select, "options") or {}) do
    local object = core.get(node, "object")
    if type(object) == "table" and object.where then return object end
  end
end

--- The conditions for these entities, of all criteria but those that stand in one themselves.
--- @param standing table which of the criteria these are
--- @param note fun(criterion: table, condition: any)
local function conditions(criteria, list, standing, note)
  local out = {}
  for _, entity in ipairs(list) do
    for _, c in ipairs(criteria) do
      local condition = not standing[c] and c:condition_for(entity) or nil
      if condition ~= nil then
        note(c, condition)
        out[#out + 1] = condition
      end
    end
  end
  return out
end

--- The FROMs with the conditions of what is joined.
local function with_joins(froms, on, conditions_of)
  local joins = require "lualchemy.orm.joins"
  for _, entity in ipairs(on) do
    local more, selectable = conditions_of{entity}, entities.selectable(entity)
    for i, from in ipairs(more[1] and froms or {}) do
      froms[i] = core.replace(from, function(node)
        if core.kind(node) ~= "JOIN" then return nil end
        local right = core.get(node, "right")
        if core.kind(right) == "FROM_GROUPING" then right = core.get(right, "element") end
        if right == selectable then
          return core.with(node, {onclause = joins.and_(core.get(node, "onclause"), more)}), true
        end
      end)
    end
  end
  return froms
end

--- The statement with conditions on the rows that statements in its FROMs read.
--- @param criteria any[] with_loader_criteria() options
function within.apply(statement, criteria)
  local holders = {} -- {[core.id of a SELECT in a condition] = {[the criterion that it is of] = true}}
  local function note(c, condition)
    core.replace(condition, function(node)
      if core.kind(node) ~= "SELECT" then return nil end
      local id = core.id(node)
      holders[id] = holders[id] or {}
      holders[id][c] = true
    end)
  end
  for _, c in ipairs(criteria) do
    if type(c.where) ~= "function" then note(c, c.where) end
  end
  return core.replace(statement, function(node)
    local mark = core.kind(node) == "SELECT" and node ~= statement and mark_in(node)
    if not mark then return nil end
    local standing = holders[core.id(node)] or {}
    local function conditions_of(list) return conditions(criteria, list, standing, note) end
    local where = core.get(node, "where")
    for _, condition in ipairs(conditions_of(mark.where)) do where[#where + 1] = condition end
    return core.with(node, {where = where, from_obj = with_joins(core.get(node, "from_obj"), mark.on, conditions_of)}),
      true
  end)
end

return within
