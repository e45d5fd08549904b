-- Hybrids among the columns of a SELECT: which of them give their name to an expression that has none.
local la = require "lualchemy"

describe("an expression of a hybrid in a SELECT", function()
  local A

  setup(function()
    local Base = la.declarative_base()
    local B
    local function hybrid(expr)
      return la.hybrid.hybrid_property{get = function() end, expr = expr}
    end
    A = Base:class("A", {
      __tablename__ = "a", id = la.Column{la.Integer, primary_key = true}, v = la.Column{la.Integer},
      less = hybrid(function(cls) return cls.v - 5 end),
      lower = hybrid(function(cls) return la.func.lower(cls.v) end),
      none = hybrid(function() return la.null() end),
      many = hybrid(function(cls) return la.select(la.func.count(B.id)):where(B.a_id:eq(cls.id)):scalar_subquery() end),
    })
    B = Base:class("B", {__tablename__ = "b", id = la.Column{la.Integer, primary_key = true},
      a_id = la.Column{la.ForeignKey("a.id")}})
  end)

  local function text(...) return (tostring(la.select(...)):gsub("%s+", " ")) end

  it("has the hybrid's name where it is about the class", function()
    assert.equal("SELECT a.id, a.v - :v_1 AS less FROM a", text(A.id, A.less))
  end)

  it("has none where another column has that name before it", function()
    assert.equal("SELECT a.v AS less, a.v - :v_1 AS anon_1 FROM a", text(A.v:label("less"), A.less))
    assert.equal("SELECT a.v - :v_1 AS less, a.v - :v_2 AS anon_1 FROM a", text(A.less, A.less))
  end)

  it("has none where it is about no class, but for a SELECT within", function()
    assert.equal("SELECT a.id, NULL AS anon_1 FROM a", text(A.id, A.none))
    assert.equal("SELECT a.id, (SELECT count(b.id) AS count_1 FROM b WHERE b.a_id = a.id) AS anon_1 FROM a",
      text(A.id, A.many))
  end)

  it("is known by the hybrid's name in rows and in a FROM", function()
    local session = la.Session(la.create_engine("sqlite://"))
    assert.same({"id", "none"}, session:execute(la.select(la.literal(1):label("id"), A.none)):keys())
    assert.same({"id", "less", "lower", "none", "many"},
      la.select(A.id, A.less, A.lower, A.none, A.many):subquery().c:keys())
    session:close()
  end)
end)
