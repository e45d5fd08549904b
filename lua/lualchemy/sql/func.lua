--- la.func: `la.func.count(x)`, `la.func.pkg.f(x, {type_ = la.Integer})`; and functions of the user's classes.
local core = require "lualchemy.core"
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"
local type_class = require "lualchemy.sql.type_class"

-- ---- functions of the user's classes ----

local registry = {_default = {}}

--- Makes la.func.<identifier> (of a package) call fn.
--- @param identifier string
--- @param fn function
--- @param package string|nil
local function register_function(identifier, fn, package)
  package = package or "_default"
  registry[package] = registry[package] or {}
  registry[package][identifier:lower()] = fn
end

register_function("cast", core.cast)
register_function("extract", core.extract)
register_function("next_value", function(sequence)
  if core.kind(sequence) ~= "SEQUENCE" then
    err.raise("ArgumentError", "next_value() accepts a Sequence object as input.")
  end
  local data_type = core.get(sequence, "data_type") or core.type(type_class.of("INTEGER")._id)
  return core.new("NEXT_VALUE", {sequence = sequence, type = data_type})
end)

-- ---- la.func ----

--- A generator: [1] the name, [2] the packages as a LIST node or nil, [3] all names.
local Generator = {}

local function packages_of(names)
  local list = {}
  for i = 1, #names - 1 do list[i] = names[i] end
  return list[1] and core.new("LIST", {items = list})
end

local function child(names, name)
  local all = {compat.unpack(names)}
  all[#all + 1] = name
  return setmetatable({name, packages_of(all), all}, Generator)
end

Generator.__index = function(g, key)
  if type(key) ~= "string" then return nil end
  local own = child(rawget(g, 3), key:match("^(.+)_$") or key)
  rawset(g, key, own)
  return own
end

Generator.__call = function(g, ...)
  local names = rawget(g, 3)
  local known
  if #names == 1 then
    known = registry._default[names[1]:lower()]
  elseif #names == 2 and registry[names[1]] then
    known = registry[names[1]][names[2]:lower()]
  elseif #names == 0 then
    err.raise("ArgumentError", "la.func is no function: call one of its fields, as in la.func.count()")
  end
  if known then return known(...) end
  return core.call(names[#names], rawget(g, 2), ...)
end

Generator.__tostring = function(g) return "la.func." .. table.concat(rawget(g, 3), ".") end

local func = setmetatable({false, nil, {}}, Generator)

return {func = func, register_function = register_function}
