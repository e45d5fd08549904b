--- Strings that are evaluated as expressions.
local la = require "lualchemy"

local function classes(primaryjoin, order_by)
  local Base = la.declarative_base()
  local A = Base:class("A", {
    __tablename__ = "a",
    id = la.Column{la.Integer, primary_key = true},
    path = la.Column{la.String},
    n = la.Column{la.Integer},
    data = la.Column{la.JSON},
    bs = la.relationship{"B", viewonly = true, primaryjoin = primaryjoin, order_by = order_by},
  })
  Base:class("B", {
    __tablename__ = "b",
    id = la.Column{la.Integer, primary_key = true},
    path = la.Column{la.String},
    n = la.Column{la.Integer},
  })
  return A
end

local function on(primaryjoin)
  local A = classes(primaryjoin)
  return tostring(la.select(A.id):join(A.bs)):match(" ON (.*)$")
end

describe("a string for an expression", function()
  it("may have keywords", function()
    assert.equal("a.path << b.path", on("A.path.op('<<', is_comparison=True)(foreign(B.path))"))
    assert.equal("b.n = a.n AND coalesce(b.path, :coalesce_1) = :coalesce_2",
      on("and_(foreign(B.n) == A.n, func.coalesce(B.path, 'x', type_=String) == 'x')"))
    assert.equal("b.n = a.n AND b.path LIKE :path_1 ESCAPE '/'",
      on("and_(foreign(B.n) == A.n, B.path.like('a%', escape='/'))"))
  end)

  it("has Python's operators", function()
    assert.equal("b.n = a.n * :n_1 - :param_1", on("foreign(B.n) == A.n * 2 - 1"))
    assert.equal("b.path = (a.path || :path_1)", on("foreign(B.path) == A.path + '/x'"))
    assert.equal("b.n = a.n AND b.n > :n_1", on("and_(foreign(B.n) == A.n, B.n > -5)"))
    assert.equal("b.n = a.n AND (b.path NOT LIKE :path_1 || '%')",
      on("and_(foreign(B.n) == A.n, ~B.path.startswith('a'))"))
    assert.equal("b.n = a.n AND a.data[:data_1] = :param_1",
      on("and_(foreign(B.n) == A.n, A.data['k'] == literal('x'))"))
  end)

  it("has the names of Core", function()
    assert.equal("b.n = CAST(a.path AS INTEGER)", on("foreign(B.n) == cast(A.path, Integer)"))
    assert.equal("b.n = a.n AND b.path = x", on("and_(foreign(B.n) == A.n, true(), B.path == literal_column('x'))"))
  end)

  it("says which name there is not", function()
    local A = classes("foreign(B.n) == nope.n")
    local ok, e = pcall(function() return tostring(la.select(A.id):join(A.bs)) end)
    A.registry:dispose()
    assert.is_false(ok)
    assert.truthy(tostring(e):find([[failed to locate a name ("name 'nope' is not defined").]], 1, true))
  end)

  it("calls functions of the database in each expression", function()
    for _ = 1, 2 do
      local A = classes("foreign(B.n) == A.n", "func.lower(B.path)")
      assert.truthy(tostring(la.select(A):options(la.joinedload(A.bs))):find("ORDER BY lower(b_1.path)", 1, true))
    end
  end)
end)
