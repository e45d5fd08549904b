-- Rows that are read some at a time. On PostgreSQL the next ones are made while those at hand are read.
local la = require "lualchemy"
local support = require "spec.support"

local SERIES = "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 2500) SELECT n FROM s"

for db in support.databases() do
  describe("streamed rows on " .. db.name, function()
    local engine

    setup(function() engine = db:engine() end)
    teardown(function() engine:dispose() end)

    local function stream(conn, n, sql)
      return conn:execution_options{yield_per = n}:execute(la.text(sql or SERIES):columns(la.column("n", la.Integer)))
    end

    local function numbers(rows, list)
      for _, row in ipairs(rows) do list[#list + 1] = row.n end
      return list
    end

    it("come in any pieces, with other statements between", function()
      for _, by in ipairs{1, 7, 10, 99, 1000, 2499, 2500, 2501} do
        engine:connect(function(conn)
          local result, list = stream(conn, 10), {}
          repeat
            local rows = result:fetchmany(by)
            numbers(rows, list)
            if #list % 3 == 1 then assert.equal(5, conn:scalar(la.text("SELECT 5"))) end
          until #rows < by
          assert.equal(2500, #list)
          for i = 1, 2500 do assert.equal(i, list[i]) end
        end)
      end
    end)

    it("come one by one, and the rest at once", function()
      engine:connect(function(conn)
        local result, list = stream(conn, 10), {}
        for _ = 1, 30 do numbers({result:fetchone()}, list) end
        numbers(result:fetchmany(10), list)
        numbers({result:fetchone()}, list)
        numbers(result:all(), list)
        for i = 1, 2500 do assert.equal(i, list[i]) end
        assert.equal(2500, #list)
      end)
    end)

    it("can be given up after any number of them, and the transaction goes on", function()
      for _, by in ipairs{1, 10, 15, 20} do
        engine:begin(function(conn)
          local result = stream(conn, 10)
          assert.equal(by, #result:fetchmany(by))
          assert.equal(by + 1, result:first().n)
          assert.equal(6, conn:scalar(la.text("SELECT 6")))
          result = stream(conn, 10)
          result:fetchmany(by)
          result:close()
          assert.equal(7, conn:scalar(la.text("SELECT 7")))
        end)
      end
    end)

    it("end with the transaction, and the connection is good for the next", function()
      local conn = engine:connect()
      local result = stream(conn, 10)
      assert.equal(10, #result:fetchmany(10))
      conn:rollback()
      assert.equal(8, conn:scalar(la.text("SELECT 8")))
      conn:close()
      engine:connect(function(other) assert.equal(9, other:scalar(la.text("SELECT 9"))) end)
    end)

    it("come to a coroutine that waits", function()
      local waits = 0
      local waiting = db:engine{wait = function()
        waits = waits + 1
        coroutine.yield()
      end}
      local co = coroutine.create(function()
        local conn = waiting:connect()
        local result, list = stream(conn, 10), {}
        for _, by in ipairs{10, 5, 20, 1, 2464} do
          numbers(result:fetchmany(by), list)
          assert.equal(5, conn:scalar(la.text("SELECT 5")))
        end
        for i = 1, 2500 do assert.equal(i, list[i]) end
        assert.same({}, result:fetchmany(1))
        conn:close()
        waiting:dispose()
      end)
      repeat assert(coroutine.resume(co)) until coroutine.status(co) == "dead"
      assert.equal(db.name == "postgresql", waits > 0)
    end)

    if db.name == "postgresql" then
      local FAILING = "SELECT n + 0 / (25 - n) AS n FROM generate_series(1, 100) AS n"

      it("come before the failure of those behind them", function()
        engine:connect(function(conn)
          local result = stream(conn, 10, FAILING)
          assert.equal(10, #result:fetchmany(10))
          assert.equal(10, #result:fetchmany(10))
          local ok, e = pcall(result.fetchmany, result, 10)
          assert.falsy(ok)
          assert.truthy(tostring(e):find("division by zero", 1, true))
          conn:rollback()
          assert.equal(5, conn:scalar(la.text("SELECT 5")))
        end)
      end)

      it("are not committed over when those behind them have failed", function()
        local conn = engine:connect()
        local result = stream(conn, 20, FAILING)
        assert.equal(20, #result:fetchmany(20))
        result:close()
        local ok, e = pcall(conn.commit, conn)
        assert.falsy(ok)
        assert.truthy(tostring(e):find("division by zero", 1, true))
        conn:close()
        engine:connect(function(other) assert.equal(9, other:scalar(la.text("SELECT 9"))) end)
      end)
    end
  end)
end
