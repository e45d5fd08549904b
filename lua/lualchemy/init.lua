--- Lualchemy: SQLAlchemy's design for Lua, on a C core.
--
--     local la = require "lualchemy"
--
-- Every public name is a field of this table. Names and namespaces load on first use.
require "lualchemy.precompiled"

local err = require "lualchemy.error"

local api = require "lualchemy.sql.api"

--- Modules whose names are la's own beside those of the SQL, in the order in which they are asked.
local MODULES = {"engine", "inspection", "orm", "ext", "sql.names"}

--- Namespaces: a field of la each, and a module of their own: la.types is lualchemy.types.
local NAMESPACES = {}
for name in ([[types exc event engine pool schema sql default sqlite postgresql mysql mssql oracle hybrid
  associationproxy orderinglist mutable automap horizontal_shard attributes collections loading warnings
  util]]):gmatch("%S+") do
  NAMESPACES[name] = true
end

--- @type lualchemy
local la = {_VERSION = "Lualchemy 0.1.0", NULL = require("lualchemy.core").null, exc = require "lualchemy.exc"}
local asked = 0

--- Loads modules until one of them has the name.
local function find(name)
  local value = api[name]
  while value == nil and asked < #MODULES do
    asked = asked + 1
    for k, v in pairs(require("lualchemy." .. MODULES[asked])) do rawset(la, k, v) end
    value = rawget(la, name)
  end
  rawset(la, name, value)
  return value
end

--- Raises: who has no such name, which of these tables' names may be meant.
local function unknown(who, name, ...)
  local names = {}
  for _, has in ipairs{...} do
    for k in pairs(has) do names[#names + 1] = k end
  end
  local near = type(name) == "string" and err.nearest(name, names)
  error(err.exc.InvalidRequestError(("%s has no '%s'%s"):format(who, tostring(name),
    near and ("; did you mean '" .. near .. "'?") or "")), 0)
end

--- A namespace tells of names that it has not.
local function guard(namespace, value)
  if getmetatable(value) ~= nil then return value end
  return setmetatable(value, {__index = function(_, name) unknown("la." .. namespace, name, value) end})
end

setmetatable(la, {
  __index = function(_, name)
    if NAMESPACES[name] then
      local value = guard(name, require("lualchemy." .. name))
      rawset(la, name, value)
      return value
    end
    local value = find(name)
    if value == nil then unknown("lualchemy", name, la, api, NAMESPACES) end
    return value
  end,
})

return la
