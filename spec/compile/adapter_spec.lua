-- la.sql.util.ClauseAdapter and ColumnAdapter: constructs in terms of another selectable.
local la = require "lualchemy"

local util = la.sql.util

describe("adapters", function()
  local t1, t2, t1a, t2a, s
  before_each(function()
    t1 = la.table("t1", la.column("a"), la.column("b"), la.column("c"))
    t2 = la.table("t2", la.column("a"), la.column("b"))
    t1a, t2a = t1:alias("x"), t2:alias("y")
    s = la.select(t1a.c.a, t2a.c.a):set_label_style(la.LABEL_STYLE_TABLENAME_PLUS_COL):alias("s")
  end)

  it("replace columns and FROMs", function()
    assert.equal("x.a = t2.b", tostring(util.ClauseAdapter(t1a):traverse(t1.c.a:eq(t2.c.b))))
    assert.equal("SELECT x.a \nFROM t1 AS x", tostring(util.ClauseAdapter(t1a):traverse(la.select(t1.c.a))))
    assert.equal("s.x_a = t1.b", tostring(util.ClauseAdapter(s):traverse(t1.c.a:eq(t1.c.b))))
    assert.equal("NULL", tostring(util.ClauseAdapter(t1a):traverse(la.null())))
    assert.equal(t1a.c.a, util.ClauseAdapter(t1a):replace(t1.c.a))
    assert.is_nil(util.ClauseAdapter(t1a):replace(t2.c.a))
    assert.is_true(util.ClauseAdapter:is(util.ColumnAdapter(t1a)))
  end)

  it("by other columns of the same value, by names, for some alone", function()
    local a = t1.c.a:eq(t1.c.b)
    assert.equal("y.b = t1.b", tostring(util.ClauseAdapter(t2a, {equivalents = {[t1.c.a] = {t2.c.b}}}):traverse(a)))
    assert.equal("y.b = t1.b", tostring(util.ClauseAdapter(t2a, {[t1.c.a] = {t2.c.b}}):traverse(a)))
    assert.equal("y.a = y.b", tostring(util.ClauseAdapter(t2a, {adapt_on_names = true}):traverse(a)))
    local function is_a(node) return node == t1.c.a end
    assert.equal("x.a = t1.b", tostring(util.ClauseAdapter(t1a, {include_fn = is_a}):traverse(a)))
    assert.equal("t1.a = x.b", tostring(util.ClauseAdapter(t1a, {exclude_fn = is_a}):traverse(a)))
    assert.equal("t1.a = t1.b", tostring(util.ClauseAdapter(t1a, {adapt_from_selectables = {t2}}):traverse(a)))
    assert.equal("x.a = x.b", tostring(util.ClauseAdapter(t1a, {adapt_from_selectables = {t1}}):traverse(a)))
    assert.has_error(function() util.ClauseAdapter(t1a, {equivalent = {}}) end)
  end)

  it("go one after the other in a chain, until one has something", function()
    local chain = util.ColumnAdapter(t1a):chain(util.ColumnAdapter(s))
    assert.equal("x.a", tostring(chain.columns[t1.c.a]))
    assert.equal("s.y_a", tostring(chain.columns[t2.c.a]))
    assert.equal("t2.b", tostring(chain.columns[t2.c.b]))
    local both = util.ClauseAdapter(t1a):chain(util.ClauseAdapter(t2a))
    assert.equal("SELECT x.a, y.b \nFROM t1 AS x, t2 AS y", tostring(both:traverse(la.select(t1.c.a, t2.c.b))))
    assert.equal("x.a", tostring(both:copy_and_process{t1.c.a}[1]))
  end)

  it("all, where one is wrapped around the other", function()
    local to_x, to_s = util.ColumnAdapter(t1a), util.ColumnAdapter(s)
    for _, both in ipairs{to_s:wrap(to_x), to_x:wrap(to_s)} do
      assert.equal("s.x_a", tostring(both.columns[t1.c.a]))
      assert.equal("s.y_a", tostring(both.columns[t2.c.a]))
      assert.equal("x.b", tostring(both.columns[t1.c.b]))
      assert.equal("t2.b", tostring(both.columns[t2.c.b]))
    end
    assert.equal("x.a", tostring(to_x.columns[t1.c.a]))
  end)

  it("that have a memory give the same construct again", function()
    local adapter = util.ColumnAdapter(t1a, {anonymize_labels = true})
    local label = (t1.c.a + 1):label("n")
    local adapted = adapter.columns[label]
    assert.is_false(adapted == label)
    assert.equal(adapted, adapter.columns[label])
    assert.equal(adapted, adapter:traverse(label))
    assert.equal("SELECT x.a + :a_1 AS anon_1 \nFROM t1 AS x", tostring(la.select(adapted)))
    assert.equal("SELECT x.a + :a_1 AS n \nFROM t1 AS x", tostring(la.select(util.ColumnAdapter(t1a).columns[label])))
    assert.is_nil(adapter:traverse(nil))
    assert.equal("x.a", tostring(adapter:adapt_list{t1.c.a, t1.c.b}[1]))
    assert.equal("x.b", tostring(adapter:adapt_clause(t1.c.b)))
  end)

  it("tell what they have nothing for", function()
    local adapter = util.ColumnAdapter(t1a)
    assert.equal(t2.c.a, adapter.columns[t2.c.a])
    assert.is_nil(adapter:adapt_check_present(t2.c.a))
    assert.equal(t1a.c.a, adapter:adapt_check_present(t1.c.a))
    assert.is_nil(util.ColumnAdapter(t1a, {adapt_required = true}).columns[t2.c.a])
    local some = util.ColumnAdapter(s, {include_fn = function(node) return node == t1.c.a end})
    assert.equal(t2.c.a, some.columns[t2.c.a])
    assert.equal(t2a.c.a, some:wrap(util.ColumnAdapter(t2a)).columns[t2.c.a])
  end)

  it("of a SELECT know its columns", function()
    local count = la.func.count(t1.c.a)
    local outer = la.select(la.select(t1.c.b, count):subquery())
    assert.equal(outer.selected_columns[2], util.ColumnAdapter(outer).columns[count])
  end)
end)

describe("la.sql.util", function()
  local a, b, c, d = la.column("a"), la.column("b"), la.column("c"), la.column("d")

  local function pairs_of(expression)
    local out = {}
    util.visit_binary_product(function(comparison, left, right)
      out[#out + 1] = ("%s %s %s"):format(tostring(left), comparison.operator == la.sql.operators.eq and "=" or "?",
        tostring(right))
    end, expression)
    return out
  end

  it("visits the columns on both sides of comparisons", function()
    assert.same({"a = b"}, pairs_of(a:eq(b)))
    assert.same({"a = c", "a = d", "b = c", "b = d", "c ? d"},
      pairs_of(la.and_((a + b):eq(la.func.sum(c + d)), c:lt(d))))
    assert.same({"a ? d", "b = c"}, pairs_of(la.tuple_(a, b:eq(c)):gt(la.func.go(d))))
    local inner = la.select(c):where(c:eq(a)):scalar_subquery()
    assert.same({"b = " .. tostring(inner)}, pairs_of(b:eq(inner)))
  end)

  it("knows what an ORDER BY orders by", function()
    assert.equal(a, util.unwrap_order_by(a:desc():nulls_last())[1])
    assert.equal(a, util.unwrap_order_by(a:label("x"):asc())[1])
    local missing = util.expand_column_list_from_order_by({a, b:label("n")}, {a:desc(), b, c:asc(), la.desc("x")})
    assert.equal(1, #missing)
    assert.equal(c, missing[1])
  end)
end)
