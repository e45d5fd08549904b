--- select().join(…): what is joined to what, by which condition.
local apart = require "lualchemy.orm.join_apart"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local err = require "lualchemy.error"
local join_check = require "lualchemy.orm.join_check"
local relate = require "lualchemy.orm.relate"

local joins = {}

local function contains(from, wanted)
  if from == wanted then return true end
  local kind = core.kind(from)
  if kind == "JOIN" then return contains(core.get(from, "left"), wanted) or contains(core.get(from, "right"),
    wanted) end
  if kind == "FROM_GROUPING" then return contains(core.get(from, "element"), wanted) end
  if kind == "ENTITY" and core.kind(wanted) == "ENTITY" then
    return core.get(from, "selectable") == core.get(wanted, "selectable")
  end
  if kind == "ENTITY" then return core.get(from, "selectable") == wanted end
  if core.kind(wanted) == "ENTITY" then return core.get(wanted, "selectable") == from end
  return false
end

--- Does the FROM hold the table of a mapper that `wanted` inherits from, or that inherits from it?
local function related(from, wanted)
  local kind = core.kind(from)
  if kind == "JOIN" then return related(core.get(from, "left"), wanted) or related(core.get(from, "right"), wanted) end
  if kind ~= "ENTITY" or core.kind(wanted) ~= "ENTITY" then return false end
  if entities.is_alias(from) or entities.is_alias(wanted) then return false end
  local a, b = entities.mapper(from), entities.mapper(wanted)
  return a:isa(b) or b:isa(a)
end

--- Is the entity part of that FROM?
function joins.holds(from, entity) return contains(from, entity) end

