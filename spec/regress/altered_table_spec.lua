-- A connection changes a table that its prepared statements read.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("a table of " .. db.name .. " that a connection alters", function()
    local engine
    setup(function() engine = db:engine() end)
    before_each(function()
      engine:begin(function(conn)
        conn:exec_driver_sql "CREATE TABLE altered_table (id INTEGER PRIMARY KEY, a INTEGER)"
        conn:exec_driver_sql "INSERT INTO altered_table VALUES (1, 2)"
      end)
    end)
    after_each(function() engine:begin(function(conn) conn:exec_driver_sql "DROP TABLE altered_table" end) end)
    teardown(function() engine:dispose() end)

    local function width(conn) return #conn:execute(la.text("SELECT * FROM altered_table")):keys() end

    it("is read as it is now, in the same transaction", function()
      engine:connect(function(conn)
        for _ = 1, 8 do assert.equal(2, width(conn)) end
        conn:exec_driver_sql "ALTER TABLE altered_table ADD b INTEGER"
        for _ = 1, 8 do assert.equal(3, width(conn)) end
        conn:commit()
        assert.equal(3, width(conn))
      end)
    end)

    -- SQLite's transactions begin with what changes rows.
    if db.name == "postgresql" then
      it("is read as it was before, after a rollback", function()
        engine:connect(function(conn)
          for _ = 1, 8 do assert.equal(2, width(conn)) end
          conn:exec_driver_sql "ALTER TABLE altered_table ADD b INTEGER"
          for _ = 1, 8 do assert.equal(3, width(conn)) end
          local point = conn:begin_nested()
          conn:exec_driver_sql "ALTER TABLE altered_table ADD c INTEGER"
          for _ = 1, 8 do assert.equal(4, width(conn)) end
          point:rollback()
          assert.equal(3, width(conn))
          conn:rollback()
          assert.equal(2, width(conn))
        end)
      end)
    end
  end)
end
