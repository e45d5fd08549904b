--- Functions as classes: `la.sql.functions.GenericFunction:class("as_utc", {type = la.DateTime})` makes
-- `la.func.as_utc(…)`.
local core = require "lualchemy.core"
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"
local func = require "lualchemy.sql.func"

local Class = {__name = "lualchemy.function_class"}
Class.__index = function(class, key)
  local base = rawget(class, "_base")
  if base and base[key] ~= nil then return base[key] end
  return Class[key]
end
Class.__tostring = function(class) return "la.sql.functions." .. class._name end

--- The classes of functions that were made by them.
local made = setmetatable({}, {__mode = "k"})

--- Calls the function with these arguments.
Class.__call = function(class, ...)
  local p, o = args.take(class._name, {type_ = true}, ...)
  local node = core.call(class.name or class._name, nil, compat.unpack(p, 1, p.n))
  local type_ = o.type_ or class.type
  local fields = {generic = 0}
  if type_ ~= nil and type_ ~= core.null then fields.type = core.element(type_) end
  if class._from_args and not o.type_ then fields.type = core.type_of_args(node) end
  node = core.with(node, fields)
  made[node] = class
  return node
end

--- A class derived from this one; unless it says `_register = false`, la.func knows it by its identifier.
--- @param name string
--- @param body table|nil type, name, identifier, package
function Class.class(class, name, body)
  local derived = {}
  for k, v in pairs(body or {}) do derived[k] = v end
  derived._name, derived._base = name, class
  if derived.name == nil then derived.name = name end
  if type(derived.name) ~= "string" and not core.is_node(derived.name) then
    err.raise("ArgumentError", "GenericFunction: 'name' must be a string, got %s", type(derived.name))
  end
  setmetatable(derived, Class)
  if derived._register ~= false then
    func.register_function(derived.identifier or tostring(derived.name), derived, derived.package)
  end
  return derived
end

--- Was x made by this class or one derived from it?
function Class.is(class, x)
  local c = made[x]
  while c do
    if c == class then return true end
    c = rawget(c, "_base")
  end
  return false
end

local GenericFunction = setmetatable({_name = "GenericFunction"}, Class)
local ReturnTypeFromArgs = {_name = "ReturnTypeFromArgs", _base = GenericFunction, _from_args = true}
setmetatable(ReturnTypeFromArgs, Class)

return {
  GenericFunction = GenericFunction, AnsiFunction = GenericFunction, ReturnTypeFromArgs = ReturnTypeFromArgs,
  register_function = func.register_function, func = func.func,
}
