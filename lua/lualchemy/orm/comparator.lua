--- What relationship attributes can be asked in SQL: any, has, contains, comparison with objects; and what attributes
-- tell of
--- themselves (property, parent …).
local annotate = require "lualchemy.orm.annotate"
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local in_terms_of = require "lualchemy.sql.adapt"
local err = require "lualchemy.error"
local flags = require "lualchemy.orm.flags"
local relate = require "lualchemy.orm.relate"
local state = require "lualchemy.orm.state"
require "lualchemy.sql.expression_methods"

local NULL = core.null
local comparator = {}

-- ---- pieces ----

local function sql() return require "lualchemy.sql.api" end

local function prop_of(relation)
  local prop = core.get(relation, "prop")
  require("lualchemy.orm.mapper").configure(prop.parent.registry)
  return prop
end

local function in_from(from, column)
  return from ~= nil and core.kind(column) == "COLUMN" and core.columns(from):contains_column(column)
end

--- A column of the source's side of a condition: it follows what the source becomes in a statement.
local function source_column(entity, column)
  if entities.is_alias(entity) then return entities.adapt(entity, column) end
  local prop = core.get(entity, "mapper").column_to_property[column]
  if not prop then return column end
  return core.new("ATTRIBUTE", {entity = entity, key = prop.key, expr = column, type = core.get(column, "type")})
end

local function all_of(list)
  if #list == 1 then return list[1] end
  return sql().and_(require("lualchemy.compat").unpack(list))
end

local function key_text(relation)
  return core.get(core.get(relation, "entity"), "mapper").class_name .. "." .. core.get(relation, "key")
end

-- ---- EXISTS ----

--- What EXISTS selects from, whether its columns have to be adapted, and the mapper.
local function destination(relation, prop)
  local aliased_source = entities.is_alias(core.get(relation, "entity"))
  local of_type = core.get(relation, "of_type")
  if of_type then
    local mapper, from = entities.mapper(of_type), core.get(of_type, "selectable")
    if entities.is_alias(of_type) then return from, true, mapper, true end
    if prop.is_self_referential then return entities.from_alias(from), true, mapper end
    return from, from ~= prop.mapper.selectable, mapper
  end
  local aliased_target = entities.is_alias(prop.entity)
  local from = aliased_target and core.get(prop.entity, "selectable") or prop.mapper.selectable
  if prop.is_self_referential and not aliased_source then return entities.from_alias(from), true, prop.mapper end
  return from, prop.mapper.with_polymorphic ~= nil and not aliased_target, prop.mapper
end

