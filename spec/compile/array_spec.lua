-- Arrays of PostgreSQL.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local pg = la.postgresql
local t = la.table("t", la.column("a", pg.ARRAY(la.Integer)), la.column("m", pg.ARRAY(la.String, {dimensions = 2})),
  la.column("x", la.Integer))
local a, m, x = t.c.a, t.c.m, t.c.x

describe("elements", function()
  compiles("an index", a:at(3) + 1, {postgresql = "t.a[:a_1] + :param_1", params = {a_1 = 3, param_1 = 1}})
  compiles("of two dimensions", m:at(1):at(2) + "x", {
    postgresql = "t.m[:m_1][:param_1] || :param_2",
    params = {m_1 = 1, param_1 = 2, param_2 = "x"},
  })
  compiles("a slice", a:slice(2, 5), {postgresql = "t.a[:a_1::a_2]", params = {a_1 = 2, a_2 = 5}})
  compiles("a slice from the start", a:slice(nil, 5):at(1), {
    postgresql = "t.a[NULL::a_1][:param_1]",
    params = {a_1 = 5, param_1 = 1},
  })
  compiles("zero_indexes", la.column("z", pg.ARRAY(la.Integer, {zero_indexes = true})):at(0), {
    postgresql = "z[:z_1]",
    params = {z_1 = 1},
  })
end)

describe("questions", function()
  compiles("any", a:any(5), {default = ":a_1 = ANY (t.a)", mssql = "ANY (t.a) = :a_1", params = {a_1 = 5}})
  compiles("any with an operator", a:any(5, {operator = la.sql.operators.lt}), {
    default = ":a_1 < ANY (t.a)",
    params = {a_1 = 5},
  })
  compiles("all", la.not_(a:all(5)), {
    default = "NOT (:a_1 = ALL (t.a))",
    mssql = "NOT (ALL (t.a) = :a_1)",
    params = {a_1 = 5},
  })
  compiles("any_", x:eq(la.any_(a)), {default = "t.x = ANY (t.a)"})
  compiles("contains", a:contains(pg.array{1, 2}), {
    postgresql = "t.a @> ARRAY[:param_1, :param_2]",
    params = {param_1 = 1, param_2 = 2},
  })
  compiles("contained_by", a:contained_by(a), {default = "t.a <@ t.a"})
  compiles("overlap", a:overlap{1, 2}, {
    default = "t.a && :a_1",
    postgresql = "t.a && :a_1::INTEGER[]",
    params = {a_1 = {1, 2}},
  })
end)

describe("array", function()
  compiles("elements", pg.array{1, x, 3}, {
    postgresql = "ARRAY[:param_1, t.x, :param_2]",
    params = {param_1 = 1, param_2 = 3},
  })
  compiles("of arrays", pg.array{pg.array{1, 2}, pg.array{3}}, {
    postgresql = "ARRAY[ARRAY[:param_1, :param_2], ARRAY[:param_3]]",
    params = {param_1 = 1, param_2 = 2, param_3 = 3},
  })
  compiles("empty, with a type", pg.array({}, {type_ = la.Integer}), {postgresql = "ARRAY[]::INTEGER[]"})
  compiles("an index", pg.array{1, 2}:at(1), {
    postgresql = "(ARRAY[:param_1, :param_2])[:param_3]",
    params = {param_1 = 1, param_2 = 2, param_3 = 1},
  })
  compiles("concatenation", a + pg.array{4}, {postgresql = "t.a || ARRAY[:param_1]", params = {param_1 = 4}})
  compiles("compared with a list", pg.array{"a", "b"}:eq{"x", "y"}, {
    postgresql = "ARRAY[:param_1, :param_2] = ARRAY[:param_3, :param_4]",
    params = {param_1 = "a", param_2 = "b", param_3 = "x", param_4 = "y"},
  })
end)

describe("aggregates", function()
  compiles("array_agg", la.func.array_agg(x):at(1), {
    postgresql = "(array_agg(t.x))[:array_agg_1]",
    params = {array_agg_1 = 1},
  })
  compiles("postgresql's array_agg", pg.array_agg(x):contains(a), {default = "array_agg(t.x) @> t.a"})
  compiles("aggregate_order_by", la.func.array_agg(pg.aggregate_order_by(x, x:desc())), {
    postgresql = "array_agg(t.x ORDER BY t.x DESC)",
  })
  compiles("aggregate_order_by of an operator without a rank",
    pg.aggregate_order_by(x, la.column("s"):icontains("a")), {
      postgresql = "t.x ORDER BY s ILIKE '%' || :s_1 || '%'",
      params = {s_1 = "a"},
    })
  compiles("beside others", pg.aggregate_order_by(x, a, la.column("s"):icontains("a")), {
    postgresql = "t.x ORDER BY t.a, (s ILIKE '%' || :s_1 || '%')",
    params = {s_1 = "a"},
  })
end)
