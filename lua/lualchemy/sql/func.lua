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

--- A generator: [1] the name as a STR node, [2] the packages as a LIST node or false, [3] all names, [4] the package
-- that users' classes of that name are in or false, [5] the name in their registry.
local Generator = {}

local function packages_of(names)
  local list = {}
  for i = 1, #names - 1 do list[i] = names[i] end
  return list[1] and core.new("LIST", {items = list}) or false
end

local function child(names, name)
  local all = {compat.unpack(names)}
  all[#all + 1] = name
  local package = #all == 1 and "_default" or #all == 2 and all[1]
  return setmetatable({core.new("STR", {s = name}), packages_of(all), all, package, name:lower()}, Generator)
end

Generator.__index = function(g, key)
  if type(key) ~= "string" then return nil end
  local own = child(rawget(g, 3), key:match("^(.+)_$") or key)
  rawset(g, key, own)
  return own
end

Generator.__call = function(g, ...)
  local own = registry[g[4]]
  local known = own and own[g[5]]
  if known then return known(...) end
  if not g[1] then
    err.raise("ArgumentError", "la.func is no function: call one of its fields, as in la.func.count()")
  end
  return core.call(g[1], g[2], ...)
end

Generator.__tostring = function(g) return "la.func." .. table.concat(rawget(g, 3), ".") end

local func = setmetatable({false, false, {}, false, false}, Generator)

return {func = func, register_function = register_function}
