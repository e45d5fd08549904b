-- Cursors of the driver: what raw_connection():cursor() gives.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("a cursor of the driver on " .. db.name, function()
    local engine, conn, cursor
    before_each(function()
      engine = db:engine()
      conn = engine:raw_connection()
      cursor = conn:cursor()
    end)
    after_each(function()
      conn:close()
      engine:dispose()
    end)

    it("gives rows in every way", function()
      cursor:execute("SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 3 ORDER BY 1")
      assert.equal("a", cursor.description[1][1])
      local seen = {}
      for row in cursor do seen[#seen + 1] = row[1] end
      assert.same({1, 2, 3}, seen)
      cursor:execute("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 ORDER BY 1")
      assert.equal(1, #cursor:fetchmany())
      cursor.arraysize = 5
      assert.equal(2, #cursor:fetchmany())
      cursor:close()
    end)

    it("has one set of rows", function()
      cursor:setinputsizes({})
      cursor:execute("SELECT 1")
      local ok, e = pcall(cursor.nextset, cursor)
      assert.is_false(ok)
      assert.is_true(la.exc.NotSupportedError:is(e))
    end)

    if db.name == "postgresql" then
      it("takes psycopg2's placeholders", function()
        assert.same({"5", "x"}, cursor:execute("SELECT %s || '', %s || ''", {"5", "x"}):fetchone())
        assert.same({"a", "a"}, cursor:execute("SELECT %(q)s || '', %(q)s || ''", {q = "a"}):fetchone())
        assert.same({"7"}, cursor:execute("SELECT $1 || ''", {"7"}):fetchone())
      end)

      it("calls functions of the database", function()
        local parameters = {2, 4}
        assert.equal(parameters, cursor:callproc("generate_series", parameters))
        assert.same({{2}, {3}, {4}}, cursor:fetchall())
        cursor:callproc("make_interval", {days = 3})
        assert.equal(1, #cursor:fetchall())
        cursor:callproc("pg_backend_pid")
        assert.equal(1, #cursor:fetchall())
        assert.has_error(function() cursor:callproc("f(); DROP TABLE t; --") end)
      end)
    else
      it("has no procedures to call", function()
        local ok, e = pcall(cursor.callproc, cursor, "f")
        assert.is_false(ok)
        assert.is_true(la.exc.NotSupportedError:is(e))
      end)
    end
  end)
end

describe("la.<dialect>.Insert", function()
  it("is the class of its insert()", function()
    local t = la.table("t", la.column("a"))
    for _, name in ipairs{"sqlite", "postgresql", "mysql"} do
      local insert = la[name].Insert(t)
      assert.equal(tostring(la[name].insert(t)), tostring(insert))
      assert.is_true(la[name].Insert:is(insert))
      assert.is_false(la[name].Insert:is(la.insert(t)))
    end
  end)
end)
