--- The conditions of a relationship between two entities, and la.with_parent.
local adapt = require("lualchemy.sql.adapt").adapt
local annotate = require "lualchemy.orm.annotate"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local err = require "lualchemy.error"
local state = require "lualchemy.orm.state"

local relate = {}

local function configure(prop)
  if not prop.configured then require("lualchemy.orm.mapper").configure(prop.parent.registry) end
end

local function in_from(from, column)
  return from ~= nil and core.kind(column) == "COLUMN" and core.columns(from):contains_column(column)
end

local function corresponding(from, column)
  return core.columns(from):corresponding_column(column) or column
end

--- A condition with columns replaced: fn(column, roles) -> node or nil.
function relate.replace(condition, fn)
  return annotate.plain(annotate.replace(condition, function(column, roles) return fn(column, roles) end))
end

--- Does the relationship's condition have SELECTs in it? Those that its columns are of do not count.
local function has_select(prop)
  if prop._has_select == nil then
    prop._has_select = false
    core.replace(prop.primaryjoin, function(node)
      local kind = core.kind(node)
      if kind == "SELECT" then prop._has_select = true end
      return kind == "COLUMN" and node or nil
    end)
  end
  return prop._has_select
end

--- What a FROM within a condition is where an entity is an alias of it; nil: what it was.
local function from_of(entity, from)
  if not entities.is_alias(entity) then return nil end
  local alias = core.get(entity, "selectable")
  if core.kind(from) == "ENTITY" then from = entities.selectable(from) end
  return (alias == from or alias:is_derived_from(from)) and alias or nil
end

--- SELECTs in the condition are about the entities, too: what they select from and correlate.
local function with_froms(prop, condition, source, target)
  if not has_select(prop) then return condition end
  return core.replace(condition, function(node)
    if core.kind(node) == "COLUMN" then return node end
    if core.category(node) == "FROM" then return from_of(target, node) or from_of(source, node) end
  end)
end

--- A column of the source where a FROM is given that its table need not be in.
local function on_source(source, column, from)
  if not from then return entities.adapt(source, column) end
  return adapt(column, from, {equivalents = entities.mapper(source):equivalent_columns()})
end

--- The relationship's order for a target entity.
--- @param secondary? any what stands for its secondary table
function relate.order_by(prop, target, secondary)
  local out = {}
  for i, expression in ipairs(prop.order_by or {}) do
    local adapted = annotate.plain(entities.adapt(target, core.element(expression)))
    out[i] = not secondary and adapted or core.replace(adapted, function(node)
      if in_from(prop.secondary, node) then return corresponding(secondary, node) end
    end)
  end
  return out
end

--- primaryjoin, secondaryjoin and the secondary, for a source and a target entity.
--- @param alias_secondary any true: as an alias of its own; an alias: as that
--- @param from? any the FROM that has the source's columns, or others of the same values
--- @return any primaryjoin, any|nil secondaryjoin, any|nil secondary
function relate.conditions(prop, source, target, alias_secondary, from)
  configure(prop)
  local secondary = prop.secondary
  local second = secondary and (alias_secondary or secondary)
  if second == true then second = entities.from_alias(secondary, nil, true) end
  local function on_secondary(column)
    if not in_from(secondary, column) then return nil end
    return second ~= secondary and corresponding(second, column) or column
  end
  local primary = relate.replace(prop.primaryjoin, function(column, roles)
    local there = on_secondary(column)
    if there then return there end
    if roles.remote and not secondary then return entities.adapt(target, column) end
    return on_source(source, column, from)
  end)
  primary = with_froms(prop, primary, source, target)
  if not secondary then return primary end
  local there = core.columns(entities.selectable(target))
  local secondaryjoin = relate.replace(prop.secondaryjoin, function(column)
    if there:corresponding_column(column, true) then return entities.adapt(target, column) end
    return on_secondary(column) or entities.adapt(target, column)
  end)
  return primary, secondaryjoin, second
end

--- The condition that rows of `target` belong to obj: its own columns as values.
--- @param values fun(column: any): any the value or bind that stands for a column of obj
function relate.of_parent(prop, target, values)
  configure(prop)
  local secondary = prop.secondary
  local primary = relate.replace(prop.primaryjoin, function(column, roles)
    if in_from(secondary, column) then return column end
    if roles["local"] then return values(column) end
    return entities.adapt(target, column)
  end)
  if not secondary then return primary end
  local secondaryjoin = relate.replace(prop.secondaryjoin, function(column)
    if in_from(secondary, column) then return column end
    return entities.adapt(target, column)
  end)
  return primary, secondaryjoin
end

--- The columns of the source that a relationship's condition compares, each once.
function relate.local_columns(prop)
  local out, seen = {}, {}
  annotate.replace(prop.primaryjoin, function(column, roles)
    if not in_from(prop.secondary, column) and roles["local"] and not seen[column] then
      seen[column] = true
      out[#out + 1] = column
    end
  end)
  return out
end

--- A bind for the value that a column of an object has when the statement is executed; where it can't be had then, the
--- one that it has now.
--- @param name? string of the bind
function relate.value_of(obj, column, name)
  local prop = state.mapper(obj):get_property_by_column(column)
  local slot = state.impl(obj, prop.key).slot
  local known = rawget(obj, slot)
  local function read()
    local persistent = state.status(obj) == "persistent"
    local value = state.get(obj, prop.key, persistent and state.OFF or state.NO_FETCH)
    if not persistent and rawget(obj, slot) == nil then
      if known == nil then
        err.raise("InvalidRequestError", "Can't resolve value for column %s on object %s; %s", tostring(column),
          state.describe(obj), rawget(obj, 2) ~= nil and "the object is detached and the value was expired"
            or "no value has been set for this column")
      end
      value = known
    end
    if value == nil or value == core.null then
      err.warn(("Got None for value of column %s; this is unsupported for a "
        .. "relationship comparison and will not currently produce an "
        .. "IS comparison (but may in a future release)"):format(tostring(column)))
      return core.null
    end
    return value
  end
  return require("lualchemy.sql.api").bindparam(name,
    {callable_ = read, type_ = core.get(column, "type"), unique = true})
end

--- with_parent(obj, Parent.children): the condition that rows are in that relationship of obj.
local function with_parent(obj, relation, options)
  local node = core.element(relation)
  if type(relation) == "string" then
    err.raise("ArgumentError", "with_parent() accepts class-bound mapped attributes, not strings")
  end
  if node and core.kind(node) == "ATTRIBUTE" and core.has(node, "entity") then
    err.raise("ArgumentError", "Expected relationship property for with_parent(), got %s.%s",
      core.get(core.get(node, "entity"), "name"), core.get(node, "key"))
  end
  if not node or core.kind(node) ~= "RELATION" then
    err.raise("ArgumentError", "with_parent: argument 'prop' must be a relationship attribute, got %s", type(relation))
  end
  local prop = core.get(node, "prop")
  local target = core.get(node, "of_type") or prop.entity
  if options and options.from_entity then target = entities.of(options.from_entity) end
  local primary, second = relate.of_parent(prop, target, function(column) return relate.value_of(obj, column) end)
  if not second then return primary end
  return require("lualchemy.sql.api").and_(primary, second)
end

relate.public = {with_parent = with_parent}
return relate
