--- Engines (la.create_engine): where a database is, its dialect, its pool, its statement cache.
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local base = require "lualchemy.sql.schema_base"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local wait = require "lualchemy.wait"
local echo = require "lualchemy.engine.echo"
local failure = require "lualchemy.engine.failure"
local parameters = require "lualchemy.engine.parameters"
local pool_module = require "lualchemy.engine.pool"
local url_module = require "lualchemy.engine.url"
local drivers = require "lualchemy.engine.drivers"
local Connection = require "lualchemy.engine.connection"

require "lualchemy.engine.dialect_methods"

--- @class lualchemy.Engine
--- @field url lualchemy.URL
--- @field engine lualchemy.Engine itself
--- @field dialect lualchemy.Dialect
--- @field pool lualchemy.Pool
--- @field name string
--- @field driver string
--- @field echo boolean|string
local Engine = {__name = "lualchemy.Engine"}
local getters = {}

Engine.__index = compat.index(Engine, function(self, key)
  local getter = getters[key]
  if getter then return getter(self) end
  local shared = rawget(self, "_shared")
  if shared then return shared[key] end
  if type(key) == "string" and key:sub(1, 1) ~= "_" and key ~= "wait" then
    err.raise("InvalidRequestError", "an Engine has no attribute '%s'", key)
  end
end)
Engine.__tostring = function(self) return "Engine(" .. tostring(self.url) .. ")" end
Engine.__newindex = function(self, key, value)
  if key == "echo" then
    self.logger = echo.logger(value, self._logging_name)
    value = nil
  end
  rawset(self, key, value)
end

function getters:name() return self.dialect.name end
function getters:driver() return self.url:get_driver_name() end
function getters:engine() return self end
function getters:echo() return self.logger.level == "debug" and "debug" or self.logger.level ~= false end

local KEYWORDS = base.keywords [[
  client_encoding connect_args connect_timeout convert_unicode creator echo echo_pool enable_from_linting
  executemany_batch_page_size executemany_mode execution_options future hide_parameters implicit_returning
  insertmanyvalues_page_size isolation_level json_deserializer json_serializer label_length logging_name
  max_identifier_length max_overflow module native_json native_uuid paramstyle plugins pool pool_logging_name
  pool_pre_ping pool_recycle pool_reset_on_return pool_size pool_timeout pool_use_lifo poolclass prepared_statements
  query_cache_size skip_autocommit_rollback url use_insertmanyvalues use_native_hstore wait]]
--- Those of SQLAlchemy whose effect would be missed.
local NOT_THERE = {"module", "plugins"}

local function pool_settings(options)
  return {pool_size = options.pool_size, max_overflow = options.max_overflow, timeout = options.pool_timeout,
    recycle = options.pool_recycle, echo = options.echo_pool, logging_name = options.pool_logging_name,
    creator = options.creator, use_lifo = options.pool_use_lifo, pre_ping = options.pool_pre_ping,
    reset_on_return = options.pool_reset_on_return}
end

local function pool_kind(options, usual)
  local class = options.poolclass
  if class == nil then return usual end
  local kind = type(class) == "table" and rawget(class, "kind")
  if not kind then err.raise("ArgumentError", "create_engine: argument 'poolclass' must be a pool class, got %s",
    type(class)) end
  return kind
end

--- The pool that was given, or a new one.
local function pool_of(engine, options)
  local pool = options.pool
  if pool == nil then
    return pool_module.make(engine, pool_kind(options, engine._usual_pool), pool_settings(options))
  end
  if not pool_module.Pool:is(pool) then
    err.raise("ArgumentError", "create_engine: argument 'pool' must be a pool, got %s", type(pool))
  end
  pool:_serve(engine)
  return pool
end

--- How many rows an INSERT of many sets of parameters may have.
local function page_size(n)
  if n == nil or (type(n) == "number" and n >= 1 and n == math.floor(n)) then return n end
  err.raise("ArgumentError",
    "create_engine: argument 'insertmanyvalues_page_size' must be a whole number above 0, got %s", tostring(n))
end

local DIALECT_OPTIONS = {"paramstyle", "label_length", "max_identifier_length", "json_serializer", "json_deserializer"}

