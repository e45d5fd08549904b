-- Loads that follow a load reach the relationships of subclasses that the statement loads, and of no others.
local la = require "lualchemy"

describe("relationships of subclasses", function()
  local Base = la.declarative_base()
  local Company = Base:class("Company", {__tablename__ = "company",
    id = la.Column(la.Integer, {primary_key = true}),
    employees = la.relationship("Employee", {order_by = "Employee.id"})})
  local Employee = Base:class("Employee", {__tablename__ = "employee",
    id = la.Column(la.Integer, {primary_key = true}), type = la.Column(la.String),
    company_id = la.Column(la.ForeignKey("company.id")),
    __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "employee"}})
  local Manager = Employee:class("Manager", {__tablename__ = "manager",
    id = la.Column(la.ForeignKey("employee.id"), {primary_key = true}), data = la.Column(la.String),
    papers = la.relationship("Paper", {order_by = "Paper.id"}), notes = la.relationship("Note", {lazy = "selectin"}),
    __mapper_args__ = {polymorphic_identity = "manager"}})
  local Paper = Base:class("Paper", {__tablename__ = "paper", id = la.Column(la.Integer, {primary_key = true}),
    manager_id = la.Column(la.ForeignKey("manager.id"))})
  local Note = Base:class("Note", {__tablename__ = "note", id = la.Column(la.Integer, {primary_key = true}),
    manager_id = la.Column(la.ForeignKey("manager.id"))})
  local session, statements

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add(Company{employees = {Manager{data = "m", papers = {Paper(), Paper()}, notes = {Note()}}, Employee()}})
    session:commit()
    session:expunge_all()
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql) statements[#statements + 1] = sql end)
    statements = {}
  end)

  --- The managers that a statement gives, and how many statements there were before and after looking at their papers.
  local function loaded(stmt)
    local found = {}
    for _, x in ipairs(session:scalars(stmt):unique():all()) do
      for _, e in ipairs(Company:is(x) and x.employees or {x}) do
        if Manager:is(e) then found[#found + 1] = e end
      end
    end
    local before = #statements
    for _, m in ipairs(found) do
      assert.equal(2, #m.papers)
      assert.equal(1, #m.notes)
    end
    return #found, #statements - before
  end

  local function follows(stmt)
    local found, more = loaded(stmt)
    assert.equal(1, found)
    assert.equal(0, more)
    assert.matches("FROM paper", table.concat(statements, "\n"), 1, true)
  end

  it("are loaded by options below of_type()", function()
    for _, outer in ipairs{"selectinload", "joinedload", "subqueryload"} do
      for _, inner in ipairs{"selectinload", "subqueryload"} do
        session:expunge_all()
        follows(la.select(Company):options(la[outer](Company.employees:of_type(Manager))[inner](
          la[outer](Company.employees:of_type(Manager)), Manager.papers)))
      end
    end
  end)

  it("are loaded by options of a with_polymorphic()", function()
    local all = la.with_polymorphic(Employee, {Manager}, {flat = true})
    follows(la.select(all):options(la.selectinload(all.Manager.papers)))
    session:expunge_all()
    statements = {}
    local found, more = loaded(la.select(all):options(la.joinedload(all.Manager.papers)))
    assert.equal(1, found)
    assert.equal(0, more)
    assert.matches("LEFT OUTER JOIN paper", statements[1], 1, true)
  end)

  it("are loaded by options beside selectin_polymorphic()", function()
    follows(la.select(Employee):options(la.selectin_polymorphic(Employee, {Manager}), la.selectinload(Manager.papers)))
  end)

  it("are loaded as they were mapped", function()
    local found, more = loaded(la.select(Manager))
    assert.equal(1, found)
    assert.equal(1, more) -- the papers are lazy, the notes came with the load
  end)

  it("wait until they are asked for where only the base is loaded", function()
    for _, stmt in ipairs{la.select(Employee), la.select(Employee):options(la.selectinload(Manager.papers))} do
      session:expunge_all()
      local found, more = loaded(stmt)
      assert.equal(1, found)
      assert.equal(2, more)
    end
  end)
end)
