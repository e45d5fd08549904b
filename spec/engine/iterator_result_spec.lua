-- Results of rows that no database gave, and results made of several.
local la = require "lualchemy"
local support = require "spec.support"

local NAMES = la.engine.result.SimpleResultMetaData({"a", "b", "c"}, {})
local DATA = {{1, 1, 1}, {2, 1, 2}, {1, 3, la.NULL}, {4, 1, 2}}

local function of(n) return la.IteratorResult(NAMES, {(table.unpack or unpack)(DATA, 1, n or 4)}) end -- luacheck: ignore

local function texts(rows)
  local out = {}
  for i, row in ipairs(rows) do out[i] = tostring(row) end
  return out
end

describe("a result of an iterator", function()
  it("gives rows as any result does", function()
    assert.same({"(1, 1, 1)", "(2, 1, 2)", "(1, 3, None)", "(4, 1, 2)"}, texts(of():all()))
    assert.same({1, 2, la.NULL, 2}, of():scalars("c"):all())
    assert.same({1, 2, 4}, of():scalars():unique():all())
    assert.same({"{'c': 1, 'a': 1}"}, texts(of(1):columns("c", "a"):mappings():all()))
    assert.equal(1, of():scalar())
    assert.is_true(la.exc.MultipleResultsFound:is(select(2, pcall(of().one, of()))))
    assert.is_nil(of(0):one_or_none())
    assert.same({"a", "b", "c"}, of():keys())
  end)

  it("takes a function, too, and closes what it was made of", function()
    local n, raw = 0, of()
    local result = la.IteratorResult(NAMES, function()
      n = n + 1
      return n < 3 and {n, n, n} or nil
    end, {raw = raw})
    assert.is_true(la.IteratorResult:is(result))
    assert.same({"(1, 1, 1)", "(2, 2, 2)"}, texts(result:all()))
    assert.is_true(raw.closed)
  end)

  it("is closed by close() and first()", function()
    local result = of()
    assert.is_false(result.closed)
    result:first()
    assert.is_true(result.closed)
    assert.has_error(function() result:fetchone() end)
  end)

  it("knows elements by what else is said of them", function()
    local x, y = la.column("x"), la.column("y")
    local names = la.engine.result.SimpleResultMetaData({"a", "b"}, {extra = {{x}, {y}}})
    assert.same({"(2, 1)"}, texts(la.IteratorResult(names, {{1, 2}}):columns(y, x):all()))
  end)

  it("tells what it cannot be made of", function()
    assert.has_error(function() la.IteratorResult({}, {}) end)
    assert.has_error(function() la.IteratorResult(NAMES, 5) end)
    assert.has_error(function() la.ChunkedIteratorResult(NAMES, {}) end)
  end)
end)

describe("a result of chunks", function()
  it("asks for as many as yield_per says", function()
    local asked = {}
    local result = la.ChunkedIteratorResult(NAMES, function(n)
      asked[#asked + 1] = n or "all"
      return {{DATA[1], DATA[2]}, {DATA[4]}}
    end)
    assert.same({"(1, 1, 1)", "(2, 1, 2)", "(4, 1, 2)"}, texts(result:yield_per(2):all()))
    assert.same({"all", 2}, asked)
  end)

  it("may have single values instead of rows", function()
    local function values() return {{1, 2}, {1, 4}} end
    local function result() return la.ChunkedIteratorResult(NAMES, values, {source_supports_scalars = true}) end
    assert.same({1, 2, 1, 4}, result():scalars():all())
    assert.same({"(1,)", "(2,)", "(4,)"}, texts(result():unique():all()))
    assert.same({{1, 2}, {4}}, {result():scalars():unique():partitions(2)(), {4}})
  end)
end)

describe("frozen and merged results", function()
  it("freeze gives the rows again", function()
    local frozen = la.FrozenResult(of():columns("a", "c"))
    assert.same({{1, 1}, {2, 2}, {1, la.NULL}, {4, 2}}, frozen:rewrite_rows())
    assert.same({1, 2, 1, 4}, frozen():scalars():all())
    assert.same({1, 2, 1, 4}, frozen():scalars():all())
  end)

  it("merge reads one after the other, unique as the first is", function()
    local merged = of(1):merge(of(2), of(1))
    assert.is_true(la.MergedResult:is(merged))
    assert.is_true(la.IteratorResult:is(merged))
    assert.same({"(1, 1, 1)", "(1, 1, 1)"}, texts(merged:fetchmany(2)))
    assert.same({"(2, 1, 2)", "(1, 1, 1)"}, texts(merged:all()))
    assert.same({1, 2}, of(1):unique():merge(of(2)):scalars():all())
  end)
end)

describe("rows", function()
  local row = la.result_tuple({"a", la.NULL, "c"})({1, la.NULL, 3})

  it("have names, but where there is none", function()
    assert.same({"a", "c"}, row._fields)
    assert.same({a = 1, c = 3}, row:_asdict())
    assert.same({"a", "c"}, row._mapping:keys())
    assert.equal(3, row[3])
  end)

  it("are sliced as Python slices tuples", function()
    assert.same({1, la.NULL}, row:slice(0, 2))
    assert.same({la.NULL, 3}, row:slice(1))
    assert.same({la.NULL}, row:slice(-2, -1))
    assert.is_true(row:contains(3))
    assert.is_false(row:contains(7))
  end)
end)

for db in support.databases() do
  describe("splicing results on " .. db.name, function()
    it("makes rows longer or more", function()
      local engine = db:engine()
      engine:connect(function(conn)
        local one = la.text("SELECT 1 AS a, 2 AS b UNION ALL SELECT 3, NULL ORDER BY a")
        local two = la.text("SELECT 5 AS c UNION ALL SELECT 6 ORDER BY c")
        local wide = conn:execute(one):splice_horizontally(conn:execute(two))
        assert.same({"a", "b", "c"}, wide:keys())
        assert.same({"(1, 2, 5)", "(3, None, 6)"}, texts(wide:all()))
        local long = conn:execute(two):splice_vertically(conn:execute(two))
        assert.same({5, 6, 5, 6}, long:scalars():all())
      end)
      engine:dispose()
    end)
  end)
end
