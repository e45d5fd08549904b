-- la.util: sorting by dependencies, sets in order, tables with rules.
local la = require "lualchemy"

local util = la.util
local topological = util.topological

describe("topological", function()
  local PAIRS = {{1, 2}, {2, 4}, {4, 1}, {9, 9}, {7, 5}, {5, 7}, {1, 6}, {6, 8}, {8, 4}, {3, 1}, {3, 2}}

  it("sorts by what comes before, else as it was", function()
    assert.same({6, 4, 2, 5, 3, 1}, topological.sort({{6, 5}, {4, 3}, {2, 1}}, {6, 5, 4, 3, 2, 1}))
    assert.same({{6, 4, 2}, {5, 3, 1}}, topological.sort_as_subsets({{6, 5}, {4, 3}, {2, 1}}, {6, 5, 4, 3, 2, 1}))
    assert.same({1, 2}, topological.sort({{7, 1}}, {1, 2}))
    assert.same({}, topological.sort({}, {}))
  end)

  it("finds all that is on circles", function()
    assert.same({1, 2, 4, 5, 6, 7, 8, 9}, topological.find_cycles(PAIRS, {1, 2, 3, 4, 5, 6, 7, 8, 9}))
    assert.same({"a", "b"}, topological.find_cycles({{"a", "b"}, {"b", "a"}, {"b", "c"}}, {"a", "b", "c"}))
    assert.same({}, topological.find_cycles({{1, 2}}, {1, 2}))
  end)

  it("tells of circles", function()
    local ok, e = pcall(topological.sort, {{"a", "b"}, {"b", "a"}, {"a", "b"}, {"b", "c"}}, {"a", "b", "c"})
    assert.is_false(ok)
    assert.is_true(la.exc.CircularDependencyError:is(e))
    assert.equal("Circular dependency detected. ('a', 'b')", e.message)
    assert.same({"a", "b"}, e.cycles)
    assert.same({{"a", "b"}, {"b", "a"}, {"b", "c"}}, e.edges)
  end)
end)

describe("OrderedSet", function()
  it("keeps each once, in order", function()
    local set = util.OrderedSet{3, 1, 3, 2}
    assert.same({3, 1, 2}, {set[1], set[2], set[3]})
    assert.equal(3, #set)
    set:add(1)
    set:insert(1, 9)
    assert.equal("9 3 1 2", table.concat(set, " "))
    set:remove(3)
    set:discard(77)
    assert.equal(2, set:pop())
    assert.equal("9 1", table.concat(set, " "))
    assert.is_true(set:contains(9))
    assert.is_false(set:contains(3))
    set:clear()
    assert.equal(0, #set)
    assert.has_error(function() set:remove(5) end, "5")
    assert.has_error(function() set:pop() end, "pop from an empty set")
  end)

  it("has the operations of sets", function()
    local a, b = util.OrderedSet{1, 2, 3}, util.OrderedSet({3, 4}, {})
    local function text(set) return table.concat(set, " ") end
    assert.equal("1 2 3 4", text(a:union(b)))
    assert.equal("1 2 3 4 5", text(a:union(b, {5})))
    assert.equal("1 2 3 4", text(a + b))
    assert.equal("3", text(a:intersection(b)))
    assert.equal("1 2", text(a:difference(b)))
    assert.equal("1 2", text(a - b))
    assert.equal("1 2 4", text(a:symmetric_difference(b)))
    assert.equal("1 2 3", text(a))
    assert.is_true(a == util.OrderedSet{3, 2, 1})
    assert.is_true(util.OrderedSet{1}:issubset(a) and a:issuperset{1, 3})
    assert.is_true(util.OrderedSet:is(a:copy()))
    assert.is_false(util.IdentitySet:is(a))
  end)

  it("as an IdentitySet tells objects apart", function()
    local x, y = {}, {}
    local set = util.IdentitySet({x, y, x}, {})
    assert.equal(2, #set)
    assert.is_true(set:contains(x))
    assert.is_false(set:contains({}))
  end)
end)

describe("immutabledict", function()
  it("does not change", function()
    local d = util.immutabledict{a = 1}
    assert.equal(1, d.a)
    assert.is_nil(d.b)
    assert.has_error(function() d.a = 2 end, "'immutabledict' object is immutable")
    local more = d:union{b = 2}
    assert.same({1, 2}, {more.a, more.b})
    assert.is_nil(d.b)
    assert.equal(3, d:merge_with({a = 2}, la.NULL, util.immutabledict{a = 3}).a)
    assert.is_true(d:contains("a") and util.immutabledict:is(more))
  end)
end)

describe("LRUCache", function()
  it("forgets what was used longest ago", function()
    local cache = util.LRUCache(10, {threshold = 0.2})
    for i = 1, 20 do cache[i] = i * 10 end
    assert.is_nil(cache:get(1))
    for i = 12, 20 do assert.equal(i * 10, cache[i]) end
    assert.equal("none", cache:get("x", "none"))
    assert.is_true(#cache:keys() <= 12 and #cache:values() == #cache:keys())
  end)

  it("is told apart by use, and may say that it is full", function()
    local told = 0
    local cache = util.LRUCache{capacity = 2, threshold = 0, size_alert = function() told = told + 1 end}
    cache.a, cache.b = 1, 2
    assert.equal(1, cache.a)
    cache.c = 3
    assert.equal(1, told)
    assert.same({1, 3}, {cache:get("a"), cache:get("c")})
    assert.is_nil(cache:get("b"))
    cache.a = nil
    assert.equal(1, #cache:keys())
  end)
end)

describe("ScopedRegistry", function()
  it("has an object for each scope", function()
    local scope, made = 1, 0
    local registry = util.ScopedRegistry(function() made = made + 1 return made end, function() return scope end)
    assert.is_false(registry:has())
    assert.same({1, 1}, {registry(), registry()})
    scope = 2
    assert.equal(2, registry())
    registry:set("x")
    assert.equal("x", registry())
    registry:clear()
    assert.is_false(registry:has())
    scope = 1
    assert.equal(1, registry())
  end)

  it("of one scope", function()
    local registry = util.ThreadLocalRegistry(function() return {} end)
    assert.equal(registry(), registry())
    registry:clear()
    assert.is_false(registry:has())
    assert.has_error(function() util.ThreadLocalRegistry(5) end,
      "ThreadLocalRegistry: argument 'createfunc' must be a function, got number")
  end)
end)
