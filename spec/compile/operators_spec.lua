-- Operators: what becomes of values beside columns, precedence, negation.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.Integer), la.column("s", la.String),
  la.column("ok", la.Boolean), la.column("x"))
local a, b, s, ok, x = t.c.a, t.c.b, t.c.s, t.c.ok, t.c.x

describe("comparison", function()
  compiles("eq", a:eq(5), {default = "t.a = :a_1", params = {a_1 = 5}})
  compiles("ne", a:ne(5), {default = "t.a != :a_1", params = {a_1 = 5}})
  compiles("lt, of an expression", a:lt(b + 1), {default = "t.a < t.b + :b_1", params = {b_1 = 1}})
  compiles("NULL is compared with IS", a:eq(nil), {default = "t.a IS NULL"})
  compiles("not NULL", a:ne(nil), {default = "t.a IS NOT NULL"})
  compiles("true is compared with =", ok:eq(true), {
    default = "t.ok = 1",
    postgresql = "t.ok = true",
    mysql = "t.ok = true",
  })
  compiles("is_ true", ok:is_(true), {default = "t.ok IS 1", postgresql = "t.ok IS true", mysql = "t.ok IS true"})
  compiles("is_distinct_from", a:is_distinct_from(5), {
    default = "t.a IS DISTINCT FROM :a_1",
    sqlite = "t.a IS NOT :a_1",
    mysql = "NOT (t.a <=> :a_1)",
    mssql = "NOT EXISTS (SELECT t.a INTERSECT SELECT :a_1)",
    oracle = "DECODE(t.a, :a_1, 0, 1) = 1",
    params = {a_1 = 5},
  })
  compiles("is_not_distinct_from NULL", a:is_not_distinct_from(nil), {
    default = "t.a IS NOT DISTINCT FROM NULL",
    sqlite = "t.a IS NULL",
    mysql = "t.a <=> NULL",
    mssql = "EXISTS (SELECT t.a INTERSECT SELECT NULL)",
    oracle = "DECODE(t.a, NULL, 0, 1) = 0",
  })
  compiles("a subquery", a:eq(la.select(b):scalar_subquery()), {default = "t.a = (SELECT t.b FROM t)"})
  local full = la.Table("f", la.MetaData(), la.Column("y", la.Integer)).c.y
  compiles("a column of the schema comes first beside one that is not", a:lt(full), {default = "f.y > t.a"})
  compiles("a column that needs quotes", la.column("some name"):eq(5), {
    default = '"some name" = :some_name_1',
    mysql = "`some name` = :some_name_1",
    mssql = "[some name] = :some_name_1",
    params = {some_name_1 = 5},
  })
end)

describe("arithmetic", function()
  compiles("add", a + 5, {default = "t.a + :a_1", params = {a_1 = 5}})
  compiles("a value on the left", 5 - a, {default = ":a_1 - t.a", params = {a_1 = 5}})
  compiles("chains of one operator are flat", a + b + 3 + (a + 4), {
    default = "t.a + t.b + :param_1 + t.a + :a_1",
    params = {a_1 = 4, param_1 = 3},
  })
  compiles("subtraction is not", a - (b - 5) - 1, {
    default = "(t.a - (t.b - :b_1)) - :param_1",
    params = {b_1 = 5, param_1 = 1},
  })
  compiles("precedence", (a + b) * 3, {default = "(t.a + t.b) * :param_1", params = {param_1 = 3}})
  compiles("division of integers", a / b, {
    default = "t.a / CAST(t.b AS NUMERIC)",
    sqlite = "t.a / (t.b + 0.0)",
    mysql = "t.a / t.b",
    oracle = "t.a / t.b",
  })
  compiles("floor division", a:floordiv(b), {
    default = "t.a / t.b",
    mysql = "FLOOR(t.a / t.b)",
    oracle = "FLOOR(t.a / t.b)",
  })
  compiles("modulo", a % 5, {default = "t.a % :a_1", oracle = "mod(t.a, :a_1)", params = {a_1 = 5}})
  compiles("minus", -(a + b), {default = "-(t.a + t.b)"})
  compiles("bitwise and", a:bitwise_and(5):eq(1), {
    default = "t.a & :a_1 = :param_1",
    oracle = "BITAND(t.a, :a_1) = :param_1",
    params = {a_1 = 5, param_1 = 1},
  })
  compiles("bitwise xor", a:bitwise_xor(b), {
    default = "t.a ^ t.b",
    sqlite = "(t.a | t.b - t.a & t.b)",
    postgresql = "t.a # t.b",
    oracle = "BITXOR(t.a, t.b)",
  })
  compiles("bitwise not", a:bitwise_not(), {
    default = "~t.a",
    oracle = {fails = "Cannot compile bitwise_not in oracle"},
  })
  compiles("shift", a:bitwise_lshift(2), {
    default = "t.a << :a_1",
    oracle = {fails = "Cannot compile bitwise_lshift in oracle"},
    params = {a_1 = 2},
  })
end)

