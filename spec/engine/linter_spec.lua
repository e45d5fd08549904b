-- Warnings of statements whose FROM elements nothing connects.
local la = require "lualchemy"
local err = require "lualchemy.error"

local m = la.MetaData()
local a = la.Table("a", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("x", la.Integer))
local b = la.Table("b", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("a_id", la.ForeignKey("a.id")))
local c = la.Table("c", m, la.Column("id", la.Integer, {primary_key = true}), la.Column("b_id", la.ForeignKey("b.id")))

local function warnings(stmt, options)
  local engine, heard, before = la.create_engine("sqlite://", options or {}), {}, err.on_warning
  m:create_all(engine)
  err.on_warning = function(text) heard[#heard + 1] = text end
  local ok, e = pcall(function() engine:connect(function(conn)
    conn:execute(stmt):close()
    conn:execute(stmt):close()
  end) end)
  err.on_warning = before
  assert.is_true(ok, tostring(e))
  return heard
end

local function product(stmt, options) return #warnings(stmt, options) > 0 end

describe("a cartesian product", function()
  it("is warned of, once for a statement", function()
    local heard = warnings(la.select(a.c.id, b.c.id):where(a.c.x:eq(5)))
    assert.same({'SELECT statement has a cartesian product between FROM element(s) "b" and FROM element "a".  Apply '
      .. "join condition(s) between each element to resolve."}, heard)
  end)

  it("is not one where a comparison connects", function()
    assert.is_false(product(la.select(a, b):where(a.c.id:eq(b.c.a_id))))
    assert.is_false(product(la.select(a, b):where(la.or_(a.c.id:lt(b.c.a_id), a.c.x:eq(5)))))
    assert.is_false(product(la.select(a, b):where(a.c.x:op("<>", {is_comparison = true})(b.c.a_id))))
    assert.is_true(product(la.select(a, b):where((a.c.x + b.c.a_id):eq(5))))
    assert.is_true(product(la.select(a, b, c):where(a.c.id:eq(b.c.a_id))))
  end)

  it("is not one where a join connects", function()
    assert.is_false(product(la.select(a, b):join_from(a, b)))
    assert.is_false(product(la.select(a, c):select_from(a:join(b):join(c))))
    assert.is_true(product(la.select(a, c):select_from(a:join(b))))
    assert.is_false(product(la.select(a, c):select_from(a:join(b)):where(c.c.b_id:eq(b.c.id))))
  end)

  it("is looked for in subqueries, CTEs and unions, but not in what is correlated", function()
    local wrong = la.select(a.c.id, b.c.a_id):where(a.c.x:gt(1))
    assert.is_true(product(la.select(wrong:subquery())))
    assert.is_true(product(la.select(wrong:cte("q"))))
    assert.is_true(product(la.union(la.select(a.c.id, a.c.x), wrong)))
    assert.is_false(product(la.select(a.c.id):where(la.exists():where(b.c.a_id:eq(a.c.id)))))
    local q = la.select(b.c.a_id):subquery()
    assert.is_false(product(la.select(a, q):where(q.c.a_id:eq(a.c.id))))
    assert.is_true(product(la.select(a, q)))
  end)

  it("is not one with a function that joins by itself", function()
    local each = la.func.json_each("[1]"):table_valued("value", {joins_implicitly = true})
    assert.is_false(product(la.select(a, each.c.value)))
    assert.is_true(product(la.select(a, la.func.json_each("[1]"):table_valued("value").c.value)))
  end)

  it("is looked for in SELECTs within expressions and within INSERT", function()
    local wrong = la.select(b.c.a_id):where(c.c.id:gt(1))
    assert.is_true(product(la.select(a.c.id):where(a.c.id:in_(wrong))))
    assert.is_true(product(la.select(wrong:limit(1):scalar_subquery())))
    assert.is_true(product(la.insert(a):from_select({"x"}, wrong)))
    assert.is_false(product(la.select(a.c.id):where(a.c.id:in_(wrong:where(c.c.b_id:eq(b.c.id))))))
  end)

  it("is looked for in UPDATE and DELETE", function()
    local update = la.update(a):values{x = 5}:where(a.c.id:eq(1))
    assert.is_false(product(update))
    assert.is_false(product(update:where(b.c.a_id:eq(a.c.id))))
    assert.same({'UPDATE statement has a cartesian product between FROM element(s) "b" and FROM element "a".  Apply '
      .. "join condition(s) between each element to resolve."}, warnings(update:where(b.c.id:eq(1))))
    assert.is_false(product(la.delete(a):where(a.c.id:eq(1))))
  end)

  it("names aliases as the statement does, CTEs and tables with their schemas", function()
    local function named(stmt) return warnings(stmt)[1]:match('FROM element%(s%) (.-)%.') end
    assert.equal('"b_1" and FROM element "a"', named(la.select(a.c.id):where(b:alias().c.id:eq(5))))
    assert.equal('"q" and FROM element "a"', named(la.select(a.c.id):where(la.select(b):cte("q").c.id:eq(5))))
    assert.equal('"anon_1", "c" and FROM element "a"',
      named(la.select(a.c.id, la.select(b):subquery().c.id, c.c.id)))
  end)

  it("is not one where what is compared stands on both sides of nested joins", function()
    local d = c:alias("d")
    local nested = a:join(b:join(c, b.c.id:eq(c.c.b_id)), a.c.id:eq(b.c.a_id))
    assert.is_false(product(la.select(a.c.id):select_from(nested)))
    assert.is_true(product(la.select(a.c.id):select_from(nested):where(d.c.id:eq(5))))
    assert.is_false(product(la.select(a.c.id):select_from(a:join(b, la.true_()):join(c, la.true_()))))
    assert.is_true(product(la.select(a.c.id):select_from(a:join(b)):where(c.c.b_id:eq(d.c.b_id))))
  end)

  it("is not looked for where the engine was told so", function()
    assert.is_false(product(la.select(a.c.id, b.c.id), {enable_from_linting = false}))
  end)
end)
