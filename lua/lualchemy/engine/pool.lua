--- Pools: connections that are kept for reuse (la.pool, engine.pool).
--
-- The counting, queueing and ageing is the core's; this file opens, pings, resets, and tells listeners.
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local wait = require "lualchemy.wait"
local DBAPIConnection = require "lualchemy.engine.dbapi"
local do_connect = require "lualchemy.engine.do_connect"
local proxied = require "lualchemy.engine.pool_connection"

local Pooled, tell_closed, record_of = proxied.Pooled, proxied.tell_closed, proxied.record_of
local pool_module = {PoolProxiedConnection = Pooled, PoolResetState = proxied.PoolResetState}

--- @class lualchemy.Pool
local Pool = {__name = "lualchemy.Pool"}
Pool.__index = Pool

-- ---- opening ----

local function tell_connected(pool, dbapi, record)
  if not pool._connected then
    pool._connected = true
    event.fire(pool.dispatch, "first_connect", dbapi, record)
  end
  event.fire(pool.dispatch, "connect", dbapi, record)
end

--- Opens a connection in the slot; raises after giving the slot up.
local function open(pool, slot)
  local engine = pool._engine
  local record = record_of(slot)
  local function fail(e)
    slot:drop()
    slot:failed()
    error(e, 0)
  end
  local ok, dbapi = compat.pcall(do_connect.open, pool, slot, record)
  if not ok then fail(dbapi) end
  core.connection_info(slot:connection(), dbapi)
  pool._open[dbapi] = record
  for name in pairs(record.info) do record.info[name] = nil end
  local e
  ok, e = compat.pcall(function()
    engine:_on_connect(dbapi)
    tell_connected(pool, dbapi, record)
  end)
  if not ok then fail(e) end
end

local function ping(pool, slot)
  local conn = slot:connection()
  local dbapi = core.connection_info(conn)
  if pool._hosted then
    slot:give_back()
    err.raise("NotImplementedError", "The ping feature requires that a dialect is passed to the connection pool.")
  end
  conn:deadline(pool._engine._connect_timeout or pool._timeout)
  local conn_ok, e = compat.pcall(dbapi._simple, dbapi, pool._engine._ping_sql)
  if conn_ok then return conn:deadline(nil) end
  if not err.exc.DBAPIError:is(e) then
    slot:invalidate(false)
    slot:give_back()
    error(e, 0)
  end
  pool._core:invalidate(slot)
  slot:drop()
  tell_closed(pool)
  open(pool, slot)
end

-- ---- taking ----

--- Waits in the queue with the engine's wait function.
local function queue(pool)
  wait.guard(pool._engine.wait)
  local waiter, started = pool._core:waiter(), core.monotonic()
  while true do
    local what, slot, dbapi, record = pool._core:take(waiter)
    if what ~= "wait" then return what, slot, dbapi, record end
    local left = pool._timeout - (core.monotonic() - started)
    if left <= 0 then return nil, pool._core:give_up(waiter, pool._timeout) end
    local ok, e = compat.pcall(pool._engine.wait, slot, "r", left)
    if not ok then
      pool._core:give_up(waiter, 0)
      error(e, 0)
    end
  end
end

local function prepare(pool, what, slot)
  if what == "open" then
    open(pool, slot)
  elseif what == "ping" then
    ping(pool, slot)
  elseif what == "stale" then
    if pool._logger then
      pool._logger:info(("Connection %s %s"):format(tostring(core.connection_info(slot:connection())), slot:stale()))
    end
    slot:drop()
    tell_closed(pool)
    open(pool, slot)
  end
end

--- The connection in the slot, as Lua knows it.
local function known(pool, slot, dbapi, record)
  if dbapi and record then return dbapi, record end
  local conn = slot:connection()
  dbapi = core.connection_info(conn)
  if not dbapi then
    dbapi = DBAPIConnection.new(conn, pool._engine)
    core.connection_info(conn, dbapi)
  end
  return dbapi, record_of(slot)
end

local function new_pooled(pool, slot, dbapi, record)
  local conn = pool._hosted and slot:connection() or dbapi.conn
  return setmetatable({_pool = pool, _slot = slot, conn = conn, dbapi_connection = dbapi, _record = record}, Pooled)
end

--- Tells listeners of what is taken out; false and an error if one of them will not have it.
local function tell_taken(pool, pooled)
  if not pooled._slot:leaving() then return true end
  return compat.pcall(event.fire, pool.dispatch, "checkout", pooled.dbapi_connection, pooled._record, pooled)
end

--- A connection that is there and ready, where nobody waits or listens; else nil and, if something was taken, what.
function Pool:_at_hand()
  if self._engine.wait or self.dispatch.checkout then return nil end
  local what, slot, dbapi, record = self._core:take()
  if what == "ready" and dbapi and record then return new_pooled(self, slot, dbapi, record) end
  return nil, what, slot, dbapi, record
end

--- A connection of the pool, opened if need be.
--- @param taken? string what the core's pool said to who asked it before, with what comes next
function Pool:_checkout(taken, ...)
  for _ = 1, 3 do
    local what, slot, dbapi, record
    if taken then
      what, slot, dbapi, record, taken = taken, ...
    elseif self._engine.wait then
      what, slot, dbapi, record = queue(self)
    else
      what, slot, dbapi, record = self._core:take()
    end
    if not what then error(slot, 0) end
    if what ~= "ready" then
      prepare(self, what, slot)
      dbapi = nil
    end
    local pooled = new_pooled(self, slot, known(self, slot, dbapi, record))
    if not self.dispatch.checkout then return pooled end
    local ok, e = tell_taken(self, pooled)
    if ok then return pooled end
    pooled:_refuse(e)
    if not err.exc.DisconnectionError:is(e) then error(e, 0) end
  end
  err.raise("InvalidRequestError", "This connection is closed")
