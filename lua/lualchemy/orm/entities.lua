--- Entities in statements: mapped classes and their aliases, and what their attributes are there.
local adapt = require("lualchemy.sql.adapt").adapt
local args = require "lualchemy.args"
local class = require "lualchemy.orm.class"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local property = require "lualchemy.orm.property"
local registry = require "lualchemy.orm.registry"

local entities = {}

--- The ENTITY node of a class, alias, mapper or node; nil if x is none.
function entities.of(x)
  local node = core.element(x)
  if node and core.kind(node) == "ENTITY" then return node end
  if type(x) == "table" and rawget(x, "entity") and core.is_node(x.entity) then return x.entity end
end

--- Its mapper, configured.
function entities.mapper(entity)
  local mapper = core.get(entity, "mapper")
  if mapper.registry.pending then registry.configure(mapper.registry) end
  return mapper
end
function entities.is_alias(entity) return core.has(entity, "is_alias") end

--- What a SELECT of the entity selects from.
function entities.selectable(entity)
  local mapper = core.get(entity, "mapper")
  if rawget(mapper, "with_polymorphic") and not entities.is_alias(entity) then
    return mapper:with_polymorphic_selectable()
  end
  return core.get(entity, "selectable")
end

--- The mappers of subclasses that are loaded with the entity, from the same rows.
function entities.subs(entity)
  if core.has(entity, "subs") then return core.get(entity, "subs") end
  return core.get(entity, "mapper"):polymorphic_mappers()
end

--- Labels as entities have them: all that speak of one entity mean the same label.
local labels = setmetatable({}, {__mode = "k"})

--- What make(label, …) makes of a label of an entity (or of criteria that hold in it), the same each time.
function entities.label(entity, label, make, ...)
  local known, id = labels[entity] or {}, core.id(label)
  labels[entity] = known
  if not known[id] then known[id] = {made = make(label, ...), of = label} end
  return known[id].made
end

local adapt_alias
function adapt_alias(entity, expression)
  local inner = core.get(entity, "inner")
  if inner then expression = adapt_alias(inner, expression) end
  local o = {equivalents = entities.mapper(entity):equivalent_columns(), anonymous = true,
    by_name = core.get(entity, "by_name") == 1}
  if core.kind(expression) == "LABEL" then
    return entities.label(entity, expression, adapt, core.get(entity, "selectable"), o)
  end
  return adapt(expression, core.get(entity, "selectable"), o)
end

--- The expression as a statement about that entity has it: in terms of its alias, or of the selectable that the mapper
-- names with with_polymorphic.
function entities.adapt(entity, expression)
  if entities.is_alias(entity) then return adapt_alias(entity, expression) end
  local mapper = entities.mapper(entity)
  local given = rawget(mapper, "with_polymorphic")
  given = given and given[2]
  if not given then return expression end
  return adapt(expression, given, {equivalents = mapper:equivalent_columns()})
end

--- An expression of an entity's attribute without names of the ORM.
--- @param criteria? any[] with_loader_criteria() options that hold in statements within
function entities.plain(entity, expression, criteria)
  if not core.has_orm(expression) then return expression end
  local plain, owner = require("lualchemy.orm.context").plain, entity
  if criteria and criteria[1] then owner = criteria else criteria = nil end
  if not entity or core.kind(expression) ~= "LABEL" then return plain(expression, criteria) end
  return entities.label(owner, expression, plain, criteria)
end

--- Columns that stand for the properties of an entity, by key, where its FROM has more than those of its tables.
entities.placed = setmetatable({}, {__mode = "k"})

--- The expression of a column property for an entity.
--- @param named? boolean its label keeps its name
--- @param criteria? any[] with_loader_criteria() options that hold in statements within
function entities.column(entity, prop, named, criteria)
  local placed = entities.placed[entity]
  if placed and placed[prop.key] then return placed[prop.key] end
  local expression = core.element(prop.expression)
  if named and core.kind(expression) == "LABEL" and entities.is_alias(entity) then
    return adapt_alias(entity, core.get(expression, "element")):label(core.get(expression, "name"))
  end
  return entities.plain(entity, entities.adapt(entity, expression), criteria)
end

--- The attribute of an entity: an ATTRIBUTE or RELATION node.
function entities.attribute(entity, prop)
  if prop.kind == "relationship" then return core.new("RELATION", {entity = entity, key = prop.key, prop = prop}) end
  local expr = core.element(prop.expression)
  if entities.is_alias(entity) then expr = adapt_alias(entity, expr) end
  return core.new("ATTRIBUTE", {entity = entity, key = prop.key, expr = expr, type = core.get(expr, "type")})
end

core.methods({"ATTRIBUTE", "RELATION"}, {
  --- The same attribute of another entity of the class (an alias, or what inspect() says of one).
  adapt_to_entity = function(node, other)
    local entity = entities.of(other) or entities.of(other.entity)
    local mapper = entities.mapper(entity)
    return entities.attribute(entity, mapper:get_property(core.get(node, "key")))
  end,
})

--- The attribute of that name of an entity, nil if there is none: for filter_by().
require("lualchemy.sql.selectable_parts").entity_attribute = function(entity, key)
  local mapper = entities.mapper(entity)
  local ok, found = pcall(function()
    if entities.is_alias(entity) then return entities.wrap(entity)[key] end
    return mapper.class_[key]
  end)
  return ok and found or nil
end

-- ---- la.aliased ----

local AliasedClass = {__name = "lualchemy.AliasedClass"}

