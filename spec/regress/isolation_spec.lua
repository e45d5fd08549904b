-- The isolation level that create_engine() is given holds on every connection.
local la = require "lualchemy"
local support = require "spec.support"

describe("create_engine{isolation_level = …}", function()
  for db in support.databases() do
    it("holds on " .. db.name, function()
      local level = db.name == "sqlite" and "READ UNCOMMITTED" or "SERIALIZABLE"
      local engine = db:engine{isolation_level = level}
      for _ = 1, 2 do
        engine:connect(function(conn)
          assert.equal(level, conn:get_isolation_level())
          local shown = conn:execute(la.text(db.name == "sqlite" and "PRAGMA read_uncommitted"
            or "show transaction_isolation")):scalar()
          assert.equal(db.name == "sqlite" and "1" or "serializable", tostring(shown))
        end)
      end
      engine:dispose()
    end)

    it("comes back after another level on " .. db.name, function()
      local level = db.name == "sqlite" and "READ UNCOMMITTED" or "REPEATABLE READ"
      local engine = db:engine{isolation_level = level}
      engine:connect(function(conn)
        conn:execution_options{isolation_level = "SERIALIZABLE"}
        assert.equal("SERIALIZABLE", conn:get_isolation_level())
      end)
      engine:connect(function(conn) assert.equal(level, conn:get_isolation_level()) end)
      engine:dispose()
    end)

    it("is the database's own under AUTOCOMMIT on " .. db.name, function()
      local engine = db:engine{isolation_level = "AUTOCOMMIT"}
      engine:connect(function(conn) assert.equal(conn.default_isolation_level, conn:get_isolation_level()) end)
      engine:dispose()
    end)
  end
end)
