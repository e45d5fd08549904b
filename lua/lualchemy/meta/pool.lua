---@meta _
--- Pools of connections, and la.pool.

---@class lualchemy.PoolNames
---@field Pool lualchemy.Pool
---@field QueuePool lualchemy.QueuePool
---@field NullPool lualchemy.NullPool
---@field StaticPool lualchemy.StaticPool
---@field SingletonThreadPool lualchemy.SingletonThreadPool
---@field AssertionPool lualchemy.AssertionPool

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