end

--- A connection of the pool, opened if need be.
--- @return lualchemy.PoolProxiedConnection
function Pool:connect() return self:_checkout() end

--- "Pool size: 5  Connections in pool: 0 Current Overflow: -5 Current Checked out connections: 0"
--- @return string
function Pool:status() return self._core:status() end
--- How many connections it keeps.
--- @return integer
function Pool:size() return (self._core:counts()) end
--- How many wait in it.
--- @return integer
function Pool:checkedin() return (select(2, self._core:counts())) end
--- How many are out.
--- @return integer
function Pool:checkedout() return (select(3, self._core:counts())) end
--- How many there are beyond those it keeps.
--- @return integer
function Pool:overflow() return (select(4, self._core:counts())) end
--- For how many seconds a connection is waited for.
--- @return number
function Pool:timeout() return self._timeout end
--- Closes the connections that are not out.
function Pool:dispose()
  self._core:dispose()
  tell_closed(self)
  if self._logger then self._logger:info("Pool disposed. " .. self:status()) end
end

--- A new pool with the same settings.
--- @return lualchemy.Pool
function Pool:recreate()
  if self._logger then self._logger:info("Pool recreating") end
  return pool_module.make(self._engine, self._kind, self._settings)
end

local KEYWORDS = {size = true, pool_size = true, max_overflow = true, timeout = true, recycle = true, use_lifo = true,
  pre_ping = true, reset_on_return = true, echo = true, logging_name = true, creator = true}

local function reset_word(value)
  if value == nil or value == true or value == "rollback" then return "rollback" end
  if value == "commit" then return "commit" end
  if value == false or value == core.null or value == "none" then return nil end
  err.raise("ArgumentError", "Invalid value for 'reset_on_return': '%s'", tostring(value))
end

local ONLY_QUEUE = {"max_overflow", "timeout", "use_lifo"}
local DIALECT_CLASSES = {sqlite = "SQLiteDialect_pysqlite", postgresql = "PGDialect_psycopg2"}
local SIZED = {QueuePool = true, SingletonThreadPool = true}

--- Refuses settings that this kind of pool does not have.
local function check_settings(engine, kind, settings)
  local wrong = {}
  if not SIZED[kind] and settings.pool_size then wrong[1] = "'pool_size'" end
  for _, name in ipairs(kind ~= "QueuePool" and ONLY_QUEUE or {}) do
    local prefix = name == "max_overflow" and "'" or "'pool_"
    if settings[name] ~= nil then wrong[#wrong + 1] = prefix .. name .. "'" end
  end
  if #wrong == 0 then return end
  err.raise("TypeError", "Invalid argument(s) %s sent to create_engine(), using configuration %s/%s/Engine.  "
    .. "Please check that the keyword arguments are appropriate for this combination of components.",
    table.concat(wrong, ","), DIALECT_CLASSES[engine.dialect.name], kind)
end

--- A pool of that kind for the engine.
function pool_module.make(engine, kind, settings)
  args.check(kind, KEYWORDS, settings)
  if engine.url then check_settings(engine, kind, settings) end
  local self = setmetatable({_engine = engine, _kind = kind, _settings = settings, _timeout = settings.timeout or 30,
    _reset = reset_word(settings.reset_on_return), _hosted = false, _logger = false}, pool_module[kind])
  self._open = setmetatable({}, {__mode = "k"})
  self._core = core.pool{kind = kind, size = settings.pool_size or settings.size, max_overflow = settings.max_overflow,
    timeout = settings.timeout,
    recycle = settings.recycle, use_lifo = settings.use_lifo, pre_ping = settings.pre_ping}
  self._standalone = not engine.url
  self:_serve(engine)
  if settings.echo then require("lualchemy.engine.pool_log")(self, settings.echo, settings.logging_name) end
  return self
end

--- The pool's connections are for that engine.
function Pool:_serve(engine)
  self._engine = engine
  self.dispatch = event.dispatcher{pool_module.Pool, pool_module[self._kind], engine.__class or engine, engine, self}
end

for _, kind in ipairs{"QueuePool", "NullPool", "StaticPool", "SingletonThreadPool", "AssertionPool"} do
  local class = {__name = "lualchemy." .. kind, kind = kind}
  for k, v in pairs(Pool) do
    if k:sub(1, 2) ~= "__" then class[k] = v end
  end
  class.__index = class
  class.is = function(_, x) return type(x) == "table" and getmetatable(x) == class end
  pool_module[kind] = setmetatable(class, {__call = function(of, ...) return pool_module.standalone(of.kind, ...) end})
end
pool_module.Pool = Pool
--- Is x a pool?
--- @param x any
--- @return boolean
function Pool.is(_, x)
  local meta = type(x) == "table" and getmetatable(x)
  return type(meta) == "table" and pool_module[rawget(meta, "kind") or ""] == meta
end

-- what makes pools by themselves is loaded when the first one is
for _, name in ipairs{"standalone", "create_pool_from_url"} do
  pool_module[name] = function(...)
    require("lualchemy.engine.pool_standalone")(pool_module)
    return pool_module[name](...)
  end
end

return pool_module
