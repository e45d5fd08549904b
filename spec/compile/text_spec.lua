-- text(), literals, bound parameters, columns by name.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local t = la.table("t", la.column("a", la.Integer), la.column("s", la.String))
local a, s = t.c.a, t.c.s

describe("text", function()
  compiles("as it is", la.text("select foo from bar"), {default = "select foo from bar"})
  compiles("parameters", la.text("a = :x and b = :y"):bindparams{x = 5, y = "q"}, {
    default = "a = :x and b = :y",
    params = {x = 5, y = "q"},
  })
  compiles("typed parameters", la.text("a = :x"):bindparams(la.bindparam("x", 5, {type_ = la.String})), {
    default = "a = :x",
    params = {x = 5},
  })
  compiles("an escaped colon", la.text("a = \\:x and b = :y"):bindparams{y = 1}, {
    default = "a = :x and b = :y",
    params = {y = 1},
  })
  compiles("casts are no parameters", la.text("a::int = :x"):bindparams{x = 1}, {
    default = "a::int = :x",
    params = {x = 1},
  })
  compiles("percent signs", la.text("a % 5 = :x"):bindparams{x = 1}, {default = "a % 5 = :x", params = {x = 1}})
  compiles("a list", la.text("a in :ids"):bindparams(la.bindparam("ids", {1, 2}, {expanding = true})), {
    default = "a in (__[POSTCOMPILE_ids])",
    params = {ids = {1, 2}},
  })
  compiles("in a statement", la.select(la.text("foo")):select_from(t):where(la.text("q > 5")), {
    default = "SELECT foo FROM t WHERE q > 5",
  })
end)

describe("parameters", function()
  compiles("a value", a:eq(la.bindparam("x", 5)), {default = "t.a = :x", params = {x = 5}})
  compiles("the same one twice", la.and_(a:eq(la.bindparam("x", 5)), a:lt(la.bindparam("x", 5))), {
    default = "t.a = :x AND t.a < :x",
    params = {x = 5},
  })
  compiles("unique",
    la.and_(a:eq(la.bindparam("x", 1, {unique = true})), a:lt(la.bindparam("x", 2, {unique = true}))), {
    default = "t.a = :x_1 AND t.a < :x_2",
    params = {x_1 = 1, x_2 = 2},
  })
  compiles("of no name", la.bindparam(nil, 5), {default = ":param_1", params = {param_1 = 5}})
  compiles("literal_execute", s:eq(la.bindparam("x", "q", {literal_execute = true})), {
    default = "t.s = __[POSTCOMPILE_x]",
    params = {x = "q"},
  })
end)

describe("literals", function()
  compiles("literal", la.literal("x") + "y", {
    default = ":param_1 || :param_2",
    mysql = "concat(:param_1, :param_2)",
    mssql = ":param_1 + :param_2",
    params = {param_1 = "x", param_2 = "y"},
  })
  compiles("with a type", la.literal("5", la.Integer) + 3, {
    default = ":param_1 + :param_2",
    params = {param_1 = "5", param_2 = 3},
  })
  compiles("literal_column", la.literal_column("q", la.Integer) + 5, {default = "q + :q_1", params = {q_1 = 5}})
  compiles("null, true, false", la.tuple_(la.null(), la.true_(), la.false_()), {
    default = "(NULL, 1, 0)",
    postgresql = "(NULL, true, false)",
    mysql = "(NULL, true, false)",
  })
  compiles("column", la.column("q", la.String) + "x", {
    default = "q || :q_1",
    mysql = "concat(q, :q_1)",
    mssql = "q + :q_1",
    params = {q_1 = "x"},
  })
  compiles("quoted_name", la.column(la.quoted_name("q", true)):eq(1), {
    default = '"q" = :q_1',
    mysql = "`q` = :q_1",
    mssql = "[q] = :q_1",
    params = {q_1 = 1},
  })
end)

describe("what is no value", function()
  local function message(fn, ...)
    local ok, e = pcall(fn, ...)
    assert.is_false(ok)
    assert.is_true(la.exc.ArgumentError:is(e))
    return e.message
  end

  it("a boolean in WHERE is a comparison of Lua", function()
    local select = la.select(a)
    assert.equal("SQL expression for WHERE/HAVING role expected, got false. Lua compares with == at once; to compare "
      .. "in SQL write column:eq(value), e.g. User.id:eq(5).", message(select.where, select, false))
  end)

  it("nor does one follow a condition in and_", function()
    assert.is_truthy(message(la.and_, a:eq(1), true):find("column:eq", 1, true))
  end)

  it("text is declared as such", function()
    local select = la.select(a)
    assert.equal("Textual SQL expression 'a = 1' should be explicitly declared as text('a = 1')",
      message(select.where, select, "a = 1"))
    assert.equal("Textual column expression 'a' should be explicitly declared with text('a'), or use column('a') for "
      .. "more specificity", message(la.select, "a"))
  end)

  it("a name that text() has not", function()
    local text = la.text("a = :x")
    assert.equal("This text() construct doesn't define a bound parameter named 'y'",
      message(text.bindparams, text, {y = 1}))
  end)
end)
