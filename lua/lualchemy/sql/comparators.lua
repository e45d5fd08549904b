--- What JSON and ARRAY add to their expressions.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local compat = require "lualchemy.compat"
local comparator = require "lualchemy.sql.comparator"
local err = require "lualchemy.error"
local operators = require "lualchemy.sql.operators"
local type_class = require "lualchemy.sql.type_class"

local values, ops = operators.values, core.ops

local function simple(id) return core.type(type_class.of(id)._id) end

-- ---- JSON ----

local json = {}

--- data:at("k") and data:at(1) are elements, data:at{"a", "b"} is a path.
function json._setup_getitem(self, index)
  local path = type(index) == "table" and getmetatable(index) == nil
  local op = path and values.json_path_getitem_op or values.json_getitem_op
  local bind_type = path and "JSONPATHTYPE" or compat.is_integer(index) and "JSONINTINDEXTYPE" or "JSONSTRINDEXTYPE"
  return op, index, {bind_type = simple(bind_type), result_type = core.expr_type(self)}
end

local function is_element(node)
  local op = core.kind(node) == "BINARY" and core.get(node, "op")
  return op == ops.json_getitem_op or op == ops.json_path_getitem_op
end

local function read_as(name, type_of)
  json[name] = function(self, ...)
    while core.kind(self) == "ATTRIBUTE" do self = core.get(self, "expr") end
    if not is_element(self) then
      err.raise("InvalidRequestError", "The JSON cast operator JSON.%s() only works with a JSON index expression "
        .. "e.g. col:at('q'):%s()", name, name)
    end
    return core.with(self, {type = type_of(...)})
  end
end

read_as("as_boolean", function() return simple("BOOLEAN") end)
read_as("as_string", function() return simple("UNICODE") end)
read_as("as_integer", function() return simple("INTEGER") end)
read_as("as_float", function() return simple("FLOAT") end)
read_as("as_numeric", function(...)
  local precision, scale, asdecimal = args.place("precision scale asdecimal", ...)
  return type_class.of("NUMERIC")(precision, scale, {asdecimal = asdecimal == nil or asdecimal})
end)

function json.as_json(self) return self end

comparator.register("SQL_JSON", json)

-- ---- ARRAY ----

local array = {}

local function zero_indexes(type_)
  return core.get(type_, "bits") % (2 * core.type_bits.zero_indexes) >= core.type_bits.zero_indexes
end

local function shifted(type_, index)
  return index ~= nil and index ~= core.null and zero_indexes(type_) and index + 1 or index
end

--- The type of an element: of an array of several dimensions an array of one less.
local function element_type(type_)
  local dimensions = core.get(type_, "dimensions")
  if dimensions > 1 then return core.with(type_, {dimensions = dimensions - 1}) end
  return core.get(type_, "item")
end

local function array_type(self)
  local t = core.expr_type(self)
  while core.get(t, "impl") do t = core.get(t, "impl") end
  return t
end

function array._setup_getitem(self, index)
  local t = array_type(self)
  return values.getitem, shifted(t, index), {result_type = element_type(t)}
end

function array.slice(self, start, stop, step)
  local t = array_type(self)
  local slice = core.slice(self.key, shifted(t, start), shifted(t, stop), step)
  return core.operate(ops.getitem, self, slice, {result_type = core.expr_type(self)})
end

local MIRROR = {gt = "lt", ge = "le", lt = "gt", le = "ge"}

local function aggregate(op)
  return function(...)
    local self, other, operator = args.place("self other operator", ...)
    operator = operator or values.eq
    local item = core.get(array_type(self), "item")
    local side = core.is_node(other) and other or core.beside(self, operator.id, other, item)
    local mirrored = values[MIRROR[operator.name] or operator.name]
    return operators.apply(mirrored, core.operate(op, self), side)
  end
end

--- `other = ANY (self)`, or another operator.
array.any = aggregate(ops.any_op)
--- `other = ALL (self)`.
array.all = aggregate(ops.all_op)

function array.contains()
  err.raise("InvalidRequestError", "ARRAY.contains() not implemented for the base ARRAY type; please use the "
    .. "dialect-specific ARRAY type")
end

comparator.register("SQL_ARRAY", array)

return {}
