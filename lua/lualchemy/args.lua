--- Calls by the contract: positional arguments and one trailing table of keywords.
local err = require "lualchemy.error"

local args = {}

local DIALECTS = {sqlite = true, postgresql = true, mysql = true, mariadb = true, mssql = true, oracle = true}

--- A table without metatable?
local function is_plain(x)
  return type(x) == "table" and getmetatable(x) == nil
end
args.is_plain = is_plain

--- Is x a plain table whose keys are all strings?
local is_options = require("lualchemy.core").is_keywords
args.is_options = is_options

local function accepted(keywords)
  local names = {}
  for k, v in pairs(keywords) do
    if v and k ~= "_dialect" then names[#names + 1] = k end
  end
  table.sort(names)
  return names
end

--- Raises unless every key of options is among keywords ({name = true, …}). With
--- keywords._dialect, names that begin with a dialect's ("postgresql_where") pass too.
--- @param name string the function, for the message
function args.check(name, keywords, options)
  if type(options) ~= "table" then
    err.raise("ArgumentError", "%s() takes a table of keywords, not %s", name, tostring(options))
  end
  for k in pairs(options) do
    if not keywords[k] and not (keywords._dialect and DIALECTS[tostring(k):match("^(%a+)_") or ""]) then
      local names = accepted(keywords)
      local near = type(k) == "string" and err.nearest(k, names)
      err.raise("ArgumentError", "%s() got an unexpected keyword argument '%s'%s; accepted: %s", name, tostring(k),
        near and (" (did you mean '" .. near .. "'?)") or "", table.concat(names, ", "))
    end
  end
  return options
end

--- Arguments that have places may be named: where the last one is a table of keywords that are all among the names
-- ("name element type_"), their values are returned in their places; other arguments as they are.
args.place = require("lualchemy.core").place_keywords

local take = require("lualchemy.core").take_keywords

--- Lets the arguments of functions be named: names[f] are the names of functions[f]'s in their places ("self other").
-- Other names are errors.
--- @param functions table<string, function>
--- @param names table<string, string>
--- @return table functions
function args.by_name(functions, names)
  for name, places in pairs(names) do
    local fn = functions[name]
    functions[name] = function(...) return fn(take(name, places, ...)) end
  end
  return functions
end

--- One of the keywords, and a table of the others.
function args.pick(options, key)
  local others = {}
  for k, v in pairs(options) do
    if k ~= key then others[k] = v end
  end
  return options[key], others
end

--- Splits the arguments of a function: positional ones (with n) and the checked options table.
--- @param name string the function, for messages
--- @param keywords table<string, boolean>
--- @return table positional, table options
function args.take(name, keywords, ...)
  local n = select("#", ...)
  local positional = {n = n, ...}
  local last = positional[n]
  if n > 0 and is_options(last) then
    positional[n] = nil
    positional.n = n - 1
    return positional, args.check(name, keywords, last)
  end
  return positional, {}
end

--- The same for constructors, which also accept one table with both (the brace form).
function args.brace(name, keywords, ...)
  local only = ...
  if select("#", ...) ~= 1 or not is_plain(only) then return args.take(name, keywords, ...) end
  local positional, options, n = {}, {}, 0
  for k, v in pairs(only) do
    if type(k) == "number" then
      positional[k] = v
      if k > n then n = k end
    else
      options[k] = v
    end
  end
  positional.n = n
  return positional, args.check(name, keywords, options)
end

--- What take() or brace() gave as one table of its own: positional arguments by their names ("a b c" in their places).
function args.merge(names, p, o)
  local out, i = {}, 0
  for k, v in pairs(o) do out[k] = v end
  for name in names:gmatch("%S+") do
    if i >= p.n then break end
    i = i + 1
    if p[i] ~= nil then out[name] = p[i] end
  end
  return out
end

return args
