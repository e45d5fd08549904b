--- Each attribute of a loader option must be one of what the attributes before it lead to.
local la = require "lualchemy"

local Base = la.declarative_base()
local Company, Employee, Manager, Engineer, Paper
Company = Base:class("Company", {
  __tablename__ = "company",
  id = la.Column{la.Integer, primary_key = true},
  name = la.Column{la.String},
  employees = la.relationship{"Employee", back_populates = "company"},
})
Employee = Base:class("Employee", {
  __tablename__ = "employee",
  id = la.Column{la.Integer, primary_key = true},
  name = la.Column{la.String},
  type = la.Column{la.String},
  company_id = la.Column{la.ForeignKey("company.id")},
  company = la.relationship{"Company", back_populates = "employees"},
  __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "employee"},
})
Manager = Employee:class("Manager", {
  __tablename__ = "manager",
  id = la.Column{la.ForeignKey("employee.id"), primary_key = true},
  title = la.Column{la.String},
  papers = la.relationship{"Paper"},
  __mapper_args__ = {polymorphic_identity = "manager"},
})
Engineer = Employee:class("Engineer", {__mapper_args__ = {polymorphic_identity = "engineer"}})
Paper = Base:class("Paper", {
  __tablename__ = "paper",
  id = la.Column{la.Integer, primary_key = true},
  manager_id = la.Column{la.ForeignKey("manager.id")},
})

local function message(fn)
  local ok, e = pcall(fn)
  assert.is_false(ok)
  assert.is_true(la.exc.ArgumentError:is(e))
  return tostring(e)
end

local function statements_of(fn)
  local engine, out = la.create_engine("sqlite://"), {}
  Base.metadata:create_all(engine)
  local session = la.Session(engine)
  session:add(Company{name = "c", employees = {Manager{name = "m", title = "t", papers = {Paper()}}}})
  session:commit()
  session:expunge_all()
  la.event.listen(engine, "before_cursor_execute", function(_, _, statement) out[#out + 1] = statement end)
  fn(session)
  session:close()
  return out
end

describe("a chain of loader options", function()
  it("goes on from the class that it has come to", function()
    assert.equal('ORM mapped entity or attribute "Company.name" does not link from relationship "Company.employees".',
      message(function() la.joinedload(Company.employees):load_only(Company.name) end))
    assert.equal('ORM mapped attribute "Employee.name" does not link mapped class "Mapper[Company(company)]"',
      message(function() la.Load(Company):load_only(Employee.name) end))
    assert.truthy(la.joinedload(Employee.company):selectinload(Company.employees):load_only(Employee.name))
    assert.truthy(la.Load(Manager):joinedload(Employee.company))
  end)

  it("says how attributes of subclasses are reached", function()
    assert.equal('ORM mapped entity or attribute "Manager.papers" does not link from relationship "Company.employees".'
      .. '  Did you mean to use "Company.employees.of_type(Manager)" or '
      .. '"loadopt.options(selectin_polymorphic(Employee, [Manager]), ...)" ?',
      message(function() la.joinedload(Company.employees):selectinload(Manager.papers) end))
    assert.equal('ORM mapped entity or attribute "Manager.papers" does not link from relationship '
      .. '"Company.employees.of_type(Mapper[Engineer(employee)])".',
      message(function() la.joinedload(Company.employees:of_type(Engineer)):selectinload(Manager.papers) end))
    local all = la.with_polymorphic(Employee, {Manager})
    assert.equal('ORM mapped entity or attribute "Manager.papers" does not link from relationship '
      .. '"Company.employees.of_type(with_polymorphic(Employee, [Manager]))".',
      message(function() la.joinedload(Company.employees:of_type(all)):selectinload(Manager.papers) end))
    assert.truthy(la.joinedload(Company.employees:of_type(all)):selectinload(all.Manager.papers))
  end)

  it("tells an alias from its class", function()
    local alias = la.aliased(Employee)
    message(function() la.joinedload(Company.employees:of_type(alias)):selectinload(Employee.company) end)
    message(function() la.joinedload(Company.employees):selectinload(alias.company) end)
    assert.truthy(la.joinedload(Company.employees:of_type(alias)):selectinload(alias.company))
  end)
end)

describe("options of one class", function()
  it("are not of several", function()
    assert.equal("Can't apply wildcard ('*') or load_only() loader option to multiple entities in the same option. "
      .. "Use separate options per entity.", message(function() la.load_only(Company.id, Employee.name) end))
  end)
end)

describe("options()", function()
  it("begin where the chain has come to, or at a class that selectin_polymorphic() names", function()
    local all = la.selectin_polymorphic(Employee, {Manager})
    assert.truthy(la.joinedload(Company.employees):options(all, la.selectinload(Manager.papers)))
    message(function() la.joinedload(Company.employees):options(la.selectinload(Manager.papers)) end)
    message(function() la.joinedload(Company.employees):options(la.Load(Company):selectinload(Company.employees)) end)
  end)

  it("stay where they were given when the chain goes on", function()
    local said = statements_of(function(session)
      local option = la.selectinload(Company.employees):options(la.defer(Employee.name))
      option = option:options(la.defer(Employee.type)):joinedload(Employee.company)
      session:scalars(la.select(Company):options(option)):all()
    end)
    assert.truthy(said[2]:find("FROM employee", 1, true))
    assert.is_nil(said[2]:find("employee_name", 1, true))
  end)

  it("of columns hold for what selectin_polymorphic() reads", function()
    local said = statements_of(function(session)
      local all = la.selectin_polymorphic(Employee, {Manager})
      session:scalars(la.select(Company):options(la.selectinload(Company.employees):options(all,
        la.defer(Manager.title)))):all()
    end)
    assert.equal(3, #said)
    assert.truthy(said[3]:find("JOIN manager", 1, true))
    assert.is_nil(said[3]:find("title", 1, true))
  end)
end)

describe("with_polymorphic{name = …}", function()
  it("names the entity, not its tables", function()
    local all = la.with_polymorphic(Employee, {Manager}, {flat = true, name = "em"})
    assert.truthy(tostring(la.select(all)):find("employee AS employee_1 LEFT OUTER JOIN manager AS manager_1", 1, true))
    assert.equal("em", la.select(all).column_descriptions[1].name)
  end)
end)
