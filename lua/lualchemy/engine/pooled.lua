local err = require "lualchemy.error"

--- The pooled connection of a Connection; reconnects after an invalidation when no transaction stands in the way.
--- @param connection lualchemy.Connection
--- @return lualchemy.PoolProxiedConnection
return function(connection)
  local pooled = connection._pooled
  if pooled then
    local conn = pooled.conn
    if conn and conn:usable() then return pooled end
    connection:invalidate()
  end
  if pooled == false then
    err.raise("ResourceClosedError", "This Connection is closed")
  end
  if connection._transaction then connection:_invalid_transaction() end
  pooled = connection.engine:raw_connection()
  connection._pooled = pooled
  return pooled
end
