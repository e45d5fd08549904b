--- The part of Session that is about transactions and connections: session_begin(of) adds its methods.
local args = require "lualchemy.args"
local err = require "lualchemy.error"
local Transaction = require "lualchemy.orm.session_transaction"

local connection_for = Transaction._connection_for

--- @param of lualchemy.Session
return function(of)
  --- @class lualchemy.Session
  local Session = of

  -- ---- transactions ----

  --- The transaction in progress, begun if there is none.
  function Session:_autobegin()
    if not self._transaction then
      if not self._ways.autobegin then
        err.raise("InvalidRequestError",
          "Autobegin is disabled on this Session; please call session.begin() to start a new transaction")
      end
      Transaction.new(self, nil, "autobegin")
    end
    return self._transaction
  end

  --- Begins. With a function: runs it and commits, or rolls back when it raises.
  --- @param fn? (fun(session: lualchemy.Session): any)|{nested: boolean}
  --- @return lualchemy.SessionTransaction # without a function; else what it returns
  function Session:begin(fn)
    if type(fn) == "table" then fn = fn.nested and fn or nil end
    if type(fn) == "table" then return self:begin_nested() end
    if self._transaction then
      err.raise("InvalidRequestError", "A transaction is already begun on this Session.")
    end
    local t = Transaction.new(self, nil, "begin")
    if not fn then return t end
    return t:_run(fn, self)
  end

  --- A savepoint, on every connection of the session.
  --- @param fn? fun(transaction: lualchemy.SessionTransaction): any
  --- @return lualchemy.SessionTransaction # likewise
  function Session:begin_nested(fn)
    local outer = self:_autobegin()
    Transaction._check(outer)
    local t = Transaction.new(self, outer, "nested")
    if not fn then return t end
    return t:_run(fn, t)
  end

  --- Writes all changes and commits; a transaction begins if there is none.
  function Session:commit() Transaction.commit(self._transaction or self:_autobegin(), true) end

  --- Rolls back: objects are again what they are in the database.
  function Session:rollback()
    if self._transaction then self._transaction:rollback(nil, true) end
  end

  --- Prepares a two-phase transaction.
  function Session:prepare() self:_autobegin():prepare() end

  local function close(self, invalidate)
    self:expunge_all()
    while self._transaction do self._transaction:close(invalidate) end
  end

  --- A session with close_resets_only = false is not to be used again.
  local function close_for_good(self)
    if not self._ways.close_resets then self._ways = setmetatable({closed = true}, {__index = self._ways}) end
  end

  --- Ends the transaction and forgets all objects. The session can be used again, but for one with
  --- close_resets_only = false.
  function Session:close()
    close_for_good(self)
    close(self)
  end

  --- The same, and the connections are thrown away.
  function Session:invalidate()
    close_for_good(self)
    close(self, true)
  end

  --- Ends the transaction and forgets all objects; the session can be used again in any case.
  function Session:reset() close(self) end

  -- ---- connections ----

  --- The engine or connection for a mapper or table.
  --- @param what? any
  --- @param ... any options: mapper, clause, bind
  --- @return lualchemy.Engine|lualchemy.Connection
  function Session:get_bind(what, ...)
    local options = args.is_plain(what) and what or select(1, ...) or {}
    if args.is_plain(what) then what = options.mapper or options.clause end
    if options.bind then return options.bind end
    if next(self._binds) ~= nil then
      local found = require("lualchemy.orm.session_bind").find(self, what)
      if found then return found end
    end
    if self.bind then return self.bind end
    require("lualchemy.orm.session_bind").missing(self, what)
  end

  --- From now on that bind serves a class or the id of a table.
  function Session:_bind(target, bind)
    if next(self._binds) == nil then self._binds = {} end
    self._binds[target] = bind
  end

  --- The engine or connection for a class.
  --- @param class lualchemy.MappedClass
  --- @param bind lualchemy.Engine|lualchemy.Connection
  function Session:bind_mapper(class, bind) require("lualchemy.orm.session_bind").add(self, class, bind) end
  --- The engine or connection for a table.
  --- @param t lualchemy.Table
  --- @param bind lualchemy.Engine|lualchemy.Connection
  function Session:bind_table(t, bind) require("lualchemy.orm.session_bind").add(self, t, bind) end

  --- The connection of this session's transaction.
  --- @param options? {bind_arguments: table, execution_options: table}
  --- @return lualchemy.Connection
  function Session:connection(options)
    options = options or {}
    local bind = self:get_bind(options.bind_arguments or {})
    return self:_autobegin():_connection_for(bind, options.execution_options)
  end

  function Session:_connection_for(what, options)
    local bind = next(self._binds) == nil and self.bind or self:get_bind(what)
    return connection_for(self._transaction or self:_autobegin(), bind, options)
  end
end
