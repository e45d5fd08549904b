--- INSERT, UPDATE and DELETE of mapped classes as Core has them: tables for classes, columns for attributes.
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"

local rewriting = {}

local function plain(node, criteria) return require("lualchemy.orm.context").plain(node, criteria) end

--- The ENTITY that a statement is about, or nil.
function rewriting.entity(stmt)
  local target = core.get(stmt, "table")
  return core.kind(target) == "ENTITY" and target or nil
end

-- ---- values ----

--- The property that a name stands for, through synonyms.
function rewriting.property(mapper, key)
  local prop = mapper.props[key]
  while prop and prop.kind == "synonym" do prop = mapper.props[prop.name] end
  return prop
end

local function hybrid_pairs(entity, key, value)
  local mapper = entities.mapper(entity)
  local d = require("lualchemy.orm.class").descriptor(mapper.record, key)
  local meta = type(d) == "table" and getmetatable(d)
  return meta and meta.update_pairs and meta.update_pairs(d, mapper.class_, key, value)
end

local function composite_pairs(prop, value)
  local values, out = prop:values_of(value), {}
  for i, key in ipairs(prop.keys) do out[i] = {prop.parent.class_[key], values[i]} end
  return out
end

local function value_in(node)
  if core.kind(node) == "BIND" then return core.get(node, "value") end
  return node
end

local function as_value(x)
  if core.is_node(x) then return x end
  if core.element(x) then return core.element(x) end
  return core.new("BIND", {value = x, unique = true, role = 1})
end

local add_pair

local function add_pairs(out, entity, list)
  for _, pair in ipairs(list) do add_pair(out, entity, core.element(pair[1]) or pair[1], as_value(pair[2])) end
end

--- The entity that an attribute is of, where it is none of the statement's.
local function owner_of(entity, key)
  local kind = core.kind(key)
  local own = (kind == "ATTRIBUTE" or kind == "RELATION") and core.get(key, "entity")
  if not own or entities.mapper(own).base_mapper == entities.mapper(entity).base_mapper then return entity end
  return own
end

