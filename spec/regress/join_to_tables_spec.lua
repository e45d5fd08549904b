-- Relationships joined to tables, joins and SELECTs in the place of their class, before mappers are configured.
local la = require "lualchemy"

describe("join(…, Company.employees)", function()
  local Company, people, engineers

  before_each(function()
    local Base = la.declarative_base()
    local Person = Base:class("Person", {__tablename__ = "people", id = la.Column{la.Integer, primary_key = true},
      company_id = la.Column(la.ForeignKey("companies.id"))})
    engineers = la.Table("engineers", Base.metadata, la.Column("id", la.ForeignKey("people.id"), {primary_key = true}))
    Company = Base:class("Company", {__tablename__ = "companies", id = la.Column{la.Integer, primary_key = true},
      employees = la.relationship{"Person"}})
    people = Person.__table__
  end)

  it("takes a join", function()
    assert.equal("SELECT companies.id \nFROM companies JOIN (people JOIN engineers ON people.id = engineers.id) "
      .. "ON companies.id = people.company_id",
      tostring(la.select(Company):join(people:join(engineers), Company.employees)))
  end)

  it("takes a SELECT, with a warning, where Query does", function()
    local query
    local list = la.warnings.catch_warnings(function()
      query = la.Session():query(Company):outerjoin(la.select(people), Company.employees)
    end)
    assert.equal(1, #list)
    assert.is_true(la.exc.SADeprecationWarning:is(list[1]))
    assert.equal("SELECT companies.id \nFROM companies LEFT OUTER JOIN (SELECT people.id AS id, people.company_id AS "
      .. "company_id \nFROM people) AS anon_1 ON companies.id = anon_1.company_id", tostring(query.statement))
    assert.has_error(function() la.select(Company):join(la.select(people), Company.employees) end)
  end)
end)
