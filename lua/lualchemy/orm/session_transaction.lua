--- SessionTransaction: a session's BEGIN … COMMIT, its savepoints, and the short ones around each flush.
--
-- A root has the connections; a nested one (savepoint) its own savepoint on each of them; a subtransaction belongs to a
-- flush. Root and nested ones keep a snapshot: what became new, deleted, dirty, or changed its key while they lasted,
-- so that a rollback can restore the objects.
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"
local event = require "lualchemy.event"
local snapshot = require "lualchemy.orm.session_snapshot"

-- Methods are called as functions here: that spares the look-up behind __index.
local Transaction = {__name = "lualchemy.SessionTransaction"}

local WEAK = {__mode = "k"}

--- The notes of a snapshot, made when the first is written; a subtransaction writes into those of its parent.
local NOTES = snapshot.NOTES

--- Nothing, in the place of a table that was not needed yet; never written to.
local NONE = {}

Transaction.__index = compat.index(Transaction, function(self, key)
  if NOTES[key] then
    local parent = self._parent
    local notes = parent and not self.nested and parent[key] or setmetatable({}, WEAK)
    self[key] = notes
    return notes
  end
  if key == "is_active" then return self.session ~= nil and self._state == "active" end
  if key == "parent" then return self._parent or nil end
end)

--- @param origin string "begin", "autobegin", "nested" or "sub"
function Transaction.new(session, parent, origin)
  if session._ways.closed then
    err.raise("InvalidRequestError", "This Session has been permanently closed and is unable to handle any more "
      .. "transaction requests.")
  end
  local block = rawget(session, "_block")
  if block and block._state ~= "active" then
    err.raise("InvalidRequestError", "Can't operate on closed transaction inside context manager.  Please complete the "
      .. "context manager before emitting further commands.")
  end
  local nested = origin == "nested"
  local self = setmetatable({session = session, _parent = parent or false, origin = origin, nested = nested,
    _state = "active", _entries = NONE}, Transaction)
  if nested and not session._flushing then session:flush() end
  session._transaction = self
  if session.dispatch.after_transaction_create then
    event.fire(session.dispatch, "after_transaction_create", session, self)
  end
  return self
end

-- ---- states ----

local CLOSED = "This transaction is closed"

--- Raises unless the transaction may go on.
function Transaction:_check(also_prepared)
  if self._state == "active" or (also_prepared and self._state == "prepared") then return end
  if self._state == "deactive" then
    local why = self._failure
    if why ~= nil then
      err.raise_documented("PendingRollbackError", "7s2a",
        "This Session's transaction has been rolled back due to a previous exception during flush. "
        .. "To begin a new transaction with this Session, first issue Session.rollback(). Original exception was: %s",
          tostring(why))
    end
    err.raise("InvalidRequestError",
      "This session is in 'inactive' state, due to the SQL transaction being rolled back; no further SQL "
      .. "can be emitted within this transaction.")
  elseif self._state == "prepared" then
    err.raise("InvalidRequestError",
      "This session is in 'prepared' state; no further SQL can be emitted within this transaction.")
  elseif self._state == "committed" then
    err.raise("InvalidRequestError",
      "This session is in 'committed' state; no further SQL can be emitted within this transaction.")
  end
  err.raise("ResourceClosedError", CLOSED)
end

-- ---- connections ----

local Engine

local function join_mode(session, connection)
  local mode = session._ways.join_mode
  if mode == "conditional_savepoint" then
    return connection:in_nested_transaction() and "create_savepoint" or "rollback_only"
  end
  return mode
end

