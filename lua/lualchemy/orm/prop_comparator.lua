--- Comparators of the user's: what the operators and methods of an attribute mean (comparator_factory).
--
-- A class that derives from one of the bases below names methods (`__eq__`, `__add__`, `like`, any other) or all
-- operators at once (`operate(self, op, other)`). `Class.attr` is then an instance of it, which stands for the
-- attribute's expression wherever one belongs, and answers what the class does not say as the attribute would.
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local values = require("lualchemy.sql.operators").values

local prop_comparator = {}

--- Method of an expression -> Python's method of the operator.
local DUNDER = {eq = "__eq__", ne = "__ne__", lt = "__lt__", le = "__le__", gt = "__gt__", ge = "__ge__",
  floordiv = "__floordiv__", at = "__getitem__", lshift = "__lshift__", rshift = "__rshift__"}
--- Metamethod -> name of the operator and Python's method; those of one operand.
local BINARY = {__add = {"add", "add"}, __sub = {"sub", "sub"}, __mul = {"mul", "mul"}, __div = {"truediv", "truediv"},
  __mod = {"mod", "mod"}, __idiv = {"floordiv", "floordiv"}, __band = {"and_", "and"}, __bor = {"or_", "or"},
  __concat = {"concat_op", "add"}}
local UNARY = {__unm = {"neg", "__neg__"}, __bnot = {"inv", "__invert__"}}
--- Python's method -> metamethod of expressions, or their method.
local DEFAULT = {}
for name, dunder in pairs(DUNDER) do DEFAULT[dunder] = name end
for name, words in pairs(BINARY) do
  if name ~= "__concat" then DEFAULT["__" .. words[2] .. "__"] = name end
end
for name, words in pairs(UNARY) do DEFAULT[words[2]] = name end

local Class = {}

local function is_instance(x)
  local meta = type(x) == "table" and getmetatable(x)
  return meta and meta.comparator and true or false
end

--- What a class or one that it derives from says of a name.
local function member(class, key)
  while class do
    local own = class.body[key]
    if own ~= nil then return own end
    class = rawget(class, "base")
  end
end

--- The expression that an instance stands for, without the user's say.
local function plain(x)
  return is_instance(x) and rawget(x, "node") or x
end

--- The value or expression for the library's own operators.
local function operand(x) return is_instance(x) and core.element(x) or x end

local function operator_of(name)
  if DUNDER[name] and values[name] then return values[name] end
  return values[name .. "_op"] or values[name:gsub("_$", "") .. "_op"] or values[name]
end

local function check_supported(self, op)
  if getmetatable(self).comparator.bare then err.raise("NotImplementedError", "%s", tostring(op)) end
end

--- A method of the expression, called with the instance.
local function forward(self, key)
  local node = plain(self)
  local value = node[key]
  if type(value) ~= "function" then return value end
  return function(first, ...)
    if first == self then first = node end
    return value(first, ...)
  end
end

--- @class lualchemy.PropComparator
local methods = {}

--- The expression that is compared.
function methods.__clause_element__(self)
  local node = plain(self)
  return core.element(node) or node
end
--- op(expression, …): what an operator means where no method of its name says it.
--- @param op any a value of la.sql.operators
--- @param ... any the other operands
function methods.operate(self, op, ...)
  check_supported(self, op)
  return op(plain(self), ...)
end
--- op(other, expression).
--- @param op any a value of la.sql.operators
--- @param other any
function methods.reverse_operate(self, op, other)
  check_supported(self, op)
  return op(other, plain(self))
end

local function index(self, key)
  local class = getmetatable(self).comparator
  local own = member(class, key)
  if own == nil and DUNDER[key] then own = member(class, DUNDER[key]) end
  if own ~= nil then return own end
  if key == "expression" then return plain(self) end
  if methods[key] then return methods[key] end
  local op = type(key) == "string" and operator_of(key)
  if op and (member(class, "operate") or class.bare) then
    return function(first, ...) return first:operate(op, ...) end
  end
  if DEFAULT[key] then return prop_comparator.default(key) end
  return forward(self, key)
end

