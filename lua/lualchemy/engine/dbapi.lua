--- The driver's connection as Lua sees it: what events get, and raw_connection() holds.
--
-- It knows about transactions only that one is wanted: BEGIN is sent with the first statement that needs
-- it, which is any statement on PostgreSQL, and the first that writes on SQLite (so that reading takes
-- no lock that outlives it).
local core = require "lualchemy.core"
local err = require "lualchemy.error"
local wait = require "lualchemy.wait"

local SIMPLE, SCRIPT, COMMIT = 1, 2, 4

--- @class lualchemy.DBAPIConnection
local DBAPIConnection = {__name = "lualchemy.DBAPIConnection", _isolation_changed = false}
DBAPIConnection.__index = DBAPIConnection

--- @param conn userdata the core's connection
--- @param engine table what it needs of the engine: wait, dialect
function DBAPIConnection.new(conn, engine)
  local dialect = engine.dialect.name
  return setmetatable({conn = conn, _wait = engine.wait, _dialect = dialect, _lazy_begin = dialect == "sqlite",
    _begin_sql = nil, _wanted = false, _begun = false, _implicit = false}, DBAPIConnection)
end

--- Is x a connection of a driver?
--- @param x any
--- @return boolean
function DBAPIConnection.is(_, x) return type(x) == "table" and getmetatable(x) == DBAPIConnection end

--- Waits until the connection takes a request: what was given up half way is read away.
local function ready(self)
  local conn = self.conn
  return wait.finish(self._wait, conn.ready, conn)
end
DBAPIConnection._ready = ready

--- Sends what is bound to a cursor of the core and waits for its first row or end. Returns true; or nil, the error
-- and whether the one who waits was told to stop.
--- @param stream? boolean
--- @param chunk? integer
function DBAPIConnection:_send(cursor, stream, chunk)
  if not self._wait then return cursor:run(self.conn, stream, chunk) end
  local ok, e, stopped = ready(self)
  if ok then ok, e = cursor:send(self.conn, stream, chunk) end
  if ok then ok, e, stopped = wait.finish(self._wait, cursor.step, cursor) end
  return ok, e, stopped
end

--- Runs a cursor of the core until its first row or end. Returns it, or nil and the error.
local function run(self, cursor)
  local ok, e = self:_send(cursor)
  if ok then return cursor end
  cursor:close()
  return nil, e
end
DBAPIConnection._run = run

--- A statement without parameters from begin to end. Returns true; or nil and the error.
local function simple(self, sql, flags)
  flags = flags or SIMPLE
  if not self._wait then return self.conn:exec(sql, flags) end
  local cursor, e = run(self, core.raw_cursor(sql, flags))
  if not cursor then return nil, e end
  cursor:close()
  return true
end

--- The same, with the error raised.
function DBAPIConnection:_simple(sql, flags)
  local ok, e = simple(self, sql, flags)
  if not ok then error(e, 0) end
end

--- A transaction is wanted from now on (not in autocommit).
function DBAPIConnection:_begin()
  self._wanted = self._isolation ~= "AUTOCOMMIT"
end

--- What was begun by a statement of the program's own is ended like what is begun here.
function DBAPIConnection:_adopt()
  self._begun = self.conn:status() ~= "none"
end

--- What SQLite does without a transaction, or not at all within one.
local READS = {SELECT = true, PRAGMA = true, EXPLAIN = true, VALUES = true, ATTACH = true, DETACH = true, VACUUM = true}

local WRITES = {"INSERT", "UPDATE", "DELETE", "REPLACE"}

--- Does this SQL want no transaction, as far as its text tells?
local function only_reads(sql)
  local word = (sql:match("^[%s(]*(%a+)") or ""):upper()
  if word ~= "WITH" then return READS[word] or false end
  local text = sql:upper()
  for _, write in ipairs(WRITES) do
    if text:find("%f[%w_]" .. write .. "%f[^%w_]") then return false end
  end
  return true
end

--- The SQL of the BEGIN that is due before what changes something, or, where `reads`, nothing; nil if none is.
--- @param reads? boolean nil: the text tells
function DBAPIConnection:_due(sql, reads)
  if not self._wanted or self._begun then return nil end
  if self._lazy_begin then
    if reads == nil then
      reads = only_reads(sql)
      self._begun = not reads and sql:find("^%s*[Bb][Ee][Gg][Ii][Nn]%f[^%w_]") ~= nil
    end
    if reads or self._begun then return nil end
  end
  return self._begin_sql or (self._lazy_begin and "BEGIN IMMEDIATE" or "BEGIN")
end

--- Sends BEGIN if one is due, where the driver can together with what is sent next.
function DBAPIConnection:_before(sql, reads)
  local begin = self:_due(sql, reads)
  if not begin then return end
  if self._lazy_begin or not self.conn:before(begin) then self:_simple(begin) end
  self._begun = true
end

--- Ends what was begun. Returns true; or nil and the error.
local function finish(self, sql, flags)
  self._wanted = false
  if not self._begun then return true end
  self._begun = false
  local conn = self.conn
  if not self._wait then return conn:finish(sql, flags) end
  if conn:status() ~= "none" then return simple(self, sql, flags) end
  conn:before(nil)
  return true
end

--- The same as commit(), but that it returns true, or nil and the error.
function DBAPIConnection:_commit() return finish(self, "COMMIT", SIMPLE + COMMIT) end

--- Commits what was begun.
function DBAPIConnection:commit()
  local ok, e = self:_commit()
  if not ok then error(e, 0) end
end
--- Rolls back what was begun; a statement that was left half way is given up.
function DBAPIConnection:rollback()
  if self.conn:busy() then self.conn:settle() end
  local ok, e = finish(self, "ROLLBACK", SIMPLE)
  if not ok then error(e, 0) end
