--- A Query over a subquery (union, count …): its entities as they are in the rows of that subquery.
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local in_terms_of = require("lualchemy.sql.adapt").adapt

local adapt = {}

--- The columns of `from` that stand for the entity's; nil if it has none of them.
local function in_place(base, entity)
  local from = base.from
  local columns = core.columns(from)
  for _, column in ipairs(entities.mapper(entity).primary_key) do
    if not columns:corresponding_column(entities.adapt(entity, column)) then return nil end
  end
  local mapper = entities.mapper(entity)
  local made = core.new("ENTITY", {mapper = mapper, selectable = from, name = core.get(entity, "name"), is_alias = 1,
    settled = true})
  entities.placed[made] = base.entities[core.id(entity)]
  return made
end

local function entity_in(base, entity)
  if core.get(entity, "selectable") == base.from then return nil end
  local id = core.id(entity)
  if base.known[id] == nil then
    base.known[id] = in_place(base, entity) or false
    base.held[#base.held + 1] = entity
  end
  return base.known[id] or nil
end

local function attribute_in(base, node)
  local entity = core.get(node, "entity")
  local expr = core.get(node, "expr")
  local placed = entity and base.entities[core.id(entity)]
  local there = base.places[core.id(node)] or placed and placed[core.get(node, "key")]
    or core.columns(base.from):corresponding_column(expr, true)
    or core.columns(base.from):corresponding_column(node, true)
    or in_terms_of(expr, base.from)
  if there == expr then return nil end
  return core.new("ATTRIBUTE", {
    entity = entity and entity_in(base, entity) or entity, key = core.get(node, "key"), expr = there,
      type = core.get(there, "type"),
  })
end

local function option_in(base, node)
  local object = core.get(node, "object")
  if type(object) ~= "table" or not object.steps then return nil end
  local copy = setmetatable({}, getmetatable(object))
  for k, v in pairs(object) do copy[k] = v end
  copy._node, copy.steps = nil, {}
  for i, step in ipairs(object.steps) do
    local s = {}
    for k, v in pairs(step) do s[k] = v end
    s.targets = {}
    for j, target in ipairs(step.targets) do
      s.targets[j] = i == 1 and j == 1 and core.is_node(target) and adapt.node(base, target) or target
    end
    copy.steps[i] = s
  end
  if copy.root then copy.root = adapt.node(base, core.element(copy.root)) end
  return core.element(copy)
end

--- The column that stands for an expression; nil if there is none, or if it is that of an alias of the same table.
local function expression_in(base, node)
  return base.places[core.id(node)] or core.columns(base.from):corresponding_column(node, true)
end

--- A reference to a label is one to the column that the label has become.
local function reference_in(base, node)
  local label = core.get(node, "element")
  return core.kind(label) == "LABEL" and expression_in(base, label) or nil
end

--- What a statement selects from, other than tables, stays what it is.
local function itself(_, node) return node end

local KINDS = {
  SUBQUERY = itself, CTE = itself, LATERAL = itself,
  ENTITY = entity_in, ATTRIBUTE = attribute_in, OPTION = option_in, LABEL_REF = reference_in, LABEL = expression_in,
  COLUMN = expression_in, FUNCTION = expression_in, BINARY = expression_in, CASE = expression_in, CAST = expression_in,
  RELATION = function(base, node)
    local entity = entity_in(base, core.get(node, "entity"))
    return entity and core.with(node, {entity = entity})
  end,
}

--- The node with entities and attributes as they are in the base's rows.
function adapt.node(base, node)
  return core.replace(node, function(n)
    if n == base.from then return n end
    local fn = KINDS[core.kind(n)]
    return fn and fn(base, n)
  end)
end

local function column_in(base, node)
  return core.kind(node) ~= "ATTRIBUTE" and base.places[core.id(node)] or adapt.node(base, node)
end

--- The SELECT of a Query whose base is that FROM.
function adapt.statement(base, stmt)
  local columns = core.get(stmt, "raw_columns")
  for i, column in ipairs(columns) do columns[i] = column_in(base, column) end
  return adapt.node(base, core.with(stmt, {raw_columns = columns}))
end

--- Which columns of the base stand for what is selected: by the numbers of expressions, and for entities by key.
local function note_places(base, statement)
  local context = require "lualchemy.orm.context"
  local select = context.gives_objects(statement)
  if not select then return end
  local _, plan = context.rewrite(select, {inner = true})
  local raw, columns = core.get(select, "raw_columns"), core.columns(base.from):values()
  for i, element in ipairs(plan and plan.n == #raw and plan.elements or {}) do
    local id = core.id(raw[i])
    base.held[#base.held + 1] = raw[i]
    if element.kind == "entity" then
      local of_key = {}
      for _, c in ipairs(element.columns) do of_key[c[1]] = columns[c[2]] end
      base.entities[id] = of_key
    elseif element.kind == "column" then
      base.places[id] = columns[element.index]
    end
  end
end

--- A base: the statement, without names of the ORM, as what rows come from.
function adapt.base(statement)
  local plain = require("lualchemy.orm.context").rewrite(statement, {inner = true})
  local base = {from = plain:subquery(), places = {}, entities = {}, known = {}, held = {}}
  note_places(base, statement)
  return base
end

return adapt
