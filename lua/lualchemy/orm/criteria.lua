--- la.with_loader_criteria: conditions on every occurrence of a class in a statement, lazy loads included.
local annotate = require "lualchemy.orm.annotate"
local args = require "lualchemy.args"
local class = require "lualchemy.orm.class"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local err = require "lualchemy.error"
local options = require "lualchemy.orm.options"

local criteria = {}

local Criteria = {__name = "lualchemy.LoaderCriteria"}
Criteria.__index = Criteria

local count = 0

--- What tells this option from others with the same text: the values in it.
local function identity_of(self)
  if type(self.where) == "function" then
    count = count + 1
    return "criteria " .. count
  end
  return ("criteria %s %s"):format(tostring(self.target and core.id(self.target) or self.root),
    options.signature(self.where))
end

Criteria.__clause_element = function(self)
  if not rawget(self, "_node") then rawset(self, "_node", core.new("OPTION", {key = identity_of(self),
    object = self})) end
  return rawget(self, "_node")
end

--- Is this option about that entity of a statement?
local function concerns(self, entity, loaded)
  local mapper = entities.mapper(entity)
  if self.target and entities.is_alias(self.target) then return entity == self.target end
  if loaded then
    if not self.propagate_to_loaders then return false end
  elseif entities.is_alias(entity) and not self.include_aliases then
    return false
  end
  if self.target then return mapper:isa(entities.mapper(self.target)) end
  return class.subclass(mapper.class_, self.root)
end

--- The condition for an entity of a statement, or nil.
--- @param loaded? boolean an alias that eager loading made
function Criteria:condition_for(entity, loaded)
  if not concerns(self, entity, loaded) then return nil end
  local where = self.where
  if type(where) == "function" then where = where(entities.mapper(entity).class_) end
  -- SELECTs in the condition are not subject to it
  where = require("lualchemy.orm.context").plain(annotate.plain(core.coerce(core.roles.where, where)))
  return entities.adapt(entity, where)
end

local KEYWORDS = {entity_or_base = true, where_criteria = true, loader_only = true, include_aliases = true,
  propagate_to_loaders = true,
  track_closure_variables = true}

--- @param ... any a mapped class, alias or mixin; a condition, or function(class) -> condition;
---   {include_aliases = false, propagate_to_loaders = true, loader_only = false}
local function with_loader_criteria(...)
  local p, o = args.take("with_loader_criteria", KEYWORDS, ...)
  local root, where = p[1] or o.entity_or_base, p[2]
  if where == nil then where = o.where_criteria end
  local target = entities.of(root)
  if not target and type(root) ~= "table" then
    err.raise("ArgumentError",
      "with_loader_criteria: argument 'entity_or_base' must be a mapped class or a mixin, got %s", type(root))
  end
  if type(where) ~= "function" then where = core.coerce(core.roles.where, where) end
  return setmetatable({
    loader_criteria = true, target = target, root = root, where = where, include_aliases = o.include_aliases or false,
    propagate_to_loaders = o.propagate_to_loaders ~= false, loader_only = o.loader_only or false,
  }, Criteria)
end

--- The statement that reads an object of the mapper again, without the criteria for its class: they never hold for it.
function criteria.for_refresh(stmt, mapper)
  local kept, given = {}, core.get(stmt, "options")
  for _, node in ipairs(given) do
    local object = core.get(node, "object")
    if not (mapper and type(object) == "table" and object.loader_criteria and concerns(object, mapper.entity)) then
      kept[#kept + 1] = node
    end
  end
  return kept[#given] and stmt or core.with(stmt, {options = kept})
end

--- Those of the criteria that are not about the class of the entity.
function criteria.of_others(list, entity)
  local out = {}
  for _, c in ipairs(list) do
    if not concerns(c, entity) then out[#out + 1] = c end
  end
  return out
end

criteria.public = {with_loader_criteria = with_loader_criteria}
return criteria