describe("strings", function()
  compiles("concatenation with +", s + "x" + s, {
    default = "t.s || :s_1 || t.s",
    mysql = "concat(t.s, :s_1, t.s)",
    mssql = "t.s + :s_1 + t.s",
    params = {s_1 = "x"},
  })
  compiles("concatenation with ..", "x" .. s, {
    default = ":s_1 || t.s",
    mysql = "concat(:s_1, t.s)",
    mssql = ":s_1 + t.s",
    params = {s_1 = "x"},
  })
  it("concatenation with .. is text where one side is", function()
    local n = la.column("n")
    assert.equal("VARCHAR", tostring((n .. "x").type))
    assert.equal("VARCHAR", tostring(("x" .. n).type))
    assert.equal("n || :n_1", tostring(n .. "x"))
    assert.is_true(la.types.NullType:is((n .. n).type))
  end)
  compiles("concat of what has no type", x + "y", {
    default = "t.x || :x_1",
    mysql = "concat(t.x, :x_1)",
    mssql = "t.x + :x_1",
    params = {x_1 = "y"},
  })
  compiles("like", s:like("a%"), {default = "t.s LIKE :s_1", params = {s_1 = "a%"}})
  compiles("like with escape", s:like("a/%", {escape = "/"}), {
    default = "t.s LIKE :s_1 ESCAPE '/'",
    params = {s_1 = "a/%"},
  })
  compiles("ilike", s:ilike("a%"), {
    default = "lower(t.s) LIKE lower(:s_1)",
    postgresql = "t.s ILIKE :s_1",
    params = {s_1 = "a%"},
  })
  compiles("not_ilike", s:not_ilike("a%"), {
    default = "lower(t.s) NOT LIKE lower(:s_1)",
    postgresql = "t.s NOT ILIKE :s_1",
    params = {s_1 = "a%"},
  })
  compiles("startswith", s:startswith("a"), {
    default = "t.s LIKE :s_1 || '%'",
    mysql = "t.s LIKE concat(:s_1, '%')",
    mssql = "t.s LIKE :s_1 + '%'",
    params = {s_1 = "a"},
  })
  compiles("endswith", s:endswith(s), {
    default = "t.s LIKE '%' || t.s",
    mysql = "t.s LIKE concat('%', t.s)",
    mssql = "t.s LIKE '%' + t.s",
  })
  compiles("contains", s:contains("a"), {
    default = "t.s LIKE '%' || :s_1 || '%'",
    mysql = "t.s LIKE concat('%', :s_1, '%')",
    mssql = "t.s LIKE '%' + :s_1 + '%'",
    params = {s_1 = "a"},
  })
  compiles("contains, escaped", s:contains("50%_", {autoescape = true}), {
    default = "t.s LIKE '%' || :s_1 || '%' ESCAPE '/'",
    mysql = "t.s LIKE concat('%', :s_1, '%') ESCAPE '/'",
    mssql = "t.s LIKE '%' + :s_1 + '%' ESCAPE '/'",
    params = {s_1 = "50/%/_"},
  })
  compiles("icontains", s:icontains("A"), {
    default = "lower(t.s) LIKE '%' || lower(:s_1) || '%'",
    postgresql = "t.s ILIKE '%' || :s_1 || '%'",
    mysql = "lower(t.s) LIKE concat('%', lower(:s_1), '%')",
    mssql = "lower(t.s) LIKE '%' + lower(:s_1) + '%'",
    params = {s_1 = "A"},
  })
  compiles("istartswith", s:istartswith("A", {autoescape = true, escape = "^"}), {
    default = "lower(t.s) LIKE lower(:s_1) || '%' ESCAPE '^'",
    postgresql = "t.s ILIKE :s_1 || '%' ESCAPE '^'",
    mysql = "lower(t.s) LIKE concat(lower(:s_1), '%') ESCAPE '^'",
    mssql = "lower(t.s) LIKE lower(:s_1) + '%' ESCAPE '^'",
    params = {s_1 = "A"},
  })
  compiles("collate, of a schema", s:collate("de", {collation_schema = "My"}), {
    default = 't.s COLLATE "My".de', mysql = "t.s COLLATE `My`.de", mssql = "t.s COLLATE [My].de",
  })
  compiles("the function collate", la.collate(s, "de", {collation_schema = "x"}), {default = "t.s COLLATE x.de"})
  compiles("collate of ANY is a function, no method", la.collate(la.any_(s), "de"), {default = "ANY (t.s) COLLATE de"})
  compiles("collate", s:collate("C"):eq("x"), {
    default = '(t.s COLLATE "C") = :param_1',
    mysql = "(t.s COLLATE `C`) = :param_1",
    mssql = "(t.s COLLATE C) = :param_1",
    params = {param_1 = "x"},
  })
end)

