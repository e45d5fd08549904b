--- What of an entity a statement reads: its columns, as options say, and its plan (see orm/context.lua).
local core = require "lualchemy.core"
local eager = require "lualchemy.orm.eager"
local entities = require "lualchemy.orm.entities"
local option_tree = require "lualchemy.orm.option_tree"

--- Has a query_expression() nothing to say without with_expression()?
local function is_blank(prop)
  if prop.strategy ~= "query_expression" then return false end
  local node = core.element(prop.expression)
  if core.kind(node) == "LABEL" then node = core.get(node, "element") end
  return core.kind(node) == "NULL"
end

--- Is the property part of the mapper's primary key?
local function is_of_key(mapper, prop)
  for _, column in ipairs(mapper.primary_key) do
    if mapper.column_to_property[column] == prop then return true end
  end
  return false
end

--- Is the column none of those that an alias selects from?
local function is_absent(entity, column, adapted)
  return core.kind(column) == "COLUMN" and adapted == column and entities.is_alias(entity)
    and not core.columns(core.get(entity, "selectable")):contains_column(column)
end

--- The places of the expressions that are in the row by now.
local function places(self)
  local seen = self.seen
  if next(self.unseen) == nil then return seen end
  for index = 1, #self.columns do
    local node = self.unseen[index]
    if node then
      if core.kind(node) == "ATTRIBUTE" then node = require("lualchemy.orm.context").plain(node) end
      seen[core.id(node)] = seen[core.id(node)] or index
    end
  end
  self.unseen = {}
  return seen
end

--- Where an expression that an entity needs stands in a row: it is there once, but for columns selected by themselves.
local function index_in_row(self, plan, index_of, node)
  local known, id = plan.late and index_of or places(self), core.id(node)
  known[id] = known[id] or self:add_column(node, plan.late)
  return known[id]
end

--- Does the statement leave the property's columns out?
local function is_left_out(self, plan, prop, mapper)
  local whole = self.whole and core.kind(prop.expression) == "COLUMN"
  if is_blank(prop) or self.returned and core.kind(prop.expression) ~= "COLUMN" then return true end
  local needed = is_of_key(mapper or plan.mapper, prop) or prop.is_discriminator or whole
  return not needed and option_tree.is_deferred(plan.tree, prop)
end

