-- The order of what belongs to every use of a class, its bound parameters, aliases of a table as it is.
local la = require "lualchemy"

describe("a class of single-table inheritance", function()
  local Base, Employee, Manager, Engineer, Desk

  before_each(function()
    Base = la.declarative_base()
    Employee = Base:class("Employee", {__tablename__ = "emp", id = la.Column{la.Integer, primary_key = true},
      kind = la.Column{la.String}, name = la.Column{la.String},
      __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "e"}})
    Manager = Employee:class("Manager", {__mapper_args__ = {polymorphic_identity = "m"}})
    Engineer = Employee:class("Engineer", {__tablename__ = "eng",
      id = la.Column(la.ForeignKey("emp.id"), {primary_key = true}), __mapper_args__ = {polymorphic_identity = "g"}})
    Desk = Base:class("Desk", {__tablename__ = "desk", id = la.Column{la.Integer, primary_key = true},
      manager_id = la.Column(la.ForeignKey("emp.id")), manager = la.relationship{"Manager"}})
  end)

  local function text(stmt) return (tostring(stmt):gsub("%s+", " ")) end

  it("is told apart for each alias by a parameter of its own", function()
    local inner = la.select(Manager):subquery()
    assert.matches(
      "WHERE emp.kind IN (__[POSTCOMPILE_kind_1])) AS anon_1 WHERE anon_1.kind IN (__[POSTCOMPILE_kind_2])",
      text(la.select(la.aliased(Manager, inner))), 1, true)
  end)

  it("has criteria of loaders before that in WHERE, behind it where a relationship is joined", function()
    local named = la.with_loader_criteria(Manager, Manager.name:eq("x"))
    assert.matches("WHERE emp.name = :name_1 AND emp.kind IN (", text(la.select(Manager):options(named)), 1, true)
    assert.matches("AND emp.kind IN (__[POSTCOMPILE_kind_1]) AND emp.name = :name_1",
      text(la.select(Desk):join(Desk.manager):options(named)), 1, true)
    assert.matches("AND emp.name = :name_1 AND emp.kind IN (",
      text(la.select(Desk):join(Manager, Manager.id:eq(Desk.manager_id)):options(named)), 1, true)
  end)

  it("is not renamed by aliased() of its table", function()
    assert.equal("SELECT emp.name FROM emp WHERE emp.kind IN (__[POSTCOMPILE_kind_1])",
      text(la.select(la.aliased(Manager, Employee.__table__).name)))
    assert.equal("SELECT eng.id FROM eng", text(la.select(la.aliased(Engineer, Engineer.__table__))))
  end)
end)

describe("a Query of plain columns", function()
  it("is united", function()
    local t = la.table("t", la.column("a"))
    local query = la.Session():query(t.c.a)
    assert.equal("SELECT anon_1.t_a AS anon_1_t_a FROM (SELECT t.a AS t_a FROM t UNION SELECT t.a AS t_a FROM t) "
      .. "AS anon_1 ORDER BY anon_1.t_a", (tostring(query:union(query):order_by(t.c.a)):gsub("%s+", " ")))
  end)

  it("has labels that are ordered by in its union", function()
    local c = la.column("c")
    local foo = c:label("foo")
    local query = la.Session():query(foo)
    assert.matches("ORDER BY anon_1.foo$", tostring(query:union(query):order_by(foo)))
    assert.matches("ORDER BY anon_1.foo$", tostring(query:apply_labels():union(query):order_by(c)))
  end)
end)
