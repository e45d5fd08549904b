-- SQLite's files: locked, full, read-only, damaged, written by several processes, by one that is killed.
local la = require "lualchemy"
local support = require "spec.support"

local function in_folder(fn)
  return function() support.with_folder(function(folder) fn(folder .. "/data.db", folder) end) end
end

local function file_engine(path, options) return la.create_engine("sqlite:///" .. path, options or {}) end

local function make_table(path, rows)
  local engine = file_engine(path)
  engine:begin(function(conn)
    conn:exec_driver_sql "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)"
    for i = 1, rows or 0 do conn:exec_driver_sql("INSERT INTO t VALUES (?, ?)", {i, ("x"):rep(100)}) end
  end)
  return engine
end

local function scalar(engine, sql)
  return engine:connect(function(conn) return conn:exec_driver_sql(sql):scalar() end)
end

local function sound(path)
  local engine = file_engine(path)
  assert.equal("ok", scalar(engine, "PRAGMA integrity_check"))
  engine:dispose()
end

--- A program of its own with the library, the path in PATH.
local HEAD = [[local la = require "lualchemy"
  local engine = la.create_engine("sqlite:///" .. os.getenv "DB_PATH", {connect_args = {timeout = 60}}) ]]
local function program(path, source) return support.run({source = HEAD .. source}, {env = {DB_PATH = path}}) end

