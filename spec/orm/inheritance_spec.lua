-- Inheritance of mapped classes: tables, statements, and the classes of what is loaded.
local la = require "lualchemy"
local orm = require "spec.support.orm"

local function key() return la.Column{la.Integer, primary_key = true} end

describe("single-table inheritance", function()
  local Base, Employee, Manager, Engineer, session, sent

  before_each(function()
    Base = la.declarative_base()
    Employee = Base:class("Employee", {__tablename__ = "employee", id = key(), name = la.Column{la.String},
      kind = la.Column{la.String}, __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "employee"}})
    Manager = Employee:class("Manager", {level = la.Column{la.Integer},
      __mapper_args__ = {polymorphic_identity = "manager"}})
    Engineer = Employee:class("Engineer", {language = la.Column{la.String},
      __mapper_args__ = {polymorphic_identity = "engineer"}})
    session, sent = orm.open(Base)
    session:add_all{Employee{id = 1, name = "e"}, Manager{id = 2, name = "m", level = 3},
      Engineer{id = 3, name = "g", language = "Lua"}}
    session:commit()
    session:expunge_all()
    sent()
  end)

  after_each(function() session:close() end)

  it("writes the discriminator and the class's own columns", function()
    session:add(Manager{id = 9, name = "x"})
    session:flush()
    assert.same({"INSERT INTO employee (id, name, kind, level) VALUES (?, ?, ?, ?) [9, 'x', 'manager', NULL]"}, sent())
  end)

  it("loads each row as its class", function()
    local list = session:scalars(la.select(Employee):order_by(Employee.id)):all()
    assert.same({"SELECT employee.id, employee.name, employee.kind FROM employee ORDER BY employee.id"}, sent())
    assert.is_true(Manager:is(list[2]))
    assert.is_true(Engineer:is(list[3]))
    assert.equal("Lua", list[3].language)
    assert.same({"SELECT employee.language AS employee_language FROM employee WHERE employee.id = ? "
      .. "AND employee.kind IN (?) [3, 'engineer']"}, sent())
  end)

  it("of a subclass selects its rows", function()
    session:scalars(la.select(Manager)):all()
    assert.same({"SELECT employee.id, employee.name, employee.kind, employee.level FROM employee "
      .. "WHERE employee.kind IN (?) ['manager']"}, sent())
  end)

  it("gives nothing by get() for a row of another class", function()
    assert.is_nil(session:get(Manager, 3))
    assert.equal("g", session:get(Employee, 3).name)
    assert.is_nil(session:get(Manager, 3))
  end)

  it("selects the columns of all subclasses with_polymorphic", function()
    local all = la.with_polymorphic(Employee, "*")
    session:scalars(la.select(all):where(la.or_(all.Manager.level:eq(3), all.Engineer.language:eq("Lua")))):all()
    assert.same({"SELECT employee.id, employee.name, employee.kind, employee.level, employee.language FROM employee "
      .. "WHERE employee.level = ? OR employee.language = ? [3, 'Lua']"}, sent())
  end)
end)

