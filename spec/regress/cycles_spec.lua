-- Schema items that point at each other, and are nobody's any more, go away.
local la = require "lualchemy"

--- Does what make() gives to `mark` disappear with everything else it made?
local function goes(make)
  local seen = setmetatable({}, {__mode = "k"})
  make(function(t)
    seen[t] = true
    return t
  end)
  collectgarbage()
  la.Column("x", la.Integer, {info = {}}) -- what was dropped is let go when something else is kept
  collectgarbage()
  return next(seen) == nil
end

describe("what waits for a column without a table", function()
  local function column(mark, name) return la.Column(name, la.Integer, {info = mark{}}) end

  it("goes with it", function()
    assert.is_true(goes(function(mark) la.UniqueConstraint(column(mark, "a")) end))
    assert.is_true(goes(function(mark) la.Index("ix", la.func.lower(column(mark, "a"))) end))
    assert.is_true(goes(function(mark) la.CheckConstraint(column(mark, "a"):gt(5)) end))
    assert.is_true(goes(function(mark)
      local a = column(mark, "a")
      la.postgresql.ExcludeConstraint({a, "="}, {where = a:gt(5)})
    end))
  end)

  it("goes with the table that holds it by another column", function()
    assert.is_true(goes(function(mark)
      la.Table("t", la.MetaData(), la.Column("a", la.Integer, la.CheckConstraint(column(mark, "a"):gt(5))))
    end))
  end)

  it("goes when only some of the columns find a table", function()
    assert.is_true(goes(function(mark)
      local a, b, c = column(mark, "a"), column(mark, "b"), column(mark, "c")
      la.UniqueConstraint(a, b)
      la.UniqueConstraint(b, c)
      la.Table("t", la.MetaData(), a)
    end))
  end)

  it("is attached when the last of the columns has one", function()
    local a, b, c = la.Column("a", la.Integer), la.Column("b", la.Integer), la.Column("c", la.Integer)
    la.UniqueConstraint(a, b, {name = "ab"})
    la.UniqueConstraint(b, c, {name = "bc"})
    la.Index("ix", la.func.lower(c), a, {postgresql_where = b:gt(5)})
    la.CheckConstraint(a:lt(b), {name = "less"})
    local t = la.Table("t", la.MetaData(), a, b, c)
    collectgarbage()
    assert.equal("CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER, CONSTRAINT ab UNIQUE (a, b), "
      .. "CONSTRAINT bc UNIQUE (b, c), CONSTRAINT less CHECK (a < b))",
      (la.schema.CreateTable(t):compile{dialect = "postgresql"}.string:gsub("^%s+", ""):gsub("[\n\t]", "")
        :gsub("%s+$", "")))
    assert.equal("CREATE INDEX ix ON t (lower(c), a) WHERE b > 5",
      la.schema.CreateIndex(t.indexes[1]):compile{dialect = "postgresql"}.string)
  end)
end)

describe("a default that is a SELECT from its own MetaData", function()
  local function tables(mark, default_of)
    local m = la.MetaData()
    local t = la.Table("t", m, la.Column("a", la.Integer), {info = mark{}})
    local u = la.Table("u", m, la.Column("a", la.Integer, {default = default_of(t)}))
    return u, t, m
  end

  local DEFAULTS = {
    column = function(t) return la.select(la.func.max(t.c.a)):scalar_subquery() end,
    table = function(t) return la.select(la.func.count()):select_from(t) end,
    alias = function(t) return la.select(la.func.max(t:alias("x").c.a)) end,
    cte = function(t) return la.select(la.func.max(la.select(t.c.a):cte("q").c.a)):scalar_subquery() end,
    join = function(t)
      local x = t:alias("x")
      return la.select(la.func.count()):select_from(t:join(x, t.c.a:eq(x.c.a)))
    end,
  }

  it("does not keep it alive", function()
    for name, make in pairs(DEFAULTS) do
      assert.is_true(goes(function(mark) tables(mark, make) end), name)
    end
  end)

  it("is executed as it was written", function()
    for name, make in pairs(DEFAULTS) do
      local u, t, m = tables(function(x) return x end, make)
      collectgarbage()
      local engine = la.create_engine("sqlite://")
      m:create_all(engine)
      engine:begin(function(conn)
        conn:execute(la.insert(t), {{a = 1}, {a = 1}, {a = 1}})
        conn:execute(la.insert(u))
        assert.equal(({column = 1, table = 3, alias = 1, cte = 1, join = 9})[name],
          conn:scalar(la.select(u.c.a)), name)
      end)
    end
  end)
end)
