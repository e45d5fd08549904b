-- SELECTs and FROMs that stand where something else belongs, and conditions of nothing: they are taken, with a warning.
local la = require "lualchemy"

local t = la.Table("t", la.MetaData(), la.Column("id", la.Integer), la.Column("x", la.String))
local ids = la.select(t.c.id)

--- What f warns of, and what it gives.
local function warned(f)
  local given
  local texts = {}
  for i, warning in ipairs(la.warnings.catch_warnings(function() given = f() end)) do texts[i] = warning.message end
  return texts, given
end

local SCALAR = "implicitly coercing SELECT object to scalar subquery; please use the :scalar_subquery() method to "
  .. "produce a scalar subquery."

describe("a SELECT where an expression belongs", function()
  for name, f in pairs{
    comparison = function() return t.c.id:eq(ids) end,
    arithmetic = function() return t.c.id + ids end,
    condition = function() return la.select(t):where(ids) end,
    conjunction = function() return la.and_(ids, t.c.id:eq(5)) end,
    ["ORDER BY"] = function() return la.select(t):order_by(ids) end,
    ["argument of a function"] = function() return la.func.foo(ids) end,
    ["value of INSERT"] = function() return la.insert(t):values{id = ids} end,
    ["value of UPDATE"] = function() return la.update(t):values{id = ids:subquery()} end,
    cast = function() return la.cast(ids, la.Integer) end,
    subquery = function() return t.c.id:eq(ids:subquery()) end,
  } do
    it("is a scalar subquery, and warned of: " .. name, function()
      local texts, given = warned(f)
      assert.same({SCALAR}, texts)
      assert.is_truthy(tostring(given):find("(SELECT t.id", 1, true))
    end)
  end

  it("is nothing odd as a scalar subquery, in IN, EXISTS, a label", function()
    assert.same({}, (warned(function()
      return la.select(t, ids:label("a")):where(t.c.id:eq(ids:scalar_subquery()), t.c.id:in_(ids), la.exists(ids))
    end)))
  end)

  it("is an error where warnings are", function()
    la.warnings.catch_warnings(function()
      la.warnings.simplefilter("error")
      for _, f in ipairs{function() return t.c.id:eq(ids) end, function() return la.select(t):where(ids, ids) end,
          function() return la.func.foo(ids, ids) end, function() return la.insert(t):values{id = ids} end,
          function() return t.c.id:in_(t) end, function() return la.or_() end} do
        assert.is_false((pcall(f)))
      end
    end)
  end)
end)

describe("IN of what can be selected from", function()
  for class, from in pairs{
    Table = t, Alias = t:alias("a"), Subquery = ids:subquery("s"), CTE = ids:cte("c"), Function = la.func.foo(),
    TableClause = la.table("light", la.column("a")), Lateral = ids:lateral("l"), TableSample = t:tablesample(5),
    Join = t:join(t:alias("b"), la.true_()), TableValuedAlias = la.func.foo():table_valued("a"),
  } do
    it("is of a SELECT of it, and warned of: " .. class, function()
      local texts, given = warned(function() return t.c.id:in_(from) end)
      assert.same({"Coercing " .. class .. " object into a select() for use in IN(); please pass a select() construct "
        .. "explicitly"}, texts)
      assert.is_truthy(tostring(given):find("SELECT", 1, true))
    end)
  end
end)

describe("and_() and or_() without arguments", function()
  it("are empty, and warned of as deprecated", function()
    local list = la.warnings.catch_warnings(function()
      assert.equal("", tostring(la.and_()))
      assert.equal("", tostring(la.or_()))
      assert.equal("true", tostring(la.and_(true)))
    end)
    assert.equal(2, #list)
    assert.is_true(la.exc.SADeprecationWarning:is(list[1]))
    assert.equal("Invoking and_() without arguments is deprecated, and will be disallowed in a future release.   "
      .. "For an empty and_() construct, use 'and_(true_(), ...)' or 'and_(true, ...)'.", list[1].message)
    assert.is_truthy(list[2].message:find("'or_(false_(), ...)' or 'or_(false, ...)'", 1, true))
  end)
end)