--- Those of PostgreSQL: how SQLAlchemy's driver sends many rows and reads hstore is of no matter here.
local OF_POSTGRESQL = {"client_encoding", "executemany_mode", "executemany_batch_page_size", "use_native_hstore"}
local EXECUTEMANY_MODES = {values_only = true, values_plus_batch = true}

--- The arguments of the driver.
local function connect_args(options, driver)
  for _, name in ipairs(driver ~= "libpq" and OF_POSTGRESQL or {}) do
    if options[name] ~= nil then
      err.raise("ArgumentError", "create_engine: argument '%s' is PostgreSQL's alone", name)
    end
  end
  local mode = options.executemany_mode
  if mode ~= nil and not EXECUTEMANY_MODES[mode] then
    err.raise("ArgumentError", "Invalid value for 'executemany_mode': '%s'", tostring(mode))
  end
  local creator = options.creator
  if creator ~= nil and type(creator) ~= "function" and not (getmetatable(creator) or {}).__call then
    err.raise("ArgumentError", "create_engine: argument 'creator' must be a function, got %s", type(creator))
  end
  if options.client_encoding == nil then return options.connect_args end
  local given = {client_encoding = options.client_encoding}
  for k, v in pairs(options.connect_args or {}) do given[k] = v end
  return given
end

--- An engine for the database that the URL names. Nothing is connected yet.
--- @return lualchemy.Engine
local function create_engine(...)
  local positional, options = args.brace("create_engine", KEYWORDS, ...)
  for _, name in ipairs(NOT_THERE) do
    if options[name] ~= nil then
      err.raise("NotSupportedError", "create_engine: argument '%s' is not supported: drivers are C modules, told by "
        .. "the URL and connect_args; the event 'connect' is for what is done with a new connection", name)
    end
  end
  local url = url_module.make_url(positional[1] == nil and options.url or positional[1])
  local driver, dialect_name = drivers.load(url)
  local dialect_options = {}
  for _, name in ipairs(DIALECT_OPTIONS) do dialect_options[name] = options[name] end
  local self = {url = url, _driver = driver, wait = wait.check(options.wait) or false, __class = Engine}
  self._connect_args = connect_args(options, driver)
  self._conninfo, self._usual_pool = core.conninfo(url, self._connect_args, driver)
  self.dialect = require("lualchemy.sql.dialect").create(dialect_name, dialect_options)
  self.hide_parameters = options.hide_parameters or false
  self._options = options.execution_options or parameters.no_options
  self._isolation_level = options.isolation_level or self._options.isolation_level
  self._logging_name = options.logging_name
  self.logger = echo.logger(options.echo, options.logging_name)
  self._connect_timeout = options.connect_timeout
  self._max_statements = options.prepared_statements == false and 0 or options.prepared_statements
  self._page_size = page_size(options.insertmanyvalues_page_size)
  if options.use_insertmanyvalues ~= nil then self.dialect.use_insertmanyvalues = options.use_insertmanyvalues end
  self._cache = core.statement_cache(options.query_cache_size or 500)
  self._uncached = options.query_cache_size == 0 or nil
  self._linting = options.enable_from_linting ~= false
  self._ping_sql = driver == "libpq" and ";" or "SELECT 1"
  setmetatable(self, Engine)
  rawset(self, "dispatch", event.dispatcher{Engine, self})
  rawset(self, "pool", pool_of(self, options))
  return self
end

-- ---- connections ----

--- Closes the connection that a function had; returns what it did, or raises.
local function finish(connection, ok, ...)
  if ok then
    Connection.close(connection)
    return ...
  end
  compat.pcall(connection.close, connection)
  error((...), 0)
end

--- Runs the function with the connection as the block of a transaction.
local function run_block(connection, fn) return Connection.begin(connection):_run(fn, connection) end

--- A connection; with a function: runs it with one, which is closed always.
--- @param fn? fun(connection: lualchemy.Connection): any
--- @return lualchemy.Connection
--- @overload fun(self: lualchemy.Engine, fn: fun(connection: lualchemy.Connection): any): any
function Engine:connect(fn)
  local connection = Connection.new(self)
  if fn == nil then return connection end
  return finish(connection, compat.pcall(fn, connection))
end

