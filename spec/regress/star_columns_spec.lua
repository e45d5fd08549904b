-- Columns of a SELECT that the database names and numbers: "*" and text among them.
local la = require "lualchemy"
local support = require "spec.support"

for db in support.databases() do
  describe("a SELECT of * and text from " .. db.name, function()
    local engine, conn, t
    setup(function()
      engine = db:engine()
      conn = engine:connect()
      t = la.Table("star", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
        la.Column("name", la.String(20)), la.Column("on", la.Boolean), la.Column("price", la.Numeric(10, 2)))
      t:create(conn)
      conn:execute(t:insert(), {id = 1, name = "john", on = true, price = la.Decimal "1.50"})
    end)
    teardown(function()
      conn:close()
      engine:dispose()
    end)

    local function first(...) return conn:execute(la.select(...):select_from(t)):first() end

    it("names them as the database does", function()
      for _, text in ipairs{"*", "star.*"} do
        for _, star in ipairs{la.text(text), la.literal_column(text), text == "*" and text or nil} do
          local row = first(star)
          assert.same({"id", "name", "on", "price"}, row._fields)
          assert.equal("john", row.name)
        end
      end
      local row = first(la.text("id AS a, name AS b"), la.text("42 AS c"))
      assert.same({1, "john", 42}, {row.a, row.b, row.c})
      assert.equal(1, first(la.text("count(*) AS n")).n)
    end)

    it("finds the statement's own columns by their names", function()
      local row = first(t.c.name:label("n"), la.text("*"), (t.c.price + 1):label("more"))
      assert.same({"n", "id", "name", "on", "price", "more"}, row._fields)
      assert.same({"john", 1, la.Decimal "2.50"}, {row.n, row.id, row.more})
    end)

    it("where there is one for each, converts them by their types", function()
      local row = first(la.text("id"), t.c.on, t.c.price)
      assert.same({"id", "on", "price"}, row._fields)
      assert.same({1, true, la.Decimal "1.50"}, {row.id, row.on, row._mapping[t.c.price]})
    end)

    it("says of a name of two columns that it is ambiguous", function()
      local row = first(t.c.id, t.c.name:label("n"), la.text("*"), t.c.name)
      assert.equal(7, #row)
      assert.equal("john", row.n)
      for _, key in ipairs{"id", t.c.id, t.c.name} do
        local ok, e = pcall(function() return row._mapping[key] end)
        assert.is_false(ok)
        assert.truthy(la.exc.InvalidRequestError:is(e))
        assert.matches("Ambiguous column name", tostring(e), 1, true)
      end
    end)

    it("follows a table that gains a column", function()
      local stmt = la.select("*"):select_from(la.text("wider"))
      conn:exec_driver_sql "CREATE TEMPORARY TABLE wider (a INTEGER)"
      assert.same({"a"}, conn:execute(stmt):keys())
      conn:exec_driver_sql "ALTER TABLE wider ADD b INTEGER"
      assert.same({"a", "b"}, conn:execute(stmt):keys())
    end)

    it("is what RETURNING gives, too", function()
      local row = conn:execute(t:insert():values{id = 2, name = "ed"}:returning(la.text("*"))):one()
      assert.same({2, "ed"}, {row.id, row.name})
      row = conn:execute(t:update():where(t.c.id:eq(2)):values{name = "al"}:returning(la.literal_column("*"))):one()
      assert.same({2, "al"}, {row.id, row.name})
      conn:execute(t:delete():where(t.c.id:eq(2)))
    end)
  end)
end

describe("a label around a column whose type selects something else", function()
  it("answers to the column", function()
    local Lower = la.types.TypeDecorator:class("Lower", {impl = la.String, cache_ok = true,
      column_expression = function(_, column) return la.func.lower(column) end})
    local t = la.Table("t", la.MetaData(), la.Column("x", la.Integer), la.Column("y", Lower))
    la.create_engine("sqlite://"):connect(function(conn)
      t:create(conn)
      conn:execute(t:insert(), {x = 1, y = "Y"})
      local row = conn:execute(la.select(t.c.x, t.c.y:label("low"))):one()
      assert.same({"y", "y"}, {row.low, row._mapping[t.c.y]})
    end)
  end)
end)

for db in support.databases() do
  if db.name == "postgresql" then
    describe("a column of a function's result", function()
      it("is one column of the row", function()
        local engine = db:engine()
        engine:connect(function(conn)
          local each = la.func.jsonb_each(la.cast(la.literal('{"a": 1}'), la.postgresql.JSONB))
          local row = conn:execute(la.select(each:scalar_table_valued("key"), each:scalar_table_valued("value"))):one()
          assert.equal(2, #row)
          assert.same({"a", 1}, {row.key, row.value})
        end)
        engine:dispose()
      end)
    end)
  end
end

describe("columns of a text", function()
  it("stand for one column each", function()
    la.create_engine("sqlite://"):connect(function(conn)
      local a = la.column("a")
      local ok, e = pcall(conn.execute, conn, la.text("SELECT 1 AS a, 2 AS b"):columns(a, a))
      assert.is_false(ok)
      assert.matches("Duplicate column expression requested in textual SQL: a", tostring(e), 1, true)
    end)
  end)
end)

describe("rowcount", function()
  it("of an UPDATE that fetches what it computed is that of its rows", function()
    local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
      la.Column("x", la.Integer))
    la.create_engine("sqlite://"):connect(function(conn)
      t:create(conn)
      conn:execute(t:insert(), {{id = 1}, {id = 2}, {id = 3}})
      local result = conn:execute(t:update():where(t.c.id:gt(1)):values{x = la.func.abs(-5)}:return_defaults())
      assert.equal(2, result.rowcount)
      assert.equal(5, result.returned_defaults.x)
      result = conn:execute(t:update():where(t.c.id:gt(9)):values{x = la.func.abs(-5)}:return_defaults())
      assert.equal(0, result.rowcount)
    end)
  end)
end)

describe("connection:execute", function()
  local engine
  setup(function() engine = la.create_engine("sqlite://") end)

  it("refuses what compiled from an expression, as it refuses the expression", function()
    engine:connect(function(conn)
      for _, x in ipairs{la.column("foo"), la.and_(true, la.column("x"):eq(5)), la.exists(la.select(1))} do
        for _, what in ipairs{x, x:compile()} do
          local ok, e = pcall(conn.execute, conn, what)
          assert.is_false(ok)
          assert.truthy(la.exc.ObjectNotExecutableError:is(e), tostring(e))
        end
      end
      assert.equal(1, conn:scalar(la.select(1):compile{dialect = "sqlite"}))
    end)
  end)

  it("takes an execution option from the call, the connection and the statement, in this order", function()
    engine:connect(function(conn)
      local seen
      la.event.listen(conn, "before_execute", function(_, _, _, _, options) seen = options end)
      conn:execution_options{a = "connection", b = "connection", c = "connection"}
      local stmt = la.select(1):execution_options{a = "statement", b = "statement", d = "statement"}
      conn:execute(stmt, nil, {execution_options = {a = "call"}})
      assert.same({a = "call", b = "connection", c = "connection", d = "statement"}, seen)
    end)
  end)
end)
