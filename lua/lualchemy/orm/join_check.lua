--- What a join along a relationship must not be.
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local err = require "lualchemy.error"

local join_check = {}

--- What messages call a FROM.
function join_check.describe(node)
  if core.kind(node) == "ENTITY" then return tostring(entities.mapper(node)) end
  return "<" .. core.from_description(node) .. ">"
end

--- The same for a left side: aliases are told from what they stand for.
local function name_of(node)
  if core.kind(node) == "ENTITY" and entities.is_alias(node) then
    return "aliased(" .. entities.mapper(node).class_name .. ")"
  end
  return join_check.describe(node)
end

--- Refuses a join of a FROM to itself.
function join_check.apart(left, right)
  if left ~= right then return end
  err.raise("InvalidRequestError", "Can't construct a join from %s to %s, they are the same entity", name_of(left),
    name_of(right))
end

--- Refuses a target beside a relationship, or a condition beside one as the target, that it has nothing to do with.
function join_check.relation(relation, given, target, spec)
  local mapper, wanted = entities.mapper(target), core.get(relation, "prop").mapper
  if not mapper:isa(wanted) and not wanted:isa(mapper) then
    err.raise("InvalidRequestError", "Join target %s does not correspond to the right side of join condition %s.%s",
      tostring(mapper), entities.mapper(core.get(relation, "entity")).class_name, core.get(relation, "key"))
  end
  if not given and core.has(spec, "onclause") then
    err.raise("InvalidRequestError", "No 'on clause' argument may be passed when joining to a relationship path as a "
      .. "target")
  end
end

--- Refuses a relationship that does not go out from what join_from() was given.
function join_check.from(from, source, relation)
  if from == source then return end
  local of = entities.is_alias(source) and name_of(source) or entities.mapper(source).class_name
  err.raise("InvalidRequestError", "explicit from clause %s does not match left side of relationship attribute %s.%s",
    name_of(from), of, core.get(relation, "key"))
end

return join_check
