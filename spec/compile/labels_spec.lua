-- Labels: made for what has no name, told apart, cut to what the database allows; references to them.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.String))
local u = la.table("u", la.column("a", la.Integer), la.column("t_a", la.Integer))
local long = la.table("a_table_of_a_name_that_is_rather_long", la.column("a_column_of_a_name_that_is_rather_long_too"),
  la.column("another_column_of_a_name_that_is_rather_long_too"))

describe("made up", function()
  compiles("by kind", la.select(t.c.a + 1, la.func.max(t.c.a), la.cast(t.c.a, la.String), la.literal(5), -t.c.a), {
    default = "SELECT t.a + :a_1 AS anon_1, max(t.a) AS max_1, CAST(t.a AS VARCHAR) AS a, :param_1 AS anon_2, "
      .. "-t.a FROM t",
    mysql = "SELECT t.a + :a_1 AS anon_1, max(t.a) AS max_1, CAST(t.a AS CHAR) AS a, :param_1 AS anon_2, -t.a FROM t",
    mssql = "SELECT t.a + :a_1 AS anon_1, max(t.a) AS max_1, CAST(t.a AS VARCHAR(max)) AS a, :param_1 AS "
      .. "anon_2, -t.a FROM t",
    oracle = "SELECT t.a + :a_1 AS anon_1, max(t.a) AS max_1, CAST(t.a AS VARCHAR2) AS a, :param_1 AS "
      .. "anon_2, -t.a FROM t",
    params = {a_1 = 1, param_1 = 5},
  })
  compiles("columns of the same name", la.select(t.c.a, u.c.a, t:alias().c.a), {
    default = "SELECT t.a, u.a AS a_1, t_1.a AS a_2 FROM t, u, t AS t_1",
    oracle = "SELECT t.a, u.a AS a_1, t_1.a AS a_2 FROM t, u, t t_1",
  })
  compiles("that exist already", la.select(t.c.a:label("a_1"), t.c.a, u.c.a), {
    default = "SELECT t.a AS a_1, t.a, u.a AS a_1 FROM t, u",
  })
  compiles("of a subquery", la.select(la.select(t.c.a, u.c.a):subquery()), {
    default = "SELECT anon_1.a, anon_1.a_1 FROM (SELECT t.a AS a, u.a AS a_1 FROM t, u) AS anon_1",
    oracle = "SELECT anon_1.a, anon_1.a_1 FROM (SELECT t.a AS a, u.a AS a_1 FROM t, u) anon_1",
  })
  compiles("with the names of tables", la.select(t, u):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL), {
    default = "SELECT t.a AS t_a, t.b AS t_b, u.a AS u_a, u.t_a AS u_t_a FROM t, u",
  })
  compiles("that another column has",
    la.select(t.c.a, u.c.t_a, u.c.t_a):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL),
    {default = "SELECT t.a AS t_a, u.t_a AS u_t_a, u.t_a AS u_t_a__1 FROM t, u"})
  compiles("of aliases, in order of their first use", la.select(t:alias().c.a, u:alias().c.a, t:alias().c.a), {
    default = "SELECT t_1.a, u_1.a AS a_1, t_2.a AS a_2 FROM t AS t_1, u AS u_1, t AS t_2",
    oracle = "SELECT t_1.a, u_1.a AS a_1, t_2.a AS a_2 FROM t t_1, u u_1, t t_2",
  })
end)

describe("long names", function()
  local select = la.select(long):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL)
  local function text(dialect) return (tostring(select:compile{dialect = dialect}):gsub("\n", "")) end

  it("are cut and counted", function()
    assert.equal("SELECT a_table_of_a_name_that_is_rather_long.a_column_of_a_name_that_is_rather_long_too "
      .. "AS a_table_of_a_name_that_i_1, "
      .. "a_table_of_a_name_that_is_rather_long.another_column_of_a_name_that_is_rather_long_too "
      .. "AS a_table_of_a_name_that_i_2 FROM a_table_of_a_name_that_is_rather_long",
      text(la.default.dialect{label_length = 30}))
  end)

  it("where the database wants it", function()
    assert.equal("a_table_of_a_name_that_is_rather_long_a_column_of_a_name__1", text("postgresql"):match("AS (%S+),"))
    assert.equal("a_table_of_a_name_that_is_rather_long_a_column_of_a_name_that_is_rather_long_too",
      text("sqlite"):match("AS (%S+),"))
  end)

  it("of binds too", function()
    local where = la.select(long.c[1]):where(long.c[1]:eq(5), long.c[2]:eq(6))
    local compiled = where:compile{dialect = la.default.dialect{label_length = 20}}
    assert.same({a_column_of_a__1 = 5, another_column_2 = 6}, compiled.params)
  end)