describe("IN", function()
  compiles("values", a:in_{1, 2}, {default = "t.a IN (__[POSTCOMPILE_a_1])", params = {a_1 = {1, 2}}})
  compiles("no values", a:in_{}, {default = "t.a IN (__[POSTCOMPILE_a_1])", params = {a_1 = {}}})
  compiles("not_in", a:not_in{1, 2}, {default = "(t.a NOT IN (__[POSTCOMPILE_a_1]))", params = {a_1 = {1, 2}}})
  compiles("expressions among values", a:in_{1, b, la.literal(3)}, {
    default = "t.a IN (:a_1, t.b, :param_1)",
    params = {a_1 = 1, param_1 = 3},
  })
  compiles("a select", a:in_(la.select(b)), {default = "t.a IN (SELECT t.b FROM t)"})
  compiles("a bind", a:in_(la.bindparam("ids", {expanding = true})), {default = "t.a IN (__[POSTCOMPILE_ids])"})
  compiles("a bind of a type that the dialect does not have: it is told of when there are values",
    a:in_(la.bindparam("ids", {expanding = true, type_ = la.ARRAY(la.mssql.UNIQUEIDENTIFIER())})), {
      postgresql = "t.a IN (__[POSTCOMPILE_ids])",
    })
  compiles("tuples", la.tuple_(a, s):in_{{1, "x"}, {2, "y"}}, {
    default = "(t.a, t.s) IN (__[POSTCOMPILE_param_1])",
    params = {param_1 = {{1, "x"}, {2, "y"}}},
  })
end)

describe("between", function()
  compiles("values", a:between(1, 5), {default = "t.a BETWEEN :a_1 AND :a_2", params = {a_1 = 1, a_2 = 5}})
  compiles("expressions", a:between(b, b + 5), {default = "t.a BETWEEN t.b AND t.b + :b_1", params = {b_1 = 5}})
  compiles("symmetric", a:between(1, 5, {symmetric = true}), {
    default = "t.a BETWEEN SYMMETRIC :a_1 AND :a_2",
    params = {a_1 = 1, a_2 = 5},
  })
  compiles("the function", la.between(a, 1, 5), {default = "t.a BETWEEN :a_1 AND :a_2", params = {a_1 = 1, a_2 = 5}})
end)

describe("conjunctions", function()
  compiles("and_", la.and_(a:eq(1), b:eq(2)), {default = "t.a = :a_1 AND t.b = :b_1", params = {a_1 = 1, b_1 = 2}})
  compiles("and_ within and_ is flat", la.and_(a:eq(1), la.and_(b:eq(2), s:eq("x"))), {
    default = "t.a = :a_1 AND t.b = :b_1 AND t.s = :s_1",
    params = {a_1 = 1, b_1 = 2, s_1 = "x"},
  })
  compiles("or_ within and_", la.and_(a:eq(1), la.or_(b:eq(2), s:eq("x"))), {
    default = "t.a = :a_1 AND (t.b = :b_1 OR t.s = :s_1)",
    params = {a_1 = 1, b_1 = 2, s_1 = "x"},
  })
  compiles("a boolean column", la.and_(ok, a:eq(1)), {
    default = "t.ok = 1 AND t.a = :a_1",
    postgresql = "t.ok AND t.a = :a_1",
    params = {a_1 = 1},
  })
  compiles("true is neutral in and_", la.and_(la.true_(), a:eq(1)), {default = "t.a = :a_1", params = {a_1 = 1}})
  compiles("false decides and_", la.and_(a:eq(1), la.false_()), {
    default = "0 = 1",
    postgresql = "false",
    mysql = "false = 1",
  })
  compiles("constants first", la.and_(true, a:eq(1)), {default = "t.a = :a_1", params = {a_1 = 1}})
  compiles("false is neutral in or_", la.or_(la.false_(), a:eq(1)), {default = "t.a = :a_1", params = {a_1 = 1}})
  compiles("text", la.or_(la.text("q > 1"), a:eq(1)), {default = "q > 1 OR t.a = :a_1", params = {a_1 = 1}})
  compiles("exists", la.and_(la.exists(la.select(b)), a:eq(1)), {
    default = "(EXISTS (SELECT t.b FROM t)) AND t.a = :a_1",
    params = {a_1 = 1},
  })
end)

