--- Properties of mappers: what all have, and columns.
--
-- All: kind ("column", "relationship", "synonym", "composite"), key, parent (the Mapper that declared it), order, doc,
-- info
-- ColumnProperty: columns (array; the first is the expression), expression, deferred, group, raiseload, active_history,
--   expire_on_flush, is_primary_key, is_discriminator, instrument (false: no attribute of instances), slot
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local property = {}

-- ---- what all have ----

--- Methods of all properties.
property.methods = {}

local FLAGS = require("lualchemy.orm.flags").of "is_property"

--- A metatable for properties of a kind.
function property.class(kind, methods)
  local meta = {property = true, kind = kind}
  meta.__index = function(prop, name)
    local value = methods[name]
    if value ~= nil then return value end
    if name == "kind" then return kind end
    if FLAGS[name] ~= nil then return FLAGS[name] end
    if name == "class_attribute" and prop.parent then return prop.parent.class_[prop.key] end
    if name == "info" then
      local info = {}
      rawset(prop, "info", info)
      return info
    end
    return property.methods[name]
  end
  meta.__tostring = function(prop)
    return prop.parent and (prop.parent.class_name .. "." .. tostring(prop.key)) or ("<unassigned " .. kind .. " "
      .. "property>")
  end
  return meta
end

--- Is x a property (of that kind)?
function property.is(x, kind)
  local meta = type(x) == "table" and getmetatable(x)
  if type(meta) ~= "table" or not rawget(meta, "property") then return false end
  return kind == nil or meta.kind == kind
end

--- The next place in the order in which columns and properties are written.
function property.next_order()
  return core.get(base.spec(core.schema.column_new(nil, nil)), "order")
end

--- Configures the property when all mappers are known; relationships have something to do.
function property.methods.configure() end

-- ---- columns ----

local methods = {}
local meta = property.class("column", methods)

function methods.set_columns(prop, columns)
  prop.columns = columns
  prop.expression = columns[1]
  prop.is_primary_key = core.kind(columns[1]) == "COLUMN" and columns[1].primary_key and true or false
end

--- A copy with the same settings, for a subclass.
function methods.copy(prop)
  local copy = {}
  for k, v in pairs(prop) do copy[k] = v end
  copy.columns = {}
  for i, column in ipairs(prop.columns) do copy.columns[i] = column end
  copy.parent = nil
  return setmetatable(copy, meta)
end

--- A property of these columns (or expressions).
function property.column(columns, o)
  o = o or {}
  local prop = {
    order = property.next_order(), deferred = o.deferred or false, group = o.group, raiseload = o.raiseload or false,
    active_history = o.active_history or false, expire_on_flush = o.expire_on_flush ~= false, doc = o.doc,
      info = o.info,
    instrument = o.instrument ~= false, strategy = o.strategy, comparator_factory = o.comparator_factory,
  }
  setmetatable(prop, meta)
  prop:set_columns(columns)
  return prop
end

local KEYWORDS = base.keywords([[group deferred raiseload comparator_factory active_history expire_on_flush info
  doc init repr default_factory compare kw_only hash default dataclass_metadata]])

--- An expression in the columns of a SELECT: one without a name gets an anonymous label.
local LABELLED = {COLUMN = true, LABEL = true, ATTRIBUTE = true}

local function expression_of(x, who)
  local node = core.element(x)
  if not node then
    err.raise("ArgumentError", "%s: Column expression, FROM clause, or other columns clause element expected, got "
      .. "%s", who,
      tostring(x))
  end
  if core.category(node) == "STATEMENT" then node = node:scalar_subquery() end
  if LABELLED[core.kind(node)] then return node end
  return node:label(nil)
end

local function take(who, ...)
  local p, o = args.brace(who, KEYWORDS, ...)
  local columns = {}
  for i = 1, p.n do columns[i] = expression_of(p[i], who) end
  if #columns == 0 then err.raise("ArgumentError", "%s: at least one column or expression is needed", who) end
  for k, v in pairs(o) do
    if v == core.null then o[k] = nil end
  end
  return columns, o
end

--- Columns or an expression as an attribute.
local function column_property(...)
  return property.column(take("column_property", ...))
end

--- The same; loaded when it is first read.
local function deferred(...)
  local columns, o = take("deferred", ...)
  o.deferred = o.deferred == nil and true or o.deferred
  return property.column(columns, o)
end

--- An attribute whose expression each query gives (with_expression).
local function query_expression(...)
  local p, o = args.take("query_expression", base.keywords("default_expr raiseload expire_on_flush doc info"), ...)
  local default = p[1] or o.default_expr
  local node = default ~= nil and default ~= core.null and core.element(default) or core.new("NULL", {})
  return property.column({expression_of(node, "query_expression")},
    {strategy = "query_expression", raiseload = o.raiseload, expire_on_flush = o.expire_on_flush, doc = o.doc,
      info = o.info})
end

property.public = {column_property = column_property, deferred = deferred, query_expression = query_expression}

return property
