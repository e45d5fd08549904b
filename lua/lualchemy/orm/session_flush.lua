--- The part of Session that writes changes: session_flush(of) adds its methods.
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"

local unitofwork

--- @param of lualchemy.Session
return function(of)
  --- @class lualchemy.Session
  local Session = of

  --- Writes what there is to write; it is known that there is something.
  --- @param list? lualchemy.Instance[] these only
  function Session:_write(list)
    self._flushing = true
    unitofwork = unitofwork or require "lualchemy.orm.unitofwork"
    local ok, e = compat.pcall(unitofwork.flush, self, list)
    self._flushing = false
    if not ok then error(e, 0) end
  end

  --- Writes all changes.
  --- @param list? lualchemy.Instance[] these only
  function Session:flush(list)
    if self._flushing then err.raise("InvalidRequestError", "Session is already flushing") end
    if not self:_is_clean() then self:_write(list) end
  end

  --- Before a query: flushes, and says so in an error that comes of it.
  function Session:_autoflush()
    if not self.autoflush or self._flushing or self:_is_clean("recent") then return end
    local ok, e = compat.pcall(self._write, self)
    if ok then return end
    if err.exc.StatementError:is(e) then
      e.details = e.details or {}
      e.premature = "(raised as a result of Query-invoked autoflush; consider using a "
        .. "session.no_autoflush block if this flush is occurring "
        .. "prematurely)"
      table.insert(e.details, 1, e.premature)
    end
    error(e, 0)
  end

  --- Warns of an operation that a running flush does not take up.
  function Session:_warn_of_flush(operation)
    if self._flushing ~= "executing" then return end
    err.warn(("Usage of the '%s' operation is not currently supported within the execution stage of the flush process. "
      .. "Results may not be consistent.  Consider using alternative event listeners or connection-level operations "
      .. "instead."):format(operation))
  end

  --- Runs fn without autoflush.
  --- @param fn fun(session: lualchemy.Session): any
  function Session:no_autoflush(fn)
    local before = self.autoflush
    self.autoflush = false
    local results = compat.pack(compat.pcall(fn, self))
    self.autoflush = before
    if not results[1] then error(results[2], 0) end
    return compat.unpack(results, 2, results.n)
  end
end