describe("negation", function()
  compiles("a comparison", la.not_(a:lt(5)), {default = "t.a >= :a_1", params = {a_1 = 5}})
  compiles("IN", la.not_(a:in_{1, 2}), {default = "(t.a NOT IN (__[POSTCOMPILE_a_1]))", params = {a_1 = {1, 2}}})
  compiles("BETWEEN", la.not_(a:between(1, 2)), {
    default = "t.a NOT BETWEEN :a_1 AND :a_2",
    params = {a_1 = 1, a_2 = 2},
  })
  compiles("LIKE", la.not_(s:like("a")), {default = "t.s NOT LIKE :s_1", params = {s_1 = "a"}})
  compiles("a conjunction", la.not_(la.and_(a:eq(1), b:eq(2))), {
    default = "NOT (t.a = :a_1 AND t.b = :b_1)",
    params = {a_1 = 1, b_1 = 2},
  })
  compiles("twice", la.not_(la.not_(la.and_(a:eq(1), b:eq(2)))), {
    default = "NOT (NOT (t.a = :a_1 AND t.b = :b_1))",
    params = {a_1 = 1, b_1 = 2},
  })
  compiles("a boolean column", la.not_(ok), {default = "t.ok = 0", postgresql = "NOT t.ok"})
  compiles("a constant", la.not_(la.true_()), {default = "0", postgresql = "false", mysql = "false"})
  compiles("a custom comparison", la.not_(a:bool_op("&&")(b)), {default = "NOT (t.a && t.b)"})
  compiles("exists", la.not_(la.exists(la.select(b))), {default = "NOT (EXISTS (SELECT t.b FROM t))"})
end)

describe("custom operators", function()
  compiles("op", a:op("->>")(5), {default = "t.a ->> :a_1", params = {a_1 = 5}})
  compiles("op of op", a:op("->>")(5):op("->>")(b), {default = "(t.a ->> :a_1) ->> t.b", params = {a_1 = 5}})
  compiles("precedence", a:op("->>", {precedence = 9})(5) + b, {default = "t.a ->> :a_1 + t.b", params = {a_1 = 5}})
  compiles("a comparison", la.and_(a:bool_op("@@")("q"), b:eq(1)), {
    default = "(t.a @@ :a_1) AND t.b = :b_1",
    params = {a_1 = "q", b_1 = 1},
  })
  compiles("type of the result", a:op("fmt", {return_type = la.String})("q") + "z", {
    default = "(t.a fmt :a_1) || :param_1",
    mysql = "concat((t.a fmt :a_1), :param_1)",
    mssql = "(t.a fmt :a_1) + :param_1",
    params = {a_1 = "q", param_1 = "z"},
  })
  compiles("an operator as a value", la.sql.operators.lt(a, 5), {default = "t.a < :a_1", params = {a_1 = 5}})
  compiles("a custom operator as a value", la.custom_op("foo")(a, b), {default = "t.a foo t.b"})
end)

describe("any and all", function()
  compiles("any_", a:eq(la.any_(la.select(b))), {default = "t.a = ANY (SELECT t.b FROM t)"})
  compiles("all_ on the left", la.all_(la.select(b)):lt(a), {default = "t.a > ALL (SELECT t.b FROM t)"})
  compiles("negated", la.not_(a:eq(la.any_(la.select(b)))), {default = "NOT (t.a = ANY (SELECT t.b FROM t))"})
end)

