-- Vectors of Oracle: distances, approximate FETCH, sparse values.
local la = require "lualchemy"
local compiles = require("spec.support").compiles

local ora = la.oracle
local t = la.table("t", la.column("v", ora.VECTOR{dim = 3, storage_type = ora.VectorStorageType.SPARSE}))
local v = t.c.v

local function fails(message, fn, ...)
  local ok, e = pcall(fn, ...)
  assert.is_false(ok)
  assert.is_truthy(tostring(e):find(message, 1, true), tostring(e))
end

describe("vectors", function()
  compiles("distances", la.select(v:l2_distance({1, 2, 3}), v:inner_product({1, 2, 3}), v:cosine_distance({1, 2, 3})), {
    oracle = "SELECT t.v <-> :v_1 AS anon_1, t.v <#> :v_2 AS anon_2, t.v <=> :v_3 AS anon_3 FROM t",
  })
  local near = la.select(t):order_by(v:l2_distance(ora.SparseVector(3, {0, 2}, {1, 0.5})))
    :fetch(5, {oracle_fetch_approximate = true})
  compiles("the nearest", near, {
    oracle = "SELECT t.v FROM t ORDER BY t.v <-> :v_1 FETCH APPROX FIRST __[POSTCOMPILE_param_1] ROWS ONLY",
  })
end)

describe("SparseVector", function()
  it("has dimensions, places and values", function()
    local sparse = ora.SparseVector(3, {0, 2}, {1, 0.5})
    assert.equal(3, sparse.num_dimensions)
    assert.same({0, 2}, sparse.indices)
    assert.same({1, 0.5}, sparse.values)
    assert.equal("SparseVector(num_dimensions=3, size=2, typecode=d)", tostring(sparse))
    assert.is_true(ora.SparseVector:is(sparse))
    assert.is_false(ora.SparseVector:is{3, {0, 2}, {1, 0.5}})
    assert.same({4}, ora.SparseVector{num_dimensions = 9, indices = {8}, values = {4}}.values)
  end)

  it("is a value as it is", function()
    local sparse = ora.SparseVector(3, {1}, {2})
    assert.is_true(rawequal(sparse, la.insert(t):values{v = sparse}:compile{dialect = "oracle"}.params.v))
  end)

  it("refuses what is no vector", function()
    fails("indices and values must be of the same length!", ora.SparseVector, 3, {0}, {1, 2})
    fails("argument 'num_dimensions' must be a whole number, got x", ora.SparseVector, "x", {0}, {1})
    fails("argument 'indices' must be an array of numbers, got nil", ora.SparseVector, 3)
    fails("argument 'values' must be an array of numbers, got a string in it", ora.SparseVector, 3, {0}, {"1"})
  end)
end)
