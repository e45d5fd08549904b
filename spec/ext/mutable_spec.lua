-- Mutable values: changes in place are changes of the attribute.
local la = require "lualchemy"

describe("mutable", function()
  local A

  before_each(function()
    A = la.declarative_base():class("A", {
      __tablename__ = "a", id = la.Column{la.Integer, primary_key = true},
      data = la.Column{la.mutable.MutableDict.as_mutable(la.JSON)},
      list = la.Column{la.mutable.MutableList.as_mutable(la.JSON)},
    })
  end)

  local function modified(obj, key)
    return la.attributes.get_history(obj, key):has_changes()
  end

  it("dictionaries tell", function()
    local a = A{}
    la.attributes.set_committed_value(a, "data", {x = 1})
    assert.equal(1, a.data.x)
    assert.is_false(modified(a, "data"))
    a.data.y = 2
    assert.is_true(modified(a, "data"))
    assert.equal(2, #a.data)
    assert.equal(1, a.data:pop("x"))
    a.data:update{z = 3}
    assert.same({"y", "z"}, a.data:keys())
    a.data:clear()
    assert.equal(0, #a.data)
  end)

  it("lists tell", function()
    local a = A{}
    la.attributes.set_committed_value(a, "list", {1, 2})
    a.list:append(3)
    assert.is_true(modified(a, "list"))
    assert.same({1, 2, 3}, a.list:copy())
    assert.equal(3, a.list:pop())
    assert.equal(2, #a.list)
  end)

  it("refuse other values", function()
    local a = A{data = {x = 1}}
    assert.is_true(la.mutable.MutableDict:is(a.data))
    local _, e = pcall(function() a.data = 5 end)
    assert.equal("Attribute 'data' does not accept objects of type number", e.message)
    a.data = nil
    assert.is_nil(a.data)
  end)
end)
