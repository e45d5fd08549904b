-- Values written out: literal_binds, and binds that are written out when the statement is executed.
local la = require "lualchemy"
local support = require "spec.support"

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.String), la.column("d", la.Date),
  la.column("ts", la.DateTime), la.column("n", la.Numeric), la.column("k", la.Boolean), la.column("j", la.JSON))

local function compiles(name, construct, wanted)
  wanted.options = {literal_binds = true}
  return support.compiles(name, construct, wanted)
end

describe("literals", function()
  compiles("integers", t.c.a:eq(5), {default = "t.a = 5"})
  compiles("integers beyond 32 bits", t.c.a:eq(9007199254740991), {default = "t.a = 9007199254740991"})
  compiles("decimals", t.c.n:eq(la.Decimal "1.50"), {default = "t.n = 1.50"})
  compiles("text", t.c.b:eq("it's"), {default = "t.b = 'it''s'"})
  compiles("a backslash", t.c.b:eq("a\\b"), {
    default = "t.b = 'a\\b'",
    postgresql = "t.b = 'a\\\\b'",
    mysql = "t.b = 'a\\\\b'",
  })
  compiles("booleans", t.c.k:eq(true), {
    default = "t.k = 1",
    sqlite = "t.k = 1",
    postgresql = "t.k = true",
    mysql = "t.k = true",
    mssql = "t.k = 1",
    oracle = "t.k = 1",
  })
  compiles("dates", t.c.d:eq(la.date(2020, 1, 2)), {
    default = "t.d = '2020-01-02'",
    oracle = "t.d = TO_DATE('2020-01-02', 'YYYY-MM-DD')",
  })
  compiles("points in time", t.c.ts:eq(la.datetime(2020, 1, 2, 3, 4, 5)), {
    default = "t.ts = '2020-01-02 03:04:05'",
    sqlite = "t.ts = '2020-01-02 03:04:05.000000'",
    oracle = "t.ts = TO_DATE('2020-01-02 03:04:05', 'YYYY-MM-DD HH24:MI:SS')",
  })
  compiles("NULL", la.select(la.literal(nil)), {
    default = "SELECT NULL AS anon_1",
    oracle = "SELECT NULL AS anon_1 FROM DUAL",
  })
end)

describe("everywhere", function()
  compiles("lists", t.c.a:in_{1, 2, 3}, {default = "t.a IN (1, 2, 3)"})
  compiles("lists of tuples", la.tuple_(t.c.a, t.c.b):in_{{1, "x"}, {2, "y"}}, {
    default = "(t.a, t.b) IN ((1, 'x'), (2, 'y'))",
    sqlite = "(t.a, t.b) IN (VALUES (1, 'x'), (2, 'y'))",
  })
  compiles("LIKE", t.c.b:startswith("x"), {
    default = "t.b LIKE 'x' || '%'",
    mysql = "t.b LIKE concat('x', '%')",
    mssql = "t.b LIKE 'x' + '%'",
  })
  compiles("limits", la.select(t.c.a):limit(5):offset(2), {
    default = "SELECT t.a FROM t LIMIT 5 OFFSET 2",
    postgresql = "SELECT t.a FROM t  LIMIT 5 OFFSET 2",
    mysql = "SELECT t.a FROM t  LIMIT 2, 5",
    oracle = "SELECT t.a FROM t OFFSET 2 ROWS FETCH FIRST 5 ROWS ONLY",
  })
  compiles("INSERT", t:insert():values{a = 1, b = "x"}, {default = "INSERT INTO t (a, b) VALUES (1, 'x')"})
  compiles("several rows", t:insert():values{{a = 1}, {a = 2}}, {
    default = {fails = "The 'default' dialect with current database version settings does not support in-place "
      .. "multirow inserts", options = {literal_binds = true}},
    sqlite = "INSERT INTO t (a) VALUES (1), (2)",
    postgresql = "INSERT INTO t (a) VALUES (1), (2)",
  })
  compiles("UPDATE", t:update():values{a = 1}:where(t.c.b:eq("x")), {default = "UPDATE t SET a=1 WHERE t.b = 'x'"})
  compiles("text()", la.text("a = :x"):bindparams{x = 5}, {default = "a = 5"})
  compiles("casts", la.cast("5", la.Integer), {default = "CAST(5 AS INTEGER)", mysql = "CAST(5 AS SIGNED INTEGER)"})
end)

describe("what cannot be written", function()
  compiles("a value that the type has no form for", t.c.ts:eq(la.timedelta{days = 1}), {
    postgresql = "t.ts = make_interval(secs=>86400.0)",
    default = {fails = "Could not render literal value", options = {literal_binds = true}},
  })
end)

describe("literal_execute", function()
  local select = la.select(t.c.a):where(t.c.b:eq(la.bindparam("x", "y", {literal_execute = true})))

  it("stands open until then", function()
    local compiled = select:compile{dialect = "default"}
    assert.equal("SELECT t.a \nFROM t \nWHERE t.b = __[POSTCOMPILE_x]", tostring(compiled))
    assert.same({x = "y"}, compiled.params)
  end)

  it("is written by render_postcompile", function()
    local compiled = select:compile{dialect = "default", render_postcompile = true}
    assert.equal("SELECT t.a \nFROM t \nWHERE t.b = 'y'", tostring(compiled))
    assert.same({}, compiled.params)
  end)
end)
