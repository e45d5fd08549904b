-- Declarative classes: bodies, mixins, abstract bases, table arguments, late attributes.
local la = require "lualchemy"

local function keys(t)
  return table.concat(t.c:keys(), " ")
end

describe("declarative classes", function()
  local Base

  before_each(function() Base = la.declarative_base() end)

  local function id() return la.Column{la.Integer, primary_key = true} end

  it("keep the order in which columns were written", function()
    local A = Base:class("A", {__tablename__ = "a", id = id(), zeta = la.Column{la.String},
      alpha = la.Column{la.String}})
    assert.equal("id zeta alpha", keys(A.__table__))
    assert.equal("A.zeta", tostring(A.zeta))
    assert.equal(A.__table__, Base.metadata.tables.a)
  end)

  it("name a column by its attribute unless it has a name", function()
    local A = Base:class("A", {__tablename__ = "a", id = id(), email = la.Column{"mail", la.String}})
    assert.equal("a.mail = :mail_1", tostring(A.email:eq("x")))
    assert.equal("x", A{email = "x"}.email)
  end)

  it("make instances from a table, refusing unknown names", function()
    local A = Base:class("A", {__tablename__ = "a", id = id(), name = la.Column{la.String}})
    local a = A{name = "x"}
    assert.equal("x", a.name)
    assert.is_nil(a.id)
    local ok, e = pcall(A, {nmae = "x"})
    assert.is_false(ok)
    assert.equal("'nmae' is an invalid keyword argument for A", e.message)
  end)

  it("name the nearest attribute where one is misspelt", function()
    local A = Base:class("A", {__tablename__ = "a", id = id(), name = la.Column{la.String}})
    assert.has_error(function() return A.nmae end)
    local _, e = pcall(function() return A.nmae end)
    assert.matches("did you mean 'name'", e.message)
    _, e = pcall(function() return A{}.nmae end)
    assert.matches("did you mean 'name'", e.message)
  end)

  it("run __init__ of the body and show __repr__", function()
    local A = Base:class("A", {
      __tablename__ = "a", id = id(), name = la.Column{la.String},
      __init__ = function(self, name) self.name = name:upper() end,
      __repr__ = function(self) return "A(" .. self.name .. ")" end,
    })
    assert.equal("A(BOB)", tostring(A("bob")))
  end)

  it("take methods, also later, and inherit them", function()
    local A = Base:class("A", {__tablename__ = "a", id = id(), type = la.Column{la.String},
      __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "a"}})
    function A:hello() return "hello " .. self.type end
    local B = A:class("B", {__mapper_args__ = {polymorphic_identity = "b"}})
    assert.equal("hello b", B{}:hello())
    assert.is_true(A:is(B{}))
    assert.is_false(B:is(A{}))
    assert.is_false(A:is(5))
  end)

  it("copy the columns of mixins and call declared_attr for each class", function()
    local mixin = {
      created = la.Column{la.Integer},
      owner = la.declared_attr(function() return la.Column{la.Integer} end),
      __tablename__ = la.declared_attr(function(cls) return cls.__name__:lower() end),
      shout = function(self) return self.name:upper() end,
    }
    local A = Base:class("Alpha", mixin, {id = id(), name = la.Column{la.String}})
    local B = Base:class("Beta", mixin, {id = id()})
    assert.equal("id name created owner", keys(A.__table__))
    assert.equal("beta", B.__table__.name)
    assert.are_not.equal(A.__table__.c.created, B.__table__.c.created)
    assert.equal("X", A{name = "x"}:shout())
  end)

  it("share the columns of an abstract base", function()
    local Abstract = Base:class("Abstract", {__abstract__ = true, id = id()})
    local A = Abstract:class("A", {__tablename__ = "a", x = la.Column{la.Integer}})
    assert.equal("x id", keys(A.__table__))
  end)

  it("pass __table_args__ on", function()
    local A = Base:class("A", {__tablename__ = "a", id = id(), x = la.Column{la.Integer},
      __table_args__ = {la.UniqueConstraint("x", {name = "uq"}), schema = "s"}})
    assert.equal("s", A.__table__.schema)
    assert.equal(2, #A.__table__.constraints)
  end)

  it("accept columns and expressions after the class was made", function()
    local A = Base:class("A", {__tablename__ = "a", id = id()})
    A.late = la.Column{la.String}
    A.double = la.column_property(A.id * 2)
    assert.equal("id late", keys(A.__table__))
    assert.equal("x", A{late = "x"}.late)
    assert.matches("a%.id %* :id_1", tostring(la.select(A.double)))
  end)

  it("map plain classes imperatively", function()
    local registry = la.registry{}
    local t = la.Table("imp", registry.metadata, la.Column("id", la.Integer, {primary_key = true}),
      la.Column("fullname", la.String))
    local Imp = la.class("Imp", {hi = function(self) return "hi " .. self.name end})
    registry:map_imperatively(Imp, t, {properties = {name = t.c.fullname}})
    assert.equal("SELECT imp.fullname \nFROM imp", tostring(la.select(Imp.name)))
    assert.equal("hi bob", Imp{name = "bob"}:hi())
  end)

  it("need a table and a primary key", function()
    local _, e = pcall(Base.class, Base, "A", {x = la.Column{la.Integer}})
    assert.matches("does not have a __table__ or __tablename__", e.message)
    _, e = pcall(Base.class, Base, "B", {__tablename__ = "b", x = la.Column{la.Integer}})
    assert.equal("Mapper Mapper[B(b)] could not assemble any primary key columns for mapped table 'b'", e.message)
  end)
end)
