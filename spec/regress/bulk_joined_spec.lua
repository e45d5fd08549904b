--- INSERT of a list of mappings for a class in several tables; query_expression() of objects read again.
local la = require "lualchemy"

local Base = la.declarative_base()
local Employee = Base:class("Employee", {
  __tablename__ = "employee",
  id = la.Column{la.Integer, primary_key = true},
  type = la.Column{la.String},
  name = la.Column{la.String},
  shown = la.query_expression(),
  __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "employee"},
})
local Manager = Employee:class("Manager", {
  __tablename__ = "manager",
  id = la.Column{la.ForeignKey("employee.id"), primary_key = true},
  title = la.Column{la.String},
  __mapper_args__ = {polymorphic_identity = "manager"},
})

local session, said
before_each(function()
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  session, said = la.Session(engine), {}
  la.event.listen(engine, "before_cursor_execute", function(_, _, statement) said[#said + 1] = statement end)
end)
after_each(function() session:close() end)

local ROWS = {{name = "a", title = "x"}, {name = "b", title = "y"}}

describe("INSERT of a class in two tables with RETURNING", function()
  it("returns from each table what is its own", function()
    local found = session:scalars(la.insert(Manager):returning(Manager), ROWS):all()
    assert.same({"a", "x", "manager", "b", "y"},
      {found[1].name, found[1].title, found[1].type, found[2].name, found[2].title})
    assert.same({
      "INSERT INTO employee (type, name) VALUES (?, ?) RETURNING id, type, name",
      "INSERT INTO employee (type, name) VALUES (?, ?) RETURNING id, type, name",
      "INSERT INTO manager (id, title) VALUES (?, ?), (?, ?) RETURNING id, title, id AS id__1",
    }, said)
  end)

  it("returns columns of both, and expressions of one", function()
    local rows = session:execute(la.insert(Manager):returning(Manager.title, la.func.upper(Employee.name):label("n")),
      ROWS):all()
    assert.same({"x", "A", "y", "B"}, {rows[1].title, rows[1].n, rows[2].title, rows[2].n})
    assert.equal(3, #said)
  end)

  it("returns what is of both tables, too", function()
    local both = (Manager.title .. Employee.name):label("both")
    local rows = session:execute(la.insert(Manager):returning(both), ROWS):all()
    assert.same({"xa", "yb"}, {rows[1].both, rows[2].both})
  end)
end)

describe("what such an INSERT sets itself", function()
  it("goes into the table whose column it is", function()
    session:execute(la.insert(Manager):values{name = la.func.lower("ZZ")}:prefix_with("OR IGNORE"),
      {{title = "x"}, {title = "y"}})
    assert.same({"zz", "zz"}, session:scalars(la.select(Manager.name)):all())
    assert.equal("INSERT OR IGNORE INTO employee (type, name) VALUES (?, lower(?)) RETURNING id", said[1])
    assert.equal("INSERT OR IGNORE INTO manager (id, title) VALUES (?, ?)", said[3])
  end)
end)

describe("query_expression()", function()
  it("is read again by refresh() with what the options said, and is none when its object expired", function()
    session:add(Employee{name = "a"})
    session:flush()
    session:expunge_all()
    local stmt = la.select(Employee):options(la.with_expression(Employee.shown, Employee.id + 10))
    local employee = session:scalars(stmt):one()
    session:refresh(employee)
    assert.equal(11, employee.shown)
    session:expire(employee)
    local before = #said
    assert.is_nil(employee.shown)
    assert.equal(before, #said)
  end)
end)