describe("order", function()
  compiles("desc", a:desc(), {default = "t.a DESC"})
  compiles("nulls_last", la.nulls_last(la.desc(a)), {default = "t.a DESC NULLS LAST"})
  compiles("of a name", la.desc("q"), {default = "q DESC"})
  compiles("of a comparison", a:eq(5):desc(), {default = "t.a = :a_1 DESC", params = {a_1 = 5}})
  compiles("distinct", la.func.count(a:distinct()), {default = "count(DISTINCT t.a)"})
end)

describe("regular expressions and full text", function()
  compiles("regexp_match is not for all", s:regexp_match("^a", {flags = "i"}), {
    default = {fails = "default dialect does not support regular expressions"},
    sqlite = "t.s REGEXP :s_1",
    postgresql = "t.s ~* :s_1",
    mysql = "REGEXP_LIKE(t.s, :s_1, 'i')",
    oracle = "REGEXP_LIKE(t.s, :s_1, 'i')",
    params = {s_1 = "^a"},
  })
  compiles("regexp_replace", s:regexp_replace("a", "b"), {
    default = {fails = "default dialect does not support regular expression replacem"},
    sqlite = {fails = "sqlite dialect does not support regular expression replaceme"},
    postgresql = "REGEXP_REPLACE(t.s, :s_1, :s_2)",
    mysql = "REGEXP_REPLACE(t.s, :s_1, :s_2)",
    oracle = "REGEXP_REPLACE(t.s, :s_1, :s_2)",
    params = {s_1 = "a", s_2 = "b"},
  })
  compiles("match", s:match("word"), {
    default = "t.s MATCH :s_1",
    postgresql = "t.s @@ plainto_tsquery(:s_1)",
    mysql = "MATCH (t.s) AGAINST (:s_1 IN BOOLEAN MODE)",
    mssql = "CONTAINS (t.s, :s_1)",
    oracle = "CONTAINS (t.s, :s_1)",
    params = {s_1 = "word"},
  })
end)

describe("operators of a type's own", function()
  local comparator = la.types.TypeEngine.Comparator:class("Comparator", {
    __add__ = function(self, other) return self:op("goofy")(other) end,
    log = function(self, base) return la.func.log(self, base) end,
  })
  local Odd = la.Integer:class("Odd", {comparator_factory = comparator})
  local Cents = la.types.TypeDecorator:class("Cents", {
    impl = la.Integer, cache_ok = true,
    coerce_compared_value = function(_, _, value) return type(value) == "string" and la.String() or la.Integer() end,
  })
  local odd, cents = la.column("odd", Odd), la.column("cents", Cents)

  compiles("replaced", odd + 5, {default = "odd goofy :odd_1", params = {odd_1 = 5}})
  compiles("the others stay", odd - 5, {default = "odd - :odd_1", params = {odd_1 = 5}})
  compiles("added", odd:log(10):gt(1), {default = "log(odd, :log_1) > :log_2", params = {log_1 = 10, log_2 = 1}})
  it("say the type of values", function()
    assert.is_true(la.Integer:is(cents:eq(5).right.type))
    assert.is_true(la.String:is(cents:eq("x").right.type))
  end)
end)

describe("mistakes", function()
  local function message(fn)
    local fine, e = pcall(fn)
    assert.is_false(fine)
    return e.message
  end

  it("a misspelt name", function()
    assert.equal("a column has no attribute 'equals'", message(function() return a.equals end))
    assert.equal("a column has no attribute 'lable'; did you mean 'label'?", message(function() return a.lable end))
    assert.equal("a binary has no attribute 'lefft'; did you mean 'left'?",
      message(function() return a:eq(1).lefft end))
  end)

  it("what the type does not have", function()
    assert.equal("Operator 'getitem' is not supported on this expression", message(function() return a:at(1) end))
    assert.equal("Operator 'lshift' is not supported on this expression", message(function() return a:lshift(1) end))
    assert.equal("a column has no attribute 'has_key'", message(function() return a:has_key("k") end))
  end)

  it("< compares at once", function()
    assert.equal("Lua's < gives a boolean at once; to compare in SQL write column:lt(value)",
      message(function() return a < b end))
  end)

  it("an unknown keyword", function()
    assert.equal("like() got an unexpected keyword argument 'escap'; accepted: other, escape",
      message(function() return s:like("x", {escap = "/"}) end))
  end)

  it("NULL has no order", function()
    assert.equal("Only '=', '!=', 'is_()', 'is_not()', 'is_distinct_from()', 'is_not_distinct_from()' operators can be "
      .. "used with None/True/False", message(function() return a:lt(nil) end))
  end)
end)
