--- Type classes: `la.String` and its kin, and the classes that users derive from them.
--
-- A class is a table whose metatable is `Class`; called, it makes an instance, which is a TYPE node. Where a type is
-- expected a class stands for its instance with default arguments. Attributes are found along the method resolution
-- order, as in Python. An instance of a user's class carries the class, or a table of its own attributes that falls
-- back on the class, in the node's field `object`.
local core = require "lualchemy.core"
local err = require "lualchemy.error"

local type_class = {}

local Class = {__name = "lualchemy.type"}
type_class.Class = Class

local by_id = {}

--- Is x a type class?
function type_class.is_class(x)
  return type(x) == "table" and getmetatable(x) == Class
end

--- The classes of both lists, each once, none before one that derives from it (C3).
local function merge(a, b)
  local out, later, i, j = {}, {}, 1, 1
  for _, class in ipairs(b) do later[class] = true end
  while a[i] do
    if later[a[i]] then
      while b[j] ~= a[i] do
        out[#out + 1] = b[j]
        j = j + 1
      end
      j = j + 1
    end
    out[#out + 1] = a[i]
    i = i + 1
  end
  return out
end

local function resolution(class)
  local parent, second = by_id[class._info.parent], by_id[class._info.second]
  local rest = parent and parent._mro or {}
  if second then rest = merge(rest, second._mro) end
  local mro = {class}
  for _, c in ipairs(rest) do mro[#mro + 1] = c end
  return mro
end

Class.__index = function(class, key)
  local mro = rawget(class, "_mro")
  for i = 2, #mro do
    local value = rawget(mro[i], key)
    if value ~= nil then return value end
  end
  if key == "operator_classes" then -- those of the library's classes come with their module
    require "lualchemy.sql.operator_class"
    return class[key]
  end
  return Class[key]
end

Class.__tostring = function(class) return "la.types." .. class._name end

for id, info in ipairs(core.types) do
  local class = setmetatable({_id = id, _name = info.class, _info = info}, Class)
  by_id[id] = class
  by_id[info.id] = class
  rawset(class, "_mro", resolution(class))
end

--- The library's class of that number or ID ("STRING", "POSTGRESQL_ENUM").
function type_class.of(id)
  return by_id[id]
end

--- The library's class of that name, "" for those of all dialects.
function type_class.named(name, dialect)
  for _, class in ipairs(by_id) do
    if class._name == name and class._info.dialect == dialect then return class end
  end
end

--- The classes of those names as {name = class}: the dialect's own, else the one of all dialects.
function type_class.export(dialect, names)
  if dialect ~= "" then require "lualchemy.sql.types" end
  local out = {}
  for _, name in ipairs(names) do out[name] = type_class.named(name, dialect) or type_class.named(name, "") end
  return out
end

--- How many letters (not bytes) s has.
function type_class.letters(s)
  return select(2, s:gsub("[^\128-\191]", ""))
end

--- The class of a type.
--- @param node any a TYPE node
function type_class.class_of(node)
  local object = core.get(node, "object")
  if object == nil then return by_id[core.get(node, "id")] end
  if getmetatable(object) == Class then return object end
  return getmetatable(object).class
end

--- isinstance(x, class).
function Class.is(class, x)
  if not core.is_node(x) or core.kind(x) ~= "TYPE" then return false end
  if not rawget(class, "_user") then return core.type_isa(x, class._id) end
  for _, c in ipairs(type_class.class_of(x)._mro) do
    if c == class then return true end
  end
  return false
end

--- Attributes that only instances have: reading them from the class tells nothing.
local function has_own(class, name)
  for _, c in ipairs(class._mro) do
    if rawget(c, name) ~= nil then return rawget(c, "_user") == true end
  end
  return false
end
type_class.has_own = has_own

--- Warns if a user's class has said which operators it is for, and this is none of them.
--- @param class table
--- @param operator string|any the name of an operator, or a CUSTOM_OP
function type_class.check_operator(class, operator)
  if class._user and has_own(class, "operator_classes") then
    require("lualchemy.sql.operator_class").check(class, operator)
  end
end

--- Bits that tell the core which questions about an instance it has to ask the class.
local function own_bits(class)
  local bits = core.type_bits
  local sum = 0
  local function add(name, keyword, other)
    if has_own(class, name) or other and has_own(class, other) then sum = sum + bits[keyword] end
  end
  add("bind_expression", "_has_bind_expression")
  add("column_expression", "_has_column_expression")
  add("coerce_compared_value", "_has_coerce_compared_value")
  add("comparator_factory", "_has_comparator", "operator_classes")
  add("bind_processor", "_has_processor", "result_processor")
  return sum
end

--- The node that instances of a class are copies of.
function type_class.template(class)
  local template = rawget(class, "_template")
  if template then return template end
  template = core.type(class._id)
  if rawget(class, "_user") then
    template = core.with(template, {object = class, bits = core.get(template, "bits") + own_bits(class)})
  end
  rawset(class, "_template", template)
  return template
end

--- A class derived from this one: class:class("Name", [mixin, …,] body).
--- @param name string
function Class.class(class, name, ...)
  local parts = {...}
  local body = parts[#parts]
  if type(name) ~= "string" or type(body) ~= "table" then
    err.raise("ArgumentError", "%s:class() takes a name and a table, got %s and %s", class._name, type(name),
      type(body))
  end
  local derived = {}
  for i = #parts - 1, 1, -1 do
    for k, v in pairs(parts[i]) do derived[k] = v end
  end
  for k, v in pairs(body) do derived[k] = v end
  derived._id, derived._name, derived._info, derived._user = class._id, name, class._info, true
  derived._mro = {derived}
  for i, c in ipairs(class._mro) do derived._mro[i + 1] = c end
  return setmetatable(derived, Class)
end

--- Where a type is expected a class stands for its instance with default arguments.
Class.__clause_element = function(class)
  if not rawget(class, "_default") then class._default = class() end
  return rawget(class, "_default")
end

return type_class
