-- What default functions are told of the row; numbers given as text.
local la = require "lualchemy"

describe("a default function", function()
  local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}), la.Column("a", la.Integer),
    la.Column("b", la.String, {default = function(ctx) return "A" .. ctx:get_current_parameters().a end}),
    la.Column("c", la.Integer, {default = function(ctx)
      local n = 0
      for _ in pairs(ctx:get_current_parameters{isolate_multiinsert_groups = false}) do n = n + 1 end
      return n
    end}))
  local engine = la.create_engine("sqlite://")

  local function inserted(...)
    local arguments = {...}
    engine:begin(function(conn)
      t:drop(engine, {checkfirst = true})
      t:create(engine)
      conn:execute((table.unpack or unpack)(arguments)) -- luacheck: ignore 113 143
    end)
    return engine:connect(function(conn)
      local out = {}
      for row in conn:execute(la.select(t.c.a, t.c.b):order_by(t.c.id)) do out[#out + 1] = {row.a, row.b} end
      return out
    end)
  end

  it("sees the parameters of its row", function()
    assert.same({{1, "A1"}, {2, "A2"}}, inserted(t:insert(), {{a = 1}, {a = 2}}))
  end)

  it("sees what values() gives", function()
    assert.same({{1, "A1"}}, inserted(t:insert():values{a = 1}))
  end)

  it("sees each row of values{…, …} by itself, and fills it", function()
    assert.same({{5, "A5"}, {6, "A6"}, {7, "A7"}}, inserted(t:insert():values{{a = 5}, {a = 6}, {a = 7}}))
  end)
end)

describe("a Numeric or Float on SQLite", function()
  it("takes text that is a number, and no other", function()
    local t = la.Table("t", la.MetaData(), la.Column("n", la.Numeric), la.Column("f", la.Float))
    local engine = la.create_engine("sqlite://")
    t:create(engine)
    engine:begin(function(conn)
      conn:execute(t:insert(), {n = "1.50", f = "2.5"})
      local row = conn:execute(la.select(t)):one()
      assert.is_true(row.n == la.Decimal "1.5" and row.f == 2.5)
      for _, values in ipairs{{n = "x"}, {f = "1,5"}} do
        local ok, e = pcall(conn.execute, conn, t:insert(), values)
        assert.is_false(ok)
        assert.is_true(la.exc.StatementError:is(e))
        assert.is_truthy(tostring(e):find("could not convert string to float", 1, true))
      end
    end)
  end)
end)

describe("params() and unique_params()", function()
  it("reach into functions that stand as columns", function()
    local column = la.func.generate_series(1, la.bindparam("last", 5)):column_valued("g")
    assert.equal(7, la.select(column):params{last = 7}:compile().params.last)
    assert.equal("SELECT g \nFROM generate_series(:generate_series_1, :last_1) AS g",
      tostring(la.select(column):unique_params{last = 7}))
  end)
end)

describe("ordered_values() with nothing", function()
  it("sets nothing", function()
    local t = la.Table("t", la.MetaData(), la.Column("x", la.Integer))
    assert.equal("UPDATE t SET ", tostring(la.update(t):ordered_values()))
  end)
end)

describe("return_defaults() of a column twice", function()
  it("returns it once", function()
    local t = la.Table("t", la.MetaData(), la.Column("x", la.Integer))
    assert.equal("DELETE FROM t RETURNING x",
      tostring(la.delete(t):return_defaults(t.c.x, t.c.x):compile{dialect = la.sqlite.dialect()}))
  end)
end)