--- The transaction to begin on a connection that may be in one already: transaction, and whether it is ours to commit.
local function begin_on(self, connection, options)
  local wide = not self._parent and self.session._ways.execution_options
  if wide then connection:execution_options(wide) end
  if options and next(options) then connection:execution_options(options) end
  if self.session._ways.twophase and not self._parent then return connection:begin_twophase(), true end
  if self.nested then return connection:begin_nested(), true end
  local current = connection._transaction
  if not (current and current.is_active) then return connection:begin(), true end
  local mode = join_mode(self.session, connection)
  if mode == "create_savepoint" then return connection:begin_nested(), true end
  local outer = connection:get_nested_transaction() or connection:get_transaction()
  if mode == "control_fully" then return outer, true end
  return outer, false, mode == "rollback_only"
end

--- What the transaction has for an engine or a connection.
local function entry_of(self, bind)
  local entries = self._entries
  for i = 1, #entries do
    local entry = entries[i]
    if entry.bind == bind or entry.connection == bind or entry.connection.engine == bind then return entry end
  end
end

--- The connection for a bind, begun.
function Transaction:_connection_for(bind, options)
  if self._state ~= "active" then Transaction._check(self) end
  local known = entry_of(self, bind)
  if known then return known.connection end
  Engine = Engine or require("lualchemy.engine.engine").Engine
  local connection
  local own = false
  if self._parent then
    connection = Transaction._connection_for(self._parent, bind, options)
    if not self.nested then return connection end
  elseif Engine:is(bind) then
    connection, own = bind:connect(), true
    if entry_of(self, connection.engine) then
      err.raise("InvalidRequestError", "Session already has a Connection associated for the given Engine")
    end
  else
    connection = bind
  end
  local ok, transaction, ours, rollback = compat.pcall(begin_on, self, connection, options)
  if not ok then
    if own then connection:close() end
    error(transaction, 0)
  end
  local entry = {bind = bind, connection = connection, transaction = transaction, commit = ours}
  if rollback then entry.rollback = true end
  if self._entries == NONE then self._entries = {entry} else table.insert(self._entries, entry) end
  local dispatch = self.session.dispatch
  if dispatch.after_begin then event.fire(dispatch, "after_begin", self.session, self, connection) end
  return connection
end

-- ---- snapshots ----

local function is_boundary(self) return self.nested or not self._parent end

--- Does it matter what is changed? What is not in a savepoint expires as a whole.
function Transaction:_notes_changes()
  local t = self
  while t and not t.nested do t = t._parent end
  return t ~= nil and t ~= false
end

-- ---- ending ----