local function add_property(self, plan, prop, index_of, mapper)
  local entity, tree = plan.entity, plan.tree
  local expression = tree and tree.expressions and tree.expressions[prop.key]
  if expression then
    local node = core.element(expression)
    local plain = core.kind(node) == "ATTRIBUTE" and require("lualchemy.orm.context").plain(node)
    if plan.spec then node = entities.adapt(entity, require("lualchemy.orm.context").plain(node)) end
    local index
    if plain and core.kind(plain) == "COLUMN" and not plan.spec then
      index = index_in_row(self, plan, index_of, plain)
    else
      index = self:add_column(node, plan.late)
    end
    plan.columns[#plan.columns + 1] = {prop.key, index, mapper}
    return
  end
  if is_left_out(self, plan, prop, mapper) then return end
  local expr = entities.column(entity, prop, plan.contained, self.roots.criteria)
  if not prop.is_primary_key and is_absent(entity, prop.columns[1], expr) then return end
  if core.kind(expr) == "LABEL" then expr = self:under_key(expr, prop.key) end
  local first
  for i, c in ipairs(prop.columns) do
    index_of[c] = index_of[c]
      or index_in_row(self, plan, index_of, i == 1 and expr or entities.adapt(entity, c))
    first = first or index_of[c]
  end
  plan.columns[#plan.columns + 1] = {prop.key, first, mapper}
end

--- Where a relationship leads to an alias of a subclass, the columns of its own class come first.
local function add_base(self, plan, index_of, base)
  local entity = plan.entity
  if not base or base == plan.mapper or not entities.is_alias(entity) then return end
  for _, prop in ipairs(base.prop_list) do
    local own = prop.kind == "column" and plan.mapper.props[prop.key]
    local is_one = own and own.kind == "column" and not (plan.tree and plan.tree.expressions and
      plan.tree.expressions[own.key])
    for _, c in ipairs(is_one and not is_left_out(self, plan, own) and prop.columns or {}) do
      if core.kind(c) == "COLUMN" then
        index_of[c] = index_of[c] or index_in_row(self, plan, index_of, entities.adapt(entity, c))
      end
    end
  end
end

--- What subclasses add to the columns of an entity.
local function add_subclasses(self, plan, index_of)
  local known = {}
  for _, prop in ipairs(plan.mapper.prop_list) do known[prop] = true end
  for _, mapper in ipairs(entities.subs(plan.entity)) do
    for _, prop in ipairs(mapper ~= plan.mapper and mapper.prop_list or {}) do
      if not known[prop] and prop.kind == "column" and prop.slot then
        add_property(self, plan, prop, index_of, mapper)
      elseif not known[prop] and prop.kind == "relationship" and (self.specs or self.contains) then
        eager.consider(self, plan, prop, mapper)
      end
      known[prop] = true
    end
  end
end

--- Adds to the class of orm/context.lua.
return function(Rewriting)

  --- Adds an expression to the columns; its place in the row. Those of joined eager loads (late) come after all others:
  -- their places are negative until Rewriting:settle.
  function Rewriting:add_column(node, late)
    if late then
      self.late[#self.late + 1] = node
      return -#self.late
    end
    self.columns[#self.columns + 1] = node
    return #self.columns
  end

  --- Gives the late columns of an entity plan their places.
  function Rewriting:settle(plan)
    local function place(index) return index < 0 and self.own - index or index end
    for _, c in ipairs(plan.columns) do c[2] = place(c[2]) end
    for i, index in ipairs(plan.pk) do plan.pk[i] = place(index) end
    if plan.discriminator then plan.discriminator = place(plan.discriminator) end
    for _, j in ipairs(plan.joined) do self:settle(j.plan) end
  end

  --- What of an entity is read: its columns (as the options say), its key, its discriminator; with eager joins, what
  -- they read.
  --- @param contained? boolean the statement joins the entity by itself
  --- @param base? table the mapper of the relationship that leads to it
  function Rewriting:entity_plan(entity, tree, path, late, contained, base)
    local mapper = entities.mapper(entity)
    local plan = {kind = "entity", entity = entity, mapper = mapper, columns = {}, pk = {}, tree = tree, joined = {},
      path = path or {}, late = late, compared = {}, contained = contained}
    local criteria = self.roots.criteria
    if criteria[#self.roots.propagating + 1] then plan.above = {criteria = criteria} end
    local pending = self.pending
    if pending then
      plan.spec, plan.top, plan.root, plan.steps = pending.spec, pending.top, pending.root, pending.steps
      self.pending = nil
    end
    local index_of = {}
    add_base(self, plan, index_of, base)
    for _, prop in ipairs(mapper.prop_list) do
      if prop.kind == "column" and prop.slot then
        add_property(self, plan, prop, index_of)
      elseif prop.kind == "column" and prop.is_discriminator then
        local column = prop.columns[1]
        index_of[column] = index_of[column] or index_in_row(self, plan, index_of, entities.adapt(entity, column))
      elseif prop.kind == "relationship" and (self.specs or self.contains) then
        eager.consider(self, plan, prop)
      end
    end
    add_subclasses(self, plan, index_of)
    for i, column in ipairs(mapper.primary_key) do
      plan.pk[i] = index_of[column] or index_in_row(self, plan, index_of, entities.adapt(entity, column))
    end
    for _, column in ipairs(plan.compared) do
      index_of[column] = index_of[column] or index_in_row(self, plan, index_of, entities.adapt(entity, column))
    end
    local on = mapper.polymorphic_on
    if on ~= nil then
      local column = entities.adapt(entity, on)
      plan.discriminator = index_of[on]
        or not is_absent(entity, on, column) and index_in_row(self, plan, index_of, column) or nil
    end
    return plan
  end

  --- The plan of what is joined to an entity plan.
  function Rewriting:eager_plan(above, prop, target, tree, spec)
    local path = {above.mapper}
    for _, m in ipairs(above.path) do path[#path + 1] = m end
    local steps = {}
    for i, step in ipairs(above.steps or {}) do steps[i] = step end
    steps[#steps + 1] = prop
    self.pending = {spec = spec, top = spec.top, root = above.root or above.entity, steps = steps}
    return self:entity_plan(target, tree, path, true, nil, prop.mapper)
  end

end
