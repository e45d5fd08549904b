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

local pool_module = {}

--- How long giving a connection back may take: what runs on it is cancelled, its transaction rolled back.
local RESET_SECONDS = 10

--- @class lualchemy.Pool
local Pool = {__name = "lualchemy.Pool"}
Pool.__index = Pool

-- ---- a connection that was taken out ----

--- @class lualchemy.PoolProxiedConnection
local Pooled = {__name = "lualchemy.PoolProxiedConnection", _detached = false}
Pooled.__index = function(self, key)
  local method = Pooled[key]
  if method ~= nil then return method end
  if key == "is_valid" then return rawget(self, "_slot") ~= nil end
  if key == "is_detached" then return self._detached end
  if key == "info" or key == "record_info" then return self._record.info end
  local dbapi = rawget(self, "dbapi_connection")
  if key == "driver_connection" then return dbapi end
  return dbapi and dbapi[key]
end

function Pooled:_usable() return self.conn ~= nil and self.conn:usable() end
--- Commits what was done on it.
function Pooled:commit() self.dbapi_connection:commit() end
--- Rolls back what was done on it.
function Pooled:rollback() self.dbapi_connection:rollback() end
function Pooled:_simple(sql) self.dbapi_connection:_simple(sql) end
--- @return lualchemy.DBAPICursor
function Pooled:cursor() return self.dbapi_connection:cursor() end

local function record_of(slot)
  return slot:info() or slot:info({info = {}})
end

local function forget(self)
  self._slot, self.conn = nil, nil
  self.dbapi_connection = nil
end

--- Ends what is open on the connection and the transaction, so that the next user finds it as new.
local function clean(self, was_reset)
  local pool, dbapi, conn = self._pool, self.dbapi_connection, self.conn
  conn:settle()
  conn:deadline(RESET_SECONDS)
  local ok, e = dbapi:_ready()
  if not ok then error(e, 0) end
  event.fire(pool.dispatch, "reset", dbapi, self._record, {transaction_was_reset = was_reset,
    terminate_only = false, asyncio_safe = true})
  if pool._reset == "commit" then dbapi:commit() elseif pool._reset then dbapi:rollback() end
  if dbapi._isolation_changed then
    pool._engine:_reset_isolation_level(dbapi)
    dbapi._isolation_changed = false
  end
  conn:deadline(nil)
end

--- Cleans the connection; false if that failed, so that it cannot be used again.
local function reset(self, was_reset)
  local pool = self._pool
  if not self.conn:usable() then return false end
  local ok = compat.pcall(clean, self, was_reset)
  return ok and self.conn:usable() and (self.conn:status() == "none" or not pool._reset)
end

--- Tells listeners of the connections that were closed since.
local function tell_closed(pool)
  if not pool.dispatch.close then return end
  for dbapi, record in pairs(pool._open) do
    if not dbapi.conn:usable() then
      pool._open[dbapi] = nil
      event.fire(pool.dispatch, "close", dbapi, record)
    end
  end
end

--- Gives the slot up, whose connection is usable or not.
local function give_back(self)
  local pool, slot, dispatch = self._pool, self._slot, self._pool.dispatch
  if dispatch.checkin then
    event.fire(dispatch, "checkin", self.conn:usable() and self.dbapi_connection or nil, self._record)
  end
  forget(self)
  slot:give_back()
  if dispatch.close then tell_closed(pool) end
end

--- Closes a connection that was taken out of the pool.
local function close_detached(self)
  if self.conn then
    compat.pcall(clean, self, false)
    event.fire(self._pool.dispatch, "close_detached", self.dbapi_connection)
    self.conn:close()
  end
  forget(self)
end

--- Gives the connection back.
--- @param transaction_was_reset? boolean its transaction was ended already
function Pooled:close(transaction_was_reset)
  local slot, dbapi, pool = self._slot, self.dbapi_connection, self._pool
  if not slot then
    if self._detached then close_detached(self) end
    return
  end
  if not (dbapi._begun or dbapi._isolation_changed or pool.dispatch.any_return) then
    local given_back, leaving = slot:give_back_idle()
    if given_back then
      if leaving and pool._reset then dbapi._wanted = false end
      return forget(self)
    end
  end
  local leaving = slot:leaving()
  if leaving and not reset(self, transaction_was_reset == true) then slot:invalidate(false) end
  if leaving or not self.conn:usable() then return give_back(self) end
  forget(self)
  slot:give_back()