--- What was begun within it, the innermost first; nothing if it was stopped while it closed.
local function inner_first(self)
  local list, t = {}, self.session._transaction
  while t and t ~= self do
    list[#list + 1] = t
    t = t._parent
  end
  return t and list or NONE
end

local function prepare_impl(self)
  if self._state ~= "active" then Transaction._check(self) end
  local session = self.session
  if session.dispatch.before_commit and is_boundary(self) then
    event.fire(session.dispatch, "before_commit", session)
  end
  if session._transaction ~= self then
    for _, t in ipairs(inner_first(self)) do t:commit() end
  end
  if not session._flushing then
    local rounds = 0
    while not session:_is_clean() do
      rounds = rounds + 1
      if rounds > 100 then
        err.raise("FlushError",
          "Over 100 subsequent flushes have occurred within session.commit() - is an after_flush() hook creating "
          .. "new objects?")
      end
      session:_write()
    end
  end
  if session._ways.twophase and not self._parent then
    local ok, e = compat.pcall(function()
      for _, entry in ipairs(self._entries) do entry.transaction:prepare() end
    end)
    if not ok then
      self:rollback()
      error(e, 0)
    end
  end
  self._state = "prepared"
end

--- Commits; with `to_root` also what is around it.
function Transaction:commit(to_root)
  local parent = self._parent
  if self._state ~= "prepared" then prepare_impl(self) end
  if self.nested or not parent then
    local entries, session = self._entries, self.session
    for i = 1, #entries do
      local entry = entries[i]
      if entry.commit then entry.transaction:commit() end
    end
    self._state = "committed"
    if session.dispatch.after_commit then event.fire(session.dispatch, "after_commit", session) end
    snapshot.remove(self)
  end
  Transaction.close(self)
  if to_root and parent then Transaction.commit(parent, true) end
end

local function rollback_boundary(self, boundary)
  local session = self.session
  local ok, e = compat.pcall(function()
    for _, entry in ipairs(boundary._entries) do
      if entry.commit or entry.rollback then entry.transaction:rollback() end
    end
  end)
  boundary._state = "deactive"
  if ok then event.fire(session.dispatch, "after_rollback", session) end
  snapshot.restore(boundary)
  if not ok then return e end
end

--- Rolls back to the savepoint or the beginning; `failure` is kept for the error that later calls raise.
function Transaction:rollback(failure, to_root)
  if self._state == "closed" then
    if failure == nil then err.raise("ResourceClosedError", CLOSED) end
    return
  end
  local session, parent = self.session, self._parent
  for _, t in ipairs(inner_first(self)) do t:close() end
  local problem
  if self._state == "active" or self._state == "prepared" then
    local t = self
    while t do
      if is_boundary(t) then
        problem = rollback_boundary(self, t)
        break
      end
      t._state = "deactive"
      t = t._parent
    end
  end
  if not problem and not session:_is_clean() then
    local t = self
    while not is_boundary(t) do t = t._parent end
    snapshot.restore(t)
  end
  self:close()
  if parent and failure ~= nil and not err.exc.PendingRollbackError:is(failure) then parent._failure = failure end
  if problem then error(problem, 0) end
  event.fire(session.dispatch, "after_soft_rollback", session, self)
  if to_root and parent then parent:rollback(nil, true) end
end

function Transaction:close(invalidate)
  local session = self.session
  if not session then return end
  session._transaction = self._parent
  local entries = self._parent and NONE or self._entries
  for i = 1, #entries do
    local entry = entries[i]
    if invalidate then entry.connection:invalidate() end
    if entry.commit and entry.transaction:_valid() then entry.transaction:close() end
    if entry.bind ~= entry.connection then entry.connection:close() end
  end
  self._state = "closed"
  local dispatch = session.dispatch
  if dispatch.after_transaction_end then event.fire(dispatch, "after_transaction_end", session, self) end
  self.session, self._entries = nil, NONE
end

--- Two-phase: makes all connections ready to commit.
function Transaction:prepare()
  if self._parent or not self.session._ways.twophase then
    err.raise("InvalidRequestError", "'twophase' mode not enabled, or not root transaction; can't prepare.")
  end
  prepare_impl(self)
end

--- Commits; where that fails, rolls back and raises.
local function commit_or_rollback(self)
  local ok, e = compat.pcall(self.commit, self)
  if ok then return end
  if self.session then compat.pcall(self.rollback, self) end
  error(e, 0)
end

--- What fn returns; the transaction is committed then, or rolled back.
local function finish(self, fn, argument)
  local results = compat.pack(compat.pcall(fn, argument))
  if not results[1] then
    if self.session then compat.pcall(self.rollback, self) end
    error(results[2], 0)
  end
  if self._state == "active" or self._state == "prepared" then
    commit_or_rollback(self)
  elseif self.session then
    self:close()
  end
  return compat.unpack(results, 2, results.n)
end

--- Runs fn as a block: commits when it returns, rolls back when it raises. Until it ends, the session begins no other
-- transaction.
function Transaction:_run(fn, argument)
  local session = self.session
  local outer = rawget(session, "_block")
  session._block = self
  local results = compat.pack(compat.pcall(finish, self, fn, argument))
  session._block = outer
  if not results[1] then error(results[2], 0) end
  return compat.unpack(results, 2, results.n)
end

Transaction.__close = function(self, failure)
  if not self.session then return end
  if failure ~= nil then self:rollback() else commit_or_rollback(self) end
end

function Transaction.is(_, x) return type(x) == "table" and getmetatable(x) == Transaction end

return Transaction
