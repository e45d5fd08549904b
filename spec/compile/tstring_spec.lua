-- tstring(): text with values and expressions in it. OrderByList.
local la = require "lualchemy"
local support = require "spec.support"
local compiles = support.compiles

local t = la.table("t", la.column("a", la.Integer), la.column("b", la.String))
local T = la.tstring

local function fails(message, fn, ...)
  local ok, e = pcall(fn, ...)
  assert.is_false(ok)
  assert.is_truthy(tostring(e):find(message, 1, true), tostring(e))
end

describe("tstring", function()
  compiles("values are parameters", T("select {x}, {y}", {x = 5, y = "it's; --"}), {
    default = "select :param_1, :param_2", params = {param_1 = 5, param_2 = "it's; --"},
  })
  compiles("values by their places", T("select {1}, {2}, {1}", {5, 10}), {
    default = "select :param_1, :param_2, :param_3", params = {param_1 = 5, param_2 = 10, param_3 = 5},
  })
  compiles("NULL", T("select {x}", {x = la.NULL}), {default = "select NULL"})
  compiles("expressions and tables", T("select {a} from {t} where {b} = {v}", {a = t.c.a, t = t, b = t.c.b, v = "x"}), {
    default = "select t.a from t where t.b = :param_1", params = {param_1 = "x"},
  })
  compiles("as a dialect writes them", T("select {a} from {t}", {a = la.column "select", t = la.table "My Table"}), {
    default = 'select "select" from "My Table"',
    mysql = "select `select` from `My Table`",
    mssql = "select [select] from [My Table]",
  })
  compiles("conditions", T("select 1 where {x}", {x = la.and_(t.c.a:eq(1), la.or_(t.c.b:eq "x", t.c.a:eq(3)))}), {
    default = "select 1 where t.a = :a_1 AND (t.b = :b_1 OR t.a = :a_2)", params = {a_1 = 1, b_1 = "x", a_2 = 3},
  })
  compiles("a scalar subquery", T("select {q}", {q = la.select(t.c.a):scalar_subquery()}), {
    default = "select (SELECT t.a FROM t)",
  })
  compiles("a subquery, an alias", T("select * from {q}, {z}", {q = la.select(t.c.a):subquery(), z = t:alias "z"}), {
    default = "select * from (SELECT t.a AS a FROM t) AS anon_1, t AS z",
    oracle = "select * from (SELECT t.a AS a FROM t) anon_1, t z",
  })
  compiles("text within", T("select {f} from {q}", {f = la.func.max(t.c.a), q = T("q{x}", {x = la.text " as z"})}), {
    default = "select max(t.a) from q as z",
  })
  compiles("braces", T("select '{{{x}}}', '{{a}}'", {x = 5}), {
    default = "select '{:param_1}', '{a}'", params = {param_1 = 5},
  })
  compiles("parameters of the text's own", T("select :x, \\:y, {z}", {z = 5}), {default = "select :x, :y, :param_1"})
  compiles("a list", T("select 1 where {a} in {x}", {a = t.c.a, x = la.bindparam("x", {1, 2}, {expanding = true})}), {
    default = "select 1 where t.a in (__[POSTCOMPILE_x])", params = {x = {1, 2}},
  })
  local chosen = la.select(t):where(T("{a} = {x}", {a = t.c.a, x = 3})):order_by(T("lower({b})", {b = t.c.b}))
  compiles("in a statement", chosen, {
    default = "SELECT t.a, t.b FROM t WHERE t.a = :param_1 ORDER BY lower(t.b)", params = {param_1 = 3},
  })
  compiles("as a SELECT", T "select a from t":columns{a = la.Integer}:subquery("z"):select(), {
    default = "SELECT z.a FROM (select a from t) AS z",
    oracle = "SELECT z.a FROM (select a from t) z",
  })
  compiles("written out", T("select {x}, {y}", {x = 5, y = "it's"}), {
    default = "select 5, 'it''s'", options = {literal_binds = true},
  })

  it("refuses what it can't say", function()
    fails("argument 'template' must be a string, got table", T, {"select ", 5})
    fails("argument 'values' must be a table of names and values, got a construct", T, "select {t}", t)
    fails("no value is given for {x}; la.NULL is NULL", T, "select {x}", {})
    fails("the text has no {y}", T, "select {x}", {x = 1, y = 2})
    fails("the '{' at place 8 belongs to no {name}; a brace is written {{", T, "select {x", {x = 1})
    fails("the '}' at place 8 belongs to no {name}; a brace is written }}", T, "select }", {})
    fails("{x}: TString interpolatable element expected, got a TYPE", T, "select {x}", {x = la.Integer})
    fails("got a CTE", T, "select * from {x}", {x = la.select(t):cte()})
    fails("Using label() directly inside tstring is not supported", tostring, T("select {x}", {x = t.c.a:label "z"}))
    fails("TString constructs do not support .bindparams()", function() return T "select 1":bindparams{x = 1} end)
  end)

  it("is a class", function()
    assert.is_true(la.TString:is(T "x"))
    assert.is_false(la.TString:is(la.text "x"))
    assert.is_false(la.TextClause:is(T "x"))
    assert.equal("select {x}", T("select {x}", {x = 1}).text)
  end)
end)

