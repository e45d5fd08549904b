--- How values of some types are sent to SQLite and read from it: JSON paths, dates in formats of their own.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local type_class = require "lualchemy.sql.type_class"
local values = require "lualchemy.values"

local of = type_class.of

local binds, results = {}, {}

binds[of("JSONELEMENTTYPE")] = function(_, dialect)
  return function(value) return value ~= nil and core.json_path(value, dialect.core) or nil end
end

--- Reads text by the type's regular expression: its groups are the arguments of the class, by name or by place.
local function by_regexp(node, class, name)
  local pattern = node.regexp
  if not pattern then return nil end
  local match = require("lualchemy.dialects.sqlite.regexp").compile(pattern)
  return function(text)
    if type(text) ~= "string" then return text end
    local groups, named = match(text)
    if not groups then err.raise("DataError", "Couldn't parse %s string: '%s'", name, text) end
    for i = 1, groups.n do groups[i] = tonumber(groups[i] or 0) end
    for key, value in pairs(named) do named[key] = tonumber(value or 0) end
    if next(named) then return class(named) end
    return class(compat.unpack(groups, 1, groups.n))
  end
end

results[of("SQLITE_DATE")] = function(node) return by_regexp(node, values.date, "date") end
results[of("SQLITE_TIME")] = function(node) return by_regexp(node, values.time, "time") end
results[of("SQLITE_DATETIME")] = function(node) return by_regexp(node, values.datetime, "datetime") end

return {binds = binds, results = results}
