--- URLs (la.URL, la.make_url): immutable, equal by content, printed without their password.
local args = require "lualchemy.args"
local core = require "lualchemy.core"
local dialect = require "lualchemy.sql.dialect"
local err = require "lualchemy.error"

local NULL = core.null

--- @class lualchemy.URL
--- @field drivername string
--- @field username string|nil
--- @field password string|nil
--- @field host string|nil
--- @field port integer|nil
--- @field database string|nil
--- @field query table<string, string|string[]>
--- @field normalized_query table<string, string[]>
local URL = {}
local getters = {}

--- @class lualchemy.URL
local methods = {}

--- {key = value} -> array of {key, value}, by key.
local function query_list(query)
  local keys, list = {}, {}
  for k in pairs(query or {}) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, k in ipairs(keys) do list[#list + 1] = {k, query[k]} end
  return list
end

local function query_table(list)
  local query = {}
  for _, pair in ipairs(list) do query[pair[1]] = pair[2] end
  return query
end

local PARTS = {drivername = true, username = true, password = true, host = true, port = true, database = true,
  query = true}
local ORDER = {"drivername", "username", "password", "host", "port", "database", "query"}

local function given(v)
  if v == NULL then return nil end
  return v
end

--- A URL from its parts.
--- @return lualchemy.URL
--- @param ... string|integer|lualchemy.URLParts drivername, username, password, host, port, database, query
function URL.create(...)
  local positional, parts = args.take("URL.create", PARTS, ...)
  for i = 1, positional.n do parts[ORDER[i]] = positional[i] end
  local copy = {}
  for k, v in pairs(parts) do copy[k] = given(v) end
  if type(copy.port) == "string" and copy.port:find("^%d+$") then copy.port = tonumber(copy.port) end
  if type(copy.drivername) ~= "string" then
    err.raise("ArgumentError", "URL.create: argument 'drivername' must be a string, got %s", type(copy.drivername))
  end
  copy.query = query_list(copy.query)
  return core.url_new(copy)
end

--- Is x a URL?
--- @param x any
--- @return boolean
function URL.is(_, x) return core.is_url(x) end

for _, part in ipairs(ORDER) do
  if part ~= "query" then
    getters[part] = function(url) return core.url_parts(url)[part] end
  end
end
function getters.query(url) return query_table(core.url_parts(url).query) end
function getters.normalized_query(url)
  local query = getters.query(url)
  for k, v in pairs(query) do
    if type(v) == "string" then query[k] = {v} end
  end
  return query
end

--- The same URL with other parts; la.NULL leaves a part as it is.
--- @param parts lualchemy.URLParts
--- @return lualchemy.URL
function methods:set(parts)
  args.check("URL.set", PARTS, parts)
  local all = core.url_parts(self)
  all.query = query_table(all.query)
  for k, v in pairs(parts) do
    if v ~= NULL then all[k] = v end
  end
  return URL.create(all)
end

--- @return string
function methods:get_backend_name() return core.url_backend(self) end

--- The driver's name; the dialect's usual one if the URL names none.
--- @return string
function methods:get_driver_name()
  local named = core.url_driver(self)
  if named then return named end
  return dialect.DRIVERS[core.url_backend(self)] or core.url_backend(self)
end

--- @param options? {hide_password: boolean}
--- @return string
function methods:render_as_string(options)
  options = args.check("render_as_string", {hide_password = true}, options or {})
  return core.url_render(self, options.hide_password ~= false)
end

--- The parts that are not empty as connect arguments, under other names if `names` says so: {username = "user"}, or an
-- array of names in the order host, database, username, password, port. la.NULL leaves a part out.
--- @param names? table
--- @return table
function methods:translate_connect_args(names)
  local out, o = {}, names or {}
  local list = o.names or o
  for i, part in ipairs{"host", "database", "username", "password", "port"} do
    local name, value = list[i] or o[part] or part, self[part]
    if name ~= NULL and value ~= nil and value ~= "" and value ~= 0 then out[name] = value end
  end
  return out
end

local function values_of(v) return type(v) == "table" and v or {v} end

local function merge_value(old, new, append)
  if not append or old == nil then return new end
  local all = {}
  for _, v in ipairs(values_of(old)) do all[#all + 1] = v end
  for _, v in ipairs(values_of(new)) do all[#all + 1] = v end
  return all
end

--- @param key_value_pairs string[][] {{key, value}, …}
--- @param append? boolean
--- @return lualchemy.URL
function methods:update_query_pairs(key_value_pairs, append)
  local fresh = {}
  for _, pair in ipairs(key_value_pairs) do fresh[pair[1]] = merge_value(fresh[pair[1]], pair[2], true) end
  return self:update_query_dict(fresh, append)
end

--- @param query_parameters table
--- @param append? boolean|{append: boolean}
--- @return lualchemy.URL
function methods:update_query_dict(query_parameters, append)
  if type(append) == "table" then append = args.check("update_query_dict", {append = true}, append).append end
  local all = getters.query(self)
  for k, v in pairs(query_parameters) do all[k] = merge_value(all[k], v, append) end
  return self:set{query = all}
end

--- @param query_string string "key=value&key=value"
--- @param append? boolean
--- @return lualchemy.URL
function methods:update_query_string(query_string, append)
  local parsed = core.url_parts(core.url_parse("x://?" .. query_string)).query
  return self:update_query_dict(query_table(parsed), append)
end

--- The URL without these keys of its query.
--- @param names string[]
--- @return lualchemy.URL
function methods:difference_update_query(names)
  local all = getters.query(self)
  for _, name in ipairs(names) do all[name] = nil end
  return self:set{query = all}
end

args.by_name(methods, {
  update_query_pairs = "self key_value_pairs append", update_query_string = "self query_string append",
  difference_update_query = "self names",
})

--- The class of the dialect that it names.
--- @return lualchemy.DialectClass
function methods:get_dialect()
  return require("lualchemy.sql.dialect").class_of(core.url_backend(self))
end

core.url_meta.__index = function(url, key)
  local method = methods[key]
  if method then return method end
  local getter = getters[key]
  if getter then return getter(url) end
  err.raise("InvalidRequestError", "a URL has no attribute '%s'", tostring(key))
end
core.url_meta.__tostring = function(url) return core.url_render(url, true) end

--- A URL from its text (or the URL itself).
--- @param name_or_url string|lualchemy.URL
--- @return lualchemy.URL
local function make_url(name_or_url)
  local text = type(name_or_url) == "table" and args.place("name_or_url", name_or_url) or name_or_url
  if core.is_url(text) then return text end
  if type(text) ~= "string" then
    err.raise("ArgumentError", "Expected string or URL object, got %s", type(text))
  end
  return core.url_parse(text)
end

return {URL = URL, make_url = make_url}