end)

describe("references", function()
  local sum = (t.c.a + 1):label("sum")
  compiles("ORDER BY a label", la.select(sum):order_by(sum), {
    default = "SELECT t.a + :a_1 AS sum FROM t ORDER BY sum",
    oracle = "SELECT t.a + :a_1 AS sum FROM t ORDER BY t.a + :a_1",
    params = {a_1 = 1},
  })
  compiles("ORDER BY a label that is not selected", la.select(t.c.a):order_by(sum), {
    default = "SELECT t.a FROM t ORDER BY t.a + :a_1",
    params = {a_1 = 1},
  })
  compiles("ORDER BY its name", la.select(sum):order_by("sum"), {
    default = "SELECT t.a + :a_1 AS sum FROM t ORDER BY sum",
    params = {a_1 = 1},
  })
  compiles("descending", la.select(sum):order_by(la.desc("sum"), sum:asc()), {
    default = "SELECT t.a + :a_1 AS sum FROM t ORDER BY sum DESC, sum ASC",
    oracle = "SELECT t.a + :a_1 AS sum FROM t ORDER BY sum DESC, t.a + :a_1 ASC",
    params = {a_1 = 1},
  })
  compiles("within an expression it is written out", la.select(sum):order_by(sum + 5), {
    default = "SELECT t.a + :a_1 AS sum FROM t ORDER BY t.a + :a_1 + :param_1",
    params = {a_1 = 1, param_1 = 5},
  })
  compiles("GROUP BY", la.select(sum, la.func.count()):group_by(sum), {
    default = "SELECT t.a + :a_1 AS sum, count(*) AS count_1 FROM t GROUP BY t.a + :a_1",
    params = {a_1 = 1},
  })
  compiles("GROUP BY its name", la.select(sum, la.func.count()):group_by("sum"), {
    default = "SELECT t.a + :a_1 AS sum, count(*) AS count_1 FROM t GROUP BY sum",
    params = {a_1 = 1},
  })
  compiles("in WHERE it is written out", la.select(sum):where(sum:gt(5)), {
    default = "SELECT t.a + :a_1 AS sum FROM t WHERE t.a + :a_1 > :param_1",
    params = {a_1 = 1, param_1 = 5},
  })
  compiles("of a UNION", la.union(la.select(sum), la.select(t.c.a)):order_by("sum"), {
    default = "SELECT t.a + :a_1 AS sum FROM t UNION SELECT t.a FROM t ORDER BY sum",
    params = {a_1 = 1},
  })
  compiles("of a UNION, not by the function of a column", la.union(la.select(la.func.foo())):order_by("foo"), {
    default = {fails = "Can't resolve label reference for ORDER BY / GROUP BY / DISTINCT etc. Textual SQL expression "
      .. "'foo' should be explicitly declared as text('foo')"},
  })
  compiles("by the name of a column", la.select(t.c.a, u.c.a):order_by("a"), {
    default = "SELECT t.a, u.a AS a_1 FROM t, u ORDER BY u.a",
  })
  compiles("by a name that nothing has", la.select(t.c.a):order_by("nope"), {
    default = {fails = "Can't resolve label reference for ORDER BY / GROUP BY / DISTINCT etc. Textual SQL expression "
      .. "'nope' should be explicitly declared as text('nope')"},
  })
  compiles("by a number of a column", la.select(t.c.a):order_by(la.text("1")), {
    default = "SELECT t.a FROM t ORDER BY 1",
  })
end)
