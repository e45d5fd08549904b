--- What the types add to their expressions: `data:at("k")`, `arr:overlap(…)`, `data.astext` …
--
-- A comparator is a table of methods and getters for one class of types and those that derive from it; an
-- expression's method that none of the common ones knows is looked up along the resolution order of its type's class.
local core = require "lualchemy.core"
local type_class = require "lualchemy.sql.type_class"

local comparator = {}

local methods, getters = {}, {}

--- Adds methods and getters to the expressions whose type is of a class or derives from it.
--- @param id string as in types.def: "SQL_ARRAY"
--- @param fns table<string, function> function(expr, …)
--- @param gets table<string, function>|nil function(expr)
function comparator.register(id, fns, gets)
  local class = type_class.of(id)
  methods[class], getters[class] = fns, gets or {}
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

local function lookup(tables, class, key)
  for _, c in ipairs(class._mro) do
    local own = tables[c]
    if own and own[key] ~= nil then return own[key] end
  end
end

--- The method or getter of that name for node's type: function, or nil.
--- @return function|nil, boolean is_getter
function comparator.find(node, key)
  local class = type_class.class_of(deciding(node))
  load_dialect(class)
  local fn = lookup(methods, class, key)
  if fn then return fn, false end
  return lookup(getters, class, key), true
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

return comparator
