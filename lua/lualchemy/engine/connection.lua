--- Connections: statements in, results out, transactions around them.
--
-- A connection holds a pooled database connection (`_pooled`) from when it is made until it is closed. The
-- first statement begins a transaction (autobegin); commit() and rollback() end it.
local args = require "lualchemy.args"
local compat = require "lualchemy.compat"
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local execute = require "lualchemy.engine.execute"
local failure = require "lualchemy.engine.failure"
local pooled_of = require "lualchemy.engine.pooled"
local NO_OPTIONS = require("lualchemy.engine.parameters").no_options
local transaction = require "lualchemy.engine.transaction"

--- @class lualchemy.Connection
--- @field engine lualchemy.Engine
--- @field closed boolean
--- @field invalidated boolean
--- @field dialect lualchemy.Dialect
--- @field connection lualchemy.PoolProxiedConnection
--- @field info table whatever a program keeps with the database connection
--- @field default_isolation_level string
local Connection = {__name = "lualchemy.Connection", _savepoints = 0}
local getters = {}

Connection.__index = compat.index(Connection, function(self, key)
  local getter = getters[key]
  if getter then return getter(self) end
  if type(key) == "string" and key:sub(1, 1) ~= "_" then
    err.raise("InvalidRequestError", "a Connection has no attribute '%s'", key)
  end
end)
Connection.__tostring = function(self)
  return "lualchemy.Connection" .. (getters.closed(self) and " (closed)" or "")
end
Connection.__close = function(self) self:close() end

function getters:closed() return rawget(self, "_pooled") == false end
function getters:invalidated() return rawget(self, "_pooled") == nil end
function getters:dialect() return self.engine.dialect end
function getters:info() return self:_db().info end
function getters:connection() return self:_db() end
function getters:default_isolation_level() return self.engine:_default_isolation_level(self) end

--- A connection of the engine.
--- @param engine lualchemy.Engine
--- @return lualchemy.Connection
function Connection.new(engine)
  local self = setmetatable({engine = engine, _options = engine._options, dispatch = engine.dispatch,
    _block = false, _transaction = false, _nested = false, _in_begin = false, _wait = engine.wait or false,
    _logger = engine.logger, _pooled = engine:raw_connection()}, Connection)
  if self.dispatch.engine_connect then event.fire(self.dispatch, "engine_connect", self) end
  local options = self._options
  if options ~= NO_OPTIONS then
    if options.isolation_level then engine:_set_isolation_level(self, options.isolation_level) end
    engine:_set_characteristics(self, options)
  end
  return self
end

--- Somebody listens to this connection alone: it has a dispatcher of its own from now on.
function Connection.__listened(self)
  rawset(self, "dispatch", event.dispatcher_before(self, self.engine.dispatch))
end

Connection._db = pooled_of

function Connection:_invalid_transaction()
  err.raise("PendingRollbackError", "Can't reconnect until invalid %stransaction is rolled back.  "
    .. "Please rollback() fully before proceeding", self._nested and "savepoint " or "")
end

--- Gives the database connection back to the pool; a transaction in progress is rolled back.
function Connection:close()
  local had_transaction, ok, e = self._transaction and true or false, true, nil
  if had_transaction then
    ok, e = compat.pcall(self._transaction.close, self._transaction)
    self._transaction, self._nested = false, false
  end
  local pooled = self._pooled
  self._pooled = false
  if pooled then pooled:close(had_transaction) end
  if not ok and not err.exc.DBAPIError:is(e) then error(e, 0) end
end

--- Declares the database connection unusable: it is closed, and the next use opens another.
--- @param reason? any the error that tells why
function Connection:invalidate(reason)
  local pooled = self._pooled
  if not pooled then
    if getters.closed(self) then err.raise("ResourceClosedError", "This Connection is closed") end
    return
  end
  self._pooled = nil
  pooled:invalidate(reason)
end

--- Takes the database connection out of the pool: it is this object's own, and closed with it.
function Connection:detach()
  if getters.invalidated(self) then err.raise("InvalidRequestError", "Can't detach an invalidated Connection") end
  self:_db():detach()