local function unknown(mapper, key)
  local names = {}
  for name in pairs(mapper.props) do names[#names + 1] = name end
  local near = type(key) == "string" and err.nearest(key, names)
  err.raise("AttributeError", "aliased %s has no attribute '%s'%s", mapper.class_name, tostring(key),
    near and ("; did you mean '" .. near .. "'?") or "")
end

--- What an alias tells of itself, where its class has no attribute of that name.
local OWN = {
  mapper = function(_, mapper) return mapper end,
  __mapper__ = function(_, mapper) return mapper end,
  selectable = function(entity) return core.get(entity, "selectable") end,
  name = function(entity) return core.get(entity, "name") end,
  class_ = function(_, mapper) return mapper.class_ end,
}

AliasedClass.__index = function(self, key)
  local entity = rawget(self, "entity")
  local mapper = entities.mapper(entity)
  local prop = mapper.props[key]
  if prop and prop.kind == "synonym" then prop = mapper.props[prop.name] or prop end
  if prop and (prop.kind == "column" or prop.kind == "relationship") then
    local node = entities.attribute(entity, prop)
    if prop.comparator_factory then
      node = require("lualchemy.orm.prop_comparator").wrap(prop.comparator_factory, node)
    end
    rawset(self, key, node)
    return node
  end
  if prop and prop.of_entity then
    prop:configure()
    return prop:of_entity(self)
  end
  local subs = rawget(self, "_subs")
  if subs and subs[key] then return subs[key] end
  local record = mapper.record
  local d = class.descriptor(record, key)
  local meta = d and getmetatable(d)
  if meta and meta.class_get then return meta.class_get(d, self, key) end
  local value = class.find(record, key)
  if value ~= nil then return value end
  if OWN[key] then return OWN[key](entity, mapper) end
  unknown(mapper, key)
end
AliasedClass.__clause_element = function(self) return rawget(self, "entity") end
AliasedClass.__tostring = function(self) return "aliased(" .. entities.mapper(rawget(self, "entity")).class_name
  .. ")" end
AliasedClass.__eq = function(a, b) return rawget(a, "entity") == rawget(b, "entity") end

--- An anonymous or named alias of a FROM: of a join, the subquery, or (flat) the join of aliases.
function entities.from_alias(from, name, flat)
  if core.kind(from) == "JOIN" then
    local la = require "lualchemy.sql.api"
    if flat then return from:alias(name, {flat = true}) end
    return la.select(from):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL):correlate(nil):subquery(name)
  end
  return from:alias(name)
end

--- Is the entity a class itself that inherits from the mapper's?
function entities.of_subclass(entity, mapper)
  local own = not entities.is_alias(entity) and entities.mapper(entity)
  return own and own ~= mapper and own:isa(mapper)
end

--- A new alias of a mapper as an ENTITY.
--- @param o? table name, flat, by_name (columns that the selectable does not have become those of their names there),
---   inner (an alias that this one is an alias of)
function entities.new_alias(mapper, selectable, o)
  o = o or {}
  selectable = selectable or entities.from_alias(mapper.selectable or mapper.persist_selectable, o.name, o.flat)
  return core.new("ENTITY", {mapper = mapper, selectable = selectable, name = o.name or mapper.class_name, is_alias = 1,
    by_name = o.by_name, inner = o.inner})
end

function entities.wrap(entity, subs)
  return setmetatable({entity = entity, _subs = subs}, AliasedClass)
end

--- A join of classes as one of their tables: what an alias of it stands for.
function entities.of_tables(join)
  return core.replace(join, function(node)
    local kind = core.kind(node)
    if kind == "ENTITY" then return entities.selectable(node) end
    if kind == "ATTRIBUTE" then return core.get(node, "expr") end
    if kind ~= "JOIN" and (core.category(node) == "FROM" or core.category(node) == "STATEMENT") then return node end
  end)
end

local KEYWORDS = {alias = true, name = true, flat = true, adapt_on_names = true, element = true}

--- A second name for a class in a statement: la.aliased(User), la.aliased(User, subquery, {name = "u"}).
local function aliased(...)
  local positional, o = args.take("aliased", KEYWORDS, ...)
  local target, selectable = positional[1], core.element(positional[2] or o.alias)
  if target == nil then target = o.element end
  local entity = entities.of(target)
  if not entity then
    local from = core.element(target)
    if from and core.category(from) == "STATEMENT" then return from:subquery(o.name) end
    if from and core.category(from) == "FROM" then return entities.from_alias(from, o.name, o.flat) end
    err.raise("ArgumentError", "aliased: argument 'element' must be a mapped class or a table, got %s", type(target))
  end
  if selectable and core.category(selectable) == "STATEMENT" then selectable = selectable:subquery() end
  if selectable and core.kind(selectable) == "JOIN" then selectable = entities.of_tables(selectable) end
  local inner = entities.is_alias(entity) and entity or nil
  if inner and not selectable and core.kind(core.get(inner, "selectable")) == "SUBQUERY" then
    selectable = core.get(inner, "selectable"):alias(o.name)
  elseif not selectable then
    inner = nil
  end
  return entities.wrap(entities.new_alias(entities.mapper(entity), selectable,
    {name = o.name, flat = o.flat, by_name = o.adapt_on_names, inner = inner}))
end

function entities.is_aliased(x) return type(x) == "table" and getmetatable(x) == AliasedClass end
entities.AliasedClass = {is = function(_, x) return entities.is_aliased(x) end}
entities.property = property

entities.public = {aliased = aliased, AliasedClass = entities.AliasedClass}
return entities
