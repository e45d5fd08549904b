-- CASE, CAST, EXTRACT, labels.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local t = la.table("t", la.column("a", la.Integer), la.column("s", la.String), la.column("ok", la.Boolean),
  la.column("d", la.DateTime))
local a, s, ok, d = t.c.a, t.c.s, t.c.ok, t.c.d

describe("case", function()
  compiles("of values alone", la.case({{"x", "y"}, "z"}), {
    default = "CASE WHEN :param_1 THEN :param_2 END",
    params = {param_1 = {"x", "y"}, param_2 = "z"},
  })
  compiles("conditions", la.case({a:eq(1), "one"}, {a:gt(5), "many"}, {else_ = "some"}), {
    default = "CASE WHEN (t.a = :a_1) THEN :param_1 WHEN (t.a > :a_2) THEN :param_2 ELSE :param_3 END",
    params = {a_1 = 1, a_2 = 5, param_1 = "one", param_2 = "many", param_3 = "some"},
  })
  compiles("of a value", la.case({1, "one"}, {2, "two"}, {value = a, else_ = s}), {
    default = "CASE t.a WHEN :param_1 THEN :param_2 WHEN :param_3 THEN :param_4 ELSE t.s END",
    params = {param_1 = 1, param_2 = "one", param_3 = 2, param_4 = "two"},
  })
  compiles("conjunctions", la.case({la.and_(a:gt(1), a:lt(5)), 1}), {
    default = "CASE WHEN (t.a > :a_1 AND t.a < :a_2) THEN :param_1 END",
    params = {a_1 = 1, a_2 = 5, param_1 = 1},
  })
  compiles("a boolean column", la.case({ok, 1}, {else_ = 0}), {
    default = "CASE WHEN t.ok THEN :param_1 ELSE :param_2 END",
    params = {param_1 = 1, param_2 = 0},
  })
  compiles("has the type of its results", la.case({a:eq(1), s}) + "x", {
    default = "CASE WHEN (t.a = :a_1) THEN t.s END || :param_1",
    mysql = "concat(CASE WHEN (t.a = :a_1) THEN t.s END, :param_1)",
    mssql = "CASE WHEN (t.a = :a_1) THEN t.s END + :param_1",
    params = {a_1 = 1, param_1 = "x"},
  })
  compiles("NULL", la.case({a:eq(1), la.null()}, {else_ = s}), {
    default = "CASE WHEN (t.a = :a_1) THEN NULL ELSE t.s END",
    params = {a_1 = 1},
  })
end)

describe("casts", function()
  compiles("cast", la.cast(a, la.String(10)), {
    default = "CAST(t.a AS VARCHAR(10))",
    mysql = "CAST(t.a AS CHAR(10))",
    oracle = "CAST(t.a AS VARCHAR2(10 CHAR))",
  })
  compiles("of a value", la.cast("5", la.Numeric(10, 2)) + 1, {
    default = "CAST(:param_1 AS NUMERIC(10, 2)) + :param_2",
    mysql = "CAST(:param_1 AS DECIMAL(10, 2)) + :param_2",
    params = {param_1 = "5", param_2 = 1},
  })
  compiles("the method", a:cast(la.Float):gt(1.5), {
    default = "CAST(t.a AS FLOAT) > :param_1",
    mysql = "t.a > :param_1",
    params = {param_1 = 1.5},
  })
  compiles("try_cast is for one", la.try_cast(a, la.Integer), {mssql = "TRY_CAST (t.a AS INTEGER)"})
  compiles("type_coerce", la.type_coerce(a, la.String) + "x", {
    default = "t.a || :param_1",
    mysql = "concat(t.a, :param_1)",
    mssql = "t.a + :param_1",
    params = {param_1 = "x"},
  })
  compiles("of a condition", la.and_(la.type_coerce(la.or_(a:eq(1), a:eq(2)), la.Boolean), ok), {
    default = "(t.a = :a_1 OR t.a = :a_2) AND t.ok = 1",
    postgresql = "(t.a = :a_1 OR t.a = :a_2) AND t.ok",
    params = {a_1 = 1, a_2 = 2},
  })
end)

describe("extract", function()
  compiles("a field", la.extract("year", d), {
    default = "EXTRACT(year FROM t.d)",
    sqlite = "CAST(STRFTIME('%Y', t.d) AS INTEGER)",
    mssql = "DATEPART(year, t.d)",
  })
  compiles("compared", la.extract("month", d):eq(5), {
    default = "EXTRACT(month FROM t.d) = :param_1",
    sqlite = "CAST(STRFTIME('%m', t.d) AS INTEGER) = :param_1",
    mssql = "DATEPART(month, t.d) = :param_1",
    params = {param_1 = 5},
  })
end)

describe("labels", function()
  compiles("label", la.select(a:label("q")), {default = "SELECT t.a AS q FROM t"})
  compiles("of an expression", la.select((a + 1):label("q")):order_by("q"), {
    default = "SELECT t.a + :a_1 AS q FROM t ORDER BY q",
    params = {a_1 = 1},
  })
  compiles("in an expression", (a + 1):label("q") * 2, {
    default = "(t.a + :a_1) * :param_1",
    params = {a_1 = 1, param_1 = 2},
  })
  compiles("anonymous", la.select((a + 1):label(nil), a:label(nil)), {
    default = "SELECT t.a + :a_1 AS anon_1, t.a AS a_2 FROM t",
    params = {a_1 = 1},
  })
  compiles("ordered by the label", la.select(a:label("q")):order_by(la.desc("q")), {
    default = "SELECT t.a AS q FROM t ORDER BY q DESC",
  })
end)