end

-- ---- options ----

--- Sets options for all that this connection executes; returns the connection.
--- @param options table
--- @return lualchemy.Connection
function Connection:execution_options(options)
  local merged = {}
  for k, v in pairs(self._options) do merged[k] = v end
  for k, v in pairs(options) do merged[k] = v end
  event.fire(self.dispatch, "set_connection_execution_options", self, options)
  for _, name in ipairs{"isolation_level", "postgresql_readonly", "postgresql_deferrable"} do
    if options[name] ~= nil and self._transaction and self._transaction.is_active then
      err.raise("InvalidRequestError", "This connection has already initialized a SQLAlchemy Transaction() object via "
        .. "begin() or autobegin; %s may not be altered unless rollback() or commit() is called first.", name)
    end
  end
  if options.isolation_level ~= nil then self.engine:_set_isolation_level(self, options.isolation_level) end
  self.engine:_set_characteristics(self, options)
  if options.logging_token then self._logger = self.engine:_token_logger(options.logging_token) end
  self._options = merged
  return self
end

--- @return table
function Connection:get_execution_options()
  local copy = {}
  for k, v in pairs(self._options) do copy[k] = v end
  return copy
end

--- @return string
function Connection:get_isolation_level() return self.engine:_get_isolation_level(self) end

function Connection:_is_autocommit()
  return self:_db().dbapi_connection._isolation == "AUTOCOMMIT"
end

-- ---- transactions ----

local function run_or_return(trans, fn, argument)
  if fn == nil then return trans end
  if type(fn) ~= "function" then err.raise("ArgumentError", "begin: argument 'fn' must be a function, got %s",
    type(fn)) end
  return trans:_run(fn, argument or trans)
end

--- Begins a transaction. With a function: runs it and commits, or rolls back after an error.
--- @param fn? fun(transaction: lualchemy.Transaction)
--- @return lualchemy.Transaction without a function; else what it returns
function Connection:begin(fn)
  if self._transaction then
    err.raise("InvalidRequestError", "This connection has already initialized a SQLAlchemy Transaction() object via "
      .. "begin() or autobegin; can't call begin() here unless rollback() or commit() is called first.")
  end
  return run_or_return(transaction.RootTransaction.new(self), fn)
end

--- Begins a savepoint (and the transaction around it, if there is none).
--- @param fn? fun(transaction: lualchemy.Transaction)
--- @return lualchemy.Transaction
function Connection:begin_nested(fn)
  if not self._transaction then self:_autobegin() end
  return run_or_return(transaction.NestedTransaction.new(self), fn)
end

--- Begins a two-phase transaction.
--- @param xid? string made if not given
--- @return lualchemy.Transaction
function Connection:begin_twophase(xid)
  if self._transaction then
    err.raise("InvalidRequestError", "Cannot start a two phase transaction when a transaction is already in progress.")
  end
  if self.dialect.name ~= "postgresql" then
    err.raise("NotImplementedError", "two-phase transactions are not supported by %s", self.dialect.name)
  end
  return transaction.TwoPhaseTransaction.start(self, xid or ("_sa_" .. core.uuid4().hex))
end

function Connection:_autobegin()
  transaction.RootTransaction.new(self)
end

--- Commits the transaction in progress, if there is one.
function Connection:commit()
  if self._transaction then self._transaction:commit() end
end

--- Rolls the transaction in progress back, if there is one.
function Connection:rollback()
  if self._transaction then self._transaction:rollback() end
end

--- @return boolean
function Connection:in_transaction() return self._transaction and self._transaction.is_active end
--- @return boolean
function Connection:in_nested_transaction() return self._nested and self._nested.is_active end
--- @return lualchemy.Transaction?
function Connection:get_transaction() return self._transaction or nil end
--- @return lualchemy.Transaction?
function Connection:get_nested_transaction() return self._nested or nil end

-- ---- what transactions do on the database ----

function Connection:_log(message)
  self._logger:info(message)
end

