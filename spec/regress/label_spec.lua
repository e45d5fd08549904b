-- column.label("x"), with a dot, is no label of a value.
local la = require "lualchemy"

describe("label()", function()
  it("asks for a colon", function()
    local ok, e = pcall(la.column("a").label, "x")
    assert.is_false(ok)
    assert.matches("label: argument 'self' must be a column expression, got string", tostring(e), 1, true)
    assert.equal("SELECT 5 AS x", tostring(la.select(la.label("x", 5)):compile{literal_binds = true}))
  end)
end)