--- A connection in a transaction that is committed when the function returns, rolled back when it raises.
--- Without a function: the connection, which commits and closes as a to-be-closed variable.
--- @param fn? fun(connection: lualchemy.Connection): any
--- @return any
function Engine:begin(fn)
  local connection = Connection.new(self)
  if fn == nil then
    connection:begin()
    return connection
  end
  return finish(connection, compat.pcall(run_block, connection, fn))
end

--- Visits a schema item in one transaction.
function Engine:_run_ddl_visitor(visitor, element, keywords)
  self:begin(function(connection) connection:_run_ddl_visitor(visitor, element, keywords) end)
end

--- A connection of the pool as the driver has it.
--- @return lualchemy.PoolProxiedConnection
function Engine:raw_connection()
  local pool = self.pool
  local pooled, what, slot, dbapi, record = pool:_at_hand()
  if pooled then return pooled end
  local ok, found = compat.pcall(pool._checkout, pool, what, slot, dbapi, record)
  if not ok then failure.unconnected(self, found) end
  return found
end

--- Closes the connections of the pool that are not in use, and begins with a new pool.
--- @param options? {close: boolean} close = false: leaves them to the process that opened them
function Engine:dispose(options)
  if not (options and options.close == false) then self.pool:dispose() end
  rawset(self._shared or self, "pool", self.pool:recreate())
  event.fire(self.dispatch, "engine_disposed", self)
end

--- A second engine on the same pool and cache with other execution options.
--- @param options? table
--- @return lualchemy.Engine
function Engine:execution_options(options)
  options = options or {}
  local merged = {}
  for k, v in pairs(self._options) do merged[k] = v end
  for k, v in pairs(options) do merged[k] = v end
  local derived = setmetatable({_shared = self._shared or self, _options = merged, __class = Engine}, Engine)
  rawset(derived, "_isolation_level", merged.isolation_level or self._isolation_level)
  rawset(derived, "dispatch", event.dispatcher_before(derived, self.dispatch))
  event.fire(derived.dispatch, "set_engine_execution_options", derived, options)
  return derived
end

--- @param options table
function Engine:update_execution_options(options)
  local merged = {}
  for k, v in pairs(self._options) do merged[k] = v end
  for k, v in pairs(options) do merged[k] = v end
  rawset(self, "_options", merged)
end

--- @return table
function Engine:get_execution_options()
  local copy = {}
  for k, v in pairs(self._options) do copy[k] = v end
  return copy
end

--- Forgets the statements that were compiled.
function Engine:clear_compiled_cache() self._cache:clear() end

function Engine:_token_logger(token)
  return echo.logger(self.echo, self._logging_name, token)
end

-- ---- a new database connection ----

--- Settles what every connection of the dialect needs, and learns the server's version from the first.
function Engine:_on_connect(dbapi)
  local shared = self._shared or self
  drivers.on_connect(self, dbapi)
  if shared._initialized then return end
  rawset(shared, "_initialized", true)
  drivers.initialize(shared, dbapi)
end

-- ---- isolation ----

--- Sets a connection's level until it is given back to the pool.
function Engine:_set_isolation_level(connection, level)
  local pooled = connection:_db()
  drivers.set_isolation_level(self, pooled.dbapi_connection, level)
  pooled.dbapi_connection._isolation_changed = true
end

--- Sets what the options say of a connection's transactions until it is given back to the pool.
function Engine:_set_characteristics(connection, options)
  if self.dialect.name ~= "postgresql" then return end
  local dbapi = connection:_db().dbapi_connection
  if drivers.set_characteristics(self, dbapi, options) then dbapi._isolation_changed = true end
end

function Engine:_reset_isolation_level(dbapi)
  drivers.reset_isolation_level(self._shared or self, dbapi)
end

function Engine:_get_isolation_level(connection)
  return drivers.get_isolation_level(self, connection:_db().dbapi_connection)
end

function Engine:_default_isolation_level(connection)
  return drivers.default_isolation_level(self, connection:_db().dbapi_connection)
end

--- Is x an engine?
--- @param x any
--- @return boolean
function Engine.is(_, x) return type(x) == "table" and getmetatable(x) == Engine end

return {Engine = Engine, create_engine = create_engine}