--- What a listener executes begins no transaction, that is being begun; it may be the BEGIN itself.
local function fire_begin(self)
  self._in_begin = true
  local ok, e = compat.pcall(event.fire, self.dispatch, "begin", self)
  self._in_begin = false
  if not ok then error(e, 0) end
  pooled_of(self).dbapi_connection:_adopt()
end

function Connection:_begin_impl()
  if self._logger.level then
    self:_log(self:_is_autocommit() and "BEGIN (implicit; DBAPI should not BEGIN due to autocommit mode)"
      or "BEGIN (implicit)")
  end
  if self.dispatch.begin then fire_begin(self) end
  pooled_of(self).dbapi_connection:_begin()
end

function Connection:_rollback_impl()
  if self.dispatch.rollback then event.fire(self.dispatch, "rollback", self) end
  local pooled = self._pooled
  if not pooled or not pooled:_usable() then return end
  if self._logger.level then self:_log(self:_is_autocommit()
    and "ROLLBACK using DBAPI connection.rollback(); set skip_autocommit_rollback to prevent fully"
    or "ROLLBACK") end
  execute.guard(self, pooled.rollback, pooled)
end

function Connection:_commit_impl()
  if self.dispatch.commit then event.fire(self.dispatch, "commit", self) end
  if self._logger.level then
    self:_log(self:_is_autocommit() and "COMMIT using DBAPI connection.commit(), has no effect due to autocommit mode"
      or "COMMIT")
  end
  local ok, e = pooled_of(self).dbapi_connection:_commit()
  if not ok then failure.raise_alone(self, e) end
end

require("lualchemy.engine.connection_points")(Connection)

-- ---- statements ----

--- Executes a statement.
--- @param statement any a construct of la
--- @param parameters? table names and values, or an array of such tables (executemany)
--- @param options? {execution_options: table}
--- @return lualchemy.CursorResult
function Connection:execute(statement, parameters, options)
  return execute.run(self, statement, parameters, options)
end

--- The first column of the first row, or nil.
--- @param statement any
--- @param parameters? table
--- @param options? table
--- @return any
function Connection:scalar(statement, parameters, options)
  return execute.run(self, statement, parameters, options):scalar()
end

--- The first column of every row.
--- @param statement any
--- @param parameters? table
--- @param options? table
--- @return lualchemy.ScalarResult
function Connection:scalars(statement, parameters, options)
  return execute.run(self, statement, parameters, options):scalars()
end

--- Sends SQL as it is, with parameters as the driver takes them: an array for `?` or `$1`, and for PostgreSQL also for
--- `%s`, or a table of names for `:name` or `%(name)s`; or an array of these.
--- @param sql string
--- @param parameters? table
--- @param options? table
--- @return lualchemy.CursorResult
function Connection:exec_driver_sql(sql, parameters, options)
  if type(sql) ~= "string" then err.raise("ArgumentError",
    "exec_driver_sql: argument 'statement' must be a string, got %s", type(sql)) end
  if parameters then
    sql, parameters = require("lualchemy.engine.placeholders")[self.dialect.name](sql, parameters)
  end
  return execute.raw(self, sql, parameters, options)
end

--- Visits a schema item with a visitor that is made for this connection: la.schema.SchemaGenerator, SchemaDropper, or
--- one derived from them.
function Connection:_run_ddl_visitor(visitor, element, keywords)
  if self.closed then err.raise("ResourceClosedError", "This Connection is closed") end
  self:_db()
  visitor(self.dialect, self, keywords):traverse_single(element)
end

--- A schema name with this connection's schema_translate_map.
function Connection:_translated(name)
  local map = self._options.schema_translate_map
  local mapped = map and map[name == nil and core.null or name]
  if mapped == nil then return name end
  return mapped ~= core.null and mapped or nil
end

--- The schema that an object is in, with this connection's schema_translate_map.
--- @param object userdata
--- @return string?
function Connection:schema_for_object(object)
  return self:_translated(core.get(object, "schema"))
end

--- Is x a connection?
--- @param x any
--- @return boolean
function Connection.is(_, x)
  return type(x) == "table" and getmetatable(x) == Connection
end

Connection.is_options = args.is_options

return Connection
