--- la.pool: the classes of pools.
local pool = require "lualchemy.engine.pool"

return {Pool = pool.Pool, QueuePool = pool.QueuePool, NullPool = pool.NullPool, StaticPool = pool.StaticPool,
  SingletonThreadPool = pool.SingletonThreadPool, AssertionPool = pool.AssertionPool,
  PoolProxiedConnection = pool.PoolProxiedConnection, PoolResetState = pool.PoolResetState,
  create_pool_from_url = pool.create_pool_from_url} --[[@as lualchemy.pool]]
