---@meta _
--- Pools of connections, and la.pool.

---@class lualchemy.PoolNames
---@field Pool lualchemy.Pool
---@field PoolProxiedConnection lualchemy.PoolProxiedConnection
---@field PoolResetState lualchemy.PoolResetState
local names = {}

---@alias lualchemy.Creator fun(record: table): any a connection of the driver (dialect:connect()), or a program's own

---@class lualchemy.PoolOptions
---@field creator? lualchemy.Creator
---@field recycle? number seconds after which a connection is opened anew
---@field echo? boolean|"debug" what happens to standard output
---@field logging_name? string
---@field reset_on_return? "rollback"|"commit"|boolean
---@field events? table[] {function, name of the event} of each listener
---@field dialect? lualchemy.Dialect
---@field pre_ping? boolean a connection is tried before it is given out

---@class lualchemy.QueuePoolOptions: lualchemy.PoolOptions
---@field pool_size? integer connections that are kept (5 unless given)
---@field max_overflow? integer connections beyond that, at most (10 unless given; -1: any number)
---@field timeout? number seconds to wait for a connection (30 unless given)
---@field use_lifo? boolean

---@class lualchemy.SingletonThreadPoolOptions: lualchemy.PoolOptions
---@field pool_size? integer

---@class lualchemy.AssertionPoolOptions: lualchemy.PoolOptions
---@field store_traceback? boolean

--- Keeps some connections and opens more when they are needed.
---@param creator lualchemy.Creator
---@param options? lualchemy.QueuePoolOptions
---@return lualchemy.QueuePool
function names.QueuePool(creator, options) end

--- Keeps none.
---@param creator lualchemy.Creator
---@param options? lualchemy.PoolOptions
---@return lualchemy.NullPool
function names.NullPool(creator, options) end

--- One for all.
---@param creator lualchemy.Creator
---@param options? lualchemy.PoolOptions
---@return lualchemy.StaticPool
function names.StaticPool(creator, options) end

--- One, as of a database in memory.
---@param creator lualchemy.Creator
---@param options? lualchemy.SingletonThreadPoolOptions
---@return lualchemy.SingletonThreadPool
function names.SingletonThreadPool(creator, options) end

--- An error if a second one is asked for while the first is out.
---@param creator lualchemy.Creator
---@param options? lualchemy.AssertionPoolOptions
---@return lualchemy.AssertionPool
function names.AssertionPool(creator, options) end

--- The pool that an engine for the URL would have. Keywords are those of create_engine() that are about pools, with their
--- prefix "pool_" or without it.
---@param url string|lualchemy.URL
---@param options? lualchemy.EngineOptions
---@return lualchemy.Pool
function names.create_pool_from_url(url, options) end

---@class lualchemy.pool: lualchemy.PoolNames

--- Keeps some connections and opens more when they are needed.
---@class lualchemy.QueuePool: lualchemy.Pool

--- Keeps none.
---@class lualchemy.NullPool: lualchemy.Pool

--- One for all.
---@class lualchemy.StaticPool: lualchemy.Pool

--- One, as of a database in memory.
---@class lualchemy.SingletonThreadPool: lualchemy.Pool

--- An error if a second one is asked for while the first is out.
---@class lualchemy.AssertionPool: lualchemy.Pool

---@class lualchemy.PoolProxiedConnection
---@field dbapi_connection lualchemy.DBAPIConnection
---@field info table whatever a program keeps with the connection