--- What an operator means where the class does not say it: a function of the instance and the other operand.
function prop_comparator.default(dunder)
  local name = DEFAULT[dunder]
  return function(self, ...)
    local meta = core.expr_metamethods[name]
    if meta then return meta(plain(self), (...)) end
    return plain(self)[name](plain(self), ...)
  end
end

local function binary(metamethod)
  local name, word = BINARY[metamethod][1], BINARY[metamethod][2]
  return function(a, b)
    local left = is_instance(a)
    local class = getmetatable(left and a or b).comparator
    local own = member(class, left and "__" .. word .. "__" or "__r" .. word .. "__")
    if own then return own(left and a or b, left and b or a) end
    local operate = member(class, left and "operate" or "reverse_operate") or class.bare and methods.operate
    if operate then return operate(left and a or b, values[name], left and b or a) end
    return core.expr_metamethods[metamethod](operand(a), operand(b))
  end
end

local function unary(metamethod)
  local name, dunder = UNARY[metamethod][1], UNARY[metamethod][2]
  return function(a)
    local class = getmetatable(a).comparator
    local own = member(class, dunder)
    if own then return own(a) end
    if member(class, "operate") or class.bare then return a:operate(values[name]) end
    return core.expr_metamethods[metamethod](operand(a))
  end
end

local function clause_element(self)
  local own = member(getmetatable(self).comparator, "__clause_element__")
  local node = rawget(self, "named") or own and core.element(own(self)) or rawget(self, "node")
  return core.is_node(node) and node or core.element(node)
end

local function new_meta(class)
  local meta = {comparator = class, __index = index, __clause_element = clause_element,
    __tostring = function(self) return tostring(rawget(self, "named") or rawget(self, "node")) end}
  for name in pairs(BINARY) do meta[name] = binary(name) end
  for name in pairs(UNARY) do meta[name] = unary(name) end
  return meta
end

-- ---- classes ----

local function new_class(name, base, body, bare)
  local class = {__name = name, base = base, body = body, bare = bare or false}
  class.meta = new_meta(class)
  return setmetatable(class, Class)
end

--- Derives: la.ColumnProperty.Comparator:class("Upper", {__eq__ = function(self, other) … end}).
local function derive(base, name, body)
  if type(name) ~= "string" or type(body) ~= "table" then
    err.raise("ArgumentError", "%s:class: a name and a table of methods are needed", base.__name)
  end
  return new_class(name, base, body, base.bare)
end

local function is(class, x)
  local one = is_instance(x) and getmetatable(x).comparator
  while one do
    if one == class then return true end
    one = rawget(one, "base")
  end
  return false
end

function Class.__index(class, key)
  if key == "class" then return derive end
  if key == "is" then return is end
  local own = member(class, key)
  if own ~= nil then return own end
  return methods[key] or DEFAULT[key] and prop_comparator.default(key) or nil
end

--- A comparator of an expression.
function Class.__call(class, expression, ...)
  local self = setmetatable({node = expression}, class.meta)
  local init = member(class, "__init__")
  if init then init(self, expression, ...) end
  return self
end

Class.__tostring = function(class) return class.__name end

--- The attribute with the operators of that class (nil: the attribute).
--- @param factory any
--- @param node any what the attribute is otherwise
function prop_comparator.wrap(factory, node)
  if factory == nil or factory == core.null then return node end
  if getmetatable(factory) ~= Class then
    err.raise("ArgumentError", "comparator_factory must derive from la.PropComparator, got %s", tostring(factory))
  end
  return setmetatable({node = node}, factory.meta)
end

--- A comparator under another name in statements: that of a hybrid.
function prop_comparator.renamed(comparator, node)
  local copy = {}
  for k, v in pairs(comparator) do copy[k] = v end
  copy.named = node
  return setmetatable(copy, getmetatable(comparator))
end

prop_comparator.is_instance = is_instance

local PropComparator = new_class("PropComparator", nil, {}, true)
local function base(name) return new_class(name, PropComparator, {}) end

prop_comparator.ColumnComparator = base "ColumnProperty.Comparator"
prop_comparator.RelationshipComparator = base "RelationshipProperty.Comparator"
prop_comparator.CompositeComparator = base "CompositeProperty.Comparator"
prop_comparator.HybridComparator = new_class("Comparator", PropComparator, {}, true)

prop_comparator.public = {PropComparator = PropComparator}
return prop_comparator
