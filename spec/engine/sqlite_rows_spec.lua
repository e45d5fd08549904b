-- An INSERT of many sets on SQLite, which may go as statements of many rows: it leaves what one statement for each set
-- leaves, also where one fails, and says the same.
local la = require "lualchemy"

local N, TABLE = 320, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT UNIQUE%s)"

--- What executing the sets, in one go or one by one, leaves: error, rows, what SQLite says of the last statement.
local function outcome(prepare, statement, sets, keys, apart)
  local engine = la.create_engine("sqlite://")
  la.event.listen(engine, "connect", function(dbapi)
    dbapi:execute("PRAGMA foreign_keys = " .. (keys and "ON" or "OFF"))
  end)
  local conn = engine:connect()
  prepare(conn)
  if conn:in_transaction() then conn:commit() end
  conn:execute(la.text("INSERT INTO log VALUES ('before')"))
  local ok, e, counted = true, nil, 0
  if apart then
    for i = 1, #sets do
      if ok then
        ok, e = pcall(conn.execute, conn, statement, sets[i])
        if ok then counted = counted + e.rowcount end
      end
    end
  else
    ok, e = pcall(conn.execute, conn, statement, sets)
    if ok then counted = e.rowcount end
  end
  local out = {ok and counted or tostring(e.orig or e):match("^[^\n]*")}
  local function add(sql)
    for _, row in ipairs(conn:exec_driver_sql(sql):all()) do
      out[#out + 1] = table.concat({tostring(row[1]), tostring(row[2])}, " ")
    end
  end
  add("SELECT changes(), last_insert_rowid()")
  add("SELECT a, b FROM t ORDER BY a")
  add("SELECT count(*), max(text) FROM log")
  conn:close()
  engine:dispose()
  return out
end

local t = la.table("t", la.column("a"), la.column("b"))

local function sets(change)
  local list = {}
  for i = 1, N do list[i] = {a = i, b = "b" .. i} end
  if change then change(list) end
  return list
end

local function created(clause, ...)
  local statements = {TABLE:format(clause or ""), "CREATE TABLE log (text)", ...}
  return function(conn)
    for _, sql in ipairs(statements) do conn:exec_driver_sql(sql) end
  end
end

local function doubled(list) list[250].b = list[3].b end

local insert = t:insert()
local cases = {
  {"all go in", created(), insert, sets()},
  {"one violates a constraint", created(), insert, sets(doubled)},
  {"the first does", created(), insert, sets(function(list) list[2].b = "b1" end)},
  {"the last does", created(), insert, sets(function(list) list[N].a = 1 end)},
  {"a value is of the wrong kind", created(), insert, sets(function(list) list[200].a = "text" end)},
  {"SQLite has no such value", created(), insert, sets(function(list) list[200].b = 0 / 0 end)},
  {"those that violate are left out", created(), insert:prefix_with("OR IGNORE"), sets(doubled)},
  {"they take the place of others", created(), insert:prefix_with("OR REPLACE"), sets(doubled)},
  {"what was done stays", created(), insert:prefix_with("OR FAIL"), sets(doubled)},
  {"the transaction ends", created(), insert:prefix_with("OR ROLLBACK"), sets(doubled)},
  {"the table says that what was done stays", created(" ON CONFLICT FAIL"), insert, sets(doubled)},
  {"the table says that the transaction ends", created(" ON CONFLICT ROLLBACK"), insert, sets(doubled)},
  {"keys are given by the database", created(), insert, sets(function(list)
    for _, set in ipairs(list) do set.a = la.NULL end
  end)},
  {"a trigger writes", created(nil, "CREATE TRIGGER w AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.b); END"),
    insert, sets(doubled)},
  {"a trigger leaves rows out",
    created(nil, "CREATE TRIGGER w BEFORE INSERT ON t WHEN new.a % 7 = 0 BEGIN SELECT RAISE(IGNORE); END"), insert,
    sets()},
  {"a trigger fails", created(nil, "CREATE TRIGGER w AFTER INSERT ON t WHEN new.a = 222 BEGIN "
    .. "SELECT RAISE(FAIL, 'no more'); END"), insert, sets()},
  {"a row refers to a later one", created(" REFERENCES t (a)"), insert, sets(function(list)
    for i = 1, N do list[i].b = i == 100 and "105" or la.NULL end
  end), "keys are looked at"},
}

describe("an INSERT of many sets on SQLite", function()
  for _, case in ipairs(cases) do
    it("leaves what one by one would: " .. case[1], function()
      assert.same(outcome(case[2], case[3], case[4], case[5], true), outcome(case[2], case[3], case[4], case[5]))
    end)
  end

  it("tells of itself as it was executed", function()
    local engine = la.create_engine("sqlite://")
    local seen
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql, parameters, _, many)
      if many then seen = {sql, #parameters} end
    end)
    engine:begin(function(conn)
      created()(conn)
      conn:execute(insert, sets())
    end)
    assert.same({"INSERT INTO t (a, b) VALUES (?, ?)", N}, seen)
  end)

  it("does not depend on how the database is kept", function()
    local file = os.tmpname()
    finally(function()
      for _, suffix in ipairs{"", "-wal", "-shm", "-journal"} do os.remove(file .. suffix) end
    end)
    local engine = la.create_engine("sqlite:///" .. file)
    for _, mode in ipairs{"wal", "delete", "off"} do
      local conn = engine:connect()
      conn:exec_driver_sql("PRAGMA journal_mode = " .. mode)
      conn:exec_driver_sql("DROP TABLE IF EXISTS t")
      conn:exec_driver_sql("DROP TABLE IF EXISTS log")
      created()(conn)
      conn:commit()
      conn:execute(insert, sets())
      conn:commit()
      assert.equal(N, conn:exec_driver_sql("SELECT count(*) FROM t"):scalar())
      conn:exec_driver_sql("DELETE FROM t")
      assert.has_error(function() conn:execute(insert, sets(doubled)) end)
      assert.equal(249, conn:exec_driver_sql("SELECT count(*) FROM t"):scalar())
      conn:commit()
      conn:close()
    end
    engine:dispose()
  end)
end)