--- Adds column = value for what the user set: a name, an attribute, a hybrid, a composite, a column.
function add_pair(out, entity, key, value)
  entity = owner_of(entity, key)
  local mapper = entities.mapper(entity)
  local name
  if core.kind(key) == "STR" then name = core.get(key, "s") end
  if type(key) == "string" then name = key end
  if core.kind(key) == "ATTRIBUTE" or core.kind(key) == "RELATION" then name = core.get(key, "key") end
  local prop = name and rewriting.property(mapper, name)
  if core.kind(key) == "BUNDLE" then prop = require("lualchemy.orm.composite").by_bundle[core.id(key)] end
  if prop and prop.kind == "column" then
    out[#out + 1] = {prop.columns[1], value, prop.key}
    for i = 2, #prop.columns do
      if core.get(prop.columns[i], "table") == mapper.local_table then out[#out][1] = prop.columns[i] end
    end
  elseif prop and prop.kind == "composite" then
    add_pairs(out, entity, composite_pairs(prop, value_in(value)))
  elseif name then
    local list = hybrid_pairs(entity, name, value_in(value))
    if list then return add_pairs(out, entity, list) end
    out[#out + 1] = {core.kind(key) == "ATTRIBUTE" and core.get(key, "expr") or key, value}
  else
    out[#out + 1] = {key, value, mapper.column_to_property[key] and mapper.column_to_property[key].key}
  end
end

--- What the statement sets: {{column, value, attribute}, …}.
function rewriting.resolved(stmt, list)
  local entity, out = rewriting.entity(stmt), {}
  for _, pair in ipairs(list or core.get(stmt, "values")) do add_pair(out, entity, core.get(pair, "key"),
    core.get(pair, "value")) end
  return out
end

--- A plain value gets the type of its column.
local function typed(value, column)
  if core.kind(value) ~= "BIND" or core.get(value, "role") == 0 or core.kind(column) ~= "COLUMN" then
    return plain(value)
  end
  return core.with(value, {type = core.get(column, "type")})
end

local function pair_nodes(resolved)
  local out = {}
  for i, pair in ipairs(resolved) do
    local key = type(pair[1]) == "string" and core.new("STR", {s = pair[1]}) or pair[1]
    out[i] = core.new("PAIR", {key = key, value = typed(pair[2], key)})
  end
  return out
end

local function position(node)
  return core.kind(node) == "COLUMN" and core.get(node, "position") or math.huge
end

local function in_order(resolved)
  for i, pair in ipairs(resolved) do pair.at = i end
  table.sort(resolved, function(a, b)
    local x, y = position(a[1]), position(b[1])
    if x ~= y then return x < y end
    return a.at < b.at
  end)
  return resolved
end

-- ---- statements ----

--- The with_loader_criteria() options of a statement.
local function criteria_of(stmt)
  local out = {}
  for _, node in ipairs(core.get(stmt, "options")) do
    local object = core.get(node, "object")
    if type(object) == "table" and object.loader_criteria then out[#out + 1] = object end
  end
  return out
end

--- The statement without names of the ORM; its criteria hold in statements within, too.
local function settled(stmt, criteria)
  stmt = require("lualchemy.orm.context").plain_within(stmt, criteria)
  return criteria[1] and require("lualchemy.orm.criteria_within").apply(stmt, criteria) or stmt
end

--- Conditions that belong to the class: single-table inheritance, with_loader_criteria.
function rewriting.extra_criteria(stmt)
  local entity, out = rewriting.entity(stmt), {}
  local mapper = entities.mapper(entity)
  for _, object in ipairs(criteria_of(stmt)) do
    local condition = object:condition_for(entity)
    if condition ~= nil then out[#out + 1] = condition end
  end
  local single = mapper:single_table_criterion()
  if single ~= nil then out[#out + 1] = entities.adapt(entity, core.element(single)) end
  return out
end

local function target_of(entity)
  if entities.is_alias(entity) then return core.get(entity, "selectable") end
  return entities.mapper(entity).local_table
end

local function multi_values(stmt)
  local rows = {}
  for i, row in ipairs(core.get(stmt, "multi_values")) do
    rows[i] = core.new("LIST", {items = pair_nodes(rewriting.resolved(stmt, core.get(row, "items")))})
  end
  return rows
end

local function conflict(stmt)
  local node = core.get(stmt, "on_conflict")
  if not node then return nil end
  local set = {}
  for i, pair in ipairs(core.get(node, "set")) do
    local key = core.get(pair, "key")
    local prop = core.kind(key) == "STR" and rewriting.property(entities.mapper(rewriting.entity(stmt)), core.get(key,
      "s"))
    if prop and prop.kind == "column" then key = prop.columns[1] end
    set[i] = core.new("PAIR", {key = plain(key), value = plain(core.get(pair, "value"))})
  end
  return core.with(node, {set = set})
end

--- The columns of RETURNING, and the plan by which their rows become objects.
function rewriting.returning(stmt)
  local list = core.get(stmt, "returning")
  if #list == 0 then return {}, nil end
  local select = core.new("SELECT", {raw_columns = list, auto_correlate = true, options = core.get(stmt, "options")})
  local rewritten, plan = require("lualchemy.orm.context").rewrite(select, {inner = true, rows = "returning"})
  return core.get(rewritten, "raw_columns"), not plan.star and plan or nil
end

local function rewrite_values(stmt, kind, fields)
  if kind == "DELETE" then return end
  if core.has(stmt, "values") then
    local resolved = rewriting.resolved(stmt)
    if kind == "INSERT" or core.get(stmt, "ordered") == 0 then resolved = in_order(resolved) end
    fields.values = pair_nodes(resolved)
  end
  if kind == "INSERT" and core.has(stmt, "multi_values") then fields.multi_values = multi_values(stmt) end
end

local function where_of(stmt, extra, criteria)
  local list = {}
  for i, condition in ipairs(core.get(stmt, "where")) do list[i] = plain(condition, criteria) end
  for _, condition in ipairs(extra) do list[#list + 1] = plain(core.element(condition)) end
  return list
end

--- The Core statement for a statement with names of the ORM, and the plan of its RETURNING.
function rewriting.rewrite(stmt)
  local kind, entity = core.kind(stmt), rewriting.entity(stmt)
  if not entity then return rewriting.generic(stmt) end
  local fields, criteria = {table = target_of(entity), options = {}}, criteria_of(stmt)
  rewrite_values(stmt, kind, fields)
  if kind ~= "INSERT" then fields.where = where_of(stmt, rewriting.extra_criteria(stmt), criteria) end
  local plan
  fields.returning, plan = rewriting.returning(stmt)
  for i, column in ipairs(fields.returning) do fields.returning[i] = plain(column) end
  if kind == "INSERT" then
    local on_conflict = conflict(stmt)
    if on_conflict then fields.on_conflict = on_conflict end
    if core.has(stmt, "select_names") then fields.select_names = rewriting.column_names(stmt,
      entities.mapper(entity)) end
  end
  return settled(core.with(stmt, fields), criteria), plan
end

--- A statement about a table in which classes occur.
function rewriting.generic(stmt)
  local fields, criteria = {}, criteria_of(stmt)
  local plan
  if core.has(stmt, "returning") then
    fields.returning, plan = rewriting.returning(stmt)
    for i, column in ipairs(fields.returning) do fields.returning[i] = plain(column) end
  end
  return settled(core.with(stmt, fields), criteria), plan
end

--- The names of from_select() as columns of the table have them.
function rewriting.column_names(stmt, mapper)
  local names = {}
  for i, name in ipairs(core.get(stmt, "select_names")) do
    if core.kind(name) == "STR" then name = core.get(name, "s") end
    local prop = rewriting.property(mapper, name)
    names[i] = prop and prop.kind == "column" and core.get(prop.columns[1], "key") or name
  end
  return names
end

return rewriting