describe("joined-table inheritance", function()
  local Base, Employee, Manager, Engineer, session, sent

  before_each(function()
    Base = la.declarative_base()
    Employee = Base:class("Employee", {__tablename__ = "employee", id = key(), name = la.Column{la.String},
      kind = la.Column{la.String}, __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "employee"}})
    Manager = Employee:class("Manager", {__tablename__ = "manager", level = la.Column{la.Integer},
      id = la.Column{la.Integer, la.ForeignKey("employee.id"), primary_key = true},
      __mapper_args__ = {polymorphic_identity = "manager"}})
    Engineer = Employee:class("Engineer", {__tablename__ = "engineer", language = la.Column{la.String},
      id = la.Column{la.Integer, la.ForeignKey("employee.id"), primary_key = true},
      __mapper_args__ = {polymorphic_identity = "engineer"}})
    session, sent = orm.open(Base)
    session:add_all{Manager{id = 1, name = "m", level = 3}, Engineer{id = 2, name = "g", language = "Lua"}}
    session:commit()
    session:expunge_all()
    sent()
  end)

  after_each(function() session:close() end)

  it("writes both tables, the base's first, and deletes in reverse", function()
    local manager = Manager{id = 9, name = "x", level = 1}
    session:add(manager)
    session:flush()
    session:delete(manager)
    session:flush()
    assert.same({"INSERT INTO employee (id, name, kind) VALUES (?, ?, ?) [9, 'x', 'manager']",
      "INSERT INTO manager (level, id) VALUES (?, ?) [1, 9]", "DELETE FROM manager WHERE manager.id = ? [9]",
      "DELETE FROM employee WHERE employee.id = ? [9]"}, sent())
  end)

  it("hands the key made by the database on", function()
    local manager = Manager{name = "x", level = 1}
    session:add(manager)
    session:flush()
    assert.same({"INSERT INTO employee (name, kind) VALUES (?, ?) ['x', 'manager']",
      "INSERT INTO manager (level, id) VALUES (?, ?) [1, 3]"}, sent())
    assert.equal(3, manager.id)
  end)

  it("updates the table whose columns changed", function()
    local manager = session:get(Manager, 1)
    sent()
    manager.level = 4
    session:flush()
    assert.same({"UPDATE manager SET level=? WHERE manager.id = ? [4, 1]"}, sent())
    manager.name = "n"
    session:flush()
    assert.same({"UPDATE employee SET name=? WHERE employee.id = ? ['n', 1]"}, sent())
  end)

  it("of a subclass joins its tables", function()
    session:scalars(la.select(Manager)):all()
    assert.same({"SELECT manager.id, employee.id AS id_1, employee.name, employee.kind, manager.level FROM employee "
      .. "JOIN manager ON employee.id = manager.id"}, sent())
  end)

  it("with_polymorphic joins the subclasses", function()
    local both = la.with_polymorphic(Employee, {Manager, Engineer})
    local list = session:scalars(la.select(both):order_by(both.id)):all()
    assert.same({"SELECT employee.id, employee.name, employee.kind, manager.id AS id_1, manager.level, "
      .. "engineer.id AS id_2, engineer.language FROM employee LEFT OUTER JOIN manager ON employee.id = manager.id "
      .. "LEFT OUTER JOIN engineer ON employee.id = engineer.id ORDER BY employee.id"}, sent())
    assert.equal("Lua", list[2].language)
    assert.same({}, sent())
  end)

  it("selectin_polymorphic reads the subclasses' columns by a statement each", function()
    local list = session:scalars(la.select(Employee):order_by(Employee.id)
      :options(la.selectin_polymorphic(Employee, {Manager, Engineer}))):all()
    assert.same({"SELECT employee.id, employee.name, employee.kind FROM employee ORDER BY employee.id",
      "SELECT manager.id AS manager_id, employee.id AS employee_id, employee.kind AS employee_kind, "
        .. "manager.level AS manager_level FROM employee JOIN manager ON employee.id = manager.id "
        .. "WHERE employee.id IN (?) ORDER BY employee.id [1]",
      "SELECT engineer.id AS engineer_id, employee.id AS employee_id, employee.kind AS employee_kind, "
        .. "engineer.language AS engineer_language FROM employee JOIN engineer ON employee.id = engineer.id "
        .. "WHERE employee.id IN (?) ORDER BY employee.id [2]"}, sent())
    assert.same({3, "Lua"}, {list[1].level, list[2].language})
    assert.same({}, sent())
  end)

  it("reads the subclasses' columns at once where polymorphic_load says so, also along a relationship", function()
    local Other = la.declarative_base()
    local Company = Other:class("Company", {__tablename__ = "company", id = key(),
      staff = la.relationship{"Person", order_by = "Person.id"}})
    local Person = Other:class("Person", {__tablename__ = "person", id = key(), kind = la.Column{la.String},
      company_id = la.Column{la.Integer, la.ForeignKey("company.id")},
      __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "person"}})
    local Boss = Person:class("Boss", {__tablename__ = "boss", car = la.Column{la.String},
      id = la.Column{la.Integer, la.ForeignKey("person.id"), primary_key = true},
      __mapper_args__ = {polymorphic_identity = "boss", polymorphic_load = "selectin"}})
    local s, list = orm.open(Other)
    s:add(Company{id = 1, staff = {Person{id = 1}, Boss{id = 2, car = "big"}}})
    s:commit()
    s:expunge_all()
    list()
    local company = s:scalars(la.select(Company):options(la.selectinload(Company.staff))):one()
    assert.equal(3, #list())
    assert.equal("big", company.staff[2].car)
    assert.same({}, list())
    s:expunge_all()
    company = s:scalars(la.select(Company)
      :options(la.selectinload(Company.staff):selectin_polymorphic{Boss})):one()
    assert.equal(3, #list())
    assert.equal("big", company.staff[2].car)
    assert.same({}, list())
    s:close()
  end)

  it("of a relationship to the base gives the subclasses' objects", function()
    local Other = la.declarative_base()
    local Company = Other:class("Company", {__tablename__ = "company", id = key(),
      staff = la.relationship{"Person", order_by = "Person.id"}})
    local Person = Other:class("Person", {__tablename__ = "person", id = key(), kind = la.Column{la.String},
      company_id = la.Column{la.Integer, la.ForeignKey("company.id")},
      __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "person"}})
    local Boss = Person:class("Boss", {__tablename__ = "boss", car = la.Column{la.String},
      id = la.Column{la.Integer, la.ForeignKey("person.id"), primary_key = true},
      __mapper_args__ = {polymorphic_identity = "boss"}})
    local s, list = orm.open(Other)
    s:add(Company{id = 1, staff = {Person{id = 1}, Boss{id = 2, car = "big"}}})
    s:commit()
    assert.is_true(Boss:is(s:get(Company, 1).staff[2]))
    list()
    assert.equal(1, s:scalar(la.select(Company):join(Company.staff:of_type(Boss)):where(Boss.car:eq("big"))).id)
    assert.same({"SELECT company.id FROM company JOIN (person JOIN boss ON person.id = boss.id) "
      .. "ON company.id = person.company_id WHERE boss.car = ? ['big']"}, list())
    for _, load in ipairs{la.selectinload, la.subqueryload, la.joinedload} do
      s:expunge_all()
      local company = s:scalars(la.select(Company):options(load(Company.staff:of_type(Boss)))):unique():one()
      list()
      assert.same({1, 2}, orm.each(company.staff, "id"))
      assert.equal("big", company.staff[2].car)
      assert.same({}, list())
    end
    s:close()
  end)
