-- la.between() with named arguments; a keyword that it does not know made it call itself without end.
local la = require "lualchemy"

describe("between()", function()
  local x = la.column("x")

  it("takes its arguments by name", function()
    assert.equal("x BETWEEN :x_1 AND :x_2", tostring(la.between{expr = x, lower_bound = 1, upper_bound = 2}))
    assert.equal("x BETWEEN SYMMETRIC :x_1 AND :x_2",
      tostring(la.between{expr = x, lower_bound = 1, upper_bound = 2, symmetric = true}))
  end)

  it("ends where a keyword is unknown", function()
    assert.has_no_error(function() pcall(la.between, {bogus = 1}) end)
    assert.has_no_error(function() pcall(la.between, {expr = x, bogus = 1}) end)
  end)
end)