describe("a file of SQLite", function()
  it("that another holds: an error that may be tried again", in_folder(function(path)
    local one, two = make_table(path), la.create_engine("sqlite:///" .. path, {connect_args = {timeout = 0.05}})
    local holder = one:connect()
    holder:exec_driver_sql "INSERT INTO t VALUES (1, 'a')"
    local function write() two:begin(function(conn) conn:exec_driver_sql "INSERT INTO t VALUES (2, 'b')" end) end
    local ok, e = pcall(write)
    assert.is_false(ok)
    assert.is_true(la.exc.OperationalError:is(e))
    assert.equal("lock_not_available", e.kind)
    assert.is_true(e.retryable)
    assert.is_false(e.connection_invalidated)
    assert.equal("INSERT INTO t VALUES (2, 'b')", e.statement)
    assert.equal(0, scalar(two, "SELECT count(*) FROM t"))
    holder:commit()
    write()
    holder:close()
    assert.equal(2, scalar(two, "SELECT count(*) FROM t"))
    one:dispose()
    two:dispose()
  end))

  it("that several processes count in: no count is lost, nobody hears of a lock", in_folder(function(path)
    for _, mode in ipairs{"DELETE", "WAL"} do
      os.remove(path)
      local engine = make_table(path)
      assert.equal(mode:lower(), scalar(engine, "PRAGMA journal_mode = " .. mode))
      engine:begin(function(conn) conn:exec_driver_sql "INSERT INTO t VALUES (1, '0')" end)
      engine:dispose()
      local source = [[for _ = 1, 40 do engine:begin(function(conn)
        conn:exec_driver_sql "UPDATE t SET v = v + 1 WHERE id = 1"
        local v = conn:exec_driver_sql("SELECT v FROM t WHERE id = 1"):scalar()
        conn:exec_driver_sql("INSERT INTO t (v) VALUES (?)", {v})
      end) end]]
      local words = {}
      for _ = 1, 4 do
        words[#words + 1] = ("DB_PATH=%s %s -e %s &"):format(support.quote(path), support.quote(support.lua),
          support.quote(HEAD .. source))
      end
      local output = support.sh(table.concat(words, "\n") .. "\nwait")
      assert.equal("", output)
      engine = file_engine(path)
      assert.equal("160", scalar(engine, "SELECT v FROM t WHERE id = 1"))
      assert.equal(160, scalar(engine, "SELECT count(DISTINCT v) FROM t WHERE id > 1"))
      engine:dispose()
    end
  end))

  it("that is full: rolled back, whole, and of use when there is room again", in_folder(function(path)
    local engine = make_table(path, 10)
    engine:connect(function(conn)
      conn:exec_driver_sql("PRAGMA max_page_count = 8"):close()
      local ok, e = pcall(function()
        for _ = 1, 100 do conn:exec_driver_sql("INSERT INTO t (v) VALUES (?)", {("y"):rep(2000)}) end
      end)
      assert.is_false(ok)
      assert.is_true(la.exc.OperationalError:is(e))
      assert.equal("insufficient_resources", e.kind)
      conn:rollback()
      assert.equal(10, conn:exec_driver_sql("SELECT count(*) FROM t"):scalar())
      conn:rollback()
      conn:exec_driver_sql("PRAGMA max_page_count = 100000"):close()
      conn:exec_driver_sql("INSERT INTO t (v) VALUES (?)", {("y"):rep(2000)})
      conn:commit()
    end)
    engine:dispose()
    sound(path)
  end))

  it("that may only be read", in_folder(function(path)
    make_table(path, 3):dispose()
    local engine = la.create_engine("sqlite:///file:" .. path .. "?mode=ro&uri=true")
    assert.equal(3, scalar(engine, "SELECT count(*) FROM t"))
    local ok, e = pcall(engine.begin, engine, function(conn) conn:exec_driver_sql "INSERT INTO t VALUES (9, 'a')" end)
    assert.is_false(ok)
    assert.is_true(la.exc.OperationalError:is(e))
    assert.equal("read_only", e.kind)
    assert.equal(3, scalar(engine, "SELECT count(*) FROM t"))
    engine:dispose()
  end))

  it("in a folder that is not there", function()
    local engine = file_engine("/nonexistent/folder/data.db")
    local ok, e = pcall(engine.connect, engine)
    if ok then
      ok, e = pcall(e.exec_driver_sql, e, "CREATE TABLE t (x)")
    end
    assert.is_false(ok)
    assert.is_true(la.exc.OperationalError:is(e))
    assert.matches("unable to open database file", tostring(e), 1, true)
  end)

  it("that is none", in_folder(function(path)
    local file = assert(io.open(path, "wb"))
    file:write(("this is not a database. "):rep(100))
    file:close()
    local engine = file_engine(path)
    for _ = 1, 2 do
      local ok, e = pcall(scalar, engine, "SELECT count(*) FROM sqlite_master")
      assert.is_false(ok)
      assert.is_true(la.exc.DatabaseError:is(e))
      assert.matches("file is not a database", tostring(e), 1, true)
    end
    engine:dispose()
  end))

  it("that is damaged or cut off: an error of the database, or what is there", in_folder(function(path)
    make_table(path, 200):dispose()
    local file = assert(io.open(path, "rb"))
    local whole = file:read "*a"
    file:close()
    for round = 1, 60 do
      local at = round * 7919 % #whole + 1
      local bytes = round % 3 == 0 and whole:sub(1, at)
        or whole:sub(1, at - 1) .. string.char((whole:byte(at) + round) % 256):rep(round % 5 * 20 + 1)
          .. whole:sub(at + round % 5 * 20 + 1)
      file = assert(io.open(path, "wb"))
      file:write(bytes)
      file:close()
      local engine = file_engine(path)
      for _, sql in ipairs{"SELECT count(*), sum(length(v)) FROM t", "PRAGMA integrity_check",
        "UPDATE t SET v = v || 'z'", "DELETE FROM t WHERE id % 2 = 0"} do
        local ok, e = pcall(engine.begin, engine, function(conn)
          local result = conn:exec_driver_sql(sql)
          if result.returns_rows then result:all() end
        end)
        assert.is_true(ok or la.exc.DatabaseError:is(e), tostring(e))
      end
      engine:dispose()
    end
  end))

  it("whose writer is killed: what was acknowledged is there, and the file is whole", in_folder(function(path, folder)
    local engine = make_table(path)
    scalar(engine, "PRAGMA journal_mode = WAL")
    engine:dispose()
    local known = 0
    for round = 1, 5 do
      local log = folder .. "/log" .. round
      local source = HEAD .. [[
        local n = ]] .. round * 100000 .. [[ local file = io.open(os.getenv "DB_LOG", "w")
        while true do
          n = n + 1
          engine:begin(function(conn) conn:exec_driver_sql("INSERT INTO t VALUES (?, 'x')", {n}) end)
          file:write(n, "\n") file:flush()
        end]]
      local command = "{ DB_PATH=%s DB_LOG=%s timeout -s KILL 0.4 %s -e %s; } 2>/dev/null"
      support.sh(command:format(support.quote(path), support.quote(log),
        support.quote(support.lua), support.quote(source)))
      if round == 3 then os.remove(path .. "-shm") end
      sound(path)
      engine = file_engine(path)
      engine:connect(function(conn)
        for line in io.lines(log) do
          known = known + 1
          assert.equal(1, conn:exec_driver_sql("SELECT count(*) FROM t WHERE id = ?", {tonumber(line)}):scalar())
        end
        local total = conn:exec_driver_sql("SELECT count(*) FROM t"):scalar()
        assert.is_true(total >= known and total <= known + round, total .. " rows, " .. known .. " acknowledged")
      end)
      engine:dispose()
    end
    assert.is_true(known > 0)
  end))

  it("that two databases in memory are not: each engine has its own, every connection of it the same", function()
    local one, two = la.create_engine("sqlite://"), la.create_engine("sqlite://")
    one:begin(function(conn) conn:exec_driver_sql "CREATE TABLE t (x)" end)
    assert.equal(1, scalar(one, "SELECT count(*) FROM sqlite_master"))
    assert.equal(0, scalar(two, "SELECT count(*) FROM sqlite_master"))
  end)
end)

describe("a program", function()
  it("may end with everything open, in any order", in_folder(function(path)
    make_table(path, 50):dispose()
    for _, order in ipairs{"engine, conn, result", "result, conn, engine", "conn, engine, result"} do
      local output, status = program(path, [[
        local conn = engine:connect()
        conn:exec_driver_sql "INSERT INTO t (v) VALUES ('lost')"
        local result = conn:exec_driver_sql "SELECT * FROM t"
        result:fetchone()
        local session = la.Session(engine)
        session:execute(la.text "SELECT 1")
        kept = {]] .. order .. [[, session}
      ]])
      assert.equal(0, status, output)
      assert.equal("", output)
    end
    local engine = file_engine(path)
    assert.equal(50, scalar(engine, "SELECT count(*) FROM t"))
    engine:dispose()
  end))
end)
