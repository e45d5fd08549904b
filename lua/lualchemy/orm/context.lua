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
local event = require "lualchemy.event"
local joins = require "lualchemy.orm.joins"
local check_options = require "lualchemy.orm.options_check"
local option_tree = require "lualchemy.orm.option_tree"
local adapt_polymorphic = require "lualchemy.orm.join_polymorphic"
local within = require "lualchemy.orm.criteria_within"

local LEGACY_ORM = require("lualchemy.sql.selectable").LABEL_STYLE_LEGACY_ORM

local context = {}

--- @class Rewriting the rewriting of one SELECT
local Rewriting = {}
Rewriting.__index = Rewriting

require("lualchemy.orm.entity_plan")(Rewriting)

-- ---- elements ----

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

local elements = {}

--- Entities whose rows the statement is about: criteria of theirs belong to its WHERE. The FROM of a class that lies in
-- several tables is their join; its columns alone would not tell.
function Rewriting:note_from(entity)
  if self.noted[entity] then return end
  self.noted[entity] = true
  self.entities[#self.entities + 1] = entity
  if core.kind(entities.selectable(entity)) == "JOIN" then self.needed[#self.needed + 1] = entity end
end

function elements.ENTITY(self, entity)
  self:note_from(entity)
  local plan = self:entity_plan(entity, option_tree.of(self.roots, self.stands_for[core.id(entity)] or entity))
  local name = core.get(entity, "name")
  return plan, name
end

function elements.BUNDLE(self, node)
  local plan, keys = {kind = "bundle", elements = {}}, {}
  plan.composite = require("lualchemy.orm.composite").by_bundle[core.id(node)]
  for i, part in ipairs(core.get(node, "exprs")) do plan.elements[i], keys[i] = self:element(part) end
  plan.keys = keys
  plan.processor = require("lualchemy.orm.bundle").processor_of(node)
  return plan, core.get(node, "name")
end

--- What an attribute stands for: in a statement, what its class is selected from may be another FROM than its tables.
local function expression_of(attribute, in_statement, criteria)
  local expr, entity = core.attribute(attribute)
  expr = entities.plain(entity, expr, criteria)
  if not in_statement or not entity then return expr end
  return entities.is_alias(entity) and expr or entities.adapt(entity, expr)
end

--- A column under the key that its attribute has, where it stands in a FROM and has another one or none.
function Rewriting:under_key(column, key)
  local kind = core.kind(column)
  if not self.keyed or not (kind == "COLUMN" and core.get(column, "key") ~= key
    or kind == "LABEL" and not core.get(column, "name") or kind == "FUNCTION") then return column end
  local known, id = self.keyed[key] or {}, core.id(column)
  self.keyed[key] = known
  known[id] = known[id]
    or core.new("ATTRIBUTE", {key = key, expr = column, type = core.get(column, "type"), plain = 1})
  return known[id]
end

function elements.ATTRIBUTE(self, node)
  local inner, entity, key = core.attribute(node)
  if entity then self:note_from(entity) end
  local kind = core.kind(inner)
  while kind == "ATTRIBUTE" do
    inner = core.attribute(inner)
    kind = core.kind(inner)
  end
  local expr = NAMED[kind] and self:under_key(expression_of(node, true, self.roots.criteria), key)
    or require("lualchemy.orm.unnamed").element(self, node, inner, key)
  local index = self:add_column(expr)
  self.unseen[index] = node
  return {kind = "column", index = index, node = node, inner = inner}, key
end

--- One element of what is selected: its plan and its name.
function Rewriting:element(node)
  local kind = core.kind(node)
  if elements[kind] then return elements[kind](self, node) end
  if kind == "RELATION" then node = require("lualchemy.orm.comparator").as_column(node) end
  if core.has_orm(node) then note_within(self, node) end
  local index = self:add_column(node)
  self.unseen[index] = node
  return {kind = "column", index = index, node = node}, key_of(node)
end

-- ---- criteria of entities ----

--- Conditions that belong to every use of an entity: single-table inheritance, with_loader_criteria.
--- @param related? boolean it is joined along a relationship: the condition of its own class comes first
--- @param loaded? boolean it is an alias that eager loading made
function Rewriting:criteria(entity, related, loaded)
  local out = related and joins.single_criteria(entity) or {}
  for _, c in ipairs(self.roots.criteria) do
    local condition = c:condition_for(entity, loaded)
    if condition ~= nil then out[#out + 1] = condition end
  end
  return related and out or context.append(out, joins.single_criteria(entity))
end

-- ---- names of the ORM inside ----

--- Replaces what only the ORM knows in any expression; for core.replace, asked about nodes with names of the ORM alone.
local unwrap
--- @param criteria? any[] with_loader_criteria() options that hold in statements within
--- @param inner boolean|"from"? "from": it is for a statement that stands in a FROM
function unwrap(root, in_statement, criteria, inner)
  return function(node)
    local kind = core.kind(node)
    if kind == "ATTRIBUTE" then return expression_of(node, in_statement, criteria) end
    if kind == "ENTITY" then return entities.selectable(node) end
    if kind == "SELECT" and node ~= root then
      local select = context.select_of_core(node, criteria, inner)
      return core.replace(select, unwrap(select, true, criteria, inner), true)
    end
    if kind == "RELATION" then return require("lualchemy.orm.comparator").as_column(node) end
    if (kind == "INSERT" or kind == "UPDATE" or kind == "DELETE") and node ~= root then
      return require("lualchemy.orm.bulk_dml").rewrite(node)
    end
  end
end

--- What takes the place of one node that holds names of the ORM; nil: nothing, go on into it.
context.unwrap_node = unwrap(nil, true)

--- An expression or FROM without names of the ORM.
--- @param criteria? any[] with_loader_criteria() options that hold in statements within
function context.plain(node, criteria)
  if not core.has_orm(node) then return node end
  if criteria and criteria[1] then return core.replace(node, unwrap(nil, true, criteria), true) end
  return core.replace(node, context.unwrap_node, true)
end

--- A statement without names of the ORM inside.
function context.plain_within(statement, criteria)
  if not core.has_orm(statement) then return statement end
  return core.replace(statement, unwrap(statement, true, criteria), true)
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

--- Gives the columns of the plan their keys in the rows, each another one, as SQLAlchemy does: `id`, `id_1` or with the
-- names of the tables, as the style says; `_no_label` where there is no name.
local function name_columns(plan, columns, places, style)
  for i, key in ipairs(columns[1] ~= nil and core.selected_keys(columns, style) or {}) do
    if key then plan.keys[places[i]] = key end
  end
end

--- Does the statement select "*", whose columns only the database knows? Then nothing else.
local function has_star(raw)
  for _, node in ipairs(raw) do
    local kind = core.kind(node)
    if kind == "COLUMN" and core.get(node, "is_literal") == 1 and core.get(node, "name") == "*"
      or kind == "TEXT" and core.get(node, "text") == "*" then
      if raw[2] ~= nil then
        err.raise("CompileError", "Can't generate ORM query that includes multiple expressions at the same time as "
          .. "'*'; query for '*' alone if present")
      end
      return true
    end
  end
end

--- The plan of what is selected.
function Rewriting:new_plan(raw)
  local plan, columns, places = {elements = {}, keys = {}}, {}, {}
  self.only = raw[2] == nil
  for i, node in ipairs(expand(raw, self.needed)) do
    local element, key = self:element(node)
    if element.kind == "column" and core.kind(node) ~= "RELATION" then
      columns[#columns + 1], places[#places + 1] = node, i
    end
    plan.elements[i], plan.keys[i] = element, key
  end
  if self.style and self.style ~= LEGACY_ORM then name_columns(plan, columns, places, self.style) end
  plan.n = #plan.elements
  plan.star = has_star(raw)
  plan.single = plan.n == 1 and plan.elements[1].kind == "entity"
  plan.eager_collections = self.eager_collections
  return plan
end

--- How many plans are kept for the statements that begin with one class.
local KEPT = 100

--- The plans of statements alike that begin with a class, by what they select.
local function kept_plans(self, entity)
  local name = self.specs and "plans" or self.keyed and "plans_of_froms" or self.whole and "plans_of_subqueries"
    or "plans_of_rows"
  local collected = entities.mapper(entity).collected
  local kept = collected[name]
  if not kept or kept.epoch ~= event.epoch or kept.n == KEPT then
    kept = {epoch = event.epoch, n = 0, of = {}}
    collected[name] = kept
  end
  kept.of[self.style] = kept.of[self.style] or {}
  return kept
end

local function any_orm(nodes)
  for i = 1, #nodes do
    if core.has_orm(nodes[i]) then return true end
  end
  return false
end

--- The plan; where classes and attributes of classes are selected without options, and nothing is joined for them, one
-- for all such statements. Nil where nobody wants it and what is selected has no names of the ORM.
function Rewriting:plan(stmt)
  if self.alone and not any_orm(core.get(stmt, "raw_columns")) then return nil end
  if self.contains then return self:new_plan(core.get(stmt, "raw_columns")) end -- its places are changed
  local key, entity
  if option_tree.are_empty(self.roots) then key, entity = core.selected_classes(stmt) end
  if not key then return self:new_plan(core.get(stmt, "raw_columns")) end
  local kept = kept_plans(self, entity)
  local of_style = kept.of[self.style]
  local known = of_style[key]
  if known then
    self.columns, self.entities, self.needed = known.columns, known.entities, known.needed
    return known.plan
  end
  local raw = core.get(stmt, "raw_columns")
  local plan = self:new_plan(raw)
  if not self.late[1] and not (self.specs and self.specs[1]) then
    kept.n = kept.n + 1
    of_style[key] = {plan = plan, columns = self.columns, entities = self.entities, needed = self.needed, raw = raw}
  end
  return plan
end

local function append(list, more)
  if more[1] == nil then return list end
  local out = {}
  for i, x in ipairs(list) do out[i] = x end
  for _, x in ipairs(more) do out[#out + 1] = x end
  return out
end
context.append = append

--- Fields of a SELECT that Core does not know.
local OF_ORM = {"setup_joins", "options", "memoized"}

--- What of the statement is another in Core.
local function main_of(self, stmt, plan)
  local main = {raw_columns = plan and self.columns}
  for _, name in ipairs(OF_ORM) do
    if core.has(stmt, name) then main[name] = {} end
  end
  for _, entity in ipairs(joins.left_entities(self)) do
    local more = self:criteria(entity)
    if more[1] ~= nil then main.where = append(main.where or core.get(stmt, "where"), more) end
  end
  if self.froms[1] ~= nil then main.from_obj = self.froms end
  return main
end

--- The SELECT with its columns, joins and criteria as Core has them; names of the ORM may be left inside.
--- @param inner boolean|"from" a subquery, of whose rows no objects are made; one that stands in a FROM
--- @param rows boolean|"returning"? its rows are those of a text or a RETURNING: what is deferred is left out
--- @param criteria any[]? with_loader_criteria() options of the statement around
--- @param alone boolean? nobody wants the plan
local function resolve(stmt, inner, rows, criteria, alone)
  local self = setmetatable({stmt = stmt, whole = inner and not rows, keyed = inner == "from" and {} or nil,
    returned = rows == "returning", alone = alone, entities = {}, noted = {},
    roots = option_tree.roots(stmt, criteria, inner and not rows), froms = {}, needed = {}, late = {},
    columns = {}, seen = {}, unseen = {}, specs = not inner and {} or nil, contains = rows == true},
    Rewriting)
  joins.resolve(self)
  stmt = adapt_polymorphic(self, require("lualchemy.orm.join_apart").adapt_statement(self, stmt))
  self.stmt, self.style = stmt, core.get(stmt, "label_style")
  if not inner then check_options(self.roots, stmt) end
  local plan = self:plan(stmt)
  for _, entity in ipairs(self.needed) do joins.ensure(self, entity) end
  self.main = main_of(self, stmt, plan)
  local result
  if inner == "from" then self.main.options = within.marks(joins.left_entities(self), self.joined) end
  if inner or not plan then result = core.with(stmt, self.main) else result = eager.apply(self, plan) end
  return result, plan, self.roots.criteria
end

--- @param inner boolean|"from"?
function context.select_of_core(stmt, criteria, inner)
  return (resolve(stmt, inner or true, nil, criteria))
end

local function rewrite_select(stmt, o)
  local result, plan, criteria = resolve(stmt, o.inner, o.rows, nil, o.alone)
  result = core.replace(result, unwrap(result, true, criteria, o.inner), true)
  if criteria[1] then result = within.apply(result, criteria) end
  return result, plan
end

--- The SELECT whose columns say what objects come of a statement with names of the ORM; nil: it gives plain rows.
function context.gives_objects(stmt)
  if core.kind(stmt) == "SELECT" then return stmt end
  if core.kind(stmt) ~= "COMPOUND" then return nil end
  local first = core.get(stmt, "selects")[1]
  while core.kind(first) == "SELECT_GROUPING" do first = core.get(first, "element") end
  return core.kind(first) == "SELECT" and core.has_orm(first) and first or nil
end

--- The Core statement of one with names of the ORM, and its load plan (nil where it gives no objects, or, if
-- `o.alone`, nobody wants it).
function context.rewrite(stmt, o)
  o = o or {}
  local kind = core.kind(stmt)
  if kind == "SELECT" then return rewrite_select(stmt, o) end
  if kind == "INSERT" or kind == "UPDATE" or kind == "DELETE" then
    return require("lualchemy.orm.bulk_dml").rewrite(stmt)
  end
  local plan
  local first = kind == "COMPOUND" and not o.inner and context.gives_objects(stmt)
  if first then
    local _
    _, plan = rewrite_select(first, {inner = true})
  end
  local criteria = kind == "COMPOUND" and core.has(stmt, "options") and option_tree.roots(stmt).criteria or {}
  stmt = core.replace(stmt, unwrap(nil, core.category(stmt) ~= "EXPR", criteria, o.inner), true)
  return criteria[1] and within.apply(stmt, criteria) or stmt, plan
end

require("lualchemy.sql.selectable_parts").plain = function(statement)
  if not core.has_orm(statement) then return statement end
  return core.rewritten((context.rewrite(statement, {inner = "from"})))
end

context.Rewriting = Rewriting
return context
