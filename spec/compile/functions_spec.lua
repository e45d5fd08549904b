-- Functions: their names, the types of their results, windows, functions in FROM.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.Integer), la.column("s", la.String))
local a, b, s = t.c.a, t.c.b, t.c.s
local func = la.func

describe("calls", function()
  compiles("any function", func.foo(a, "x", 5), {
    default = "foo(t.a, :foo_1, :foo_2)",
    params = {foo_1 = "x", foo_2 = 5},
  })
  compiles("case is kept", func.Foo(a), {default = "Foo(t.a)"})
  compiles("packages", func.pkg.sub.foo(a), {default = "pkg.sub.foo(t.a)"})
  compiles("a keyword's name", func.end_(a), {default = "end(t.a)"})
  compiles("a name that needs quotes", func["my func"](a), {
    default = '"my func"(t.a)',
    mysql = "`my func`(t.a)",
    mssql = "[my func](t.a)",
  })
  compiles("nil is NULL", func.foo(nil), {default = "foo(NULL)"})
  compiles("a condition", func.foo(la.and_(a:eq(1), b:eq(2))), {
    default = "foo(t.a = :a_1 AND t.b = :b_1)",
    params = {a_1 = 1, b_1 = 2},
  })
  compiles("a subquery", func.foo(la.select(a):scalar_subquery()), {default = "foo((SELECT t.a FROM t))"})
  compiles("type_", func.foo(a, {type_ = la.String}) + "x", {
    default = "foo(t.a) || :foo_1",
    mysql = "concat(foo(t.a), :foo_1)",
    mssql = "foo(t.a) + :foo_1",
    params = {foo_1 = "x"},
  })
  compiles("no type", func.foo(a) + 5, {default = "foo(t.a) + :foo_1", params = {foo_1 = 5}})
  compiles("a label", func.foo(a):label("q"), {default = "foo(t.a)"})
end)

describe("functions that are known", function()
  compiles("count", func.count(), {default = "count(*)"})
  compiles("count of a column", func.COUNT(a), {default = "count(t.a)"})
  compiles("max has its argument's type", func.max(s) + "x", {
    default = "max(t.s) || :max_1",
    mysql = "concat(max(t.s), :max_1)",
    mssql = "max(t.s) + :max_1",
    params = {max_1 = "x"},
  })
  compiles("coalesce", func.coalesce(a, 5):gt(3), {
    default = "coalesce(t.a, :coalesce_1) > :coalesce_2",
    params = {coalesce_1 = 5, coalesce_2 = 3},
  })
  compiles("now", func.now(), {
    default = "now()",
    sqlite = "CURRENT_TIMESTAMP",
    mssql = "CURRENT_TIMESTAMP",
    oracle = "CURRENT_TIMESTAMP",
  })
  compiles("current_timestamp", func.current_timestamp(), {default = "CURRENT_TIMESTAMP"})
  compiles("current_timestamp with precision", func.current_timestamp(3), {
    default = "CURRENT_TIMESTAMP(:current_timestamp_1)",
    params = {current_timestamp_1 = 3},
  })
  compiles("localtime", func.localtime(), {default = "LOCALTIME"})
  compiles("random", func.random(), {default = "random()", mysql = "rand()"})
  compiles("sysdate", func.sysdate(), {default = "sysdate", mysql = "SYSDATE()"})
  compiles("concat", func.concat(s, "x"), {default = "concat(t.s, :concat_1)", params = {concat_1 = "x"}})
  compiles("char_length", func.char_length(s), {
    default = "char_length(t.s)",
    sqlite = "length(t.s)",
    mssql = "LEN(t.s)",
    oracle = "LENGTH(t.s)",
  })
  compiles("cube", func.cube(a, b), {default = "CUBE(t.a, t.b)"})
  compiles("rollup", func.rollup(a, b), {default = "ROLLUP(t.a, t.b)", mysql = "t.a, t.b WITH ROLLUP"})
  compiles("grouping_sets", func.grouping_sets(la.tuple_(a, b), la.tuple_(a)), {
    default = "GROUPING SETS((t.a, t.b), (t.a))",
  })
  compiles("aggregate_strings", func.aggregate_strings(s, ","), {
    default = "aggregate_strings(t.s, :aggregate_strings_1)",
    sqlite = "group_concat(t.s, :aggregate_strings_1)",
    postgresql = "string_agg(t.s, :aggregate_strings_1)",
    mysql = "group_concat(t.s SEPARATOR :aggregate_strings_1)",
    mssql = "string_agg(t.s, __[POSTCOMPILE_aggregate_strings_1])",
    oracle = "LISTAGG(t.s, :aggregate_strings_1)",
    params = {aggregate_strings_1 = ","},
  })
  compiles("cast", func.cast(a, la.String), {
    default = "CAST(t.a AS VARCHAR)",
    mysql = "CAST(t.a AS CHAR)",
    mssql = "CAST(t.a AS VARCHAR(max))",
    oracle = "CAST(t.a AS VARCHAR2)",
  })
  compiles("extract", func.extract("year", a), {
    default = "EXTRACT(year FROM t.a)",
    sqlite = "CAST(STRFTIME('%Y', t.a) AS INTEGER)",
    mssql = "DATEPART(year, t.a)",
  })
end)

