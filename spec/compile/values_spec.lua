-- VALUES as a table.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local t = la.table("t", la.column("a", la.Integer))
local v = la.values(la.column("n", la.Integer), la.column("s", la.String), {name = "v"}):data{{1, "x"}, {2, "y"}}

describe("VALUES", function()
  compiles("selected from", la.select(v), {
    default = "SELECT v.n, v.s FROM (VALUES (:param_1, :param_2), (:param_3, :param_4)) AS v (n, s)",
    oracle = "SELECT v.n, v.s FROM (VALUES (:param_1, :param_2), (:param_3, :param_4)) v (n, s)",
    params = {param_1 = 1, param_2 = "x", param_3 = 2, param_4 = "y"},
  })
  compiles("one column", la.select(v.c.s), {
    default = "SELECT v.s FROM (VALUES (:param_1, :param_2), (:param_3, :param_4)) AS v (n, s)",
    oracle = "SELECT v.s FROM (VALUES (:param_1, :param_2), (:param_3, :param_4)) v (n, s)",
    params = {param_1 = 1, param_2 = "x", param_3 = 2, param_4 = "y"},
  })
  compiles("joined", la.select(t.c.a, v.c.s):select_from(t:join(v, t.c.a:eq(v.c.n))), {
    default = "SELECT t.a, v.s FROM t JOIN (VALUES (:param_1, :param_2), (:param_3, :param_4)) AS v (n, s) ON "
      .. "t.a = v.n",
    mysql = "SELECT t.a, v.s FROM t INNER JOIN (VALUES (:param_1, :param_2), (:param_3, :param_4)) AS v (n, s) "
      .. "ON t.a = v.n",
    oracle = "SELECT t.a, v.s FROM t JOIN (VALUES (:param_1, :param_2), (:param_3, :param_4)) v (n, s) ON t.a = v.n",
    params = {param_1 = 1, param_2 = "x", param_3 = 2, param_4 = "y"},
  })
  compiles("rows are added", la.select(v:data{{3, "z"}}), {
    default = "SELECT v.n, v.s FROM (VALUES (:param_1, :param_2), (:param_3, :param_4), (:param_5, :param_6)) "
      .. "AS v (n, s)",
    oracle = "SELECT v.n, v.s FROM (VALUES (:param_1, :param_2), (:param_3, :param_4), (:param_5, :param_6)) v (n, s)",
    params = {param_1 = 1, param_2 = "x", param_3 = 2, param_4 = "y", param_5 = 3, param_6 = "z"},
  })
  compiles("under another name", la.select(v:alias("w")), {
    default = "SELECT w.n, w.s FROM (VALUES (:param_1, :param_2), (:param_3, :param_4)) AS w (n, s)",
    oracle = "SELECT w.n, w.s FROM (VALUES (:param_1, :param_2), (:param_3, :param_4)) w (n, s)",
    params = {param_1 = 1, param_2 = "x", param_3 = 2, param_4 = "y"},
  })
  compiles("without a name", la.select(la.values(la.column("n", la.Integer)):data{{1}}), {
    default = "SELECT n FROM (VALUES (:param_1))",
    params = {param_1 = 1},
  })
  compiles("values written out",
    la.select(la.values(la.column("n", la.Integer), {name = "v", literal_binds = true}):data{{1}, {2}}), {
    default = "SELECT v.n FROM (VALUES (1), (2)) AS v (n)",
    oracle = "SELECT v.n FROM (VALUES (1), (2)) v (n)",
  })
  compiles("expressions and NULL",
    la.select(la.values(la.column("n", la.Integer), {name = "v"}):data{{t.c.a + 1}, {la.NULL}}), {
    default = "SELECT v.n FROM (VALUES (t.a + :a_1), (NULL)) AS v (n)",
    oracle = "SELECT v.n FROM (VALUES (t.a + :a_1), (NULL)) v (n)",
    params = {a_1 = 1},
  })
  compiles("as a CTE", la.select(v:cte("w")), {
    default = "WITH w(n, s) AS (VALUES (:param_1, :param_2), (:param_3, :param_4)) SELECT w.n, w.s FROM w",
    params = {param_1 = 1, param_2 = "x", param_3 = 2, param_4 = "y"},
  })
  compiles("for IN", t.c.a:in_(la.values(la.column("n", la.Integer)):data{{1}, {2}}:scalar_values()), {
    default = "t.a IN (VALUES (:param_1), (:param_2))",
    params = {param_1 = 1, param_2 = 2},
  })
  local one = la.values(la.column("n", la.Integer)):data{{1}, {2}}:scalar_values()
  compiles("as an expression", la.select(one), {
    default = "SELECT (VALUES (:param_1), (:param_2)) AS anon_1",
    params = {param_1 = 1, param_2 = 2},
  })
  compiles("for ANY", la.any_(one):eq(5), {
    default = ":param_1 = ANY (VALUES (:param_2), (:param_3))",
    params = {param_1 = 5, param_2 = 1, param_3 = 2},
  })
end)
