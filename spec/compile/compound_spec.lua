-- UNION, EXCEPT, INTERSECT.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.String))
local u = la.table("u", la.column("a", la.Integer), la.column("c", la.Integer))
local s1 = la.select(t.c.a)
local s2 = la.select(u.c.c)

describe("set operations", function()
  compiles("union", la.union(s1, s2), {default = "SELECT t.a FROM t UNION SELECT u.c FROM u"})
  compiles("union_all", la.union_all(s1, s2), {default = "SELECT t.a FROM t UNION ALL SELECT u.c FROM u"})
  compiles("except_", la.except_(s1, s2), {
    default = "SELECT t.a FROM t EXCEPT SELECT u.c FROM u",
    oracle = "SELECT t.a FROM t MINUS SELECT u.c FROM u",
  })
  compiles("except_all", la.except_all(s1, s2), {default = "SELECT t.a FROM t EXCEPT ALL SELECT u.c FROM u"})
  compiles("intersect", la.intersect(s1, s2), {default = "SELECT t.a FROM t INTERSECT SELECT u.c FROM u"})
  compiles("intersect_all", la.intersect_all(s1, s2), {default = "SELECT t.a FROM t INTERSECT ALL SELECT u.c FROM u"})
  compiles("of three", la.union(s1, s2, s1), {
    default = "SELECT t.a FROM t UNION SELECT u.c FROM u UNION SELECT t.a FROM t",
  })
  compiles("as a method", s1:union(s2, s1), {
    default = "SELECT t.a FROM t UNION SELECT u.c FROM u UNION SELECT t.a FROM t",
  })
end)

describe("parts", function()
  compiles("ORDER BY and limit", la.union(s1, s2):order_by("a"):limit(5), {
    default = "SELECT t.a FROM t UNION SELECT u.c FROM u ORDER BY a LIMIT :param_1",
    sqlite = "SELECT t.a FROM t UNION SELECT u.c FROM u ORDER BY a LIMIT :param_1 OFFSET :param_2",
    postgresql = "SELECT t.a FROM t UNION SELECT u.c FROM u ORDER BY a  LIMIT :param_1",
    mysql = "SELECT t.a FROM t UNION SELECT u.c FROM u ORDER BY a  LIMIT :param_1",
    mssql = "SELECT t.a FROM t UNION SELECT u.c FROM u ORDER BY a",
    oracle = "SELECT t.a FROM t UNION SELECT u.c FROM u ORDER BY a FETCH FIRST __[POSTCOMPILE_param_1] ROWS ONLY",
  })
  compiles("a part with a limit stands in parentheses", la.union(s1:order_by(t.c.a):limit(1), s2), {
    default = "(SELECT t.a FROM t ORDER BY t.a LIMIT :param_1) UNION SELECT u.c FROM u",
    sqlite = "(SELECT t.a FROM t ORDER BY t.a LIMIT :param_1 OFFSET :param_2) UNION SELECT u.c FROM u",
    postgresql = "(SELECT t.a FROM t ORDER BY t.a  LIMIT :param_1) UNION SELECT u.c FROM u",
    mysql = "(SELECT t.a FROM t ORDER BY t.a  LIMIT :param_1) UNION SELECT u.c FROM u",
    mssql = "(SELECT TOP __[POSTCOMPILE_param_1] t.a FROM t ORDER BY t.a) UNION SELECT u.c FROM u",
    oracle = "(SELECT t.a FROM t ORDER BY t.a FETCH FIRST __[POSTCOMPILE_param_1] ROWS ONLY) UNION SELECT u.c FROM u",
  })
  compiles("a set operation within another one, too", la.except_(la.union(s1, s2), s1), {
    default = "(SELECT t.a FROM t UNION SELECT u.c FROM u) EXCEPT SELECT t.a FROM t",
    oracle = "(SELECT t.a FROM t UNION SELECT u.c FROM u) MINUS SELECT t.a FROM t",
  })
  compiles("as a FROM", la.select(la.union(s1, s2):subquery("q")), {
    default = "SELECT q.a FROM (SELECT t.a AS a FROM t UNION SELECT u.c AS c FROM u) AS q",
    oracle = "SELECT q.a FROM (SELECT t.a AS a FROM t UNION SELECT u.c AS c FROM u) q",
  })
  compiles("as a value", la.select(la.union(s1, s2):scalar_subquery()), {
    default = "SELECT (SELECT t.a FROM t UNION SELECT u.c FROM u) AS anon_1",
    oracle = "SELECT (SELECT t.a FROM t UNION SELECT u.c FROM u) AS anon_1 FROM DUAL",
  })
  compiles("in IN", la.select(t.c.b):where(t.c.a:in_(la.union(s1, s2))), {
    default = "SELECT t.b FROM t WHERE t.a IN (SELECT t.a FROM t UNION SELECT u.c FROM u)",
  })
  compiles("ordered by a column of the first part", la.union(s1, s2):order_by(t.c.a), {
    default = "SELECT t.a FROM t UNION SELECT u.c FROM u ORDER BY a",
  })
  compiles("labels are those of the first part", la.union(la.select(t.c.a:label("x")), s2):subquery("q"):select(), {
    default = "SELECT q.x FROM (SELECT t.a AS x FROM t UNION SELECT u.c AS c FROM u) AS q",
    oracle = "SELECT q.x FROM (SELECT t.a AS x FROM t UNION SELECT u.c AS c FROM u) q",
  })
end)