local function criteria_of(prop, given, values)
  local list = {}
  if given ~= nil then list[1] = annotate.plain(core.coerce(core.roles.where, given)) end
  local keys = {}
  for key in pairs(values) do keys[#keys + 1] = key end
  table.sort(keys)
  for _, key in ipairs(keys) do
    local value = values[key]
    if value == NULL then value = nil end
    list[#list + 1] = annotate.plain(core.element(prop.mapper.class_[key]:eq(value)))
  end
  if #list == 0 then return nil end
  return all_of(list)
end

--- The conditions of the joins; `secondary`: what stands for the relationship's.
local function join_for_exists(prop, source, adapt, secondary)
  local function on_secondary(column)
    return in_from(prop.secondary, column) and core.columns(secondary):corresponding_column(column) or nil
  end
  local primary = annotate.replace(prop.primaryjoin, function(column, roles)
    if roles.remote and not secondary then return adapt(column) end
    return on_secondary(column) or source_column(source, column)
  end)
  if not secondary then return primary end
  return primary, annotate.replace(prop.secondaryjoin, function(column)
    return on_secondary(column) or adapt(column)
  end)
end

local OUTSIDE = {outside = true}

--- EXISTS (SELECT 1 FROM target WHERE join AND criteria).
local function criterion_exists(relation, given, values)
  local prop, source = prop_of(relation), core.get(relation, "entity")
  local dest, aliased, mapper, is_entity = destination(relation, prop)
  local function adapt(expression)
    if not aliased then return expression end
    return in_terms_of.adapt(expression, dest, OUTSIDE)
  end
  local secondary = prop.secondary
  if secondary and (aliased or entities.is_alias(source)) then secondary = entities.from_alias(secondary, nil, true) end
  local primary, second = join_for_exists(prop, source, adapt, secondary)
  local list = {primary}
  if second then list[#list + 1] = second end
  local single = mapper:single_table_criterion()
  if single then list[#list + 1] = adapt(annotate.plain(core.element(single))) end
  local criteria = criteria_of(prop, given, values)
  if criteria then list[#list + 1] = in_terms_of.settle(is_entity and criteria or adapt(criteria)) end
  local inner = sql().exists(sql().literal_column("1")):where(all_of(list))
  if secondary then return inner:select_from(dest, secondary):correlate_except(dest, secondary) end
  return inner:select_from(dest):correlate_except(dest)
end

-- ---- comparison with objects ----

local function check_instance(relation, other)
  if state.is_instance(other) then return other end
  err.raise("ArgumentError",
    "Mapped instance expected for relationship comparison to object.   Classes, queries and other SQL "
    .. "elements are not accepted in this context; for comparison with a subquery, use %s.has(**criteria).",
      key_text(relation))
end

--- The relationship's condition with values in the place of the target's columns.
local function compare_reversed(relation, values)
  local prop, source = prop_of(relation), core.get(relation, "entity")
  local secondary, binds = prop.secondary, {}
  local second = secondary and entities.from_alias(secondary)
  local function value(column)
    binds[column] = binds[column] or values(column)
    return binds[column]
  end
  local function on_secondary(column)
    return in_from(secondary, column) and core.columns(second):corresponding_column(column) or nil
  end
  local primary = annotate.replace(prop.primaryjoin, function(column, roles)
    if roles.remote and not secondary then return value(column) end
    return on_secondary(column) or source_column(source, column)
  end)
  if not secondary then return primary end
  return sql().and_(primary, annotate.replace(prop.secondaryjoin, function(column)
    return on_secondary(column) or value(column)
  end))
end

local function compare(relation, obj)
  check_instance(relation, obj)
  return compare_reversed(relation, function(column) return relate.value_of(obj, column) end)
end

--- The same with IS NULL.
local function compare_null(relation)
  local marks = {}
  local condition = compare_reversed(relation, function()
    local mark = sql().bindparam(nil, nil, {unique = true})
    marks[core.id(mark)] = true
    return mark
  end)
  return core.replace(condition, function(node)
    if core.kind(node) ~= "BINARY" then return nil end
    local left, right = core.get(node, "left"), core.get(node, "right")
    if marks[core.id(left)] then return right:is_(nil) end
    if marks[core.id(right)] then return left:is_(nil) end
  end)
end

local function same_columns(a, b)
  if #a ~= #b then return false end
  local set = {}
  for _, column in ipairs(a) do set[column] = true end
  for _, column in ipairs(b) do
    if not set[column] then return false end
  end
  return true
end

local function refers_to_key(prop)
  local remote = {}
  for i, pair in ipairs(prop.local_remote_pairs) do remote[i] = pair[2] end
  return not prop.secondary and same_columns(remote, prop.mapper.primary_key)
end

--- NOT EXISTS of the object among those that the relationship holds.
local function holds_not(relation, obj)
  local mapper = prop_of(relation).mapper
  local values, list = mapper:primary_key_from_instance(obj), {}
  for i, column in ipairs(mapper.primary_key) do list[i] = column:eq(values[i]) end
  return sql().not_(criterion_exists(relation, all_of(list), {}))
end

--- That the relationship does not hold the object.
local function compare_not(relation, obj)
  local prop = prop_of(relation)
  check_instance(relation, obj)
  if prop.direction.name == "MANYTOONE" and refers_to_key(prop) then
    local list = {}
    for i, pair in ipairs(prop.local_remote_pairs) do
      local column = source_column(core.get(relation, "entity"), pair[1])
      list[i] = sql().or_(column:ne(relate.value_of(obj, pair[2], core.get(pair[1], "key"))), column:is_(nil))
    end
    return all_of(list)
  end
  return holds_not(relation, obj)
end

-- ---- methods ----

local function is_none(x)
  return x == nil or x == NULL or (core.is_node(x) and core.kind(x) == "NULL")
end

local function no_collection()
  err.raise("InvalidRequestError",
    "Can't compare a collection to an object or collection; use contains() to test for membership.")
end

local methods = {}

--- `Post.user:eq(user)`: rows whose relationship is that object; nil: none.
function methods:eq(other)
  local prop = prop_of(self)
  if is_none(other) then
    if prop.direction.name == "MANYTOONE" then return compare_null(self) end
    return sql().not_(criterion_exists(self, nil, {}))
  end
  if prop.uselist then no_collection() end
  return compare(self, other)
end

function methods:ne(other)
  local prop = prop_of(self)
  if is_none(other) then
    if prop.direction.name == "MANYTOONE" then return sql().not_(compare_null(self)) end
    return criterion_exists(self, nil, {})
  end
  if prop.uselist then no_collection() end
  return compare_not(self, other)
end

local function tests(wants_list, message)
  return function(self, criterion, values)
    if args.is_options(criterion) then criterion, values = nil, criterion end
    if (prop_of(self).uselist and true or false) ~= wants_list then err.raise("InvalidRequestError", message) end
    return criterion_exists(self, criterion, values or {})
  end
end

--- `User.posts:any(condition, {title = "x"})`: is there one in the collection with this condition?
methods.any = tests(true, "'any()' not implemented for scalar attributes. Use has().")
--- `Post.user:has(condition, {name = "x"})`: has the related object this condition?
methods.has = tests(false, "'has()' not implemented for collections. Use any().")

--- `User.posts:contains(post)`: is the object in the collection? Negated, of a secondary table's, with NOT EXISTS.
function methods:contains(other)
  if not prop_of(self).uselist then
    err.raise("InvalidRequestError", "'contains' not implemented for scalar attributes.  Use ==")
  end
  local condition = compare(self, other)
  if prop_of(self).secondary then core.negated_as(condition, holds_not(self, other)) end
  return condition
end

--- The relationship to a subclass or an alias of its target.
function methods:of_type(class)
  local entity = entities.of(class)
  if not entity then
    err.raise("ArgumentError", "of_type: argument 'class_' must be a mapped class or an alias of one, got %s",
      type(class))
  end
  return core.with(self, {of_type = entity})
end

--- The relationship with more conditions on its target, in joins and loader options.
function methods:and_(...)
  local list = {core.get(self, "criteria")}
  for i = 1, select("#", ...) do list[#list + 1] = core.coerce(core.roles.where, (select(i, ...))) end
  return core.with(self, {criteria = all_of(list)})
end

function methods.in_()
  err.raise("NotImplementedError",
    "in_() not yet supported for relationships.  For a simple many-to-one, use in_() against the "
    .. "set of foreign key values.")
end
methods.not_in = methods.in_

local function unsupported(name)
  return function(self)
    err.raise("NotImplementedError", "%s: the operator '%s' is not supported for relationships", key_text(self), name)
  end
end
for name in ([[lt le gt ge like ilike not_like not_ilike startswith endswith is_ is_not between desc asc nulls_first
  nulls_last   concat is_distinct_from is_not_distinct_from]]):gmatch("%S+") do
  methods[name] = unsupported(name)
end
core.methods({"RELATION"}, methods)

-- ---- what attributes tell ----

local function parent(node)
  local entity = core.get(node, "entity")
  if not entity then return nil end
  if entities.is_alias(entity) then return entities.wrap(entity) end
  return entities.mapper(entity)
end

local function class_of(node)
  local entity = core.get(node, "entity")
  return entity and entities.mapper(entity).class_
end

local function property_of(node)
  local entity = core.get(node, "entity")
  if not entity then return nil end
  local mapper = entities.mapper(entity)
  return mapper.props[core.get(node, "key")]
end

--- What few programs ask for.
local function told(name)
  return function(node) return require("lualchemy.orm.tells")[name](node) end
end

core.getters({"ATTRIBUTE", "RELATION"}, flags.getters "is_attribute")
core.getters({"ENTITY"}, flags.getters "is_aliased_class")
core.getters({"ENTITY"}, {
  mapper = entities.mapper, class_ = told "class_", entity = told "entity", selectable = told "selectable",
  polymorphic_on = told "polymorphic_on", with_polymorphic_mappers = told "with_polymorphic_mappers",
})
core.getters({"ATTRIBUTE", "RELATION"}, {
  key = function(node) return core.get(node, "key") end,
  parent = parent, class_ = class_of, property = property_of, prop = property_of,
  info = told "info", doc = told "doc", extension_type = told "extension_type",
  impl = function(node)
    local entity = core.get(node, "entity")
    return entity and entities.mapper(entity).impls[core.get(node, "key")]
  end,
})
local of_column = {}
for name in ([[nullable primary_key unique index comment default server_default onupdate server_onupdate table
  autoincrement foreign_keys system computed identity constraints is_literal description]]):gmatch("%S+") do
  of_column[name] = function(node) return require("lualchemy.orm.tells").of_column(node, name) end
end
core.getters({"ATTRIBUTE"}, of_column)
core.getters({"RELATION"}, {
  mapper = function(node)
    local of_type = core.get(node, "of_type")
    return of_type and entities.mapper(of_type) or prop_of(node).mapper
  end,
  entity = function(node)
    local of_type = core.get(node, "of_type")
    if of_type and entities.is_alias(of_type) then return entities.wrap(of_type) end
    return of_type and entities.mapper(of_type) or prop_of(node).mapper
  end,
})
core.getters({"ATTRIBUTE"}, {expression = function(node) return node end})

-- ---- names in filter_by() ----

--- The ENTITY that a relationship leads to.
function comparator.target(relation)
  return core.get(relation, "of_type") or prop_of(relation).entity
end

--- What entity.key is in SQL: an attribute, a hybrid …; nil if there is none.
function comparator.named(entity, key)
  local mapper = entities.mapper(entity)
  if not (mapper.props[key] or require("lualchemy.orm.class").descriptor(mapper.record, key)) then return nil end
  if entities.is_alias(entity) then return entities.wrap(entity)[key] end
  return mapper.class_[key]
end

core.methods({"RELATION"}, {_filter_target = comparator.target})
core.methods({"ENTITY"}, {_filter_key = comparator.named})

--- A relationship where an expression belongs: the condition of its join.
function comparator.as_column(relation)
  local prop = prop_of(relation)
  local target = core.get(relation, "of_type") or prop.entity
  local primary, second = relate.conditions(prop, core.get(relation, "entity"), target, true)
  local list = {primary}
  list[#list + 1] = second
  list[#list + 1] = core.get(relation, "criteria")
  return all_of(list)
end

return comparator
