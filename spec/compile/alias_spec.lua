-- FROMs with a name of their own: aliases, subqueries, LATERAL, TABLESAMPLE.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.String))
local u = la.table("u", la.column("a", la.Integer), la.column("c", la.Integer))

describe("aliases", function()
  compiles("with a name", la.select(t:alias("x")), {
    default = "SELECT x.a, x.b FROM t AS x",
    oracle = "SELECT x.a, x.b FROM t x",
  })
  compiles("without", la.select(t:alias()), {
    default = "SELECT t_1.a, t_1.b FROM t AS t_1",
    oracle = "SELECT t_1.a, t_1.b FROM t t_1",
  })
  compiles("each has its number", la.select(t:alias().c.a, t:alias().c.a), {
    default = "SELECT t_1.a, t_2.a AS a_1 FROM t AS t_1, t AS t_2",
    oracle = "SELECT t_1.a, t_2.a AS a_1 FROM t t_1, t t_2",
  })
  compiles("of an alias", la.select(t:alias("x"):alias("y")), {
    default = "SELECT y.a, y.b FROM t AS y",
    oracle = "SELECT y.a, y.b FROM t y",
  })
  compiles("a name that needs quotes", la.select(t:alias("Some Name")), {
    default = "SELECT \"Some Name\".a, \"Some Name\".b FROM t AS \"Some Name\"",
    mysql = "SELECT `Some Name`.a, `Some Name`.b FROM t AS `Some Name`",
    mssql = "SELECT [Some Name].a, [Some Name].b FROM t AS [Some Name]",
    oracle = "SELECT \"Some Name\".a, \"Some Name\".b FROM t \"Some Name\"",
  })
  compiles("as a function", la.select(la.alias(t, "x").c.b), {
    default = "SELECT x.b FROM t AS x",
    oracle = "SELECT x.b FROM t x",
  })
end)

describe("subqueries", function()
  compiles("with a name", la.select(la.select(t):subquery("q")), {
    default = "SELECT q.a, q.b FROM (SELECT t.a AS a, t.b AS b FROM t) AS q",
    oracle = "SELECT q.a, q.b FROM (SELECT t.a AS a, t.b AS b FROM t) q",
  })
  compiles("without", la.select(la.select(t.c.a):where(t.c.a:gt(1)):subquery()), {
    default = "SELECT anon_1.a FROM (SELECT t.a AS a FROM t WHERE t.a > :a_1) AS anon_1",
    oracle = "SELECT anon_1.a FROM (SELECT t.a AS a FROM t WHERE t.a > :a_1) anon_1",
    params = {a_1 = 1},
  })
  compiles("equal names are told apart", la.select(la.select(t, u):subquery()), {
    default = "SELECT anon_1.a, anon_1.b, anon_1.a_1, anon_1.c FROM (SELECT t.a AS a, t.b AS b, u.a AS a_1, "
      .. "u.c AS c FROM t, u) AS anon_1",
    oracle = "SELECT anon_1.a, anon_1.b, anon_1.a_1, anon_1.c FROM (SELECT t.a AS a, t.b AS b, u.a AS a_1, u.c "
      .. "AS c FROM t, u) anon_1",
  })
  local TABLENAME = la.LABEL_STYLE_TABLENAME_PLUS_COL
  compiles("with labels of tables", la.select(la.select(t, u.c.a):set_label_style(TABLENAME):subquery()), {
    default = "SELECT anon_1.t_a, anon_1.t_b, anon_1.u_a FROM (SELECT t.a AS t_a, t.b AS t_b, u.a AS u_a FROM "
      .. "t, u) AS anon_1",
    oracle = "SELECT anon_1.t_a, anon_1.t_b, anon_1.u_a FROM (SELECT t.a AS t_a, t.b AS t_b, u.a AS u_a FROM "
      .. "t, u) anon_1",
  })
  compiles("a function keeps its name", la.select(la.select(la.func.max(t.c.a)):subquery()), {
    default = "SELECT anon_1.max_1 FROM (SELECT max(t.a) AS max_1 FROM t) AS anon_1",
    oracle = "SELECT anon_1.max_1 FROM (SELECT max(t.a) AS max_1 FROM t) anon_1",
  })
  compiles("expressions without names get one", la.select(la.select(t.c.a + 1, t.c.a + 2):subquery()), {
    default = "SELECT anon_2.anon_1, anon_2.anon_3 FROM (SELECT t.a + :a_1 AS anon_1, t.a + :a_2 AS anon_3 "
      .. "FROM t) AS anon_2",
    oracle = "SELECT anon_2.anon_1, anon_2.anon_3 FROM (SELECT t.a + :a_1 AS anon_1, t.a + :a_2 AS anon_3 FROM "
      .. "t) anon_2",
    params = {a_1 = 1, a_2 = 2},
  })
  compiles("the same column again", la.select(la.select(t.c.a, t.c.a):subquery()), {
    default = "SELECT anon_1.a, anon_1.a AS a_1 FROM (SELECT t.a AS a, t.a AS a__1 FROM t) AS anon_1",
    oracle = "SELECT anon_1.a, anon_1.a AS a_1 FROM (SELECT t.a AS a, t.a AS a__1 FROM t) anon_1",
  })
  compiles("nested", la.select(la.select(la.select(t.c.a):subquery("x")):subquery("y")), {
    default = "SELECT y.a FROM (SELECT x.a AS a FROM (SELECT t.a AS a FROM t) AS x) AS y",
    oracle = "SELECT y.a FROM (SELECT x.a AS a FROM (SELECT t.a AS a FROM t) x) y",
  })
  compiles("a UNION", la.select(la.union(la.select(t.c.a), la.select(u.c.c)):subquery("q")), {
    default = "SELECT q.a FROM (SELECT t.a AS a FROM t UNION SELECT u.c AS c FROM u) AS q",
    oracle = "SELECT q.a FROM (SELECT t.a AS a FROM t UNION SELECT u.c AS c FROM u) q",
  })
  compiles("a column of it", la.select(la.select(t):subquery("q").c.b), {
    default = "SELECT q.b FROM (SELECT t.a AS a, t.b AS b FROM t) AS q",
    oracle = "SELECT q.b FROM (SELECT t.a AS a, t.b AS b FROM t) q",
  })
  compiles("of text", la.select(la.text("SELECT a, b FROM t"):columns(la.column("a"), la.column("b")):subquery("q")), {
    default = "SELECT q.a, q.b FROM (SELECT a, b FROM t) AS q",
    oracle = "SELECT q.a, q.b FROM (SELECT a, b FROM t) q",
  })
  compiles("of text, by names",
    la.select(la.text("SELECT a, b FROM t"):columns{a = la.Integer, b = la.String}:subquery("q").c.b), {
    default = "SELECT q.b FROM (SELECT a, b FROM t) AS q",
    oracle = "SELECT q.b FROM (SELECT a, b FROM t) q",
  })
end)

