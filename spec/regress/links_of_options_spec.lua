-- Loader options are paths: a step that does not begin where the one before leads is refused, and so is a name.
local la = require "lualchemy"

local Base = la.declarative_base()
local Company = Base:class("Company", {
  __tablename__ = "company",
  id        = la.Column{la.Integer, primary_key = true},
  employees = la.relationship{"Employee"},
})
local Employee = Base:class("Employee", {
  __tablename__ = "employee",
  id         = la.Column{la.Integer, primary_key = true},
  company_id = la.Column{la.ForeignKey("company.id")},
  name       = la.Column{la.String},
  type       = la.Column{la.String},
  __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "employee"},
})
local Engineer = Employee:class("Engineer", {
  __tablename__ = "engineer",
  id       = la.Column{la.ForeignKey("employee.id"), primary_key = true},
  machines = la.relationship{"Machine"},
  __mapper_args__ = {polymorphic_identity = "engineer"},
})
local Machine = Base:class("Machine", {
  __tablename__ = "machine",
  id          = la.Column{la.Integer, primary_key = true},
  engineer_id = la.Column{la.ForeignKey("engineer.id")},
})

local function refused(message, fn)
  local ok, e = pcall(fn)
  assert.is_false(ok)
  assert.is_true(la.exc.ArgumentError:is(e))
  assert.equal(message, tostring(e))
end

local LINK = "ORM mapped entity or attribute \"%s\" does not link from relationship \"%s\"."
local HINT = "  Did you mean to use \"Company.employees.of_type(Engineer)\" or "
  .. "\"loadopt.options(selectin_polymorphic(Employee, [Engineer]), ...)\" ?"

describe("a step of a loader option", function()
  it("is about what the one before leads to", function()
    refused(LINK:format("Machine.id", "Company.employees"), function()
      la.joinedload(Company.employees):load_only(Machine.id)
    end)
    refused(LINK:format("Company.employees", "Company.employees"), function()
      la.defaultload(Company.employees):selectinload(Company.employees)
    end)
    assert.truthy(la.joinedload(Company.employees):defer(Employee.name):load_only(Employee.id))
    assert.truthy(la.defaultload(Company.employees):lazyload("*"))
  end)

  it("of a subclass needs of_type()", function()
    local message = LINK:format("Engineer.machines", "Company.employees") .. HINT
    refused(message, function() la.joinedload(Company.employees):joinedload(Engineer.machines) end)
    refused(message, function() la.joinedload(Company.employees):options(la.joinedload(Engineer.machines)) end)
    assert.truthy(la.joinedload(Company.employees:of_type(Engineer)):joinedload(Engineer.machines))
    assert.truthy(la.joinedload(Company.employees):options(la.selectin_polymorphic(Employee, {Engineer}),
      la.joinedload(Engineer.machines)))
  end)

  it("of an alias is written with the alias", function()
    local alias, poly = la.aliased(Engineer), la.with_polymorphic(Employee, {Engineer})
    refused(LINK:format("Engineer.machines", "Company.employees.of_type(aliased(Engineer))"), function()
      la.joinedload(Company.employees:of_type(alias)):joinedload(Engineer.machines)
    end)
    refused(LINK:format("Engineer.machines", "Company.employees.of_type(with_polymorphic(Employee, [Engineer]))"),
      function() la.joinedload(Company.employees:of_type(poly)):joinedload(Engineer.machines) end)
    assert.truthy(la.joinedload(Company.employees:of_type(alias)):joinedload(alias.machines))
    assert.truthy(la.joinedload(Company.employees:of_type(poly)):joinedload(poly.Engineer.machines))
  end)

  it("is of the class that Load() names", function()
    refused("ORM mapped attribute \"Machine.id\" does not link mapped class \"Mapper[Company(company)]\"", function()
      la.Load(Company):load_only(Machine.id)
    end)
    assert.truthy(la.Load(Engineer):load_only(Employee.name))
  end)

  it("that names several columns names those of one class", function()
    refused("Can't apply wildcard ('*') or load_only() loader option to multiple entities in the same option. Use "
      .. "separate options per entity.", function() la.load_only(Company.id, Machine.id) end)
  end)

  it("takes no names, with \"*\" neither", function()
    refused("Strings are not accepted for attribute names in loader options; please use class-bound attributes "
      .. "directly.", function() la.Load(Company):joinedload("employees.*") end)
    refused("expected ORM mapped attribute for loader strategy argument", function() la.joinedload(Company) end)
  end)
end)
