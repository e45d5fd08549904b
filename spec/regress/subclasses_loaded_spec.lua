-- What loader options say of several subclasses, and joins to classes of several tables.
local la = require "lualchemy"

local Base = la.declarative_base()
local Company = Base:class("Company", {__tablename__ = "company", id = la.Column{la.Integer, primary_key = true},
  staff = la.relationship{"Person", order_by = "Person.id"}})
local Person = Base:class("Person", {__tablename__ = "person", id = la.Column{la.Integer, primary_key = true},
  company_id = la.Column(la.ForeignKey("company.id")), type = la.Column(la.String),
  __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "person"}})

local function subclass(base, name, key, more)
  local body = {__tablename__ = name:lower(), __mapper_args__ = {polymorphic_identity = name:lower()},
    id = la.Column{la.ForeignKey(key), primary_key = true}}
  for k, v in pairs(more) do body[k] = v end
  return base:class(name, body)
end

local Engineer = subclass(Person, "Engineer", "person.id", {lang = la.Column(la.String)})
local Manager = subclass(Person, "Manager", "person.id", {status = la.Column(la.String)})
local Boss = subclass(Manager, "Boss", "manager.id", {golf = la.Column(la.String)})

describe("subclasses", function()
  local session, statements

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add(Company{id = 1, staff = {Engineer{id = 1, lang = "c"}, Boss{id = 2, status = "s", golf = "g"},
      Manager{id = 3, status = "t"}}})
    session:commit()
    statements = {}
    la.event.listen(engine, "before_cursor_execute", function(_, _, statement, parameters)
      statements[#statements + 1] = {statement:gsub("%s+", " "), parameters}
    end)
  end)

  after_each(function() session:close() end)

  local JOINED = "person AS person_1 LEFT OUTER JOIN engineer AS engineer_1 ON person_1.id = engineer_1.id "
    .. "LEFT OUTER JOIN manager AS manager_1 ON person_1.id = manager_1.id"

  local function values(company) return company.staff[1].lang .. company.staff[2].status .. company.staff[3].status end

  it("that several options name are loaded together", function()
    for _, load in ipairs{la.joinedload, la.selectinload} do
      session:expunge_all()
      statements = {}
      local company = session:query(Company)
        :options(load(Company.staff:of_type(Manager)), load(Company.staff:of_type(Engineer))):one()
      assert.equal("cst", values(company))
      local last = statements[#statements][1]
      assert.truthy(last:find(JOINED, 1, true), last)
      assert.equal(load == la.joinedload and 1 or 2, #statements)
    end
  end)

  it("between are read, too, where one below them is read by itself", function()
    local list = session:query(Person):options(la.selectin_polymorphic(Person, {Boss})):order_by(Person.id):all()
    assert.equal(3, #statements)
    assert.truthy(statements[2][1]:find("boss.golf", 1, true))
    assert.truthy(statements[3][1]:find("manager.status", 1, true))
    assert.same({2, 3}, {statements[3][2][1], statements[3][2][2]})
    assert.equal("gst", list[2].golf .. list[2].status .. list[3].status)
    assert.equal(3, #statements)
  end)

  it("of several tables stand in parentheses in a join", function()
    local join = la.outerjoin(Company, Engineer, Engineer.company_id:eq(Company.id))
    assert.equal("SELECT company.id, engineer.lang \nFROM company LEFT OUTER JOIN (person JOIN engineer "
      .. "ON person.id = engineer.id) ON person.company_id = company.id",
      tostring(la.select(Company.id, Engineer.lang):select_from(join)))
    assert.equal(1, #session:query(Company):select_from(join):filter(Engineer.lang:eq("c")):all())
  end)
end)
