--- What la.inspect() tells of attributes and aliases, and the descriptors of a mapper.
local base = require "lualchemy.sql.schema_base"
local class = require "lualchemy.orm.class"
local core = require "lualchemy.core"
local entities = require "lualchemy.orm.entities"
local ordered = require "lualchemy.orm.ordered"

local tells = {}

-- ---- attributes ----

local function hybrid_of(node)
  return class.descriptor(entities.mapper(core.get(node, "entity")).record, core.get(node, "key"))
end

--- A column's own, else the property's or the hybrid's.
function tells.info(node)
  local expr = core.kind(node) == "ATTRIBUTE" and core.get(node, "expr")
  if expr and core.kind(expr) == "COLUMN" then return expr.info end
  local prop = node.property
  if prop then return prop.info end
  local hybrid = hybrid_of(node)
  hybrid.info = hybrid.info or {}
  return hybrid.info
end

function tells.doc(node)
  local expr = core.kind(node) == "ATTRIBUTE" and core.get(node, "expr")
  if expr and core.kind(expr) == "COLUMN" then return expr.doc end
  return node.property and node.property.doc
end

--- What the column of an attribute tells of itself; the table is that of an alias, where the attribute is of one.
function tells.of_column(node, name)
  local expr = core.get(node, "expr")
  local prop = name ~= "table" and node.property
  local column = prop and prop.columns and prop.columns[1]
  return (column and core.kind(expr) == "COLUMN" and column or expr)[name]
end

--- That of a hybrid's attribute, else that of no extension.
function tells.extension_type(node)
  local d = hybrid_of(node)
  return d and d.extension_type or "NOT_EXTENSION"
end

-- ---- aliases ----

function tells.class_(entity) return entities.mapper(entity).class_ end
function tells.entity(entity) return entities.wrap(entity) end
function tells.selectable(entity) return entities.selectable(entity) end
function tells.polymorphic_on(entity) return entities.mapper(entity).polymorphic_on end
function tells.with_polymorphic_mappers(entity) return entities.subs(entity) end

-- ---- the descriptors of a mapper ----

local function place(value)
  local node = type(value) == "table" and rawget(value, "columns") and value.columns[1] or value
  if core.is_node(node) and core.kind(node) == "COLUMN" then return core.get(base.spec(node), "order") end
  return type(value) == "table" and rawget(value, "order") or nil
end

--- What a class body has under mapped names and descriptors, in the order in which it was written.
local function written(body, wanted)
  local keys, at = {}, {}
  for key, value in pairs(body or {}) do
    at[key] = wanted[key] and place(value)
    if at[key] then keys[#keys + 1] = key end
  end
  table.sort(keys, function(a, b) return at[a] < at[b] end)
  return keys
end

--- The attributes and descriptors of one class (or mixin) of the mro by name.
local function own(mapper, one, of)
  local wanted = {}
  for key, value in pairs(of and {} or one) do wanted[key] = class.is_descriptor(value) or nil end
  for key in pairs(of and of.descriptors or {}) do wanted[key] = true end
  for _, prop in ipairs(of and of.mapper and of.mapper.prop_list or {}) do wanted[prop.key] = true end
  for key in pairs(mapper.props) do
    if of and of.body and of.body[key] ~= nil then wanted[key] = true end
  end
  return wanted
end

--- The keys of one class: those that are written in its body, in that order, then what else is mapped.
local function keys_of(mapper, one)
  local of = class.record(one)
  local wanted = own(mapper, one, of)
  local keys = written(of and of.body or one, wanted)
  for _, key in ipairs(keys) do wanted[key] = nil end
  for _, prop in ipairs(of and of.mapper and of.mapper.prop_list or {}) do
    if wanted[prop.key] then keys[#keys + 1] = prop.key end
    wanted[prop.key] = nil
  end
  local rest = {}
  for key in pairs(wanted) do rest[#rest + 1] = key end
  table.sort(rest)
  for _, key in ipairs(rest) do keys[#keys + 1] = key end
  return keys
end

local function value_of(mapper, key)
  local d = class.descriptor(mapper.record, key)
  if mapper.props[key] then return mapper.class_[key] end
  return d
end

--- All attributes and descriptors of a mapper's class: what a parent has, too, stands at the parent's place.
function tells.descriptors(mapper)
  local mro, out = mapper.record.mro, ordered.new()
  local above, lists = {}, {}
  for i = #mro, 1, -1 do
    lists[i] = {}
    for _, key in ipairs(keys_of(mapper, mro[i])) do
      if not above[key] then table.insert(lists[i], key) end
      above[key] = true
    end
  end
  for i = 1, #mro do
    for _, key in ipairs(lists[i]) do
      local value = value_of(mapper, key)
      if value ~= nil then ordered.put(out, key, value) end
    end
  end
  return out
end

return tells
