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
  compiles("pow has its first argument's type", func.pow(s, 2) + "x", {
    default = "pow(t.s, :pow_1) || :pow_2",
    postgresql = "power(t.s, :pow_1) || :pow_2",
    mysql = "concat(pow(t.s, :pow_1), :pow_2)",
    mssql = "POWER(t.s, :pow_1) + :pow_2",
    oracle = "POWER(t.s, :pow_1) || :pow_2",
    params = {pow_1 = 2, pow_2 = "x"},
  })
  for _, name in ipairs{"any", "all", "some"} do
    compiles(name .. " on the right", la.not_(a:eq(func[name](b))), {default = "NOT (t.a = " .. name .. "(t.b))"})
    compiles(name .. " on the left", la.not_(func[name](b):eq(a)), {default = "NOT (" .. name .. "(t.b) = t.a)"})
    compiles(name .. ", not equal", a:ne(func[name](b)), {default = "t.a != " .. name .. "(t.b)"})
    compiles(name .. " and NULL", func[name](b):eq(nil), {default = name .. "(t.b) = NULL"})
    compiles(name .. " with an underscore", func[name .. "_"](b), {default = name .. "(t.b)"})
    compiles(name .. " in other letters", func[name:upper()](b), {default = name:upper() .. "(t.b)"})
  end
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
  local bound = la.FrameClauseType
  compiles("a frame of any type", func.sum(a):over{
    order_by = b, range_ = la.FrameClause(2.5, la.bindparam("after", 7), bound.PRECEDING, bound.FOLLOWING),
  }, {
    default = "sum(t.a) OVER (ORDER BY t.b RANGE BETWEEN :param_1 PRECEDING AND :after FOLLOWING)",
    mssql = "sum(t.a) OVER (ORDER BY t.b RANGE BETWEEN "
      .. "__[POSTCOMPILE_param_1] PRECEDING AND __[POSTCOMPILE_after] FOLLOWING)",
    params = {param_1 = 2.5, after = 7},
  })
  compiles("a frame by names", func.sum(a):over{
    rows = la.FrameClause{start = 3, start_frame_type = bound.FOLLOWING, end_frame_type = bound.UNBOUNDED},
  }, {
    default = "sum(t.a) OVER (ROWS BETWEEN :param_1 FOLLOWING AND UNBOUNDED FOLLOWING)",
    params = {param_1 = 3},
  })
  compiles("a frame of groups", func.sum(a):over{
    groups = la.FrameClause(nil, nil, bound.UNBOUNDED, bound.CURRENT), exclude = "TIES",
  }, {default = "sum(t.a) OVER (GROUPS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES)"})
  compiles("exclude", func.sum(a):over{rows = {-1, 0}, exclude = "current row"}, {
    default = "sum(t.a) OVER (ROWS BETWEEN :param_1 PRECEDING AND CURRENT ROW EXCLUDE current row)",
  })
  it("frames that make no sense", function()
    local function fails(message, fn)
      assert.has_error(fn, la.exc.ArgumentError(message))
    end
    fails("Cannot specify a value for start with frame type CURRENT", function()
      la.FrameClause(1, nil, bound.CURRENT, bound.UNBOUNDED)
    end)
    fails("Cannot specify a value for end with frame type UNBOUNDED", function()
      la.FrameClause(1, 2, bound.PRECEDING, bound.UNBOUNDED)
    end)
    fails("A value for end is needed with frame type FOLLOWING", function()
      la.FrameClause(1, nil, bound.PRECEDING, bound.FOLLOWING)
    end)
    fails("FrameClause: end_frame_type must be one of la.FrameClauseType, got 7", function()
      la.FrameClause(1, nil, bound.PRECEDING, 7)
    end)
    fails("'exclude' requires that one of 'rows', 'range_', or 'groups' is also specified", function()
      func.sum(a):over{exclude = "TIES"}
    end)
    assert.has_error(function() func.sum(a):over{rows = {-1, 0}, exclude = "ties; --"} end, la.exc.CompileError(
      "Unexpected SQL phrase: 'ties; --' (matching against 'CURRENT ROW|GROUP|TIES|NO OTHERS')"))
    assert.is_true(la.FrameClause:is(la.FrameClause(1, 1, bound.PRECEDING, bound.FOLLOWING)))
    assert.is_false(la.FrameClause:is({}))
  end)
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

