-- What `make oracle` found: binds, windows, names and clauses of SELECT.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.String))
local a, b = t.c.a, t.c.b

describe("window frames", function()
  local f = la.func.sum(a):over{partition_by = la.func.foo(1), rows = {-5, 3}}
  compiles("are numbered before what is partitioned", function()
    return la.func.sum(a):over{partition_by = la.literal(7), rows = {-5, 3}}
  end, {
    default = "sum(t.a) OVER (PARTITION BY :param_3 ROWS BETWEEN :param_1 PRECEDING AND :param_2 FOLLOWING)",
    params = {param_1 = 5, param_2 = 3, param_3 = 7},
  })
  compiles("have binds of their own wherever they are printed", la.select(f):order_by(f), {
    default = "SELECT sum(t.a) OVER (PARTITION BY foo(:foo_1) ROWS BETWEEN :param_1 PRECEDING AND :param_2 FOLLOWING) "
      .. "AS anon_1 FROM t ORDER BY sum(t.a) OVER (PARTITION BY foo(:foo_1) ROWS BETWEEN :param_3 PRECEDING AND "
      .. ":param_4 FOLLOWING)",
    params = {foo_1 = 1, param_1 = 5, param_2 = 3, param_3 = 5, param_4 = 3},
  })
  compiles("partition_by = and_(…) stands for its conditions", function()
    return la.func.sum(a):over{partition_by = la.and_(a:gt(1), b:eq("x"))}
  end, {
    default = "sum(t.a) OVER (PARTITION BY t.a > :a_1, t.b = :b_1)",
  })
end)

describe("render_postcompile", function()
  it("asks for the values that it writes out", function()
    local stmt = la.select(a):where(a:in_{1}, b:eq(la.bindparam("needed")))
    local ok, e = pcall(function() return stmt:compile{render_postcompile = true} end)
    assert.is_false(ok)
    assert.is_true(la.exc.InvalidRequestError:is(e))
    assert.truthy(tostring(e):find("A value is required for bind parameter 'needed'", 1, true))
    assert.equal("SELECT t.a", tostring(stmt:compile()):sub(1, 10))
  end)
end)

describe("clauses", function()
  compiles("extract() of words that strftime() does not know", la.extract("milliseconds", a), {
    default = "EXTRACT(milliseconds FROM t.a)",
    sqlite = "CAST(STRFTIME('milliseconds', t.a) AS INTEGER)",
  })
  compiles("columns of a nameless LATERAL VALUES", function()
    local v = la.values(la.column("x", la.Integer)):data{{1}}:lateral()
    return la.select(v.c.x)
  end, {default = "SELECT x FROM LATERAL (VALUES (:param_1)) AS anon_1 (x)"})
  compiles("arguments of a function in FROM", la.select(la.func.f(la.func.g(1)):table_valued("x").c.x), {
    default = "SELECT anon_1.x FROM f(g(:g_1)) AS anon_1",
    oracle = "SELECT anon_1.x FROM TABLE (f(g(:g_1))) anon_1",
  })
  compiles("a JSON path within regexp_replace", function()
    return b:regexp_replace(b, la.cast("x", la.postgresql.JSONB):at("k").astext)
  end, {postgresql = "REGEXP_REPLACE(t.b, t.b, (CAST(:param_1::JSONB AS JSONB) ->> :param_2))"})
  compiles("ORDER BY in a wrapped SELECT of CTE columns", function()
    local inner = la.select(a):order_by(a:label("l")):scalar_subquery()
    local cte = la.select(la.func.f(inner):label("w")):cte("q")
    return la.select(cte.c.w):order_by(cte.c.w):fetch(la.literal(5))
  end, {
    mssql = "WITH q AS (SELECT f((SELECT t.a FROM t)) AS w) SELECT anon_1.w FROM (SELECT q.w AS w, ROW_NUMBER() OVER "
      .. "(ORDER BY q.w) AS mssql_rn FROM q) AS anon_1 WHERE mssql_rn <= :param_1",
  })
end)

describe("addresses of networks", function()
  it("are what a text beside them is taken for", function()
    local bind = require("lualchemy.core").get(la.column("a", la.postgresql.INET):eq("10.0.0.1"), "right")
    assert.equal("INET", tostring(bind.type))
  end)
end)

describe("binds of one name", function()
  it("have the value of the one that was met last", function()
    local one, two = la.bindparam("p"), la.bindparam("p", 5)
    local compiled = la.select(one, two, one):compile()
    assert.equal("SELECT :p AS anon_1, :p AS anon_2, :p AS anon__1", tostring(compiled))
    assert.equal(5, compiled.params.p)
  end)
end)

describe("ordered-set aggregates", function()
  it("have the type of what is ordered most barely", function()
    local f = la.func.mode():within_group(b:desc(), a)
    assert.equal("INTEGER", tostring(f.type))
    assert.equal("VARCHAR", tostring(la.func.mode():within_group(b:desc()).type))
  end)
end)

describe("schema_translate_map", function()
  it("quotes as the name needs it", function()
    local x = la.Table("x", la.MetaData(), la.Column("a", la.Integer), {schema = "s", quote_schema = true})
    assert.equal('SELECT "s".x.a \nFROM "s".x', tostring(la.select(x)))
    local options = {schema_translate_map = {other = "z"}, render_schema_translate = true}
    assert.equal("SELECT s.x.a \nFROM s.x", tostring(la.select(x):compile(options)))
  end)
end)

describe("mistakes", function()
  compiles("a cast to what MySQL does not have at all", la.cast(a, la.postgresql.TSVECTOR), {
    mysql = {fails = "can't render"},
  })
  compiles("an OFFSET that is no number, within a set operation", function()
    return la.union(la.union(la.select(a)):offset(la.literal(3)), la.select(a))
  end, {mssql = {fails = "This SELECT structure does not use a simple integer value for offset"}})
  compiles("a join before a missing ORDER BY", function()
    return la.select(la.literal(1)):join(t):offset(3)
  end, {mssql = {fails = "Don't know how to join to"}})
end)

describe("literals", function()
  compiles("PostgreSQL's own types anywhere", function()
    return la.select(la.literal({1, 2}, la.postgresql.ARRAY(la.Integer)),
      la.literal(la.timedelta{seconds = 15}, la.postgresql.INTERVAL))
  end, {
    default = "SELECT ARRAY[1, 2] AS anon_1, make_interval(secs=>15.0) AS anon_2",
    options = {literal_binds = true},
  })
end)
