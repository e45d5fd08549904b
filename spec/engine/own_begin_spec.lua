-- A program's own BEGIN: of a listener of "begin", as a statement.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("BEGIN of a program's own on " .. db.name, function()
    local engine, t
    before_each(function()
      engine = db:engine()
      local metadata = la.MetaData()
      t = la.Table("t", metadata, la.Column("id", la.Integer, {primary_key = true, autoincrement = false}))
      metadata:create_all(engine)
    end)
    after_each(function() engine:dispose() end)

    local function ids()
      return engine:connect(function(conn) return conn:scalars(la.select(t.c.id):order_by(t.c.id)):all() end)
    end
    local function add(conn, id) conn:execute(la.insert(t), {id = id}) end

    it("may come from a listener, and is ended like any other", function()
      local begun = 0
      la.event.listen(engine, "begin", function(conn)
        begun = begun + 1
        conn:exec_driver_sql("BEGIN")
      end)
      engine:begin(function(conn) add(conn, 1) end)
      engine:connect(function(conn)
        add(conn, 2)
        conn:rollback()
        add(conn, 3)
        local savepoint = conn:begin_nested()
        add(conn, 4)
        savepoint:rollback()
        conn:commit()
      end)
      assert.same({1, 3}, ids())
      assert.equal(4, begun)
    end)

    it("that fails in a listener begins nothing", function()
      local listener = la.event.listen(engine, "begin", function(conn) conn:exec_driver_sql("BEGIN AND MORE") end)
      engine:connect(function(conn)
        assert.has_error(function() add(conn, 1) end)
        assert.is_false(conn:in_transaction())
        la.event.remove(engine, "begin", listener)
        add(conn, 2)
        conn:commit()
      end)
      assert.same({2}, ids())
    end)

    if db.name == "sqlite" then
      it("may be a statement before the first that writes", function()
        engine:connect(function(conn)
          conn:execute(la.text("BEGIN EXCLUSIVE"))
          add(conn, 1)
          conn:commit()
          conn:exec_driver_sql("begin")
          conn:rollback()
          conn:exec_driver_sql("begin")
          add(conn, 2)
          conn:rollback()
        end)
        assert.same({1}, ids())
      end)
    end
  end)
end
