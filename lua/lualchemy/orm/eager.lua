--- Joined eager loading: LEFT OUTER JOINs to aliases of related classes, in the same statement.
--
-- Where the statement limits its rows, it becomes a subquery first, so that the limit counts its own rows.
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local err = require "lualchemy.error"
local joins = require "lualchemy.orm.joins"
local option_tree = require "lualchemy.orm.option_tree"
local relate = require "lualchemy.orm.relate"

local eager = {}

local function path_of(plan)
  local path = {plan.mapper}
  for _, m in ipairs(plan.path) do path[#path + 1] = m end
  return path
end

--- May the relationship be loaded by a join here: not around a circle, unless it is told how far.
local function goes_on(plan, prop, entry)
  if entry and entry.strategy == "joined" and not entry.wild then return true end
  if prop.join_depth then return #plan.path < prop.join_depth end
  for _, mapper in ipairs(path_of(plan)) do
    if mapper == prop.mapper then return false end
  end
  return true
end

--- Loaded from rows that the statement joins by itself.
local function contained(self, plan, prop, entry, mapper)
  local alias = entry.opts and entry.opts.alias
  local target = entry.of_type or (alias and entities.of(alias)) or prop.entity
  if alias and not entities.of(alias) then target = entities.new_alias(prop.mapper, core.element(alias)) end
  plan.joined[#plan.joined + 1] = {prop = prop, mapper = mapper,
    plan = self:entity_plan(target, entry.sub, path_of(plan), plan.late, true, prop.mapper)}
  if prop.uselist then self.eager_collections = true end
end

--- The classes that several of_type() of one relationship name together; nil where the last names them all.
local function classes_of(prop, of_types)
  local classes, known, last = {}, {}, 0
  for _, entity in ipairs(of_types) do
    local mappers = entities.is_alias(entity) and entities.subs(entity) or {entities.mapper(entity)}
    last = 0
    for _, m in ipairs(mappers) do
      if m ~= prop.mapper then last = last + 1 end
      if m ~= prop.mapper and not known[m] then
        known[m] = true
        classes[#classes + 1] = m.class_
      end
    end
  end
  return last < #classes and classes or nil
end

--- What of_type() means to a loader option: of a subclass, all objects, with the columns that the subclass adds; of
-- several subclasses in several options, those of all.
function eager.of_type(prop, entry)
  local of_type = entry.of_type
  local mapper = entities.mapper(of_type)
  local with_polymorphic = require("lualchemy.orm.polymorphic_alias").with_polymorphic
  local classes = entry.of_types and classes_of(prop, entry.of_types)
  if classes then return entities.of(with_polymorphic(mapper.base_mapper.class_, classes, {flat = true})) end
  if entities.is_alias(of_type) or mapper == prop.mapper then return of_type end
  return entities.of(with_polymorphic(mapper.base_mapper.class_, {mapper.class_}, {aliased = true}))
end

local function is_unaliased(from)
  while core.kind(from) == "JOIN" do from = core.get(from, "left") end
  return core.kind(from) == "TABLE"
end

--- What is joined: the alias that of_type() names, the class together with the subclass it names, or an alias of the
-- class.
local function target_of(prop, entry)
  local of_type = entry and entry.of_type
  if not of_type or entities.mapper(of_type) == prop.mapper and not entities.is_alias(of_type) then
    local of_alias = entities.is_alias(prop.entity) and entities.selectable(prop.entity)
    return entities.new_alias(prop.mapper, of_alias and entities.from_alias(of_alias, nil, true), {flat = true})
  end
  local target = eager.of_type(prop, entry)
  if core.has(target, "subs") and is_unaliased(core.get(target, "selectable")) then
    err.raise("InvalidRequestError", "Detected unaliased columns when generating joined load.  Make sure to use "
      .. "aliased=True or flat=True when using joined loading with with_polymorphic().")
  end
  return target
end

local function joined(self, plan, prop, entry, mapper)
  local target = target_of(prop, entry)
  local spec = {prop = prop, source = plan.entity, target = target, innerjoin = prop.innerjoin, parent = plan.spec,
    top = plan.top or plan, relation = entry and entry.relation}
  if entry and entry.opts and entry.opts.innerjoin ~= nil then spec.innerjoin = entry.opts.innerjoin end
  self.specs[#self.specs + 1] = spec
  for _, column in ipairs(plan.spec and {} or relate.local_columns(prop)) do table.insert(plan.compared, column) end
  if prop.uselist then
    self.eager_collections = true
    spec.many = true
  end
  plan.joined[#plan.joined + 1] = {prop = prop, mapper = mapper,
    plan = self:eager_plan(plan, prop, target, entry and entry.sub, spec)}
end

--- Has a relationship of an entity plan loaded with it, if it is to be.
--- @param mapper? any the subclass whose it is
function eager.consider(self, plan, prop, mapper)
  local strategy, entry = option_tree.strategy(plan.tree, prop)
  if strategy == "contains_eager" then
    contained(self, plan, prop, entry, mapper)
  elseif strategy == "joined" and self.specs and goes_on(plan, prop, entry) then
    joined(self, plan, prop, entry, mapper)
  end
end

--- The target joined to one FROM; returns it and the secondary's alias.
local function attach(self, from, spec, source, outer)
  local primary, second, secondary = relate.conditions(spec.prop, source, spec.target, true)
  local extra = self:criteria(spec.target, true, true)
  if spec.relation then extra[#extra + 1] = joins.criteria_of(spec.relation, spec.target, secondary) end
  if not second then return joins.new_join(from, spec.target, joins.and_(primary, extra), outer, false), nil end
  if outer then
    local inner = joins.new_join(secondary, spec.target, joins.and_(second, extra), false, false)
    return core.new("JOIN", {left = from, right = core.new("FROM_GROUPING", {element = inner}), onclause = primary,
      isouter = 1}), secondary
  end
  local first = joins.new_join(from, secondary, primary, false, false)
  return joins.new_join(first, spec.target, joins.and_(second, extra), false, false), secondary
end

--- a JOIN (b JOIN c) as a JOIN b JOIN c.
local function flatten(from, inner)
  local left = joins.new_join(core.get(from, "left"), core.get(inner, "left"), core.get(from, "onclause"), false, false)
  return core.with(inner, {left = left})
end

--- The FROM with build(onto) in the place of `onto`; nil if it is not there. Inner joins lie flat.
local function splice(from, onto, build)
  local kind = core.kind(from)
  if kind == "FROM_GROUPING" then return splice(core.get(from, "element"), onto, build) end
  if kind ~= "JOIN" then return joins.holds(from, onto) and build(from) or nil end
  local right = splice(core.get(from, "right"), onto, build)
  if right and core.get(from, "isouter") == 0 and core.get(right, "isouter") == 0 then return flatten(from, right) end
  if right then return core.with(from, {right = core.new("FROM_GROUPING", {element = right})}) end
  local left = splice(core.get(from, "left"), onto, build)
  return left and core.with(from, {left = left})
end

--- Joins one relationship to a FROM; returns it and what the rows are ordered by. An inner join to what is joined outer
-- stands in parentheses with it, unless it is "unnested".
local function join(self, from, spec, source)
  local parent_outer = spec.parent ~= nil and spec.parent.outer
  local nested = parent_outer and spec.innerjoin and spec.innerjoin ~= "unnested"
  local secondary
  spec.outer = not spec.innerjoin or parent_outer
  if nested then
    from = splice(from, spec.parent.target, function(onto)
      local joined_to
      joined_to, secondary = attach(self, onto, spec, source, false)
      return joined_to
    end)
  else
    from, secondary = attach(self, from, spec, source, spec.outer)
  end
  return from, relate.order_by(spec.prop, spec.target, secondary)
end

local function limited(stmt)
  return core.has(stmt, "limit") or core.has(stmt, "offset") or core.has(stmt, "fetch") or core.has(stmt, "distinct")
    or #core.get(stmt, "distinct_on") > 0 or #core.get(stmt, "group_by") > 0
end

--- The FROM that an entity is in, and its place.
local function place_of(self, entity)
  local context = require "lualchemy.orm.context"
  for i, from in ipairs(self.froms) do
    if joins.holds(from, entity) then return i end
  end
  self.froms = context.append(self.froms, {entity})
  return #self.froms
end

--- What a statement is from that names no FROM: the entities of its columns.
local function entities_of(self)
  local out, known = {}, {}
  for _, node in ipairs(core.get(self.stmt, "raw_columns")) do
    local kind = core.kind(node)
    if kind == "ATTRIBUTE" and core.has(node, "entity") then node = core.get(node, "entity") end
    if core.kind(node) == "ENTITY" and not known[core.id(node)] then
      known[core.id(node)] = true
      out[#out + 1] = node
    end
  end
  return out
end

--- The FROMs, those with eager joins last.
local function joined_last(froms, joined_at)
  local first, last = {}, {}
  for i, from in ipairs(froms) do table.insert(joined_at[i] and last or first, from) end
  return require("lualchemy.orm.context").append(first, last)
end

--- The tables of a FROM.
local function leaves(from, out)
  local kind = core.kind(from)
  if kind == "JOIN" then
    leaves(core.get(from, "left"), out)
    leaves(core.get(from, "right"), out)
  elseif kind == "FROM_GROUPING" then
    leaves(core.get(from, "element"), out)
  else
    out[#out + 1] = from
  end
  return out
end

local function plainly(self, specs)
  local order, joined_at, unnamed = core.get(self.stmt, "order_by"), {}, {}
  local context = require "lualchemy.orm.context"
  if #self.froms == 0 then self.froms = entities_of(self) end
  for _, spec in ipairs(specs) do
    local at = place_of(self, spec.root)
    local more
    self.froms[at], more = join(self, self.froms[at], spec, spec.source)
    order = context.append(order, more)
    joined_at[at] = true
    leaves(entities.selectable(spec.target), unnamed)
  end
  self.froms = joined_last(self.froms, joined_at)
  self.main.from_obj, self.main.order_by, self.main.unnamed = self.froms, order, unnamed
  return core.with(self.stmt, self.main)
end

local ORDERING = {[core.ops.asc_op] = true, [core.ops.desc_op] = true, [core.ops.nulls_first_op] = true,
  [core.ops.nulls_last_op] = true}

--- What an ORDER BY expression orders by: without direction and names.
local function ordered_by(node)
  local kind = core.kind(node)
  if kind == "UNARY" and (ORDERING[core.get(node, "modifier")] or ORDERING[core.get(node, "op")]) then
    return ordered_by(core.get(node, "element"))
  end
  if kind == "LABEL_REF" or kind == "GROUPING" or kind == "LABEL" then return ordered_by(core.get(node, "element")) end
  if kind == "TEXT_REF" then return nil end
  return node
end

eager.ordered_by = ordered_by

--- The label that an ORDER BY expression names.
local function label_in(node)
  local kind = core.kind(node)
  if kind == "LABEL_REF" or kind == "UNARY" then return label_in(core.get(node, "element")) end
  return kind == "LABEL" and node or nil
end

--- A limited statement is ordered outside, too: its subquery gives what it is ordered by.
local function add_order(self)
  local context, known = require "lualchemy.orm.context", {}
  self.ordered = {}
  for _, column in ipairs(self.columns) do known[#known + 1] = context.plain(column) end
  for i, expression in ipairs(core.get(self.stmt, "order_by")) do
    local node, found = ordered_by(context.plain(expression)), nil
    for at, column in ipairs(known) do
      if not found and (column == node or ordered_by(column) == node) then found = at end
    end
    if node and not found then
      found = self:add_column(label_in(expression) or node)
      known[#known + 1] = node
    end
    self.ordered[i] = found
  end
end

--- The statement as a subquery, the joins around it.
local function around(self, specs, own)
  local la, context = require "lualchemy.sql.api", require "lualchemy.orm.context"
  local inner_columns = {}
  for i = 1, own do inner_columns[i] = self.columns[i] end
  self.main.raw_columns = inner_columns
  local inner_statement = core.with(self.stmt, self.main)
  local plain = core.replace(inner_statement, function(node)
    if node == inner_statement then return nil end
    return context.unwrap_node(node)
  end, true)
  local inner = plain:subquery()
  local columns, inner_values = {}, core.columns(inner):values()
  for i = 1, own do columns[i] = inner_values[i] end
  for i = own + 1, #self.columns do columns[i] = self.columns[i] end
  local from, order = inner, {}
  for i, expression in ipairs(core.get(plain, "order_by")) do
    local by, place = ordered_by(expression), self.ordered[i]
    order[i] = core.replace(expression, function(node)
      if place and node == by then return inner_values[place] end
      if core.kind(node) == "COLUMN" then return core.columns(inner):corresponding_column(node) end
    end)
  end
  for _, spec in ipairs(specs) do
    local source = spec.source
    if not spec.parent then source = core.new("ENTITY",
      {mapper = entities.mapper(source), selectable = inner, is_alias = 1, name = "anon"}) end
    local more
    from, more = join(self, from, spec, source)
    order = context.append(order, more)
  end
  local outer = la.select()
  return core.with(outer, {raw_columns = columns, from_obj = {from}, order_by = order,
    label_style = core.get(self.stmt, "label_style"),
    for_update = core.has(self.stmt, "for_update") and core.get(self.stmt, "for_update") or nil,
    execution_options = core.has(self.stmt, "execution_options") and core.get(self.stmt, "execution_options") or nil})
end

--- The statement with its eager joins.
function eager.apply(self, plan)
  local specs, many = self.specs, false
  if not specs[1] and not self.late[1] then return core.with(self.stmt, self.main) end
  for _, spec in ipairs(specs) do many = many or spec.many end
  local wraps = many and limited(self.stmt)
  if wraps then add_order(self) end
  local own = #self.columns
  self.own = own
  for _, element in ipairs(plan.elements) do
    if element.kind == "entity" then self:settle(element) end
  end
  for _, column in ipairs(self.late) do self.columns[#self.columns + 1] = column end
  if #specs == 0 then return core.with(self.stmt, self.main) end
  for _, spec in ipairs(specs) do spec.root = spec.top.entity end
  if wraps then return around(self, specs, own) end
  return plainly(self, specs)
end

return eager
