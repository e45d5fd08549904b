-- Transactions and results, on every database.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("a connection of " .. db.name, function()
    local engine, item
    before_each(function()
      engine = db:engine()
      item = la.Table("suite_item", la.MetaData(),
        la.Column("id", la.Integer, {primary_key = true, autoincrement = false}), la.Column("name", la.String(20)))
      item.metadata:create_all(engine)
    end)
    after_each(function()
      item.metadata:drop_all(engine)
      engine:dispose()
    end)

    local function add(conn, id) conn:execute(la.insert(item), {id = id, name = "n" .. id}) end
    local function ids()
      return engine:connect(function(conn) return conn:scalars(la.select(item.c.id):order_by(item.c.id)):all() end)
    end

    it("keeps what is committed, and drops what is not", function()
      engine:connect(function(conn)
        add(conn, 1)
        conn:commit()
        add(conn, 2)
        conn:rollback()
        add(conn, 3)
      end)
      assert.same({1}, ids())
      pcall(function()
        engine:begin(function(conn)
          add(conn, 4)
          error("stop", 0)
        end)
      end)
      assert.same({1}, ids())
    end)

    it("has savepoints", function()
      db:needs(pending, "savepoints")
      engine:begin(function(conn)
        add(conn, 1)
        local point = conn:begin_nested()
        add(conn, 2)
        point:rollback()
        conn:begin_nested(function() add(conn, 3) end)
      end)
      assert.same({1, 3}, ids())
    end)

    it("goes on behind a failure within a savepoint", function()
      db:needs(pending, "savepoints")
      engine:begin(function(conn)
        add(conn, 1)
        assert.is_false((pcall(function() conn:begin_nested(function() add(conn, 1) end) end)))
        add(conn, 2)
      end)
      assert.same({1, 2}, ids())
    end)

    it("prepares for a commit in two phases", function()
      db:needs(pending, "two_phase")
      engine:connect(function(conn)
        local transaction = conn:begin_twophase()
        add(conn, 1)
        transaction:prepare()
        transaction:commit()
      end)
      assert.same({1}, ids())
    end)

    it("commits at once with AUTOCOMMIT", function()
      engine:connect(function(conn)
        conn = conn:execution_options{isolation_level = "AUTOCOMMIT"}
        add(conn, 1)
      end)
      assert.same({1}, ids())
    end)

    it("has isolation levels, and the first of them again afterwards", function()
      engine:connect(function(conn)
        local default = conn:get_isolation_level()
        for _, level in ipairs(engine.dialect:get_isolation_level_values()) do
          conn:execution_options{isolation_level = level}
          conn:scalar(la.select(1))
          conn:rollback()
        end
        conn:execution_options{isolation_level = default}
        assert.equal(default, conn:get_isolation_level())
      end)
    end)

    it("gives rows by name, in batches, one or none", function()
      engine:begin(function(conn)
        local sets = {}
        for i = 1, 25 do sets[i] = {id = i, name = "n" .. i} end
        conn:execute(la.insert(item), sets)
        local statement = la.select(item):order_by(item.c.id)
        assert.equal("n1", conn:execute(statement):first().name)
        local sizes = {}
        for batch in conn:execute(statement):partitions(10) do sizes[#sizes + 1] = #batch end
        assert.same({10, 10, 5}, sizes)
        assert.is_nil(conn:execute(statement:where(item.c.id:eq(99))):one_or_none())
        assert.is_false((pcall(function() return conn:execute(statement):one() end)))
        assert.same({"id", "name"}, conn:execute(statement):keys())
      end)
    end)

    it("streams rows", function()
      db:needs(pending, "streams")
      engine:begin(function(conn)
        local sets = {}
        for i = 1, 2500 do sets[i] = {id = i, name = "x"} end
        conn:execute(la.insert(item), sets)
        local n = 0
        for _ in conn:execution_options{yield_per = 100}:execute(la.select(item)) do n = n + 1 end
        assert.equal(2500, n)
      end)
    end)

    it("tells what was wrong by its class", function()
      engine:connect(function(conn)
        local ok, e = pcall(conn.exec_driver_sql, conn, "SELECT * FROM suite_not_there")
        assert.is_false(ok)
        assert.is_true(la.exc.DBAPIError:is(e))
        assert.equal("undefined_object", e.kind)
        conn:rollback()
        assert.equal(1, conn:scalar(la.select(1)))
      end)
    end)
  end)
end
