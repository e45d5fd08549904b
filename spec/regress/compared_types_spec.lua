-- What a user's type says of the values that it is compared with.
local la = require "lualchemy"

local function decorated(impl)
  return la.column("x", la.types.TypeDecorator:class("Decorated", {impl = impl, cache_ok = true,
    coerce_compared_value = function(self, op, value) return self.impl:coerce_compared_value(op, value) end}))
end

local function right(expr) return tostring(expr.right.type) end

describe("coerce_compared_value", function()
  it("of the library's types serves decorators that hand it on", function()
    local json = decorated(la.JSON)
    assert.equal("INTEGER", right(json:eq(5)))
    assert.equal("JSON_EXTRACT(x, ?)", json:at("a"):as_integer():compile{dialect = "sqlite"}.string)
    local array = decorated(la.postgresql.ARRAY(la.Integer))
    assert.equal("ARRAY", right(array:contains{1, 2}))
    assert.equal("INTEGER", tostring(array:at(1).type))
    local text = decorated(la.String)
    assert.same({"INTEGER", "VARCHAR", "DATE"}, {right(text:eq(5)), right(text:eq("a")),
      right(text:eq(la.date(2020, 1, 1)))})
  end)

  it("is asked for lists as for values, with their first element", function()
    local text = decorated(la.String)
    assert.equal("INTEGER", right(text:in_{1, 2}))
    assert.equal("VARCHAR", right(text:not_in{"a"}))
    assert.equal("VARCHAR", right(text:in_{}))
  end)

  it("is the type itself where the value's has the same affinity", function()
    local function asked(type_, value) return tostring(type_:coerce_compared_value(la.sql.operators.eq, value)) end
    assert.equal("VARCHAR(5)", asked(la.String(5), "a"))
    assert.equal("INTEGER", asked(la.String(5), 5))
    assert.equal("UUID", asked(la.postgresql.UUID(), "a"))
    assert.equal("FLOAT", asked(la.Interval(), 1.5))
    assert.equal("JSON", asked(la.JSON(), nil))
  end)
end)