end

--- Closes the connection instead of giving it back; with {soft = true} when it is next taken.
--- @param reason? any the error that tells why
--- @param options? {soft: boolean}
function Pooled:invalidate(reason, options)
  local slot = self._slot
  if not slot then return end
  local soft = type(options) == "table" and options.soft
  event.fire(self._pool.dispatch, soft and "soft_invalidate" or "invalidate", self.dbapi_connection, self._record,
    reason)
  slot:invalidate(soft or false)
  if soft then return end
  tell_closed(self._pool)
  give_back(self)
end

--- Takes the connection out of the pool for good.
function Pooled:detach()
  if not self._slot then return end
  event.fire(self._pool.dispatch, "detach", self.dbapi_connection, self._record)
  self._pool._open[self.dbapi_connection] = nil
  self.conn = self._slot:detach()
  self._slot, self._detached = nil, true
end

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
  local told, conninfo = compat.pcall(do_connect.conninfo, pool, record)
  if not told then fail(conninfo) end
  local ok, e = slot:open(conninfo, engine._driver, engine._connect_timeout, engine._max_statements)
  if not ok then fail(e) end
  local conn = slot:connection()
  ok, e = wait.finish(engine.wait, conn.ready, conn)
  if not ok then fail(e) end
  conn:deadline(nil)
  local dbapi = DBAPIConnection.new(conn, engine)
  core.connection_info(conn, dbapi)
  pool._open[dbapi] = record
  ok, e = compat.pcall(function()
    engine:_on_connect(dbapi)
    tell_connected(pool, dbapi, record)
  end)
  if not ok then fail(e) end
end

local function ping(pool, slot)
  local conn = slot:connection()
  local dbapi = core.connection_info(conn)
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
  return setmetatable({_pool = pool, _slot = slot, conn = dbapi.conn, dbapi_connection = dbapi, _record = record},
    Pooled)
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
    pooled:invalidate(e)
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
end

--- A new pool with the same settings.
--- @return lualchemy.Pool
function Pool:recreate()
  return pool_module.make(self._engine, self._kind, self._settings)
end

local KEYWORDS = {size = true, pool_size = true, max_overflow = true, timeout = true, recycle = true, use_lifo = true,
  pre_ping = true,
  reset_on_return = true, echo = true, logging_name = true, events = true, dialect = true}

local function reset_word(value)
  if value == nil or value == true or value == "rollback" then return "rollback" end
  if value == "commit" then return "commit" end
  if value == false or value == core.null or value == "none" then return nil end
  err.raise("ArgumentError", "Invalid value for argument 'reset_on_return': %s", tostring(value))
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
  check_settings(engine, kind, settings)
  local self = setmetatable({_engine = engine, _kind = kind, _settings = settings, _timeout = settings.timeout or 30,
    _reset = reset_word(settings.reset_on_return)}, pool_module[kind])
  self._open = setmetatable({}, {__mode = "k"})
  self._core = core.pool{kind = kind, size = settings.pool_size or settings.size, max_overflow = settings.max_overflow,
    timeout = settings.timeout,
    recycle = settings.recycle, use_lifo = settings.use_lifo, pre_ping = settings.pre_ping}
  self.dispatch = event.dispatcher{pool_module.Pool, pool_module[kind], engine.__class, engine, self}
  return self
end

for _, kind in ipairs{"QueuePool", "NullPool", "StaticPool", "SingletonThreadPool", "AssertionPool"} do
  local class = {__name = "lualchemy." .. kind, kind = kind}
  for k, v in pairs(Pool) do
    if k:sub(1, 2) ~= "__" then class[k] = v end
  end
  class.__index = class
  class.is = function(_, x) return type(x) == "table" and getmetatable(x) == class end
  pool_module[kind] = class
end
pool_module.Pool = Pool
--- Is x a pool?
--- @param x any
--- @return boolean
function Pool.is(_, x)
  local meta = type(x) == "table" and getmetatable(x)
  return type(meta) == "table" and pool_module[rawget(meta, "kind") or ""] == meta
end

return pool_module