describe("windows", function()
  compiles("over", func.row_number():over(), {default = "row_number() OVER ()"})
  compiles("order_by", func.rank():over{order_by = {a, s:desc()}}, {default = "rank() OVER (ORDER BY t.a, t.s DESC)"})
  compiles("partition_by", func.rank():over{partition_by = s, order_by = "q"}, {
    default = "rank() OVER (PARTITION BY t.s ORDER BY q)",
  })
  compiles("rows", func.sum(a):over{rows = {-5, 10}}, {
    default = "sum(t.a) OVER (ROWS BETWEEN :param_1 PRECEDING AND :param_2 FOLLOWING)",
    mssql = "sum(t.a) OVER (ROWS BETWEEN __[POSTCOMPILE_param_1] PRECEDING AND __[POSTCOMPILE_param_2] FOLLOWING)",
    params = {param_1 = 5, param_2 = 10},
  })
  compiles("rows, unbounded", func.sum(a):over{rows = {la.NULL, 0}}, {
    default = "sum(t.a) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
  })
  compiles("range_", func.sum(a):over{range_ = {0, la.NULL}}, {
    default = "sum(t.a) OVER (RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)",
  })
  compiles("groups", func.sum(a):over{groups = {-1, 1}}, {
    default = "sum(t.a) OVER (GROUPS BETWEEN :param_1 PRECEDING AND :param_2 FOLLOWING)",
    params = {param_1 = 1, param_2 = 1},
  })
  it("one frame at a time", function()
    local f = func.sum(a)
    assert.has_error(function() f:over{rows = {-1, 1}, range_ = {-1, 1}} end,
      la.exc.ArgumentError("only one of 'rows', 'range_', or 'groups' may be provided"))
    assert.has_error(function() f:over{rows = {"x", 1}} end,
      la.exc.ArgumentError("Integer or None expected for range value"))
  end)
  compiles("in an expression", func.sum(a):over{order_by = s} + 5, {
    default = "sum(t.a) OVER (ORDER BY t.s) + :param_1",
    params = {param_1 = 5},
  })
end)

describe("filter and within_group", function()
  compiles("filter", func.sum(a):filter(b:gt(5), s:eq("x")), {
    default = "sum(t.a) FILTER (WHERE t.b > :b_1 AND t.s = :s_1)",
    params = {b_1 = 5, s_1 = "x"},
  })
  compiles("filter twice", func.sum(a):filter(b:gt(5)):filter(s:eq("x")), {
    default = "sum(t.a) FILTER (WHERE t.b > :b_1 AND t.s = :s_1)",
    params = {b_1 = 5, s_1 = "x"},
  })
  compiles("filter, then over", func.sum(a):filter(b:gt(5)):over{partition_by = s}, {
    default = "sum(t.a) FILTER (WHERE t.b > :b_1) OVER (PARTITION BY t.s)",
    params = {b_1 = 5},
  })
  compiles("filter in an expression", func.sum(a):filter(b:gt(5)) + 1, {
    default = "(sum(t.a) FILTER (WHERE t.b > :b_1)) + :param_1",
    params = {b_1 = 5, param_1 = 1},
  })
  compiles("within_group", func.percentile_cont(0.5):within_group(a:desc(), s), {
    default = "percentile_cont(:percentile_cont_1) WITHIN GROUP (ORDER BY t.a DESC, t.s)",
    params = {percentile_cont_1 = 0.5},
  })
  compiles("within_group has the type of what it orders", func.mode():within_group(s) + "x", {
    default = "mode() WITHIN GROUP (ORDER BY t.s) || :param_1",
    mysql = "concat(mode() WITHIN GROUP (ORDER BY t.s), :param_1)",
    mssql = "mode() WITHIN GROUP (ORDER BY t.s) + :param_1",
    params = {param_1 = "x"},
  })
  compiles("within_group and filter", func.percentile_cont(0.5):within_group(a):filter(b:gt(5)), {
    default = "percentile_cont(:percentile_cont_1) WITHIN GROUP (ORDER BY t.a) FILTER (WHERE t.b > :b_1)",
    params = {b_1 = 5, percentile_cont_1 = 0.5},
  })
end)

