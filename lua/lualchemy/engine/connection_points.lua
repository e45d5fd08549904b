--- What savepoints and two-phase transactions do on the database: adds its methods to Connection.
local event = require "lualchemy.event"
local execute = require "lualchemy.engine.execute"

--- @param of lualchemy.Connection
return function(of)
  --- @class lualchemy.Connection
  local Connection = of

  local NO_KEY = "no key 0.00000s"

  local function quoted(self, name)
    return self.engine.dialect:quote_identifier(name)
  end

  --- Executes words about a savepoint; listeners get them as a construct.
  local function about_savepoint(self, words, name, class)
    local sql, dispatch = words .. quoted(self, name), self.dispatch
    if not (dispatch.before_execute or dispatch.after_execute) then return execute.raw(self, sql, nil, nil, NO_KEY) end
    local element = require("lualchemy.sql.names")[class](name)
    event.fire(dispatch, "before_execute", self, element, {}, {}, self._options)
    local result = execute.raw(self, sql, nil, nil, NO_KEY)
    event.fire(dispatch, "after_execute", self, element, {}, {}, self._options, result)
  end

  function Connection:_savepoint_impl()
    self._savepoints = self._savepoints + 1
    local name = "sa_savepoint_" .. self._savepoints
    event.fire(self.dispatch, "savepoint", self, nil)
    about_savepoint(self, "SAVEPOINT ", name, "SavepointClause")
    return name
  end

  function Connection:_rollback_to_savepoint_impl(name)
    event.fire(self.dispatch, "rollback_savepoint", self, name, nil)
    if self.invalidated then return end
    about_savepoint(self, "ROLLBACK TO SAVEPOINT ", name, "RollbackToSavepointClause")
  end

  function Connection:_release_savepoint_impl(name)
    event.fire(self.dispatch, "release_savepoint", self, name, nil)
    about_savepoint(self, "RELEASE SAVEPOINT ", name, "ReleaseSavepointClause")
  end

  local function xid_literal(xid) return "'" .. xid:gsub("'", "''") .. "'" end

  function Connection:_begin_twophase_impl(xid)
    self:_log("BEGIN TWOPHASE (implicit)")
    event.fire(self.dispatch, "begin_twophase", self, xid)
    self:_db().dbapi_connection:_begin()
  end

  function Connection:_prepare_impl(xid)
    event.fire(self.dispatch, "prepare_twophase", self, xid)
    execute.raw(self, "PREPARE TRANSACTION " .. xid_literal(xid), nil, nil, NO_KEY)
  end

  --- Ends a prepared transaction: outside of any other.
  local function end_prepared(self, sql, xid)
    local pooled = self:_db()
    execute.guard(self, pooled.rollback, pooled)
    self:_log(sql .. xid_literal(xid))
    execute.guard(self, pooled._simple, pooled, sql .. xid_literal(xid))
  end

  function Connection:_rollback_twophase_impl(xid, prepared)
    event.fire(self.dispatch, "rollback_twophase", self, xid, prepared)
    local pooled = self._pooled
    if prepared then return end_prepared(self, "ROLLBACK PREPARED ", xid) end
    if pooled and pooled:_usable() then execute.guard(self, pooled.rollback, pooled) end
  end

  function Connection:_commit_twophase_impl(xid, prepared)
    event.fire(self.dispatch, "commit_twophase", self, xid, prepared)
    if prepared then return end_prepared(self, "COMMIT PREPARED ", xid) end
    local pooled = self:_db()
    execute.guard(self, pooled.commit, pooled)
  end

  --- The ids of transactions that were prepared and not ended.
  --- @return string[]
  function Connection:recover_twophase()
    return self:exec_driver_sql("SELECT gid FROM pg_prepared_xacts"):scalars():all()
  end

  --- Commits or rolls back a transaction that was prepared, perhaps by another connection.
  --- @param xid string
  function Connection:commit_prepared(xid) self:_commit_twophase_impl(xid, true) end
  --- The same the other way.
  --- @param xid string
  function Connection:rollback_prepared(xid) self:_rollback_twophase_impl(xid, true) end
end
