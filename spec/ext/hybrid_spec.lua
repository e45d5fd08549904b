-- Hybrids: Lua on an instance, SQL on a class.
local la = require "lualchemy"

describe("hybrid", function()
  local I

  before_each(function()
    I = la.declarative_base():class("I", {
      __tablename__ = "i", id = la.Column{la.Integer, primary_key = true}, first = la.Column{la.Integer},
      last = la.Column{la.Integer}, _name = la.Column{"name", la.String},
      length = la.hybrid_property{
        get = function(self) return self.last - self.first end,
        set = function(self, value) self.last = self.first + value end,
      },
      loud = la.hybrid_property{
        get = function(self) return self._name:upper() end, expr = function(cls) return la.func.upper(cls._name) end,
      },
      holds = la.hybrid_method{
        function(self, n) return self.first <= n and n < self.last end,
        expr = function(cls, n) return la.and_(cls.first:le(n), cls.last:gt(n)) end,
      },
    })
  end)

  it("computes on an instance", function()
    local i = I{first = 1, last = 5, _name = "x"}
    assert.equal(4, i.length)
    i.length = 9
    assert.equal(10, i.last)
    assert.equal("X", i.loud)
    assert.is_true(i:holds(3))
    assert.is_false(i:holds(30))
    assert.has_error(function() i.loud = "y" end)
  end)

  it("is an expression on the class", function()
    assert.equal("SELECT i.last - i.first AS length \nFROM i", tostring(la.select(I.length)))
    assert.equal("SELECT i.id \nFROM i \nWHERE upper(i.name) = :upper_1",
      tostring(la.select(I.id):where(I.loud:eq("X"))))
    assert.equal("i.first <= :first_1 AND i.last > :last_1", tostring(I:holds(3)))
  end)

  it("checks its arguments", function()
    assert.has_error(function() la.hybrid_property{set = function() end} end)
    assert.has_error(function() la.hybrid_property{get = 5} end)
    assert.has_error(function() la.hybrid_method{expr = function() end} end)
  end)
end)
