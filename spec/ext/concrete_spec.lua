-- la.ConcreteBase, la.AbstractConcreteBase: classes with a table each, read together.
local la = require "lualchemy"

local function id() return la.Column{la.Integer, primary_key = true} end

local engine, session

local function create(Base)
  engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  session = la.Session(engine)
end

local function names(statement)
  local out = {}
  for i, one in ipairs(session:scalars(statement):all()) do out[i] = one.name end
  return table.concat(out, " ")
end

describe("ConcreteBase", function()
  local Company, Employee, Manager, Engineer

  before_each(function()
    local Base = la.declarative_base()
    Company = Base:class("Company", {__tablename__ = "company", id = id(),
      employees = la.relationship{"Employee", back_populates = "company", order_by = "Employee.name"}})
    local function class(parent, name, body, ...)
      body.__tablename__, body.id, body.name = name:lower(), id(), la.Column{la.String(50)}
      body.company_id = la.Column(la.ForeignKey("company.id"))
      body.company = la.relationship{"Company", back_populates = "employees"}
      body.__mapper_args__ = {polymorphic_identity = name:lower(), concrete = parent ~= Base}
      if ... then return parent:class(name, ..., body) end
      return parent:class(name, body)
    end
    Employee = class(Base, "Employee", {}, la.ConcreteBase)
    Manager = class(Employee, "Manager", {level = la.Column{la.Integer}})
    Engineer = class(Employee, "Engineer", {lang = la.Column{la.String(30)}})
    create(Base)
    session:add(Company{employees = {Manager{name = "m", level = 3}, Engineer{name = "e", lang = "lua"},
      Employee{name = "x"}}})
    session:commit()
    session:expunge_all()
  end)

  it("reads the class and its heirs", function()
    local all = session:scalars(la.select(Employee):order_by(Employee.name)):all()
    assert.equal(3, #all)
    assert.is_true(Engineer:is(all[1]))
    assert.equal("lua", all[1].lang)
    assert.is_true(Manager:is(all[2]))
    assert.equal(3, all[2].level)
    assert.is_false(Manager:is(all[3]))
  end)

  it("loads relationships to it, whose rows have the same keys", function()
    local company = session:get(Company, 1)
    assert.equal(3, #company.employees)
    assert.equal(company, company.employees[1].company)
    assert.equal("x", session:get(Employee, 1).name)
    assert.equal("m", session:get(Manager, 1).name)
  end)

  it("selects from a UNION ALL of the tables", function()
    assert.equal([[
SELECT pjoin.company_id, pjoin.id, pjoin.lang, pjoin.level, pjoin.name, pjoin.type]], (function()
      local columns = {}
      for name in tostring(la.select(Employee)):match("^SELECT (.-) *\n"):gmatch("[^, ]+") do
        columns[#columns + 1] = name
      end
      table.sort(columns)
      return "SELECT " .. table.concat(columns, ", ")
    end)())
    assert.truthy(tostring(la.select(Employee)):find("UNION ALL", 1, true))
    assert.equal("m", names(la.select(Manager)))
  end)

  it("takes another name for the discriminator", function()
    local Base = la.declarative_base()
    local A = Base:class("A", la.ConcreteBase, {__tablename__ = "a", id = id(), type = la.Column{la.String},
      _concrete_discriminator_name = "kind", __mapper_args__ = {polymorphic_identity = "a"}})
    A:class("B", {__tablename__ = "b", id = id(), type = la.Column{la.String},
      __mapper_args__ = {polymorphic_identity = "b", concrete = true}})
    assert.truthy(tostring(la.select(A)):find("'b' AS kind", 1, true))
  end)
end)

describe("AbstractConcreteBase", function()
  local Base, Person, Manager, Engineer

  local function define(body)
    Base = la.declarative_base()
    body.name = la.Column{la.String(50)}
    Person = Base:class("Person", la.AbstractConcreteBase, body)
    Manager = Person:class("Manager", {__tablename__ = "manager", id = id(), level = la.Column{la.Integer},
      __mapper_args__ = {polymorphic_identity = "manager", concrete = true}})
    Engineer = Person:class("Engineer", {__tablename__ = "engineer", id = id(), lang = la.Column{la.String(30)},
      __mapper_args__ = {polymorphic_identity = "engineer", concrete = true}})
    create(Base)
    session:add_all{Manager{name = "m", level = 3}, Engineer{name = "e", lang = "lua"}}
    session:commit()
    session:expunge_all()
  end

  for _, strict in ipairs{true, false} do
    it("reads its heirs, strict_attrs = " .. tostring(strict), function()
      define{strict_attrs = strict}
      local all = session:scalars(la.select(Person):order_by(Person.name)):all()
      assert.equal(2, #all)
      assert.is_true(Engineer:is(all[1]))
      assert.equal("lua", all[1].lang)
      assert.is_true(Manager:is(all[2]))
      assert.equal(strict, not pcall(function() return Person.lang end))
    end)
  end

  it("is mapped when the mappers are configured", function()
    define{}
    Base.registry:configure()
    assert.is_true(la.inspect(Manager).inherits == la.inspect(Person))
    assert.has_error(function() session:add(Person{name = "p"}) session:flush() end)
  end)

  it("shares declared attributes with its heirs", function()
    Base = la.declarative_base()
    local Company = Base:class("Company", {__tablename__ = "company", id = id()})
    Person = Base:class("Person", la.AbstractConcreteBase, {id = id(), name = la.Column{la.String},
      company_id = la.declared_attr(function() return la.Column(la.ForeignKey("company.id")) end),
      company = la.declared_attr(function() return la.relationship{"Company"} end)})
    Manager = Person:class("Manager", {__tablename__ = "manager",
      __mapper_args__ = {polymorphic_identity = "manager", concrete = true}})
    create(Base)
    session:add(Manager{name = "m", company = Company{}})
    session:commit()
    assert.equal("m", names(la.select(Person):where(Person.company:has{id = 1})))
    assert.equal("", names(la.select(Person):where(Person.company:has{id = 2})))
  end)
end)
