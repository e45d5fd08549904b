--- Each attribute of a loader option must be one of the class that the attributes before it lead to.
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local err = require "lualchemy.error"

local links = {}

local function shares_rows(a, b)
  return entities.is_alias(b) and core.id(core.get(a, "selectable")) == core.id(core.get(b, "selectable"))
end

--- Has the entity the attributes of `of`? An alias has its own alone, a class those of the classes above it, too.
local function has_attributes(entity, of)
  if entity == of then return true end
  if entities.is_alias(entity) then return shares_rows(entity, of) end
  if entities.is_alias(of) then return false end
  local mapper = core.get(of, "mapper")
  return type(mapper) ~= "table" or not mapper.isa or core.get(entity, "mapper"):isa(mapper)
end

local function class_entity(mapper) return core.element(mapper.class_) end

--- What a relationship leads to: its class, or that of of_type().
local function destination(relation)
  local of_type = core.get(relation, "of_type")
  if of_type then return of_type end
  entities.mapper(core.get(relation, "entity"))
  local prop = core.get(relation, "prop")
  return prop.entity and core.element(prop.entity) or class_entity(prop.mapper)
end

--- Where the steps so far have come to: {at = entity, by = relationship|nil, more = classes of selectin_polymorphic()}.
local function position(load)
  for i = #load.steps, 1, -1 do
    local step = load.steps[i]
    local last = not step.column and step.targets[#step.targets]
    if last == "*" then return nil end
    if last and core.kind(last) == "RELATION" then return {at = destination(last), by = last} end
  end
  if load.root then return {at = core.element(load.root)} end
  local first = load.steps[1] and load.steps[1].targets[1]
  return first and first ~= "*" and {at = core.get(first, "entity")} or nil
end

local function alias_name(entity, mapper)
  local names = {}
  for _, sub in ipairs(core.has(entity, "subs") and core.get(entity, "subs") or names) do
    if sub ~= mapper then names[#names + 1] = sub.class_name end
  end
  if not names[1] then return "aliased(" .. mapper.class_name .. ")" end
  return ("with_polymorphic(%s, [%s])"):format(mapper.class_name, table.concat(names, ", "))
end

local function name_of(entity)
  local mapper = core.get(entity, "mapper")
  return entities.is_alias(entity) and alias_name(entity, mapper) or tostring(mapper)
end

--- The end of the message where the attribute is one of a subclass of the class meant.
local function suggestion(from, by, entity)
  local mapper, wanted = core.get(from, "mapper"), core.get(entity, "mapper")
  if entities.is_alias(from) or not wanted:common_parent(mapper) then return "" end
  local name = entities.is_alias(entity) and name_of(entity) or wanted.class_name
  return ('  Did you mean to use "%s.of_type(%s)" or "loadopt.options(selectin_polymorphic(%s, [%s]), ...)" ?'):format(
    tostring(by), name, mapper.class_name, name)
end

--- @param place table of position()
--- @param what string the attribute, or the class, that is not of it
local function refuse(place, what, entity)
  local at, by = place.at, place.by
  if not by then
    err.raise("ArgumentError", 'ORM mapped attribute "%s" does not link mapped class "%s"', what, name_of(at))
  end
  local of_type = core.get(by, "of_type")
  err.raise("ArgumentError", 'ORM mapped entity or attribute "%s" does not link from relationship "%s%s".%s', what,
    tostring(by), of_type and ".of_type(" .. name_of(at) .. ")" or "", of_type and "" or suggestion(at, by, entity))
end

local function refuse_several()
  err.raise("ArgumentError", "Can't apply wildcard ('*') or load_only() loader option to multiple entities in the "
    .. "same option. Use separate options per entity.")
end

--- Raises where the step's attributes are not of the class that the steps before it have come to.
function links.check(load, step)
  local place = load and position(load)
  for i, target in ipairs(step.targets) do
    if target == "*" then return end
    local entity = core.get(target, "entity")
    place = place or {at = entity}
    if not has_attributes(place.at, entity) then
      if step.column and i > 1 then refuse_several() end
      refuse(place, tostring(target), entity)
    end
    if not step.column and core.kind(target) == "RELATION" and i < #step.targets then
      place = {at = destination(target), by = target}
    end
  end
end

local function first_target(load)
  for _, step in ipairs(load.steps) do
    if step.targets[1] then return step.targets[1] end
  end
end

--- Raises where an option begins at another class than that which those it is put below have come to, or one that
-- selectin_polymorphic() beside it names.
function links.check_below(load, children)
  local place, more = position(load), {}
  if not place then return end
  for _, child in ipairs(children) do
    local target = first_target(child)
    local root = child.root and core.element(child.root) or target and target ~= "*" and core.get(target, "entity")
    local fits = not root or has_attributes(place.at, root)
    for _, class in ipairs(more) do fits = fits or has_attributes(class, root) end
    if not fits then refuse(place, target and tostring(target) or name_of(root), root) end
    for _, step in ipairs(child.steps) do
      for _, class in ipairs(step.classes or {}) do more[#more + 1] = core.element(class) end
    end
  end
end

links.name_of, links.destination = name_of, destination
return links
