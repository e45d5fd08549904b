--- What echo_pool = true (or "debug") writes of a pool: as its listener, so that a pool without it has no work.
local echo = require "lualchemy.engine.echo"
local err = require "lualchemy.error"
local event = require "lualchemy.event"

local RESETS = {rollback = "rollback-on-return", commit = "commit-on-return"}

--- " (reason: OperationalError:…)"
local function reason_of(e)
  if e == nil then return "" end
  local class = type(e) == "table" and getmetatable(e)
  local name = class and err.exc.SQLAlchemyError:is(e) and class.__name or type(e)
  return (" (reason: %s:%s)"):format(name, tostring(e):match("^[^\n]*"))
end

--- @param pool lualchemy.Pool
--- @param setting boolean|"debug"
--- @param name? string
return function(pool, setting, name)
  local logger = echo.named("lualchemy.pool.impl." .. pool._kind .. (name and "." .. name or ""), setting)
  pool._logger = logger
  event.listen(pool, "invalidate", function(dbapi, _, e)
    logger:info(("Invalidate connection %s%s"):format(tostring(dbapi), reason_of(e)))
  end)
  event.listen(pool, "soft_invalidate", function(dbapi, _, e)
    logger:info(("Soft Invalidate connection %s%s"):format(tostring(dbapi), reason_of(e)))
  end)
  if logger.level ~= "debug" then return end
  local function on(what, text)
    event.listen(pool, what, function(dbapi) logger:debug(text:format(tostring(dbapi))) end)
  end
  on("connect", "Created new connection %s")
  on("checkout", "Connection %s checked out from pool")
  on("close", "Closing connection %s")
  event.listen(pool, "reset", function(dbapi, _, state)
    logger:debug(("Connection %s being returned to pool"):format(tostring(dbapi)))
    if not pool._reset then return end
    logger:debug(("Connection %s %s"):format(tostring(dbapi),
      state.transaction_was_reset and "reset, transaction already reset" or RESETS[pool._reset]))
  end)
end
