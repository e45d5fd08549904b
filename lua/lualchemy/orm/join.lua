--- la.join and la.outerjoin along relationships: la.join(User, Post, User.posts).
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local joins = require "lualchemy.orm.joins"
require "lualchemy.sql.selectable"

local function flag(x) return x ~= nil and x ~= false and x ~= core.null end

--- The entity that the join goes out from: that of the relationship where it is on the left, else the left side itself.
local function source_of(left, relation)
  local source = core.get(relation, "entity")
  if joins.holds(left, source) or core.kind(left) ~= "ENTITY" then return source end
  return left
end

local function along(left, right, relation, outer, full)
  local target = entities.of(right) or core.get(relation, "of_type") or core.get(relation, "prop").entity
  return joins.along(nil, left, relation, source_of(left, relation), target, outer, full)
end

--- The join with what its right side, a class of single-table inheritance, adds to the condition; a class that lies in
-- several tables is a join in parentheses there.
local function of_class(join)
  local right = core.get(join, "right")
  local extra = joins.single_criteria(right)
  if #extra > 0 then join = core.with(join, {onclause = joins.and_(core.get(join, "onclause"), extra)}) end
  if core.kind(right) ~= "ENTITY" or core.kind(entities.selectable(right)) ~= "JOIN" then return join end
  return core.with(join, {right = core.new("FROM_GROUPING", {element = right})})
end

--- left JOIN right; an onclause that is a relationship is the way from the one to the other.
local function joined(left, right, onclause, isouter, full)
  isouter, full = flag(isouter), flag(full)
  if core.without_orm(left, right, onclause) then return core.join(left, right, onclause, isouter, full) end
  local node, relation = core.element(left), core.element(onclause)
  if not node or not relation or core.kind(relation) ~= "RELATION" then
    return of_class(core.join(left, right, onclause, isouter, full))
  end
  return along(node, right, relation, isouter, full)
end

local public = args.by_name({
  join = joined,
  outerjoin = function(left, right, onclause, full) return joined(left, right, onclause, true, full) end,
}, {join = "left right onclause isouter full", outerjoin = "left right onclause full"})
core.methods({"JOIN", "ENTITY", "ALIAS", "SUBQUERY", "TABLE"}, public)

return {public = public}
