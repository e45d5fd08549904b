-- Relationships: direction, join conditions, backrefs, and what is said about mistakes.
local la = require "lualchemy"

describe("relationship", function()
  local Base

  before_each(function() Base = la.declarative_base() end)

  local function id() return la.Column{la.Integer, primary_key = true} end

  local function class(name, body)
    body.__tablename__ = name:lower()
    body.id = id()
    return Base:class(name, body)
  end

  local function prop(cls, key)
    return la.inspect(cls).relationships[key]
  end

  local function texts(list)
    local out = {}
    for i, pair in ipairs(list) do out[i] = tostring(pair[1]) .. ">" .. tostring(pair[2]) end
    return table.concat(out, " ")
  end

  it("finds its direction and pairs from foreign keys", function()
    local A = class("A", {bs = la.relationship{"B", back_populates = "a"}})
    local B = class("B", {a_id = la.Column{la.ForeignKey("a.id")}, a = la.relationship{"A", back_populates = "bs"}})
    local bs, a = prop(A, "bs"), prop(B, "a")
    assert.equal("ONETOMANY", bs.direction.name)
    assert.equal("MANYTOONE", a.direction.name)
    assert.is_true(bs.uselist)
    assert.is_false(a.uselist)
    assert.equal("a.id>b.a_id", texts(bs.local_remote_pairs))
    assert.equal("b.a_id>a.id", texts(a.local_remote_pairs))
    assert.equal("a.id>b.a_id", texts(a.synchronize_pairs))
    assert.equal("a.id = b.a_id", tostring(bs.join_condition:plain_primaryjoin()))
    assert.equal(a, bs.reverse_property[1])
  end)

  it("goes through a secondary table, and back", function()
    la.Table("ab", Base.metadata, la.Column("a_id", la.ForeignKey("a.id")), la.Column("b_id", la.ForeignKey("b.id")))
    local A = class("A", {bs = la.relationship{"B", secondary = "ab", backref = "as"}})
    local B = class("B", {})
    local bs = prop(A, "bs")
    assert.equal("MANYTOMANY", bs.direction.name)
    assert.equal("a.id>ab.a_id b.id>ab.b_id", texts(bs.local_remote_pairs))
    assert.equal("a.id>ab.a_id", texts(bs.synchronize_pairs))
    assert.equal("b.id>ab.b_id", texts(bs.secondary_synchronize_pairs))
    assert.equal("b.id>ab.b_id", texts(prop(B, "as").synchronize_pairs))
  end)

  it("refers to its own table either way", function()
    local Node = class("Node", {parent_id = la.Column{la.ForeignKey("node.id")},
      children = la.relationship{"Node", backref = la.backref("parent", {remote_side = "Node.id"})}})
    assert.equal("ONETOMANY", prop(Node, "children").direction.name)
    assert.equal("MANYTOONE", prop(Node, "parent").direction.name)
    assert.equal("node.parent_id>node.id", texts(prop(Node, "parent").local_remote_pairs))
  end)

  it("takes conditions as functions and strings, and foreign() and remote()", function()
    local A, B
    A = class("A", {bs = la.relationship{function() return B end, viewonly = true, order_by = "B.n.desc()",
      primaryjoin = function() return la.and_(A.id:eq(la.foreign(B.a_ref)), B.n:gt(5)) end}})
    B = class("B", {a_ref = la.Column{la.Integer}, n = la.Column{la.Integer}})
    local bs = prop(A, "bs")
    assert.equal("ONETOMANY", bs.direction.name)
    assert.equal("a.id = b.a_ref AND b.n > :n_1", tostring(bs.join_condition:plain_primaryjoin()))
    assert.equal("b.n DESC", tostring(bs.order_by[1]))
    local C = class("C", {bs = la.relationship{"B", primaryjoin = "C.id == foreign(remote(B.a_ref))"}})
    assert.equal("c.id>b.a_ref", texts(prop(C, "bs").local_remote_pairs))
  end)

  local function failure(fn)
    fn()
    local ok, e = pcall(Base.registry.configure, Base.registry)
    assert.is_false(ok)
    return e
  end

  it("says what is wrong with its foreign keys", function()
    local e = failure(function()
      class("A", {bs = la.relationship{"B"}})
      class("B", {})
    end)
    assert.is_true(la.exc.NoForeignKeysError:is(e))
    assert.matches("relationship A%.bs %- there are no foreign keys linking these tables", e.message)
    Base = la.declarative_base()
    e = failure(function()
      class("A", {bs = la.relationship{"B"}})
      class("B", {x = la.Column{la.ForeignKey("a.id")}, y = la.Column{la.ForeignKey("a.id")}})
    end)
    assert.is_true(la.exc.AmbiguousForeignKeysError:is(e))
  end)

  it("says which name it cannot find, once and again", function()
    local e = failure(function() class("A", {bs = la.relationship{"Nope"}}) end)
    assert.matches("expression 'Nope' failed to locate a name", e.message)
    Base = la.declarative_base()
    class("A", {bs = la.relationship{"Nope"}})
    pcall(Base.registry.configure, Base.registry)
    local _, again = pcall(Base.registry.configure, Base.registry)
    assert.matches("One or more mappers failed to initialize", again.message)
  end)

  it("allows delete-orphan on the one side only", function()
    local e = failure(function()
      class("A", {})
      class("B", {a_id = la.Column{la.ForeignKey("a.id")}, a = la.relationship{"A", cascade = "all, delete-orphan"}})
    end)
    assert.matches("For many%-to%-one relationship B%.a, delete%-orphan cascade", e.message)
    assert.has_error(function() la.relationship{"A", cascade = "al"} end)
    assert.has_error(function() la.relationship{"A", back_populates = "x", backref = "y"} end)
    assert.has_error(function() la.relationship{"A", lazy = "eager"} end)
  end)
end)