end
--- Closes it for good.
function DBAPIConnection:close() self.conn:close() end

--- Several statements in one text.
--- @param sql string
function DBAPIConnection:executescript(sql) self:_simple(sql, SCRIPT) end

-- ---- cursors ----

--- @class lualchemy.DBAPICursor
--- @field rowcount integer
--- @field lastrowid integer
--- @field description? table[] {name, type code} of each column; nil where there are none
--- @field arraysize integer how many rows fetchmany() gives unless told
local Cursor = {__name = "lualchemy.DBAPICursor", arraysize = 1}
Cursor.__index = Cursor

--- @return lualchemy.DBAPICursor
function DBAPIConnection:cursor()
  return setmetatable({connection = self, rowcount = -1}, Cursor)
end

local function start(self, sql, sets)
  local connection = self.connection
  local implicit = self._implicit or connection._implicit
  if implicit and connection._isolation ~= "AUTOCOMMIT" then connection._wanted = true end
  if self._cursor then self._cursor:close() end
  self._cursor, self.description = nil, nil
  if sets then sql, sets = require("lualchemy.engine.placeholders")[connection._dialect](sql, sets) end
  connection:_before(sql)
  local cursor, e = run(connection, core.raw_cursor(sql, 0, sets))
  if not cursor then error(e, 0) end
  self._cursor = cursor
  self.rowcount = cursor:rowcount()
  self.lastrowid = connection.conn:last_insert_id()
  local columns = cursor:columns()
  if #columns > 0 then
    self.description = columns
    for i, c in ipairs(columns) do columns[i] = {c.name, c.code} end
  end
  return self
end

--- @param sql string with `?` (SQLite), or `$1`, `%s` or `%(name)s` (PostgreSQL)
--- @param parameters? table values in order, or by name
--- @return lualchemy.DBAPICursor
function Cursor:execute(sql, parameters) return start(self, sql, parameters and {parameters}) end
--- The statement once for each of these arrays of values.
--- @param sql string
--- @param sets any[][]
--- @return lualchemy.DBAPICursor
function Cursor:executemany(sql, sets) return start(self, sql, sets) end

--- Calls a function of the database (PostgreSQL: `SELECT * FROM name(…)`); what it gives is fetched.
--- @param name string
--- @param parameters? table values in order, or by the names of the function's arguments
--- @return table? parameters
function Cursor:callproc(name, parameters)
  if self.connection._lazy_begin then
    err.raise("NotSupportedError", "callproc: SQLite has no stored procedures")
  end
  if type(name) ~= "string" or not name:match('^[%a_"][%w_.$" \128-\255]*$') then
    err.raise("ArgumentError", "callproc: argument 'name' must be the name of a function, got %s", tostring(name))
  end
  local marks, values = {}, {}
  for key, value in pairs(parameters or {}) do
    local at = type(key) == "number" and key or #values + 1
    marks[at] = type(key) == "number" and "$" .. at or ("%s := $%d"):format(key, at)
    values[at] = value
  end
  start(self, ("SELECT * FROM %s(%s)"):format(name, table.concat(marks, ", ")), #values > 0 and {values} or nil)
  return parameters
end

--- The drivers give one set of rows for each statement: there is no next one.
function Cursor:nextset() -- luacheck: no self
  err.raise("NotSupportedError", "nextset: a statement has one set of rows")
end

--- Without effect, as with Python's drivers for these databases.
function Cursor:setinputsizes() end -- luacheck: no self
--- The same.
function Cursor:setoutputsize() end -- luacheck: no self

--- `for row in cursor do … end`
function Cursor:__call() return self:fetchone() end

--- At most n rows (arraysize unless given); a ProgrammingError if the statement gives none.
--- @param n? integer
--- @return any[][]
function Cursor:fetchmany(n)
  if not self._cursor then err.raise("ProgrammingError", "the cursor has no result") end
  local rows, ok, e = self._cursor:fetch(n or self.arraysize, true)
  if ok == nil then error(e, 0) end
  return rows
end

--- @return any[][]
function Cursor:fetchall() return self:fetchmany(-1) end
--- @return any[]?
function Cursor:fetchone() return self:fetchmany(1)[1] end

--- Gives up the rows that are left.
function Cursor:close()
  if self._cursor then self._cursor:close() end
  self._cursor = nil
end

--- A cursor on which the statement was executed.
--- @param sql string with the driver's placeholders
--- @param parameters? any[] values in order
--- @return lualchemy.DBAPICursor
function DBAPIConnection:execute(sql, parameters) return self:cursor():execute(sql, parameters) end

-- ---- functions of the host in the database ----

--- SQLite: makes a Lua function callable from SQL. It gets the values (NULL is nil) and returns one.
--- @param name string
--- @param nargs integer -1: any number
--- @param fn function
--- @param options? {deterministic: boolean}
function DBAPIConnection:create_function(name, nargs, fn, options)
  core.create_function(self.conn, name, nargs, fn, options and options.deterministic or false)
end

--- SQLite: an aggregate. make() returns an object for each group, with step(self, ...) and finalize(self).
--- @param name string
--- @param nargs integer -1: any number
--- @param make fun(): table
function DBAPIConnection:create_aggregate(name, nargs, make)
  core.create_aggregate(self.conn, name, nargs, make)
end

--- SQLite: a collation; fn(a, b) answers a number less than, equal to or greater than 0.
--- @param name string
--- @param fn fun(a: string, b: string): number
function DBAPIConnection:create_collation(name, fn)
  core.create_collation(self.conn, name, fn)
end

return DBAPIConnection