describe("subqueries as values", function()
  compiles("in a columns clause", la.select(t.c.a, la.select(la.func.max(u.c.c)):scalar_subquery()), {
    default = "SELECT t.a, (SELECT max(u.c) AS max_1 FROM u) AS anon_1 FROM t",
  })
  compiles("with a name", la.select(t.c.a, la.select(la.func.max(u.c.c)):label("m")), {
    default = "SELECT t.a, (SELECT max(u.c) AS max_1 FROM u) AS m FROM t",
  })
  compiles("compared", la.select(t.c.a):where(t.c.a:eq(la.select(u.c.c):where(u.c.a:eq(1)):scalar_subquery())), {
    default = "SELECT t.a FROM t WHERE t.a = (SELECT u.c FROM u WHERE u.a = :a_1)",
    params = {a_1 = 1},
  })
  compiles("IN", la.select(t.c.a):where(t.c.a:in_(la.select(u.c.c))), {
    default = "SELECT t.a FROM t WHERE t.a IN (SELECT u.c FROM u)",
  })
  compiles("EXISTS", la.select(t.c.a):where(la.select(u.c.a):where(u.c.a:eq(t.c.a)):exists()), {
    default = "SELECT t.a FROM t WHERE EXISTS (SELECT u.a FROM u WHERE u.a = t.a)",
  })
  compiles("EXISTS of nothing selects a star", la.select(t.c.a):where(la.exists():where(u.c.a:eq(t.c.a))), {
    default = "SELECT t.a FROM t WHERE EXISTS (SELECT * FROM u WHERE u.a = t.a)",
  })
  compiles("EXISTS of a column", la.select(t.c.a):where(la.not_(la.exists(u.c.a):where(u.c.a:eq(t.c.a)))), {
    default = "SELECT t.a FROM t WHERE NOT (EXISTS (SELECT u.a FROM u WHERE u.a = t.a))",
  })
  compiles("SELECT EXISTS", la.exists(u.c.a):select(), {
    default = "SELECT EXISTS (SELECT u.a FROM u) AS anon_1",
    oracle = "SELECT EXISTS (SELECT u.a FROM u) AS anon_1 FROM DUAL",
  })
end)

