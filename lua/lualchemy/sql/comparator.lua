--- What the types add to their expressions: `data:at("k")`, `arr:overlap(…)`, `data.astext` …
--
-- A comparator is a table of methods and getters for one class of types and those that derive from it; an
-- expression's method that none of the common ones knows is looked up along the resolution order of its type's class.
local core = require "lualchemy.core"
local type_class = require "lualchemy.sql.type_class"

local comparator = {}
local NULLTYPE = core.type(type_class.of("NULLTYPE")._id)

local methods, getters = {}, {}

--- What was found for the library's own classes: id -> key -> {function, is_getter} or false.
local found = {}

--- Adds methods and getters to the expressions whose type is of a class or derives from it.
--- @param id string as in types.def: "SQL_ARRAY"
--- @param fns table<string, function> function(expr, …)
--- @param gets table<string, function>|nil function(expr)
function comparator.register(id, fns, gets)
  local class = type_class.of(id)
  methods[class], getters[class] = fns, gets or {}
  found = {}
end

--- The dialects' own files register more when they are loaded, which is when one of their types is first asked.
local function load_dialect(class)
  local dialect = class._info.dialect
  if dialect ~= "" then pcall(require, "lualchemy.dialects." .. dialect .. ".expr") end
end

--- The type that decides what an expression can do: that within decorators, unless they say it themselves.
local function deciding(node)
  local t = core.expr_type(node)
  while core.type_isa(t, type_class.of("TYPEDECORATOR")._id) and core.get(t, "impl") do
    if core.get(t, "object") and type_class.class_of(t).comparator_factory then return t end
    t = core.get(t, "impl")
  end
  return t
end

--- The comparator of the user's that a class of types has, or nil.
local function factory_of(class)
  return class._user and class.comparator_factory or nil
end

local function lookup(tables, class, key)
  for _, c in ipairs(class._mro) do
    local own = tables[c]
    if own and own[key] ~= nil then return own[key] end
  end
end

local DECORATOR = {}
for id = 1, #core.types do
  local t = core.type(id)
  DECORATOR[id] = core.type_isa(t, type_class.of("TYPEDECORATOR")._id)
end

local function search(class, key)
  load_dialect(class)
  local own = factory_of(class)
  if own and type(own[key]) == "function" then return own[key], false end
  local fn = lookup(methods, class, key)
  if fn then return fn, false end
  return lookup(getters, class, key), true
end

--- The method or getter of that name for node's type: function, or nil.
--- @return function|nil, boolean is_getter
function comparator.find(node, key)
  local t = core.expr_type(node)
  local id = core.get(t, "id")
  if DECORATOR[id] or core.get(t, "object") ~= nil then return search(type_class.class_of(deciding(node)), key) end
  local known = found[id]
  if not known then
    known = {}
    found[id] = known
  end
  if known[key] == nil then
    local fn, getter = search(type_class.of(id), key)
    known[key] = fn and {fn, getter} or false
  end
  local entry = known[key]
  if entry then return entry[1], entry[2] end
end

--- All names that node's type adds.
function comparator.names(node)
  local names = {}
  for _, c in ipairs(type_class.class_of(deciding(node))._mro) do
    for _, t in ipairs{methods[c] or {}, getters[c] or {}} do
      for name in pairs(t) do
        if name:sub(1, 1) ~= "_" then names[#names + 1] = name end
      end
    end
  end
  return names
end

-- ---- comparators of the user's ----

--- TypeEngine.Comparator: derived from it, its methods replace operators: `__add__`, `__eq__`, `like` … Called with
-- the expression, which is its own comparator.
local Comparator = {}
Comparator.__index = Comparator

--- @param body table<string, function>
function Comparator.class(base, _, body)
  local derived = setmetatable({}, {__index = base})
  for k, v in pairs(body) do derived[k] = v end
  return derived
end

local DUNDER = {add = "add", sub = "sub", mul = "mul", truediv = "truediv", mod = "mod", floordiv = "floordiv",
  neg = "neg", inv = "invert", and_ = "and", or_ = "or", eq = "eq", ne = "ne", lt = "lt", le = "le", gt = "gt",
  ge = "ge", getitem = "getitem"}

for name, dunder in pairs(DUNDER) do
  Comparator["__" .. dunder .. "__"] = function(self, ...) return core.operate(core.ops[name], self, ...) end
end

--- What an operator means for expressions of a user's type, or nil: what it always means.
core.on_operator(function(name, reversed, expr, ...)
  local class = type_class.class_of(core.expr_type(expr))
  local own = factory_of(class)
  if own then
    local method = DUNDER[name] and "__" .. (reversed and "r" or "") .. DUNDER[name] .. "__" or name:gsub("_op$", "")
    local fn = own[method]
    if fn and fn ~= Comparator[method] then return fn(expr, ...) end
    if own.operate then return own.operate(expr, require("lualchemy.sql.operators").values[name], ...) end
  end
  type_class.check_operator(class, name)
end)

--- The type of a value beside an expression: what the value's own class or the user's type says.
core.on_type(function(type_, op, value)
  if core.get(type_, "object") and type_class.has_own(type_class.class_of(type_), "coerce_compared_value") then
    return core.element(type_:coerce_compared_value(require("lualchemy.sql.operators").values[op], value))
  end
  local meta = type(value) == "table" and getmetatable(value)
  local engine = meta and meta.__sa_type_engine__
  local own = engine and core.element(type(engine) == "function" and engine(value) or engine)
  if own and own ~= NULLTYPE and core.type_affinity(own) ~= core.type_affinity(type_) then return own end
end)

type_class.of("ENGINE").Comparator = Comparator

return comparator