describe("aggregate_order_by", function()
  compiles("one", func.array_agg(a):aggregate_order_by(b:desc()), {
    default = "array_agg(t.a ORDER BY t.b DESC)",
    mysql = "array_agg(t.a ORDER BY t.b DESC)",
    mssql = "array_agg(t.a) WITHIN GROUP (ORDER BY t.b DESC)",
    oracle = "array_agg(t.a) WITHIN GROUP (ORDER BY t.b DESC)",
  })
  compiles("has the function's name", la.select(func.string_agg(s, ","):aggregate_order_by(a, b:desc())), {
    default = "SELECT string_agg(t.s, :string_agg_2 ORDER BY t.a, t.b DESC) AS string_agg_1 FROM t",
    oracle = "SELECT string_agg(t.s, :string_agg_2) WITHIN GROUP (ORDER BY t.a, t.b DESC) AS string_agg_1 FROM t",
    params = {string_agg_2 = ","},
  })
  compiles("aggregate_strings", la.select(func.aggregate_strings(s, ","):aggregate_order_by(b)), {
    default = "SELECT aggregate_strings(t.s, ',' ORDER BY t.b) AS aggregate_strings_1 FROM t",
    sqlite = "SELECT group_concat(t.s, ',' ORDER BY t.b) AS aggregate_strings_1 FROM t",
    postgresql = "SELECT string_agg(t.s, ',' ORDER BY t.b) AS aggregate_strings_1 FROM t",
    mysql = "SELECT group_concat(t.s ORDER BY t.b SEPARATOR ',') AS aggregate_strings_1 FROM t",
    mssql = "SELECT string_agg(t.s, ',') WITHIN GROUP (ORDER BY t.b) AS aggregate_strings_1 FROM t",
    oracle = "SELECT LISTAGG(t.s, ',') WITHIN GROUP (ORDER BY t.b) AS aggregate_strings_1 FROM t",
    options = {render_postcompile = true},
  })
  compiles("with filter and over", func.array_agg(a):aggregate_order_by(b):filter(a:gt(5)):over{partition_by = s}, {
    default = "array_agg(t.a ORDER BY t.b) FILTER (WHERE t.a > :a_1) OVER (PARTITION BY t.s)",
  })
  compiles("as a function of la, in an expression", la.aggregate_order_by(func.sum(a), b) + 5, {
    default = "sum(t.a ORDER BY t.b) + :param_1",
    mssql = "sum(t.a) WITHIN GROUP (ORDER BY t.b) + :param_1",
    params = {param_1 = 5},
  })
  compiles("of a call without arguments", func.f():aggregate_order_by(b), {default = "f( ORDER BY t.b)"})
  it("has the function's type", function()
    assert.is_true(la.Integer:is(func.f(s, {type_ = la.Integer}):aggregate_order_by(b).type))
    local ordered = func.f(s):aggregate_order_by(b)
    assert.is_true(la.AggregateOrderBy:is(ordered))
    assert.is_false(la.WithinGroup:is(ordered))
  end)
  it("follows its table", function()
    local foo = t:alias("foo")
    local moved = la.sql.util.ClauseAdapter(foo):traverse(la.select(func.array_agg(a):aggregate_order_by(b)))
    assert.equal("SELECT array_agg(foo.a ORDER BY foo.b) AS array_agg_1 \nFROM t AS foo", tostring(moved))
  end)
  it("needs an order, a function, and a dialect that can", function()
    assert.has_error(function() func.f(a):aggregate_order_by() end,
      la.exc.ArgumentError("at least one ORDER BY element is required"))
    assert.has_error(function() la.aggregate_order_by(5, b) end,
      la.exc.ArgumentError("aggregate_order_by: a function is expected, got 5"))
    local dialect = la.default.dialect()
    dialect.aggregate_order_by_style = 0
    local ok, e = pcall(function() return func.f(a):aggregate_order_by(b):compile{dialect = dialect} end)
    assert.is_false(ok)
    assert.is_true(la.exc.CompileError:is(e))
    assert.equal("this dialect does not support ORDER BY within an aggregate function", tostring(e))
  end)
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
