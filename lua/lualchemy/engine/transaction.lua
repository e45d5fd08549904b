--- Transactions of a connection: the root (BEGIN … COMMIT), savepoints, two-phase.
--
-- A transaction is an object with commit, rollback and close; its connection knows the root in
-- progress (`_transaction`) and the innermost savepoint (`_nested`). The connection does the work on
-- the database (`_begin_impl` and its kin); this file keeps the states.
local compat = require "lualchemy.compat"
local err = require "lualchemy.error"

--- @class lualchemy.Transaction
--- @field is_active boolean
--- @field connection lualchemy.Connection
local Transaction = {}
Transaction.__index = Transaction
Transaction.__name = "lualchemy.Transaction"

--- transaction.is_valid
local function is_valid(self, key)
  if key == "is_valid" then return self:_valid() end
end

local Root = setmetatable({__name = "lualchemy.RootTransaction", _root = true}, Transaction)
local Nested = setmetatable({__name = "lualchemy.NestedTransaction"}, Transaction)
local TwoPhase = setmetatable({__name = "lualchemy.TwoPhaseTransaction"}, Root)
for _, class in ipairs{Root, Nested, TwoPhase} do class.__index = compat.index(class, is_valid) end
setmetatable(Root, {__index = Transaction})
setmetatable(Nested, {__index = Transaction})
setmetatable(TwoPhase, {__index = Root})

--- Ends the block form `local t <close> = conn:begin()`: commits, or rolls back after an error.
local function on_close(self, failure)
  if failure ~= nil then
    if self.is_active then self:rollback() end
  elseif self.is_active then
    self:commit()
  end
end
for _, class in ipairs{Root, Nested, TwoPhase} do class.__close = on_close end

--- Inside a block whose transaction has ended, no statement may run.
local function check_block(connection)
  local block = connection._block
  if block and block:_ended() then
    err.raise("InvalidRequestError", "Can't operate on closed transaction inside context manager.  "
      .. "Please complete the context manager before emitting further commands.")
  end
end
Transaction.check_block = check_block

--- The block of a transaction has ended: commits when it returned, rolls back when it raised (and raises that again).
local function leave(self, outer, ok, ...)
  self.connection._block = outer
  if not ok then
    if self.is_active or not self:_ended() then compat.pcall(self.rollback, self) end
    error((...), 0)
  end
  if self.is_active then self:commit() end
  return ...
end

--- Runs fn(argument) as the block of this transaction.
function Transaction:_run(fn, argument)
  local connection = self.connection
  local outer = connection._block
  connection._block = self
  return leave(self, outer, compat.pcall(fn, argument))
end

--- Is the transaction usable: active, on a connection that was not invalidated?
function Transaction:_valid()
  return self.is_active and not self.connection.invalidated
end

-- ---- root ----

function Root.new(connection)
  if connection._block then check_block(connection) end
  local self = setmetatable({connection = connection, is_active = false}, Root)
  connection:_begin_impl()
  connection._transaction = self
  self.is_active = true
  return self
end

function Root:_ended() return self.connection._transaction ~= self end

local function cancel_nested(connection)
  if connection._nested then connection._nested:_cancel() end
end

function Root:close()
  local connection = self.connection
  local was_active = self.is_active
  local ok, e = true, nil
  if was_active then ok, e = compat.pcall(self._rollback_impl, self) end
  cancel_nested(connection)
  self.is_active = false
  if connection._transaction == self then connection._transaction = false end
  if not ok then error(e, 0) end
end

function Root:_rollback_impl() self.connection:_rollback_impl() end
function Root:_commit_impl() self.connection:_commit_impl() end

--- Rolls the transaction back; nothing happens if it has ended.
function Root:rollback()
  if self:_ended() then err.warn("transaction already deassociated from connection") end
  self:close()
end

--- Commits. If that fails the transaction stays the connection's until it is rolled back.
function Root:commit()
  local connection = self.connection
  if not self.is_active then
    if connection._transaction == self then connection:_invalid_transaction() end
    err.raise("InvalidRequestError", "This transaction is inactive")
  end
  local ok, e = compat.pcall(self._commit_impl, self)
  cancel_nested(connection)
  self.is_active = false
  if not ok then error(e, 0) end
  connection._transaction = false
end

-- ---- savepoints ----

function Nested.new(connection)
  check_block(connection)
  local self = setmetatable({connection = connection, is_active = false}, Nested)
  self._savepoint = connection:_savepoint_impl()
  self.is_active = true
  self._outer = connection._nested
  connection._nested = self
  return self
end

function Nested:_ended() return self.connection._nested ~= self end

function Nested:_leave()
  if self.connection._nested == self then self.connection._nested = self._outer end
end

--- The root has ended: this savepoint and the ones around it are gone.
function Nested:_cancel()
  self.is_active = false
  self:_leave()
  if self._outer then self._outer:_cancel() end
end

--- Tells who ends a savepoint that is not the innermost one any more.
local function warn_if_ended(self)
  if self:_ended() then err.warn("nested transaction already deassociated from connection") end
end

function Nested:_end(to_savepoint)
  local connection = self.connection
  local ok, e = true, nil
  if self.is_active and to_savepoint and connection._transaction and connection._transaction.is_active then
    ok, e = compat.pcall(connection._rollback_to_savepoint_impl, connection, self._savepoint)
  end
  self.is_active = false
  self:_leave()
  if not ok then error(e, 0) end
end

function Nested:close() self:_end(true) end
function Nested:rollback()
  warn_if_ended(self)
  self:_end(true)
end

function Nested:commit()
  local connection = self.connection
  if not self.is_active then
    if connection._nested == self then connection:_invalid_transaction() end
    err.raise("InvalidRequestError", "This nested transaction is inactive")
  end
  warn_if_ended(self)
  local ok, e = compat.pcall(connection._release_savepoint_impl, connection, self._savepoint)
  self.is_active = false
  if not ok then error(e, 0) end
  self:_leave()
end

-- ---- two-phase ----

function TwoPhase.start(connection, xid)
  check_block(connection)
  local self = setmetatable({connection = connection, is_active = false, xid = xid, _prepared = false}, TwoPhase)
  connection:_begin_twophase_impl(xid)
  connection._transaction = self
  self.is_active = true
  return self
end

--- Prepares: after this, commit can no longer fail for reasons of data.
function TwoPhase:prepare()
  if not self.is_active then err.raise("InvalidRequestError", "This transaction is inactive") end
  self.connection:_prepare_impl(self.xid)
  self._prepared = true
end

function TwoPhase:_rollback_impl() self.connection:_rollback_twophase_impl(self.xid, self._prepared) end
function TwoPhase:_commit_impl() self.connection:_commit_twophase_impl(self.xid, self._prepared) end

for _, class in ipairs{Root, Nested, TwoPhase} do
  --- @param x any
  function class.is(c, x)
    local m = type(x) == "table" and getmetatable(x)
    return m == c or (c == Root and m == TwoPhase)
  end
end

return {Transaction = Transaction, RootTransaction = Root, NestedTransaction = Nested, TwoPhaseTransaction = TwoPhase}