describe("OrderByList", function()
  local by = la.OrderByList{t.c.a, t.c.b}
  compiles("in an ORDER BY", la.select(t.c.a):order_by(by, "b"), {
    default = "SELECT t.a FROM t ORDER BY t.a, t.b, t.b",
  })
  compiles("desc() is of each", la.select(t.c.a):order_by(by:desc()), {
    default = "SELECT t.a FROM t ORDER BY t.a DESC, t.b DESC",
  })
  compiles("so is desc(list)", la.select(t.c.a):order_by(la.desc(by):nulls_last()), {
    default = "SELECT t.a FROM t ORDER BY t.a DESC NULLS LAST, t.b DESC NULLS LAST",
  })
  local nested = la.OrderByList{t.c.a:desc(), la.OrderByList{t.c.b}}
  compiles("lists in lists", la.select(t.c.a):order_by(nested:nulls_first()), {
    default = "SELECT t.a FROM t ORDER BY t.a DESC NULLS FIRST, t.b NULLS FIRST",
  })
  compiles("of windows and groups", la.select(la.func.rank():over{order_by = by:asc()}):group_by(by), {
    default = "SELECT rank() OVER (ORDER BY t.a ASC, t.b ASC) AS anon_1 FROM t GROUP BY t.a, t.b",
  })
  it("is for ordering alone", function()
    assert.equal(2, #by.clauses)
    assert.is_true(la.OrderByList:is(by:desc()))
    fails("columns clause element expected", la.select, by)
    fails("is not supported on this expression", by.eq, by, 5)
  end)
end)

for db in support.databases() do
  it("tstring runs on " .. db.name, function()
    local engine = db:engine()
    engine:begin(function(conn)
      local u = la.Table("u", la.MetaData(), la.Column("id", la.Integer, {primary_key = true}),
        la.Column("name", la.String))
      u:create(conn)
      conn:execute(la.insert(u), {{id = 1, name = "it's"}, {id = 2, name = "bob"}})
      for id, name in ipairs{"it's", "bob"} do
        local found = T("SELECT * FROM {u} WHERE {id} = {v}", {u = u, id = u.c.id, v = id})
          :columns{id = la.Integer, name = la.String}
        assert.equal(name, conn:execute(found):one().name)
        assert.equal(id, conn:scalar(la.select(u.c.id):where(T("{n} = {v}", {n = u.c.name, v = name}))))
      end
      assert.equal(1, conn:execute(T("UPDATE u SET name = {n} WHERE id = {i}", {n = "z", i = 2})).rowcount)
      local json = T("SELECT {j}", {j = la.literal({a = {1}}, la.JSON)}):columns(la.column("j", la.JSON))
      assert.same({a = {1}}, conn:scalar(json))

      local User = la.declarative_base():class("User", {__table__ = u})
      local session = la.Session(conn)
      local text = T("SELECT {n} FROM {u} WHERE {i} = {v}", {n = User.name, u = User, i = User.id, v = 2})
      assert.equal("z", session:execute(text):scalar())
      local first = la.select(User):from_statement(T("SELECT * FROM u WHERE id = {i}", {i = 1}))
      assert.equal("it's", session:scalars(first):one().name)
      local ordered = la.select(User):where(T("{n} LIKE {v}", {n = User.name, v = "%"}))
        :order_by(la.OrderByList{User.id, User.name}:desc())
      assert.equal(2, session:scalars(ordered):first().id)
    end)
    engine:dispose()
  end)
end
