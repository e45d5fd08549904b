--- From a statement with names of the ORM to one of Core, and the plan by which its rows become objects.
--
-- plan: elements (array, one for each element of the row):
--     {kind = "column", index}                    a value of the row
--     {kind = "entity", …entity plan}             an object
--     {kind = "bundle", elements, meta}           several of these
--   keys (their names), single (one entity and nothing else), eager_collections (rows repeat), n
-- entity plan: entity (ENTITY), mapper, columns {{key, index}, …}, pk {index, …}, discriminator (index), tree (loader
-- options),
--   joined {{prop, plan = entity plan, mapper = the subclass whose it is}, …}: loaded from the same row;
--   path (mappers above it); of what is joined: root (the ENTITY it is joined to), steps (the relationships from there)
local core = require "lualchemy.core"
local eager = require "lualchemy.orm.eager"
local entities = require "lualchemy.orm.entities"
local err = require "lualchemy.error"
local joins = require "lualchemy.orm.joins"
local options = require "lualchemy.orm.options"

local context = {}

--- @class Rewriting the rewriting of one SELECT
local Rewriting = {}
Rewriting.__index = Rewriting

-- ---- columns of the statement ----

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

--- Where an expression that an entity needs stands in a row: it is there once, but for columns selected by themselves.
local function index_in_row(self, plan, index_of, node)
  local known, id = plan.late and index_of or self.seen, core.id(node)
  known[id] = known[id] or self:add_column(node, plan.late)
  return known[id]
end