describe("correlation", function()
  compiles("a FROM of the statement around is left out",
    la.select(t.c.a):where(la.exists(u.c.c):where(u.c.a:eq(t.c.a))), {
    default = "SELECT t.a FROM t WHERE EXISTS (SELECT u.c FROM u WHERE u.a = t.a)",
  })
  compiles("unless nothing remains",
    la.select(t.c.a):where(t.c.a:eq(la.select(la.func.max(t.c.a)):scalar_subquery())), {
    default = "SELECT t.a FROM t WHERE t.a = (SELECT max(t.a) AS max_1 FROM t)",
  })
  compiles("correlate says which", la.select(t, u):where(la.exists():where(t.c.a:eq(u.c.a)):correlate(t)), {
    default = "SELECT t.a, t.b, u.a AS a_1, u.c FROM t, u WHERE EXISTS (SELECT * FROM u WHERE t.a = u.a)",
  })
  compiles("correlate_except says which not",
    la.select(t, u):where(la.exists():where(t.c.a:eq(u.c.a)):correlate_except(u)), {
    default = "SELECT t.a, t.b, u.a AS a_1, u.c FROM t, u WHERE EXISTS (SELECT * FROM u WHERE t.a = u.a)",
  })
  compiles("correlate(nil): none", la.select(t.c.a):where(la.exists():where(t.c.a:eq(u.c.a)):correlate(nil)), {
    default = "SELECT t.a FROM t WHERE EXISTS (SELECT * FROM t, u WHERE t.a = u.a)",
  })
  compiles("in FROM there is none", la.select(t.c.a, la.select(u.c.c):where(u.c.a:eq(t.c.a)):subquery("q").c.c), {
    default = "SELECT t.a, q.c FROM t, (SELECT u.c AS c FROM u, t WHERE u.a = t.a) AS q",
    oracle = "SELECT t.a, q.c FROM t, (SELECT u.c AS c FROM u, t WHERE u.a = t.a) q",
  })
end)

describe("LATERAL and TABLESAMPLE", function()
  compiles("a SELECT", la.select(t.c.a, la.select(u.c.c):where(u.c.a:eq(t.c.a)):lateral("x").c.c), {
    default = "SELECT t.a, x.c FROM t, LATERAL (SELECT u.c AS c FROM u WHERE u.a = t.a) AS x",
    oracle = "SELECT t.a, x.c FROM t, LATERAL (SELECT u.c AS c FROM u WHERE u.a = t.a) x",
  })
  compiles("joined", la.select(t.c.a):join(la.select(u.c.c):where(u.c.a:eq(t.c.a)):lateral("x"), la.true_()), {
    default = "SELECT t.a FROM t JOIN LATERAL (SELECT u.c AS c FROM u WHERE u.a = t.a) AS x ON 1 = 1",
    postgresql = "SELECT t.a FROM t JOIN LATERAL (SELECT u.c AS c FROM u WHERE u.a = t.a) AS x ON true",
    mysql = "SELECT t.a FROM t INNER JOIN LATERAL (SELECT u.c AS c FROM u WHERE u.a = t.a) AS x ON true = 1",
    oracle = "SELECT t.a FROM t JOIN LATERAL (SELECT u.c AS c FROM u WHERE u.a = t.a) x ON 1 = 1",
  })
  compiles("a percentage", la.select(t:tablesample(5, {name = "s"}).c.a), {
    default = "SELECT s.a FROM t AS s TABLESAMPLE system(:system_1)",
    oracle = "SELECT s.a FROM t s TABLESAMPLE system(:system_1)",
    params = {system_1 = 5},
  })
  compiles("a method and a seed",
    la.select(t:tablesample(la.func.bernoulli(1), {name = "s", seed = la.func.random()}).c.a), {
    default = "SELECT s.a FROM t AS s TABLESAMPLE bernoulli(:bernoulli_1) REPEATABLE (random())",
    mysql = "SELECT s.a FROM t AS s TABLESAMPLE bernoulli(:bernoulli_1) REPEATABLE (rand())",
    oracle = "SELECT s.a FROM t s TABLESAMPLE bernoulli(:bernoulli_1) REPEATABLE (random())",
    params = {bernoulli_1 = 1},
  })
end)
