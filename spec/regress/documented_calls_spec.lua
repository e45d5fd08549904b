-- Calls that SQLAlchemy's documents show: functions in capitals, functions that make clauses, parts of URLs,
-- settings of engines.
local la = require "lualchemy"

local t, u = la.table("t", la.column("x"), la.column("y")), la.table("u", la.column("x"))

describe("a function that is known", function()
  it("gives its binds the name that it is written with", function()
    local compiled = la.select(la.func.COALESCE(t.c.x, 0), la.func.Max(5)):compile()
    assert.equal("SELECT coalesce(t.x, :coalesce_2) AS coalesce_1, max(:max_2) AS max_1 \nFROM t", compiled.string)
    assert.same({coalesce_2 = 0, max_2 = 5}, compiled.params)
    assert.equal("MyFunc(:MyFunc_1)", tostring(la.func.MyFunc(5)))
  end)
end)

describe("a function in the place of a clause", function()
  it("is called", function()
    local least = 5
    local stmt = la.select(function() return t.c.x end)
      :join(function() return u end, function() return t.c.x:eq(u.c.x) end)
      :where(function() return t.c.x:gt(least) end)
      :group_by(function() return t.c.x end):order_by(function() return t.c.x:desc() end)
    assert.equal("SELECT t.x \nFROM t JOIN u ON t.x = u.x \nWHERE t.x > :x_1 GROUP BY t.x ORDER BY t.x DESC",
      tostring(stmt))
    assert.same({x_1 = 5}, stmt:compile().params)
    assert.equal("SELECT t.x \nFROM t UNION SELECT u.x \nFROM u",
      tostring(la.union(function() return la.select(t.c.x) end, la.select(u.c.x))))
  end)

  it("may fail, or return what does not belong there", function()
    local ok, why = pcall(function() return la.select(t):where(function() error("mine", 0) end) end)
    assert.is_false(ok)
    assert.equal("mine", why)
    assert.has_error(function() return la.select(t):where(function() return 5 end) end)
  end)
end)

describe("a URL", function()
  local url = la.make_url("postgresql://scott:@host/")

  it("keeps the parts that are set to la.NULL", function()
    local full = la.make_url("postgresql://scott:tiger@host/db")
    assert.equal("postgresql://scott:tiger@host/other",
      full:set{password = la.NULL, host = la.NULL, database = "other"}:render_as_string{hide_password = false})
  end)

  it("connects with what is not empty", function()
    assert.same({host = "host", username = "scott"}, url:translate_connect_args())
    assert.same({host = "host", user = "scott"}, url:translate_connect_args{username = "user"})
    assert.same({h = "host", u = "scott"}, url:translate_connect_args{names = {"h", "d", "u"}})
    assert.same({username = "scott"}, url:translate_connect_args{host = la.NULL})
  end)
end)

describe("engine_from_config()", function()
  it("takes keywords beside the settings", function()
    local engine = la.engine_from_config({["db.url"] = "sqlite://", ["db.pool_size"] = "2"}, "db.",
      {poolclass = la.pool.QueuePool, max_overflow = 0})
    assert.equal(2, engine.pool:size())
    assert.equal(0, la.engine_from_config({["db.url"] = "sqlite://"},
      {prefix = "db.", poolclass = la.pool.QueuePool, pool_size = 0}).pool:size())
    assert.has_error(function() return la.engine_from_config({["sqlalchemy.url"] = "sqlite://"}, {nope = 1}) end)
  end)
end)
