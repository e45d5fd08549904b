--- What dialects say of isolation levels: methods of dialect objects, which take a connection of the driver.
local drivers = require "lualchemy.engine.drivers"
local DBAPIConnection = require "lualchemy.engine.dbapi"
local err = require "lualchemy.error"

local isolation = {}

--- A connection of the driver, or the one that was taken out of a pool.
local function dbapi_of(name, x)
  local dbapi = type(x) == "table" and x.dbapi_connection or x
  if DBAPIConnection:is(dbapi) then return dbapi end
  err.raise("ArgumentError", "%s: argument 'dbapi_connection' must be a connection of the driver, got %s", name,
    type(x))
end

--- The levels that may be set.
--- @param dialect lualchemy.Dialect
--- @return string[]
function isolation.get_isolation_level_values(dialect)
  local out = {}
  for i, level in ipairs(drivers.levels(dialect)) do out[i] = level end
  return out
end

--- The level that is in force.
function isolation.get_isolation_level(dialect, dbapi)
  return drivers.get_isolation_level({dialect = dialect}, dbapi_of("get_isolation_level", dbapi))
end

--- The level of new connections.
function isolation.get_default_isolation_level(dialect, dbapi)
  return drivers.default_isolation_level({dialect = dialect}, dbapi_of("get_default_isolation_level", dbapi))
end

function isolation.set_isolation_level(dialect, dbapi, level)
  drivers.set_isolation_level({dialect = dialect}, dbapi_of("set_isolation_level", dbapi), level)
end

--- As it was when the connection was new.
function isolation.reset_isolation_level(dialect, dbapi)
  drivers.reset_isolation_level({dialect = dialect}, dbapi_of("reset_isolation_level", dbapi))
end

return isolation
