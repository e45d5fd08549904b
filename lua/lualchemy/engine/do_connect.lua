--- do_connect: what a driver is given for a new connection is shown to listeners, who may change it (a password that is
--- valid for minutes, the next of several hosts).
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local url_module = require "lualchemy.engine.url"

local do_connect = {}

--- The driver's names for the parts of a URL.
local PARTS = {
  postgresql = {host = "host", port = "port", user = "username", password = "password", dbname = "database"},
  sqlite = {},
}

--- The positional arguments and those by name, as the Python drivers are given them.
local function arguments_of(engine)
  local url, args, named = engine.url, {}, {}
  if engine.dialect.name == "sqlite" then args[1] = url.database or ":memory:" end
  for name, part in pairs(PARTS[engine.dialect.name]) do named[name] = url[part] end
  for name, value in pairs(url.query) do named[name] = value end
  for name, value in pairs(engine._connect_args or {}) do named[name] = value end
  return args, named
end

local function conninfo_of(engine, args, named)
  local url, parts, rest = engine.url, {query = {}}, {}
  if engine.dialect.name == "sqlite" then parts.database = args[1] end
  local known = PARTS[engine.dialect.name]
  for name, value in pairs(named) do
    if known[name] then
      parts[known[name]] = value
    elseif url.query[name] == value then
      parts.query[name] = value
    else
      rest[name] = value
    end
  end
  return (core.conninfo(url_module.URL.create(url.drivername, parts), rest, engine._driver))
end

--- What the connection is opened with.
--- @param pool lualchemy.Pool
--- @param record table
--- @return userdata
function do_connect.conninfo(pool, record)
  local engine, listeners = pool._engine, pool.dispatch.do_connect
  if not listeners then return engine._conninfo end
  local args, named = arguments_of(engine)
  for _, listener in ipairs(listeners) do
    if listener.fn(engine.dialect, record, args, named) ~= nil then
      err.raise("NotSupportedError", "do_connect: a listener may change the arguments, not open the connection itself")
    end
  end
  return conninfo_of(engine, args, named)
end

return do_connect
