--- la.hybrid: attributes that are computed by Lua on an instance and by SQL on a class.
local args = require "lualchemy.args"
local base = require "lualchemy.sql.schema_base"
local comparators = require "lualchemy.orm.prop_comparator"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local property = require "lualchemy.orm.property"

local hybrid = {}

-- ---- hybrid_property ----

--- What kind of descriptor one of a mapper's all_orm_descriptors is: its extension_type.
hybrid.HybridExtensionType = {HYBRID_PROPERTY = "HYBRID_PROPERTY", HYBRID_METHOD = "HYBRID_METHOD"}

local property_meta = {descriptor = true, __index = {extension_type = hybrid.HybridExtensionType.HYBRID_PROPERTY},
  __tostring = function() return "hybrid_property" end}

local PROPERTY = base.keywords "get set expr update_expr del comparator"

--- @param ... any {get = fn, set = fn, expr = fn, update_expr = fn}; get may come first without a name
local function hybrid_property(...)
  local p, o = args.brace("hybrid_property", PROPERTY, ...)
  local get = p[1] or o.get
  for _, name in ipairs{"get", "set", "expr", "update_expr", "del", "comparator"} do
    local fn = o[name]
    if fn ~= nil and type(fn) ~= "function" then
      err.raise("ArgumentError", "hybrid_property: argument '%s' must be a function, got %s", name, type(fn))
    end
  end
  if type(get) ~= "function" then
    err.raise("ArgumentError", "hybrid_property: argument 'get' must be a function, got %s", type(get))
  end
  return setmetatable({fget = get, fset = o.set, expr = o.expr or o.comparator, update = o.update_expr, fdel = o.del,
    order = property.next_order()}, property_meta)
end

--- What stands for the property in SQL: the expression, under the property's name.
local function named(entity, name, expression)
  if comparators.is_instance(expression) then
    return comparators.renamed(expression, named(entity, name, core.element(expression)))
  end
  local node = core.is_node(expression) and expression or type(expression) == "table" and core.element(expression)
  if not node or core.category(node) ~= "EXPR" then return expression end
  if core.kind(node) == "RELATION" or core.kind(node) == "BUNDLE" then return expression end
  return core.new("ATTRIBUTE", {entity = core.element(entity), key = name, expr = node, type = core.get(node, "type")})
end

--- Class.name; entity: a class, or what aliased() gives.
function property_meta.class_get(d, entity, name)
  return named(entity, name, (d.expr or d.fget)(entity))
end

function property_meta.get(d, obj)
  return d.fget(obj)
end

function property_meta.set(d, obj, name, value)
  if not d.fset then err.raise("AttributeError", "can't set attribute '%s'", tostring(name)) end
  if value == core.null then value = nil end
  d.fset(obj, value)
end

--- {{attribute, value}, …}: what an UPDATE of the property sets.
function property_meta.update_pairs(d, entity, name, value)
  if d.update then
    if value == core.null then value = nil end
    return d.update(entity, value)
  end
  local expression = (d.expr or d.fget)(entity)
  if core.kind(expression) ~= "ATTRIBUTE" then
    err.raise("InvalidRequestError", "Can't evaluate criteria against hybrid '%s' without update_expr", tostring(name))
  end
  return {{expression, value}}
end

-- ---- hybrid_method ----

local method_meta = {descriptor = true, __index = {extension_type = hybrid.HybridExtensionType.HYBRID_METHOD},
  __tostring = function() return "hybrid_method" end}

local METHOD = base.keywords "expr"

--- @param ... any {fn, expr = fn}
local function hybrid_method(...)
  local p, o = args.brace("hybrid_method", METHOD, ...)
  if type(p[1]) ~= "function" then
    err.raise("ArgumentError", "hybrid_method: a function is needed, got %s", type(p[1]))
  end
  return setmetatable({fn = p[1], expr = o.expr, order = property.next_order()}, method_meta)
end

function method_meta.class_get(d)
  return d.expr or d.fn
end

function method_meta.get(d)
  return d.fn
end

function method_meta.set(_, _, name)
  err.raise("AttributeError", "can't set attribute '%s'", tostring(name))
end

hybrid.Comparator = comparators.HybridComparator
hybrid.hybrid_property, hybrid.hybrid_method = hybrid_property, hybrid_method

return hybrid
