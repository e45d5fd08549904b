--- New connections of a pool: what its creator returns, or what the driver opens. What a driver is given is shown to
-- listeners to do_connect, who may change it (a password that is valid for minutes, the next of several hosts) or open
-- the connection themselves.
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local DBAPIConnection = require "lualchemy.engine.dbapi"
local drivers = require "lualchemy.engine.drivers"
local url_module = require "lualchemy.engine.url"
local wait = require "lualchemy.wait"

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
  if engine.dialect.name == "sqlite" then parts.database, parts.password = args[1], url.password end
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

--- What the connection is opened with; or the connection, if a listener opened it.
local function offered(pool, record)
  local engine, listeners = pool._engine, pool.dispatch.do_connect
  if not listeners then return engine._conninfo end
  local args, named = arguments_of(engine)
  for _, listener in ipairs(listeners) do
    local made = listener.fn(engine.dialect, record, args, named)
    if made ~= nil then return made end
  end
  return conninfo_of(engine, args, named)
end

local function check(ok, e)
  if not ok then error(e, 0) end
end

--- The driver opens the connection of the slot.
local function open(pool, slot, conninfo)
  local engine = pool._engine
  check(slot:open(conninfo, engine._driver, engine._connect_timeout, engine._max_statements))
  local conn = slot:connection()
  check(wait.finish(engine.wait, conn.ready, conn))
  conn:deadline(nil)
  return DBAPIConnection.new(conn, engine)
end

--- A connection of another driver than those of the library: an object of the program, which it talks to itself.
local function host(pool, slot, made)
  if not pool._standalone then
    err.raise("ArgumentError", "create_engine: argument 'creator' must return a connection of the driver, as "
      .. "dialect:connect() gives, got %s", type(made))
  end
  drivers.register("hosted")
  check(slot:open((core.conninfo(url_module.make_url("hosted://"), nil, "hosted")), "hosted"))
  pool._hosted = pool._hosted or {}
  pool._hosted[made] = slot:connection()
  return made
end

--- The connection of a slot that has none: as Lua sees it.
--- @param pool lualchemy.Pool
--- @param slot userdata
--- @param record table
--- @return lualchemy.DBAPIConnection
function do_connect.open(pool, slot, record)
  local creator = pool._settings.creator
  local made
  if creator then made = creator(record) else made = offered(pool, record) end
  if type(made) == "userdata" then return open(pool, slot, made) end
  if made == nil then err.raise("ArgumentError", "the creator of a pool must return a connection, got nil") end
  if not DBAPIConnection:is(made) then return host(pool, slot, made) end
  slot:adopt(made.conn)
  made._wait, made._implicit = pool._engine.wait, false
  return made
end

-- ---- without a pool ----

--- The arguments for dialect:connect() that a URL stands for: {{positional …}, {name = value}}.
--- @param dialect lualchemy.Dialect
--- @param url string|lualchemy.URL
function do_connect.create_connect_args(dialect, url)
  local args, named = arguments_of{url = url_module.make_url(url), dialect = dialect}
  return {args, named}
end

--- A connection that no pool has: dialect:connect("music.db"), dialect:connect{host = "h", dbname = "d"}.
--- @param dialect lualchemy.Dialect
function do_connect.connect(dialect, ...)
  local positional, named = compat.pack(...), {}
  if type(positional[positional.n]) == "table" then
    named, positional.n = positional[positional.n], positional.n - 1
  end
  local url = url_module.make_url(dialect.name .. "://")
  local engine = {url = url, dialect = dialect, wait = false, _driver = drivers.load(url)}
  local conn, e = core.connect(conninfo_of(engine, positional, named), engine._driver)
  check(conn, e)
  check(wait.finish(false, conn.ready, conn))
  local dbapi = DBAPIConnection.new(conn, engine)
  dbapi._implicit = true
  return dbapi
end

return do_connect