end)

describe("concrete inheritance", function()
  it("has tables of their own with all columns", function()
    local Base = la.declarative_base()
    local Employee = Base:class("Employee", {__tablename__ = "employee", id = key(), name = la.Column{la.String}})
    local Manager = Employee:class("Manager", {__tablename__ = "manager", id = key(), name = la.Column{la.String},
      level = la.Column{la.Integer}, __mapper_args__ = {concrete = true}})
    local session, sent = orm.open(Base)
    sent()
    session:add_all{Employee{id = 1, name = "e"}, Manager{id = 1, name = "m", level = 2}}
    session:flush()
    assert.same({"INSERT INTO employee (id, name) VALUES (?, ?) [1, 'e']",
      "INSERT INTO manager (id, name, level) VALUES (?, ?, ?) [1, 'm', 2]"}, sent())
    assert.same({"e"}, orm.each(session:scalars(la.select(Employee)):all(), "name"))
    local manager = session:get(Manager, 1)
    session:commit()
    sent()
    assert.same({1, "m", 2}, {manager.id, manager.name, manager.level})
    assert.same({"SELECT manager.id AS manager_id, manager.name AS manager_name, manager.level AS manager_level "
      .. "FROM manager WHERE manager.id = ? [1]"}, sent())
    session:close()
  end)
end)

describe("an abstract class", function()
  it("has no table; its columns and methods belong to each class below", function()
    local Base = la.declarative_base()
    local Named = Base:class("Named", {__abstract__ = true, id = key(), name = la.Column{la.String}})
    function Named:shout() return self.name:upper() end
    local A = Named:class("A", {__tablename__ = "a"})
    local B = Named:class("B", {__tablename__ = "b", n = la.Column{la.Integer}})
    assert.equal("ANN", A{name = "ann"}:shout())
    assert.is_nil(A.__table__.c:get("n"))
    assert.same({"n", "id", "name"}, B.__table__.c:keys())
    assert.not_equal(A.__table__.c.name, B.__table__.c.name)
  end)
end)