--- What a FROM is joined of, and it itself.
local function parts_of(from, out)
  out[#out + 1] = from
  if core.kind(from) == "JOIN" then
    parts_of(core.get(from, "left"), out)
    parts_of(core.get(from, "right"), out)
  end
  return out
end

--- Is a subquery or alias in the FROM made from one of these tables?
local function comes_from(from, parts)
  local kind = core.kind(from)
  if kind == "JOIN" then
    return comes_from(core.get(from, "left"), parts) or comes_from(core.get(from, "right"), parts)
  end
  if kind == "FROM_GROUPING" then return comes_from(core.get(from, "element"), parts) end
  if kind == "ENTITY" then from = core.get(from, "selectable") end
  for _, part in ipairs(parts) do
    if core.is_derived_from(from, part) then return true end
  end
  return false
end

local function find(self, wanted)
  for i, from in ipairs(self.froms) do
    if contains(from, wanted) then return i end
  end
  for i, from in ipairs(self.froms) do
    if related(from, wanted) then return i end
  end
  local parts, found = parts_of(core.kind(wanted) == "ENTITY" and entities.selectable(wanted) or wanted, {}), nil
  for i, from in ipairs(self.froms) do
    if comes_from(from, parts) then
      if found then
        err.raise("InvalidRequestError", "Can't identify which entity in which to assign the left side of this join.   "
          .. "Please use a more specific ON clause.")
      end
      found = i
    end
  end
  return found
end

--- The class among the columns that stands for `left`: itself, or one of its hierarchy.
local function selected_entity(self, left)
  for _, node in ipairs(self.selected) do
    if core.kind(node) == "ENTITY" and (contains(node, left) or related(node, left)) then return node end
  end
  return left
end

local function place_of(self, left)
  local at = find(self, left)
  if at then return at end
  self.froms[#self.froms + 1] = selected_entity(self, left)
  return #self.froms
end

--- The entities whose criteria belong to the WHERE: those of the columns and FROMs that were not joined to others.
function joins.left_entities(self)
  if not self.joined[1] and not self.froms[1] then return self.entities end
  local out, seen, joined = {}, {}, {}
  for _, entity in ipairs(self.joined) do joined[core.id(entity)] = true end
  local function add(entity)
    local id = core.id(entity)
    if not seen[id] and not joined[id] then
      seen[id] = true
      out[#out + 1] = entity
    end
  end
  local function walk(from)
    local kind = core.kind(from)
    if kind == "ENTITY" then
      add(from)
    elseif kind == "JOIN" then
      walk(core.get(from, "left"))
    elseif kind == "FROM_GROUPING" then
      walk(core.get(from, "element"))
    end
  end
  for _, entity in ipairs(self.entities) do add(entity) end
  for _, from in ipairs(self.froms) do walk(from) end
  return out
end

--- Puts the entity into the FROMs if it is not there.
function joins.ensure(self, entity)
  for _, from in ipairs(self.froms) do
    if contains(from, entity) then return end
  end
  self.froms[#self.froms + 1] = entity
end

local function grouped(node)
  local from = core.kind(node) == "ENTITY" and entities.selectable(node) or node
  if core.kind(from) == "JOIN" then return core.new("FROM_GROUPING", {element = node}) end
  return node
end

local function and_(a, list)
  local la = require "lualchemy.sql.api"
  local parts = {}
  if a ~= nil then parts[1] = a end
  for _, x in ipairs(list) do parts[#parts + 1] = x end
  if #parts == 1 then return parts[1] end
  return la.and_(require("lualchemy.compat").unpack(parts))
end
joins.and_ = and_

local function new_join(left, right, onclause, outer, full)
  onclause = core.self_group(onclause, core.ops.asbool)
  return core.new("JOIN", {left = left, right = grouped(right), onclause = onclause, isouter = outer, full = full})
end
joins.new_join = new_join

--- left JOIN target along a relationship.
function joins.along(self, left, relation, source, target, outer, full)
  local prop = core.get(relation, "prop")
  local from = not apart.is_within(left, source) and entities.of_tables(left) or nil
  local primary, second, secondary = relate.conditions(prop, source, target,
    core.get(relation, "secondary") or true, from)
  local extra = self and self:criteria(target, true) or joins.single_criteria(target)
  if core.has(relation, "criteria") then
    extra[#extra + 1] = joins.criteria_of(relation, target, secondary)
  end
  if not second then return new_join(left, target, and_(primary, extra), outer, full) end
  if outer then
    local inner = new_join(secondary, target, and_(second, extra), false, false)
    return core.new("JOIN", {left = left, right = core.new("FROM_GROUPING", {element = inner}), onclause = primary,
      isouter = 1, full = full})
  end
  return new_join(new_join(left, secondary, primary, outer, false), target, and_(second, extra), outer, full)
end

--- The condition that the rows are of a class of single-table inheritance, as a list.
function joins.single_criteria(target)
  if core.kind(target) ~= "ENTITY" or core.get(target, "settled") ~= 0 then return {} end
  local single = entities.mapper(target):single_table_criterion(entities.is_alias(target))
  return {single ~= nil and entities.adapt(target, single) or nil}
end

--- The condition of Relation:and_(…), for the entity that is joined and what stands for the secondary table.
function joins.criteria_of(relation, target, secondary)
  local prop = core.get(relation, "prop")
  local criteria, own = core.get(relation, "criteria"), prop.entity
  if target == own and secondary == prop.secondary then return criteria end
  local mapper = entities.mapper(target)
  return core.replace(criteria, function(node)
    local entity = core.kind(node) == "ATTRIBUTE" and core.get(node, "entity")
    if entity and entity == own then
      local mapped = mapper.props[core.get(node, "key")]
      return mapped and entities.attribute(target, mapped)
    end
    if entity and entities.is_alias(target) and entities.of_subclass(entity, mapper) then
      return entities.adapt(target, core.get(node, "expr"))
    end
    if secondary and core.kind(node) == "COLUMN" then
      return core.columns(secondary):corresponding_column(node, true)
    end
  end)
end

local function selectable(node)
  return core.kind(node) == "ENTITY" and core.get(node, "selectable") or node
end

local function can_join(left, right)
  local ok, found = pcall(core.can_join, selectable(left), selectable(right))
  return ok and found
end

--- Does the condition speak of these two FROMs alone?
local function covers(from, target, onclause)
  local a, b, all = core.columns(selectable(from)), core.columns(selectable(target)), true
  core.replace(onclause, function(node)
    while core.kind(node) == "ATTRIBUTE" do node = core.get(node, "expr") end
    if core.kind(node) ~= "COLUMN" then return nil end
    all = all and (a:contains_column(node) or b:contains_column(node))
  end)
  return all
end

local function candidates(froms, target, onclause)
  local found = {}
  for i, from in ipairs(froms) do
    local fits
    if onclause then
      fits = #froms == 1 or covers(from, target, onclause)
    else
      fits = selectable(from) ~= selectable(target) and can_join(from, target)
    end
    if fits then found[#found + 1] = i end
  end
  if #found > 0 or not onclause then return found end
  for i in ipairs(froms) do found[i] = i end
  return found
end

--- The one FROM that the target can be joined to.
local function choose_left(froms, target, onclause)
  local found = candidates(froms, target, onclause)
  if #found == 1 then return found[1] end
  if #found > 1 then
    err.raise("InvalidRequestError",
      "Can't determine which FROM clause to join from, there are multiple FROMS which can join to this "
      .. "entity. Please use the .select_from() method to establish an explicit left side, as well as "
      .. "providing an explicit ON "
      .. "clause if not "
      .. "present already to help resolve the ambiguity.")
  end
  err.raise("InvalidRequestError",
    "Don't know how to join to %s. Please use the .select_from() method to establish an explicit left side, "
    .. "as well as providing an explicit ON clause if not present already to help resolve the ambiguity.",
      join_check.describe(target))
end

--- What the columns are about, but for the target itself: what it may be joined to where nothing is selected from.
local function left_sides(self, target)
  local out = {}
  local function add(from)
    for _, known in ipairs(out) do
      if contains(known, from) then return end
    end
    if from ~= target and from ~= selectable(target) then out[#out + 1] = from end
  end
  for _, node in ipairs(self.selected) do
    local kind = core.kind(node)
    if kind == "ENTITY" then
      add(node)
    elseif (kind == "ATTRIBUTE" or kind == "RELATION") and core.has(node, "entity") then
      add(core.get(node, "entity"))
    else
      for _, from in ipairs(core.froms(node)) do add(from) end
    end
  end
  if #out == 0 then out[1] = target end
  return out
end

local function relation_target(relation, given)
  if given then return given end
  if core.has(relation, "of_type") then return core.get(relation, "of_type") end
  return relation:_filter_target()
end

--- Was the target joined along this relationship already?
local function is_joined(self, source, key, target)
  for _, edge in ipairs(self.edges) do
    if edge[1] == source and edge[2] == key and edge[3] == target then return true end
  end
  self.edges[#self.edges + 1] = {source, key, target}
  return false
end

local function join_relation(self, relation, given, spec)
  local source = core.get(relation, "entity")
  if core.has(spec, "from_") then join_check.from(core.get(spec, "from_"), source, relation) end
  local target = relation_target(relation, given)
  if core.kind(target) ~= "ENTITY" then
    target = entities.new_alias(entities.mapper(relation:_filter_target()), target)
  end
  join_check.apart(source, target)
  join_check.relation(relation, given, target, spec)
  if is_joined(self, source, core.get(relation, "key"), target) then return end
  local at = place_of(self, source)
  target = apart.target(self, source, target)
  self.joined[#self.joined + 1] = target
  self.froms[at] = joins.along(self, self.froms[at], relation, source, target, core.get(spec, "isouter") == 1,
    core.get(spec, "full") == 1)
end

--- The place of what is on the left side of a join to the target.
local function left_of(self, target, onclause, spec)
  if core.has(spec, "from_") then return place_of(self, core.get(spec, "from_")) end
  if #self.froms == 0 then
    local sides = left_sides(self, target)
    self.froms[1] = sides[choose_left(sides, target, onclause)]
    return 1
  end
  local others = {}
  for _, from in ipairs(self.froms) do
    if not contains(from, target) or #self.froms == 1 then others[#others + 1] = from end
  end
  if #others < #self.froms then self.froms = others end
  return choose_left(self.froms, target, onclause)
end

local function join_target(self, target, onclause, spec)
  local at = left_of(self, target, onclause, spec)
  local left = self.froms[at]
  target = apart.target(self, left, target)
  onclause = onclause and apart.adapt(self, onclause)
  if not onclause then onclause = core.get(core.join(selectable(left), selectable(target)), "onclause") end
  local extra = core.kind(target) == "ENTITY" and self:criteria(target) or {}
  self.joined[#self.joined + 1] = target
  self.froms[at] = new_join(left, target, and_(onclause, extra), core.get(spec, "isouter") == 1,
    core.get(spec, "full") == 1)
end

local function resolve_joins(self, specs)
  for _, spec in ipairs(specs) do
    local target, onclause = core.get(spec, "target"), core.get(spec, "onclause")
    if core.kind(target) == "RELATION" then
      join_relation(self, target, nil, spec)
    elseif onclause and core.kind(onclause) == "RELATION" then
      join_relation(self, onclause, target, spec)
    else
      join_target(self, target, onclause, spec)
    end
  end
end

--- Fills self.froms with the FROMs of the statement, its joins resolved; those made before with_only_columns() go out
-- from the columns that were there.
function joins.resolve(self)
  self.joined, self.stands_for, self.edges = {}, {}, {}
  local stmt = self.stmt
  if core.has(stmt, "from_obj") then self.froms = core.get(stmt, "from_obj") end
  for _, before in ipairs(core.has(stmt, "memoized") and core.get(stmt, "memoized") or {}) do
    self.selected = core.get(before, "raw_columns")
    resolve_joins(self, core.get(before, "setup_joins"))
  end
  if not core.has(stmt, "setup_joins") then return end
  self.selected = core.get(stmt, "raw_columns")
  resolve_joins(self, core.get(stmt, "setup_joins"))
end

return joins
