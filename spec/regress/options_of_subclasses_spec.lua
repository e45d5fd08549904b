-- Options of what a subclass has from the class above it, beside selectin_polymorphic(): they are about all objects.
local la = require "lualchemy"

describe("options of a subclass that selectin_polymorphic() loads", function()
  local Base = la.declarative_base()
  local Employee = Base:class("Employee", {
    __tablename__ = "employee",
    id     = la.Column{la.Integer, primary_key = true},
    name   = la.Column{la.String},
    type   = la.Column{la.String},
    papers = la.relationship{"Paper"},
    __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "employee"},
  })
  local Manager = Employee:class("Manager", {
    __tablename__ = "manager",
    id    = la.Column{la.ForeignKey("employee.id"), primary_key = true},
    title = la.Column{la.String},
    __mapper_args__ = {polymorphic_identity = "manager"},
  })
  local Paper = Base:class("Paper", {
    __tablename__ = "paper",
    id          = la.Column{la.Integer, primary_key = true},
    employee_id = la.Column{la.ForeignKey("employee.id")},
  })
  local session, statements

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session, statements = la.Session(engine), {}
    session:add_all{Employee{id = 1, name = "a", papers = {Paper{id = 1}}},
      Manager{id = 2, name = "b", title = "t", papers = {Paper{id = 2}}}}
    session:commit()
    session:expunge_all()
    la.event.listen(engine, "before_cursor_execute", function(_, _, sql)
      statements[#statements + 1] = (sql:gsub("%s+", " "))
    end)
  end)
  after_each(function() session:close() end)

  local function read(option)
    return session:scalars(la.select(Employee):options(la.selectin_polymorphic(Employee, {Manager}), option)
      :order_by(Employee.id)):unique():all()
  end

  local MANAGERS = "SELECT manager.id AS manager_id, employee.id AS employee_id, employee.type AS employee_type, "
    .. "manager.title AS manager_title FROM employee JOIN manager ON employee.id = manager.id WHERE employee.id IN (?) "
    .. "ORDER BY employee.id"

  it("join what is related once", function()
    local all = read(la.joinedload(Manager.papers))
    assert.same({1, 1}, {#all[1].papers, #all[2].papers})
    assert.same({"SELECT employee.id, employee.name, employee.type, paper_1.id AS id_1, paper_1.employee_id "
      .. "FROM employee LEFT OUTER JOIN paper AS paper_1 ON employee.id = paper_1.employee_id ORDER BY employee.id",
      MANAGERS}, statements)
  end)

  it("load what is related", function()
    local all = read(la.selectinload(Manager.papers))
    assert.same({1, 1}, {#all[1].papers, #all[2].papers})
    assert.equal(3, #statements)
  end)

  it("leave columns out", function()
    local all = read(la.defer(Manager.name))
    assert.same({"SELECT employee.id, employee.type FROM employee ORDER BY employee.id", MANAGERS}, statements)
    assert.equal("b", all[2].name)
    session:expunge_all()
    statements = {}
    read(la.load_only(Manager.title))
    assert.same({"SELECT employee.id, employee.type FROM employee ORDER BY employee.id", MANAGERS}, statements)
  end)
end)
