--- la.composite(Point, "x", "y"): several columns as one value.
--
-- A composite class is any callable value whose instances answer __composite_values__() with an array. The value lies
-- in a slot
-- of its own, made of the columns when it is first read, and forgotten when they are loaded anew or flushed.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local property = require "lualchemy.orm.property"
local wrap = require("lualchemy.orm.prop_comparator").wrap

local module = {}
local methods = {}
local meta = property.class("composite", methods)

--- Bundles that stand for composites in a SELECT: core.id of the BUNDLE -> property.
module.by_bundle = {}

-- ---- values ----

--- A composite value of an array of column values (NULL for None).
function methods.make(prop, values)
  local given = {}
  for i = 1, #prop.keys do
    given[i] = values[i]
    if given[i] == core.null then given[i] = nil end
  end
  return prop.composite_class(compat.unpack(given, 1, #prop.keys))
end

--- The column values of a composite value, as an array.
function methods.values_of(prop, value)
  local fn = type(value) == "table" and value.__composite_values__
  if not fn then
    err.raise("InvalidRequestError", "Composite class %s is not a dataclass and does not define a "
      .. "__composite_values__() method; can't get state", tostring(prop.composite_class))
  end
  local values = fn(value)
  local out = {}
  for i = 1, #prop.keys do out[i] = values[i] == nil and core.null or values[i] end
  return out
end

-- ---- on the mapper ----

local function property_of(prop, attr)
  local mapper = prop.parent
  local found
  if type(attr) == "string" then
    found = mapper.props[attr]
  elseif core.kind(attr) == "ATTRIBUTE" then
    found = mapper.props[core.get(attr, "key")]
  elseif core.kind(attr) == "COLUMN" then
    found = mapper.column_to_property[attr]
  end
  if not found then
    err.raise("ArgumentError", "Composite expects Column objects or mapped attributes/attribute names as arguments, "
      .. "got: %s",
      tostring(attr))
  end
  return found
end

local function forget(prop)
  return function(_, _, obj)
    local st = rawget(obj, 1)
    local impl = st.mapper.impls[prop.key]
    if impl then rawset(obj, impl.slot, nil) end
  end
end

local function listen(prop)
  local cls, fn = prop.parent.class_, forget(prop)
  event.listen(cls, "after_insert", fn, {propagate = true})
  event.listen(cls, "after_update", fn, {propagate = true})
  event.listen(cls, "refresh", function(obj) fn(nil, nil, obj) end, {propagate = true})
end

--- Finds the columns' properties.
function methods.configure(prop)
  if prop.configured then return end
  prop.configured, prop.props, prop.keys = true, {}, {}
  for i, attr in ipairs(prop.attrs) do
    prop.props[i] = property_of(prop, attr)
    prop.keys[i] = prop.props[i].key
    if prop.active_history then prop.props[i].active_history = true end
    if prop.deferred then prop.props[i].deferred = true end
    if prop.group then prop.props[i].group = prop.group end
  end
  listen(prop)
  for _, mapper in ipairs(prop.parent.self_and_descendants) do
    if mapper.props[prop.key] == prop then require("lualchemy.orm.attribute").install(mapper, prop) end
  end
end

function methods.instrument_class(prop, mapper)
  if prop.configured then require("lualchemy.orm.attribute").install(mapper, prop) end
end

--- The columns given that are of no table yet.
function methods.declare_columns(prop, scan)
  local out = {}
  for i, attr in ipairs(prop.attrs) do
    attr = scan.copies[attr] or attr
    prop.attrs[i] = attr
    if core.kind(attr) == "COLUMN" and not core.get(attr, "table") then
      if core.get(attr, "name") == nil then
        err.raise("ArgumentError", "Composite class column arguments must be named unless a dataclass is used")
      end
      out[#out + 1] = attr
    end
  end
  return out
end

-- ---- Class.name ----

local expression = {}
--- What it tells of itself, as other attributes do.
local getters = {
  property = function(e) return e.prop end,
  parent = function(e) return e.entity or e.prop.parent end,
  class_ = function(e) return e.prop.parent.class_ end,
  info = function(e) return e.prop.info end,
  is_attribute = function() return true end,
  extension_type = function() return "NOT_EXTENSION" end,
}
local expression_meta = {__index = function(e, name)
  local found = expression[name]
  if found ~= nil then return found end
  return getters[name] and getters[name](e)
end}

local function elements(e)
  local out = {}
  for i, key in ipairs(e.prop.keys) do out[i] = e.entity and e.entity[key] or e.class[key] end
  return out
end

expression_meta.__clause_element = function(e)
  if not e.bundle then
    local exprs = {}
    for i, one in ipairs(elements(e)) do exprs[i] = core.element(one) end
    e.bundle = core.new("BUNDLE", {name = e.prop.key, exprs = exprs})
    module.by_bundle[core.id(e.bundle)] = e.prop
  end
  return e.bundle
end

expression_meta.__tostring = function(e)
  return (e.entity and tostring(e.entity) or e.prop.parent.class_name) .. "." .. e.prop.key
end

local function compare(e, value)
  if getmetatable(value) == expression_meta then return elements(value) end
  if value == nil or value == core.null then return {} end
  return e.prop:values_of(value)
end

--- Each column compared with its part of the value, all of these together.
for _, name in ipairs{"eq", "ne", "lt", "le", "gt", "ge"} do
  expression[name] = function(e, value)
    local values, parts = compare(e, value), {}
    for i, one in ipairs(elements(e)) do
      local v = values[i]
      if v == core.null then v = nil end
      parts[i] = one[name](one, v)
    end
    return require("lualchemy.sql.api").and_(compat.unpack(parts))
  end
end

--- {{column, value}, …} for an UPDATE.
function expression.update_pairs(e, value)
  local values, out = compare(e, value), {}
  for i, one in ipairs(elements(e)) do out[i] = {one, values[i] == nil and core.null or values[i]} end
  return out
end

--- The composite as an expression, of a class or of an aliased entity.
function methods.class_get(prop, record)
  prop:configure()
  local e = wrap(prop.comparator_factory, setmetatable({prop = prop, key = prop.key, class = record.class},
    expression_meta))
  rawset(record.class, prop.key, e)
  return e
end

--- The same of an aliased entity: anything that answers entity[key].
function methods.of_entity(prop, entity)
  return wrap(prop.comparator_factory, setmetatable({prop = prop, key = prop.key, entity = entity}, expression_meta))
end

-- ---- making ----

local KEYWORDS = base.keywords([[group deferred raiseload comparator_factory active_history init repr default
  default_factory compare kw_only hash info doc dataclass_metadata]])

--- @param ... any the class, then columns or names of attributes
local function composite(...)
  local p, o = args.brace("composite", KEYWORDS, ...)
  local attrs = {}
  for i = 2, p.n do attrs[i - 1] = type(p[i]) == "string" and p[i] or core.element(p[i]) or p[i] end
  if p[1] == nil or #attrs == 0 then
    err.raise("ArgumentError", "composite: a class and its columns are needed")
  end
  return setmetatable({
    composite_class = p[1], attrs = attrs, order = property.next_order(), wants_slot = true, group = o.group,
    deferred = o.deferred, active_history = o.active_history, doc = o.doc, info = o.info,
    comparator_factory = o.comparator_factory,
  }, meta)
end

module.public = {composite = composite}
return module
