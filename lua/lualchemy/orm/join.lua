--- la.join and la.outerjoin along relationships: la.join(User, Post, User.posts).
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local joins = require "lualchemy.orm.joins"
require "lualchemy.sql.selectable"

local KEYWORDS = {isouter = true, full = true, onclause = true}

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

local function joiner(plain, outer)
  return function(left, right, onclause, ...)
    if select("#", ...) == 0 and core.without_orm(left, right, onclause) then return plain(left, right, onclause) end
    local p, o = args.take("join", KEYWORDS, onclause, ...)
    local given = onclause
    onclause = p[1]
    if onclause == nil then onclause = o.onclause end
    local node, relation = core.element(left), core.element(onclause)
    if not node or not relation or core.kind(relation) ~= "RELATION" then
      return of_class(plain(left, right, given, ...))
    end
    local isouter = outer or p[2] or o.isouter
    return along(node, right, relation, isouter and true or false, (p[3] or o.full) and true or false)
  end
end

local join, outerjoin = joiner(core.join, false), joiner(core.outerjoin, true)
core.methods({"JOIN", "ENTITY", "ALIAS", "SUBQUERY", "TABLE"}, {join = join, outerjoin = outerjoin})

return {public = {join = join, outerjoin = outerjoin}}