describe("functions in FROM", function()
  compiles("an alias", la.select(func.rows(a):alias("r")), {
    default = "SELECT r.rows_1 FROM rows(t.a) AS r",
    oracle = "SELECT r.rows_1 FROM TABLE (rows(t.a)) r",
  })
  compiles("column_valued", la.select(func.rows(a):column_valued("r")), {
    default = "SELECT r FROM rows(t.a) AS r",
    oracle = "SELECT r.COLUMN_VALUE FROM TABLE (rows(t.a)) r",
  })
  compiles("table_valued",
    la.select(func.rows(5):table_valued("x", la.column("y", la.Integer), {name = "r"}).c.y + 1), {
    default = "SELECT r.y + :y_1 AS anon_1 FROM rows(:rows_1) AS r",
    oracle = "SELECT r.y + :y_1 AS anon_1 FROM TABLE (rows(:rows_1)) r",
    params = {rows_1 = 5, y_1 = 1},
  })
  compiles("with_ordinality", la.select(func.rows(5):table_valued("x", {with_ordinality = "o", name = "r"})), {
    default = "SELECT r.x, r.o FROM rows(:rows_1) WITH ORDINALITY AS r",
    oracle = "SELECT r.x, r.o FROM TABLE (rows(:rows_1) WITH ORDINALITY) r",
    params = {rows_1 = 5},
  })
  compiles("render_derived", la.select(func.rows(5):table_valued("x", "y"):render_derived{name = "r"}), {
    default = "SELECT r.x, r.y FROM rows(:rows_1) AS r(x, y)",
    oracle = "SELECT r.x, r.y FROM TABLE (rows(:rows_1)) r(x, y)",
    params = {rows_1 = 5},
  })
  compiles("with types",
    la.select(func.f(5):table_valued(la.column("x", la.Integer)):render_derived{name = "r", with_types = true}), {
    default = "SELECT r.x FROM f(:f_1) AS r(x INTEGER)",
    oracle = "SELECT r.x FROM TABLE (f(:f_1)) r(x INTEGER)",
    params = {f_1 = 5},
  })
  compiles("scalar_table_valued", la.select(func.rows(a):scalar_table_valued("x")), {
    default = "SELECT (rows(t.a)).x",
    oracle = "SELECT (rows(t.a)).x FROM DUAL",
  })
  compiles("select_from", la.select(la.column("x")):select_from(func.rows(5)), {
    default = "SELECT x FROM rows(:rows_1)",
    oracle = "SELECT x FROM TABLE (rows(:rows_1))",
    params = {rows_1 = 5},
  })
end)

describe("functions as classes", function()
  local GenericFunction = la.sql.functions.GenericFunction
  local as_utc = GenericFunction:class("as_utc", {type = la.String, name = "timezone_utc"})
  GenericFunction:class("buffer", {package = "geo", identifier = "buf"})

  compiles("by the name of the class", func.timezone_utc(a) + "x", {
    default = "timezone_utc(t.a) || :timezone_utc_1",
    mysql = "concat(timezone_utc(t.a), :timezone_utc_1)",
    params = {timezone_utc_1 = "x"},
  })
  compiles("in a package", func.geo.buf(a), {default = "buffer(t.a)"})
  it("is", function()
    local call = as_utc(a)
    assert.is_true(as_utc:is(call) and GenericFunction:is(call))
    assert.is_false(as_utc:is(func.foo(a)))
  end)
end)
