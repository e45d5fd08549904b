-- bindparam() without a name in what INSERT and UPDATE set.
local la = require "lualchemy"

describe("A bindparam() without a name", function()
  local t = la.table("t", la.column("a", la.Integer), la.column("b", la.Integer))

  it("keeps a name of its own beside literals, which are named after their columns", function()
    local insert = la.insert(t):values{a = la.bindparam(nil, 5), b = la.literal(7)}:compile()
    assert.equal("INSERT INTO t (a, b) VALUES (:param_1, :b)", tostring(insert))
    assert.same({param_1 = 5, b = 7}, insert.params)
    assert.equal("UPDATE t SET a=:param_1, b=:b WHERE t.a = :a_1",
      tostring(la.update(t):values{a = la.bindparam(nil, 5), b = 3}:where(t.c.a:eq(4))))
    assert.equal("INSERT INTO t (a, b) VALUES (:param_1, :b_m0), (:param_2, :b_m1)",
      tostring(la.insert(t):values{{a = la.bindparam(nil, 5), b = 1}, {a = la.bindparam(nil, 6), b = 2}}))
  end)

  it("takes the column's if it is unique", function()
    assert.equal("INSERT INTO t (a) VALUES (:a)",
      tostring(la.insert(t):values{a = la.bindparam(nil, 5, {unique = true})}))
    assert.is_false(la.bindparam(nil, 5).unique)
    assert.is_true(la.literal(5).unique)
  end)
end)
