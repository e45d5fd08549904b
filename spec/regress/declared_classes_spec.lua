-- What declarative classes take: strings of relationships, __table_cls__, names and keys; bases of registries.
local la = require "lualchemy"

local function made(arguments)
  la.clear_mappers()
  local Base = la.declarative_base()
  local A = Base:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true},
    b_id = la.Column{la.ForeignKey("b.id")}, ds = la.relationship(arguments)})
  Base:class("B", {__tablename__ = "b", id = la.Column{la.Integer, primary_key = true},
    d_id = la.Column{la.ForeignKey("d.id")}})
  Base:class("C", {__tablename__ = "c", id = la.Column{la.Integer, primary_key = true},
    a_id = la.Column{la.ForeignKey("a.id")}, d_id = la.Column{la.ForeignKey("d.id")}})
  local D = Base:class("D", {__tablename__ = "d", id = la.Column{la.Integer, primary_key = true},
    pos = la.Column{la.Integer}})
  la.configure_mappers()
  return A, D
end

describe("strings of relationship()", function()
  after_each(function() la.clear_mappers() end)

  it("join classes as their tables", function()
    local A = made{"D", secondary = "join(B, D, B.d_id == D.id).join(C, C.d_id == D.id)",
      primaryjoin = "and_(A.b_id == B.id, A.id == C.a_id)", secondaryjoin = "D.id == B.d_id", viewonly = true}
    assert.equal("SELECT a.id, a.b_id FROM a JOIN (b AS b_1 JOIN d AS d_1 ON b_1.d_id = d_1.id JOIN c AS c_1 "
      .. "ON c_1.d_id = d_1.id) ON a.b_id = b_1.id AND a.id = c_1.a_id JOIN d ON d.id = b_1.d_id",
      (tostring(la.select(A):join(A.ds)):gsub("%s+", " ")))
  end)

  it("order by several columns", function()
    local A, D = made{"D", secondary = "c", order_by = "desc(D.pos), D.id"}
    local order = la.inspect(A).relationships.ds.order_by
    assert.equal("d.pos DESC", tostring(order[1]))
    assert.equal(tostring(D.__table__.c.id), tostring(order[2].expression or order[2]))
  end)

  it("name the class that has no such attribute", function()
    local ok, e = pcall(made, {"D", secondary = "c", order_by = "D.nope"})
    assert.is_false(ok)
    assert.matches("Class <class 'D'> does not have a mapped column named 'nope'", tostring(e), 1, true)
  end)
end)

describe("__table_cls__", function()
  after_each(function() la.clear_mappers() end)

  it("makes the table from name, metadata, columns and keywords", function()
    local A = la.declarative_base():class("A", {__tablename__ = "a", __table_args__ = {comment = "why"},
      id = la.Column{la.Integer, primary_key = true},
      __table_cls__ = function(_, name, ...) return la.Table(name .. "_made", ...) end})
    assert.equal("a_made", A.__table__.name)
    assert.equal("why", A.__table__.comment)
  end)

  it("may make none: the class is one of its parent's table", function()
    local Base = la.declarative_base()
    local A = Base:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true},
      kind = la.Column{la.String}, __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "a"}})
    local B = A:class("B", {__tablename__ = "b", __mapper_args__ = {polymorphic_identity = "b"},
      __table_cls__ = function() return nil end})
    assert.is_true(la.inspect(B).single)
    assert.equal(A.__table__, B.__table__)
  end)
end)

describe("what a declarative class takes", function()
  after_each(function() la.clear_mappers() end)

  it("is a column called registry", function()
    local R = la.declarative_base():class("R", {__tablename__ = "r", id = la.Column{la.Integer, primary_key = true},
      registry = la.Column{la.String}})
    assert.equal("R.registry", tostring(R.registry))
    assert.equal("x", R{registry = "x"}.registry)
  end)

  it("is one name for the primary key", function()
    local R = la.declarative_base():class("R", {__tablename__ = "r", id = la.Column{la.Integer},
      __mapper_args__ = {primary_key = "id"}})
    assert.equal(R.__table__.c.id, la.inspect(R).primary_key[1])
  end)
end)

describe("a base of a registry", function()
  it("is made from a class with what all classes have", function()
    local registry = la.registry()
    local Model = la.class("Model", {hello = function(self) return "I am " .. self.id end})
    local Base = registry:as_declarative_base()(Model)
    local A = Base:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true}})
    assert.equal("I am 4", A{id = 4}:hello())
    assert.equal(registry, A.registry)
    assert.equal("Model", Base.__name__)
    registry:dispose()
  end)

  it("has classes whose objects know their __class__", function()
    local A = la.declarative_base():class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true}})
    assert.equal(A, A{id = 4}.__class__)
    assert.equal("A", A{id = 4}.__class__.__name__)
  end)
end)
