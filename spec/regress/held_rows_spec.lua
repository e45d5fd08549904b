-- Rows that were not read when another statement, or the end of the transaction, came.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("rows not yet read, " .. db.name, function()
    local engine, conn
    before_each(function()
      engine = db:engine()
      conn = engine:connect()
      conn:exec_driver_sql "CREATE TABLE t (x INTEGER)"
      conn:commit()
    end)
    after_each(function()
      conn:close()
      engine:dispose()
    end)

    local function rows() return conn:exec_driver_sql "SELECT 1 AS x UNION SELECT 2 UNION SELECT 3 ORDER BY x" end

    it("are all there after another statement", function()
      local result = rows()
      conn:exec_driver_sql "INSERT INTO t VALUES (7)"
      assert.same({1, 2, 3}, result:scalars():all())
    end)

    it("are all there if one was read before", function()
      local result = rows()
      assert.equal(1, result:fetchone()[1])
      conn:exec_driver_sql "INSERT INTO t VALUES (7)"
      assert.equal(2, result:fetchone()[1])
      conn:exec_driver_sql "DROP TABLE t"
      conn:commit()
      assert.equal(3, result:fetchone()[1])
      assert.is_nil(result:fetchone())
    end)

    it("are all there after COMMIT, and while they are read", function()
      local result, seen = rows(), {}
      conn:commit()
      for row in result do
        seen[#seen + 1] = row.x
        conn:exec_driver_sql "INSERT INTO t VALUES (7)"
        conn:commit()
      end
      assert.same({1, 2, 3}, seen)
    end)

    it("are read, or said to be gone, when the connection was given back", function()
      local other = engine:connect()
      local result = other:exec_driver_sql "SELECT 1 AS x UNION SELECT 2 ORDER BY x"
      other:close()
      local ok, found = pcall(function() return result:scalars():all() end)
      if ok then assert.same({1, 2}, found) else assert.is_true(la.exc.SQLAlchemyError:is(found), tostring(found)) end
    end)
  end)
end
