-- Mappers: inheritance, properties, composites, synonyms, what la.inspect tells.
local la = require "lualchemy"

describe("mapper", function()
  local Base

  before_each(function() Base = la.declarative_base() end)

  local function id(...) return la.Column{la.Integer, primary_key = true, ...} end

  local function hierarchy()
    local E = Base:class("Employee", {__tablename__ = "employee", id = id(), type = la.Column{la.String},
      name = la.Column{la.String}, __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "employee"}})
    local M = E:class("Manager", {__tablename__ = "manager",
      id = la.Column{la.Integer, la.ForeignKey("employee.id"), primary_key = true}, level = la.Column{la.Integer},
      __mapper_args__ = {polymorphic_identity = "manager"}})
    local C = E:class("Clerk", {desk = la.Column{la.Integer}, __mapper_args__ = {polymorphic_identity = "clerk"}})
    return E, M, C
  end

  it("tells of a class", function()
    local E = hierarchy()
    local m = la.inspect(E)
    assert.equal(E, m.class_)
    assert.equal("Mapper[Employee(employee)]", tostring(m))
    assert.equal(E.__table__, m.local_table)
    assert.equal(E.__table__.c.id, m.primary_key[1])
    assert.same({"id", "type", "name", "desk"}, E.__table__.c:keys())
    assert.is_nil(m.column_attrs:get("desk"))
    assert.equal("name", m:get_property("name").key)
    assert.equal(m.attrs.name, m:get_property_by_column(E.__table__.c.name))
    assert.has_error(function() m:get_property("nope") end)
  end)

  it("joins the tables of subclasses", function()
    local E, M = hierarchy()
    local m = la.inspect(M)
    assert.equal(la.inspect(E), m.inherits)
    assert.equal("employee JOIN manager ON employee.id = manager.id", tostring(m.persist_selectable))
    assert.equal("manager.id = :id_1", tostring(M.id:eq(1)))
    assert.equal("employee.name = :name_1", tostring(M.name:eq("x")))
    assert.equal("manager", M{}.type)
    assert.same({"id", "type", "name", "level"}, m.column_attrs:keys())
    assert.equal(m, m.polymorphic_map.manager)
  end)

  it("shares the table of a parent", function()
    local _, _, C = hierarchy()
    local m = la.inspect(C)
    assert.is_true(m.single)
    assert.equal("employee.desk = :desk_1", tostring(C.desk:eq(1)))
    assert.matches("employee%.type IN", tostring(m:single_table_criterion()))
    assert.equal("clerk", C{desk = 1}.type)
  end)

  it("maps concrete classes", function()
    local A = Base:class("A", {__tablename__ = "a", id = id(), x = la.Column{la.Integer}})
    local B = A:class("B", {__tablename__ = "b", id = id(), y = la.Column{la.Integer},
      __mapper_args__ = {concrete = true}})
    assert.equal("b.id = :id_1", tostring(B.id:eq(1)))
    assert.has_error(function() return B{}.x end)
    assert.is_true(A:is(B{}))
  end)

  it("says why it cannot join tables", function()
    local E = Base:class("E", {__tablename__ = "e", id = id()})
    local ok, e = pcall(E.class, E, "F", {__tablename__ = "f", id = id()})
    assert.is_false(ok)
    assert.matches("Can't determine the inherit condition between inherited table 'e' and inheriting table 'f'",
      e.message)
  end)

  it("makes composite values", function()
    local Point = la.class("Point", {
      __init__ = function(self, x, y) self.x, self.y = x, y end,
      __composite_values__ = function(self) return {self.x, self.y} end,
      __eq = function(a, b) return a.x == b.x and a.y == b.y end,
    })
    local V = Base:class("V", {__tablename__ = "v", id = id(),
      start = la.composite{Point, la.Column("x1", la.Integer), la.Column("y1", la.Integer)}})
    local v = V{start = Point(1, 2)}
    assert.same({1, 2}, {v.x1, v.y1})
    assert.is_true(v.start == Point(1, 2))
    v.start = nil
    assert.is_nil(v.x1)
    assert.equal("v.x1 = :x1_1 AND v.y1 = :y1_1", tostring(V.start:eq(Point(3, 4))))
  end)

  it("knows synonyms, deferred columns and expressions", function()
    local A = Base:class("A", {__tablename__ = "a", id = id(), name = la.Column{la.String}, nick = la.synonym("name"),
      big = la.deferred(la.Column(la.Text)), loud = la.column_property(la.func.upper("x"))})
    local a = A{nick = "n"}
    assert.equal("n", a.name)
    assert.equal("a.name = :name_1", tostring(A.nick:eq("x")))
    assert.is_true(la.inspect(A).attrs.big.deferred)
    assert.equal("SELECT upper(:upper_2) AS upper_1", tostring(la.select(A.loud)))
  end)

  it("is found by la.inspect", function()
    local E = hierarchy()
    assert.equal(la.inspect(E), la.inspect(E{}).mapper)
    assert.is_nil(la.inspect(5, false))
    local _, e = pcall(la.inspect, 5)
    assert.is_true(la.exc.NoInspectionAvailable:is(e))
  end)
end)
