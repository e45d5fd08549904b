-- A connection or session that the program forgot without closing it.
local support = require "spec.support"
local la = require "lualchemy"

for db in support.databases() do
  describe("what is forgotten, " .. db.name, function()
    local engine, t

    before_each(function()
      engine = db:engine()
      local metadata = la.MetaData()
      t = la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true}))
      metadata:create_all(engine)
    end)

    after_each(function() engine:dispose() end)

    local function forgotten(make)
      make():execute(t:insert():values{id = 1})
      collectgarbage()
      collectgarbage()
      return engine:connect(function(conn) return conn:scalar(la.select(la.func.count()):select_from(t)) end)
    end

    it("is rolled back, a session", function()
      assert.equal(0, forgotten(function() return la.Session(engine) end))
    end)

    it("is rolled back, a connection, and the next transaction begins", function()
      assert.equal(0, forgotten(function() return engine:connect() end))
      local conn = engine:connect()
      conn:execute(t:insert():values{id = 2})
      conn:rollback()
      assert.equal(0, conn:scalar(la.select(la.func.count()):select_from(t)))
      conn:close()
    end)
  end)
end
