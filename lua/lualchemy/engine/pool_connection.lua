--- A connection that was taken out of a pool (lualchemy.PoolProxiedConnection): what a program does with it, and how it
-- is made as new when it is given back.
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local wait = require "lualchemy.wait"

--- How long giving a connection back may take: what runs on it is cancelled, its transaction rolled back.
local RESET_SECONDS = 10

--- What listeners to reset are told.
--- @class lualchemy.PoolResetState
--- @field transaction_was_reset boolean it was ended already, by what had the connection
--- @field terminate_only boolean the connection is only closed now
--- @field asyncio_safe boolean
local ResetState = {__name = "lualchemy.PoolResetState"}
ResetState.__index = ResetState
--- Is x one?
--- @param x any
function ResetState.is(_, x) return type(x) == "table" and getmetatable(x) == ResetState end


--- @class lualchemy.PoolProxiedConnection
local Pooled = {__name = "lualchemy.PoolProxiedConnection", _detached = false}
Pooled.__index = compat.index(Pooled, function(self, key)
  if key == "is_valid" then return rawget(self, "_slot") ~= nil end
  if key == "is_detached" then return self._detached or rawget(self, "_slot") == nil end
  if key == "info" then return self._record.info end
  if key == "record_info" then return not self._detached and self._record.record_info or nil end
  local dbapi = rawget(self, "dbapi_connection")
  if key == "driver_connection" then return dbapi end
  return dbapi and dbapi[key]
end)

--- The driver's connection, which a closed one has not.
local function driver_of(self)
  return self.dbapi_connection or err.raise("InvalidRequestError", "This connection is closed")
end

function Pooled:_usable() return self.conn ~= nil and self.conn:usable() end
--- Commits what was done on it.
function Pooled:commit() driver_of(self):commit() end
--- Rolls back what was done on it.
function Pooled:rollback() driver_of(self):rollback() end
function Pooled:_simple(sql) driver_of(self):_simple(sql) end
--- A cursor whose statements are part of a transaction, which commit() or rollback() ends.
--- @return lualchemy.DBAPICursor
function Pooled:cursor()
  local cursor = driver_of(self):cursor()
  if not self._pool._hosted then cursor._implicit = true end
  return cursor
end

local function record_of(slot)
  return slot:info() or slot:info({info = {}, record_info = {}})
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
  local ok, e = wait.finish(pool._engine.wait, conn.ready, conn)
  if not ok then error(e, 0) end
  if pool.dispatch.reset then
    event.fire(pool.dispatch, "reset", dbapi, self._record, setmetatable({transaction_was_reset = was_reset,
      terminate_only = false, asyncio_safe = true}, ResetState))
  end
  if pool._reset == "commit" then dbapi:commit() elseif pool._reset then dbapi:rollback() end
  if not pool._hosted and dbapi._isolation_changed then
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
  local hosted = pool._hosted
  if not (hosted or pool.dispatch.close) then return end
  for dbapi, record in pairs(pool._open) do
    local conn = hosted and hosted[dbapi] or dbapi.conn
    if not conn:usable() then
      pool._open[dbapi] = nil
      event.fire(pool.dispatch, "close", dbapi, record)
      if hosted and hosted[dbapi] then
        hosted[dbapi] = nil
        compat.pcall(dbapi.close, dbapi)
      end
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
  if pool._hosted or dispatch.close then tell_closed(pool) end
end

--- Closes a connection that was taken out of the pool.
local function close_detached(self)
  if self.conn then
    compat.pcall(clean, self, false)
    event.fire(self._pool.dispatch, "close_detached", self.dbapi_connection)
    if self._pool._hosted then self.dbapi_connection:close() end
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
  if not (pool._hosted or dbapi._begun or dbapi._isolation_changed or pool.dispatch.any_return) then
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

--- Closes the connection that a listener of "checkout" would not have.
function Pooled:_refuse(reason)
  if self.dbapi_connection then
    event.fire(self._pool.dispatch, "invalidate", self.dbapi_connection, self._record, reason)
  end
  self._slot:invalidate(false)
  tell_closed(self._pool)
  local slot = self._slot
  forget(self)
  slot:give_back()
end

--- Takes the connection out of the pool for good.
function Pooled:detach()
  if not self._slot then return end
  event.fire(self._pool.dispatch, "detach", self.dbapi_connection, self._record)
  self._pool._open[self.dbapi_connection] = nil
  self.conn = self._slot:detach()
  self._slot, self._detached = nil, true
end

--- Is x a connection that was taken out of a pool?
--- @param x any
function Pooled.is(_, x) return type(x) == "table" and getmetatable(x) == Pooled end

return {Pooled = Pooled, PoolResetState = ResetState, tell_closed = tell_closed, record_of = record_of}