local function add_property(self, plan, prop, index_of, mapper)
  local entity, tree = plan.entity, plan.tree
  local expression = tree and tree.expressions and tree.expressions[prop.key]
  if expression then
    plan.columns[#plan.columns + 1] = {prop.key, self:add_column(core.element(expression), plan.late), mapper}
    return
  end
  local whole = self.whole and core.kind(prop.expression) == "COLUMN"
  if is_blank(prop) then return end
  local needed = is_of_key(mapper or plan.mapper, prop) or prop.is_discriminator or whole
  if not needed and options.is_deferred(tree, prop) then return end
  local expr = entities.column(entity, prop, plan.contained)
  if not prop.is_primary_key and is_absent(entity, prop.columns[1], expr) then return end
  local first
  for i, c in ipairs(prop.columns) do
    index_of[c] = index_of[c]
      or index_in_row(self, plan, index_of, i == 1 and expr or entities.adapt(entity, c))
    first = first or index_of[c]
  end
  plan.columns[#plan.columns + 1] = {prop.key, first, mapper}
end

--- What subclasses add to the columns of an entity.
local function add_subclasses(self, plan, index_of)
  local known = {}
  for _, prop in ipairs(plan.mapper.prop_list) do known[prop] = true end
  for _, mapper in ipairs(entities.subs(plan.entity)) do
    for _, prop in ipairs(mapper ~= plan.mapper and mapper.prop_list or {}) do
      if not known[prop] and prop.kind == "column" and prop.slot then
        add_property(self, plan, prop, index_of, mapper)
      elseif not known[prop] and prop.kind == "relationship" and self.specs then
        eager.consider(self, plan, prop, mapper)
      end
      known[prop] = true
    end
  end
end

--- What of an entity is read: its columns (as the options say), its key, its discriminator; with eager joins, what
-- they read.
--- @param contained? boolean the statement joins the entity by itself
function Rewriting:entity_plan(entity, tree, path, late, contained)
  local mapper = entities.mapper(entity)
  local plan = {kind = "entity", entity = entity, mapper = mapper, columns = {}, pk = {}, tree = tree, joined = {},
    path = path or {}, late = late, compared = {}, contained = contained}
  local pending = self.pending
  if pending then
    plan.spec, plan.top, self.pending = pending.spec, pending.top, nil
  end
  local index_of = {}
  for _, prop in ipairs(mapper.prop_list) do
    if prop.kind == "column" and prop.slot then
      add_property(self, plan, prop, index_of)
    elseif prop.kind == "relationship" and self.specs then
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
  if mapper.polymorphic_on ~= nil then
    plan.discriminator = index_of[mapper.polymorphic_on]
      or index_in_row(self, plan, index_of, entities.adapt(entity, mapper.polymorphic_on))
  end
  return plan
end

--- The plan of what is joined to an entity plan.
function Rewriting:eager_plan(above, prop, target, tree, spec)
  local path = {above.mapper}
  for _, m in ipairs(above.path) do path[#path + 1] = m end
  self.pending = {spec = spec, top = spec.top}
  local plan = self:entity_plan(target, tree, path, true)
  plan.root, plan.steps = above.root or above.entity, {}
  for i, step in ipairs(above.steps or {}) do plan.steps[i] = step end
  plan.steps[#plan.steps + 1] = prop
  return plan
end

local function key_of(node)
  local kind = core.kind(node)
  if kind == "ATTRIBUTE" or kind == "RELATION" then return core.get(node, "key") end
  if kind == "LABEL" or kind == "FUNCTION" then return core.get(node, "name") end
  if kind == "COLUMN" then return core.get(node, "key") or core.get(node, "name") end
  return nil
end

local NAMED = {COLUMN = true, LABEL = true, FUNCTION = true}

--- What an expression is about, but for what SELECTs in it are about.
local function note_within(self, node)
  core.replace(node, function(n)
    local kind = core.kind(n)
    if kind == "ATTRIBUTE" and core.has(n, "entity") then self:note_from(core.get(n, "entity")) end
    if kind == "ATTRIBUTE" or core.category(n) == "STATEMENT" or core.category(n) == "FROM" then return n end
  end)
end

--- An attribute whose expression has no name (a hybrid's) gives it its own.
local function named(attribute)
  local expr = attribute
  while core.kind(expr) == "ATTRIBUTE" do expr = core.get(expr, "expr") end
  if NAMED[core.kind(expr)] then return attribute end
  return attribute:label(core.get(attribute, "key"))
end

local elements = {}

--- The FROM of a class that lies in several tables is their join; its columns alone would not tell.
function Rewriting:note_from(entity)
  self:note_entity(entity)
  if core.kind(entities.selectable(entity)) == "JOIN" then self.needed[#self.needed + 1] = entity end
end

function elements.ENTITY(self, entity)
  self:note_from(entity)
  local plan = self:entity_plan(entity, options.tree_for(self.roots, self.stands_for[core.id(entity)] or entity))
  local name = core.get(entity, "name")
  return plan, name
end

function elements.BUNDLE(self, node)
  local plan, keys = {kind = "bundle", elements = {}}, {}
  plan.composite = require("lualchemy.orm.composite").by_bundle[core.id(node)]
  for i, part in ipairs(core.get(node, "exprs")) do plan.elements[i], keys[i] = self:element(part) end
  plan.keys = keys
  return plan, core.get(node, "name")
end

--- One element of what is selected: its plan and its name.
function Rewriting:element(node)
  local kind = core.kind(node)
  if elements[kind] then return elements[kind](self, node) end
  if kind == "ATTRIBUTE" and core.has(node, "entity") then self:note_from(core.get(node, "entity")) end
  if kind == "RELATION" then node = require("lualchemy.orm.comparator").as_column(node) end
  if kind ~= "ATTRIBUTE" and core.has_orm(node) then note_within(self, node) end
  local index = self:add_column(kind == "ATTRIBUTE" and named(node) or node)
  local id = core.id(kind == "ATTRIBUTE" and context.plain(node) or node)
  self.seen[id] = self.seen[id] or index
  return {kind = "column", index = index, node = node}, key_of(node)
end

--- Entities whose rows the statement is about: criteria of theirs belong to its WHERE.
function Rewriting:note_entity(entity)
  local id = core.id(entity)
  if self.noted[id] then return end
  self.noted[id] = true
  self.entities[#self.entities + 1] = entity
end

-- ---- criteria of entities ----

--- Conditions that belong to every use of an entity: single-table inheritance, with_loader_criteria.
--- @param loaded? boolean it is an alias that eager loading made
function Rewriting:criteria(entity, loaded)
  local out, mapper = {}, entities.mapper(entity)
  local single = core.get(entity, "settled") == 0 and mapper:single_table_criterion() or nil
  if single ~= nil then out[1] = entities.adapt(entity, single) end
  for _, c in ipairs(self.roots.criteria) do
    local condition = c:condition_for(entity, loaded)
    if condition ~= nil then out[#out + 1] = condition end
  end
  return out
end

-- ---- names of the ORM inside ----

--- What an attribute stands for: in a statement, what its class is selected from may be another FROM than its tables.
local function expression_of(attribute, in_statement)
  local expr = core.get(attribute, "expr")
  if core.has_orm(expr) then expr = context.plain(expr) end
  if not in_statement or not core.has(attribute, "entity") then return expr end
  local entity = core.get(attribute, "entity")
  return entities.is_alias(entity) and expr or entities.adapt(entity, expr)
end

--- Replaces what only the ORM knows in any expression.
local unwrap
--- @param criteria? any[] with_loader_criteria() options that hold in statements within
function unwrap(root, in_statement, criteria)
  return function(node)
    local kind = core.kind(node)
    if kind == "ATTRIBUTE" then return expression_of(node, in_statement) end
    if kind == "ENTITY" then return entities.selectable(node) end
    if kind == "SELECT" and node ~= root and core.has_orm(node) then
      local inner = context.select_of_core(node, criteria)
      return core.replace(inner, unwrap(inner, true, criteria))
    end
    if kind == "RELATION" then return require("lualchemy.orm.comparator").as_column(node) end
    if (kind == "INSERT" or kind == "UPDATE" or kind == "DELETE") and node ~= root and core.has_orm(node) then
      return require("lualchemy.orm.bulk_dml").rewrite(node)
    end
  end
end

--- What takes the place of one node; nil: nothing, go on into it.
context.unwrap_node = unwrap(nil, true)

--- An expression or FROM without names of the ORM.
function context.plain(node)
  if not core.has_orm(node) then return node end
  return core.replace(node, context.unwrap_node)
end

-- ---- the statement ----

--- Its columns for each FROM; a join among them is `needed` as a whole.
local function expand(raw, needed)
  local out = {}
  for _, node in ipairs(raw) do
    if core.kind(node) == "JOIN" then needed[#needed + 1] = node end
    if core.category(node) == "FROM" and core.kind(node) ~= "ENTITY" then
      for _, column in ipairs(core.columns(node):values()) do out[#out + 1] = column end
    else
      out[#out + 1] = node
    end
  end
  return out
end

local function append(list, more)
  local out = {}
  for i, x in ipairs(list) do out[i] = x end
  for _, x in ipairs(more) do out[#out + 1] = x end
  return out
end
context.append = append

--- The SELECT with its columns, joins and criteria as Core has them; names of the ORM may be left inside.
--- @param inner boolean a subquery, of whose rows no objects are made
--- @param rows boolean? its rows are those of a RETURNING or the like: what is deferred is left out
--- @param criteria any[]? with_loader_criteria() options of the statement around
local function resolve(stmt, inner, rows, criteria)
  local self = setmetatable({stmt = stmt, whole = inner and not rows, columns = {}, entities = {}, noted = {},
    roots = options.roots(stmt), froms = {},
    needed = {}, late = {}, seen = {}, specs = not inner and {} or nil}, Rewriting)
  for _, option in ipairs(criteria or {}) do table.insert(self.roots.criteria, option) end
  joins.resolve(self)
  stmt = joins.adapt_statement(self, stmt)
  self.stmt = stmt
  local plan = {elements = {}, keys = {}}
  for i, node in ipairs(expand(core.get(stmt, "raw_columns"), self.needed)) do
    plan.elements[i], plan.keys[i] = self:element(node)
  end
  plan.n = #plan.elements
  plan.single = plan.n == 1 and plan.elements[1].kind == "entity"
  for _, entity in ipairs(self.needed) do joins.ensure(self, entity) end
  local where = core.get(stmt, "where")
  for _, entity in ipairs(joins.left_entities(self)) do where = append(where, self:criteria(entity)) end
  self.main = {raw_columns = self.columns, from_obj = self.froms, setup_joins = {}, where = where, options = {},
    memoized = {}, orm = nil}
  local result
  if inner then result = core.with(stmt, self.main) else result = eager.apply(self, plan) end
  plan.eager_collections = self.eager_collections
  return result, plan, self.roots.criteria
end

function context.select_of_core(stmt, criteria)
  return (resolve(stmt, true, nil, criteria))
end

local function rewrite_select(stmt, o)
  local result, plan, criteria = resolve(stmt, o.inner, o.rows)
  return core.replace(result, unwrap(result, true, criteria)), plan
end

--- The Core statement of one with names of the ORM, and its load plan (nil where it gives no objects).
function context.rewrite(stmt, o)
  o = o or {}
  local kind = core.kind(stmt)
  if kind == "SELECT" then return rewrite_select(stmt, o) end
  if kind == "INSERT" or kind == "UPDATE" or kind == "DELETE" then
    return require("lualchemy.orm.bulk_dml").rewrite(stmt)
  end
  local plan
  if kind == "COMPOUND" and not o.inner then
    local first = core.get(stmt, "selects")[1]
    while core.kind(first) == "SELECT_GROUPING" do first = core.get(first, "element") end
    if core.kind(first) == "SELECT" and core.has_orm(first) then
      local _
      _, plan = rewrite_select(first, {inner = true})
      plan.single = plan.n == 1 and plan.elements[1].kind == "entity"
    end
  end
  return core.replace(stmt, unwrap(nil, core.category(stmt) ~= "EXPR")), plan
end

--- The plan of a statement that gives the columns of `entity`: from_statement().
function context.plan_for_text(entity, names)
  local self = setmetatable({columns = {}, entities = {}, noted = {}, needed = {}, late = {}, seen = {},
    roots = {any = options.new_tree(), by_id = {}, criteria = {}}}, Rewriting)
  local element = self:entity_plan(entity, nil)
  local at = {}
  for i, name in ipairs(names) do at[name] = i end
  local function place(index)
    local column = self.columns[index]
    return at[core.get(column, "name")] or at[core.get(column, "key")]
      or at[(core.get(core.get(column, "table") or column, "name") or "") .. "_" .. core.get(column, "name")]
  end
  local columns = {}
  for _, c in ipairs(element.columns) do
    local index = place(c[2])
    if index then columns[#columns + 1] = {c[1], index} end
  end
  element.columns = columns
  for i, index in ipairs(element.pk) do
    element.pk[i] = place(index) or err.raise("NoSuchColumnError", "Could not locate column in row for column '%s'",
      tostring(self.columns[index]))
  end
  if element.discriminator then element.discriminator = place(element.discriminator) end
  return {elements = {element}, keys = {core.get(entity, "name")}, n = 1, single = true}
end

require("lualchemy.sql.selectable_parts").plain = function(statement)
  if not core.has_orm(statement) then return statement end
  return (context.rewrite(statement, {inner = true}))
end

context.Rewriting = Rewriting
return context
